"""Tensor: an array and, if it takes part in a gradient, a node; and the recording of its operations."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from weakref import ref

import numpy as np
from numpy import asarray, ndarray

from autograd_core.callers import place
from autograd_core.errors import GradientError
from autograd_core.functions import protocol, selecting
from autograd_core.messages import explained, several_numbers, untrainable
from autograd_core.methods import Methods
from autograd_core.node import CHANGES, EXPOSED, RELEASED, SMALL, Absent, Hook, Leaf, Node, number, small
from autograd_core.op import LIVE, NO_PARAMS, Row
from autograd_core.ops import arithmetic, choices
from autograd_core.ops.products import matmul
from autograd_core.state import current, enable_grad
from autograd_core.storage import Array, Lent, Stored, copied, dtype_of, foreign_operand, guarded, plain, seat
from autograd_core.sweep import pull


class Tensor(Stored, Methods):
    """An array that can be differentiated.

    Args:
        data: a number, a (nested) list or an array; it is copied. NumPy's dtype is kept.
        requires_grad: whether `backward` shall fill in `.grad`; only floating data can.
        name: how pictures, formulas and error messages call it.
        dtype: the dtype of the copy.

    Raises:
        TypeError: if the data are not numbers, or integers that shall require a gradient.

    >>> a, x, y = Tensor(2.0, True, name="a"), Tensor(3.0, True, name="x"), Tensor(4.0, True, name="y")
    >>> z = (a * x - y) ** 2
    >>> z.backward()
    >>> a.grad, x.grad, y.grad
    (Tensor(12.0), Tensor(8.0), Tensor(-4.0))
    """

    __slots__ = ()

    def __init__(
        self, data: Any, requires_grad: bool = False, *, name: str | None = None, dtype: Any = None
    ) -> None:
        self._array = copied(data, dtype)
        self.node = None
        self._leaf = None
        if requires_grad:
            self._train(data)
        if name is not None:
            self.name = name

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        LIVE[cls] = record

    # ---- what it holds -------------------------------------------------------------------------------------

    def _train(self, data: Any = None) -> None:
        """Make this leaf require a gradient."""
        kind = self._array.dtype.kind
        if kind != "f":
            what = {"i": "integers", "u": "integers", "b": "Booleans", "c": "complex numbers"}.get(
                kind, "these"
            )
            raise TypeError(untrainable(data, what, self._array.dtype))
        self.node = seat(self)

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that `backward` accumulated: None, or a Tensor of this shape and dtype."""
        g = getattr(self, "_grad", None)
        if g.__class__ is Lent:
            g = self._grad = attached(g.array(), None)
            CHANGES.of_grad()
        return g

    @grad.setter
    def grad(self, value: Any) -> None:
        self._touch_grad()
        if value is None:
            self._grad = None
            return
        value = value.detach() if isinstance(value, Tensor) else Tensor(value)
        if value.dtype.kind == "c":
            raise TypeError(f"the gradient of {self._called()} holds real numbers, got {value.dtype}")
        if value.shape != self.shape:
            raise ValueError(
                f"the gradient of {self._called()} has its shape {self.shape}, got {value.shape}"
            )
        self._grad = value if value.dtype == self.dtype else value.astype(self.dtype)

    @property
    def requires_grad(self) -> bool:
        """Whether it takes part in gradients; settable on leaves."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, flag: bool) -> None:
        if not self.is_leaf:
            raise GradientError(
                f"requires_grad can be set on leaves only; {self._called()} is the result of {self._op()}: "
                "use .detach() for a Tensor that is cut off"
            )
        CHANGES.one()
        if flag:
            self._train()
        else:
            self.node = None

    # ---- gradients -----------------------------------------------------------------------------------------

    def backward(
        self,
        gradient: Any = None,
        *,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: "Tensor | Sequence[Tensor] | None" = None,
    ) -> None:
        """Accumulate the gradients of this Tensor into the leaves' `.grad` (or only into `inputs`).

        Args:
            gradient: ∂E/∂(this), of this shape; may be left out for a single number.
            retain_graph: keep the graph for a second sweep; by default only with `create_graph`.
            create_graph: record the gradients, so that they can be differentiated again.
            inputs: the Tensors to accumulate into, results of operations included.

        Raises:
            GradientError: if it requires no gradient, or is not a single number and no gradient is given.
            ReleasedGraphError: if the graph was swept before and not retained.
        """
        if self.node is None:
            raise GradientError(f"backward(): {self.why_no_grad()}")
        seed = self._seed(gradient)
        wanted = None
        if inputs is not None:
            one: Any = inputs
            targets = [one] if isinstance(one, Tensor) or not isinstance(one, Iterable) else list(one)
            for x in targets:
                if not isinstance(x, Tensor):
                    raise TypeError(f"backward(inputs=...): Tensors are needed, got {x!r:.60}")
                if x.node is None:
                    raise GradientError(f"backward(inputs=...): {x.why_no_grad()}")
            wanted = {x.node: x for x in targets if x.node is not None}
        keep = create_graph if retain_graph is None else retain_graph
        if create_graph:
            with enable_grad():
                start = gradient if isinstance(gradient, Tensor) and gradient.node else Tensor(seed)
                found = pull({self.node: start.astype(self.dtype)}, wanted=wanted, lift=lift, retained=True)
        else:
            found = pull({self.node: seed}, wanted=wanted, release=not keep, retained=True)
        for node, g in found.items():
            target = wanted.get(node) if wanted is not None else None
            if target is None:
                target = _owner(node)
            if target is not None:
                target._accumulate(g)

    def _seed(self, gradient: Any, what: str = "backward") -> Array:
        if gradient is None:
            if self.size != 1:
                raise GradientError(several_numbers(what, self))
            return np.ones(self.shape, self.dtype)
        g = gradient._array if isinstance(gradient, Tensor) else np.asarray(gradient)
        kind: Any = g.__class__
        if kind not in LIVE:
            if g.dtype.kind not in "fiub":
                kind = TypeError if g.dtype.kind == "c" else ValueError
                raise kind(f"{what}(gradient): real numbers are needed, got {gradient!r} of dtype {g.dtype}")
            g = np.array(g, dtype=self.dtype)
        if g.shape != self.shape:
            raise ValueError(
                f"{what}(gradient): {self._called()} has shape {self.shape}, the gradient {g.shape}"
            )
        return g

    def _accumulate(self, g: Any) -> None:
        g = g if isinstance(g, Tensor) else attached(g if g.__class__ in LIVE else asarray(g), None)
        self._touch_grad(adds=True)
        if g._array.dtype != self._array.dtype:
            g = g.astype(self._array.dtype)
        old = self.grad
        self._grad = g if old is None else old + g

    def zero_grad(self) -> None:
        """Forget the gradient: `.grad` is None again."""
        self._touch_grad()
        self._grad = None

    def detach(self) -> "Tensor":
        """A Tensor of the same values that requires no gradient. Writing to one never reaches the other."""
        if current().tracer is not None:
            return attached(self._numbers(), None)
        leaf = self._leaf
        cut = attached(guarded(self) if leaf is not None and leaf.args is EXPOSED else self._array, None)
        if self.node is not None:
            seat(cut).note("cut", place())  # for why_no_grad
        return cut

    def register_hook(self, hook: "Callable[[Tensor], Tensor | Any | None]") -> "Hook":
        """Call `hook(grad)` when the gradient of this Tensor is known; what it returns replaces the gradient.

        Returns a handle with `.remove()`.
        """
        if not callable(hook):
            raise TypeError(
                f"register_hook(): a function of the gradient is needed, got {type(hook).__name__}"
            )
        if self.node is None:
            raise GradientError(f"register_hook(): {self.why_no_grad()}")

        called = self._called()  # not self: a node must not reach its Tensor, and it holds its hooks

        def call(g: Any) -> Any:
            out = hook(g if isinstance(g, Tensor) else attached(g, None))
            if out is None:
                return g
            out = out if isinstance(out, Tensor) else Tensor(out)
            if out.dtype.kind == "c":
                raise TypeError(f"a hook of {called} returned {out.dtype} numbers, which no gradient holds")
            if out.shape != g.shape:
                raise ValueError(f"a hook of {called} returned shape {out.shape} for a gradient of {g.shape}")
            return out if isinstance(g, Tensor) else out.detach()._array

        return Hook(self.node, call)

    def retain_grad(self) -> None:
        """Let `backward` fill in `.grad` of this result too."""
        if self.node is None:
            raise GradientError(f"retain_grad(): {self.why_no_grad()}")
        if self.node.op is not None:
            self.node.note("retained", ref(self))  # weakly: a node must not reach its Tensor

    # ---- leaving the graph ---------------------------------------------------------------------------------

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise TypeError(
                f"{self._called()} is recorded and cannot be copied or pickled with its graph: .detach() it"
            )
        return _rebuilt, (type(self), self.numpy(), self.requires_grad, self.name)

    def __iter__(self) -> "Iterator[Tensor]":
        if not self.ndim:
            raise TypeError(f"cannot iterate over a single number; {self._called()} has no axes")
        return (self[i] for i in range(len(self._array)))

    # ---- operators -----------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> "Tensor":
        return record(arithmetic.add, (self, other))

    def __radd__(self, other: Any) -> "Tensor":
        return record(arithmetic.add, (other, self))

    def __sub__(self, other: Any) -> "Tensor":
        return record(arithmetic.subtract, (self, other))

    def __rsub__(self, other: Any) -> "Tensor":
        return record(arithmetic.subtract, (other, self))

    def __mul__(self, other: Any) -> "Tensor":
        return record(arithmetic.multiply, (self, other))

    def __rmul__(self, other: Any) -> "Tensor":
        return record(arithmetic.multiply, (other, self))

    def __truediv__(self, other: Any) -> "Tensor":
        return record(arithmetic.divide, (self, other))

    def __rtruediv__(self, other: Any) -> "Tensor":
        return record(arithmetic.divide, (other, self))

    def __pow__(self, other: Any) -> "Tensor":
        return record(arithmetic.power, (self, other))

    def __rpow__(self, other: Any) -> "Tensor":
        return record(arithmetic.power, (other, self))

    def __matmul__(self, other: Any) -> "Tensor":
        return record(matmul, (self, other))

    def __rmatmul__(self, other: Any) -> "Tensor":
        return record(matmul, (other, self))

    def __neg__(self) -> "Tensor":
        return record(arithmetic.negative, (self,))

    def __pos__(self) -> "Tensor":
        return self

    def __abs__(self) -> "Tensor":
        return record(arithmetic.absolute, (self,))

    def __getitem__(self, index: Any) -> "Tensor":
        return selecting.take_index(self, plain(index))  # type: ignore[no-any-return]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._check_write("x[i] = ...")
        if not self.is_leaf:
            raise GradientError(f"{self._called()} is the result of {self._op()} and cannot be written to")
        if isinstance(value, Tensor) and value.node is not None and current().recording:
            raise GradientError(
                f"x[i] = v would lose the gradient of {value._called()}: put the parts together with "
                "ac.stack, ac.concatenate or ac.where, or write v.detach()"
            )
        self._write_at(plain(index), plain(value))

    def _check_write(self, form: str) -> None:
        if self.node is not None and self.node.op is None and current().recording:
            raise GradientError(
                f"{form} would change {self._called()}, a leaf that requires a gradient, while operations "
                "are recorded. To update it write: with ac.no_grad(): W -= lr * W.grad"
            )

    def _in_place(self, row: Row, other: Any, form: str) -> "Tensor":
        """`W -= v`: in place on a leaf inside no_grad, an error on a leaf outside, else a new Tensor.

        What a subclass holds (a Buffer, a frozen Parameter) keeps its identity, unless a gradient would be
        lost.
        """
        lost = isinstance(other, Tensor) and other.node is not None and current().recording
        keeps_identity = self.node is None and type(self) is not Tensor and not lost
        if not keeps_identity and (self.node is None or self.node.op is not None):
            return record(row, (self, other))
        self._check_write(form)
        change = record(row, (self, other))._array
        self._overwrite(change, form)
        return self

    def __iadd__(self, other: Any) -> "Tensor":
        return self._in_place(arithmetic.add, other, "W += ...")

    def __isub__(self, other: Any) -> "Tensor":
        return self._in_place(arithmetic.subtract, other, "W -= ...")

    def __imul__(self, other: Any) -> "Tensor":
        return self._in_place(arithmetic.multiply, other, "W *= ...")

    def __itruediv__(self, other: Any) -> "Tensor":
        return self._in_place(arithmetic.divide, other, "W /= ...")

    def __ipow__(self, other: Any) -> "Tensor":
        return self._in_place(arithmetic.power, other, "W **= ...")

    def __imatmul__(self, other: Any) -> "Tensor":
        return self._in_place(matmul, other, "W @= ...")

    __hash__ = object.__hash__

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, str | bytes):
            return NotImplemented  # never equal, as Python has it
        return record(choices.equal, (self, other))

    def __ne__(self, other: Any) -> Any:
        if isinstance(other, str | bytes):
            return NotImplemented
        return record(choices.not_equal, (self, other))

    def __gt__(self, other: Any) -> Any:
        return record(choices.greater, (self, other))

    def __ge__(self, other: Any) -> Any:
        return record(choices.greater_equal, (self, other))

    def __lt__(self, other: Any) -> Any:
        return record(choices.less, (self, other))

    def __le__(self, other: Any) -> Any:
        return record(choices.less_equal, (self, other))

    # ---- NumPy's methods -----------------------------------------------------------------------------------

    def astype(self, dtype: Any) -> "Tensor":
        """The same numbers in another dtype; integers and Booleans leave the graph."""
        kind = dtype_of(dtype, "astype")
        if kind.kind != "f" and current().tracer is None:
            return attached(self._array.astype(kind), None)
        cast = record(arithmetic.astype, (self,), {"dtype": kind})
        return cast if kind.kind == "f" else cast.detach()

    # ---- NumPy's functions ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs:
            row = protocol.UFUNCS.get(ufunc)
            if row is not None:
                return record(row, inputs)
        return protocol.answer_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return protocol.answer_function(function, args, kwargs)


def record(
    op: Row, args: Sequence[Any], params: dict[str, Any] = NO_PARAMS, found: dict[str, Any] | None = None
) -> Tensor:
    """Apply an op to arguments of which one at least is a Tensor, and remember it if a gradient may be asked.

    The residuals of a fused row are put into `found`, if it is given.
    """
    state = current()
    if state.tracer is not None:
        return state.tracer.record(op, args, params, found)  # type: ignore[no-any-return]
    values: list[Any] = []
    parents = Node()  # filled as the arguments are walked; dropped if nothing is recorded
    tracked = foreign = plain = False
    for arg in args:
        if arg.__class__ is Tensor or isinstance(arg, Tensor):
            node = arg.node
            parents.append(node)
            if node is None:
                plain = True
                leaf = arg._leaf
                values.append(arg._array if leaf is None or leaf.args is not EXPOSED else guarded(arg))
            else:
                tracked = True
                values.append(arg._array if node.args is not EXPOSED else guarded(arg))
        else:
            parents.append(None)
            if arg.__class__ is float or arg.__class__ is int:
                values.append(arg)  # Python numbers stay weak (NEP 50)
            else:
                values.append(foreign_operand(arg, op.name))
                foreign = True
    if tracked and foreign and state.recording:
        # whoever passed an array may write to it: what a rule will read is copied
        drops = op.drops if op.drops is not None else range(len(values))
        for i, value in enumerate(values):
            if value.__class__ is ndarray and i not in drops and not isinstance(args[i], Tensor):
                values[i] = value.copy()
    try:
        out = op.forward(*values, **params) if params else op.forward(*values)
    except Exception as error:
        taught = explained(error, op, args)
        if taught is error:
            raise
        raise taught from None
    if op.special:
        if op.kind == "constant":
            return out  # type: ignore[no-any-return] # a plain array: comparisons have no derivative
        out, residuals = out
        params = {**params, **residuals}
        if found is not None:
            found.update(residuals)
    if out.__class__ is not ndarray:
        out = asarray(out)
    tensor: Tensor = _new(Tensor)
    tensor._array = out
    tensor._leaf = None
    if not (tracked and state.recording):
        tensor.node = None
        return tensor
    z = out if op.keeps_result else None
    if out.size <= SMALL:
        value = out
        # what an elementwise row was given is no bigger than its result and may stay
        kept = (z,) + tuple(values if op.elementwise else _kept(op, values, parents))  # noqa: RUF005 - a hot line
    else:
        value = Absent(out.shape, out.dtype)
        kept = (z, *_kept(op, values, parents))
    tensor.node = node = parents
    # one by one: a tuple of more than three is really built, and this is a hot line
    node.op = op
    node.args = kept
    node.params = params
    node.value = value
    node.state = state
    node.extra = None
    node.number = number()
    if (plain or foreign) and out.dtype.kind != "f":
        raise TypeError(f"{op.name} gave {out.dtype} numbers, which have no gradient: .detach() it first")
    if plain:
        node.note(
            "plain", {i: seat(a) for i, a in enumerate(args) if isinstance(a, Tensor) and parents[i] is None}
        )
    if foreign:
        # the caller's own arrays, by which the picture finds their names
        node.note("arrays", {i: ref(a) for i, a in enumerate(args) if a.__class__ is ndarray})
    if state.watch is not None:
        state.watch.made(node, values, out)
    return tensor


def _kept(op: Row, values: list[Any], parents: Sequence[Node | None]) -> list[Any]:
    """The arguments without those that no rule reads: of these the shape and dtype stay."""
    for i in op.drops if op.drops is not None else range(len(values)):
        parent = parents[i]
        if parent is not None:
            values[i] = parent.value
        elif values[i].__class__ is ndarray:
            values[i] = small(values[i])
    return values


_new: Any = object.__new__
LIVE[Tensor] = record


def _owner(node: Node) -> "Tensor | None":
    """The living Tensor into whose `.grad` a gradient of this node goes, unless it was frozen meanwhile."""
    if isinstance(node, Leaf):
        tensor: Tensor | None = node.tensor()
        return tensor if tensor is not None and tensor.node is node else None
    retained = None if node.extra is None else node.extra.get("retained")
    return None if retained is None else retained()


def attached(array: Any, node: Node | None, leaf: Leaf | None = None) -> Tensor:
    """A Tensor of this array, not copied, at this node."""
    tensor: Tensor = _new(Tensor)
    tensor._array, tensor.node, tensor._leaf = array, node, leaf
    return tensor


def lift(node: Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a node's rules are called with, as Tensors at their nodes: so the rules record themselves.

    Residuals of a fused row are computed again by its meaning, for they too depend on the inputs.
    """
    op = node.op
    assert op is not None  # leaves are never lifted
    if node.args is RELEASED:
        return RELEASED, node.params  # the sweep says so
    z, *kept = node.args
    args = [
        attached(value, parent)
        if parent is not None and (isinstance(value, ndarray) or value.__class__ in LIVE)
        else value
        for parent, value in zip(node, kept, strict=True)
    ]
    params = node.params
    if op.residuals:
        assert op.meaning is not None  # the builder of fused rows demands one
        plain_params = {k: v for k, v in params.items() if k not in op.residuals}
        params = {**plain_params, **op.meaning(*args, **plain_params)[1]}
    return (attached(z, node) if op.keeps_result else None, *args), params


def variable(shape: tuple[int, ...], dtype: Any) -> Tensor:
    """A fresh leaf: the g on which a rule is recorded to be transposed."""
    return Tensor(np.zeros(shape, dtype), requires_grad=True)


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool, name: str | None) -> Tensor:
    tensor = cls.__new__(cls)
    Tensor.__init__(tensor, array, requires_grad, name=name)
    return tensor
