"""Products of vectors and matrices with NumPy's signatures."""

from typing import Any

from autograd_core.functions.words import operand
from autograd_core.ops import arithmetic
from autograd_core.ops.products import matmul as _matmul


def matmul(x: Any, y: Any) -> Any:
    """The matrix product x @ y, over leading axes broadcast; vectors as in NumPy.

    With Y = X · W the gradients are ∂E/∂X = ∂E/∂Y · Wᵀ and ∂E/∂W = Xᵀ · ∂E/∂Y.
    """
    return _matmul(operand(x), operand(y))


def dot(x: Any, y: Any) -> Any:
    """The dot product of vectors, the product of matrices, or a multiple if one side is a number."""
    x, y = operand(x), operand(y)
    if x.ndim == 0 or y.ndim == 0:
        return arithmetic.multiply(x, y)
    if y.ndim > 2:
        raise ValueError(f"dot: shapes {x.shape} and {y.shape} are not supported, use matmul")
    return _matmul(x, y)
