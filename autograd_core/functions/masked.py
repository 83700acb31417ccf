"""Sums, means and deviations of some of the numbers only: where a mask holds, or where they are not NaN."""

import warnings
from typing import Any

import numpy as np

from autograd_core.functions.values import cast, floating, live, values
from autograd_core.ops import arithmetic, broadcasting, choices, reductions
from autograd_core.ops.shapes import Axes


def mask_of(where: Any, x: Any, name: str) -> Any:
    """The mask in x's shape, plain.

    Raises:
        TypeError: if it is an array of other numbers than True and False.
        ValueError: if it does not broadcast to x.
    """
    mask = values(where)
    if hasattr(mask, "ndim") and mask.dtype.kind != "b":
        raise TypeError(
            f"{name}: the mask where= is Boolean, got {mask.dtype} of shape {mask.shape}: write mask != 0"
        )
    mask = mask if live(mask) else np.asarray(mask, bool)
    try:
        return broadcasting.broadcast_to(mask, shape=x.shape, of=mask.ndim)
    except ValueError:
        raise ValueError(
            f"{name}: the mask where= has shape {mask.shape}, which does not broadcast to {x.shape}"
        ) from None


def ddof_of(name: str, ddof: Any, correction: Any) -> Any:
    """By how much n is lessened, under either of its two names.

    Raises:
        TypeError: if it is no number.
        ValueError: if both are given.
    """
    if ddof.__class__ is not int or correction is not None:
        _check_number(name, "ddof", ddof)
        _check_number(name, "correction", 0 if correction is None else correction)
    if correction is None:
        return ddof
    if ddof != 0:
        raise ValueError(f"{name}: ddof={ddof} and correction={correction} are two names of one; give one")
    return correction


def _check_number(name: str, word: str, value: Any) -> None:
    if not isinstance(value, int | float | np.number):
        raise TypeError(f"{name}: {word} is a number, got {value!r}")


def not_nan(x: Any) -> Any:
    """Where the numbers are numbers, plain."""
    return choices.logical_not(choices.isnan(x))


def mean_where(x: Any, ok: Any, axis: Axes, keepdims: bool) -> Any:
    """The mean of the numbers where the mask holds; of none NaN, with NumPy's warning."""
    x = floating(x)
    if x.dtype == np.float16:  # added up in float32, as NumPy does
        return cast(mean_where(cast(x, np.float32), ok, axis, keepdims), np.float16)
    total = reductions.sum(choices.where(ok, x, 0), axis=axis, keepdims=keepdims)
    return total / _divisor(ok, axis, keepdims, 0, x.dtype, "Mean of empty slice")


def var_where(x: Any, ok: Any, axis: Axes, keepdims: bool, ddof: float, mean: Any = None) -> Any:
    """The variance of the numbers where the mask holds, about their own mean or a given one."""
    x = floating(x)
    if x.dtype == np.float16:
        mean = cast(mean, np.float32) if getattr(mean, "dtype", None) == np.float16 else mean
        return cast(var_where(cast(x, np.float32), ok, axis, keepdims, ddof, mean), np.float16)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what follows says it better
        mean = mean_where(x, ok, axis, True) if mean is None else mean
    d = choices.where(ok, x - mean, 0)
    divisor = _divisor(ok, axis, keepdims, ddof, x.dtype, "Degrees of freedom <= 0 for slice.")
    return reductions.sum(d * d, axis=axis, keepdims=keepdims) / divisor


def root(v: Any) -> Any:
    """√v of a variance v ≥ 0; at 0 with the gradient of v itself, which is 0 there."""
    if not live(v):
        return arithmetic.sqrt(v)  # a number stays one
    ok = v > 0
    return choices.where(ok, arithmetic.sqrt(choices.guard(v, ok, 1)), v)


def _divisor(ok: Any, axis: Axes, keepdims: bool, ddof: float, dtype: Any, complaint: str) -> Any:
    """How many numbers there are, less ddof; NaN where nothing is left."""
    n = reductions.sum(ok, axis=axis, keepdims=keepdims).astype(dtype) - ddof
    enough = n > 0
    if not live(enough) and not np.all(enough):
        warnings.warn(complaint, RuntimeWarning, stacklevel=4)
    return choices.where(enough, n, np.nan)
