"""NumPy's methods: each is one call of the function that holds the text."""

from typing import Any, Self

from autograd_core.functions import pointwise, products, reducing, shaping
from autograd_core.functions.words import Axis


class Methods:
    """The methods that arrays and Tensors share."""

    __slots__ = ()

    _array: Any

    @property
    def T(self) -> Self:
        """The axes reversed; of a matrix the transpose."""
        return shaping.transpose(self)

    @property
    def mT(self) -> Self:
        """The last two axes exchanged: the transpose of every matrix in a stack."""
        return shaping.swapaxes(self, -1, -2)

    def sum(self, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Self:
        """Σ x along the axes; all of them by default."""
        return reducing.sum(self, axis, dtype, keepdims=keepdims)

    def mean(self, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Self:
        """Σ x / n along the axes."""
        return reducing.mean(self, axis, dtype, keepdims=keepdims)

    def var(self, axis: Axis = None, dtype: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Self:
        """Σ (x − mean x)² / (n − ddof) along the axes."""
        return reducing.var(self, axis, dtype, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, dtype: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Self:
        """√var along the axes."""
        return reducing.std(self, axis, dtype, ddof=ddof, keepdims=keepdims)

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> Self:
        """The largest number along the axes; ties share the gradient evenly."""
        return reducing.max(self, axis, keepdims=keepdims)

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> Self:
        """The smallest number along the axes; ties share the gradient evenly."""
        return reducing.min(self, axis, keepdims=keepdims)

    def argmax(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        """The position of the largest number, as a plain integer or array."""
        return self._array.argmax(axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        """The position of the smallest number, as a plain integer or array."""
        return self._array.argmin(axis, keepdims=keepdims)

    def all(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Whether all numbers along the axes are not 0, plain."""
        return self._array.all(axis, keepdims=keepdims)

    def any(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Whether any number along the axes is not 0, plain."""
        return self._array.any(axis, keepdims=keepdims)

    def clip(self, min: Any = None, max: Any = None) -> Self:
        """The numbers held within min and max; None is no bound."""
        return pointwise.clip(self, min, max)

    def reshape(self, *shape: Any) -> Self:
        """The same numbers in another shape, in C order; one size may be -1."""
        return shaping.reshape(self, shape[0] if len(shape) == 1 else shape)

    def ravel(self) -> Self:
        """All numbers in one axis, in C order."""
        return shaping.ravel(self)

    flatten = ravel

    def transpose(self, *axes: Any) -> Self:
        """The axes in another order; without arguments reversed."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return shaping.transpose(self, order)

    def swapaxes(self, axis1: int, axis2: int) -> Self:
        """Two axes exchanged."""
        return shaping.swapaxes(self, axis1, axis2)

    def squeeze(self, axis: Axis = None) -> Self:
        """Axes of size 1 taken away; by default all of them."""
        return shaping.squeeze(self, axis)

    def dot(self, other: Any) -> Self:
        """The dot product of vectors or the product of matrices."""
        return products.dot(self, other)  # type: ignore[no-any-return]
