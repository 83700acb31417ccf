"""Arithmetic, sizes, signs and choices, elementwise, with NumPy's names. Each works on numbers, arrays,
Tensors and Symbols alike."""

from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.words import of, operand
from autograd_core.op import LIVE
from autograd_core.ops import arithmetic, choices, rounding

T = TypeVar("T")

__all__ = [
    "absolute",
    "add",
    "clip",
    "conj",
    "conjugate",
    "copysign",
    "divide",
    "equal",
    "fabs",
    "fmax",
    "fmin",
    "greater",
    "greater_equal",
    "heaviside",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "nan_to_num",
    "negative",
    "not_equal",
    "positive",
    "real",
    "real_if_close",
    "reciprocal",
    "sign",
    "signbit",
    "subtract",
    "true_divide",
    "where",
]


def add(x1: Any, x2: Any, /) -> Any:
    """x1 + x2, broadcast."""
    return arithmetic.add(x1, x2)


def subtract(x1: Any, x2: Any, /) -> Any:
    """x1 − x2, broadcast."""
    return arithmetic.subtract(x1, x2)


def multiply(x1: Any, x2: Any, /) -> Any:
    """x1 · x2, elementwise and broadcast."""
    return arithmetic.multiply(x1, x2)


def divide(x1: Any, x2: Any, /) -> Any:
    """x1 / x2, broadcast."""
    return arithmetic.divide(x1, x2)


true_divide = divide


def negative(x: T, /) -> T:
    """−x, elementwise."""
    return of(arithmetic.negative, x)  # type: ignore[no-any-return]


def positive(x: T, /) -> T:
    """x, elementwise, as a new result."""
    return of(arithmetic.alias, x)  # type: ignore[no-any-return]


def reciprocal(x: T, /) -> T:
    """1/x, elementwise; the derivative is −1/x². Of integers NumPy gives integers."""
    return of(arithmetic.reciprocal, x)  # type: ignore[no-any-return]


# ---- signs -----------------------------------------------------------------------------------------------


def absolute(x: T, /) -> T:
    """|x|, elementwise; the derivative at 0 is taken as 0."""
    return of(arithmetic.absolute, x)  # type: ignore[no-any-return]


abs = absolute


def fabs(x: T, /) -> T:
    """|x| as a floating number, elementwise; the derivative at 0 is taken as 0.

    >>> float(fabs(-3))
    3.0
    """
    return of(arithmetic.fabs, x)  # type: ignore[no-any-return]


def sign(x: T, /) -> T:
    """−1, 0 or 1, elementwise; flat almost everywhere, so the gradient is 0."""
    return of(arithmetic.sign, x)  # type: ignore[no-any-return]


def copysign(x1: Any, x2: Any, /) -> Any:
    """|x1| with the sign of x2, broadcast.

    The derivative by x1 is ±1, and 0 at x1 = 0 as of |x1|; by x2 it is 0.
    """
    return rounding.copysign(x1, x2)


def heaviside(x1: Any, x2: Any, /) -> Any:
    """0 where x1 < 0, x2 where x1 = 0, 1 where x1 > 0; broadcast.

    Flat in x1, so that gradient is 0; x2 gets the gradient where x1 = 0.
    """
    return rounding.heaviside(x1, x2)


# ---- the larger and the smaller --------------------------------------------------------------------------


def maximum(x1: Any, x2: Any, /) -> Any:
    """The larger of x1 and x2, broadcast; at ties each gets half of the gradient.

    A NaN is larger than every number, and gets the gradient.
    """
    return choices.maximum(x1, x2)


def minimum(x1: Any, x2: Any, /) -> Any:
    """The smaller of x1 and x2, broadcast; at ties each gets half of the gradient.

    A NaN is smaller than every number, and gets the gradient.
    """
    return choices.minimum(x1, x2)


def fmax(x1: Any, x2: Any, /) -> Any:
    """The larger of x1 and x2, broadcast, a number rather than a NaN; at ties each gets half.

    >>> float(fmax(np.nan, 1.0))
    1.0
    """
    if x1.__class__ not in LIVE and x2.__class__ not in LIVE:
        return np.fmax(x1, x2)
    return choices.maximum(*_without_nan(x1, x2))


def fmin(x1: Any, x2: Any, /) -> Any:
    """The smaller of x1 and x2, broadcast, a number rather than a NaN; at ties each gets half."""
    if x1.__class__ not in LIVE and x2.__class__ not in LIVE:
        return np.fmin(x1, x2)
    return choices.minimum(*_without_nan(x1, x2))


def _without_nan(x: Any, y: Any) -> tuple[Any, Any]:
    """Both operands, where one is NaN with the other one in its place."""
    return choices.where(choices.isnan(x), y, x), choices.where(choices.isnan(y), x, y)


