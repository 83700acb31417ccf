"""The two sweeps of a recorded graph, which is a linear map: `pull` applies its transpose, `push` the map
itself.

Neither knows what it sweeps. The gradients and tangents may be arrays, Tensors, Symbols, or stacks of these
with `lead` more axes in front. `lift`, where given, turns a node's kept arguments into what should be
recorded, and that is the whole of higher-order differentiation.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np
from numpy import float64

from autograd_core.errors import AnomalyError, ReleasedGraphError
from autograd_core.node import CHANGES, RELEASED, SMALL, SMALL_GRAPH, UNPACK, Absent, Node, ancestors, history
from autograd_core.op import Row
from autograd_core.ops.broadcasting import added, broadcast_to, unbroadcast
from autograd_core.ops.constants import beside
from autograd_core.ops.shapes import reshape
from autograd_core.state import current, enable_grad

Args = tuple[Any, ...]
Params = dict[str, Any]
Lift = Callable[[Node], tuple[Args, Params]]
Fresh = Callable[[tuple[int, ...], Any], Any]


def pull(
    seeds: Mapping[Node, Any],
    *,
    wanted: Container[Node] | None = None,
    until: Set[Node] = frozenset(),
    lead: int = 0,
    lift: Lift | None = None,
    release: bool = False,
    retained: bool = False,
) -> dict[Node, Any]:
    """Apply the transpose of the recorded map, newest node first.

    Returns the gradients of the `wanted` nodes, or of all leaves; with `retained` also of the results
    that asked for theirs. The nodes of `until`, which are among the wanted ones, are not passed. With
    `release` the kept arrays of every node passed are dropped, and a graph that is small enough to be drawn
    in full remembers its gradients instead. A graph that nobody else holds is freed on the way.
    """
    watch = current().watch
    # what packed nodes are for; if there has been none there is nothing to look out for
    first = bool(UNPACK) and lift is None is watch is wanted and not lead
    apart = CHANGES.apart
    found: dict[Node, Any] = {}
    node = None
    c: Any = 0.0
    try:
        order = (history if first else ancestors)(seeds, until)
        useful = None if wanted is None else _leading_to(wanted, order)
        remember = release and _is_small(order)
        if release:
            for root, seed in seeds.items():
                root.note("seed", seed if seed.size <= SMALL else None)
        if watch is not None:
            watch.starts(order, seeds)
        grads: dict[Node, Any] = dict(seeds)
        del seeds
        arrived = grads.pop
        while True:
            if first and CHANGES.apart != apart:  # somebody has looked: there may be nodes in between now
                apart = CHANGES.apart
                order = history([*order, *grads])
            if not order:
                break
            node = order.pop()
            g = arrived(node, None)
            op = node.op
            if g is not None:
                if node.extra is not None:
                    g = _hooked(node, g, lift is left, remember) if "hooks" in node.extra else g
                    if retained and "retained" in node.extra:
                        found[node] = g
                if op is None if wanted is None else node in wanted:
                    found[node] = g
            if op is None:
                continue
            if g is not None and (useful is None or (node in useful and node not in until)):
                parents: Sequence[Node | None] = node
                if first and op.packed:
                    op, kept, params, parents = _as_it_is(node, release, remember)
                elif lift is None:
                    kept = node.kept
                    params = node.params
                else:
                    kept, params = lift(node)
                if kept is RELEASED:
                    raise ReleasedGraphError(_released(node))
                arity = 0 if params or watch is not None else op.arity
                rules: Sequence[Any] = op.rules
                plain = bare = False
                i = -1
                if arity == 2:  # the most frequent calls, on the shortest way
                    z, x, y = kept
                    if op.number is not None:
                        bare = node.result.__class__ is float64  # single numbers: nothing was broadcast
                        if y.__class__ is float:  # the rules of these rows take numbers as factors only
                            y = beside(g, y)
                        elif x.__class__ is float:
                            x = beside(g, x)
                elif arity == 1:
                    z, x = kept
                    bare = op.single
                else:
                    bare = op.single or (op.number is not None and node.result.__class__ is float64)
                    call = (g,) + kept  # noqa: RUF005 - a hot line
                    if op.joint is not None:
                        rules = [c for c, _ in zip(op.joint(*call, **params), parents, strict=True)]
                # an index is quicker than zip, which makes an iterator for each
                for parent in parents:
                    i += 1
                    if parent is None:
                        plain = True
                        continue
                    if useful is not None and parent not in useful:
                        continue
                    if arity == 2:
                        c = rules[i](g, z, x, y)
                    elif arity == 1:
                        c = rules[i](g, z, x)
                    elif op.joint is not None:
                        c = rules[i]
                    elif i < len(rules) and rules[i] is not None:
                        c = rules[i](*call, **params)
                    else:
                        continue
                    if watch is not None:
                        watch.passed(node, parent, rules[i], call, params, c)
                    if not bare:
                        shape = parent.result.shape
                        if (c.shape[lead:] if lead else c.shape) != shape:
                            c = unbroadcast(c, shape, lead)
                    old = arrived(parent, None)
                    if old is None:
                        grads[parent] = c
                    else:
                        grads[parent] = added(old, c)
                        old = None
                    c = 0.0  # what is held here could not be written to, nor freed
                if arity == 0:
                    call = rules = ()
                if useful is not None:
                    useful.discard(node)
            else:
                kept, arity, plain = node.kept, 0, True
            if release and kept is not RELEASED and not (first and op.packed):
                if remember:
                    node.after = kept
                else:
                    if arity == 0:
                        plain = None in node
                        if op.residuals:
                            node.params = {k: v for k, v in node.params.items() if k not in op.residuals}
                    if plain:
                        node.note_numbers()
                node.kept = RELEASED
    except Exception as error:
        if c is None and node is not None:
            raise TypeError(f"a rule returned None, which is no gradient: that of {describe(node)}") from None
        if node is not None and not isinstance(error, ReleasedGraphError | AnomalyError):
            error.add_note(f"in the gradient of {describe(node)}")
        raise
    return found


def _as_it_is(node: Node, release: bool, remember: bool) -> tuple[Any, Any, Any, list[Node | None]]:
    """The row, arguments, parameters and parents of a node that was packed when it was last seen, and is
    released at once, so that nobody takes it apart in between."""
    with CHANGES.lock:
        found = node.op, node.kept, node.params, list(node)
        if release and node.op.packed and node.kept is not RELEASED:  # type: ignore[union-attr] # no leaf
            if remember:
                node.after = node.kept
            elif None in node:
                node.note_numbers()
            node.kept = RELEASED
        return found


def left(node: Node) -> tuple[Args, Params]:
    """What a sweep left of a node of a small graph: the `lift` of a sweep for its picture."""
    return getattr(node, "after", node.kept), node.params


def _hooked(node: Node, g: Any, again: bool, remember: bool) -> Any:
    """The gradient after the node's hooks; a sweep for the picture takes what they gave the first time."""
    assert node.extra is not None  # the caller has looked
    if again:
        return node.extra.get("hooked", g)
    for hook in node.extra.get("hooks", ()):
        g = hook(g)
        if remember:
            node.note("hooked", g)
    return g


