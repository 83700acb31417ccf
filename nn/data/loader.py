"""DataLoader: mini-batches."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import positive
from nn.data.batching import rows, source
from nn.data.prefetching import ahead

Array = np.ndarray[Any, Any]
Rng = int | np.random.Generator | None
Transform = Callable[[Array, np.random.Generator], Array]


class DataLoader:
    """Mini-batches of arrays of the same length, as tuples of plain arrays that belong to the caller.

    Args:
        dataset: a Dataset; a tuple or list of arrays (Tensors, lists, pandas objects), x and t for example;
            as in torch, a list of tuples, a datum each: `[(x0, t0), (x1, t1), ...]`, or any object with
            `__len__` and `__getitem__` that gives a datum at a time (Subset, ConcatDataset, a class of
            yours that reads files).
        batch_size: how many data a batch has, at least 1; the last one has what is left.
        shuffle: go through the data in a new random order at each pass.
        drop_last: leave out a last batch that is not full.
        rng: None, an int or a numpy.random.Generator, for the order and the transform; successive passes go
            on with it.
        prefetch: how many batches one thread makes in advance, 0 for none. The batches are the same, bit for
            bit; it pays where making them takes long: files, a transform.
        transform: called as `transform(x, rng)` with the first array of each batch; what it gives takes the
            array's place. The random changes of this module, such as RandomCrop, are meant for this.

    Raises:
        TypeError: for a single array, or arrays that hold no numbers.
        ValueError: if lengths or shapes of data differ, there is no array, or batch_size is below 1; in a
            pass, if transform gives another number of data.

    torch has `num_workers` processes and `prefetch_factor` batches for each; here it is one thread, and
    the transform sees whole batches.

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
        prefetch: int = 0,
        transform: Transform | None = None,
    ) -> None:
        try:
            self._source = source(dataset)
        except ValueError as error:
            raise ValueError(f"DataLoader: {str(error).removeprefix('DataLoader: ')}") from None
        if transform is not None and not callable(transform):
            raise TypeError(f"DataLoader: transform is called with (x, rng), got {transform!r:.60}")
        self.dataset, self.batch_size = dataset, positive("DataLoader: batch_size", batch_size)
        self.prefetch = positive("DataLoader: prefetch", prefetch) if prefetch != 0 else 0
        self.shuffle, self.drop_last, self.transform = bool(shuffle), bool(drop_last), transform
        # an int means one stream for all passes, so it becomes a generator now
        self._rng = None if rng is None else ac.generator(rng)

    def __len__(self) -> int:
        """How many batches one pass has."""
        full, rest = divmod(len(self._source), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        # everything random is drawn or seeded here, in the caller's thread and before the first batch: the
        # stream goes on the same way whether or not this pass is prefetched, and wherever it is left
        rng = ac.generator(self._rng) if self.shuffle or self.transform else None
        size = len(self._source)
        order = rng.permutation(size) if rng and self.shuffle else np.arange(size)
        own = np.random.default_rng(rng.integers(2**63, size=2)) if rng and self.transform else None
        batches = self._batches(order, own)
        return ahead(batches, self.prefetch) if self.prefetch else batches

    def _batches(self, order: Array, rng: np.random.Generator | None) -> Iterator[tuple[Array, ...]]:
        for i in range(len(self)):
            batch = rows(self._source, order[i * self.batch_size : (i + 1) * self.batch_size])
            if self.transform is not None and rng is not None:
                changed = np.asarray(self.transform(batch[0], rng))
                if changed.shape[:1] != batch[0].shape[:1]:
                    raise ValueError(
                        f"DataLoader: transform gets a batch {batch[0].shape} and gives one of as many data, "
                        f"got {changed.dtype} {changed.shape}"
                    )
                batch = (changed, *batch[1:])
            yield batch
