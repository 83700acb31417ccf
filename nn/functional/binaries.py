"""Cross entropy of yes and no: of probabilities, of logits, and over several labels at once."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.functional.targets import as_pair, as_weight, check_batch, reduced

LOWEST = -100.0
"""No logarithm of a probability is taken to be lower."""

SMALLEST = 1e-12
"""What a derivative divides by at least."""


def _cross_entropy(x: Any, t: Any) -> Any:
    for what, numbers in (("prediction", x), ("target", t)):
        # not so for NaN either
        if np.size(numbers) and not (np.min(numbers) >= 0 and np.max(numbers) <= 1):
            raise ValueError(
                f"binary cross entropy: the {what} holds probabilities, 0 to 1, got numbers from "
                f"{np.min(numbers)} to {np.max(numbers)}"
                + ("; for logits use binary_cross_entropy_with_logits" * (what == "prediction"))
            )
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(x), LOWEST), np.maximum(np.log1p(-x), LOWEST)
    return (t - 1) * no - t * yes


def _smallest(x: Any) -> float:
    """1e-12, or the smallest number that a dtype without it holds to all its digits."""
    return max(SMALLEST, float(np.finfo(x.dtype).tiny))


def _logarithm(x: Any) -> Any:
    """log x, and −100 at 0."""
    return ac.log(ac.maximum(x, float(np.exp(LOWEST))))


cross_entropy = ac.elementwise(
    "binary_cross_entropy",
    _cross_entropy,
    lambda g, z, x, t: g * ((1 - t) / ac.maximum(1 - x, _smallest(x)) - t / ac.maximum(x, _smallest(x))),
    lambda g, z, x, t: g * (_logarithm(1 - x) - _logarithm(x)),
    keeps="xt",
)
# with y = sigmoid(x) the derivatives cancel to y − t; the value is exact where t is 0 or 1
sigmoid_cross_entropy = ac.elementwise(
    "sigmoid_cross_entropy",
    lambda x, t: np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.absolute(x))),
    lambda g, z, x, t: g * (ac.sigmoid(x) - t),
    lambda g, z, x, t: -(g * x),
    keeps="xt",
    meaning=lambda x, t: ac.softplus(x) - x * t,
)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """−t log x − (1 − t) log(1 − x) of probabilities x, the mean over all elements.

    Args:
        input, target: probabilities of the same shape.
        weight: a factor of every loss, that broadcasts to their shape; the mean does not divide by it.
        reduction: "mean", "sum", or "none": one loss per element.

    At an exact 0 or 1 no logarithm is lower than −100, as torch has it, and the gradient
    (1 − t)/(1 − x) − t/x divides by 1e-12 at least. Better numbers, and faster, come from the logits:
    `binary_cross_entropy_with_logits`. Keras moves x by 1e-7 away from 0 and 1; Chainer has only the logits.

    Raises:
        ValueError: for numbers that are no probabilities, shapes that differ, an unknown reduction, or a
            mean of nothing.

    >>> float(binary_cross_entropy([0.5, 1.0], [1.0, 1.0], reduction="sum"))
    0.6931471805599453
    """
    x, t = as_pair("binary_cross_entropy", input, target)
    losses = cross_entropy(x, t)
    if weight is not None:
        losses = losses * as_weight("binary_cross_entropy", "weight", weight, x)
    return reduced("binary_cross_entropy", losses, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """−w (p t log σ(x) + (1 − t) log(1 − σ(x))), the mean over all elements, without overflow for any x.

    Args:
        input: logits x.
        target: probabilities t, of the same shape.
        weight: w, a factor of every loss, that broadcasts to their shape; the mean does not divide by it.
        reduction: "mean", "sum", or "none": one loss per element.
        pos_weight: p, the weight of a positive answer, that broadcasts to their shape.

    Without weights the gradient is (σ(x) − t) / N, the lecture's sigmoid with loss (sections 2.2 and 5.1).

    Raises:
        ValueError: for shapes that do not fit, an unknown reduction, or a mean of nothing.

    >>> float(binary_cross_entropy_with_logits([0.0, 1000.0], [1.0, 1.0], reduction="sum"))
    0.6931471805599453
    """
    name = "binary_cross_entropy_with_logits"
    x, t = as_pair(name, input, target)
    if pos_weight is None:
        losses = sigmoid_cross_entropy(x, t)
    else:
        p = as_weight(name, "pos_weight", pos_weight, x)
        losses = p * t * ac.softplus(-x) + (1 - t) * ac.softplus(x)
    if weight is not None:
        losses = losses * as_weight(name, "weight", weight, x)
    return reduced(name, losses, reduction)


def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """The mean of `binary_cross_entropy_with_logits` over the classes: each is a question of its own.

    Args:
        input, target: logits and 0 or 1, both (N, K) or (K,).
        weight: per class (K,).
        reduction: "mean" and "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for shapes that do not fit, an unknown reduction, or a mean of nothing.

    >>> float(multilabel_soft_margin_loss([[0.0, 1000.0]], [[1, 1]]))
    0.34657359027997264
    """
    name = "multilabel_soft_margin_loss"
    x, t = as_pair(name, input, target)
    if not x.ndim:
        raise ValueError(f"{name}: the classes are on the last axis, got a single number")
    check_batch(name, x.shape[-1:])
    losses = sigmoid_cross_entropy(x, t)
    if weight is not None:
        losses = losses * as_weight(name, "weight", weight, x)
    return reduced(name, ac.mean(losses, axis=-1), reduction)
