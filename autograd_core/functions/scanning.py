"""Running sums and products, differences and slopes along an axis, with NumPy's signatures."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.joining import concatenate
from autograd_core.functions.shaping import broadcast_to, ravel, reshape
from autograd_core.functions.values import at_least_int, cast, floating, live, taken, untyped
from autograd_core.functions.words import Axis, axis_index, operand
from autograd_core.ops import choices, reductions, scans
from autograd_core.ops.indexing import getitem
from autograd_core.ops.joining import pick

T = TypeVar("T")

__all__ = [
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "diff",
    "ediff1d",
    "gradient",
    "trapezoid",
]


def cumsum(a: T, axis: int | None = None, dtype: Any = None) -> T:
    """The running sum along the axis, of all numbers by default. Its gradient is the running sum of the
    incoming one from the other end."""
    x, last = _line(a, axis, dtype)
    return scans.cumsum(x, axis=last, reverse=False)  # type: ignore[no-any-return]


def cumprod(a: T, axis: int | None = None, dtype: Any = None) -> T:
    """The running product along the axis, of all numbers by default: each number times the product of those
    before it. Right in every order of derivative with any number of zeros."""
    x, last = _line(a, axis, dtype)
    return scans.before(x, axis=last, reverse=False) * x  # type: ignore[no-any-return]


def cumulative_sum(
    x: T, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> T:
    """The running sum along the axis; with `include_initial` a 0 goes first.

    Raises:
        ValueError: if there are several axes and none is named.
    """
    return _cumulative("cumulative_sum", cumsum, 0, x, axis, dtype, include_initial)  # type: ignore[no-any-return]


def cumulative_prod(
    x: T, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> T:
    """The running product along the axis; with `include_initial` a 1 goes first.

    Raises:
        ValueError: if there are several axes and none is named.
    """
    return _cumulative("cumulative_prod", cumprod, 1, x, axis, dtype, include_initial)  # type: ignore[no-any-return]


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """xₖ₊₁ − xₖ along the axis, n times. `prepend` and `append` are put at the ends before; they may be
    trained too.

    Raises:
        ValueError: if n is negative, or there is no axis.
    """
    if n == 0:
        return a
    if n < 0:
        raise ValueError(f"diff: n, how often differences are taken, is 0 or more, got {n}")
    x = operand(a)
    if x.ndim == 0:
        raise ValueError("diff: a single number has no axis along which to take differences")
    last = _axis(axis, x.ndim)
    ends = [None if end is None else _end(operand(end), x.shape, last) for end in (prepend, append)]
    parts = [part for part in (ends[0], x, ends[1]) if part is not None]
    x = concatenate(parts, last) if len(parts) > 1 else x
    for _ in range(n):
        x = _steps(x, last)
    return x


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """xₖ₊₁ − xₖ of all numbers in one row; `to_begin` and `to_end` are put before and behind.

    Raises:
        TypeError: if their dtype does not fit that of the numbers.
    """
    x = ravel(operand(ary))
    begin = [] if to_begin is None else [_like_numbers("to_begin", to_begin, x.dtype)]
    end = [] if to_end is None else [_like_numbers("to_end", to_end, x.dtype)]
    parts = [*begin, _steps(x, -1), *end]
    return concatenate(parts) if len(parts) > 1 else parts[0]


def gradient(f: Any, *varargs: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """The slopes of numbers on a grid: by central differences inside, by one-sided ones at the ends.

    Spacings: nothing for 1, one number for all axes, or for each axis a number or the coordinates of its
    points; coordinates may be trained too. One axis gives an array, several a tuple.

    Inside, where h is the step before and k the step behind a point (A. Quarteroni, R. Sacco, F. Saleri,
    Numerical Mathematics, 2007, 10.10):

        (h² f(x + k) + (k² − h²) f(x) − k² f(x − h)) / (h k (h + k))

    Raises:
        TypeError: if the number of spacings is neither 0, 1 nor that of the axes.
        ValueError: if an axis is too short, or coordinates do not fit it.
    """
    if not live(f, *varargs):
        return untyped.gradient(f, *varargs, axis=axis, edge_order=edge_order)
    x = floating(operand(f))
    named = range(x.ndim) if axis is None else [axis] if isinstance(axis, int | np.integer) else axis
    chosen = [_axis(a, x.ndim) for a in named]
    steps = _spacings(varargs, x.shape, chosen)
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order is 1 or 2, got {edge_order}")
    found = tuple(_slope(x, h, a, edge_order) for h, a in zip(steps, chosen, strict=True))
    return found[0] if len(found) == 1 else found


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Σ (xₖ₊₁ − xₖ) (yₖ + yₖ₊₁) / 2 along the axis: the area below a line through the points.

    x are the coordinates, along the axis or in y's shape; without them all steps are dx.
    """
    if not live(y, x, dx):
        return untyped.trapezoid(y, x, dx, axis)
    y = operand(y)
    last = _axis(axis, y.ndim)
    d = dx
    if x is not None:
        x = operand(x)
        d = _upright(_steps(x, -1), y.ndim, last) if x.ndim == 1 else _steps(x, _axis(axis, x.ndim))
    middle = d * (_part(y, last, slice(1, None)) + _part(y, last, slice(None, -1))) / 2.0
    return reductions.sum(middle, axis=(last,), keepdims=False)


