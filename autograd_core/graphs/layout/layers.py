"""The drawing in rows: one row for each rank, and rows for the labels of wires between them.

What is placed are *items*: nodes, bends of wires that pass a row, labels beside wires. All sizes are those
across (along a row) and along (in the direction of the wires), so that all directions are laid out alike.
"""

from dataclasses import dataclass, field

from autograd_core.graphs.layout.ranks import Arrow, assign, contracted
from autograd_core.graphs.layout.sketch import Line, Sketch
from autograd_core.graphs.layout.stacking import stacked

NODE, BEND, LABEL, HOLD, OPEN, CLOSE = "node", "bend", "label", "hold", "open", "close"
"""Sorts of items. HOLD keeps a cluster's place in a row without nodes; OPEN and CLOSE are its two walls."""

THIN = 2.0
"""The room of a bend on either side."""


@dataclass
class Item:
    """Something in a row; sizes from its middle, which is where a wire passes."""

    sort: str
    row: int
    cluster: int
    before: float = THIN
    after: float = THIN
    up: float = 0
    down: float = 0
    node: str = ""


@dataclass
class Route:
    """The items that a wire touches, row by row; of a wire within a row, its two ends."""

    line: Line
    items: list[int]
    turned: bool
    flat: bool
    label: int = -1


@dataclass
class Layers:
    """Rows of items, and how they hang together."""

    sketch: Sketch
    items: list[Item] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    paths: list[tuple[int, ...]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    label_rows: set[int] = field(default_factory=set)
    node: dict[str, int] = field(default_factory=dict)
    number: dict[str, int] = field(default_factory=dict)

    @property
    def across(self) -> bool:
        """Whether rows are horizontal."""
        return self.sketch.direction in ("TB", "BT")

    def add(self, item: Item) -> int:
        """Put an item at the end of its row."""
        self.items.append(item)
        self.rows[item.row].append(len(self.items) - 1)
        return len(self.items) - 1


def layers(sketch: Sketch) -> Layers:
    """Decide in which row everything stands."""
    made = Layers(sketch)
    made.number = {name: i for i, name in enumerate(sketch.shapes)}
    made.paths = _paths(sketch)
    rank = _ranked(made)
    row, labelled = _with_label_rows(made, rank)
    made.rows = [[] for _ in range(max(row, default=-1) + 1)]
    _nodes(made, row)
    _ranges(made)
    _wires(made, labelled)
    _holders(made)
    return made


def _paths(sketch: Sketch) -> list[tuple[int, ...]]:
    """For each cluster those around it and itself, from the outside."""
    paths: list[tuple[int, ...]] = [()]
    for i, box in enumerate(sketch.clusters[1:], 1):
        paths.append((*paths[box.parent], i))
    return paths


def _ranked(made: Layers) -> list[int]:
    sketch, number = made.sketch, made.number
    arrows = [
        Arrow(number[w.tail], number[w.head], w.span, max(w.weight, 0.01)) for w in sketch.lines if w.ranking
    ]
    same = [[number[n] for n in group] for group in sketch.same]
    first = contracted(len(number), same)
    members: dict[int, list[int]] = {}
    for i, shape in enumerate(sketch.shapes.values()):
        for c in made.paths[shape.cluster]:
            members.setdefault(c, []).append(first[i])
    # of boxes that may stand side by side none follows the other
    pairs = [(first[a.tail], first[a.head]) for a in arrows if a.span]
    count, further = stacked(len(number), pairs, members, [box.parent for box in sketch.clusters])
    rank = assign(count, [*arrows, *further], same)[: len(number)]
    least = min(rank, default=0)
    return [r - least for r in rank]


def _with_label_rows(made: Layers, rank: list[int]) -> tuple[list[int], dict[int, int]]:
    """The rows of the nodes if labels have rows of their own, and the row of each wire's label."""
    before: dict[int, int] = {}
    for i, line in enumerate(made.sketch.lines):
        a, b = sorted((rank[made.number[line.tail]], rank[made.number[line.head]]))
        if a != b and line.label.width:
            before[i] = (a + b + 1) // 2
    count = max(rank, default=-1) + 1
    row_of, extra = [], 0
    labels = set(before.values())
    for r in range(count):
        extra += r in labels
        row_of.append(r + extra)
    made.label_rows = {row_of[r] - 1 for r in labels}
    return [row_of[r] for r in rank], {i: row_of[r] - 1 for i, r in before.items()}


def _nodes(made: Layers, row: list[int]) -> None:
    for (name, shape), at in zip(made.sketch.shapes.items(), row, strict=True):
        x, y = shape.width / 2 + shape.edge, shape.height / 2 + shape.edge
        beside = shape.beside
        right, low = x + (beside.width + 4 if beside.width else 0), max(y, beside.height - y)
        sizes = (x, right, y, low) if made.across else (y, low, x, right)
        made.node[name] = made.add(Item(NODE, at, shape.cluster, *sizes, node=name))


def _ranges(made: Layers) -> None:
    """The rows of each cluster; an empty one has none."""
    count = len(made.paths)
    made.first, made.last = [len(made.rows)] * count, [-1] * count
    for item in made.items:
        for c in made.paths[item.cluster]:
            made.first[c] = min(made.first[c], item.row)
            made.last[c] = max(made.last[c], item.row)


def _wires(made: Layers, labelled: dict[int, int]) -> None:
    for i, line in enumerate(made.sketch.lines):
        tail, head = made.node[line.tail], made.node[line.head]
        a, b = made.items[tail], made.items[head]
        if a.row == b.row:
            made.routes.append(Route(line, [tail, head], False, True))
            continue
        turned = a.row > b.row
        if turned:
            tail, head, a, b = head, tail, b, a
        route = Route(line, [tail], turned, False)
        for row in range(a.row + 1, b.row):
            item = Item(BEND, row, _cluster(made, a.cluster, b.cluster, row))
            if labelled.get(i) == row:
                high, wide = line.label.height, line.label.width + 6
                if made.across:
                    item = Item(LABEL, row, item.cluster, THIN, wide + 4, high / 2, high / 2)
                else:
                    item = Item(LABEL, row, item.cluster, high + 1, THIN, wide / 2, wide / 2)
                route.label = len(made.items)
            route.items.append(made.add(item))
        route.items.append(head)
        made.routes.append(route)


def _cluster(made: Layers, tail: int, head: int, row: int) -> int:
    """In which cluster a wire passes a row: in those of its ends as far as they reach."""
    a, b = made.paths[tail], made.paths[head]
    common = 0
    while common < min(len(a), len(b)) and a[common] == b[common]:
        common += 1
    reach = [_deepest(made, path[common:], row) for path in (a, b)]
    shared = a[common - 1] if common else 0
    if reach[0] and reach[1]:
        return shared  # between two boxes side by side
    return reach[0] or reach[1] or shared


def _deepest(made: Layers, path: tuple[int, ...], row: int) -> int:
    found = 0
    for c in path:
        if not made.first[c] <= row <= made.last[c]:
            break
        found = c
    return found


def _holders(made: Layers) -> None:
    """A cluster has a place in each of its rows, also where nothing of it is."""
    present = {(item.row, c) for item in made.items for c in made.paths[item.cluster]}
    # deepest first: what holds an inner cluster's place holds those around it too
    for c in sorted(range(1, len(made.paths)), key=lambda c: -len(made.paths[c])):
        for row in range(made.first[c], made.last[c] + 1):
            if (row, c) not in present:
                present.update((row, around) for around in made.paths[c])
                made.add(Item(HOLD, row, c, 0, 0))
