"""Running sums and products, differences, slopes and areas: as NumPy's, and right at zeros in every order."""

import itertools

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import missing, scanning
from tests.autograd_core.functions.alike import DTYPES, alike, in_dtype
from tests.autograd_core.functions.derivatives import drawn, every_mode

A = drawn(2, 5, 3)
RUNNING = ["cumsum", "cumprod", "nancumsum", "nancumprod"]
OURS = {name: getattr(missing if name.startswith("nan") else scanning, name) for name in RUNNING}
TIMES = np.array([0.0, 0.5, 2.0, 2.25, 4.0])


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
@pytest.mark.parametrize("name", RUNNING)
def test_running_sums_and_products_are_numpys(name, dtype):
    x = in_dtype(A, dtype)
    if name.startswith("nan") and x.dtype.kind == "f":
        x = np.where(A > 1, x.dtype.type(np.nan), x)
    for axis in (None, 0, 1, -1, 5):
        alike(OURS[name], getattr(np, name), x, axis)
    for shape in [(), (0,), (1,), (2, 0), (0, 2)]:
        alike(OURS[name], getattr(np, name), in_dtype(drawn(*shape), dtype))
    alike(OURS[name], getattr(np, name), in_dtype(A, dtype), 1, dtype=np.float32)


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy has it since 2.1")
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_cumulative_ones_are_numpys(name):
    ours, theirs = getattr(scanning, name), getattr(np, name)
    for axis, first, dtype in itertools.product(
        (None, 0, -1), (False, True), (np.int32, np.float32, np.float64)
    ):
        alike(ours, theirs, in_dtype(A, dtype), axis=axis, include_initial=first)
        alike(ours, theirs, in_dtype(A[0, :, 0], dtype), axis=axis, include_initial=first)
    alike(ours, theirs, A, axis=1, dtype=np.float32, include_initial=True)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
def test_differences_are_numpys(dtype):
    x = in_dtype(A, dtype)
    for n, axis in itertools.product((0, 1, 2, 3, 7), (0, 1, -1)):
        if n:
            alike(ac.diff, np.diff, x, n, axis)
    alike(ac.diff, np.diff, x, prepend=x[:, :, :1])
    alike(ac.diff, np.diff, x, 2, 1, x[:, :2], x[:, :1])
    alike(ac.diff, np.diff, in_dtype(A, np.float64), axis=0, prepend=0, append=1.5)
    alike(ac.diff, np.diff, x, -1)
    alike(ac.diff, np.diff, x[0, 0, 0])
    alike(ac.diff, np.diff, x, axis=3)
    if dtype is not np.bool_:
        alike(ac.ediff1d, np.ediff1d, x)
        alike(ac.ediff1d, np.ediff1d, x, to_end=x[0, 0], to_begin=x[0, 0, 0])
        alike(ac.ediff1d, np.ediff1d, x[:0])
    alike(ac.ediff1d, np.ediff1d, np.arange(4), to_begin=np.array(1.5))


def test_of_zero_differences_the_numbers_stay():
    t = Tensor(A, True)
    assert ac.diff(t, 0) is t


SPACINGS = [(), (0.5,), (2, 0.5, 1.0), (np.array([1.0, 4.0]), TIMES, np.array([0.0, 1.0, 3.0]))]
SPACINGS += [
    (np.array([1.0, 2.0]), 2.0, np.array([0.0, 2.0, 3.0])),
    (1.0, 2.0),
    (TIMES,),
    (TIMES, TIMES, TIMES),
]


@pytest.mark.parametrize("edge_order", [1, 2, 3])
@pytest.mark.parametrize("spacing", SPACINGS)
def test_slopes_are_numpys(spacing, edge_order):
    alike(ac.gradient, np.gradient, A, *spacing, edge_order=edge_order)
    alike(ac.gradient, np.gradient, A[:, :, 0].T.copy(), *spacing[:1], axis=0, edge_order=edge_order)


