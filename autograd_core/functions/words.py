"""From NumPy's words for axes, shapes and indices to those of the rows: axes counted from the end, shapes
that replace trailing axes, indices that cover every axis. Done once, in the public call, and cached."""

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from operator import index
from typing import Any

import numpy as np
from numpy.exceptions import AxisError
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd_core import traces
from autograd_core.callers import asked
from autograd_core.op import LIVE, Row
from autograd_core.ops.indexing import HOLE, WHOLE

Axis = int | Sequence[int] | None


def operand(x: Any) -> Any:
    """x itself if it is live or an array, else the array that NumPy makes of it."""
    return x if x.__class__ in LIVE or isinstance(x, np.ndarray) else np.asarray(x)


def is_live(x: Any) -> bool:
    """Whether x is a Tensor or a Symbol."""
    return x.__class__ in LIVE


def of(row: Row, x: Any) -> Any:
    """A row of one argument; most calls are on Tensors, which are taken on the shortest way."""
    take = LIVE.get(x.__class__)
    return row(x) if take is None else take(row, (x,))


@lru_cache(maxsize=1024, typed=True)  # 1.0 is no axis, but would find what 1 left
def _axes(axis: int | tuple[int, ...] | None, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(-ndim, 0))
    return tuple(sorted(a - ndim for a in normalize_axis_tuple(axis, ndim)))


def axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes of a reduction, each once, counted from the end; None means all.

    >>> axes(0, 3), axes(None, 2), axes((0, -1), 3)
    ((-3,), (-2, -1), (-3, -1))
    """
    try:
        return _axes(tuple(axis) if isinstance(axis, list) else axis, ndim)
    except (TypeError, ValueError) as error:
        raise wrong_axis(error, axis, "None, an integer or a tuple of integers") from None


def axis_index(axis: Any, ndim: int, name: str = "axis") -> int:
    """One axis, counted from the start.

    >>> axis_index(-1, 3)
    2
    """
    try:
        return normalize_axis_index(axis, ndim)
    except (TypeError, ValueError) as error:
        raise wrong_axis(error, axis, "an integer", name) from None


def axis_indices(axis: Any, ndim: int, name: str = "axis") -> tuple[int, ...]:
    """Axes, each once, counted from the start.

    >>> axis_indices((0, -1), 3)
    (0, 2)
    """
    try:
        return normalize_axis_tuple(axis, ndim)
    except (TypeError, ValueError) as error:
        raise wrong_axis(error, axis, "an integer or a tuple of integers", name) from None


def wrong_axis(error: Exception, axis: Any, wanted: str, what: str = "axis") -> Exception:
    """NumPy's error of an axis as one that says in which function, on what, and what is wanted."""
    name, given = asked(what)
    where = f"{name} of {given}" if given else name
    if isinstance(error, AxisError):
        where = where if what in (name, "axis", "axes") else f"{where}: {what}"
        return AxisError(error.axis or 0, error.ndim or 0, where)
    if isinstance(error, TypeError):
        return TypeError(f"{where}: {what} is {wanted}, got {axis!r}")
    return ValueError(f"{where}: repeated axis, {what}={axis!r} names one twice")


def told(error: Exception, default: str) -> Exception:
    """An error of NumPy's with the public function that is running and its operands in front."""
    name, given = asked(default)
    kind = TypeError if isinstance(error, TypeError) else type(error)  # NumPy's own are made of other things
    return kind(f"{name} of {given}: {error}" if given else f"{name}: {error}")


def called(default: str) -> str:
    """The name of the public function that is running, for an error in one that others are composed of."""
    return asked(default)[0]


def whole_shape(shape: int | Sequence[int], size: int) -> tuple[int, ...]:
    """A shape without -1, for a given number of elements.

    >>> whole_shape((2, -1), 6)
    (2, 3)
    """
    return _filled(size, *((shape,) if isinstance(shape, int | np.integer) else shape))


@lru_cache(maxsize=1024, typed=True)
def _filled(size: int, *shape: int) -> tuple[int, ...]:
    try:
        sizes = [index(n) for n in shape]
    except TypeError:
        raise TypeError(f"{called('reshape')}: a shape is an integer or several, got {shape}") from None
    if sizes.count(-1) == 1:
        known = prod(n for n in sizes if n != -1)
        if known and size % known == 0:
            sizes[sizes.index(-1)] = size // known
    if any(n < 0 for n in sizes) or prod(sizes) != size:
        name, given = asked("reshape")
        two = ", of which only one size may be -1" if sizes.count(-1) > 1 else ""
        of = f" (asked: {name} of {given})" if given else ""
        raise ValueError(f"{name}: {size} numbers do not fill the shape {shape}{two}{of}")
    return tuple(sizes)