def _axis(axis: int, ndim: int) -> int:
    """An axis counted from the end."""
    return axis_index(axis, ndim) - ndim


def _line(a: Any, axis: int | None, dtype: Any) -> tuple[Any, int]:
    """The numbers, in one axis if none is named, in the dtype that they are accumulated in; and the axis."""
    x = at_least_int(taken(a, dtype))
    return (ravel(x), -1) if axis is None else (x, _axis(axis, x.ndim))


def _cumulative(
    name: str, run: Any, first: int, x: Any, axis: int | None, dtype: Any, include_initial: bool
) -> Any:
    x = operand(x)
    if axis is None and x.ndim > 1:
        raise ValueError(f"{name}: numbers of shape {x.shape} have several axes: give axis=")
    axis = -1 if axis is None else axis
    z = run(x if x.ndim else ravel(x), axis, dtype)
    if not include_initial:
        return z
    last = _axis(axis, z.ndim)
    start = np.full((*z.shape[:last], 1, *z.shape[last:][1:]), first, z.dtype)
    return concatenate([start, z], last)


def _part(x: Any, axis: int, what: Any) -> Any:
    return getitem(x, index=pick(axis, what))


def _steps(x: Any, axis: int) -> Any:
    later, earlier = _part(x, axis, slice(1, None)), _part(x, axis, slice(None, -1))
    return choices.not_equal(later, earlier) if x.dtype.kind == "b" else later - earlier


def _like_numbers(name: str, end: Any, dtype: Any) -> Any:
    x = ravel(operand(end))
    if not np.can_cast(x.dtype, dtype, "same_kind"):
        raise TypeError(f"ediff1d: {name} holds {x.dtype} numbers, which do not become {dtype} by themselves")
    return x if x.dtype == dtype else cast(x, dtype)


def _end(end: Any, shape: tuple[int, ...], axis: int) -> Any:
    """A single number as a slice of thickness 1."""
    if end.ndim:
        return end
    whole = list(shape)
    whole[axis] = 1
    return broadcast_to(end, whole)


def _upright(v: Any, ndim: int, axis: int) -> Any:
    """A vector along one of the axes."""
    return reshape(v, (-1,) + (1,) * (-axis - 1)) if v.ndim else v


def _spacings(given: Sequence[Any], shape: tuple[int, ...], chosen: list[int]) -> list[Any]:
    """For each axis the step, or the steps between its points as a vector."""
    if len(given) == 0:
        given = [1.0]
    if len(given) == 1 and operand(given[0]).ndim == 0:
        given = list(given) * len(chosen)
    if len(given) != len(chosen):
        raise TypeError(
            f"gradient: {len(given)} spacings for {len(chosen)} axes; give none, one number, or one for each"
        )
    return [_spacing(h, shape, a) for h, a in zip(given, chosen, strict=True)]


def _spacing(h: Any, shape: tuple[int, ...], axis: int) -> Any:
    if operand(h).ndim == 0:
        return h
    points = operand(h)
    if points.ndim != 1 or points.shape[0] != shape[axis]:
        raise ValueError(
            f"gradient: coordinates of shape {points.shape} for an axis of {shape[axis]} points of {shape}"
        )
    steps = _steps(floating(points), -1)
    if not live(steps) and steps.size and bool((steps == steps[0]).all()):
        return steps[0]
    return steps


def _slope(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """The slopes along one axis for a step h, or steps h."""
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ValueError(
            f"gradient: an axis of {n} points is too short; edge_order={edge_order} needs {edge_order + 1}"
        )
    before, here, behind = (_part(f, axis, s) for s in (slice(None, -2), slice(1, -1), slice(2, None)))
    if operand(h).ndim == 0:
        inner = (behind - before) / (2.0 * h)
        first, second, last, last_but_one = h, h, h, h
    else:
        p, q = (_upright(_part(h, -1, s), f.ndim, axis) for s in (slice(None, -1), slice(1, None)))
        inner = -q / (p * (p + q)) * before + (q - p) / (p * q) * here + p / (q * (p + q)) * behind
        k = len(h)
        first, second, last, last_but_one = (_part(h, -1, i) for i in (0, min(1, k - 1), -1, max(-2, -k)))
    ends = (_edge(f, first, second, axis, edge_order, 1), _edge(f, last, last_but_one, axis, edge_order, -1))
    z = concatenate([ends[0], inner, ends[1]], axis)
    return z if z.dtype == f.dtype else cast(z, f.dtype)


def _edge(f: Any, p: Any, q: Any, axis: int, edge_order: int, way: int) -> Any:
    """The slope at an end from the points inwards of it, the steps p and q away; `way` is 1 at the start."""
    places = range(3) if way == 1 else range(-1, -4, -1)
    points = [_part(f, axis, slice(i, i + 1 or None)) for i in places[: edge_order + 1]]
    if edge_order == 1:
        return (points[1] - points[0]) / (p * way)
    a, b, c = -(2.0 * p + q) / (p * (p + q)), (p + q) / (p * q), -p / (q * (p + q))
    return (a * points[0] + b * points[1] + c * points[2]) * way
