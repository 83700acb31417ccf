"""Reductions, also of what is not NaN: as NumPy's with every option, with derivatives at delicate points."""

import itertools

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import missing, reducing
from tests.autograd_core.functions.alike import DTYPES, alike, in_dtype, warned
from tests.autograd_core.functions.derivatives import drawn, every_mode

A = drawn(2, 3, 4)
HOLES = np.where(drawn(2, 3, 4, seed=1) > 0.8, np.nan, A)
HOLES[1, 2] = np.nan
MASK = drawn(2, 3, 4, seed=2) > -0.3
MASK[0, 1] = False
AXES = [None, 0, -1, (0, 2), (-1, 1), (), (0, 1, 2)]
PLAIN = ["sum", "prod", "mean", "max", "min", "ptp", "var", "std", "all", "any", "average"]
NAN = ["nansum", "nanprod", "nanmean", "nanmax", "nanmin", "nanvar", "nanstd"]
OURS = {name: getattr(missing if name.startswith("nan") else reducing, name) for name in [*PLAIN, *NAN]}
SPREADS = ("var", "std", "nanvar", "nanstd")


def both(name):
    return OURS[name], getattr(np, name)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
@pytest.mark.parametrize("name", PLAIN)
def test_reductions_are_numpys(name, dtype):
    x = in_dtype(A, dtype)
    for axis, keepdims in itertools.product(AXES, (False, True)):
        alike(*both(name), x, axis=axis, keepdims=keepdims)
    for shape, axis in [
        ((), None),
        ((), ()),
        ((0, 3), 1),
        ((0, 3), None),
        ((3, 0), 0),
        ((2, 3), 5),
        ((2, 3), (0, 0)),
    ]:
        if name != "average" or 0 not in shape:  # of nothing NumPy's average stumbles over its own count
            alike(*both(name), in_dtype(drawn(*shape), dtype), axis=axis)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
@pytest.mark.parametrize("name", NAN)
def test_reductions_without_nan_are_numpys(name, dtype):
    x = HOLES.astype(dtype) if np.dtype(dtype).kind == "f" else in_dtype(A, dtype)
    for axis, keepdims in itertools.product(AXES[:5], (False, True)):
        alike(*both(name), x, axis=axis, keepdims=keepdims)
    alike(*both(name), np.array([np.nan, -np.inf]).astype(np.float64))


@pytest.mark.parametrize("name", [n for n in [*PLAIN, *NAN] if n not in ("ptp", "average")])
def test_a_mask_says_which_numbers_count(name):
    x = HOLES if name.startswith("nan") else A
    first = {"initial": -0.25} if name.endswith(("max", "min")) else {}
    for axis, keepdims in itertools.product(AXES[:5], (False, True)):
        alike(*both(name), x, axis=axis, keepdims=keepdims, where=MASK, **first)
        alike(*both(name), x, axis=axis, keepdims=keepdims, where=MASK[0, 0], **first)
    alike(*both(name), x.astype(np.float32), where=MASK, **first)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "nansum", "nanprod", "nanmax", "nanmin"])
def test_an_initial_number_takes_part(name):
    x = HOLES if name.startswith("nan") else A
    for axis, initial in itertools.product(AXES[:5], (-1.5, 0.25, 3)):
        alike(*both(name), x, axis=axis, initial=initial)
        alike(*both(name), x.astype(np.float32), axis=axis, initial=initial, keepdims=True)
    if not name.startswith("nan"):
        alike(*both(name), np.zeros((0, 3)), axis=0, initial=2.0)
        alike(*both(name), np.arange(4), initial=7)
    alike(*both(name), np.zeros((0, 3)), axis=0)
    alike(*both(name), A, where=MASK)


@pytest.mark.parametrize("name", SPREADS)
def test_deviations_have_numpys_options(name):
    x = HOLES if name.startswith("nan") else A
    m = np.mean(A[:, :2], axis=1, keepdims=True)
    for ddof, axis in itertools.product((0, 1, 0.5, 2, 9), (0, 1, -1)):
        alike(*both(name), x, axis=axis, ddof=ddof)
        alike(*both(name), x, axis=axis, correction=ddof, keepdims=True)
    alike(*both(name), x[:, :2], axis=1, mean=m, ddof=1)
    alike(*both(name), A, ddof=1, correction=1)
    if not name.startswith("nan"):  # there NumPy takes the mean off in float32
        alike(*both(name), np.float32(x), dtype=np.float64)


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "nansum", "nanmean"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_a_dtype_may_be_asked_for(name, dtype):
    for source in (np.int32, np.float32, np.float64):
        alike(*both(name), in_dtype(A, source), axis=1, dtype=dtype)


