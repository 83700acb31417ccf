"""What layers, functions and loaders accept: sizes, and inputs beside Tensors."""

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor

# what is taken as it is; tuples, which are made once: A | B is made anew wherever it is asked for
LIVE = (Tensor, np.ndarray)
_ARRAYS = (np.ndarray, np.generic)


def floating(x: Any, dtype: np.dtype[Any]) -> Any:
    """What a layer computes with: integers and Booleans in the layer's dtype (NumPy would make them float64,
    and small ones wrap around).

    Raises:
        TypeError: if it holds no numbers.
    """
    if not isinstance(x, LIVE):
        x = as_array("the input of a layer", x)
    kind = x.dtype.kind
    if kind not in "fiubc":
        raise TypeError(f"a layer takes numbers, got {x.dtype} of the shape {x.shape}")
    return x.astype(dtype) if kind in "iub" else x


def operand(what: str, x: Any) -> Any:
    """An operand of a function: arrays and what records are taken as they are, all else as an array: a list,
    a number, a table of another library.

    Raises:
        TypeError: if it holds no numbers.
    """
    if isinstance(x, Tensor):
        return x
    ours = isinstance(x, _ARRAYS) or hasattr(x, "operands")
    if not ours and (not hasattr(x, "ndim") or hasattr(x, "__array__")):
        x = as_array(what, x)
    if isinstance(x, np.ndarray) and x.dtype.kind not in "fiub":
        raise TypeError(f"{what} holds numbers, got {x.dtype} of the shape {x.shape}")
    return x


def as_array(what: str, x: Any) -> np.ndarray[Any, Any]:
    """A list or number as an array, but not the output and the state of a recurrent layer as one.

    Raises:
        TypeError: for a tuple that holds a Tensor, or a list that holds one which requires a gradient.
    """
    if ac.traces.is_array(x):
        return x  # type: ignore[no-any-return] # which may have no numbers yet
    if isinstance(x, tuple | list):
        tensors = [part for part in x if isinstance(part, Tensor)]
        if tensors and (isinstance(x, tuple) or any(t.requires_grad for t in tensors)):
            raise TypeError(
                f"{what} is one array, got a {type(x).__name__} of {len(x)}: take the part that is meant, as "
                "in y, state = lstm(x), or put Tensors together by ac.stack"
            )
    return np.asarray(x)


def computed(what: str, x: Any) -> Any:
    """An operand of sums and products: as `operand`, but integers and Booleans as float64.

    Small integers of NumPy wrap around: of the pixels 200 and 100 the sum is 44.

    Raises:
        TypeError: if it holds no numbers.
    """
    x = operand(what, x)
    return x.astype(np.float64) if x.dtype.kind in "iub" else x


def positive(what: str, size: Any) -> int:
    """A size as an int.

    Raises:
        ValueError: if it is not an integer of at least 1.
    """
    if not isinstance(size, int | np.integer) or isinstance(size, bool) or size < 1:
        raise ValueError(f"{what} is an integer of at least 1, got {size!r}")
    return int(size)


def number(
    what: str, x: Any, *, low: float | None = None, high: float | None = None, above: float | None = None
) -> float:
    """A setting as a float: at least `low`, at most `high`, greater than `above`.

    Raises:
        TypeError: if it is not a single number.
        ValueError: if it is out of range, or no number (NaN) where a range is asked.
    """
    if not isinstance(x, int | float | np.number):
        raise TypeError(f"{what} is a number, got {x!r}")
    inside = (low is None or x >= low) and (high is None or x <= high) and (above is None or x > above)
    if not inside:
        parts = [
            f"{words} {bound:g}"
            for words, bound in (("above", above), ("at least", low), ("at most", high))
            if bound is not None
        ]
        raise ValueError(f"{what} is {' and '.join(parts)}, got {x!r}")
    return float(x)
