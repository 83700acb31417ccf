"""Boxes that follow each other stand below each other: the next begins only where the one before has ended.

Without this a weight that is sliced before it is used would pull its layer up beside the layer before.
"""

from collections.abc import Mapping, Sequence

from autograd_core.graphs.layout.ranks import Arrow

MOST = 300
"""So many boxes are stacked; each takes a walk over the graph."""


def stacked(
    count: int, pairs: Sequence[tuple[int, int]], members: Mapping[int, Sequence[int]], parents: Sequence[int]
) -> tuple[int, list[Arrow]]:
    """Further nodes and arrows that stack boxes.

    Args:
        count: how many nodes there are.
        pairs: from node to node.
        members: the nodes of each box, with those of the boxes in it.
        parents: the box around each box.

    Returns:
        how many nodes there are now, and the new arrows. A box that is stacked has a node above and one below
        all of its own.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs:
        after[a].append(b)
    arrows: list[Arrow] = []
    bottoms: dict[int, int] = {}
    tops: dict[int, int] = {}

    def add(tail: int, head: int, span: int) -> None:
        arrows.append(Arrow(tail, head, span, 0.01))
        after[tail].append(head)

    def fresh() -> int:
        after.append([])
        return len(after) - 1

    for upper, lower in _following(members, parents, after)[:MOST]:
        above, below = members[upper], members[lower]
        # only if nothing leads back, also over the boxes that are stacked already
        if not _reached(below, after).isdisjoint(above):
            continue
        if upper not in bottoms:
            bottoms[upper] = fresh()
            for node in above:
                add(node, bottoms[upper], 0)
        if lower not in tops:
            tops[lower] = fresh()
            for node in below:
                add(tops[lower], node, 0)
        add(bottoms[upper], tops[lower], 1)
    return len(after), arrows


def _following(
    members: Mapping[int, Sequence[int]], parents: Sequence[int], after: Sequence[Sequence[int]]
) -> list[tuple[int, int]]:
    """Pairs of boxes side by side in one box, of which the second is the next on a way from the first."""
    boxes: dict[int, list[int]] = {}
    for box in members:
        boxes.setdefault(parents[box], []).append(box)
    found = []
    for siblings in boxes.values():
        home = {node: box for box in siblings for node in members[box]}
        for box in siblings if len(siblings) > 1 else ():
            stack, seen = list(members[box]), set(members[box])
            near: dict[int, None] = {}
            while stack:
                for head in after[stack.pop()]:
                    if head in seen:
                        continue
                    seen.add(head)
                    if home.get(head, box) == box:
                        stack.append(head)
                    else:
                        near[home[head]] = None
            found += [(box, other) for other in near]
    return found


def _reached(start: Sequence[int], after: Sequence[Sequence[int]]) -> set[int]:
    seen, stack = set(start), list(start)
    while stack:
        for head in after[stack.pop()]:
            if head not in seen:
                seen.add(head)
                stack.append(head)
    return seen
