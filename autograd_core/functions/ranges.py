"""Numbers made of others that may be differentiated by: full of one, evenly spaced, windows over an axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.functions import exponential, pointwise
from autograd_core.functions.selecting import take_index
from autograd_core.functions.shaping import broadcast_to, moveaxis
from autograd_core.functions.values import blank, cast, live
from autograd_core.functions.words import axes, called, operand

# full_like and linspace are offered by `creation`, which makes Tensors of plain numbers too
__all__ = ["geomspace", "logspace", "sliding_window_view"]


def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    """The fill_value repeated in the shape and dtype of a, or in those given; plain if the fill_value is."""
    a = blank(a)
    if not live(fill_value):
        return np.full_like(a, fill_value, dtype, shape=shape)
    whole = np.full_like(a, 0, dtype, shape=shape)  # so that NumPy reads the shape and the dtype
    return cast(broadcast_to(fill_value, whole.shape), whole.dtype)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """start + (stop − start) · (0, 1, …, num − 1)/(num − 1), along a new axis.

    Without `endpoint` the steps are divided by num, and stop is not among them. With `retstep` the pair of
    the numbers and their step. All are differentiable by start and stop.
    """
    kind = np.result_type(
        *(x if isinstance(x, int | float) else operand(x).dtype for x in (start, stop)), 0.5
    )
    start, stop = (x if x.dtype == kind else cast(x, kind) for x in (operand(start), operand(stop)))
    steps = _steps(num, endpoint).astype(kind)
    width = pointwise.subtract(stop, start)
    steps = steps.reshape(steps.shape + (1,) * width.ndim)
    z = _along(start + width * steps, axis)
    z = z if dtype is None else z.astype(dtype)
    pieces = num - 1 if endpoint else num
    return (z, width / pieces if pieces else width * np.nan) if retstep else z


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """base to the powers that `linspace` gives: evenly spaced on a logarithmic scale.

    >>> logspace(0, 2, 3)
    array([  1.,  10., 100.])
    """
    z = exponential.power(base, linspace(start, stop, num, endpoint, axis=axis))
    return z if dtype is None else z.astype(dtype)


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """start · (stop/start)^(0 … 1): every number the same multiple of the one before.

    Raises:
        ValueError: if an end is 0, or the ends have different signs.

    >>> geomspace(1.0, 8.0, 4).round(12)
    array([1., 2., 4., 8.])
    """
    start, stop = (cast(operand(x), np.float64) for x in (start, stop))
    if not np.all(start * stop > 0):
        raise ValueError(f"geomspace: the ends must not be 0 and have the same sign, got {start}, {stop}")
    ratio = pointwise.divide(stop, start)
    steps = _steps(num, endpoint)
    z = _along(start * exponential.power(ratio, steps.reshape(steps.shape + (1,) * ratio.ndim)), axis)
    return z if dtype is None else z.astype(dtype)


def _steps(num: Any, endpoint: bool) -> Any:
    """From 0 to 1 in so many steps."""
    try:
        return np.linspace(0.0, 1.0, num, endpoint)
    except (TypeError, ValueError):
        raise _wrong_number(num) from None


def _wrong_number(num: Any) -> Exception:
    kind = ValueError if isinstance(num, int | np.integer) else TypeError
    return kind(f"{called('linspace')}: num, how many numbers, is an integer of at least 0, got {num!r}")


def _along(z: Any, axis: int) -> Any:
    """The steps, which are made along the first axis, along another one."""
    return moveaxis(z, 0, axis) if axis else z


def sliding_window_view(
    x: Any, window_shape: int | Sequence[int], axis: int | Sequence[int] | None = None, *, subok: bool = False
) -> Any:
    """Every window of this shape in x, its axes put last: as NumPy's, but of Tensors with a gradient.

    Raises:
        ValueError: if a window is longer than its axis, or there is not one axis for each of its sizes.

    >>> sliding_window_view(np.arange(4), 3)
    array([[0, 1, 2],
           [1, 2, 3]])
    """
    x = operand(x)
    sizes = (window_shape,) if isinstance(window_shape, int | np.integer) else tuple(window_shape)
    chosen = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    where = [axes(a, x.ndim)[0] + x.ndim for a in chosen]
    if len(where) != len(sizes):
        raise ValueError(
            f"sliding_window_view: a window of shape {sizes} needs {len(sizes)} axes, got {len(where)} "
            f"of the shape {x.shape}"
        )
    for a, size in zip(where, sizes, strict=True):
        length = x.shape[a]
        if not 0 <= size <= length:
            raise ValueError(f"sliding_window_view: a window of {size} on axis {a} of the shape {x.shape}")
        places = np.arange(length - size + 1)[:, None] + np.arange(size)
        x = moveaxis(take_index(x, (slice(None),) * a + (places,)), a + 1, -1)
    return x
