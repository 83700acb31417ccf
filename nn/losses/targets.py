"""What losses accept as targets."""

from typing import Any

import numpy as np

from autograd_core import Tensor


def as_prediction(y: Any) -> Any:
    """The prediction as a Tensor: an array, number, sequence or what NumPy can read is one named y.

    Raises:
        TypeError: for whole numbers in an array or a Tensor: classes are no prediction; for no numbers.
    """
    if not isinstance(y, Tensor):
        array = _numbers(y, "prediction")
        y = array if hasattr(y, "dtype") else array.astype(float)
    if y.dtype.kind != "f":
        raise TypeError(
            f"a loss takes the numbers that the model predicts, got {y.dtype} of the shape {tuple(y.shape)}: "
            "not the argmax, and floating numbers"
        )
    return y if isinstance(y, Tensor) else Tensor(y, name="y")


def as_target(t: Any, dtype: np.dtype[Any], *, indices: bool = False) -> Any:
    """A target as a Tensor named t; plain numbers get the dtype of the prediction, unless they are indices.

    A copy, for the graph reads it when the sweep comes; sequences, arrays and what NumPy can read (a pandas
    Series).

    Raises:
        TypeError: for something that holds no numbers.
    """
    if isinstance(t, Tensor):
        # one-hot targets in integers would make the loss float64
        return t if indices or t.dtype.kind == "f" else t.astype(dtype)
    return Tensor(_numbers(t, "target"), name="t", dtype=None if indices else dtype)


def _numbers(x: Any, what: str) -> np.ndarray[Any, Any]:
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        of = "None" if x is None else f"{type(x).__name__} of dtype {array.dtype}"
        raise TypeError(f"a {what} holds numbers, got {of}")
    return array
