"""Activations as layers of their own; each works on any shape."""

import inspect
from typing import Any

import numpy as np

import autograd_core as ac
from nn import functional as F
from nn.checks import floating, number, positive
from nn.module import Module
from nn.parameter import Parameter
from nn.presets import chosen


class Activation(Module):
    """A function of `nn.functional` as a layer; it prints its settings, the arguments of `__init__`."""

    def extra_repr(self) -> str:
        names = [n for n in inspect.signature(type(self)).parameters if n not in ("dtype", "rng")]
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in names)


# ---- rectifiers ------------------------------------------------------------------------------------------


class ReLU(Activation):
    """max(x, 0); the derivative is 1 where x > 0, else 0 (at 0 too, as the lecture, torch and Chainer).

    Keras' ReLU layer has a largest value and a slope; here these are `ReLU6`, `Hardtanh` and `LeakyReLU`.
    """

    def forward(self, x: Any) -> Any:
        return F.relu(x)


class LeakyReLU(Activation):
    """x where x > 0, else slope · x; the derivative is 1 where x > 0, else the slope (at 0 too).

    Args:
        negative_slope: 0.1, the lecture's (section 1.2); torch and tinygrad have 0.01, Chainer and DeZero
            0.2, Keras 0.3.

    >>> LeakyReLU()(ac.Tensor([-2.0, 3.0]))
    Tensor([-0.2,  3. ])
    """

    def __init__(self, negative_slope: float | None = None) -> None:
        slope = chosen("LeakyReLU", "negative_slope", negative_slope)
        self.negative_slope = number("LeakyReLU: negative_slope", slope)

    def forward(self, x: Any) -> Any:
        return F.leaky_relu(x, self.negative_slope)


class PReLU(Activation):
    """x where x > 0, else a · x with a learned slope a: one, or one for each channel (axis 1).

    K. He and others: Delving deep into rectifiers (2015), equation 1, where a starts at 0.25.

    Args:
        num_parameters: 1, or the number of channels.
        init: the slope at first. Keras starts at 0.

    The slope is no weight to a norm penalty, as the paper advises.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = None) -> None:
        slopes = positive("PReLU: num_parameters", num_parameters)
        start = np.full(slopes, number("PReLU: init", init), ac.layer_dtype(dtype))
        self.weight = Parameter(start, role="scale")

    def forward(self, x: Any) -> Any:
        return F.prelu(floating(x, self.weight.dtype), self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.weight.size}"


class RReLU(Activation):
    """x where x > 0, else a · x with a ~ U(lower, upper) in training mode, the mean of the two in prediction.

    B. Xu and others: Empirical evaluation of rectified activations (2015), section 2.4.
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, *, rng: Any = None) -> None:
        self.lower, self.upper = number("RReLU: lower", lower), number("RReLU: upper", upper)
        if not self.lower <= self.upper:
            raise ValueError(f"RReLU: lower ≤ upper is needed, got {lower} and {upper}")
        self.rng = None if rng is None else ac.generator(rng)

    def forward(self, x: Any) -> Any:
        return F.rrelu(x, self.lower, self.upper, self.training, rng=self.rng)


class ReLU6(Activation):
    """min(max(x, 0), 6); the derivative is 1 for 0 < x < 6, else 0."""

    def forward(self, x: Any) -> Any:
        return F.relu6(x)


class ELU(Activation):
    """x where x > 0, else α (e^x − 1); the derivative at 0 is α.

    D.-A. Clevert, T. Unterthiner, S. Hochreiter: Fast and accurate deep network learning by exponential
    linear units (2016), equation 15.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = number("ELU: alpha", alpha)

    def forward(self, x: Any) -> Any:
        return F.elu(x, self.alpha)


class CELU(Activation):
    """x where x > 0, else α (e^(x/α) − 1), α ≠ 0; the derivative is continuous for every α."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = number("CELU: alpha", alpha)
        if self.alpha == 0:
            raise ValueError("CELU: alpha is not 0")

    def forward(self, x: Any) -> Any:
        return F.celu(x, self.alpha)


class SELU(Activation):
    """1.0507 · ELU with α = 1.6733, which keeps mean 0 and variance 1 through layers with `lecun_normal_`.

    G. Klambauer and others: Self-normalizing neural networks (2017), equation 2.
    """

    def forward(self, x: Any) -> Any:
        return F.selu(x)


