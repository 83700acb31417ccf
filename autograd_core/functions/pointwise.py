"""Arithmetic, comparisons of size and choices, elementwise, with NumPy's names. Each works on numbers,
arrays, Tensors and Symbols alike."""

from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.words import of, operand
from autograd_core.ops import arithmetic, choices

T = TypeVar("T")

__all__ = [
    "absolute",
    "add",
    "clip",
    "divide",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "sign",
    "subtract",
    "where",
]


def absolute(x: T) -> T:
    """|x|, elementwise; the derivative at 0 is taken as 0."""
    return of(arithmetic.absolute, x)  # type: ignore[no-any-return]


abs = absolute


def sign(x: T) -> T:
    """−1, 0 or 1, elementwise; flat almost everywhere, so the gradient is 0."""
    return of(arithmetic.sign, x)  # type: ignore[no-any-return]


def negative(x: T) -> T:
    """−x, elementwise."""
    return of(arithmetic.negative, x)  # type: ignore[no-any-return]


def add(x: Any, y: Any) -> Any:
    """x + y, broadcast."""
    return arithmetic.add(x, y)


def subtract(x: Any, y: Any) -> Any:
    """x − y, broadcast."""
    return arithmetic.subtract(x, y)


def multiply(x: Any, y: Any) -> Any:
    """x · y, elementwise and broadcast."""
    return arithmetic.multiply(x, y)


def divide(x: Any, y: Any) -> Any:
    """x / y, broadcast."""
    return arithmetic.divide(x, y)


def maximum(x: Any, y: Any) -> Any:
    """The larger of x and y, broadcast; at ties each gets half of the gradient."""
    return choices.maximum(x, y)


def minimum(x: Any, y: Any) -> Any:
    """The smaller of x and y, broadcast; at ties each gets half of the gradient."""
    return choices.minimum(x, y)


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """x where the condition holds, else y; broadcast.

    The branch not taken gets gradient 0, never NaN. What was computed for it is differentiated all the
    same, and 0 · ∞ is NaN: instead of sqrt(x) in a branch write sqrt(where(x > 0, x, 1)).

    With the condition alone: the positions where it holds, as NumPy gives them.
    """
    condition = operand(condition)
    if x is None or y is None:
        if x is not y:
            raise ValueError("where: either both x and y are given or neither")
        return choices.not_equal(condition, 0).nonzero()
    return choices.where(condition, x, y)


def clip(x: T, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> T:
    """x held within a_min ≤ x ≤ a_max; None is no bound. On a bound the gradient is still x's."""
    x = operand(x)
    low = a_min if min is None else min
    high = a_max if max is None else max
    bounds = _bounds(x.dtype)  # type: ignore[attr-defined]
    low = bounds[0] if low is None else low
    high = bounds[1] if high is None else high
    return choices.clip(x, low, high)  # type: ignore[no-any-return]


def _bounds(dtype: Any) -> tuple[Any, Any]:
    """The smallest and largest number of a dtype, as weak Python numbers that leave it alone."""
    if dtype.kind in "iu":
        return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    return (False, True) if dtype.kind == "b" else (-np.inf, np.inf)
