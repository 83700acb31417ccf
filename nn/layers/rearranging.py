"""Layers that only move numbers to other places."""

from typing import Any

from nn.functional import rearranging
from nn.module import Module


class Flatten(Module):
    """The axes from start_dim to end_dim as one; by default all but that of the batch.

    Raises:
        ValueError: at the call, if the axes do not exist or start behind their end.

    >>> import numpy as np
    >>> Flatten()(np.ones((5, 16, 7, 7))).shape
    (5, 784)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        return rearranging.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The axis dim as several axes, of the sizes unflattened_size; one of them may be −1.

    Raises:
        ValueError: at the call, if the axis does not exist or does not hold as many numbers.

    >>> import numpy as np
    >>> Unflatten(1, (16, 7, 7))(np.ones((5, 784))).shape
    (5, 16, 7, 7)
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: Any) -> Any:
        return rearranging.unflatten(x, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
