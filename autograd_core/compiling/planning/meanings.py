"""Rows whose forward function is several passes, written out in rows of one pass each: the same numbers."""

from math import prod
from typing import Any

import numpy as np

from autograd_core.compiling.planning.making import Maker
from autograd_core.op import Row
from autograd_core.ops import activations, choices, exponentials, reductions
from autograd_core.ops import arithmetic as a
from autograd_core.ops.softmaxes import log_total
from autograd_core.symbols import Symbol

Operands = tuple[Any, ...]
logarithm = Row("log_total", "constant", log_total)
"""The logarithm of Σ e, where the largest e is 1."""
FLOATS = (np.float32, np.float64)


def _strong(z: Symbol, operands: Operands) -> bool:
    """Whether all operands are arrays of the dtype of the result, which is an ordinary one."""
    if z.dtype not in FLOATS:
        return False
    return all(isinstance(x, Symbol) and not x.weak and x.dtype == z.dtype for x in operands)


def _relu(maker: Maker, z: Symbol, operands: Operands) -> Any:
    return maker.apply(choices.maximum, *operands, 0, dtype=z.dtype) if _strong(z, operands) else None


def _softplus(maker: Maker, z: Symbol, operands: Operands) -> Any:
    if not _strong(z, operands):
        return None
    if z.size < activations.MANY:
        return maker.apply(exponentials.logaddexp, 0.0, *operands, dtype=z.dtype)
    return _log_one_plus_exp(maker, *operands)


def _logsigmoid(maker: Maker, z: Symbol, operands: Operands) -> Any:
    if not _strong(z, operands) or z.size < activations.MANY:
        return None
    negative = maker.apply(a.negative, *operands, dtype=z.dtype)
    return maker.apply(a.negative, _log_one_plus_exp(maker, negative), dtype=z.dtype)


def _log_one_plus_exp(maker: Maker, x: Symbol) -> Any:
    e = maker.apply(a.negative, maker.apply(a.absolute, x, dtype=x.dtype), dtype=x.dtype)
    e = maker.apply(exponentials.log1p, maker.apply(exponentials.exp, e, dtype=x.dtype), dtype=x.dtype)
    return maker.apply(a.add, e, maker.apply(choices.maximum, x, 0, dtype=x.dtype), dtype=x.dtype)


def _clip(maker: Maker, z: Symbol, operands: Operands) -> Any:
    x, low, high = operands
    numbers = all(isinstance(y, int | float) and not isinstance(y, bool) for y in (low, high))
    if not _strong(z, (x,)) or not (numbers or _strong(z, operands)):
        return None
    least = maker.apply(choices.maximum, x, low, dtype=z.dtype)
    return maker.apply(choices.minimum, least, high, dtype=z.dtype)


def _softmax(maker: Maker, z: Symbol, operands: Operands) -> Any:
    if not _strong(z, operands) or not z.size:
        return None
    (x,) = operands
    words = {"axis": z.params["axis"], "keepdims": True}
    kept = tuple(1 if i - x.ndim in words["axis"] else n for i, n in enumerate(x.shape))
    top = maker.make(reductions.max, (x,), words, kept, z.dtype)
    e = maker.apply(exponentials.exp, maker.apply(a.subtract, x, top, dtype=z.dtype), dtype=z.dtype)
    return maker.apply(a.divide, e, maker.total(e, words["axis"], keepdims=True), dtype=z.dtype)


def _log_softmax(maker: Maker, z: Symbol, operands: Operands) -> Any:
    if not _strong(z, operands) or not z.size:
        return None
    (x,) = operands
    axis = z.params["axis"]
    kept = tuple(1 if i - x.ndim in axis else n for i, n in enumerate(x.shape))
    top = maker.make(reductions.max, (x,), {"axis": axis, "keepdims": True}, kept, z.dtype)
    d = maker.apply(a.subtract, x, top, dtype=z.dtype)
    e = maker.apply(exponentials.exp, d, dtype=z.dtype)
    total = maker.make(logarithm, (e,), {"axis": axis}, kept, z.dtype)
    return maker.apply(a.subtract, d, total, dtype=z.dtype)


def _var(maker: Maker, z: Symbol, operands: Operands) -> Any:
    (x,) = operands
    axes, ddof = z.params["axis"], z.params["ddof"]
    if not _strong(z, operands) or not x.size or not axes:
        return None
    n = prod(x.shape[i] for i in axes)
    if n - ddof <= 0:
        return None
    d = maker.apply(a.subtract, x, maker.mean(x, axes, keepdims=True), dtype=z.dtype)
    squares = maker.total(maker.apply(a.multiply, d, d, dtype=z.dtype), axes, keepdims=z.params["keepdims"])
    return maker.apply(a.divide, squares, n - ddof, dtype=z.dtype)


MEANINGS: dict[str, Any] = {
    "relu": _relu,
    "softplus": _softplus,
    "logsigmoid": _logsigmoid,
    "clip": _clip,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "var": _var,
}
