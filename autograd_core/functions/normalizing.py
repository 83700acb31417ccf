"""Softmax and its relatives: exponentials in relation to their sum."""

from typing import Any, TypeVar

from autograd_core.functions.values import floating
from autograd_core.functions.words import Axis, axes, operand
from autograd_core.ops import softmaxes

T = TypeVar("T")

__all__ = ["log_softmax", "logsumexp", "softmax"]


def softmax(x: T, axis: Axis = -1) -> T:
    """e^x / Σ e^x along the axes, without overflow. A number that is −∞ gets 0; of nothing but −∞, or with
    an ∞, the result is NaN.

    Raises:
        TypeError: if the numbers are not real.

    >>> import numpy as np
    >>> softmax(np.array([1000.0, 1000.0, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    numbers = _real("softmax", x)
    return softmaxes.softmax(numbers, axis=axes(axis, numbers.ndim))  # type: ignore[no-any-return]


def log_softmax(x: T, axis: Axis = -1) -> T:
    """log softmax(x) = x − logsumexp(x) along the axes: no number is lost where the softmax is 0 or 1."""
    numbers = _real("log_softmax", x)
    return softmaxes.log_softmax(numbers, axis=axes(axis, numbers.ndim))  # type: ignore[no-any-return]


def logsumexp(x: T, axis: Axis = None, keepdims: bool = False) -> T:
    """log Σ e^x along the axes, without overflow; of nothing, or of nothing but −∞, it is −∞.

    The gradient is the softmax; 0 where all numbers are −∞, and shared evenly by those that are ∞.

    >>> import numpy as np
    >>> float(logsumexp(np.array([1000.0, -1000.0])))
    1000.0
    """
    numbers = _real("logsumexp", x)
    return softmaxes.logsumexp(numbers, axis=axes(axis, numbers.ndim), keepdims=bool(keepdims))  # type: ignore[no-any-return]


def _real(name: str, x: Any) -> Any:
    """The numbers as floats.

    Raises:
        TypeError: if they are no real numbers.
    """
    x = operand(x)
    if x.dtype.kind not in "fbui":
        raise TypeError(f"{name}: real numbers are needed, got {x.dtype}")
    return floating(x)
