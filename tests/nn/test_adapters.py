"""from_layer: hand-written layers in a model, against the same model made of modules."""

import copy
from functools import partial

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from autograd_core.testing import check_layer
from tests.autograd_core.testing.lecture_layers import Affine, HalfMSE, Sigmoid, SigmoidWithLoss


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        dout *= self.mask  # in place: what is given to it is its own
        return dout


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.y, self.t = e / np.sum(e, axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y)) / self.y.shape[0]

    def backward(self, dout=1):
        return (self.y - self.t) / self.y.shape[0]


class BatchNorm:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta
        self.running_mean = np.zeros_like(beta)

    def forward(self, x, train_flg=True):
        if not train_flg:
            return (x - self.running_mean) * self.gamma + self.beta
        mu, v = x.mean(axis=0), x.var(axis=0)
        self.running_mean = 0.9 * self.running_mean + 0.1 * mu
        self.sigma = np.sqrt(v + 1e-8)
        self.xn = (x - mu) / self.sigma
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        c, d = dout.mean(axis=0), np.mean(self.xn * dout, axis=0)
        return self.gamma / self.sigma * (dout - c - self.xn * d)


class Dropout:
    def __init__(self, p=0.5):
        self.p, self.training = p, True
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        if not self.training:
            return x * (1 - self.p)
        self.mask = self.rng.random(x.shape) > self.p
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def targets(n=6, classes=3):
    return np.eye(classes)[np.random.default_rng(5).integers(0, classes, n)]


LOSSES = {
    "regression": (HalfMSE, nn.HalfMSELoss(), numbers(6, 3, seed=4)),
    "sigmoid": (
        SigmoidWithLoss,
        lambda a, t: -ac.sum(t * ac.logsigmoid(a) + (1 - t) * ac.logsigmoid(-a)) / len(a),
        targets(),
    ),
    "softmax": (SoftmaxWithLoss, nn.CrossEntropyLoss(), targets()),
}


@pytest.mark.parametrize("which", LOSSES)
def test_the_six_layers(which):
    """Rows 5.1-1, 5.1-2: affine, sigmoid, ReLU and three losses, each a class with forward and backward, give
    what the modules of the library give."""
    by_hand, criterion, t = LOSSES[which]
    W, b, V, c = numbers(4, 5), numbers(5, seed=1), numbers(5, 3, seed=2), numbers(3, seed=3)
    for own, activation in ((Sigmoid, nn.Sigmoid()), (ReLU, nn.ReLU())):
        first, last = Affine(W, b), Affine(V, c)
        layers = nn.Sequential(*(nn.from_layer(layer) for layer in (first, own(), last)))
        rightful = nn.Sequential(nn.Linear(4, 5, dtype=float), activation, nn.Linear(5, 3, dtype=float))
        for module, values in ((rightful[0], (W, b)), (rightful[2], (V, c))):
            module.weight.data, module.bias.data = values
        x, y = (Tensor(numbers(6, 4, seed=9), True) for _ in range(2))
        one = nn.from_layer(by_hand())(layers(x), t)
        two = criterion(rightful(y), t)
        (3 * one).backward()  # the gradient that arrives at a loss counts too
        (3 * two).backward()
        np.testing.assert_allclose(one.item(), two.item(), rtol=1e-12)
        np.testing.assert_allclose(x.grad, y.grad, rtol=1e-9, atol=1e-12)
        for mine, theirs in zip(layers.parameters(), rightful.parameters(), strict=True):
            np.testing.assert_allclose(mine.grad, theirs.grad, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(first.dW, layers[0].W.grad)
        assert [name for name, _ in layers.named_parameters()] == ["0.W", "0.b", "2.W", "2.b"]
        assert check_layer(first, numbers(6, 4))


def test_parameters_are_the_layers_own_arrays():
    layer = Affine(numbers(4, 2).astype(np.float32), np.zeros(2, np.float32))
    module = nn.from_layer(layer)
    opt = optim.Momentum(module.parameters(), lr=0.1)
    x, t = numbers(30, 4).astype(np.float32), (numbers(30, 4)[:, 0] > 0).astype(int)
    losses = []
    for _ in range(30):
        opt.zero_grad()
        loss = nn.CrossEntropyLoss()(module(x), t)
        loss.backward()
        opt.step()
        losses.append(loss.item())
        np.testing.assert_array_equal(layer.W, module.W.numpy())
    assert losses[-1] < 0.5 * losses[0]
    assert module.W.grad.dtype == module(x).dtype == np.float32
    layer.W = np.ones((4, 2), np.float32)  # a new array
    np.testing.assert_array_equal(module(x).numpy(), np.repeat(x.sum(1, keepdims=True), 2, 1) + layer.b)
    layer.W *= 2  # in place
    np.testing.assert_array_equal(module.W.numpy(), np.full((4, 2), 2.0))
    module.load_state_dict({"W": np.zeros((4, 2)), "b": np.ones(2)})
    np.testing.assert_array_equal(module(x).numpy(), np.ones((30, 2)))
    np.testing.assert_array_equal(layer.W, np.zeros((4, 2)))
    twin = copy.deepcopy(module)
    twin.layer.W[...] = 5
    assert (module.W.numpy() == 0).all()
    assert (twin.W.numpy() == 5).all()


def test_a_network_with_batch_norm_and_dropout_trains():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 4))
    t = (x[:, 0] > x[:, 1]).astype(int)
    norm = BatchNorm(np.ones(16), np.zeros(16))
    model = nn.Sequential(
        nn.from_layer(Affine(rng.normal(size=(4, 16)), np.zeros(16))),
        nn.from_layer(norm),
        nn.ReLU(),
        nn.from_layer(Dropout(0.2)),
        nn.Linear(16, 2, dtype=float, rng=rng),
    )
    names = [name for name, _ in model.named_parameters()]
    assert names == ["0.W", "0.b", "1.gamma", "1.beta", "4.weight", "4.bias"]
    assert [p.is_weight for p in model.parameters()] == [True, False, False, False, True, False]
    made = nn.Trainer(
        model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.01), metrics="accuracy"
    )
    made.fit((x, t), epochs=15, batch_size=20, rng=0, progress=False)
    assert np.abs(norm.running_mean).sum() > 0
    before = norm.running_mean
    first, second = made.evaluate((x, t)), made.evaluate((x, t))  # nothing is drawn or moved
    assert first == second
    assert norm.running_mean is before
    assert first["accuracy"] > 0.75


