"""Reductions with NumPy's signatures: axis is an int, several, negative, or None for all.

`where` is a mask of the numbers that count, `initial` a number that the reduction starts from.
"""

from typing import Any, TypeVar

import numpy as np

from autograd_core.functions.masked import ddof_of, mask_of, mean_where, root, var_where
from autograd_core.functions.shaping import broadcast_to
from autograd_core.functions.values import cast, live, taken, untyped
from autograd_core.functions.words import Axis, axes, called, operand
from autograd_core.op import Row
from autograd_core.ops import choices, reductions
from autograd_core.ops.shapes import Axes, reshape, transpose

T = TypeVar("T")

__all__ = ["amax", "amin", "average", "count_nonzero", "mean", "prod", "ptp", "std", "var"]


def sum(
    a: T,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> T:
    """initial + Σ x along the axes."""
    x = taken(a, dtype)
    if where is not True:
        x = choices.where(mask_of(where, x, "sum"), x, 0)
    z = reductions.sum(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))
    return z if initial is None else z + _started(initial, z)  # type: ignore[no-any-return]


def prod(
    a: T,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> T:
    """initial · Π x along the axes. The derivative by a number is the product of all the others, which is
    right with any number of zeros among them.

    >>> import autograd_core as ac
    >>> ac.grad(prod)(np.array([2.0, 0.0, 5.0]))
    array([ 0., 10.,  0.])
    """
    x = taken(a, dtype)
    if where is not True:
        x = choices.where(mask_of(where, x, "prod"), x, 1)
    z = reductions.prod(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))
    return z if initial is None else z * _started(initial, z)  # type: ignore[no-any-return]


def mean(a: T, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True) -> T:
    """Σ x / n along the axes."""
    x = taken(a, dtype)
    if where is not True:
        return mean_where(x, mask_of(where, x, "mean"), axes(axis, x.ndim), bool(keepdims))  # type: ignore[no-any-return]
    return reductions.mean(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))  # type: ignore[no-any-return]


def var(
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
    """Σ (x − mean x)² / (n − ddof) along the axes.

    `mean` is the mean, with axes of size 1, if it is known already; `correction` another name of ddof.

    Raises:
        ValueError: if both ddof and correction are given.
    """
    x = taken(a, dtype)
    ddof = ddof_of("var", ddof, correction)
    if where is not True or mean is not None:
        return var_where(x, mask_of(where, x, "var"), axes(axis, x.ndim), bool(keepdims), ddof, mean)  # type: ignore[no-any-return]
    return reductions.var(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims), ddof=ddof)  # type: ignore[no-any-return]


def std(
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
    """√var along the axes; of equal numbers the gradient is 0. Deviations may be as small or large as floats.

    `mean`, `correction`, errors: as of var.
    """
    x = taken(a, dtype)
    ddof = ddof_of("std", ddof, correction)
    if where is not True or mean is not None:
        ok = mask_of(where, x, "std")
        return root(var_where(x, ok, axes(axis, x.ndim), bool(keepdims), ddof, mean))  # type: ignore[no-any-return]
    return reductions.std(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims), ddof=ddof)  # type: ignore[no-any-return]


