"""softmax, log_softmax and logsumexp: exact for any logits, with masks and limits, in every dtype."""

from decimal import Decimal, getcontext

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from tests.autograd_core.functions.derivatives import drawn, every_mode

A = drawn(2, 3, 4)
AXES = [-1, 0, 1, (0, 2), (0, 1, 2), None, ()]
LOGITS = {
    "small": drawn(4, 6),
    "up to 1e4": 1e4 * np.sign(drawn(4, 6)) * np.abs(np.sin(drawn(4, 6))),
    "far below": drawn(4, 6) - 1e4,
    "far above": drawn(4, 6) + 1e4,
    "one of them": np.array([[40.0, 0.0, -3.0], [0.0, 30.5, 1.0], [1e4, -1e4, 0.0], [745.0, 0.0, 0.5]]),
    "even": np.array([[0.0, 0.0, 0.0], [7.0, 7.0, 7.0 + 1e-12], [-1e4, -1e4, -1e4]]),
    "masked": np.where(drawn(4, 6) > 0.4, -np.inf, 1e3 * drawn(4, 6, seed=3)),
}


def exact(row):
    """softmax, log_softmax and logsumexp of a row of floats, in 400 digits."""
    getcontext().prec = 400
    getcontext().Emin = -(10**9)
    finite = [Decimal(float(x)) for x in row if np.isfinite(x)]
    total = sum(x.exp() for x in finite)
    log_total = total.ln()
    log_shares = [Decimal(float(x)) - log_total if np.isfinite(x) else Decimal("-Infinity") for x in row]
    shares = [x.exp() if x.is_finite() else Decimal(0) for x in log_shares]
    return [float(x) for x in shares], [float(x) for x in log_shares], float(log_total)


@pytest.mark.parametrize("name", LOGITS)
def test_values_are_exact_to_twelve_digits(name):
    x = LOGITS[name]
    wanted = [exact(row) for row in x]
    normal = np.finfo(float).tiny  # a smaller share has fewer digits
    for k, f in enumerate((ac.softmax, ac.log_softmax)):
        rows = np.array([w[k] for w in wanted])
        np.testing.assert_allclose(f(x), rows, rtol=1e-12, atol=normal if k == 0 else 0)
    np.testing.assert_allclose(ac.logsumexp(x, -1), [w[2] for w in wanted], rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", LOGITS)
def test_gradients_of_the_logs_are_exact_to_twelve_digits(name):
    x = LOGITS[name]
    shares = np.array([exact(row)[0] for row in x])
    t = Tensor(x, True)
    ac.logsumexp(t, -1).sum().backward()
    np.testing.assert_allclose(t.grad.numpy(), shares, rtol=1e-12, atol=np.finfo(float).tiny)
    for row, share in zip(x, shares, strict=True):
        g = np.where(np.isfinite(row), drawn(row.size, seed=5), 0.0)
        t = Tensor(row, True)
        ac.log_softmax(t).backward(g)
        np.testing.assert_allclose(t.grad.numpy(), g - share * g.sum(), rtol=1e-12, atol=1e-12)
        t = Tensor(row, True)
        ac.softmax(t).backward(g)
        np.testing.assert_allclose(t.grad.numpy(), share * (g - (share * g).sum()), rtol=1e-11, atol=1e-12)
        assert (t.grad.numpy()[np.isinf(row)] == 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("scale", [1.0, 100.0, 1e4])
def test_short_floats_do_not_overflow(dtype, scale):
    x = (scale * np.tanh(drawn(3, 50))).astype(dtype)
    eps = 4 * float(np.finfo(dtype).eps)
    wide = x.astype(np.float64)
    for f in (ac.softmax, ac.log_softmax, lambda v: ac.logsumexp(v, -1)):
        t = Tensor(x, True)
        z = f(t)
        assert z.dtype == dtype
        wanted = f(wide)
        np.testing.assert_allclose(z.numpy(), wanted, rtol=eps, atol=max(eps, float(np.finfo(dtype).tiny)))
        z.backward(np.ones(z.shape))
        assert t.grad.dtype == dtype
        assert np.isfinite(t.grad.numpy()).all()


def test_sums_that_are_no_float16():
    many = Tensor(np.zeros(70_000, np.float16), True)
    z = ac.logsumexp(many)
    assert float(z) == pytest.approx(np.log(70_000), rel=1e-3)
    z.backward()
    assert (many.grad.numpy() == np.float16(1 / 70_000)).all()
    assert (ac.softmax(many).numpy() == np.float16(1 / 70_000)).all()
    apart = np.array([6e4, -6e4], np.float16)  # 120,000 is none either
    assert ac.softmax(Tensor(apart)).tolist() == [1.0, 0.0]
    assert ac.log_softmax(Tensor(apart[::-1] / 2)).tolist() == [-6e4, 0.0]


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64])
def test_integers_are_averaged_as_float64(dtype):
    x = (3 * A).astype(dtype)
    for f in (ac.softmax, ac.log_softmax, ac.logsumexp):
        for given in (x, Tensor(x), x.tolist()):
            z = f(given)
            assert z.dtype == np.float64
            np.testing.assert_allclose(np.asarray(z), f(x.astype(float)), rtol=1e-15)


