"""Settings of optimizers: which names there are, in which ranges, and as plain Python values."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import numpy as np

Range = tuple[Callable[[Any], bool], str]
"""Whether a value is in it, and its name in words."""


def one_of(*words: str | None) -> Range:
    """The range of a setting that is one of some words."""
    return lambda x: x in words, " or ".join(map(repr, words))


def count(least: int = 1, *, optional: bool = False) -> Range:
    """The range of a number of times."""
    words = f"an integer of at least {least}".replace("-", "−") + (", or None" if optional else "")
    return (
        lambda x: (optional and x is None) or (isinstance(x, int) and not isinstance(x, bool) and x >= least),
        words,
    )


NOT_NEGATIVE: Range = (lambda x: 0 <= x < inf, "at least 0, and finite")
FINITE: Range = (lambda x: -inf < x < inf, "a finite number")
SHARE: Range = (lambda x: 0 <= x <= 1, "between 0 and 1")
BOOLEAN: Range = (lambda x: isinstance(x, bool), "True or False")

RANGES: Mapping[str, Range] = {
    **dict.fromkeys(("lr", "eps", "weight_decay", "momentum"), NOT_NEGATIVE),
    **dict.fromkeys(("lr_decay", "momentum_decay", "initial_accumulator_value"), NOT_NEGATIVE),
    **dict.fromkeys(("tolerance_grad", "tolerance_change"), NOT_NEGATIVE),
    **dict.fromkeys(("maximize", "nesterov", "amsgrad", "centered", "decoupled_weight_decay"), BOOLEAN),
    **dict.fromkeys(("max_iter", "max_eval", "history_size"), count()),
    "dampening": FINITE,
    "betas": (lambda x: len(x) == 2 and all(0 <= b < 1 for b in x), "two numbers with 0 ≤ β < 1"),
}
"""The range of every setting of that name, unless the optimizer says otherwise in its `ranges`."""


def plain(value: Any) -> Any:
    """A setting in Python's own numbers: a NumPy float64 among float32 arrays would make them float64."""
    if isinstance(value, bool | int | float | str) or value is None:
        # a subclass of float (np.float64) becomes a float
        return float(value) if isinstance(value, float) else value
    if isinstance(value, np.ndarray) and value.ndim:
        value = value.tolist()
    if isinstance(value, tuple | list):
        return tuple(plain(v) for v in value)
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def checked(
    optimizer: str, given: Mapping[str, Any], known: Mapping[str, Any], ranges: Mapping[str, Range]
) -> dict[str, Any]:
    """The given settings as plain values, after a look at their names and ranges.

    Raises:
        TypeError: for a name that is not known.
        ValueError: for a value out of its range.
    """
    unknown = [key for key in given if key not in known]
    if unknown:
        raise TypeError(
            f"{optimizer} has no setting {', '.join(map(str, unknown))}; it has "
            + (", ".join(known) or "none, as its update has no keyword-only arguments")
        )
    values = {key: plain(value) for key, value in given.items()}
    for key, value in values.items():
        if (known_range := ranges.get(key, RANGES.get(key))) is None:
            continue
        fits, words = known_range
        try:
            inside = fits(value)
        except TypeError:  # a text that should be a number, a number that should be two
            inside = False
        if not inside:
            raise ValueError(f"{optimizer}: {key} is {words}, got {given[key]!r}")
    return values
