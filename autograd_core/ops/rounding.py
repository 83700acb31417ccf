"""Rounding, remainders and signs: flat almost everywhere, or straight between the steps."""

from typing import Any

import numpy as np

from autograd_core.op import Row, elementwise
from autograd_core.ops.arithmetic import sign, zeros_of
from autograd_core.ops.choices import isfinite, where

floor = elementwise("floor", np.floor, lambda g, z, x: zeros_of(g))
ceil = elementwise("ceil", np.ceil, lambda g, z, x: zeros_of(g))
trunc = elementwise("trunc", np.trunc, lambda g, z, x: zeros_of(g))
rint = elementwise("rint", np.rint, lambda g, z, x: zeros_of(g))


def _round(x: Any, *, decimals: int) -> Any:
    return np.round(x, decimals)


rounded = elementwise("round", _round, lambda g, z, x, *, decimals: zeros_of(g))
# x − trunc x, also of infinities
fraction = elementwise("fraction", lambda x: np.modf(x)[0], lambda g, z, x: g)

floor_divide = elementwise(
    "floor_divide", np.floor_divide, lambda g, z, x, y: zeros_of(g), lambda g, z, x, y: zeros_of(g)
)
# z = x − y ⌊x/y⌋: between the steps the quotient is a constant
remainder = elementwise(
    "remainder", np.remainder, lambda g, z, x, y: g, lambda g, z, x, y: -(g * floor_divide(x, y)), keeps="xy"
)
# its quotient is truncated; x/y itself may round up to the next integer
fmod = elementwise(
    "fmod", np.fmod, lambda g, z, x, y: g, lambda g, z, x, y: -(g * rint((x - z) / y)), keeps="zxy"
)

copysign: Row = elementwise(
    "copysign",
    np.copysign,
    lambda g, z, x, y: g * (sign(x) * copysign(1.0, y)),
    lambda g, z, x, y: zeros_of(g),
    keeps="xy",
)
heaviside = elementwise(
    "heaviside",
    np.heaviside,
    lambda g, z, x, y: zeros_of(g),
    lambda g, z, x, y: where(x == 0, g, 0),
    keeps="x",
)


def _nan_to_num(x: Any, *, nan: Any, posinf: Any, neginf: Any) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


nan_to_num = elementwise(
    "nan_to_num", _nan_to_num, lambda g, z, x, *, nan, posinf, neginf: where(isfinite(x), g, 0), keeps="x"
)
