"""L1 and L2: which weights count, their gradients, and the lecture's picture of the two minima (9.1)."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor


def model():
    """Weights, biases, and the scales and shifts of a normalisation."""
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm(4), nn.ReLU(), nn.Linear(4, 2, rng=1)).astype(
        np.float64
    )


WEIGHTS = ("0.weight", "3.weight")


def test_only_weights_count():
    """Row 9.1-1: J̃ = J + αΩ on weights only, never biases, with one α for the whole model."""
    net = model()
    x, t = np.random.default_rng(0).normal(size=(8, 3)), np.zeros((8, 2))
    criterion = nn.HalfMSELoss()
    criterion(net(x), t).backward()
    plain = {name: p.grad.numpy() for name, p in net.named_parameters()}
    net.zero_grad()
    (criterion(net(x), t) + optim.L2(0.1)(net)).backward()
    for name, p in net.named_parameters():
        share = 2 * 0.1 * p.numpy() if name in WEIGHTS else 0.0
        np.testing.assert_allclose(p.grad.numpy() - plain[name], share, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 2])
def test_l2_is_the_sum_of_squares(alpha):
    """Row 9.1-2: Ω = Σ sum(W*W), gradient 2αW, without ½."""
    net = model()
    weights = [p for name, p in net.named_parameters() if name in WEIGHTS]
    penalty = optim.L2(alpha)(net)
    assert penalty.shape == ()
    assert penalty.item() == pytest.approx(alpha * sum((w.numpy() ** 2).sum() for w in weights))
    penalty.backward()
    for w in weights:
        np.testing.assert_allclose(w.grad.numpy(), 2 * alpha * w.numpy(), rtol=1e-14)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 2])
def test_l1_is_the_sum_of_absolute_values(alpha):
    """Row 9.1-3: Ω = Σ sum(|W|), gradient α sign W."""
    net = model()
    weights = [p for name, p in net.named_parameters() if name in WEIGHTS]
    weights[0].data[0, 0] = 0.0
    penalty = optim.L1(alpha)(net)
    assert penalty.item() == pytest.approx(alpha * sum(np.abs(w.numpy()).sum() for w in weights))
    penalty.backward()
    for w in weights:
        np.testing.assert_allclose(w.grad.numpy(), alpha * np.sign(w.numpy()), rtol=1e-14)


W = np.array([[1.0, -2.0], [0.5, 3.0]])


def test_the_printed_gradient_of_l2_is_that_of_alpha_times_the_norm():
    """Row E2: printed ∂Ω/∂W = 2αW; but ∂Ω/∂W = 2W, and 2αW is ∂(αΩ)/∂W."""
    w = Tensor(W, True)
    alpha = 0.1
    omega = ac.gradients(optim.L2(1.0)([w]), w).numpy()
    np.testing.assert_allclose(omega, 2 * W)
    np.testing.assert_allclose(ac.gradients(optim.L2(alpha)([w]), w).numpy(), 2 * alpha * W)
    assert not np.allclose(omega, 2 * alpha * W)


def test_the_printed_gradient_of_l1_is_that_of_alpha_times_the_norm():
    """Row E3: printed ∂Ω/∂W = α sign W; but ∂Ω/∂W = sign W, and α sign W is ∂(αΩ)/∂W."""
    w = Tensor(W, True)
    alpha = 0.1
    omega = ac.gradients(optim.L1(1.0)([w]), w).numpy()
    np.testing.assert_allclose(omega, np.sign(W))
    np.testing.assert_allclose(ac.gradients(optim.L1(alpha)([w]), w).numpy(), alpha * np.sign(W))
    assert not np.allclose(omega, alpha * np.sign(W))


def test_the_printed_norm_needs_a_trace():
    """Row E4: printed Ω = Σ W Wᵀ; that is a matrix, its trace is the sum of squares, ‖W‖² of Frobenius."""
    w = Tensor(W, True)
    omega = optim.L2(1.0)([w])
    assert (w @ w.T).shape == (2, 2)
    assert omega.item() == pytest.approx(float(ac.trace(w @ w.T)))
    assert omega.item() == pytest.approx(np.linalg.norm(W) ** 2)
    assert omega.item() != pytest.approx(float((w @ w.T).sum()))
    # the sum runs over all layers to the last member
    v = Tensor([[5.0]], True)
    assert optim.L2(1.0)([w, v]).item() == pytest.approx(omega.item() + 25)


@pytest.mark.parametrize(
    ("penalty", "value", "minimum"),
    [
        (optim.L2(1.0), lambda a, b: a**2 + b**2, (1.5, 4.8)),
        (optim.L1(10.0), lambda a, b: 10 * (abs(a) + abs(b)), (0.0, 4.75)),
    ],
    ids=["L2", "L1"],
)
def test_the_two_minima_of_the_lecture(penalty, value, minimum):
    """Row 9.1-4: (w₁ − 3)² + 4 (w₂ − 6)² with w₁² + w₂²: (1.5, 4.8); with 10 (|w₁| + |w₂|): (0, 4.75)."""
    w = Tensor([[3.0, 6.0]], True)

    def loss():
        return (w[0, 0] - 3) ** 2 + 4 * (w[0, 1] - 6) ** 2 + penalty([w])

    assert loss().item() == pytest.approx(value(3.0, 6.0))
    opt = optim.SGD([w], lr=0.05)
    for step in range(2000):
        opt.lr = 0.05 / (1 + 0.05 * step)
        opt.zero_grad()
        loss().backward()
        opt.step()
    np.testing.assert_allclose(w.numpy(), [minimum], atol=0.01)
    # and no point near it is lower
    w.data = [minimum]
    least = loss().item()
    for angle in np.linspace(0, 2 * np.pi, 16):
        w.data = np.array([minimum]) + 1e-3 * np.array([[np.cos(angle), np.sin(angle)]])
        assert loss().item() > least


def test_what_can_be_penalised():
    w, b = Tensor(W, True, name="w"), Tensor([1.0], True, name="b")
    wanted = (W**2).sum()
    for given in ([w, b], {"w": w, "b": b}, [("w", w), ("b", b)], (p for p in (w, b)), w, [w]):
        assert optim.L2(1.0)(given).item() == pytest.approx(wanted)
    net = model()
    assert optim.L2(1.0)(net.named_parameters()).item() == pytest.approx(optim.L2(1.0)(net).item())


def test_what_a_layer_marked_counts_whatever_its_shape():
    vector = nn.Parameter(np.array([1.0, 2.0]), role="weight")
    matrix = nn.Parameter(np.ones((2, 2)), role="bias")
    assert optim.L2(1.0)([vector, matrix]).item() == 5.0


def test_frozen_weights_count_in_the_value():
    frozen, w = Tensor(W), Tensor(W, True)
    penalty = optim.L2(1.0)([frozen, w])
    assert penalty.item() == pytest.approx(2 * (W**2).sum())
    penalty.backward()
    assert frozen.grad is None


def test_float32_stays_float32():
    w = nn.Parameter(W.astype(np.float32))
    for penalty in (optim.L1(np.float64(0.1)), optim.L2(0.1)):
        value = penalty([w])
        assert value.dtype == np.float32
        value.backward()
        assert w.grad.dtype == np.float32


@pytest.mark.parametrize("make", [optim.L1, optim.L2])
def test_errors(make):
    name = make.__name__
    for nothing in ([], [Tensor([1.0], True, name="b")], nn.ReLU(), nn.BatchNorm(3)):
        with pytest.raises(ValueError, match=f"{name}: there is no weight to penalise"):
            make(0.1)(nothing)
    with pytest.raises(ValueError, match=r"among b \(1,\), a Tensor \(2,\); biases"):
        make(0.1)([Tensor([1.0], True, name="b"), Tensor([1.0, 2.0], True)])
    with pytest.raises(ValueError, match="among nothing; biases"):
        make(0.1)([])
    with pytest.raises(TypeError, match="number 0 of what is penalised is a float"):
        make(0.1)([1.0])
    with pytest.raises(TypeError, match="got 3"):
        make(0.1)(3)
    for wrong in (-0.1, float("nan"), "a", None):
        with pytest.raises(ValueError, match=f"{name}: alpha is at least 0"):
            make(wrong)
    assert repr(make(0.1)) == f"{name}(0.1)"


def test_second_derivatives():
    w = Tensor(W, True)
    (g,) = ac.gradients(optim.L2(0.5)([w]), [w], create_graph=True)
    np.testing.assert_allclose(ac.gradients((g * g).sum(), w).numpy(), 2 * W)
