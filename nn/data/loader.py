"""DataLoader: mini-batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import positive
from nn.data.dataset import Dataset

Array = np.ndarray[Any, Any]
Rng = int | np.random.Generator | None


class DataLoader:
    """Mini-batches of arrays of the same length, as tuples of plain arrays that belong to the caller.

    Args:
        dataset: a Dataset; a tuple or list of arrays (Tensors, lists, pandas objects), x and t for example;
            or, as in torch, a list of tuples, a datum each: `[(x0, t0), (x1, t1), ...]`.
        batch_size: how many data a batch has, at least 1; the last one has what is left.
        shuffle: go through the data in a new random order at each pass.
        drop_last: leave out a last batch that is not full.
        rng: None, an int or a numpy.random.Generator, for the order; successive passes go on with it.

    Raises:
        ValueError: if lengths or shapes of data differ, there is no array, or batch_size is below 1.

    >>> x, t = np.arange(5.0), np.arange(5)
    >>> for xb, tb in DataLoader((x, t), batch_size=2):
    ...     print(xb, tb)
    [0. 1.] [0 1]
    [2. 3.] [2 3]
    [4.] [4]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        rng: Rng = None,
    ) -> None:
        if not isinstance(dataset, Dataset | tuple | list):
            raise TypeError(
                f"DataLoader takes a Dataset or a tuple of arrays, got {type(dataset).__name__}: write (x, t)"
            )
        if isinstance(dataset, list) and dataset and all(isinstance(datum, tuple) for datum in dataset):
            self._columns = _columns(dataset)
        else:
            self._columns = tuple(_plain(column) for column in dataset)
        if any(c.dtype.kind not in "fiubc" for c in self._columns):
            raise TypeError(
                "DataLoader takes arrays of numbers, or a list of tuples of numbers and arrays, got "
                f"{', '.join(sorted({c.dtype.name for c in self._columns}))}"
            )
        lengths = [len(c) if c.ndim else 0 for c in self._columns]
        if not lengths or len(set(lengths)) > 1:
            raise ValueError(f"DataLoader: arrays of one length are needed, got the lengths {lengths}")
        self.dataset, self.batch_size = dataset, positive("DataLoader: batch_size", batch_size)
        self.shuffle, self.drop_last = bool(shuffle), bool(drop_last)
        # an int means one stream for all passes, so it becomes a generator now
        self._rng = None if rng is None else ac.generator(rng)
        self._length = lengths[0]

    def __len__(self) -> int:
        """How many batches one pass has."""
        full, rest = divmod(self._length, self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        order = ac.generator(self._rng).permutation(self._length) if self.shuffle else np.arange(self._length)
        for i in range(len(self)):
            chosen = order[i * self.batch_size : (i + 1) * self.batch_size]
            yield tuple(column[chosen] for column in self._columns)


def _plain(column: Any) -> Array:
    return column.numpy() if isinstance(column, ac.Tensor) else np.asarray(column)


def _columns(data: list[tuple[Any, ...]]) -> tuple[Array, ...]:
    """The arrays of the firsts, of the seconds and so on."""
    rows = [[_plain(entry) for entry in datum] for datum in data]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"DataLoader: number {i} has {len(row)} entries, number 0 has {len(rows[0])}; "
                "a list of tuples holds a datum in each, a tuple of arrays (x, t) holds columns"
            )
        for j, (entry, first) in enumerate(zip(row, rows[0], strict=True)):
            if entry.shape != first.shape:
                raise ValueError(
                    f"DataLoader: entry {j} of number {i} has the shape {entry.shape}, "
                    f"that of number 0 {first.shape}"
                )
    return tuple(np.stack(column) for column in zip(*rows, strict=True))
