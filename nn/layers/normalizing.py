"""Normalisations of each datum by itself: over its features, over groups of channels, over neighbours."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import floating, number, positive
from nn.functional.normalizing import group_norm, layer_norm, local_response_norm, rms_norm
from nn.module import Module
from nn.parameter import Parameter


class LayerNorm(Module):
    """y = (x − μ)/√(σ² + ε) · γ + β, each datum by its mean and biased variance over its last axes.

    X is (*, *normalized_shape); γ and β have normalized_shape, 1 and 0 at first. There are no running
    statistics: training and prediction do the same, and a batch may be of any size.

    Args:
        normalized_shape: the sizes of the last axes, or of the last one.
        eps: ε ≥ 0.
        elementwise_affine: False for no γ and β.
        bias: False for no β.
        dtype: float32 by default, see `ac.default_dtype`.

    Raises:
        ValueError: for a size below 1, ε < 0, or an X whose last axes are others.

    J. L. Ba, J. R. Kiros, G. E. Hinton: Layer normalization (2016), equation 4. torch's; Keras has ε = 1e-3.

    >>> LayerNorm(2, eps=0.0)(np.array([[1.0, 3.0]])).tolist()
    [[-1.0, 1.0]]
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes("LayerNorm", normalized_shape)
        self.eps = _eps("LayerNorm", eps)
        self.elementwise_affine = bool(elementwise_affine)
        self.weight, self.bias = _affine(self.normalized_shape, elementwise_affine, bias, dtype)

    def forward(self, x: Any) -> Any:
        x = floating(x, self._dtype() or ac.layer_dtype())
        return layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        affine, bias = self.elementwise_affine, self.bias is not None
        return f"{self.normalized_shape}, eps={self.eps:g}, elementwise_affine={affine}, bias={bias}"

    def title(self) -> str:
        return f"LayerNorm({_written(self.normalized_shape)})"


class RMSNorm(Module):
    """y = x/√(mean x² + ε) · γ, each datum by the mean square over its last axes; no mean is taken off.

    X is (*, *normalized_shape); γ has normalized_shape, 1 at first.

    Args:
        normalized_shape: the sizes of the last axes, or of the last one.
        eps: ε ≥ 0; None: the distance from 1 to the next number of X's dtype.
        elementwise_affine: False for no γ.
        dtype: float32 by default, see `ac.default_dtype`.

    Raises:
        ValueError: for a size below 1, ε < 0, or an X whose last axes are others.

    B. Zhang, R. Sennrich: Root mean square layer normalization (2019), equation 4. torch's.

    >>> bool(np.allclose(RMSNorm(2)(np.array([[3.0, 4.0]])).numpy(), np.array([3, 4]) / np.sqrt(12.5)))
    True
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes("RMSNorm", normalized_shape)
        self.eps = None if eps is None else _eps("RMSNorm", eps)
        self.elementwise_affine = bool(elementwise_affine)
        self.weight, _ = _affine(self.normalized_shape, elementwise_affine, False, dtype)

    def forward(self, x: Any) -> Any:
        x = floating(x, self._dtype() or ac.layer_dtype())
        return rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        eps = None if self.eps is None else f"{self.eps:g}"
        return f"{self.normalized_shape}, eps={eps}, elementwise_affine={self.elementwise_affine}"

    def title(self) -> str:
        return f"RMSNorm({_written(self.normalized_shape)})"


class GroupNorm(Module):
    """y = (x − μ)/√(σ² + ε) · γ + β, each group of channels of each datum by its mean and biased variance.

    X is (N, C, ...); γ and β are (C,), 1 and 0 at first. One group makes it a `LayerNorm` of everything but
    the batch, C groups an instance normalisation.

    Args:
        num_groups: at least 1, a divisor of C.
        num_channels: C.
        eps: ε ≥ 0.
        affine: False for no γ and β.
        bias: False for no β.
        dtype: float32 by default, see `ac.default_dtype`.

    Raises:
        ValueError: for sizes that do not fit, ε < 0, or an X of another shape.

    Y. Wu, K. He: Group normalization (2018), equation 7. torch's; Keras has ε = 1e-3.

    >>> GroupNorm(2, 4, eps=0.0)(np.array([[1.0, 3.0, 0.0, 4.0]])).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        self.num_groups = positive("GroupNorm: num_groups", num_groups)
        self.num_channels = positive("GroupNorm: num_channels", num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: {num_channels} channels do not make {num_groups} groups of equal size"
            )
        self.eps, self.affine = _eps("GroupNorm", eps), bool(affine)
        self.weight, self.bias = _affine((self.num_channels,), affine, bias, dtype)

    def forward(self, x: Any) -> Any:
        x = floating(x, self._dtype() or ac.layer_dtype())
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(f"{self.title()}: x is (N, {self.num_channels}, ...), got the shape {x.shape}")
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        bias = self.bias is not None
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps:g}, affine={self.affine}, bias={bias}"

    def title(self) -> str:
        return f"GroupNorm({self.num_groups}, {self.num_channels})"


class LocalResponseNorm(Module):
    """y = x / (k + α · mean of x² over `size` neighbouring channels)^β; see `nn.functional`.

    Args:
        size: the number of channels, at least 1.
        alpha: α as in the formula; in the paper (A. Krizhevsky and others 2012) it multiplies the sum.
        beta: the exponent.
        k: what keeps the denominator from 0.

    >>> LocalResponseNorm(2)
    LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size = positive("LocalResponseNorm: size", size)
        self.alpha, self.beta = (
            number("LocalResponseNorm: alpha", alpha),
            number("LocalResponseNorm: beta", beta),
        )
        self.k = number("LocalResponseNorm: k", k)

    def forward(self, x: Any) -> Any:
        x = floating(x, ac.layer_dtype())
        return local_response_norm(x, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


def _sizes(name: str, shape: int | Sequence[int]) -> tuple[int, ...]:
    sizes = shape if isinstance(shape, Sequence) else (shape,)
    if not sizes:
        raise ValueError(f"{name}: normalized_shape has at least one size, got {shape!r}")
    return tuple(positive(f"{name}: normalized_shape", n) for n in sizes)


def _eps(name: str, eps: float) -> float:
    found = number(f"{name}: eps", eps)
    if not found >= 0:
        raise ValueError(f"{name}: eps is at least 0, got {eps!r}")
    return found


def _affine(
    shape: tuple[int, ...], scale: bool, shift: bool, dtype: Any
) -> tuple[Parameter | None, Parameter | None]:
    """γ = 1 and β = 0, as far as they are wanted; no β without γ."""
    dtype = ac.layer_dtype(dtype)
    weight = Parameter(np.ones(shape, dtype), role="scale") if scale else None
    return weight, Parameter(np.zeros(shape, dtype), role="bias") if scale and shift else None


def _written(shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, shape))
