"""Broadcasting, and how contributions to a gradient get rid of it and are added up."""

from sys import getrefcount
from typing import Any

import numpy as np
from numpy import ndarray

from autograd_core.op import linear
from autograd_core.ops.constants import ones
from autograd_core.ops.reductions import sum
from autograd_core.ops.shapes import reshape

_lines: Any = np.add.reduce


def _adds_fast(c: Any) -> bool:
    """Whether BLAS adds up the lines of a matrix faster than NumPy."""
    return len(c) <= 2**16 and c.size >= 1024 and c.dtype.char in "fd" and c.flags.c_contiguous


def unbroadcast(c: Any, shape: tuple[int, ...], lead: int = 0) -> Any:
    """Sum c over the axes by which `shape` was broadcast; the `lead` axes in front are a stack and stay."""
    if c.__class__ is np.ndarray and c.ndim == 2 and not lead and c.shape[1:] == shape:
        return ones(len(c), c.dtype).dot(c) if _adds_fast(c) else _lines(c, 0)
    n = c.ndim - lead
    extra = n - len(shape)
    if extra < 0:
        raise ValueError(f"a gradient of shape {c.shape} cannot belong to a value of shape {shape}")
    inner = c.shape[lead:]
    axes = tuple(i - n for i in range(n) if i < extra or (shape[i - extra] == 1 and inner[i] != 1))
    if axes:
        c = sum(c, axis=axes, keepdims=False)
    return c if c.shape[lead:] == shape else reshape(c, shape=shape, of=c.ndim - lead)


def _count(array: Any) -> int:
    return getrefcount(array)


def _count_alone() -> int:
    array = np.empty(1)
    return _count(array)


HELD_ONCE = _count_alone()
"""What getrefcount says of an argument that one variable of the caller holds, and nobody else."""


def added(old: Any, new: Any) -> Any:
    """The sum of two contributions, put into one of them if only the sweep holds it."""
    if old.__class__ is ndarray and new.__class__ is ndarray:
        if old.shape != new.shape or old.dtype != new.dtype:
            return old + new
        if getrefcount(old) == HELD_ONCE and old.base is None and old.flags.writeable:
            return np.add(old, new, old)
        if getrefcount(new) == HELD_ONCE and new.base is None and new.flags.writeable:
            return np.add(old, new, new)
    return old + new


def _broadcast_to(x: Any, *, shape: tuple[int, ...], of: int) -> Any:
    lead = x.shape[: x.ndim - of]
    padded = lead + (1,) * (len(shape) - of) + x.shape[x.ndim - of :]
    return np.broadcast_to(x.reshape(padded), lead + shape)


broadcast_to = linear(
    "broadcast_to",
    _broadcast_to,
    lambda g, z, x, *, shape, of: unbroadcast(g, x.shape[x.ndim - of :], g.ndim - len(shape)),
)
