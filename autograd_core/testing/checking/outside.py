"""A gradient that the engine did not compute, beside differences of the forward that it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd_core.testing.checking.entries import gradients
from autograd_core.testing.checking.ladder import best_slope
from autograd_core.testing.checking.survey import Spot, index_of, survey

Array = Any


class Outside:
    """φ(x) = Σ g · forward(x), with a gradient that somebody says it has at x: a level of a survey.

    Where x or forward(x) are not finite nothing is asked.
    """

    order = 1

    def __init__(self, forward: Callable[[Array], Array], x: Array, g: Array, gradient: Array) -> None:
        self._forward, self._given = forward, gradient
        self._start = z = forward(x.copy())
        self.weights = [[np.where(np.isfinite(z), np.asarray(g, float), 0.0)]]
        self.subject = SimpleNamespace(infinite=not np.isfinite(z).all())

    def value(self, arrays: list[Array]) -> float:
        with np.errstate(all="ignore"):
            (w,) = self.weights[0]
            return float((w * self._forward(arrays[0].copy())).sum(where=w != 0))

    def at(self, arrays: list[Array]) -> tuple[float, float, list[Array]]:
        (w,) = self.weights[0]
        rounding = np.finfo(float).eps * np.abs(w * self._start).sum(where=w != 0)
        return self.value(arrays), float(rounding), [self._given]


@dataclass(frozen=True)
class Fault:
    """Where a gradient is wrong, both sides, and the whole gradients as far as they were computed."""

    index: tuple[int, ...]
    gradient: float
    differences: float
    found: Array
    wanted: Array


def spot_of(forward: Callable[[Array], Array], x: Array, g: Array, gradient: Array) -> Spot:
    """The spot at which a gradient from outside is judged."""
    return Spot(Outside(forward, x, g, gradient), [np.asarray(x, float)], "reverse")  # type: ignore[arg-type]


def compared(forward: Callable[[Array], Array], x: Array, g: Array, gradient: Array) -> Fault | None:
    """The fault of a gradient of Σ g · forward(x); None at corners and jumps of which it is a slope."""
    spot = spot_of(forward, x, g, gradient)
    flaws = [flaw for flaw in survey(spot).flaws if flaw.suspicious and flaw.entry is not None]
    if not flaws:
        return None
    worst = max(flaws, key=lambda flaw: flaw.size)
    assert worst.entry is not None
    unit = float(spot.scales[0].reshape(-1)[worst.entry[1]])
    found, wanted = gradients(spot, 0)
    index = index_of(worst.entry, x.shape)
    return Fault(index, float(gradient[index]), worst.finding.slope / unit, found, wanted)


def right_at(spot: Spot, places: Any) -> Array:
    """At which of these flat positions the gradient is right, or one of the slopes of a corner."""
    flaws = (spot.judge(spot.single((0, int(k))), (0, int(k))) for k in places)
    return np.array([flaw.finding.kind in ("right", "jump") or not flaw.suspicious for flaw in flaws], bool)


def differences(forward: Callable[[Array], Array], x: Array, g: Array) -> Array:
    """The gradient of Σ g · forward(x) by differences alone."""
    spot = spot_of(forward, x, g, np.zeros(x.shape))
    slopes = [best_slope(spot.line(spot.single(e))) for e in spot.entries()]
    return (np.array(slopes) / spot.scales[0].reshape(-1)).reshape(x.shape)
