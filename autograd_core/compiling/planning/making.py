"""New Symbols for the inside of one program, whose shapes and dtypes are known beforehand.

Nothing is run to make them, and they are shared among themselves only. Two rows stand for all changes of
shape: `reshape` and `broadcast_to`, always of the whole array.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from autograd_core.node import Absent
from autograd_core.op import NO_PARAMS, Row
from autograd_core.ops import arithmetic, broadcasting, indexing, products, reductions, shapes
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


Rules = dict[Row, Callable[["Maker", Symbol, tuple[Any, ...]], Any]]


LONGEST = {np.dtype(np.float32): 2**17, np.dtype(np.float64): 2**24}
"""So many products BLAS may add up, in its own order, without losing digits that NumPy would keep."""


KEPT = 2**16
"""Constants of at most so many numbers are computed once."""


class Maker:
    """Makes Symbols, and finds those that were made before. `rules` simplify elementwise operations."""

    def __init__(self, rules: Rules) -> None:
        self._known: dict[Any, Symbol] = {}
        self._rules = rules

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

    def known(self, op: Row, operands: Sequence[Any], dtype: Any) -> Symbol | None:
        """The Symbol of an operation without parameters, if it was made before."""
        return self._known.get((op, tuple(same(x) for x in operands), frozen(NO_PARAMS), np.dtype(dtype)))

    def like(self, z: Symbol, op: Row, *operands: Any) -> Symbol:
        """Another operation, elementwise, with a result of the same shape and dtype."""
        return self.make(op, operands, NO_PARAMS, z.shape, z.dtype)

    def apply(self, op: Row, *operands: Any, dtype: Any, params: dict[str, Any] = NO_PARAMS) -> Any:
        """An elementwise operation, done before its operands are repeated."""
        whole = np.broadcast_shapes(*(shape_of(x) for x in operands))
        inner = tuple(_unspread(single(x)) for x in operands)
        shape = np.broadcast_shapes(*(shape_of(x) for x in inner))
        if not any(isinstance(x, Symbol) for x in inner):
            known = folded(op, inner, params, shape, dtype)
            if known is not None:
                return self.broadcast(known, whole)
        z = self.make(op, inner, params, shape, dtype)
        rule = self._rules.get(op)
        if rule is not None:
            z = rule(self, z, z.operands)
        return self.broadcast(z, whole)

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

    def total(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Any:
        """Σ x along axes counted from the end. With the axes kept it is the same sum in another shape, and
        sums over all axes at one end are those of a matrix."""
        n = x.ndim
        axes = tuple(sorted(a % n - n for a in axes))
        rest = tuple(m for i, m in enumerate(x.shape) if i - n not in axes)
        kept = tuple(1 if i - n in axes else m for i, m in enumerate(x.shape))
        if all(x.shape[a] == 1 for a in axes) and _is_sum(x):
            return self.reshaped(x, kept if keepdims else rest)
        inner = x
        if n > 2 and len(axes) < n and 0 not in x.shape:
            size = prod(x.shape[a] for a in axes)
            if axes == tuple(range(-n, len(axes) - n)):
                inner, axes = self.reshaped(x, (size, prod(rest))), (-2,)
            elif axes == tuple(range(-len(axes), 0)):
                inner, axes = self.reshaped(x, (prod(rest), size)), (-1,)
        if n > 1 and len(axes) == n and _in_order(x):
            inner, axes = self.reshaped(x, (x.size,)), (-1,)
        shape = tuple(m for i, m in enumerate(inner.shape) if i - inner.ndim not in axes)
        factors = self._factors(inner)
        if factors is not None:
            return self.reshaped(
                self.make(products.matmul, factors, NO_PARAMS, (), x.dtype), kept if keepdims else rest
            )
        z = self.make(reductions.sum, (inner,), {"axis": axes, "keepdims": False}, shape, x.dtype)
        return self.reshaped(z, kept if keepdims else rest)

    def _factors(self, x: Symbol) -> tuple[Any, Any] | None:
        """Of a line of products the two lines, whose sum is one product."""
        y = x
        while is_call(y, shapes.reshape):
            y = y.operands[0]
        if (
            x.ndim != 1
            or x.dtype not in LONGEST
            or not 0 < x.size <= LONGEST[x.dtype]
            or not isinstance(y, Symbol)
        ):
            return None
        if y.op is arithmetic.square:
            a = b = y.operands[0]
        elif y.op is arithmetic.multiply:
            a, b = y.operands
        else:
            return None
        if any(not isinstance(v, Symbol) or v.shape != y.shape or v.dtype != x.dtype for v in (a, b)):
            return None
        return self.reshaped(a, x.shape), self.reshaped(b, x.shape)

    def mean(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Any:
        """A sum divided by how many there are."""
        if not axes:
            return x
        size = prod(x.shape[a] for a in axes)
        return self.apply(arithmetic.divide, self.total(x, axes, keepdims=keepdims), size, dtype=x.dtype)


def _is_sum(x: Any) -> bool:
    """Whether x is a sum, which is never −0, so that 0 + x is x."""
    while is_call(x, shapes.reshape):
        x = x.operands[0]
    return is_call(x, reductions.sum)


def _in_order(x: Any) -> bool:
    """Whether x is the result of an operation, perhaps in another shape, so that it lies in C order."""
    while is_call(x, shapes.reshape):
        x = x.operands[0]
    moved = (shapes.transpose, broadcasting.broadcast_to, indexing.getitem)
    return isinstance(x, Symbol) and x.op is not None and x.op not in moved


def folded(op: Row, operands: tuple[Any, ...], params: dict[str, Any], shape: Shape, dtype: Any) -> Any:
    """An operation on constants, done now; None if there is too much to keep, or that would be another
    number."""
    if prod(shape) > KEPT:
        return None
    with np.errstate(all="ignore"):
        found = np.asarray(op.forward(*operands, **params))
    return found if found.dtype == dtype and found.shape == shape else None


def _unspread(x: Any) -> Any:
    return x.operands[0] if is_call(x, broadcasting.broadcast_to) else x


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
