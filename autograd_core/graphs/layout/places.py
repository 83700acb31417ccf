"""Where along its row each item stands.

What should be straight (the spine, long wires, walls of clusters) becomes one *column* with one coordinate.
Then the columns are drawn to their neighbours, as by springs, and never nearer than they may: who touches
moves together (Sander: A fast heuristic for hierarchical Manhattan layout, 1995). As the straight lines of
neighbouring rows do not cross, "left of" has no cycle, and there is always room: no two items overlap.
"""

import itertools
from bisect import bisect_left
from collections import defaultdict
from typing import NamedTuple

from autograd_core.graphs.layout.labels import number
from autograd_core.graphs.layout.layers import BEND, CLOSE, HOLD, LABEL, NODE, OPEN, Item, Layers

WALL, INNER = 10.0, 8.0
"""The room outside and inside of a cluster's wall."""

ARROW = 30.0
"""The room for a wire within a row."""

STEPS, WORK = 200, 2_000_000
"""How often everything moves; less often where that is more work."""


class Spring(NamedTuple):
    """Two columns that want to be on one line."""

    a: int
    b: int
    weight: float


def place(layers: Layers) -> list[float]:
    """The coordinate of each item along its row; walls are put into the rows first."""
    _build_walls(layers)
    columns = _Columns(layers)
    columns.settle()
    return columns.coordinates()


def _build_walls(layers: Layers) -> None:
    """Two walls for each cluster in each of its rows, around what is in it."""
    for at, row in enumerate(layers.rows):
        built: list[int] = []
        open_: tuple[int, ...] = ()
        for i in [*row, -1]:
            path = layers.paths[layers.items[i].cluster] if i >= 0 else ()
            common = len([1 for a, b in zip(open_, path, strict=False) if a == b])
            built += [_wall(layers, CLOSE, at, c) for c in reversed(open_[common:])]
            built += [_wall(layers, OPEN, at, c) for c in path[common:]]
            open_ = path
            built += [i] if i >= 0 else []
        layers.rows[at] = built


def _wall(layers: Layers, sort: str, row: int, cluster: int) -> int:
    layers.items.append(Item(sort, row, cluster, 0, 0))
    return len(layers.items) - 1


