"""Products of vectors and matrices with NumPy's signatures."""

from itertools import chain
from typing import Any

import numpy as np

from autograd_core.functions.contracting import contracted, einsum, reals
from autograd_core.functions.shaping import moveaxis, ravel
from autograd_core.functions.words import axis_index, operand
from autograd_core.ops import arithmetic, joining, shapes
from autograd_core.ops import products as rows
from autograd_core.ops.indexing import getitem

__all__ = ["cross", "dot", "inner", "kron", "matmul", "matvec", "outer", "vdot", "vecdot", "vecmat"]


def matmul(x1: Any, x2: Any) -> Any:
    """The matrix product x1 @ x2, over leading axes broadcast; vectors as in NumPy.

    With Y = X · W the gradients are ∂E/∂X = ∂E/∂Y · Wᵀ and ∂E/∂W = Xᵀ · ∂E/∂Y.
    """
    return rows.matmul(operand(x1), operand(x2))


def dot(a: Any, b: Any) -> Any:
    """Products summed over the last axis of a and the last but one of b (of a vector b its only one).

    The dot product of vectors, the product of matrices, a multiple if one side is a number.

    Raises:
        ValueError: if the two axes have different sizes.
    """
    x, y = reals("dot", a, b)
    if x.ndim == 0 or y.ndim == 0:
        return arithmetic.multiply(x, y)
    if y.ndim <= 2:
        return rows.matmul(x, y)
    return _over(x, y, "dot", -2)


def _over(x: Any, y: Any, name: str, axis: int) -> Any:
    """Σ x y over the last axis of x and an axis of y."""
    if x.shape[-1] != y.shape[axis]:
        raise ValueError(
            f"{name}: shapes {x.shape} and {y.shape} not aligned: the last axis of the first has size "
            f"{x.shape[-1]}, axis {y.ndim + axis} of the second {y.shape[axis]}"
        )
    return contracted(x, y, [x.ndim - 1], [y.ndim + axis])


def inner(a: Any, b: Any) -> Any:
    """Products summed over the last axes of both; the result has the other axes of a, then those of b.

    Raises:
        ValueError: if the last axes have different sizes.

    >>> inner(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    np.float64(11.0)
    """
    x, y = reals("inner", a, b)
    if x.ndim == 0 or y.ndim == 0:
        return arithmetic.multiply(x, y)
    return _over(x, y, "inner", -1)


def vdot(a: Any, b: Any) -> Any:
    """Σ a b over all numbers, each operand read in C order; of real numbers nothing is conjugated.

    Raises:
        ValueError: if the operands hold different counts of numbers.
    """
    x, y = (ravel(part) for part in reals("vdot", a, b))
    if x.size != y.size:
        raise ValueError(f"vdot: the operands hold {x.size} and {y.size} numbers")
    return rows.matmul(x, y)


def outer(a: Any, b: Any) -> Any:
    """All products of a number of a with a number of b: zᵢⱼ = aᵢ bⱼ, both read in C order.

    >>> outer(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[3., 4.],
           [6., 8.]])
    """
    x, y = (ravel(part) for part in reals("outer", a, b))
    return arithmetic.multiply(shapes.expand(x, axis=(-1,)), shapes.expand(y, axis=(-2,)))


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product: every number of a times all of b, in blocks.

    >>> kron(np.array([1, 10]), np.array([1, 2]))
    array([ 1,  2, 10, 20])
    """
    x, y = reals("kron", a, b)
    n = max(x.ndim, y.ndim)
    size, block = (1,) * (n - x.ndim) + x.shape, (1,) * (n - y.ndim) + y.shape
    # the axes of a and b in turn: each pair becomes one axis
    left = shapes.reshape(x, shape=tuple(chain(*((s, 1) for s in size))), of=x.ndim)
    right = shapes.reshape(y, shape=tuple(chain(*((1, s) for s in block))), of=y.ndim)
    whole = tuple(s * t for s, t in zip(size, block, strict=True))
    return shapes.reshape(arithmetic.multiply(left, right), shape=whole, of=2 * n)


def vecdot(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    """Σ x1 x2 along an axis of both, the other axes broadcast.

    >>> vecdot(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 1.0]))
    array([3., 7.])
    """
    x, y = (moveaxis(x, axis_index(axis, x.ndim), -1) for x in reals("vecdot", x1, x2))
    return _in_stacks("vecdot", x, y, "i", "i", "")


def matvec(x1: Any, x2: Any) -> Any:
    """The product of every matrix in x1 with the vector in x2, the axes in front broadcast.

    >>> matvec(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 1.0]))
    array([3., 7.])
    """
    x, y = reals("matvec", x1, x2)
    return _in_stacks("matvec", x, y, "ij", "j", "i")


def vecmat(x1: Any, x2: Any) -> Any:
    """The product of every vector in x1 with the matrix in x2, the axes in front broadcast.

    >>> vecmat(np.array([1.0, 1.0]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    x, y = reals("vecmat", x1, x2)
    return _in_stacks("vecmat", x, y, "i", "ij", "j")


def _in_stacks(name: str, x: Any, y: Any, ours: str, theirs: str, out: str) -> Any:
    """A product of vectors or matrices, named by their letters, over leading axes broadcast."""
    if x.ndim < len(ours) or y.ndim < len(theirs):
        raise ValueError(
            f"{name}: the operands need at least {len(ours)} and {len(theirs)} axes, "
            f"got shapes {x.shape} and {y.shape}"
        )
    n, m = x.shape[-1], y.shape[-len(theirs)]
    if n != m:
        raise ValueError(f"{name}: shapes {x.shape} and {y.shape} do not fit: {n} against {m} numbers to sum")
    return einsum(f"...{ours},...{theirs}->...{out}", x, y)


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The vector product a × b of vectors with three components, the other axes broadcast.

    Vectors with two components are taken as far as the installed NumPy takes them: beside one of three as if
    the third were 0, two of them to the third component alone.

    Args:
        axisa, axisb, axisc: which axis of a, b and the result holds the components.
        axis: the same for all three.

    Raises:
        ValueError: if vectors have another number of components.

    >>> cross(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    array([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = reals("cross", a, b)
    x = moveaxis(x, axis_index(axisa, x.ndim, "axisa"), -1)
    y = moveaxis(y, axis_index(axisb, y.ndim, "axisb"), -1)
    n, m = x.shape[-1], y.shape[-1]
    if not {n, m} <= {2, 3}:
        raise ValueError(
            f"cross: vectors have 3 components, got {n} and {m} (shapes {x.shape} and {y.shape})"
        )
    if n == 2 or m == 2:
        np.cross(np.zeros(n), np.zeros(m))  # warns or refuses as the installed NumPy does
    if n == m == 2:
        return _component(x, 0) * _component(y, 1) - _component(x, 1) * _component(y, 0)
    z = rows.cross(_with_third(x), _with_third(y))
    return moveaxis(z, -1, axis_index(axisc, z.ndim, "axisc"))


def _component(x: Any, k: int) -> Any:
    return getitem(x, index=(slice(None),) * (x.ndim - 1) + (k,))


def _with_third(x: Any) -> Any:
    """Vectors of two components with a third one, 0."""
    if x.shape[-1] == 3:
        return x
    return joining.concatenate(x, np.zeros((*x.shape[:-1], 1), x.dtype), axis=-1)
