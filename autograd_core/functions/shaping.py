"""The same numbers in other shapes, with NumPy's signatures."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.values import live, values
from autograd_core.functions.words import (
    Axis,
    axes,
    axis_index,
    axis_indices,
    called,
    operand,
    permutation,
    told,
    whole_shape,
)
from autograd_core.ops import broadcasting, indexing, shapes

T = TypeVar("T")

__all__ = [
    "ascontiguousarray",
    "asfortranarray",
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "broadcast_to",
    "copy",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "matrix_transpose",
    "meshgrid",
    "moveaxis",
    "permute_dims",
    "ravel",
    "repeat",
    "reshape",
    "rollaxis",
    "rot90",
    "squeeze",
    "swapaxes",
    "tile",
    "transpose",
]


def reshape(a: T, shape: int | Sequence[int], order: str = "C", *, copy: bool | None = None) -> T:
    """The same numbers in another shape; one size may be -1.

    Args:
        order: how the numbers are counted: "C", the last axis fastest, "F", the first axis fastest, or "A",
            as they lie in memory.
        copy: False refuses a shape that needs a copy; else it changes nothing, for results are never
            written to.

    Raises:
        ValueError: if the numbers do not fill the shape.

    >>> reshape(np.arange(4.0), (2, -1), order="F")
    array([[0., 2.],
           [1., 3.]])
    """
    x = operand(a)
    whole = whole_shape(shape, x.size)
    z = _reshaped(x, whole, "C" if order == "C" else _order(order, x, "reshape"))
    if copy is None:
        return z  # type: ignore[no-any-return]
    if copy is False and x.size and not np.may_share_memory(_memory(z), _memory(x)):
        raise ValueError(f"reshape: shape {x.shape} does not become {whole} without a copy (copy=False)")
    if copy and z is not x and not live(z) and np.may_share_memory(z, x):
        return z.copy()  # type: ignore[no-any-return]
    return z  # type: ignore[no-any-return]


def _reshaped(x: Any, shape: tuple[int, ...], order: str) -> Any:
    if order == "C":
        return shapes.reshape(x, shape=shape, of=x.ndim)
    return transpose(shapes.reshape(transpose(x), shape=shape[::-1], of=x.ndim))


def _memory(x: Any) -> Any:
    """The array behind x, whose layout is asked; a Symbol has none."""
    return getattr(x, "_array", x)


def _order(order: Any, x: Any, name: str, known: str = "CFA") -> str:
    """C or F, from a letter of NumPy's."""
    letter = str(order).upper()
    if letter not in known or len(letter) != 1:
        axes = "" if isinstance(order, str) else "; some axes are joined by reshape(len(x), -1)"
        raise ValueError(f"{name}: order is one of {', '.join(known)}, got {order!r}{axes}")
    if letter == "A":
        flags = getattr(_memory(x), "flags", None)
        return "F" if flags is not None and flags.f_contiguous and not flags.c_contiguous else "C"
    return letter


def ravel(a: T, order: str = "C") -> T:
    """All numbers in one axis; counted as in `reshape`, or with order "K" as the axes lie in memory."""
    x = operand(a)
    letter = _order(order, x, "ravel", "CFAK")
    if letter == "K":
        strides = getattr(_memory(x), "strides", (0,) * x.ndim)
        by_step = sorted(range(x.ndim), key=lambda k: -abs(strides[k]))
        x, letter = shapes.transpose(x, axes=permutation(by_step, x.ndim)), "C"
    return _reshaped(x, (x.size,), letter)  # type: ignore[no-any-return]


def copy(a: T, order: str = "K") -> T:
    """The same numbers again, connected: the gradient passes through. `order` changes nothing visible."""
    x = operand(a)
    if str(order).upper() not in ("K", "A", "C", "F"):
        raise ValueError(f"copy: order is one of K, A, C, F, got {order!r}")
    return x.astype(x.dtype) if live(x) else np.array(x, order=order)  # type: ignore[call-overload,no-any-return]