@pytest.mark.parametrize("name", [n for n in PLAIN if n not in ("max", "min", "ptp")])
def test_complex_numbers_are_reduced_as_numpy_does(name):
    x = A + 1j * drawn(2, 3, 4, seed=3)
    np.testing.assert_allclose(OURS[name](x, 1), getattr(np, name)(x, 1), rtol=1e-13)


def test_what_is_no_number_is_refused():
    for x in (None, "abc", ["a", "b"]):
        for name in ("sum", "mean", "prod", "var"):
            with pytest.raises(TypeError):
                OURS[name](x) * 1.0


def test_counts_are_plain():
    x = np.array([[0.0, 1.0, -2.0], [0.0, 0.0, 3.0]])
    for axis, keepdims in itertools.product((None, 0, (0, 1)), (False, True)):
        found = ac.count_nonzero(Tensor(x, True), axis, keepdims=keepdims)
        np.testing.assert_array_equal(found, np.count_nonzero(x, axis, keepdims=keepdims))
        assert not isinstance(found, Tensor)
    assert reducing.all(Tensor(x, True), 0).tolist() == [False, False, True]
    assert reducing.any(Tensor(x, True), 0).tolist() == [False, True, True]


@pytest.mark.parametrize("returned", [False, True])
def test_averages_are_numpys(returned):
    w = np.abs(drawn(2, 3, 4, seed=5))
    for words in (
        {},
        {"axis": 1},
        {"weights": w},
        {"weights": w, "axis": (0, 2)},
        {"weights": w[0, 0], "axis": 2},
        {"weights": w[:, 0, 0], "axis": 0, "keepdims": True},
        {"weights": w[0].T, "axis": (2, 1)},
        {"weights": w[0], "axis": (1, 2)},
        {"weights": w[0]},
        {"weights": w[0], "axis": 1},
        {"weights": np.array([1, 2, 1]), "axis": 1},
        {"weights": np.array([1.0, -1.0]), "axis": 0},
    ):
        alike(ac.average, np.average, A, returned=returned, **words)
    alike(ac.average, np.average, np.arange(4), weights=np.array([1, 2, 3, 4], np.int32), returned=returned)
    alike(ac.average, np.average, np.float32(A), weights=np.float32(w), returned=returned)


@pytest.mark.parametrize(
    ("ours", "theirs", "x"),
    [
        (ac.mean, np.mean, np.zeros((0, 3))),
        (lambda x: ac.var(x, ddof=5), lambda x: np.var(x, ddof=5), A[0, 0]),
        (lambda x: ac.std(x, ddof=4), lambda x: np.std(x, ddof=4), A[0, 0]),
        (missing.nanmean, np.nanmean, HOLES[1, 2]),
        (missing.nanmax, np.nanmax, HOLES[1, 2]),
        (missing.nanvar, np.nanvar, HOLES[1, 2]),
        (missing.nanmedian, np.nanmedian, HOLES[1, 2]),
        (missing.nansum, np.nansum, HOLES[1, 2]),
        (lambda x: ac.mean(x, where=x > 9), lambda x: np.mean(x, where=x > 9), A[0, 0]),
        (ac.median, np.median, np.zeros(0)),
    ],
)
def test_numpys_warnings_are_given(ours, theirs, x):
    assert warned(ours, Tensor(x)) == warned(theirs, x)


# ---- derivatives -----------------------------------------------------------------------------------------