@pytest.mark.parametrize("axis", AXES)
def test_axes(axis):
    along = axis if axis is not None else (0, 1, 2)
    e = np.exp(A)
    total = np.sum(e, along, keepdims=True)
    np.testing.assert_allclose(ac.softmax(A, axis), e / total, rtol=1e-14)
    np.testing.assert_allclose(ac.log_softmax(A, axis), A - np.log(total), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(ac.logsumexp(A, axis, True), np.log(total), rtol=1e-13)
    np.testing.assert_allclose(ac.logsumexp(A, axis), np.log(np.sum(e, along)), rtol=1e-13)
    every_mode(lambda x: ac.softmax(x, axis), A)
    every_mode(lambda x: ac.log_softmax(x, axis), A)
    every_mode(lambda x: ac.logsumexp(x, axis), A)


@pytest.mark.parametrize("axis", [None, ()])
def test_a_single_number(axis):
    t = Tensor(-3.5, True)
    assert float(ac.softmax(t, axis)) == 1.0
    assert float(ac.log_softmax(t, axis)) == 0.0
    z = ac.logsumexp(t, axis)
    assert float(z) == -3.5
    z.backward()
    assert float(t.grad) == 1.0


def test_of_nothing():
    t = Tensor(np.zeros((2, 0)), True)
    assert ac.softmax(t).shape == ac.log_softmax(t).shape == (2, 0)
    z = ac.logsumexp(t, 1)
    assert z.tolist() == [-np.inf, -np.inf]
    z.sum().backward()
    assert t.grad.shape == (2, 0)
    assert ac.logsumexp(Tensor(np.zeros((0, 2))), 1).shape == (0,)


LIMITS = np.array(
    [[-np.inf, -np.inf, -np.inf], [np.inf, 1.0, -np.inf], [np.inf, np.inf, 1e4], [1.0, -np.inf, 1.0]]
)


def test_logsumexp_at_its_limits():
    """−∞ of nothing but −∞, with gradient 0; an ∞ takes all; in neither order of derivative a NaN."""
    t = Tensor(LIMITS, True)
    z = ac.logsumexp(t, -1)
    np.testing.assert_allclose(z.numpy(), [-np.inf, np.inf, np.inf, 1 + np.log(2)])
    z.backward(np.ones(4))
    np.testing.assert_array_equal(t.grad.numpy(), [[0, 0, 0], [1, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5]])
    for row in LIMITS:
        second = ac.hessian(ac.logsumexp)(row)
        assert np.isfinite(second).all()
    np.testing.assert_allclose(ac.hessian(ac.logsumexp)(LIMITS[3]), np.outer([1, 0, -1], [1, 0, -1]) / 4)


def test_a_row_that_is_masked_out_is_nan_in_softmax_and_stays_there():
    t = Tensor(LIMITS[[0, 3]], True)
    with pytest.warns(RuntimeWarning, match="invalid value"):
        z = ac.softmax(t)
    assert np.isnan(z.numpy()[0]).all()
    np.testing.assert_array_equal(z.numpy()[1], [0.5, 0.0, 0.5])
    z.backward(drawn(2, 3))
    assert np.isfinite(t.grad.numpy()[1]).all()
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(ac.softmax(LIMITS[1])).all()


def test_masks_have_no_nan_in_the_second_order():
    x = np.array([1.0, -np.inf, 0.5, -np.inf])
    for f in (ac.softmax, lambda v: ac.where(x > -np.inf, ac.log_softmax(v), 0.0)):
        second = ac.hessian(lambda v, f=f: (f(v) * np.arange(4.0)).sum())(x)
        assert np.isfinite(second).all()
        assert (second[[1, 3]] == 0).all()


def test_values_and_gradients_are_torchs():
    torch = pytest.importorskip("torch")
    x = LOGITS["masked"]
    pairs = [
        (ac.softmax, lambda u: torch.softmax(u, -1)),
        (ac.log_softmax, lambda u: torch.log_softmax(u, -1)),
        (lambda t: ac.logsumexp(t, 0), lambda u: torch.logsumexp(u, 0)),
        (lambda t: ac.logsumexp(t, (0, 1), True), lambda u: torch.logsumexp(u, (0, 1), True)),
    ]
    for ours, theirs in pairs:
        t, u = Tensor(x, True), torch.tensor(x, requires_grad=True)
        z, w = ours(t), theirs(u)
        np.testing.assert_allclose(z.numpy(), w.detach().numpy(), rtol=1e-12, atol=1e-15)
        g = np.where(np.isfinite(z.numpy()), drawn(*z.shape), 0.0)
        z.backward(g)
        w.backward(torch.tensor(g))
        # of a column that is masked out torch's logsumexp has the gradient NaN
        theirs_known = np.where(np.isnan(u.grad.numpy()), 0, u.grad.numpy())
        np.testing.assert_allclose(t.grad.numpy(), theirs_known, rtol=1e-10, atol=1e-13)


def test_numbers_that_are_nan_stay_nan_and_do_no_more_harm():
    x = np.array([[1.0, np.nan], [1.0, 2.0]])
    t = Tensor(x, True)
    z = ac.logsumexp(t, 1)
    assert np.isnan(z.numpy()).tolist() == [True, False]
    z.sum().backward()
    assert np.isfinite(t.grad.numpy()[1]).all()


def test_an_axis_that_is_not_there():
    with pytest.raises(np.exceptions.AxisError, match="3"):
        ac.softmax(Tensor(A), 3)


@pytest.mark.parametrize("x", [np.array([1j, 2.0]), ["a", "b"], None], ids=["complex", "text", "nothing"])
@pytest.mark.parametrize("f", [ac.softmax, ac.log_softmax, ac.logsumexp])
def test_what_is_not_real_is_refused(f, x):
    with pytest.raises(TypeError, match=f"{f.__name__}: real numbers are needed, got"):
        f(x)
