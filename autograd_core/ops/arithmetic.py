"""Arithmetic: the rows behind Python's operators."""

import operator
from operator import pow as raise_to
from typing import Any

import numpy as np

from autograd_core.node import VARIABLES
from autograd_core.op import Row, elementwise, linear
from autograd_core.ops.choices import guard
from autograd_core.ops.exponentials import log

add = elementwise("add", np.add, lambda g, z, x, y: g, lambda g, z, x, y: g, number=operator.add)
subtract = elementwise(
    "subtract", np.subtract, lambda g, z, x, y: g, lambda g, z, x, y: -g, number=operator.sub
)
multiply = elementwise(
    "multiply",
    np.multiply,
    lambda g, z, x, y: g * y,
    lambda g, z, x, y: g * x,
    keeps="xy",
    number=operator.mul,
)
divide = elementwise(
    "divide",
    np.divide,
    lambda g, z, x, y: g / y,
    lambda g, z, x, y: -(g * z / y),
    keeps="zy",
    number=operator.truediv,
)
negative = elementwise("negative", np.negative, lambda g, z, x: -g, number=operator.neg)
square = elementwise("square", np.square, lambda g, z, x: g * (2.0 * x), keeps="x")
sqrt = elementwise("sqrt", np.sqrt, lambda g, z, x: g / (2.0 * z), keeps="z")
cbrt = elementwise("cbrt", np.cbrt, lambda g, z, x: g / (3.0 * (z * z)), keeps="z")
reciprocal = elementwise("reciprocal", np.reciprocal, lambda g, z, x: -(g * (z * z)), keeps="z")


def _one_less(x: Any, y: Any) -> Any:
    """y − 1, the exponent of a derivative; 1 instead where 0 · 0^(−1) would arise, which counts as 0."""
    if y.__class__ is float or y.__class__ is int:
        return y - 1 if y else 1
    return guard(y - 1, y != 0 if isinstance(y, (int, float)) else abs(x) + abs(y) != 0, 1)


def _lowered(x: Any, y: Any) -> Any:
    """x^(y − 1); in a transform of a square x itself, which spares higher orders an operation.

    In Symbols x¹ stands, for a formula takes no sign out of a base; and where gradients are recorded by hand,
    for the derivative of the order after the last is 0 there, and no error.
    """
    square = (y.__class__ is float or y.__class__ is int) and y == 2
    return x if square and VARIABLES and not hasattr(x, "operands") else x ** _one_less(x, y)


# log of a base that is not positive counts as 0
power = elementwise(
    "power",
    raise_to,
    lambda g, z, x, y: g * (y * _lowered(x, y)),
    lambda g, z, x, y: g * (z * log(guard(x, x > 0, 1))),
    keeps="zxy",
)
# no gradient, but connected: sign is flat almost everywhere
zeros_of: Row = linear("zeros_of", np.zeros_like, lambda g, z, x: zeros_of(g))
sign = elementwise("sign", np.sign, lambda g, z, x: zeros_of(g))
absolute = elementwise("absolute", np.absolute, lambda g, z, x: g * sign(x), keeps="x")
fabs = elementwise("fabs", np.fabs, lambda g, z, x: g * sign(x), keeps="x")
# the same numbers under a new node: an input of a transform that is itself a result
alias = elementwise("alias", np.positive, lambda g, z, x: g)


def _astype(x: Any, *, dtype: Any) -> Any:
    return np.asarray(x, dtype) if isinstance(x, float | int) else x.astype(dtype)


astype: Row = linear("astype", _astype, lambda g, z, x, *, dtype: astype(g, dtype=x.dtype))
