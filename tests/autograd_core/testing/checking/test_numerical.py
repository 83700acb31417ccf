"""Gradients by differences: exact enough, and x is left as it was."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import numerical_gradient


def smooth(x):
    return (np.sin(x) * np.exp(0.3 * x)).sum()


def slope(x):
    return np.cos(x) * np.exp(0.3 * x) + 0.3 * np.sin(x) * np.exp(0.3 * x)


BIG = np.random.default_rng(0).standard_normal((6, 8))
ARRAYS = {
    "matrix": BIG.copy(),
    "column view": BIG.copy()[:, 2],
    "strided": BIG.copy()[::-2, 1::3],
    "transposed": BIG.copy().T,
    "Fortran": np.asfortranarray(BIG),
    "0-d": np.array(0.7),
    "empty": np.zeros((0, 3)),
    "zeros": np.zeros(4),
    "mixed sizes": np.array([1e-6, 2.0, -30.0]),
}


@pytest.mark.parametrize("case", ARRAYS)
@pytest.mark.parametrize("h", [None, 1e-4])
def test_smooth_functions(case, h):
    x = ARRAYS[case]
    before = x.copy()
    found = numerical_gradient(smooth, x, h)
    assert found.shape == x.shape
    np.testing.assert_allclose(found, slope(x), rtol=1e-9 if h is None else 1e-6, atol=1e-9)
    assert x.tobytes() == before.tobytes()


@pytest.mark.parametrize("size", [1e-150, 1e-6, 1.0, 1e6, 1e150])
def test_every_size(size):
    x = size * np.array([1.5, -2.0])
    found = numerical_gradient(lambda x: (x**2).sum() / size, x)
    np.testing.assert_allclose(found, 2 * x / size, rtol=1e-9)


def test_x_is_restored_when_f_fails():
    x = np.array([0.1, 0.2, 0.3])
    before = x.tobytes()
    calls = []

    def fails(x):
        calls.append(x.copy())
        if len(calls) == 4:
            raise RuntimeError("on purpose")
        return x.sum()

    with pytest.raises(RuntimeError, match="on purpose"):
        numerical_gradient(fails, x, 1e-3)
    assert calls[-1].tobytes() != before
    assert x.tobytes() == before


def test_f_may_look_elsewhere():
    weights = {"W": np.array([1.0, 2.0])}
    found = numerical_gradient(lambda _: float((weights["W"] ** 2).sum()), weights["W"])
    np.testing.assert_allclose(found, [2.0, 4.0], rtol=1e-9)


def test_tensors_are_changed_in_place_too():
    w = ac.Tensor([1.0, 2.0], requires_grad=True)
    found = numerical_gradient(lambda _: (w**3).sum(), w)
    np.testing.assert_allclose(found, [3.0, 12.0], rtol=1e-9)
    assert w.tolist() == [1.0, 2.0]


def test_numbers():
    assert numerical_gradient(lambda x: x**3, 2.0) == pytest.approx(12.0, rel=1e-10)
    assert numerical_gradient(lambda x: x * x, 3, 0.5) == 6.0
    assert isinstance(numerical_gradient(lambda x: x, 2.0), float)


def test_float32():
    x = np.array([0.5, 1.5], np.float32)
    found = numerical_gradient(lambda x: np.sin(x.astype(float)).sum(), x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.cos(x), rtol=1e-4)
    assert numerical_gradient(lambda x: x.sum(), np.float32(2)).shape == ()


def test_a_step_too_small_gives_no_nonsense():
    assert numerical_gradient(lambda x: x.sum(), np.array([1e20]), 1e-4).tolist() == [0.0]


def test_a_function_of_a_slope_at_the_edge_of_its_domain():
    assert numerical_gradient(lambda x: float(np.where(x >= 0, 2 * x, np.nan)), np.array(0.0)) == 2.0


@pytest.mark.parametrize(
    ("f", "x", "h", "error", "message"),
    [
        (np.sum, np.array([1, 2]), None, TypeError, "floating numbers are needed, got int64"),
        (np.sum, np.array([True]), None, TypeError, "floating numbers are needed, got bool"),
        (np.sum, [1.0, 2.0], None, TypeError, "an array or a Tensor is needed"),
        (np.sin, np.ones(2), None, ValueError, r"single number, got shape \(2,\)"),
        (np.sum, np.ones(2), 0.0, ValueError, "a number above 0 or None, got 0.0"),
        (np.sum, np.ones(2), -1e-4, ValueError, "a number above 0"),
        (np.sum, np.broadcast_to(1.0, (2,)), None, ValueError, "read-only: give x.copy"),
    ],
)
def test_refusals(f, x, h, error, message):
    with pytest.raises(error, match=message):
        numerical_gradient(f, x, h)
