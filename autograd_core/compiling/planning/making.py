"""New Symbols for the inside of one program, whose shapes and dtypes are known beforehand.

Nothing is run to make them, and they are shared among themselves only. Two rows stand for all changes of
shape: `reshape` and `broadcast_to`, always of the whole array.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from autograd_core.node import Absent
from autograd_core.op import NO_PARAMS, Row
from autograd_core.ops import arithmetic, broadcasting, shapes
from autograd_core.symbols import Symbol, frozen, same

Shape = tuple[int, ...]


def shape_of(x: Any) -> Shape:
    """Of a Symbol, an array or a number."""
    return tuple(getattr(x, "shape", ()))


def is_call(x: Any, row: Row) -> bool:
    """Whether x is an operation of this row."""
    return isinstance(x, Symbol) and x.op is row


def ufunc_of(row: Row | None) -> Any:
    """The ufunc of one result that a row is, if it is one."""
    f = None if row is None else row.forward
    return f if isinstance(f, np.ufunc) and f.nout == 1 and f.signature is None else None


class Maker:
    """Makes Symbols, and finds those that were made before."""

    def __init__(self) -> None:
        self._known: dict[Any, Symbol] = {}

    def make(
        self, op: Row, operands: Sequence[Any], params: dict[str, Any], shape: Shape, dtype: Any
    ) -> Symbol:
        """The Symbol of an operation."""
        operands = tuple(operands)
        if op in (arithmetic.add, arithmetic.multiply):
            operands = _sorted(operands)
        key = (op, tuple(same(x) for x in operands), frozen(params), np.dtype(dtype))
        symbol = self._known.get(key)
        if symbol is None:
            symbol = Symbol(op, operands, params, Absent(tuple(shape), np.dtype(dtype)))
            self._known[key] = symbol
        return symbol

    def like(self, z: Symbol, op: Row, *operands: Any) -> Symbol:
        """Another operation, elementwise, with a result of the same shape and dtype."""
        return self.make(op, operands, NO_PARAMS, z.shape, z.dtype)

    def reshaped(self, x: Any, shape: Sequence[int]) -> Any:
        """x in another shape; of a reshaped array the array itself."""
        shape = tuple(int(n) for n in shape)
        if isinstance(x, np.ndarray):
            return x.reshape(shape)
        while is_call(x, shapes.reshape):
            x = x.operands[0]
        if x.shape == shape:
            return x
        if is_call(x, broadcasting.broadcast_to) and prod(shape_of(x.operands[0])) == 1:
            return self.broadcast(self.reshaped(x.operands[0], ()), shape)
        return self.make(shapes.reshape, (x,), {"shape": shape, "of": x.ndim}, shape, x.dtype)

    def broadcast(self, x: Any, shape: Sequence[int]) -> Any:
        """x repeated to this shape."""
        shape = tuple(int(n) for n in shape)
        if shape_of(x) == shape:
            return x
        if is_call(x, broadcasting.broadcast_to):
            x = x.operands[0]
            if shape_of(x) == shape:
                return x
        words = {"shape": shape, "of": len(shape_of(x))}
        return self.make(broadcasting.broadcast_to, (x,), words, shape, x.dtype)

    def transposed(self, x: Symbol, axes: Sequence[int]) -> Any:
        """x with its axes in this order, counted from the end; twice transposed is transposed once."""
        n = x.ndim
        order = [a % n for a in axes]
        if is_call(x, shapes.transpose):
            inner = [a % n for a in x.params["axes"]]
            x, order = x.operands[0], [inner[a] for a in order]
        long = [a for a in order if x.shape[a] != 1]
        shape = tuple(x.shape[a] for a in order)
        if long == sorted(long):
            return self.reshaped(x, shape)
        words = {"axes": tuple(a - n for a in order)}
        return self.make(shapes.transpose, (x,), words, shape, x.dtype)


def _sorted(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same two operands in one order: the sum is the same, and found again."""
    x, y = operands
    if isinstance(x, Symbol) and isinstance(y, Symbol):
        return (x, y) if x.number <= y.number else (y, x)
    return (x, y) if isinstance(x, Symbol) else (y, x)


def single(x: Any) -> Any:
    """The number that is everywhere in an array of constants, as an array without axes; else the array."""
    if not isinstance(x, np.ndarray) or not x.size or x.dtype.kind not in "fbiu":
        return x
    first = x[(0,) * x.ndim]
    if x.size > 1 and any(x.strides[a] for a in range(x.ndim) if x.shape[a] > 1):
        flat = np.ascontiguousarray(x).reshape(-1)
        if flat[:16].tobytes() != np.full(flat[:16].shape, first).tobytes():
            return x
        if flat.tobytes() != np.full(flat.shape, first).tobytes():
            return x
    return np.array(first, x.dtype)
