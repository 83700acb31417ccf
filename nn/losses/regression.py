"""Losses of regression."""

from typing import Any

import autograd_core as ac
from nn.losses.loss import Loss
from nn.losses.targets import as_prediction, as_target


class HalfMSELoss(Loss):
    """E = 1/(2N) Σ (y − t)², the lecture's loss of regression: mean over the batch, sum over the outputs.

    `loss(y, t)`: y and t have the same shape, (N,) or (N, ...), where N counts the first axis; a single
    number is a batch of one. The gradient is ∂E/∂y = (y − t) / N.

    Raises:
        ValueError: if the shapes differ ((N, 1) against (N,) would broadcast to (N, N)), or for an empty
            batch.

    Sections 2.1 and 5.1 of the lecture. The mean over all elements, without ½, is torch's, Chainer's and
    Keras's mean squared error; DeZero has the mean over the batch without ½, DL-from-scratch ½ Σ without a
    mean.

    >>> HalfMSELoss()([[3.0, 3.0]], [[1.0, 2.0]])
    Tensor(2.5)
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        y = as_prediction(prediction)
        t = as_target(target, y.dtype)
        if y.shape != t.shape:
            raise ValueError(
                f"HalfMSELoss: the prediction has the shape {y.shape}, the target {t.shape}; "
                "they must be equal: use t.reshape(y.shape) if they hold the same numbers"
            )
        if y.size == 0:
            raise ValueError(f"HalfMSELoss: an empty batch has no mean, got the shape {y.shape}")
        n = y.shape[0] if y.ndim else 1
        return ac.sum(ac.square(y - t)) / (2 * n)
