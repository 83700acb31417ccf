"""Dividing data at random: torch's random_split, scikit-learn's train_test_split."""

from collections.abc import Sequence
from math import ceil, floor, fsum
from typing import Any

import numpy as np

import autograd_core as ac
from nn.data.composing import Subset, as_dataset, plain
from nn.data.dataset import Dataset

Array = np.ndarray[Any, Any]
Rng = int | np.random.Generator | None


def random_split(dataset: Any, lengths: Sequence[float], *, rng: Rng = None) -> list[Subset]:
    """Divide a data set at random into Subsets of these lengths, or of these shares.

    A tuple of arrays, (x, t), is a data set too, and is divided along their first axis.
    Shares add up to 1; each gets floor(share · N) data, and those that are left go one each to the first
    ones, as in torch (where `rng` is called `generator`).

    Raises:
        TypeError: for a table alone, which is divided as (table,) or (table, t).
        ValueError: if lengths do not add up to the number of data, or shares to 1; if one is negative.

    >>> train, valid = random_split(Dataset(np.zeros((5, 2)), np.arange(5), source=""), [0.8, 0.2], rng=0)
    >>> len(train), len(valid)
    (4, 1)
    """
    dataset = as_dataset(dataset)
    if hasattr(dataset, "dtypes"):  # its rows are no items: table[3] is a column
        raise TypeError(f"random_split takes a data set or a tuple of arrays, got {type(dataset).__name__}")
    size, total = len(dataset), fsum(lengths)
    if any(length < 0 for length in lengths):
        raise ValueError(f"random_split: no length is negative, got {list(lengths)}")
    if total <= 1 and abs(total - 1) < 1e-6 and not all(_whole(n) for n in lengths):
        counts = [floor(size * share) for share in lengths]
        for i in range(size - sum(counts)):
            counts[i % len(counts)] += 1
    elif total == size and all(_whole(n) for n in lengths):
        counts = [int(n) for n in lengths]
    else:
        raise ValueError(
            f"random_split: lengths add up to the {size} data, or shares to 1, got {list(lengths)}"
        )
    order = ac.generator(rng).permutation(size)
    return [Subset(dataset, part) for part in np.split(order, np.cumsum(counts)[:-1])]


def train_test_split(
    *arrays: Any,
    test_size: float | None = None,
    train_size: float | None = None,
    rng: Rng = None,
    shuffle: bool = True,
    stratify: Any = None,
) -> list[Any]:
    """Divide arrays of one length at random: `x, x_test, t, t_test = train_test_split(x, t)`.

    A Dataset is divided into two: `train, test = train_test_split(data)`.

    Args:
        arrays: arrays, lists, Tensors (their values) or Datasets of one length N.
        test_size: how many data are for testing, an int, or their share, a float in (0, 1), rounded up; 0.25,
            or what train_size leaves, if neither is given.
        train_size: likewise for training, rounded down; what test_size leaves if it is not given.
        rng: None, an int or a numpy.random.Generator (scikit-learn's random_state).
        shuffle: False takes the first data for training and the last for testing, in order.
        stratify: N labels; each class then has the same share in both parts, as nearly as can be.

    Raises:
        ValueError: if lengths differ, a size is out of range or leaves a part empty, a class has a single
            datum or a part has fewer data than there are classes; for stratify without shuffle.

    >>> train_test_split(np.arange(8), test_size=2, shuffle=False)
    [array([0, 1, 2, 3, 4, 5]), array([6, 7])]
    """
    sets = [a if isinstance(a, Dataset) else plain(a) for a in arrays]
    lengths = {len(a) if isinstance(a, Dataset) or a.ndim else 0 for a in sets}
    if len(lengths) != 1:
        raise ValueError(f"train_test_split: arrays of one length are needed, got {sorted(lengths)}")
    (size,) = lengths
    train, test = _sizes(size, train_size, test_size)
    if not shuffle and stratify is not None:
        raise ValueError("train_test_split: stratify draws at random, leave out shuffle=False")
    if not shuffle:
        parts = [np.arange(train), np.arange(train, train + test)]
    elif stratify is None:
        order = ac.generator(rng).permutation(size)
        parts = [order[test : test + train], order[:test]]
    else:
        parts = _stratified(plain(stratify), size, train, test, ac.generator(rng))
    return [a[part] for a in sets for part in parts]


def _whole(n: Any) -> bool:
    return isinstance(n, int | np.integer)


def _sizes(size: int, train: float | None, test: float | None) -> tuple[int, int]:
    if train is None and test is None:
        test = 0.25
    for name, given in (("train_size", train), ("test_size", test)):
        if given is not None and not (0 < given < (size if _whole(given) else 1)):
            raise ValueError(
                f"train_test_split: {name} is a share between 0 and 1, or a number of data from 1 to "
                f"{size - 1}, got {given!r}"
            )
    many_test = None if test is None else int(test) if _whole(test) else ceil(test * size)
    many_train = None if train is None else int(train) if _whole(train) else floor(train * size)
    many_train = size - (many_test or 0) if many_train is None else many_train
    many_test = size - many_train if many_test is None else many_test
    if many_train < 1 or many_train + many_test > size:
        raise ValueError(
            f"train_test_split: {size} data cannot be divided into {many_train} for training and "
            f"{many_test} for testing"
        )
    return many_train, many_test


def _stratified(labels: Array, size: int, train: int, test: int, rng: np.random.Generator) -> list[Array]:
    if labels.shape != (size,):
        raise ValueError(f"train_test_split: stratify has the shape ({size},), got {labels.shape}")
    names, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if counts.min() < 2:
        raise ValueError(
            f"train_test_split: every class needs two data or more to be in both parts, "
            f"{names[counts.argmin()]} has one"
        )
    if min(train, test) < len(names):
        raise ValueError(
            f"train_test_split: {len(names)} classes need as many data in each part, got {train} for "
            f"training and {test} for testing"
        )
    of_train = _shares(counts, train, rng)
    of_test = _shares(counts - of_train, test, rng)
    parts: list[list[Array]] = [[], []]
    for k in range(len(names)):
        members = rng.permutation(np.flatnonzero(codes == k))
        parts[0].append(members[: of_train[k]])
        parts[1].append(members[of_train[k] : of_train[k] + of_test[k]])
    return [rng.permutation(np.concatenate(part)) for part in parts]


def _shares(counts: Array, total: int, rng: np.random.Generator) -> Array:
    """`total` divided in the ratio of the counts: whole parts, the rest to the largest remainders."""
    exact = counts * (total / counts.sum())
    whole: Array = np.floor(exact).astype(int)
    # among equal remainders chance decides, so that no class is always the one with fewer
    order = np.lexsort((rng.random(len(counts)), -(exact - whole)))
    whole[order[: total - whole.sum()]] += 1
    return whole
