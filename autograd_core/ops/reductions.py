"""Reductions along axes that are counted from the end, and their transpose, `spread`."""

import math
from typing import Any

import numpy as np

from autograd_core.op import Row, constant, general, linear
from autograd_core.ops.choices import guard, winners
from autograd_core.ops.scans import before
from autograd_core.ops.shapes import Axes, expand, reshape, transpose


def count(x: Any, axis: Axes) -> int:
    """How many numbers of x one result is made of."""
    return math.prod(x.shape[a] for a in axis)


def freedom(x: Any, axis: Axes, ddof: float) -> float:
    """n − ddof, by which a variance divides; NaN where nothing is left, for then the variance is none."""
    n = count(x, axis) - ddof
    return n if n > 0 else math.nan


def keep(g: Any, axis: Axes, keepdims: bool) -> Any:
    """g with the reduced axes back as axes of size 1."""
    return g if keepdims or not axis else expand(g, axis=axis)


def portion(g: Any, n: int) -> Any:
    """g / n, also where n is no float16; of nothing there is nothing to divide."""
    n = n or 1
    return g * (1 / n) if g.dtype == np.float16 and n > 65504 else g / n


def _spread(x: Any, *, shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """Repeat x along the axes that a reduction of something of this shape took away."""
    if not x.ndim and isinstance(x, (np.ndarray, np.generic)):  # the same, in a fifth of the time
        z = np.ndarray(shape, x.dtype, np.asarray(x), 0, (0,) * len(shape))
        z.flags.writeable = False
        return z
    kept = list(shape)
    for a in axis:
        kept[a] = 1
    rank = len(shape) if keepdims else len(shape) - len(axis)
    lead = x.shape[: x.ndim - rank]
    return np.broadcast_to(x.reshape((*lead, *kept)), lead + shape)


# typed loosely: NumPy's stubs do not take a tuple of axes that may be empty
_total: Any = np.add.reduce
_extremes: Any = (np.maximum.reduce, np.minimum.reduce)

sum = linear(
    "sum",
    lambda x, *, axis, keepdims: _total(x, axis=axis, keepdims=keepdims),
    lambda g, z, x, *, axis, keepdims: spread(g, shape=x.shape, axis=axis, keepdims=keepdims),
)
spread: Row = linear(
    "spread", _spread, lambda g, z, x, *, shape, axis, keepdims: sum(g, axis=axis, keepdims=keepdims)
)
mean = linear(
    "mean",
    lambda x, *, axis, keepdims: _mean(x, axis, keepdims),
    lambda g, z, x, *, axis, keepdims: spread(
        portion(g, count(x, axis)), shape=x.shape, axis=axis, keepdims=keepdims
    ),
)


def _mean(x: Any, axis: Axes, keepdims: bool) -> Any:
    """NumPy's mean: integers are averaged as float64, and float16 is added up in float32."""
    kind = np.float32 if x.dtype == np.float16 else np.float64 if x.dtype.kind in "bui" else None
    mean = _total(x, axis=axis, keepdims=keepdims, dtype=kind) / count(x, axis)
    return mean.astype(x.dtype) if x.dtype == np.float16 else mean


def _var(x: Any, *, axis: Axes, keepdims: bool, ddof: float) -> Any:
    if x.dtype == np.float16:  # the sums would overflow: in float32, and rounded once
        return _var(x.astype(np.float32), axis=axis, keepdims=keepdims, ddof=ddof).astype(np.float16)
    d = x - _mean(x, axis, True)
    n = count(x, axis) - ddof
    squares = d * d if d.dtype.kind != "c" else (d * d.conj()).real
    return _total(squares, axis=axis, keepdims=keepdims) / (
        n if n > 0 else 0
    )  # as NumPy: NaN, with a warning


def _std(x: Any, *, axis: Axes, keepdims: bool, ddof: float) -> Any:
    """√var, also where the squares of the deviations leave the range of the floats.

    Then the deviations are scaled by a power of two, which changes no digit.
    """
    if x.dtype == np.float16:
        return _std(x.astype(np.float32), axis=axis, keepdims=keepdims, ddof=ddof).astype(np.float16)
    with np.errstate(over="ignore"):
        z = np.sqrt(_var(x, axis=axis, keepdims=keepdims, ddof=ddof))
    n = count(x, axis) - ddof
    if x.dtype.kind not in "fbui" or not z.size or n <= 0:
        return z
    low, high = _SQUARES[z.dtype.char]
    if ((z > low) & (z < high)).all():
        return z
    d = x - _mean(x, axis, True)
    _, exponent = np.frexp(_extremes[0](np.absolute(d), axis=axis, keepdims=True))
    squares = np.square(np.ldexp(d, -exponent))
    scaled = np.sqrt(_total(squares, axis=axis, keepdims=keepdims) / n)
    return np.ldexp(scaled, exponent if keepdims else exponent.reshape(z.shape))


# between these bounds a deviation can be squared without loss
_SQUARES = {
    np.dtype(t).char: (np.sqrt(np.finfo(t).tiny) * 2**30, np.sqrt(np.finfo(t).max) / 2**30)
    for t in (np.float32, np.float64, np.longdouble)
}


var = general(
    "var",
    _var,
    lambda g, z, x, *, axis, keepdims, ddof: (
        spread(g * 2 / freedom(x, axis, ddof), shape=x.shape, axis=axis, keepdims=keepdims)
        * (x - mean(x, axis=axis, keepdims=True))
    ),
    keeps="x",
)
varied = constant("varied", lambda x, *, axis, keepdims: _varied(x, axis, keepdims))


def _varied(x: Any, axis: Axes, keepdims: bool) -> Any:
    """Whether the numbers along the axes are not all the same."""
    if not x.size:
        return np.zeros_like(_total(x, axis=axis, keepdims=keepdims), bool)
    high, low = (extreme(x, axis=axis, keepdims=keepdims) for extreme in _extremes)
    return high != low


# of equal numbers the deviations are 0, but for rounding, and so is the gradient
std = general(
    "std",
    _std,
    lambda g, z, x, *, axis, keepdims, ddof: (
        spread(g / freedom(x, axis, ddof), shape=x.shape, axis=axis, keepdims=keepdims)
        * (
            (x - mean(x, axis=axis, keepdims=True))
            / guard(keep(z, axis, keepdims), varied(x, axis=axis, keepdims=True), 1)
        )
    ),
    keeps="zx",
)


def _to_winners(g: Any, z: Any, x: Any, *, axis: Axes, keepdims: bool) -> Any:
    """g goes to the numbers that are z, which share it evenly."""
    return spread(g, shape=x.shape, axis=axis, keepdims=keepdims) * winners(
        x, keep(z, axis, keepdims), axis=axis
    )


def _extremum(name: str, reduce: Any) -> Row:
    return general(
        name,
        lambda x, *, axis, keepdims: reduce(x, axis=axis, keepdims=keepdims),
        _to_winners,
        keeps="zx",
    )


max = _extremum("max", np.maximum.reduce)
min = _extremum("min", np.minimum.reduce)
nanmax = _extremum("nanmax", np.fmax.reduce)
nanmin = _extremum("nanmin", np.fmin.reduce)


def others(x: Any, axis: Axes) -> Any:
    """For each number the product of all the others along the axes; no division, so zeros do no harm."""
    if len(axis) == 1:
        return before(x, axis=axis[0], reverse=False) * before(x, axis=axis[0], reverse=True)
    if axis == tuple(range(-len(axis), 0)):
        line = reshape(x, shape=(*x.shape[: x.ndim - len(axis)], count(x, axis)), of=x.ndim)
        return reshape(others(line, (-1,)), shape=x.shape, of=line.ndim)
    order = (*(a for a in range(-x.ndim, 0) if a not in axis), *axis)
    back = tuple(order.index(a) - x.ndim for a in range(-x.ndim, 0))
    return transpose(others(transpose(x, axes=order), tuple(range(-len(axis), 0))), axes=back)


def _to_others(g: Any, z: Any, x: Any, *, axis: Axes, keepdims: bool) -> Any:
    return spread(g, shape=x.shape, axis=axis, keepdims=keepdims) * others(x, axis)


prod = general(
    "prod",
    lambda x, *, axis, keepdims: np.multiply.reduce(x, axis=axis, keepdims=keepdims),
    _to_others,
    keeps="x",
)

all = constant("all", lambda x, *, axis, keepdims: np.logical_and.reduce(x, axis=axis, keepdims=keepdims))
any = constant("any", lambda x, *, axis, keepdims: np.logical_or.reduce(x, axis=axis, keepdims=keepdims))
count_nonzero = constant("count_nonzero", np.count_nonzero)
