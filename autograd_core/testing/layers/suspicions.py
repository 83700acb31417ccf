"""The usual mistakes of hand-written layers, seen in a gradient beside the right one."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd_core.testing.checking.guesses import Guess, guess

Array = np.ndarray[Any, Any]


def usual(g: Array, wanted: Array, x: Array, sizes: Mapping[str, int]) -> Guess | None:
    """The usual mistake, those that only layers make included."""
    return guess(g, wanted, names=sizes) or _mask_forgotten(g, wanted) or _batch_forgotten(g, wanted, x)


def of_arrays(
    g: Array, wanted: Array, dout: Array, arrays: Mapping[str, Array], sizes: Mapping[str, int]
) -> Guess | None:
    """A mistake in which an array takes part that the layer has at hand: a factor, a term, a mask.

    Args:
        g: the hand-written gradient.
        wanted: the right one, of the same shape.
        dout: what backward was called with.
        arrays: what there is, by name, the result first.
        sizes: by which may be divided.
    """
    if g.shape != wanted.shape or g.size < 4 or not np.isfinite(g).all():
        return None
    fitting = {name: a.astype(float) for name, a in arrays.items() if a.shape == g.shape and _varies(a)}
    return (
        _other_mask(g, wanted, fitting)
        or _factor(g, wanted, fitting)
        or _taken_for(g, wanted, dout, fitting)
        or _term(g, wanted, fitting, sizes)
    )


def _alike(one: Array, two: Array) -> bool:
    return bool(np.abs(one - two).max() <= 1e-6 * np.abs(two).max())


def _varies(a: Array) -> bool:
    return bool(a.max() != a.min())


def _factors(arrays: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """The arrays and what is made of them in derivatives."""
    for name, a in arrays.items():
        yield name, a
        yield f"(1 − {name})", 1 - a
    for name, a in arrays.items():
        yield f"{name} (1 − {name})", a * (1 - a)
        yield f"(1 − {name}²)", 1 - a * a


def _factor(g: Array, wanted: Array, arrays: Mapping[str, Array]) -> Guess | None:
    """Right but for a factor, as y in y (1 − y)."""
    for text, factor in _factors(arrays):
        if _varies(factor) and _alike(g * factor, wanted):
            return Guess("forgotten", f"a factor is forgotten: × {text}", short="factor")
    for text, factor in _factors(arrays):
        if _varies(factor) and g.any() and _alike(wanted * factor, g):
            return Guess("factor too much", f"a factor too much: × {text}", short="factor")
    return None


def _taken_for(g: Array, wanted: Array, dout: Array, arrays: Mapping[str, Array]) -> Guess | None:
    """The derivative written in the argument where it is one of the result, as x (1 − x) for y (1 − y)."""
    if np.shape(dout) != g.shape or not arrays:
        return None
    (result, y), *others = arrays.items()
    for before, behind, f in SHAPES:
        for name, a in others if _alike(dout * f(y), wanted) else ():
            if _alike(dout * f(a), g):
                text = before.format(name) + behind.format(name)
                right = before.format(result) + behind.format(result)
                return Guess("taken for", f"{text} takes {name} for the result: it is {right}", short="wrong")
    return None


SHAPES: tuple[tuple[str, str, Callable[[Array], Array]], ...] = (
    ("{}", " (1 − {})", lambda a: np.asarray(a * (1 - a))),
    ("1 − ", "{}²", lambda a: np.asarray(1 - a * a)),
)
"""Derivatives that are written in the result: of sigmoid and of tanh."""


def _term(g: Array, wanted: Array, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> Guess | None:
    """Right but for a multiple of an array, as − t in y − t."""
    off = g - wanted
    for name, a in arrays.items():
        c = float(np.sum(off * a) / np.sum(a * a))
        if c and _alike(c * a, off):
            by = next((f"/{size}" for size, n in sizes.items() if np.isclose(abs(c) * n, 1)), "")
            part = "" if by or np.isclose(abs(c), 1) else f"{abs(c):.4g} "
            sign = "−" if c > 0 else "+"
            return Guess("term", f"a term is missing: {sign} {part}{name}{by}")
    return None


# ---- masks -------------------------------------------------------------------------------------------------


def _mask_forgotten(g: Array, wanted: Array) -> Guess | None:
    """Right, up to a factor, where it is not 0, but not 0 where it should be."""
    if g.shape != wanted.shape:
        return None
    dead = wanted == 0
    alive = ~dead & (np.abs(wanted) > 1e-3 * np.abs(wanted).max(initial=0.0))
    if not dead.any() or not alive.any() or not g[dead].any():
        return None
    c = float(np.median(g[alive] / wanted[alive]))
    if not c or not np.allclose(g[~dead], c * wanted[~dead], rtol=1e-5):
        return None
    also = "" if np.isclose(c, 1) else f", and × {c:.6g}"
    count = int(np.count_nonzero(g[dead]))
    return Guess("mask", f"{count} of {g.size} entries should be 0: the mask is forgotten{also}")


def _other_mask(g: Array, wanted: Array, arrays: Mapping[str, Array]) -> Guess | None:
    """Entries that are 0 at other places than the right ones, right where neither is 0."""
    kept, right = g != 0, wanted != 0
    if right.all() or kept.all() or not kept.any() or (kept == right).all():
        return None
    if (kept != right).all():
        return Guess("mask", "the mask is turned round: kept is what should be 0, and 0 what should be kept")
    both = kept & right
    if not np.allclose(g[both], wanted[both], rtol=1e-6) or not (kept & ~right).any():
        return None
    for name, a in arrays.items():
        if ((a > 0) == kept).all() and set(np.unique(a)) - {0.0, 1.0}:
            return Guess("mask", f"this is the mask of {name}, where {name} > 0; forward has another")
    return Guess("mask", "another mask than that of forward: is it drawn anew, or taken of another array?")


# ---- the batch ---------------------------------------------------------------------------------------------


def _batch_forgotten(g: Array, wanted: Array, x: Array) -> Guess | None:
    """Off, in every column, by a number, a multiple of x − μ, or both: the ways through mean and variance."""
    if g.shape != wanted.shape or x.shape != g.shape or x.ndim != 2 or len(x) < 4:
        return None
    off, centred = g - wanted, x - x.mean(axis=0)
    constant = off.mean(axis=0)
    slope = (off * centred).sum(axis=0) / np.maximum((centred**2).sum(axis=0), 1e-300)
    ways = {"mean": constant, "variance": slope * centred, "mean and variance": constant + slope * centred}
    for what, way in ways.items():
        if np.abs(off - way).max() <= 1e-5 * np.abs(off).max():
            return Guess("batch", f"the way through the {what} of the batch is forgotten")
    return None
