"""What followed Adam: Adamax, NAdam and RAdam."""

from functools import lru_cache
from typing import ClassVar

import numpy as np

import autograd_core as ac
from optim.optimizer import Optimizer, Params
from optim.passes import Array, average, average_square, downhill, scratch_like


class Adamax(Optimizer):
    """Adam with the largest gradient in place of the second moment.

    s ← β₁ s + (1 − β₁) g, u ← max(β₂ u, |g| + ε), both 0 at first, θ ← θ − λ / (1 − β₁ᵗ) · s / u.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0; 0.002 as in the paper and torch (Keras: 0.001).
        betas: (β₁, β₂), 0 ≤ β < 1.
        eps: ε ≥ 0, inside the maximum as in torch (the paper has none, Keras adds it to u).
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ.
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    D. P. Kingma, J. Ba: Adam: a method for stochastic optimization (2015), algorithm 2.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_inf")
    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize)

    def update(
        self,
        p: Array,
        g: Array,
        s: Array,
        u: Array,
        *,
        t: int,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        maximize: bool,
    ) -> None:
        beta1, beta2 = betas
        g = downhill(p, g, weight_decay, maximize)
        w = scratch_like(p)
        average(s, g, beta1, w)
        np.abs(g, out=w)
        w += eps
        u *= beta2
        np.maximum(u, w, out=u)
        np.divide(s, u, out=w)
        w *= lr / (1 - beta1**t)
        p -= w


class NAdam(Optimizer):
    """Adam that looks ahead as Nesterov does.

    s and r as in Adam; with μₜ = β₁ (1 − ½ · 0.96^(t ψ)) and Mₜ = μ₁ μ₂ … μₜ

        θ ← θ − λ ((1 − μₜ) g / (1 − Mₜ) + μₜ₊₁ s / (1 − Mₜ₊₁)) / (√(r / (1 − β₂ᵗ)) + ε)

    The μ are those of the present β₁ and ψ, also where a schedule changes them.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0; 0.002 as in the paper and torch (Keras: 0.001).
        betas: (β₁, β₂), 0 ≤ β < 1.
        eps: ε ≥ 0, outside the root.
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ, unless it is decoupled.
        momentum_decay: ψ ≥ 0.
        decoupled_weight_decay: θ ← θ − λ · weight_decay · θ first, as `AdamW`.
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    T. Dozat: Incorporating Nesterov momentum into Adam (2016), algorithm 2, with the μ of its section on
    schedules.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
        )

    def update(
        self,
        p: Array,
        g: Array,
        s: Array,
        r: Array,
        *,
        t: int,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        momentum_decay: float,
        decoupled_weight_decay: bool,
        maximize: bool,
    ) -> None:
        beta1, beta2 = betas
        g = downhill(p, g, weight_decay, maximize, shrinking=lr if decoupled_weight_decay else None)
        w = scratch_like(p)
        average(s, g, beta1, w)
        average_square(r, g, beta2, w)
        mu, mu_next = _mu(t, beta1, momentum_decay), _mu(t + 1, beta1, momentum_decay)
        product = ac.traces.computed("product", _product, t, beta1, momentum_decay)
        np.divide(r, 1 - beta2**t, out=w)
        np.sqrt(w, out=w)
        w += eps
        d = s * (lr * mu_next / (1 - product * mu_next))
        d += g * (lr * (1 - mu) / (1 - product))
        d /= w
        p -= d


def _mu(t: int, beta1: float, decay: float) -> float:
    power: float = 0.96 ** (t * decay)
    return beta1 * (1 - 0.5 * power)


@lru_cache
def _product(t: int, beta1: float, decay: float) -> float:
    """μ₁ μ₂ … μₜ; as soon as 1 minus it is 1, the rest makes no difference."""
    product = 1.0
    for i in range(1, t + 1):
        product *= _mu(i, beta1, decay)
        if product < 1e-17:
            break
    return product


class RAdam(Optimizer):
    """Adam that waits until its second moment can be trusted.

    s and r as in Adam, ŝ = s / (1 − β₁ᵗ). With ρ∞ = 2 / (1 − β₂) − 1 and ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ), how
    many gradients r is an average of:

        ρₜ ≤ 5:  θ ← θ − λ ŝ
        else:    θ ← θ − λ ŝ √((ρₜ − 4) (ρₜ − 2) ρ∞ / ((ρ∞ − 4) (ρ∞ − 2) ρₜ)) √(1 − β₂ᵗ) / (√r + ε)

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        betas: (β₁, β₂), 0 ≤ β < 1.
        eps: ε ≥ 0, outside the root of r, which is not corrected, as in torch.
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ, unless it is decoupled.
        decoupled_weight_decay: θ ← θ − λ · weight_decay · θ first, as `AdamW`.
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    L. Liu and others: On the variance of the adaptive learning rate and beyond (2020), algorithm 2, where the
    bound is 4; 5 as in torch and the code of the authors.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
        )

    def update(
        self,
        p: Array,
        g: Array,
        s: Array,
        r: Array,
        *,
        t: int,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        decoupled_weight_decay: bool,
        maximize: bool,
    ) -> None:
        beta1, beta2 = betas
        g = downhill(p, g, weight_decay, maximize, shrinking=lr if decoupled_weight_decay else None)
        w = scratch_like(p)
        average(s, g, beta1, w)
        average_square(r, g, beta2, w)
        rate = lr / (1 - beta1**t)
        most = 2 / (1 - beta2) - 1
        length = most - 2 * t * beta2**t / (1 - beta2**t)
        if length > 5:
            trust = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
            np.sqrt(r, out=w)
            w += eps
            np.divide(s, w, out=w)
            w *= rate * (trust * (1 - beta2**t)) ** 0.5
        else:
            np.multiply(s, rate, out=w)
        p -= w
