"""Grading initial values: how a function draws its weights, and which N · V an activation asks for."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_core.tensor import Tensor
from autograd_core.testing.exercises.marking import Array, Part, relu
from autograd_core.testing.exercises.regressions import UNWRITTEN
from autograd_core.testing.layers.handmade import is_unwritten
from autograd_core.testing.optimizers.runners import named

FANS = (400, 100)
"""Of 40,000 numbers the variance is known to one per cent; no two of the usual formulas are so near."""

USUAL: dict[str, Callable[[int, int], float]] = {
    "2/n_in": lambda n, m: 2 / n,
    "2/(n_in + n_out)": lambda n, m: 2 / (n + m),
    "1/n_in": lambda n, m: 1 / n,
    "2/n_out": lambda n, m: 2 / m,
    "1/n_out": lambda n, m: 1 / m,
    "1": lambda n, m: 1.0,
}


def judge_initial(answer: Any, formula: str) -> Iterator[Part]:
    """A function `init(n_in, n_out, rng)` that gives a weight (n_in, n_out) of variance `formula`."""
    n, m = FANS
    _function(answer, "init(n_in, n_out, rng) -> W")
    given = answer(n, m, np.random.default_rng(3))
    W, again = _array(given), _array(answer(n, m, np.random.default_rng(3)))
    if W is None:
        words = (
            UNWRITTEN if is_unwritten(given) else f"an array of the shape (n_in, n_out), got {given!r:.60}"
        )
        yield Part("W", False, words)
        return
    turned = ": turned round, inputs belong on the first axis" if W.shape == (m, n) else ""
    words = "" if W.shape == (n, m) else f"{W.shape} instead of {(n, m)}{turned}"
    yield Part("the shape (n_in, n_out)", not words, words)
    mean, variance = float(W.mean()), float(W.var())
    words = "" if abs(mean) <= 0.05 * np.sqrt(variance) + 1e-12 else f"it is {mean:.3g}"
    yield Part("the mean 0", not words, words)
    yield Part(f"the variance {formula}", *_variance(variance, formula))
    words = (
        ""
        if again is not None and np.array_equal(W, again)
        else "two generators of one seed give different numbers: draw by rng"
    )
    yield Part("all chance from rng", not words, words)


def _variance(variance: float, formula: str) -> tuple[bool, str]:
    right = USUAL[formula](*FANS)
    if np.isclose(variance, right, rtol=0.04):
        return True, ""
    hints = {f"that is {name}": value(*FANS) for name, value in USUAL.items()}
    hints |= {f"{formula} is the variance σ², and here it is σ": right**2}
    hints |= {f"the root was taken twice, σ = √({formula})": right**0.5}
    hint = next((words for words, v in hints.items() if np.isclose(variance, v, rtol=0.04)), None)
    return False, f"{variance:.4g}, right is {right:.4g}" + (f": {hint}" if hint else "")


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "x": lambda x: x,
    "ReLU": relu,
    "tanh": np.tanh,
    "ReLU − 1": lambda x: relu(x) - 1,
}


def judge_gain(answer: Any) -> Iterator[Part]:
    """A function `gain(f)`: the N · V that keeps the mean square 1 from layer to layer, 1 / E[f(z)²]."""
    _function(answer, "gain(f) -> N V")
    # the middles of a million slices of equal probability would need the inverse of Φ; a sum over a fine
    # grid, weighted by the density, is exact to six digits
    z = np.linspace(-9, 9, 200_001)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    for name, f in ACTIVATIONS.items():
        mean, square = (float(np.sum(density * f(z) ** power)) for power in (1, 2))
        right = 1 / square
        given = answer(f)
        if is_unwritten(given):
            yield Part("N V", False, UNWRITTEN)
            return
        found = _array(given)
        if found is None or found.size != 1:
            yield Part(name, False, f"a number is asked for; got {given!r:.60}")
            continue
        value = float(found.reshape(-1)[0])
        words = ""
        if not np.isclose(value, right, rtol=0.03):
            hints = {
                "it is turned round": square,
                "that is σ √N, its square is asked for": right**0.5,
                "f(z) varies by E[f²] − E[f]², but what the next layer feels is E[f²]": 1
                / (square - mean**2),
            }
            hint = next((w for w, v in hints.items() if np.isclose(value, v, rtol=0.03)), None)
            words = f"{value:.4g}, right is {right:.4g}" + (f": {hint}" if hint else "")
        yield Part(name, not words, words)


# ---- details -----------------------------------------------------------------------------------------------


def _function(answer: Any, wanted: str) -> None:
    if not callable(answer):
        raise TypeError(
            f"grade: a function {wanted} is asked for; got a {type(answer).__name__} ({named(answer)})"
        )


def _array(x: Any) -> Array | None:
    """An array of finite numbers, or None."""
    try:
        found = np.asarray(x.numpy() if isinstance(x, Tensor) else x, dtype=float)
    except (TypeError, ValueError):
        return None
    return found if np.isfinite(found).all() else None
