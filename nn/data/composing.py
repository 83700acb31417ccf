"""torch's data sets: several arrays as one, a part of one, several one after the other."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import numpy as np

import autograd_core as ac

Array = np.ndarray[Any, Any]


def plain(column: Any) -> Array:
    """A Tensor, list or pandas object as an array; an array as it is."""
    if isinstance(column, ac.Tensor):
        return column.numpy()
    array = np.asarray(column)
    kinds = [getattr(dtype, "kind", "O") for dtype in column.dtypes] if hasattr(column, "columns") else []
    if array.dtype == object and kinds and set(kinds) <= set("fiub"):
        # a table with numbers in some columns and Booleans in others, such as pandas.get_dummies makes
        return np.asarray(column, dtype=float)
    return array


class TensorDataset:
    """Arrays of one length; datum i is the tuple of their entries i. As in torch, they are not copied.

    Raises:
        ValueError: if the lengths differ, or there is no array.

    >>> data = TensorDataset([1.0, 2.0, 3.0], [0, 1, 0])
    >>> len(data), data[1]
    (3, (np.float64(2.0), np.int64(1)))
    """

    def __init__(self, *tensors: Any) -> None:
        self.tensors = tuple(plain(tensor) for tensor in tensors)
        lengths = [len(c) if c.ndim else 0 for c in self.tensors]
        if not lengths or len(set(lengths)) > 1:
            raise ValueError(f"arrays of one length are needed, got the lengths {lengths}")

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __repr__(self) -> str:
        arrays = ", ".join(f"{array.shape} {array.dtype}" for array in self.tensors)
        return f"TensorDataset({len(self)} data, {arrays})"

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)


def as_dataset(given: Any) -> Any:
    """A tuple of arrays as the data set of its columns, all else as it is."""
    return TensorDataset(*given) if isinstance(given, tuple) else given


class Subset:
    """The data of a data set, or of a tuple of arrays, at these indices, in this order; nothing is copied.

    `subset[i]` is a datum, and `subset[:10]` a Subset.

    Raises:
        IndexError: if an index is outside the data set.
        TypeError: if an index is no integer.

    >>> part = Subset(TensorDataset([1.0, 2.0, 3.0]), [2, 0])
    >>> part, part.dataset, part[0]
    (Subset(2 of 3 data), TensorDataset(3 data, (3,) float64), (np.float64(3.0),))
    """

    def __init__(self, dataset: Any, indices: Any) -> None:
        found = np.asarray(indices)
        if found.size == 0:
            found = found.astype(np.intp)
        if found.ndim != 1 or found.dtype.kind not in "iu":
            raise TypeError(f"Subset: a list of integers is needed, got {found.dtype} {found.shape}")
        dataset = as_dataset(dataset)
        size = len(dataset)
        outside = found[(found < -size) | (found >= size)]
        if outside.size:
            raise IndexError(f"Subset: indices are below the {size} data of the set, got {outside[0]}")
        self.dataset, self.indices = dataset, found

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {len(self.dataset)} data)"

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int | np.integer):
            return self.dataset[int(self.indices[index])]
        return Subset(self.dataset, self.indices[index])


class ConcatDataset:
    """Several data sets, or tuples of arrays, one after the other.

    Raises:
        ValueError: if there is none.

    >>> both = ConcatDataset([TensorDataset([1.0]), TensorDataset([2.0, 3.0])])
    >>> len(both), both[-1], both.cumulative_sizes
    (3, (np.float64(3.0),), [1, 3])
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = [as_dataset(dataset) for dataset in datasets]
        if not self.datasets:
            raise ValueError("ConcatDataset: at least one data set is needed")
        self.cumulative_sizes = list(accumulate(len(d) for d in self.datasets))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: Any) -> Any:
        size = len(self)
        i = int(index) + (size if index < 0 else 0)
        if not 0 <= i < size:
            raise IndexError(f"ConcatDataset: index {index} is outside its {size} data")
        k = bisect_right(self.cumulative_sizes, i)
        return self.datasets[k][i - (self.cumulative_sizes[k - 1] if k else 0)]