def push(
    tangents: Mapping[Node, Any],
    roots: Iterable[Node],
    *,
    fresh: Fresh,
    lead: int = 0,
    lift: Lift | None = None,
) -> dict[Node, Any]:
    """Apply the recorded map itself, oldest node first: the tangents of the roots (missing where none
    arrives). The others are dropped where they were used last.

    `fresh(shape, dtype)` makes a variable for rows whose rule has to be transposed.
    """
    ends = set(roots := list(roots))
    moved: dict[Any, Any] = dict(tangents)
    order = ancestors(roots)
    last = {parent: node for node in order for parent in node}
    node = None
    try:
        for node in order:
            op = node.op
            if op is None or node in tangents:
                continue
            ts = [moved.get(parent) for parent in node]
            for parent in node:
                if last[parent] is node and parent not in ends:
                    moved.pop(parent, None)
            if all(t is None for t in ts):
                continue
            args, params = (node.kept, node.params) if lift is None else lift(node)
            if args is RELEASED:
                raise ReleasedGraphError(_released(node))
            t = _push_node(op, node, ts, args, params, lead, lift, fresh)
            if t is not None:
                moved[node] = t
    except Exception as error:
        if node is not None and not isinstance(error, ReleasedGraphError | AnomalyError):
            error.add_note(f"in the tangent of {describe(node)}")
        raise
    return {root: moved[root] for root in roots if root in moved}


