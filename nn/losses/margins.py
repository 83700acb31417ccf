"""Losses that are 0 once a margin is kept, and their smooth relative."""

from typing import Any

from nn.checks import number
from nn.functional.margins import multi_margin_loss, multilabel_margin_loss, soft_margin_loss
from nn.losses.loss import Loss, kept_weight, recorded


class SoftMarginLoss(Loss):
    """log(1 + exp(−t y)), the mean over all elements: logistic regression with targets t of 1 and −1.

    `loss(y, t)`: y and t have the same shape. Of targets 0 and 1 it would be `BCEWithLogitsLoss`.

    Args:
        reduction: "mean", "sum", or "none": one loss per element.

    Raises:
        ValueError: if the shapes differ, for other targets, another reduction, or the mean of an empty batch.

    >>> SoftMarginLoss("sum")([0.0, 1000.0], [1, 1])
    Tensor(0.6931471805599453)
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        return soft_margin_loss(recorded(prediction), target, self.reduction)


class MultiMarginLoss(Loss):
    """Σ max(0, margin − y_t + yₖ)ᵖ / K over the classes k ≠ t: the right class shall lead by the margin.

    `loss(y, t)`: scores y (N, K) or (K,), and integers t (N,) or a single one, the indices of the classes.

    Args:
        p: 1 or 2.
        margin: by how much.
        weight: per class (K,), a factor of the loss of its data; the mean does not divide by it.
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for other shapes, an index that is no class, a setting out of range, or the mean of an
            empty batch.

    K. Crammer, Y. Singer: On the algorithmic implementation of multiclass kernel-based vector machines
    (2001), there with the largest term instead of the sum.

    >>> MultiMarginLoss()([[1.0, 1.5, 0.0]], [0])
    Tensor(0.5)
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p is 1 or 2, got {p!r}")
        self.p, self.margin = p, number("MultiMarginLoss: margin", margin)
        self.weight = kept_weight("MultiMarginLoss: weight", weight)

    def forward(self, prediction: Any, target: Any) -> Any:
        y = recorded(prediction)
        return multi_margin_loss(y, target, self.p, self.margin, self.weight, self.reduction)


class MultiLabelMarginLoss(Loss):
    """Σ max(0, 1 − (yᵢ − yⱼ)) / K over the classes i of the datum and all others j.

    `loss(y, t)`: scores y (N, K) or (K,), and integers t of the same shape: the indices of the classes of
    each datum, then −1; what follows does not count.

    Args:
        reduction: "mean" or "sum" over the data, or "none": one loss per datum.

    Raises:
        ValueError: for other shapes, an index that is no class, another reduction, or the mean of an empty
            batch.

    >>> MultiLabelMarginLoss()([[1.0, 1.5, 0.5, 0.0]], [[0, 1, -1, -1]])
    Tensor(0.125)
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        return multilabel_margin_loss(recorded(prediction), target, self.reduction)
