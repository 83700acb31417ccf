"""NumPy's methods: each is one call of the function that holds the text."""

from typing import Any, Self

from autograd_core.functions import products, reducing, shaping
from autograd_core.functions.words import Axis


class Methods:
    """The methods that arrays and Tensors share."""

    __slots__ = ()

    array: Any

    @property
    def T(self) -> Self:
        return shaping.transpose(self)

    @property
    def mT(self) -> Self:
        return shaping.swapaxes(self, -1, -2)

    def sum(self, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Self:
        return reducing.sum(self, axis, dtype, keepdims=keepdims)

    def mean(self, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Self:
        return reducing.mean(self, axis, dtype, keepdims=keepdims)

    def var(self, axis: Axis = None, dtype: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Self:
        return reducing.var(self, axis, dtype, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, dtype: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Self:
        return reducing.std(self, axis, dtype, ddof=ddof, keepdims=keepdims)

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> Self:
        return reducing.max(self, axis, keepdims=keepdims)

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> Self:
        return reducing.min(self, axis, keepdims=keepdims)

    def argmax(self, axis: int | None = None) -> Any:
        return self.array.argmax(axis)

    def argmin(self, axis: int | None = None) -> Any:
        return self.array.argmin(axis)

    def all(self, axis: Axis = None) -> Any:
        return self.array.all(axis)

    def any(self, axis: Axis = None) -> Any:
        return self.array.any(axis)

    def reshape(self, *shape: Any) -> Self:
        return shaping.reshape(self, shape[0] if len(shape) == 1 else shape)

    def ravel(self) -> Self:
        return shaping.ravel(self)

    flatten = ravel

    def transpose(self, *axes: Any) -> Self:
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return shaping.transpose(self, order)

    def swapaxes(self, axis1: int, axis2: int) -> Self:
        return shaping.swapaxes(self, axis1, axis2)

    def squeeze(self, axis: Axis = None) -> Self:
        return shaping.squeeze(self, axis)

    def dot(self, other: Any) -> Self:
        return products.dot(self, other)  # type: ignore[no-any-return]
