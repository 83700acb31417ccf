"""Passes over arrays that the updates of several optimizers have in common, and a place to compute in."""

from threading import local
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

WHOLE = 2**18
"""Up to so many numbers are updated at a time: their temporary arrays stay in the cache anyway."""

_held = local()


def downhill(
    p: Array, g: Array, weight_decay: float, maximize: bool, *, shrinking: float | None = None
) -> Array:
    """The gradient to descend: turned round with maximize, then with weight_decay · θ added.

    Decoupled, the decay is none of the gradient's: with `shrinking` = λ the parameter itself shrinks,
    θ ← θ − λ · weight_decay · θ (I. Loshchilov, F. Hutter: Decoupled weight decay regularization, 2019).
    """
    if maximize:
        g = -g
    if weight_decay and shrinking is not None:
        p *= 1 - shrinking * weight_decay
    elif weight_decay:
        g = g + weight_decay * p
    return g


def average(mean: Array, x: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 − β) x, in place; `scratch` is overwritten."""
    np.multiply(x, 1 - beta, out=scratch)
    mean *= beta
    mean += scratch


def average_square(mean: Array, x: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 − β) x², in place; `scratch` is overwritten."""
    np.multiply(x, x, out=scratch)
    average(mean, scratch, beta, scratch)


def scratch_like(p: Array) -> Array:
    """An array to compute in, which is the next caller's too: to get one and give it back at every step takes
    as long as several passes, for the system clears its pages."""
    if p.__class__ is not np.ndarray or p.size > WHOLE:
        return np.empty_like(p)
    line: Array | None = getattr(_held, "line", None)
    if line is None or line.size < p.size or line.dtype != p.dtype:
        line = _held.line = np.empty(p.size, p.dtype)
    return line[: p.size].reshape(p.shape)