def clip(a: T, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> T:
    """a held within a_min ≤ a ≤ a_max; None is no bound. On a bound the gradient is still a's.

    Raises:
        ValueError: if a bound is given twice.
    """
    x = operand(a)
    for word, old, new in (("min", a_min, min), ("max", a_max, max)):
        if old is not None and new is not None:
            raise ValueError(f"clip: give a_{word} or {word}, not both")
    low = a_min if min is None else min
    high = a_max if max is None else max
    bounds = _bounds(x.dtype)
    low = bounds[0] if low is None else low
    high = bounds[1] if high is None else high
    return choices.clip(x, low, high)  # type: ignore[no-any-return]


def _bounds(dtype: Any) -> tuple[Any, Any]:
    """The smallest and largest number of a dtype, as weak Python numbers that leave it alone."""
    if dtype.kind in "iu":
        return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    return (False, True) if dtype.kind == "b" else (-np.inf, np.inf)


def where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
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
    if condition.__class__ in LIVE and not _is_floating(x, y):
        condition = choices.not_equal(condition, 0)  # else a mask would ask for a gradient of integers
    return choices.where(condition, x, y)


def _is_floating(*xs: Any) -> bool:
    return np.result_type(*(x if isinstance(x, int | float) else operand(x).dtype for x in xs)).kind == "f"


def nan_to_num(x: T, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> T:
    """x with numbers in place of NaN (`nan`), ∞ and −∞ (by default the largest and smallest number).

    What was replaced gets gradient 0. The result of a Tensor is always a new one.

    Raises:
        TypeError: if a replacement is a Tensor; use `where` for replacements that train.
    """
    for word, value in (("nan", nan), ("posinf", posinf), ("neginf", neginf)):
        if value.__class__ in LIVE:
            raise TypeError(f"nan_to_num: {word} is a number or an array, got a Tensor; use where()")
    if x.__class__ not in LIVE:
        return np.nan_to_num(x, copy=copy, nan=nan, posinf=posinf, neginf=neginf)  # type: ignore[call-overload, no-any-return]
    return rounding.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)  # type: ignore[no-any-return]


# ---- functions of complex numbers, of real ones ------------------------------------------------------------


def real(val: T) -> T:
    """The real part: real numbers themselves."""
    return val if val.__class__ in LIVE else np.real(val)  # type: ignore[call-overload]


def imag(val: T) -> T:
    """The imaginary part: of real numbers 0, with gradient 0."""
    if val.__class__ in LIVE:
        return arithmetic.zeros_of(val)  # type: ignore[no-any-return]
    return np.imag(val)  # type: ignore[no-any-return, call-overload]


def conjugate(x: T, /) -> T:
    """The complex conjugate: of real numbers a copy."""
    if x.__class__ not in LIVE:
        return np.conjugate(x)  # type: ignore[no-any-return, call-overload]
    live: Any = x
    return live.astype(np.int8) if live.dtype.kind == "b" else arithmetic.alias(live)  # type: ignore[no-any-return]


conj = conjugate


def real_if_close(a: T, tol: float = 100) -> T:
    """Complex numbers as real ones where their imaginary part is next to nothing; real numbers themselves."""
    return a if a.__class__ in LIVE else np.real_if_close(a, tol)  # type: ignore[call-overload]


# ---- questions: plain answers, without a gradient ----------------------------------------------------------


def equal(x1: Any, x2: Any, /) -> Any:
    """Whether x1 = x2, broadcast and plain."""
    return choices.equal(x1, x2)


def not_equal(x1: Any, x2: Any, /) -> Any:
    """Whether x1 ≠ x2, broadcast and plain."""
    return choices.not_equal(x1, x2)


def less(x1: Any, x2: Any, /) -> Any:
    """Whether x1 < x2, broadcast and plain."""
    return choices.less(x1, x2)


def less_equal(x1: Any, x2: Any, /) -> Any:
    """Whether x1 ≤ x2, broadcast and plain."""
    return choices.less_equal(x1, x2)


def greater(x1: Any, x2: Any, /) -> Any:
    """Whether x1 > x2, broadcast and plain."""
    return choices.greater(x1, x2)


def greater_equal(x1: Any, x2: Any, /) -> Any:
    """Whether x1 ≥ x2, broadcast and plain."""
    return choices.greater_equal(x1, x2)


def isnan(x: Any, /) -> Any:
    """Whether x is NaN, elementwise and plain."""
    return choices.isnan(x)


def isinf(x: Any, /) -> Any:
    """Whether x is ∞ or −∞, elementwise and plain."""
    return choices.isinf(x)


def isfinite(x: Any, /) -> Any:
    """Whether x is neither infinite nor NaN, elementwise and plain."""
    return choices.isfinite(x)


def signbit(x: Any, /) -> Any:
    """Whether x bears a minus, also −0, elementwise and plain."""
    return choices.signbit(x)


def logical_and(x1: Any, x2: Any, /) -> Any:
    """Whether both x1 and x2 are not 0, broadcast and plain."""
    return choices.logical_and(x1, x2)


def logical_or(x1: Any, x2: Any, /) -> Any:
    """Whether x1 or x2 is not 0, broadcast and plain."""
    return choices.logical_or(x1, x2)


def logical_xor(x1: Any, x2: Any, /) -> Any:
    """Whether just one of x1 and x2 is not 0, broadcast and plain."""
    return choices.logical_xor(x1, x2)


def logical_not(x: Any, /) -> Any:
    """Whether x is 0, elementwise and plain."""
    return choices.logical_not(x)
