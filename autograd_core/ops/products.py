"""Products of matrices and vectors."""

from math import prod
from typing import Any

import numpy as np
from numpy import ndarray

from autograd_core.op import Row, multilinear
from autograd_core.ops.shapes import expand, reshape, squeeze


def _left(g: Any, x: Any, y: Any) -> Any:
    """The gradient of x in x @ y where one of the two is a vector."""
    if y.ndim == 1:
        return expand(g, axis=(-1,)) * y
    return squeeze(expand(g, axis=(-2,)) @ y.mT, axis=(-2,))


def _right(g: Any, x: Any, y: Any) -> Any:
    """The gradient of y in x @ y where one of the two is a vector, or x a batch and y one matrix: then the
    batch is one long matrix, so that there is one product and nothing to sum."""
    if x.ndim > 2 == y.ndim:
        rows = prod(x.shape[:-1])
        flat = reshape(x, shape=(rows, x.shape[-1]), of=x.ndim)
        return flat.mT @ reshape(g, shape=(rows, y.shape[-1]), of=x.ndim)
    if x.ndim == 1:
        return expand(g, axis=(-1,)) * x if y.ndim == 1 else expand(x, axis=(-1,)) * expand(g, axis=(-2,))
    if y.ndim > 1:
        return x.mT @ g
    return squeeze(x.mT @ expand(g, axis=(-1,)), axis=(-1,))


def _times(x: Any, y: Any) -> Any:
    """x @ y, of two matrices without gaps by `dot`: the same to the last bit, a little sooner; a
    column times a row, for which NumPy's product has no quick way, too."""
    matrices = x.__class__ is ndarray is y.__class__ and x.ndim == y.ndim == 2 and x.shape[1] == len(y)
    return x.dot(y) if matrices and (len(y) == 1 or (x.flags.forc and y.flags.forc)) else x @ y


matmul = multilinear(
    "matmul",
    _times,
    lambda g, z, x, y: _times(g, y.mT) if x.ndim > 1 < y.ndim else _left(g, x, y),
    lambda g, z, x, y: _times(x.mT, g) if 2 == x.ndim <= y.ndim else _right(g, x, y),
    keeps="xy",
)

# of vectors with three components in the last axis; both rules are cyclic exchanges of g × x · y
cross: Row = multilinear(
    "cross",
    np.cross,
    lambda g, z, x, y: cross(y, g),
    lambda g, z, x, y: cross(g, x),
    keeps="xy",
)
