"""Taking numbers out of arrays: indices, diagonals, triangles, choices, with NumPy's signatures.

Which numbers are taken is decided by plain values (positions, conditions); no gradient flows to these.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions import pointwise, rounding
from autograd_core.functions.shaping import ravel
from autograd_core.functions.values import cast, live, numbers, single, values
from autograd_core.functions.words import (
    Axis,
    SingleTruth,
    TornApart,
    axes,
    axis_index,
    called,
    opened,
    operand,
    parted,
    whole_index,
)
from autograd_core.op import LIVE
from autograd_core.ops import broadcasting, choices, indexing, shapes

T = TypeVar("T")

__all__ = [
    "choose",
    "compress",
    "diag",
    "diagflat",
    "diagonal",
    "extract",
    "piecewise",
    "select",
    "take",
    "take_along_axis",
    "tril",
    "trim_zeros",
    "triu",
]


def take_index(x: Any, index: Any) -> Any:
    """x[index] for every index that NumPy knows."""
    try:
        whole, arrays = whole_index(index, x.shape)
    except TornApart:
        axis, key = parted(index)
        return shapes.squeeze(take_index(x, key), axis=(axis,))
    except SingleTruth:
        place, key = opened(index, x.ndim)
        return take_index(shapes.expand(x, axis=(place - x.ndim - 1,)), key)
    record = LIVE.get(x.__class__)
    if record is None:
        return indexing.getitem(x, *arrays, index=whole)
    return record(indexing.getitem, (x, *arrays), {"index": whole})


def take(a: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Any:
    """The numbers at some positions along an axis; without `axis` of all numbers in one row.

    Shape: a.shape[:axis] + indices.shape + a.shape[axis + 1 :]. Numbers taken several times add up their
    gradients.

    Args:
        mode: of positions that do not exist: "raise", or "wrap" around, or "clip" to the last (and the
            first: negative numbers do not count from the end then).

    Raises:
        IndexError: if a position does not exist and mode is "raise".
        TypeError: if the positions are no integers.

    >>> take(np.array([3.0, 4.0, 5.0]), [2, 0, 2])
    array([5., 3., 5.])
    """
    x = operand(a)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index(axis, x.ndim)
    places = numbers(indices)
    if places.size == 0 and isinstance(indices, list | tuple):
        places = places.astype(np.intp)
    if places.dtype.kind not in "iub":
        raise TypeError(f"{called('take')}: positions are integers, got {places.dtype} numbers: {indices!r}")
    places = _within(places.astype(np.intp), x.shape[axis], mode, "take", f"axis {axis} of shape {x.shape}")
    return single(take_index(x, (*[slice(None)] * axis, places)))


def _within(places: Any, n: int, mode: str, name: str, where: str) -> Any:
    """Positions below n, as the mode says."""
    if mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"{name}: mode is 'raise', 'wrap' or 'clip', got {mode!r}")
    if places.__class__ in LIVE:
        if mode != "raise":
            return (
                rounding.remainder(places, n) if mode == "wrap" else pointwise.clip(places, 0, max(n - 1, 0))
            )
        return places  # which NumPy looks at when it takes them
    if n == 0 and places.size:
        raise IndexError(f"{called(name)}: cannot take anything from {where}, which is empty")
    if mode == "wrap":
        return places % n if n else places
    if mode == "clip":
        return np.clip(places, 0, max(n - 1, 0))
    wrong = places[(places < -n) | (places >= n)]
    if wrong.size:
        raise IndexError(
            f"{called(name)}: position {wrong[0]} is out of bounds for {where}, which has size {n}"
        )
    return places


def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """arr[..., indices[..., j, ...], ...]: along one axis the position is read from `indices`, which has as
    many axes as arr and broadcasts against it along the others. So argsort gives sort, argmax gives max.

    Raises:
        IndexError: if the indices are no integers, do not broadcast, or lie outside.
        ValueError: if they have another number of axes.

    >>> x = np.array([[3.0, 1.0], [2.0, 5.0]])
    >>> take_along_axis(x, np.argsort(x, axis=1), axis=1)
    array([[1., 3.],
           [2., 5.]])
    """
    x = operand(arr)
    places = numbers(indices)
    if axis is None:
        if places.ndim != 1:
            raise ValueError(f"take_along_axis: with axis None the indices have one axis, not {places.ndim}")
        x, axis = ravel(x), 0
    if places.dtype.kind not in "iu":
        raise IndexError(f"take_along_axis: the indices are integers, got {places.dtype} numbers")
    n: int = x.ndim
    if places.ndim != n:
        raise ValueError(
            f"take_along_axis: indices of shape {places.shape} need as many axes as the array, {x.shape}"
        )
    axis = axis_index(axis, n)
    grid = [
        places if k == axis else np.arange(x.shape[k]).reshape([-1 if j == k else 1 for j in range(n)])
        for k in range(n)
    ]
    return take_index(x, tuple(grid))


def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """The slices along an axis for which the condition holds; without `axis` of all numbers in one row.

    >>> compress([False, True], np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    array([[3., 4.]])
    """
    keep = np.asarray(values(condition))
    if keep.ndim != 1:
        raise ValueError(f"compress: the condition has one axis, got shape {keep.shape}")
    return take(a, np.flatnonzero(keep), axis)


def extract(condition: Any, arr: Any) -> Any:
    """The numbers where a condition of the same size holds, in one row.

    >>> extract(np.array([True, False, True]), np.array([1.0, 2.0, 3.0]))
    array([1., 3.])
    """
    return take(ravel(operand(arr)), np.flatnonzero(np.asarray(values(condition))))


def trim_zeros(filt: Any, trim: str = "fb", axis: Axis = None) -> Any:
    """The array without the zeros around it: in front ("f") and behind ("b") along the axes, or along all.
    How many there are is no gradient's business.

    >>> trim_zeros(np.array([0.0, 1.0, 0.0, 2.0, 0.0]))
    array([1., 0., 2.])
    """
    x = operand(filt)
    sides = trim.lower()
    if sides not in ("f", "b", "fb", "bf"):
        raise ValueError(f"trim_zeros: trim is 'f', 'b' or 'fb', got {trim!r}")
    trimmed = axes(axis, x.ndim)
    places = np.argwhere(values(x) != 0)
    if places.size:
        first = places.min(axis=0).tolist() if "f" in sides else [None] * x.ndim
        last = (places.max(axis=0) + 1).tolist() if "b" in sides else [None] * x.ndim
    else:
        first = last = [0] * x.ndim
    spans = [slice(i, j) for i, j in zip(first, last, strict=True)]
    return take_index(
        x, tuple(span if k - x.ndim in trimmed else slice(None) for k, span in enumerate(spans))
    )


# ---- diagonals and triangles -----------------------------------------------------------------------------


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The numbers x[..., i, i + offset] of every matrix that two axes span, as a new last axis.

    >>> diagonal(np.array([[1.0, 2.0], [3.0, 4.0]]), offset=1)
    array([2.])
    """
    x = operand(a)
    n: int = x.ndim
    if n < 2:
        raise ValueError(f"diagonal: an array of at least two axes is needed, got shape {x.shape}")
    first, second = axis_index(axis1, n), axis_index(axis2, n)
    if first == second:
        raise ValueError(f"diagonal: axis1 and axis2 are the same axis of shape {x.shape}")
    order = [k for k in range(n) if k not in (first, second)] + [first, second]
    if order != list(range(n)):
        x = shapes.transpose(x, axes=tuple(k - n for k in order))
    rows, columns = x.shape[-2:]
    # in one row the numbers of a diagonal stand columns + 1 apart
    start, length = _on_diagonal(rows, columns, int(offset))
    flat = shapes.reshape(x, shape=(rows * columns,), of=2)
    stop = start + length * (columns + 1)
    line = slice(start, stop, columns + 1) if length else slice(0, 0)
    return indexing.getitem(flat, index=(*[slice(None)] * (n - 2), line))


def _on_diagonal(rows: int, columns: int, offset: int) -> tuple[int, int]:
    """Where a diagonal starts in the row of all numbers, and how long it is."""
    if offset >= 0:
        return offset, max(0, min(rows, columns - offset))
    return -offset * columns, max(0, min(rows + offset, columns))


def diag(v: Any, k: int = 0) -> Any:
    """Of a row the matrix with these numbers on diagonal k and zeros elsewhere; of a matrix its diagonal k.

    >>> diag(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    x = operand(v)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise ValueError(f"diag: an array of one or two axes is needed, got shape {x.shape}")
    n = x.shape[0] + abs(int(k))
    start, length = _on_diagonal(n, n, int(k))
    line = slice(start, start + length * (n + 1), n + 1) if length else slice(0, 0)
    return shapes.reshape(indexing.scatter(x, shape=(n * n,), index=(line,)), shape=(n, n), of=1)


def diagflat(v: Any, k: int = 0) -> Any:
    """All numbers of v on diagonal k of a matrix, zeros elsewhere."""
    return diag(ravel(operand(v)), k)


def tril(m: T, k: int = 0) -> T:
    """The lower triangle of each matrix, zeros above diagonal k (also where NaN stood).

    >>> tril(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[1., 0.],
           [3., 4.]])
    """
    return _triangle(m, k, True)  # type: ignore[no-any-return]


def triu(m: T, k: int = 0) -> T:
    """The upper triangle of each matrix, zeros below diagonal k (also where NaN stood)."""
    return _triangle(m, k - 1, False)  # type: ignore[no-any-return]


def _triangle(m: Any, k: int, lower: bool) -> Any:
    x = operand(m)
    if not x.ndim:
        raise ValueError(f"{'tril' if lower else 'triu'}: at least one axis is needed, got a single number")
    # of a row NumPy makes a matrix: every row the same
    shape = x.shape[-2:] if x.ndim > 1 else (x.shape[0], x.shape[0])
    if x.ndim == 1:
        x = broadcasting.broadcast_to(x, shape=shape, of=1)
    mask = np.tri(shape[0], shape[1], k, dtype=bool)
    return choices.where(mask if lower else ~mask, x, zero_of(x.dtype))


def zero_of(dtype: Any) -> Any:
    """0 that leaves a dtype alone: for floats Python's, which formulas read as 'nothing'."""
    return 0 if dtype.kind == "f" else dtype.type(0)


