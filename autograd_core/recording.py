"""The recording of operations: every result is a Tensor, and a node remembers how it was made."""

from collections.abc import Sequence
from typing import Any, TypeVar
from weakref import ref

from numpy import asarray, floating, ndarray

from autograd_core.messages import explained
from autograd_core.node import EXPOSED, FLOATS, RELEASED, SMALL, Absent, Leaf, Node, number, small
from autograd_core.op import LIVE, NO_PARAMS, Row
from autograd_core.ops.constants import beside
from autograd_core.singles import noded
from autograd_core.state import State, current
from autograd_core.storage import Stored, foreign_operand, guarded, seat

Kind = TypeVar("Kind", bound=type[Stored])

_new: Any = object.__new__
_Tensor: Any = Stored


def records(cls: Kind) -> Kind:
    """Declare the class of which results are."""
    global _Tensor
    _Tensor = cls
    LIVE[cls] = record
    return cls


def record(
    op: Row, args: Sequence[Any], params: dict[str, Any] = NO_PARAMS, found: dict[str, Any] | None = None
) -> Any:
    """Apply an op to arguments of which one at least is a Tensor, and remember it if a gradient may be asked.

    The residuals of a fused row are put into `found`, if it is given.
    """
    state = current()
    if state.tracer is not None:
        return state.tracer.record(op, args, params, found)
    if op.arity == len(args) == 1 and not params and state.watch is None:
        x = args[0]
        if (x.__class__ is _Tensor or isinstance(x, Stored)) and x._held.__class__ is ndarray:
            tensor = _of_one(op, x, state)
            if tensor is not None:
                return tensor
    values: list[Any] = []
    parents = Node()  # filled as the arguments are walked; dropped if nothing is recorded
    forward = op.number
    tracked = foreign = plain = singles = False
    for arg in args:
        if arg.__class__ is _Tensor or isinstance(arg, Stored):
            node, value = arg._node, arg._held
            parents.append(node)
            if node is None:
                plain = True
            else:
                tracked = True
            if node.__class__ is not Node:
                singles = singles or node.__class__ is list
                if value.__class__ is ndarray and _exposed(arg, node):
                    del value  # whether anybody holds the array is counted
                    value = guarded(arg)
            if value.__class__ is ndarray:
                forward = None
            elif op.number is None:
                value = asarray(value)
            values.append(value)
        else:
            parents.append(None)
            if arg.__class__ is float or arg.__class__ is int:
                values.append(arg)  # Python numbers stay weak (NEP 50)
            else:
                values.append(foreign_operand(arg, op.name))
                foreign = True
                forward = None
    if tracked and foreign and state.recording:
        # whoever passed an array may write to it: what a rule will read is copied
        drops = op.drops if op.drops is not None else range(len(values))
        for i, value in enumerate(values):
            if value.__class__ is ndarray and i not in drops and not isinstance(args[i], Stored):
                values[i] = value.copy()
    if forward is None:
        forward = op.forward
    try:
        out = forward(*values, **params) if params else forward(*values)
    except Exception as error:
        taught = explained(error, op, args)
        if taught is error:
            raise
        raise taught from None
    if op.special:
        if op.kind == "constant":
            return out  # a plain array: comparisons have no derivative
        out, residuals = out
        params = {**params, **residuals}
        if found is not None:
            found.update(residuals)
    if out.__class__ is not ndarray and out.__class__ not in FLOATS:
        out = asarray(out)
    tensor = _new(_Tensor)
    tensor._held = out
    tensor._leaf = None
    if not (tracked and state.recording):
        tensor._node = None
        return tensor
    if (
        out.__class__ in FLOATS
        and op.elementwise
        and op.__class__ is Row  # of a user's own row the sweep of nodes looks at every gradient
        and 0 < len(values) == len(op.rules) < 3
        and not (params or foreign or state.watch is not None)
        and all(p is None or p.__class__ is list or p.__class__ is Leaf for p in parents)
    ):
        y, q = (None, None) if len(values) == 1 else (values[1], parents[1])
        noted = _plain(args, parents) if plain else None
        tensor._node = [op, None, out, values[0], y, parents[0], q, number(), state, noted]
        return tensor
    if singles:
        parents[:] = [noded(p) if p.__class__ is list else p for p in parents]
    tensor._node = node = parents
    fill(node, op, params, values, out, state)
    if (plain or foreign) and out.dtype.kind != "f":
        raise TypeError(f"{op.name} gave {out.dtype} numbers, which have no gradient: .detach() it first")
    if plain:
        node.note("plain", _plain(args, parents))
    if foreign:
        # the caller's own arrays, by which the picture finds their names
        node.note("arrays", {i: ref(a) for i, a in enumerate(args) if a.__class__ is ndarray})
    if state.watch is not None:
        state.watch.made(node, values, out)
    return tensor


def _of_one(op: Row, x: Stored, state: State) -> Any:
    """`record` on a shorter way to the same for an array; None if what went wrong has to be said."""
    parent = x._node
    a = x._held if parent.__class__ is Node or not _exposed(x, parent) else guarded(x)
    try:
        out = op.forward(a)
    except Exception:
        return None
    tensor = _new(_Tensor)
    tensor._held = out if out.__class__ is ndarray or out.__class__ in FLOATS else asarray(out)
    tensor._node = tensor._leaf = None
    if parent is not None and state.recording:
        tensor._node = node = Node()
        node.append(noded(parent) if parent.__class__ is list else parent)
        fill(node, op, NO_PARAMS, [a], tensor._held, state)
    return tensor


