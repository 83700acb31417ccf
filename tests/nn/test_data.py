"""Embedded data and mini-batches."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.data import DataLoader, Dataset, embedded, mnist

X, T = np.arange(10.0).reshape(5, 2), np.arange(5)


def test_mnist_is_two_data_sets_of_floats_and_digits():
    train, test = mnist()
    x, t = train
    assert (x.shape, x.dtype, t.shape, t.dtype) == ((4000, 784), np.float32, (4000,), np.int64)
    assert (x.min(), x.max()) == (0, 1)
    assert (len(test), test.images.shape) == (1000, (1000, 28, 28))
    assert np.bincount(t).tolist() == [400] * 10
    assert train.classes == tuple("0123456789")
    assert "5,000 of the 60,000 training images" in train.source


def test_mnist_for_convolutions_has_a_channel():
    train, _ = mnist(flat=False)
    assert train.x.shape == (4000, 1, 28, 28)
    assert train.images.shape == (4000, 28, 28)


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"mnist_5k\.npz"):
        mnist()


def test_a_dataset_unpacks_as_its_arrays_and_counts_its_data():
    data = Dataset(X, T, source="by hand")
    x, t = data
    assert x is data.x
    assert t is data.t
    assert len(data) == 5
    assert data[1][0].tolist() == [2, 3]
    assert data[1][1] == 1
    few = data[[0, 2]]
    assert few.t.tolist() == [0, 2]
    assert few.source == "by hand"
    assert repr(few) == "Dataset(2 data, x (2, 2) float64, t (2,) int64, source='by hand')"


def test_a_dataset_is_immutable_and_its_own():
    x = X.copy()
    data = Dataset(x, T, source="by hand")
    x[:] = 0
    assert data.x[4, 1] == 9
    with pytest.raises(ValueError, match="read-only"):
        data.x[0, 0] = 1
    with pytest.raises(AttributeError, match="immutable"):
        data.x = X


def test_a_dataset_has_as_many_targets_as_inputs():
    with pytest.raises(ValueError, match=r"x \(5, 2\), t \(4,\)"):
        Dataset(X, T[:4], source="")
    with pytest.raises(ValueError, match="not a square"):
        _ = Dataset(X, T, source="").images


def test_batches_in_order_with_the_rest_at_the_end():
    loader = DataLoader((X, T), batch_size=2)
    batches = list(loader)
    assert [t.tolist() for _, t in batches] == [[0, 1], [2, 3], [4]]
    assert all(type(batch) is tuple for batch in batches)
    assert len(loader) == 3
    assert len(DataLoader((X, T), 2, drop_last=True)) == len(list(DataLoader((X, T), 2, drop_last=True))) == 2
    assert len(DataLoader((X, T))) == 5


def test_shuffled_batches_hold_every_datum_once_in_another_order_each_pass():
    loader = DataLoader((np.arange(100), np.arange(100)), 30, True, rng=0)
    passes = []
    for _ in range(2):
        batches = list(loader)
        assert all((x == t).all() for x, t in batches)
        passes.append(np.concatenate([x for x, _ in batches]).tolist())
    assert sorted(passes[0]) == sorted(passes[1]) == list(range(100))
    assert len({str(p) for p in [*passes, list(range(100))]}) == 3


def test_the_same_seed_gives_the_same_order():
    def order(rng):
        return [t.tolist() for _, t in DataLoader((X, T), 2, True, rng=rng)]

    assert order(3) == order(np.random.default_rng(3))
    ac.manual_seed(3)
    assert order(None) == order(3)


def test_batches_belong_to_the_caller():
    data = Dataset(X, T, source="by hand")
    for x, _ in DataLoader(data, 2):
        x[:] = 0
    assert data.x[4, 1] == 9
    x = X.copy()
    for b, _ in DataLoader((x, T), 5):
        b[:] = 0
    assert x[4, 1] == 9


def test_columns_may_be_tensors_and_lists():
    (batch,) = DataLoader([ac.Tensor(X), T.tolist()], 5)
    assert [type(a) for a in batch] == [np.ndarray, np.ndarray]


def test_a_list_of_tuples_is_a_dataset_of_pairs_as_in_torch():
    (x, t), (y, u) = DataLoader([(1.0, 0), (2.0, 1), (3.0, 2)], 2)
    assert (x.tolist(), t.tolist(), y.tolist(), u.tolist()) == ([1, 2], [0, 1], [3], [2])
    assert (x.dtype.kind, t.dtype.kind) == ("f", "i")
    ((x, t),) = DataLoader(list(zip(X, T, strict=True)), 5)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(t, T)
    ((x, t, w),) = DataLoader([(ac.Tensor([1.0, 2.0]), [3], np.float32(4))] * 2, 2)
    assert (x.shape, t.shape, w.shape, w.dtype) == ((2, 2), (2, 1), (2,), np.float32)
    ((x, t),) = DataLoader(([(1.0, 0), (2.0, 1)], [3, 4]), 2)  # a tuple holds columns
    assert (x.tolist(), t.tolist()) == ([[1, 0], [2, 1]], [3, 4])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([(1.0, 0), (2.0,)], r"number 1 has 1 entries, number 0 has 2"),
        ([(1.0, [0]), (2.0, [0, 1])], r"entry 1 of number 1 has the shape \(2,\), that of number 0 \(1,\)"),
        ([()], "one length"),
    ],
)
def test_pairs_have_entries_of_one_shape(data, text):
    with pytest.raises(ValueError, match=text):
        DataLoader(data, 2)


@pytest.mark.parametrize(
    ("data", "options", "error", "text"),
    [
        ((X, T[:4]), {}, ValueError, r"\[5, 4\]"),
        ((), {}, ValueError, "one length"),
        ((X, T), {"batch_size": 0}, ValueError, "batch_size"),
        ((X, T), {"batch_size": 2.0}, ValueError, "batch_size"),
        (X, {}, TypeError, r"\(x, t\)"),
        ((X, T), {"rng": "0"}, TypeError, "rng"),
    ],
)
def test_wrong_arguments_are_refused(data, options, error, text):
    with pytest.raises(error, match=text):
        DataLoader(data, **options)


def test_the_data_room_is_reached_from_nn():
    assert nn.data.mnist is mnist