# ---- choices ---------------------------------------------------------------------------------------------


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Elementwise the first choice whose condition holds, else the default; all broadcast together.

    Choices that are not taken get gradient 0.

    >>> x = np.array([-1.0, 0.5, 2.0])
    >>> select([x < 0, x < 1], [-x, x * x], 7.0)
    array([1.  , 0.25, 7.  ])
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: as many conditions as choices are needed, got {len(condlist)} and {len(choicelist)}"
        )
    if not condlist:
        raise ValueError("select: at least one condition is needed, got none")
    conditions = [np.asarray(values(c)) for c in condlist]
    for i, condition in enumerate(conditions):
        if condition.dtype.kind != "b":
            raise TypeError(f"select: condition {i} is Boolean, got {condition.dtype}")
    if not live(*choicelist, default):
        return np.select(conditions, list(choicelist), default)
    *options, z = _in_one_dtype([*choicelist, default])
    for condition, choice in zip(reversed(conditions), reversed(options), strict=True):
        z = choices.where(condition, choice, z)
    return z


def _in_one_dtype(xs: list[Any]) -> list[Any]:
    """The operands in the dtype that NumPy finds for all of them, in which Python's numbers follow."""
    given: list[Any] = [x if x.__class__ in (int, float) else operand(x) for x in xs]
    kind = np.result_type(*(x if x.__class__ in (int, float) else x.dtype for x in given))
    return [
        np.asarray(x, kind) if x.__class__ in (int, float) else x if x.dtype == kind else cast(x, kind)
        for x in given
    ]


