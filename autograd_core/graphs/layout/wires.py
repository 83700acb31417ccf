"""The course of the wires: smooth from row to row, never over a card, with room for the heads of arrows.

Within a row a wire keeps its place; between rows it changes it. A wire meets a card at right angles and a
disc in the direction from which it comes; several wires share a side.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from autograd_core.graphs.layout.frames import Grid, Point
from autograd_core.graphs.layout.labels import number
from autograd_core.graphs.layout.layers import BEND, CLOSE, HOLD, OPEN, Route
from autograd_core.graphs.layout.sketch import Shape

APART = 11.0
"""How far wires on one side of a card are from each other, if there is room."""

CORNER = 9.0
"""Wires keep so far from the corners of a card."""

STEEP = math.radians(58)
"""The flattest angle at which a wire meets a disc."""

HEAD, HALF = 10.0, 3.6
"""The length of an arrow's head and half of its width, for an arrowsize of 1."""


@dataclass
class Wire:
    """A wire as it is drawn: a start and triples of Bézier points, and the heads of its arrows."""

    route: Route
    points: list[Point] = field(default_factory=list)
    heads: list[tuple[Point, Point, Point]] = field(default_factory=list)
    at_head: list[bool] = field(default_factory=list)  # of each, whether it stands where the wire goes to
    ends: tuple[Point, Point] = ((0, 0), (0, 0))


@dataclass
class _End:
    """Where a wire leaves a node: the point, and the direction, across and along."""

    point: Point
    way: Point


def wires(made: Grid) -> list[Wire]:
    """The courses of all wires that are seen."""
    ports = _ports(made)
    found = []
    for k, route in enumerate(made.layers.routes):
        if not route.line.invisible:
            wire = _flat(made, route) if route.flat else _course(made, route, ports[k])
            _to_middle(made, wire)
            wire.points = [made.turned(p) for p in wire.points]
            wire.heads = [tuple(made.turned(p) for p in head) for head in wire.heads]  # type: ignore[misc]
            wire.ends = made.turned(wire.ends[0]), made.turned(wire.ends[1])
            found.append(wire)
    return found


def _to_middle(made: Grid, wire: Wire) -> None:
    """A wire whose end is not clipped runs on to the middle of its node, which is not seen."""
    given, items = wire.route.line.attributes, wire.route.items
    unclipped = [given.get(f"{end}clip", "true").lower() == "false" for end in ("tail", "head")]
    first, last = unclipped[::-1] if wire.route.turned else unclipped
    if first:
        points = [made.middle(items[0])]
        _line(points, wire.points[0])
        wire.points = points + wire.points[1:] if len(points) > 1 else wire.points
    if last:
        _line(wire.points, made.middle(items[-1]))


def beside(points: list[Point], far: float) -> list[Point]:
    """The same course so far to the left of it, for a wire of several lines."""
    if not far:
        return points
    moved = []
    for i in range(len(points)):
        (ax, ay), (bx, by) = points[max(i - 1, 0)], points[min(i + 1, len(points) - 1)]
        long = math.hypot(bx - ax, by - ay) or 1.0
        moved.append((points[i][0] + (by - ay) / long * far, points[i][1] - (bx - ax) / long * far))
    return moved


# ---- where wires leave and arrive --------------------------------------------------------------------------


def _ports(made: Grid) -> dict[int, tuple[_End, _End]]:
    """For each wire its two ends, the upper one first."""
    sides: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for k, route in enumerate(made.layers.routes):
        if not route.flat and not route.line.invisible:
            sides[route.items[0], 1].append((made.x[route.items[1]], k))
            sides[route.items[-1], -1].append((made.x[route.items[-2]], k))
    ends: dict[int, list[_End]] = defaultdict(list)
    for side in (1, -1):
        for (item, where), there in sides.items():
            if where == side:
                for k, end in _share(made, item, side, sorted(there)):
                    ends[k].append(end)
    return {k: (pair[0], pair[1]) for k, pair in ends.items()}


