"""Norms of vectors and matrices, and condition numbers, with the names and signatures of numpy.linalg.

At a kink the gradient is a subgradient: 0 at a vector or matrix of zeros, a tie shared evenly by the numbers
or singular values that meet in it. No sum of powers overflows or underflows on the way, so the norm of
(3e200, 4e200) has the gradient (0.6, 0.8).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.functions import linalg, shaping
from autograd_core.functions.squares import matrix, real
from autograd_core.functions.values import floating, live, untyped
from autograd_core.functions.words import Axis, axis_indices
from autograd_core.ops import arithmetic, norms, reductions, shapes
from autograd_core.ops.indexing import getitem

__all__ = ["cond", "matrix_norm", "norm", "vector_norm"]

LAST = (-1,)
BOTH = (-2, -1)


def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """The norm of a vector or matrix, of each along an axis or two, or of all numbers.

    Args:
        x: numbers.
        ord: of vectors None or 2 for √Σ x², any p for (Σ |x|^p)^(1/p), inf and −inf for the largest and
            smallest |x|, 0 for the count of numbers that are not 0; of matrices None or "fro" for √Σ x²,
            "nuc" for the sum of singular values, 2 and −2 for the largest and smallest of them, 1 and −1
            for the largest and smallest column of |x| summed, inf and −inf the same of rows.
        axis: one axis for vectors, two for matrices; None for all of x.
        keepdims: whether the axes stay, with size 1.

    Raises:
        ValueError: if the order is not one of these, or does not go with the number of axes.

    >>> norm(np.array([3.0, 4.0]))
    np.float64(5.0)
    """
    x = real("norm", x)
    if not live(x):
        return untyped.linalg.norm(x, ord, axis, keepdims)
    n = x.ndim
    x = floating(x)
    if axis is None:
        if ord is None:
            return norms.norm(x, p=2, axis=tuple(range(-n, 0)), keepdims=bool(keepdims))
        axis = tuple(range(n))
    found = _axes(axis, n)
    if len(found) == 1:
        return _of_vectors(x, 2 if ord is None else ord, found, bool(keepdims))
    if len(found) != 2:
        raise ValueError(f"norm: with ord={ord!r} one axis or two are needed, got {len(found)}: {axis}")
    return _of_matrices(x, "fro" if ord is None else ord, found, bool(keepdims))


def vector_norm(x: Any, /, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norm of the vector that several axes make, or all; see `norm` for the orders."""
    x = real("vector_norm", x)
    if not live(x):
        return untyped.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)
    found = tuple(range(-x.ndim, 0)) if axis is None else _axes(axis, x.ndim)
    return _of_vectors(floating(x), ord, found, bool(keepdims))


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norm of every matrix; see `norm` for the orders."""
    x = matrix("matrix_norm", x)
    if not live(x):
        return untyped.linalg.matrix_norm(x, keepdims=keepdims, ord=ord)
    return _of_matrices(floating(x), ord, BOTH, bool(keepdims))


def cond(x: Any, p: Any = None) -> Any:
    """The condition number of every matrix: norm(x, p) · norm(inv(x), p); by default σ₁/σₖ.

    Raises:
        LinAlgError: for an order other than None, 2 and −2, if a matrix is not square or singular.
    """
    x = matrix("cond", x)
    if not live(x):
        return untyped.linalg.cond(x, p)
    x = floating(x)
    if p is None or p in (2, -2):
        s = linalg.svdvals(x)
        first, last = getitem(s, index=(0,)), getitem(s, index=(s.shape[-1] - 1,))
        return last / first if p == -2 else first / last
    return matrix_norm(x, ord=p) * matrix_norm(linalg.inv(x), ord=p)


def _axes(axis: int | Sequence[int], ndim: int) -> tuple[int, ...]:
    """The axes in the order given, counted from the end."""
    return tuple(k - ndim for k in axis_indices(axis, ndim))


def _of_vectors(x: Any, order: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The norm of the numbers along the axes."""
    if isinstance(order, str):
        raise ValueError(f"norm: the order {order!r} is one of matrices; a vector has numbers, inf and -inf")
    axis = tuple(sorted(axis))
    if order == np.inf:
        return reductions.max(abs(x), axis=axis, keepdims=keepdims)
    if order == -np.inf:
        return reductions.min(abs(x), axis=axis, keepdims=keepdims)
    if order == 0:  # flat almost everywhere
        return reductions.sum(abs(arithmetic.sign(x)), axis=axis, keepdims=keepdims)
    if order == 1:
        return reductions.sum(abs(x), axis=axis, keepdims=keepdims)
    return norms.norm(x, p=float(order), axis=axis, keepdims=keepdims)


def _of_matrices(x: Any, order: Any, axis: tuple[int, int] | tuple[int, ...], keepdims: bool) -> Any:
    """The norm of the matrices whose rows are counted along axis[0], whose columns along axis[1]."""
    rows, columns = axis
    if rows == columns:
        raise ValueError(f"norm: the two axes of a matrix differ, got {axis}")
    if order in ("fro", "f"):
        return norms.norm(x, p=2, axis=tuple(sorted(axis)), keepdims=keepdims)
    n = x.ndim
    rest = [k for k in range(-n, 0) if k not in axis]
    whole = x if tuple(axis) == BOTH else shaping.transpose(x, [*rest, rows, columns])
    z = _of_last(whole, order)
    return shapes.expand(z, axis=tuple(sorted(axis))) if keepdims else z


def _of_last(x: Any, order: Any) -> Any:
    """The norm of the matrices in the last two axes."""
    if order in ("nuc", 2, -2):
        s = abs(linalg.svdvals(x))  # |·|, so that the gradient at a singular value 0 is 0
        if order == "nuc":
            return reductions.sum(s, axis=LAST, keepdims=False)
    elif order in (1, -1):
        s = reductions.sum(abs(x), axis=(-2,), keepdims=False)
    elif order in (np.inf, -np.inf):
        s = reductions.sum(abs(x), axis=LAST, keepdims=False)
    else:
        raise ValueError(
            f"norm: a matrix has the orders 'fro', 'nuc', 1, -1, 2, -2, inf and -inf, got {order!r}"
        )
    largest = order > 0
    return (reductions.max if largest else reductions.min)(s, axis=LAST, keepdims=False)
