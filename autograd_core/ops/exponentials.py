"""Exponentials, logarithms, sine and cosine, and the squashing functions."""

from typing import Any

import numpy as np

from autograd_core.op import Row, elementwise
from autograd_core.ops.choices import maximum, where


def _sigmoid(x: Any) -> Any:
    """1 / (1 + e^−x) without overflow: the exponential is only ever taken of −|x|."""
    e = np.exp(-np.absolute(x))
    return np.where(np.greater_equal(x, 0), 1, e) / (1 + e)


def _falling(x: Any) -> Any:
    """e^−|x|, with a derivative at 0 too."""
    return exp(where(x >= 0, -x, x))


# numbers in rules are floats: NumPy takes a Python integer the slow way
exp = elementwise("exp", np.exp, lambda g, z, x: g * z, keeps="z")
sin: Row = elementwise("sin", np.sin, lambda g, z, x: g * cos(x), keeps="x")
cos: Row = elementwise("cos", np.cos, lambda g, z, x: -(g * sin(x)), keeps="x")
log = elementwise("log", np.log, lambda g, z, x: g / x, keeps="x")
tanh = elementwise("tanh", np.tanh, lambda g, z, x: g * (1.0 - z * z), keeps="z")
sigmoid = elementwise(
    "sigmoid",
    _sigmoid,
    lambda g, z, x: g * (z * (1.0 - z)),
    keeps="z",
    meaning=lambda x: where(x >= 0, 1, _falling(x)) / (1 + _falling(x)),
)
relu = elementwise(
    "relu",
    lambda x: np.maximum(x, 0),
    lambda g, z, x: g * (x > 0),
    keeps="x",
    meaning=lambda x: maximum(x, 0),
)
