"""Linear algebra with the names and signatures of numpy.linalg.

The last two axes are the matrices, all others a batch. Integers become float64, as in NumPy. Where NumPy
gives several results at once, so do these, under its field names.
"""

from collections.abc import Sequence
from math import prod
from operator import index
from typing import Any, NamedTuple

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.functions import contracting, diagonals, products, shaping
from autograd_core.functions.squares import is_trained, matrix, square
from autograd_core.functions.values import live, untyped, values
from autograd_core.functions.words import operand
from autograd_core.ops import arithmetic, determinants, factorizations, matrices, reductions, shapes
from autograd_core.ops.factorizations import part
from autograd_core.ops.indexing import getitem
from autograd_core.ops.triangles import symmetric

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
]


class SlogdetResult(NamedTuple):
    """Sign and logarithm of the size of a determinant."""

    sign: Any
    logabsdet: Any


class EighResult(NamedTuple):
    """Eigenvalues in ascending order, and the eigenvectors as columns."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """Orthonormal columns and an upper triangle."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """Left singular vectors as columns, singular values in descending order, right ones as lines."""

    U: Any
    S: Any
    Vh: Any


# ---- inverses and systems --------------------------------------------------------------------------------


def inv(a: Any) -> Any:
    """The inverse of every matrix. With Z = X⁻¹ the gradient is −Zᵀ ∂E/∂Z Zᵀ.

    Raises:
        LinAlgError: if a matrix is not square or singular.

    >>> inv(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return matrices.inv(square("inv", a))


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    """The pseudoinverse of every matrix (Moore and Penrose).

    Singular values up to rcond (or rtol; by default 1e-15, with rtol=None the larger size times the
    resolution of the dtype) times the largest count as 0. The gradient (Golub and Pereyra 1973, equation
    4.12) holds as long as the rank stays the same; where it changes the pseudoinverse jumps.
    """
    x = matrix("pinv", a)
    if rcond is not None and rtol is not np._NoValue:
        raise ValueError("pinv: give rtol or rcond, not both; they mean the same")
    if rcond is None:
        rcond = 1e-15 if rtol is np._NoValue else rtol
    if rcond is None:
        kind = x.dtype if x.dtype.kind == "f" else np.float64
        rcond = max(x.shape[-2:]) * float(np.finfo(kind).eps)
    x = _mirrored(square("pinv", x), False) if hermitian else x
    return matrices.pinv(x, rcond=values(rcond)) if live(x) else untyped.linalg.pinv(x, rcond, hermitian)


def solve(a: Any, b: Any) -> Any:
    """The solution x of a x = b. A right side of one axis is a vector, any other holds columns.

    With x known the gradients are ∂E/∂b = a⁻ᵀ ∂E/∂x and ∂E/∂a = −∂E/∂b xᵀ: another solution, no inverse.

    Raises:
        LinAlgError: if a matrix is not square or singular.
        ValueError: if the sizes do not fit.

    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    x, y = square("solve", a), operand(b)
    vector = y.ndim == 1
    if y.ndim == 0 or y.shape[0 if vector else -2] != x.shape[-1]:
        raise ValueError(
            f"solve: {x.shape[-1]} equations of shape {x.shape} need a right side with as many rows, "
            f"got the shape {y.shape}"
        )
    if not vector:
        return matrices.solve(x, y)
    return shapes.squeeze(matrices.solve(x, shapes.expand(y, axis=(-1,))), axis=(-1,))


def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    """The x of tensordot(a, x, x.ndim) = b; the axes of a given by `axes` are put last before.

    Raises:
        LinAlgError: if the axes of b and the others of a do not make a square matrix, or it is singular.
    """
    x, y = operand(a), operand(b)
    if axes is not None:
        last = [k % x.ndim for k in axes]
        x = shaping.transpose(x, [k for k in range(x.ndim) if k not in last] + last)
    shape = x.shape[y.ndim :]
    size = prod(shape)
    if x.size != size**2 or y.size != size:
        raise np.linalg.LinAlgError(
            f"tensorsolve: with a right side of shape {y.shape}, the shape {x.shape} makes no square matrix: "
            f"{prod(x.shape[: y.ndim])} equations for {size} unknowns"
        )
    flat = solve(shaping.reshape(x, (size, size)), shaping.reshape(y, (size,)))
    return shaping.reshape(flat, shape)


def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse with respect to tensordot(…, ind): the first `ind` axes against the others.

    Raises:
        ValueError: if ind is not positive.
        LinAlgError: if the two groups of axes have different sizes, or the matrix is singular.
    """
    x = operand(a)
    if ind <= 0:
        raise ValueError(f"tensorinv: ind counts axes and is positive, got {ind}")
    front, back = x.shape[:ind], x.shape[ind:]
    if prod(front) != prod(back):
        raise np.linalg.LinAlgError(
            f"tensorinv: the axes {front} and {back} of shape {x.shape} make no square matrix"
        )
    return shaping.reshape(inv(shaping.reshape(x, (prod(front), prod(back)))), back + front)


def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The x of least |x| among those for which |b − a x|² is least; residuals, rank and singular values.

    x = pinv(a) b, and its gradient holds as long as the rank stays the same. The residuals (empty if a has
    not full column rank or no more rows than columns) and the singular values have gradients too.

    Args:
        a: a matrix.
        b: a vector, or a matrix of columns.
        rcond: singular values up to rcond times the largest count as 0; by default the larger size of a
            times the resolution of the dtype.

    Raises:
        LinAlgError: if a is not one matrix, b has more than two axes, or the numbers of rows differ.
    """
    x, y = matrix("lstsq", a), operand(b)
    if x.ndim != 2 or y.ndim not in (1, 2) or x.shape[0] != y.shape[0]:
        raise np.linalg.LinAlgError(
            "lstsq: a matrix and a vector, or a matrix with as many rows, are needed, "
            f"got shapes {x.shape} and {y.shape}"
        )
    if not live(x, y):
        return untyped.linalg.lstsq(x, y, rcond)
    m, n = x.shape
    kind = np.result_type(x.dtype, np.float32)
    rcond = max(m, n) * float(np.finfo(kind).eps) if rcond is None else float(rcond)
    s = svdvals(x)
    plain = values(s)
    rank = int(np.sum(plain > rcond * np.max(plain, initial=0)))
    solution = matrices.pinv(x, rcond=rcond) @ y
    squares = arithmetic.square(y - x @ solution)
    if rank < n or m <= n:
        residuals = np.empty(0, kind)
    else:
        residuals = reductions.sum(squares, axis=(-squares.ndim,), keepdims=y.ndim == 1)
    return solution, residuals, rank, s


# ---- determinants ----------------------------------------------------------------------------------------


def det(a: Any) -> Any:
    """The determinant of every matrix. Its gradient is the matrix of cofactors, also where it is singular.

    Second derivatives are right at every matrix; third and higher ones too up to 12 rows, and of larger
    matrices if they are regular (a LinAlgError says if not).

    >>> det(np.array([[2.0, 0.0], [1.0, 3.0]]))
    np.float64(6.0)
    """
    return determinants.det(square("det", a))


def slogdet(a: Any) -> SlogdetResult:
    """Sign and logarithm of |det| of every matrix, for determinants beyond the number range.

    The gradient of the logarithm is X⁻ᵀ; the sign is flat and has gradient 0. At a singular matrix the
    logarithm is −∞ and there is no gradient: asking for one is a LinAlgError.
    """
    x = square("slogdet", a)
    if not live(x):
        return SlogdetResult(*untyped.linalg.slogdet(x))
    z = determinants.slogdet(x)
    return SlogdetResult(getitem(z, index=(0,)), getitem(z, index=(1,)))


# ---- factorisations --------------------------------------------------------------------------------------


def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangle L with a = L Lᵀ, or with `upper` Lᵀ, of every symmetric positive definite matrix.

    NumPy reads one triangle of a. Here the symmetric part (a + aᵀ)/2 is read where both triangles agree
    to a thousandth of the largest number of the matrix, so that the gradient of a symmetric matrix is
    symmetric; of any other matrix one triangle, as in NumPy. The gradient: Murray, Differentiation of the
    Cholesky decomposition (2016), equation 10.

    Raises:
        LinAlgError: if a matrix is not square or not positive definite.
    """
    x = _mirrored(square("cholesky", a), bool(upper))
    if not live(x):
        return untyped.linalg.cholesky(x, upper=upper)
    z = factorizations.cholesky(x)
    return matrix_transpose(z) if upper else z


def qr(a: Any, mode: str = "reduced") -> Any:
    """Q and R of every matrix a = Q R, or R alone with mode "r"; Q has min(rows, columns) columns.

    The gradient is undefined where the first min(rows, columns) columns are dependent (a LinAlgError then).
    Walter and Lehmann, Algorithmic differentiation of linear algebra functions with application in optimum
    experimental design (2018), section 3; of wide matrices Roberts and Roberts (2020).

    Raises:
        NoRuleError: for a gradient in the mode "complete" of a tall matrix, whose further columns are
            arbitrary, and in the mode "raw".
    """
    x = matrix("qr", a)
    m, n = x.shape[-2:]
    if not live(x):
        return untyped.linalg.qr(x, mode)
    if mode not in ("reduced", "complete", "r", "raw"):
        raise ValueError(f'qr: mode is "reduced", "complete", "r" or "raw", got {mode!r}')
    if mode == "raw" or (mode == "complete" and m > n):
        _refuse(
            x,
            f"no derivative rule for numpy.linalg.qr with mode={mode!r} of the shape {x.shape}: write "
            "mode='reduced'",
        )
        return untyped.linalg.qr(values(x), mode)
    z = factorizations.qr(x)
    r = matrix_transpose(part(z, m, m + n))
    return r if mode == "r" else QRResult(part(z, 0, m), r)


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    """Eigenvalues, ascending, and eigenvectors (columns) of every symmetric matrix.

    Which numbers are read is said at `cholesky`. The gradient (Giles 2008, section 3.1) of the vectors has
    the factors 1/(λⱼ − λᵢ); where eigenvalues are equal but for rounding they are replaced by 0. The vectors
    are determined up to their signs, and up to a rotation where eigenvalues are equal, so only a result
    that does not depend on these has a meaningful gradient.

    Raises:
        LinAlgError: if a matrix is not square.

    >>> eigh(np.array([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    array([1., 2.])
    """
    x = _mirrored(square("eigh", a), _is_upper("eigh", UPLO))
    if not live(x):
        return EighResult(*untyped.linalg.eigh(x, UPLO))
    n = x.shape[-1]
    z = factorizations.eigh(x)
    return EighResult(getitem(z, index=(0, slice(None))), part(z, 1, n + 1))


def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """The eigenvalues, ascending, of every symmetric matrix; see `eigh`. Their gradient is V diag(λ̄) Vᵀ."""
    x = square("eigvalsh", a)
    if live(x):
        return eigh(x, UPLO).eigenvalues
    return untyped.linalg.eigvalsh(_mirrored(x, _is_upper("eigvalsh", UPLO)), UPLO)


def _is_upper(name: str, UPLO: str) -> bool:
    if UPLO not in ("L", "l", "U", "u"):
        raise ValueError(f"{name}: UPLO is 'L' or 'U', got {UPLO!r}")
    return UPLO in ("U", "u")


def _mirrored(x: Any, upper: bool) -> Any:
    """x made symmetric; complex matrices, which no rule covers, are left to NumPy."""
    if x.dtype.kind == "c":
        return x
    return symmetric(x if x.dtype.kind == "f" else x.astype(np.float64), upper=upper)


def eig(a: Any) -> Any:
    """Eigenvalues and eigenvectors of any matrix; they may be complex and have no gradient: see `eigh`."""
    x = square("eig", a)
    _refuse(x, "no derivative rule for numpy.linalg.eig, which may be complex: for symmetric use eigh")
    return untyped.linalg.eig(values(x))


def eigvals(a: Any) -> Any:
    """Eigenvalues of any matrix; they may be complex and have no gradient: see `eigvalsh`."""
    x = square("eigvals", a)
    _refuse(
        x,
        "no derivative rule for numpy.linalg.eigvals, which may be complex: for symmetric use eigvalsh",
    )
    return untyped.linalg.eigvals(values(x))


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """U, S and Vh of every matrix a = U diag(S) Vh; with compute_uv=False S alone.

    The gradient (Townsend, Differentiating the singular value decomposition, 2016) of the vectors has the
    factors 1/(σⱼ² − σᵢ²) and 1/σᵢ; where singular values are equal, or 0, but for rounding they are replaced
    by 0. The vectors are determined up to common signs, and up to a rotation where singular values are
    equal, so only a result that does not depend on these has a meaningful gradient.

    Args:
        a: matrices.
        full_matrices: whether U and Vh are square. Then further vectors of a matrix that is not square are
            arbitrary and have no gradient: write full_matrices=False.
        compute_uv: whether the vectors are wanted.
        hermitian: whether a is symmetric; which numbers are read is said at `cholesky`.

    Raises:
        NoRuleError: for a gradient with full_matrices of matrices that are not square.
    """
    x = matrix("svd", a)
    x = _mirrored(square("svd", x), False) if hermitian else x
    if not live(x):
        found = untyped.linalg.svd(x, full_matrices, compute_uv, hermitian)
        return SVDResult(*found) if compute_uv else found
    m, n = x.shape[-2:]
    if compute_uv and full_matrices and m != n:
        _refuse(
            x,
            f"no derivative rule for numpy.linalg.svd with full matrices of the shape {x.shape}: write "
            "full_matrices=False",
        )
        return SVDResult(*untyped.linalg.svd(values(x)))
    z = factorizations.svd(x)
    s = getitem(z, index=(m, slice(None)))
    return SVDResult(part(z, 0, m), s, matrix_transpose(part(z, m + 1, m + 1 + n))) if compute_uv else s


def svdvals(x: Any, /) -> Any:
    """The singular values, descending, of every matrix. Their gradient is U diag(σ̄) Vᵀ."""
    return svd(x, compute_uv=False)


# ---- products and powers ---------------------------------------------------------------------------------


def matrix_power(a: Any, n: int) -> Any:
    """Every matrix times itself n times; n = 0 gives identities, n < 0 powers of the inverse.

    Raises:
        LinAlgError: if a matrix is not square, or n is negative and it is singular.
        TypeError: if n is not an integer.
    """
    x = square("matrix_power", a)
    try:
        n = index(n)
    except TypeError:
        raise TypeError(f"matrix_power: the exponent is an integer, got {n!r}") from None
    if n == 0:
        return arithmetic.zeros_of(x) + np.eye(x.shape[-1], dtype=x.dtype)
    if n < 0:
        x, n = inv(x), -n
    power = None
    while True:
        if n % 2:
            power = x if power is None else power @ x
        n //= 2
        if not n:
            return power
        x = x @ x


def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of several matrices, in the order of multiplications that takes the fewest operations.

    The first may be a vector (a line) and so may the last (a column).

    Raises:
        ValueError: if there are fewer than two.
        LinAlgError: if another one is not a matrix.
    """
    xs = [operand(x) for x in arrays]
    if len(xs) < 2:
        raise ValueError(f"multi_dot: two arrays or more are needed, got {len(xs)}")
    for k, x in enumerate(xs):
        if x.ndim != 2 and not (x.ndim == 1 and k in (0, len(xs) - 1)):
            raise np.linalg.LinAlgError(
                f"multi_dot: array {k} must be a matrix, or a vector at an end, got the shape {x.shape}"
            )
    if not live(*xs):
        return untyped.linalg.multi_dot(xs)
    sizes = [1 if xs[0].ndim == 1 else xs[0].shape[0], *(x.shape[0] for x in xs[1:])]
    sizes.append(1 if xs[-1].ndim == 1 else xs[-1].shape[1])
    return _multiplied(xs, _best_splits(sizes), 0, len(xs) - 1)


def _best_splits(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Where to split each run of a chain of matrices; matrix i has sizes[i] rows and sizes[i + 1] columns.

    Cormen, Leiserson, Rivest and Stein, Introduction to algorithms, chapter 15.2.
    """
    n = len(sizes) - 1
    cost = {(i, i): 0 for i in range(n)}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            options = [
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            ]
            cost[i, j], split[i, j] = min(options)
    return split


def _multiplied(xs: list[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    """The product of the matrices i to j."""
    if i == j:
        return xs[i]
    k = split[i, j]
    return products.matmul(_multiplied(xs, split, i, k), _multiplied(xs, split, k + 1, j))


def matmul(x1: Any, x2: Any, /) -> Any:
    """The matrix product x1 @ x2, as np.matmul."""
    return products.matmul(x1, x2)


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    """Products summed over several axes, as np.tensordot."""
    return contracting.tensordot(x1, x2, axes)


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Products summed over one axis, as np.vecdot."""
    return products.vecdot(x1, x2, axis=axis)


def outer(x1: Any, x2: Any, /) -> Any:
    """All products of a number of one vector and one of another.

    Raises:
        ValueError: if an argument is not a vector.
    """
    x, y = operand(x1), operand(x2)
    if x.ndim != 1 or y.ndim != 1:
        raise ValueError(f"outer: two vectors are needed, got shapes {x.shape} and {y.shape}")
    return products.outer(x, y)


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The vector product of vectors of three numbers along an axis.

    Raises:
        ValueError: if the axis has another size.
    """
    x, y = operand(x1), operand(x2)
    if x.shape[axis] != 3 or y.shape[axis] != 3:
        raise ValueError(
            f"cross: both need three numbers along axis {axis}, got shapes {x.shape} and {y.shape}"
        )
    return products.cross(x, y, axis=axis)


# ---- parts -----------------------------------------------------------------------------------------------


def matrix_transpose(x: Any, /) -> Any:
    """The transpose of every matrix.

    Raises:
        ValueError: if there are no two axes.
    """
    x = operand(x)
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose: a matrix needs two axes or more, got the shape {x.shape}")
    return shaping.swapaxes(x, -1, -2)


def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonal of every matrix, `offset` places above the main one."""
    return diagonals.diagonal_of(operand(x), offset, -2, -1, "diagonal")


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The sum of the diagonal of every matrix, `offset` places above the main one."""
    return diagonals.trace(x, offset, -2, -1, dtype)


def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """How many singular values are more than rounding: plain integers, without a derivative."""
    return untyped.linalg.matrix_rank(values(operand(A)), values(tol), hermitian, rtol=values(rtol))


def _refuse(x: Any, text: str) -> None:
    if is_trained(x):
        raise NoRuleError(text + ", or take plain values with .numpy()")