SMOOTH = {
    "sum": lambda x: reducing.sum(x, 1),
    "sum of some": lambda x: reducing.sum(x, 1, where=MASK, initial=2.0),
    "prod": lambda x: reducing.prod(x, (0, 2)),
    "prod of all": lambda x: reducing.prod(x, keepdims=True),
    "prod of the first axes": lambda x: reducing.prod(x, (0, 1)),
    "prod of some": lambda x: reducing.prod(x, -1, where=MASK, initial=2.0),
    "mean": lambda x: reducing.mean(x, (0, 2), keepdims=True),
    "mean of some": lambda x: reducing.mean(x, 0, where=MASK | (A < 0.3)),
    "max": lambda x: reducing.max(x, 1),
    "max of some": lambda x: reducing.max(x, 1, where=MASK, initial=-9.0),
    "min with a bound": lambda x: reducing.min(x, 1, initial=-0.3),
    "ptp": lambda x: reducing.ptp(x, (0, 1)),
    "var": lambda x: reducing.var(x, 1, ddof=1),
    "var of some": lambda x: reducing.var(x, (0, 2), where=MASK, ddof=1),
    "std": lambda x: reducing.std(x, (0, 1)),
    "std of some": lambda x: reducing.std(x, 0, where=MASK[:, :1] | True, keepdims=True),
    "average": lambda x: reducing.average(x, 1, weights=np.array([1.0, 2.0, -0.5])),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_in_every_mode(name):
    every_mode(SMOOTH[name], A)


def test_weights_and_means_are_trained_too():
    every_mode(lambda x, w: reducing.average(x, 1, w), A, np.abs(drawn(3)) + 0.5)
    every_mode(lambda x, w: reducing.average(x, None, w), A, np.abs(drawn(2, 3, 4, seed=6)) + 0.5)
    every_mode(lambda x, m: reducing.var(x, 1, mean=m, ddof=1), A, drawn(2, 1, 4))
    every_mode(lambda x, m: reducing.std(x, 1, mean=m), A, drawn(2, 1, 4))


@pytest.mark.parametrize("name", NAN)
def test_a_nan_left_out_gets_gradient_0(name):
    x = HOLES[:, :2]
    axis = (0, 2)
    with np.errstate(invalid="ignore"):
        gradient = ac.grad(lambda t: (OURS[name](t, axis) * np.array([1.0, -2.0])).sum())(x)
    assert (gradient[np.isnan(x)] == 0).all()
    ok = ~np.isnan(x)

    def of_the_rest(v):
        filled = np.full(x.shape, np.nan)
        filled[ok] = v
        return (getattr(np, name)(filled, axis) * np.array([1.0, -2.0])).sum()

    for k in range(ok.sum()):
        step = np.zeros(ok.sum())
        step[k] = 1e-6
        slope = (of_the_rest(x[ok] + step) - of_the_rest(x[ok] - step)) / 2e-6
        np.testing.assert_allclose(gradient[ok][k], slope, atol=1e-7)
    second = ac.hessian(lambda t: (OURS[name](t, axis) ** 2).sum())(x).reshape(x.size, x.size)
    assert np.isfinite(second).all()
    assert (second[np.isnan(x).ravel()] == 0).all()


@pytest.mark.filterwarnings("ignore:All-NaN", "ignore:Mean of empty", "ignore:Degrees of")
@pytest.mark.parametrize("name", NAN)
def test_nothing_but_nan_leaves_the_rest_alone(name):
    x = np.array([[np.nan, np.nan], [1.0, 3.0]])
    t = Tensor(x, True)
    OURS[name](t, axis=1).sum().backward()
    assert (t.grad.numpy()[0] == 0).all()
    assert np.isfinite(t.grad.numpy()).all()


def test_an_infinite_extremum_beside_nan_keeps_its_gradient():
    t = Tensor([-np.inf, np.nan], True)
    missing.nanmax(t).backward()
    assert t.grad.tolist() == [1.0, 0.0]


ZEROS = [[2.0, 3.0, 5.0, 7.0], [2.0, 0.0, 5.0, 7.0], [0.0, 3.0, 0.0, 7.0], [0.0, 0.0, 0.0, 7.0], [0.0] * 4]


@pytest.mark.parametrize("x", ZEROS)
def test_products_with_zeros_to_the_fourth_order(x):
    """∂ᵏ Π / ∂xᵢ ∂xⱼ ... is the product of the rest for different indices, else 0."""
    x = np.array(x)
    f = reducing.prod
    for order in range(1, 5):
        f = ac.jacobian(f)
        found = np.asarray(f(x))
        for index in np.ndindex(found.shape):
            rest = [v for k, v in enumerate(x) if k not in index]
            wanted = np.prod(rest) if len(set(index)) == order else 0.0
            assert found[index] == wanted, (order, index)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13])
