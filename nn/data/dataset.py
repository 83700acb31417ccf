"""Data sets in memory."""

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Dataset:
    """Inputs x and targets t of the same length, read-only.

    It unpacks as its two arrays, `x, t = train`; `len(train)` is the number of data; `train[i]` is the pair
    (x[i], t[i]), `train[:100]`, or any index for several data, a Dataset.

    Args:
        x: the inputs, one datum per entry of the first axis.
        t: the targets, likewise.
        source: where the numbers come from, in words.
        classes: the names of the classes, or () for regression.

    Raises:
        ValueError: if the lengths differ.

    >>> data = Dataset(np.zeros((3, 2)), np.array([0, 1, 0]), source="by hand", classes=("a", "b"))
    >>> x, t = data
    >>> len(data), x.shape, data[:2]
    (3, (3, 2), Dataset(2 data, x (2, 2) float64, t (2,) int64, source='by hand'))
    """

    __slots__ = ("classes", "source", "t", "x")

    x: Array
    t: Array
    source: str
    classes: tuple[str, ...]

    def __init__(self, x: Any, t: Any, *, source: str, classes: tuple[str, ...] = ()) -> None:
        x, t = np.array(x), np.array(t)
        if not x.ndim or not t.ndim or len(x) != len(t):
            raise ValueError(f"Dataset: as many targets as inputs are needed, got x {x.shape}, t {t.shape}")
        for array in (x, t):
            array.flags.writeable = False
        for name, value in (("x", x), ("t", t), ("source", str(source)), ("classes", tuple(classes))):
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
        return Dataset(self.x[index], self.t[index], source=self.source, classes=self.classes)

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