def choose(a: Any, choices: Any, *, mode: str = "raise") -> Any:
    """Elementwise choices[a]: a holds the number of the choice; all broadcast together.

    Raises:
        ValueError: if a number names no choice and mode is "raise".

    >>> choose(np.array([1, 0]), [np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([3., 2.])
    """
    which = np.asarray(values(a))
    if which.dtype.kind not in "iub":
        raise TypeError(f"choose: a holds the numbers of choices, integers, got {which.dtype}")
    if not live(choices):
        return np.choose(which, choices, mode=mode)  # type: ignore[call-overload]
    options = list(choices)
    try:
        which = _within(which.astype(np.intp), len(options), mode, "choose", f"{len(options)} choices")
    except IndexError as error:
        raise ValueError(str(error)) from None
    if mode == "raise" and (which < 0).any():
        raise ValueError(f"choose: choice {which.min()} does not exist: numbers start at 0")
    return _chosen(which, options)


def _chosen(which: Any, options: list[Any]) -> Any:
    z = options[-1]
    for k in reversed(range(len(options) - 1)):
        z = choices.where(which == k, options[k], z)
    shape = np.broadcast_shapes(which.shape, *(operand(option).shape for option in options))
    x = operand(z)
    return x if x.shape == shape else broadcasting.broadcast_to(x, shape=shape, of=x.ndim)


def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """Each function of the numbers for which its condition holds; later conditions win, and one function more
    than conditions is for all the rest. A number in place of a function is itself the result.

    A function is called on the numbers of its condition only, in one row, so nothing is computed, and nothing
    differentiated, outside of its domain.

    >>> x = np.array([-4.0, 9.0])
    >>> piecewise(x, [x < 0], [lambda t: -t, np.sqrt])
    array([4., 3.])
    """
    if not live(x, condlist, list(funclist)):
        return np.piecewise(x, condlist, list(funclist), *args, **kw)
    a = operand(x)
    condlist = values(condlist)
    if not isinstance(condlist, list | tuple):
        condlist = list(condlist) if np.ndim(condlist) > a.ndim else [condlist]
    elif a.ndim and all(isinstance(c, bool | np.bool_) for c in condlist):
        condlist = [condlist]  # one condition, number by number
    conditions = [np.broadcast_to(np.asarray(values(c), bool), a.shape).reshape(-1) for c in condlist]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(conditions, axis=0))
    if len(funclist) != len(conditions):
        raise ValueError(
            f"piecewise: {len(conditions)} conditions need as many functions or one more, got {len(funclist)}"
        )
    flat = ravel(a)
    z: Any = np.zeros(a.size, a.dtype)
    for condition, f in zip(conditions, funclist, strict=True):
        places = np.flatnonzero(condition)
        if places.size:
            piece = operand(f(take_index(flat, places), *args, **kw) if callable(f) else f).astype(a.dtype)
            piece = broadcasting.broadcast_to(piece, shape=places.shape, of=piece.ndim)
            z = choices.where(condition, spread_out(piece, places, a.size), z)
    return shapes.reshape(operand(z), shape=a.shape, of=1)


def spread_out(v: Any, places: Any, size: int) -> Any:
    """A row of zeros of some size, with the row v added at these places."""
    return indexing.scatter(v, places, shape=(size,), index=(indexing.HOLE,))
