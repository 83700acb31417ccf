"""Comparisons, masks and choices: the rows that other rules use to say where a gradient goes."""

from typing import Any

import numpy as np

from autograd_core.op import Row, constant, elementwise

greater = constant("greater", np.greater)
greater_equal = constant("greater_equal", np.greater_equal)
less = constant("less", np.less)
less_equal = constant("less_equal", np.less_equal)
equal = constant("equal", np.equal)
not_equal = constant("not_equal", np.not_equal)
logical_and = constant("logical_and", np.logical_and)
logical_or = constant("logical_or", np.logical_or)
logical_not = constant("logical_not", np.logical_not)
isnan = constant("isnan", np.isnan)
isinf = constant("isinf", np.isinf)
isfinite = constant("isfinite", np.isfinite)
logical_xor = constant("logical_xor", np.logical_xor)
signbit = constant("signbit", np.signbit)
# functions of integers and of bits
bitwise_and = constant("bitwise_and", np.bitwise_and)
bitwise_or = constant("bitwise_or", np.bitwise_or)
bitwise_xor = constant("bitwise_xor", np.bitwise_xor)
bitwise_count = constant("bitwise_count", np.bitwise_count)
invert = constant("invert", np.invert)
left_shift = constant("left_shift", np.left_shift)
right_shift = constant("right_shift", np.right_shift)
gcd = constant("gcd", np.gcd)
lcm = constant("lcm", np.lcm)


def _share(better: Any, x: Any, y: Any) -> Any:
    """1 where x is better than y, ½ on ties, else 0; a NaN beats every number."""
    dtype = np.result_type(x, y)
    share = better(x, y).astype(dtype) + np.equal(x, y).astype(dtype) * dtype.type(0.5)
    lost = np.not_equal(x, x)
    if lost.any():
        share = np.where(lost, np.where(np.not_equal(y, y), dtype.type(0.5), dtype.type(1)), share)
    return share


def _wins(x: Any, y: Any) -> Any:
    return _share(np.greater, x, y)


def _loses(x: Any, y: Any) -> Any:
    return _share(np.less, x, y)


def _winners(x: Any, z: Any, *, axis: tuple[int, ...]) -> Any:
    """The share of each number in the extremum along the axes: ties split evenly, a NaN takes all."""
    hits = (x == z) | ((x != x) & (z != z))
    share = np.array(hits, x.dtype)  # an array also of a single number, so that float32 stays float32
    share /= np.add.reduce(hits, axis=axis, keepdims=True)
    return share


# 1 where x > y, ½ on ties, 0 elsewhere: the subgradient of maximum, so that the two shares sum to 1
wins = constant("wins", _wins)
# the same with x < y: the subgradient of minimum
loses = constant("loses", _loses)
winners = constant("winners", _winners)


def _guard(x: Any, ok: Any, instead: Any) -> Any:
    if isinstance(ok, bool):  # an exponent in Python stays a Python number, so that float32 stays float32
        return x if ok else instead
    return np.where(ok, x, instead)


where: Row = elementwise(
    "where",
    np.where,
    None,
    lambda g, z, x, y, w: where(x, g, 0),
    lambda g, z, x, y, w: where(x, 0, g),
    keeps="x",
)
# where, for rules: keeps away from a point that another factor cancels; printers show x alone
guard = elementwise("guard", _guard, lambda g, z, x, y, w: where(y, g, 0), None, None, keeps="y")

maximum = elementwise(
    "maximum",
    np.maximum,
    lambda g, z, x, y: g * wins(x, y),
    lambda g, z, x, y: g * wins(y, x),
    keeps="xy",
)
minimum = elementwise(
    "minimum",
    np.minimum,
    lambda g, z, x, y: g * loses(x, y),
    lambda g, z, x, y: g * loses(y, x),
    keeps="xy",
)
# inside and on the bounds the gradient is x's; ties therefore belong to x
clip = elementwise(
    "clip",
    lambda x, y, w: np.minimum(np.maximum(x, y), w),
    lambda g, z, x, y, w: g * logical_and(x >= y, x <= w),
    lambda g, z, x, y, w: g * logical_and(x < y, y <= w),
    lambda g, z, x, y, w: g * (maximum(x, y) > w),
    keeps="xyw",
)