@pytest.mark.parametrize("dtype", [np.int32, np.float16, np.float32])
def test_slopes_keep_the_dtype(dtype):
    x = in_dtype(A, dtype)
    alike(ac.gradient, np.gradient, x[0], axis=0)
    if dtype is not np.float16:  # there NumPy rounds in another order
        alike(ac.gradient, np.gradient, x[0], TIMES.astype(np.float32), axis=0)
        alike(ac.gradient, np.gradient, x[0], 0.5, axis=(1, 0))


@pytest.mark.parametrize("edge_order", [1, 2])
def test_slopes_of_numbers_that_do_not_train_on_times_that_do(edge_order):
    t = Tensor(TIMES, True)
    z = ac.gradient(A[0, :, 0], t, edge_order=edge_order)
    np.testing.assert_allclose(z.detach(), np.gradient(A[0, :, 0], TIMES, edge_order=edge_order), rtol=1e-13)


def test_areas_are_numpys():
    for words in (
        {},
        {"axis": 1},
        {"dx": 0.5, "axis": 0},
        {"x": TIMES, "axis": 1},
        {"x": np.cumsum(np.abs(A), -1)},
        {"x": np.cumsum(np.abs(A), 1), "axis": 1},
        {"x": TIMES, "axis": 0},
    ):
        alike(ac.trapezoid, np.trapezoid, A, **words)
    alike(ac.trapezoid, np.trapezoid, np.arange(4))
    alike(ac.trapezoid, np.trapezoid, np.float32(A), np.array([0.0, 1.0, 3.0], np.float32))


# ---- derivatives -----------------------------------------------------------------------------------------

SMOOTH = {
    "cumsum": lambda x: ac.cumsum(x, 1),
    "cumsum of all": lambda x: ac.cumsum(x),
    "cumprod": lambda x: ac.cumprod(x, 1),
    "cumprod of all": lambda x: ac.cumprod(x),
    "cumulative_sum": lambda x: ac.cumulative_sum(x, axis=1, include_initial=True),
    "cumulative_prod": lambda x: ac.cumulative_prod(x, axis=0, include_initial=True),
    "diff": lambda x: ac.diff(x, 2, 1, prepend=0.5),
    "ediff1d": lambda x: ac.ediff1d(x, to_begin=1.0),
    "gradient": lambda x: ac.gradient(x, 0.5, axis=1, edge_order=2),
    "gradient of all axes": lambda x: sum(z * (k + 1) for k, z in enumerate(ac.gradient(x))),
    "trapezoid": lambda x: ac.trapezoid(x, dx=0.5, axis=1),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_in_every_mode(name):
    every_mode(SMOOTH[name], A)


def test_coordinates_and_ends_are_trained_too():
    every_mode(lambda x, t: ac.gradient(x, t, axis=1), A, TIMES)
    every_mode(lambda x, t: ac.gradient(x, t, axis=1, edge_order=2), A, TIMES)
    every_mode(lambda x, h: ac.gradient(x, h, axis=1), A, np.array(0.7))
    every_mode(lambda y, x: ac.trapezoid(y, x, axis=1), A, TIMES)
    every_mode(lambda y, x: ac.trapezoid(y, x), A, np.cumsum(np.abs(A), -1))
    every_mode(lambda x, p, q: ac.diff(x, 2, 1, p, q), A, A[:, :1] + 1, A[:, :2] - 1)
    every_mode(lambda x, p, q: ac.ediff1d(x, p, q), A, drawn(2), drawn(3))


@pytest.mark.parametrize(
    "x", [[2.0, 3.0, 5.0, 7.0], [2.0, 0.0, 5.0, 7.0], [0.0, 3.0, 0.0, 7.0], [0.0, 0.0, 5.0, 0.0], [0.0] * 4]
)
def test_running_products_with_zeros_to_the_fourth_order(x):
    """∂ᵏ zₘ / ∂xᵢ ∂xⱼ ... is the product of the rest of the first numbers for different indices, else 0."""
    x = np.array(x)
    f = ac.cumprod
    for order in range(1, 5):
        f = ac.jacobian(f)
        found = np.asarray(f(x))
        for place in np.ndindex(found.shape):
            last, index = place[0], place[1:]
            rest = [v for k, v in enumerate(x[: last + 1]) if k not in index]
            among = len(set(index)) == order and max(index) <= last
            assert found[place] == (np.prod(rest) if among else 0.0), (order, place)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 9, 33])
