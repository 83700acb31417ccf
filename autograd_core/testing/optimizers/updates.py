"""The lecture's optimizers, each as one plain function: from parameter and gradient to the new parameter.

`p` and `g` are arrays, `s` is the dict in which the state of this parameter is kept between updates, empty at
first. They are written to be read and compared with, not to be fast.

>>> s = {}
>>> momentum(momentum(np.array(1.0), np.array(1.0), s, lr=0.1), np.array(1.0), s, lr=0.1)
np.float64(0.71)
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any
State = dict[str, Any]
Update = Callable[..., Array]


def root_plus_eps(h: Array, eps: float) -> Array:
    """√h + ε: where the lecture's Adam (6.2) has ε."""
    return np.sqrt(h) + eps


def sgd(p: Array, g: Array, s: State, *, lr: float = 0.01) -> Array:
    """θ ← θ − λ g (lecture, 3.1 and 4.1)."""
    return p - lr * g


def momentum(p: Array, g: Array, s: State, *, lr: float = 0.01, momentum: float = 0.9) -> Array:
    """v ← α v − λ g, θ ← θ + v, v = 0 at first (lecture, 6.1)."""
    s["v"] = momentum * s.get("v", 0.0) - lr * g
    return p + s["v"]


def nesterov(p: Array, g: Array, s: State, *, lr: float = 0.01, momentum: float = 0.9) -> Array:
    """v ← α v − λ g, θ ← θ + α v − λ g with the new v (named in the lecture, 6).

    θ is the point from which the next gradient is taken, ahead by α v: I. Sutskever and others (2013), in the
    variables of Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu: Advances in optimizing recurrent networks
    (2012), equation 7.
    """
    s["v"] = momentum * s.get("v", 0.0) - lr * g
    return p + momentum * s["v"] - lr * g


def adagrad(
    p: Array, g: Array, s: State, *, lr: float = 0.01, eps: float = 1e-8, root: Update = root_plus_eps
) -> Array:
    """h ← h + g², θ ← θ − λ g / (√h + ε), h = 0 at first (named in the lecture, 6.2).

    J. Duchi, E. Hazan, Y. Singer: Adaptive subgradient methods (2011), the diagonal form.
    """
    s["h"] = s.get("h", 0.0) + g * g
    return p - lr * g / root(s["h"], eps)


def rmsprop(
    p: Array,
    g: Array,
    s: State,
    *,
    lr: float = 0.01,
    rho: float = 0.99,
    eps: float = 1e-8,
    root: Update = root_plus_eps,
) -> Array:
    """h ← ρ h + (1 − ρ) g², θ ← θ − λ g / (√h + ε), h = 0 at first (named in the lecture, 6.2).

    T. Tieleman, G. Hinton: Neural networks for machine learning, lecture 6.5 (2012).
    """
    s["h"] = rho * s.get("h", 0.0) + (1 - rho) * g * g
    return p - lr * g / root(s["h"], eps)


def adadelta(p: Array, g: Array, s: State, *, lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6) -> Array:
    """h ← ρ h + (1 − ρ) g², d = √(u + ε) / √(h + ε) · g, u ← ρ u + (1 − ρ) d², θ ← θ − λ d.

    ε stands inside of both roots, and λ = 1: M. Zeiler: ADADELTA (2012), algorithm 1.
    """
    s["h"] = rho * s.get("h", 0.0) + (1 - rho) * g * g
    d = np.sqrt(s.get("u", 0.0) + eps) / np.sqrt(s["h"] + eps) * g
    s["u"] = rho * s.get("u", 0.0) + (1 - rho) * d * d
    return p - lr * d


def adam(
    p: Array,
    g: Array,
    s: State,
    *,
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    root: Update = root_plus_eps,
) -> Array:
    """s ← β₁ s + (1 − β₁) g, r ← β₂ r + (1 − β₂) g², both 0 at first; with t = 1 at the first update
    θ ← θ − λ (s / (1 − β₁ᵗ)) / (√(r / (1 − β₂ᵗ)) + ε) (lecture, 6.2, the original; D. Kingma, J. Ba, 2014).
    """
    t = _moments(g, s, beta1, beta2)
    return p - lr * s["s"] / (1 - beta1**t) / root(s["r"] / (1 - beta2**t), eps)


def adam_rewritten(
    p: Array,
    g: Array,
    s: State,
    *,
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    root: Update = root_plus_eps,
) -> Array:
    """The same s and r, with λₜ = λ √(1 − β₂ᵗ) / (1 − β₁ᵗ) and θ ← θ − λₜ s / (√r + ε) (lecture, 6.2).

    The rewritten form. It differs from the original in ε, which is not scaled.
    """
    t = _moments(g, s, beta1, beta2)
    return p - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * s["s"] / root(s["r"], eps)


def _moments(g: Array, s: State, beta1: float, beta2: float) -> int:
    s["t"] = s.get("t", 0) + 1
    s["s"] = beta1 * s.get("s", 0.0) + (1 - beta1) * g
    s["r"] = beta2 * s.get("r", 0.0) + (1 - beta2) * g * g
    return int(s["t"])


UPDATES: dict[str, tuple[Update, ...]] = {
    "SGD": (sgd,),
    "Momentum": (momentum,),
    "Nesterov": (nesterov,),
    "AdaGrad": (adagrad,),
    "RMSProp": (rmsprop,),
    "AdaDelta": (adadelta,),
    "Adam": (adam, adam_rewritten),
}
"""By the lecture's names; where there are two forms, both are right."""

ALIASES: dict[str, tuple[str, ...]] = {
    "lr": ("lr", "learning_rate", "eta", "lam", "lmd", "lambda_", "rate"),
    "momentum": ("momentum", "alpha", "mu", "gamma"),
    "rho": ("rho", "decay_rate", "decay", "alpha", "gamma"),
    "beta1": ("beta1", "beta_1", "b1"),
    "beta2": ("beta2", "beta_2", "b2"),
    "eps": ("eps", "epsilon", "e"),
}
"""How the settings are called in hand-written code."""
EPS = (1e-8, 1e-7, 1e-6, 1e-10, 1e-12, 1e-5, 1e-4)
"""What ε may be where it is written into the formula as a number."""
