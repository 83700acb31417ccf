"""The modes of `pad`, one axis after the other, as NumPy has them. What is only copied (edge, wrap, even
reflections) is one gather, of which NumPy itself pads the positions; the rest is joined of a few rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.functions import reducing
from autograd_core.functions.selecting import take_along_axis, take_index
from autograd_core.functions.shaping import broadcast_to, moveaxis
from autograd_core.functions.values import live, values
from autograd_core.functions.words import operand
from autograd_core.ops import indexing, joining, rounding

Pair = tuple[Any, Any]
Filled = Callable[[Any, int, int, int, Pair, str], tuple[Any, Any]]
"""From x, an axis, how many in front and behind, the argument of the mode for this axis, and its
reflect_type, to what stands in front and behind."""


def padded(x: Any, pad_width: Any, mode: Any, words: dict[str, Any]) -> Any:
    """x with more numbers around it; see `pad`."""
    if callable(mode):
        raise NoRuleError("pad: no derivative rule for a function as mode; join parts with ac.concatenate")
    if mode not in MODES:
        raise ValueError(f"pad: mode is one of {', '.join(MODES)}, got {mode!r}")
    option = MODES[mode][0]
    strange = sorted(set(words) - {option})
    if strange:
        what = f"only {option}=" if option else "no argument of its own"
        raise ValueError(f"pad: mode {mode!r} has {what}, got {', '.join(strange)}=")
    widths = _widths(pad_width, x.ndim)
    if not np.any(widths):
        return take_index(x, ...)  # never x itself
    if mode in ("constant", "empty") and _is_zero(words.get("constant_values", 0)):
        return _among_zeros(x, widths)
    given = words.get(option, DEFAULTS.get(option))
    kind = given if option == "reflect_type" else "even"
    if kind not in ("even", "odd"):
        raise ValueError(f"pad: reflect_type is 'even' or 'odd', got {kind!r}")
    settings = _pairs(None if option == "reflect_type" else given, x.ndim, option)
    for axis, (front, behind) in enumerate(widths):
        if not front and not behind:
            continue
        if not x.shape[axis] and mode != "constant":
            raise ValueError(f"pad: axis {axis} of shape {x.shape} is empty, with nothing for mode {mode!r}")
        if mode == "wrap" or (kind == "even" and mode in ("edge", "reflect", "symmetric")):
            places = np.pad(np.arange(x.shape[axis]), (front, behind), mode)
            x = take_index(x, _at(axis, places))
        else:
            x = _with_borders(x, axis, front, behind, settings[axis], mode, kind)
    return x


def _widths(pad_width: Any, n: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):
        pairs = [(0, 0)] * n
        for axis, width in pad_width.items():
            pairs[axis] = (width, width) if np.ndim(width) == 0 else tuple(width)
        pad_width = pairs
    widths = np.asarray(pad_width)
    if n and widths.dtype.kind not in "iu":
        raise TypeError(f"pad: widths are integers, got {pad_width!r}")
    if (widths < 0).any():
        raise ValueError(f"pad: widths cannot be negative, got {pad_width!r}")
    return [(int(a), int(b)) for a, b in _broadcast(widths, n, "pad_width")]


def _broadcast(pairs: Any, n: int, name: str) -> Any:
    try:
        np.broadcast_shapes(pairs.shape, (n, 2))
        return broadcast_to(pairs, (n, 2))
    except ValueError:
        raise ValueError(
            f"pad: {name} is a number, a pair, or a pair for each of the {n} axes, got shape {pairs.shape}"
        ) from None


def _pairs(given: Any, n: int, name: str) -> list[Pair]:
    """An argument in any of its forms as (front, behind) for each axis."""
    if given is None:
        return [(None, None)] * n
    whole = _broadcast(operand(given), n, name)
    return [(take_index(whole, (k, 0)), take_index(whole, (k, 1))) for k in range(n)]


def _is_zero(value: Any) -> bool:
    return not live(value) and not np.any(np.asarray(value))


def _among_zeros(x: Any, widths: list[tuple[int, int]]) -> Any:
    """Zeros all around: x added into zeros, of which the derivative is a slice."""
    shape = tuple(a + n + b for (a, b), n in zip(widths, x.shape, strict=True))
    index = tuple(slice(a, a + n) for (a, _), n in zip(widths, x.shape, strict=True))
    return indexing.scatter(x, shape=shape, index=index)


def _at(axis: int, what: Any) -> tuple[Any, ...]:
    return (*[slice(None)] * axis, what)


def _with_borders(x: Any, axis: int, front: int, behind: int, setting: Pair, mode: str, kind: str) -> Any:
    fill: Filled = MODES[mode][1]
    first, last = fill(x, axis, front, behind, setting, mode)
    parts = [part for part, width in ((first, front), (x, 1), (last, behind)) if width]
    return joining.concatenate(*parts, axis=axis - x.ndim)


def _constants(x: Any, axis: int, front: int, behind: int, values: Pair, mode: str) -> tuple[Any, Any]:
    def block(value: Any, width: int) -> Any:
        shape = (*x.shape[:axis], width, *x.shape[axis + 1 :])
        return broadcast_to(operand(value).astype(x.dtype), shape)

    return block(values[0], front), block(values[1], behind)


def _ramps(x: Any, axis: int, front: int, behind: int, ends: Pair, mode: str) -> tuple[Any, Any]:
    """From the ends given to the edge, in equal steps; of integers rounded down, as NumPy has it."""

    def ramp(end: Any, edge: slice, width: int, turned: bool) -> Any:
        places = np.arange(width, dtype=_working(x))
        places = (places[::-1] if turned else places).reshape(_along(x.ndim, axis, width))
        start = operand(end).astype(_working(x))
        z = start + places * ((take_index(x, _at(axis, edge)) - start) / max(width, 1))
        return (rounding.floor(z) if x.dtype.kind in "iu" else z).astype(x.dtype)

    last = x.shape[axis] - 1
    return ramp(ends[0], slice(0, 1), front, False), ramp(ends[1], slice(last, last + 1), behind, True)


def _working(x: Any) -> Any:
    return x.dtype if x.dtype.kind == "f" else np.dtype(float)


def _along(n: int, axis: int, width: int) -> tuple[int, ...]:
    return tuple(width if k == axis else 1 for k in range(n))


def _odd(x: Any, axis: int, front: int, behind: int, _: Pair, mode: str) -> tuple[Any, Any]:
    """Odd reflections about the edges: 2 · edge − the mirrored number, again and again.

    Two of them are a shift by a period T, y[p + T] = y[p] + 2(last − first); so every number is ± one of x,
    and multiples of the first and the last.
    """
    n = x.shape[axis]
    last = n - 1
    period, offset = (2 * last, 0) if mode == "reflect" else (2 * n, 1)

    def side(places: Any) -> Any:
        rounds, place = np.divmod(places, period) if period else (places * 0, places * 0)
        mirrored = place > last
        source = np.where(mirrored, period - offset - place, place)
        shape = _along(x.ndim, axis, len(places))
        z = take_index(x, _at(axis, source)) * np.asarray(np.where(mirrored, -1, 1), x.dtype).reshape(shape)
        first, end = slice(0, 1), slice(last, n)
        for edge, times in ((first, -2 * rounds), (end, 2 * rounds + 2 * mirrored)):
            if times.any():  # else 0 · ∞ would come in
                z = z + take_index(x, _at(axis, edge)) * np.asarray(times, x.dtype).reshape(shape)
        return z

    return side(np.arange(-front, 0)), side(np.arange(n, n + behind))


def _statistics(x: Any, axis: int, front: int, behind: int, lengths: Pair, mode: str) -> tuple[Any, Any]:
    """A statistic of the numbers next to each edge."""
    n = x.shape[axis]

    def side(length: Any, at_end: bool, width: int) -> Any:
        k = n if length is None else min(int(length), n)
        if k <= 0:
            raise ValueError(f"pad: stat_length is at least 1, got {length}")
        part = take_index(x, _at(axis, slice(n - k, n) if at_end else slice(0, k)))
        return broadcast_to(
            _like(x, STATISTICS[mode](part, axis)), (*x.shape[:axis], width, *x.shape[axis + 1 :])
        )

    return side(lengths[0], False, front), side(lengths[1], True, behind)


def _like(x: Any, z: Any) -> Any:
    """A statistic in the dtype of x; of integers rounded, as NumPy has it."""
    if z.dtype == x.dtype:
        return z
    return (rounding.rint(z) if x.dtype.kind in "iu" else z).astype(x.dtype)


def _median(x: Any, axis: int) -> Any:
    n = x.shape[axis]
    rows = moveaxis(x, axis, -1)
    order = np.argsort(values(rows), axis=-1)
    last = order[..., -1:]
    broken = np.isnan(take_along_axis(values(rows), last))  # a NaN, sorted last, makes the median
    middle = np.where(broken, last, order[..., [(n - 1) // 2, n // 2]])
    return moveaxis(reducing.mean(take_along_axis(rows, middle), -1, keepdims=True), -1, axis)


STATISTICS: dict[str, Callable[[Any, int], Any]] = {
    "mean": lambda x, axis: reducing.mean(x, axis, keepdims=True),
    "maximum": lambda x, axis: reducing.max(x, axis, keepdims=True),
    "minimum": lambda x, axis: reducing.min(x, axis, keepdims=True),
    "median": _median,
}
MODES: dict[str, tuple[str, Any]] = {
    "constant": ("constant_values", _constants),
    "empty": ("", _constants),
    "edge": ("", None),
    "reflect": ("reflect_type", _odd),
    "symmetric": ("reflect_type", _odd),
    "wrap": ("", None),
    "linear_ramp": ("end_values", _ramps),
    "mean": ("stat_length", _statistics),
    "maximum": ("stat_length", _statistics),
    "minimum": ("stat_length", _statistics),
    "median": ("stat_length", _statistics),
}
"""From a mode to its own argument, and to what stands at the borders."""
DEFAULTS = {"constant_values": 0, "end_values": 0, "reflect_type": "even"}
