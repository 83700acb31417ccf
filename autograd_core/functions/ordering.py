"""Sorting and what is read off sorted numbers, with NumPy's signatures.

Sorting is a gather: the gradient of a sorted number goes to the number that stands there. Of equal numbers,
the one that came first in the input stands first, so their gradients sum to what arrived.
"""

from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.quantiles import in_line, of_nothing, outwards, quantiles
from autograd_core.functions.shaping import ravel
from autograd_core.functions.values import live, untrained, untyped, values
from autograd_core.functions.words import Axis, axes, operand, told
from autograd_core.ops import reductions, sorting

T = TypeVar("T")

__all__ = [
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "digitize",
    "histogram",
    "median",
    "nanargmax",
    "nanargmin",
    "partition",
    "percentile",
    "quantile",
    "searchsorted",
    "sort",
    "unique",
]


def sort(
    a: T, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: bool | None = None
) -> T:
    """The numbers in order along the axis, NaN last; with axis None all of them in one row.

    Raises:
        TypeError: if `order` names fields, which only structured arrays have.
    """
    _no_fields("sort", order)
    x, axis = _flat_or(operand(a), axis)
    if not live(x):
        return untyped.sort(x, axis, kind=kind, stable=stable)  # type: ignore[no-any-return]
    if kind is not None and stable is not None:
        raise ValueError(f"sort: kind={kind!r} and stable={stable} say the same thing; give one of them")
    (last,) = axes(axis, x.ndim)
    return sorting.along(x, sorting.argsort(x, axis=last, kind="stable"), last)  # type: ignore[no-any-return]


def partition(a: T, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> T:
    """The numbers so that the kth stands where sorting puts it, smaller ones before and larger ones behind.

    Raises:
        TypeError: if `order` names fields, which only structured arrays have.
        ValueError: if there is no kth number.
    """
    _no_fields("partition", order)
    x, axis = _flat_or(operand(a), axis)
    (last,) = axes(axis, x.ndim)
    return sorting.along(x, sorting.argpartition(x, kth=_kth(kth), axis=last), last)  # type: ignore[no-any-return]


def argmax(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The position of the largest number along the axis, or in the flat array, plain; of ties the first."""
    return sorting.argmax(operand(a), axis=_line(a, axis), keepdims=keepdims)


def argmin(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The position of the smallest number along the axis, or in the flat array, plain; of ties the first."""
    return sorting.argmin(operand(a), axis=_line(a, axis), keepdims=keepdims)


def nanargmax(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The position of the largest number that is not NaN, plain.

    Raises:
        ValueError: if there are only NaN.
    """
    return untyped.nanargmax(values(a), axis, keepdims=keepdims)


def nanargmin(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """The position of the smallest number that is not NaN, plain.

    Raises:
        ValueError: if there are only NaN.
    """
    return untyped.nanargmin(values(a), axis, keepdims=keepdims)


def argsort(
    a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: bool | None = None
) -> Any:
    """The positions of the numbers in sorted order, plain."""
    _no_fields("argsort", order)
    x, axis = _flat_or(operand(a), axis)
    x = x if x.ndim else x.reshape(1)
    (last,) = axes(axis, x.ndim)
    return sorting.argsort(x, axis=last, kind="stable" if stable else kind)


def argpartition(
    a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Any:
    """The positions of the numbers as `partition` puts them, plain."""
    _no_fields("argpartition", order)
    x, axis = _flat_or(operand(a), axis)
    x = x if x.ndim else x.reshape(1)
    (last,) = axes(axis, x.ndim)
    return sorting.argpartition(x, kth=_kth(kth), axis=last)


def median(a: T, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> T:
    """The number in the middle of the sorted ones, or the mean of the two in the middle.

    The gradient goes to these, half to each of two. With a NaN among the numbers the median is NaN.

    >>> import autograd_core as ac
    >>> ac.grad(median)(np.array([3.0, 1.0, 7.0, 2.0]))
    array([0.5, 0. , 0. , 0.5])
    """
    if not live(a):
        return untyped.median(a, axis, keepdims=keepdims)  # type: ignore[no-any-return]
    x = operand(a)
    along = axes(axis, x.ndim)
    n = reductions.count(x, along)
    if n == 0:
        return of_nothing("median", x, 0.5, along, keepdims)  # type: ignore[no-any-return]
    line = in_line(x, along, n)
    middle = np.array([n // 2] if n % 2 else [n // 2 - 1, n // 2])
    found = sorting.along(line, sorting.standing(line, middle, skip=False), -1)
    return outwards(reductions.mean(found, axis=(-1,), keepdims=True), (), x.shape, along, keepdims)  # type: ignore[no-any-return]


def quantile(
    a: T,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> T:
    """The number below which the share q of the numbers lies, by any of NumPy's methods.

    The gradient goes to the one or two sorted numbers that it is made of; of equal numbers one stands at
    each place. With a NaN among the numbers the result is NaN. q and the weights are plain.

    Raises:
        NoRuleError: if q or the weights require a gradient.
        IndexError: if there are no numbers.
        ValueError: if q is not between 0 and 1, or the method unknown.
    """
    words = {"method": method, "keepdims": keepdims, "weights": weights}
    return quantiles("quantile", a, q, axis, **words)  # type: ignore[no-any-return]


def percentile(
    a: T,
    q: Any,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Any = None,
) -> T:
    """The number below which q percent of the numbers lie; see `quantile`."""
    words = {"method": method, "keepdims": keepdims, "weights": weights}
    return quantiles("percentile", a, q, axis, **words)  # type: ignore[no-any-return]


def searchsorted(a: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    """Where to put v into the sorted numbers a, plain."""
    sorted_already = operand(a) if sorter is None else sorting.along(operand(a), np.asarray(sorter), -1)
    if sorted_already.ndim != 1:
        raise ValueError(
            f"searchsorted: sorted numbers in one axis are needed, got the shape {sorted_already.shape}"
        )
    return sorting.searchsorted(sorted_already, operand(v), side=side)


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """In which of the bins each number lies, plain."""
    try:
        return untyped.digitize(values(x), values(bins), right)
    except (TypeError, ValueError) as error:
        raise told(error, "digitize") from None


def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """How many numbers lie in each bin, and the bins' edges, plain.

    Raises:
        NoRuleError: if the numbers or weights require a gradient, which would be lost.
    """
    a, bins, weights = untrained("histogram", a, bins, weights)
    return untyped.histogram(a, bins, range, density, weights)


def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Any:
    """The different numbers in order, plain.

    Raises:
        NoRuleError: if the numbers require a gradient, which would be lost.
    """
    (plain,) = untrained("unique", ar)
    return untyped.unique(plain, return_index, return_inverse, return_counts, axis, equal_nan=equal_nan)


def _no_fields(name: str, order: Any) -> None:
    if order is not None:
        raise TypeError(f"{name}: order={order!r} names fields, and these numbers have none")


def _line(a: Any, axis: int | None) -> int | None:
    """An axis counted from the end; None for all numbers in one row."""
    return None if axis is None else axes(axis, operand(a).ndim)[0]


def _flat_or(x: Any, axis: int | None) -> tuple[Any, int]:
    """All numbers in one row if no axis is named."""
    return (ravel(x), -1) if axis is None else (x, axis)


def _kth(kth: Any) -> Any:
    """One place or several, as something that can be compared."""
    return int(kth) if np.ndim(kth) == 0 else tuple(int(k) for k in kth)
