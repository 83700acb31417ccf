"""Losses of answers that are yes or no, one or several per datum."""

from typing import Any

from nn.functional.binaries import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    multilabel_soft_margin_loss,
)
from nn.losses.loss import Loss, kept_weight, recorded


class BCELoss(Loss):
    """−t log y − (1 − t) log(1 − y) of probabilities y, the mean over all elements (section 2.2).

    `loss(y, t)`: y and t have the same shape and hold numbers from 0 to 1; t may be soft.

    Args:
        weight: a factor of every loss, that broadcasts to their shape; the mean does not divide by it.
        reduction: "mean", "sum", or "none": one loss per element.

    Raises:
        ValueError: for shapes that do not fit, numbers that are no probabilities, another reduction, or the
            mean of an empty batch.

    The lecture leaves log 0 open. As in torch, no logarithm here is lower than −100, and the gradient
    (1 − t)/(1 − y) − t/y divides by 1e-12 at least; Keras moves y by 1e-7 away from 0 and 1.
    `BCEWithLogitsLoss` needs no such thing.

    >>> print(f"{BCELoss()([0.5, 1.0], [1.0, 0.0]):.6f}")
    50.346574
    """

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = kept_weight("BCELoss: weight", weight)

    def forward(self, prediction: Any, target: Any) -> Any:
        return binary_cross_entropy(recorded(prediction), target, self.weight, self.reduction)


class BCEWithLogitsLoss(Loss):
    """−t log y − (1 − t) log(1 − y) with y = σ(a), the mean over all elements: sigmoid with loss.

    `loss(a, t)`: the logits a and the answers t, 0 to 1, have the same shape. The gradient is
    ∂E/∂a = (y − t) / N, where N counts the elements. Nothing overflows, however large a is.

    Args:
        weight: a factor of every loss, that broadcasts to their shape; the mean does not divide by it.
        reduction: "mean", "sum", or "none": one loss per element.
        pos_weight: a factor of the first term, that broadcasts to their shape: per class (K,) beside (N, K).

    Raises:
        ValueError: for shapes that do not fit, another reduction, or the mean of an empty batch.

    Sections 2.2 and 5.1 of the lecture, whose formula in 5.1 lacks the sum over the batch. Chainer's
    `sigmoid_cross_entropy` takes integers only.

    >>> BCEWithLogitsLoss(reduction="sum")([0.0, 1000.0, -1000.0], [1, 1, 0])
    Tensor(0.6931471805599453)
    """

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction)
        self.weight = kept_weight("BCEWithLogitsLoss: weight", weight)
        self.pos_weight = kept_weight("BCEWithLogitsLoss: pos_weight", pos_weight)

    def forward(self, prediction: Any, target: Any) -> Any:
        a = recorded(prediction)
        return binary_cross_entropy_with_logits(a, target, self.weight, self.reduction, self.pos_weight)


class MultiLabelSoftMarginLoss(Loss):
    """`BCEWithLogitsLoss` with the mean over the classes first: each class is a question of its own.

    `loss(a, t)`: both (N, K) or (K,), t of 0 and 1.

    Args:
        weight: per class (K,).
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for shapes that do not fit, another reduction, or the mean of an empty batch.

    >>> MultiLabelSoftMarginLoss()([[0.0, 1000.0]], [[1, 1]])
    Tensor(0.34657359027997264)
    """

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = kept_weight("MultiLabelSoftMarginLoss: weight", weight)

    def forward(self, prediction: Any, target: Any) -> Any:
        return multilabel_soft_margin_loss(recorded(prediction), target, self.weight, self.reduction)
