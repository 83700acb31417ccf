"""Activation functions with torch's names, signatures and derivatives at the kinks, on any shape.

Those that `ac` has too (`relu`, `sigmoid`, `gelu`, ...) are the same with torch's names of arguments.
"""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import computed, number, operand
from nn.functional import piecewise_rows

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "gumbel_softmax",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]

# ---- rectifiers ------------------------------------------------------------------------------------------


def relu(input: Any) -> Any:
    """max(x, 0); the derivative is 1 where x > 0, else 0."""
    return ac.relu(input)


def leaky_relu(input: Any, negative_slope: float = 0.01) -> Any:
    """x where x > 0, else negative_slope · x; the derivative at 0 is negative_slope.

    `nn.LeakyReLU` has the lecture's slope 0.1.
    """
    return ac.leaky_relu(input, number("leaky_relu: negative_slope", negative_slope))


def elu(input: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, else α (e^x − 1); the derivative at 0 is α.

    D.-A. Clevert, T. Unterthiner, S. Hochreiter: Fast and accurate deep network learning by exponential
    linear units (2016), equation 15.
    """
    return ac.elu(input, number("elu: alpha", alpha))


def selu(input: Any) -> Any:
    """1.0507 · elu(x, 1.6733).

    G. Klambauer and others: Self-normalizing neural networks (2017), equation 2.
    """
    return ac.selu(input)


def threshold(input: Any, threshold: float, value: float) -> Any:
    """x where x > threshold, else the value.

    >>> threshold([0.0, 1.0, 2.0], 1.0, -5.0)
    array([-5., -5.,  2.])
    """
    x = operand("threshold: input", input)
    threshold, value = number("threshold: threshold", threshold), number("threshold: value", value)
    return piecewise_rows.threshold(x, threshold, value)


def relu6(input: Any) -> Any:
    """min(max(x, 0), 6); the derivative is 1 for 0 < x < 6, else 0.

    A. Krizhevsky: Convolutional deep belief networks on CIFAR-10 (2010).
    """
    return hardtanh(input, 0.0, 6.0)


def prelu(input: Any, weight: Any) -> Any:
    """x where x > 0, else weight · x, with one learned slope, or one for each channel, which are on axis 1.

    K. He and others: Delving deep into rectifiers (2015), equation 1.

    Raises:
        ValueError: if the weight has not (1,) or (channels,) numbers.
    """
    x, w = operand("prelu: input", input), operand("prelu: weight", weight)
    if w.ndim > 1:
        raise ValueError(f"prelu: the weight has the shape (1,) or (channels,), got {w.shape}")
    if w.size > 1:
        channels = x.shape[1] if x.ndim > 1 else 1
        if w.size != channels:
            raise ValueError(
                f"prelu: {w.size} slopes, but {channels} channels on axis 1 of the input {x.shape}; give one "
                "slope or one for each channel"
            )
        w = w.reshape((w.size,) + (1,) * (x.ndim - 2))
    elif x.ndim == 0:
        w = w.reshape(())
    return ac.leaky_relu(x, w)


def rrelu(
    input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, *, rng: Any = None
) -> Any:
    """x where x > 0, else a · x with a ~ U(lower, upper) for each number; a is their mean in prediction.

    B. Xu and others: Empirical evaluation of rectified activations (2015), section 2.4.

    Raises:
        ValueError: if lower > upper.
    """
    lower, upper = number("rrelu: lower", lower), number("rrelu: upper", upper)
    if not lower <= upper:
        raise ValueError(f"rrelu: lower ≤ upper is needed, got {lower} and {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2)
    x = operand("rrelu: input", input)
    slope = ac.generator(rng).uniform(lower, upper, x.shape).astype(x.dtype)
    return ac.leaky_relu(x, slope)


def celu(input: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, else α (e^(x/α) − 1); the derivative is continuous for every α.

    J. T. Barron: Continuously differentiable exponential linear units (2017).

    Raises:
        ValueError: for α = 0.

    >>> print(f"{celu(-2.0, 2.0):.6f}")
    -1.264241
    """
    alpha = number("celu: alpha", alpha)
    if alpha == 0:
        raise ValueError("celu: alpha is not 0")
    x = operand("celu: input", input)
    return piecewise_rows.celu(x, alpha)


# ---- smooth ----------------------------------------------------------------------------------------------


def sigmoid(input: Any) -> Any:
    """1 / (1 + e^−x), without overflow for any x; the derivative is y (1 − y)."""
    return ac.sigmoid(input)


def logsigmoid(input: Any) -> Any:
    """log σ(x) = −log(1 + e^−x), without overflow for any x; the derivative is σ(−x)."""
    return ac.logsigmoid(input)


def tanh(input: Any) -> Any:
    """tanh x; the derivative is 1 − y²."""
    return ac.tanh(input)


def gelu(input: Any, approximate: str = "none") -> Any:
    """x Φ(x) with the normal distribution function Φ, or with "tanh" its approximation.

    D. Hendrycks, K. Gimpel: Gaussian error linear units (2016), section 2.

    Raises:
        ValueError: for another word.
    """
    return ac.gelu(input, approximate)


def silu(input: Any) -> Any:
    """x σ(x), also called swish."""
    return ac.silu(input)


def mish(input: Any) -> Any:
    """x tanh(log(1 + e^x)).

    D. Misra: Mish, a self regularized non-monotonic activation function (2019), equation 1.
    """
    return ac.mish(input)


def softsign(input: Any) -> Any:
    """x / (1 + |x|)."""
    return ac.softsign(input)


def glu(input: Any, dim: int = -1) -> Any:
    """a · σ(b), with a and b the two halves of the input along dim.

    Y. N. Dauphin and others: Language modeling with gated convolutional networks (2017), equation 1.

    Raises:
        ValueError: if the length of dim is odd.
    """
    x = computed("glu: input", input)
    if not -x.ndim <= dim < x.ndim or x.shape[dim] % 2:
        raise ValueError(f"glu: an axis of even length is halved, got the shape {x.shape} and dim={dim}")
    a, b = ac.split(x, 2, axis=dim)
    return a * sigmoid(b)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """1/β · log(1 + e^(βx)), and x where βx > threshold; the derivative is σ(βx).

    Raises:
        ValueError: for β ≤ 0.
    """
    x = operand("softplus: input", input)
    beta, threshold = number("softplus: beta", beta, above=0), number("softplus: threshold", threshold)
    return ac.where(beta * x > threshold, x, ac.softplus(beta * x) / beta)


def tanhshrink(input: Any) -> Any:
    """x − tanh x; the derivative is tanh² x."""
    x = computed("tanhshrink: input", input)
    return x - tanh(x)


# ---- piecewise linear ------------------------------------------------------------------------------------


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x, but at least min_val and at most max_val; the derivative is 1 between the two, 0 at and beyond them.

    Raises:
        ValueError: if min_val > max_val.
    """
    min_val, max_val = number("hardtanh: min_val", min_val), number("hardtanh: max_val", max_val)
    if not min_val <= max_val:
        raise ValueError(f"hardtanh: min_val ≤ max_val is needed, got {min_val} and {max_val}")
    x = operand("hardtanh: input", input)
    return piecewise_rows.hardtanh(x, min_val, max_val)


def hardsigmoid(input: Any) -> Any:
    """x/6 + ½, but at least 0 and at most 1; the derivative is 1/6 for −3 < x < 3, else 0.

    Keras had x/5 + ½ until version 3.
    """
    return hardtanh(operand("hardsigmoid: input", input) / 6 + 0.5, 0.0, 1.0)


def hardswish(input: Any) -> Any:
    """x · hardsigmoid(x).

    A. Howard and others: Searching for MobileNetV3 (2019), section 5.2.
    """
    x = operand("hardswish: input", input)
    return x * hardsigmoid(x)


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x where |x| > λ, else 0."""
    x, lambd = operand("hardshrink: input", input), number("hardshrink: lambd", lambd)
    return piecewise_rows.hardshrink(x, lambd)


def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x − λ where x > λ, x + λ where x < −λ, else 0: the proximal map of λ |x|.

    Raises:
        ValueError: for λ < 0.
    """
    x, lambd = operand("softshrink: input", input), number("softshrink: lambd", lambd, low=0)
    return piecewise_rows.softshrink(x, lambd)


# ---- distributions ---------------------------------------------------------------------------------------


def softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """e^x / Σ e^x along dim, without overflow for any x; computed in the dtype, if one is given.

    Raises:
        TypeError: without dim; torch warns of its own choice, which depends on the number of axes.

    >>> softmax([[0.0, 0.0]], dim=1)
    array([[0.5, 0.5]])
    """
    return ac.softmax(_along("softmax", input, dim, dtype), axis=dim)


def log_softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """x − log Σ e^x along dim, without overflow for any x; computed in the dtype, if one is given.

    Raises:
        TypeError: without dim.
    """
    return ac.log_softmax(_along("log_softmax", input, dim, dtype), axis=dim)


def softmin(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """softmax(−x) along dim.

    Raises:
        TypeError: without dim.
    """
    return ac.softmax(-_along("softmin", input, dim, dtype), axis=dim)


def gumbel_softmax(
    logits: Any,
    tau: float = 1.0,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    *,
    rng: Any = None,
) -> Any:
    """softmax((x + Gumbel noise) / τ) along dim: nearly one-hot samples, differentiable in the logits.

    With `hard` the value is one-hot, and the gradient is that of the soft sample. `eps` does nothing, as in
    torch, which keeps it for old calls.

    E. Jang, S. Gu, B. Poole: Categorical reparameterization with Gumbel-softmax (2017), equation 2.

    Raises:
        ValueError: for τ ≤ 0.
    """
    x, tau = operand("gumbel_softmax: logits", logits), number("gumbel_softmax: tau", tau, above=0)
    noise = ac.generator(rng).gumbel(size=x.shape).astype(x.dtype, copy=False)
    soft = ac.softmax((x + noise) / tau, axis=dim)
    if not hard:
        return soft
    values = soft.numpy() if isinstance(soft, ac.Tensor) else soft
    hot = np.zeros_like(values)
    np.put_along_axis(hot, np.expand_dims(values.argmax(dim), dim), 1.0, dim)
    return soft + (hot - values)


def _along(name: str, input: Any, dim: int | None, dtype: Any) -> Any:
    if dim is None:
        raise TypeError(f"{name}: dim is missing, the axis of the sums; dim=-1 for classes on the last axis")
    x = computed(f"{name}: input", input)
    return x if dtype is None else x.astype(dtype)