def _push_node(
    op: Row, node: Node, ts: list[Any], args: Args, params: Params, lead: int, lift: Lift | None, fresh: Fresh
) -> Any:
    shape = node.result.shape
    if op.kind == "linear":
        return _push_linear(op, node, ts, args, params, lead)
    total = None
    for i, t in enumerate(ts):
        if t is None or (op.joint is None and (i >= len(op.rules) or op.rules[i] is None)):
            continue
        if op.kind == "elementwise":
            moved = _aligned(t, len(shape), lead)
            c = op.rules[i](moved, *args, **params)  # type: ignore[misc] # just tested
            if c.shape[lead:] != shape:
                c = broadcast_to(c, shape=shape, of=c.ndim - lead)
        elif op.kind == "multilinear" and not (lead and _names_axes(args, params)):
            call = list(args[1:])
            call[i] = _aligned(t, len(shape), lead)
            c = op(*call, **params)
        else:
            c = _transposed(node, i, t, args, params, lead, lift, fresh)
        if c is not None:
            total = c if total is None else total + c
    return total


def _push_linear(op: Row, node: Node, ts: list[Any], args: Args, params: Params, lead: int) -> Any:
    """Linear in all operands at once: zeros stand for tangents that are missing."""
    template = next(t for t in ts if t is not None)
    operands = range(len(ts)) if op.joint is not None else range(len(op.rules))
    call = list(args[1:])
    for i in operands:
        if ts[i] is not None:
            call[i] = ts[i]
        else:
            like = args[1 + i]
            shape = np.shape(like) if not isinstance(like, Absent) else like.shape
            call[i] = np.zeros(template.shape[:lead] + tuple(shape), template.dtype)
    return op(*call, **params)


def _transposed(
    node: Node, i: int, t: Any, args: Args, params: Params, lead: int, lift: Lift | None, fresh: Fresh
) -> Any:
    """The rule is linear in g, so its own transpose is the forward map: record it on a fresh g and pull."""
    op = node.op
    assert op is not None  # leaves are never pushed
    rule = op.joint or op.rules[i]
    assert rule is not None
    with enable_grad():
        g = fresh(node.result.shape, t.dtype)
        c = rule(g, *args, **params)
        c = c[i] if op.joint is not None else c
        if getattr(c, "node", None) is None:
            return None  # the rule does not depend on g: the derivative is zero
        inner = t.shape[lead:]
        c = c if c.shape == inner else unbroadcast(c, inner)
    return pull({c.node: t}, wanted={g.node}, lead=lead, lift=lift).get(g.node)


def _names_axes(args: Args, params: Params) -> bool:
    """Whether a stack in front of a tangent would be read as something else: behind a vector as the rows of
    a matrix, in a row with parameters as an axis that these name."""
    return bool(params) or any(getattr(a, "ndim", 0) == 1 for a in args[1:])


def _aligned(t: Any, ndim: int, lead: int) -> Any:
    """t with its stack in front of as many axes as the result has, so that broadcasting meets the right
    ones."""
    missing = ndim + lead - t.ndim
    if not lead or missing <= 0:
        return t
    inner = t.shape[lead:]
    return reshape(t, shape=(1,) * missing + inner, of=len(inner))


def _leading_to(wanted: Container[Node], order: list[Node]) -> set[Node]:
    """The nodes of an ordered graph from which a wanted node can be reached."""
    useful: set[Node] = set()
    for node in order:
        if node in wanted or not useful.isdisjoint(node):
            useful.add(node)
    return useful


def _is_small(order: list[Node]) -> bool:
    """Whether every node of a graph keeps its numbers, and these are few enough to stay for the picture."""
    if len(order) > SMALL_GRAPH:
        return False
    results = [node.result for node in order]
    return Absent not in map(type, results) and sum([int(result.size) for result in results]) <= SMALL_GRAPH


def describe(node: Node) -> str:
    """A node in words: op, result, where it happened."""
    if node.op is None:
        return f"the leaf {node.name or 'without a name'}"
    inputs = ", ".join(str(p.value.shape) for p in node if p is not None)
    place = f" in {node.state.scope}" if node.state.scope else ""
    return f"{node.op.name}{place}: result {node.result.dtype}{node.result.shape}, from {inputs}"


def _released(node: Node) -> str:
    return (
        "this graph was swept before, and the arrays that its derivatives need were released "
        f"(asked again at {describe(node)}). Call the first backward() with retain_graph=True, "
        "or compute the result again."
    )
