"""Batch normalisation: one fused row, and the layer around it."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import floating, number, positive
from nn.module import Module
from nn.parameter import Buffer, Parameter

Axes = tuple[int, ...]


def _kernel(x: Any, w: Any, b: Any, *, axes: Axes, eps: float) -> tuple[Any, dict[str, Any]]:
    """Two passes for the variance, so that a large mean costs no digits."""
    m = x.mean(axis=axes, keepdims=True)
    n = x - m
    v = np.multiply(n, n).mean(axis=axes, keepdims=True)
    s = 1 / np.sqrt(v + eps)
    n *= s
    return n * w + b, {"n": n, "s": s, "m": m, "v": v}


def _meaning(x: Any, w: Any, b: Any, *, axes: Axes, eps: float) -> tuple[Any, dict[str, Any]]:
    m = ac.mean(x, axis=axes, keepdims=True)
    d = x - m
    v = ac.mean(d * d, axis=axes, keepdims=True)
    s = 1 / ac.sqrt(v + eps)
    n = d * s
    return n * w + b, {"n": n, "s": s, "m": m, "v": v}


# n is x̂, s is 1/σ; m and v, mean and variance, are read by nothing but the running statistics
batch_norm = ac.fused(
    "batch_norm",
    _kernel,
    lambda g, z, x, w, b, *, n, s, m, v, axes, eps: (
        w * s * (g - ac.mean(g, axis=axes, keepdims=True) - n * ac.mean(g * n, axis=axes, keepdims=True))
    ),
    lambda g, z, x, w, b, *, n, s, m, v, axes, eps: g * n,
    lambda g, z, x, w, b, *, n, s, m, v, axes, eps: g,
    residuals=("n", "s", "m", "v"),
    keeps="xwb",
    meaning=_meaning,
    stacks=True,
)


class BatchNorm(Module):
    """y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε), each feature by its mean and variance over the batch.

    X is (N, ..., K) with the features on the last axis; γ and β are (K,), 1 and 0 at first. The variance is
    the biased one, Σ (x − μ)² / N. Gradients, with s = 1/√(σ² + ε) and means over the batch:
    ∂E/∂X = γ s (ḡ − mean ḡ − x̂ mean(ḡ x̂)), ∂E/∂γ = Σ ḡ x̂, ∂E/∂β = Σ ḡ.

    In training mode a batch of one datum gives β. In prediction mode μ and σ² are the running statistics,
    which every batch of two or more moves: running ← (1 − momentum) · running + momentum · batch.

    Args:
        num_features: K, at least 1.
        eps: ε ≥ 0, inside the root.
        momentum: the weight of the newest batch in the running statistics, 0 ≤ momentum ≤ 1.
        dtype: float32 by default, see `ac.default_dtype`.

    Raises:
        TypeError: for a setting that is no number.
        ValueError: for settings out of range, for an x whose last axis is not K, or for an empty batch.

    S. Ioffe, C. Szegedy: Batch normalization (2015), algorithms 1 and 2; section 8.2 of the lecture, which
    leaves open how the running statistics are made. torch has ε = 1e-5, the features on axis 1, refuses a
    batch of one, and keeps the unbiased variance; Chainer has ε = 2e-5 and the unbiased variance, Keras ε =
    1e-3 and 0.99 for what is here 1 − momentum.

    >>> layer = BatchNorm(2)
    >>> y = layer(np.array([[1.0, 2.0], [3.0, 6.0]]))
    >>> bool(np.allclose(y.numpy(), [[-1, -1], [1, 1]]))
    True
    """

    def __init__(
        self, num_features: int, eps: float = 1e-8, momentum: float = 0.1, *, dtype: Any = None
    ) -> None:
        self.num_features = positive("BatchNorm: num_features", num_features)
        self.eps = number("BatchNorm: eps", eps)
        self.momentum = number("BatchNorm: momentum", momentum)
        if not self.eps >= 0:
            raise ValueError(f"BatchNorm: eps is at least 0, got {eps!r}")
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"BatchNorm: momentum is between 0 and 1, got {momentum!r}")
        dtype = ac.layer_dtype(dtype)
        self.weight = Parameter(np.ones(self.num_features, dtype), role="scale")
        self.bias = Parameter(np.zeros(self.num_features, dtype), role="bias")
        self.running_mean = Buffer(np.zeros(self.num_features, dtype))
        self.running_var = Buffer(np.ones(self.num_features, dtype))
        self.num_batches_tracked = Buffer(np.zeros((), np.int64))

    def forward(self, x: Any) -> Any:
        x = floating(x, self.weight.dtype)
        self._check(x.shape)
        if not self.training:
            s = 1 / ac.sqrt(self.running_var + self.eps)
            return (x - self.running_mean) * s * self.weight + self.bias
        axes = tuple(range(-x.ndim, -1))
        y, found = batch_norm.with_residuals(x, self.weight, self.bias, axes=axes, eps=self.eps)
        # the variance of one datum says nothing about the data
        if x.size > self.num_features:
            self._remember(found["m"], found["v"])
        return y

    def _check(self, shape: tuple[int, ...]) -> None:
        if len(shape) < 2 or shape[-1] != self.num_features:
            raise ValueError(
                f"BatchNorm({self.num_features}): x has the shape (N, ..., {self.num_features}), got {shape}"
            )
        if self.training and 0 in shape:
            raise ValueError(f"BatchNorm: an empty batch has no mean, got the shape {shape}")

    def _remember(self, mean: Any, variance: Any) -> None:
        for running, new in ((self.running_mean, mean), (self.running_var, variance)):
            old = running.data
            running.data = old + self.momentum * (new.reshape(old.shape) - old)
        self.num_batches_tracked.data = self.num_batches_tracked.data + 1

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps:g}, momentum={self.momentum:g}"

    def title(self) -> str:
        return f"BatchNorm({self.num_features})"
