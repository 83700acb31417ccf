"""From a flaw of a weighted sum to one entry of one derivative: which result, which argument, both sides."""

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any

import numpy as np

from autograd_core.testing.checking.guesses import Guess, guess
from autograd_core.testing.checking.ladder import best_slope
from autograd_core.testing.checking.subject import Arrays, Level
from autograd_core.testing.checking.survey import Entry, Flaw, Spot

SMALL = 256
"""Of bigger arguments the whole gradient is not computed by differences for a guess, but a sample."""


@dataclass(frozen=True)
class Cell:
    """One entry of a derivative, engine and differences.

    Attributes:
        chosen: per order which entry of what is differentiated, place and flat index: of the results, then of
            the gradients by the arguments; None where there is one only, or none alone shows the flaw.
        engine, differences, left, right: the derivative by the engine, by differences, and of both sides.
        error: how far `differences` may be off.
        flaw: the line judged again for this entry alone.
    """

    chosen: list[Entry | None]
    engine: float
    differences: float
    left: float
    right: float
    error: float
    flaw: Flaw


def cell(spot: Spot, flaw: Flaw, entry: Entry) -> Cell:
    """Look for the result that shows the flaw, by halving the results; so too for what was differentiated
    before."""
    p, i = entry
    unit = float(spot.scales[p].reshape(-1)[i])
    direction = spot.single(entry)
    weights = list(spot.level.weights)
    chosen: list[Entry | None] = []
    for number in reversed(range(len(weights))):
        group = [(k, int(j)) for k, w in enumerate(weights[number]) for j in np.flatnonzero(w)]
        several = len(group) > 1
        while len(group) > 1:
            middle = len(group) // 2
            kept = []
            for half in (group[:middle], group[middle:]):
                weights[number] = _only(spot.level.weights[number], half)
                judged = Spot(Level(spot.level.subject, weights), spot.arrays, spot.mode).judge(
                    direction, entry
                )
                if judged.finding.kind != "right":
                    kept.append((judged, half))
            if not kept:
                break
            flaw, group = max(kept, key=lambda pair: (pair[0].suspicious, _badness(pair[0])))
        weights[number] = _only(spot.level.weights[number], group)
        if len(group) == 1:
            k, j = group[0]
            unit *= float(weights[number][k].reshape(-1)[j])
        chosen.insert(0, group[0] if several and len(group) == 1 else None)
    f = flaw.finding
    engine, slope, left, right, error = (v / unit for v in (flaw.slope, f.slope, f.left, f.right, f.error))
    return Cell(chosen, engine, slope, left, right, abs(error), flaw)


def _only(weights: Arrays, group: list[Entry]) -> Arrays:
    kept: Arrays = [np.zeros(w.shape, w.dtype) for w in weights]
    for k, i in group:
        kept[k].reshape(-1)[i] = weights[k].reshape(-1)[i]
    return kept


def _badness(flaw: Flaw) -> float:
    if flaw.suspicious:
        return flaw.size
    gap = abs(flaw.finding.right - flaw.finding.left)
    return gap if isfinite(gap) else inf


def gradients(spot: Spot, place: int) -> tuple[Any, Any]:
    """The gradient by one argument, by the engine and by differences; of a big one a flat sample."""
    size, shape = spot.arrays[place].size, spot.arrays[place].shape
    picks = np.arange(size) if size <= SMALL else np.linspace(0, size - 1, 32).astype(int)
    units = spot.scales[place].reshape(-1)[picks]
    lines = [spot.single((place, int(i))) for i in picks]
    found = np.array([spot.slope(v) for v in lines]) / units
    wanted = np.array([best_slope(spot.line(v)) for v in lines]) / units
    return (found.reshape(shape), wanted.reshape(shape)) if size <= SMALL else (found, wanted)


def mistake(spot: Spot, place: int, names: dict[str, int]) -> Guess | None:
    """What the engine's gradient by one argument looks like beside the right one."""
    f, w = gradients(spot, place)
    if f.shape != spot.arrays[place].shape:
        answer = guess(f, w, names=names)
        return answer if answer and answer.kind in ("factor", "sign") else None
    weights = [v for ws in spot.level.weights for w in ws for v in w.reshape(-1) if v]
    if len(weights) == 1:
        f, w = f / weights[0], w / weights[0]
    answer = guess(f, w, names=names)
    if answer is not None and answer.kind == "constant" and len(weights) > 1:
        return None  # of a weighted sum: not a number of the function
    if answer is not None and answer.kind == "not finite":
        return replace(answer, text=f"{answer.text}, where the function is smooth")
    return answer


def sizes(spot: Spot, values: list[Any]) -> dict[str, int]:
    """The lengths of all axes of the arguments and results, by name."""
    named = {}
    for place in spot.level.subject.places:
        for axis, n in enumerate(place.shape):
            named[f"the length of axis {axis} of {place.name}"] = n
    for y in values:
        for axis, n in enumerate(y.shape):
            named.setdefault(f"the length of axis {axis} of the result", n)
    return named
