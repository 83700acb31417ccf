"""Activation functions and the special functions behind them."""

from typing import TypeVar

from autograd_core.functions.words import of
from autograd_core.ops import exponentials

T = TypeVar("T")

__all__ = ["relu", "sigmoid"]


def sigmoid(x: T) -> T:
    """The logistic function 1 / (1 + e^−x), elementwise, without overflow for any x.

    >>> float(sigmoid(-1000.0)), float(sigmoid(0.0))
    (0.0, 0.5)
    """
    return of(exponentials.sigmoid, x)  # type: ignore[no-any-return]


def relu(x: T) -> T:
    """max(x, 0), elementwise; the derivative at 0 is taken as 0."""
    return of(exponentials.relu, x)  # type: ignore[no-any-return]
