"""Trigonometric and hyperbolic rows, their inverses, angles, and sinc."""

from functools import cache
from math import factorial, inf, pi
from typing import Any

import numpy as np

from autograd_core.op import Row, elementwise, general
from autograd_core.ops.arithmetic import sqrt
from autograd_core.ops.choices import guard
from autograd_core.ops.error_kernels import horner

IN_RADIANS, IN_DEGREES = pi / 180.0, 180.0 / pi

sin: Row = elementwise("sin", np.sin, lambda g, z, x: g * cos(x), keeps="x")
cos: Row = elementwise("cos", np.cos, lambda g, z, x: -(g * sin(x)), keeps="x")
tan = elementwise("tan", np.tan, lambda g, z, x: g * (1.0 + z * z), keeps="z")
sinh: Row = elementwise("sinh", np.sinh, lambda g, z, x: g * cosh(x), keeps="x")
cosh: Row = elementwise("cosh", np.cosh, lambda g, z, x: g * sinh(x), keeps="x")
tanh = elementwise("tanh", np.tanh, lambda g, z, x: g * (1.0 - z * z), keeps="z")

# 1 − x² as (1 − x)(1 + x): no cancellation next to the ends, where the slope is infinite
arcsin = elementwise("arcsin", np.arcsin, lambda g, z, x: g / sqrt((1.0 - x) * (1.0 + x)), keeps="x")
arccos = elementwise("arccos", np.arccos, lambda g, z, x: -(g / sqrt((1.0 - x) * (1.0 + x))), keeps="x")
arctan = elementwise("arctan", np.arctan, lambda g, z, x: g / (1.0 + x * x), keeps="x")
arctanh = elementwise("arctanh", np.arctanh, lambda g, z, x: g / ((1.0 - x) * (1.0 + x)), keeps="x")
# no square that could overflow
arcsinh = elementwise("arcsinh", np.arcsinh, lambda g, z, x: g / hypot(x, 1.0), keeps="x")
arccosh = elementwise("arccosh", np.arccosh, lambda g, z, x: g / (sqrt(x - 1.0) * sqrt(x + 1.0)), keeps="x")


def _not_zero(r: Any) -> Any:
    """A radius to divide by; a quotient by the radius 0 counts as 0, to every order."""
    return guard(r, r != 0, inf)


hypot: Row = elementwise(
    "hypot",
    np.hypot,
    lambda g, z, x, y: g * (x / _not_zero(z)),
    lambda g, z, x, y: g * (y / _not_zero(z)),
    keeps="zxy",
)


def _over_square(x: Any, x1: Any, x2: Any) -> Any:
    """x / (x1² + x2²), where the squares alone might overflow or vanish."""
    r = _not_zero(hypot(x1, x2))
    return x / r / r


arctan2 = elementwise(
    "arctan2",
    np.arctan2,
    lambda g, z, x, y: g * _over_square(y, x, y),
    lambda g, z, x, y: -(g * _over_square(x, x, y)),
    keeps="xy",
)
deg2rad = elementwise("deg2rad", np.deg2rad, lambda g, z, x: g * IN_RADIANS)
rad2deg = elementwise("rad2deg", np.rad2deg, lambda g, z, x: g * IN_DEGREES)


# ---- sinc ------------------------------------------------------------------------------------------------


def _sinc(x: Any, *, n: int) -> Any:
    """The n-th derivative of sin(πx)/(πx), which is ∫₀¹ (πt)ⁿ cos(πxt + nπ/2) dt."""
    if n == 0:
        return np.sinc(x)
    u = np.asarray(np.multiply(x, pi))
    size = np.absolute(u)
    near, far = size < 2, size >= max(n, 2)
    out = np.empty_like(u)
    for part, method in ((near, _by_series), (far, _by_recurrence), (~(near | far), _by_quadrature)):
        if part.any():
            out[part] = method(u[part], n)
    return (pi**n * out)[()]


def _turned(u: Any, n: int) -> Any:
    """cos(u + nπ/2)"""
    wave = np.cos(u) if n % 2 == 0 else np.sin(u)
    return -wave if n % 4 in (1, 2) else wave


def _by_series(u: Any, n: int) -> Any:
    """The integral with the cosine as a power series, for |u| < 2."""
    powers = horner(u * u, _coefficients(n))
    return powers * u if n % 2 else powers


@cache
def _coefficients(n: int) -> tuple[float, ...]:
    """cos((n + m)π/2) / (m! (n + m + 1)) for the m with the parity of n, up to 28."""
    return tuple((-1) ** ((n + m) // 2) / (factorial(m) * (n + m + 1)) for m in range(n % 2, 29, 2))


def _by_recurrence(u: Any, n: int) -> Any:
    """u·fₙ + n·fₙ₋₁ = sin(u + nπ/2), which forgets errors while n < |u|."""
    f = np.sin(u) / u
    for k in range(1, n + 1):
        f = (_turned(u, k - 1) - k * f) / u  # sin(u + kπ/2) = cos(u + (k − 1)π/2)
    return f


def _by_quadrature(u: Any, n: int) -> Any:
    """The integral by Gauss and Legendre's rule, exact to rounding for |u| < n."""
    total = np.zeros_like(u)
    for t, weight in _nodes(14 + n):
        total += weight * t**n * _turned(u * t, n)
    return total


@cache
def _nodes(count: int) -> tuple[tuple[float, float], ...]:
    """Points and weights of the rule on [0, 1]."""
    ts, weights = np.polynomial.legendre.leggauss(count)
    return tuple((float(t + 1) / 2, float(w) / 2) for t, w in zip(ts, weights, strict=True))


sinc: Row = elementwise("sinc", _sinc, lambda g, z, x, *, n: g * sinc(x, n=n + 1), keeps="x")


# ---- unwrap ----------------------------------------------------------------------------------------------


def _unwrap(p: Any, *, discont: float | None, axis: int, period: float) -> Any:
    return np.unwrap(p, discont=discont, axis=axis, period=period)


# the jumps that it adds are flat almost everywhere
unwrap = general("unwrap", _unwrap, lambda g, z, x, *, discont, axis, period: g)
