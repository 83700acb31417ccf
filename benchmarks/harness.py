"""How the benchmarks measure: contenders in turn, many rounds, medians, ratios side by side.

Absolute times differ from machine to machine and from minute to minute; the ratio of two contenders that ran
in the same round hardly does. So a round runs every contender once, each round starts with another one, and a
ratio is the median of the rounds' ratios. The cyclic garbage collector is on as in a user's program, and
runs before every round, so that nobody pays for another's garbage.
"""

import gc
import importlib
import os
import platform
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np


@dataclass
class Bound:
    """The most that `ratio` may be; `what` says of what."""

    what: str
    ratio: float
    most: float

    @property
    def kept(self) -> bool:
        return self.ratio <= self.most

    def __str__(self) -> str:
        return f"{self.what}: {self.ratio:.2f}, bound {self.most:g} - {'kept' if self.kept else 'MISSED'}"


@dataclass
class Times:
    """The seconds of every contender in every round."""

    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, other: str) -> float:
        """How many times as long `name` took as `other` in the same round: the median."""
        pairs = zip(self.seconds[name], self.seconds[other], strict=True)
        return statistics.median(mine / theirs for mine, theirs in pairs)


def measure(contenders: Mapping[str, Callable[[], object]], *, rounds: int, least: float = 0.01) -> Times:
    """Time the contenders in interleaved rounds, after a warm-up.

    Each is repeated within a round until it has run for about `least` seconds.
    """
    names = list(contenders)
    repeats = {name: max(1, round(least / _once(contenders[name]))) for name in names}
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for i in range(rounds):
        first = i % len(names)
        gc.collect()
        for name in names[first:] + names[:first]:
            run, times = contenders[name], range(repeats[name])
            start = perf_counter()
            for _ in times:
                run()
            seconds[name].append((perf_counter() - start) / len(times))
    return Times(seconds)


def _once(run: Callable[[], object]) -> float:
    """The time of one run when warm."""
    start = perf_counter()
    run()
    if perf_counter() - start > 0.5:
        return perf_counter() - start
    start = perf_counter()
    run()
    return perf_counter() - start


def table(title: str, times: Times, *, per: int = 1, unit: str = "µs", against: str) -> None:
    """Print a line per contender: the median time, divided by `per`, and the ratio to `against`."""
    scale = {"µs": 1e6, "ms": 1e3, "s": 1.0}[unit]
    print(f"\n{title}")
    width = max(len(name) for name in times.seconds)
    for name in times.seconds:
        ratio = times.ratio(name, against)
        print(f"  {name:{width}}  {times.median(name) * scale / per:9.2f} {unit}   {ratio:7.2f} × {against}")


def same(results: Mapping[str, list[Any]], rtol: float = 1e-6) -> None:
    """Refuse to compare contenders that compute different things."""
    first, *others = results
    for other in others:
        for mine, theirs in zip(results[first], results[other], strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=1e-9, err_msg=f"{first} and {other}")


def optional(name: str) -> Any:
    """A module that need not be there; None, and a line that says so, if it is not."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"\n{name} not installed: not compared")
        return None


def environment() -> str:
    """What the numbers depend on."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    names = [n for n in sorted(os.environ) if n.startswith("OPENBLAS_") or n.endswith("_NUM_THREADS")]
    threads = ", ".join(f"{n}={os.environ[n]}" for n in names) or "none set"
    return "\n".join(
        (
            f"python {platform.python_version()}, numpy {np.__version__}, {blas['name']} {blas['version']}",
            f"{os.cpu_count()} processors, {platform.machine()}, {sys.platform}",
            f"environment: {threads}",
            f"garbage collector {'on' if gc.isenabled() else 'off'} {gc.get_threshold()}, run before a round",
            "times are medians of interleaved rounds, ratios medians of the rounds' ratios",
        )
    )
