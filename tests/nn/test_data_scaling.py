"""Standardizer and one_hot."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.data import Dataset, Standardizer, one_hot


def test_mean_and_variance_as_in_the_lecture():
    """Row 8.1-1: standardised they are 0 and 1, then γz + β has the mean β = 2 and the variance γ² = 25."""
    raw = np.random.default_rng(0).random((10_000, 1))
    z = Standardizer().fit(raw).transform(raw)
    moved = 5 * z + 2
    for values, mean, variance in ((z, 0, 1), (moved, 2, 25)):
        assert values.mean() == pytest.approx(mean, abs=1e-9)
        assert values.var() == pytest.approx(variance, rel=1e-9)
    # uniform numbers stay uniform: three histograms of one form
    for values, low, high in ((raw, 0, 1), (z, -(3**0.5), 3**0.5), (moved, 2 - 75**0.5, 2 + 75**0.5)):
        counts, _ = np.histogram(values, 10, (low - 0.1, high + 0.1))
        assert counts.sum() == 10_000
        assert counts[1:-1].min() > 800


def test_agrees_with_scikit_learn():
    sklearn = pytest.importorskip("sklearn.preprocessing")
    rng = np.random.default_rng(1)
    x, new = rng.normal(3, 5, (50, 4)), rng.normal(3, 5, (7, 4))
    x[:, 2] = 0.1
    ours, theirs = Standardizer().fit(x), sklearn.StandardScaler().fit(x)
    np.testing.assert_allclose(ours.transform(new), theirs.transform(new), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(new)), new)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_column_becomes_exactly_zero(dtype):
    x = np.full((1000, 1), 0.1, dtype)
    z = Standardizer().fit(x).transform(x)
    assert z.dtype == dtype
    assert np.abs(z).max() == 0


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_the_deviation_of_very_small_and_very_large_numbers(size):
    x = size * np.array([[1.0], [2.0], [6.0]])
    np.testing.assert_allclose(
        Standardizer().fit(x).transform(x), Standardizer().fit(x / size).transform(x / size)
    )


def test_channels_of_pictures():
    x = np.random.default_rng(2).normal(5, [[[2]], [[3]]], (30, 2, 8, 8)).astype(np.float32)
    scale = Standardizer(axis=(0, 2, 3)).fit(x)
    assert scale.mean.shape == (2, 1, 1)
    z = scale.transform(x)
    np.testing.assert_allclose(z.mean((0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(z.std((0, 2, 3)), 1, atol=1e-5)
    assert z.dtype == np.float32


def test_float32_sums_are_exact_enough():
    x = (np.random.default_rng(3).random((100_000, 3)) + 1000).astype(np.float32)
    scale = Standardizer().fit(x)
    np.testing.assert_allclose(scale.mean, x.astype(float).mean(0), rtol=1e-9)
    np.testing.assert_allclose(scale.std, x.astype(float).std(0), rtol=1e-6)


def test_integers_lists_datasets_and_tensors():
    data = Dataset(np.array([[0], [10]], np.uint8), [0, 1], source="by hand", classes=("a", "b"))
    scale = Standardizer().fit(data)
    done = scale.transform(data)
    assert (done.x.tolist(), done.x.dtype, done.classes) == ([[-1], [1]], np.float32, ("a", "b"))
    assert scale.transform([[5]]).tolist() == [[0]]
    x = ac.Tensor([[5.0]], requires_grad=True)
    z = scale.transform(x)
    z.sum().backward()
    assert (float(z[0, 0]), float(x.grad[0, 0])) == (0, 0.2)


def test_its_state_is_saved(tmp_path):
    x = np.random.default_rng(4).normal(size=(9, 3))
    scale, twin = Standardizer().fit(x), Standardizer()
    nn.save(scale.state_dict(), tmp_path / "scale.npz")
    twin.load_state_dict(nn.load(tmp_path / "scale.npz"))
    np.testing.assert_array_equal(scale.transform(x), twin.transform(x))
    for bad in ({"mean": [0.0]}, {"mean": [0.0], "std": [0.0]}, {"mean": [0.0], "std": [1.0, 1.0]}):
        with pytest.raises(ValueError, match="std"):
            twin.load_state_dict(bad)
    np.testing.assert_array_equal(scale.mean, twin.mean)
    assert repr(twin) == "Standardizer(axis=0; fitted, 3 means)"


@pytest.mark.parametrize(
    ("use", "error", "text"),
    [
        (lambda s: s.transform([[1.0]]), RuntimeError, "call fit"),
        (lambda s: s.state_dict(), RuntimeError, "call fit"),
        (lambda s: s.fit(np.empty((0, 3))), ValueError, "at least one"),
        (lambda s: s.fit([[1.0], [np.nan]]), ValueError, "1 of 2 numbers are not finite"),
        (lambda s: s.fit([["a"]]), TypeError, "numbers"),
        (lambda s: s.fit(3.0), TypeError, "array"),
        (lambda s: s.fit(np.ones((4, 3))).transform(np.ones((4, 2))), ValueError, r"\(3,\).*\(4, 2\)"),
        (lambda s: s.fit(np.ones((4, 3))).inverse_transform(np.ones(3)), ValueError, r"\(3,\)"),
    ],
    ids=range(8),
)
def test_refused(use, error, text):
    with pytest.raises(error, match=text):
        use(Standardizer())


def test_one_hot_is_torchs():
    torch = pytest.importorskip("torch")
    t = np.array([[0, 2], [1, 1]])
    for classes in (-1, 3, 5):
        theirs = torch.nn.functional.one_hot(torch.tensor(t), classes).numpy()
        np.testing.assert_array_equal(one_hot(t, classes), theirs)
        np.testing.assert_array_equal(one_hot(ac.Tensor(t), classes, dtype=int), theirs)
    assert one_hot([1]).dtype == np.float32
    assert one_hot(np.array([], int), 4).shape == (0, 4)
    assert one_hot(np.array([1], np.uint8)).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (([0.0],), TypeError),
        (([-1],), ValueError),
        (([3], 3), ValueError),
        ((np.array([], int),), ValueError),
    ],
)
def test_one_hot_refuses(args, error):
    with pytest.raises(error, match="one_hot"):
        one_hot(*args)


def test_inputs_with_their_targets_are_not_scaled_together():
    x, t = np.ones((3, 1)), np.ones((3, 1))
    for given in ((x, t), nn.data.iris()):
        with pytest.raises(TypeError, match="one array, the inputs alone, got a tuple of 2"):
            Standardizer().fit(given)


def test_the_data_lie_along_axis_0():
    with pytest.raises(ValueError, match=r"axis holds 0, along which the data lie, got axis=1 for \(3, 4\)"):
        Standardizer(axis=1).fit(np.arange(12.0).reshape(3, 4))
