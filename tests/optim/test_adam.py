"""Adam and its family: against torch, against the formulas of the papers, and ONNX's reference cases."""

from math import sqrt

import numpy as np
import pytest

import optim
from autograd_core import Tensor
from tests.optim.runs import START, agrees_with_formula, agrees_with_torch, combined, gradients, trained

ADAM = combined(
    "Adam",
    [
        {},
        {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3},
        {"lr": 0.05, "betas": (0.0, 0.0)},
        {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
        {"lr": 0.05, "betas": (0.5, 0.7), "amsgrad": True},
        {"lr": 0.05, "betas": (0.5, 0.7), "amsgrad": True, "weight_decay": 0.1, "maximize": True},
    ],
)
LECTURE = combined("Adam", [{"form": "lecture"}, {"form": "lecture", "lr": 0.05, "eps": 1e-3}])


def adam(
    p,
    gs,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
    maximize=False,
    decoupled_weight_decay=False,
    form="paper",
):
    """Algorithm 1 of Kingma and Ba, the lecture's rewritten form, AMSGrad, and the decoupled decay."""
    b1, b2 = betas
    s = r = largest = np.zeros_like(p)
    for t, g in enumerate(gs, 1):
        g = -g if maximize else g
        if decoupled_weight_decay:
            p = p - lr * weight_decay * p
        else:
            g = g + weight_decay * p
        s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g**2
        largest = np.maximum(largest, r)
        second = largest if amsgrad else r
        if form == "paper":
            p = p - lr * (s / (1 - b1**t)) / (np.sqrt(second / (1 - b2**t)) + eps)
        else:
            p = p - lr * np.sqrt(1 - b2**t) / (1 - b1**t) * s / (np.sqrt(second) + eps)
    return p


@pytest.mark.parametrize("options", ADAM)
def test_adam_is_torchs(options):
    agrees_with_torch("Adam", **options)


@pytest.mark.parametrize("options", ADAM + LECTURE)
def test_adam_is_the_formula(options):
    """Rows 6.2-1, 6.2-2: the original, with ε outside the root, and the rewritten form with λₜ."""
    agrees_with_formula("Adam", adam, **options)


def test_defaults_of_adam():
    """Rows 6.2-1, 6.2-2: β₁ = 0.9, β₂ = 0.999, λ = 0.001, s and r zero at first."""
    opt = optim.Adam([Tensor([1.0], True)])
    group = opt.param_groups[0]
    assert (group["lr"], group["betas"], group["eps"], group["form"]) == (1e-3, (0.9, 0.999), 1e-8, "paper")
    assert (group["weight_decay"], group["amsgrad"], group["maximize"]) == (0.0, False, False)
    p = opt.param_groups[0]["params"][0]
    p.grad = [2.0]
    opt.step()
    state = opt.state_dict()["state"][0]
    np.testing.assert_allclose(
        [state["exp_avg"][0], state["exp_avg_sq"][0]], [0.1 * 2, 0.001 * 4], rtol=1e-12
    )


@pytest.mark.parametrize("g", [1e-6, 1e-8])
def test_the_rewritten_form_is_another_one_in_eps(g):
    """Row E9: printed as an equal form; but ε̂ = ε√(1 − β₂ᵗ) is needed for the first steps to be equal.

    With g = 1e-6 they are 9.9e-4 and 7.6e-4, with 1e-8 5.0e-4 and 3.1e-5.
    """
    paper = -trained(optim.Adam, [0.0], [[g]])[0]
    lecture = -trained(optim.Adam, [0.0], [[g]], form="lecture")[0]
    assert (f"{paper:.1e}", f"{lecture:.1e}") == {
        1e-6: ("9.9e-04", "7.6e-04"),
        1e-8: ("5.0e-04", "3.1e-05"),
    }[g]
    smaller = -trained(optim.Adam, [0.0], [[g]], form="lecture", eps=1e-8 * sqrt(1 - 0.999))[0]
    assert smaller == pytest.approx(paper, rel=1e-12)


def test_overwriting_the_learning_rate_would_compound():
    """Row E8: λ ← λ √(1 − β₂ᵗ) / (1 − β₁ᵗ) as an assignment leaves 2e-69 of 1e-3 after 100 steps; the right
    λ₁₀₀ is 3.1e-4."""
    overwritten = 1e-3
    for t in range(1, 101):
        right = 1e-3 * sqrt(1 - 0.999**t) / (1 - 0.9**t)
        overwritten *= sqrt(1 - 0.999**t) / (1 - 0.9**t)
    assert f"{overwritten:.0e}" == "2e-69"
    assert f"{right:.1e}" == "3.1e-04"
    p = Tensor([0.0], True)
    opt = optim.Adam([p], form="lecture")
    for _ in range(100):
        p.grad = [1.0]
        before = float(p[0])
        opt.step()
    # with a constant gradient s = 1 − β₁ᵗ and √r = √(1 − β₂ᵗ), so each step is λ
    assert before - float(p[0]) == pytest.approx(1e-3, rel=1e-6)
    state = opt.state_dict()["state"][0]
    step = right * state["exp_avg"][0] / (sqrt(state["exp_avg_sq"][0]) + 1e-8)
    assert before - float(p[0]) == pytest.approx(step, rel=1e-9)
    assert opt.lr == 1e-3


def test_t_is_1_at_the_first_update():
    """Row E10: with t = 0, the updates so far, the first one would be 0/0."""
    with pytest.raises(ZeroDivisionError):
        sqrt(1 - 0.999**0) / (1 - 0.9**0)
    p = Tensor([0.0], True)
    opt = optim.Adam([p])
    for n in range(1, 4):
        p.grad = [1.0]
        opt.step()
        assert opt.state_dict()["state"][0]["t"] == n
    # with a constant gradient every step is λ, from the first on: the corrections are right
    np.testing.assert_allclose(p.numpy(), [-3e-3], rtol=1e-6)


ADAMW = combined(
    "AdamW",
    [
        {},
        {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3, "weight_decay": 0.3},
        {"lr": 0.05, "weight_decay": 0.0, "maximize": True},
        {"lr": 0.05, "betas": (0.5, 0.7), "amsgrad": True},
    ],
)


def adamw(p, gs, weight_decay=0.01, **options):
    """Algorithm 2 of Loshchilov and Hutter, with λ in the decay too."""
    return adam(p, gs, weight_decay=weight_decay, decoupled_weight_decay=True, **options)


@pytest.mark.parametrize("options", ADAMW)
def test_adamw_is_torchs_and_the_formula(options):
    agrees_with_torch("AdamW", **options)
    agrees_with_formula("AdamW", adamw, **options)


def test_a_decoupled_decay_shrinks_whatever_the_gradient_is():
    ours = trained(optim.AdamW, [2.0], [[0.0]] * 3, lr=0.1, weight_decay=0.5)
    np.testing.assert_allclose(ours, [2 * (1 - 0.1 * 0.5) ** 3], rtol=1e-12)


ADAMAX = combined(
    "Adamax",
    [
        {},
        {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3},
        {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
    ],
)


def adamax(p, gs, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, maximize=False):
    """Algorithm 2 of Kingma and Ba, with ε as torch has it."""
    b1, b2 = betas
    m = u = np.zeros_like(p)
    for t, g in enumerate(gs, 1):
        g = (-g if maximize else g) + weight_decay * p
        m = b1 * m + (1 - b1) * g
        u = np.maximum(b2 * u, np.abs(g) + eps)
        p = p - lr / (1 - b1**t) * m / u
    return p


@pytest.mark.parametrize("options", ADAMAX)
def test_adamax_is_torchs_and_the_formula(options):
    agrees_with_torch("Adamax", **options)
    agrees_with_formula("Adamax", adamax, **options)


NADAM = combined(
    "NAdam",
    [
        {},
        {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3},
        {"lr": 0.05, "momentum_decay": 0.5},
        {"lr": 0.05, "betas": (0.99, 0.999), "momentum_decay": 0.0},
        {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
    ],
)


def nadam(
    p,
    gs,
    lr=2e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    momentum_decay=4e-3,
    decoupled_weight_decay=False,
    maximize=False,
):
    """Dozat's algorithm 2: m̄ = (1 − μₜ) ĝ + μₜ₊₁ m̂."""
    b1, b2 = betas
    mu = [b1 * (1 - 0.5 * 0.96 ** (t * momentum_decay)) for t in range(len(gs) + 2)]
    m = n = np.zeros_like(p)
    for t, g in enumerate(gs, 1):
        g = -g if maximize else g
        if decoupled_weight_decay:
            p = p - lr * weight_decay * p
        else:
            g = g + weight_decay * p
        m, n = b1 * m + (1 - b1) * g, b2 * n + (1 - b2) * g**2
        g_hat = g / (1 - np.prod(mu[1 : t + 1]))
        m_hat = m / (1 - np.prod(mu[1 : t + 2]))
        bar = (1 - mu[t]) * g_hat + mu[t + 1] * m_hat
        p = p - lr * bar / (np.sqrt(n / (1 - b2**t)) + eps)
    return p


@pytest.mark.parametrize("options", NADAM)
def test_nadam_is_torchs_and_the_formula(options):
    agrees_with_torch("NAdam", **options)
    agrees_with_formula("NAdam", nadam, **options)


def test_nadam_goes_on_from_a_late_update_at_once():
    """The product of all μ is not a number that is kept; after a million updates it is as if it were."""
    p = Tensor([1.0], True)
    opt = optim.NAdam([p])
    opt.load_state_dict({**opt.state_dict(), "state": [{"t": 10**6, "exp_avg": [1.0], "exp_avg_sq": [1.0]}]})
    p.grad = [1.0]
    opt.step()
    mu = 0.9 * (1 - 0.5 * 0.96 ** (0.004 * 1_000_001))
    mu_next = 0.9 * (1 - 0.5 * 0.96 ** (0.004 * 1_000_002))
    assert float(p[0]) == pytest.approx(1 - 2e-3 * (1 - mu + mu_next), rel=1e-10)


RADAM = combined(
    "RAdam",
    [
        {},
        {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3},
        {"lr": 0.05, "betas": (0.5, 0.6)},
        {"lr": 0.05, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
    ],
)


def radam(
    p,
    gs,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    decoupled_weight_decay=False,
    maximize=False,
):
    """Algorithm 2 of Liu and others, with the bound 5 and ε as the authors' code has them."""
    b1, b2 = betas
    m = v = np.zeros_like(p)
    most = 2 / (1 - b2) - 1
    for t, g in enumerate(gs, 1):
        g = -g if maximize else g
        if decoupled_weight_decay:
            p = p - lr * weight_decay * p
        else:
            g = g + weight_decay * p
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        m_hat = m / (1 - b1**t)
        length = most - 2 * t * b2**t / (1 - b2**t)
        if length > 5:
            adaptive = np.sqrt(1 - b2**t) / (np.sqrt(v) + eps)
            trust = np.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length))
            p = p - lr * trust * m_hat * adaptive
        else:
            p = p - lr * m_hat
    return p


@pytest.mark.parametrize("options", RADAM)
def test_radam_is_torchs_and_the_formula(options):
    agrees_with_torch("RAdam", **options)
    agrees_with_formula("RAdam", radam, **options)


# ---- ONNX: the operator of ai.onnx.preview.training, version 1 ---------------------------------------------


# (norm_coefficient, α, β, ε, x, g, v, h) of every parameter; R = 0.1, T = 0, which means: no correction
ADAM_CASES = {
    "test_adam": [(0.001, 0.95, 0.1, 1e-7, [1.2, 2.8], [-0.94, -2.5], [1.7, 3.6], [0.1, 0.1])],
    "test_adam_multiple": [
        (0.001, 0.95, 0.85, 1e-2, [1.0], [-1.0], [2.0], [0.5]),
        (0.001, 0.95, 0.85, 1e-2, [1.0, 2.0], [-1.0, -3.0], [4.0, 1.0], [1.0, 10.0]),
    ],
}
ADAM_RESULTS = {
    "test_adam": [([1.02503635, 2.66103267], [1.56806, 3.29514], [0.8032109, 5.62240706])],
    "test_adam_multiple": [
        ([0.75913624], [1.85005], [0.57470015]),
        ([0.62865279, 1.97458535], [3.75005, 0.8001], [0.99970015, 9.8482006]),
    ],
}


@pytest.mark.parametrize("form", ["paper", "lecture"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", ADAM_CASES)
def test_onnx(case, dtype, form):
    """The inputs are ONNX's, the results its formula written out in NumPy.

    Its T = 0 leaves the correction out; here the moments are loaded with so many updates that it is 1.
    """
    params = [Tensor(np.array(x, dtype), True) for *_, x, _, _, _ in ADAM_CASES[case]]
    decay, alpha, beta, eps = ADAM_CASES[case][0][:4]
    opt = optim.Adam(params, 0.1, (alpha, beta), eps, decay, form=form)
    state = opt.state_dict()
    state["state"] = [{"t": 10**6, "exp_avg": v, "exp_avg_sq": h} for *_, v, h in ADAM_CASES[case]]
    opt.load_state_dict(state)
    for p, (*_, g, _, _) in zip(params, ADAM_CASES[case], strict=True):
        p.grad = np.array(g, dtype)
    opt.step()
    after = opt.state_dict()["state"]
    for p, s, (x, v, h) in zip(params, after, ADAM_RESULTS[case], strict=True):
        assert p.dtype == dtype
        np.testing.assert_allclose(p.numpy(), x, rtol=1e-6)
        np.testing.assert_allclose(s["exp_avg"], v, rtol=1e-6)
        np.testing.assert_allclose(s["exp_avg_sq"], h, rtol=1e-6)


def test_adam_takes_steps_of_the_size_of_the_learning_rate():
    moved = trained(optim.Adam, START, gradients(1), lr=0.05) - START
    np.testing.assert_allclose(np.abs(moved[:2]), 0.05, rtol=1e-4)
    assert moved[2, 1] == 0