def permutation(order: Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """An order of axes, counted from the end; None reverses them.

    >>> permutation(None, 3), permutation((1, 0), 2)
    ((-1, -2, -3), (-1, -2))
    """
    if order is None:
        return tuple(range(-1, -ndim - 1, -1))
    found = axis_indices(tuple(order), ndim, "axes")
    if len(found) != ndim:
        two = f"; two axes change places by swapaxes{tuple(order)}" if len(order) == 2 else ""
        raise ValueError(f"transpose: axes {tuple(order)} do not name each of the {ndim} axes once{two}")
    return tuple(a - ndim for a in found)


def whole_index(key: Any, shape: tuple[int, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """An index that covers every axis, with HOLE where an integer array goes, and these arrays.

    Lists become arrays, Boolean arrays the positions of their True, `...` and missing axes full slices.

    Raises:
        SingleTruth: at a lone True or False, which is an axis of its own; see `opened`.
        TornApart: at a `...` that only sets index arrays apart; see `parted`.

    >>> whole_index((0, ...), (2, 3))
    ((0, slice(None, None, None)), ())
    >>> whole_index(np.array([True, False]), (2, 3))
    ((HOLE, slice(None, None, None)), (array([0]),))
    """
    found: list[Any] = []
    arrays: list[Any] = []
    covered, skipped, place = 0, 0, -1
    parts = key if isinstance(key, tuple) else (key,)
    for k, part in enumerate(parts):
        kind = part.__class__
        if kind is int:
            found.append(part)
            covered += 1
        elif kind is slice:
            found.append(_plain_slice(part))
            covered += 1
        elif part is None:
            found.append(None)
        elif part is Ellipsis:
            if place >= 0:
                raise told(IndexError("an index can only have a single ellipsis ('...')"), "getitem")
            place = len(found)
            skipped = len(shape) - covered - sum(map(covers, parts[k + 1 :]))
        elif isinstance(part, np.integer):
            found.append(int(part))
            covered += 1
        else:
            covered += _index_array(part, found, arrays, shape, covered + skipped)
    missing = len(shape) - covered
    if missing:
        if missing < 0:
            raise told(
                IndexError(f"too many indices: the shape is {shape}, but {covered} axes were indexed"),
                "getitem",
            )
        if place < 0:
            found.extend([WHOLE] * missing)
        else:
            found[place:place] = [WHOLE] * missing
    elif arrays and place >= 0 and _picks(found[:place]) and _picks(found[place:]):
        raise TornApart
    return tuple(found), tuple(arrays)


def _picks(parts: list[Any]) -> bool:
    """Whether an index array, or a number that counts as one beside it, is among parts of an index."""
    return any(part is HOLE or isinstance(part, int) for part in parts)


class SingleTruth(Exception):
    """A lone True or False in an index."""


class TornApart(SingleTruth):
    """Index arrays with a `...` between them that stands for no axis, but sets them apart as a slice does."""


def opened(key: Any, ndim: int) -> tuple[int, tuple[Any, ...]]:
    """Where an axis of size 1 must go so that the first lone True or False is an array of numbers on it.

    x[True] is x[None] and x[False] an empty one of it; beside index arrays they count as one of these.

    >>> opened((slice(None), True), 2)
    (1, (slice(None, None, None), array([0])))
    """
    parts = key if isinstance(key, tuple) else (key,)
    k = next(i for i, part in enumerate(parts) if _is_truth(part))
    before, after = parts[:k], parts[k + 1 :]
    hidden = any(part is Ellipsis for part in before)
    place = ndim - sum(map(covers, after)) if hidden else sum(map(covers, before))
    return place, (*before, np.zeros(int(bool(parts[k])), np.intp), *after)


def parted(key: tuple[Any, ...]) -> tuple[int, tuple[Any, ...]]:
    """An index with a new axis for `...`, which sets index arrays apart too, and where in the result it is.

    >>> parted((slice(None), [0, 1], ..., 0, slice(2)))
    (-2, (slice(None, None, None), [0, 1], None, 0, slice(None, 2, None)))
    """
    place = next(k for k, part in enumerate(key) if part is Ellipsis)
    behind = [part for part in key[place + 1 :] if part is None or isinstance(part, slice)]
    return -1 - len(behind), (*key[:place], None, *key[place + 1 :])


def _is_truth(part: Any) -> bool:
    return not isinstance(part, list) and np.ndim(part) == 0 and np.asarray(part).dtype.kind == "b"


def _plain_slice(part: slice) -> slice:
    """A slice of Python's integers."""
    start, stop, step = part.start, part.stop, part.step
    if start.__class__ in _ENDS and stop.__class__ in _ENDS and step.__class__ in _ENDS:
        return part
    return slice(*(None if s is None else index(s) for s in (start, stop, step)))


_ENDS = frozenset({int, type(None)})


def covers(part: Any) -> int:
    """How many axes one part of an index covers."""
    if part is None or part is Ellipsis:
        return 0
    if isinstance(part, slice | int | np.integer) and not isinstance(part, bool):
        return 1
    array: Any = part if is_live(part) else np.asarray(part)
    return array.ndim if array.dtype.kind == "b" and not (isinstance(part, list | tuple) and not part) else 1


def _index_array(part: Any, found: list[Any], arrays: list[Any], shape: tuple[int, ...], place: int) -> int:
    """Take one index that is an array or becomes one, at an axis; returns how many axes it covers."""
    if is_live(part) and part.dtype.kind in "iu":  # of a program that is traced: its place is known
        found.append(HOLE)
        arrays.append(part)
        return 1
    if is_live(part) and part.dtype.kind == "b":
        traces.stop("an index that is a mask gives a result whose shape depends on the numbers")
    array = np.asarray(part)
    if isinstance(part, list | tuple) and array.size == 0:
        array = array.astype(np.intp)
    if array.dtype.kind == "b":
        if array.ndim == 0:
            raise SingleTruth
        if array.shape != shape[place : place + array.ndim]:
            raise told(
                IndexError(f"a mask of shape {array.shape} does not fit the axes of shape {shape}"), "getitem"
            )
        positions = array.nonzero()
        found += [HOLE] * len(positions)
        arrays += positions
        return len(positions)
    if array.dtype.kind not in "iu":
        wrong = IndexError(
            "only integers, slices, '...', None and integer or Boolean arrays are valid indices, "
            f"got {array.dtype} array {part!r}"
        )
        raise told(wrong, "getitem")
    if array.ndim == 0:
        found.append(int(array))
    else:
        found.append(HOLE)
        arrays.append(array)
    return 1
