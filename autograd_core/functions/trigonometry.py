"""Trigonometric and hyperbolic functions, and what belongs to triangles and angles, with NumPy's names."""

from math import pi
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.words import axis_index, of, operand
from autograd_core.op import LIVE
from autograd_core.ops import trigonometry

T = TypeVar("T")

__all__ = [
    "acos",
    "acosh",
    "angle",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "degrees",
    "hypot",
    "rad2deg",
    "radians",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
    "unwrap",
]


def sin(x: T, /) -> T:
    """The sine of x in radians, elementwise."""
    return of(trigonometry.sin, x)  # type: ignore[no-any-return]


def cos(x: T, /) -> T:
    """The cosine of x in radians, elementwise."""
    return of(trigonometry.cos, x)  # type: ignore[no-any-return]


def tan(x: T, /) -> T:
    """The tangent of x in radians, elementwise; its derivative is 1 + tan²x."""
    return of(trigonometry.tan, x)  # type: ignore[no-any-return]


def arcsin(x: T, /) -> T:
    """The angle in [−π/2, π/2] whose sine is x, elementwise. The slope at ±1 is infinite."""
    return of(trigonometry.arcsin, x)  # type: ignore[no-any-return]


def arccos(x: T, /) -> T:
    """The angle in [0, π] whose cosine is x, elementwise. The slope at ±1 is infinite."""
    return of(trigonometry.arccos, x)  # type: ignore[no-any-return]


def arctan(x: T, /) -> T:
    """The angle in (−π/2, π/2) whose tangent is x, elementwise; its derivative is 1/(1 + x²)."""
    return of(trigonometry.arctan, x)  # type: ignore[no-any-return]


def arctan2(x1: Any, x2: Any, /) -> Any:
    """The angle of the point (x2, x1), broadcast: ordinate first.

    The derivatives x2/r² and −x1/r² are formed without overflow; at the origin, where there is no angle,
    they are taken as 0.
    """
    return trigonometry.arctan2(x1, x2)


asin, acos, atan, atan2 = arcsin, arccos, arctan, arctan2


# ---- hyperbolic ------------------------------------------------------------------------------------------


def sinh(x: T, /) -> T:
    """The hyperbolic sine, elementwise."""
    return of(trigonometry.sinh, x)  # type: ignore[no-any-return]


def cosh(x: T, /) -> T:
    """The hyperbolic cosine, elementwise."""
    return of(trigonometry.cosh, x)  # type: ignore[no-any-return]


def tanh(x: T, /) -> T:
    """The hyperbolic tangent, elementwise; its derivative is 1 − tanh²x."""
    return of(trigonometry.tanh, x)  # type: ignore[no-any-return]


def arcsinh(x: T, /) -> T:
    """The inverse of sinh, elementwise; its derivative is 1/√(x² + 1), formed without overflow."""
    return of(trigonometry.arcsinh, x)  # type: ignore[no-any-return]


def arccosh(x: T, /) -> T:
    """The inverse of cosh on x ≥ 1, elementwise. The slope at 1 is infinite."""
    return of(trigonometry.arccosh, x)  # type: ignore[no-any-return]


def arctanh(x: T, /) -> T:
    """The inverse of tanh on |x| < 1, elementwise; its derivative is 1/(1 − x²)."""
    return of(trigonometry.arctanh, x)  # type: ignore[no-any-return]


asinh, acosh, atanh = arcsinh, arccosh, arctanh


# ---- triangles and angles --------------------------------------------------------------------------------


def hypot(x1: Any, x2: Any, /) -> Any:
    """√(x1² + x2²), broadcast, without overflow.

    The derivatives are x1/r and x2/r; at the origin they are taken as 0.

    >>> print(f"{hypot(3e200, 4e200):.3g}")
    5e+200
    """
    return trigonometry.hypot(x1, x2)


def sinc(x: T) -> T:
    """sin(πx)/(πx), elementwise, and 1 at 0; right to every order at 0 and next to it.

    The n-th derivative is ∫₀¹ (πt)ⁿ cos(πxt + nπ/2) dt.
    """
    return trigonometry.sinc(x, n=0)  # type: ignore[no-any-return]


def deg2rad(x: T, /) -> T:
    """Degrees as radians, elementwise."""
    return of(trigonometry.deg2rad, x)  # type: ignore[no-any-return]


def rad2deg(x: T, /) -> T:
    """Radians as degrees, elementwise."""
    return of(trigonometry.rad2deg, x)  # type: ignore[no-any-return]


radians, degrees = deg2rad, rad2deg


def angle(z: T, deg: bool = False) -> T:
    """The angle of a complex number: of real ones 0 or, where they are negative, π, with gradient 0."""
    if z.__class__ not in LIVE:
        return np.angle(z, deg)  # type: ignore[no-any-return, call-overload]
    found = trigonometry.arctan2(0.0, z)
    return found * (180.0 / pi) if deg else found  # type: ignore[no-any-return]


def unwrap(p: T, discont: float | None = None, axis: int = -1, *, period: float = 2 * pi) -> T:
    """Angles along an axis, each moved by whole periods next to the one before.

    The jumps are flat almost everywhere, so the gradient passes unchanged. Steps of less than `discont`
    (half a period by default) stay.

    Raises:
        TypeError: if `discont` or `period` is a Tensor.
    """
    p = operand(p)
    if discont.__class__ in LIVE or period.__class__ in LIVE:
        raise TypeError("unwrap: discont and period are numbers, got a Tensor")
    axis = axis_index(axis, p.ndim) - p.ndim  # type: ignore[attr-defined]
    return trigonometry.unwrap(p, discont=discont, axis=axis, period=period)  # type: ignore[no-any-return]
