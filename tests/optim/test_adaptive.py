"""Adagrad, Adadelta and RMSprop: against torch, against the formulas, and ONNX's reference cases."""

import numpy as np
import pytest

import optim
from autograd_core import Tensor
from tests.optim.runs import agrees_with_formula, agrees_with_torch, combined, trained

ADAGRAD = combined(
    "Adagrad",
    [
        {},
        {"lr": 0.5, "lr_decay": 0.1, "eps": 1e-3},
        {"lr": 0.5, "initial_accumulator_value": 0.3, "eps": 0.0},
        {"lr": 0.5, "weight_decay": 0.1, "maximize": True},
    ],
)


def adagrad(
    p,
    gs,
    lr=0.01,
    lr_decay=0.0,
    weight_decay=0.0,
    initial_accumulator_value=0.0,
    eps=1e-10,
    maximize=False,
):
    h = np.full_like(p, initial_accumulator_value)
    for t, g in enumerate(gs):
        g = (-g if maximize else g) + weight_decay * p
        h = h + g**2
        p = p - lr / (1 + t * lr_decay) * g / (np.sqrt(h) + eps)
    return p


@pytest.mark.parametrize("options", ADAGRAD)
def test_adagrad_is_torchs_and_the_formula(options):
    agrees_with_torch("Adagrad", **options)
    agrees_with_formula("Adagrad", adagrad, **options)


ADADELTA = combined(
    "Adadelta",
    [
        {},
        {"lr": 0.5, "rho": 0.7, "eps": 1e-3},
        {"rho": 0.0},
        {"lr": 5.0, "weight_decay": 0.1, "maximize": True},
    ],
)


def adadelta(p, gs, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
    """Algorithm 1 of Zeiler: RMS[x] = √(E[x²] + ε)."""
    squares = moves = np.zeros_like(p)
    for g in gs:
        g = (-g if maximize else g) + weight_decay * p
        squares = rho * squares + (1 - rho) * g**2
        move = -np.sqrt(moves + eps) / np.sqrt(squares + eps) * g
        moves = rho * moves + (1 - rho) * move**2
        p = p + lr * move
    return p


@pytest.mark.parametrize("options", ADADELTA)
def test_adadelta_is_torchs_and_the_formula(options):
    agrees_with_torch("Adadelta", **options)
    agrees_with_formula("Adadelta", adadelta, **options)


RMSPROP = combined(
    "RMSprop",
    [
        {},
        {"lr": 0.05, "alpha": 0.7, "eps": 1e-3},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "centered": True, "alpha": 0.9},
        {"lr": 0.05, "centered": True, "alpha": 0.9, "momentum": 0.9, "weight_decay": 0.1},
        {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
    ],
)


def rmsprop(
    p,
    gs,
    lr=0.01,
    alpha=0.99,
    eps=1e-8,
    weight_decay=0.0,
    momentum=0.0,
    centered=False,
    maximize=False,
):
    h = m = b = np.zeros_like(p)
    for g in gs:
        g = (-g if maximize else g) + weight_decay * p
        h = alpha * h + (1 - alpha) * g**2
        m = alpha * m + (1 - alpha) * g
        b = momentum * b + g / (np.sqrt(h - m**2 if centered else h) + eps)
        p = p - lr * b
    return p


@pytest.mark.parametrize("options", RMSPROP)
def test_rmsprop_is_torchs_and_the_formula(options):
    agrees_with_torch("RMSprop", **options)
    agrees_with_formula("RMSprop", rmsprop, **options)


def test_a_variance_that_rounding_makes_negative_is_0():
    """With the same gradient again and again h − m² comes to 0 from both sides; its root stays a number."""
    for dtype in (np.float32, np.float64):
        p = Tensor(np.zeros(4, dtype), True)
        opt = optim.RMSprop([p], lr=1e-12, centered=True, alpha=0.3)
        for _ in range(60):
            p.grad = np.array([0.1, 0.3, 0.7, 1.1])
            opt.step()
        assert np.isfinite(p.numpy()).all()


@pytest.mark.parametrize("name", ["Adagrad", "Adadelta", "RMSprop"])
def test_a_gradient_of_0_moves_nothing(name):
    np.testing.assert_array_equal(trained(getattr(optim, name), [1.0], [[0.0]] * 3), [1.0])


def test_slots_are_those_of_the_settings():
    p = Tensor([1.0], True)
    p.grad = [1.0]
    for options, slots in (
        ({}, set()),
        ({"centered": True}, {"grad_avg"}),
        ({"momentum": 0.5}, {"momentum_buffer"}),
        ({"momentum": 0.5, "centered": True}, {"momentum_buffer", "grad_avg"}),
    ):
        opt = optim.RMSprop([p], **options)
        opt.step()
        assert set(opt.state_dict()["state"][0]) == {"t", "square_avg"} | slots


# ---- ONNX: the operator of ai.onnx.preview.training, version 1 ---------------------------------------------


# (x, g, h) of every parameter; norm_coefficient = 0.001, ε = 1e-5, decay_factor = 0.1, R = 0.1, T = 0
ADAGRAD_CASES = {
    "test_adagrad": [([1.0], [-1.0], [2.0])],
    "test_adagrad_multiple": [([1.0], [-1.0], [2.0]), ([1.0, 2.0], [-1.0, -3.0], [4.0, 1.0])],
}
ADAGRAD_RESULTS = {
    "test_adagrad": [([1.05769618], [2.998001])],
    "test_adagrad_multiple": [
        ([1.05769618], [2.998001]),
        ([1.04468537, 2.0948617], [4.998001, 9.988004]),
    ],
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", ADAGRAD_CASES)
def test_onnx(case, dtype):
    """The inputs are ONNX's, the results its formula written out in NumPy."""
    params = [Tensor(np.array(x, dtype), True) for x, _, _ in ADAGRAD_CASES[case]]
    opt = optim.Adagrad(params, 0.1, 0.1, 0.001, eps=1e-5)
    state = opt.state_dict()
    state["state"] = [{"t": 0, "sum": h} for *_, h in ADAGRAD_CASES[case]]
    opt.load_state_dict(state)
    for p, (_, g, _) in zip(params, ADAGRAD_CASES[case], strict=True):
        p.grad = np.array(g, dtype)
    opt.step()
    for p, s, (x, h) in zip(params, opt.state_dict()["state"], ADAGRAD_RESULTS[case], strict=True):
        assert p.dtype == dtype
        np.testing.assert_allclose(p.numpy(), x, rtol=1e-6)
        np.testing.assert_allclose(s["sum"], h, rtol=1e-6)
