"""What a module owns: Parameters, which are trained, and Buffers, which are only remembered."""

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor


class Parameter(Tensor):
    """A leaf Tensor that a Module finds, trains and saves.

    Args:
        data: an array or Tensor of floating numbers, whose dtype is kept, or a number or nested list, which
            gets the dtype of layers (float32, or that of `ac.default_dtype`). It is copied.
        requires_grad: False for a frozen parameter.
        name: how pictures call it; without one a module names it by its path at the first call, `fc1.weight`.
        dtype: the dtype, if it shall not be the one above.

    Raises:
        TypeError: for an array of integers or Booleans.

    >>> Parameter([1, 2])
    Tensor([1., 2.], dtype=float32, requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self, data: Any, requires_grad: bool = True, *, name: str | None = None, dtype: Any = None
    ) -> None:
        if dtype is None and not isinstance(data, np.ndarray | np.generic | Tensor):
            dtype = ac.layer_dtype()
        super().__init__(data, requires_grad, name=name, dtype=dtype)


class Buffer(Tensor):
    """An array that a Module saves and casts but never trains, such as running statistics.

    It is a Tensor that requires no gradient: formulas read it, `buffer.data = value` writes it, `np.asarray`
    shows it. A floating or integer array keeps its dtype; numbers and lists of floats get the dtype of
    layers.

    >>> Buffer([0.0, 1.0])
    Tensor([0., 1.], dtype=float32)
    """

    __slots__ = ()

    def __init__(self, data: Any, *, name: str | None = None, dtype: Any = None) -> None:
        if dtype is None and not isinstance(data, np.ndarray | np.generic | Tensor):
            kind = np.asarray(data).dtype.kind
            dtype = ac.layer_dtype() if kind == "f" else None
        super().__init__(data, False, name=name, dtype=dtype)
