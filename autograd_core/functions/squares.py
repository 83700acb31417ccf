"""What the functions of linear algebra ask of their matrices, and the errors that say so."""

from typing import Any

import numpy as np

from autograd_core.functions.values import live
from autograd_core.functions.words import called, operand
from autograd_core.state import current


def is_trained(x: Any) -> bool:
    """Whether a gradient of x may be asked."""
    return getattr(x, "node", None) is not None and current().recording


def real(name: str, a: Any) -> Any:
    """The operand; the rules of Tensors are those of real numbers.

    Raises:
        TypeError: if it is a Tensor of complex numbers.
    """
    x = operand(a)
    if x.dtype.kind == "c" and live(x):
        raise TypeError(f"{called(name)}: only real numbers are supported, got {x.dtype}: take .numpy()")
    return x


def matrix(name: str, a: Any) -> Any:
    """The operand, which has two axes or more.

    Raises:
        LinAlgError: if it has fewer.
        TypeError: if it is a Tensor of complex numbers.
    """
    x = real(name, a)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(
            f"{called(name)}: a matrix needs two axes or more, got the shape {x.shape}"
            + (": make it a column or a line by reshape((-1, 1)) or reshape((1, -1))" if x.ndim else "")
        )
    return x


def square(name: str, a: Any) -> Any:
    """The operand, whose last two axes have the same size.

    Raises:
        LinAlgError: if they have not, or there are no two axes.
    """
    x = matrix(name, a)
    if x.shape[-1] != x.shape[-2]:
        raise np.linalg.LinAlgError(
            f"{called(name)}: the matrices must be square, the last two axes of the same size, got the shape "
            f"{x.shape}"
        )
    return x
