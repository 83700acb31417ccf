"""Joining, splitting, shifting and padding with NumPy's signatures."""

from collections.abc import Sequence
from itertools import pairwise
from operator import index
from typing import Any

import numpy as np

from autograd_core.functions import padding
from autograd_core.functions.selecting import take_index
from autograd_core.functions.shaping import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_to,
    expand_dims,
    moveaxis,
    ravel,
    reshape,
)
from autograd_core.functions.values import live, single
from autograd_core.functions.values import values as plain
from autograd_core.functions.words import axis_index, called, operand, told
from autograd_core.op import LIVE
from autograd_core.ops import indexing, joining

__all__ = [
    "append",
    "array_split",
    "block",
    "column_stack",
    "concat",
    "concatenate",
    "delete",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "insert",
    "pad",
    "resize",
    "roll",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]


def concatenate(
    arrays: Sequence[Any], axis: int | None = 0, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    """The arrays one after the other along an axis; with axis None all are flattened first.

    Raises:
        ValueError: if there are none, one is a single number, or their other sizes differ.
        TypeError: if `dtype` is given and `casting` forbids it.
    """
    xs = _operands(arrays, "concatenate")
    if axis is None:
        xs, axis = [ravel(x) for x in xs], 0
    first = xs[0].shape
    for x in xs:
        if not x.ndim:
            raise ValueError(
                f"{called('concatenate')}: argument {_place(xs, x)} is a single number, without an axis to "
                "join along; stack joins single numbers"
            )
        if x.ndim != len(first):
            raise ValueError(
                f"{called('concatenate')}: all arrays have the same number of axes: argument 0 has shape "
                f"{first}, argument {_place(xs, x)} {x.shape}"
            )
    last = axis_index(axis, len(first)) - len(first)
    for x in xs:
        if any(m != n for k, (m, n) in enumerate(zip(first, x.shape, strict=True)) if k - len(first) != last):
            raise ValueError(
                f"{called('concatenate')}: along axis {axis} the other sizes must be equal: argument 0 has "
                f"shape {first}, argument {_place(xs, x)} {x.shape}"
            )
    return joining.concatenate(*_cast(xs, dtype, casting), axis=last)


def concat(
    arrays: Sequence[Any], axis: int | None = 0, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    """The arrays one after the other along an axis: `concatenate`."""
    return concatenate(arrays, axis, dtype=dtype, casting=casting)


def _operands(arrays: Any, name: str) -> list[Any]:
    if getattr(arrays, "ndim", 1) == 0:
        raise TypeError(f"{name}: a sequence of arrays is needed, got a single number")
    xs = [operand(x) for x in arrays]
    if not xs:
        raise ValueError(f"{name}: at least one array is needed, got none")
    return xs


def _place(xs: list[Any], x: Any) -> int:
    return next(k for k, y in enumerate(xs) if y is x)


def _cast(xs: list[Any], dtype: Any, casting: Any) -> list[Any]:
    if dtype is None:
        return xs
    for x in xs:
        if not np.can_cast(x.dtype, dtype, casting):
            name = called("concatenate")
            raise TypeError(f"{name}: cannot cast {x.dtype} to {np.dtype(dtype)} by the rule {casting!r}")
    return [x if x.dtype == np.dtype(dtype) else x.astype(dtype) for x in xs]


def stack(arrays: Sequence[Any], axis: int = 0, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """The arrays side by side along a new axis.

    Raises:
        ValueError: if there are none, or their shapes differ.
    """
    xs = _operands(arrays, "stack")
    shape = xs[0].shape
    for k, x in enumerate(xs):
        if x.shape != shape:
            raise ValueError(
                f"{called('stack')}: all arrays have the same shape: argument 0 has {shape}, "
                f"argument {k} {x.shape}"
            )
    n = len(shape) + 1
    return joining.stack(*_cast(xs, dtype, casting), axis=axis_index(axis, n) - n)


def unstack(x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    """The arrays of which `stack` would make x: one for each place along an axis."""
    a = operand(x)
    if not a.ndim:
        raise ValueError("unstack: an array with an axis is needed, got a single number")
    axis = axis_index(axis, a.ndim)
    return tuple(single(take_index(a, (*[slice(None)] * axis, i))) for i in range(a.shape[axis]))


def hstack(tup: Sequence[Any], *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """The arrays one after the other along axis 1, rows of numbers along axis 0."""
    xs = [atleast_1d(x) for x in _operands(tup, "hstack")]
    return concatenate(xs, 0 if xs[0].ndim == 1 else 1, dtype=dtype, casting=casting)


def vstack(tup: Sequence[Any], *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """The arrays below each other along axis 0; a row of numbers is one line."""
    return concatenate([atleast_2d(x) for x in _operands(tup, "vstack")], 0, dtype=dtype, casting=casting)


def dstack(tup: Sequence[Any]) -> Any:
    """The arrays behind each other along axis 2."""
    return concatenate([atleast_3d(x) for x in _operands(tup, "dstack")], 2)


def column_stack(tup: Sequence[Any]) -> Any:
    """The arrays side by side as columns of a matrix; a row of numbers becomes one column."""
    xs = [atleast_1d(x) for x in _operands(tup, "column_stack")]
    return concatenate([expand_dims(x, 1) if x.ndim == 1 else x for x in xs], 1)


def block(arrays: Any) -> Any:
    """One array of nested lists of blocks: the innermost lists are joined along the last axis, the next
    along the one before, and so on.

    Raises:
        TypeError: if a tuple is used for a list.
        ValueError: if the lists are nested to different depths, one is empty, or the blocks do not fit.

    >>> block([[np.eye(1), np.zeros((1, 1))], [np.ones((1, 2))]])
    array([[1., 0.],
           [1., 1.]])
    """
    if not live(arrays):
        return np.block(arrays)
    depth = _depth(arrays)
    n = max([depth, *(operand(x).ndim for x in _leaves(arrays))])
    return _joined(arrays, depth, n)


def _leaves(arrays: Any) -> list[Any]:
    if isinstance(arrays, tuple):
        raise TypeError(f"block: lists are nested, no tuples; got {arrays!r}")
    return [leaf for x in arrays for leaf in _leaves(x)] if _is_list(arrays) else [arrays]


def _is_list(arrays: Any) -> bool:
    return isinstance(arrays, list) and arrays.__class__ not in LIVE  # a Symbol lists its operands


def _depth(arrays: Any) -> int:
    if not _is_list(arrays):
        return 0
    depths = [_depth(x) for x in arrays]
    if not depths:
        raise ValueError("block: an empty list holds no block")
    if min(depths) != max(depths):
        raise ValueError(f"block: all lists are nested to the same depth, found {sorted(set(depths))}")
    return 1 + depths[0]


def _joined(arrays: Any, depth: int, n: int) -> Any:
    """Blocks joined along the last `depth` axes, each with n axes."""
    if not depth:
        x = operand(arrays)
        return expand_dims(x, tuple(range(n - x.ndim))) if x.ndim < n else x
    parts = [_joined(x, depth - 1, n) for x in arrays]
    return parts[0] if len(parts) == 1 and depth > 1 else concatenate(parts, -depth)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """arr with more numbers behind it along an axis; without `axis` both are flattened first."""
    return concatenate([arr, values], axis)


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """arr with numbers put in before the given places; without `axis` arr is flattened first.

    Args:
        obj: a place, several, a slice, or a Boolean array.
        values: what goes there, broadcast.

    Raises:
        IndexError: if a place does not exist.

    >>> insert(np.array([1.0, 2.0]), 1, 5.0)
    array([1., 5., 2.])
    """
    x, v = operand(arr), operand(values)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index(axis, x.ndim)
    size = x.shape[axis]
    places = _places(obj, size)
    v = _like(v, x)
    if places.size == 1:
        if v.ndim < x.ndim:
            v = expand_dims(v, tuple(range(x.ndim - v.ndim)))
        if places.ndim == 0:  # as in x[:, i] = values, not x[:, [i]] = values
            v = moveaxis(v, 0, axis)
        count = v.shape[axis]
        new = np.full(count, int(places.reshape(())))
    else:
        count, new = len(places), places
    v = broadcast_to(v, (*x.shape[:axis], count, *x.shape[axis + 1 :]))
    # old places are numbered below size, new ones from size on
    order = np.insert(np.arange(size), new, np.arange(size, size + count))
    return take_index(concatenate([x, v], axis), (*[slice(None)] * axis, order))


def _places(obj: Any, size: int) -> Any:
    """The places before which something goes in, as integers that exist."""
    if isinstance(obj, slice):
        return np.arange(*obj.indices(size))
    places = np.asarray(plain(obj))
    if places.ndim > 1:
        raise ValueError(f"insert: places are one number or a row of numbers, got shape {places.shape}")
    if places.dtype.kind == "b":
        return np.flatnonzero(places)
    places = places.astype(np.intp) if not places.size else places
    if places.dtype.kind not in "iu":
        raise IndexError(f"insert: places are integers, got {places.dtype} numbers")
    wrong = places[(places < -size) | (places > size)]
    if wrong.size:
        raise IndexError(f"insert: place {wrong[0]} is out of bounds for an axis of size {size}")
    return places


def _like(v: Any, x: Any) -> Any:
    """v in the dtype of x, as NumPy's insert has it; but what may carry a gradient is not cut to integers."""
    if live(v) and v.dtype.kind == "f" and x.dtype.kind != "f":
        raise TypeError(f"insert: {v.dtype} numbers would be cut to {x.dtype} and lose their gradient")
    return v if v.dtype == x.dtype else v.astype(x.dtype)


def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """arr without the given places along an axis; without `axis` arr is flattened first.

    Raises:
        IndexError: if a place does not exist.

    >>> delete(np.array([1.0, 2.0, 3.0]), [0, -1])
    array([2.])
    """
    x = operand(arr)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index(axis, x.ndim)
    try:
        kept = np.delete(np.arange(x.shape[axis]), obj if isinstance(obj, slice) else plain(obj))
    except (IndexError, TypeError, ValueError) as error:
        raise told(error, "delete") from None
    return take_index(x, (*[slice(None)] * axis, kept))


def resize(a: Any, new_shape: int | Sequence[int]) -> Any:
    """The numbers of a, repeated or cut off as needed, in another shape.

    >>> resize(np.array([1.0, 2.0]), (2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    x = ravel(operand(a))
    shape = (new_shape,) if isinstance(new_shape, int | np.integer) else tuple(new_shape)
    if any(n < 0 for n in shape):
        raise ValueError(f"resize: sizes cannot be negative, got {shape}")
    size = int(np.prod(shape, dtype=np.intp))
    if not x.size:  # zeros, connected all the same
        return reshape(indexing.scatter(x, shape=(size,), index=(slice(0, 0),)), shape)
    if size <= x.size:
        flat = take_index(x, slice(size))
        return reshape(flat, shape) if live(flat) else reshape(flat, shape).copy()
    times = -(-size // x.size)
    return reshape(take_index(concatenate([x] * times), slice(size)), shape)


# ---- splitting -------------------------------------------------------------------------------------------


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The pieces of an array along an axis: so many, as equal as can be, or cut before the given places.

    >>> array_split(np.arange(5.0), 2)
    [array([0., 1., 2.]), array([3., 4.])]
    """
    x = operand(ary)
    if not x.ndim:
        raise ValueError(f"{called('array_split')}: an array with an axis is needed, got a single number")
    axis = axis_index(axis, x.ndim)
    total = x.shape[axis]
    given = plain(indices_or_sections)
    if np.ndim(given) == 0:
        sections = int(given)
        if sections <= 0:
            raise ValueError(f"{called('array_split')}: the number of pieces is positive, got {sections}")
        each, more = divmod(total, sections)
        sizes = [each + 1] * more + [each] * (sections - more)
        ends = [0, *np.cumsum(sizes).tolist()]
    else:
        ends = [0, *map(index, given), total]
    return [take_index(x, (*[slice(None)] * axis, slice(i, j))) for i, j in pairwise(ends)]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The pieces of an array along an axis: so many equal ones, or cut before the given places.

    Raises:
        ValueError: if it cannot be cut into so many equal pieces; array_split can.
    """
    x = operand(ary)
    if np.ndim(plain(indices_or_sections)) == 0 and x.ndim:
        sections, size = int(indices_or_sections), x.shape[axis_index(axis, x.ndim)]
        if sections > 0 and size % sections:
            raise ValueError(
                f"split: size {size} of axis {axis} of shape {x.shape} is no multiple of {sections}; "
                "array_split makes unequal pieces"
            )
    return array_split(x, indices_or_sections, axis)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along axis 1, of a row of numbers along axis 0."""
    x = _with_axes(ary, 1, "hsplit")
    return split(x, indices_or_sections, 1 if x.ndim > 1 else 0)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along axis 0, of an array with at least two axes."""
    return split(_with_axes(ary, 2, "vsplit"), indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along axis 2, of an array with at least three axes."""
    return split(_with_axes(ary, 3, "dsplit"), indices_or_sections, 2)


def _with_axes(ary: Any, n: int, name: str) -> Any:
    x = operand(ary)
    if x.ndim < n:
        raise ValueError(f"{name}: an array with at least {n} axes is needed, got shape {x.shape}")
    return x


# ---- shifting and padding --------------------------------------------------------------------------------


def roll(a: Any, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Any:
    """The numbers shifted along axes; what leaves at one end comes in at the other. Without `axis` all
    numbers are shifted in one row.

    >>> roll(np.array([1.0, 2.0, 3.0]), 1)
    array([3., 1., 2.])
    """
    x = operand(a)
    if axis is None:
        return reshape(roll(ravel(x), shift, 0), x.shape)
    by_how_much = np.asarray(shift)
    if by_how_much.dtype.kind not in "fiub":
        raise TypeError(f"roll: shift is an integer or several, got {shift!r}")
    pairs = np.broadcast(by_how_much, np.asarray(axis))
    if pairs.ndim > 1:
        raise ValueError("roll: shift and axis are numbers or rows of numbers")
    by = [0] * x.ndim
    for s, k in pairs:
        by[axis_index(int(k), x.ndim)] += int(s)
    if not any(s % max(n, 1) for s, n in zip(by, x.shape, strict=True)):
        return x.copy() if isinstance(x, np.ndarray) else take_index(x, ...)  # never x itself
    for k, s in enumerate(by):
        cut = -s % max(x.shape[k], 1)
        if cut:
            before = (slice(None),) * k
            parts = take_index(x, (*before, slice(cut, None))), take_index(x, (*before, slice(cut)))
            x = joining.concatenate(*parts, axis=k - x.ndim)
    return x


def pad(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = None,
    end_values: Any = None,
    reflect_type: str | None = None,
    stat_length: Any = None,
) -> Any:
    """The array with more numbers around it.

    Args:
        pad_width: how many in front and behind: one number for all, a pair, a pair for each axis, or a
            dict from axes to these.
        mode: "constant" (with `constant_values`, one number or in the form of pad_width), "empty" (zeros
            here), "edge", "reflect" and "symmetric" (with `reflect_type` "even" or "odd"), "wrap",
            "linear_ramp" (with `end_values`), "mean", "maximum", "minimum", "median" (with `stat_length`).

    Raises:
        ValueError: if the mode or an argument of it is unknown, or a width is negative.

    >>> pad(np.array([1.0, 2.0]), (1, 2), mode="edge")
    array([1., 1., 2., 2., 2.])
    """
    given = {
        "constant_values": constant_values,
        "end_values": end_values,
        "reflect_type": reflect_type,
        "stat_length": stat_length,
    }
    words = {name: value for name, value in given.items() if value is not None}
    if not live(array, *words.values()):
        return np.pad(array, pad_width, mode, **words)
    return padding.padded(operand(array), pad_width, mode, words)
