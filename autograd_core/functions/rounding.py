"""Rounding and remainders, flat almost everywhere or by steps, and functions of whole numbers, with NumPy's
names."""

from operator import index
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.words import of
from autograd_core.op import LIVE
from autograd_core.ops import choices, rounding

T = TypeVar("T")

__all__ = [
    "around",
    "bitwise_and",
    "bitwise_count",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "fix",
    "floor",
    "floor_divide",
    "fmod",
    "gcd",
    "invert",
    "lcm",
    "left_shift",
    "mod",
    "modf",
    "remainder",
    "right_shift",
    "rint",
    "trunc",
]


# ---- rounding: the gradient is 0 -------------------------------------------------------------------------


def floor(x: T, /) -> T:
    """⌊x⌋, elementwise; flat almost everywhere, so the gradient is 0."""
    return of(rounding.floor, x)  # type: ignore[no-any-return]


def ceil(x: T, /) -> T:
    """⌈x⌉, elementwise; flat almost everywhere, so the gradient is 0."""
    return of(rounding.ceil, x)  # type: ignore[no-any-return]


def trunc(x: T, /) -> T:
    """x rounded towards 0, elementwise; flat almost everywhere, so the gradient is 0."""
    return of(rounding.trunc, x)  # type: ignore[no-any-return]


def fix(x: T) -> T:
    """x rounded towards 0, elementwise; flat almost everywhere, so the gradient is 0."""
    return of(rounding.trunc, x)  # type: ignore[no-any-return]


def rint(x: T, /) -> T:
    """x rounded to the nearest integer, halves to the even one; the gradient is 0."""
    return of(rounding.rint, x)  # type: ignore[no-any-return]


def around(a: T, decimals: int = 0) -> T:
    """a rounded to a number of decimals, halves to the even digit; the gradient is 0."""
    try:
        return rounding.rounded(a, decimals=index(decimals))  # type: ignore[no-any-return]
    except TypeError as error:
        if isinstance(decimals, int | np.integer):
            raise
        raise TypeError(f"around: decimals is an integer, got {decimals!r}") from error


round = around


# ---- remainders ------------------------------------------------------------------------------------------


def floor_divide(x1: Any, x2: Any, /) -> Any:
    """⌊x1/x2⌋, broadcast; flat almost everywhere, so the gradients are 0."""
    return rounding.floor_divide(x1, x2)


def remainder(x1: Any, x2: Any, /) -> Any:
    """x1 − x2 ⌊x1/x2⌋, broadcast: the remainder with the sign of x2.

    Between the steps the derivatives are 1 and −⌊x1/x2⌋.
    """
    return rounding.remainder(x1, x2)


mod = remainder


def fmod(x1: Any, x2: Any, /) -> Any:
    """x1 − x2 · trunc(x1/x2), broadcast: the remainder with the sign of x1.

    Between the steps the derivatives are 1 and −trunc(x1/x2).
    """
    return rounding.fmod(x1, x2)


def divmod(x1: Any, x2: Any, /) -> tuple[Any, Any]:
    """floor_divide and remainder."""
    if x1.__class__ not in LIVE and x2.__class__ not in LIVE:
        return np.divmod(x1, x2)
    return rounding.floor_divide(x1, x2), rounding.remainder(x1, x2)


def modf(x: T, /) -> tuple[T, T]:
    """The fraction x − trunc x, whose derivative is 1, and trunc x, both with the sign of x; elementwise."""
    if x.__class__ not in LIVE:
        return np.modf(x)  # type: ignore[no-any-return, call-overload]
    fraction: Any = rounding.fraction(x)
    live: Any = x
    # integers have a floating whole part
    return fraction, rounding.trunc(live if live.dtype == fraction.dtype else live.astype(fraction.dtype))


# ---- whole numbers and bits: plain answers ---------------------------------------------------------------


def gcd(x1: Any, x2: Any, /) -> Any:
    """The greatest common divisor of integers, broadcast and plain."""
    return choices.gcd(x1, x2)


def lcm(x1: Any, x2: Any, /) -> Any:
    """The least common multiple of integers, broadcast and plain."""
    return choices.lcm(x1, x2)


def bitwise_and(x1: Any, x2: Any, /) -> Any:
    """The bits set in both integers or Booleans, broadcast and plain."""
    return choices.bitwise_and(x1, x2)


def bitwise_or(x1: Any, x2: Any, /) -> Any:
    """The bits set in either of two integers or Booleans, broadcast and plain."""
    return choices.bitwise_or(x1, x2)


def bitwise_xor(x1: Any, x2: Any, /) -> Any:
    """The bits set in just one of two integers or Booleans, broadcast and plain."""
    return choices.bitwise_xor(x1, x2)


def invert(x: Any, /) -> Any:
    """The bits of an integer or a Boolean turned over, elementwise and plain."""
    return choices.invert(x)


def bitwise_count(x: Any, /) -> Any:
    """How many bits of |x| are set, elementwise and plain."""
    return choices.bitwise_count(x)


def left_shift(x1: Any, x2: Any, /) -> Any:
    """x1 · 2^x2 of integers, broadcast and plain."""
    return choices.left_shift(x1, x2)


def right_shift(x1: Any, x2: Any, /) -> Any:
    """⌊x1 / 2^x2⌋ of integers, broadcast and plain."""
    return choices.right_shift(x1, x2)


bitwise_not = bitwise_invert = invert
bitwise_left_shift, bitwise_right_shift = left_shift, right_shift