def _share(made: Grid, item: int, side: int, there: list[tuple[float, int]]) -> list[tuple[int, _End]]:
    """Ends for the wires on one side of a node, in the order of where they go to."""
    x, y = made.middle(item)
    shape = _shape(made, item)
    wide, high = _size(made, shape)
    offsets = _offsets([target - x for target, _ in there], max(wide / 2 - CORNER, wide / 6))
    found = []
    for (target, k), offset in zip(there, offsets, strict=True):
        if shape.round:
            angle = max(-STEEP, min(STEEP, math.atan2(target - x, high / 2 + made.layers.sketch.ranksep)))
            way = (math.sin(angle), side * math.cos(angle))
            # between taller neighbours it comes straight
            straight = (_free(made, item, item, x, target, side) - y) * side > high / 2
            found.append(
                (k, _End((x + way[0] * wide / 2, y + way[1] * high / 2), (0, side) if straight else way))
            )
        else:
            found.append((k, _End((x + offset, y + side * high / 2), (0, side))))
    return found


def _offsets(away: list[float], room: float) -> list[float]:
    """How far from the middle of a side its wires end: the straight one in the middle, others beside it."""
    count = len(away)
    straight = [i for i, d in enumerate(away) if abs(d) < 1]
    left = straight[0] if straight else (count - 1) / 2
    most = max(left, count - 1 - left)
    step = min(APART, room / most) if most else 0
    return [(i - left) * step for i in range(count)]


def _shape(made: Grid, item: int) -> Shape:
    return made.layers.sketch.shapes[made.layers.items[item].node]


def _size(made: Grid, shape: Shape) -> Point:
    """The size of a node with its borders, across and along."""
    wide, high = shape.width + 2 * shape.edge, shape.height + 2 * shape.edge
    return (wide, high) if made.layers.across else (high, wide)


# ---- courses -----------------------------------------------------------------------------------------------


def _course(made: Grid, route: Route, ends: tuple[_End, _End]) -> Wire:
    wire = Wire(route, ends=(ends[0].point, ends[1].point))
    start, finish = _with_heads(wire, ends)
    wire.points = [start.point]
    steps = list(zip(route.items, route.items[1:], strict=False))
    for at, (a, b) in enumerate(steps):
        first = start if at == 0 else _End((made.x[a], made.middle(a)[1] + _half(made, a, 1)), (0, 1))
        second = (
            finish
            if at == len(steps) - 1
            else _End((made.x[b], made.middle(b)[1] - _half(made, b, -1)), (0, -1))
        )
        if at:
            _line(wire.points, first.point)
        _between(made, wire.points, (a, first), (b, second))
    return wire


def _with_heads(wire: Wire, ends: tuple[_End, _End]) -> tuple[_End, _End]:
    """Shorten a wire by the heads of its arrows, and draw them."""
    given = wire.route.line.attributes
    size = min(max(number(given.get("arrowsize"), 1), 0), 10)
    thick = number(given.get("penwidth"), 1)
    direction = given.get("dir", "forward")
    at_tail, at_head = direction in ("back", "both"), direction in ("forward", "both")
    if given.get("arrowhead") == "none":
        at_head = False
    upper, lower = (at_head, at_tail) if wire.route.turned else (at_tail, at_head)
    found = []
    for end, headed, last in zip(ends, (upper, lower), (False, True), strict=True):
        (x, y), (dx, dy) = end.point, end.way
        if headed and size:
            # the point of the head, not its tip of ink, touches the border
            tip = x + dx * thick, y + dy * thick
            long, half = HEAD * size, HALF * size + thick / 4
            base = tip[0] + dx * long, tip[1] + dy * long
            wire.heads.append(
                (tip, (base[0] - dy * half, base[1] + dx * half), (base[0] + dy * half, base[1] - dx * half))
            )
            wire.at_head.append(last != wire.route.turned)
            found.append(_End(base, end.way))
        else:
            found.append(end)
    return found[0], found[1]


def _half(made: Grid, item: int, side: int) -> float:
    """How far a wire is straight in a row that it passes."""
    size = made.layers.items[item]
    return size.down if side > 0 else size.up


