"""In which order the items of a row stand: so that few wires cross, and every cluster stays together.

Sweeps by barycentres (Sugiyama, Tagawa, Toda 1981) over a tree for each row: clusters, in them *units* (items
that wires within the row tie together, as a parameter and its operation), in them items. Clusters side by
side stand in the same order in all their rows.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence

from autograd_core.graphs.layout import labels
from autograd_core.graphs.layout.layers import Layers

SWEEPS, WORK = 16, 60_000
"""Sweeps down and up at most; fewer where a sweep is more work."""

Unit = tuple[int, ...]


class _Group:
    """A cluster in one row (or the row itself): the groups and units that stand in it."""

    def __init__(self, cluster: int) -> None:
        self.cluster = cluster
        self.inside: list[_Group | Unit] = []


def arrange(layers: Layers) -> None:
    """Put the items of each row in order."""
    if layers.rows:
        _Order(layers).solve()


class _Order:
    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        count = len(layers.items)
        self._above: list[list[int]] = [[] for _ in range(count)]
        self._below: list[list[int]] = [[] for _ in range(count)]
        for route in layers.routes:
            if not route.flat:
                for a, b in zip(route.items, route.items[1:], strict=False):
                    self._below[a].append(b)
                    self._above[b].append(a)
        self._units = _units(layers)
        # at first as they are used: the first operand before the second
        self._use = [len(layers.routes)] * count
        for number, route in enumerate(layers.routes):
            for k, i in enumerate(route.items[:-1]):
                # what passes by a box with its heading on the left had better pass on the right
                late = count if k and layers.across and len(route.items) > 3 else 0
                self._use[i] = min(self._use[i], number + late)
        # from the inside out, so that what is in a group is known before the group
        self._groups = [self._tree(row) for row in layers.rows]
        self._place = [0.0] * len(layers.paths)
        # boxes side by side may say in which order they want to stand
        self._wanted = [labels.number(box.attributes.get("sortv"), 0) for box in layers.sketch.clusters]
        self._position = [0.0] * count

    def _tree(self, row: Sequence[int]) -> list[_Group]:
        layers = self._layers
        groups = {0: _Group(0)}
        done: set[Unit] = set()
        for i in sorted(row, key=lambda i: self._use[i]):
            path = layers.paths[layers.items[i].cluster]
            for around, c in zip((0, *path), path, strict=False):
                if c not in groups:
                    groups[c] = _Group(c)
                    groups[around].inside.append(groups[c])
            unit = self._units.get(i, (i,))
            if unit not in done:
                done.add(unit)
                groups[path[-1] if path else 0].inside.append(unit)
        return sorted(groups.values(), key=lambda g: -len(layers.paths[g.cluster]))

    # ---- sweeps --------------------------------------------------------------------------------------------

    def solve(self) -> None:
        rows = range(len(self._layers.rows))
        for row in rows:
            self._flatten(row)
        self._first(rows)
        best, least = [row[:] for row in self._layers.rows], self._crossings()
        size = len(self._layers.items) + sum(map(len, self._below)) + 1
        sweeps = max(2, min(SWEEPS, WORK // size))
        both = [a + b for a, b in zip(self._above, self._below, strict=True)]
        for sweep in range(sweeps if least else 0):
            # down, up, and from both sides; then neighbours change places, at last where it is the same too
            beside = (self._above, self._below, both)[sweep % 3]
            self._sweep(reversed(rows) if sweep % 3 == 1 else rows, beside)
            if sweep % 3:
                self._swap(0)
            crossings = self._crossings()
            if crossings < least:
                best, least = [row[:] for row in self._layers.rows], crossings
            if not least:
                break
        self._restore(best)
        for turn in range(sweeps if least else 0):
            self._swap(turn % 2)
            crossings = self._crossings()
            if crossings < least:
                best, least = [row[:] for row in self._layers.rows], crossings
        self._layers.rows[:] = best

    def _restore(self, rows: Sequence[Sequence[int]]) -> None:
        """Take up an order that was left."""
        for row in rows:
            for at, i in enumerate(row):
                self._position[i] = at - (len(row) - 1) / 2
        for number, groups in enumerate(self._groups):
            for group in groups:
                group.inside.sort(key=lambda part: self._position[self._members(part, number)[0]])
            self._flatten(number)

    def _first(self, rows: range) -> None:
        """A first order, from the last row upwards: a computation has few ends and many beginnings."""
        self._sweep(reversed(rows), self._below)
        self._sweep(rows, self._above)
        self._sweep(reversed(rows), self._below)

    def _sweep(self, rows: Iterable[int], beside: list[list[int]]) -> None:
        wishes: dict[int, list[float]] = defaultdict(list)
        for row in rows:
            keys: dict[int, tuple[float, int]] = {}
            for group in self._groups[row]:
                total, number = self._sort(group, keys, beside)
                if number:
                    keys[group.cluster] = (total, number)
                    wishes[group.cluster].append(total / number)
            self._flatten(row)
        for cluster, values in wishes.items():
            self._place[cluster] = sum(values) / len(values)

    def _sort(
        self, group: _Group, known: dict[int, tuple[float, int]], beside: list[list[int]]
    ) -> tuple[float, int]:
        """Order what stands in a group by where its neighbours stand; what has none keeps its place."""
        sums: list[tuple[float, int]] = []
        for part in group.inside:
            if isinstance(part, _Group):
                sums.append(known.get(part.cluster, (0.0, 0)))
            else:
                near = [self._position[j] for i in part for j in beside[i]]
                sums.append((sum(near), len(near)))
        free = [k for k, (_, number) in enumerate(sums) if number]
        sorted_ = sorted(free, key=lambda k: sums[k][0] / sums[k][1])
        parts = group.inside[:]
        for slot, k in zip(free, sorted_, strict=True):
            parts[slot] = group.inside[k]
        # clusters keep the order that they have in all rows
        slots = [k for k, part in enumerate(parts) if isinstance(part, _Group)]
        clusters = sorted((p for p in parts if isinstance(p, _Group)), key=self._sibling)
        for slot, cluster in zip(slots, clusters, strict=True):
            parts[slot] = cluster
        group.inside = parts
        return sum(total for total, _ in sums), sum(number for _, number in sums)

    def _sibling(self, group: _Group) -> tuple[float, float, int]:
        return self._wanted[group.cluster], self._place[group.cluster], group.cluster

    def _flatten(self, row: int) -> None:
        order: dict[int, list[int]] = {}
        for group in self._groups[row]:
            flat: list[int] = []
            for part in group.inside:
                flat += order[part.cluster] if isinstance(part, _Group) else part
            order[group.cluster] = flat
        self._layers.rows[row][:] = order[0]
        # rows of different lengths are compared by their middles
        middle = (len(order[0]) - 1) / 2
        for at, i in enumerate(order[0]):
            self._position[i] = at - middle

    # ---- crossings -----------------------------------------------------------------------------------------

    def _crossings(self) -> int:
        total = 0
        for row in self._layers.rows[:-1]:
            ends: list[float] = []
            for i in row:
                targets = [self._position[j] for j in self._below[i]]
                total += sum(len(ends) - bisect_right(ends, t) for t in targets)
                for t in targets:
                    insort(ends, t)
        return total

    def _swap(self, even: int) -> None:
        """Exchange neighbours where that leaves fewer crossings, or (even) as many."""
        for row, groups in enumerate(self._groups):
            for group in groups:
                parts = group.inside
                changed = False
                for k in range(len(parts) - 1):
                    a, b = parts[k], parts[k + 1]
                    if isinstance(a, _Group) and isinstance(b, _Group):
                        continue
                    if self._gain(self._members(a, row), self._members(b, row)) > -even:
                        parts[k], parts[k + 1] = b, a
                        changed = True
                if changed:
                    self._flatten(row)

    def _members(self, part: "_Group | Unit", row: int) -> Sequence[int]:
        if not isinstance(part, _Group):
            return part
        paths, items = self._layers.paths, self._layers.items
        return [i for i in self._layers.rows[row] if part.cluster in paths[items[i].cluster]]

    def _gain(self, left: Sequence[int], right: Sequence[int]) -> int:
        """How many crossings there are less if the one on the right stood on the left."""
        gain = 0
        for beside in (self._above, self._below):
            a = sorted(self._position[j] for i in left for j in beside[i])
            b = sorted(self._position[j] for i in right for j in beside[i])
            for end in b:
                gain += len(a) - bisect_right(a, end) - bisect_left(a, end)
        return gain


def _units(layers: Layers) -> dict[int, Unit]:
    """For each item that wires within its row tie to others of its cluster: all of them, tails first."""
    after: dict[int, list[int]] = defaultdict(list)
    waiting: dict[int, int] = {}
    part: dict[int, list[int]] = {}
    for route in layers.routes:
        a, b = route.items[0], route.items[-1]
        if not route.flat or a == b or layers.items[a].cluster != layers.items[b].cluster:
            continue
        after[a].append(b)
        waiting[b] = waiting.get(b, 0) + 1
        waiting.setdefault(a, 0)
        one, two = part.setdefault(a, [a]), part.setdefault(b, [b])
        if one is not two:
            one += two
            for i in two:
                part[i] = one
    found: dict[int, Unit] = {}
    for members in part.values():
        if members[0] in found:
            continue
        ready = sorted(i for i in members if not waiting[i])
        for i in ready:
            for j in after[i]:
                waiting[j] -= 1
                if not waiting[j]:
                    ready.append(j)
        rest = [i for i in members if i not in ready]  # of a cycle, in any order
        for i in members:
            found[i] = (*ready, *rest)
    return found
