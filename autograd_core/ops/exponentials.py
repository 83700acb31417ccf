"""Exponentials and logarithms, the logistic function, sums of exponentials, and powers of two."""

from math import log as ln
from typing import Any

import numpy as np

from autograd_core.op import Row, constant, elementwise
from autograd_core.ops.choices import where

LN2, LN10 = ln(2.0), ln(10.0)


def logistic(x: Any, out: Any = None) -> Any:
    """1 / (1 + e^−x), and e^x where e^−x overflows; `out` is another array than x."""
    if x.__class__ is not np.ndarray or not x.ndim or x.dtype.kind != "f":
        return _far_out(np.multiply(x, 1.0))[()]  # of unsigned integers the negative is none
    try:
        with np.errstate(over="raise"):
            e = np.negative(x, out)
            np.exp(e, e)
    except FloatingPointError:
        found = _far_out(x)
        if out is not None:
            np.copyto(out, found)
        return found
    np.add(e, 1.0, e)
    return np.divide(1.0, e, e)


def _far_out(x: Any) -> Any:
    with np.errstate(over="ignore"):
        e = np.exp(-x)
    return np.where(np.isinf(e), np.exp(np.minimum(x, 0)), 1.0 / (1.0 + e))


def _falling(x: Any) -> Any:
    """e^−|x|, with a derivative at 0 too."""
    return exp(where(x >= 0, -x, x))


# numbers in rules are floats: NumPy takes a Python integer the slow way
exp = elementwise("exp", np.exp, lambda g, z, x: g * z, keeps="z")
exp2 = elementwise("exp2", np.exp2, lambda g, z, x: g * (LN2 * z), keeps="z")
expm1 = elementwise("expm1", np.expm1, lambda g, z, x: g * (z + 1.0), keeps="z")
log = elementwise("log", np.log, lambda g, z, x: g / x, keeps="x")
log2 = elementwise("log2", np.log2, lambda g, z, x: g / (LN2 * x), keeps="x")
log10 = elementwise("log10", np.log10, lambda g, z, x: g / (LN10 * x), keeps="x")
log1p = elementwise("log1p", np.log1p, lambda g, z, x: g / (1.0 + x), keeps="x")
sigmoid = elementwise(
    "sigmoid",
    logistic,
    lambda g, z, x: g * (z * (1.0 - z)),
    keeps="z",
    meaning=lambda x: where(x >= 0, 1, _falling(x)) / (1 + _falling(x)),
)


def _gap(x: Any, y: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.where(np.equal(x, y), 0, np.subtract(x, y))


# x − y, but 0 of two equal infinities
gap = elementwise("gap", _gap, lambda g, z, x, y: g, lambda g, z, x, y: -g)
# the share e^x / (e^x + e^y): exact also where e^(x − z) would round x − z, and ½ where both are −∞
logaddexp = elementwise(
    "logaddexp",
    np.logaddexp,
    lambda g, z, x, y: g * sigmoid(gap(x, y)),
    lambda g, z, x, y: g * sigmoid(gap(y, x)),
    keeps="xy",
)
logaddexp2 = elementwise(
    "logaddexp2",
    np.logaddexp2,
    lambda g, z, x, y: g * sigmoid(LN2 * gap(x, y)),
    lambda g, z, x, y: g * sigmoid(LN2 * gap(y, x)),
    keeps="xy",
)

# x · 2^y; the exponents are integers
ldexp: Row = elementwise("ldexp", np.ldexp, lambda g, z, x, y: ldexp(g, y), None, keeps="y")
exponent = constant("exponent", lambda x: np.frexp(x)[1])
