"""Softmax and its relatives: exponentials in relation to their sum."""

from typing import TypeVar

from autograd_core.functions.values import floating
from autograd_core.functions.words import Axis, axes, operand
from autograd_core.ops import softmaxes

T = TypeVar("T")

__all__ = ["log_softmax", "logsumexp", "softmax"]


def softmax(x: T, axis: Axis = -1) -> T:
    """e^x / Σ e^x along the axes, without overflow. A number that is −∞ gets 0; of nothing but −∞, or with
    an ∞, the result is NaN.

    >>> import numpy as np
    >>> softmax(np.array([1000.0, 1000.0, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    x = floating(operand(x))
    return softmaxes.softmax(x, axis=axes(axis, x.ndim))  # type: ignore[attr-defined,no-any-return]


def log_softmax(x: T, axis: Axis = -1) -> T:
    """log softmax(x) = x − logsumexp(x) along the axes: no number is lost where the softmax is 0 or 1."""
    x = floating(operand(x))
    return softmaxes.log_softmax(x, axis=axes(axis, x.ndim))  # type: ignore[attr-defined,no-any-return]


def logsumexp(x: T, axis: Axis = None, keepdims: bool = False) -> T:
    """log Σ e^x along the axes, without overflow; of nothing, or of nothing but −∞, it is −∞.

    The gradient is the softmax; 0 where all numbers are −∞, and shared evenly by those that are ∞.

    >>> import numpy as np
    >>> float(logsumexp(np.array([1000.0, -1000.0])))
    1000.0
    """
    x = floating(operand(x))
    return softmaxes.logsumexp(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))  # type: ignore[attr-defined,no-any-return]
