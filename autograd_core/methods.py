"""NumPy's methods: each is one call of the function that holds the text."""

from inspect import isfunction
from typing import Any, Self

from autograd_core.functions import (
    ordering,
    pointwise,
    products,
    reducing,
    rounding,
    scanning,
    selecting,
    shaping,
)
from autograd_core.functions.elsewhere import ATTRIBUTES, Elsewhere
from autograd_core.functions.updating import At
from autograd_core.functions.words import Axis


class Methods:
    """The methods that arrays and Tensors share."""

    __slots__ = ()

    _numbers: Any

    def __dir__(self) -> list[str]:
        return [name for name in object.__dir__(self) if name not in ATTRIBUTES]

    @property
    def T(self) -> Self:
        """The axes reversed; of a matrix the transpose."""
        return shaping.transpose(self)

    @property
    def mT(self) -> Self:
        """The last two axes exchanged: the transpose of every matrix in a stack."""
        return shaping.swapaxes(self, -1, -2)

    def sum(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Self:
        """Σ x along the axes; all of them by default."""
        return reducing.sum(self, axis, dtype, keepdims=keepdims, initial=initial, where=where)

    def prod(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Self:
        """Π x along the axes; the gradient is right with zeros among the factors too."""
        return reducing.prod(self, axis, dtype, keepdims=keepdims, initial=initial, where=where)

    def mean(
        self, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True
    ) -> Self:
        """Σ x / n along the axes."""
        return reducing.mean(self, axis, dtype, keepdims=keepdims, where=where)

    def var(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        ddof: int = 0,
        keepdims: bool = False,
        where: Any = True,
    ) -> Self:
        """Σ (x − mean x)² / (n − ddof) along the axes."""
        return reducing.var(self, axis, dtype, ddof=ddof, keepdims=keepdims, where=where)

    def std(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        ddof: int = 0,
        keepdims: bool = False,
        where: Any = True,
    ) -> Self:
        """√var along the axes."""
        return reducing.std(self, axis, dtype, ddof=ddof, keepdims=keepdims, where=where)

    def max(
        self, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Self:
        """The largest number along the axes; ties share the gradient evenly."""
        return reducing.max(self, axis, keepdims=keepdims, initial=initial, where=where)

    def min(
        self, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Self:
        """The smallest number along the axes; ties share the gradient evenly."""
        return reducing.min(self, axis, keepdims=keepdims, initial=initial, where=where)

    def cumsum(self, axis: int | None = None, dtype: Any = None) -> Self:
        """The sums of the first 1, 2, 3 … numbers along an axis; without one, of all in C order."""
        return scanning.cumsum(self, axis, dtype)

    def cumprod(self, axis: int | None = None, dtype: Any = None) -> Self:
        """The products of the first 1, 2, 3 … numbers along an axis; without one, of all in C order."""
        return scanning.cumprod(self, axis, dtype)

    def argmax(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        """The position of the largest number, as a plain integer or array."""
        return ordering.argmax(self, axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        """The position of the smallest number, as a plain integer or array."""
        return ordering.argmin(self, axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1, kind: Any = None, *, stable: bool | None = None) -> Any:
        """The positions in sorted order, as a plain array of integers."""
        return ordering.argsort(self, axis, kind, stable=stable)

    def argpartition(self, kth: Any, axis: int | None = -1) -> Any:
        """The positions in an order that is sorted around kth, as a plain array of integers."""
        return ordering.argpartition(self, kth, axis)

    def searchsorted(self, v: Any, side: Any = "left") -> Any:
        """Where the numbers v belong among these sorted ones, as a plain array of integers."""
        return ordering.searchsorted(self, v, side)

    def nonzero(self) -> tuple[Any, ...]:
        """The positions of the numbers that are not 0, one plain array per axis."""
        return self._numbers().nonzero()  # type: ignore[no-any-return]

    def all(self, axis: Axis = None, *, keepdims: bool = False, where: Any = True) -> Any:
        """Whether all numbers along the axes are not 0, plain."""
        return reducing.all(self, axis, keepdims=keepdims, where=where)

    def any(self, axis: Axis = None, *, keepdims: bool = False, where: Any = True) -> Any:
        """Whether any number along the axes is not 0, plain."""
        return reducing.any(self, axis, keepdims=keepdims, where=where)

    # ---- number by number ----------------------------------------------------------------------------------

    def clip(self, min: Any = None, max: Any = None) -> Self:
        """The numbers held within min and max; None is no bound."""
        return pointwise.clip(self, min, max)

    def round(self, decimals: int = 0) -> Self:
        """The numbers rounded to so many decimals; the gradient is 0."""
        return rounding.around(self, decimals)

    def conj(self) -> Self:
        """The numbers themselves: they are real."""
        return pointwise.conjugate(self)

    conjugate = conj

    @property
    def real(self) -> Self:
        """The numbers themselves: they are real."""
        return pointwise.real(self)

    @property
    def imag(self) -> Self:
        """0: the numbers are real."""
        return pointwise.imag(self)

    def __floordiv__(self, other: Any) -> Self:
        return rounding.floor_divide(self, other)  # type: ignore[no-any-return]

    def __rfloordiv__(self, other: Any) -> Self:
        return rounding.floor_divide(other, self)  # type: ignore[no-any-return]

    def __mod__(self, other: Any) -> Self:
        return rounding.remainder(self, other)  # type: ignore[no-any-return]

    def __rmod__(self, other: Any) -> Self:
        return rounding.remainder(other, self)  # type: ignore[no-any-return]

    def __divmod__(self, other: Any) -> tuple[Self, Self]:
        return rounding.divmod(self, other)

    def __rdivmod__(self, other: Any) -> tuple[Self, Self]:
        return rounding.divmod(other, self)

    def __and__(self, other: Any) -> Any:
        return rounding.bitwise_and(self, other)

    def __or__(self, other: Any) -> Any:
        return rounding.bitwise_or(self, other)

    def __xor__(self, other: Any) -> Any:
        return rounding.bitwise_xor(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Any:
        return rounding.invert(self)

    def __round__(self, digits: int | None = None) -> Self:
        return rounding.around(self, digits or 0)

    # ---- other shapes --------------------------------------------------------------------------------------

    def reshape(self, *shape: Any, order: str = "C") -> Self:
        """The same numbers in another shape; one size may be -1."""
        return shaping.reshape(self, shape[0] if len(shape) == 1 else shape, order)

    def ravel(self, order: str = "C") -> Self:
        """All numbers in one axis, in C order."""
        return shaping.ravel(self, order)

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

    def repeat(self, repeats: Any, axis: int | None = None) -> Self:
        """Every number several times, one after the other."""
        return shaping.repeat(self, repeats, axis)  # type: ignore[no-any-return]

    def copy(self, order: str = "C") -> Self:
        """The same numbers, recorded."""
        return shaping.copy(self, order)

    # ---- some of the numbers -------------------------------------------------------------------------------

    @property
    def at(self) -> At:
        """Functional updates: `x.at[index].set(v)` and its relatives give a new Tensor and leave x alone.

        >>> from autograd_core import Tensor
        >>> Tensor([1.0, 2.0, 3.0]).at[1:].multiply(10)
        Tensor([ 1., 20., 30.])
        """
        return At(self)

    def take(self, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Self:
        """The numbers at these positions along an axis; without one, of all in C order."""
        return selecting.take(self, indices, axis, mode=mode)  # type: ignore[no-any-return]

    def compress(self, condition: Any, axis: int | None = None) -> Self:
        """The slices along an axis at which the condition holds."""
        return selecting.compress(condition, self, axis)  # type: ignore[no-any-return]

    def choose(self, choices: Any, *, mode: str = "raise") -> Any:
        """From the arrays `choices` the numbers that these integers name."""
        return selecting.choose(self, choices, mode=mode)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """The numbers whose two indices differ by the offset."""
        return selecting.diagonal(self, offset, axis1, axis2)  # type: ignore[no-any-return]

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """The sum of a diagonal."""
        return self.diagonal(offset, axis1, axis2).sum(-1)

    # ---- products ------------------------------------------------------------------------------------------

    def dot(self, other: Any) -> Self:
        """The dot product of vectors or the product of matrices."""
        return products.dot(self, other)  # type: ignore[no-any-return]


for _method in filter(isfunction, list(vars(Methods).values())):
    # in errors of calls Python names a function so; users know these as methods of Tensor
    _method.__module__, _method.__qualname__ = "autograd_core.tensor", f"Tensor.{_method.__name__}"
for _name, _instead in ATTRIBUTES.items():
    setattr(Methods, _name, Elsewhere(_name, _instead))
