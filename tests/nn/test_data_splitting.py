"""random_split against torch's rule, train_test_split against scikit-learn's sizes."""

from itertools import product

import numpy as np
import pytest

import autograd_core as ac
from nn.data import Dataset, Subset, TensorDataset, random_split, train_test_split

X = np.arange(22.0).reshape(11, 2)
T = np.array([0] * 6 + [1] * 5)


@pytest.mark.parametrize(
    "lengths", [[0.5, 0.5], [0.8, 0.2], [0.1] * 10, [4, 7], [11, 0], [1.0], [0.3, 0.3, 0.4]]
)
def test_lengths_are_torchs(lengths):
    torch = pytest.importorskip("torch")
    ours = random_split(TensorDataset(X, T), lengths, rng=0)
    theirs = torch.utils.data.random_split(range(11), lengths)
    assert [len(part) for part in ours] == [len(part) for part in theirs]
    assert sorted(i for part in ours for i in part.indices.tolist()) == list(range(11))


def test_parts_are_random_and_repeatable():
    def order(rng):
        return [part.indices.tolist() for part in random_split(TensorDataset(X), [6, 5], rng=rng)]

    assert order(1) == order(np.random.default_rng(1)) != order(2)
    ac.manual_seed(1)
    assert order(None) == order(1)


@pytest.mark.parametrize("lengths", [[5, 5], [0.5, 0.4], [12, -1], [-0.5, 1.5], [2.5, 8.5]])
def test_lengths_that_do_not_fit_are_refused(lengths):
    with pytest.raises(ValueError, match="random_split"):
        random_split(TensorDataset(X), lengths)


SIZES = [None, 0.1, 0.25, 0.33, 0.5, 2, 5]


@pytest.mark.parametrize(("test", "train"), list(product(SIZES, SIZES)))
def test_sizes_are_those_of_scikit_learn(test, train):
    sklearn = pytest.importorskip("sklearn.model_selection")
    ours = train_test_split(X, T, test_size=test, train_size=train, rng=0)
    theirs = sklearn.train_test_split(X, T, test_size=test, train_size=train, random_state=0)
    assert [a.shape for a in ours] == [a.shape for a in theirs]
    np.testing.assert_array_equal(np.isin(ours[0][:, 0], ours[1][:, 0]), False)
    np.testing.assert_array_equal(T[(ours[0][:, 0] / 2).astype(int)], ours[2])


@pytest.mark.parametrize(
    ("test", "train", "sizes"),
    [(None, None, (8, 3)), (0.33, None, (7, 4)), (None, 0.33, (3, 8)), (0.5, 0.25, (2, 6)), (2, 5, (5, 2))],
)
def test_shares_for_testing_are_rounded_up_and_for_training_down(test, train, sizes):
    parts = train_test_split(X, test_size=test, train_size=train, rng=0)
    assert tuple(len(part) for part in parts) == sizes


def test_without_shuffle_the_last_are_for_testing():
    train, test = train_test_split(X, test_size=3, train_size=2, shuffle=False)
    assert (train.tolist(), test.tolist()) == (X[:2].tolist(), X[2:5].tolist())


def test_a_dataset_is_divided_into_two():
    train, test = train_test_split(Dataset(X, T, source="by hand", classes=("a", "b")), test_size=3, rng=0)
    assert (len(train), len(test), test.source, test.classes) == (8, 3, "by hand", ("a", "b"))
    np.testing.assert_array_equal(T[(test.x[:, 0] / 2).astype(int)], test.t)


def test_strata_have_the_shares_of_the_whole():
    sklearn = pytest.importorskip("sklearn.model_selection")
    labels = np.repeat([0, 1, 2, 3], [50, 30, 15, 5])
    rng = np.random.default_rng(0)
    rng.shuffle(labels)
    for size in (0.2, 0.37, 13):
        _, _, ours, ours_test = train_test_split(labels, labels, test_size=size, rng=1, stratify=labels)
        _, _, theirs, theirs_test = sklearn.train_test_split(
            labels, labels, test_size=size, random_state=1, stratify=labels
        )
        for a, b in ((ours, theirs), (ours_test, theirs_test)):
            assert len(a) == len(b)
            # equal remainders are given by chance
            assert np.abs(np.bincount(a, minlength=4) - np.bincount(b, minlength=4)).max() <= 1
    train, test = train_test_split(labels, test_size=0.2, rng=1, stratify=labels.astype(str))
    assert np.bincount(test).tolist() == [10, 6, 3, 1]
    assert (np.diff(train) < 0).any()  # not sorted by class
    again = train_test_split(labels, test_size=0.2, rng=1, stratify=labels.astype(str))
    np.testing.assert_array_equal(train, again[0])


def test_strata_that_do_not_divide_evenly_lose_nobody():
    labels = np.repeat([0, 1, 2], 3)
    for seed in range(20):
        train, test = train_test_split(np.arange(9), test_size=4, rng=seed, stratify=labels)
        assert (len(train), len(test)) == (5, 4)
        assert sorted([*train, *test]) == list(range(9))
        assert np.bincount(labels[train]).min() == 1


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"test_size": 0.0}, "test_size"),
        ({"test_size": 1.0}, "test_size"),
        ({"test_size": 11}, "from 1 to 10"),
        ({"train_size": -0.5}, "train_size"),
        ({"train_size": 6, "test_size": 6}, "6 for training and 6 for testing"),
        ({"train_size": 0.01}, "0 for training"),
        ({"stratify": T[:3]}, r"\(11,\), got \(3,\)"),
        ({"stratify": np.arange(11)}, "two data or more"),
        ({"stratify": T, "test_size": 1}, "2 classes"),
        ({"stratify": T, "shuffle": False}, "shuffle"),
    ],
)
def test_what_does_not_fit_is_refused(settings, text):
    with pytest.raises(ValueError, match=text):
        train_test_split(X, T, **settings)


@pytest.mark.parametrize("arrays", [(), (X, T[:3]), (np.float64(1),)])
def test_arrays_have_one_length(arrays):
    with pytest.raises(ValueError, match="train_test_split"):
        train_test_split(*arrays)


def test_a_tuple_of_arrays_is_divided_along_its_data():
    for lengths in ([0.6, 0.4], [7, 4]):
        parts = random_split((X, T), lengths, rng=0)
        assert [len(part) for part in parts] == [7, 4]
        found = [part.dataset[part.indices] for part in parts]
        x, t = np.concatenate([x for x, _ in found]), np.concatenate([t for _, t in found])
        order = np.argsort(x[:, 0])
        np.testing.assert_array_equal(x[order], X)
        np.testing.assert_array_equal(t[order], T)


def test_a_table_alone_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match="a data set or a tuple of arrays, got DataFrame"):
        random_split(pandas.DataFrame(X), [0.5, 0.5])


def test_words_of_refusals():
    with pytest.raises(ValueError, match="in both parts, 2 has one"):
        train_test_split(np.arange(5), stratify=[0, 0, 1, 1, 2])
    with pytest.raises(IndexError, match="below the 11 data of the set, got -12"):
        Subset(TensorDataset(X, T), [0, -12])
