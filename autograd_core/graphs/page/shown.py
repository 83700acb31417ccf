"""Values as the page receives them: texts, never numbers, so that every page writes them alike."""

from typing import Any

import numpy as np

from autograd_core.graphs.snapshot import numerals
from autograd_core.graphs.snapshot.numerals import number

WORDS = "mean |g| "

MOST = 256
"""Arrays of up to so many numbers are sent in full, of larger ones what is known of them."""

ALL = 4096
"""A graph whose arrays total more than this sends small ones only."""


def shown(x: Any, gradient: bool = False, most: int = MOST) -> Any:
    """A value for the panel: a text, a table {s, a}, or a summary {s, lo, mean, hi}; None if unknown.

    Of gradients with `g`, the mean absolute value. Up to `most` numbers are a table.

    >>> shown(2.0), shown([1.0, -2.0])
    ('2', {'s': [2], 'a': ['1', '−2']})
    """
    if x is None:
        return None
    array = np.asarray(x)
    if not array.ndim:
        return number(array.item(), 6)
    found: dict[str, Any] = {"s": [int(n) for n in array.shape]}
    if gradient and array.size > numerals.INLINE:
        found["g"] = short(array).removeprefix(WORDS)
    if array.size <= most:
        return {**found, "a": [number(v) for v in array.ravel().tolist()]}
    if array.dtype.kind not in "fiub":
        return {**found, "lo": "–", "mean": "–", "hi": "–"}
    with np.errstate(all="ignore"):
        lo, mean, hi = (number(float(f(array))) for f in (np.min, np.mean, np.max))
    return {**found, "lo": lo, "mean": mean, "hi": hi}


def short(x: Any) -> str:
    """A value within a sentence: a number, a few of them, or the mean absolute value."""
    array = np.asarray(x)
    if not array.ndim:
        return number(array.item())
    if array.size <= numerals.INLINE:
        text = numerals.inline(array)
        if len(text) <= 32:
            return text
    with np.errstate(all="ignore"):
        return f"{WORDS}{numerals.magnitude(float(np.mean(np.abs(array))))}"


def bracketed(text: str) -> str:
    """A factor in a product: in brackets if it is negative or a sum."""
    return f"({text})" if text.startswith("−") or " " in text else text