def astype(x: T, dtype: Any, *, copy: bool = True) -> T:
    """The same numbers in another dtype; the gradient comes back in the first one."""
    a = operand(x)
    return a if not copy and a.dtype == np.dtype(dtype) else a.astype(dtype)  # type: ignore[no-any-return]


def ascontiguousarray(a: T, dtype: Any = None) -> T:
    """The same numbers, in C order in memory, with at least one axis."""
    x = atleast_1d(_cast(a, dtype))
    return _in_memory(x) if live(x) else np.ascontiguousarray(x)  # type: ignore[return-value]


def asfortranarray(a: T, dtype: Any = None) -> T:
    """The same numbers, in Fortran order in memory, with at least one axis."""
    x = atleast_1d(_cast(a, dtype))
    return transpose(_in_memory(transpose(x))) if live(x) else np.asfortranarray(x)  # type: ignore[return-value]


def _cast(a: Any, dtype: Any) -> Any:
    x = operand(a)
    return x if dtype is None else x.astype(dtype)


def _in_memory(x: Any) -> Any:
    """x in C order: in one row the numbers cannot lie otherwise."""
    return shapes.reshape(shapes.reshape(x, shape=(x.size,), of=x.ndim), shape=x.shape, of=1)


# ---- the order of axes -----------------------------------------------------------------------------------


def transpose(a: T, axes: Sequence[int] | None = None) -> T:
    """The axes in another order; without `axes` reversed."""
    x = operand(a)
    return shapes.transpose(x, axes=permutation(axes, x.ndim))  # type: ignore[no-any-return]


def permute_dims(a: T, axes: Sequence[int] | None = None) -> T:
    """The axes in another order; without `axes` reversed."""
    return transpose(a, axes)


def matrix_transpose(x: T) -> T:
    """The last two axes exchanged: the transpose of every matrix in a stack."""
    a = operand(x)
    if a.ndim < 2:
        raise ValueError(f"matrix_transpose: at least two axes are needed, got shape {a.shape}")
    return swapaxes(a, -1, -2)  # type: ignore[no-any-return]


def swapaxes(a: T, axis1: int, axis2: int) -> T:
    """Two axes exchanged."""
    x = operand(a)
    n: int = x.ndim
    order = list(range(n))
    i, j = axis_index(axis1, n), axis_index(axis2, n)
    order[i], order[j] = order[j], order[i]
    return shapes.transpose(x, axes=permutation(order, n))  # type: ignore[no-any-return]