def test_products_of_every_length(n):
    every_mode(lambda x: reducing.prod(x, 0), drawn(n, 2, seed=n) + 1.5)


def test_a_product_does_not_divide():
    x = np.array([1e-300, 1e300, 3.0, 1e-300])
    np.testing.assert_allclose(
        ac.grad(reducing.prod)(x), [9e-1 * 1e1 / 3 * 1e-0, 0, 0, 3.0], rtol=1e-12, atol=1e-290
    )


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e-200, 1e-30, 1.0, 1e150, 1e200, 1e307])
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_deviations_of_any_size(scale, shift):
    """std(s · x) = s · std(x), and its gradient is that of std(x)."""
    if shift and scale != 1.0:
        pytest.skip("a shift would swallow the deviations")
    x = np.array([1.0, 3.0, -2.0, 0.5])
    y = x * scale + shift
    exact = 1e-2 if scale < 1e-310 else 1e-12
    np.testing.assert_allclose(float(ac.std(y)), scale * np.std(x), rtol=exact)
    np.testing.assert_allclose(ac.grad(ac.std)(y), ac.grad(ac.std)(x), rtol=exact, atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e300, -7.0])
def test_equal_numbers_have_no_slope(value):
    x = np.full(6, value)
    for f in (ac.std, ac.var, ac.ptp):
        gradient = ac.grad(f)(x)
        assert np.max(np.abs(gradient)) <= 1e-15 * abs(value)
    if abs(value) < 1e100:
        assert np.isfinite(ac.hessian(ac.std)(x)).all()
        np.testing.assert_allclose(ac.hessian(ac.var)(x), (np.eye(6) - 1 / 6) / 3, atol=1e-15)
    assert np.isfinite(ac.grad(lambda t: ac.std(t, where=MASK[0, 0, :3].repeat(2) | True))(x)).all()


def test_ties_share_evenly():
    x = np.array([[1.0, 5.0, 5.0, 1.0], [2.0, 2.0, 2.0, 2.0]])
    share = [[0.0, 0.5, 0.5, 0.0], [0.25] * 4]
    np.testing.assert_array_equal(ac.grad(lambda t: reducing.max(t, 1).sum())(x), share)
    np.testing.assert_array_equal(
        ac.grad(lambda t: ac.ptp(t, 1).sum())(x), [[-0.5, 0.5, 0.5, -0.5], [0.0] * 4]
    )
    np.testing.assert_array_equal(ac.grad(lambda t: reducing.max(t, initial=9.0))(x), np.zeros((2, 4)))


def test_float16_is_added_up_in_float32():
    x = np.full(4096, 40.0, np.float16)
    t = Tensor(x, True)
    for f in (ac.mean, lambda v: ac.mean(v, where=x > 0), missing.nanmean):
        z = f(t)
        assert z.dtype == np.float16
        assert float(z) == 40.0
        t.zero_grad()
        z.backward()
        assert t.grad.dtype == np.float16
        np.testing.assert_allclose(t.grad.numpy(), 1 / 4096)


def test_means_of_nothing_have_an_empty_gradient():
    t = Tensor(np.zeros((0, 3)), True)
    with pytest.warns(RuntimeWarning):
        z = ac.mean(t, 0)
    z.sum().backward()
    assert t.grad.shape == (0, 3)


def test_first_derivatives_are_torchs():
    torch = pytest.importorskip("torch")
    x = np.where(np.abs(A) < 0.2, 0.0, A)
    pairs = [
        (lambda t: reducing.prod(t, 1), lambda t: t.prod(1)),
        (lambda t: reducing.prod(t), lambda t: t.prod()),
        (lambda t: ac.mean(t, (0, 2)), lambda t: t.mean((0, 2))),
        (lambda t: ac.var(t, 1, ddof=1), lambda t: t.var(1)),
        (lambda t: ac.std(t, (0, 1), ddof=1), lambda t: t.std((0, 1))),
        (lambda t: ac.amax(t, 2), lambda t: t.amax(2)),
        (lambda t: ac.amin(t, (0, 2)), lambda t: t.amin((0, 2))),
    ]
    for ours, theirs in pairs:
        t, u = Tensor(x, True), torch.tensor(x, requires_grad=True)
        ours(t).sum().backward()
        theirs(u).sum().backward()
        np.testing.assert_allclose(t.grad.numpy(), u.grad.numpy(), rtol=1e-12, atol=1e-12)


