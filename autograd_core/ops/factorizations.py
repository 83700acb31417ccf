"""Factorisations of matrices.

A row has one result, so the factors of a matrix stand in it one above the other: eigh gives the eigenvalues
as a first line over the eigenvectors, svd U over the singular values over V, qr Q over Rᵀ. `part` takes
them apart again, and every reading of a row works for them too.
"""

from typing import Any

import numpy as np

from autograd_core.op import general
from autograd_core.ops.choices import guard
from autograd_core.ops.indexing import getitem
from autograd_core.ops.joining import concatenate
from autograd_core.ops.matrices import solve
from autograd_core.ops.norms import norm
from autograd_core.ops.triangles import folded, lower


def part(z: Any, start: int, stop: int) -> Any:
    """The lines of every matrix from one to another."""
    return getitem(z, index=(slice(start, stop), slice(None)))


def _width(s: Any) -> Any:
    """How far rounding moves the numbers of a line: those closer than this count as the same."""
    tolerance = int(s.shape[-1]) * float(np.finfo(s.dtype).eps)
    return norm(s, p=2, axis=(-1,), keepdims=True) * tolerance


def _cholesky(x: Any) -> Any:
    try:
        return np.linalg.cholesky(x)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"cholesky: a matrix is not positive definite, among matrices of shape {x.shape}"
        ) from None


def _of_cholesky(g: Any, z: Any) -> Any:
    """L⁻ᵀ Φ(Lᵀ g) L⁻¹ transposed, where Φ takes the lower triangle and half of the diagonal.

    Murray, Differentiation of the Cholesky decomposition (2016), equation 10.
    """
    return solve(z.mT, solve(z.mT, (z.mT @ g) * lower(z)).mT)


def _of_qr(g: Any, q: Any, gr: Any, r: Any) -> Any:
    """(ḡ + Q S) R⁻ᵀ of a square R, with S symmetric from the lower triangle of R R̄ᵀ − ḡᵀ Q; r and gr are
    Rᵀ and its gradient.

    Walter and Lehmann, Algorithmic differentiation of linear algebra functions with application in optimum
    experimental design (2018), section 3.
    """
    half = (r.mT @ gr - g.mT @ q) * lower(r)
    return solve(r.mT, (g + q @ (half + half.mT)).mT).mT


def _of_qr_parts(g: Any, z: Any, x: Any) -> Any:
    """The gradient of [Q; Rᵀ]. Of a wide matrix the first columns alone make Q, and the others are Q V.

    Roberts and Roberts, QR and LQ decomposition matrix backpropagation algorithms for square, wide, and
    deep matrices (2020), section 3.
    """
    m, n = x.shape[-2:]
    (gq, gr), (q, r) = ((part(a, 0, m), part(a, m, m + n)) for a in (g, z))
    if m >= n:
        return _of_qr(gq, q, gr, r)
    (gu, gv), (u, v) = ((part(a, 0, m), part(a, m, n)) for a in (gr, r))
    first = _of_qr(gq + q @ (v.mT @ gv), q, gu, u)
    return concatenate(first, q @ gv.mT, axis=-1)


def _quotients(c: Any, s: Any, difference: Any) -> Any:
    """c over the differences of the numbers in s; 0 where these are the same but for rounding."""
    ok = abs(s - s.mT) > _width(s)
    return guard(c, ok, 0.0) / guard(difference, ok, 1.0)


def _of_eigh(g: Any, z: Any, n: int) -> Any:
    """V (diag(λ̄) + F ∘ Vᵀ V̄) Vᵀ with F = 1/(λ_j − λ_i).

    Giles, An extended collection of matrix derivative results for forward and reverse mode automatic
    differentiation (2008), section 3.1.
    """
    s, v = part(z, 0, 1), part(z, 1, n + 1)
    gs, gv = part(g, 0, 1), part(g, 1, n + 1)
    return (v @ _quotients(v.mT @ gv, s, s - s.mT) + v * gs) @ v.mT


def _of_svd(g: Any, z: Any, x: Any) -> Any:
    """The gradient of [U; σ; V].

    Townsend, Differentiating the singular value decomposition (2016), equations 17 and 18.
    """
    m, n = x.shape[-2:]
    k = min(m, n)
    (gu, u), (gs, s), (gv, v) = (
        (part(a, i, j), part(b, i, j))
        for i, j in ((0, m), (m, m + 1), (m + 1, m + 1 + n))
        for a, b in [(g, z)]
    )
    uu, vv = u.mT @ gu, v.mT @ gv
    squares = (s - s.mT) * (s + s.mT)
    left, right = (_quotients(c - c.mT, s, squares) for c in (uu, vv))
    inner = u @ (left * s + s.mT * right) + u * gs
    ok = s > _width(s)
    if m > k:
        inner = inner + guard(gu - u @ uu, ok, 0.0) / guard(s, ok, 1.0)
    c = inner @ v.mT
    if n > k:
        c = c + u @ (guard(gv - v @ vv, ok, 0.0) / guard(s, ok, 1.0)).mT
    return c


def _qr(x: Any) -> Any:
    q, r = np.linalg.qr(x)
    return np.concatenate([q, r.swapaxes(-1, -2)], -2)


def _eigh(x: Any) -> Any:
    values, vectors = np.linalg.eigh(x)
    return np.concatenate([values[..., None, :], vectors], -2)


def _svd(x: Any) -> Any:
    u, s, v = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], v.swapaxes(-1, -2)], -2)


# cholesky and eigh read the lower triangle of x, and their gradients are lower triangles
cholesky = general("cholesky", _cholesky, lambda g, z, x: folded(_of_cholesky(g, z), x), keeps="z")
eigh = general("eigh", _eigh, lambda g, z, x: folded(_of_eigh(g, z, x.shape[-1]), x), keeps="z")
qr = general("qr", _qr, lambda g, z, x: _of_qr_parts(g, z, x), keeps="z")
svd = general("svd", _svd, lambda g, z, x: _of_svd(g, z, x), keeps="z")
