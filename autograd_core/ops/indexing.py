"""Indexing: `getitem` and its transpose, `scatter`.

An index here covers every axis of x and is meant behind `...`, so that leading axes are free. Integer
arrays are not in the index but arguments of the row (else a program would bake labels in): where one
belongs the index holds the marker `HOLE`.
"""

from math import prod
from typing import Any

import numpy as np

from autograd_core.op import Row, linear


class _Hole:
    """Where the next index array goes."""

    def __repr__(self) -> str:
        return "HOLE"


HOLE = _Hole()
WHOLE = slice(None)
Index = tuple[Any, ...]

MANY = 1024
"""From so many numbers on it pays to say where each one goes: add.at is quick on flat arrays only (rows
picked by number: three to five times)."""


def _whole(index: Index, arrays: tuple[Any, ...]) -> Index:
    parts = iter(arrays)
    return (..., *(next(parts) if i is HOLE else i for i in index))


def _apart(index: Index) -> bool:
    """Whether index arrays are separated by slices: then NumPy puts their axes in front of everything."""
    places = [k for k, i in enumerate(index) if i is HOLE or isinstance(i, int)]
    holes = any(i is HOLE for i in index)
    return holes and places != list(range(places[0], places[-1] + 1))


def _moves(lead: int, arrays: tuple[Any, ...]) -> tuple[list[int], list[int]]:
    """From where to where the axes of separated index arrays go, so that they stand behind the stack."""
    n = np.broadcast(*arrays).ndim
    return list(range(n)), list(range(lead, lead + n))


def _eats(index: Index) -> int:
    """How many axes of x the index covers."""
    return len([i for i in index if i is not None])


def _getitem(x: Any, *arrays: Any, index: Index) -> Any:
    if not arrays:
        return x[(..., *index)]
    z = x[_whole(index, arrays)]
    lead = x.ndim - _eats(index)
    if lead and _apart(index):
        z = np.moveaxis(z, *_moves(lead, arrays))
    return z


def _scatter(g: Any, *arrays: Any, shape: tuple[int, ...], index: Index) -> Any:
    """Zeros of the shape, with g added at the index; numbers that meet in one place are summed."""
    inner = shape[len(shape) - _eats(index) :]
    rank = len([i for i in index if i is None or isinstance(i, slice)])
    if not arrays:
        out = np.zeros(g.shape[: g.ndim - rank] + inner, g.dtype)
        out[(..., *index)] = g
        return out
    rank += np.broadcast(*arrays).ndim
    lead = g.ndim - rank
    out = np.zeros(g.shape[:lead] + inner, g.dtype)
    if g.size >= MANY and out.ndim > 1 and _in_one_run(index):
        places = _places(arrays, index.index(HOLE), out.shape, lead)
        np.add.at(out.reshape(-1), places, g.reshape(-1))
        return out
    if lead and _apart(index):
        g = np.moveaxis(g, *reversed(_moves(lead, arrays)))
    np.add.at(out, _whole(index, arrays), g)
    return out


def _in_one_run(index: Index) -> bool:
    """Whether index arrays stand side by side, and every other axis is whole."""
    if any(i is not HOLE and not (isinstance(i, slice) and i == WHOLE) for i in index):
        return False
    return not _apart(index)


def _places(arrays: tuple[Any, ...], start: int, shape: tuple[int, ...], lead: int) -> Any:
    """Where each number of g goes in the flat result: before, at and behind the axes of the arrays."""
    first = lead + start
    last = first + len(arrays)
    sizes = shape[first:last]
    # 'wrap' is how negative numbers count from the end; out of bounds was refused when they were read
    picked = np.ravel_multi_index(tuple(np.broadcast_arrays(*arrays)), sizes, mode="wrap").reshape(-1)
    outer, behind = prod(shape[:first]), prod(shape[last:])
    flat = picked if behind == 1 else (picked[:, None] * behind + np.arange(behind)).reshape(-1)
    if outer != 1:
        flat = (np.arange(outer)[:, None] * (prod(sizes) * behind) + flat).reshape(-1)
    return flat


getitem = linear(
    "getitem",
    _getitem,
    lambda g, z, x, *arrays, index: scatter(g, *arrays, shape=x.shape, index=index),
    keeps="",
)
scatter: Row = linear(
    "scatter", _scatter, lambda g, z, x, *arrays, shape, index: getitem(g, *arrays, index=index)
)
