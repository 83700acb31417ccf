"""Activation functions and the special functions behind them."""

from math import pi, sqrt
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.words import of, operand
from autograd_core.ops import activations, exponentials
from autograd_core.ops.arithmetic import absolute
from autograd_core.ops.trigonometry import tanh

T = TypeVar("T")

__all__ = [
    "elu",
    "erf",
    "erfc",
    "gelu",
    "i0",
    "leaky_relu",
    "logsigmoid",
    "mish",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "xlogy",
]

# G. Klambauer and others, Self-normalizing neural networks, 2017
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def sigmoid(x: T) -> T:
    """The logistic function 1 / (1 + e^−x), elementwise, without overflow for any x.

    >>> float(sigmoid(-1000.0)), float(sigmoid(0.0))
    (0.0, 0.5)
    """
    return of(exponentials.sigmoid, x)  # type: ignore[no-any-return]


def logsigmoid(x: T) -> T:
    """log sigmoid(x) = −log(1 + e^−x), elementwise, without overflow; the derivative is sigmoid(−x).

    >>> float(logsigmoid(-1000.0))
    -1000.0
    """
    return of(activations.logsigmoid, x)  # type: ignore[no-any-return]


def softplus(x: T) -> T:
    """log(1 + e^x), elementwise, without overflow; the derivative is sigmoid(x)."""
    return of(activations.softplus, x)  # type: ignore[no-any-return]


def softsign(x: T) -> T:
    """x / (1 + |x|), elementwise."""
    v = operand(x)
    return v / (1.0 + absolute(v))  # type: ignore[no-any-return]


# ---- rectifiers ------------------------------------------------------------------------------------------


def relu(x: T) -> T:
    """max(x, 0), elementwise; the derivative at 0 is taken as 0."""
    return of(activations.relu, x)  # type: ignore[no-any-return]


def leaky_relu(x: T, negative_slope: Any = 0.01) -> T:
    """x where x > 0, else negative_slope · x; the derivative at 0 is taken as negative_slope."""
    return activations.leaky_relu(operand(x), negative_slope)  # type: ignore[no-any-return]


def elu(x: T, alpha: Any = 1.0) -> T:
    """x where x > 0, else alpha (e^x − 1); the derivative at 0 is taken as alpha."""
    return activations.elu(operand(x), alpha)  # type: ignore[no-any-return]


def selu(x: T) -> T:
    """1.0507 · elu(x, 1.6733), elementwise: keeps mean 0 and variance 1 through the layers (2017)."""
    return SELU_SCALE * elu(operand(x), SELU_ALPHA)  # type: ignore[no-any-return]


def silu(x: T) -> T:
    """x · sigmoid(x), elementwise; also called swish."""
    v = operand(x)
    return v * exponentials.sigmoid(v)  # type: ignore[no-any-return]


def mish(x: T) -> T:
    """x · tanh(softplus(x)), elementwise."""
    v = operand(x)
    return v * tanh(activations.softplus(v))  # type: ignore[no-any-return]


def gelu(x: T, approximate: str = "none") -> T:
    """x · Φ(x) with the normal distribution function Φ, elementwise.

    `approximate="tanh"` takes ½ (1 + tanh(√(2/π) (x + 0.044715 x³))) for Φ.

    D. Hendrycks and K. Gimpel, Gaussian error linear units, 2016.

    Raises:
        ValueError: if `approximate` is something else.
    """
    v = operand(x)
    if approximate == "none":  # by erfc: no cancellation for negative x
        return 0.5 * v * activations.erfc(-sqrt(0.5) * v)  # type: ignore[no-any-return]
    if approximate == "tanh":  # ½ (1 + tanh u) = sigmoid(2u)
        return v * exponentials.sigmoid(sqrt(8.0 / pi) * (v + 0.044715 * (v * v * v)))  # type: ignore[no-any-return]
    raise ValueError(f"gelu: approximate is 'none' or 'tanh', got {approximate!r}")


# ---- special functions -----------------------------------------------------------------------------------


def erf(x: T) -> T:
    """The error function 2/√π · ∫₀ˣ e^(−t²) dt, elementwise, exact to rounding.

    >>> float(erf(0.5))
    0.5204998778130465
    """
    return of(activations.erf, x)  # type: ignore[no-any-return]


def erfc(x: T) -> T:
    """1 − erf(x), elementwise, without cancellation.

    >>> print(f"{erfc(10.0):.12g}")
    2.08848758376e-45
    """
    return of(activations.erfc, x)  # type: ignore[no-any-return]


def i0(x: T) -> T:
    """The modified Bessel function of order 0, elementwise; its derivative is that of order 1."""
    return activations.i0(x, n=0)  # type: ignore[no-any-return]


def xlogy(x: Any, y: Any) -> Any:
    """x · log y, broadcast, and 0 where x = 0.

    The derivatives are log y and x/y; where x = 0 and y ≤ 0 both are taken as 0.
    """
    if isinstance(y, int | float):  # as weak as NumPy has it
        x = operand(x)
        y = np.asarray(y, x.dtype if x.dtype.kind == "f" else np.float64)
    return activations.xlogy(x, y)
