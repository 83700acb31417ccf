"""Products of vectors and matrices with NumPy's signatures."""

from typing import Any

from autograd_core.functions.words import operand
from autograd_core.ops import arithmetic
from autograd_core.ops.products import matmul as _matmul

__all__ = ["dot", "matmul"]


def matmul(x1: Any, x2: Any) -> Any:
    """The matrix product x1 @ x2, over leading axes broadcast; vectors as in NumPy.

    With Y = X · W the gradients are ∂E/∂X = ∂E/∂Y · Wᵀ and ∂E/∂W = Xᵀ · ∂E/∂Y.
    """
    return _matmul(operand(x1), operand(x2))


def dot(a: Any, b: Any) -> Any:
    """The dot product of vectors, the product of matrices, or a multiple if one side is a number."""
    x, y = operand(a), operand(b)
    if x.ndim == 0 or y.ndim == 0:
        return arithmetic.multiply(x, y)
    if y.ndim > 2:
        raise ValueError(f"dot: shapes {x.shape} and {y.shape} are not supported, use matmul")
    return _matmul(x, y)
