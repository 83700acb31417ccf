"""Passes over arrays that the updates of several optimizers have in common."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


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
