"""What layers and loaders accept: sizes, and inputs beside Tensors."""

from typing import Any

import numpy as np


def floating(x: Any, dtype: np.dtype[Any]) -> Any:
    """A plain integer array or list as an array of the layer's dtype (else NumPy would make it float64)."""
    if isinstance(x, list | tuple):
        x = np.asarray(x)
        return x.astype(dtype) if x.dtype.kind in "fiub" else x
    return x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind in "iub" else x


def positive(what: str, size: Any) -> int:
    """A size as an int.

    Raises:
        ValueError: if it is not an integer of at least 1.
    """
    if not isinstance(size, int | np.integer) or isinstance(size, bool) or size < 1:
        raise ValueError(f"{what} is an integer of at least 1, got {size!r}")
    return int(size)


def number(what: str, x: Any) -> float:
    """A setting as a float.

    Raises:
        TypeError: if it is not a single number.
    """
    if isinstance(x, int | float | np.number):
        return float(x)
    raise TypeError(f"{what} is a number, got {x!r}")
