"""A function along a line, watched over a ladder of steps: does a slope fit it?

With the right slope s the remainder φ(t) − φ(0) − t·s falls like t² as the step t is made smaller, with a
wrong one only like t; at a kink the slopes to the left and to the right differ however small the step. So the
trend over the ladder decides, not a tolerance: the deviation of the differences from s dies away, or stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, inf, isfinite, log, nan, sqrt

EPSILON = 2.0**-52
FIRST, LAST, FACTOR = 4, 50, 2
"""The ladder: steps of 2^−4, 2^−6, …, at most down to 2^−50 of the size of the arguments."""
QUICK = 14
"""The step 2^−14 is looked at first. Most right slopes are known by it."""
CLEAR = 8.0
"""A deviation so many times above the rounding of the values is one."""
AGREES = 1e-7
"""Differences and slope agree if they deviate by this fraction."""
ROUGH = 1e-3
"""What cannot be told apart to this fraction is not known."""


@dataclass(frozen=True)
class Finding:
    """What a ladder says about a slope.

    Attributes:
        kind: right, wrong, kink, jump (the values themselves differ), steep (the slope grows without bound),
            or noise (nothing can be told).
        slope: the slope by central differences (the middle of both sides at a kink).
        left, right: the slopes of the two sides.
        error: how far `slope` may be off.
        exponent: p, if the remainder with the slope in question falls like t^p.
    """

    kind: str
    slope: float
    left: float
    right: float
    error: float
    exponent: float | None = None

    def holds(self, slope: float) -> bool:
        """Whether the slope lies between those of the two sides."""
        low, high = sorted((self.left, self.right))
        slack = 1e-5 * max(abs(low), abs(high), abs(slope)) + self.error
        return low - slack <= slope <= high + slack


@dataclass(frozen=True)
class _Step:
    t: float
    left: float
    right: float
    noise: float

    @property
    def central(self) -> float:
        if isfinite(self.left) and isfinite(self.right):
            return (self.left + self.right) / 2
        return self.right if isfinite(self.right) else self.left

    @property
    def gap(self) -> float:
        return abs(self.right - self.left) if isfinite(self.left) and isfinite(self.right) else 0.0


class Line:
    """φ along a line: `value(t)`, its value in the middle, and the size of the rounding in it."""

    def __init__(
        self, value: Callable[[float], float], middle: float, noise: float, rounding: float = EPSILON
    ) -> None:
        self.value, self.middle, self.noise, self.rounding = value, middle, noise, rounding
        self._seen: dict[float, float] = {}

    def at(self, t: float) -> float:
        if t not in self._seen:
            self._seen[t] = self.value(t)
        return self._seen[t]

    def step(self, k: float) -> _Step:
        t = 2.0**-k
        right = (self.at(t) - self.middle) / t
        left = (self.middle - self.at(-t)) / t
        larger = max((abs(s) for s in (left, right) if isfinite(s)), default=0.0)
        # the place is rounded too: t times a direction, added to the arguments
        return _Step(t, left, right, (self.noise + 4 * self.rounding * larger) / t)

    def roughness(self) -> float:
        """The size of the noise in the values, from their fourth differences, 0 of a smooth function.

        Moré and Wild, Estimating computational noise, 2011. Of three spacings the middle one, for a kink
        close by disturbs one at most.
        """
        return sorted(self._scatter(t) for t in (2.0**-14, 2.0**-19, 2.0**-24))[1]

    def _scatter(self, spacing: float) -> float:
        values = [self.at(spacing * (j + 0.37)) for j in range(10)]
        if not all(map(isfinite, values)):
            return inf
        for _ in range(4):
            values = [b - a for a, b in pairwise(values)]
        return hypot(*values) / sqrt(70 * len(values))


def judge(line: Line, slope: float, total: float = 0.0) -> Finding:
    """Whether the slope fits the line. `total` is the size of slopes that matter."""
    if not isfinite(line.middle):
        return Finding("noise", nan, nan, nan, inf)
    quick = line.step(QUICK)
    size = max(abs(slope), abs(quick.central))
    if isfinite(slope) and isfinite(size) and _both(quick) and quick.gap <= 4e-3 * size + CLEAR * quick.noise:
        deviation = abs(quick.central - slope)
        if deviation <= AGREES * size and quick.noise <= AGREES * max(size, total):
            return Finding("right", quick.central, quick.left, quick.right, max(deviation, quick.noise))
    return _judge_all(line, slope, total)


def _both(step: _Step) -> bool:
    return isfinite(step.left) and isfinite(step.right)


def _judge_all(line: Line, slope: float, total: float) -> Finding:
    steps = _ladder(line, slope)
    if not steps:
        return Finding("noise", nan, nan, nan, inf)
    finding = _trends(steps, slope, total)
    if finding.kind == "right" or (finding.kind == "steep" and _grows_evenly(steps)):
        return finding
    rough = line.roughness()
    if rough > 2 * line.noise and isfinite(rough):
        known = [_Step(s.t, s.left, s.right, s.noise + 4 * rough / s.t) for s in steps]
        return _trends(known, slope, total)
    return finding


def _grows_evenly(steps: Sequence[_Step]) -> bool:
    """Whether the slope grows like one power of the step all the way, which noise does not."""
    clear = [i for i, s in enumerate(steps) if abs(s.central) > 100 * s.noise][-7:-1]
    power = _power([s.central for s in steps], steps, clear)
    return len(clear) > 5 and -0.9 < power < 0


def _ladder(line: Line, slope: float) -> list[_Step]:
    """Steps from coarse to fine, until rounding has drowned everything."""
    steps = []
    drowned = 0
    for k in range(FIRST, LAST, FACTOR):
        step = line.step(k)
        if not isfinite(step.central):
            continue
        steps.append(step)
        deviates = isfinite(slope) and abs(step.central - slope) > CLEAR * step.noise
        drowned = 0 if deviates or step.gap > CLEAR * step.noise else drowned + 1
        if drowned == 2 and k >= QUICK:
            break
    return steps


def _trends(steps: Sequence[_Step], slope: float, total: float) -> Finding:
    gap = _trend([s.gap for s in steps], steps)
    base = slope if isfinite(slope) else 0.0
    deviations = [s.central - base for s in steps]
    trend = _trend(deviations, steps)
    best = _finest(steps, gap if gap.kind == "stays" else trend, gap.kind == "stays")
    size = max(abs(slope) if isfinite(slope) else 0.0, abs(best.central))

    def found(kind: str, error: float, exponent: float | None = None) -> Finding:
        left, right = (best.left, best.right) if _both(best) else (best.central, best.central)
        return Finding(kind, best.central, left, right, error, exponent)

    if gap.kind == "stays" and best.gap > 1e-5 * max(abs(best.left), abs(best.right)):
        return found("kink", best.noise, 1.0)
    if slope != slope:
        return found("wrong", best.noise)
    if gap.kind == "grows" or (trend.kind == "grows" and (gap.kind != "falls" or _grows_evenly(steps))):
        leaps = [abs(s.central) * s.t for s in steps[-3:]]
        kind = "jump" if max(leaps) < 1.2 * min(leaps) else "steep"
        return found(kind, inf, 1 + trend.power)
    if not isfinite(slope):
        return found("wrong", best.noise)
    reached = min(abs(d) + s.noise for d, s in zip(deviations, steps, strict=True))
    if trend.kind == "stays":
        if abs(best.central - slope) <= AGREES * size:
            return found("right", reached)
        return found("wrong", best.noise, 1 + trend.power)
    known = reached <= ROUGH * max(size, total) or slope == 0.0
    quiet = any(
        abs(d) <= CLEAR * s.noise and abs(d) + s.noise <= ROUGH * max(size, total)
        for d, s in zip(deviations, steps, strict=True)
    )
    if (trend.kind in ("falls", "none") and known) or (trend.kind == "erratic" and quiet):
        return found("right", reached, None if trend.kind == "none" else 1 + trend.power)
    return found("noise", reached)


@dataclass(frozen=True)
class _Trend:
    """kind: none (never above the noise), falls, stays, grows or erratic; like t^power, until step `last`."""

    kind: str
    power: float
    last: int


def _trend(values: Sequence[float], steps: Sequence[_Step]) -> _Trend:
    """How numbers change from step to step, in the finest three that are clearly above the noise."""
    clear = [i for i, s in enumerate(steps) if abs(values[i]) > CLEAR * s.noise]
    if not clear:
        return _Trend("none", nan, len(steps) - 1)
    last = clear[-1]
    if last + 1 < len(steps) and CLEAR * steps[last + 1].noise < abs(values[last]) / 2:
        return _Trend("falls", _power(values, steps, clear[-3:]), last)  # it would still be seen, but is gone
    tail = clear[-3:]
    if len(tail) == 1:
        return _Trend("erratic", nan, last)
    power = _power(values, steps, tail)
    for kind, low, high in (("stays", -0.15, 0.15), ("falls", 0.15, inf), ("grows", -inf, -0.15)):
        if low <= power < high and (len(tail) > 2 or kind == "falls"):
            drifts = kind == "stays" and not _settles(values, steps, clear)
            return _Trend("grows" if drifts else kind, power, last)
    return _Trend("erratic", power, last)


def _settles(values: Sequence[float], steps: Sequence[_Step], clear: Sequence[int]) -> bool:
    """Whether numbers that change little come to rest; those like log t never do."""
    exact = [i for i in clear if steps[i].noise <= 1e-4 * abs(values[i])]
    tail = (exact if len(exact) > 2 else clear)[-3:]
    before, now = (abs(values[j] - values[i]) for i, j in pairwise(tail))
    return now <= max(before / 2, CLEAR * steps[tail[-1]].noise, 1e-3 * abs(values[tail[-1]]))


def _power(values: Sequence[float], steps: Sequence[_Step], tail: Sequence[int]) -> float:
    """p, if the numbers are like t^p; NaN if they change sign, or p changes."""
    powers = []
    for i, j in pairwise(tail):
        ratio = values[i] / values[j]
        powers.append(log(ratio) / log(steps[i].t / steps[j].t) if ratio > 0 else nan)
    even = bool(powers) and max(powers) - min(powers) < 0.6
    return sum(powers) / len(powers) if even else nan


def _finest(steps: Sequence[_Step], trend: _Trend, kink: bool) -> _Step:
    """The step at which slopes are known best: they change little from the step before, or by rounding."""
    if trend.kind == "stays":
        end = steps[trend.last]
        steps = [s for s in steps if abs(s.central - end.central) <= 2 * CLEAR * end.noise]
    best, least = steps[0], inf
    for before, step in pairwise(steps):
        change = abs(step.central - before.central)
        if kink and _both(step) and _both(before):
            change = abs(step.left - before.left) + abs(step.right - before.right)
        if change + step.noise < least:
            best, least = step, change + step.noise
    return best


def best_slope(line: Line) -> float:
    """The slope by central differences, extrapolated to a step of 0, where that is most exact.

    Ridders, Accurate computation of F'(x), 1982.
    """
    best, error, before = nan, inf, nan
    for k in range(8, 25, 4):
        step, half = line.step(k), line.step(k + 1)
        extrapolated = (4 * half.central - step.central) / 3 if _both(step) and _both(half) else half.central
        change = abs(extrapolated - before) if isfinite(before) else abs(extrapolated - step.central)
        if change + step.noise < error:
            best, error = extrapolated, change + step.noise
        before = extrapolated
    return best
