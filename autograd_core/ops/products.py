"""Products of matrices and vectors."""

from typing import Any

import numpy as np

from autograd_core.op import multilinear
from autograd_core.ops.shapes import expand, squeeze


def _left(g: Any, x: Any, y: Any) -> Any:
    """The gradient of x in x @ y where one of the two is a vector."""
    if y.ndim == 1:
        return expand(g, axis=(-1,)) * y
    return squeeze(expand(g, axis=(-2,)) @ y.mT, axis=(-2,))


def _right(g: Any, x: Any, y: Any) -> Any:
    """The gradient of y in x @ y where one of the two is a vector."""
    if x.ndim == 1:
        return expand(g, axis=(-1,)) * x if y.ndim == 1 else expand(x, axis=(-1,)) * expand(g, axis=(-2,))
    return squeeze(x.mT @ expand(g, axis=(-1,)), axis=(-1,))


matmul = multilinear(
    "matmul",
    np.matmul,
    lambda g, z, x, y: g @ y.mT if x.ndim > 1 < y.ndim else _left(g, x, y),
    lambda g, z, x, y: x.mT @ g if x.ndim > 1 < y.ndim else _right(g, x, y),
    keeps="xy",
)
