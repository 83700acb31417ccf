"""Losses that are 0 once a margin is kept, and their smooth relatives; targets 1 and −1, or classes."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import number
from nn.functional.comparisons import signs
from nn.functional.targets import (
    as_pair,
    as_prediction,
    as_target,
    as_weight,
    check_batch,
    check_shape,
    reduced,
)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """log(1 + exp(−t x)), without overflow: logistic regression with targets t of 1 and −1.

    Args:
        input, target: of the same shape.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: for shapes that differ, other targets, an unknown reduction, or a mean of nothing.

    >>> float(soft_margin_loss([0.0, 1000.0], [1, 1], "sum"))
    0.6931471805599453
    """
    x, t = as_pair("soft_margin_loss", input, target)
    return reduced("soft_margin_loss", ac.softplus(-signs(t) * x), reduction)


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
) -> Any:
    """Σ max(0, margin − x_t + xₖ)ᵖ / K over the classes k ≠ t: the right class shall lead by the margin.

    Args:
        input: scores (N, K) or (K,).
        target: integers (N,) or a single one, the indices of the classes.
        p: 1 or 2.
        weight: per class (K,), a factor of the loss of its data; the mean does not divide by it.
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for other shapes, an index that is no class, another p, an unknown reduction, or a mean
            of nothing.

    K. Crammer, Y. Singer: On the algorithmic implementation of multiclass kernel-based vector machines
    (2001), there with the largest term instead of the sum.

    >>> float(multi_margin_loss([[1.0, 1.5, 0.0]], [0]))
    0.5
    """
    name = "multi_margin_loss"
    x = _scores(name, input)
    t = as_target(target, x, indices=True)
    check_shape(name, "target", t, x.shape[:-1])
    if t.dtype.kind not in "iu":
        raise ValueError(f"{name}: the target holds the indices of classes, integers, got {t.dtype}")
    if p not in (1, 2):
        raise ValueError(f"{name}: p is 1 or 2, got {p!r}")
    margin = number(f"{name}: margin", margin)
    times = listed(t[..., None], classes=x.shape[-1], ends=False)
    right = ac.sum(ac.where(times, x, 0.0), axis=-1, keepdims=True)
    over = ac.where(times, 0.0, ac.relu(margin - right + x))
    losses = ac.sum(over if p == 1 else ac.square(over), axis=-1) / x.shape[-1]
    if weight is not None:
        losses = losses * ac.take(as_weight(name, "weight", weight, x, shape=x.shape[-1:]), t)
    return reduced(name, losses, reduction)


def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Σ max(0, 1 − (xᵢ − xⱼ)) / K over the classes i of the datum and j that are not: all lead by 1.

    Args:
        input: scores (N, K) or (K,).
        target: integers of the same shape: the indices of the classes of each datum, then −1.
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for shapes that differ, an index that is no class, an unknown reduction, or a mean of
            nothing.

    >>> round(float(multilabel_margin_loss([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])), 12)
    0.85
    """
    name = "multilabel_margin_loss"
    x = _scores(name, input)
    t = as_target(target, x, indices=True)
    check_shape(name, "target", t, x.shape)
    if t.dtype.kind not in "iu":
        raise ValueError(f"{name}: the target holds the indices of classes, integers, got {t.dtype}")
    times = ac.astype(listed(t, classes=x.shape[-1], ends=True), x.dtype)
    other = ac.equal(times, 0)
    over = ac.relu(1 - ac.expand_dims(x, -1) + ac.expand_dims(x, -2))
    over = ac.where(ac.expand_dims(other, -2), over, 0.0) * ac.expand_dims(times, -1)
    return reduced(name, ac.sum(over, axis=(-2, -1)) / x.shape[-1], reduction)


def _listed(t: Any, *, classes: int, ends: bool) -> Any:
    """How often each class is among the numbers on the last axis; of those before the first −1 if it ends."""
    counted = np.logical_and.accumulate(t >= 0, axis=-1) if ends else np.ones_like(t, bool)
    inside = t[counted]
    if inside.size and (inside.min() < 0 or inside.max() >= classes):
        raise ValueError(
            f"the target holds indices from {inside.min()} to {inside.max()}, but there are {classes} "
            f"classes, 0 to {classes - 1}"
        )
    return ((t[..., None] == np.arange(classes)) & counted[..., None]).sum(axis=-2)


listed = ac.general("listed", _listed, None)


def _scores(name: str, input: Any) -> Any:
    x = as_prediction(input)
    if x.ndim not in (1, 2):
        raise ValueError(f"{name}: the prediction is (N, K) or (K,), got the shape {tuple(x.shape)}")
    check_batch(name, x.shape[-1:])
    return x
