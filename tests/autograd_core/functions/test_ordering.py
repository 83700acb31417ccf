"""Sorting and order statistics: as NumPy's by every method, and gathers as far as derivatives go."""

import itertools

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import NoRuleError, Tensor
from autograd_core.functions import missing
from tests.autograd_core.functions.alike import DTYPES, LOOSE, alike, in_dtype, warned
from tests.autograd_core.functions.derivatives import drawn, every_mode

A = drawn(2, 5, 4)
TIES = np.rint(2 * A)
HOLES = np.where(drawn(2, 5, 4, seed=1) > 0.8, np.nan, A)
HOLES[1, :, 2] = np.nan
METHODS = [
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf"),
    *("hazen", "weibull", "linear", "median_unbiased", "normal_unbiased"),
    *("lower", "higher", "midpoint", "nearest"),
]
AXES = [None, 0, 1, -1, (0, 2), (1, 0), (0, 1, 2)]
QS = [0.0, 0.3, 0.5, 1.0, [0.25, 0.5], np.array([[0.1, 0.9], [0.0, 1.0]])]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
def test_sorting_is_numpys(dtype):
    for x in (in_dtype(A, dtype), in_dtype(TIES, dtype)):
        for axis in (None, 0, 1, -1, 4):
            alike(ac.sort, np.sort, x, axis)
            alike(ac.argsort, np.argsort, x, axis, stable=True)
            alike(ac.argsort, np.argsort, x, axis, "stable")
        for kth in (0, 2, (1, 3), 9):
            kind, wanted = "result", None
            try:
                wanted = np.partition(x, kth, 1)
            except ValueError:
                kind = "error"
            if kind == "error":
                with pytest.raises(ValueError, match="kth"):
                    ac.partition(Tensor(x), kth, 1)
                continue
            found = ac.partition(Tensor(x), kth, 1).numpy()
            places = [kth] if isinstance(kth, int) else list(kth)
            np.testing.assert_array_equal(found[:, places], wanted[:, places])
            np.testing.assert_array_equal(np.sort(found, 1), np.sort(x, 1))
            order = ac.argpartition(Tensor(x), kth, 1)
            np.testing.assert_array_equal(np.take_along_axis(x, order, 1), found)


def test_nan_and_infinity_are_sorted_as_numpy_does():
    x = np.array([np.nan, 1.0, -np.inf, np.inf, np.nan, 0.0])
    alike(ac.sort, np.sort, x)
    alike(ac.sort, np.sort, x[:0])
    alike(ac.sort, np.sort, np.zeros((0, 3)), 1)
    alike(ac.sort, np.sort, np.array(3.0), None)
    alike(ac.sort, np.sort, np.array(3.0))


@pytest.mark.parametrize("dtype", DTYPES[1:], ids=lambda d: np.dtype(d).name)
@pytest.mark.parametrize("name", ["median", "nanmedian"])
def test_medians_are_numpys(name, dtype):
    ours, theirs = getattr(ac, name), getattr(np, name)
    for x, axis, keepdims in itertools.product((A, A[:, :4], HOLES), AXES, (False, True)):
        if x is HOLES and np.dtype(dtype).kind != "f":
            continue
        if np.dtype(dtype).kind == "f":
            alike(ours, theirs, x.astype(dtype), axis, keepdims=keepdims)
        else:
            alike(ours, theirs, in_dtype(x, dtype), axis, keepdims=keepdims)
    alike(ours, theirs, np.array(3.0))
    alike(ours, theirs, np.zeros((0, 3)), axis=0)
    alike(ours, theirs, np.zeros((0, 3)), axis=1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["quantile", "percentile", "nanquantile", "nanpercentile"])
