"""Joining and splitting with NumPy's signatures."""

from collections.abc import Sequence
from typing import Any

from autograd_core.functions.shaping import ravel
from autograd_core.functions.words import axes, operand
from autograd_core.ops import joining

__all__ = ["concatenate", "stack"]


def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    """The arrays one after the other along an axis; with axis None all are flattened first."""
    xs = [operand(x) for x in arrays]
    if not xs:
        raise ValueError("concatenate: at least one array is needed, got none")
    if axis is None:
        xs, axis = [ravel(x) for x in xs], 0
    (last,) = axes(axis, xs[0].ndim)
    return joining.concatenate(*xs, axis=last)


def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """The arrays side by side along a new axis."""
    xs = [operand(x) for x in arrays]
    if not xs:
        raise ValueError("stack: at least one array is needed, got none")
    (last,) = axes(axis, xs[0].ndim + 1)
    return joining.stack(*xs, axis=last)
