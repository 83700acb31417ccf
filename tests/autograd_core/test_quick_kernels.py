"""Kernels that for speed go another way than NumPy's plain one: the same to the last bit, or as right."""

import math

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.ops import error_kernels
from autograd_core.ops.exponentials import logistic, sigmoid
from autograd_core.ops.products import matmul
from autograd_core.ops.reductions import spread

rng = np.random.default_rng(0)
LIMITS = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -800.0, 800.0, -20.0, 17.0])


def same_bits(found, wanted):
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(wanted))


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "longdouble", "int8", "uint8", "bool"])
def test_sigmoid_is_its_definition_or_the_exponential(kind):
    for x in (LIMITS, 10 * rng.standard_normal((40, 50)).T, np.zeros((0, 3)), np.array(-3.0)):
        x = (x if kind[0] in "fl" else np.nan_to_num(x.clip(-9, 9)).round()).astype(kind)
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            z = sigmoid(x)
        y = x * 1.0
        with np.errstate(over="ignore"):
            e = np.exp(-y)
        wanted = np.where(np.isinf(e), np.exp(np.minimum(y, 0)), 1 / (1 + e))
        assert (z.dtype, z.ndim) == (wanted.dtype, wanted.ndim)
        np.testing.assert_array_equal(z, wanted)
        if z.ndim and z.dtype == x.dtype:
            room = np.empty_like(x)
            logistic(x, room)
            np.testing.assert_array_equal(room, wanted)


def test_sigmoid_of_a_number_is_a_number():
    assert type(sigmoid(0.5)) is type(sigmoid(1)) is type(sigmoid(-1000)) is float
    assert type(sigmoid(np.float32(0.5))) is np.float32
    assert type(sigmoid(np.array(-800.0))) is np.float64
    for twenty in (np.array([-20], np.int8), [-20]):
        np.testing.assert_allclose(sigmoid(twenty), [np.exp(-20.0)], rtol=1e-7)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_sigmoid_is_right_where_it_is_tiny_and_does_not_depend_on_its_neighbours(kind):
    x = np.linspace(-720 if kind is np.float64 else -100, 40, 10001).astype(kind)
    exact = 1 / (1 + np.exp(-x.astype(np.longdouble)))
    with np.errstate(all="raise", under="ignore"):
        z = sigmoid(x)
        alone = [sigmoid(x[i : i + 1])[0] for i in range(0, len(x), 500)]
    assert np.all(np.abs(z - exact) <= 4 * np.spacing(exact.astype(kind)))
    np.testing.assert_array_equal(z[::500], alone)


SCALE = {
    "softplus": lambda x: np.logaddexp(x, 0),
    "logsigmoid": lambda x: -np.logaddexp(-x, 0),
    "elu": lambda x: np.where(x > 0, x, 1.5 * np.expm1(np.minimum(x, 0))),
}


