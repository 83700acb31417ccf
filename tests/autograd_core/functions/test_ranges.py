"""linspace and its relatives, full, and sliding windows: NumPy's values, gradients by their ends."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor

ENDS = [(1.0, 5.0), (np.array([1.0, 2.0]), 9.0), (np.array([[1.0], [3.0]]), np.array([4.0, 8.0]))]
WAYS = [
    {},
    {"num": 4, "endpoint": False},
    {"num": 1},
    {"num": 3, "axis": -1},
    {"num": 5, "dtype": np.float32},
]


@pytest.mark.parametrize("f", [np.linspace, np.logspace, np.geomspace], ids=lambda f: f.__name__)
@pytest.mark.parametrize("ends", ENDS, ids=["numbers", "a vector", "two arrays"])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_values_and_gradients(f, ends, way):
    start, stop = (Tensor(e, requires_grad=True) for e in ends)
    wanted = f(*ends, **way)
    z = f(start, stop, **way)
    assert z.dtype == wanted.dtype
    np.testing.assert_allclose(z.detach(), wanted, rtol=1e-6 if z.dtype == np.float32 else 1e-13)
    if z.dtype == np.float32:
        return
    g, h = np.cos(np.arange(z.size)).reshape(z.shape), 1e-6
    z.backward(g)
    for k, end in enumerate((start, stop)):
        moved = [[np.asarray(e) + sign * h * (i == k) for i, e in enumerate(ends)] for sign in (1, -1)]
        slope = (f(*moved[0], **way) - f(*moved[1], **way)) / (2 * h)
        assert end.grad.numpy().sum() == pytest.approx((g * slope).sum(), rel=1e-6, abs=1e-6)


def test_the_step_is_differentiable_too():
    stop = Tensor(4.0, requires_grad=True)
    z, step = np.linspace(1.0, stop, 4, retstep=True)
    assert step.item() == 1.0
    step.backward()
    assert stop.grad.item() == pytest.approx(1 / 3)
    assert z.shape == (4,)


def test_ours_by_the_names_of_the_creation_functions():
    x = Tensor(2.0, requires_grad=True)
    (ac.linspace(x, 6.0, 5).sum() + ac.full((2, 3), x).sum()).backward()
    assert x.grad.item() == pytest.approx(2.5 + 6)
    assert ac.full(3, Tensor(2.0)).requires_grad is False
    np.testing.assert_array_equal(ac.full(2, x, name="c").detach(), [2.0, 2.0])
    assert ac.full(2, x, dtype=np.float32).dtype == np.float32


def test_full_like_keeps_the_gradient_of_its_value():
    x, a = Tensor(2.0, requires_grad=True), Tensor(np.float32([[1, 2], [3, 4]]))
    for z in (np.full_like(a, x), ac.full_like(a, x)):
        assert z.dtype == np.float32
        np.testing.assert_array_equal(z.detach(), np.full((2, 2), 2.0))
        x.zero_grad()
        z.sum().backward()
        assert x.grad.item() == 4.0
    assert np.full_like(a, x, shape=(3,)).shape == (3,)
    assert type(np.full_like(a, 2.0)) is np.ndarray
    assert np.full_like(a, 2).dtype == np.float32
    assert ac.full_like(a, 7, name="c").name == "c"


def test_a_geometric_range_needs_ends_of_one_sign():
    for ends in ((0.0, 1.0), (-1.0, 1.0)):
        with pytest.raises(ValueError, match="geomspace: the ends must not be 0"):
            np.geomspace(Tensor(ends[0]), ends[1])


@pytest.mark.parametrize(
    ("window", "axis"),
    [(2, 1), ((2, 2), (1, 2)), ((1, 2, 3), None), ((2, 2), (2, 2)), (3, -1), ((), ()), (0, 0)],
)
def test_windows(window, axis):
    a = np.arange(24.0).reshape(2, 3, 4)
    x = Tensor(a, requires_grad=True)
    view = np.lib.stride_tricks.sliding_window_view
    z, wanted = view(x, window, axis), view(a, window, axis)
    np.testing.assert_array_equal(z.detach() if isinstance(z, Tensor) else z, wanted)
    z.sum().backward()
    assert x.grad.numpy().sum() == wanted.size


def test_windows_that_do_not_fit():
    x = Tensor(np.ones((2, 3)))
    with pytest.raises(
        ValueError, match=r"sliding_window_view: a window of 4 on axis 1 of the shape \(2, 3\)"
    ):
        ac.sliding_window_view(x, 4, 1)
    with pytest.raises(ValueError, match=r"needs 1 axes, got 2 of the shape \(2, 3\)"):
        ac.sliding_window_view(x, 2)


KINDS = [np.float16, np.float32, np.float64, np.int64]


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("last", [*KINDS, float])
def test_ends_give_the_dtype_as_in_numpy(first, last):
    start, stop = np.array([1, 3]).astype(first), 4.5 if last is float else np.array(4).astype(last)
    for name in ("linspace", "logspace", "geomspace"):
        wanted = getattr(np, name)(start, stop, 5)
        found = getattr(np, name)(Tensor(start), stop, 5).numpy()
        assert found.dtype == wanted.dtype, name
        np.testing.assert_allclose(found, wanted, rtol=8 * float(np.finfo(wanted.dtype).eps))