# ---- errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda t: ac.var(t, ddof=1, correction=1), ValueError, ["var", "ddof=1", "correction=1"]),
        (
            lambda t: reducing.sum(t, where=np.ones(3, bool)),
            ValueError,
            ["sum", "where=", "(3,)", "(2, 3, 4)"],
        ),
        (lambda t: reducing.max(t, where=MASK), ValueError, ["max", "initial="]),
        (lambda t: ac.average(t, weights=np.ones(3)), TypeError, ["average", "(3,)", "(2, 3, 4)", "axis="]),
        (lambda t: ac.average(t, 0, np.ones(3)), ValueError, ["average", "axis 0", "(2,)", "(3,)"]),
        (lambda t: ac.average(t, 1, np.array([1.0, -1.0, 0.0])), ZeroDivisionError, ["average", "weights"]),
        (lambda t: reducing.sum(t, "x"), TypeError, ["axis", "'x'"]),
        (lambda t: ac.ptp(t, 7), np.exceptions.AxisError, ["7"]),
    ],
)
def test_errors_teach(call, kind, words):
    with pytest.raises(kind) as caught:
        call(Tensor(A, True))
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "nansum", "nanprod", "nanmax", "nanmin"])
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
def test_what_a_reduction_starts_from_takes_the_dtype_of_the_result(name, dtype):
    x = in_dtype(A, dtype)
    for initial in (2, 1.5, np.float64(1.5), np.int64(2)):
        alike(*both(name), x, axis=1, initial=initial)
    alike(*both(name), x[:, :0], axis=1, initial=1)
    alike(*both(name), x, axis=1, initial=1, where=MASK)


def test_a_start_that_trains_keeps_the_dtype_too():
    start = Tensor(9.0, requires_grad=True)
    for ours in (reducing.sum, reducing.max):
        z = ours(Tensor(A, dtype=np.float32), initial=start)
        assert z.dtype == np.float32
        assert ac.gradients(z, start).item() == 1


def test_deviations_of_all_numbers_are_numbers():
    assert type(reducing.std(A, where=A > 0)) is np.float64
    assert type(missing.nanstd(HOLES)) is np.float64


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("words", [{}, {"keepdims": True}, {"axis": 0}, {"axis": 1}])
def test_the_deviation_of_nothing_has_a_gradient_of_its_shape(words):
    x = Tensor(np.ones((0, 3)), requires_grad=True)
    z = reducing.std(x, **words)
    z.backward(np.ones(z.shape))
    assert x.grad.shape == (0, 3)


def test_a_mask_that_is_a_tensor_is_taken_wherever_numpy_meets_it():
    numbers, mask = [[1.0, 2.0, 4.0]], np.array([[True, False, True]])
    assert np.nanstd(numbers, where=Tensor(mask)) == np.nanstd(numbers, where=mask)


@pytest.mark.parametrize("name", ["sum", "nanprod", "mean", "std", "max", "any"])
@pytest.mark.parametrize("mask", [np.array([1, 0, 1]), np.array([0.5, 0.0, 1.0])], ids=["int", "float"])
def test_a_mask_of_other_numbers_is_refused_as_by_numpy(name, mask):
    words = {"initial": 0} if name == "max" else {}
    alike(*both(name) if name != "any" else (reducing.any, np.any), np.ones(3), where=mask, **words)
    with pytest.raises(TypeError, match="where= is Boolean"):
        getattr(np, name)(Tensor(np.ones(3)), where=mask, **words)


def test_a_reduction_starts_from_one_number():
    for several in (np.array([1.0]), [1.0]):  # as newer NumPy; before 2.4 it takes an array of one number
        with pytest.raises(ValueError, match=r"sum.*single number"):
            np.sum(Tensor(np.ones(3)), initial=several)


@pytest.mark.parametrize("axis", [1.0, np.float32(1.0)], ids=["float", "float32"])
def test_a_fraction_is_no_axis_even_after_the_integer(axis):
    assert reducing.sum(A, axis=1).shape == (2, 4)
    alike(*both("sum"), A, axis=axis)
