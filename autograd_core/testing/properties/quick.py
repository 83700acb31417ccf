"""A quick look at derivatives along one direction, for functions known to be smooth and tame."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core.transforms import grad, hvp, jvp, vjp

STEP = 1e-5
TOLERANCE = 1e-6


def suspicious(f: Callable[..., Any], xs: Sequence[Any], order: int) -> bool:
    """Whether a derivative of f by the arrays xs disagrees with differences along a random direction.

    Costs a few calls of f. It does not say what is wrong, and near a kink it says so of right derivatives:
    a full check has the last word. Whatever goes wrong in here is suspicious too.
    """
    try:
        return not _agree(f, tuple(np.array(x) for x in xs), order)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        return True


def _agree(f: Callable[..., Any], xs: tuple[Any, ...], order: int) -> bool:
    rng = np.random.default_rng(0)
    vs = tuple(np.asarray(rng.uniform(-1, 1, x.shape)) for x in xs)
    z, forward = jvp(f, xs, vs)
    g = np.asarray(rng.uniform(-1, 1, np.shape(z)))
    slope = _slope(lambda *moved: np.sum(np.asarray(f(*moved)) * g), xs, vs)
    size = 1 + float(np.sum(np.abs(g * np.asarray(z))))
    reverse = _inner(_tuple(vjp(f, *xs)[1](g)), vs)
    if not (_near(np.sum(g * np.asarray(forward)), slope, size) and _near(reverse, slope, size)):
        return False
    return order < 2 or _second(lambda *args: np.sum(f(*args) * g), xs, vs)


def _second(f: Callable[..., Any], xs: tuple[Any, ...], vs: tuple[Any, ...]) -> bool:
    slopes = grad(f, argnums=tuple(range(len(xs))))
    size = 1 + max(float(np.max(np.abs(d), initial=0)) for d in _tuple(slopes(*xs)))
    products = _tuple(hvp(f, xs, vs))
    wanted = _slope(lambda *moved: np.concatenate([np.ravel(d) for d in _tuple(slopes(*moved))]), xs, vs)
    return _near(np.concatenate([np.ravel(p) for p in products]), wanted, size)


def _slope(f: Callable[..., Any], xs: Sequence[Any], vs: Sequence[Any]) -> Any:
    def at(h: float) -> Any:
        return f(*(x + h * v for x, v in zip(xs, vs, strict=True)))

    return (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP)


def _tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


def _inner(xs: Sequence[Any], ys: Sequence[Any]) -> Any:
    return sum(np.sum(x * y) for x, y in zip(xs, ys, strict=True))


def _near(found: Any, wanted: Any, size: float) -> bool:
    error = np.abs(np.asarray(found) - wanted)
    return bool(np.all(error <= TOLERANCE * (size + np.max(np.abs(wanted), initial=0))))
