"""Other sizes: interpolation and adaptive pooling, one axis after the other.

Along one axis all of these but the largest number are a matrix (new size, old size), so they are products
with at most one matrix for each axis.
"""

from collections.abc import Callable
from math import floor, prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import operand
from nn.functional.pooling import avg_pooled, pooling_input
from nn.functional.rooms import Shape
from nn.functional.windows import per_axis

Axis = Callable[[int, int, float], Any]
"""From the old size, the new one, and how many old steps a new one is, to a matrix (new, old)."""


# ---- interpolation -----------------------------------------------------------------------------------------


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
) -> Any:
    """Input (N, C, *size) with as many numbers along the last axes as asked.

    Args:
        input: (N, C, L), (N, C, H, W) or (N, C, D, H, W).
        size: the new size, a number or one for each axis; or:
        scale_factor: how much larger, a number or one for each axis; the new size is rounded down.
        mode: "nearest" (the number at ⌊i · old/new⌋), "nearest-exact" (the one nearest to the middle),
            "linear", "bilinear" or "trilinear" (for one, two or three axes, straight lines between numbers),
            "bicubic" (for two; cubic curves, a = −3/4), or "area" (`adaptive_avg_pool2d`).
        align_corners: for lines and curves. True: the first and the last numbers stay; None and False:
            numbers are the middles of cells of which the borders stay.
        recompute_scale_factor: True: work with new size / old size instead of the scale_factor.

    Raises:
        ValueError: for a mode that is unknown or for another number of axes, both or none of size and
            scale_factor, or align_corners with a mode that has no corners.

    R. Keys: Cubic convolution interpolation for digital image processing (1981). torch's `antialias` is left
    out.

    >>> interpolate([[[1.0, 2.0]]], scale_factor=2, mode="linear")
    array([[[1.  , 1.25, 1.75, 2.  ]]])
    """
    x = operand("interpolate: input", input)
    n = x.ndim - 2
    if n not in (1, 2, 3) or 0 in x.shape[1:]:
        raise ValueError(f"interpolate: input is (N, C, *size) with 1 to 3 axes, not empty, got {x.shape}")
    if mode not in MODES or MODES[mode][1] not in (0, n):
        fitting = ", ".join(repr(m) for m, (_, axes) in MODES.items() if axes in (0, n))
        raise ValueError(f"interpolate: mode for input {x.shape} is one of {fitting}, got {mode!r}")
    matrix, axes = MODES[mode]
    if align_corners is not None and not axes:
        raise ValueError(f"interpolate: align_corners is not for mode={mode!r}")
    old = x.shape[2:]
    new, steps = _sizes(old, size, scale_factor, bool(recompute_scale_factor))
    if matrix is None:
        return adaptive_avg_pooled("interpolate", n, x, new)
    for axis, (m, k, step) in enumerate(zip(old, new, steps, strict=True)):
        if align_corners:
            step = (m - 1) / (k - 1) if k > 1 else 0.0
            x = _along(x, axis - n, matrix(m, k, step, np.arange(k) * step))
        elif axes:
            x = _along(x, axis - n, matrix(m, k, step, (np.arange(k) + 0.5) * step - 0.5))
        else:
            x = ac.take(x, matrix(m, k, step, np.arange(k)), axis=axis - n)
    return x


def _sizes(old: Shape, size: Any, scale: Any, again: bool) -> tuple[Shape, tuple[float, ...]]:
    """The new sizes, and how many old steps a new one is."""
    n = len(old)
    if (size is None) == (scale is None):
        raise ValueError("interpolate: one of size and scale_factor is given")
    if size is not None:
        new = per_axis("interpolate: size", size, n)
        return new, tuple(m / k for m, k in zip(old, new, strict=True))
    factors = (
        tuple(np.broadcast_to(np.asarray(scale, float), (n,)).tolist()) if np.size(scale) in (1, n) else ()
    )
    new = tuple(floor(m * f) if f > 0 else 0 for m, f in zip(old, factors, strict=False))
    if min(new, default=0) < 1:
        raise ValueError(f"interpolate: scale_factor {scale!r} makes no sizes of {old}")
    if again:
        return new, tuple(m / k for m, k in zip(old, new, strict=True))
    return new, tuple(1 / f for f in factors)


def _nearest(m: int, k: int, step: float, places: Any) -> Any:
    return np.minimum(np.floor(places * step), m - 1).astype(np.intp)


def _middle(m: int, k: int, step: float, places: Any) -> Any:
    return _nearest(m, k, step, places + 0.5)


def _lines(m: int, k: int, step: float, places: Any) -> Any:
    places = np.maximum(places, 0)
    low = np.minimum(np.floor(places), m - 1).astype(np.intp)
    weight = np.minimum(places - low, 1)
    matrix = np.zeros((k, m))
    np.add.at(matrix, (np.arange(k), low), 1 - weight)
    np.add.at(matrix, (np.arange(k), np.minimum(low + 1, m - 1)), weight)
    return matrix


def _cubics(m: int, k: int, step: float, places: Any, a: float = -0.75) -> Any:
    low = np.floor(places)
    matrix = np.zeros((k, m))
    for j in (-1, 0, 1, 2):
        t = np.abs(places - low - j)
        near = ((a + 2) * t - (a + 3)) * t * t + 1
        far = ((t - 5) * t + 8) * t * a - 4 * a
        at = np.clip(low + j, 0, m - 1).astype(np.intp)
        np.add.at(matrix, (np.arange(k), at), np.where(t <= 1, near, far))
    return matrix


