"""flow: variances by layer, measured and foretold."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def deep(init, activation, depth=6, size=200):
    rng = np.random.default_rng(0)
    layers = [m for _ in range(depth) for m in (nn.Linear(size, size, init=init, rng=rng), activation())]
    return nn.Sequential(*layers)


def data(n=300, size=200):
    return np.random.default_rng(1).normal(size=(n, size))


def test_the_variance_is_multiplied_by_n_times_v():
    """Row 7.2-3: each layer multiplies the variance by about N · V(w), the number of its inputs times the
    variance of its weight."""
    for sigma in (0.02, 0.0707, 0.2):
        table = nn.flow(deep(sigma, nn.Identity), data()).table()
        layers = [row for row in table.rows if row["theory"]]
        assert len(layers) == 6
        for row in layers:
            assert row["theory"] == pytest.approx(200 * sigma**2, rel=0.05)
            assert row["measured"] == pytest.approx(row["theory"], rel=0.2)
        assert layers[-1]["std"] == pytest.approx((200 * sigma**2) ** 3, rel=0.4)  # 6 layers, of the root
    uneven = nn.flow(nn.Linear(50, 400, init=0.1, rng=0), data(300, 50)).table().rows[1]
    assert uneven["theory"] == pytest.approx(0.5, rel=0.05)
    assert uneven["measured"] == pytest.approx(0.5, rel=0.1)
    he = [row for row in nn.flow(deep("he", nn.ReLU), data()).table().rows if row["theory"]]
    for row in he:
        assert row["measured"] == pytest.approx(row["theory"], rel=0.2)
        assert row["theory"] == pytest.approx(2, rel=0.05)


def test_values_and_gradients_are_those_of_the_model():
    model = nn.Sequential(nn.Linear(4, 5, rng=0), nn.Tanh(), nn.Linear(5, 3, rng=1)).astype(float)
    x, t = data(6, 4), np.array([0, 1, 2, 0, 1, 2])
    criterion = nn.CrossEntropyLoss()
    found = nn.flow(model, x, lambda y: criterion(y, t))
    W1, b1, W2, b2 = (p.numpy() for p in model.parameters())
    h = np.tanh(x @ W1 + b1)
    a = h @ W2 + b2
    np.testing.assert_allclose(found.activations["1"], h)
    np.testing.assert_allclose(found.activations["2"], a)
    p = np.exp(a) / np.exp(a).sum(1, keepdims=True)
    d = (p - np.eye(3)[t]) / 6
    np.testing.assert_allclose(found.gradients["2"], d)
    np.testing.assert_allclose(found.gradients["1"], d @ W2.T)
    np.testing.assert_allclose(found.gradients["x"], (d @ W2.T * (1 - h * h)) @ W1.T)
    row = found.table().rows[2]
    assert (row["layer"], row["module"]) == ("1", "Tanh")
    assert row["gradient"] == pytest.approx((d @ W2.T).std())
    assert all(p.grad is None for p in model.parameters())
    assert "measured" in str(found)


def test_nothing_is_left_behind():
    model = nn.Sequential(nn.Linear(4, 4, rng=0), nn.BatchNorm(4), nn.Dropout(0.5), nn.Linear(4, 2, rng=0))
    before = model.state_dict()
    ac.manual_seed(0)
    state = ac.generator().bit_generator.state
    with ac.no_grad():
        found = nn.flow(model, data(8, 4).astype(np.float32))
    assert ac.generator().bit_generator.state == state
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert not any(m._hooks.after for _, m in model.named_modules() if hasattr(m, "_hooks"))
    assert list(found.gradients) == ["x", "0", "1", "2", "3"]
    assert found.activations["1"].dtype == np.float32
    assert np.abs(found.gradients["3"].std() - 1) < 0.3  # what arrives without a loss


def test_shared_layers_indices_and_errors():
    class Net(nn.Module):
        def __init__(self):
            self.table, self.fc = nn.Embedding(5, 3, rng=0), nn.Linear(3, 3, rng=0)

        def forward(self, x):
            return self.fc(self.fc(self.table(x)))

    found = nn.flow(Net(), np.array([[0, 4], [1, 1]]))
    assert list(found.activations) == ["x", "table", "fc", "fc (2)"]
    assert found.table().rows[1]["theory"] is None  # indices are no activations
    with pytest.raises(TypeError, match="a Module is needed"):
        nn.flow(print, np.ones(2))

    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(TypeError, match="one Tensor, got a tuple"):
        nn.flow(Pair(), np.ones(2))


def test_plot():
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    found = nn.flow(deep("he", nn.ReLU, depth=3), data())
    assert found.plot(ax=axes) is axes
    blue, foretold, gradients = axes.lines
    np.testing.assert_allclose(blue.get_ydata(), found.table()["std"])
    assert axes.get_yscale() == "log"
    assert gradients.get_color() == nn.plot.GRADIENT
    rows = found.table().rows
    rms = [np.hypot(r["mean"], r["std"]) for r in rows]
    known = np.isfinite(foretold.get_ydata())
    np.testing.assert_array_equal(np.flatnonzero(known), [1, 3, 5])
    np.testing.assert_allclose(foretold.get_ydata()[3], np.sqrt(rows[3]["theory"]) * rms[2], rtol=1e-6)


def test_several_inputs():
    class Pair(nn.Module):
        def __init__(self):
            self.a, self.b = nn.Linear(4, 3, rng=0), nn.Linear(2, 3, rng=1)

        def forward(self, x, y):
            return self.a(x) + self.b(y)

    found = nn.flow(Pair(), (data(5, 4), data(5, 2)))
    assert list(found.activations) == ["x1", "x2", "a", "b"]
    assert [found.gradients[name].shape for name in ("x1", "x2")] == [(5, 4), (5, 2)]
    assert [row["measured"] is None for row in found.table().rows] == [True, True, False, False]
    one = nn.flow(nn.Linear(4, 3, rng=0), (data(5, 4),))
    assert list(one.activations) == ["x", "(model)"]
