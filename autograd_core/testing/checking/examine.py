"""From the flaws along lines to what they mean: wrong, a kink, or nothing that can be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from autograd_core.node import ancestors
from autograd_core.testing.blaming.single_ops import SingleOp, single_ops
from autograd_core.testing.checking.subject import Level
from autograd_core.testing.checking.survey import (
    Flaw,
    Spot,
    Survey,
    agrees_nearby,
    neighbours,
    reached_nearby,
    survey,
)

SINGLE = 64
"""Of an op with more results they are not looked at one by one."""


@dataclass(frozen=True)
class Outcome:
    """What became of one order in one mode at one spot.

    Attributes:
        kind: right, wrong, kink, or noise.
        flaw: the line that shows it best.
        spot: where that was, if not at the arguments themselves then a little off a kink.
        op: the op whose rule is wrong at a kink.
        note: a line more for people.
        only_here: whether it is wrong at this spot, and right at those close by.
    """

    kind: str
    survey: Survey
    spot: Spot
    flaw: Flaw | None = None
    op: str | None = None
    note: str = ""
    only_here: bool = False


def examine(spot: Spot, alone: bool = False) -> Outcome:
    """Judge a spot. `alone`: the function is one op, so that no others can be the reason."""
    found = survey(spot)
    rng = np.random.default_rng(1)
    if not found.flaws:
        return Outcome("right", found, spot)
    suspicious = [flaw for flaw in found.flaws if flaw.suspicious]
    closer = spot.closer() if suspicious else None
    if closer is not None and not (found_closer := survey(closer)).flaws:
        return Outcome("right", found_closer, closer)
    if suspicious:
        return _suspected(spot, found, suspicious, alone, rng)
    kinked = [flaw for flaw in found.flaws if flaw.finding.kind != "noise"]
    if not kinked:
        worst = _worst(spot, found.flaws)
        if agrees_nearby(spot, rng, closely=True) and all(
            reached_nearby(spot, flaw, rng) for flaw in found.flaws
        ):
            return Outcome("kink", found, spot, worst, note="A kink lies so near that rounding hides it.")
        return Outcome("noise", found, spot, worst)
    steep = all(flaw.finding.kind == "steep" for flaw in kinked)
    if not agrees_nearby(spot, rng, closely=steep):
        for off in neighbours(spot, rng):
            there = survey(off)
            flaws = [flaw for flaw in there.flaws if flaw.suspicious]
            if flaws:
                return Outcome("wrong", there, off, _worst(off, flaws), note="Found a little off a kink.")
        return Outcome("noise", found, spot, _worst(spot, kinked))
    return Outcome("kink", found, spot, _first(kinked), note=_kind_of(kinked))


def _suspected(
    spot: Spot, found: Survey, suspicious: list[Flaw], alone: bool, rng: np.random.Generator
) -> Outcome:
    """Wrong everywhere, or only here, at a kink? And if here, one rule's choice or several that meet?"""
    worst = _worst(spot, suspicious)
    if not agrees_nearby(spot, rng):
        return Outcome("wrong", found, spot, worst)
    left = [flaw for flaw in suspicious if not reached_nearby(spot, flaw, rng)]
    kinked = [flaw for flaw in found.flaws if flaw.finding.kind not in ("noise", "wrong")]
    if not left:
        return Outcome("kink", found, spot, _first(kinked or suspicious), note=_kind_of(kinked))
    if alone or spot.level.order > 1:
        return Outcome("wrong", found, spot, _worst(spot, left), None, _at_kink(kinked), True)
    guilty, ops = blamed(spot)
    if guilty is None and ops:
        note = f"Several kinks meet: each rule ({', '.join(ops)}) gives a slope of its op."
        return Outcome("kink", found, spot, _first(kinked or left), note=note)
    return Outcome("wrong", found, spot, _worst(spot, left), guilty, _at_kink(kinked), True)


def blamed(spot: Spot) -> tuple[str | None, list[str]]:
    """The first op whose own derivative is wrong, if that shows, and those that are at a kink."""
    kinked: dict[str, None] = {}
    first = Level(spot.level.subject, spot.level.weights[:1])
    roots = first.roots(first.subject.variables(spot.arrays))
    for op in single_ops(ancestors([y.node for y, _ in roots if y.node is not None])):
        kind = examine_op(op, spot.mode).kind
        if kind == "wrong":
            return op.name, list(kinked)
        if kind == "kink":
            kinked[op.name] = None
    return None, list(kinked)


def examine_op(op: SingleOp, mode: str = "reverse") -> Outcome:
    """One op by itself; of several results each by itself where their sum looks wrong at this spot only."""
    outcome = examine(Spot(op.level, op.arrays, mode), alone=True)
    levels = list(_one_by_one(op.level)) if outcome.only_here else []
    if not levels or any(examine(Spot(level, op.arrays, mode), True).kind == "wrong" for level in levels):
        return outcome
    return Outcome("kink", outcome.survey, outcome.spot)


def _one_by_one(level: Level) -> Iterator[Level]:
    """The same function by single results; none if there is but one, or too many."""
    weights = level.weights[-1]
    spots = [(k, i) for k, w in enumerate(weights) for i in np.flatnonzero(w)]
    if 1 < len(spots) <= SINGLE:
        for k, i in spots:
            masked = [np.zeros(w.shape, w.dtype) for w in weights]
            masked[k].reshape(-1)[i] = weights[k].reshape(-1)[i]
            yield level.weighted(masked)


def _worst(spot: Spot, flaws: list[Flaw]) -> Flaw:
    """The worst single number, if one was found, else the worst line."""
    single = [flaw for flaw in flaws if flaw.entry is not None]

    def size(flaw: Flaw) -> float:
        if flaw.entry is None:
            return flaw.size
        p, i = flaw.entry
        scales = spot.scales[p].reshape(-1)
        return flaw.size / float(scales[i]) * float(np.median(scales))

    return max(single or flaws, key=size)


def _first(flaws: list[Flaw]) -> Flaw:
    return min(flaws, key=lambda flaw: flaw.entry or (inf, 0))


def _kind_of(flaws: list[Flaw]) -> str:
    kinds = {flaw.finding.kind for flaw in flaws}
    if "jump" in kinds:
        return "The function jumps here; close by its derivative is right."
    if "steep" in kinds:
        return "The slope grows without bound here; close by the derivative is right."
    return ""


def _at_kink(flaws: list[Flaw]) -> str:
    return "Only here, at a kink; close by it is right." if flaws else "Only here; close by it is right."
