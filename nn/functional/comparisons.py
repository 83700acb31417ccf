"""Losses that compare: pairs that are alike or not, the greater of two, the nearer of two."""

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import number
from nn.functional.distances import pairwise_distance
from nn.functional.targets import as_pair, as_target, check_shape, reduced


def _signs(t: Any) -> Any:
    if not (np.absolute(t) == 1).all():
        raise ValueError(
            f"the target holds 1 and −1, got numbers from {np.min(t)} to {np.max(t)}; of 0 and 1 make 2 t − 1"
        )
    return t


# the numbers themselves, or an error
signs = ac.linear("signs", _signs, lambda g, z, t: g, stacks=True)


def hinge(x: Any) -> Any:
    """max(x, 0) with the slope 1 at 0, so that a margin that is just reached still pulls, as torch has it."""
    return ac.where(ac.less(x, 0), 0.0, x)


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """x where the target is 1, max(0, margin − x) where it is −1: distances of what belongs together or not.

    Args:
        input, target: of the same shape; targets are 1 or −1.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: for shapes that differ, other targets, an unknown reduction, or a mean of nothing.

    >>> float(hinge_embedding_loss([0.5, 0.25], [1, -1], reduction="sum"))
    1.25
    """
    x, t = as_pair("hinge_embedding_loss", input, target)
    margin = number("hinge_embedding_loss: margin", margin)
    losses = ac.where(signs(t) > 0, x, hinge(margin - x))
    return reduced("hinge_embedding_loss", losses, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0, reduction: str = "mean"
) -> Any:
    """max(0, margin − t (x₁ − x₂)): x₁ shall be the greater where t = 1, the smaller where t = −1.

    Args:
        input1, input2, target: of the same shape.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: for shapes that differ, other targets, an unknown reduction, or a mean of nothing.

    >>> float(margin_ranking_loss([3.0, 1.0], [1.0, 2.0], [1, 1], reduction="sum"))
    1.0
    """
    name = "margin_ranking_loss"
    x1, x2 = as_pair(name, input1, input2, what="input2")
    _, t = as_pair(name, x1, target)
    return reduced(name, hinge(number(f"{name}: margin", margin) - signs(t) * (x1 - x2)), reduction)


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0, reduction: str = "mean"
) -> Any:
    """1 − cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) − margin) where it is −1.

    Args:
        input1, input2: both (N, D) or (D,).
        target: 1 or −1, (N,) or a single number.
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for other shapes or targets, an unknown reduction, or a mean of nothing.

    >>> float(cosine_embedding_loss([[1.0, 0.0]], [[0.0, 2.0]], [1]))
    1.0
    """
    name = "cosine_embedding_loss"
    a, b = as_pair(name, input1, input2, what="input2")
    if a.ndim not in (1, 2):
        raise ValueError(f"{name}: input1 is (N, D) or (D,), got the shape {tuple(a.shape)}")
    t = as_target(target, a)
    check_shape(name, "target", t, a.shape[:-1])
    # as torch has it, which is not its cosine_similarity
    squares = [ac.sum(ac.square(v), axis=-1) + 1e-12 for v in (a, b)]
    cosine = ac.sum(a * b, axis=-1) / ac.sqrt(squares[0] * squares[1])
    losses = ac.where(signs(t) > 0, 1 - cosine, hinge(cosine - number(f"{name}: margin", margin)))
    return reduced(name, losses, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """max(0, d(a, p) − d(a, n) + margin): what is alike is nearer than what is not, by the margin.

    Args:
        anchor, positive, negative: of the same shape, (N, D) or (D,).
        margin: above 0.
        p, eps: of the distance d, which is `pairwise_distance`.
        swap: whether d(p, n) is taken instead of d(a, n) where it is the smaller one (V. Balntas and others:
            Learning shallow convolutional feature descriptors with triplet losses, 2016).
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for shapes that differ, a margin that is not above 0, an unknown reduction, or a mean of
            nothing.

    >>> float(triplet_margin_loss([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 1.0]], eps=0))
    5.0
    """
    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=lambda a, b: pairwise_distance(a, b, p, eps),
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """`triplet_margin_loss` with a distance of one's own, a function of two arrays.

    >>> manhattan = lambda a, b: ac.sum(ac.absolute(a - b), axis=-1)
    >>> one, two, three = [[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 1.0]]
    >>> float(triplet_margin_with_distance_loss(one, two, three, distance_function=manhattan))
    7.0
    """
    name = "triplet_margin_loss"
    margin = number(f"{name}: margin", margin, above=0)
    a, b = as_pair(name, anchor, positive, what="positive")
    _, c = as_pair(name, a, negative, what="negative")
    distance = pairwise_distance if distance_function is None else distance_function
    near, far = distance(a, b), distance(a, c)
    if swap:
        far = ac.minimum(far, distance(b, c))
    return reduced(name, hinge(near - far + margin), reduction)