@pytest.mark.parametrize("name", SCALE)
@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "longdouble", "int8"])
def test_many_numbers_are_as_right_as_few(name, kind):
    words = {"alpha": 1.5} if name == "elu" else {}
    x = np.concatenate([np.linspace(-9, 9, 4000), 10 * rng.standard_normal(4001), LIMITS])
    x = (x if kind[0] in "fl" else np.nan_to_num(x.clip(-9, 9)).round()).astype(kind)[::-1]
    with np.errstate(over="raise", divide="raise", invalid="ignore"):  # NumPy minds NaN in logaddexp
        many = getattr(ac, name)(x.reshape(89, -1), **words)
        few = np.concatenate([getattr(ac, name)(x[i : i + 89], **words) for i in range(0, len(x), 89)])
        wanted = SCALE[name](x.astype(np.longdouble))
        compiled = ac.compile(lambda x: getattr(ac, name)(x, **words))(x.reshape(89, -1))
    assert (many.dtype, many.shape) == (few.dtype, (89, len(x) // 89))
    for found in (many.ravel(), few):
        there = np.isfinite(wanted)
        np.testing.assert_array_equal(found[~there], wanted[~there])
        room = 3 * np.spacing(np.abs(wanted[there]).astype(found.dtype))
        assert np.all(np.abs(found[there] - wanted[there]) <= room)
    np.testing.assert_array_equal(compiled, many)
    same_bits(compiled[many == many], many[many == many])  # a NaN may have any sign


def test_elu_promotes_its_scale_as_numpy_does_and_keeps_the_sign_of_zero():
    x = np.ones(3, np.float32)
    assert ac.elu(x, np.float64(1.5)).dtype == ac.elu(Tensor(x), Tensor(1.5)).dtype == np.float64
    assert ac.elu(x, 1.5).dtype == np.float32
    assert ac.elu(np.ones(3), np.longdouble(1.5)).dtype == np.longdouble
    with np.errstate(over="ignore", invalid="ignore"):
        np.testing.assert_array_equal(ac.elu(np.array([-1.0, 1.0], np.float32), 1e39), [-np.inf, 1.0])
    for n in (1, 5000):
        assert np.signbit(ac.elu(np.full(n, -0.0))).all()


@pytest.mark.parametrize(("kind", "units"), [("float32", 6), ("float64", 3.5)])
def test_the_error_functions_are_right_everywhere(kind, units):
    size = np.concatenate([np.linspace(0, 1e-3, 500), np.linspace(0, 6, 3000), np.linspace(6, 26, 500)])
    x = np.concatenate([size, -size]).astype(kind)
    for name in ("erf", "erfc"):
        wanted = np.array([getattr(math, name)(float(v)) for v in x])
        found = getattr(ac, name)(x)
        there = np.abs(wanted) >= np.finfo(kind).tiny
        room = (units + 1) * np.spacing(np.abs(wanted).astype(kind))  # the C library errs by one too
        assert np.all(np.abs(found - wanted)[there] <= room[there])
    for zero in (np.zeros(1, kind), -np.zeros(1, kind), np.zeros(20_000, kind)):
        assert set(ac.erfc(zero).tolist()) == {1.0}
        same_bits(ac.erf(zero), zero)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_the_error_functions_do_not_depend_on_the_block(name, kind):
    x = np.concatenate([3 * rng.standard_normal(9099), np.linspace(-1.1, 1.1, 9000), LIMITS]).astype(kind)
    with np.errstate(all="raise", under="ignore"):
        z = getattr(ac, name)(x)
        alone = np.concatenate([getattr(ac, name)(x[i : i + 1]) for i in range(0, len(x), 7)])
        turned = getattr(ac, name)(x.reshape(-1, 3).T)
    same_bits(z[::7], alone)
    same_bits(turned.T.ravel(), z)
    room = np.empty((2, len(x)), kind)
    for place in (room[0], np.empty((len(x), 2), kind)[:, 1]):  # the second with gaps
        getattr(error_kernels, name)(x, place)
        same_bits(place, z)
    compiled = ac.compile(lambda x: getattr(ac, name)(2 * x))
    same_bits(compiled(x / 2), z)
    same_bits(compiled(x[::-1] / 2), z[::-1])


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "longdouble", "int32", "bool"])
@pytest.mark.parametrize(("n", "m"), [(100, 70), (1, 1), (0, 4), (4, 0), (2, 3)])
def test_a_column_times_a_row_is_their_product(kind, n, m):
    x = (5 * rng.standard_normal((n, 1))).astype(kind)
    y = (5 * rng.standard_normal((1, m))).astype(kind)
    for a, b in ((x, y), (y.T, x.T), (x[::-1], y[:, ::-1])):
        same_bits(matmul(a, b), np.matmul(a, b))


def test_a_column_times_a_row_keeps_infinities_and_the_sign_of_zeros():
    x, y = LIMITS[:, None], LIMITS[None, ::-1]
    with np.errstate(invalid="ignore"):
        found, wanted = matmul(x, y), np.matmul(x, y)
    same_bits(found[wanted == wanted], wanted[wanted == wanted])
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))


@pytest.mark.parametrize("x", [np.float32(2), np.array(2.5), np.array(3)])
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (4, 5)])
def test_a_number_is_spread_as_numpy_broadcasts_it(x, shape):
    z = spread(x, shape=shape, axis=tuple(range(-len(shape), 0)), keepdims=False)
    wanted = np.broadcast_to(x, shape)
    same_bits(z, wanted)
    assert z.strides == wanted.strides
    assert not z.flags.writeable


@pytest.mark.parametrize(
    ("n", "k", "m"), [(3, 2, 4), (100, 100, 100), (64, 10, 100), (48, 112, 50), (113, 100, 100)]
)
def test_gradients_of_products_of_many_sizes(n, k, m):
    rng = np.random.default_rng(n + k + m)
    x, w, g = rng.normal(size=(n, k)), rng.normal(size=(k, m)), rng.normal(size=(n, m))
    a, b = (Tensor(array.astype(np.float32), requires_grad=True) for array in (x, w))
    (a @ b).backward(g.astype(np.float32))
    np.testing.assert_allclose(a.grad.numpy(), g @ w.T, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(b.grad.numpy(), x.T @ g, rtol=1e-4, atol=1e-4)
    assert a.grad.dtype == b.grad.dtype == np.float32


def test_matrices_that_do_not_fit_are_refused_in_the_words_of_the_product():
    with pytest.raises(ValueError, match="matmul"):
        ac.matmul(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        Tensor(np.ones((2, 3))) @ np.ones((2, 3))


def test_a_joint_rule_gives_one_gradient_per_argument():
    for count in (1, 3):
        row = ac.fused(
            f"joint_of_{count}",
            lambda x, y: x + y,
            joint=lambda g, z, x, y, count=count: [g] * count,
            meaning=lambda x, y: x + y,
        )
        x, y = (Tensor(np.ones(3), requires_grad=True) for _ in range(2))
        with pytest.raises(ValueError, match="zip"):
            row(x, y).sum().backward()
        assert x.grad is y.grad is None
