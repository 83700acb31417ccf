"""The sum of two contributions to a gradient, in the memory of one of them if nobody else holds it."""

from sys import getrefcount
from typing import Any

import numpy as np
from numpy import ndarray


def _count(array: Any) -> int:
    return getrefcount(array)


def _count_alone() -> int:
    array = np.empty(1)
    return _count(array)


HELD_ONCE = _count_alone()
"""What getrefcount says of an argument that one variable of the caller holds, and nobody else."""


def added(old: Any, new: Any) -> Any:
    """The sum of two contributions, put into one of them if only the sweep holds it."""
    if old.__class__ is ndarray and new.__class__ is ndarray:
        if old.shape != new.shape or old.dtype != new.dtype:
            return old + new
        if getrefcount(old) == HELD_ONCE and old.base is None and old.flags.writeable:
            return np.add(old, new, old)
        if getrefcount(new) == HELD_ONCE and new.base is None and new.flags.writeable:
            return np.add(old, new, new)
    return old + new
