"""ac.linalg: values as NumPy's, gradients in every mode, against other libraries, at singular matrices."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.errors import NoRuleError
from tests.autograd_core.functions.derivatives import drawn, every_mode

LA, NP = ac.linalg, np.linalg
LinAlgError = np.linalg.LinAlgError


def regular(*shape, seed=0):
    return drawn(*shape, seed=seed) + 3 * np.eye(*shape[-2:])


def apart(m, n, *batch):
    """Matrices with the singular values 1, 2, 3 …"""
    k = min(m, n)
    u, v = (np.linalg.qr(drawn(*batch, size, k, seed=size))[0] for size in (m, n))
    return (u * np.arange(1.0, k + 1)) @ v.swapaxes(-1, -2)


def spd(n, *batch):
    q = np.linalg.qr(drawn(*batch, n, n))[0]
    return (q * np.arange(1.0, n + 1)) @ q.swapaxes(-1, -2)


SQUARES = [regular(n, n) for n in range(1, 7)] + [regular(2, 3, 3), regular(2, 1, 2, 2)]
SYMMETRIC = [spd(n) for n in range(1, 7)] + [spd(3, 2), spd(2, 2, 1)]
RECTANGLES = [apart(m, n) for m in range(1, 6) for n in range(1, 6)] + [apart(4, 3, 2), apart(2, 3, 2)]

# what to call with one matrix: (of Tensors or arrays, by NumPy), what makes the matrices
ONE = {
    "inv": (LA.inv, NP.inv, SQUARES),
    "det": (LA.det, NP.det, SQUARES),
    "logabsdet": (lambda x: LA.slogdet(x).logabsdet, lambda x: NP.slogdet(x)[1], SQUARES),
    "sign of det": (lambda x: LA.slogdet(x).sign, lambda x: NP.slogdet(x)[0], SQUARES[:3]),
    "pinv": (LA.pinv, NP.pinv, RECTANGLES),
    "pinv rtol": (lambda x: LA.pinv(x, rtol=None), lambda x: NP.pinv(x, rtol=None), RECTANGLES[:6]),
    "pinv hermitian": (
        lambda x: LA.pinv(x, hermitian=True),
        lambda x: NP.pinv((x + x.swapaxes(-1, -2)) / 2, hermitian=True),
        SYMMETRIC[:4],
    ),
    "cholesky": (LA.cholesky, NP.cholesky, SYMMETRIC),
    "cholesky upper": (
        lambda x: LA.cholesky(x, upper=True),
        lambda x: NP.cholesky(x, upper=True),
        SYMMETRIC[:4],
    ),
    "Q": (lambda x: LA.qr(x).Q, lambda x: NP.qr(x)[0], [regular(m, n) for m in (2, 4) for n in (2, 4)]),
    "R": (lambda x: LA.qr(x, "r"), lambda x: NP.qr(x, "r"), [regular(m, n) for m in (2, 4) for n in (2, 4)]),
    "complete Q": (
        lambda x: LA.qr(x, "complete").Q,
        lambda x: NP.qr(x, "complete")[0],
        [regular(2, 4), regular(3, 3)],
    ),
    "eigenvalues": (lambda x: LA.eigh(x).eigenvalues, lambda x: NP.eigh(x)[0], SYMMETRIC),
    "eigenvectors": (lambda x: LA.eigh(x).eigenvectors, lambda x: NP.eigh(x)[1], SYMMETRIC),
    "eigh U": (lambda x: LA.eigh(x, "U").eigenvalues, lambda x: NP.eigh(x, "U")[0], SYMMETRIC[:3]),
    "eigvalsh": (LA.eigvalsh, NP.eigvalsh, SYMMETRIC),
    "svdvals": (LA.svdvals, lambda x: NP.svd(x, compute_uv=False), RECTANGLES),
    "U": (lambda x: LA.svd(x, False).U, lambda x: NP.svd(x, False)[0], RECTANGLES),
    "Vh": (lambda x: LA.svd(x, False).Vh, lambda x: NP.svd(x, False)[2], RECTANGLES),
    "U, full": (lambda x: LA.svd(x).U, lambda x: NP.svd(x)[0], [apart(3, 3)]),
    "S, hermitian": (lambda x: LA.svd(x, hermitian=True)[1], lambda x: NP.svd(x)[1], SYMMETRIC[:3]),
    "power 0": (lambda x: LA.matrix_power(x, 0), lambda x: NP.matrix_power(x, 0), SQUARES[:3]),
    "power 1": (lambda x: LA.matrix_power(x, 1), lambda x: NP.matrix_power(x, 1), SQUARES[:3]),
    "power 5": (
        lambda x: LA.matrix_power(x, 5),
        lambda x: NP.matrix_power(x, 5),
        [x / 3 for x in SQUARES[:3]],
    ),
    "power -3": (lambda x: LA.matrix_power(x, -3), lambda x: NP.matrix_power(x, -3), SQUARES[1:4]),
    "tensorinv": (
        lambda x: LA.tensorinv(x.reshape((2, 3, 6)), 2),
        lambda x: NP.tensorinv(x.reshape((2, 3, 6)), 2),
        [regular(6, 6)],
    ),
    "trace": (LA.trace, np.linalg.trace, RECTANGLES[-6:]),
    "trace above": (lambda x: LA.trace(x, offset=1), lambda x: NP.trace(x, offset=1), RECTANGLES[-6:]),
    "diagonal": (LA.diagonal, NP.diagonal, RECTANGLES[-6:]),
    "diagonal below": (
        lambda x: LA.diagonal(x, offset=-2),
        lambda x: NP.diagonal(x, offset=-2),
        RECTANGLES[-9:],
    ),
    "np.trace": (lambda x: np.trace(x, -1, 2, 0), lambda x: np.trace(x, -1, 2, 0), [drawn(3, 2, 4)]),
    "matrix_transpose": (LA.matrix_transpose, NP.matrix_transpose, RECTANGLES[-4:]),
}
TWO = {
    "solve": (LA.solve, NP.solve, [(regular(n, n), drawn(n, 2)) for n in range(1, 7)]),
    "solve, a vector": (LA.solve, NP.solve, [(regular(3, 3), drawn(3)), (regular(2, 3, 3), drawn(3))]),
    "solve, batches": (
        LA.solve,
        NP.solve,
        [(regular(2, 1, 3, 3), drawn(4, 3, 2)), (regular(3, 3), drawn(4, 3, 2))],
    ),
    "tensorsolve": (
        lambda a, b: LA.tensorsolve(a.reshape((2, 3, 6)), b),
        lambda a, b: NP.tensorsolve(a.reshape((2, 3, 6)), b),
        [(regular(6, 6), drawn(2, 3))],
    ),
    "tensorsolve, axes": (
        lambda a, b: LA.tensorsolve(a.reshape((6, 2, 3)), b, axes=(0,)),
        lambda a, b: NP.tensorsolve(a.reshape((6, 2, 3)), b, axes=(0,)),
        [(regular(6, 6), drawn(2, 3))],
    ),
    "lstsq": (
        lambda a, b: LA.lstsq(a, b)[0],
        lambda a, b: NP.lstsq(a, b)[0],
        [(apart(m, n), drawn(m, 2)) for m, n in ((4, 2), (3, 3), (2, 4))] + [(apart(4, 2), drawn(4))],
    ),
    "residuals": (
        lambda a, b: LA.lstsq(a, b)[1],
        lambda a, b: NP.lstsq(a, b)[1],
        [(apart(4, 2), drawn(4, 3)), (apart(4, 2), drawn(4))],
    ),
    "multi_dot of two": (
        lambda a, b: LA.multi_dot([a, b]),
        lambda a, b: NP.multi_dot([a, b]),
        [(drawn(2, 3), drawn(3, 4)), (drawn(3), drawn(3, 4)), (drawn(3), drawn(3, seed=1))],
    ),
    "multi_dot of four": (
        lambda a, b: LA.multi_dot([a, b, b.T[:, :2], b[:2]]),
        lambda a, b: NP.multi_dot([a, b, b.T[:, :2], b[:2]]),
        [(drawn(2, 3), drawn(3, 4)), (drawn(3), drawn(3, 4))],
    ),
    "matmul": (LA.matmul, NP.matmul, [(drawn(2, 2, 3), drawn(3, 2))]),
    "tensordot": (
        lambda a, b: LA.tensordot(a, b, axes=([0, 2], [1, 0])),
        lambda a, b: NP.tensordot(a, b, axes=([0, 2], [1, 0])),
        [(drawn(2, 3, 4), drawn(4, 2, 3))],
    ),
    "vecdot": (LA.vecdot, NP.vecdot, [(drawn(2, 3), drawn(3))]),
    "outer": (LA.outer, NP.outer, [(drawn(2), drawn(3))]),
    "cross": (
        lambda a, b: LA.cross(a, b, axis=0),
        lambda a, b: NP.cross(a, b, axis=0),
        [(drawn(3, 2), drawn(3, 2, seed=1))],
    ),
}
CASES = [
    pytest.param(ours, theirs, args if isinstance(args, tuple) else (args,), id=f"{name} {k}")
    for name, (ours, theirs, calls) in {**ONE, **TWO}.items()
    for k, args in enumerate(calls)
]
cases = pytest.mark.parametrize(("ours", "theirs", "args"), CASES)


def assert_close(found, wanted, tolerance=1e-12):
    wanted = np.asarray(wanted)
    found = found.numpy() if isinstance(found, ac.Tensor) else np.asarray(found)
    assert found.shape == wanted.shape
    size = max(1.0, float(np.max(np.abs(wanted), initial=0)))
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


# ---- values ----------------------------------------------------------------------------------------------


@cases
def test_values_are_numpys(ours, theirs, args):
    wanted = theirs(*args)
    assert_close(ours(*args), wanted)
    found = ours(*(ac.Tensor(x, requires_grad=True) for x in args))
    assert_close(found, wanted)
    assert isinstance(found, ac.Tensor)
    assert found.dtype == wanted.dtype


@cases
def test_float32_stays(ours, theirs, args):
    args = [x.astype(np.float32) for x in args]
    leaves = [ac.Tensor(x, requires_grad=True) for x in args]
    z = ours(*leaves)
    assert z.dtype == np.asarray(theirs(*args)).dtype == np.float32
    z.sum().backward()
    assert all(x.grad is not None and x.grad.dtype == np.float32 for x in leaves)


@cases
def test_integers_give_numpys_dtype_and_no_gradient(ours, theirs, args):
    whole = [np.rint(3 * x).astype(int) for x in args]
    try:
        wanted = np.asarray(theirs(*whole))
    except (LinAlgError, ValueError):
        pytest.skip("singular or indefinite when rounded, or NumPy asks for floating numbers")
    for found in (ours(*whole), ours(*map(ac.Tensor, whole))):
        assert np.asarray(found).dtype == wanted.dtype
        assert np.shape(found) == wanted.shape
    assert not ours(*map(ac.Tensor, whole)).requires_grad


def test_plain_arrays_give_numpys_bits():
    x, s = regular(4, 4), spd(4)
    for name in ("inv", "det", "pinv", "svdvals"):
        np.testing.assert_array_equal(getattr(LA, name)(x), getattr(NP, name)(x))
    for name in ("cholesky", "eigvalsh"):
        s = (s + s.T) / 2
        np.testing.assert_array_equal(getattr(LA, name)(s), getattr(NP, name)(s))
    for name in ("eigh", "svd", "qr", "slogdet"):
        for found, wanted in zip(getattr(LA, name)(s), getattr(NP, name)(s), strict=True):
            np.testing.assert_array_equal(found, wanted)


def test_results_have_numpys_field_names():
    s = spd(3)
    for name in ("eigh", "svd", "qr", "slogdet"):
        for x in (s, ac.Tensor(s), ac.Tensor(s, requires_grad=True)):
            assert getattr(LA, name)(x)._fields == getattr(NP, name)(s)._fields


def test_every_name_of_numpy_is_here_and_answers_for_it():
    from autograd_core.functions.answers import FUNCTIONS

    for name in NP.__all__:
        if name == "LinAlgError":
            continue
        assert name in LA.__all__, name
        assert FUNCTIONS[getattr(NP, name)] is getattr(LA, name), name


def test_numpys_own_functions_on_tensors():
    x = ac.Tensor(regular(3, 3), requires_grad=True)
    assert_close(np.linalg.inv(x), NP.inv(x.numpy()))
    assert_close(np.linalg.svd(x, full_matrices=False)[1], NP.svd(x.numpy())[1])
    assert_close(np.linalg.eigh(a=x @ x.T, UPLO="U").eigenvalues, NP.eigvalsh((x @ x.T).numpy()))
    assert_close(np.linalg.multi_dot([x, x, x]), (x @ x @ x).numpy())
    assert_close(np.trace(x, offset=1), np.trace(x.numpy(), 1))
    assert np.linalg.matrix_rank(x) == 3


@pytest.mark.parametrize(
    "name", ["inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh", "pinv", "qr", "svd"]
)
@pytest.mark.parametrize("shape", [(0, 0), (2, 0, 0), (0, 3, 3)])
def test_empty_matrices(name, shape):
    wanted = getattr(NP, name)(np.zeros(shape))
    x = ac.Tensor(np.zeros(shape), requires_grad=True)
    found = getattr(LA, name)(x)
    if not isinstance(wanted, tuple):
        wanted, found = (wanted,), (found,)
    for f, w in zip(found, wanted, strict=True):
        assert f.shape == w.shape
        np.testing.assert_array_equal(f.numpy(), w)
    sum(f.sum() for f in found).backward()
    assert x.grad.shape == shape


# ---- gradients -------------------------------------------------------------------------------------------

ONCE = [c for c in CASES if not c.id.startswith(("sign", "power 0"))]


@pytest.mark.parametrize(("ours", "theirs", "args"), ONCE)
def test_every_mode(ours, theirs, args):
    every_mode(ours, *args, second=all(x.size <= 12 for x in args), tolerance=1e-7)


def gradients(f, args, g):
    leaves = [ac.Tensor(x, requires_grad=True) for x in args]
    f(*leaves).backward(g)
    return [x.grad.numpy() for x in leaves]


IN_TORCH = {
    "inv": lambda t: t.linalg.inv,
    "det": lambda t: t.linalg.det,
    "logabsdet": lambda t: lambda x: t.linalg.slogdet(x)[1],
    "pinv": lambda t: t.linalg.pinv,
    "cholesky": lambda t: t.linalg.cholesky,
    "R": lambda t: lambda x: t.linalg.qr(x)[1],
    "eigenvalues": lambda t: lambda x: t.linalg.eigh(x)[0],
    "eigvalsh": lambda t: t.linalg.eigvalsh,
    "svdvals": lambda t: t.linalg.svdvals,
    "power -3": lambda t: lambda x: t.linalg.matrix_power(x, -3),
    "trace": lambda t: lambda x: t.diagonal(x, dim1=-2, dim2=-1).sum(-1),
    "solve": lambda t: t.linalg.solve,
    "lstsq": lambda t: lambda a, b: t.linalg.pinv(a) @ b,
}


@pytest.mark.parametrize(
    ("name", "args"),
    [
        pytest.param(name, args if isinstance(args, tuple) else (args,), id=f"{name} {k}")
        for name in IN_TORCH
        for k, args in enumerate({**ONE, **TWO}[name][2])
    ],
)
def test_gradients_agree_with_torch(name, args):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    xs = [torch.tensor(np.array(x), requires_grad=True) for x in args]
    z = IN_TORCH[name](torch)(*xs)
    g = drawn(*z.shape, seed=3)
    try:
        z.backward(torch.tensor(g))
    except RuntimeError as error:
        pytest.skip(str(error))
    theirs = [x.grad.numpy() for x in xs]
    for found, wanted in zip(gradients({**ONE, **TWO}[name][0], args, g), theirs, strict=True):
        assert_close(found, wanted, 1e-10)


# the parts of eigenvectors and singular vectors that do not depend on their signs
INVARIANT = {
    "eigh": (
        lambda t, la, x: (la.eigh(x)[1] ** 2 @ t(np.arange(x.shape[-1])[:, None] + 0.5)) ** 2,
        SYMMETRIC,
    ),
    "svd": (
        lambda t, la, x: (
            (la.svd(x, full_matrices=False)[0] ** 2).sum(0)
            + (la.svd(x, full_matrices=False)[2][:, :1] * la.svd(x, full_matrices=False)[0][:1].T) ** 3
        ),
        [apart(m, n) for m, n in ((3, 3), (4, 2), (2, 4), (5, 3), (1, 4))],
    ),
}


@pytest.mark.parametrize("name", INVARIANT)
def test_vectors_agree_with_torch(name):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    f, matrices = INVARIANT[name]
    for x in matrices:
        theirs = torch.tensor(x, requires_grad=True)
        z = f(torch.tensor, torch.linalg, theirs)
        g = drawn(*z.shape, seed=3)
        z.backward(torch.tensor(g))
        (found,) = gradients(lambda x: f(np.asarray, LA, x), (x,), g)
        assert_close(found, theirs.grad.numpy(), 1e-9)


def test_the_hessian_of_log_det():
    """d² log det X = −tr(X⁻¹ dX X⁻¹ dX)."""
    x = regular(3, 3)
    w = NP.inv(x)
    found = ac.hessian(lambda x: LA.slogdet(x).logabsdet)(x)
    assert_close(found, -np.einsum("li,jk->ijkl", w, w), 1e-12)


def test_a_solution_is_differentiated_without_an_inverse():
    x = ac.Tensor(regular(3, 3), requires_grad=True)
    z = LA.solve(x, np.ones((3, 1)))
    ops = {node.op for node in ac.graph(z).nodes}
    assert "solve" in ops
    assert "inv" not in ops


# ---- determinants of singular matrices -------------------------------------------------------------------


def adjugate(x):
    n = len(x)
    return np.array(
        [
            [
                (-1) ** (i + j) * NP.det(np.delete(np.delete(x, i, 0), j, 1)) if n > 1 else 1.0
                for j in range(n)
            ]
            for i in range(n)
        ]
    ).reshape(n, n)


SINGULAR = {
    **{f"zeros {n}": np.zeros((n, n)) for n in range(5)},
    **{f"identity {n}": np.eye(n) for n in range(1, 5)},
    **{f"rank {r} of {n}": drawn(n, r) @ drawn(r, n, seed=1) for n in range(2, 6) for r in range(1, n)},
    "diagonal": np.diag([1.0, 0.0, 2.0]),
    "one line of zeros": regular(4, 4) * np.array([[1.0], [0.0], [1.0], [1.0]]),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_the_gradient_of_det_is_the_cofactors(name):
    x = SINGULAR[name]
    assert_close(ac.grad(LA.det)(x), adjugate(x), 1e-13)


@pytest.mark.parametrize("name", SINGULAR)
def test_all_orders_of_det_at_singular_matrices(name):
    """det along a line is a polynomial: its coefficients are the derivatives, exact by interpolation."""
    x = SINGULAR[name]
    n = len(x)
    if n == 0:
        return
    v = drawn(n, n, seed=5)
    ts = np.linspace(-1, 1, n + 1)
    coefficients = np.polynomial.polynomial.polyfit(ts, [NP.det(x + t * v) for t in ts], n)

    def along(t):
        return LA.det(x + t * v)

    factorial = 1.0
    f = along
    for order in range(1, min(n, 4) + 1):
        f = ac.grad(f)
        factorial *= order
        found = f(0.0)
        assert found == pytest.approx(coefficients[order] * factorial, rel=1e-9, abs=1e-9), order


def test_the_hessian_of_det():
    for x in (np.zeros((2, 2)), np.eye(3), drawn(3, 1) @ drawn(1, 3, seed=1), drawn(4, 4)):
        found = ac.hessian(LA.det)(x)
        h = 0.5  # det is linear in each number, so this difference is exact
        for k in np.ndindex(x.shape):
            e = np.zeros_like(x)
            e[k] = h
            assert_close(found[k], adjugate(x + e) - adjugate(x - e), 1e-12)


def test_large_determinants():
    x, v = drawn(15, 15) / 4, drawn(15, 15, seed=1)
    ts = np.linspace(-1e-2, 1e-2, 9)
    fit = np.polynomial.polynomial.polyfit(ts, [NP.det(x + t * v) for t in ts], 8)
    f, factorial = (lambda t: LA.det(x + t * v)), 1.0
    for order in (1, 2, 3):
        f, factorial = ac.grad(f), factorial * order
        assert f(0.0) == pytest.approx(fit[order] * factorial, rel=1e-5), order
    # second order at a singular matrix needs no inverse, third order says that it does
    x[0] = 0
    assert np.abs(ac.hvp(LA.det, x, v)).max() > 0
    with pytest.raises(LinAlgError, match="singular"):
        ac.grad(lambda t: ac.grad(lambda t: ac.grad(lambda t: LA.det(x + t * v))(t))(t))(0.0)


def test_the_gradient_of_a_batch_of_determinants():
    x = np.stack([np.zeros((3, 3)), np.eye(3), drawn(3, 3)])
    assert_close(ac.grad(lambda x: LA.det(x).sum())(x), np.stack([adjugate(m) for m in x]), 1e-13)


# ---- conventions -----------------------------------------------------------------------------------------


def test_gradients_of_symmetric_matrices_are_symmetric():
    s = spd(4)
    for f in (
        lambda x: (LA.cholesky(x) * np.arange(16.0).reshape(4, 4)).sum(),
        lambda x: (LA.eigvalsh(x) * np.arange(4.0)).sum(),
        lambda x: (LA.eigh(x, "U").eigenvectors ** 2 * np.arange(4.0)[:, None] * np.arange(4.0)).sum(),
    ):
        g = ac.grad(f)(s)
        assert np.abs(g).max() > 0.1
        assert_close(g, g.T, 1e-14)


def test_a_triangle_alone_is_read_as_numpy_reads_it():
    s = spd(4)
    for part, upper in ((np.tril(s), False), (np.triu(s), True)):
        x = ac.Tensor(part, requires_grad=True)
        z = LA.cholesky(x, upper=upper)
        assert_close(z, NP.cholesky(part, upper=upper))
        assert_close(LA.eigvalsh(x, "U" if upper else "L"), NP.eigvalsh(s))
        z.sum().backward()
        outside = np.tril(np.ones((4, 4)), -1) if upper else np.triu(np.ones((4, 4)), 1)
        assert np.all(x.grad.numpy()[outside == 1] == 0)


def test_equal_eigenvalues_give_finite_gradients():
    for x in (np.eye(3), np.diag([1.0, 1.0, 2.0]), np.zeros((3, 3))):
        for f in (
            lambda x: (LA.eigh(x).eigenvectors * drawn(3, 3)).sum(),
            lambda x: (LA.svd(x).U * drawn(3, 3)).sum() + (LA.svd(x).Vh * drawn(3, 3, seed=1)).sum(),
        ):
            assert np.all(np.isfinite(ac.grad(f)(x)))
            assert np.all(np.isfinite(ac.hessian(f)(x)))


def test_equal_but_for_rounding_counts_as_equal():
    q = NP.qr(drawn(4, 4))[0]
    x = (q * [1.0, 1.0, 1.0, 2.0]) @ q.T
    x = (x + x.T) / 2
    # the projection on the last eigenvector: well defined, and so is its gradient
    w = drawn(4, 4, seed=1)

    def f(x):
        v = LA.eigh(x).eigenvectors[:, 3:]
        return (v @ v.T * w).sum()

    v, p = q[:, 3:], np.eye(4) - q[:, 3:] @ q[:, 3:].T
    middle = p @ (w + w.T) @ (v @ v.T)
    assert_close(ac.grad(f)(x), (middle + middle.T) / 2, 1e-10)


def test_sums_of_equal_eigenvalues_have_the_right_gradient():
    assert_close(ac.grad(lambda x: (LA.eigvalsh(x) ** 2).sum())(np.eye(3)), 2 * np.eye(3))
    assert_close(ac.grad(lambda x: LA.svdvals(x).sum())(np.eye(3)), np.eye(3))


def test_pseudoinverses_of_low_rank():
    """Along matrices of one rank the pseudoinverse is smooth."""
    for m, n, rank in ((4, 3, 2), (3, 5, 1), (4, 4, 3)):
        a, b = drawn(m, rank), drawn(rank, n, seed=1)
        every_mode(lambda a, b: LA.pinv(a @ b, rtol=1e-10), a, b, second=False, tolerance=1e-7)
        y = drawn(m, seed=2)
        every_mode(lambda a, b, y=y: LA.lstsq(a @ b, y, 1e-10)[0], a, b, second=False, tolerance=1e-7)


# ---- lstsq -----------------------------------------------------------------------------------------------


def test_lstsq_gives_all_four():
    for a, b in ((apart(5, 3), drawn(5, 2)), (apart(3, 5), drawn(3)), (drawn(4, 1) @ drawn(1, 3), drawn(4))):
        wanted = NP.lstsq(a, b)
        found = LA.lstsq(ac.Tensor(a, requires_grad=True), b)
        for f, w in zip(found, wanted, strict=True):
            assert_close(f, w)
        assert isinstance(found[2], int)
    x = ac.Tensor(apart(5, 3), requires_grad=True)
    LA.lstsq(x, drawn(5))[3].sum().backward()
    assert_close(x.grad, ac.grad(lambda x: LA.svdvals(x).sum())(apart(5, 3)))


# ---- errors ----------------------------------------------------------------------------------------------

T = ac.Tensor(drawn(2, 3), requires_grad=True)
V = ac.Tensor(drawn(3), requires_grad=True)
SQUARE = ac.Tensor(regular(3, 3), requires_grad=True)
ZEROS = ac.Tensor(np.zeros((2, 2)), requires_grad=True)
WRONG = {
    **{
        f"{name}, not square": (
            lambda name=name: getattr(LA, name)(T),
            LinAlgError,
            [name, "(2, 3)", "square"],
        )
        for name in ("inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh", "eig", "eigvals")
    },
    **{
        f"{name}, a vector": (lambda name=name: getattr(LA, name)(V), LinAlgError, [name, "(3,)", "reshape"])
        for name in ("inv", "pinv", "qr", "svd", "det")
    },
    "inv, singular": (lambda: LA.inv(ZEROS), LinAlgError, ["inv", "singular", "(2, 2)", "pinv"]),
    "solve, singular": (lambda: LA.solve(ZEROS, np.ones(2)), LinAlgError, ["solve", "singular", "lstsq"]),
    "cholesky, indefinite": (lambda: LA.cholesky(-SQUARE), LinAlgError, ["positive definite", "(3, 3)"]),
    "solve, rows": (lambda: LA.solve(SQUARE, T), ValueError, ["solve", "(3, 3)", "(2, 3)"]),
    "solve, a number": (lambda: LA.solve(SQUARE, 1.0), ValueError, ["solve", "()"]),
    "matrix_power, not square": (lambda: LA.matrix_power(T, 2), LinAlgError, ["matrix_power", "(2, 3)"]),
    "matrix_power, a fraction": (lambda: LA.matrix_power(SQUARE, 0.5), TypeError, ["exponent", "0.5"]),
    "multi_dot of one": (lambda: LA.multi_dot([T]), ValueError, ["multi_dot", "two"]),
    "multi_dot, a vector inside": (lambda: LA.multi_dot([T, V, T]), LinAlgError, ["array 1", "(3,)"]),
    "multi_dot, sizes": (lambda: LA.multi_dot([T, T]), ValueError, ["transpose"]),
    "pinv, both": (lambda: LA.pinv(T, 0.1, rtol=0.1), ValueError, ["rtol", "rcond"]),
    "qr, mode": (lambda: LA.qr(T, "full"), ValueError, ["qr", "reduced", "'full'"]),
    "qr, complete": (lambda: LA.qr(T.T, "complete"), NoRuleError, ["qr", "(3, 2)", "reduced", ".numpy()"]),
    "svd, full": (lambda: LA.svd(T), NoRuleError, ["svd", "(2, 3)", "full_matrices=False"]),
    "eig": (lambda: LA.eig(SQUARE), NoRuleError, ["numpy.linalg.eig", "eigh", ".numpy()"]),
    "eigvals": (lambda: np.linalg.eigvals(SQUARE), NoRuleError, ["numpy.linalg.eigvals", "eigvalsh"]),
    "eigh, UPLO": (lambda: LA.eigh(SQUARE, "X"), ValueError, ["eigh", "UPLO", "'X'"]),
    "tensorsolve": (lambda: LA.tensorsolve(T, np.ones(2)), LinAlgError, ["tensorsolve", "(2, 3)", "(2,)"]),
    "tensorinv": (lambda: LA.tensorinv(T, 1), LinAlgError, ["tensorinv", "(2,)", "(3,)"]),
    "tensorinv, ind": (lambda: LA.tensorinv(T, 0), ValueError, ["ind", "0"]),
    "lstsq": (lambda: LA.lstsq(T, V), LinAlgError, ["lstsq", "(2, 3)", "(3,)"]),
    "outer": (lambda: LA.outer(T, V), ValueError, ["outer", "(2, 3)"]),
    "cross": (lambda: LA.cross(T.T, T.T), ValueError, ["cross", "three", "(3, 2)"]),
    "matrix_transpose": (lambda: LA.matrix_transpose(V), ValueError, ["matrix_transpose", "(3,)"]),
    "trace": (lambda: np.trace(V), ValueError, ["trace", "(3,)"]),
    "trace, one axis": (lambda: np.trace(T, axis1=1, axis2=-1), ValueError, ["trace", "axis1", "(2, 3)"]),
    "complex": (lambda: LA.inv(ac.Tensor(np.eye(2) * 1j)), TypeError, ["inv", "complex128"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_say_what_was_asked(name):
    call, kind, words = WRONG[name]
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value) + " ".join(getattr(caught.value, "__notes__", ()))
    for word in words:
        assert word in text


def test_a_gradient_that_does_not_exist_is_refused():
    with pytest.raises(LinAlgError, match="singular"):
        ac.grad(lambda x: LA.slogdet(x).logabsdet)(np.zeros((2, 2)))
    with pytest.raises(LinAlgError, match="singular"):
        ac.grad(lambda x: LA.qr(x).R.sum())(np.zeros((2, 2)))


def test_untrained_tensors_may_have_what_has_no_gradient():
    x = ac.Tensor(drawn(4, 2))
    for found, wanted in zip(LA.svd(x), NP.svd(x.numpy()), strict=True):
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(LA.qr(x, "complete")[0], NP.qr(x.numpy(), "complete")[0])
    np.testing.assert_array_equal(LA.eigvals(ac.Tensor(regular(3, 3))), NP.eigvals(regular(3, 3)))
    trained = ac.Tensor(drawn(4, 2), requires_grad=True)
    with ac.no_grad():
        assert LA.svd(trained).U.shape == (4, 4)
