"""What can be moved on a live page: from `x=(-3, 3), a=2.0` to starts and ranges."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_core.tensor import Tensor

BOXES = 64
"""An array of up to so many numbers has a box for each."""

SMALLEST = 1e-9
"""A range is at least so long, measured by its numbers: the page moves in twelve digits."""


class Control(NamedTuple):
    """An input that can be moved.

    start      where it stands at first: a float, or an array
    low, high  the ends of its slider; of an input that was given as a number they are only used for the plot
    slides     whether it was given as a range
    """

    start: Any
    low: float
    high: float
    slides: bool


def controls(given: Mapping[str, Any]) -> dict[str, Control]:
    """The controls of inputs by name.

    A pair `(low, high)` is a slider, `(low, high, start)` one that starts elsewhere than in the middle; a
    number is a box, a list or an array a box for each of its numbers.

    >>> controls({"x": (-3, 3)})
    {'x': Control(start=0.0, low=-3.0, high=3.0, slides=True)}

    Raises:
        TypeError: for what is no number.
        ValueError: for a range that is none, or a start outside of it.
    """
    return {name: control(name, x) for name, x in given.items()}


def control(name: str, given: Any) -> Control:
    """The control of one input."""
    if isinstance(given, tuple):
        return _ranged(name, given)
    array = _numbers(name, given)
    if not array.size:
        raise ValueError(f"{name} is empty; a live page moves numbers")
    _finite(name, array)
    return Control(float(array) if not array.ndim else array, *around(array), False)


def around(start: Any) -> tuple[float, float]:
    """Ends for an input that was given without any: as far from its number as that is from 0, at least 1."""
    middle = float(np.mean(start))
    reach = max(1.0, abs(middle)) if np.isfinite(middle) else 1.0
    return middle - reach, middle + reach


def _ranged(name: str, given: tuple[Any, ...]) -> Control:
    if len(given) not in (2, 3):
        raise ValueError(
            f"{name}={given!r}: a range is (low, high) or (low, high, start); "
            f"an array is written as a list, {name}={list(given)!r}"
        )
    low, high = (float(_single(name, x)) for x in given[:2])
    if not (
        low < high and np.isfinite(high - low) and high - low > SMALLEST * max(abs(low), abs(high), 1e-290)
    ):
        raise ValueError(
            f"{name}={given!r}: the lower end of a range comes first, both are finite, and between them is "
            "room to move"
        )
    start = _finite(name, _numbers(name, given[2] if len(given) == 3 else low + (high - low) / 2))
    if not start.size or not (np.min(start) >= low and np.max(start) <= high):
        raise ValueError(f"{name}={given!r}: the start lies outside of the range")
    return Control(float(start) if not start.ndim else start, low, high, True)


def _finite(name: str, array: Any) -> Any:
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name}={array.tolist()!r}: a live page starts at finite numbers")
    return array


def _single(name: str, x: Any) -> Any:
    array = _numbers(name, x)
    if array.ndim:
        raise ValueError(f"{name}: the ends of a range are single numbers, got {x!r}")
    return array


def _numbers(name: str, x: Any) -> Any:
    if isinstance(x, Tensor):
        x = x.numpy()
    try:
        array = np.asarray(x)
        if array.dtype.kind not in "fiu":
            raise TypeError
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}={x!r}: a live page moves numbers: give a range ({name}=(-3, 3)), a number or an array"
        ) from None
    return array if array.dtype == np.float32 else array.astype(float)