def test_jacobians_call_backward_again_and_pictures_name_the_class():
    module = nn.from_layer(Affine(numbers(3, 2), numbers(2)))
    x = numbers(1, 3)
    J = ac.jacobian(module)(x)
    np.testing.assert_allclose(np.reshape(J, (2, 3)), module.layer.W.T)
    graph = ac.graph(nn.Sequential(module, nn.ReLU()), (5, 3))
    assert "Affine" in [node.op for node in graph.nodes if node.kind == "operation"]
    assert "Affine" in graph.source


def test_a_backward_that_writes_into_dout_spoils_nothing():
    x = Tensor([[-1.0, 2.0]], True)
    (nn.from_layer(ReLU())(x) + x).sum().backward()
    np.testing.assert_array_equal(x.grad, [[1.0, 2.0]])


def test_what_it_cannot_do():
    module = nn.from_layer(Affine(numbers(3, 2), numbers(2)))
    x = Tensor(numbers(5, 3), True)
    with pytest.raises(ac.GradientError, match="Affine was written with a backward of its own"):
        ac.sum(module(x)).backward(create_graph=True)
    with pytest.raises(ac.GradientError, match="no forward mode"):
        ac.jvp(module, numbers(5, 3), numbers(5, 3))
    with pytest.raises(ac.GradientError, match="was called again since"):
        module(module(x) @ np.ones((2, 3))).sum().backward()
    y = module(x)
    module.layer.forward(numbers(2, 3))  # by hand
    with pytest.raises(ac.GradientError, match="was called again since"):
        y.sum().backward()

    class Half(Affine):
        def backward(self, dout):
            self.dW = np.dot(self.x.T, dout)

    with pytest.raises(ac.GradientError, match=r"Half\.backward gave none, and db is asked for"):
        nn.from_layer(Half(numbers(3, 2), numbers(2)))(numbers(5, 3)).sum().backward()

    class Turned(Affine):
        def backward(self, dout):
            super().backward(dout)
            self.dW = self.dW.T

    with pytest.raises(ac.GradientError, match=r"dW has the shape \(2, 3\), it should have \(3, 2\)"):
        nn.from_layer(Turned(numbers(3, 2), numbers(2)))(numbers(5, 3)).sum().backward()
    t = Tensor(targets(5, 2), True)
    with pytest.raises(ac.GradientError, match="the gradient of input 1 is asked for"):
        nn.from_layer(SoftmaxWithLoss())(numbers(5, 2), t).backward()


def test_what_is_no_layer():
    with pytest.raises(TypeError, match="object has no forward"):
        nn.from_layer(object())
    module = nn.from_layer(ReLU())
    module.backward = print
    with pytest.raises(TypeError, match="is a Module already"):
        nn.from_layer(module)
    with pytest.raises(TypeError, match=r"Affine\.x is a floating array, got NoneType"):
        nn.from_layer(Affine(numbers(3, 2), numbers(2)), params=["W", "x"])
    only = nn.from_layer(Affine(numbers(3, 2), numbers(2)), params=["W"])
    assert [name for name, _ in only.named_parameters()] == ["W"]

    class Bare:  # gradients appear in backward only
        forward, backward = Affine.forward, Affine.backward

        def __init__(self):
            self.W, self.b, self.moving_mean = numbers(3, 2), numbers(2), numbers(2)

    assert [name for name, _ in nn.from_layer(Bare()).named_parameters()] == ["W", "b"]
    assert repr(only) == "LayerModule(W (3, 2))"
    assert only.title() == "Affine"


def test_a_class_called_like_a_row_of_the_library():
    class sigmoid(Sigmoid):
        pass

    x = Tensor(numbers(2, 2), True)
    nn.from_layer(sigmoid())(x).sum().backward()
    np.testing.assert_allclose(x.grad, ac.grad(lambda v: ac.sum(ac.sigmoid(v)))(x.numpy()))
    assert partial(nn.from_layer, params=())(ReLU())(np.ones((2, 2), np.float32)).dtype == np.float32
