"""Graphs of single numbers: a recorded operation on them is a plain list, until someone asks for its node.

    [row, mark, z, x, y, p, q, number, state, plain]

of z = row(x, y), or of z = row(x) with y and q None; p and q are what x and y came from: such lists, leaves,
or None where no gradient is asked for; `number`, `state` and `plain` are those of a node. The mark is None;
while a sweep is under way the gradient, or False before one arrives; after a releasing sweep a Swept; and the
node once there is one. A list takes a third of the time of a node, and so does sweeping it; the rules are the
same. Everything but a first backward asks for nodes: pictures, names, hooks, second derivatives.
"""

from _thread import RLock
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from numpy import float64, ndarray

from autograd_core.node import CHANGES, FLOATS, RELEASED, SMALL_GRAPH, Leaf, Node
from autograd_core.op import NO_PARAMS
from autograd_core.state import current

Single = list[Any]
NOBODY: Mapping[Any, Any] = {}

_by_number = itemgetter(7)
# marks belong to one sweep at a time, whatever thread asks for it
_sweeping = RLock()


class Swept:
    """The mark of what a releasing sweep has passed: where it started the seed, and whether all stays for
    the picture."""

    __slots__ = ("seed", "small")

    def __init__(self, seed: Any, small: bool) -> None:
        self.seed, self.small = seed, small


def pull_singles(root: Single, seed: Any, release: bool) -> dict[Leaf, Any] | None:
    """The gradients of the leaves; None if the sweep of nodes has to see to it, for a reason of any kind."""
    with _sweeping:
        if root[1] is not None:
            return None
        root[1] = False
        order, grads, mark = [root], dict[Leaf, Any](), None
        known, append = grads.get, order.append
        try:
            for single in order:  # which grows as it is walked
                p, q = single[5], single[6]
                if p.__class__ is list:
                    if p[1] is None:
                        p[1] = False
                        append(p)
                    elif p[1] is not False:
                        return None
                if q.__class__ is list:
                    if q[1] is None:
                        q[1] = False
                        append(q)
                    elif q[1] is not False:
                        return None
            order.sort(key=_by_number, reverse=True)
            root[1] = seed
            for row, g, z, x, y, p, q, _, _, _ in order:
                if g is False:
                    continue
                rules = row.rules
                # twice the same: these are hot lines
                if p is not None and (rule := rules[0]) is not None:
                    c = rule(g, z, x) if row.single else rule(g, z, x, y)
                    if p.__class__ is list:
                        p[1] = c if (old := p[1]) is False else old + c
                    else:
                        grads[p] = c if (old := known(p)) is None else old + c
                if q is not None and (rule := rules[1]) is not None:
                    c = rule(g, z, x, y)
                    if q.__class__ is list:
                        q[1] = c if (old := q[1]) is False else old + c
                    else:
                        grads[q] = c if (old := known(q)) is None else old + c
            for leaf, g in grads.items():
                if leaf.extra is not None and "hooks" in leaf.extra:
                    return None
                if g.__class__ not in FLOATS and getattr(g, "shape", None) != ():
                    return None
            if release:
                mark = Swept(None, len(order) + len(grads) <= SMALL_GRAPH)
        except Exception:
            return None  # the sweep of nodes raises it again and says where
        finally:
            for single in order:
                single[1] = mark
        if mark is not None:
            root[1] = Swept(seed, mark.small)
        return grads


def give(found: dict[Any, Any], tensor_of: Callable[..., Any], targets: Mapping[Any, Any] = NOBODY) -> None:
    """Accumulate gradients into targets; into the living Tensors of leaves, unless these were frozen
    meanwhile; and into those of results that asked for theirs."""
    quick = current().tracer is None
    for node, g in found.items():
        if node in targets:
            tensor = targets[node]
        elif node.__class__ is Leaf:
            tensor = node.tensor()
            if tensor is not None and tensor._node is not node:
                continue
        else:
            tensor = node.extra["retained"]()
        if tensor is None:
            continue
        held, kind = tensor._held, g.__class__
        # the first gradient, in the dtype of the numbers: most are
        if (
            quick
            and kind is held.__class__
            and (kind is float64 or (kind is ndarray and g.dtype is held.dtype))
            and getattr(tensor, "_grad", None) is None
        ):
            tensor._grad = tensor_of(g, None)
        else:
            tensor._accumulate(g)
    CHANGES.grads = CHANGES.next()


def noded(single: Single) -> Node:
    """The node of an operation on single numbers; those of all that it came from are made with it."""
    with _sweeping:
        if single[1].__class__ is Node:
            return single[1]
        order, seen = [single], {id(single)}
        for one in order:  # which grows as it is walked
            for parent in (one[5], one[6]):
                if parent.__class__ is list and id(parent) not in seen and parent[1].__class__ is not Node:
                    seen.add(id(parent))
                    order.append(parent)
        order.sort(key=_by_number)
        for one in order:
            _make_node(one)
        return single[1]  # type: ignore[no-any-return]


def _make_node(single: Single) -> None:
    row, mark, z, x, y, p, q, number, state, plain = single
    node = Node()
    node.append(p[1] if p.__class__ is list else p)
    kept = [z if row.keeps_result else None, x]
    if not row.single:
        node.append(q[1] if q.__class__ is list else q)
        kept.append(y)
    node.op, node.params, node.result, node.kept = row, NO_PARAMS, z, tuple(kept)
    node.number, node.state, node.extra = number, state, None
    if plain is not None:
        node.note("plain", plain)
    if mark.__class__ is Swept:
        if mark.seed is not None:
            node.note("seed", mark.seed)
        if mark.small:
            node.after = node.kept
        elif None in node:
            node.note_numbers()
        node.kept = RELEASED
    single[1] = node
    del single[2:]
