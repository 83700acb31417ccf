"""Activation functions with a derivative of their own, and the special functions behind them."""

from math import inf, pi, sqrt
from typing import Any

import numpy as np

from autograd_core.op import elementwise
from autograd_core.ops import error_kernels
from autograd_core.ops.choices import guard, logical_or, maximum
from autograd_core.ops.exponentials import exp, log, logaddexp, sigmoid

TWO_OVER_ROOT_PI = 2.0 / sqrt(pi)

relu = elementwise(
    "relu",
    lambda x: np.maximum(x, 0),
    lambda g, z, x: g * (x > 0),
    keeps="x",
    meaning=lambda x: maximum(x, 0),
)
softplus = elementwise(
    "softplus",
    lambda x: np.logaddexp(0.0, x),
    lambda g, z, x: g * sigmoid(x),
    keeps="x",
    meaning=lambda x: logaddexp(0.0, x),
)
logsigmoid = elementwise(
    "logsigmoid",
    lambda x: -np.logaddexp(0.0, np.negative(x)),
    lambda g, z, x: g * sigmoid(-x),
    keeps="x",
    meaning=lambda x: -logaddexp(0.0, -x),
)
erf = elementwise("erf", error_kernels.erf, lambda g, z, x: g * (TWO_OVER_ROOT_PI * exp(-(x * x))), keeps="x")
erfc = elementwise(
    "erfc", error_kernels.erfc, lambda g, z, x: -(g * (TWO_OVER_ROOT_PI * exp(-(x * x)))), keeps="x"
)


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
