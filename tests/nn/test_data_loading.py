"""torch's data sets, and DataLoader with a thread that works ahead and a transform."""

import copy
import gc
import pickle
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import autograd_core as ac
from nn.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset

X, T = np.arange(20.0).reshape(10, 2), np.arange(10)


class Files:
    """A data set as torch's users write them."""

    def __init__(self, fails_at=None):
        self.fails_at = fails_at
        self.reads = []

    def __len__(self):
        return 10

    def __getitem__(self, i):
        self.reads.append(i)
        if i == self.fails_at:
            raise OSError(f"file {i} is damaged")
        return X[i], T[i]


def threads():
    return [t for t in threading.enumerate() if t.name == "DataLoader prefetch"]


def all_batches(loader):
    return [tuple(a.tolist() for a in batch) for batch in loader]


class TestSets:
    def test_tensor_dataset(self):
        data = TensorDataset(ac.Tensor(X), T, T.tolist())
        assert len(data) == 10
        assert [np.asarray(a).tolist() for a in data[3]] == [[6, 7], 3, 3]
        assert data.tensors[1] is T
        assert all_batches(DataLoader(data, 4)) == all_batches(DataLoader((X, T, T), 4))

    def test_subset_of_a_subset(self):
        part = Subset(Subset(Dataset(X, T, source=""), [5, 3, -1, 0]), [2, 0])
        assert [int(part[i][1]) for i in range(2)] == [9, 5]
        assert [b[1] for b in all_batches(DataLoader(part, 1))] == [[9], [5]]
        assert len(Subset(part, [])) == 0
        assert part[1:][0][1] == 5

    def test_concat(self):
        both = ConcatDataset([TensorDataset(X[:4], T[:4]), Files()])
        assert len(both) == 14
        assert [int(both[i][1]) for i in (0, 3, 4, -1)] == [0, 3, 0, 9]
        assert all_batches(DataLoader(both, 5))[0][1] == [0, 1, 2, 3, 0]
        with pytest.raises(IndexError, match="14"):
            both[14]

    @pytest.mark.parametrize(
        ("make", "error", "text"),
        [
            (lambda: TensorDataset(X, T[:3]), ValueError, r"\[10, 3\]"),
            (lambda: TensorDataset(), ValueError, "one length"),
            (lambda: Subset(Files(), [10]), IndexError, "below the 10 data"),
            (lambda: Subset(Files(), [-11]), IndexError, "10"),
            (lambda: Subset(Files(), [0.5]), TypeError, "integers"),
            (lambda: ConcatDataset([]), ValueError, "at least one"),
        ],
    )
    def test_refused(self, make, error, text):
        with pytest.raises(error, match=text):
            make()

    def test_a_dataset_is_copied_whole(self):
        data = Dataset(X, T, source="s", classes=("a",), features=("f", "g"), licence="MIT")
        for twin in (copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data)), data[:]):
            assert (twin.x == X).all()
            assert (twin.source, twin.classes, twin.features, twin.licence) == (
                "s",
                ("a",),
                ("f", "g"),
                "MIT",
            )

    def test_a_dataset_shares_only_what_nobody_can_change(self):
        x = X.copy()
        x.flags.writeable = False
        assert Dataset(x, T, source="").x is x
        view = X.copy()[:5]
        view.flags.writeable = False
        assert Dataset(view, T[:5], source="").x is not view


class TestAhead:
    @pytest.mark.parametrize("prefetch", [1, 2, 50])
    @pytest.mark.parametrize("shuffle", [False, True])
    def test_the_same_batches_in_every_pass(self, prefetch, shuffle):
        def passes(prefetch):
            noise = lambda x, rng: x + rng.random(x.shape)
            loader = DataLoader((X, T), 3, shuffle, rng=7, prefetch=prefetch, transform=noise)
            first = next(iter(loader))  # a pass that is left early must not change the next ones
            return [first[0].tolist(), *(all_batches(loader) for _ in range(3))]

        assert passes(prefetch) == passes(0)

    def test_the_default_generator_is_the_callers(self):
        def batches(prefetch):
            ac.manual_seed(5)
            noise = lambda x, rng: x + rng.random(x.shape)
            return all_batches(DataLoader((X, T), 3, True, prefetch=prefetch, transform=noise))

        assert batches(2) == batches(0)

    def test_it_works_ahead_and_not_further(self):
        files = Files()
        batches = iter(DataLoader(files, 1, prefetch=3))
        next(batches)
        for _ in range(200):
            if len(files.reads) == 4:
                break
            time.sleep(0.005)
        time.sleep(0.02)
        assert files.reads == [0, 1, 2, 3]
        batches.close()

    def test_what_the_thread_raises_comes_where_the_batch_would(self):
        batches = iter(DataLoader(Files(fails_at=4), 2, prefetch=5))
        assert [next(batches)[1].tolist() for _ in range(2)] == [[0, 1], [2, 3]]
        with pytest.raises(OSError, match="file 4 is damaged"):
            next(batches)
        assert not threads()
        with pytest.raises(StopIteration):
            next(batches)

    def test_an_iteration_that_is_left_ends_its_thread(self):
        loader = DataLoader(Files(), 1, prefetch=2)
        for _ in range(20):
            for _batch in loader:
                break
        assert not threads()
        batches = iter(loader)
        next(batches)
        assert len(threads()) == 1
        del batches
        gc.collect()
        assert not threads()

    def test_a_pass_that_is_through_leaves_no_thread(self):
        loader = DataLoader(Files(), 3, prefetch=2)
        assert len(list(loader)) == len(loader) == 4
        assert not threads()
        iter(loader)  # no batch is asked for, so no thread is made
        assert not threads()

    def test_a_suspended_pass_does_not_keep_python_from_ending(self):
        code = "from nn.data import DataLoader; i = iter(DataLoader([[1, 2, 3]], prefetch=1)); print(next(i))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")


