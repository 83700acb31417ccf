"""Triangles of square matrices, for factorisations that read or give one.

NumPy's functions of symmetric matrices read one triangle. Their rows are these functions exactly, so the
gradient of such a row is a triangle too (`folded`); the row `symmetric` in front makes it symmetric.
"""

from functools import cache
from typing import Any

import numpy as np

from autograd_core.op import constant, general


@cache
def _lower(n: int, dtype: Any) -> Any:
    weights = np.tril(np.ones((n, n), dtype)) - np.eye(n, dtype=dtype) * dtype.type(0.5)
    weights.setflags(write=False)
    return weights


def lower(x: Any) -> Any:
    """1 below the diagonal, ½ on it, 0 above, in the size and dtype of x."""
    return _lower(int(x.shape[-1]), np.dtype(x.dtype))


def folded(c: Any, x: Any) -> Any:
    """The gradient of a row that reads the lower triangle of x, from the gradient c of the whole matrix."""
    return (c + c.mT) * lower(x)


def _halves(x: Any, *, upper: bool) -> Any:
    y = x.swapaxes(-1, -2)
    with np.errstate(invalid="ignore"):
        gap = np.max(np.absolute(x - y), axis=(-2, -1), keepdims=True, initial=0)
    size = np.max(np.absolute(x), axis=(-2, -1), keepdims=True, initial=0)
    triangle = lower(x).T if upper else lower(x)
    return np.where(gap * x.dtype.type(1000) <= size, x.dtype.type(0.5), triangle)


# what each number of a matrix counts in its symmetric form: ½ where the two triangles agree to a thousandth
# of the largest number, else the triangle that NumPy reads
halves = constant("halves", _halves)


def _symmetric(x: Any, *, upper: bool) -> Any:
    w = _halves(x, upper=upper)
    y = np.where(w > 0, x, 0) * w  # where, because the other triangle may hold anything
    return y + y.swapaxes(-1, -2)


symmetric = general(
    "symmetric",
    _symmetric,
    lambda g, z, x, *, upper: (g + g.mT) * halves(x, upper=upper),
    keeps="x",
)
