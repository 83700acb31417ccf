"""Batch normalisation; section 8 of the lecture."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from autograd_core.symbols import Symbol, gradient, slides
from nn.functional.standardizing import batch_norm

EPS = 0.1  # large, so that its place matters


def by_formula(x, w, b, axes, eps):
    """Section 8.2 in plain NumPy, with σ = √(v + ε)."""
    mean = x.mean(axis=axes, keepdims=True)
    sigma = np.sqrt(((x - mean) ** 2).mean(axis=axes, keepdims=True) + eps)
    return w * (x - mean) / sigma + b


def numerical(f, x, h=1e-5):
    """The Jacobian of f at x by central differences."""
    columns = []
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        columns.append((np.asarray(f(x + step)) - np.asarray(f(x - step))) / (2 * h))
    jacobian = np.stack(columns, axis=-1)
    return jacobian.reshape(*jacobian.shape[:-1], *x.shape)


def arguments(shape):
    rng = np.random.default_rng(0)
    return rng.normal(size=shape), rng.normal(size=shape[-1]), rng.normal(size=shape[-1])


SHAPES = [(5, 3), (2, 4, 3)]


def row(shape, place):
    """The row as a function of one of its arguments."""
    axes = tuple(range(-len(shape), -1))

    def f(a):
        values = list(arguments(shape))
        values[place] = a
        return batch_norm(*values, axes=axes, eps=EPS)

    return f, arguments(shape)[place]


def test_8_1_standardises_and_then_gives_mean_beta_and_variance_gamma_squared():
    """Row 8.1-1: 10 000 uniform numbers, standardised, then with mean 2 and variance 25."""
    layer = nn.BatchNorm(1)
    x = np.random.default_rng(0).uniform(size=(10_000, 1))
    y = layer(x).numpy()
    np.testing.assert_allclose([y.mean(), y.var()], [0, 1], atol=1e-5)
    layer.weight.data, layer.bias.data = [5.0], [2.0]
    y = layer(x).numpy()
    np.testing.assert_allclose([y.mean(), y.var()], [2, 25], rtol=1e-5)


def test_8_2_defaults_of_the_lecture():
    """Row 8.2-1: γ = 1 and β = 0 of the shape (K,), ε = 1e-8."""
    layer = nn.BatchNorm(3)
    np.testing.assert_array_equal(layer.weight.numpy(), np.ones(3))
    np.testing.assert_array_equal(layer.bias.numpy(), np.zeros(3))
    assert layer.eps == 1e-8
    assert repr(layer) == "BatchNorm(3, eps=1e-08, momentum=0.1)"


@pytest.mark.parametrize("shape", SHAPES)
def test_8_2_forward_has_the_biased_variance_and_epsilon_inside_the_root(shape):
    """Row 8.2-1: the variance is divided by N."""
    x, w, b = arguments(shape)
    axes = tuple(range(len(shape) - 1))
    layer = nn.BatchNorm(3, eps=EPS, dtype=float)
    layer.weight.data, layer.bias.data = w, b
    np.testing.assert_allclose(layer(x).numpy(), by_formula(x, w, b, axes, EPS), rtol=1e-12)


@pytest.mark.parametrize("eps", [1e-8, EPS])
def test_8_2_backward_is_the_formula_of_the_lecture(eps):
    """Row 8.2-2: dβ = Σ dY, dγ = Σ X̃ dY, dX = γ/σ (dY − c − X̃ d)."""
    x, w, b = arguments((5, 3))
    dY = np.random.default_rng(1).normal(size=(5, 3))
    x, w = Tensor(x, True), nn.Parameter(w)
    b = nn.Parameter(b)
    batch_norm(x, w, b, axes=(-2,), eps=eps).backward(dY)
    d = x.numpy() - x.numpy().mean(axis=0)
    sigma = np.sqrt((d**2).mean(axis=0) + eps)
    standard = d / sigma
    np.testing.assert_allclose(b.grad, dY.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(w.grad, (standard * dY).sum(axis=0), rtol=1e-12)
    c, e = dY.mean(axis=0), (standard * dY).mean(axis=0)
    np.testing.assert_allclose(x.grad, w.numpy() / sigma * (dY - c - standard * e), rtol=1e-12)


def test_8_2_the_scale_of_a_feature_meets_that_feature():
    """Row E6: y[n, k] = γ[k] x̃[n, k] + β[k]; with x̃[k, n] the shapes would not even fit."""
    x, w, b = arguments((5, 3))
    standard = batch_norm(x, 1.0, 0.0, axes=(-2,), eps=EPS)
    y = batch_norm(x, w, b, axes=(-2,), eps=EPS)
    for n in range(5):
        for k in range(3):
            assert y[n, k] == pytest.approx(w[k] * standard[n, k] + b[k], rel=1e-12)


@pytest.mark.parametrize(("eps", "low", "high"), [(1e-8, 3e-9, 1e-8), (0.1, 3e-2, 1e-1)])
def test_8_2_sigma_of_the_backward_formula_has_epsilon_inside(eps, low, high):
    """Row E7: exact with σ = √(v + ε); with √v off by 7e-9 for ε = 1e-8, by 6e-2 for ε = 0.1."""
    x, w, b = arguments((1000, 3))
    dY = np.random.default_rng(1).normal(size=x.shape)
    _, pullback = ac.vjp(lambda x: batch_norm(x, w, b, axes=(-2,), eps=eps), x)
    exact = pullback(dY)

    def formula(sigma):
        standard = (x - x.mean(axis=0)) / sigma
        return w / sigma * (dY - dY.mean(axis=0) - standard * (standard * dY).mean(axis=0))

    def error(sigma):
        return np.abs(formula(sigma) - exact).max() / np.abs(exact).max()

    assert error(np.sqrt(x.var(axis=0) + eps)) < 1e-13
    assert low < error(x.std(axis=0)) < high


def test_8_2_the_rule_prints_as_the_formula_of_the_lecture():
    """Row 8.2-2: the rule that runs is the formula that prints."""
    x, w, b = Symbol.input("x", (5, 3)), Symbol.input("γ", (3,)), Symbol.input("β", (3,))
    rules = [
        slides(gradient(batch_norm, i, [x, w, b], {"axes": (-2,), "eps": 1e-8}, letters={"n": "x̂"}))
        for i in range(3)
    ]
    assert rules == [
        "γ ⊙ s ⊙ (ḡ − mean(ḡ, axis 0) − x̂ ⊙ mean(ḡ ⊙ x̂, axis 0))",
        "sum(ḡ ⊙ x̂, axis 0)",
        "sum(ḡ, axis 0)",
    ]


def test_8_2_a_batch_of_one_gives_beta_and_leaves_the_running_statistics():
    """Row 8.2-3: N = 1."""
    layer = nn.BatchNorm(2)
    layer.bias.data = [3.0, 4.0]
    before = layer.state_dict()
    x = Tensor(np.array([[100.0, -7.0]], np.float32), True)
    y = layer(x)
    np.testing.assert_array_equal(y.numpy(), [[3, 4]])
    y.backward([[1, 2]])
    np.testing.assert_array_equal(x.grad, [[0, 0]])
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("place", [0, 1, 2], ids=["x", "gamma", "beta"])
def test_jacobian_hessian_and_tangents_agree_with_differences(shape, place):
    f, at = row(shape, place)
    rng = np.random.default_rng(2)
    jacobian = ac.jacobian(f)(at)  # one sweep of a stack of gradients
    np.testing.assert_allclose(jacobian, numerical(f, at), atol=1e-8)
    v = rng.normal(size=at.shape)
    np.testing.assert_allclose(ac.jvp(f, at, v)[1], np.tensordot(jacobian, v, at.ndim), atol=1e-12)
    c = rng.normal(size=shape)

    def single(a):
        return ac.sum(f(a) * c)

    hessian = ac.hessian(single)(at)
    np.testing.assert_allclose(hessian, numerical(ac.grad(single), at), atol=1e-8)
    np.testing.assert_allclose(ac.hvp(single, at, v), np.tensordot(hessian, v, at.ndim), atol=1e-12)


def test_the_kernel_and_the_meaning_agree():
    x, w, b = arguments((5, 3))
    z, found = batch_norm.with_residuals(x, w, b, axes=(-2,), eps=EPS)
    again, meant = batch_norm.meaning(x, w, b, axes=(-2,), eps=EPS)
    np.testing.assert_allclose(z, again, rtol=1e-12)
    assert set(found) == set(meant) == set(batch_norm.residuals)
    for name in found:
        np.testing.assert_allclose(found[name], meant[name], rtol=1e-12, atol=1e-15)


def test_second_order_of_a_wide_layer_has_all_that_the_meaning_reads():
    """More features than a node keeps of arrays that no rule reads."""
    layer = nn.BatchNorm(300, dtype=float)
    x = np.random.default_rng(0).normal(size=(4, 300))
    v = np.ones_like(x) * np.arange(4)[:, None]
    found = ac.hvp(lambda a: ac.sum(layer(a) ** 3), x, v)
    h = 1e-6
    gradient = ac.grad(lambda a: ac.sum(layer(a) ** 3))
    np.testing.assert_allclose(found, (gradient(x + h * v) - gradient(x - h * v)) / (2 * h), atol=1e-5)


def test_a_large_mean_costs_no_digits_of_the_variance():
    x = np.array([[1e6 + 1.0], [1e6 + 3.0]])
    np.testing.assert_allclose(nn.BatchNorm(1, dtype=float)(x).numpy(), [[-1], [1]], rtol=1e-6)


def test_running_statistics_move_by_momentum_with_the_biased_variance():
    layer = nn.BatchNorm(2, momentum=0.25, dtype=float)
    rng = np.random.default_rng(0)
    mean, variance = np.zeros(2), np.ones(2)
    for _ in range(3):
        x = rng.normal(size=(4, 2))
        layer(x)
        mean = 0.75 * mean + 0.25 * x.mean(axis=0)
        variance = 0.75 * variance + 0.25 * x.var(axis=0)
    np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), variance, rtol=1e-12)
    assert int(layer.num_batches_tracked) == 3


def test_prediction_uses_and_keeps_the_running_statistics():
    layer = nn.BatchNorm(2, eps=EPS, dtype=float).eval()
    layer.running_mean.data, layer.running_var.data = [1.0, 2.0], [4.0, 9.0]
    layer.weight.data, layer.bias.data = [2.0, 3.0], [5.0, 6.0]
    before = layer.state_dict()
    x = Tensor([[3.0, 4.0]], True)
    y = layer(x)
    sigma = np.sqrt([4 + EPS, 9 + EPS])
    np.testing.assert_allclose(y.numpy(), [[2 * 2 / sigma[0] + 5, 3 * 2 / sigma[1] + 6]], rtol=1e-12)
    y.sum().backward()
    np.testing.assert_allclose(x.grad, [[2, 3] / sigma], rtol=1e-12)
    np.testing.assert_allclose(layer.weight.grad, [2, 2] / sigma, rtol=1e-12)
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_graph_keeps_the_running_statistics_it_was_recorded_with():
    layer = nn.BatchNorm(1, dtype=float).eval()
    x = Tensor([[3.0]], True)
    y = layer(x)
    layer.running_var.data[:] = 100.0
    y.sum().backward()
    np.testing.assert_allclose(x.grad, [[1.0]], rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.BatchNorm(0), "num_features"),
        (lambda: nn.BatchNorm(2, eps=-1), "eps"),
        (lambda: nn.BatchNorm(2, momentum=2), "momentum"),
        (lambda: nn.BatchNorm(2)(np.ones((3, 4))), r"\(N, ..., 2\), got \(3, 4\)"),
        (lambda: nn.BatchNorm(2)(np.ones(2)), r"got \(2,\)"),
        (lambda: nn.BatchNorm(2)(np.ones((0, 2))), "empty"),
    ],
)
def test_wrong_settings_and_shapes_are_refused(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_torch_agrees():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    x, w, b = arguments((5, 3))
    theirs = torch.nn.functional.batch_norm(
        *(torch.tensor(a) for a in (x,)), None, None, torch.tensor(w), torch.tensor(b), True, eps=EPS
    )
    np.testing.assert_allclose(batch_norm(x, w, b, axes=(-2,), eps=EPS), theirs.numpy(), rtol=1e-10)


@pytest.mark.parametrize("setting", ["momentum", "eps"])
@pytest.mark.parametrize("wrong", ["0.1", [0.1, 0.2]])
def test_settings_are_numbers(setting, wrong):
    with pytest.raises(TypeError, match=f"BatchNorm: {setting} is a number, got "):
        nn.BatchNorm(2, **{setting: wrong})
