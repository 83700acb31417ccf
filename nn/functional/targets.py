"""What losses accept as predictions, targets and weights, and how they reduce what they computed."""

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import as_array

REDUCTIONS = ("mean", "sum", "none")


def as_prediction(x: Any) -> Any:
    """A prediction: a floating Tensor as it is; what NumPy can read as a floating array.

    Raises:
        TypeError: for whole numbers in an array or a Tensor: classes are no prediction; for no numbers.
    """
    if not isinstance(x, Tensor):
        array = _numbers(x, "prediction")
        x = array if hasattr(x, "dtype") else array.astype(float)
    if x.dtype.kind != "f":
        raise TypeError(
            f"a loss takes the numbers that the model predicts, got {x.dtype} of the shape {tuple(x.shape)}: "
            "not the argmax, and floating numbers"
        )
    return x


def as_target(t: Any, x: Any, *, indices: bool = False, what: str = "target") -> Any:
    """A target for the prediction x: plain numbers get the dtype of x, unless they are indices.

    Beside a Tensor it is a Tensor named t (or what it is called), a copy, for the graph reads it when the
    sweep comes. Sequences, arrays and what NumPy can read (a pandas Series) are accepted.

    Raises:
        TypeError: for something that holds no numbers.
    """
    if isinstance(t, Tensor) and not t.plain:
        # one-hot targets in integers would make the loss float64
        return t if indices or t.dtype.kind == "f" else t.astype(x.dtype)
    array = _numbers(t, what)
    if not indices:
        array = array if array.dtype == x.dtype else array.astype(x.dtype)
    if not isinstance(x, Tensor) or x.plain:
        return array
    return Tensor(array, name="t" if what == "target" else what)


def as_pair(name: str, input: Any, target: Any, *, what: str = "target") -> tuple[Any, Any]:
    """A prediction and its target, of the same shape.

    Raises:
        ValueError: if the shapes differ: (N, 1) against (N,) would broadcast to (N, N).
    """
    x = as_prediction(input)
    t = as_target(target, x, what=what)
    check_shape(name, what, t, x.shape, "that of the prediction")
    return x, t


def as_weight(name: str, what: str, w: Any, x: Any, *, shape: tuple[int, ...] | None = None) -> Any:
    """A weight in the dtype of the prediction x: of the shape, or for None one that broadcasts to x's.

    Raises:
        TypeError: for something that holds no numbers.
        ValueError: if the shape does not fit.
    """
    w = as_numbers(what, w, x)
    if shape is not None:
        check_shape(name, what, w, shape)
    elif not broadcasts(w.shape, x.shape):
        raise ValueError(f"{name}: {what} broadcasts to the shape {x.shape} of the prediction, got {w.shape}")
    return w


def as_numbers(what: str, w: Any, x: Any) -> Any:
    """Numbers beside the prediction x, in its dtype.

    Raises:
        TypeError: for something that holds no numbers.
    """
    return w.astype(x.dtype) if isinstance(w, Tensor) else _numbers(w, what).astype(x.dtype)


def broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether an array of the shape is stretched to another by repeating it, and not the other way round.

    >>> broadcasts((3, 1), (2, 3, 4)), broadcasts((3, 4), (3, 1))
    (True, False)
    """
    pairs = zip(shape[::-1], to[::-1], strict=False)
    return len(shape) <= len(to) and all(n in (1, m) for n, m in pairs)


def check_shape(name: str, what: str, x: Any, shape: tuple[int, ...], why: str = "") -> None:
    """
    Raises:
        ValueError: if x has another shape.
    """
    if x.shape != shape:
        hint = ""
        if x.size == int(np.prod(shape)):
            hint = f"; if it holds the right numbers, use {what}.reshape{shape}"
        raise ValueError(
            f"{name}: {what} has the shape {shape}{', ' * bool(why)}{why}, got {tuple(x.shape)}{hint}"
        )


def check_reduction(name: str, reduction: Any, also: tuple[str, ...] = ()) -> None:
    """
    Raises:
        ValueError: if it is none of the reductions.
    """
    # an array has no single truth
    if not isinstance(reduction, str) or reduction not in REDUCTIONS + also:
        asked = ", ".join(map(repr, REDUCTIONS + also))
        raise ValueError(f"{name}: reduction is one of {asked}, got {reduction!r}")


def check_batch(name: str, shape: tuple[int, ...]) -> None:
    """
    Raises:
        ValueError: if there is nothing in it.
    """
    if 0 in shape:
        raise ValueError(f"{name}: an empty batch has no mean, got the shape {tuple(shape)}")


def reduced(name: str, losses: Any, reduction: str, by: Any = None) -> Any:
    """The losses themselves, their sum, or their mean: the sum by how many there are, or by what is given.

    Raises:
        ValueError: if the reduction is unknown, or for a mean of nothing.
    """
    check_reduction(name, reduction)
    if reduction == "none":
        return losses
    if reduction == "sum":
        return ac.sum(losses)
    check_batch(name, losses.shape)
    return ac.mean(losses) if by is None else ac.sum(losses) / by


def _numbers(x: Any, what: str) -> np.ndarray[Any, Any]:
    array = as_array(f"a {what}", x)
    if array.dtype.kind not in "fiub":
        of = "None" if x is None else f"{type(x).__name__} of dtype {array.dtype}"
        raise TypeError(f"a {what} holds numbers, got {of}")
    return array
