"""The usual mistakes in optimizers, as updates that make them: who moves like one of these has made it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd_core.testing.optimizers.updates import (
    EPS,
    UPDATES,
    Array,
    State,
    Update,
    adam_rewritten,
)

PLACE = "place"
"""The key under which a state may tell which parameter it belongs to, and how many there are."""

Settings = dict[str, Any]
Departure = tuple[str, str, Update, Settings]
"""A word for programs, a line for people, the update, its settings."""


def eps_inside(h: Array, eps: float) -> Array:
    return np.sqrt(h + eps)


def eps_twice(h: Array, eps: float) -> Array:
    return np.sqrt(h + eps) + eps


def no_eps(h: Array, eps: float) -> Array:
    return np.sqrt(h)


def no_root(h: Array, eps: float) -> Array:
    return h + eps


ROOTS = (
    ("eps", "ε stands inside the root, √(h + ε), instead of √h + ε", eps_inside),
    ("eps", "ε is missing: where all gradients were 0 this is 0/0", no_eps),
    ("root", "the square root is missing", no_root),
    ("eps", "ε stands inside of the root and outside", eps_twice),
)


def momentum_outside(p: Array, g: Array, s: State, *, lr: float, momentum: float) -> Array:
    """b ← μ b + g, θ ← θ − λ b."""
    s["b"] = momentum * s.get("b", 0.0) + g
    return p - lr * s["b"]


def nesterov_outside(p: Array, g: Array, s: State, *, lr: float, momentum: float) -> Array:
    """b ← μ b + g, θ ← θ − λ (g + μ b)."""
    s["b"] = momentum * s.get("b", 0.0) + g
    return p - lr * (g + momentum * s["b"])


def momentum_damped(p: Array, g: Array, s: State, *, lr: float, momentum: float) -> Array:
    """v ← α v − (1 − α) λ g."""
    s["v"] = momentum * s.get("v", 0.0) - (1 - momentum) * lr * g
    return p + s["v"]


def momentum_late(p: Array, g: Array, s: State, *, lr: float, momentum: float) -> Array:
    """The old v is added."""
    old = s.get("v", 0.0)
    s["v"] = momentum * old - lr * g
    return p + old


def momentum_turned(p: Array, g: Array, s: State, *, lr: float, momentum: float) -> Array:
    """v ← −α v − λ g."""
    s["v"] = -momentum * s.get("v", 0.0) - lr * g
    return p + s["v"]


def adding_gradients(p: Array, g: Array, s: State, *, lr: float, eps: float) -> Array:
    """AdaGrad with the sum of g."""
    s["h"] = s.get("h", 0.0) + g
    return p - lr * g / (np.sqrt(s["h"]) + eps)


def late_squares(p: Array, g: Array, s: State, *, lr: float, eps: float) -> Array:
    """AdaGrad, h being added to after the step."""
    old = s.get("h", 0.0)
    s["h"] = old + g * g
    return p - lr * g / (np.sqrt(old) + eps)


def accumulating(p: Array, g: Array, s: State, *, lr: float, rho: float, eps: float) -> Array:
    """RMSProp that forgets nothing: h ← ρ h + g²."""
    s["h"] = rho * s.get("h", 0.0) + g * g
    return p - lr * g / (np.sqrt(s["h"]) + eps)


def exchanged(p: Array, g: Array, s: State, *, lr: float, rho: float, eps: float) -> Array:
    """ρ and 1 − ρ exchanged."""
    s["h"] = (1 - rho) * s.get("h", 0.0) + rho * g * g
    return p - lr * g / (np.sqrt(s["h"]) + eps)


def biased(
    p: Array,
    g: Array,
    s: State,
    *,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    first: bool = False,
    second: bool = False,
    start: int = 1,
    stride: int = 1,
    everyone: bool = False,
    square: bool = True,
    shares: tuple[bool, bool] = (True, True),
    crossed: bool = False,
    power: bool = True,
    averaged: bool = True,
) -> Array:
    """Adam with its parts left out: the corrections of the moments, the counting of t, the (1 − β)."""
    s["n"] = s.get("n", 0) + 1
    place, count = s.get(PLACE, (0, 1)) if everyone else (0, 1)
    t = start + place + (s["n"] - 1) * stride * count
    one, two = (1 - beta if share else 1.0 for beta, share in zip((beta1, beta2), shares, strict=True))
    kept_s, kept_r = beta1, beta2
    if crossed:
        kept_s, kept_r, one, two = beta2, beta1, two, one
    s["s"] = kept_s * s.get("s", 0.0) + one * g
    s["r"] = kept_r * s.get("r", 0.0) + two * (g * g if square else np.abs(g))
    lost1, lost2 = (beta1**t, beta2**t) if power else (beta1 * t, beta2 * t)
    m = (s["s"] if averaged else g) / (1 - lost1 if first else 1.0)
    r = s["r"] / (1 - lost2) if second else s["r"]
    return p - lr * m / (np.sqrt(r) + eps)


def compounding(p: Array, g: Array, s: State, *, lr: float, beta1: float, beta2: float, eps: float) -> Array:
    """λ ← λ √(1 − β₂ᵗ) / (1 − β₁ᵗ) taken as an assignment, which compounds."""
    s["lr"] = s.get("lr", 1.0)
    start = {k: s[k] for k in ("t", "s", "r") if k in s}
    t = start.get("t", 0) + 1
    s["lr"] *= np.sqrt(1 - beta2**t) / (1 - beta1**t)
    moved = adam_rewritten(p, g, s, lr=1.0, beta1=beta1, beta2=beta2, eps=eps)
    factor = np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return p + (moved - p) / factor * lr * s["lr"]


# ---- mistakes of any optimizer -----------------------------------------------------------------------------


def turned(update: Update) -> Update:
    return lambda p, g, s, **settings: 2 * p - update(p, g, s, **settings)


def rated(update: Update, rate: Callable[[float], float]) -> Update:
    return lambda p, g, s, *, lr, **settings: update(p, g, s, lr=rate(lr), **settings)


def forgetful(update: Update) -> Update:
    return lambda p, g, s, **settings: update(p, g, {}, **settings)


def departures(name: str, settings: Settings) -> Iterator[Departure]:
    """The mistakes that can be made in the optimizer of this name, likely ones first, with every usual ε."""
    usual = dict.fromkeys((settings["eps"], *EPS)) if "eps" in settings else (None,)
    variants = [settings if eps is None else {**settings, "eps": eps} for eps in usual]
    for known in variants:
        yield from _with_settings(name, known)
    for known in variants[1:]:
        for update in UPDATES[name]:
            yield "eps", f"ε is {known['eps']:g}, not {settings['eps']:g}", update, known


def _with_settings(name: str, settings: Settings) -> Iterator[Departure]:
    for update in UPDATES[name]:
        yield "sign", "the step has the wrong sign: it climbs", turned(update), settings
        lr = settings["lr"]
        yield "rate", "the learning rate is applied twice", rated(update, lambda lr: lr * lr), settings
        if lr != 1.0:
            yield "rate", "the learning rate is missing", rated(update, lambda lr: 1.0), settings
    if name in SPECIFIC:
        for kind, text, update in SPECIFIC[name]():
            yield kind, text, update, settings
    if name != "SGD":
        for update in UPDATES[name]:
            text = "the state is not kept from one update to the next: it is made anew each time"
            yield "state", text, forgetful(update), settings


Specific = Iterator[tuple[str, str, Update]]


def _of_roots(name: str) -> Specific:
    for kind, text, root in ROOTS:
        for update in UPDATES[name]:
            yield kind, text, partial(update, root=root)


def _of_nesterov() -> Specific:
    text = "the learning rate stands outside of v (b ← μ b + g): another path as soon as λ changes"
    yield "outside", text, nesterov_outside
    yield from _of_momentum()


def _of_momentum() -> Specific:
    text = (
        "the learning rate stands outside of v (b ← μ b + g, θ ← θ − λ b): another path as soon as λ changes"
    )
    yield "outside", text, momentum_outside
    yield "damped", "the gradient is weighted with 1 − α in v", momentum_damped
    yield "late", "the old v is added, before its update", momentum_late
    yield "sign", "α has the wrong sign in v", momentum_turned


def _of_rmsprop() -> Specific:
    yield from _of_roots("RMSProp")
    yield "share", "1 − ρ is missing in front of g²", accumulating
    yield "share", "ρ and 1 − ρ are exchanged", exchanged


def _of_adam() -> Specific:
    yield "bias", "the bias correction is missing (1 − β₁ᵗ and 1 − β₂ᵗ)", biased
    no_second, no_first = partial(biased, first=True), partial(biased, second=True)
    yield "bias", "the bias correction of the second moment is missing (1 − β₂ᵗ)", no_second
    yield "bias", "the bias correction of the first moment is missing (1 − β₁ᵗ)", no_first
    whole = partial(biased, first=True, second=True)
    yield "t", "t is not counted: it is 1 at every update", partial(whole, stride=0)
    yield "t", "t is 0 at the first update: 1 − β⁰ = 0 is divided by", partial(whole, start=0)
    yield "t", "t is 2 at the first update: it is counted twice, or starts at 1", partial(whole, start=2)
    yield "t", "t is counted once per parameter instead of once per update", partial(whole, everyone=True)
    lost = {
        "1 − β₁ and 1 − β₂ are": (False, False),
        "1 − β₁ is": (False, True),
        "1 − β₂ is": (True, False),
    }
    for what, shares in lost.items():
        yield "share", f"{what} missing in front of the gradient", partial(whole, shares=shares)
    yield "square", "the second moment takes |g| in place of g²", partial(whole, square=False)
    yield "exchanged", "β₁ and β₂ are exchanged in the moments", partial(whole, crossed=True)
    for update in UPDATES["Adam"]:
        yield "exchanged", "β₁ and β₂ are exchanged", _with_betas_exchanged(update)
    yield "step", "the step is made with g itself, not with its average s", partial(whole, averaged=False)
    yield "power", "β · t stands where βᵗ, a power, should be: 1 − β₁ ** t", partial(whole, power=False)
    text = "the learning rate is overwritten by the corrected one, which compounds: keep the base rate"
    yield "compounding", text, compounding
    yield from _of_roots("Adam")


def _of_adagrad() -> Specific:
    yield from _of_roots("AdaGrad")
    yield "square", "g is summed in place of g²", adding_gradients
    yield "late", "the old h is taken for the root, before g² is added", late_squares


def _with_betas_exchanged(update: Update) -> Update:
    return lambda p, g, s, *, beta1, beta2, **more: update(p, g, s, beta1=beta2, beta2=beta1, **more)


SPECIFIC: dict[str, Callable[[], Specific]] = {
    "Momentum": _of_momentum,
    "Nesterov": _of_nesterov,
    "AdaGrad": _of_adagrad,
    "RMSProp": _of_rmsprop,
    "Adam": _of_adam,
}
