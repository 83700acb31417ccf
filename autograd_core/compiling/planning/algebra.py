"""Identities of arithmetic that change no number, not even the sign of a zero.

A rule gets the operation as it stands and gives what to do instead, or the operation itself.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.compiling.planning.making import Maker, is_call
from autograd_core.ops import arithmetic as a
from autograd_core.ops import choices
from autograd_core.symbols import Symbol

Rule = Callable[[Maker, Symbol, tuple[Any, ...]], Any]


def number_of(x: Any) -> Any:
    """The value of a constant single number, else None."""
    if isinstance(x, np.ndarray):
        return x.item() if not x.ndim else None
    return x if isinstance(x, bool | int | float) else x.item() if isinstance(x, np.generic) else None


def is_number(x: Any, value: float) -> bool:
    """Whether x is this constant, of the same sign if it is 0."""
    found = number_of(x)
    if found is None or isinstance(found, complex) or found != value:
        return False
    return bool(value) or np.signbit(float(found)) == np.signbit(value)


def fits(x: Any, z: Symbol) -> bool:
    """Whether x has the dtype of z without being converted; it may have to be repeated to its shape."""
    return isinstance(x, Symbol) and not x.weak and x.dtype == z.dtype


FLOAT = np.dtype(float)
MANY = 2048
"""From so many numbers on it pays to make a mask floating before it is multiplied with."""


def _multiply(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    for x, y in (operands, operands[::-1]):
        if z.dtype.kind != "f" or not fits(x, z):
            continue
        if is_call(x, choices.where) and x.operands[0] is y and is_number(x.operands[2], 0.0):
            return x  # which is 0 where y is False
        if isinstance(y, Symbol) and y.dtype.kind == "b" and not y.weak and y.size >= MANY:
            return maker.make(a.multiply, (x, _floating(maker, y, z.dtype)), {}, z.shape, z.dtype)
        if is_call(x, a.multiply) and (_number(y) or _weak(y)):
            for inner, mask in (x.operands, x.operands[::-1]):
                if is_number(mask, 2.0) and _number(y) and _can_double(y, z.dtype) and fits(inner, z):
                    return maker.make(a.multiply, (inner, _doubled(y)), {}, z.shape, z.dtype)
                if _is_floating_mask(mask) and fits(inner, z):
                    # (x M) s = x (M s), whatever x is, for M is 0 or 1
                    scaled = maker.make(a.multiply, (mask, y), {}, mask.shape, mask.dtype)
                    return maker.make(a.multiply, (inner, scaled), {}, z.shape, z.dtype)
    for x, y in (operands, operands[::-1]):
        if is_number(y, 1.0) and fits(x, z):
            return x
        if z.dtype.kind != "f" or not fits(x, z):
            continue
        if is_number(y, -1.0):
            return negated(maker, x)
        if is_call(x, a.negative) and (fits(y, z) or not isinstance(y, Symbol)):
            product = maker.make(a.multiply, (x.operands[0], y), {}, z.shape, z.dtype)
            return negated(maker, _multiply(maker, product, product.operands))
    return z


def _floating(maker: Maker, mask: Symbol, dtype: Any) -> Symbol:
    return maker.make(a.astype, (mask,), {"dtype": dtype}, mask.shape, dtype)


def _is_floating_mask(x: Any) -> bool:
    return is_call(x, a.astype) and isinstance(x.operands[0], Symbol) and x.operands[0].dtype.kind == "b"


def _number(x: Any) -> bool:
    return number_of(x) is not None and getattr(x, "dtype", FLOAT).kind == "f" and bool(np.isfinite(x))


def _can_double(y: Any, dtype: Any) -> bool:
    """Whether (2x) y = x (2y) for each x: doubling rounds nothing, but may leave the range."""
    with np.errstate(over="ignore"):
        return bool(abs(float(y)) >= 1.0 and np.isfinite(np.asarray(2.0 * float(y)).astype(dtype)))


def _doubled(y: Any) -> Any:
    return np.array(y + y, y.dtype) if isinstance(y, np.ndarray) else 2.0 * y


def negated(maker: Maker, x: Symbol) -> Any:
    """-x."""
    if is_call(x, a.negative):
        return x.operands[0]
    return maker.like(x, a.negative, x)


def _divide(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    x, y = operands
    return x if is_number(y, 1.0) and fits(x, z) else z


def _add(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    for x, y in (operands, operands[::-1]):
        if is_number(y, -0.0) and z.dtype.kind == "f" and fits(x, z):
            return x
        if z.dtype.kind == "f" and is_call(y, a.negative) and fits(y, z) and not _weak(x):
            difference = maker.like(z, a.subtract, x, y.operands[0])
            return _subtract(maker, difference, difference.operands)
    return z


def _subtract(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    x, y = operands
    if fits(x, z) and is_number(y, 0.0):
        return x
    if z.dtype.kind == "f" and is_call(x, a.negative) and x.operands[0] is y and fits(y, z):
        return maker.like(z, a.multiply, y, -2.0)
    if z.dtype.kind == "f" and is_call(y, a.negative) and fits(y, z) and not _weak(x):
        return maker.like(z, a.add, x, y.operands[0])
    return z


def _weak(x: Any) -> bool:
    return isinstance(x, Symbol) and x.weak


def _negative(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    (x,) = operands
    return x.operands[0] if is_call(x, a.negative) and fits(x, z) else z


# how NumPy raises an array to a power that is a Python number
_FAST = {2.0: a.square, 0.5: a.sqrt, -1.0: a.reciprocal}


def _power(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    x, y = operands
    if z.dtype.kind != "f" or not fits(x, z) or not isinstance(y, int | float) or isinstance(y, bool):
        return z
    if y == 1:
        return x
    if y == 0:  # 1, even of NaN
        return maker.broadcast(np.ones((), z.dtype), z.shape)
    row = _FAST.get(float(y))
    return z if row is None else maker.like(z, row, x)


def _greater(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    """x > 0 wherever max(x, 0) > 0, and then x itself need not be kept."""
    x, y = operands
    if not is_number(y, 0.0) or not isinstance(x, Symbol) or x.weak or x.dtype.kind != "f":
        return z
    rectified = maker.known(choices.maximum, (x, y), x.dtype)
    return z if rectified is None else maker.make(choices.greater, (rectified, y), {}, z.shape, z.dtype)


def _not_equal(maker: Maker, z: Symbol, operands: tuple[Any, ...]) -> Any:
    x, y = operands
    return x if isinstance(x, Symbol) and x.dtype.kind == "b" and not x.weak and is_number(y, 0.0) else z


ALGEBRA: dict[str, Rule] = {
    "multiply": _multiply,
    "divide": _divide,
    "add": _add,
    "subtract": _subtract,
    "negative": _negative,
    "power": _power,
    "not_equal": _not_equal,
    "greater": _greater,
}
