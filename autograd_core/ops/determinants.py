"""Determinants, right to every order also where a matrix is singular.

The gradient of det is the matrix of cofactors, a polynomial in the numbers of x that has no 1/det in it.
With x = U diag(σ) Vᵀ the cofactors are det U · det V · U diag(∏_{k≠i} σ_k) Vᵀ, and their slope along h is
the same with, in the basis of U and V, the products of all singular values but two. No division occurs, so
both are exact at matrices of every rank.
"""

from functools import cache
from typing import Any

import numpy as np

from autograd_core.op import Row, general
from autograd_core.ops.indexing import HOLE, getitem, scatter
from autograd_core.ops.matrices import inv
from autograd_core.ops.reductions import sum
from autograd_core.ops.shapes import expand

MINORS = 12
"""Up to this size the third order of det goes by minors, right also at singular matrices; beyond it the
number of minors, n⁴/4, is too large and the inverse is used."""

BOTH = (-2, -1)


def _up_to(s: Any) -> tuple[Any, Any]:
    """The products of what stands before, and of what stands after each number of the last axis."""
    one = np.ones_like(s[..., :1])
    before = np.cumprod(np.concatenate([one, s[..., :-1]], -1), -1)
    after = np.cumprod(np.concatenate([one, s[..., :0:-1]], -1), -1)[..., ::-1]
    return before, after


def _but_two(s: Any) -> Any:
    """The products of all numbers but the i-th and the j-th, 0 where i = j."""
    n = s.shape[-1]
    before, after = _up_to(s)
    behind = np.triu(np.ones((n, n), bool), 1)
    # row i: the products of what stands between i and j
    runs = np.cumprod(np.where(behind, s[..., None, :], 1), -1)
    between = np.concatenate([np.ones_like(runs[..., :1]), runs[..., :-1]], -1)
    upper = np.where(behind, before[..., :, None] * between * after[..., None, :], 0)
    return upper + upper.swapaxes(-1, -2)


def _turned(x: Any) -> tuple[Any, Any, Any, Any]:
    """det U · det V, and U, the singular values, and Vᵀ."""
    u, s, v = np.linalg.svd(x)
    sign = np.sign(np.linalg.det(u) * np.linalg.det(v)).astype(s.dtype)
    return sign[..., None, None], u, s, v


def _cofactor(x: Any) -> Any:
    if x.size == 0:
        return np.zeros_like(x)
    sign, u, s, v = _turned(x)
    before, after = _up_to(s)
    return sign * ((u * (before * after)[..., None, :]) @ v)


def _cofactor_slope(x: Any, y: Any) -> Any:
    if x.size == 0 or y.size == 0:
        return np.zeros(np.broadcast_shapes(x.shape, y.shape), np.result_type(x, y))
    sign, u, s, v = _turned(x)
    most = _but_two(s)
    inside = u.swapaxes(-1, -2) @ np.ascontiguousarray(y) @ v.swapaxes(-1, -2)
    diagonal = np.diagonal(inside, 0, -2, -1)
    c = -most * inside.swapaxes(-1, -2)
    n = np.arange(x.shape[-1])
    c[..., n, n] = (most @ diagonal[..., None])[..., 0]
    return sign * (u @ c @ v)


def _slogdet(x: Any) -> Any:
    return np.stack(np.linalg.slogdet(x), -1)


det = general("det", np.linalg.det, lambda g, z, x: expand(g, axis=BOTH) * cofactor(x), keeps="x")
cofactor: Row = general("cofactor", _cofactor, lambda g, z, x: cofactor_slope(x, g), keeps="x")
# the second order of det: symmetric in g and y, for it is a Hessian
cofactor_slope: Row = general(
    "cofactor_slope",
    _cofactor_slope,
    lambda g, z, x, y: _by_minors(g, x, y) if x.shape[-1] <= MINORS else _by_inverse(g, x, y),
    lambda g, z, x, y: cofactor_slope(x, g),
    keeps="xy",
)
# sign and logarithm of |det|, side by side; the sign is flat
slogdet = general(
    "slogdet",
    _slogdet,
    lambda g, z, x: expand(getitem(g, index=(1,)), axis=BOTH) * inv(x).mT,
    keeps="x",
)


@cache
def _pairs(n: int) -> tuple[Any, ...]:
    """Every pair of lines, each with the other lines, as columns and as rows of an index.

    The sign (−1)^(i+k) of a minor is in the order of its pair: with the lines exchanged the four products
    of `_by_minors` change theirs.
    """
    pairs = [(i, k) if (i + k) % 2 == 0 else (k, i) for i in range(n) for k in range(i + 1, n)]
    rest = [[m for m in range(n) if m not in pair] for pair in pairs]
    first, second = np.array(pairs, np.intp).reshape(len(pairs), 2).T
    others = np.array(rest, np.intp).reshape(len(pairs), max(n - 2, 0))
    return _fixed(first, second), _fixed(others[:, None, :, None], others[None, :, None, :])


def _fixed(*arrays: Any) -> tuple[Any, ...]:
    for a in arrays:
        a.setflags(write=False)
    return arrays


def _by_minors(g: Any, x: Any, y: Any) -> Any:
    """The gradient of ⟨g, cofactor_slope(x, y)⟩ = Σ ±|x without rows i, k and columns j, l| · (g_ij y_kl +
    g_kl y_ij − g_il y_kj − g_kj y_il), a sum over pairs of rows and of columns."""
    (first, second), (rows, columns) = _pairs(int(x.shape[-1]))
    i, k = first[:, None], second[:, None]
    j, l = first, second

    def at(a: Any, row: Any, column: Any) -> Any:
        return getitem(a, row, column, index=(HOLE, HOLE))

    weights = at(g, i, j) * at(y, k, l) + at(g, k, l) * at(y, i, j)
    weights = weights - at(g, i, l) * at(y, k, j) - at(g, k, j) * at(y, i, l)
    minors = expand(weights, axis=BOTH) * cofactor(at(x, rows, columns))
    return scatter(minors, rows, columns, shape=x.shape, index=(HOLE, HOLE))


def _by_inverse(g: Any, x: Any, y: Any) -> Any:
    """The same for regular x: with w = x⁻ᵀ, p = gᵀ w, q = yᵀ w and C the cofactors
    C ((tr p tr q − tr p q) 1 − tr p q − tr q p + p q + q p)."""
    w, c = inv(x).mT, cofactor(x)
    p, q = g.mT @ w, y.mT @ w
    trace_p, trace_q, trace_pq = (sum(a, axis=BOTH, keepdims=True) for a in (g * w, y * w, p * q.mT))
    return (trace_p * trace_q - trace_pq) * c - c @ (trace_p * q + trace_q * p - p @ q - q @ p)
