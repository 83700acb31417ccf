"""Activation functions with a derivative of their own, and the special functions behind them."""

from functools import lru_cache
from math import cos, inf, pi, prod, sqrt
from typing import Any

import numpy as np

from autograd_core.op import Row, elementwise
from autograd_core.ops import error_kernels
from autograd_core.ops.arithmetic import astype
from autograd_core.ops.choices import guard, logical_not, logical_or, maximum, where
from autograd_core.ops.exponentials import exp, expm1, log, logaddexp, sigmoid

TWO_OVER_ROOT_PI = 2.0 / sqrt(pi)

# beside an array of zeros NumPy takes a third of the time that it takes beside a number
BLOCK = 2**14
ZEROS = {np.dtype(kind): np.zeros(BLOCK, kind) for kind in (np.float32, np.float64)}

MANY = 1024
"""From so many numbers on a kernel of several calls is quicker than one that NumPy computes slowly."""


@lru_cache(maxsize=64)
def _zeros(shape: tuple[int, ...], dtype: Any) -> Any:
    return ZEROS[dtype][: prod(shape)].reshape(shape)


def _relu(x: Any) -> Any:
    if not (isinstance(x, np.ndarray) and x.size >= MANY and x.flags.c_contiguous and x.dtype in ZEROS):
        return np.maximum(x, 0)
    if x.size <= BLOCK:
        return np.maximum(x, _zeros(x.shape, x.dtype))
    zeros = ZEROS[x.dtype]
    z = np.empty(x.shape, x.dtype)
    given, out = x.reshape(-1), z.reshape(-1)
    for start in range(0, x.size, BLOCK):
        part = given[start : start + BLOCK]
        np.maximum(part, zeros[: part.size], out=out[start : start + BLOCK])
    return z


def _of_floats(x: Any) -> bool:
    return x.__class__ is np.ndarray and x.ndim > 0 and x.dtype in ZEROS


def _elu(x: Any, y: Any) -> Any:
    positive = x > 0
    return np.where(positive, x, y * np.expm1(np.where(positive, 0, x)))


def _softplus(x: Any) -> Any:
    """max(x, 0) + log(1 + e^−|x|), in two arrays; of few logaddexp, which NumPy computes number by number."""
    if not _of_floats(x) or x.size < MANY:
        return np.logaddexp(0.0, x)
    z = np.absolute(x)
    np.negative(z, z)
    np.exp(z, z)
    np.log1p(z, z)
    z += _relu(x)
    return z


def _logsigmoid(x: Any) -> Any:
    z = _softplus(np.multiply(x, -1.0))  # unsigned integers have no negative
    return np.negative(z, z) if z.__class__ is np.ndarray else -z


relu = elementwise(
    "relu",
    _relu,
    lambda g, z, x: g * (x > 0),
    keeps="x",
    meaning=lambda x: maximum(x, 0),
    number=lambda x: x if x > 0 or x != x else x.__class__(0),
    alike=True,
)
# masks are part of the rows: one that a function made of a Tensor would be plain, and keep its choice where
# the recording is run on other numbers; NaN goes the way of the other numbers that are not above 0
leaky_relu = elementwise(
    "leaky_relu",
    lambda x, y: np.where(x > 0, x, y * x),
    lambda g, z, x, y: g * ((x > 0) + y * astype(logical_not(x > 0), dtype=g.dtype)),
    lambda g, z, x, y: where(x > 0, 0, g * x),
    keeps="xy",
    meaning=lambda x, y: where(x > 0, x, y * x),
)
elu = elementwise(
    "elu",
    _elu,
    lambda g, z, x, y: g * (logical_not(x <= 0) + y * exp(where(x <= 0, x, 0)) * (x <= 0)),
    lambda g, z, x, y: g * expm1(where(x > 0, 0, x)),
    keeps="xy",
    meaning=lambda x, y: where(x > 0, x, y * expm1(where(x > 0, 0, x))),
)
softplus = elementwise(
    "softplus",
    _softplus,
    lambda g, z, x: g * sigmoid(x),
    keeps="x",
    meaning=lambda x: logaddexp(0.0, x),
)
logsigmoid = elementwise(
    "logsigmoid",
    _logsigmoid,
    lambda g, z, x: g * sigmoid(-x),
    keeps="x",
    meaning=lambda x: -logaddexp(0.0, -x),
)
erf = elementwise("erf", error_kernels.erf, lambda g, z, x: g * (TWO_OVER_ROOT_PI * exp(-(x * x))), keeps="x")
erfc = elementwise(
    "erfc", error_kernels.erfc, lambda g, z, x: -(g * (TWO_OVER_ROOT_PI * exp(-(x * x)))), keeps="x"
)


def _i0(x: Any, *, n: int) -> Any:
    """The n-th derivative of the Bessel function I₀, which is 1/π · ∫₀^π cosⁿθ e^(x cos θ) dθ.

    The midpoint rule of m points is exact to I₄ₘ(x), next to nothing from 4m ≈ √(80x) on.
    """
    if n == 0:
        return np.i0(x)
    x = np.asarray(x, np.result_type(x, np.float16) if np.asarray(x).dtype.kind == "f" else np.float64)
    largest = float(np.max(np.absolute(x), initial=0, where=np.isfinite(x)))
    m = int(6 + n / 4 + sqrt(5.0 * min(largest, 720.0)))  # beyond 720 it is infinite anyway
    total = np.zeros_like(x)
    for k in range(m):
        c = cos((k + 0.5) * pi / (2 * m))
        total += c**n * (np.sinh(c * x) if n % 2 else np.cosh(c * x))
    return total / m


i0: Row = elementwise("i0", _i0, lambda g, z, x, *, n: g * i0(x, n=n + 1), keeps="x")


def _xlogy(x: Any, y: Any) -> Any:
    y = np.asarray(y, np.result_type(x, y))
    return x * np.log(np.where(np.logical_and(np.equal(x, 0), np.equal(y, y)), 1, y))


# where x = 0 the value is 0, and at y = 0 so are the slopes, to every order
xlogy = elementwise(
    "xlogy",
    _xlogy,
    lambda g, z, x, y: g * log(guard(y, logical_or(x != 0, y > 0), 1.0)),
    lambda g, z, x, y: g * (x / guard(y, logical_or(x != 0, y > 0), inf)),
    keeps="xy",
)
