"""Arrays that are the same every time: lines of ones, and Python's floats beside arrays as arrays of no axes.

NumPy takes the latter in half of the time, and computes the same to the last bit. By NEP 50 a float beside a
floating array counts as a number of the array's dtype. If it is an ordinary one of that dtype its array is
remembered; any other stays as it is, so that NumPy says what it has to say of it.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy import ndarray

MOST = 1024
"""So many floats are remembered for a dtype."""


@lru_cache(maxsize=64)
def ones(size: int, dtype: Any) -> Any:
    """A line of ones, by which a matrix is multiplied to be summed; nobody may write to it."""
    line = np.ones(size, dtype)
    line.flags.writeable = False
    return line


Known = dict[float, Any]
_beside: dict[Any, Known] = {np.dtype(kind): {} for kind in (np.float16, np.float32, np.float64)}


def beside(array: Any, x: float) -> Any:
    """What stands for a float beside an array; beside anything else it is the float itself."""
    if array.__class__ is not ndarray:
        return x
    known = _beside.get(array.dtype)
    if known is None:
        return x
    number = known.get(x)
    return _remembered(x, array.dtype, known) if number is None else number


def _remembered(x: float, dtype: Any, known: Known) -> Any:
    limits = np.finfo(dtype)
    if not float(limits.tiny) <= abs(x) <= float(limits.max):
        return x
    if len(known) >= MOST:
        known.clear()
    known[x] = number = np.array(x, dtype)
    number.flags.writeable = False
    return number
