"""On which rank each node stands: so that all edges together are as short as possible.

Network simplex (Gansner, Koutsofios, North, Vo: A technique for drawing directed graphs, 1993, section 2).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

WORK = 4_000_000
"""Steps after which the ranks stay as they are; they are valid from the start, only not yet the shortest."""


class Arrow(NamedTuple):
    """Tail and head, at least so many ranks apart; the weight says how much a rank more costs."""

    tail: int
    head: int
    span: int = 1
    weight: float = 1


def assign(count: int, arrows: Iterable[Arrow], same: Iterable[Sequence[int]] = ()) -> list[int]:
    """The ranks of nodes 0 … count−1, from 0; nodes of one group stand on the same rank."""
    first = contracted(count, same)
    merged: dict[tuple[int, int], tuple[int, float]] = {}
    for tail, head in _without_cycles(count, [(first[a.tail], first[a.head]) for a in arrows]):
        merged.setdefault((tail, head), (0, 0))
    for a in arrows:
        pair = (first[a.tail], first[a.head])
        pair = pair if pair in merged else pair[::-1]
        if pair in merged:
            span, weight = merged[pair]
            merged[pair] = (max(span, a.span), weight + a.weight)
    rank = _Simplex(count, [Arrow(*pair, *kept) for pair, kept in merged.items()]).solved()
    return [rank[first[i]] for i in range(count)]


def contracted(count: int, same: Iterable[Sequence[int]]) -> list[int]:
    """For each node the one that stands for its group."""
    parent = list(range(count))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for group in same:
        for i in group[1:]:
            a, b = find(group[0]), find(i)
            parent[max(a, b)] = min(a, b)
    return [find(i) for i in range(count)]


def _without_cycles(count: int, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs, of which those that close a cycle are turned round; loops are left out."""
    after: list[list[int]] = [[] for _ in range(count)]
    for tail, head in dict.fromkeys(pairs):
        if tail != head:
            after[tail].append(head)
    found: dict[tuple[int, int], None] = {}
    state = [0] * count  # 0 new, 1 on the way, 2 done
    for start in range(count):
        stack = [(start, 0)] if not state[start] else []
        while stack:
            node, at = stack.pop()
            state[node] = 1
            if at == len(after[node]):
                state[node] = 2
                continue
            stack.append((node, at + 1))
            head = after[node][at]
            found[(head, node) if state[head] == 1 else (node, head)] = None
            if not state[head]:
                stack.append((head, 0))
    return list(found)


class _Simplex:
    """Ranks, and a tree of tight edges that is exchanged edge by edge while the drawing gets shorter."""

    def __init__(self, count: int, arrows: Sequence[Arrow]) -> None:
        self._count, self._arrows = count, arrows
        self._at: list[list[int]] = [[] for _ in range(count)]
        self._pull = [0.0] * count
        for i, a in enumerate(arrows):
            self._at[a.tail].append(i)
            self._at[a.head].append(i)
            self._pull[a.tail] += a.weight
            self._pull[a.head] -= a.weight
        self._rank = self._longest()
        self._tree: set[int] = set()

    def solved(self) -> list[int]:
        parts = self._grow()
        for _ in range(WORK // (self._count + len(self._arrows) + 1)):
            if not self._exchanged():
                break
        for part in parts:
            least = min(self._rank[i] for i in part)
            for i in part:
                self._rank[i] -= least
        return self._rank

    def _slack(self, i: int) -> int:
        a = self._arrows[i]
        return self._rank[a.head] - self._rank[a.tail] - a.span

    def _longest(self) -> list[int]:
        """Ranks by the longest way from the sources."""
        rank = [0] * self._count
        waiting = [0] * self._count
        for a in self._arrows:
            waiting[a.head] += 1
        ready = [i for i in range(self._count) if not waiting[i]]
        for node in ready:
            for i in self._at[node]:
                a = self._arrows[i]
                if a.tail == node:
                    rank[a.head] = max(rank[a.head], rank[node] + a.span)
                    waiting[a.head] -= 1
                    if not waiting[a.head]:
                        ready.append(a.head)
        return rank

    def _grow(self) -> list[list[int]]:
        """A spanning tree of tight edges for each part of the graph that hangs together."""
        parts = []
        inside = [False] * self._count
        for start in range(self._count):
            if inside[start]:
                continue
            inside[start] = True
            part, fresh = [start], [start]
            border: set[int] = set()
            while True:
                while fresh:
                    node = fresh.pop()
                    for i in self._at[node]:
                        a = self._arrows[i]
                        other = a.head if a.tail == node else a.tail
                        if inside[other]:
                            border.discard(i)
                        elif self._slack(i):
                            border.add(i)
                        else:
                            self._tree.add(i)
                            inside[other] = True
                            part.append(other)
                            fresh.append(other)
                border = {
                    i for i in border if not (inside[self._arrows[i].tail] and inside[self._arrows[i].head])
                }
                if not border:
                    break
                nearest = min(border, key=lambda i: (self._slack(i), i))
                a = self._arrows[nearest]
                shift = self._slack(nearest) if inside[a.tail] else -self._slack(nearest)
                for node in part:
                    self._rank[node] += shift
                fresh = [a.tail if inside[a.tail] else a.head]
            parts.append(part)
        return parts

    def _exchanged(self) -> bool:
        """Exchange the tree edge that costs most for a better one; False if there is none."""
        order, above, end = self._walk()
        pull = self._pull[:]
        worst, leaving = -1e-9, -1
        place = {node: i for i, node in enumerate(order)}
        for node in reversed(order):
            i = above[node]
            if i < 0:
                continue
            a = self._arrows[i]
            cut = pull[node] if a.tail == node else -pull[node]
            if cut < worst:
                worst, leaving = cut, i
                child = node
            pull[a.head if a.tail == node else a.tail] += pull[node]
        if leaving < 0:
            return False
        low, high = place[child], end[child]
        below = self._arrows[leaving].tail == child  # the tail's side is the one below
        best, entering = 0, -1
        for i, a in enumerate(self._arrows):
            tail_below, head_below = low <= place[a.tail] < high, low <= place[a.head] < high
            if tail_below != head_below and head_below == below and i not in self._tree:
                slack = self._slack(i)
                if entering < 0 or slack < best:
                    best, entering = slack, i
        if entering < 0:
            return False
        self._tree.remove(leaving)
        self._tree.add(entering)
        for node in order[low:high]:
            self._rank[node] += -best if below else best
        return True

    def _walk(self) -> tuple[list[int], list[int], dict[int, int]]:
        """The trees, from their roots: the nodes, the edge above each, and where what is below it ends."""
        order: list[int] = []
        above = [-1] * self._count
        seen = [False] * self._count
        end: dict[int, int] = {}
        for root in range(self._count):
            stack = [] if seen[root] else [root]
            seen[root] = True
            while stack:
                node = stack.pop()
                if node < 0:
                    end[~node] = len(order)
                    continue
                order.append(node)
                stack.append(~node)
                for i in self._at[node]:
                    a = self._arrows[i]
                    other = a.head if a.tail == node else a.tail
                    if i in self._tree and not seen[other]:
                        seen[other] = True
                        above[other] = i
                        stack.append(other)
        return order, above, end
