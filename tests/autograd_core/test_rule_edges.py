"""Rules at the edges that no sample reaches: tolerances, limits of a dtype, sizes where the way changes."""

import warnings

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.ops import determinants
from autograd_core.ops.broadcasting import unbroadcast
from autograd_core.ops.contractions import solved_for, split_subscripts
from autograd_core.ops.table import TABLE

EPS = float(np.finfo(np.float64).eps)


def pulled(name, g, *args, **params):
    """The gradients of a row's arguments, by its rules, at plain arrays."""
    row = TABLE[name]
    leaves = [Tensor(a, requires_grad=True) for a in args]
    z = row(*leaves, **params)
    return [t.numpy() for t in ac.gradients(z, leaves, np.broadcast_to(g, z.shape).astype(z.dtype))]


# ---- dtypes and broadcasting -----------------------------------------------------------------------------


@pytest.mark.parametrize(("narrow", "wide"), [(np.float32, np.float64), (np.float16, np.float32)])
def test_a_gradient_returns_through_astype_in_the_dtype_it_left(narrow, wide):
    x = Tensor(np.ones(3, narrow), requires_grad=True)
    y = x * 2
    y.retain_grad()
    seen = []
    y.register_hook(lambda g: seen.append(g.dtype))
    y.astype(wide).sum().backward()
    assert seen == [narrow]
    assert x.grad.dtype == y.grad.dtype == narrow


def test_a_gradient_of_too_few_axes_is_refused():
    with pytest.raises(ValueError, match=r"\(3,\) cannot belong to a value of shape \(2, 3\)"):
        unbroadcast(np.ones(3), (2, 3))
    with pytest.raises(ValueError, match=r"cannot belong"):
        unbroadcast(np.ones((4, 3)), (2, 3), lead=1)


def test_without_a_stack_every_axis_may_be_summed():
    np.testing.assert_array_equal(unbroadcast(np.ones((4, 3)), (3,)), np.full(3, 4.0))
    np.testing.assert_array_equal(unbroadcast(np.ones((4, 3)), ()), 12.0)


# ---- rounding --------------------------------------------------------------------------------------------


def test_the_quotient_of_fmod_is_a_whole_number_exactly():
    x, y = np.random.default_rng(0).uniform(0.1, 90, (2, 2000))
    _, gy = pulled("fmod", 1.0, x, y)
    np.testing.assert_array_equal(gy, np.rint(gy))


# ---- means and variances ---------------------------------------------------------------------------------


def test_a_mean_of_more_numbers_than_float16_can_count():
    n = 70_000
    for g in (1.0, 3.0):
        (gx,) = pulled("mean", g, np.ones(n, np.float16), axis=(-1,), keepdims=False)
        assert gx.dtype == np.float16
        np.testing.assert_array_equal(gx, np.full(n, g * np.float16(1 / n), np.float16))
        assert gx[0] > 0


@pytest.mark.parametrize("ddof", [3, 4])
def test_a_variance_without_freedom_has_no_gradient(ddof):
    for name in ("var", "std"):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            (gx,) = pulled(name, 1.0, np.array([1.0, 2.0, 4.0]), axis=(-1,), keepdims=False, ddof=ddof)
        assert np.isnan(gx).all()


# ---- subscripts ------------------------------------------------------------------------------------------


def test_the_subscripts_of_gradients():
    assert split_subscripts("abc,cd->abd") == ("abc", "cd", "abd")
    assert solved_for("abc,cd->abd", 0) == "abd,cd->abc"
    assert solved_for("abc,cd->abd", 1) == "abc,abd->cd"


# ---- determinants ----------------------------------------------------------------------------------------


def test_third_order_of_singular_matrices_up_to_the_largest_that_goes_by_minors():
    """Of diag(1, …, 1, 0, 0, 0) only one product of n − 3 numbers is not 0: that of the ones."""
    n = determinants.MINORS
    x = np.diag([1.0] * (n - 3) + [0.0] * 3)
    g, y = np.zeros((n, n)), np.zeros((n, n))
    g[n - 3, n - 3] = y[n - 2, n - 2] = 1
    gx, _ = pulled("cofactor_slope", g, x, y)
    wanted = np.zeros((n, n))
    wanted[n - 1, n - 1] = 1
    np.testing.assert_allclose(gx, wanted, atol=1e-12)