# how the numbers of one axis are found, and for how many axes (0: any; then there are no corners)
MODES: dict[str, tuple[Any, int]] = {
    "nearest": (_nearest, 0),
    "nearest-exact": (_middle, 0),
    "area": (None, 0),
    "linear": (_lines, 1),
    "bilinear": (_lines, 2),
    "trilinear": (_lines, 3),
    "bicubic": (_cubics, 2),
}


def _along(x: Any, axis: int, matrix: Any) -> Any:
    """The product with a matrix (new, old) along an axis counted from the end."""
    matrix = matrix.astype(x.dtype if x.dtype.kind == "f" else float)
    if axis == -1:
        return ac.matmul(x, matrix.T)
    if axis == -2:
        return ac.matmul(matrix, x)
    return ac.moveaxis(ac.matmul(ac.moveaxis(x, axis, -1), matrix.T), -1, axis)


# ---- adaptive pooling --------------------------------------------------------------------------------------


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """Means of input (N, C, L) or (C, L), so many as asked; see `adaptive_avg_pool2d`.

    >>> adaptive_avg_pool1d([[1.0, 2.0, 3.0]], 2)
    array([[1.5, 2.5]])
    """
    return adaptive_avg_pooled("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """Means of input (N, C, H, W) or (C, H, W), so many as asked, over windows of nearly the same size.

    Along an axis of m numbers the window i of k begins at ⌊i·m/k⌋ and ends before ⌈(i + 1)·m/k⌉.

    Args:
        input: an array.
        output_size: the new size, a number or one for each axis; None: that of the input.

    Raises:
        ValueError: if the shape does not fit, or the size is below 1.

    >>> adaptive_avg_pool2d(np.arange(16.0).reshape(1, 4, 4), (1, 2))
    array([[[6.5, 8.5]]])
    """
    return adaptive_avg_pooled("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Any:
    """Means of input (N, C, D, H, W) or (C, D, H, W), so many as asked; see `adaptive_avg_pool2d`.

    >>> adaptive_avg_pool3d(np.ones((2, 3, 4, 5, 6)), 2).shape
    (2, 3, 2, 2, 2)
    """
    return adaptive_avg_pooled("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest numbers of input (N, C, L) or (C, L), so many as asked; see `adaptive_max_pool2d`.

    >>> adaptive_max_pool1d([[1.0, 2.0, 3.0]], 2)
    array([[2., 3.]])
    """
    return adaptive_max_pooled("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest number of every window of `adaptive_avg_pool2d`; of several the first gets the gradient.

    Raises:
        ValueError: if the shape does not fit, or the size is below 1.

    >>> adaptive_max_pool2d(np.arange(16.0).reshape(1, 4, 4), (1, 2))
    array([[[13., 15.]]])
    """
    return adaptive_max_pooled("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest numbers of input (N, C, D, H, W) or (C, D, H, W); see `adaptive_max_pool2d`.

    >>> adaptive_max_pool3d(np.ones((2, 3, 4, 5, 6)), 2).shape
    (2, 3, 2, 2, 2)
    """
    return adaptive_max_pooled("adaptive_max_pool3d", 3, input, output_size, return_indices)


def adaptive_avg_pooled(name: str, n: int, input: Any, output_size: Any) -> Any:
    """The means for n axes; the name is for errors."""
    x = pooling_input(name, n, input)
    sizes, asked = x.shape[-n:], _asked(name, x.shape[-n:], output_size)
    if not any(m % k for m, k in zip(sizes, asked, strict=True)):
        windows = tuple(m // k for m, k in zip(sizes, asked, strict=True))
        return avg_pooled(name, n, x, windows, None, 0, False, True)
    for axis, k in enumerate(asked):
        m = x.shape[axis - n]
        matrix = np.zeros((k, m))
        for i, (start, end) in enumerate(_parts(m, k)):
            matrix[i, start:end] = 1 / (end - start)
        if k != m:
            x = _along(x, axis - n, matrix)
    return x


def adaptive_max_pooled(name: str, n: int, input: Any, output_size: Any, return_indices: bool) -> Any:
    """The largest numbers for n axes; the name is for errors."""
    x = pooling_input(name, n, input)
    old, lead = x.shape[-n:], x.shape[:-n]
    new = _asked(name, old, output_size)
    table = np.zeros((1, 1), np.intp)  # of every window the positions in the old axes as one row
    for m, k in zip(old, new, strict=True):
        parts = _parts(m, k)
        longest = max(end - start for start, end in parts)
        # a window that is shorter repeats its first number, which changes neither the largest nor the first
        where = np.array(
            [[start + (j if start + j < end else 0) for j in range(longest)] for start, end in parts]
        )
        table = (table[:, None, :, None] * m + where[None, :, None, :]).reshape(len(table) * k, -1)
    row = ac.reshape(x, (*lead, prod(old)))
    best = ac.argmax(ac.take(row, table, axis=-1), axis=-1)
    places = ac.take(table.reshape(-1), best + table.shape[1] * np.arange(len(table)))
    z = ac.reshape(ac.take_along_axis(row, places, axis=-1), lead + new)
    return (z, places.reshape(lead + new)) if return_indices else z


def _asked(name: str, old: Shape, output_size: Any) -> Shape:
    asked = output_size if isinstance(output_size, list | tuple) else (output_size,) * len(old)
    if len(asked) != len(old):
        raise ValueError(f"{name}: output_size is a number or {len(old)} of them, got {output_size!r}")
    filled = [m if k is None else k for m, k in zip(old, asked, strict=True)]
    return per_axis(f"{name}: output_size", filled, len(old))


def _parts(m: int, k: int) -> list[tuple[int, int]]:
    return [(i * m // k, -(-(i + 1) * m // k)) for i in range(k)]