class TestTransform:
    def test_it_gets_the_inputs_and_a_generator(self):
        seen = []

        def double(x, rng):
            seen.append(type(rng))
            return x * 2

        assert all_batches(DataLoader((X, T), 10, transform=double)) == [((X * 2).tolist(), T.tolist())]
        assert seen == [np.random.Generator]

    def test_the_order_does_not_depend_on_it(self):
        plain = DataLoader((X, T), 10, True, rng=1)
        changed = DataLoader((X, T), 10, True, rng=1, transform=lambda x, rng: x + rng.random())
        assert next(iter(plain))[1].tolist() == next(iter(changed))[1].tolist()

    def test_it_is_called(self):
        with pytest.raises(TypeError, match=r"\(x, rng\)"):
            DataLoader((X, T), transform="flip")

    @pytest.mark.parametrize("prefetch", [-1, 1.5])
    def test_prefetch_is_a_number_of_batches(self, prefetch):
        with pytest.raises(ValueError, match="prefetch"):
            DataLoader((X, T), prefetch=prefetch)

    @pytest.mark.parametrize("data", ["abc", {"x": X}, 5, ac.Tensor(X), {1, 2}])
    def test_what_has_no_data_at_indices_is_refused(self, data):
        with pytest.raises(TypeError, match=r"write \(x, t\)"):
            DataLoader(data)

    def test_data_without_targets_are_columns_of_one(self):
        class Numbers(Files):
            def __getitem__(self, i):
                return X[i]

        (batch,) = next(iter(DataLoader(Numbers(), 4)))
        assert batch.tolist() == X[:4].tolist()


def test_a_transform_keeps_the_number_of_data():
    x, t = np.arange(20.0).reshape(10, 2), np.arange(10)
    for transform in (lambda x, rng: x[:1], lambda x, rng: None):
        with pytest.raises(
            ValueError, match=r"transform gets a batch \(4, 2\) and gives one of as many data"
        ):
            next(iter(DataLoader((x, t), 4, transform=transform)))
    (given, _) = next(iter(DataLoader((x, t), 4, transform=lambda x, rng: x[:, :1, None])))
    assert given.shape == (4, 1, 1)


def test_tables_with_columns_of_numbers_and_booleans():
    pandas = pytest.importorskip("pandas")
    table = pandas.get_dummies(pandas.DataFrame({"size": [1.5, 2.5, 3.5], "kind": ["a", "b", "a"]}))
    (x, _) = next(iter(DataLoader((table, [0, 1, 0]), 3)))
    np.testing.assert_array_equal(x, [[1.5, 1, 0], [2.5, 0, 1], [3.5, 1, 0]])
    assert x.dtype == np.float64
    with pytest.raises(TypeError, match="got int64, object; words become numbers"):
        DataLoader((pandas.DataFrame({"size": [1.5], "kind": ["a"]}), [0]))


def test_tuples_of_arrays_are_data_sets_in_parts_too():
    x, t = np.arange(20.0).reshape(10, 2), np.arange(10)
    part = Subset((x, t), [3, 9])
    (xs, ts) = next(iter(DataLoader(part, 2)))
    np.testing.assert_array_equal(xs, x[[3, 9]])
    assert ts.tolist() == [3, 9]
    both = ConcatDataset([(x, t), (x[:3], t[:3] + 100)])
    assert len(both) == 13
    assert next(iter(DataLoader(both, 13)))[1].tolist() == [*range(10), 100, 101, 102]


def test_a_subclass_may_give_its_data_in_a_way_of_its_own():
    class Raised(TensorDataset):
        def __getitem__(self, index):
            x, t = super().__getitem__(index)
            return x + 100, t

    class RaisedWhole(Dataset):
        def __getitem__(self, index):
            return self.x[index] + 100, self.t[index]

    whole = RaisedWhole(X, T, source="")
    for dataset in (Raised(X, T), Subset(Raised(X, T), range(len(X))), whole, Subset(whole, range(len(X)))):
        ((x, t),) = DataLoader(dataset, len(X))
        np.testing.assert_array_equal(x, X + 100)
        np.testing.assert_array_equal(t, T)
