"""from_layer: running statistics of hand-written layers are in the state, so nothing is lost on the way."""

import copy

import numpy as np
import pytest

import nn
import optim
from tests.autograd_core.testing.lecture_layers import Affine


class BatchNormalization:
    """As books write it: the running statistics are None until the first call."""

    def __init__(self, gamma, beta, running_mean=None, running_var=None):
        self.gamma, self.beta, self.dgamma, self.dbeta = gamma, beta, None, None
        self.running_mean, self.running_var = running_mean, running_var

    def forward(self, x, train_flg=True):
        if self.running_mean is None:
            self.running_mean, self.running_var = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        if not train_flg:
            return self.gamma * (x - self.running_mean) / np.sqrt(self.running_var + 1e-6) + self.beta
        mu, v = x.mean(axis=0), x.var(axis=0)
        self.running_mean = 0.9 * self.running_mean + 0.1 * mu
        self.running_var = 0.9 * self.running_var + 0.1 * v
        self.sigma = np.sqrt(v + 1e-6)
        self.xn = (x - mu) / self.sigma
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta, self.dgamma = dout.sum(axis=0), np.sum(self.xn * dout, axis=0)
        return (
            self.gamma / self.sigma * (dout - dout.mean(axis=0) - self.xn * np.mean(self.xn * dout, axis=0))
        )


class InPlace(BatchNormalization):
    def forward(self, x, train_flg=True):
        before = self.running_mean
        out = super().forward(x, train_flg)
        if before is not None and train_flg:
            before[:] = self.running_mean
            self.running_mean = before
        return out


def data(n=60):
    x = np.random.default_rng(0).normal(2.0, 3.0, size=(n, 4))
    return x, (x[:, 0] > 2).astype(int)


def model(kind=BatchNormalization, **arrays):
    rng = np.random.default_rng(1)
    return nn.Sequential(
        nn.from_layer(Affine(rng.normal(size=(4, 5)), np.zeros(5))),
        nn.from_layer(kind(np.ones(5), np.zeros(5), **arrays)),
        nn.from_layer(Affine(rng.normal(size=(5, 2)), np.zeros(2))),
    )


def trainer(of, **settings):
    return nn.Trainer(of, nn.CrossEntropyLoss(), optim.Adam(of.parameters(), lr=0.05), **settings)


@pytest.mark.parametrize("kind", [BatchNormalization, InPlace])
@pytest.mark.parametrize("arrays", [{}, {"running_mean": np.zeros(5), "running_var": np.ones(5)}])
def test_running_statistics_are_saved_and_loaded(tmp_path, kind, arrays):
    x, t = data()
    first = model(kind, **copy.deepcopy(arrays))
    trainer(first).fit((x, t), epochs=3, batch_size=20, progress=False, rng=0)
    before = first.state_dict()
    kept = {name: array.copy() for name, array in before.items()}
    nn.save(before, tmp_path / "model.npz")
    second = model(kind, **copy.deepcopy(arrays))
    second.load_state_dict(nn.load(tmp_path / "model.npz"))
    expected = first.eval()(x).numpy()
    np.testing.assert_array_equal(second.eval()(x).numpy(), expected)
    assert second[1].layer.running_mean is not None
    # a state that was taken is nobody's any more
    first.train()(x)
    assert all(np.array_equal(before[name], kept[name]) for name in kept)
    first.load_state_dict(before)
    np.testing.assert_array_equal(first.eval()(x).numpy(), expected)


def test_a_run_is_resumed_bit_for_bit(tmp_path):
    x, t = data()
    whole = model()
    trainer(whole, run_dir=tmp_path / "whole").fit((x, t), epochs=6, batch_size=20, progress=False, rng=0)
    for epochs in (3, 6):
        parts = model()
        trainer(parts, run_dir=tmp_path / "parts").fit(
            (x, t), epochs=epochs, batch_size=20, progress=False, rng=0
        )
    for name, array in whole.state_dict().items():
        np.testing.assert_array_equal(parts.state_dict()[name], array, err_msg=name)


def test_a_state_from_before_the_first_call_goes_back_there():
    x, _ = data()
    m = model()
    start = m.state_dict()
    assert np.isnan(start["1.running_mean"]).all()
    m(x)
    m.load_state_dict(start)
    m(x)
    again = model()
    again(x)
    np.testing.assert_array_equal(m.state_dict()["1.running_var"], again.state_dict()["1.running_var"])
    assert [name for name, _ in m.named_parameters()] == ["0.W", "0.b", "1.gamma", "1.beta", "2.W", "2.b"]


def test_looking_at_a_model_leaves_the_statistics():
    x, _ = data()
    m = model()
    m(x)
    before = m.state_dict()
    nn.flow(m, x)
    np.testing.assert_array_equal(m.state_dict()["1.running_mean"], before["1.running_mean"])


def test_other_shapes_are_refused_at_the_first_call():
    layer = BatchNormalization(np.ones((1, 5)), np.zeros((1, 5)))
    with pytest.raises(
        ValueError, match=r"running_mean has the shape \(5,\), before it was \(1, 5\).*give it an array"
    ):
        nn.from_layer(layer)(np.ones((3, 5)))


def test_classes_and_whole_numbers_are_refused():
    with pytest.raises(TypeError, match=r"got the class: write Affine\(\.\.\.\)"):
        nn.from_layer(Affine)
    with pytest.raises(TypeError, match=r"Affine\.W is a floating array, got int64 \(4, 2\)"):
        nn.from_layer(Affine(np.ones((4, 2), dtype=np.int64), np.zeros(2)))


class Listed:
    """As some books write it: parameters and gradients in lists."""

    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        return dout @ self.params[0].T


class Slotted:
    __slots__ = ("W", "dW", "x")

    def __init__(self, W):
        self.W = W

    forward, backward = Affine.forward, Affine.backward


@pytest.mark.parametrize("kind", [Listed, Slotted])
def test_parameters_that_are_not_found_are_no_silent_loss(kind):
    with pytest.raises(TypeError, match=f"the parameters of {kind.__name__} are not found"):
        nn.from_layer(kind(np.ones((2, 2))))
