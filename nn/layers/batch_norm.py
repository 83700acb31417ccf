"""Batch normalisation as the lecture has it."""

from typing import Any

from nn.checks import floating
from nn.functional.normalizing import by_statistics, remember
from nn.functional.standardizing import batch_norm
from nn.layers.running_norms import RunningNorm, written
from nn.presets import chosen


class BatchNorm(RunningNorm):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε), each feature by its mean and variance over the batch.

    X is (N, ..., K) with the features on the last axis; γ and β are (K,), 1 and 0 at first. The variance is
    the biased one, Σ (x − μ)² / N. Gradients, with s = 1/√(σ² + ε) and means over the batch:
    ∂E/∂X = γ s (ḡ − mean ḡ − x̂ mean(ḡ x̂)), ∂E/∂γ = Σ ḡ x̂, ∂E/∂β = Σ ḡ.

    In training mode a batch of one datum gives β. In prediction mode μ and σ² are the running statistics,
    which every batch of two or more moves: running ← (1 − momentum) · running + momentum · batch, from 0 and
    1 at first. With momentum=None they are the means over all these batches.

    Args:
        num_features: K, at least 1.
        eps: ε ≥ 0, inside the root; 1e-8, in the convention of torch 1e-5.
        momentum: the weight of the newest batch in the running statistics, 0 ≤ momentum ≤ 1, or None.
        unbiased: whether the running variance is the unbiased one, Σ (x − μ)² / (N − 1); False, in the
            convention of torch True.
        dtype: float32 by default, see `ac.default_dtype`.

    Raises:
        TypeError: for a setting that is no number.
        ValueError: for settings out of range, for an x whose last axis is not K, or for an empty batch.

    S. Ioffe, C. Szegedy: Batch normalization (2015), algorithms 1 and 2; section 8.2 of the lecture, which
    leaves open how the running statistics are made. `BatchNorm1d` and so on are torch's: ε = 1e-5, the
    features on axis 1, a batch of one refused, the unbiased variance kept; Chainer has ε = 2e-5 and the
    unbiased variance, Keras ε = 1e-3 and 0.99 for what is here 1 − momentum.

    >>> import numpy as np
    >>> layer = BatchNorm(2)
    >>> y = layer(np.array([[1.0, 2.0], [3.0, 6.0]]))
    >>> bool(np.allclose(y.numpy(), [[-1, -1], [1, 1]]))
    True
    """

    def __init__(
        self,
        num_features: int,
        eps: float | None = None,
        momentum: float | None = 0.1,
        *,
        unbiased: bool | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, chosen("BatchNorm", "eps", eps), momentum, dtype=dtype)
        self.unbiased = bool(chosen("BatchNorm", "unbiased", unbiased))

    def forward(self, x: Any) -> Any:
        x = floating(x, self.weight.dtype)
        self._check(x.shape)
        if not self.training:
            return by_statistics(x, self.running_mean, self.running_var, self.weight, self.bias, self.eps)
        axes = tuple(range(-x.ndim, -1))
        y, found = batch_norm.with_residuals(x, self.weight, self.bias, axes=axes, eps=self.eps)
        count = x.size // self.num_features
        # the variance of one datum says nothing about the data
        if count > 1:
            remember(self.running_mean, self.running_var, found, count, self.share(), unbiased=self.unbiased)
            self.counted()
        return y

    def _check(self, shape: tuple[int, ...]) -> None:
        if len(shape) < 2 or shape[-1] != self.num_features:
            raise ValueError(
                f"BatchNorm({self.num_features}): x has the shape (N, ..., {self.num_features}), got {shape}"
            )
        if self.training and 0 in shape:
            raise ValueError(f"BatchNorm: an empty batch has no mean, got the shape {shape}")

    def extra_repr(self) -> str:
        unbiased = ", unbiased=True" if self.unbiased else ""
        return f"{self.num_features}, eps={self.eps:g}, momentum={written(self.momentum)}{unbiased}"
