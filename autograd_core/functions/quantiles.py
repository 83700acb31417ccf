"""Quantiles by every method of NumPy's.

Which places of the sorted numbers a method reads, NumPy itself says: the quantile of 0, 1 .. n − 1 is a
place, j + γ. The value is then between the numbers at j and j + 1, and both are gathered.
"""

import warnings
from typing import Any

import numpy as np

from autograd_core.functions.masked import not_nan
from autograd_core.functions.values import cast, live, untrained, untyped, values
from autograd_core.functions.words import Axis, axes, operand
from autograd_core.ops import choices, reductions, sorting
from autograd_core.ops.indexing import getitem
from autograd_core.ops.joining import pick
from autograd_core.ops.shapes import Axes, reshape, transpose


def quantiles(
    name: str,
    a: Any,
    q: Any,
    axis: Axis = None,
    *,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
    skip: bool = False,
) -> Any:
    """What np.quantile, np.percentile and their relatives that skip NaN give.

    Raises:
        NoRuleError: if q or the weights require a gradient.
        IndexError: if there are no numbers.
        ValueError: if q is out of its range, or the method unknown.
    """
    theirs = getattr(untyped, name)
    words: dict[str, Any] = {} if name.endswith("median") else {"method": method}
    if not live(a, q, weights):
        given = (a,) if name.endswith("median") else (a, q)
        more = {} if weights is None else {"weights": weights}
        return theirs(*given, axis=axis, keepdims=keepdims, **words, **more)
    q, weights = untrained(name, q, weights)
    x = operand(a)
    along = axes(axis, x.ndim)
    n = reductions.count(x, along)
    if n == 0:
        return of_nothing(name, x, q, along, keepdims)
    ask = untyped.percentile if "percentile" in name else untyped.quantile
    try:
        wanted = ask(np.ones(2, x.dtype), q, method=method).dtype
    except (TypeError, ValueError) as error:
        raise _wrong(name, error, q, method) from None
    if skip:
        x = choices.where(not_nan(x), x, np.nan) if x.dtype.kind == "f" else x
    line = in_line(x, along, n)
    places = _places(ask, line, q, method, None if weights is None else _like(weights, x, along, n), skip)
    z = _between(line, places, wanted, skip)
    if skip and z.dtype.kind == "f" and np.any(np.isnan(values(line)).all(-1)):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
    return outwards(z, np.shape(q), x.shape, along, keepdims)


def _wrong(name: str, error: Exception, q: Any, method: str) -> Exception:
    """NumPy's error of quantiles or a method, with the function and what was given."""
    if "method" in str(error):
        known = "linear, lower, higher, midpoint, nearest and more: see np.quantile"
        return ValueError(f"{name}: method={method!r} is none of NumPy's ({known})")
    kind = ValueError if isinstance(error, ValueError) else TypeError
    top = "100" if "percentile" in name else "1"
    return kind(f"{name}: quantiles are numbers in the range [0, {top}], got {q!r}")


def _in_front(ndim: int, axis: Axes) -> Axes:
    """The order of axes in which those of a reduction come last."""
    return (*(a for a in range(-ndim, 0) if a not in axis), *axis)


def in_line(x: Any, axis: Axes, n: int) -> Any:
    """x with the axes of a reduction as one, the last."""
    if x.ndim and axis != tuple(range(-len(axis), 0)):
        x = transpose(x, axes=_in_front(x.ndim, axis))
    return x if len(axis) == 1 else reshape(x, shape=(*x.shape[: x.ndim - len(axis)], n), of=x.ndim)


def _like(weights: Any, x: Any, axis: Axes, n: int) -> Any:
    """Weights, which have x's shape or belong to its one axis, in line with it."""
    w = np.asarray(weights)
    if w.shape != x.shape:
        if len(axis) != 1 or w.shape != (n,):
            raise ValueError(f"quantile: weights of shape {w.shape} do not fit numbers of shape {x.shape}")
        w = np.broadcast_to(w.reshape((-1,) + (1,) * (-axis[0] - 1)), x.shape)
    return in_line(w, axis, n)


def _places(ask: Any, line: Any, q: Any, method: str, weights: Any, skip: bool) -> Any:
    """The places j + γ that the method reads: one axis of them, or one for every row of numbers."""
    n, flat = line.shape[-1], np.ravel(np.asarray(q, float))
    if weights is not None:
        return _weighted_places(ask, line, flat, method, weights, skip)
    if not skip:
        return ask(np.arange(n, dtype=float), flat, method=method)
    if not isinstance(line, np.ndarray) and not hasattr(line, "numpy"):
        raise TypeError(
            "which numbers a nanquantile reads depends on where NaN are, and these have no values"
        )
    counts = np.asarray(reductions.sum(not_nan(line), axis=(-1,), keepdims=False))
    table = np.zeros((n + 1, flat.size))
    for c in np.unique(counts[counts > 0]):
        table[c] = ask(np.arange(c, dtype=float), flat, method=method)
    return table[counts]


def _weighted_places(ask: Any, line: Any, flat: Any, method: str, weights: Any, skip: bool) -> Any:
    """The quantiles of the ranks, under the weights of the numbers that have them."""
    order = sorting.argsort(line, axis=-1, kind="stable")
    ranks = np.empty(order.shape)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(float(line.shape[-1])), order.shape), -1)
    if skip:
        ask = untyped.nanpercentile if ask is np.percentile else untyped.nanquantile
        ranks = np.where(not_nan(line), ranks, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rows of nothing but NaN are complained of once, at the end
        found = ask(ranks, flat, axis=-1, method=method, weights=weights)
    return np.moveaxis(np.nan_to_num(found), 0, -1)


def _between(line: Any, places: Any, dtype: Any, skip: bool) -> Any:
    """The numbers at places j + γ of sorted rows: xⱼ + γ (xⱼ₊₁ − xⱼ)."""
    low = np.floor(places).astype(np.intp)
    share = places - low
    single = not share.any()
    spots = low if single else np.concatenate([low, low + (share > 0)], -1)
    found = sorting.along(line, sorting.standing(line, spots, skip=skip), -1)
    found = found if found.dtype == dtype else cast(found, dtype)
    if single:
        return found
    k = low.shape[-1]
    left, right = (getitem(found, index=pick(-1, part)) for part in (slice(None, k), slice(k, None)))
    if not share.all():  # ∞ − ∞ stays out of what is read from one place alone
        inside = share > 0
        gap = choices.where(inside, right, 0) - choices.where(inside, left, 0)
    else:
        gap = right - left
    return left + gap * share.astype(dtype)


def outwards(z: Any, q_shape: tuple[int, ...], shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """From (rows, quantiles) to NumPy's layout: the axes of q in front."""
    n = len(shape)
    kept = tuple(
        1 if a - n in axis else size for a, size in enumerate(shape) if keepdims or a - n not in axis
    )
    if z.ndim > 1:
        z = transpose(z, axes=(-1, *range(-z.ndim, -1)))
    whole = (*q_shape, *kept)
    return z if z.shape == whole else reshape(z, shape=whole, of=z.ndim)


def of_nothing(name: str, x: Any, q: Any, axis: Axes, keepdims: bool) -> Any:
    if name in ("quantile", "percentile"):
        raise IndexError(f"{name}: numbers of shape {x.shape} hold none along the axes {axis}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        z = reductions.mean(x, axis=axis, keepdims=keepdims)
    warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
    return z + np.zeros((*np.shape(q), *(1,) * z.ndim))
