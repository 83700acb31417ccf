"""What losses accept as targets."""

from typing import Any

import numpy as np

from autograd_core import Tensor


def as_prediction(y: Any) -> Any:
    """The prediction as a Tensor, if it is a plain array or list.

    Raises:
        TypeError: for whole numbers in an array or a Tensor: classes are no prediction.
    """
    if isinstance(y, list | tuple | float | int):
        return Tensor(np.asarray(y, float), name="y")
    if y.dtype.kind != "f":
        raise TypeError(
            f"a loss takes the numbers that the model predicts, got {y.dtype} of the shape {tuple(y.shape)}: "
            "not the argmax, and floating numbers"
        )
    return Tensor(y, name="y") if isinstance(y, np.ndarray) else y


def as_target(t: Any, dtype: np.dtype[Any], *, indices: bool = False) -> Any:
    """A target as a Tensor named t; plain numbers get the dtype of the prediction, unless they are indices.

    A copy, for the graph reads it when the sweep comes; lists, arrays and what NumPy can read (a pandas
    Series).
    """
    if not isinstance(t, list | tuple | float | int | np.generic) and not hasattr(t, "__array__"):
        return t
    if isinstance(t, Tensor):
        # one-hot targets in integers would make the loss float64
        return t if indices or t.dtype.kind == "f" else t.astype(dtype)
    array = np.asarray(t)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a target holds numbers, got {type(t).__name__} of dtype {array.dtype}")
    return Tensor(array, name="t", dtype=None if indices else dtype)
