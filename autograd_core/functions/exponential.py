"""Powers, roots, exponentials and logarithms with NumPy's names."""

from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.words import of, operand
from autograd_core.op import LIVE
from autograd_core.ops import arithmetic, exponentials

T = TypeVar("T")

__all__ = [
    "cbrt",
    "exp",
    "exp2",
    "expm1",
    "float_power",
    "frexp",
    "ldexp",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "power",
    "sqrt",
    "square",
]


# ---- powers and roots ------------------------------------------------------------------------------------


def square(x: T, /) -> T:
    """x², elementwise."""
    return of(arithmetic.square, x)  # type: ignore[no-any-return]


def sqrt(x: T, /) -> T:
    """The square root of x ≥ 0, elementwise. The slope at 0 is infinite."""
    return of(arithmetic.sqrt, x)  # type: ignore[no-any-return]


def cbrt(x: T, /) -> T:
    """The cube root, elementwise, also of negative numbers. The slope at 0 is infinite."""
    return of(arithmetic.cbrt, x)  # type: ignore[no-any-return]


def power(x1: Any, x2: Any, /) -> Any:
    """x1^x2, broadcast.

    The derivative by x1 is x2 · x1^(x2 − 1), and 0 where x2 = 0. The derivative by x2 counts log x1 as 0
    where x1 ≤ 0.
    """
    if x1.__class__ not in LIVE and x2.__class__ not in LIVE:
        return np.power(x1, x2)
    return arithmetic.power(x1, x2)


pow = power


def float_power(x1: Any, x2: Any, /) -> Any:
    """x1^x2, broadcast, of float64 numbers whatever the operands are.

    >>> float(float_power(2, -1))
    0.5
    """
    if x1.__class__ not in LIVE and x2.__class__ not in LIVE:
        return np.float_power(x1, x2)
    return arithmetic.power(_double(x1), _double(x2))


def _double(x: Any) -> Any:
    """An operand as float64 numbers at least."""
    x = operand(x)
    return x if x.dtype.kind == "f" and x.dtype.itemsize >= 8 else x.astype(np.float64)


# ---- exponentials and logarithms -------------------------------------------------------------------------


def exp(x: T, /) -> T:
    """e^x, elementwise."""
    return of(exponentials.exp, x)  # type: ignore[no-any-return]


def exp2(x: T, /) -> T:
    """2^x, elementwise; the derivative is log 2 · 2^x."""
    return of(exponentials.exp2, x)  # type: ignore[no-any-return]


def expm1(x: T, /) -> T:
    """e^x − 1, elementwise, exact also next to 0."""
    return of(exponentials.expm1, x)  # type: ignore[no-any-return]


def log(x: T, /) -> T:
    """The natural logarithm of x > 0, elementwise."""
    return of(exponentials.log, x)  # type: ignore[no-any-return]


def log2(x: T, /) -> T:
    """The logarithm to the base 2 of x > 0, elementwise; the derivative is 1/(x log 2)."""
    return of(exponentials.log2, x)  # type: ignore[no-any-return]


def log10(x: T, /) -> T:
    """The logarithm to the base 10 of x > 0, elementwise; the derivative is 1/(x log 10)."""
    return of(exponentials.log10, x)  # type: ignore[no-any-return]


def log1p(x: T, /) -> T:
    """log(1 + x) of x > −1, elementwise, exact also next to 0."""
    return of(exponentials.log1p, x)  # type: ignore[no-any-return]


def logaddexp(x1: Any, x2: Any, /) -> Any:
    """log(e^x1 + e^x2), broadcast, without overflow.

    The derivatives are the shares e^x1 / (e^x1 + e^x2) and its complement; ½ each where x1 = x2 = ±∞.
    """
    return exponentials.logaddexp(x1, x2)


def logaddexp2(x1: Any, x2: Any, /) -> Any:
    """log₂(2^x1 + 2^x2), broadcast, without overflow; the derivatives are the shares as of logaddexp."""
    return exponentials.logaddexp2(x1, x2)


# ---- powers of two ---------------------------------------------------------------------------------------


def ldexp(x1: Any, x2: Any, /) -> Any:
    """x1 · 2^x2, broadcast, for integers x2: linear in x1, no gradient for x2."""
    return exponentials.ldexp(x1, x2)


def frexp(x: Any, /) -> Any:
    """x = m · 2^e with ½ ≤ |m| < 1, elementwise: m, which has the gradient 2^−e, and the plain integers e."""
    if x.__class__ not in LIVE:
        return np.frexp(x)
    e = exponentials.exponent(x)
    return exponentials.ldexp(x, -e), e
