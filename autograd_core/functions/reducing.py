"""Reductions with NumPy's signatures: axis is an int, several, negative, or None for all."""

from typing import Any, TypeVar

from autograd_core.functions.words import Axis, axes, operand
from autograd_core.ops import reductions

T = TypeVar("T")

__all__ = ["amax", "amin", "mean", "std", "var"]


def sum(a: T, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> T:
    """Σ x along the axes."""
    x = _cast(a, dtype)
    return reductions.sum(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))  # type: ignore[no-any-return]


def mean(a: T, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> T:
    """Σ x / n along the axes."""
    x = _cast(a, dtype)
    return reductions.mean(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))  # type: ignore[no-any-return]


def var(a: T, axis: Axis = None, dtype: Any = None, *, ddof: int = 0, keepdims: bool = False) -> T:
    """Σ (x − mean x)² / (n − ddof) along the axes."""
    x = _cast(a, dtype)
    return reductions.var(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims), ddof=ddof)  # type: ignore[no-any-return]


def std(a: T, axis: Axis = None, dtype: Any = None, *, ddof: int = 0, keepdims: bool = False) -> T:
    """√var along the axes; of equal numbers the gradient is 0."""
    x = _cast(a, dtype)
    return reductions.std(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims), ddof=ddof)  # type: ignore[no-any-return]


def max(a: T, axis: Axis = None, *, keepdims: bool = False) -> T:
    """The largest number along the axes; ties share the gradient evenly."""
    x = operand(a)
    return reductions.max(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))  # type: ignore[no-any-return]


def min(a: T, axis: Axis = None, *, keepdims: bool = False) -> T:
    """The smallest number along the axes; ties share the gradient evenly."""
    x = operand(a)
    return reductions.min(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))  # type: ignore[no-any-return]


amax, amin = max, min


def _cast(x: Any, dtype: Any) -> Any:
    x = operand(x)
    return x if dtype is None else x.astype(dtype)
