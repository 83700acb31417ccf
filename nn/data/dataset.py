"""Data sets in memory."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Dataset:
    """Inputs x and targets t of the same length, read-only.

    It unpacks as its two arrays, `x, t = train`; `len(train)` is the number of data; `train[i]` is the pair
    (x[i], t[i]), `train[:100]`, or any index for several data, a Dataset. Arrays are copied, unless they are
    read-only and own their numbers.

    Args:
        x: the inputs, one datum per entry of the first axis.
        t: the targets, likewise.
        source: where the numbers come from, in words.
        classes: the names of the classes, or () for regression.
        features: the names of the columns of x, or ().
        licence: what the numbers may be used under, as an SPDX identifier, or "".

    Raises:
        ValueError: if the lengths differ.

    >>> data = Dataset(np.zeros((3, 2)), np.array([0, 1, 0]), source="by hand", classes=("a", "b"))
    >>> x, t = data
    >>> len(data), x.shape, data[:2]
    (3, (3, 2), Dataset(2 data, x (2, 2) float64, t (2,) int64, source='by hand'))
    """

    __slots__ = ("classes", "features", "licence", "source", "t", "x")

    x: Array
    t: Array
    source: str
    classes: tuple[str, ...]
    features: tuple[str, ...]
    licence: str

    def __init__(
        self,
        x: Any,
        t: Any,
        *,
        source: str,
        classes: tuple[str, ...] = (),
        features: tuple[str, ...] = (),
        licence: str = "",
    ) -> None:
        x, t = _frozen(x), _frozen(t)
        if not x.ndim or not t.ndim or len(x) != len(t):
            raise ValueError(f"Dataset: as many targets as inputs are needed, got x {x.shape}, t {t.shape}")
        given = (x, t, str(source), tuple(classes), tuple(features), str(licence))
        for name, value in zip(("x", "t", "source", "classes", "features", "licence"), given, strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a Dataset is immutable: {name} cannot be set; make a new one")

    def __len__(self) -> int:
        return len(self.x)

    def __iter__(self) -> Iterator[Array]:
        return iter((self.x, self.t))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int | np.integer):
            return self.x[index], self.t[index]
        return self.replaced(self.x[index], self.t[index])

    def replaced(self, x: Any, t: Any) -> "Dataset":
        """The same words about other numbers: inputs that were scaled, for example."""
        return self._maker()(x, t)

    def _maker(self) -> "partial[Dataset]":
        words = {name: getattr(self, name) for name in ("source", "classes", "features", "licence")}
        return partial(Dataset, **words)

    def __reduce__(self) -> tuple[Any, ...]:
        return self._maker(), (self.x, self.t)  # copies and other processes call the constructor

    @property
    def images(self) -> Array:
        """The inputs as square pictures, (N, side, side).

        Raises:
            ValueError: if a datum is not a square picture.
        """
        size = self.x[0].size if len(self) else 0
        side = round(size**0.5)
        if side * side != size:
            raise ValueError(f"{size} numbers are not a square picture")
        return self.x.reshape(-1, side, side)

    def __repr__(self) -> str:
        x, t = self.x, self.t
        return (
            f"Dataset({len(self)} data, x {x.shape} {x.dtype}, t {t.shape} {t.dtype}, source={self.source!r})"
        )


def _frozen(values: Any) -> Array:
    if isinstance(values, np.ndarray) and values.base is None and not values.flags.writeable:
        return values
    array = np.array(values)
    array.flags.writeable = False
    return array
