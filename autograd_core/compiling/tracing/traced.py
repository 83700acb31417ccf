"""Traced: what stands for a plain array, or a Python number, while a program is traced."""

import operator
from typing import Any

import numpy as np

from autograd_core.compiling.tracing.cells import Cell
from autograd_core.compiling.tracing.refusals import refuse
from autograd_core.op import Row
from autograd_core.ops.arithmetic import alias
from autograd_core.ops.broadcasting import broadcast_to
from autograd_core.state import current
from autograd_core.symbols import Symbol
from autograd_core.symbols.symbol import symbolic
from autograd_core.tensor import Tensor, record


class Traced(Tensor):
    """An array without numbers that can be written to, as code for arrays does: `v *= 0.9`, `np.add(v, g,
    out=v)`, `v[...] = g`.

    It is a Tensor, so that operators, methods and NumPy's functions work as on Tensors, but stands for
    something plain, and a result in which only such things took part is plain again. Writing changes which
    expression it stands for; if it is the state of a program (`cell`), the state's next value too.
    """

    __slots__ = ("base", "cell", "python", "seen", "version")

    plain = True

    base: "Traced | None"
    """The array of which this is a view."""
    cell: Cell | None
    """The state whose numbers these are."""
    version: int
    """How often it was written to."""
    seen: int
    """The version of the base that it shows."""

    python: bool
    """Whether it is one of Python's numbers."""

    def __new__(
        cls, symbol: Any, cell: Cell | None = None, base: "Traced | None" = None, python: bool = False
    ) -> "Traced":
        self = object.__new__(cls)
        self.python = python or symbol.weak
        self._array, self.node, self._leaf = symbol, None, None
        self.cell, self.base = cell, base
        self.version, self.seen = 0, 0 if base is None else base.version
        return self

    def __init__(
        self, symbol: Any, cell: Cell | None = None, base: "Traced | None" = None, python: bool = False
    ) -> None:
        """See the class."""

    # ---- reading -------------------------------------------------------------------------------------------

    def current(self) -> Symbol:
        """The expression of the numbers as they are now: a view shows what its base has become."""
        if self.base is not None and self.base.version != self.seen:
            now = self.base.current()
            if now.size != self.size:
                refuse("a part of an array after that was written to")
            self._array, self.seen = now.reshape(*self.shape), self.base.version
        return self._array  # type: ignore[no-any-return]

    @property  # type: ignore[misc] # what it gives is written to, so it needs no setter
    def data(self) -> Any:
        return self

    def made_like(self, value: Any) -> "Traced":
        """Other numbers as something plain, in this dtype."""
        symbol = spread(expression(value, self.dtype), value.shape)
        return Traced(symbol if symbol.dtype == self.dtype else symbol.astype(self.dtype))

    def copy(self, order: str = "C") -> Any:
        return Traced(self.current())

    def astype(self, dtype: Any, *, copy: bool = True) -> Any:
        return super().astype(dtype)

    def detach(self) -> Any:
        return self

    # ---- questions about numbers that are read at every call -----------------------------------------------

    def _decided(self, other: Any, compare: Any, recorded: Any) -> Any:
        tracer = current().tracer
        read = None if tracer is None or not isinstance(other, int | float) else tracer.reading(self)
        return recorded(other) if read is None else tracer.decided(lambda: bool(compare(read(), other)))

    def __bool__(self) -> bool:
        return bool(self._decided(0, operator.ne, lambda _: super(Traced, self).__bool__()))

    __hash__ = Tensor.__hash__

    def __eq__(self, other: Any) -> Any:
        return self._decided(other, operator.eq, super().__eq__)

    def __ne__(self, other: Any) -> Any:
        return self._decided(other, operator.ne, super().__ne__)

    def __gt__(self, other: Any) -> Any:
        return self._decided(other, operator.gt, super().__gt__)

    def __ge__(self, other: Any) -> Any:
        return self._decided(other, operator.ge, super().__ge__)

    def __lt__(self, other: Any) -> Any:
        return self._decided(other, operator.lt, super().__lt__)

    def __le__(self, other: Any) -> Any:
        return self._decided(other, operator.le, super().__le__)

    # ---- writing -------------------------------------------------------------------------------------------

    def become(self, value: Any, casting: Any = "same_kind") -> None:
        """Hold these numbers from now on, broadcast and cast as NumPy does when it writes."""
        old = self._array
        symbol = spread(expression(value, old.dtype), old.shape)
        if not np.can_cast(symbol.dtype, old.dtype, casting):
            raise TypeError(f"{symbol.dtype} numbers are not written into an array of {old.dtype}")
        self._array = symbol if symbol.dtype == old.dtype else symbol.astype(old.dtype)
        self.version += 1
        if self.base is not None:
            if self.base.size != self.size:
                refuse("writing into a part of an array")
            self.base.become(self._array.reshape(*self.base.shape))
            self.seen = self.base.version
        if self.cell is not None:
            self.cell.become(self._array)

    def _in_place(self, row: Row, other: Any, form: str) -> "Traced":
        if not self.shape and self.cell is None and self.base is None:
            return record(row, (self, other))  # type: ignore[return-value] # a number, which nobody writes to
        self.become(record(row, (self, other)))
        return self

    def fill(self, value: Any) -> None:
        """Write this number everywhere."""
        self.become(value, "unsafe")

    def __setitem__(self, index: Any, value: Any) -> None:
        whole = index is Ellipsis or (isinstance(index, slice) and index == slice(None))
        self.become(value if whole else self.at[index].set(value), "unsafe")

    # ---- NumPy's functions ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        out = kwargs.pop("out", None)
        result = super().__array_ufunc__(ufunc, method, *inputs, **kwargs)
        return result if out is None else _into(out[0], result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.copyto:
            target, source = args
            return _into(target, source)
        out = kwargs.pop("out", None)
        result = super().__array_function__(function, types, args, kwargs)
        return result if out is None else _into(out, result)


def _into(out: Any, result: Any) -> Any:
    if not isinstance(out, Traced):
        raise TypeError(
            f"out= is a {type(out).__name__} made outside of what is traced: make it with np.empty_like of a "
            "traced array"
        )
    out.become(result)
    return out


def expression(value: Any, dtype: Any) -> Any:
    """A value as a Symbol, or as an array if it is a plain number."""
    if isinstance(value, Traced):
        return value.current()
    if isinstance(value, Tensor):
        value = value._array
    return value if isinstance(value, Symbol) else np.asarray(value, dtype if np.isscalar(value) else None)


def spread(x: Any, shape: tuple[int, ...]) -> Symbol:
    """A Symbol or array as a Symbol of this shape."""
    if x.shape == shape:
        return x if isinstance(x, Symbol) else symbolic(alias, (x,))
    return symbolic(broadcast_to, (x,), {"shape": shape, "of": x.ndim})


def filled(shape: tuple[int, ...], dtype: Any, value: float) -> Traced:
    """A plain array of one number."""
    return Traced(spread(np.asarray(value, dtype), tuple(shape)))