class Threshold(Activation):
    """x where x > threshold, else the value."""

    def __init__(self, threshold: float, value: float) -> None:
        self.threshold = number("Threshold: threshold", threshold)
        self.value = number("Threshold: value", value)

    def forward(self, x: Any) -> Any:
        return F.threshold(x, self.threshold, self.value)


# ---- smooth ----------------------------------------------------------------------------------------------


class Sigmoid(Activation):
    """1 / (1 + e^−x), without overflow for any x; the derivative is y (1 − y)."""

    def forward(self, x: Any) -> Any:
        return F.sigmoid(x)


class LogSigmoid(Activation):
    """log σ(x) = −log(1 + e^−x), without overflow for any x; the derivative is σ(−x)."""

    def forward(self, x: Any) -> Any:
        return F.logsigmoid(x)


class Tanh(Activation):
    """tanh x; the derivative is 1 − y²."""

    def forward(self, x: Any) -> Any:
        return F.tanh(x)


class GELU(Activation):
    """x Φ(x) with the normal distribution function Φ; with approximate="tanh" Hendrycks' approximation.

    D. Hendrycks, K. Gimpel: Gaussian error linear units (2016), section 2.
    """

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate is 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        return F.gelu(x, self.approximate)


class SiLU(Activation):
    """x σ(x), also called swish."""

    def forward(self, x: Any) -> Any:
        return F.silu(x)


class Mish(Activation):
    """x tanh(log(1 + e^x)).

    D. Misra: Mish, a self regularized non-monotonic activation function (2019), equation 1.
    """

    def forward(self, x: Any) -> Any:
        return F.mish(x)


class GLU(Activation):
    """a σ(b), with a and b the two halves of the input along dim, whose length is even."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.glu(x, self.dim)


class Softplus(Activation):
    """1/β · log(1 + e^(βx)), β > 0, and x where βx > threshold; the derivative is σ(βx)."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = number("Softplus: beta", beta), number("Softplus: threshold", threshold)
        if not self.beta > 0:
            raise ValueError(f"Softplus: beta is above 0, got {beta!r}")

    def forward(self, x: Any) -> Any:
        return F.softplus(x, self.beta, self.threshold)


class Softsign(Activation):
    """x / (1 + |x|)."""

    def forward(self, x: Any) -> Any:
        return F.softsign(x)


class Tanhshrink(Activation):
    """x − tanh x; the derivative is tanh² x."""

    def forward(self, x: Any) -> Any:
        return F.tanhshrink(x)


# ---- piecewise linear ------------------------------------------------------------------------------------


class Hardtanh(Activation):
    """x, but at least min_val and at most max_val; the derivative at both is 0."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        self.min_val = number("Hardtanh: min_val", min_val)
        self.max_val = number("Hardtanh: max_val", max_val)
        if not self.min_val < self.max_val:
            raise ValueError(f"Hardtanh: min_val < max_val is needed, got {min_val} and {max_val}")

    def forward(self, x: Any) -> Any:
        return F.hardtanh(x, self.min_val, self.max_val)


class Hardsigmoid(Activation):
    """x/6 + ½, but at least 0 and at most 1. Keras had x/5 + ½ until version 3."""

    def forward(self, x: Any) -> Any:
        return F.hardsigmoid(x)


class Hardswish(Activation):
    """x · hardsigmoid(x)."""

    def forward(self, x: Any) -> Any:
        return F.hardswish(x)


class Hardshrink(Activation):
    """x where |x| > λ, else 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = number("Hardshrink: lambd", lambd)

    def forward(self, x: Any) -> Any:
        return F.hardshrink(x, self.lambd)

    def extra_repr(self) -> str:
        return repr(self.lambd)


class Softshrink(Activation):
    """x − λ where x > λ ≥ 0, x + λ where x < −λ, else 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = number("Softshrink: lambd", lambd)
        if not self.lambd >= 0:
            raise ValueError(f"Softshrink: lambd is at least 0, got {lambd!r}")

    def forward(self, x: Any) -> Any:
        return F.softshrink(x, self.lambd)

    def extra_repr(self) -> str:
        return repr(self.lambd)


# ---- distributions ---------------------------------------------------------------------------------------


class Softmax(Activation):
    """e^x / Σ e^x along dim, without overflow for any x.

    torch chooses an axis when dim is missing, and warns; here it is needed. Keras and the lecture take the
    last axis.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.softmax(x, self.dim)


class LogSoftmax(Activation):
    """x − log Σ e^x along dim, without overflow for any x."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.log_softmax(x, self.dim)


class Softmin(Activation):
    """softmax(−x) along dim."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.softmin(x, self.dim)
