"""The trace, and diagonals of any two axes."""

from typing import Any

import numpy as np

from autograd_core.functions import reducing, shaping
from autograd_core.functions.words import operand
from autograd_core.ops.indexing import HOLE, getitem

__all__ = ["trace"]


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """Σ of the diagonal of the matrices that two axes make, `offset` places above the main one.

    Raises:
        ValueError: if there are no two axes, or the two are the same.

    >>> trace(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.float64(5.0)
    """
    return reducing.sum(diagonal_of(operand(a), offset, axis1, axis2, "trace"), -1, dtype)


def diagonal_of(x: Any, offset: int, axis1: int, axis2: int, name: str) -> Any:
    """The diagonal as the last axis."""
    n = x.ndim
    if n < 2:
        raise ValueError(f"{name}: a diagonal needs two axes or more, got the shape {x.shape}")
    for axis in (axis1, axis2):
        if not -n <= axis < n:
            raise np.exceptions.AxisError(axis, n, name)
    i, j = axis1 % n, axis2 % n
    if i == j:
        raise ValueError(f"{name}: axis1 and axis2 must differ, both are axis {i} of the shape {x.shape}")
    order = [*(k for k in range(n) if k not in (i, j)), i, j]
    x = x if order == list(range(n)) else shaping.transpose(x, order)
    rows, columns = x.shape[-2:]
    length = max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))
    places = np.arange(length)
    above, left = places - min(offset, 0), places + max(offset, 0)
    return getitem(x, above, left, index=(HOLE, HOLE))