def test_quantiles_are_numpys(name, method):
    ours, theirs = getattr(ac, name), getattr(np, name)
    scale = 100 if "percentile" in name else 1
    for q, axis in itertools.product(QS, AXES):
        q = scale * q if np.ndim(q) == 0 else scale * np.asarray(q)
        if name.startswith("nan") and np.ndim(q) == 2 and isinstance(axis, tuple):
            continue  # NumPy puts one axis of q in front and the other behind
        for x in (A, TIES) if not name.startswith("nan") else (HOLES,):
            alike(ours, theirs, x, q, axis, method=method)
        alike(ours, theirs, HOLES, q, axis, method=method, keepdims=True)
    for dtype, q in itertools.product(DTYPES, (0.3, np.float64(0.3), np.array([0.5]))):
        rounded = LOOSE.get(np.dtype(dtype).str[1:], 0)  # NumPy takes differences in the dtype of the numbers
        alike(ours, theirs, in_dtype(A, dtype), scale * q, 1, method=method, rounded=rounded)


@pytest.mark.parametrize("name", ["quantile", "percentile", "nanquantile", "nanpercentile"])
def test_weighted_quantiles_are_numpys(name):
    ours, theirs = getattr(ac, name), getattr(np, name)
    scale = 100 if "percentile" in name else 1
    w = np.abs(drawn(2, 5, 4, seed=4))
    x = HOLES if name.startswith("nan") else TIES
    for q in (0.0, 0.3, 0.5, np.array([0.1, 0.8])):
        for axis, weights in ((1, w[0, :, 0]), (1, w), (None, w), (0, w[:, 0, 0])):
            if name.startswith("nan") and weights.ndim == 1:
                continue  # NumPy fails at these
            alike(ours, theirs, x, scale * q, axis, method="inverted_cdf", weights=weights)
        # of weights along several axes NumPy 2.0 takes the wrong ones, so it is asked along one
        flat, flat_w = (np.moveaxis(v, 1, 0).reshape(5, -1) for v in (x, w))
        found = ours(Tensor(x), scale * q, (0, 2), method="inverted_cdf", weights=w)
        wanted = theirs(flat, scale * q, 1, method="inverted_cdf", weights=flat_w)
        np.testing.assert_allclose(found.numpy(), wanted)
    alike(ours, theirs, A, 0.3, 1, weights=w)


def test_order_statistics_of_many_numbers():
    x = drawn(2, 1000)
    x[0, 5:9] = x[0, 3]
    for y in (x, np.where(np.arange(1000) == 400, np.nan, x)):
        alike(ac.median, np.median, y, 1)
        alike(ac.quantile, np.quantile, y, [0.0, 0.3, 0.31, 1.0], 1)
    t = Tensor(x, True)
    ac.quantile(t, 0.3003, 1).sum().backward()
    assert np.count_nonzero(t.grad.numpy()) == 4
    np.testing.assert_allclose(t.grad.numpy().sum(1), 1)


@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
def test_quantiles_refuse_what_numpy_refuses(name):
    ours, theirs = getattr(ac, name), getattr(np, name)
    alike(ours, theirs, A, 1.2)
    alike(ours, theirs, A, [0.5, -0.1], 0)
    alike(ours, theirs, A, 0.5, method="guess")
    alike(ours, theirs, A, 0.5, 3)
    alike(ours, theirs, np.zeros((0, 3)), 0.5, 0)
    alike(ours, theirs, np.zeros((0, 3)), 0.5, 1)


def test_infinities_do_not_spoil_their_neighbours():
    x = np.array([np.inf, 1.0, 2.0, -np.inf])
    found = ac.quantile(Tensor(x), np.array([0.0, 1 / 3, 0.5, 2 / 3, 1.0]))
    np.testing.assert_allclose(found.numpy(), [-np.inf, 1.0, 1.5, 2.0, np.inf])


def test_a_quantile_of_equal_numbers_is_that_number():
    for q in np.linspace(0, 1, 21):
        assert float(ac.quantile(Tensor(np.full(7, 0.1)), q)) == 0.1


def test_a_warning_where_nothing_but_nan_is_left():
    x = np.array([[np.nan, np.nan], [1.0, 2.0]])
    for name in ("nanmedian", "nanquantile"):
        q = () if name == "nanmedian" else (0.3,)
        ours, theirs = getattr(ac, name), getattr(np, name)
        assert warned(ours, Tensor(x), *q, axis=1) == warned(theirs, x, *q, axis=1) == {RuntimeWarning}


# ---- derivatives -----------------------------------------------------------------------------------------