def fill(node: Node, op: Row, params: dict[str, Any], values: list[Any], out: Any, state: State) -> None:
    """Everything but the parents of a node, one by one: a tuple of more than three is really built, and
    these are hot lines."""
    z = out if op.keeps_result else None
    if out.size <= SMALL:
        if op.elementwise:
            # what it was given is no bigger than its result and may stay
            node.result, node.kept = out, (z, *values)
        else:
            # a view would hold the array of a leaf after the sweep, and an optimizer could not write to it
            node.result = out if out.base is None else out.copy()
            node.kept = (z, *_kept(op, values, node))
    else:
        node.result = Absent(out.shape, out.dtype)
        # of a leaf the numbers at the time of the call are kept: they may be others by now
        alike = op.alike and node[0].__class__ is Node
        node.kept = (z, out) if alike else (z, *_kept(op, values, node))
    node.op = op
    node.params = params
    node.state = state
    node.extra = None
    node.number = number()


def operators(op: Row) -> tuple[Any, Any]:
    """The methods for one of Python's operators and for its reflection: `record`, on a shorter way to the
    same where both operands are Tensors or Python numbers and nobody looks on."""
    forward, single = op.forward, op.number or op.forward

    def method(x: Any, y: Any) -> Any:
        state = current()
        if state.tracer is not None or state.watch is not None:
            return record(op, (x, y))
        if x.__class__ is _Tensor or isinstance(x, Stored):
            p = x._node
            # guarded before anybody holds the array, for that is counted
            handed = x._held.__class__ is ndarray and p.__class__ is not Node and _exposed(x, p)
            a: Any = guarded(x) if handed else x._held
        elif x.__class__ is float or x.__class__ is int:
            p, a = None, x
        else:
            return record(op, (x, y))
        if y.__class__ is _Tensor or isinstance(y, Stored):
            q = y._node
            handed = y._held.__class__ is ndarray and q.__class__ is not Node and _exposed(y, q)
            b: Any = guarded(y) if handed else y._held
        elif y.__class__ is float or y.__class__ is int:
            q, b = None, y
        else:
            return record(op, (x, y))
        numbers = a.__class__ is not ndarray and b.__class__ is not ndarray
        try:
            if numbers:
                out = single(a, b)
            elif b.__class__ is float:
                out = forward(a, beside(a, b))
            else:
                out = forward(beside(b, a) if a.__class__ is float else a, b)
        except Exception:
            return record(op, (x, y))  # which says more
        tensor = _new(_Tensor)
        tensor._leaf = None
        if (p is None and q is None) or not state.recording:
            tensor._held = out if out.__class__ is ndarray or out.__class__ in FLOATS else asarray(out)
            tensor._node = None
            return tensor
        tensor._held = out
        noted = None
        if p is None or q is None:
            if not numbers and out.dtype.kind != "f":
                return record(op, (x, y))  # which says why that cannot be
            if p is None and a is not x:
                noted = {0: seat(x)}
            elif q is None and b is not y:
                noted = {1: seat(y)}
        if numbers and p.__class__ is not Node and q.__class__ is not Node:
            tensor._node = [op, None, out, a, b, p, q, number(), state, noted]
            return tensor
        tensor._node = node = Node()
        node.append(noded(p) if p.__class__ is list else p)
        node.append(noded(q) if q.__class__ is list else q)
        fill(node, op, NO_PARAMS, [a, b], out, state)
        if noted is not None:
            node.extra = {"plain": noted}
        return tensor

    return method, lambda self, other: method(other, self)


def recorded(op: Row, *, swapped: bool = False) -> Any:
    """The method for an operator that has no shorter way."""
    return (lambda x, y: record(op, (y, x))) if swapped else (lambda *args: record(op, args))


def _exposed(tensor: Stored, node: Any) -> bool:
    """Whether somebody outside may write to the array of an operand that no op made."""
    leaf = tensor._leaf if node is None else node
    return leaf.__class__ is Leaf and leaf.kept is EXPOSED


def _plain(args: Sequence[Any], parents: Sequence[Node | None]) -> dict[int, Leaf]:
    """The leaves of operands that take part in no gradient, by their places."""
    return {i: seat(a) for i, a in enumerate(args) if isinstance(a, Stored) and parents[i] is None}


def _kept(op: Row, values: list[Any], parents: Sequence[Node | None]) -> list[Any]:
    """The arguments without those that no rule reads: of these the shape and dtype stay."""
    for i in op.drops if op.drops is not None else range(len(values)):
        parent = parents[i]
        if parent is not None:
            values[i] = parent.result
        elif values[i].__class__ is ndarray:
            values[i] = small(values[i])
    return values


def attached(array: Any, node: Node | None, leaf: Leaf | None = None) -> Any:
    """A Tensor of this array, not copied, at this node."""
    tensor = _new(_Tensor)
    tensor._held, tensor._node, tensor._leaf = array, node, leaf
    return tensor


def lift(node: Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a node's rules are called with, as Tensors at their nodes: so the rules record themselves.

    Residuals of a fused row are computed again by its meaning, for they too depend on the inputs.
    """
    op = node.op
    assert op is not None  # leaves are never lifted
    if node.kept is RELEASED:
        return RELEASED, node.params  # the sweep says so
    z, *kept = node.kept
    args = [
        attached(value, parent)
        if parent is not None and (isinstance(value, (ndarray, floating)) or value.__class__ in LIVE)
        else value
        for parent, value in zip(node, kept, strict=True)
    ]
    params = node.params
    if op.residuals:
        assert op.meaning is not None  # the builder of fused rows demands one
        plain_params = {k: v for k, v in params.items() if k not in op.residuals}
        params = {**plain_params, **op.meaning(*args, **plain_params)[1]}
    return (attached(z, node) if op.keeps_result else None, *args), params
