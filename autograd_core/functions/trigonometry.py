"""Trigonometric and hyperbolic functions, and what belongs to triangles, with NumPy's names."""

from typing import TypeVar

from autograd_core.functions.words import of
from autograd_core.ops import exponentials

T = TypeVar("T")

__all__ = ["cos", "sin", "tanh"]


def tanh(x: T) -> T:
    """The hyperbolic tangent, elementwise; its derivative is 1 − tanh²x."""
    return of(exponentials.tanh, x)  # type: ignore[no-any-return]


def sin(x: T) -> T:
    """The sine of x in radians, elementwise."""
    return of(exponentials.sin, x)  # type: ignore[no-any-return]


def cos(x: T) -> T:
    """The cosine of x in radians, elementwise."""
    return of(exponentials.cos, x)  # type: ignore[no-any-return]
