"""From the data that one has to batches: inputs of the model, and targets."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_core import Tensor
from nn.data.loader import DataLoader

Batch = tuple[tuple[Any, ...], Any]


def loader_of(what: str, data: Any, batch_size: int, *, shuffle: bool = False, rng: Any = None) -> DataLoader:
    """The loader of the data: a DataLoader as it is, of all else a new one.

    Raises:
        TypeError: for something that no DataLoader takes.
        ValueError: if there is no batch.
    """
    if isinstance(data, np.ndarray | Tensor) or hasattr(data, "columns"):
        raise TypeError(f"{what}: inputs and targets are needed, (x, t), got one {type(data).__name__}")
    loader = data if isinstance(data, DataLoader) else DataLoader(data, batch_size, shuffle, rng=rng)
    if not len(loader):
        raise ValueError(f"{what}: the data have no batch, there is nothing to go through")
    return loader


def batches(what: str, loader: DataLoader) -> Iterator[Batch]:
    """Per batch the inputs and the targets: the last array are the targets, those before it the inputs.

    Raises:
        ValueError: if a batch has fewer than two arrays.
    """
    for arrays in loader:
        if len(arrays) < 2:
            raise ValueError(f"{what}: a batch holds inputs and targets, (x, t), got {len(arrays)} array")
        yield tuple(arrays[:-1]), arrays[-1]


def inputs(x: Any, batch_size: int) -> Iterator[tuple[Any, ...]]:
    """The inputs alone, batch by batch: of an array, a table, a tuple of arrays, a data set or a loader."""
    if isinstance(x, tuple):
        yield from DataLoader(x, batch_size)
    elif isinstance(x, list) or hasattr(x, "ndim"):
        yield from DataLoader((x,), batch_size)
    else:  # which has targets too
        loader = x if isinstance(x, DataLoader) else DataLoader(x, batch_size)
        yield from (arrays[:-1] if len(arrays) > 1 else arrays for arrays in loader)
