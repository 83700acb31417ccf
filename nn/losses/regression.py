"""Losses of regression: of the difference between prediction and target."""

from typing import Any

import autograd_core as ac
from nn.checks import number
from nn.functional.deviations import huber_loss, l1_loss, mse_loss, smooth_l1_loss, squared_error
from nn.functional.targets import as_pair, check_batch
from nn.losses.loss import Loss, recorded


class HalfMSELoss(Loss):
    """E = 1/(2N) Σ (y − t)², the lecture's loss of regression: mean over the batch, sum over the outputs.

    `loss(y, t)`: y and t have the same shape, (N,) or (N, ...), where N counts the first axis; a single
    number is a batch of one. The gradient is ∂E/∂y = (y − t) / N.

    Args:
        reduction: "mean"; "sum" without the factor 1/N, as section 3.7 writes it; "none": one loss per
            datum, (N,).

    Raises:
        ValueError: if the shapes differ ((N, 1) against (N,) would broadcast to (N, N)), for another
            reduction, or for the mean of an empty batch.

    Sections 2.1 and 5.1 of the lecture. The mean over all elements, without ½, is torch's, Chainer's and
    Keras's mean squared error; DeZero has the mean over the batch without ½, DL-from-scratch ½ Σ without a
    mean.

    >>> HalfMSELoss()([[3.0, 3.0]], [[1.0, 2.0]])
    Tensor(2.5)
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        y, t = as_pair("HalfMSELoss", recorded(prediction), target)
        if self.reduction == "none":
            return ac.sum(ac.square(y - t), axis=tuple(range(1, y.ndim))) / 2
        if self.reduction == "sum":
            return squared_error(y, t, n=2)
        check_batch("HalfMSELoss", y.shape)
        return squared_error(y, t, n=2 * (y.shape[0] if y.ndim else 1))


class MSELoss(Loss):
    """E = mean of (y − t)² over all elements; ∂E/∂y = 2 (y − t) by their number.

    `loss(y, t)`: y and t have the same shape.

    Args:
        reduction: "mean", "sum", or "none": one loss per element.

    Raises:
        ValueError: if the shapes differ ((N, 1) against (N,) would broadcast to (N, N)), for another
            reduction, or for the mean of an empty batch.

    As in torch, Chainer and Keras. The lecture's has ½ and the mean over the batch only: `HalfMSELoss`.

    >>> MSELoss()([[3.0, 3.0]], [[1.0, 2.0]])
    Tensor(2.5)
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        return mse_loss(recorded(prediction), target, self.reduction)


class L1Loss(Loss):
    """E = mean of |y − t| over all elements; the gradient is the sign of y − t by their number, 0 at 0.

    `loss(y, t)`: y and t have the same shape. `reduction` and errors as in `MSELoss`.

    >>> L1Loss()([3.0, 3.0], [1.0, 2.0])
    Tensor(1.5)
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        return l1_loss(recorded(prediction), target, self.reduction)


class SmoothL1Loss(Loss):
    """½ d²/beta where |d| < beta, else |d| − ½ beta, with d = y − t; the mean over all elements.

    `loss(y, t)`: y and t have the same shape. `reduction` and errors as in `MSELoss`.

    Args:
        beta: where the parabola ends, at least 0; 0 gives `L1Loss`.

    R. Girshick: Fast R-CNN (2015), equation 3. It is `HuberLoss(delta=beta)` / beta.

    >>> SmoothL1Loss("sum")([1.0, 2.0], [1.5, 5.0])
    Tensor(2.625)
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = number("SmoothL1Loss: beta", beta, low=0)

    def forward(self, prediction: Any, target: Any) -> Any:
        return smooth_l1_loss(recorded(prediction), target, self.reduction, self.beta)


class HuberLoss(Loss):
    """½ d² where |d| ≤ delta, else delta (|d| − ½ delta), with d = y − t; the mean over all elements.

    The gradient is d, clipped to ±delta. `loss(y, t)`: y and t have the same shape. `reduction` and errors as
    in `MSELoss`.

    Args:
        delta: where the parabola ends, above 0.

    P. J. Huber: Robust estimation of a location parameter (1964). Keras and torch have delta = 1; Chainer
    asks for it, and sums over axis 1.

    >>> HuberLoss("sum", delta=2.0)([1.0, 2.0], [1.5, 5.0])
    Tensor(4.125)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = number("HuberLoss: delta", delta, above=0)

    def forward(self, prediction: Any, target: Any) -> Any:
        return huber_loss(recorded(prediction), target, self.reduction, self.delta)
