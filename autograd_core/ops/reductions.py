"""Reductions along axes that are counted from the end, and their transpose, `spread`."""

from math import prod
from typing import Any

import numpy as np

from autograd_core.op import Row, constant, general, linear
from autograd_core.ops.choices import guard, winners
from autograd_core.ops.shapes import Axes, expand


def count(x: Any, axis: Axes) -> int:
    """How many numbers of x one result is made of."""
    return prod(x.shape[a] for a in axis)


def keep(g: Any, axis: Axes, keepdims: bool) -> Any:
    """g with the reduced axes back as axes of size 1."""
    return g if keepdims or not axis else expand(g, axis=axis)


def portion(g: Any, n: int) -> Any:
    """g / n, also where n is no float16."""
    return g * (1 / n) if g.dtype == np.float16 and n > 65504 else g / n


def _spread(x: Any, *, shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """Repeat x along the axes that a reduction of something of this shape took away."""
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
    kind = np.float32 if x.dtype == np.float16 else None if x.dtype.kind in "fc" else np.float64
    mean = _total(x, axis=axis, keepdims=keepdims, dtype=kind) / count(x, axis)
    return mean.astype(x.dtype) if x.dtype == np.float16 else mean


def _var(x: Any, *, axis: Axes, keepdims: bool, ddof: int) -> Any:
    if x.dtype == np.float16:  # the sums would overflow: in float32, and rounded once
        return _var(x.astype(np.float32), axis=axis, keepdims=keepdims, ddof=ddof).astype(np.float16)
    d = x - _mean(x, axis, True)
    return _total(d * d, axis=axis, keepdims=keepdims) / (count(x, axis) - ddof)


var = general(
    "var",
    _var,
    lambda g, z, x, *, axis, keepdims, ddof: (
        spread(g * 2 / (count(x, axis) - ddof), shape=x.shape, axis=axis, keepdims=keepdims)
        * (x - mean(x, axis=axis, keepdims=True))
    ),
    keeps="x",
)
varied = constant("varied", lambda x, *, axis, keepdims: _varied(x, axis, keepdims))


def _varied(x: Any, axis: Axes, keepdims: bool) -> Any:
    """Whether the numbers along the axes are not all the same."""
    high, low = (extreme(x, axis=axis, keepdims=keepdims) for extreme in _extremes)
    return high != low


# of equal numbers the deviations are 0, but for rounding, and so is the gradient
std = general(
    "std",
    lambda x, *, axis, keepdims, ddof: np.sqrt(_var(x, axis=axis, keepdims=keepdims, ddof=ddof)),
    lambda g, z, x, *, axis, keepdims, ddof: (
        spread(
            g / (guard(z, varied(x, axis=axis, keepdims=keepdims), 1) * (count(x, axis) - ddof)),
            shape=x.shape,
            axis=axis,
            keepdims=keepdims,
        )
        * (x - mean(x, axis=axis, keepdims=True))
    ),
    keeps="zx",
)
max = general(
    "max",
    lambda x, *, axis, keepdims: np.maximum.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, z, x, *, axis, keepdims: (
        spread(g, shape=x.shape, axis=axis, keepdims=keepdims)
        * winners(x, keep(z, axis, keepdims), axis=axis)
    ),
    keeps="zx",
)
min = general(
    "min",
    lambda x, *, axis, keepdims: np.minimum.reduce(x, axis=axis, keepdims=keepdims),
    lambda g, z, x, *, axis, keepdims: (
        spread(g, shape=x.shape, axis=axis, keepdims=keepdims)
        * winners(x, keep(z, axis, keepdims), axis=axis)
    ),
    keeps="zx",
)
