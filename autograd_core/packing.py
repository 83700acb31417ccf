"""Packed rows: what a function writes as several operations, recorded as one node.

Building a graph and sweeping it then cost less, and that is all they are for. The first sweep of numbers
takes such nodes as they are; whoever else walks a graph (pictures, formulas, forward mode, second
derivatives) finds what the meaning of the row records, to the last bit, and not the packed row. Two things
are not so: a graph too large to be drawn in full does not know its small numbers in between after the sweep,
and errors that a sweep raises name the packed row.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd_core.custom import checked, owned
from autograd_core.node import (
    CHANGES,
    EXPOSED,
    RELEASED,
    UNPACK,
    VARIABLES,
    Absent,
    Leaf,
    Node,
    history,
)
from autograd_core.op import NO_PARAMS, Row, Rule
from autograd_core.ops.broadcasting import unbroadcast
from autograd_core.recording import attached, fill
from autograd_core.singles import noded
from autograd_core.state import STATE, State, current
from autograd_core.storage import Stored, guarded, seat
from autograd_core.sweep import pull
from autograd_core.tensor import Tensor

PROOF = 2**16
"""A row proves itself on so many numbers at most."""


def packed(
    name: str,
    kernel: Callable[..., Any],
    *rules: Rule,
    joint: Rule | None = None,
    meaning: Rule,
    keeps: str,
) -> "Packed":
    """Several operations that are recorded as one, for speed, where nobody can tell.

    In pictures, formulas, transforms and programs the operations of the meaning stand: so a packed row takes
    the place of a few lines of code without a trace of its own. Where one could tell after all (another
    operand than a Tensor of an array, a function being differentiated or compiled), the meaning is called at
    once. At its first call with few numbers a row has to prove that its kernel and rules give what the
    meaning gives.

    Args:
        kernel: on plain arrays; to the last bit what the meaning gives.
        rules: one per argument, `lambda g, z, x, w, *, n: ...`, to the last bit what the sweep gives.
        joint: instead of rules, one that returns the list of the gradients of all arguments.
        meaning: the code in operators and functions of this library.
        keeps: the letters of all arguments; "*" for any number of them.

    Raises:
        ValueError: if the name is taken, or not all arguments are kept; at the first call, if the numbers or
            gradients are others than those of the meaning.

    >>> from autograd_core import Tensor, square
    >>> gap = packed(
    ...     "gap_squared",
    ...     lambda x, y: np.square(x - y),
    ...     lambda g, z, x, y: g * (2.0 * (x - y)),
    ...     lambda g, z, x, y: -(g * (2.0 * (x - y))),
    ...     keeps="xy",
    ...     meaning=lambda x, y: square(x - y),
    ... )
    >>> z = gap(Tensor([1.0, 2.0], requires_grad=True), Tensor([0.0, 5.0]))
    >>> z.node.op.name
    'square'
    """
    if joint is not None and rules:
        raise TypeError(f"row {name!r}: one rule per argument or a joint rule for all, not both")
    # a joint rule may take any number of arguments: it is looked at once
    row = Packed(
        checked(name, kernel, rules if joint is None else (joint,), keeps, None if joint else meaning),
        "fused",
        kernel,
        rules,
        joint=joint,
        keeps=keeps,
        meaning=meaning,
        stacks=False,
    )
    if row.drops != ():
        raise ValueError(f"row {name!r} is packed and keeps all its arguments, not only {keeps!r}")
    return row


class Packed(Row):
    """A row that is recorded as itself only where nobody can tell; everywhere else its meaning is called."""

    __slots__ = ("proved",)

    packed = True

    def __call__(self, *args: Any, **params: Any) -> Any:
        state = current()
        if args and state.tracer is state.watch is None and not VARIABLES:
            params = owned(params)
            node = Node()
            values: list[Any] = []
            plain: dict[int, Stored] = {}
            for x in args:
                if not isinstance(x, Stored):
                    break
                parent = x._node
                leaf = x._leaf if parent is None else parent
                values.append(x._held)
                if leaf.__class__ is Leaf and leaf.kept is EXPOSED:
                    values[-1] = None  # whether anybody holds the array is counted
                    values[-1] = guarded(x)
                if values[-1].__class__ is not ndarray:
                    break
                if parent is None:
                    plain[len(node)] = x
                node.append(noded(parent) if parent.__class__ is list else parent)
            else:
                out = self._tried(values, params)
                if out is not None:
                    if not hasattr(self, "proved") and sum([x.size for x in values]) <= PROOF:
                        self._prove(out, values, params)
                    return self._recorded(out, node, values, params, plain, state)
        assert self.meaning is not None
        return self.meaning(*args, **params)

    def _tried(self, values: list[Any], params: dict[str, Any]) -> Any:
        """The result; None if whatever is wrong is better said by the operations themselves."""
        try:
            out = self.forward(*values, **params)
            out = out if hasattr(out, "dtype") else np.asarray(out)
        except Exception:
            return None
        return out if out.dtype.kind == "f" else None

    def _prove(self, out: Any, values: list[Any], params: dict[str, Any]) -> None:
        """Raise ValueError if this call is not what the meaning gives, to the last bit."""
        assert self.meaning is not None
        token = STATE.set(State())
        try:
            with np.errstate(all="ignore"):
                xs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in values]
                z = self.meaning(*xs, **params)
                self._agree("its kernel gives", out, z._array)
                g = np.ones(out.shape, out.dtype)
                theirs = pull({z.node: g}) if z.node is not None else {}
                call = (g, out if self.keeps_result else None, *values)
                ours: Any = self.joint(*call, **params) if self.joint else self.rules
                for i, (x, c) in enumerate(zip(xs, ours, strict=True)):
                    if x.node in theirs:
                        c = c if self.joint else c(*call, **params)
                        c = unbroadcast(c, x.shape).astype(x.dtype)
                        self._agree(f"its rule {i} gives", c, theirs[x.node].astype(x.dtype))
        finally:
            STATE.reset(token)
        self.proved = True

    def _agree(self, what: str, ours: Any, theirs: Any) -> None:
        if ours.dtype == theirs.dtype and np.array_equal(ours, theirs, equal_nan=True):
            return
        raise ValueError(
            f"row {self.name!r}: {what} {ours.dtype}{ours.shape} {ours!s:.60}, its meaning "
            f"{theirs.dtype}{theirs.shape} {theirs!s:.60}; they have to be equal to the last bit"
        )

    def _recorded(
        self,
        out: Any,
        node: Node,
        values: list[Any],
        params: dict[str, Any],
        plain: dict[int, Stored],
        state: State,
    ) -> Any:
        if not state.recording or len(plain) == len(values):
            return attached(out, None)
        if not UNPACK:
            UNPACK.append(unpack)
        fill(node, self, params or NO_PARAMS, values, out, state)
        if plain:
            node.note("plain", {i: seat(x) for i, x in plain.items()})
        return attached(out, node)


def unpack(node: Node) -> None:
    """Make a packed node the last of those that its meaning records; the others come between it and its
    parents. Nodes that were made from it go on pointing to it, and sweeps under way look again."""
    with CHANGES.lock:
        if node.op is not None and node.op.packed:
            _unpack(node)
            CHANGES.apart += 1


def _unpack(node: Node) -> None:
    op, swept = node.op, node.kept is RELEASED
    assert op is not None
    assert op.meaning is not None  # as the row is packed
    kept = getattr(node, "after", node.kept)
    lost = kept is RELEASED
    plain, shapes = _noted(node, "plain"), _noted(node, "operands")
    values = [
        _stand_in(shapes[i] if parent is None else parent.result) if lost else kept[i + 1]
        for i, parent in enumerate(node)
    ]
    operands = [
        attached(value, parent, plain.get(i))
        for i, (value, parent) in enumerate(zip(values, node, strict=True))
    ]
    parents = {parent for parent in node if parent is not None}
    before = max(node.number - 1, *(parent.number for parent in parents))
    token = STATE.set(State(scope=node.state.scope))
    try:
        with np.errstate(all="ignore"):  # what there is to warn of was said when it was recorded
            last = op.meaning(*operands, **node.params).node
    finally:
        STATE.reset(token)
    made = [n for n in history([last], parents) if n not in parents]
    for i, n in enumerate(made, 1):
        n.state = node.state
        n.number = before + (node.number - before) * i / len(made)  # type: ignore[assignment] # see `before`
        if swept and not lost:
            n.after = n.kept
        elif swept:
            n.result = _shape_only(n.result)
            for leaf in _noted(n, "plain").values():
                if leaf not in plain.values():
                    leaf.result = _shape_only(leaf.result)
            n.note_numbers()
        if swept:
            n.kept = RELEASED
    _put(node, last)


def _put(node: Node, last: Node) -> None:
    """Let a node be what another one is; its result, its number and what was asked of it stay."""
    own = {k: v for k, v in (node.extra or {}).items() if k not in ("plain", "operands")}
    node[:] = last
    node.params, node.kept = last.params, last.kept
    node.extra = {**(last.extra or {}), **own} or None
    if hasattr(last, "after"):
        node.after = last.after
    node.op = last.op  # in the end: who sees it sees the rest


def _noted(node: Node, what: str) -> dict[int, Any]:
    found: dict[int, Any] = (node.extra or {}).get(what, {})
    return found


def _shape_only(array: Any) -> Absent:
    return Absent(array.shape, array.dtype)


def _stand_in(like: Any) -> Any:
    """An array of that shape and dtype without numbers of its own."""
    return np.broadcast_to(np.ones((), like.dtype), like.shape)