SMOOTH = {
    "sort": lambda x: ac.sort(x, 1),
    "sort of all": lambda x: ac.sort(x, None),
    "partition": lambda x: ac.sort(ac.partition(x, 2, 1), 1),
    "median": lambda x: ac.median(x, 1),
    "median of an even number": lambda x: ac.median(x, (0, 2), keepdims=True),
    "quantiles": lambda x: ac.quantile(x, [0.2, 0.5, 0.9], 1),
    "quantile": lambda x: ac.quantile(x, 0.35, None, keepdims=True),
    "percentile": lambda x: ac.percentile(x, np.array([[10, 35], [70, 100]]), (2, 0)),
    "hazen": lambda x: ac.quantile(x, 0.3, 0, method="hazen"),
    "nearest": lambda x: ac.quantile(x, 0.3, 1, method="nearest"),
    "weighted": lambda x: ac.quantile(x, 0.3, 1, method="inverted_cdf", weights=np.arange(1.0, 6.0)),
    "nanmedian": lambda x: ac.nanmedian(x, 1),
    "nanquantile": lambda x: ac.nanquantile(x, [0.2, 0.5], (1, 2)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_in_every_mode(name):
    every_mode(SMOOTH[name], A)


@pytest.mark.parametrize(
    "f",
    [ac.sort, lambda x: ac.median(x, -1), lambda x: ac.quantile(x, [0.3, 0.8], -1)],
    ids=["sort", "median", "quantile"],
)
def test_shares_at_ties_sum_to_what_arrived(f):
    matrix = ac.jacobian(f)(TIES[0])
    rows = matrix.reshape(-1, TIES[0].size)
    assert (rows >= 0).all()
    np.testing.assert_allclose(rows.sum(1), 1)


def test_sorting_is_stable_at_ties():
    t = Tensor([2.0, 1.0, 2.0, 1.0], True)
    ac.sort(t).backward(np.array([1.0, 2.0, 3.0, 4.0]))
    assert t.grad.tolist() == [3.0, 1.0, 4.0, 2.0]


@pytest.mark.parametrize(
    "f", [lambda x: ac.median(x, 1), lambda x: ac.quantile(x, [0.3, 0.5], 1)], ids=["median", "quantile"]
)
def test_a_nan_spoils_its_own_row_only(f):
    x = np.array([[1.0, np.nan, 2.0], [3.0, 1.0, 2.0]])
    t = Tensor(x, True)
    z = f(t)
    assert np.isnan(z.numpy()[..., 0]).all()
    assert np.isfinite(z.numpy()[..., 1]).all()
    z.sum().backward()
    assert np.isfinite(t.grad.numpy()).all()
    assert t.grad.numpy()[0].tolist() == [0.0, z.size / 2, 0.0]


@pytest.mark.filterwarnings("ignore:All-NaN")
@pytest.mark.parametrize(
    "f",
    [missing.nanmedian, lambda x, axis: missing.nanquantile(x, [0.3, 0.5], axis)],
    ids=["nanmedian", "nanquantile"],
)
def test_a_nan_that_is_left_out_gets_gradient_0(f):
    t = Tensor(HOLES, True)
    z = f(t, 1)
    z.backward(np.ones(z.shape))
    found = t.grad.numpy()
    assert (found[np.isnan(HOLES)] == 0).all()
    alive = ~np.isnan(HOLES).all(1)
    np.testing.assert_allclose(found.sum(1)[alive], z.size / alive.size)


def test_first_derivatives_are_torchs():
    torch = pytest.importorskip("torch")
    x = np.where(drawn(2, 5, 4, seed=8) > 1, np.nan, A)
    pairs = [
        (lambda t: ac.sort(t, 1), lambda u: u.sort(1).values, A),
        (lambda t: ac.median(t, 1), lambda u: u.median(1).values, A),
        (
            lambda t: ac.quantile(t, [0.2, 0.7], 1),
            lambda u: u.quantile(torch.tensor([0.2, 0.7], dtype=torch.float64), 1),
            A,
        ),
        (lambda t: ac.nanquantile(t, 0.3, 1), lambda u: u.nanquantile(0.3, 1), x),
    ]
    for method in ("linear", "lower", "higher", "midpoint", "nearest"):
        pairs.append(
            (
                lambda t, m=method: ac.quantile(t, 0.4, 1, method=m),
                lambda u, m=method: u.quantile(0.4, 1, interpolation=m),
                A,
            )
        )
    for ours, theirs, x in pairs:
        t, u = Tensor(x, True), torch.tensor(x, requires_grad=True)
        z, w = ours(t), theirs(u)
        np.testing.assert_allclose(z.numpy(), w.detach().numpy(), rtol=1e-12)
        g = drawn(*z.shape, seed=4)
        z.backward(g)
        w.backward(torch.tensor(g))
        np.testing.assert_allclose(t.grad.numpy(), u.grad.numpy(), rtol=1e-12, atol=1e-12)


# ---- what has no derivative ------------------------------------------------------------------------------


def test_positions_are_plain():
    t = Tensor(np.array([3.0, 1.0, 2.0]), True)
    for found, wanted in [
        (ac.argsort(t), [1, 2, 0]),
        (np.argsort(t), [1, 2, 0]),
        (ac.searchsorted(ac.sort(t), t), [2, 0, 1]),
        (ac.searchsorted(t, 2.0, sorter=[1, 2, 0]), 1),
        (ac.searchsorted(np.arange(4.0), t, "right"), [4, 2, 3]),
        (ac.digitize(t, [0.0, 2.0]), [2, 1, 2]),
        (ac.digitize(t, [0.0, 2.0], True), [2, 1, 1]),
    ]:
        assert not isinstance(found, Tensor)
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("name", ["argmax", "argmin", "nanargmax", "nanargmin"])
def test_positions_of_extrema_are_numpys(name):
    ours, theirs = getattr(ac, name), getattr(np, name)
    for x, axis, keepdims in itertools.product((A, TIES, A > 0), (None, 0, -1, 3), (False, True)):
        alike(ours, theirs, x, axis, keepdims=keepdims)
    alike(ours, theirs, HOLES, 1)
    alike(ours, theirs, HOLES)
    alike(ours, theirs, A[:0])
    assert not isinstance(ours(Tensor(A, True), 1), Tensor)


def test_what_would_lose_a_gradient_refuses():
    t = Tensor(np.array([3.0, 1.0, 1.0]), True)
    for call, word in [
        (lambda: ac.unique(t), "unique"),
        (lambda: np.unique(t), "unique"),
        (lambda: ac.histogram(t), "histogram"),
        (lambda: ac.histogram(np.ones(3), weights=t), "histogram"),
        (lambda: ac.quantile(np.ones(3), t[0] / 9), "quantile"),
        (lambda: ac.quantile(t, 0.5, weights=t, method="inverted_cdf"), "quantile"),
    ]:
        with pytest.raises(NoRuleError, match=word):
            call()
    assert ac.unique(t.detach()).tolist() == [1.0, 3.0]
    np.testing.assert_array_equal(ac.unique(t.detach(), return_counts=True)[1], [2, 1])
    np.testing.assert_array_equal(ac.histogram(t.detach(), 2)[0], np.histogram([3.0, 1.0, 1.0], 2)[0])
    with ac.no_grad():
        assert ac.unique(t).tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda t: ac.sort(t, order="x"), TypeError, ["sort", "'x'"]),
        (lambda t: ac.argsort(t, 5), np.exceptions.AxisError, ["5"]),
        (lambda t: ac.quantile(t, 1.5), ValueError, ["range"]),
        (lambda t: ac.quantile(t[:0], 0.5), IndexError, ["quantile", "(0, 5, 4)"]),
    ],
)
def test_errors_teach(call, kind, words):
    with pytest.raises(kind) as caught:
        call(Tensor(A, True))
    for word in words:
        assert word in str(caught.value)


def test_one_number_is_in_order():
    for name in ("argsort", "argpartition"):
        words = {"kth": 0} if name == "argpartition" else {}
        alike(getattr(ac, name), getattr(np, name), np.array(4.0), **words)


def test_sort_takes_one_word_for_stable():
    with pytest.raises(ValueError, match="sort: kind='stable' and stable=True say the same"):
        np.sort(Tensor([2.0, 1.0]), kind="stable", stable=True)
