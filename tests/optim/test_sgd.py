"""SGD, Momentum and Nesterov: against torch, against formulas, and ONNX's reference cases."""

import numpy as np
import pytest

import nn
import optim
from autograd_core import Tensor
from tests.optim.runs import START, agrees_with_formula, agrees_with_torch, combined, gradients, trained

OPTIONS = combined(
    "SGD",
    [
        {},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.05, "maximize": True, "weight_decay": 0.1},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
        {"lr": 0.05, "momentum": 0.9, "dampening": -0.5, "maximize": True},
        {"lr": 0.05, "momentum": 0.9, "nesterov": True},
        {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.0},
    ],
)


def sgd(p, gs, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
    b = None
    for g in gs:
        g = (-g if maximize else g) + weight_decay * p
        b = g if b is None else momentum * b + (1 - dampening) * g
        p = p - lr * (g + momentum * b if nesterov else b if momentum else g)
    return p


@pytest.mark.parametrize("options", OPTIONS)
def test_sgd_is_torchs(options):
    agrees_with_torch("SGD", **options)


@pytest.mark.parametrize("options", OPTIONS[:-1])
def test_sgd_is_the_formula(options):
    agrees_with_formula("SGD", sgd, **options)


def test_by_position_the_settings_are_torchs():
    opt = optim.SGD([Tensor([1.0], True)], 0.1, 0.9, 0.0, 0.01, True)
    assert {k: v for k, v in opt.param_groups[0].items() if k != "params"} == {
        "lr": 0.1,
        "momentum": 0.9,
        "dampening": 0.0,
        "weight_decay": 0.01,
        "nesterov": True,
        "maximize": False,
    }
    with pytest.raises(TypeError):
        optim.SGD([Tensor([1.0], True)], 0.1, 0.9, 0.0, 0.01, True, True)


def test_plain_sgd_needs_no_memory_of_its_own():
    p = Tensor([1.0], True)
    p.grad = [1.0]
    for options, slots in (({}, set()), ({"momentum": 0.5}, {"momentum_buffer"})):
        opt = optim.SGD([p], **options)
        opt.step()
        assert set(opt.state_dict()["state"][0]) == {"t"} | slots


def test_gradient_descent_on_the_mean_of_a_batch():
    """Row 3.1-1: θ ← θ − λ ∂E/∂θ, where ∂E/∂θ is the mean of the gradients of the batch."""
    rng = np.random.default_rng(3)
    x, t = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))
    layer = nn.Linear(2, 1, dtype=np.float64, rng=0)
    w, b = layer.weight.numpy(), layer.bias.numpy()
    nn.HalfMSELoss()(layer(x), t).backward()
    optim.SGD(layer.parameters(), lr=0.1).step()
    single = [(x[n : n + 1] @ w + b - t[n : n + 1]) * x[n].reshape(2, 1) for n in range(8)]
    np.testing.assert_allclose(layer.weight.numpy(), w - 0.1 * np.mean(single, axis=0), rtol=1e-12)
    np.testing.assert_allclose(layer.bias.numpy(), b - 0.1 * np.mean(x @ w + b - t, axis=0), rtol=1e-12)


# ---- Momentum and Nesterov ---------------------------------------------------------------------------------


def momentum(p, gs, lr=0.01, momentum=0.9, form="lecture"):
    """The lecture's, with its signs; torch's with λ outside."""
    v = np.zeros_like(p)
    for g in gs:
        v = momentum * v - lr * g if form == "lecture" else momentum * v + g
        p = p + v if form == "lecture" else p - lr * v
    return p


FORMS = combined(
    "", [{}, {"lr": 0.05, "momentum": 0.5}, {"form": "torch"}, {"form": "torch", "lr": 0.05, "momentum": 0.5}]
)


@pytest.mark.parametrize("options", FORMS)
def test_momentum_is_the_formula(options):
    """Row 6.1-1: v ← αv − λg; θ ← θ + v, v₀ = 0."""
    agrees_with_formula("Momentum", momentum, **options)


def test_without_friction_it_is_gradient_descent():
    """Row 6.1-1: α = 0 is SGD."""
    for make in (optim.Momentum, optim.Nesterov):
        for form in ("lecture", "torch"):
            np.testing.assert_allclose(
                trained(make, START, gradients(), lr=0.1, momentum=0.0, form=form),
                trained(optim.SGD, START, gradients(), lr=0.1),
                rtol=1e-13,
            )


@pytest.mark.parametrize("alpha", [-0.1, 1.0, 1.5, float("nan")])
@pytest.mark.parametrize("make", [optim.Momentum, optim.Nesterov])
def test_momentum_is_between_0_and_1(make, alpha):
    """Row 6.1-1: 0 ≤ α < 1."""
    with pytest.raises(ValueError, match=rf"{make.__name__}: momentum is a number with 0 ≤ momentum < 1"):
        make([Tensor([1.0], True)], momentum=alpha)


def test_momentum_is_a_motion():
    """Row 6.1-3: Δv = −(1 − α) v − λ g, so 1 − α is the friction and −λ g the force."""
    lr, alpha = 0.1, 0.7
    p = Tensor([0.0], True)
    opt = optim.Momentum([p], lr=lr, momentum=alpha)
    places, forces = [0.0], np.array([1.0, 1.0, -2.0, 0.0, 0.0, 0.0])
    for g in -forces / lr:
        p.grad = [g]
        opt.step()
        places.append(float(p[0]))
    v = np.diff(places)
    np.testing.assert_allclose(np.diff(v), -(1 - alpha) * v[:-1] + forces[1:], atol=1e-12)
    # without a force only friction is left: the speed falls by the factor α
    np.testing.assert_allclose(v[-2:] / v[-3:-1], alpha)


