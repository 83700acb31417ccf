"""The lecture's picture of section 6: f(x, y) = x² + 100 y² from (10, 1)."""

import numpy as np
import pytest

import optim
from autograd_core import Tensor


def f(p):
    return p[0] ** 2 + 100 * p[1] ** 2


def track(make, steps, decay=1.0, f=f, **options):
    """The points that an optimizer visits, the first one included."""
    p = Tensor([10.0, 1.0], True)
    opt = make([p], **options)
    points = [p.numpy()]
    for _ in range(steps):
        opt.zero_grad()
        f(p).backward()
        opt.step()
        opt.lr *= decay
        points.append(p.numpy())
    return np.array(points)


def values(points):
    return points[:, 0] ** 2 + 100 * points[:, 1] ** 2


STEEP = np.array([2.0, 200.0])


def test_gradient_descent_needs_a_small_learning_rate():
    """Row 6.1-2: each axis shrinks by 1 − 2λ and 1 − 200λ in a step, so λ < 2/200 = 0.01."""
    for lr in (0.002, 0.005, 0.0099, 0.01, 0.0101):
        points = track(optim.SGD, 40, lr=lr)
        wanted = np.array([10.0, 1.0]) * (1 - lr * STEEP) ** np.arange(41)[:, None]
        np.testing.assert_allclose(points, wanted, rtol=1e-11)
        size = np.abs(points[:, 1])
        assert size[-1] == pytest.approx(1.0) if lr == 0.01 else (size[-1] < 1) == (lr < 0.01)


def test_momentum_follows_its_recursion():
    """Row 6.1-2: for each axis (v, θ) ← M (v, θ) with M = [[α, −λh], [α, 1 − λh]]."""
    lr, alpha = 0.004, 0.8
    points = track(optim.Momentum, 40, lr=lr, momentum=alpha)
    for axis, (start, h) in enumerate(zip([10.0, 1.0], STEEP, strict=True)):
        m = np.array([[alpha, -lr * h], [alpha, 1 - lr * h]])
        wanted = [(np.linalg.matrix_power(m, n) @ [0.0, start])[1] for n in range(41)]
        np.testing.assert_allclose(points[:, axis], wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9])
def test_momentum_is_stable_for_larger_learning_rates(alpha):
    """Row 6.1-2: λ h < 2 (1 + α), with h = 200; 0.01 for α = 0."""
    limit = 2 * (1 + alpha) / 200
    assert np.abs(track(optim.Momentum, 600, lr=0.97 * limit, momentum=alpha)[-1, 1]) < 1
    assert np.abs(track(optim.Momentum, 600, lr=1.03 * limit, momentum=alpha)[-1, 1]) > 1


def test_momentum_arrives_earlier_than_gradient_descent():
    """Row 6.1-2: the red track reaches f < 0.01 in far fewer steps than the green one."""

    def steps(make, **options):
        return int(np.argmax(values(track(make, 1000, **options)) < 0.01))

    plain = steps(optim.SGD, lr=0.0095)
    momentum = steps(optim.Momentum, lr=0.0095, momentum=0.8)
    assert 0 < 2 * momentum < plain


def test_too_large_diverges_too_small_stalls_and_decay_gets_both():
    """Row 6.0-2: λ too large diverges, too small stalls; from coarse to fine it arrives."""
    start = values(track(optim.SGD, 0, lr=0.1))[0]
    assert values(track(optim.SGD, 100, lr=0.02))[-1] > 1e6 * start
    assert values(track(optim.SGD, 100, lr=1e-5))[-1] > 0.5 * start
    # where the slope does not get smaller, coarse steps do not come to rest, and fine ones do not arrive
    left = {}
    for name, lr, decay in (("coarse", 0.7, 1.0), ("fine", 0.007, 1.0), ("decayed", 0.7, 0.95)):
        points = track(optim.SGD, 100, decay, lambda p: abs(p[0]) + abs(p[1]), lr=lr)
        left[name] = np.abs(points[-5:]).max()
    assert left["coarse"] > 0.3
    assert left["fine"] > 9
    assert left["decayed"] < 0.01


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (optim.SGD, {"lr": 0.008}),
        (optim.Momentum, {"lr": 0.004}),
        (optim.Nesterov, {"lr": 0.004}),
        (optim.Adagrad, {"lr": 3.0}),
        (optim.RMSprop, {"lr": 0.1}),
        (optim.Adam, {"lr": 0.3}),
        (optim.Adam, {"lr": 0.3, "form": "lecture"}),
    ],
    ids=["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "Adam of the lecture"],
)
def test_all_six_descend(make, options):
    """Row 6.0-1: SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam."""
    assert values(track(make, 300, **options))[-1] < 0.02 * 200


def test_adam_goes_straight_where_gradient_descent_swings():
    """Row 6.2-3: every axis is scaled by its own gradients, so both shrink alike at first."""
    lr, (b1, b2), eps = 0.3, (0.9, 0.999), 1e-8
    points = track(optim.Adam, 500, lr=lr)
    theta, s, r = np.array([10.0, 1.0]), np.zeros(2), np.zeros(2)
    for t, point in enumerate(points[1:], 1):
        g = STEEP * theta
        s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
        theta = theta - lr * (s / (1 - b1**t)) / (np.sqrt(r / (1 - b2**t)) + eps)
        np.testing.assert_allclose(point, theta, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(points[1], [10 - lr, 1 - lr], rtol=1e-8)
    np.testing.assert_allclose(points[-1], [0, 0], atol=1e-3)
