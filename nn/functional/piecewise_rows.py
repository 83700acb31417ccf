"""Rows of activations that are one function on one side of a point and another one on the other.

A mask that a function made of a Tensor would be plain, and keep its choice where the recording is run on
other numbers; in a row it is made anew. At the points themselves the derivatives are those of torch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_core as ac

Function = Callable[..., Any]


def _outside(g: Any, z: Any, x: Any, y: Any) -> Any:
    return ac.where(ac.absolute(x) <= y, 0, g)


celu: Function = ac.elementwise(
    "celu",
    lambda x, y: np.where(x > 0, x, y * np.expm1(np.where(x > 0, 0, x) / y)),
    lambda g, z, x, y: g * ac.exp(ac.where(x <= 0, x, 0) / y),
    None,
    keeps="xy",
    meaning=lambda x, y: ac.where(x > 0, x, y * ac.expm1(ac.where(x > 0, 0, x) / y)),
)
threshold: Function = ac.elementwise(
    "threshold",
    lambda x, y, w: np.where(x <= y, w, x),  # not x > y: NaN stays NaN
    lambda g, z, x, y, w: ac.where(x <= y, 0, g),
    None,
    None,
    keeps="xy",
    meaning=lambda x, y, w: ac.where(x <= y, w, x),
)
hardtanh: Function = ac.elementwise(
    "hardtanh",
    lambda x, y, w: np.where(x <= y, y, np.where(x >= w, w, x)),
    lambda g, z, x, y, w: ac.where(x <= y, 0, ac.where(x >= w, 0, g)),
    None,
    None,
    keeps="xyw",
    meaning=lambda x, y, w: ac.where(x <= y, y, ac.where(x >= w, w, x)),
)
hardshrink: Function = ac.elementwise(
    "hardshrink",
    lambda x, y: np.where(np.absolute(x) <= y, 0.0, x),
    _outside,
    None,
    keeps="xy",
    meaning=lambda x, y: ac.where(ac.absolute(x) <= y, 0.0, x),
)
softshrink: Function = ac.elementwise(
    "softshrink",
    lambda x, y: np.where(np.absolute(x) <= y, 0.0, x - np.sign(x) * y),
    _outside,
    None,
    keeps="xy",
    meaning=lambda x, y: ac.where(ac.absolute(x) <= y, 0.0, x - ac.sign(x) * y),
)
