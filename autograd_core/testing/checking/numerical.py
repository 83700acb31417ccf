"""The gradient by differences, the way one checks a gradient by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_core.tensor import Tensor
from autograd_core.testing.checking.ladder import Line, best_slope


def numerical_gradient(f: Callable[[Any], Any], x: Any, h: float | None = None) -> Any:
    """The gradient of f at x by central differences, (f(x + h) − f(x − h)) / 2h, number by number.

    Args:
        f: a function that returns a single number. It may read x from elsewhere: x itself is changed while f
            runs, one number at a time, and holds the very same numbers again afterwards, whatever happens.
        x: a number, a floating array or a Tensor.
        h: the step; None tries several for each number and extrapolates to 0.

    Returns an array of the shape of x, or a float for a float.

    Raises:
        TypeError: if x does not hold floating numbers.
        ValueError: if x is read-only, or f does not return a single number.

    >>> x = np.array([1.0, 2.0])
    >>> numerical_gradient(lambda x: (x**2).sum(), x, h=0.5)
    array([2., 4.])
    """
    if h is not None and not (np.isfinite(h) and h > 0):
        raise ValueError(f"numerical_gradient: the step h is a number above 0 or None, got {h!r}")
    if isinstance(x, float | int) and not isinstance(x, bool | np.generic):
        held = np.array(float(x))
        return float(_gradient(lambda a: f(float(a)), held, held, h))
    array = x.data if isinstance(x, Tensor) else np.asarray(x)
    if array.dtype.kind != "f":
        raise TypeError(
            f"numerical_gradient: floating numbers are needed, got {array.dtype}: write 2. instead of 2, "
            "or x.astype(float)"
        )
    if isinstance(x, np.generic):
        array = np.array(x)
    elif not isinstance(x, Tensor | np.ndarray):
        raise TypeError(
            f"numerical_gradient: an array or a Tensor is needed, which can be changed in place, "
            f"got a {type(x).__name__}"
        )
    if not array.flags.writeable:
        raise ValueError("numerical_gradient: x is changed in place, but it is read-only: give x.copy()")
    return _gradient(f, x if isinstance(x, Tensor | np.ndarray) else array, array, h)


def _gradient(f: Callable[[Any], Any], x: Any, array: Any, h: float | None) -> Any:
    gradient = np.zeros(array.shape, array.dtype)
    typical = _typical(array)
    for index in np.ndindex(array.shape):
        with _moved(array, index) as put:
            gradient[index] = _slope(f, x, array, index, put, h, typical)
    return gradient


def _slope(
    f: Callable[[Any], Any], x: Any, array: Any, index: Any, put: Any, h: float | None, typical: float
) -> float:
    old = float(array[index])

    def value(t: float) -> float:
        put(old + t)
        return _single(f(x))

    if h is not None:
        high, above = value(h), float(array[index])
        low, below = value(-h), float(array[index])
        return (high - low) / (above - below) if above != below else 0.0
    scale = max(abs(old), typical) if np.isfinite(old) else 1.0
    middle = value(0.0)
    epsilon = float(np.finfo(array.dtype).eps)
    line = Line(lambda t: value(t * scale), middle, 2 * epsilon * abs(middle), epsilon)
    return best_slope(line) / scale


@contextmanager
def _moved(array: Any, index: Any) -> Iterator[Callable[[float], None]]:
    """A way to set one number of an array, which has its old bits again afterwards."""
    old = array[index].copy()

    def put(value: float) -> None:
        array[index] = value

    try:
        yield put
    finally:
        array[index] = old


def _typical(array: Any) -> float:
    """The size that numbers near 0 are moved by."""
    finite = np.abs(array[np.isfinite(array) & (array != 0)]).astype(float)
    return float(np.median(finite)) * 0.1 if finite.size else 1.0


def _single(y: Any) -> float:
    value = y.numpy() if isinstance(y, Tensor) else np.asarray(y)
    if value.size != 1:
        raise ValueError(
            f"numerical_gradient: f must return a single number, got shape {value.shape}: reduce it, "
            "for example with .sum()"
        )
    return float(value.reshape(()))