def test_running_products_of_every_length(n):
    every_mode(lambda x: ac.cumprod(x, 0), 1 + 0.3 * drawn(n, 2, seed=n))


def test_a_long_running_product():
    x = 1 + 1e-3 * drawn(20_000)
    t = Tensor(x, True)
    z = ac.cumprod(t)
    g = drawn(20_000, seed=3)
    z.backward(g)
    wanted = np.cumsum((g * np.cumprod(x))[::-1])[::-1] / x
    np.testing.assert_allclose(t.grad.numpy(), wanted, rtol=1e-9, atol=1e-9)


def test_nan_counts_as_nothing_and_gets_no_gradient():
    x = np.array([2.0, np.nan, 3.0])
    np.testing.assert_array_equal(ac.jacobian(missing.nancumsum)(x), [[1, 0, 0], [1, 0, 0], [1, 0, 1]])
    np.testing.assert_array_equal(ac.jacobian(missing.nancumprod)(x), [[1, 0, 0], [1, 0, 0], [3, 0, 2]])


def test_first_derivatives_are_torchs():
    torch = pytest.importorskip("torch")
    x = np.where(np.abs(A) < 0.3, 0.0, A)
    pairs = [
        (lambda t: ac.cumsum(t, 1), lambda t: t.cumsum(1)),
        (lambda t: ac.cumprod(t, 1), lambda t: t.cumprod(1)),
        (lambda t: ac.diff(t, 2, 1), lambda t: torch.diff(t, 2, 1)),
        (lambda t: ac.trapezoid(t, TIMES, axis=1), lambda t: torch.trapezoid(t, torch.tensor(TIMES), dim=1)),
        (lambda t: ac.gradient(t, axis=1), lambda t: torch.gradient(t, dim=1)[0]),
        (
            lambda t: ac.gradient(t, TIMES, axis=1, edge_order=2),
            lambda t: torch.gradient(t, spacing=(torch.tensor(TIMES),), dim=1, edge_order=2)[0],
        ),
    ]
    for ours, theirs in pairs:
        t, u = Tensor(x, True), torch.tensor(x, requires_grad=True)
        z, w = ours(t), theirs(u)
        g = drawn(*z.shape, seed=4)
        z.backward(g)
        w.backward(torch.tensor(g))
        np.testing.assert_allclose(z.numpy(), w.detach().numpy(), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(t.grad.numpy(), u.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda t: ac.cumulative_sum(t), ValueError, ["cumulative_sum", "(2, 5, 3)", "axis="]),
        (lambda t: ac.cumulative_prod(t), ValueError, ["cumulative_prod", "(2, 5, 3)", "axis="]),
        (lambda t: ac.cumsum(t, 3), np.exceptions.AxisError, ["3"]),
        (lambda t: ac.diff(t, -1), ValueError, ["diff", "-1"]),
        (lambda t: ac.diff(t[0, 0, 0]), ValueError, ["diff", "axis"]),
        (lambda t: ac.ediff1d(t, to_end=1j), TypeError, ["ediff1d", "to_end", "complex128", "float64"]),
        (lambda t: ac.gradient(t, 1.0, 2.0), TypeError, ["gradient", "2 spacings", "3 axes"]),
        (lambda t: ac.gradient(t, TIMES[:4], axis=1), ValueError, ["gradient", "(4,)", "5 points"]),
        (lambda t: ac.gradient(t, edge_order=3), ValueError, ["gradient", "edge_order", "3"]),
        (lambda t: ac.gradient(t, axis=0, edge_order=2), ValueError, ["gradient", "2 points", "3"]),
    ],
)
def test_errors_teach(call, kind, words):
    with pytest.raises(kind) as caught:
        call(Tensor(A, True))
    for word in words:
        assert word in str(caught.value)
