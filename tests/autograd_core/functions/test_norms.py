"""Norms and condition numbers: every order and mode, at zeros and ties, at the ends of the number range."""

import warnings

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.functions.derivatives import drawn, every_mode

LA, NP = ac.linalg, np.linalg
inf = np.inf

VECTOR_ORDERS = (None, 2, 1, inf, -inf, 0, 3, 1.5, 0.5, -1, -2, -2.5)
MATRIX_ORDERS = (None, "fro", "nuc", 1, -1, 2, -2, inf, -inf)

CALLS = [
    *((drawn(5), {"ord": p}) for p in VECTOR_ORDERS),
    *((drawn(3, 4), {"ord": p, "axis": 1}) for p in VECTOR_ORDERS),
    *((drawn(3, 4), {"ord": p, "axis": -2, "keepdims": True}) for p in VECTOR_ORDERS),
    *((drawn(3, 4), {"ord": p}) for p in MATRIX_ORDERS),
    *((drawn(2, 4, 3), {"ord": p, "axis": (1, 2)}) for p in MATRIX_ORDERS),
    *((drawn(3, 2, 4), {"ord": p, "axis": (2, 0), "keepdims": True}) for p in MATRIX_ORDERS),
    (drawn(2, 3, 2), {}),
    (drawn(2, 3, 2), {"keepdims": True}),
    (drawn(3), {"axis": (0,)}),
    (np.asarray(-2.5), {}),
]
calls = pytest.mark.parametrize(("x", "words"), [pytest.param(x, w, id=f"{x.shape} {w}") for x, w in CALLS])


def assert_close(found, wanted, tolerance=1e-12):
    found = found.numpy() if isinstance(found, ac.Tensor) else np.asarray(found)
    wanted = np.asarray(wanted)
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


@calls
def test_values_are_numpys(x, words):
    wanted = NP.norm(x, **words)
    np.testing.assert_array_equal(LA.norm(x, **words), wanted)
    for t in (ac.Tensor(x), ac.Tensor(x, requires_grad=True)):
        assert_close(LA.norm(t, **words), wanted, 1e-14)
        assert_close(np.linalg.norm(t, **words), wanted, 1e-14)
    assert LA.norm(ac.Tensor(x.astype(np.float32), True), **words).dtype == np.float32
    assert LA.norm(ac.Tensor(np.rint(9 * x).astype(int)), **words).dtype == np.float64


@calls
def test_every_mode(x, words):
    if x.ndim:
        every_mode(lambda x: LA.norm(x, **words), x, tolerance=1e-7, second=x.size <= 12)