def nesterov(phi, gradient, steps, lr, momentum):
    """As Sutskever writes it: the gradient is taken at φ + αv, and φ is the parameter."""
    v = np.zeros_like(phi)
    track = []
    for _ in range(steps):
        v = momentum * v - lr * gradient(phi + momentum * v)
        phi = phi + v
        track.append(phi + momentum * v)
    return track


@pytest.mark.parametrize("form", ["lecture", "torch"])
def test_nesterov_takes_the_gradient_ahead(form):
    """θ is the point ahead of φ by αv."""
    curve = np.array([2.0, 20.0])
    p = Tensor([10.0, 1.0], True)
    opt = optim.Nesterov([p], lr=0.02, momentum=0.8, form=form)
    for theta in nesterov(np.array([10.0, 1.0]), lambda x: curve * x, 30, 0.02, 0.8):
        p.grad = curve * p.numpy()
        opt.step()
        np.testing.assert_allclose(p.numpy(), theta, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("make", [optim.Momentum, optim.Nesterov])
def test_torchs_form_is_that_of_its_sgd(make):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    p = torch.tensor(START, requires_grad=True)
    opt = torch.optim.SGD([p], lr=0.05, momentum=0.9, nesterov=make is optim.Nesterov)
    q = Tensor(START, True)
    with nn.convention("torch"):
        ours = make([q], lr=0.05, momentum=0.9)
    for i, g in enumerate(gradients()):
        ours.lr = opt.param_groups[0]["lr"] = 0.05 / (1 + i)  # the forms differ where λ changes
        p.grad, q.grad = torch.tensor(g), g
        opt.step()
        ours.step()
    np.testing.assert_allclose(q.numpy(), p.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("make", [optim.Momentum, optim.Nesterov])
def test_the_forms_differ_when_the_learning_rate_changes(make):
    def trained(form, rates):
        p = Tensor([0.0], True)
        opt = make([p], momentum=0.5, form=form)
        for lr in rates:
            opt.lr = lr
            p.grad = [1.0]
            opt.step()
        return float(p[0])

    assert trained("lecture", [0.1, 0.1]) == pytest.approx(trained("torch", [0.1, 0.1]))
    if make is optim.Momentum:
        assert trained("lecture", [0.1, 0.01]) == pytest.approx(-0.1 - (0.05 + 0.01))
        assert trained("torch", [0.1, 0.01]) == pytest.approx(-0.1 - 0.01 * (0.5 + 1))
    assert trained("lecture", [0.1, 0.01]) != pytest.approx(trained("torch", [0.1, 0.01]))


@pytest.mark.parametrize("make", [optim.Momentum, optim.Nesterov])
def test_the_form_is_the_lectures_and_inside_of_torchs_convention_torchs(make):
    def form(**options):
        return make([Tensor([1.0], True)], **options).param_groups[0]["form"]

    assert form() == "lecture"
    with nn.convention("torch"):
        assert form() == "torch"
        assert form(form="lecture") == "lecture"
        assert repr(make([Tensor([1.0], True)])).startswith(
            f"{make.__name__}(lr=0.01, momentum=0.9, form='torch')"
        )
    with pytest.raises(ValueError, match="form is 'lecture' or 'torch', got 'other'"):
        form(form="other")


# ---- ONNX: operators of ai.onnx.preview.training, version 1, test_momentum and others ----------------------


MOMENTUM_CASES = {
    # (norm_coefficient, α, β, x, g, v) of every parameter; T = 0, so that β counts as 1
    "test_momentum": [(0.001, 0.95, 0.1, [1.2, 2.8], [-0.94, -2.5], [1.7, 3.6])],
    "test_nesterov_momentum": [(0.01, 0.95, 1.0, [1.2, 2.8], [-0.94, -2.5], [1.7, 3.6])],
    "test_momentum_multiple": [
        (0.001, 0.95, 0.85, [1.0], [-1.0], [2.0]),
        (0.001, 0.95, 0.85, [1.0, 2.0], [-1.0, -3.0], [4.0, 1.0]),
    ],
}
MOMENTUM_RESULTS = {
    "test_momentum": [([1.13238, 2.70772], [0.6762, 0.9228])],
    "test_nesterov_momentum": [([1.227535, 2.95714], [0.687, 0.948])],
    "test_momentum_multiple": [([0.9099], [0.901]), ([0.7199, 2.2048], [2.801, -2.048])],
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", MOMENTUM_CASES)
def test_onnx(case, dtype):
    """The inputs are ONNX's, the results its formula written out in NumPy."""
    look_ahead = "nesterov" in case
    params = [Tensor(np.array(x, dtype), True) for *_, x, _, _ in MOMENTUM_CASES[case]]
    decay, alpha = MOMENTUM_CASES[case][0][:2]
    opt = optim.SGD(params, lr=0.1, momentum=alpha, weight_decay=decay, nesterov=look_ahead)
    state = opt.state_dict()
    state["state"] = [{"t": 1, "momentum_buffer": np.array(v, dtype)} for *_, v in MOMENTUM_CASES[case]]
    opt.load_state_dict(state)
    for p, (*_, g, _) in zip(params, MOMENTUM_CASES[case], strict=True):
        p.grad = np.array(g, dtype)
    opt.step()
    after = opt.state_dict()["state"]
    for p, s, (x, v) in zip(params, after, MOMENTUM_RESULTS[case], strict=True):
        assert p.dtype == dtype
        np.testing.assert_allclose(p.numpy(), x, rtol=1e-6)
        np.testing.assert_allclose(s["momentum_buffer"], v, rtol=1e-6)
