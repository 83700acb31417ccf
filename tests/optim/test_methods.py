"""SGD, Momentum and Adam against their formulas; section 6 of the lecture."""

import numpy as np
import pytest

import optim
from autograd_core import Tensor

OPTIONS = {
    "SGD": [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True},
    ],
    "Adam": [
        {},
        {"form": "lecture", "eps": 1e-3},
        {"betas": (0.5, 0.7), "eps": 1e-3, "weight_decay": 0.1, "maximize": True},
        {"amsgrad": True, "betas": (0.5, 0.7)},
    ],
}
CASES = [(name, options) for name, several in OPTIONS.items() for options in several]


def gradients(steps=20):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(3, 2)) * rng.choice([0.01, 1, 100]) for _ in range(steps)]


def trained(make, start, gs, **options):
    p = Tensor(start, True)
    opt = make([p], **options)
    for g in gs:
        p.grad = g
        opt.step()
    return p.numpy()


def sgd(p, gs, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
    b = None
    for g in gs:
        g = (-g if maximize else g) + weight_decay * p
        if momentum:
            b = g if b is None else momentum * b + (1 - dampening) * g
            g = g + momentum * b if nesterov else b
        p = p - lr * g
    return p


def adam(
    p, gs, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False, form="paper"
):
    b1, b2 = betas
    s = r = largest = np.zeros_like(p)
    for t, g in enumerate(gs, 1):
        g = (-g if maximize else g) + weight_decay * p
        s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g**2
        largest = np.maximum(largest, r)
        second = largest if amsgrad else r
        if form == "paper":
            p = p - lr * (s / (1 - b1**t)) / (np.sqrt(second / (1 - b2**t)) + eps)
        else:
            p = p - lr * np.sqrt(1 - b2**t) / (1 - b1**t) * s / (np.sqrt(second) + eps)
    return p


@pytest.mark.parametrize(("name", "options"), CASES)
def test_6_against_the_formula(name, options):
    start = np.random.default_rng(1).normal(size=(3, 2))
    formula = {"SGD": sgd, "Adam": adam}[name]
    ours = trained(getattr(optim, name), start, gradients(), lr=0.05, **options)
    np.testing.assert_allclose(ours, formula(start, gradients(), 0.05, **options), rtol=1e-12)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_against_torch(name, options):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    if options.get("form") == "lecture":
        pytest.skip("torch has no such form")
    start = np.random.default_rng(1).normal(size=(3, 2))
    p = torch.tensor(start, requires_grad=True)
    opt = getattr(torch.optim, name)([p], lr=0.05, **options)
    for g in gradients():
        p.grad = torch.tensor(g)
        opt.step()
    ours = trained(getattr(optim, name), start, gradients(), lr=0.05, **options)
    np.testing.assert_allclose(ours, p.detach().numpy(), rtol=1e-10)


def test_3_1_gradient_descent():
    np.testing.assert_allclose(trained(optim.SGD, [1.0, 2.0], [[1.0, -1.0]], lr=0.1), [0.9, 2.1])


def test_6_1_1_momentum_of_the_lecture():
    """v ← αv − λg, θ ← θ + v, v₀ = 0."""
    theta, v = np.array([10.0, 1.0]), np.zeros(2)
    p = Tensor(theta, True)
    opt = optim.Momentum([p], lr=0.005, momentum=0.8)
    for _ in range(30):
        (p[0] ** 2 + 100 * p[1] ** 2).backward()
        opt.step()
        opt.zero_grad()
        v = 0.8 * v - 0.005 * np.array([2, 200]) * theta
        theta = theta + v
    np.testing.assert_allclose(p.numpy(), theta, rtol=1e-12)


def test_6_1_1_without_friction_it_is_gradient_descent():
    gs = gradients()
    start = np.ones((3, 2))
    np.testing.assert_allclose(
        trained(optim.Momentum, start, gs, lr=0.1, momentum=0.0), trained(optim.SGD, start, gs, lr=0.1)
    )


def test_6_1_1_momentum_differs_from_torchs_when_the_learning_rate_changes():
    def with_change(make, **options):
        p = Tensor([0.0], True)
        opt = make([p], lr=0.1, **options)
        for lr in (0.1, 0.01):
            opt.lr = lr
            p.grad = [1.0]
            opt.step()
        return float(p[0])

    assert with_change(optim.Momentum, momentum=0.5) == pytest.approx(-0.1 - (0.05 + 0.01))
    assert with_change(optim.SGD, momentum=0.5) == pytest.approx(-0.1 - 0.01 * (0.5 + 1))


@pytest.mark.parametrize("g", [1e-6, 1e-8])
def test_6_2_first_steps_of_the_two_forms(g):
    """Their ε differ: with g = 1e-6 the steps are 9.9e-4 and 7.6e-4, with 1e-8 5.0e-4 and 3.1e-5."""
    paper = -trained(optim.Adam, [0.0], [[g]])[0]
    lecture = -trained(optim.Adam, [0.0], [[g]], form="lecture")[0]
    assert (f"{paper:.1e}", f"{lecture:.1e}") == {
        1e-6: ("9.9e-04", "7.6e-04"),
        1e-8: ("5.0e-04", "3.1e-05"),
    }[g]


def test_6_2_the_learning_rate_does_not_compound():
    """Overwriting λ in each step would leave almost none after 100 steps."""
    p = Tensor([0.0], True)
    opt = optim.Adam([p], form="lecture")
    for _ in range(100):
        p.grad = [1.0]
        opt.step()
    assert opt.lr == 1e-3
    np.testing.assert_allclose(p.numpy(), [-0.1], rtol=1e-4)


def test_6_2_adam_finds_the_minimum_of_the_lecture():
    p = Tensor([10.0, 1.0], True)
    opt = optim.Adam([p], lr=0.3)
    for _ in range(500):
        opt.zero_grad()
        (p[0] ** 2 + 100 * p[1] ** 2).backward()
        opt.step()
    np.testing.assert_allclose(p.numpy(), [0, 0], atol=1e-3)


def test_defaults_are_torchs_and_the_lectures():
    p = Tensor([1.0], True)
    adam = optim.Adam([p]).param_groups[0]
    assert (adam["lr"], adam["betas"], adam["eps"], adam["form"]) == (1e-3, (0.9, 0.999), 1e-8, "paper")
    assert optim.SGD([p]).lr == 1e-3
    assert (optim.Momentum([p]).lr, optim.Momentum([p]).param_groups[0]["momentum"]) == (0.01, 0.9)


def test_plain_sgd_needs_no_memory_of_its_own():
    p = Tensor([1.0], True)
    p.grad = [1.0]
    for options, slots in (({}, set()), ({"momentum": 0.5}, {"momentum_buffer"})):
        opt = optim.SGD([p], **options)
        opt.step()
        assert set(opt.state_dict()["state"][0]) == {"t"} | slots
