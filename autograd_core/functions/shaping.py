"""Shapes, joining and indexing with NumPy's signatures."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd_core.functions.words import Axis, axes, operand, permutation, whole_shape
from autograd_core.ops import broadcasting, shapes

T = TypeVar("T")

__all__ = [
    "broadcast_to",
    "expand_dims",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "transpose",
]


def reshape(a: T, shape: int | Sequence[int]) -> T:
    """The same numbers in another shape, in C order; one size may be -1."""
    x = operand(a)
    whole = whole_shape(shape, x.size)
    return shapes.reshape(x, shape=whole, of=x.ndim)  # type: ignore[no-any-return]


def ravel(a: T) -> T:
    """All numbers in one axis, in C order."""
    return reshape(a, -1)


def transpose(a: T, axes: Sequence[int] | None = None) -> T:
    """The axes in another order; without `axes` reversed."""
    x = operand(a)
    return shapes.transpose(x, axes=permutation(axes, x.ndim))  # type: ignore[no-any-return]


def swapaxes(a: T, axis1: int, axis2: int) -> T:
    """Two axes exchanged."""
    x = operand(a)
    n: int = x.ndim
    order = list(range(n))
    i, j = normalize_axis_index(axis1, n), normalize_axis_index(axis2, n)
    order[i], order[j] = order[j], order[i]
    return shapes.transpose(x, axes=permutation(order, n))  # type: ignore[no-any-return]


def expand_dims(a: T, axis: int | Sequence[int]) -> T:
    """Axes of size 1 put where `axis` says, counted in the result."""
    x = operand(a)
    n = x.ndim + (len(axis) if isinstance(axis, list | tuple) else 1)
    return shapes.expand(x, axis=axes(axis, n))  # type: ignore[no-any-return]


def squeeze(a: T, axis: Axis = None) -> T:
    """Axes of size 1 taken away; without `axis` all of them."""
    x = operand(a)
    shape: tuple[int, ...] = x.shape
    n = len(shape)
    found = tuple(i - n for i in range(n) if shape[i] == 1) if axis is None else axes(axis, n)
    for k in found:
        if shape[k] != 1:
            raise ValueError(f"squeeze: axis {k} of shape {shape} has size {shape[k]}, not 1")
    return shapes.squeeze(x, axis=found)  # type: ignore[no-any-return]


def broadcast_to(array: T, shape: int | Sequence[int]) -> T:
    """x repeated along new axes and axes of size 1, without copying."""
    x = operand(array)
    whole = (int(shape),) if isinstance(shape, int | np.integer) else tuple(int(n) for n in shape)
    return broadcasting.broadcast_to(x, shape=whole, of=x.ndim)  # type: ignore[no-any-return]