def max(a: T, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> T:
    """The largest number along the axes, at least `initial`; ties share the gradient evenly, a NaN takes it.

    Raises:
        ValueError: if there are no numbers and no `initial`.
    """
    return _extreme(reductions.max, choices.maximum, operand(a), axis, keepdims, initial, where)  # type: ignore[no-any-return]


def min(a: T, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> T:
    """The smallest number along the axes, at most `initial`; ties share the gradient evenly, a NaN takes it.

    Raises:
        ValueError: if there are no numbers and no `initial`.
    """
    return _extreme(reductions.min, choices.minimum, operand(a), axis, keepdims, initial, where)  # type: ignore[no-any-return]


amax, amin = max, min


def _extreme(row: Row, of_two: Row, x: Any, axis: Axis, keepdims: bool, initial: Any, where: Any) -> Any:
    """max or min; `of_two` brings in where it starts."""
    over = axes(axis, x.ndim)
    if initial is None and where is True:
        return row(x, axis=over, keepdims=bool(keepdims))
    x, empty = _chosen(row.name, x, where, initial, over, keepdims)
    if empty is not None:
        return empty
    z = row(x, axis=over, keepdims=bool(keepdims))
    return of_two(z, _started(initial, z))


def ptp(a: T, axis: Axis = None, *, keepdims: bool = False) -> T:
    """The largest less the smallest number along the axes; of equal numbers the gradient is 0."""
    return max(a, axis, keepdims=keepdims) - min(a, axis, keepdims=keepdims)  # type: ignore[operator,no-any-return]


def average(
    a: Any, axis: Axis = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """Σ w x / Σ w along the axes, without weights the mean; with `returned` also the sum of the weights.

    The weights have the shape of x, or that of x along the axes; they may be trained too.

    Raises:
        TypeError: if the shapes differ and no axis is given.
        ValueError: if the weights do not fit the axes.
        ZeroDivisionError: if weights sum to 0.
    """
    if not live(a, weights):
        return untyped.average(a, axis, weights, returned, keepdims=keepdims)
    x = operand(a)
    if weights is None:
        found = mean(x, axis, keepdims=keepdims)
        n = reductions.count(x, axes(axis, x.ndim))
        return (found, np.full(found.shape, n, found.dtype)) if returned else found
    w = _weights(operand(weights), x.shape, axis)
    kind = np.result_type(x.dtype, w.dtype, *((np.float64,) if x.dtype.kind in "bui" else ()))
    x, w = (v if v.dtype == kind else cast(v, kind) for v in (x, w))
    along = axes(axis, x.ndim)
    total = reductions.sum(w, axis=along, keepdims=bool(keepdims))
    none = total == 0
    if not live(none) and np.any(none):
        raise ZeroDivisionError("average: the weights sum to 0, so nothing can be divided by their sum")
    found = reductions.sum(x * w, axis=along, keepdims=bool(keepdims)) / total
    return (found, broadcast_to(total, found.shape)) if returned else found


def all(a: Any, axis: Axis = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """Whether all numbers along the axes are not 0, plain."""
    x = operand(a)
    if where is not True:
        x = choices.logical_or(x, choices.logical_not(mask_of(where, x, "all")))
    return reductions.all(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))


def any(a: Any, axis: Axis = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """Whether any number along the axes is not 0, plain."""
    x = operand(a)
    if where is not True:
        x = choices.logical_and(x, mask_of(where, x, "any"))
    return reductions.any(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))


def count_nonzero(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """How many numbers along the axes are not 0, plain."""
    x = operand(a)
    return reductions.count_nonzero(x, axis=axes(axis, x.ndim), keepdims=bool(keepdims))


def _chosen(name: str, x: Any, where: Any, initial: Any, axis: Axes, keepdims: bool) -> tuple[Any, Any]:
    """x with what cannot win in place of the masked numbers; or, of no numbers at all, the result."""
    if initial is None:
        raise ValueError(
            f"{name}: with a mask where= also initial= is needed, the result where the mask leaves no number"
        )
    if where is not True:
        # integers know no infinity, and `initial` is compared in any case
        last = _started(initial, x) if x.dtype.kind != "f" else -np.inf if name == "max" else np.inf
        x = choices.where(mask_of(where, x, name), x, last)
    if reductions.count(x, axis):
        return x, None
    none = cast(reductions.sum(x, axis=axis, keepdims=bool(keepdims)), x.dtype)
    return x, none + _started(initial, x)


def _started(initial: Any, z: Any) -> Any:
    """What a reduction starts from, in the dtype of its result, as NumPy takes it."""
    if initial.__class__ in (int, float) and z.dtype.kind == "f":
        return initial
    if np.ndim(initial):
        raise ValueError(f"{called('reduce')}: initial= is a single number, got {initial!r}")
    if not live(initial):
        return np.asarray(initial).astype(z.dtype)
    return cast(initial, z.dtype) if z.dtype.kind == "f" and initial.dtype != z.dtype else initial


def _weights(w: Any, shape: tuple[int, ...], axis: Axis) -> Any:
    """Weights in a shape that broadcasts to x's, over which they may be summed as often as x is."""
    if w.shape == shape:
        return w
    if axis is None:
        raise TypeError(
            f"average: weights of shape {w.shape} for numbers of shape {shape} belong to an axis: give axis="
        )
    n = len(shape)
    order = [a % n for a in ((axis,) if isinstance(axis, int | np.integer) else tuple(axis))]
    if w.shape != tuple(shape[a] for a in order):
        raise ValueError(
            f"average: along axis {axis} the numbers of shape {shape} need weights of shape "
            f"{tuple(shape[a] for a in order)}, got {w.shape}"
        )
    by_place = np.argsort(order)
    if len(order) > 1:
        w = transpose(w, axes=tuple(int(k) - len(order) for k in by_place))
    kept = tuple(shape[a] if a in order else 1 for a in range(n))
    return reshape(w, shape=kept, of=len(order))
