"""Orders of numbers: the index arrays by which sorting is a gather."""

from typing import Any

import numpy as np

from autograd_core.op import constant
from autograd_core.ops.indexing import HOLE, getitem


def along(x: Any, positions: Any, axis: int) -> Any:
    """The numbers of x at these positions along an axis, of which the other axes are x's: a gather."""
    n = x.ndim
    grid = [np.arange(x.shape[a]).reshape((-1,) + (1,) * (-a - 1)) for a in range(-n, 0)]
    grid[axis] = positions
    return getitem(x, *grid, index=(HOLE,) * n)


argmax = constant("argmax", lambda x, *, axis, keepdims: np.argmax(x, axis=axis, keepdims=keepdims))
argmin = constant("argmin", lambda x, *, axis, keepdims: np.argmin(x, axis=axis, keepdims=keepdims))
argsort = constant("argsort", lambda x, *, axis, kind: np.argsort(x, axis=axis, kind=kind))
argpartition = constant("argpartition", lambda x, *, axis, kth: np.argpartition(x, kth, axis=axis))
searchsorted = constant("searchsorted", lambda x, y, *, side: np.searchsorted(x, y, side=side))


MANY = 256


def _ordered(x: Any, places: Any) -> Any:
    """Positions in sorted order; of many numbers only those at the places, and the last, need be right."""
    n = x.shape[-1]
    if places.ndim == 1 and n > MANY:
        return np.argpartition(x, np.unique(np.append(places, n - 1)), axis=-1)
    return np.argsort(x, axis=-1, kind="stable")


def _standing(x: Any, places: Any, *, skip: bool) -> Any:
    """Which positions of the last axis stand at these places in sorted order.

    `places` are integers, one axis of them, or one axis for every row of x. NaN is sorted last; without
    `skip` a row that holds one has it at every place.
    """
    order = _ordered(x, places)
    whole = np.broadcast_to(places, (*order.shape[:-1], places.shape[-1]))
    found = np.take_along_axis(order, whole, -1)
    if skip or not x.size:
        return found
    last = order[..., -1:]
    broken = np.isnan(np.take_along_axis(x, last, -1))
    return np.where(broken, last, found) if np.any(broken) else found


standing = constant("standing", _standing)