@pytest.mark.parametrize("p", [2, 1, inf, -inf, 0, 3.5])
@pytest.mark.parametrize("axis", [None, 1, (0, 2), (2, 1)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_vector_norm(p, axis, keepdims):
    x = drawn(2, 3, 4)
    words = {"axis": axis, "keepdims": keepdims, "ord": p}
    wanted = NP.vector_norm(x, **words)
    np.testing.assert_array_equal(LA.vector_norm(x, **words), wanted)
    assert_close(LA.vector_norm(ac.Tensor(x, True), **words), wanted, 1e-14)
    every_mode(lambda x: LA.vector_norm(x, **words), x, second=False, tolerance=1e-7)


@pytest.mark.parametrize("p", MATRIX_ORDERS[1:])
@pytest.mark.parametrize("keepdims", [False, True])
def test_matrix_norm(p, keepdims):
    x = drawn(2, 3, 4)
    wanted = NP.matrix_norm(x, ord=p, keepdims=keepdims)
    np.testing.assert_array_equal(LA.matrix_norm(x, ord=p, keepdims=keepdims), wanted)
    assert_close(LA.matrix_norm(ac.Tensor(x, True), ord=p, keepdims=keepdims), wanted, 1e-14)
    every_mode(lambda x: LA.matrix_norm(x, ord=p, keepdims=keepdims), x, second=False, tolerance=1e-7)


@pytest.mark.parametrize("p", [None, "fro", "nuc", 1, -1, 2, -2, inf, -inf])
def test_cond(p):
    x = drawn(2, 3, 3) + 2 * np.eye(3)
    np.testing.assert_array_equal(LA.cond(x, p), NP.cond(x, p))
    assert_close(LA.cond(ac.Tensor(x, True), p), NP.cond(x, p))
    every_mode(lambda x: LA.cond(x, p), x[0], tolerance=1e-7)
    if p in (None, 2, -2):
        every_mode(lambda x: LA.cond(x, p), drawn(4, 2), tolerance=1e-7)


IN_TORCH = {
    **{f"vector {p}": (drawn(3, 4), {"ord": p, "axis": 1}) for p in (2, 1, inf, -inf, 3, 1.5)},
    **{f"matrix {p}": (drawn(3, 4), {"ord": p}) for p in MATRIX_ORDERS[1:]},
}


@pytest.mark.parametrize("name", IN_TORCH)
def test_gradients_agree_with_torch(name):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    x, words = IN_TORCH[name]
    theirs = torch.tensor(x, requires_grad=True)
    z = torch.linalg.norm(theirs, ord=words["ord"], dim=words.get("axis"))
    g = drawn(*z.shape, seed=3)
    z.backward(torch.tensor(g))
    ours = ac.Tensor(x, requires_grad=True)
    LA.norm(ours, **words).backward(g)
    assert_close(ours.grad, theirs.grad.numpy(), 1e-12)


# ---- the ends of the number range ------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e200, 1e-200, 1e-161, 1e-300, 1e307, 3e-308])
def test_no_sum_overflows_or_underflows(scale):
    x = np.array([3.0, 4.0]) * scale
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for f in (LA.norm, LA.vector_norm, lambda x: LA.norm(x.reshape((1, 2)))):
            t = ac.Tensor(x, requires_grad=True)
            z = f(t)
            z.backward()
            assert_close(z / scale, 5.0, 1e-14)
            assert_close(t.grad, [0.6, 0.8], 1e-14)
        t = ac.Tensor(x, requires_grad=True)
        z = LA.norm(t, 3)
        z.backward()
    size = 91 ** (1 / 3)
    assert_close(z / scale, size, 1e-14)
    assert_close(t.grad, np.array([9.0, 16.0]) / size**2, 1e-14)


def test_numbers_of_very_different_size():
    for p, x, wanted in (
        (2, [1e-200, 3e200, 4e200], [0.0, 0.6, 0.8]),
        (-2, [3e-200, 4e-200, 1e200], [(2.4 / 3) ** 3, (2.4 / 4) ** 3, 0.0]),
    ):
        assert_close(ac.grad(lambda x, p=p: LA.norm(x, p))(np.array(x)), wanted, 1e-13)


def test_orders_so_high_that_powers_vanish():
    for p, wanted in ((5000, [0.0, 1.0, 0.0]), (-3000, [0.0, 0.0, 1.0])):
        assert_close(ac.grad(lambda x, p=p: LA.norm(x, p))(np.array([1.5, 2.0, 1e-3])), wanted)


def test_single_precision_does_not_overflow_either():
    t = ac.Tensor(np.array([3e30, 4e30], np.float32), requires_grad=True)
    z = LA.norm(t)
    z.backward()
    assert z.dtype == t.grad.dtype == np.float32
    assert float(z) == pytest.approx(5e30, rel=1e-6)
    assert_close(t.grad, np.float32([0.6, 0.8]), 1e-6)


def test_negative_orders_at_the_ends():
    for scale in (1e200, 1e-200):
        t = ac.Tensor(np.array([3.0, 4.0]) * scale, requires_grad=True)
        z = LA.norm(t, -2)
        z.backward()
        assert_close(z / scale, 2.4, 1e-14)
        assert_close(t.grad, [(2.4 / 3) ** 3, (2.4 / 4) ** 3], 1e-13)


# ---- zeros and ties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", VECTOR_ORDERS)
def test_at_a_vector_of_zeros_the_gradient_is_0(p):
    f = lambda x: LA.norm(x, p)
    np.testing.assert_array_equal(ac.grad(f)(np.zeros(3)), np.zeros(3))
    assert np.all(np.isfinite(ac.hessian(f)(np.zeros(3))))


@pytest.mark.parametrize("p", MATRIX_ORDERS)
def test_at_a_matrix_of_zeros_the_gradient_is_0(p):
    f = lambda x: LA.norm(x, p)
    np.testing.assert_array_equal(ac.grad(f)(np.zeros((2, 3))), np.zeros((2, 3)))
    assert np.all(np.isfinite(ac.hessian(f)(np.zeros((2, 3)))))


def test_a_line_of_zeros_leaves_the_others_alone():
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    for p, wanted in ((2, [0.6, 0.8]), (3, np.array([9.0, 16.0]) / 91 ** (2 / 3))):
        found = ac.grad(lambda x, p=p: LA.norm(x, p, axis=1).sum())(x)
        assert_close(found, [[0.0, 0.0], wanted])


def test_zeros_among_other_numbers():
    x = np.array([0.0, 3.0, 4.0])
    assert_close(ac.grad(LA.norm)(x), [0.0, 0.6, 0.8])
    wanted = (np.eye(3) - np.outer(x, x) / 25) / 5
    assert_close(ac.hessian(LA.norm)(x), wanted)
    for p in (1.5, 3, 2.5, 1, 0.5, -1):
        f = lambda x, p=p: LA.norm(x, p)
        found, second = ac.grad(f)(x), ac.hessian(f)(x)
        assert found[0] == 0
        assert np.all(np.isfinite(found))
        assert np.all(np.isfinite(second))


def test_ties_share_the_gradient():
    x = np.array([2.0, -2.0, 1.0, 2.0])
    assert_close(ac.grad(lambda x: LA.norm(x, inf))(x), [1 / 3, -1 / 3, 0, 1 / 3])
    assert_close(ac.grad(lambda x: LA.norm(-x, -inf))(np.array([1.0, -1.0])), [0.5, -0.5])
    found = ac.grad(lambda x: LA.norm(x, 2))(np.eye(3))
    assert_close(found, np.eye(3) / 3)
    found = ac.grad(lambda x: LA.norm(x, 1))(np.ones((2, 2)))
    assert_close(found, np.full((2, 2), 0.5))


def test_the_nuclear_norm_of_low_rank_has_a_subgradient():
    u, v = drawn(4, 1), drawn(1, 3, seed=1)
    g = ac.grad(lambda x: LA.norm(x, "nuc"))(u @ v)
    assert NP.norm(g, 2) <= 1 + 1e-12
    assert (g * (u @ v)).sum() == pytest.approx(NP.norm(u @ v, "nuc"))


def test_the_order_0_counts_and_is_flat():
    x = ac.Tensor([0.0, 2.0, -1.0], requires_grad=True)
    z = LA.norm(x, 0)
    assert float(z) == 2
    z.backward()
    np.testing.assert_array_equal(x.grad, np.zeros(3))


def test_of_nothing():
    for shape in ((0,), (0, 3), (3, 0)):
        x = ac.Tensor(np.zeros(shape), requires_grad=True)
        z = LA.norm(x)
        assert float(z) == 0
        z.backward()
        assert x.grad.shape == shape


# ---- errors ----------------------------------------------------------------------------------------------

T = ac.Tensor(drawn(2, 3), requires_grad=True)
WRONG = {
    "three axes": (
        lambda: LA.norm(T.reshape((1, 2, 3)), 2),
        ValueError,
        ["norm", "one axis or two", "(0, 1, 2)"],
    ),
    "fro of vectors": (lambda: LA.norm(T, "fro", axis=1), ValueError, ["norm", "'fro'", "matrices"]),
    "3 of matrices": (lambda: LA.norm(T, 3), ValueError, ["norm", "3", "'nuc'"]),
    "0 of matrices": (lambda: LA.norm(T, 0), ValueError, ["norm", "'nuc'"]),
    "one axis twice": (lambda: LA.norm(T, axis=(0, 0)), ValueError, ["axis"]),
    "no such axis": (lambda: LA.norm(T, axis=2), ValueError, ["axis"]),
    "a matrix norm of a vector": (lambda: LA.matrix_norm(T[0]), ValueError, ["matrix_norm", "(3,)"]),
    "cond, not square": (lambda: LA.cond(T, 1), NP.LinAlgError, ["square", "(2, 3)"]),
    "complex": (lambda: LA.norm(ac.Tensor(np.eye(2) * 1j)), TypeError, ["norm", "complex128"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_say_what_was_asked(name):
    call, kind, words = WRONG[name]
    with pytest.raises(kind) as caught:
        call()
    for word in words:
        assert word in str(caught.value)
