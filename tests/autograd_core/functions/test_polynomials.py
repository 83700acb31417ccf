"""Polynomials, interpolation, convolution, covariances: values as NumPy's, derivatives in every mode."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import NoRuleError, Tensor
from autograd_core.functions import polynomials
from autograd_core.node import ancestors
from tests.autograd_core.functions.derivatives import close, drawn, every_mode

CALLS = {
    "polyval": (polynomials.polyval, np.polyval, [(4,), (2, 3)]),
    "polyval of a number": (polynomials.polyval, np.polyval, [(3,), ()]),
    "polyval of degree 0": (polynomials.polyval, np.polyval, [(1,), (3,)]),
    "polyval without coefficients": (polynomials.polyval, np.polyval, [(0,), (3,)]),
    "polyadd": (polynomials.polyadd, np.polyadd, [(4,), (2,)]),
    "polyadd turned": (polynomials.polyadd, np.polyadd, [(2,), (4,)]),
    "polyadd of a number": (polynomials.polyadd, np.polyadd, [(2,), ()]),
    "polysub": (polynomials.polysub, np.polysub, [(4,), (2,)]),
    "polysub turned": (polynomials.polysub, np.polysub, [(2,), (4,)]),
    "polymul": (polynomials.polymul, np.polymul, [(4,), (2,)]),
    "polymul of a number": (polynomials.polymul, np.polymul, [(3,), ()]),
    "poly": (polynomials.poly, np.poly, [(3,)]),
    "polydiv, quotient": (
        lambda u, v: polynomials.polydiv(u, v)[0],
        lambda u, v: np.polydiv(u, v)[0],
        [(5,), (3,)],
    ),
    "polydiv, remainder": (
        lambda u, v: polynomials.polydiv(u, v)[1],
        lambda u, v: np.polydiv(u, v)[1],
        [(5,), (3,)],
    ),
    "polydiv by more": (
        lambda u, v: polynomials.polydiv(u, v)[1],
        lambda u, v: np.polydiv(u, v)[1],
        [(2,), (3,)],
    ),
    "polydiv of equal sizes": (
        lambda u, v: polynomials.polydiv(u, v)[1],
        lambda u, v: np.polydiv(u, v)[1],
        [(3,), (3,)],
    ),
    "polydiv by a number": (
        lambda u, v: polynomials.polydiv(u, v)[0],
        lambda u, v: np.polydiv(u, v)[0],
        [(3,), (1,)],
    ),
    "polyder": (polynomials.polyder, np.polyder, [(4,)]),
    "polyder m=2": (lambda p: polynomials.polyder(p, 2), lambda p: np.polyder(p, 2), [(4,)]),
    "polyder m=0": (lambda p: polynomials.polyder(p, 0), lambda p: np.polyder(p, 0), [(4,)]),
    "polyder of a constant": (polynomials.polyder, np.polyder, [(1,)]),
    "polyint": (polynomials.polyint, np.polyint, [(3,)]),
    "polyint m=2": (lambda p: polynomials.polyint(p, 2), lambda p: np.polyint(p, 2), [(3,)]),
    "polyint k": (
        lambda p, k: polynomials.polyint(p, 2, k),
        lambda p, k: np.polyint(p, 2, k),
        [(3,), (2,)],
    ),
    "polyint one k": (
        lambda p, k: polynomials.polyint(p, 3, k),
        lambda p, k: np.polyint(p, 3, k),
        [(3,), (1,)],
    ),
    "vander": (polynomials.vander, np.vander, [(3,)]),
    "vander N=5": (lambda x: polynomials.vander(x, 5), lambda x: np.vander(x, 5), [(3,)]),
    "vander N=1": (lambda x: polynomials.vander(x, 1), lambda x: np.vander(x, 1), [(3,)]),
    "vander increasing": (
        lambda x: polynomials.vander(x, 4, increasing=True),
        lambda x: np.vander(x, 4, increasing=True),
        [(2,)],
    ),
    "polyfit": (lambda x, y: polynomials.polyfit(x, y, 2), lambda x, y: np.polyfit(x, y, 2), [(6,), (6,)]),
    "polyfit columns": (
        lambda x, y: polynomials.polyfit(x, y, 1),
        lambda x, y: np.polyfit(x, y, 1),
        [(5,), (5, 2)],
    ),
    "polyfit w": (
        lambda x, y, w: polynomials.polyfit(x, y, 1, w=w),
        lambda x, y, w: np.polyfit(x, y, 1, w=w),
        [(5,), (5,), (5,)],
    ),
    "convolve a number": (polynomials.convolve, np.convolve, [(), (3,)]),
    "cov of one": (polynomials.cov, np.cov, [(5,)]),
    "cov": (polynomials.cov, np.cov, [(3, 5)]),
    "cov of two": (polynomials.cov, np.cov, [(5,), (5,)]),
    "cov of tables": (polynomials.cov, np.cov, [(2, 5), (3, 5)]),
    "cov columns": (
        lambda x: polynomials.cov(x, rowvar=False),
        lambda x: np.cov(x, rowvar=False),
        [(5, 2)],
    ),
    "cov columns of two": (
        lambda x, y: polynomials.cov(x, y, rowvar=False),
        lambda x, y: np.cov(x, y, rowvar=False),
        [(5, 2), (5, 3)],
    ),
    "cov bias": (lambda x: polynomials.cov(x, bias=True), lambda x: np.cov(x, bias=True), [(2, 5)]),
    "cov ddof": (lambda x: polynomials.cov(x, ddof=2), lambda x: np.cov(x, ddof=2), [(2, 5)]),
    "cov fweights": (
        lambda x: polynomials.cov(x, fweights=[1, 2, 1, 3]),
        lambda x: np.cov(x, fweights=[1, 2, 1, 3]),
        [(2, 4)],
    ),
    "cov aweights": (
        lambda x, w: polynomials.cov(x, aweights=w * w),
        lambda x, w: np.cov(x, aweights=w * w),
        [(2, 4), (4,)],
    ),
    "cov aweights bias": (
        lambda x, w: polynomials.cov(x, aweights=w * w, bias=True),
        lambda x, w: np.cov(x, aweights=w * w, bias=True),
        [(2, 4), (4,)],
    ),
    "cov both weights": (
        lambda x, w: polynomials.cov(x, fweights=[1, 2, 1, 3], aweights=w * w),
        lambda x, w: np.cov(x, fweights=[1, 2, 1, 3], aweights=w * w),
        [(2, 4), (4,)],
    ),
    "corrcoef": (polynomials.corrcoef, np.corrcoef, [(3, 5)]),
    "corrcoef of two": (polynomials.corrcoef, np.corrcoef, [(5,), (5,)]),
    "corrcoef of one": (polynomials.corrcoef, np.corrcoef, [(5,)]),
    "corrcoef columns": (
        lambda x: polynomials.corrcoef(x, rowvar=False),
        lambda x: np.corrcoef(x, rowvar=False),
        [(5, 2)],
    ),
}
# a correlation of a row with itself is 1, on the bound of the clip, up to rounding
ROUNDED = {"corrcoef", "corrcoef of two", "corrcoef columns"}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_every_derivative(name):
    f, reference, shapes = CALLS[name]
    xs = [drawn(*shape, seed=k) for k, shape in enumerate(shapes)]
    every_mode(
        f, *xs, reference=reference, exact=1e-11 if "fit" in name else 1e-12, second=name not in ROUNDED
    )


@pytest.mark.parametrize("name", [n for n in CALLS if n.split()[0] in polynomials.__all__ and " " not in n])
def test_numpys_functions_take_tensors(name):
    _, reference, shapes = CALLS[name]
    xs = [drawn(*shape, seed=k) for k, shape in enumerate(shapes)]
    z = reference(*(Tensor(x, requires_grad=True) for x in xs))
    assert isinstance(z, Tensor)
    assert z.requires_grad
    close(z.detach(), reference(*xs), 1e-11)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_numpys(name, dtype):
    f, reference, shapes = CALLS[name]
    xs = [drawn(*shape, seed=k).astype(dtype) for k, shape in enumerate(shapes)]
    wanted = reference(*xs)
    ts = [Tensor(x, requires_grad=True) for x in xs]
    z = f(*ts)
    assert z.dtype == wanted.dtype
    assert z.shape == np.shape(wanted)
    z.sum().backward()
    assert all(t.grad is None or t.grad.dtype == dtype for t in ts)
    assert f(*xs).dtype == wanted.dtype


# ---- sliding products ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "m"), [(5, 3), (5, 2), (3, 5), (2, 5), (4, 4), (1, 1), (1, 4), (4, 1), (2, 2)])
@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_sliding_products(name, n, m, mode):
    a, v = drawn(n), drawn(m, seed=1)
    f, reference = getattr(polynomials, name), getattr(np, name)
    every_mode(
        lambda s, t: f(s, t, mode), a, v, reference=lambda s, t: reference(s, t, mode), second=n * m < 16
    )
    z = reference(Tensor(a, requires_grad=True), Tensor(v), mode)
    close(z.detach(), reference(a, v, mode), 1e-14)
    assert [node.op.name for node in ancestors([z.node]) if node.op][-1] == "correlate"
    for dtype in (np.float16, np.float32):
        t = Tensor(a.astype(dtype), requires_grad=True)
        z = f(t, v.astype(dtype), mode)
        z.sum().backward()
        assert z.dtype == t.grad.dtype == dtype


def test_a_number_outside_every_sum_stays_outside():
    """Infinite numbers meet no padding: 0 · ∞ would be NaN."""
    a, v = np.array([np.inf, 1.0, 2.0]), np.array([1.0, 2.0])
    np.testing.assert_array_equal(polynomials.convolve(Tensor(a), v), np.convolve(a, v))


def test_long_sliding_products():
    a, v = drawn(3000), drawn(40, seed=1)
    for mode in ("full", "same", "valid"):
        t, u = Tensor(a, requires_grad=True), Tensor(v, requires_grad=True)
        z = polynomials.convolve(t, u, mode)
        g = drawn(*z.shape, seed=2)
        z.backward(g)
        assert (t.grad.numpy() * a).sum() == pytest.approx((g * z.numpy()).sum())
        assert (u.grad.numpy() * v).sum() == pytest.approx((g * z.numpy()).sum())


# ---- polynomials -----------------------------------------------------------------------------------------


def test_products_leave_zeros_in_front_out():
    a, b = np.array([0.0, 0.0, 1.0, 2.0]), np.array([0.0, 3.0, 1.0])
    t, u = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    z = polynomials.polymul(t, u)
    np.testing.assert_array_equal(z.detach(), np.polymul(a, b))
    z.sum().backward()
    assert t.grad.tolist() == [0.0, 0.0, 4.0, 4.0]
    assert polynomials.polymul(Tensor([0.0, 0.0]), b).tolist() == np.polymul([0.0, 0.0], b).tolist()


def test_division_as_numpy_where_nothing_is_left():
    for u, v in [
        ([1.0, 2.0, 1.0], [1.0, 1.0]),
        ([4.0, 2.0], [2.0]),
        ([3.0], [5.0, 1.0]),
        ([0.0, 0.0], [1.0, 2.0, 3.0]),
    ]:
        for found, wanted in zip(polynomials.polydiv(Tensor(u), v), np.polydiv(u, v), strict=True):
            close(found.detach(), wanted, 1e-15)
            assert found.dtype == wanted.dtype
    assert polynomials.poly(Tensor(np.ones(0))) == np.poly([])


def test_a_fit_goes_through_the_points():
    x = np.array([0.0, 1.0, 2.0])
    y = Tensor([1.0, 3.0, 9.0], requires_grad=True)
    p = polynomials.polyfit(x, y, 2)
    close(polynomials.polyval(p, x).detach(), y.numpy(), 1e-12)
    polynomials.polyval(p, 1.0).backward()
    close(y.grad, [0.0, 1.0, 0.0], 1e-12)


# ---- interpolation ---------------------------------------------------------------------------------------

XP = np.array([0.0, 1.0, 2.5, 3.0])
INSIDE = np.array([0.3, 2.9, 1.7, 1.2])
AROUND = np.array([[-0.4, 0.3, 2.9], [3.6, 1.7, -2.0]])


@pytest.mark.parametrize(
    "x", [INSIDE, AROUND, np.array(0.7), np.array([])], ids=["in", "around", "0-d", "empty"]
)
def test_interp_by_points_and_values(x):
    every_mode(polynomials.interp, x, XP, drawn(4), reference=np.interp, exact=1e-14)


def test_interp_with_other_ends():
    every_mode(
        lambda x, fp, a, b: polynomials.interp(x, XP, fp, left=a, right=b),
        *(AROUND, drawn(4), drawn(seed=1), drawn(seed=2)),
        reference=lambda x, fp, a, b: np.interp(x, XP, fp, float(a), float(b)),
    )
    z = np.interp(Tensor(AROUND, requires_grad=True), XP, drawn(4), left=7.0)
    close(z.detach(), np.interp(AROUND, XP, drawn(4), left=7.0), 1e-14)


@pytest.mark.parametrize("period", [4.0, -4.0, 2.0])
def test_interp_of_a_period(period):
    points = np.array([1.0, -0.5, 6.2, 0.3])
    every_mode(
        lambda x, xp, fp: polynomials.interp(x, xp, fp, period=period),
        *(np.array([-7.3, 0.1, 1.7, 12.4]), points, drawn(4)),
        reference=lambda x, xp, fp: np.interp(x, xp, fp, period=period),
    )


def test_interp_at_corners_and_ends():
    fp = np.array([0.0, 2.0, -1.0, 1.0])
    x = Tensor(XP, requires_grad=True)
    z = polynomials.interp(x, XP, fp)
    np.testing.assert_array_equal(z.detach(), fp)
    z.sum().backward()
    assert x.grad.tolist() == [2.0, -2.0, 4.0, 0.0]


def test_interp_at_the_edges_of_what_is_possible():
    x = np.array([-np.inf, 0.5, 1.0, 2.0, np.nan, np.inf])
    for xp, fp in [([1.0], [5.0]), ([1.0, 1.0], [5.0, 6.0]), ([0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 6.0])]:
        t, f = Tensor(x, requires_grad=True), Tensor(fp, requires_grad=True)
        z = polynomials.interp(t, xp, f)
        np.testing.assert_array_equal(z.detach(), np.interp(x, xp, fp))
        z.backward(np.where(np.isnan(x), 0.0, 1.0))
        assert np.isfinite(t.grad.numpy()[~np.isnan(x)]).all()
    t = Tensor(x, requires_grad=True)
    z = polynomials.interp(t, [1.0], [5.0], -1, 1)
    np.testing.assert_array_equal(z.detach(), np.interp(x, [1.0], [5.0], -1, 1))


# ---- statistics ------------------------------------------------------------------------------------------


def test_correlations_of_a_row_with_itself_have_no_gradient():
    x = drawn(3, 6)
    g = np.diag([1.0, 2.0, 3.0])
    _, pullback = ac.vjp(polynomials.corrcoef, x)
    np.testing.assert_allclose(pullback(g), np.zeros_like(x), atol=1e-15)


def test_correlations_stay_within_their_bounds():
    """Rounding alone takes some of these beyond 1."""
    for seed in range(30):
        x = drawn(2, 7, seed=seed)
        r = polynomials.corrcoef(Tensor(x), -2 * x)
        assert abs(r.numpy()).max() <= 1
        np.testing.assert_allclose(r.numpy(), np.corrcoef(x, -2 * x), rtol=1e-14)


def test_correlations_in_second_order():
    every_mode(lambda t: polynomials.corrcoef(t)[0, 1], drawn(2, 6))


def test_too_few_observations_warn_as_numpy():
    x = Tensor([[1.0], [2.0]], requires_grad=True)
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        z = polynomials.cov(x)
    assert np.isnan(z.numpy()).all()


# ---- errors ----------------------------------------------------------------------------------------------

t = Tensor([1.0, 2.0], requires_grad=True)
T = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
REFUSED = [
    (lambda: polynomials.convolve(T, [1.0]), ValueError, r"convolve: an array of one axis.*\(2, 2\)"),
    (lambda: polynomials.convolve(t, []), ValueError, "convolve: v cannot be empty"),
    (lambda: polynomials.correlate(Tensor(np.zeros(0)), t), ValueError, "correlate: a cannot be empty"),
    (lambda: polynomials.convolve(t, t, "some"), ValueError, "'valid', 'same' or 'full', got 'some'"),
    (lambda: polynomials.convolve(t, [1j]), TypeError, "convolve: operand 1 holds complex128"),
    (lambda: polynomials.polyder(t, -1), ValueError, "m=-1"),
    (lambda: polynomials.polyint(t, -1), ValueError, "m=-1"),
    (lambda: polynomials.polyint(t, 3, [1, 2]), ValueError, "3 constants of integration are needed, got 2"),
    (lambda: polynomials.vander(T), ValueError, "vander: an array of one axis"),
    (lambda: polynomials.interp(t, [1.0, 2.0], [1.0]), ValueError, "two lists of the same length"),
    (lambda: polynomials.interp(t, [], []), ValueError, "not empty"),
    (lambda: polynomials.interp(t, [1.0], [1.0], period=0), ValueError, "period is not 0"),
    (lambda: polynomials.cov(np.ones((2, 2, 2)) * t), ValueError, r"at most 2 axes.*\(2, 2, 2\)"),
    (lambda: polynomials.cov(T, ddof=0.5), ValueError, "ddof is an integer"),
    (lambda: polynomials.cov(T, fweights=[0.5, 1]), TypeError, "integers are needed"),
    (lambda: polynomials.cov(T, fweights=[1, 1, 1]), RuntimeError, "there are 2 observations"),
    (lambda: polynomials.cov(T, aweights=[[1, 1]]), RuntimeError, "aweights has one axis"),
    (lambda: polynomials.cov(T, aweights=[-1, 1]), ValueError, "aweights cannot be negative"),
    (lambda: polynomials.polyfit(t, t, -1), ValueError, "degree is not negative"),
    (lambda: polynomials.polyfit(t, [1.0], 1), TypeError, r"shapes \(2,\) and \(1,\)"),
    (lambda: polynomials.polyfit(t, t, 1, w=[1.0]), TypeError, r"w has the shape \(1,\)"),
    (lambda: polynomials.polyfit(t, t, 1, full=True), NoRuleError, "full= and cov="),
    (lambda: polynomials.polyfit(t, t, [0, 1]), NoRuleError, "list of degrees"),
    (lambda: polynomials.poly(T), NoRuleError, "numpy.poly of a matrix"),
    (lambda: np.roots(t), NoRuleError, "numpy.roots"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED, ids=range(len(REFUSED)))
def test_errors_say_what_is_wrong(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


def test_frequencies_may_be_a_tensor():
    x, f = np.array([1.0, 2.0, 4.0]), [1, 2, 1]
    assert np.cov(x, fweights=Tensor(f)) == np.cov(x, fweights=f)


@pytest.mark.parametrize(("u", "v"), [([1.0, 2.0], []), ([], [1.0]), ([], [])])
def test_nothing_divides_and_is_divided_by_nothing(u, v):
    with pytest.raises(IndexError):
        np.polydiv(np.array(u), np.array(v))
    with pytest.raises(IndexError, match="polydiv: both polynomials need coefficients"):
        np.polydiv(Tensor(np.array(u), requires_grad=True), np.array(v))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_quotient_and_remainder_have_one_dtype(n):
    u, v = np.array([1.0, 2.0], np.float32), np.arange(1.0, n + 1)
    for found, wanted in zip(np.polydiv(Tensor(u), Tensor(v)), np.polydiv(u, v), strict=True):
        assert found.dtype == wanted.dtype == np.float64