def _between(made: Grid, points: list[Point], upper: tuple[int, _End], lower: tuple[int, _End]) -> None:
    """The course from one row to the next."""
    (a, first), (b, second) = upper, lower
    (x0, y0), (x1, y1) = first.point, second.point
    if abs(x1 - x0) < 0.5 and not first.way[0] and not second.way[0]:
        _line(points, (x1, y1))
        return
    low = max(y0, min(_free(made, a, b, x0, x1, 1), y1))
    high = min(y1, max(_free(made, b, a, x0, x1, -1), y0))
    if low > high:
        low = high = (low + high) / 2
    if low - y0 > 6 and not first.way[0]:
        _line(points, (x0, low))
        y0 = low
    after = y1 - high > 6 and not second.way[0]
    stop = high if after else y1
    near = (stop - y0) * 0.5
    points += [
        (x0 + first.way[0] * near, y0 + (first.way[1] * near if first.way[0] else near)),
        (x1 + second.way[0] * near, stop + (second.way[1] * near if second.way[0] else -near)),
        (x1, stop),
    ]
    if after:
        _line(points, (x1, y1))


def _line(points: list[Point], end: Point) -> None:
    (x0, y0), (x1, y1) = points[-1], end
    if abs(x1 - x0) + abs(y1 - y0) > 0.01:
        points += [(x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3), end]


def _free(made: Grid, item: int, goal: int, x0: float, x1: float, side: int) -> float:
    """From where on, behind its row, a wire may leave its place without touching what is beside it."""
    layers = made.layers
    row = layers.items[item].row
    around = {*layers.paths[layers.items[item].cluster], *layers.paths[layers.items[goal].cluster]}
    left, right = min(x0, x1) - 3, max(x0, x1) + 3
    far = 0.0
    for i in layers.rows[row]:
        other = layers.items[i]
        if i == item or made.x[i] + other.after < left or made.x[i] - other.before > right:
            continue
        if other.sort in (OPEN, CLOSE):
            c = other.cluster
            if c not in around and (layers.last[c] if side > 0 else layers.first[c]) == row:
                edge = made.bottom[c] if side > 0 else made.top[c]
                far = max(far, (edge - made.row[row]) * side)
        elif other.sort not in (HOLD, BEND):
            far = max(far, other.down if side > 0 else other.up)
    return made.row[row] + side * (far + 3 if far else 0)


# ---- within a row ------------------------------------------------------------------------------------------


def _flat(made: Grid, route: Route) -> Wire:
    a, b = route.items
    if a == b:
        return _loop(made, route)
    layers = made.layers
    row = [i for i in layers.rows[layers.items[a].row] if layers.items[i].sort not in (OPEN, CLOSE, HOLD)]
    at, to = row.index(a), row.index(b)
    side = 1 if to > at else -1
    ends = []
    if abs(to - at) == 1:
        for item, way in ((a, side), (b, -side)):
            x, y = made.middle(item)
            ends.append(_End((x + way * _size(made, _shape(made, item))[0] / 2, y), (way, 0)))
        wire = Wire(route, ends=(ends[0].point, ends[1].point))
        start, finish = _with_heads(wire, (ends[0], ends[1]))
        wire.points = [start.point]
        _line(wire.points, finish.point)
        return wire
    between = row[min(at, to) : max(at, to) + 1]
    top = made.row[layers.items[a].row] - max(layers.items[i].up for i in between)
    for item, way in ((a, side), (b, -side)):
        x, y = made.middle(item)
        wide, high = _size(made, _shape(made, item))
        up = high / 2 * (math.sqrt(8 / 9) if _shape(made, item).round else 1)
        ends.append(_End((x + way * wide / 6, y - up), (0, -1)))
    wire = Wire(route, ends=(ends[0].point, ends[1].point))
    start, finish = _with_heads(wire, (ends[0], ends[1]))
    wire.points = [start.point]
    _line(wire.points, (start.point[0], top))
    # a curve reaches three quarters of the way to its control points
    wire.points += [(start.point[0], top - 14), (finish.point[0], top - 14), (finish.point[0], top)]
    _line(wire.points, finish.point)
    return wire


def _loop(made: Grid, route: Route) -> Wire:
    x, y = made.middle(route.items[0])
    wide, high = _size(made, _shape(made, route.items[0]))
    up = high / 4
    right = x + wide / 2 * (math.sqrt(0.75) if _shape(made, route.items[0]).round else 1)
    ends = _End((right, y - up), (1, 0)), _End((right, y + up), (1, 0))
    wire = Wire(route, ends=(ends[0].point, ends[1].point))
    start, finish = _with_heads(wire, ends)
    (a, b), (c, d) = start.point, finish.point
    wire.points = [(a, b), (a + 14, b), (c + 14, d), (c, d)]
    return wire
