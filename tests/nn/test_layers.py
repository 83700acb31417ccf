"""The affine layer and the activations; numbers of the lecture's sections 3.6, 5.1 and 7.2."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor


def affine(W, b=None):
    W = np.array(W, float)
    layer = nn.Linear(*W.shape, bias=b is not None, dtype=float)
    layer.weight.data = W
    if b is not None:
        layer.bias.data = np.array(b, float)
    return layer


X, W, Y = [[2.0, -1.0, 1.0]], [[2, 0], [1, 1], [0, 4]], [[3, 3]]


def test_3_6_1_affine_with_the_loss_of_regression():
    layer, x = affine(W), Tensor(X, True)
    y = layer(x)
    error = nn.HalfMSELoss()(y, [[1, 2]])
    error.backward()
    np.testing.assert_array_equal(y.numpy(), Y)
    assert float(error) == 2.5
    np.testing.assert_array_equal(x.grad, [[4, 3, 4]])
    np.testing.assert_array_equal(layer.weight.grad, [[4, 2], [-2, -1], [2, 1]])


@pytest.mark.parametrize("target", [[[1, 0]], [0]], ids=["one-hot", "index"])
def test_3_6_2_affine_with_softmax_and_cross_entropy(target):
    layer, x = affine(W), Tensor(X, True)
    error = nn.CrossEntropyLoss()(layer(x), target)
    error.backward()
    np.testing.assert_allclose(float(error), np.log(2), rtol=1e-15)
    np.testing.assert_allclose(x.grad, [[-1, 0, 2]], rtol=1e-15)
    np.testing.assert_allclose(layer.weight.grad, [[-1, 1], [0.5, -0.5], [-0.5, 0.5]], rtol=1e-15)


def test_3_6_3_the_bias_gets_the_sum_over_the_batch():
    layer, x = affine(np.eye(2), [2, 1]), Tensor([[1.0, 3.0], [2.0, -1.0], [0.0, 1.0]], True)
    y = layer(x)
    y.backward([[1, 0], [0, -1], [1, 1]])
    np.testing.assert_array_equal(y.numpy(), [[3, 4], [4, 0], [2, 2]])
    np.testing.assert_array_equal(x.grad, [[1, 0], [0, -1], [1, 1]])
    np.testing.assert_array_equal(layer.bias.grad, [2, 0])


def test_5_1_affine_backward_is_the_formula_of_the_lecture():
    rng = np.random.default_rng(0)
    layer, x, dout = nn.Linear(3, 4, dtype=float, rng=0), rng.normal(size=(5, 3)), rng.normal(size=(5, 4))
    x = Tensor(x, True)
    layer(x).backward(dout)
    np.testing.assert_allclose(x.grad, dout @ layer.weight.numpy().T, rtol=1e-12)
    np.testing.assert_allclose(layer.weight.grad, x.numpy().T @ dout, rtol=1e-12)
    np.testing.assert_allclose(layer.bias.grad, dout.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("layer", "value", "slope"),
    [
        (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x)), lambda x, y: y * (1 - y)),
        (nn.ReLU(), lambda x: np.maximum(x, 0), lambda x, y: x > 0),
        (nn.Tanh(), np.tanh, lambda x, y: 1 - y**2),
    ],
    ids=["Sigmoid", "ReLU", "Tanh"],
)
def test_5_1_activations(layer, value, slope):
    x = Tensor([-2.0, -0.5, 0.0, 0.5, 3.0], True)
    y = layer(x)
    np.testing.assert_allclose(y.numpy(), value(x.numpy()), rtol=1e-14)
    y.backward(np.full(5, 2.0))
    np.testing.assert_allclose(x.grad, 2 * slope(x.numpy(), y.numpy()), rtol=1e-14)


def test_the_sigmoid_does_not_overflow():
    np.testing.assert_array_equal(nn.Sigmoid()(np.array([-1e4, 1e4])).numpy(), [0, 1])


def test_affine_is_linear_and_weights_are_in_out():
    assert nn.Affine is nn.Linear
    assert nn.Affine(3, 5).weight.shape == (3, 5)
    assert nn.Linear(3, 5, bias=False).bias is None
    assert nn.Linear(3, 5)(np.ones((2, 7, 3))).shape == (2, 7, 5)


def test_plain_integers_do_not_make_float64():
    layer = nn.Linear(2, 1)
    assert layer([[0, 1], [1, 1]]).dtype == layer(np.array([[0, 1]])).dtype == np.float32
    assert nn.BatchNorm(2)([[0, 1], [1, 1]]).dtype == np.float32


def test_the_uniform_start_is_torchs():
    layer = nn.Linear(400, 300, rng=0)
    r = 1 / 20
    for p in (layer.weight, layer.bias):
        assert abs(p.numpy()).max() <= r
        np.testing.assert_allclose(p.numpy().std(), r / np.sqrt(3), rtol=0.1)


def test_7_2_he_and_glorot_variances_with_zero_bias():
    for init, variance in (("he", 2 / 400), ("glorot", 2 / 700), (0.01, 1e-4)):
        layer = nn.Linear(400, 300, init=init, rng=0)
        np.testing.assert_allclose(layer.weight.numpy().var(), variance, rtol=0.02)
        np.testing.assert_array_equal(layer.bias.numpy(), 0)


def test_7_2_he_keeps_the_scale_through_layers_of_relu():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 100))
    model = nn.Sequential(
        *(m for _ in range(5) for m in (nn.Linear(100, 100, init="he", rng=rng), nn.ReLU()))
    )
    assert 0.5 < (model(x).numpy() ** 2).mean() < 2


def test_the_start_may_be_a_function():
    layer = nn.Linear(3, 2, init=lambda weight, rng: nn.init.constant_(weight, 7))
    np.testing.assert_array_equal(layer.weight.numpy(), 7)


def test_the_same_seed_gives_the_same_bits():
    a, b = nn.Linear(3, 2, rng=5), nn.Linear(3, 2, rng=np.random.default_rng(5))
    ac.manual_seed(5)
    c = nn.Linear(3, 2)
    for other in (b, c):
        np.testing.assert_array_equal(a.weight.numpy(), other.weight.numpy())
        np.testing.assert_array_equal(a.bias.numpy(), other.bias.numpy())


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((0, 2), {}, "in_features"),
        ((2, 2.5), {}, "out_features"),
        ((True, 2), {}, "in_features"),
        ((2, 2), {"init": "magic"}, "'uniform', 'he', 'glorot'"),
        ((2, 2), {"init": -1.0}, "at least 0"),
    ],
)
def test_wrong_settings_are_refused(arguments, options, text):
    with pytest.raises(ValueError, match=text):
        nn.Linear(*arguments, **options)
