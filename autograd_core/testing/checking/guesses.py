"""From a wrong gradient and the right one to the usual mistake behind it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

Array = Any
NEAR = 1e-5
"""Two gradients are taken as equal if they differ by so much of their size; differences are not exact."""
AGREE = 3
"""So many numbers of a row have to agree on its factor."""


@dataclass(frozen=True)
class Guess:
    """What a mistake looks like.

    Attributes:
        kind: a word for programs: factor (one that has a name), scale (one that has none), sign, transpose,
            sum, permutation, softmax, detached, ...
        text: a line for people.
        factor: found / wanted, where that is one number.
        short: a few words, for a picture.
    """

    kind: str
    text: str
    factor: float | None = None
    short: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "short", self.short or self.kind)

    def __str__(self) -> str:
        return self.text


def guess(found: Any, wanted: Any, *, names: Mapping[str, int] | None = None) -> Guess | None:
    """The usual mistake that turns the right gradient `wanted` into `found`.

    Args:
        found: a gradient, from the engine or written by hand.
        wanted: the right one.
        names: sizes that may turn up as a factor, such as {"N": 4}; the sizes of the axes are tried too.

    Returns None if the two agree, or if nothing usual fits.

    >>> print(guess(np.array([4.0, 8.0, 12.0]), np.array([1.0, 2.0, 3.0]), names={"N": 4}))
    × 4 = N: mean forgotten?
    >>> guess(np.array([1.0, -3.0]), np.array([-1.0, 3.0]))
    Guess(kind='sign', text='the sign is turned round', factor=-1.0, short='sign')
    """
    f, w = np.asarray(found, float), np.asarray(wanted, float)
    if not w.size or not np.isfinite(w).all():
        return None
    if not np.isfinite(f).all():
        return Guess("not finite", f"{_count(~np.isfinite(f))} of the engine's numbers are NaN or infinite")
    sizes = _sizes(f, w, names or {})
    if f.shape != w.shape:
        return _of_other_shape(f, w, sizes)
    if _equal(f, w):
        return None
    return next((g for look in LOOKS if (g := look(f, w, sizes)) is not None), None)


def _sizes(f: Array, w: Array, names: Mapping[str, int]) -> dict[str, int]:
    """Names and numbers that may be forgotten or too much: the given ones first, then axes and all."""
    sizes = {name: int(n) for name, n in names.items()}
    shape = w.shape if f.ndim <= w.ndim else f.shape
    sizes |= {f"the length of axis {axis}": n for axis, n in enumerate(shape)}
    if len(shape) > 1:
        sizes["the number of entries"] = int(np.prod(shape))
    return {name: n for name, n in sizes.items() if n > 1}


def _count(mask: Array) -> int:
    return int(np.count_nonzero(mask))


def _equal(f: Array, w: Array) -> bool:
    return f.shape == w.shape and bool(np.abs(f - w).max(initial=0.0) <= NEAR * np.abs(w).max(initial=0.0))


def _telling_factor(f: Array, w: Array, sizes: Mapping[str, int]) -> float | None:
    """c with f = c · w, or None. Of a single number c has to have a name: any is some factor of another."""
    c = _factor(f, w)
    if c is None or w.size > 1 or np.isclose(abs(c), 1, rtol=1e-4):
        return c
    return None if _in_words(c, sizes)[0].startswith(NAMELESS) else c


def _factor(f: Array, w: Array) -> float | None:
    """c with f = c · w, or None."""
    largest = np.abs(w).max()
    if not largest or not f.any():
        return None
    where = np.abs(w) > 0.01 * largest
    c = float(np.median(f[where] / w[where]))
    return c if c and _equal(f, c * w) else None


def _in_words(c: float, sizes: Mapping[str, int]) -> tuple[str, str]:
    """A factor as a line, which size it is and what is usually forgotten then, and as a few words."""
    size, sign = abs(c), "−" if c < 0 else ""
    turned = " The sign is turned round too." if c < 0 else ""
    # a 2 is more often a forgotten ½ than an axis that happens to be so long
    named = next((name for name, n in sizes.items() if n == 2 and " " not in name), None)
    if np.isclose(size, 2, rtol=1e-4):
        other = f"or × {named}: mean forgotten?" if named else "or counted twice?"
        return f"off by a factor {sign}2: a ½ forgotten, {other}{turned}", f"× {sign}2"
    if np.isclose(size, 0.5, rtol=1e-4):
        other = f"or 1/{named}: a mean instead of a sum?" if named else "or one of a pair?"
        return f"off by a factor {sign}½: the 2 of a square forgotten, {other}{turned}", f"× {sign}½"
    for name, n in sizes.items():
        called = f"({name})" if " " in name else name
        for exponent, power in ((1, ""), (2, "²")):
            whole = n**exponent
            if n > 2 and np.isclose(size, whole, rtol=1e-4):
                text = f"× {sign}{size:.6g} = {sign}{name}{power}"
                return f"{text}: mean forgotten?{turned}", f"× {sign}{whole}" if " " in name else text
            if n > 2 and np.isclose(size, 1 / whole, rtol=1e-4):
                what = "divided by it once too often, a mean instead of a sum?"
                part = FRACTIONS.get(whole, f"1/{whole}")
                short = f"× {sign}{part}" + ("" if " " in name else f" = {sign}1/{name}{power}")
                return f"off by {sign}1/{whole} = {sign}1/{called}{power}: {what}{turned}", short
    for (name, n), (other, m) in permutations(sizes.items(), 2):
        if " " not in name and n > 1 and np.isclose(size, n / m, rtol=1e-4):
            text = f"× {sign}{n}/{m}: divided by {m}, {other}, instead of {name} = {n}"
            return f"{text}{turned}", f"× {sign}{n}/{m}"
    return f"{NAMELESS} {c:.6g}", f"× {c:.4g}"


NAMELESS = "off by the constant factor"
FRACTIONS = {3: "⅓", 4: "¼", 5: "⅕", 6: "⅙", 8: "⅛", 10: "⅒"}


# ---- gradients of the same shape ---------------------------------------------------------------------


def _nothing(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    if f.any():
        return None
    return Guess("detached", "no gradient arrives: detached, or a rule that gives 0", 0.0)


def _constant_factor(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    c = _telling_factor(f, w, sizes)
    if c is None:
        return None
    if np.isclose(c, -1, rtol=1e-4):
        return Guess("sign", "the sign is turned round", -1.0)
    text, short = _in_words(c, sizes)
    kind = "scale" if text.startswith(NAMELESS) else "factor"
    return Guess(kind, text, c, short)


def _transposed(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    for first in range(f.ndim):
        for second in range(first + 1, f.ndim):
            if f.shape[first] != f.shape[second]:
                continue
            c = _factor(f.swapaxes(first, second), w)
            if c is not None:
                axes = "" if f.ndim == 2 else f": axes {first} and {second} are exchanged"
                return Guess("transpose", f"transposed{axes}{_also(c, sizes)}", _unless_one(c), "transposed")
    return None


def _also(c: float, sizes: Mapping[str, int]) -> str:
    return "" if np.isclose(c, 1, rtol=1e-4) else f", and {_in_words(c, sizes)[0]}"


def _unless_one(c: float) -> float | None:
    return None if np.isclose(c, 1, rtol=1e-4) else c


def _partly(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    """Right where it is not 0."""
    there = f != 0
    if np.abs(f - w)[there].max(initial=0.0) > NEAR * np.abs(w).max():
        return None
    lost = ~there & (np.abs(w) > NEAR * np.abs(w).max())
    where = ""
    for axis in range(w.ndim):
        whole = lost.all(axis=tuple(k for k in range(w.ndim) if k != axis))
        if whole.sum() and lost.sum() * w.shape[axis] == whole.sum() * w.size and w.ndim > 1:
            where = f": axis {axis}, at {', '.join(map(str, np.flatnonzero(whole)[:4]))}"
    return Guess("partly", f"right, but {_count(lost)} of {w.size} entries get no gradient{where}")


def _overwritten(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    """Some entries are several times too small: assigned where it should be added."""
    solid = np.abs(w) > NEAR * np.abs(w).max()
    if not solid.any() or (f[solid] == 0).any():
        return None
    ratio = w[solid] / f[solid]
    whole = np.round(ratio)
    if np.abs(ratio - whole).max() > 1e-4 or whole.min() < 1 or whole.max() < 2 or (whole == whole[0]).all():
        return None
    return Guess(
        "overwritten",
        f"{_count(whole > 1)} of {w.size} entries are 2 or more times too small: overwritten where "
        "gradients should be added (a repeated index, a second use)?",
    )


def _sign_lost(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    if not _equal(np.abs(f), np.abs(w)):
        return None
    return Guess("sign", f"right but for the sign of {_count(f * w < 0)} of {w.size} entries")


def _collapsed(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    """The same all along an axis, which the right one is not."""
    for axis in range(w.ndim if w.ndim > 1 else 0):
        total = w.sum(axis, keepdims=True)
        if w.shape[axis] > 1 and _equal(f, np.broadcast_to(total, w.shape)):
            return Guess("sum", f"summed along axis {axis}, where every entry has its own gradient")
        if w.shape[axis] > 1 and _equal(f, np.broadcast_to(total / w.shape[axis], w.shape)):
            return Guess("sum", f"averaged along axis {axis}, where every entry has its own gradient")
    return None


def _permuted(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    """The same slices along an axis in another order."""
    for axis in range(w.ndim):
        if w.shape[axis] < 2:
            continue
        if _equal(np.flip(f, axis), w):
            return Guess("permutation", f"in the opposite order along {_along(axis, w)}")
        order = _order(np.moveaxis(f, axis, 0), np.moveaxis(w, axis, 0))
        if order is not None and not np.array_equal(order, np.arange(len(order))):
            shown = ", ".join(map(str, order[:8])) + (", …" if len(order) > 8 else "")
            return Guess("permutation", f"{_along(axis, w)} in another order: found are {shown}")
    return None


def _along(axis: int, w: Array) -> str:
    if w.ndim == 1:
        return "the entries"
    return ("the rows", "the columns")[axis] if w.ndim == 2 else f"the slices of axis {axis}"


def _order(f: Array, w: Array) -> Array | None:
    """Where each slice of f stands in w, if all do."""
    n = len(w)
    if n > 512:
        return None
    flat, target = f.reshape(n, -1), w.reshape(n, -1)
    near = NEAR * np.abs(w).max()
    free = list(range(n))
    order = []
    for row in flat:
        at = next((k for k in free if np.abs(row - target[k]).max() <= near), None)
        if at is None:
            return None
        free.remove(at)
        order.append(at)
    return np.array(order)


def _softmax(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    """Softmax (or another normalisation) along the wrong axis of a batch."""
    if w.ndim != 2 or min(w.shape) < 2:
        return None
    near = NEAR * np.abs(w).max() * max(w.shape)
    to_zero = [[bool(np.abs(a.sum(axis)).max() <= near) for axis in (0, 1)] for a in (f, w)]
    for axis in (0, 1):
        if to_zero[1] == [axis == 0, axis == 1] and to_zero[0] == [axis == 1, axis == 0]:
            return Guess("softmax", _over(1 - axis))
    if to_zero[1][1] and _softmax_less_targets(f, w):
        return Guess("softmax", _over(0))
    return None


def _over(axis: int) -> str:
    over, instead = ("the batch (axis 0)", "the classes (axis 1)") if axis == 0 else ("axis 1", "axis 0")
    return f"softmax, or a normalisation, over {over} instead of {instead}?"


def _softmax_less_targets(f: Array, w: Array) -> bool:
    """Whether w = (Y − T)/c and f = (Y' − T)/c, Y and Y' the softmax of one array by rows and by columns.

    Only the entry of the target is negative in Y − T, so T can be read from w. And log Y − log Y' is a number
    of the row and a number of the column.
    """
    targets = (w < 0).astype(float)
    if not (targets.sum(1) == 1).all():
        return False
    for c in (1.0, float(len(w))):
        rows, columns = c * w + targets, c * f + targets
        if rows.min() <= 0 or columns.min() <= 0 or not np.allclose(columns.sum(0), 1, atol=1e-4):
            continue
        rest = np.log(rows) - np.log(columns)
        rest = rest - rest.mean(0) - rest.mean(1, keepdims=True) + rest.mean()
        if np.abs(rest).max() < 1e-3:
            return True
    return False


def _factor_along(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    """One factor per row, or per column, on which several numbers of it agree."""
    for axis in range(w.ndim if w.ndim > 1 else 0):
        rows, found = (np.moveaxis(a, axis, 0).reshape(w.shape[axis], -1) for a in (w, f))
        largest = np.abs(rows).max(1, initial=0.0, keepdims=True)
        solid = np.abs(rows) > 0.01 * largest
        if w.shape[axis] < 2 or (solid.sum(1) < AGREE).any():
            continue
        c = (found * rows).sum(1, keepdims=True) / (rows * rows).sum(1, keepdims=True)
        if (np.abs(found - c * rows) <= 10 * NEAR * np.abs(c) * largest).all() and 1e-3 < np.abs(
            c
        ).max() < 1e3:
            shown = ", ".join(f"{v:.4g}" for v in c.ravel()[:6]) + (", …" if c.size > 6 else "")
            return Guess("factors", f"one factor for each of {_along(axis, w)}: {shown}")
    return None


def _shifted(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess | None:
    rest = f - w
    if w.size > 1 and _equal(rest, np.full_like(rest, rest.mean())):
        return Guess("constant", f"the constant {rest.mean():.6g} too much in every entry")
    return None


Look = Callable[[Array, Array, Mapping[str, int]], Guess | None]
LOOKS: tuple[Look, ...] = (
    _nothing,
    _constant_factor,
    _transposed,
    _sign_lost,
    _partly,
    _collapsed,
    _permuted,
    _softmax,
    _overwritten,
    _factor_along,
    _shifted,
)
"""The most telling first."""

# ---- gradients of another shape ----------------------------------------------------------------------


def _of_other_shape(f: Array, w: Array, sizes: Mapping[str, int]) -> Guess:
    shapes = f"shape {f.shape} instead of {w.shape}"
    for name, n in sizes.items():
        if " " not in name and f.shape == (n,) and w.ndim == 1:
            datum = f"{name} = {n} numbers, one for each datum"
            return Guess("sum", f"{shapes}: {datum}; the sum has to be over axis 0, not over axis 1")
    for axes, total in _summed(f, w):
        c = _telling_factor(total, w, sizes)
        if c is not None:
            named = ", ".join(map(str, axes))
            broadcast = f"axis {named}" if len(axes) == 1 else f"axes {named}"
            return Guess(
                "sum", f"{shapes}: the sum over the broadcast {broadcast} is missing{_also(c, sizes)}"
            )
    for axis in range(w.ndim):
        if f.shape == w.shape[:axis] + w.shape[axis + 1 :]:
            c = _telling_factor(f, w.sum(axis), sizes)
            if c is not None:
                return Guess("sum", f"{shapes}: summed over axis {axis}, which should stay{_also(c, sizes)}")
    if f.ndim == w.ndim == 2 and f.T.shape == w.shape:
        c = _telling_factor(f.T, w, sizes)
        text = "transposed" if c is None else f"transposed{_also(c, sizes)}"
        return Guess("transpose", f"{shapes}: {text}", None if c is None else _unless_one(c), "transposed")
    if f.size == w.size and (c := _telling_factor(f.reshape(w.shape), w, sizes)) is not None:
        return Guess("shape", f"{shapes}: the numbers are right, reshape them{_also(c, sizes)}")
    return Guess("shape", shapes)


def _summed(f: Array, w: Array) -> Iterator[tuple[tuple[int, ...], Array]]:
    """f summed over the axes along which w would have been broadcast to its shape."""
    missing = f.ndim - w.ndim
    if missing < 0:
        return
    axes = (*range(missing), *(k + missing for k, n in enumerate(w.shape) if n == 1 < f.shape[k + missing]))
    total = f.sum(axes)
    if axes and total.size == w.size:
        yield axes, total.reshape(w.shape)
