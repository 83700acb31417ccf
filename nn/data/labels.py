"""Class numbers as rows of zeros with a one."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.data.composing import plain

Array = np.ndarray[Any, Any]


def one_hot(t: Any, num_classes: int = -1, *, dtype: Any = None) -> Array:
    """t of the shape (...) as an array (..., num_classes): 1 at the place of the class, 0 elsewhere.

    Args:
        t: class numbers from 0.
        num_classes: how many classes there are; −1 for one more than the greatest number.
        dtype: that of the layers if None, for targets (torch's one_hot gives int64).

    Raises:
        TypeError: if the classes are no whole numbers.
        ValueError: if one is negative or not below num_classes; for no data without num_classes.

    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    t = plain(t)
    if t.dtype.kind not in "iu":
        raise TypeError(f"one_hot takes class numbers, got {t.dtype} of the shape {t.shape}")
    if num_classes == -1:
        if not t.size:
            raise ValueError("one_hot: num_classes is needed where there are no data")
        num_classes = int(t.max()) + 1
    if t.size and (t.min() < 0 or t.max() >= num_classes):
        raise ValueError(
            f"one_hot: classes are from 0 to {num_classes - 1}, got numbers from {t.min()} to {t.max()}"
        )
    result = np.zeros((*t.shape, num_classes), ac.layer_dtype(dtype) if dtype is None else dtype)
    np.put_along_axis(result, t[..., None].astype(np.intp), 1, axis=-1)
    return result
