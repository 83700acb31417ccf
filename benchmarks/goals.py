"""What the library wants to reach: at most so many times the best round of a peer in the same run."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from measuring import NAN, Result

Results = Mapping[str, Mapping[str, Result]]

EAGER, COMPILED = "ours", "ours-compiled"
TWICE = ("torch", "torch-vjp", "torch-twice")


@dataclass(frozen=True)
class Goal:
    """`contender` takes at most `most` times what the fastest of `peers` takes."""

    workload: str
    contender: str
    most: float
    peers: tuple[str, ...]

    def found(self, results: Results) -> float:
        """The ratio that was found, nan if one of the two is missing."""
        of = results.get(self.workload, {})
        theirs = [of[p].best for p in self.peers if p in of and not math.isnan(of[p].best)]
        return of[self.contender].best / min(theirs) if theirs and self.contender in of else NAN

    def __str__(self) -> str:
        return f"{self.most:g} × {self.peers[0]}"


@dataclass(frozen=True)
class Limit:
    """A figure of its own kind that may be at most `most`."""

    what: str
    most: float
    find: Callable[[Results, Mapping[str, float]], float]
    unit: str = ""


GOALS = (
    Goal("w1", EAGER, 0.8, ("micrograd",)),
    Goal("w1", COMPILED, 0.04, ("micrograd",)),
    Goal("w2", EAGER, 0.6, ("torch",)),
    Goal("w2", COMPILED, 1.1, ("numpy-hand",)),
    Goal("w3", EAGER, 0.5, ("torch",)),
    Goal("w3", COMPILED, 0.8, ("jax",)),
    Goal("w4", EAGER, 0.7, ("torch",)),
    Goal("w4", COMPILED, 0.88, ("jax",)),
    Goal("w4", COMPILED, 1.0, ("torch-fused",)),
    Goal("w5", EAGER, 0.7, ("torch",)),
    Goal("w5", COMPILED, 0.75, ("jax",)),
    Goal("w5", COMPILED, 0.5, ("torch-compile",)),
    Goal("w6", EAGER, 1.25, ("torch",)),
    Goal("w6", COMPILED, 1.03, ("torch",)),
    Goal("w7", EAGER, 1.4, ("numpy-hand",)),
    Goal("w7", COMPILED, 0.5, ("jax",)),
    Goal("w7", COMPILED, 0.6, ("torch-compile",)),
    Goal("w8a", EAGER, 0.15, ("torch",)),
    Goal("w8a", COMPILED, 1.0, ("jax",)),
    Goal("w8b", EAGER, 0.9, TWICE),
    Goal("w8b", COMPILED, 1.0, ("jax",)),
    Goal("w9a", EAGER, 0.7, ("torch",)),
    Goal("w10", EAGER, 1.5, ("numpy-hand",)),
    Goal("w10", COMPILED, 1.0, ("torch",)),
)


def first_call(results: Results, figures: Mapping[str, float]) -> float:
    of = results.get("w5", {})
    return of[COMPILED].first / of["jax"].first if COMPILED in of and "jax" in of else NAN


def peak(results: Results, figures: Mapping[str, float]) -> float:
    of = results.get("w9a", {})
    return of[EAGER].peak if EAGER in of else NAN


LIMITS = (
    Limit("w9a eager: peak memory above the import", 100, peak, "MiB"),
    Limit("w5 compiled: first call ÷ jax's", 0.25, first_call),
    Limit("import autograd_core ÷ import numpy", 1.4, lambda _, figures: figures.get("import", NAN)),
    Limit("installed beyond NumPy", 5, lambda _, figures: figures.get("installed", NAN) / 1e6, "MB"),
)


def verdict(found: float, most: float) -> str:
    return "-" if math.isnan(found) else "reached" if found <= most else "NOT reached"


def cell(goal: Goal | None, results: Results) -> str:
    """A goal, what was found, and whether that is reached."""
    if goal is None:
        return f"{'':44}"
    found = goal.found(results)
    figure = "-" if math.isnan(found) else f"{found:.3f}"
    return f"{goal!s:>22}{figure:>9}  {verdict(found, goal.most):11}"


def table(results: Results, figures: Mapping[str, float]) -> str:
    """The goals of the workloads that were run, eager and compiled side by side."""
    lines = [f"\n{'goals: at most':24}{'eager':>14}{'found':>9}{'':13}{'compiled':>22}{'found':>9}"]
    for workload in dict.fromkeys(goal.workload for goal in GOALS):
        if workload not in results:
            continue
        eager, compiled = (
            [g for g in GOALS if g.workload == workload and g.contender == c] for c in (EAGER, COMPILED)
        )
        for i in range(max(len(eager), len(compiled))):
            pair = [cell(goals[i] if i < len(goals) else None, results) for goals in (eager, compiled)]
            lines.append(f"  {'' if i else workload:12}{pair[0]}{pair[1]}".rstrip())
    for limit in LIMITS:
        found = limit.find(results, figures)
        if not math.isnan(found):
            figure = f"{found:.3g} {limit.unit}".strip()
            lines.append(f"  {limit.what:44}at most {limit.most:g}: {figure}, {verdict(found, limit.most)}")
    return "\n".join(lines) if len(lines) > 1 else ""


def summary(results: Results, figures: Mapping[str, float]) -> list[dict[str, Any]]:
    """The same for a file."""
    ratios = [(f"{g.workload} {g.contender} ÷ {g.peers[0]}", g.most, g.found(results)) for g in GOALS]
    others = [(limit.what, limit.most, limit.find(results, figures)) for limit in LIMITS]
    return [
        {"goal": what, "most": most, "found": found}
        for what, most, found in ratios + others
        if not math.isnan(found)
    ]
