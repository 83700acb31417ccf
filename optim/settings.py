"""Settings of optimizers: which names there are, in which ranges, and as plain Python values."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

RANGES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "lr": (lambda x: x >= 0, "at least 0"),
    "eps": (lambda x: x >= 0, "at least 0"),
    "weight_decay": (lambda x: x >= 0, "at least 0"),
    "momentum": (lambda x: x >= 0, "at least 0"),
    "betas": (lambda x: len(x) == 2 and all(0 <= b < 1 for b in x), "two numbers with 0 ≤ β < 1"),
    "form": (lambda x: x in ("paper", "lecture"), "'paper' or 'lecture'"),
}
"""The range of every setting of that name, whichever optimizer has it."""


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


def checked(optimizer: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings as plain values, after a look at their names and ranges.

    Raises:
        TypeError: for a name that `update` does not have.
        ValueError: for a value out of its range.
    """
    unknown = [key for key in given if key not in known]
    if unknown:
        raise TypeError(
            f"{optimizer} has no setting {', '.join(map(str, unknown))}; it has {', '.join(known) or 'none'}"
        )
    values = {key: plain(value) for key, value in given.items()}
    for key, value in values.items():
        try:
            fits = key not in RANGES or RANGES[key][0](value)
        except TypeError:  # a text that should be a number, a number that should be two
            fits = False
        if not fits:
            raise ValueError(f"{optimizer}: {key} is {RANGES[key][1]}, got {given[key]!r}")
    return values
