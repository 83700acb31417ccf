"""Whether a function gives the same values again, and what it drew if not."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.creation import generator
from autograd_core.testing.checking.subject import Subject

AGAIN = 8
"""A function that draws random numbers is called so often again: small masks may come out alike."""


def difference(subject: Subject) -> tuple[int, tuple[int, ...], float, float, str] | None:
    """Where two calls differ: result, index, both values, and why; None if they do not."""
    before = _states(subject)
    first = subject.plain(subject.start)
    drawn = [name for name, state in _states(subject).items() if state != before[name]]
    for _ in range(AGAIN if drawn else 1):
        found = _compared(first, subject.plain(subject.start))
        if found is not None:
            return *found, _reason(drawn)
    return None


def _compared(first: list[Any], second: list[Any]) -> tuple[int, tuple[int, ...], float, float] | None:
    for k, (a, b) in enumerate(zip(first, second, strict=False)):
        if a.shape != b.shape:
            return k, (), float(a.size), float(b.size)
        if not a.size:
            continue
        largest = float(np.abs(np.where(np.isfinite(a), a, 0)).max())
        with np.errstate(invalid="ignore"):
            same = (a == b) | (np.isnan(a) & np.isnan(b))
            off = np.where(same, 0.0, np.abs(a.astype(float) - b))
        off = np.where(np.isnan(off), np.inf, off)
        worst = np.unravel_index(int(off.argmax()), off.shape)
        # sums may be added in another order when arrays lie elsewhere in memory
        if off[worst] > 1e3 * float(np.finfo(a.dtype).eps) * largest:
            return k, tuple(int(i) for i in worst), float(a[worst]), float(b[worst])
    return None


def _states(subject: Subject) -> dict[str, str]:
    sources: dict[str, Callable[[], Any]] = {
        "the default generator of autograd_core": lambda: generator().bit_generator.state,
        "np.random": lambda: np.random.get_state(),  # noqa: NPY002 - whether f uses it
        "random": random.getstate,
    }
    for k, value in enumerate(subject.values):
        if isinstance(value, np.random.Generator):
            sources[f"the generator among the arguments (value {k})"] = lambda v=value: v.bit_generator.state  # type: ignore[misc]
    return {name: _text(state()) for name, state in sources.items()}


def _text(state: Any) -> str:
    parts = state if isinstance(state, tuple) else (state,)
    return " ".join(p.tobytes().hex() if isinstance(p, np.ndarray) else repr(p) for p in parts)


def _reason(drawn: list[str]) -> str:
    if not drawn:
        return (
            "No known generator moved: f keeps a state between calls, or draws from a generator of its own. "
            "Make the generator anew inside f, rng = np.random.default_rng(0)."
        )
    seeds = {"np.random": "np.random.seed(0)", "random": "random.seed(0)"}
    how = " and ".join(dict.fromkeys(seeds.get(name, "ac.manual_seed(0) or rng=0") for name in drawn))
    return (
        f"f drew random numbers from {' and '.join(drawn)}. Fix the seed inside f, with {how}, "
        "so that every call draws the same."
    )
