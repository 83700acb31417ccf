"""The derivatives of a function at one spot, judged along lines: number by number, and in all at once."""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from autograd_core.testing.checking.ladder import QUICK, Finding, Line, judge
from autograd_core.testing.checking.subject import Arrays, Level
from autograd_core.testing.checking.weights import scale

Entry = tuple[int, int]
"""A number among the arguments: its place and where it stands in that array, laid out flat."""
Direction = dict[int, Any]
"""By place how far to move; the other places stay."""


def index_of(entry: Entry, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index of a number in its array."""
    return tuple(int(n) for n in np.unravel_index(entry[1], shape)) if shape else ()


ALL = 40
"""So many numbers are looked at one by one; of more, groups are, and those that fail are halved."""
NEARBY = 2.0**-9
"""How far a point is that lies nearby, by the size of the arguments."""
MATTERS = 1e-6
"""Second derivatives need not be known more closely than this, where function and arguments are about 1."""
CLOSE = 1e-6
"""To this fraction the slopes of a smooth function are known."""
REFUSALS = (ValueError, ArithmeticError, np.linalg.LinAlgError)
"""What a function may raise where it is not defined."""
FAULTS = 3
"""So many wrong entries of a big argument are searched for."""


@dataclass
class Flaw:
    """A line along which the derivative does not simply fit."""

    direction: Direction
    entry: Entry | None
    slope: float
    finding: Finding
    size: float = 0.0

    @property
    def suspicious(self) -> bool:
        """Whether the engine's slope is none of the slopes of the function there."""
        kind = self.finding.kind
        return kind == "wrong" or (kind == "kink" and not self.finding.holds(self.slope))


@dataclass
class Survey:
    """What the lines said: how many numbers and lines were judged, the flaws, and the largest deviation of
    the other lines. Numbers are outside that cannot be moved either way, as the exponent in (−2)**y."""

    count: int = 0
    outside: int = 0
    lines: int = 0
    deviation: float = 0.0
    flaws: list[Flaw] = field(default_factory=list)


class Spot:
    """φ of one order at one point, and the engine's slopes there in one mode."""

    def __init__(self, level: Level, arrays: Arrays, mode: str) -> None:
        self.level, self.arrays, self.mode = level, arrays, mode
        self.middle, rounding, self.gradient = level.at(arrays)
        self.noise = 2 * rounding
        self.rounding = max((float(np.finfo(a.dtype).eps) for a in arrays), default=0.0)
        self.scales = [scale(a) for a in arrays]
        # 0 · ∞ is NaN where a slope is infinite, which is no mistake of forward mode
        self.steep = any(g is not None and np.isinf(g).any() for g in self.gradient)
        self.total = 0.0

    def entries(self) -> list[Entry]:
        """The numbers that can be moved: the finite ones."""
        found = []
        for p, a in enumerate(self.arrays):
            finite = np.isfinite(a)
            if self.mode == "reverse" and self.level.subject.infinite and self.gradient[p] is not None:
                finite = finite & ~np.isnan(self.gradient[p])  # the gradient of an infinite result times 0
            found += [(p, int(i)) for i in np.flatnonzero(finite)]
        return found

    def slope(self, direction: Direction) -> float:
        """The derivative along a direction, as the engine has it."""
        if self.mode == "reverse":
            with np.errstate(all="ignore"):
                parts = [(self.gradient[p], v) for p, v in direction.items()]
                return sum((float((g * v).sum(where=v != 0)) for g, v in parts if g is not None), 0.0)
        full = [direction.get(p, np.zeros_like(a)) for p, a in enumerate(self.arrays)]
        return self.level.tangent(self.arrays, full, self.steep)

    def line(self, direction: Direction) -> Line:
        return Line(lambda t: self.at(direction, t), self.middle, self.noise, self.rounding)

    def at(self, direction: Direction, t: float) -> float:
        """φ a step away; NaN where the function refuses the arguments."""
        try:
            return self.level.value(moved(self.arrays, direction, t))
        except REFUSALS:
            return nan

    def judge(self, direction: Direction, entry: Entry | None = None) -> Flaw:
        slope = self.slope(direction)
        finding = judge(self.line(direction), slope, self.total)
        size = abs(finding.slope - slope) if isfinite(slope) and isfinite(finding.slope) else inf
        return Flaw(direction, entry, slope, finding, size)

    def single(self, entry: Entry) -> Direction:
        """The direction of one number."""
        p, i = entry
        v = np.zeros(self.arrays[p].shape, self.arrays[p].dtype)  # not in Fortran order
        v.reshape(-1)[i] = self.scales[p].reshape(-1)[i]
        return {p: v}

    def several(self, entries: Iterable[Entry], rng: np.random.Generator, signs: bool = True) -> Direction:
        """A random direction of some numbers."""
        picks: dict[int, list[int]] = {}
        for p, i in entries:
            picks.setdefault(p, []).append(i)
        direction: Direction = {}
        for p, where in picks.items():
            direction[p] = np.zeros(self.arrays[p].shape, self.arrays[p].dtype)
            share = rng.uniform(0.5, 1.0, len(where)) * (
                rng.choice((-1.0, 1.0), len(where)) if signs else 1.0
            )
            direction[p].reshape(-1)[where] = share * self.scales[p].reshape(-1)[where]
        return direction

    def closer(self) -> "Spot | None":
        """The same spot, where small numbers move by their own size only; None if none is that small."""
        sizes = [
            np.where((a != 0) & np.isfinite(a), np.abs(a), s)
            for a, s in zip(self.arrays, self.scales, strict=True)
        ]
        if not any((size < s / 16).any() for size, s in zip(sizes, self.scales, strict=True)):
            return None
        spot = copy(self)
        spot.scales = sizes
        return spot

    def nearby(self, rng: np.random.Generator, sign: float = 0.0) -> Arrays:
        """The arguments with every number moved a little, all the same way if a sign is given."""
        direction = self.several(self.entries(), rng, not sign)
        return moved(self.arrays, direction, 2 * NEARBY * (sign or 1.0))


def moved(arrays: Arrays, direction: Direction, t: float) -> Arrays:
    """The arguments a step along a direction."""
    out = list(arrays)
    for p, v in direction.items():
        step = np.where(v != 0, v * v.dtype.type(t), 0)
        out[p] = np.where(v != 0, arrays[p] + step, arrays[p])
    return out


def survey(spot: Spot, seed: int = 0) -> Survey:
    """Judge a spot along lines: two random ones and one of growing numbers only, then each number.

    Of more than a few numbers groups are judged instead, and a group that fails is halved until the numbers
    are found that are to blame.
    """
    rng = np.random.default_rng(seed)
    entries = _inside(spot, rng)
    out = Survey(len(entries), outside=len(spot.entries()) - len(entries))
    if not entries:
        return out
    dense = [spot.several(entries, rng, signs) for signs in (True, True, False)]
    spot.total = max((abs(spot.slope(d)) for d in dense), default=0.0)
    spot.total = spot.total if isfinite(spot.total) else 0.0
    if spot.level.order > 1:
        spot.total = max(spot.total, MATTERS)
    for direction in dense[: 3 if len(entries) > 1 else 1]:
        _note(spot, out, spot.judge(direction))
    groups = [[e] for e in entries] if len(entries) <= ALL else list(_groups(entries, rng))
    failed = []
    for group in groups:
        flaw = _judged(spot, group, rng)
        _note(spot, out, flaw)
        if flaw.finding.kind != "right" and len(group) > 1:
            failed.append((flaw, group))
    _halve(spot, failed or ([(out.flaws[0], entries)] if out.flaws and len(entries) > ALL else []), out, rng)
    return out


def _inside(spot: Spot, rng: np.random.Generator) -> list[Entry]:
    """The entries that can be moved at least one way, so that the function stays finite."""
    entries = spot.entries()
    t = 2.0**-QUICK
    every = spot.several(entries, rng) if entries else {}
    if not entries or isfinite(spot.at(every, t)) or isfinite(spot.at(every, -t)) or len(entries) > 10 * ALL:
        return entries
    movable = [(e, spot.single(e)) for e in entries]
    return [e for e, v in movable if isfinite(spot.at(v, t)) or isfinite(spot.at(v, -t))]


def _note(spot: Spot, out: Survey, flaw: Flaw) -> None:
    out.lines += 1
    if flaw.finding.kind == "right":
        out.deviation = max(out.deviation, flaw.finding.error / (spot.total or 1.0))
    else:
        out.flaws.append(flaw)


def _judged(spot: Spot, group: list[Entry], rng: np.random.Generator) -> Flaw:
    if len(group) == 1:
        return spot.judge(spot.single(group[0]), group[0])
    return spot.judge(spot.several(group, rng))


def _groups(entries: list[Entry], rng: np.random.Generator) -> Iterator[list[Entry]]:
    """Per place a few random groups."""
    places = sorted({p for p, _ in entries})
    for p in places:
        own = [e for e in entries if e[0] == p]
        own = [own[k] for k in rng.permutation(len(own))]
        parts = min(len(own), max(1, ALL // len(places) // 2))
        yield from ([own[int(k)] for k in part] for part in np.array_split(np.arange(len(own)), parts))


def _halve(spot: Spot, failed: list[tuple[Flaw, list[Entry]]], out: Survey, rng: np.random.Generator) -> None:
    """Search the failed groups for single numbers: those whose slope is none first, of these the smallest."""
    found = 0
    while failed and found < FAULTS:
        failed.sort(key=lambda pair: (pair[0].suspicious, -len(pair[1]), pair[0].size))
        if found and not failed[-1][0].suspicious:
            break  # more kinks of the same kind
        _, group = failed.pop()
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            flaw = _judged(spot, half, rng)
            if flaw.finding.kind == "right":
                continue
            if len(half) == 1:
                out.flaws.append(flaw)
                found += 1
            else:
                failed.append((flaw, half))


def neighbours(spot: Spot, rng: np.random.Generator) -> Iterator[Spot]:
    """Spots nearby at which the function is finite, and does not refuse the arguments."""
    for sign in (0.0, 0.0, 1.0, -1.0):
        try:
            near = Spot(spot.level, spot.nearby(rng, sign), spot.mode)
        except REFUSALS:
            continue
        if isfinite(near.middle):
            near.total = spot.total
            yield near


def agrees_nearby(spot: Spot, rng: np.random.Generator, closely: bool = False) -> bool:
    """Whether the engine is right at points nearby, on all sides; closely: to the rounding of a smooth
    function, and not only as far as noise lets one see."""
    near = None
    for near in neighbours(spot, rng):
        flaw = near.judge(near.several(near.entries(), rng))
        if flaw.finding.kind != "right" and (flaw.suspicious or flaw.finding.kind == "noise"):
            return False
        fine = max(CLOSE, 1e3 * spot.rounding) * max(abs(flaw.slope), spot.total)
        if closely and flaw.finding.kind == "right" and flaw.finding.error > fine:
            return False
    return near is not None


def reached_nearby(spot: Spot, flaw: Flaw, rng: np.random.Generator) -> bool:
    """Whether the engine's slope lies among the slopes along the same direction at points nearby.

    The slopes in the limit nearby span Clarke's generalised derivative.
    """
    t = 2.0**-17
    around = [spot.nearby(rng) for _ in range(12)]
    around += [moved(spot.arrays, flaw.direction, s * NEARBY) for s in (1.0, -1.0)]
    slopes = []
    for arrays in around:
        near = Spot.__new__(Spot)
        near.level, near.arrays = spot.level, arrays
        slopes.append((near.at(flaw.direction, t) - near.at(flaw.direction, -t)) / (2 * t))
    known = [s for s in slopes if isfinite(s)]
    if not known or not isfinite(flaw.slope):
        return False
    # the slope itself changes over the way to nearby
    slack = 8 * NEARBY * max(abs(s) for s in known)
    return min(known) - slack <= flaw.slope <= max(known) + slack
