"""The norms (Σ |x|^p)^(1/p), without overflow or underflow on the way."""

from typing import Any

import numpy as np

from autograd_core.op import general
from autograd_core.ops.arithmetic import sign
from autograd_core.ops.choices import guard
from autograd_core.ops.reductions import keep, spread
from autograd_core.ops.shapes import Axes

_total: Any = np.add.reduce


def _powers(x: Any, p: float, axis: Axes) -> Any:
    """The norm by its formula."""
    if p == 2:
        return np.sqrt(_total(x * x, axis=axis, keepdims=True))
    return _total(np.absolute(x) ** p, axis=axis, keepdims=True) ** (1 / p)


def _norm(x: Any, *, p: float, axis: Axes, keepdims: bool) -> Any:
    """The formula where its sum is far from the ends of the number range, else that of x over the number
    that counts most."""
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    info = np.finfo(x.dtype)
    with np.errstate(all="ignore"):
        z = _powers(x, p, axis)
        sums = z ** abs(p)
        if not np.all((sums > info.tiny / info.eps) & (sums < np.inf)):
            most = _most(np.absolute(x), p, axis)
            unit = np.where((most > 0) & (most < np.inf), most, 1).astype(x.dtype)
            z = _powers(x / unit, p, axis) * unit
    return z if keepdims else z.squeeze(axis)


def _most(size: Any, p: float, axis: Axes) -> Any:
    """The largest number, or of a negative power the smallest."""
    if p > 0:
        return np.max(size, axis=axis, keepdims=True, initial=0)
    return np.min(size, axis=axis, keepdims=True, initial=np.inf)


def _steepness(x: Any, z: Any, p: float) -> Any:
    """x |x|^(p − 2) / z^(p − 1) as a power of a quotient that is at most 1; 0 where x or z is 0."""
    if p < 0:
        ok = x != 0
        return sign(x) * (guard(z, ok, 0.0) / guard(abs(x), ok, 1.0)) ** (1.0 - p)
    ok = z != 0
    r = guard(x, ok, 0.0) / guard(z, ok, 1.0)
    if p == 2:
        return r
    ok = r != 0
    return r * guard(guard(abs(r), ok, 1.0) ** (p - 2.0), ok, 0.0)


norm = general(
    "norm",
    _norm,
    lambda g, z, x, *, p, axis, keepdims: (
        spread(g, shape=x.shape, axis=axis, keepdims=keepdims) * _steepness(x, keep(z, axis, keepdims), p)
    ),
    keeps="zx",
)
