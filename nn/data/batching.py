"""The data at some indices of a data set, as one array per column."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import autograd_core as ac
from nn.data.composing import Subset, TensorDataset, plain
from nn.data.dataset import Dataset

Array = np.ndarray[Any, Any]


def source(dataset: Any) -> Any:
    """What batches are read from: tuples and lists of arrays become columns, lists of tuples likewise.

    Anything else with a length and an index is read datum by datum.

    Raises:
        TypeError: for a single array, or something without a length or an index.
        ValueError: if lengths or shapes of data differ, or there is no array.
    """
    if isinstance(dataset, list) and dataset and all(isinstance(datum, tuple) for datum in dataset):
        return _columns(stacked(dataset))
    if (
        isinstance(dataset, tuple | list)
        or getattr(type(dataset), "__getitem__", None) is Dataset.__getitem__
    ):
        return _columns(tuple(dataset))
    single = isinstance(dataset, np.ndarray | ac.Tensor | str | bytes | Mapping) or hasattr(dataset, "dtypes")
    if single or not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        raise TypeError(
            f"DataLoader takes a Dataset or a tuple of arrays, got {type(dataset).__name__}: write (x, t)"
        )
    return dataset


def rows(dataset: Any, chosen: Array) -> tuple[Array, ...]:
    """The data at these indices, an array per column."""
    # all at once, unless a subclass gives its data in a way of its own
    get = getattr(type(dataset), "__getitem__", None)
    if get is Subset.__getitem__:
        return rows(dataset.dataset, dataset.indices[chosen])
    if get is TensorDataset.__getitem__:
        return tuple(column[chosen] for column in dataset.tensors)
    if get is Dataset.__getitem__:
        return dataset.x[chosen], dataset.t[chosen]
    data = [dataset[int(i)] for i in chosen]
    return stacked([datum if isinstance(datum, tuple | list) else (datum,) for datum in data])


def stacked(data: list[Any]) -> tuple[Array, ...]:
    """The arrays of the firsts, of the seconds and so on.

    Raises:
        ValueError: if two data have not the same number of entries, or entries of other shapes.
    """
    entries = [[plain(entry) for entry in datum] for datum in data]
    for i, datum in enumerate(entries):
        if len(datum) != len(entries[0]):
            raise ValueError(
                f"DataLoader: number {i} has {len(datum)} entries, number 0 has {len(entries[0])}; "
                "a list of tuples holds a datum in each, a tuple of arrays (x, t) holds columns"
            )
        for j, (entry, first) in enumerate(zip(datum, entries[0], strict=True)):
            if entry.shape != first.shape:
                raise ValueError(
                    f"DataLoader: entry {j} of number {i} has the shape {entry.shape}, "
                    f"that of number 0 {first.shape}"
                )
    return tuple(np.stack(column) for column in zip(*entries, strict=True))


def _columns(arrays: tuple[Any, ...]) -> TensorDataset:
    columns = [plain(array) for array in arrays]
    if any(c.dtype.kind not in "fiubc" for c in columns):
        raise TypeError(
            "DataLoader takes arrays of numbers, or a list of tuples of numbers and arrays, got "
            f"{', '.join(sorted({c.dtype.name for c in columns}))}; words become numbers by one_hot, or by "
            "pandas.get_dummies"
        )
    return TensorDataset(*columns)