class _Columns:
    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._column = list(range(len(layers.items)))
        self._row_place = {i: (row, at) for row, r in enumerate(layers.rows) for at, i in enumerate(r)}
        self._align()
        self._number()
        self._gaps: dict[tuple[int, int], float] = {}
        self._separate()
        self._springs = self._tie()
        self._x = self._packed()

    # ---- columns -------------------------------------------------------------------------------------------

    def _align(self) -> None:
        """Join items of neighbouring rows; the most important lines first, and none that crosses another."""
        taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
        up: set[int] = set()
        down: set[int] = set()
        for a, b in self._wished():
            (row, at), (_, under) = self._row_place[a], self._row_place[b]
            if a in down or b in up:
                continue
            lines = taken[row]
            k = bisect_left(lines, (at, under))
            if (k and lines[k - 1][1] > under) or (k < len(lines) and lines[k][1] < under):
                continue
            lines.insert(k, (at, under))
            down.add(a)
            up.add(b)
            self._join(a, b)

    def _join(self, a: int, b: int) -> None:
        a, b = self._find(a), self._find(b)
        self._column[max(a, b)] = min(a, b)

    def _find(self, i: int) -> int:
        while self._column[i] != i:
            self._column[i] = self._column[self._column[i]]
            i = self._column[i]
        return i

    def _wished(self) -> list[tuple[int, int]]:
        """The pairs of items that should stand under each other, the most important first."""
        layers, shapes = self._layers, self._layers.sketch.shapes
        walls: dict[tuple[str, int], list[int]] = defaultdict(list)
        for i, item in enumerate(layers.items):
            if item.sort in (OPEN, CLOSE):
                walls[item.sort, item.cluster].append(i)
        pairs = [(0.0, a, b) for wall in walls.values() for a, b in itertools.pairwise(wall)]
        routes = [r for r in layers.routes if not r.flat]
        outgoing: dict[int, int] = defaultdict(int)
        incoming: dict[int, int] = defaultdict(int)
        depth, height = self._depths(), self._heights()
        main: dict[int, list[tuple[int, int]]] = defaultdict(list)
        ahead: dict[int, list[int]] = defaultdict(list)
        for r in routes:
            outgoing[r.items[0]] += not r.line.invisible
            incoming[r.items[-1]] += not r.line.invisible
            if not r.line.invisible:
                main[r.items[-1]].append((depth[r.items[0]], r.items[0]))
                ahead[r.items[0]].append(height[r.items[-1]])
        for r in routes:
            steps = list(itertools.pairwise(r.items))
            tail, head = r.items[0], r.items[-1]
            groups = [shapes[layers.items[i].node].attributes.get("group") for i in (tail, head)]
            alone = outgoing[tail] <= 1 and incoming[head] <= 1
            ends = sorted(main[head], reverse=True)
            chief = (
                not r.line.invisible and ends[0][1] == tail and (len(ends) == 1 or ends[1][0] < ends[0][0])
            )
            # of equal ways none is straight: they part evenly
            chief = chief and not (height[head] == max(ahead[tail]) and ahead[tail].count(height[head]) > 1)
            if groups[0] == groups[1] and groups[0]:
                level = 1 - r.line.weight / 2000
            elif r.line.weight > 1 and not r.line.invisible:
                level = 2 - r.line.weight / 2000
            elif alone:
                level = 4 if r.line.invisible else 3
            elif chief:
                level = 5
            else:
                level = 0
            if level:
                pairs += [(level, a, b) for a, b in steps]
            pairs += [(2.5 if r.label < 0 else 2.4, a, b) for a, b in steps if self._bends(a, b)]
            # a wire that passes rows turns once: below where it comes from, or else above where it goes
            if len(steps) > 1:
                pairs += [(6.0, *steps[0])] if outgoing[tail] == 1 else []
                pairs += [(7.0, *steps[-1])] if incoming[head] == 1 else []
        # a level's lines in the order in which they are written
        return [(a, b) for _, a, b in sorted(pairs, key=lambda p: p[0])]

    def _bends(self, a: int, b: int) -> bool:
        return self._layers.items[a].sort in (BEND, LABEL) and self._layers.items[b].sort in (BEND, LABEL)

    def _depths(self) -> list[int]:
        """How many wires lie behind each node, at most."""
        depth = [0] * len(self._layers.items)
        routes = [r for r in self._layers.routes if not r.flat and not r.line.invisible]
        for r in sorted(routes, key=lambda r: self._layers.items[r.items[0]].row):
            depth[r.items[-1]] = max(depth[r.items[-1]], depth[r.items[0]] + 1)
        return depth

    def _heights(self) -> list[int]:
        """How many wires lie before each node, at most."""
        height = [0] * len(self._layers.items)
        routes = [r for r in self._layers.routes if not r.flat and not r.line.invisible]
        for r in sorted(routes, key=lambda r: -self._layers.items[r.items[-1]].row):
            height[r.items[0]] = max(height[r.items[0]], height[r.items[-1]] + 1)
        return height

    def _number(self) -> None:
        roots = [self._find(i) for i in range(len(self._column))]
        number = {root: k for k, root in enumerate(dict.fromkeys(roots))}
        self._column = [number[root] for root in roots]
        self._count = len(number)

    # ---- how near, how far ---------------------------------------------------------------------------------

    def _separate(self) -> None:
        layers = self._layers
        flat: dict[tuple[int, int], float] = {}
        for r in layers.routes:
            if r.flat:
                label = r.line.label
                wide = (label.width if layers.across else label.height) + 14 if label.width else 0
                for pair in (r.items, r.items[::-1]):
                    flat[pair[0], pair[1]] = 0 if r.line.invisible else max(ARROW, wide)
        for row in layers.rows:
            for a, b in itertools.pairwise(row):
                gap = max(self._room(layers.items[a], layers.items[b]), flat.get((a, b), 0))
                self._apart(a, b, layers.items[a].after + gap + layers.items[b].before)
        if layers.across:
            opened = {item.cluster: i for i, item in enumerate(layers.items) if item.sort == OPEN}
            for i, item in enumerate(layers.items):
                if item.sort == CLOSE:
                    self._apart(opened[item.cluster], i, layers.sketch.headings[item.cluster].width)

    def _apart(self, a: int, b: int, gap: float) -> None:
        pair = self._column[a], self._column[b]
        self._gaps[pair] = max(gap, self._gaps.get(pair, 0))

    def _room(self, a: Item, b: Item) -> float:
        """The least room between two neighbours in a row."""
        sep = self._layers.sketch.nodesep
        sorts = {a.sort, b.sort}
        if a.sort == OPEN or b.sort == CLOSE:
            head = 0.0
            if a.sort == OPEN and not self._layers.across:
                head = self._layers.sketch.headings[a.cluster].height
            inner = margin(self._layers, a.cluster if a.sort == OPEN else b.cluster)
            return head + (0 if HOLD in sorts else inner)
        if sorts & {OPEN, CLOSE}:
            return WALL
        return sep if sorts == {NODE} else max(sep * 0.6, 8)

    def _tie(self) -> list[Spring]:
        weights: dict[tuple[int, int], float] = defaultdict(float)
        for r in self._layers.routes:
            if r.flat:
                if r.items[0] != r.items[1]:
                    self._tie_pair(weights, r.items[0], r.items[1], 0.5)
                continue
            for a, b in itertools.pairwise(r.items):
                inner = (self._layers.items[a].sort != NODE) + (self._layers.items[b].sort != NODE)
                weight = min(max(r.line.weight, 0.1), 20) * (0.3 if r.line.invisible else 1)
                self._tie_pair(weights, a, b, weight * (1, 2, 8)[inner])
        return [Spring(a, b, weight) for (a, b), weight in weights.items()]

    def _tie_pair(self, weights: dict[tuple[int, int], float], a: int, b: int, weight: float) -> None:
        a, b = self._column[a], self._column[b]
        if a != b:
            weights[min(a, b), max(a, b)] += weight

    # ---- moving --------------------------------------------------------------------------------------------

    def _packed(self) -> list[float]:
        """Everything as far to the left as it goes; and the order from left to right."""
        self._right: list[list[tuple[int, float]]] = [[] for _ in range(self._count)]
        self._left: list[list[tuple[int, float]]] = [[] for _ in range(self._count)]
        for (a, b), gap in self._gaps.items():
            self._right[a].append((b, gap))
            self._left[b].append((a, gap))
        waiting = [len(left) for left in self._left]
        self._order = [c for c in range(self._count) if not waiting[c]]
        x = [0.0] * self._count
        for c in self._order:
            for other, gap in self._right[c]:
                x[other] = max(x[other], x[c] + gap)
                waiting[other] -= 1
                if not waiting[other]:
                    self._order.append(other)
        return x

    def settle(self) -> None:
        """Move the columns until the springs are at rest."""
        work = self._count + len(self._gaps) + len(self._springs) + 1
        for _ in range(max(12, min(STEPS, WORK // work))):
            if self._step() < 0.02:
                break
        self._straighten()
        self._tighten()

    def _step(self) -> float:
        x = self._x
        force, mass = [0.0] * self._count, [1e-6] * self._count
        for a, b, weight in self._springs:
            pull = weight * (x[b] - x[a])
            force[a] += pull
            force[b] -= pull
            mass[a] += weight
            mass[b] += weight
        return self._move(*self._together(force, mass))

    def _together(self, force: list[float], mass: list[float]) -> tuple[list[int], list[float]]:
        """Columns that press against each other, as one body each; and how far each body wants to go."""
        body = list(range(self._count))

        def find(i: int) -> int:
            while body[i] != i:
                body[i] = body[body[i]]
                i = body[i]
            return i

        x = self._x
        touching = [(a, b) for (a, b), gap in self._gaps.items() if x[b] - x[a] - gap < 0.01]
        for _ in range(4):
            joined = False
            for a, b in touching:
                p, q = find(a), find(b)
                if p != q and force[p] / mass[p] > force[q] / mass[q] + 1e-6:
                    body[max(p, q)] = min(p, q)
                    force[min(p, q)], mass[min(p, q)] = force[p] + force[q], mass[p] + mass[q]
                    joined = True
            if not joined:
                break
        bodies = [find(i) for i in range(self._count)]
        return bodies, [force[b] / mass[b] for b in bodies]

    def _move(self, bodies: list[int], wish: list[float]) -> float:
        members: dict[int, list[int]] = defaultdict(list)
        for c in self._order:
            members[bodies[c]].append(c)
        most = 0.0
        for group in [g for g in reversed(members.values()) if wish[g[0]] > 0] + [
            g for g in members.values() if wish[g[0]] < 0
        ]:
            shift = wish[group[0]] * 0.6
            shift = (
                min(shift, self._free(group, bodies, 1))
                if shift > 0
                else -min(-shift, self._free(group, bodies, -1))
            )
            for c in group:
                self._x[c] += shift
            most = max(most, abs(shift))
        return most

    def _free(self, group: list[int], bodies: list[int], side: int) -> float:
        """How far a body can go until it touches another."""
        x, most = self._x, float("inf")
        for c in group:
            for other, gap in self._right[c] if side > 0 else self._left[c]:
                if bodies[other] != bodies[c]:
                    most = min(most, (x[other] - x[c]) * side - gap)
        return max(most, 0)

    def _straighten(self) -> None:
        """Make lines straight that are nearly so, where one end has nothing else to keep it."""
        degree: dict[int, int] = defaultdict(int)
        for a, b, _ in self._springs:
            degree[a] += 1
            degree[b] += 1
        alone = list(range(self._count))
        for a, b, _ in sorted(self._springs, key=lambda s: -s.weight):
            away = self._x[b] - self._x[a]
            if 0 < abs(away) < 8:
                for c, shift in ((b, -away), (a, away)):
                    if degree[c] == 1 and self._free([c], alone, 1 if shift > 0 else -1) >= abs(shift):
                        self._x[c] += shift
                        break

    def _tighten(self) -> None:
        """Pull the walls of clusters to what is in them, from the inside out."""
        layers = self._layers
        walls = {(item.sort, item.cluster): self._column[i] for i, item in enumerate(layers.items)}
        for c in sorted(range(1, len(layers.paths)), key=lambda c: -len(layers.paths[c])):
            if (OPEN, c) not in walls:
                continue
            left, right = walls[OPEN, c], walls[CLOSE, c]
            # also not so far that the heading would push the other wall out
            inner = [self._x[b] - gap for b, gap in self._right[left]]
            self._x[left] = min(inner, default=self._x[left])
            self._x[right] = max(self._x[a] + gap for a, gap in self._left[right])

    def coordinates(self) -> list[float]:
        """The coordinates of the items, from 0."""
        least = min(
            (self._x[self._column[i]] - item.before for i, item in enumerate(self._layers.items)), default=0
        )
        return [self._x[c] - least for c in self._column]


def margin(layers: Layers, cluster: int) -> float:
    """The room inside of a cluster's wall, as it is asked for."""
    return min(max(number(layers.sketch.clusters[cluster].attributes.get("margin"), INNER), 0), 200)
