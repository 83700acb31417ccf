"""How far to go along a direction: the strong Wolfe conditions."""

from collections.abc import Callable
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Evaluate = Callable[[Array], tuple[float, Array]]
"""The loss at a point, and its gradient there."""

C1 = 1e-4
C2 = 0.9


class Point(NamedTuple):
    """A point of the line: t, the value there, the gradient, and its component along the line, φ'(t)."""

    t: float
    value: float
    gradient: Array
    slope: float


class Line:
    """The line x + t d, and how often it was evaluated."""

    def __init__(self, evaluate: Evaluate, x: Array, d: Array) -> None:
        self.evaluate, self.x, self.d = evaluate, x, d
        self.evaluations = 0

    def __call__(self, t: float) -> Point:
        """The point at t."""
        self.evaluations += 1
        value, gradient = self.evaluate(self.x + t * self.d)
        return Point(t, value, gradient, float(gradient @ self.d))


def strong_wolfe(
    at: Callable[[float], Point],
    start: Point,
    t: float,
    *,
    narrow: float,
    trials: int,
    flatness: float = C2,
) -> Point:
    """A point that is low enough and flat enough, or the lowest that was found.

    φ(t) ≤ φ(0) + c₁ t φ'(0) and |φ'(t)| ≤ c₂ |φ'(0)|, with c₁ = 1e-4.

    Args:
        at: gives the point at t.
        start: the point at 0, with a negative slope.
        t: the first t to try.
        narrow: an interval that is not wider is not searched any further.
        trials: points to try at most, after the first.
        flatness: c₂.

    J. Nocedal, S. J. Wright: Numerical optimization (2006), algorithms 3.5 and 3.6; how far a trial may go
    and when it is moved off the edge of the interval is as in M. Schmidt's minFunc (2005) and torch.
    """

    def too_high(point: Point) -> bool:
        return not point.value <= start.value + C1 * point.t * start.slope  # NaN is too high

    def flat(point: Point) -> bool:
        return abs(point.slope) <= -flatness * start.slope

    # go on until an interval is sure to hold such a point
    previous, point, tried = start, at(t), 0
    while True:
        if tried == trials:
            ends = [start, point]
            break
        if too_high(point) or (tried > 1 and point.value >= previous.value):
            ends = [previous, point]
            break
        if flat(point):
            return point
        if point.slope >= 0:
            ends = [previous, point]
            break
        further = point.t + 0.01 * (point.t - previous.t), 10 * point.t
        previous, point = point, at(_lowest(previous, point, further))
        tried += 1

    # make the interval smaller; its lower end has a slope that leads inside
    near_edge = False
    while tried < trials and abs(ends[1].t - ends[0].t) > narrow:
        low, high = _order(ends)
        first, last = sorted(end.t for end in ends)
        t, margin = _lowest(ends[0], ends[1], (first, last)), 0.1 * (last - first)
        if min(last - t, t - first) >= margin:
            near_edge = False
        elif near_edge or not first < t < last:
            t = last - margin if last - t < t - first else first + margin
            near_edge = False
        else:
            near_edge = True
        point = at(t)
        tried += 1
        if too_high(point) or point.value >= ends[low].value:
            ends[high] = point
        elif flat(point):
            return point
        else:
            if point.slope * (ends[high].t - ends[low].t) >= 0:
                ends[high] = ends[low]
            ends[low] = point
    return ends[_order(ends)[0]]


def _order(ends: list[Point]) -> tuple[int, int]:
    """The numbers of the lower end and of the higher one; NaN is not lower."""
    return (1, 0) if ends[1].value < ends[0].value else (0, 1)


def _lowest(a: Point, b: Point, bounds: tuple[float, float]) -> float:
    """Where the cubic through two points and their slopes is lowest, inside of the bounds; their middle if it
    has no lowest point (Nocedal, Wright, equation 3.59)."""
    if a.t > b.t:
        a, b = b, a
    lower, upper = bounds
    d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if not 0 <= square < inf:
        return (lower + upper) / 2
    d2 = sqrt(square)
    across = b.slope - a.slope + 2 * d2
    if across == 0:
        return (lower + upper) / 2
    return min(max(b.t - (b.t - a.t) * ((b.slope + d2 - d1) / across), lower), upper)
