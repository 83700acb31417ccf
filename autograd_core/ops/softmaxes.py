"""Exponentials in relation to their sum: logsumexp, softmax, log_softmax.

The largest number is taken off first, so that no exponential overflows; float16 is computed in float32 and
rounded once.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.op import Row, general
from autograd_core.ops.constants import ones
from autograd_core.ops.exponentials import exp
from autograd_core.ops.reductions import spread, sum
from autograd_core.ops.shapes import Axes

Kernel = Callable[..., Any]


def _in_float32(kernel: Kernel) -> Kernel:
    def wide(x: Any, *, axis: Axes, **words: Any) -> Any:
        if x.dtype == np.float16:
            return kernel(x.astype(np.float32), axis=axis, **words).astype(np.float16)
        return kernel(x, axis=axis, **words)

    return wide


def _largest(x: Any, axis: Axes) -> Any:
    return np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf)


def _total(e: Any, axis: Axes) -> Any:
    if axis == (-1,) and e.ndim == 2 and e.dtype.char in "fd" and 0 < e.shape[1] <= 4096:
        return e.dot(ones(e.shape[1], e.dtype))[:, None]  # BLAS adds up the lines of a matrix sooner
    total: Any = np.add.reduce
    return total(e, axis=axis, keepdims=True)


def log_total(e: Any, axis: Axes) -> Any:
    """log Σ e of numbers of which the largest is 1; where little is added to that 1, by log1p."""
    total = _total(e, axis)
    if not np.fmin.reduce(total, axis=None, initial=np.inf) < 1.5:
        return np.log(total)
    largest = (e == 1).astype(e.dtype)  # as numbers, which are added up much faster than Booleans
    more = _total(e - largest, axis)
    more += _total(largest, axis) - 1
    return np.log1p(more)


def _softmax(x: Any, *, axis: Axes) -> Any:
    e = np.exp(x - _largest(x, axis))
    return e / _total(e, axis)


def _log_softmax(x: Any, *, axis: Axes) -> Any:
    d = x - _largest(x, axis)
    return d - log_total(np.exp(d), axis) if x.size else d


def _shares(x: Any, *, axis: Axes) -> Any:
    """softmax, and its limits: numbers that are ∞ share 1 evenly, and if all are −∞ each gets 0."""
    top = _largest(x, axis)
    if np.isfinite(top).all():
        return _softmax(x, axis=axis)
    limits = (x == top) & (top > 0)
    counts = np.maximum(_total(limits, axis), 1).astype(x.dtype)
    shares = np.where(np.isnan(top), top, limits / counts)
    return np.where(np.isfinite(top), _softmax(np.where(np.isfinite(top), x, 0), axis=axis), shares)


def _logsumexp(x: Any, *, axis: Axes, keepdims: bool) -> Any:
    top = _largest(x, axis)
    finite = np.isfinite(top)
    if not x.size:
        z = top
    elif finite.all():
        z = top + log_total(np.exp(x - top), axis)
    else:
        shift = np.where(finite, top, 0)
        e = np.where(finite, np.exp(np.where(finite, x, 0) - shift), 1)
        z = np.where(finite, shift + log_total(e, axis), top)
    return z if keepdims else z.reshape([n for i, n in enumerate(x.shape) if i - x.ndim not in axis])


def _against_all(g: Any, z: Any, x: Any, *, axis: Axes) -> Any:
    return z * (g - sum(g * z, axis=axis, keepdims=True))


softmax: Row = general("softmax", _in_float32(_softmax), _against_all, keeps="z")
# the softmax inside the derivative of logsumexp
shares: Row = general("shares", _in_float32(_shares), _against_all, keeps="z")
log_softmax = general(
    "log_softmax",
    _in_float32(_log_softmax),
    lambda g, z, x, *, axis: g - exp(z) * sum(g, axis=axis, keepdims=True),
    keeps="z",
)
logsumexp = general(
    "logsumexp",
    _in_float32(_logsumexp),
    lambda g, z, x, *, axis, keepdims: (
        spread(g, shape=x.shape, axis=axis, keepdims=keepdims) * shares(x, axis=axis)
    ),
    keeps="x",
)
