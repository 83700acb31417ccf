"""Losses that compare: pairs that are alike or not, the greater of two, the nearer of two."""

from collections.abc import Callable
from typing import Any

from nn.checks import number
from nn.functional.comparisons import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from nn.losses.loss import Loss, recorded


class HingeEmbeddingLoss(Loss):
    """y where the target is 1, max(0, margin − y) where it is −1: distances of what belongs together or not.

    `loss(y, t)`: y and t have the same shape.

    Args:
        margin: how far apart is far enough.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: if the shapes differ, for other targets, another reduction, or the mean of an empty batch.

    >>> HingeEmbeddingLoss(reduction="sum")([0.5, 0.25], [1, -1])
    Tensor(1.25)
    """

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("HingeEmbeddingLoss: margin", margin)

    def forward(self, prediction: Any, target: Any) -> Any:
        return hinge_embedding_loss(recorded(prediction), target, self.margin, self.reduction)


class MarginRankingLoss(Loss):
    """max(0, margin − t (y₁ − y₂)): y₁ shall be the greater where t = 1, the smaller where t = −1.

    `loss(y1, y2, t)`: all of the same shape.

    Args:
        margin: by how much.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: if the shapes differ, for other targets, another reduction, or the mean of an empty batch.

    >>> MarginRankingLoss(reduction="sum")([3.0, 1.0], [1.0, 2.0], [1, 1])
    Tensor(1.0)
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("MarginRankingLoss: margin", margin)

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return margin_ranking_loss(recorded(input1), input2, target, self.margin, self.reduction)


class CosineEmbeddingLoss(Loss):
    """1 − cos(y₁, y₂) where the target is 1, max(0, cos(y₁, y₂) − margin) where it is −1.

    `loss(y1, y2, t)`: vectors (N, D) or (D,), targets (N,) or a single number.

    Args:
        margin: the cosine that is small enough for what is not alike.
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for other shapes or targets, another reduction, or the mean of an empty batch.

    >>> CosineEmbeddingLoss()([[1.0, 0.0]], [[0.0, 2.0]], [1])
    Tensor(1.0)
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("CosineEmbeddingLoss: margin", margin)

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return cosine_embedding_loss(recorded(input1), input2, target, self.margin, self.reduction)


class TripletMarginLoss(Loss):
    """max(0, d(a, p) − d(a, n) + margin): the anchor is nearer to what is alike than to what is not.

    `loss(anchor, positive, negative)`: all of the same shape, (N, D) or (D,); d is `pairwise_distance`.

    Args:
        margin: by how much, above 0.
        p, eps: the order of the norm, and what is added to every difference.
        swap: whether d(p, n) is taken instead of d(a, n) where it is the smaller one (V. Balntas and others:
            Learning shallow convolutional feature descriptors with triplet losses, 2016).
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: if the shapes differ, for a setting out of range, or for the mean of an empty batch.

    >>> TripletMarginLoss(eps=0)([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 1.0]])
    Tensor(5.0)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.margin = number("TripletMarginLoss: margin", margin, above=0)
        self.p, self.eps = number("TripletMarginLoss: p", p), number("TripletMarginLoss: eps", eps)
        self.swap = bool(swap)

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        a, settings = recorded(anchor), (self.margin, self.p, self.eps, self.swap, self.reduction)
        return triplet_margin_loss(a, positive, negative, *settings)


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with a distance of one's own, a function of two Tensors that gives one per datum.

    Args:
        distance_function: None: `pairwise_distance`.
        margin, swap, reduction: as in `TripletMarginLoss`.

    Raises:
        ValueError: as `TripletMarginLoss`.

    >>> loss = TripletMarginWithDistanceLoss(distance_function=lambda a, b: abs(a - b).sum(-1))
    >>> loss([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 1.0]])
    Tensor(7.0)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.distance_function = distance_function
        self.margin = number("TripletMarginWithDistanceLoss: margin", margin, above=0)
        self.swap = bool(swap)

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        return triplet_margin_with_distance_loss(
            recorded(anchor),
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