def test_the_size_that_decides_is_that_of_the_matrices_not_of_the_batch():
    shape = (1, determinants.MINORS + 1, 3, 3)
    g, y = (np.random.default_rng(k).standard_normal(shape) for k in (1, 2))
    gx, _ = pulled("cofactor_slope", g, np.zeros(shape), y)
    single, _ = pulled("cofactor_slope", g[0, 4], np.zeros((3, 3)), y[0, 4])
    np.testing.assert_allclose(gx[0, 4], single, atol=1e-12)
    assert np.abs(single).max() > 0.1


def test_the_remembered_index_of_minors_cannot_be_written_to():
    for array in (a for group in determinants._pairs(3) for a in group):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


# ---- factorisations --------------------------------------------------------------------------------------


def on_the_diagonal(*values):
    return np.stack([np.diag(np.asarray(v, float)) for v in values])


ALMOST_ONE = [1.0] * 15 + [1.0 + 50 * EPS]  # rounding reaches 16 · ‖(1, …, 1)‖ ε = 64 ε
ALMOST_ZERO = [*np.arange(1.0, 15.0), 0.0, 50 * EPS]


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e20])
@pytest.mark.parametrize("batch", [False, True])
def test_eigenvalues_that_rounding_may_have_parted_count_as_equal(scale, batch):
    for values in (ALMOST_ONE, ALMOST_ZERO):
        x = scale * on_the_diagonal(values, np.arange(1.0, 17.0))
        (gx,) = pulled("eigh", np.random.default_rng(3).standard_normal(17 * 16).reshape(17, 16), x)
        single = gx if batch else pulled("eigh", np.ones((17, 16)), x[0])[0][None]
        assert np.abs(single[0]).max() < 100 * max(1, 1 / scale)


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e20])
def test_eigenvalues_apart_count_as_apart_at_every_scale(scale):
    x = np.array([[2.0, 0.3], [0.3, -1.0]])
    g = np.array([[0.0, 0.0], [1.0, -2.0], [0.5, 3.0]])
    (wanted,) = pulled("eigh", g, x)
    (found,) = pulled("eigh", g, scale * x)
    np.testing.assert_allclose(found * scale, wanted, rtol=1e-12)
    assert np.abs(wanted).max() > 0.1


@pytest.mark.parametrize("shape", [(16, 17), (17, 16)])
def test_singular_values_that_rounding_may_have_parted_count_as_equal(shape):
    m, n = shape
    for values in (ALMOST_ONE, ALMOST_ZERO):
        x = np.zeros((2, m, n))
        x[:, range(16), range(16)] = values[::-1], np.arange(16.0, 0.0, -1)
        g = np.random.default_rng(4).standard_normal((m + n + 1, 16))
        (gx,) = pulled("svd", g, x)
        assert np.abs(gx).max() < 1000
        (single,) = pulled("svd", g, x[1])
        np.testing.assert_allclose(gx[1], single, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4)])
@pytest.mark.parametrize("scale", [1e-20, 1e20])
def test_singular_values_apart_count_as_apart_at_every_scale(shape, scale):
    x = np.random.default_rng(5).standard_normal(shape)
    g = np.random.default_rng(6).standard_normal((sum(shape) + 1, min(shape)))
    g[shape[0]] = 0
    (wanted,) = pulled("svd", g, x)
    (found,) = pulled("svd", g, scale * x)
    np.testing.assert_allclose(found * scale, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("two", [2, 2.0])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_the_slope_of_a_square_in_transforms_and_by_hand(two, kind):
    x = np.array([3.0, -0.5, 0.0, -0.0], kind)
    square_sum = lambda x: ac.sum(x**two)

    h = ac.hessian(square_sum)(x)
    np.testing.assert_array_equal(h, 2 * np.eye(4))
    assert h.dtype == kind
    third = ac.jacobian(ac.hessian(square_sum))(x)
    np.testing.assert_array_equal(third, np.zeros((4, 4, 4)))
    # inside a transform 2x is recorded, not 2x¹
    ops = []
    ac.grad(lambda x: ops.append(_operations(ac.grad(square_sum)(x))) or ac.sum(x))(x)
    assert "power" not in ops[0]
    assert "multiply" in ops[0]
    t = ac.Tensor(x, True)
    z = ac.sum(t**two)
    found = []
    for _ in range(4):  # by hand the order after the last is 0
        (d,) = ac.gradients(z, [t], create_graph=True)
        found.append(d.numpy())
        z = ac.sum(d)
    np.testing.assert_array_equal(found, [2 * x, np.full(4, 2), np.zeros(4), np.zeros(4)])


def _operations(z):
    ops, below = set(), [z.node]
    while below:
        node = below.pop()
        if node is not None and node.op is not None:
            ops.add(node.op.name)
            below += node.parents
    return ops
