"""Reductions that leave NaN out, with NumPy's signatures. A NaN gets gradient 0.

Where nothing is left the result is NaN (of sums 0, of products 1), with NumPy's warning.
"""

import warnings
from typing import Any, TypeVar

import numpy as np

from autograd_core.functions import reducing, scanning
from autograd_core.functions.masked import ddof_of, mask_of, mean_where, not_nan, root, var_where
from autograd_core.functions.quantiles import quantiles
from autograd_core.functions.values import live, taken
from autograd_core.functions.words import Axis, axes, operand
from autograd_core.ops import choices, reductions

T = TypeVar("T")

__all__ = [
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
]


def nansum(
    a: T,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> T:
    """initial + Σ x along the axes, without the NaN."""
    return reducing.sum(_filled(a, 0), axis, dtype, keepdims=keepdims, initial=initial, where=where)  # type: ignore[no-any-return]


def nanprod(
    a: T,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> T:
    """initial · Π x along the axes, without the NaN."""
    return reducing.prod(_filled(a, 1), axis, dtype, keepdims=keepdims, initial=initial, where=where)  # type: ignore[no-any-return]


def nancumsum(a: T, axis: int | None = None, dtype: Any = None) -> T:
    """The running sum, to which a NaN adds 0."""
    return scanning.cumsum(_filled(a, 0), axis, dtype)  # type: ignore[no-any-return]


def nancumprod(a: T, axis: int | None = None, dtype: Any = None) -> T:
    """The running product, in which a NaN counts as 1."""
    return scanning.cumprod(_filled(a, 1), axis, dtype)  # type: ignore[no-any-return]


def nanmean(a: T, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True) -> T:
    """Σ x / n along the axes, of the n numbers that are not NaN."""
    x, ok = _numbers(a, dtype, where, "nanmean")
    return mean_where(x, ok, axes(axis, x.ndim), bool(keepdims))  # type: ignore[no-any-return]


def nanvar(
    a: T,
    axis: Axis = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> T:
    """Σ (x − mean x)² / (n − ddof) along the axes, of the n numbers that are not NaN."""
    x, ok = _numbers(a, dtype, where, "nanvar")
    ddof = ddof_of("nanvar", ddof, correction)
    return var_where(x, ok, axes(axis, x.ndim), bool(keepdims), ddof, mean)  # type: ignore[no-any-return]


def nanstd(
    a: T,
    axis: Axis = None,
    dtype: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> T:
    """√nanvar along the axes; of equal numbers the gradient is 0."""
    x, ok = _numbers(a, dtype, where, "nanstd")
    ddof = ddof_of("nanstd", ddof, correction)
    return root(var_where(x, ok, axes(axis, x.ndim), bool(keepdims), ddof, mean))  # type: ignore[no-any-return]


def nanmax(a: T, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> T:
    """The largest number along the axes that is not NaN; ties share the gradient evenly."""
    if initial is not None or where is not True:
        filled = _filled(a, -np.inf)
        return reducing.max(filled, axis, keepdims=keepdims, initial=initial, where=where)  # type: ignore[no-any-return]
    x = _filled(a, np.nan)
    return _warned(reductions.nanmax(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims)))  # type: ignore[no-any-return]


def nanmin(a: T, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> T:
    """The smallest number along the axes that is not NaN; ties share the gradient evenly."""
    if initial is not None or where is not True:
        filled = _filled(a, np.inf)
        return reducing.min(filled, axis, keepdims=keepdims, initial=initial, where=where)  # type: ignore[no-any-return]
    x = _filled(a, np.nan)
    return _warned(reductions.nanmin(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims)))  # type: ignore[no-any-return]


def nanmedian(a: T, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> T:
    """The middle number of those that are not NaN, or the mean of the two in the middle."""
    return quantiles("nanmedian", a, 0.5, axis, keepdims=keepdims, skip=True)  # type: ignore[no-any-return]


def nanquantile(
    a: T,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> T:
    """The quantiles of the numbers that are not NaN; see `quantile`."""
    words = {"method": method, "keepdims": keepdims, "weights": weights}
    return quantiles("nanquantile", a, q, axis, **words, skip=True)  # type: ignore[no-any-return]


def nanpercentile(
    a: T,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> T:
    """The percentiles of the numbers that are not NaN; see `percentile`."""
    words = {"method": method, "keepdims": keepdims, "weights": weights}
    return quantiles("nanpercentile", a, q, axis, **words, skip=True)  # type: ignore[no-any-return]


def _filled(a: Any, instead: float) -> Any:
    """x with another number for each NaN; no gradient flows to a NaN."""
    x = operand(a)
    return choices.where(choices.isnan(x), instead, x) if x.dtype.kind == "f" else x


def _numbers(a: Any, dtype: Any, where: Any, name: str) -> tuple[Any, Any]:
    """x, and where its numbers count."""
    x = taken(a, dtype)
    ok = not_nan(x)
    return x, ok if where is True else choices.logical_and(ok, mask_of(where, x, name))


def _warned(z: Any) -> Any:
    nan = choices.isnan(z)
    if not live(nan) and np.any(nan):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
    return z
