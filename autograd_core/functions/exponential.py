"""Powers, roots, exponentials and logarithms with NumPy's names."""

from typing import Any, TypeVar

from autograd_core.functions.words import of, operand
from autograd_core.ops import arithmetic, exponentials

T = TypeVar("T")

__all__ = ["exp", "log", "power", "sqrt", "square"]


def exp(x: T) -> T:
    """e^x, elementwise."""
    return of(exponentials.exp, x)  # type: ignore[no-any-return]


def log(x: T) -> T:
    """The natural logarithm of x > 0, elementwise."""
    return of(exponentials.log, x)  # type: ignore[no-any-return]


def sqrt(x: T) -> T:
    """The square root of x ≥ 0, elementwise."""
    return of(arithmetic.sqrt, x)  # type: ignore[no-any-return]


def square(x: T) -> T:
    """x², elementwise."""
    return of(arithmetic.square, x)  # type: ignore[no-any-return]


def power(x: Any, y: Any) -> Any:
    """x^y, broadcast. The derivative by y counts log x as 0 where x ≤ 0."""
    return arithmetic.power(operand(x), y)
