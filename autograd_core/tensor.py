"""Tensor: an array and, if it takes part in a gradient, a node."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from weakref import ref

import numpy as np
from numpy import asarray, ndarray

from autograd_core import recording
from autograd_core.callers import place
from autograd_core.errors import GradientError
from autograd_core.functions import protocol, selecting
from autograd_core.messages import several_numbers, untrainable
from autograd_core.methods import Methods
from autograd_core.node import CHANGES, EXPOSED, FLOATS, Hook
from autograd_core.op import LIVE, Row
from autograd_core.ops import arithmetic, choices
from autograd_core.ops.products import matmul
from autograd_core.recording import operators, recorded, records
from autograd_core.singles import give, pull_singles
from autograd_core.state import current, enable_grad, is_quiet
from autograd_core.storage import Array, Lent, as_number, copied, dtype_of, guarded, plain, seat
from autograd_core.sweep import pull
from autograd_core.writing import Writable


@records
class Tensor(Writable, Methods):
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
        self._held = as_number(copied(data, dtype))
        self._node = None
        self._leaf = None
        if requires_grad:
            self._train(data)
        if name is not None:
            self.name = name

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        LIVE[cls] = recording.record

    # ---- what it holds -------------------------------------------------------------------------------------

    def _train(self, data: Any = None) -> None:
        """Make this leaf require a gradient."""
        kind = self._held.dtype.kind
        if kind != "f":
            what = {"i": "integers", "u": "integers", "b": "Booleans", "c": "complex numbers"}.get(
                kind, "these"
            )
            raise TypeError(untrainable(data, what, self._held.dtype))
        self.node = seat(self)

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that `backward` accumulated: None, or a Tensor of this shape and dtype."""
        if current().tracer is not None:
            return current().tracer.grad_of(self)  # type: ignore[no-any-return]
        g = getattr(self, "_grad", None)
        if g.__class__ is Lent:
            g = self._grad = attached(g.array(), None)
            CHANGES.grads = CHANGES.next()
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
        return self._node is not None

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
        if self._node is None:
            raise GradientError(f"backward(): {self.why_no_grad()}")
        seed = self._seed(gradient)
        if self._node.__class__ is list and inputs is None and not create_graph and is_quiet():
            leaves = pull_singles(self._node, as_number(seed), not retain_graph)
            if leaves is not None:
                give(leaves, attached)
                return
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
        # a packed node is swept as it is
        root: Any = self.node if self._node.__class__ is list else self._node
        if create_graph:
            with enable_grad():
                start = gradient if isinstance(gradient, Tensor) and gradient.node else Tensor(seed)
                found = pull({root: start.astype(self.dtype)}, wanted=wanted, lift=lift, retained=True)
        else:
            found = pull({root: seed}, wanted=wanted, release=not keep, retained=True)
        give(found, attached, wanted or {})

    def _seed(self, gradient: Any, what: str = "backward") -> Array:
        if gradient is None:
            if self.size != 1:
                raise GradientError(several_numbers(what, self))
            return as_number(np.ones(self.shape, self.dtype))  # type: ignore[no-any-return]
        g = gradient._array if isinstance(gradient, Tensor) else np.asarray(gradient)
        if type(g) not in LIVE:
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
        self._touch_grad(adds=True)
        if g.__class__ is ndarray:
            g = attached(g, None)
        elif not isinstance(g, Tensor):
            g = attached(g if g.__class__ in FLOATS or g.__class__ in LIVE else asarray(g), None)
        if g._held.dtype != self._held.dtype:
            g = g.astype(self._held.dtype)
        if getattr(self, "_grad", None) is not None or current().tracer is not None:
            old = self.grad
            g = g if old is None else old + g
        self._grad = g

    def zero_grad(self) -> None:
        """Forget the gradient: `.grad` is None again."""
        self._touch_grad()
        self._grad = None

    def detach(self) -> "Tensor":
        """A Tensor of the same values that requires no gradient. Writing to one never reaches the other."""
        if current().tracer is not None:
            return attached(self._numbers(), None)
        leaf = self._leaf
        cut = attached(guarded(self) if leaf is not None and leaf.kept is EXPOSED else self._held, None)
        if self._node is not None:
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

    __add__, __radd__ = operators(arithmetic.add)
    __sub__, __rsub__ = operators(arithmetic.subtract)
    __mul__, __rmul__ = operators(arithmetic.multiply)
    __truediv__, __rtruediv__ = operators(arithmetic.divide)
    __pow__, __rpow__ = recorded(arithmetic.power), recorded(arithmetic.power, swapped=True)
    __matmul__, __rmatmul__ = operators(matmul)
    __neg__, __abs__ = recorded(arithmetic.negative), recorded(arithmetic.absolute)

    def __pos__(self) -> "Tensor":
        return self

    def __getitem__(self, index: Any) -> "Tensor":
        return selecting.take_index(self, plain(index))  # type: ignore[no-any-return]

    def _in_place(self, row: Row, other: Any, form: str) -> "Tensor":
        """`W -= v`: in place on a leaf inside no_grad, an error on a leaf outside, else a new Tensor.

        What a subclass holds (a Buffer, a frozen Parameter) keeps its identity, unless a gradient would be
        lost.
        """
        lost = isinstance(other, Tensor) and other._node is not None and current().recording
        keeps_identity = self.node is None and type(self) is not Tensor and not lost
        if not keeps_identity and (self.node is None or self.node.op is not None):
            return record(row, (self, other))
        self._check_write(form)
        change = record(row, (self, other))._held
        self._overwrite(change, form)
        return self

    __hash__ = object.__hash__

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, str | bytes):
            return NotImplemented  # never equal, as Python has it
        CHANGES.compared += 1
        return record(choices.equal, (self, other))

    def __ne__(self, other: Any) -> Any:
        if isinstance(other, str | bytes):
            return NotImplemented
        return record(choices.not_equal, (self, other))

    __gt__, __ge__ = recorded(choices.greater), recorded(choices.greater_equal)
    __lt__, __le__ = recorded(choices.less), recorded(choices.less_equal)

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


record: Callable[..., Tensor] = recording.record
attached: Callable[..., Tensor] = recording.attached
lift = recording.lift


def variable(shape: tuple[int, ...], dtype: Any) -> Tensor:
    """A fresh leaf: the g on which a rule is recorded to be transposed."""
    return Tensor(np.zeros(shape, dtype), requires_grad=True)


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool, name: str | None) -> Tensor:
    tensor = cls.__new__(cls)
    Tensor.__init__(tensor, array, requires_grad, name=name)
    return tensor
