"""Losses that are negative log-likelihoods, and the divergence between two distributions."""

from typing import Any

from nn.checks import number
from nn.functional.likelihoods import gaussian_nll_loss, kl_div, poisson_nll_loss
from nn.losses.loss import Loss, recorded


class KLDivLoss(Loss):
    """t (log t − x), the divergence of exp x from t: predictions x are logarithms of probabilities.

    `loss(x, t)`: x and t have the same shape. Where t = 0 the term is 0.

    Args:
        reduction: "batchmean", the sum by the length of axis 0, is the mathematical one; "mean", the default
            as in torch, is over all elements; "sum", or "none": one term per element.
        log_target: whether t holds logarithms too.

    Raises:
        ValueError: if the shapes differ, for another reduction, or for a mean of an empty batch.

    S. Kullback, R. Leibler: On information and sufficiency (1951). It is the cross entropy less the entropy
    of t. Keras takes probabilities for x, and sums over the last axis.

    >>> import numpy as np
    >>> KLDivLoss("batchmean")(np.log([[0.5, 0.5]]), [[1.0, 0.0]])
    Tensor(0.6931471805599453)
    """

    further_reductions = ("batchmean",)

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = bool(log_target)

    def forward(self, prediction: Any, target: Any) -> Any:
        return kl_div(recorded(prediction), target, self.reduction, self.log_target)


class GaussianNLLLoss(Loss):
    """½ (log v + (y − t)² / v) with v = max(var, eps): the target is normal with the mean y and variance v.

    `loss(y, t, var)`: y of any shape; t of the same, or with length 1 on axes, along which it is repeated;
    var likewise, or without the last axis, or a single number.

    Args:
        full: whether to add the constant ½ log 2π.
        eps: the smallest variance, above 0. The gradient of var does not see it, as torch documents: a
            variance that came too low would never grow again.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: for a negative variance, shapes that do not fit, a setting out of range, or the mean of an
            empty batch.

    D. Nix, A. Weigend: Estimating the mean and variance of the target probability distribution (1994).
    Chainer's `gaussian_nll` takes log v and sums.

    >>> GaussianNLLLoss()([1.0], [3.0], [4.0])
    Tensor(1.1931471805599454)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.full = bool(full)
        self.eps = number("GaussianNLLLoss: eps", eps, above=0)

    def forward(self, prediction: Any, target: Any, var: Any) -> Any:
        return gaussian_nll_loss(recorded(prediction), target, var, self.full, self.eps, self.reduction)


class PoissonNLLLoss(Loss):
    """exp(y) − t y, or with `log_input=False` y − t log(y + eps): the target is a count, Poisson distributed.

    `loss(y, t)`: y and t have the same shape; the expectation is exp(y), or y itself.

    Args:
        log_input: whether y is the logarithm of the expectation.
        full: whether to add Stirling's t log t − t + ½ log 2πt for log t!, where t > 1.
        eps: keeps the logarithm of 0 away, at least 0.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: if the shapes differ, for a setting out of range, or for the mean of an empty batch.

    Keras's `poisson` is that with `log_input=False` and eps = 1e-7.

    >>> PoissonNLLLoss()([0.0], [3.0])
    Tensor(1.0)
    """

    def __init__(
        self, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.log_input, self.full = bool(log_input), bool(full)
        self.eps = number("PoissonNLLLoss: eps", eps, low=0)

    def forward(self, prediction: Any, target: Any) -> Any:
        y = recorded(prediction)
        return poisson_nll_loss(y, target, self.log_input, self.full, self.eps, self.reduction)
