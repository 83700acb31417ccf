"""From rows and coordinates to rectangles: of nodes, clusters and labels, in the direction of the drawing."""

from dataclasses import dataclass, field
from itertools import pairwise

from autograd_core.graphs.layout.layers import CLOSE, LABEL, OPEN, THIN, Layers, Route
from autograd_core.graphs.layout.places import margin

WIDER, SLOPE = 2.0, 0.4
"""Rows are at most so much further apart where a wire goes aside, and so much of the way that it goes."""

Point = tuple[float, float]
"""Before `turned`: across and along; after it x and y."""


@dataclass(frozen=True)
class Frame:
    """A rectangle: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass
class Grid:
    """All coordinates: of items along their rows, of rows, of clusters."""

    layers: Layers
    x: list[float]
    row: list[float] = field(default_factory=list)
    top: dict[int, float] = field(default_factory=dict)
    bottom: dict[int, float] = field(default_factory=dict)
    left: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)
    length: float = 0
    corner: Point = (0, 0)

    def turned(self, point: Point) -> Point:
        """From across and along to x and y."""
        across, along = point
        direction = self.layers.sketch.direction
        if direction in ("BT", "RL"):
            along = self.length - along
        x, y = (across, along) if self.layers.across else (along, across)
        return x + self.corner[0], y + self.corner[1]

    def frame(self, left: float, top: float, right: float, bottom: float) -> Frame:
        """The rectangle of two corners, across and along."""
        (a, b), (c, d) = self.turned((left, top)), self.turned((right, bottom))
        return Frame(min(a, c), min(b, d), abs(c - a), abs(d - b))

    def middle(self, item: int) -> Point:
        """The middle of an item, across and along."""
        return self.x[item], self.row[self.layers.items[item].row]


def grid(layers: Layers, x: list[float]) -> Grid:
    """Find the coordinates of rows, with room for labels and for the walls of clusters."""
    made = Grid(layers, x)
    _walls(made)
    above, below = _extents(made)
    _rows(made, above, below)
    if not layers.across:
        # a heading runs along: a box that is too short gets longer at its end
        for c, last in sorted(enumerate(layers.last), key=lambda pair: -len(layers.paths[pair[0]])):
            lacking = layers.sketch.headings[c].width - (made.bottom.get(c, 0) - made.top.get(c, 0))
            if c in made.top and lacking > 0:
                below[last, c] = below.get((last, c), 0) + lacking
                _rows(made, above, below)
    return made


def _walls(made: Grid) -> None:
    for i, item in enumerate(made.layers.items):
        if item.sort == OPEN:
            made.left[item.cluster] = made.x[i]
        elif item.sort == CLOSE:
            made.right[item.cluster] = made.x[i]


Extents = dict[tuple[int, int], float]
"""For a row and a cluster that begins (ends) there: the room above (below) what is in it."""


def _extents(made: Grid) -> tuple[Extents, Extents]:
    layers = made.layers
    above: Extents = {}
    below: Extents = {}
    for c in range(1, len(layers.paths)):
        if layers.last[c] >= 0:
            head = layers.sketch.headings[c].height if layers.across else 0
            low = layers.sketch.clusters[c].attributes.get("labelloc", "t") == "b"
            above[layers.first[c], c] = margin(layers, c) + (0 if low else head)
            below[layers.last[c], c] = margin(layers, c) + (head if low else 0)
    return above, below


def _rows(made: Grid, above: Extents, below: Extents) -> None:
    layers = made.layers
    sep = layers.sketch.ranksep
    at, made.row = 0.0, []
    tops: list[float] = []
    bottoms: list[float] = []
    ups: dict[tuple[int, int], float] = {}
    downs: dict[tuple[int, int], float] = {}
    for number, row in enumerate(layers.rows):
        up = down = 0.0
        for i in row:
            item = layers.items[i]
            high, low = item.up, item.down
            for c in reversed(layers.paths[item.cluster]):
                if item.sort in (OPEN, CLOSE):
                    continue
                high += above.get((number, c), 0)
                low += below.get((number, c), 0)
                ups[number, c] = max(ups.get((number, c), 0), high)
                downs[number, c] = max(downs.get((number, c), 0), low)
            up, down = max(up, high), max(down, low)
        tops.append(up)
        bottoms.append(down)
    aside = _aside(made)
    for number in range(len(layers.rows)):
        if number:
            gap = sep / 2 if {number - 1, number} & layers.label_rows else sep
            # wires that go far aside get more room to turn
            gap = max(gap, min(gap * WIDER, aside[number - 1] * SLOPE))
            at += bottoms[number - 1] + gap
        at += tops[number]
        made.row.append(at)
    made.length = at + (bottoms[-1] if bottoms else 0)
    for c in range(1, len(layers.paths)):
        first, last = layers.first[c], layers.last[c]
        if last >= 0:
            made.top[c] = made.row[first] - ups[first, c]
            made.bottom[c] = made.row[last] + downs[last, c]


def _aside(made: Grid) -> list[float]:
    """For each row how far aside a wire goes at most until the next."""
    found = [0.0] * len(made.layers.rows)
    for route in made.layers.routes:
        if not route.flat and not route.line.invisible:
            for a, b in pairwise(route.items):
                row = made.layers.items[a].row
                found[row] = max(found[row], abs(made.x[a] - made.x[b]))
    return found


def nodes(made: Grid) -> dict[str, Frame]:
    """The rectangles of the nodes, with all their borders."""
    found = {}
    for name, i in made.layers.node.items():
        shape = made.layers.sketch.shapes[name]
        x, y = made.turned(made.middle(i))
        wide, high = shape.width + 2 * shape.edge, shape.height + 2 * shape.edge
        found[name] = Frame(x - wide / 2, y - high / 2, wide, high)
    return found


def clusters(made: Grid) -> dict[int, Frame]:
    """The rectangles of the clusters, the outer ones first."""
    return {c: made.frame(made.left[c], made.top[c], made.right[c], made.bottom[c]) for c in sorted(made.top)}


def labels(made: Grid) -> dict[int, Frame]:
    """The rectangles of the labels of wires, by the numbers of the wires."""
    found = {}
    layers = made.layers
    for number, route in enumerate(layers.routes):
        label = route.line.label
        if not label.width:
            continue
        if route.label >= 0:
            item = layers.items[route.label]
            x, y = made.turned(made.middle(route.label))
            if item.sort == LABEL and layers.across:
                corner = x + THIN + 3, y - label.height / 2
            else:
                corner = x - label.width / 2, y - label.height - 1
        else:
            corner = _within(made, route)
        found[number] = Frame(*corner, label.width, label.height)
    return found


def _within(made: Grid, route: Route) -> Point:
    """The corner of the label of a wire within a row: over its middle, or over the arc that it makes."""
    layers, label = made.layers, route.line.label
    places = sorted((made.x[i], i) for i in route.items)
    (x0, first), (x1, second) = places[0], places[-1]
    start, end = x0 + layers.items[first].after, x1 - layers.items[second].before
    row = made.row[layers.items[first].row]
    between = [
        i for i in layers.rows[layers.items[first].row] if x0 < made.x[i] < x1 and layers.items[i].node
    ]
    arc = max((layers.items[i].up for i in (first, second, *between)), default=0) + 13 if between else 0
    x, y = made.turned(((start + end) / 2, row - arc))
    if layers.across:
        return x - label.width / 2, y - label.height - 1
    return (x - label.width - 2 if arc else x + 4), y - label.height / 2
