"""Shapes, joining and indexing with NumPy's signatures."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd_core.functions.words import Axis, axes, operand, permutation, whole_index, whole_shape
from autograd_core.ops import broadcasting, indexing, joining, shapes

T = TypeVar("T")


def reshape(x: T, shape: int | Sequence[int]) -> T:
    """The same numbers in another shape, in C order; one size may be -1."""
    x = operand(x)
    whole = whole_shape(shape, x.size)  # type: ignore[attr-defined]
    return shapes.reshape(x, shape=whole, of=x.ndim)  # type: ignore[attr-defined, no-any-return]


def ravel(x: T) -> T:
    """All numbers in one axis, in C order."""
    return reshape(x, -1)


def transpose(x: T, axes: Sequence[int] | None = None) -> T:
    """The axes in another order; without `axes` reversed."""
    x = operand(x)
    return shapes.transpose(x, axes=permutation(axes, x.ndim))  # type: ignore[attr-defined, no-any-return]


def swapaxes(x: T, axis1: int, axis2: int) -> T:
    """Two axes exchanged."""
    x = operand(x)
    n: int = x.ndim  # type: ignore[attr-defined]
    order = list(range(n))
    i, j = normalize_axis_index(axis1, n), normalize_axis_index(axis2, n)
    order[i], order[j] = order[j], order[i]
    return shapes.transpose(x, axes=permutation(order, n))  # type: ignore[no-any-return]


def expand_dims(x: T, axis: int | Sequence[int]) -> T:
    """Axes of size 1 put where `axis` says, counted in the result."""
    x = operand(x)
    n = x.ndim + (len(axis) if isinstance(axis, list | tuple) else 1)  # type: ignore[attr-defined]
    return shapes.expand(x, axis=axes(axis, n))  # type: ignore[no-any-return]


def squeeze(x: T, axis: Axis = None) -> T:
    """Axes of size 1 taken away; without `axis` all of them."""
    x = operand(x)
    shape: tuple[int, ...] = x.shape  # type: ignore[attr-defined]
    n = len(shape)
    found = tuple(i - n for i in range(n) if shape[i] == 1) if axis is None else axes(axis, n)
    for a in found:
        if shape[a] != 1:
            raise ValueError(f"squeeze: axis {a} of shape {shape} has size {shape[a]}, not 1")
    return shapes.squeeze(x, axis=found)  # type: ignore[no-any-return]


def broadcast_to(x: T, shape: int | Sequence[int]) -> T:
    """x repeated along new axes and axes of size 1, without copying."""
    x = operand(x)
    whole = (int(shape),) if isinstance(shape, int | np.integer) else tuple(int(n) for n in shape)
    return broadcasting.broadcast_to(x, shape=whole, of=x.ndim)  # type: ignore[attr-defined, no-any-return]


def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    """The arrays one after the other along an axis; with axis None all are flattened first."""
    xs = [operand(x) for x in arrays]
    if not xs:
        raise ValueError("concatenate: at least one array is needed, got none")
    if axis is None:
        xs, axis = [ravel(x) for x in xs], 0
    (last,) = axes(axis, xs[0].ndim)
    return joining.concatenate(*xs, axis=last)


def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """The arrays side by side along a new axis."""
    xs = [operand(x) for x in arrays]
    if not xs:
        raise ValueError("stack: at least one array is needed, got none")
    (last,) = axes(axis, xs[0].ndim + 1)
    return joining.stack(*xs, axis=last)


def take_index(x: Any, index: Any) -> Any:
    """x[index] for every index that NumPy knows, except a single Boolean."""
    whole, arrays = whole_index(index, x.shape)
    return indexing.getitem(x, *arrays, index=whole)