def moveaxis(a: T, source: int | Sequence[int], destination: int | Sequence[int]) -> T:
    """Axes taken from some places and put to others; the rest keep their order.

    >>> moveaxis(np.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    x = operand(a)
    taken = axis_indices(source, x.ndim, "source")
    put = axis_indices(destination, x.ndim, "destination")
    if len(taken) != len(put):
        raise ValueError(f"moveaxis: {len(taken)} axes are taken, {len(put)} places are given for them")
    order = [k for k in range(x.ndim) if k not in taken]
    for place, axis in sorted(zip(put, taken, strict=True)):
        order.insert(place, axis)
    return shapes.transpose(x, axes=permutation(order, x.ndim))  # type: ignore[no-any-return]


def rollaxis(a: T, axis: int, start: int = 0) -> T:
    """One axis put in front of the axis `start`; `moveaxis` says it more plainly."""
    x = operand(a)
    n: int = x.ndim
    axis = axis_index(axis, n)
    if not -n <= start <= n:
        raise np.exceptions.AxisError(f"rollaxis: start lies between {-n} and {n}, got {start}")
    start += n if start < 0 else 0
    return moveaxis(x, axis, start - (axis < start))  # type: ignore[no-any-return]


def flip(m: T, axis: Axis = None) -> T:
    """The numbers along some axes in reverse order; without `axis` along all."""
    x = operand(m)
    turned = axes(axis, x.ndim)
    back, as_is = slice(None, None, -1), slice(None)
    return indexing.getitem(  # type: ignore[no-any-return]
        x, index=tuple(back if k in turned else as_is for k in range(-x.ndim, 0))
    )


def fliplr(m: T) -> T:
    """The columns in reverse order: axis 1 flipped."""
    return flip(_at_least(m, 2, "fliplr"), 1)  # type: ignore[no-any-return]


def flipud(m: T) -> T:
    """The rows in reverse order: axis 0 flipped."""
    return flip(_at_least(m, 1, "flipud"), 0)  # type: ignore[no-any-return]


def _at_least(m: Any, n: int, name: str) -> Any:
    x = operand(m)
    if x.ndim < n:
        raise ValueError(f"{name}: an array with at least {n} axes is needed, got shape {x.shape}")
    return x


def rot90(m: T, k: int = 1, axes: tuple[int, int] = (0, 1)) -> T:
    """Turned k times by 90°, from the first towards the second of the two axes.

    >>> rot90(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[2., 4.],
           [1., 3.]])
    """
    x = operand(m)
    if len(axes) != 2:
        raise ValueError(f"rot90: two axes are needed, got {tuple(axes)}")
    first, second = (axis_index(a, x.ndim) for a in axes)
    if first == second:
        raise ValueError(f"rot90: two different axes are needed, got {tuple(axes)}")
    turns = k % 4
    if turns == 0:
        return indexing.getitem(x, index=(slice(None),) * x.ndim)  # type: ignore[no-any-return]
    if turns == 2:
        return flip(x, (first, second))  # type: ignore[no-any-return]
    if turns == 1:
        return swapaxes(flip(x, second), first, second)  # type: ignore[no-any-return]
    return flip(swapaxes(x, first, second), second)  # type: ignore[no-any-return]


# ---- axes of size 1 --------------------------------------------------------------------------------------


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


def atleast_1d(*arys: Any) -> Any:
    """Each argument with at least one axis; of several a tuple."""
    return _one_or_all([expand_dims(x, 0) if x.ndim == 0 else x for x in map(operand, arys)])


def atleast_2d(*arys: Any) -> Any:
    """Each argument with at least two axes, new ones in front; of several a tuple."""
    return _one_or_all([expand_dims(x, tuple(range(2 - x.ndim))) for x in map(operand, arys)])


def atleast_3d(*arys: Any) -> Any:
    """Each argument with at least three axes: a row becomes (1, n, 1), a matrix (m, n, 1); of several a
    tuple."""
    new = {0: (0, 1, 2), 1: (0, 2), 2: (2,)}
    return _one_or_all([expand_dims(x, new[x.ndim]) if x.ndim < 3 else x for x in map(operand, arys)])


def _one_or_all(results: list[Any]) -> Any:
    return results[0] if len(results) == 1 else tuple(results)


# ---- repetition ------------------------------------------------------------------------------------------


def broadcast_to(array: T, shape: int | Sequence[int]) -> T:
    """x repeated along new axes and axes of size 1, without copying."""
    x = operand(array)
    whole = (int(shape),) if isinstance(shape, int | np.integer) else tuple(int(n) for n in shape)
    if x.ndim > len(whole):
        raise ValueError(f"{called('broadcast_to')}: shape {x.shape} has more axes than {whole}")
    return broadcasting.broadcast_to(x, shape=whole, of=x.ndim)  # type: ignore[no-any-return]


def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    """Every argument broadcast to the shape that they have together."""
    xs = [operand(x) for x in args]
    try:
        shape = np.broadcast_shapes(*(x.shape for x in xs))
    except ValueError as error:
        raise told(error, "broadcast_arrays") from None
    return tuple(x if x.shape == shape else broadcast_to(x, shape) for x in xs)


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinates of the points of a grid, one array per row of numbers.

    Args:
        copy: has no effect on values; without it NumPy's arrays share memory.
        sparse: leave the arrays as thin as broadcasting allows.
        indexing: "ij": the first row of numbers along axis 0; "xy": along axis 1, as pictures have it.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing is 'xy' or 'ij', got {indexing!r}")
    xs = [ravel(operand(x)) for x in xi]
    n = len(xs)
    places = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    thin = [
        reshape(x, tuple(-1 if j == place else 1 for j in range(n)) if x.size else _empty(place, n))
        for x, place in zip(xs, places, strict=True)
    ]
    grids = tuple(thin) if sparse else broadcast_arrays(*thin)
    return tuple(g.copy() if copy and isinstance(g, np.ndarray) else g for g in grids)


def _empty(place: int, n: int) -> tuple[int, ...]:
    return tuple(0 if j == place else 1 for j in range(n))


def tile(A: Any, reps: int | Sequence[int]) -> Any:
    """A laid side by side `reps` times along each axis; missing axes or counts are 1, in front.

    >>> tile(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2., 1., 2.],
           [1., 2., 1., 2.]])
    """
    x = operand(A)
    given = np.asarray(reps).reshape(-1).tolist()
    if any(not isinstance(r, int) for r in given):
        raise TypeError(f"tile: reps is an integer or several, got {reps!r}")
    if any(r < 0 for r in given):
        raise ValueError(f"tile: reps cannot be negative, got {reps!r}")
    n = max(x.ndim, len(given))
    counts = [1] * (n - len(given)) + given
    sizes = [1] * (n - x.ndim) + list(x.shape)
    # every axis becomes two: which copy, and where in it
    apart = tuple(k for size in sizes for k in (1, size))
    wide = tuple(k for r, size in zip(counts, sizes, strict=True) for k in (r, size))
    whole = tuple(r * size for r, size in zip(counts, sizes, strict=True))
    z = shapes.reshape(x, shape=apart, of=x.ndim)
    z = shapes.reshape(broadcasting.broadcast_to(z, shape=wide, of=2 * n), shape=whole, of=2 * n)
    return z.copy() if z.__class__ is np.ndarray and np.may_share_memory(z, x) else z


def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Every number `repeats` times in a row along an axis, without `axis` all of them in one row. An array
    of counts holds one count for each place.

    >>> repeat(np.array([1.0, 2.0]), [2, 1])
    array([1., 1., 2.])
    """
    x = operand(a)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index(axis, x.ndim)
    counts = np.asarray(values(repeats))
    if counts.dtype.kind not in "iubf" or (counts != np.rint(counts)).any():  # NumPy cuts 1.5 to 1
        raise TypeError(f"repeat: repeats are whole numbers, got {repeats!r}")
    counts = counts.astype(np.intp)
    if (counts < 0).any():
        raise ValueError(f"repeat: repeats cannot be negative, got {repeats!r}")
    size = x.shape[axis]
    if counts.size != 1:
        if counts.shape != (size,):
            raise ValueError(
                f"repeat: repeats is one number or one for each of the {size} places of axis {axis} "
                f"of shape {x.shape}, got shape {counts.shape}"
            )
        places = np.repeat(np.arange(size), counts)
        hole = (*[slice(None)] * axis, indexing.HOLE, *[slice(None)] * (x.ndim - axis - 1))
        return indexing.getitem(x, places, index=hole)
    times = int(counts.reshape(()))
    behind = x.shape[axis + 1 :]
    wide = (size, times, *behind)
    z = shapes.expand(x, axis=(axis - x.ndim,))
    z = broadcasting.broadcast_to(z, shape=wide, of=len(wide))
    z = shapes.reshape(z, shape=(size * times, *behind), of=len(wide))
    return z.copy() if z.__class__ is np.ndarray and np.may_share_memory(z, x) else z
