"""Random changes of pictures. Row 9.0-1's data augmentation, which the lecture names and does not show."""

import numpy as np
import pytest

import nn
import optim
from nn.data import (
    Compose,
    Cutout,
    DataLoader,
    GaussianNoise,
    RandomCrop,
    RandomHorizontalFlip,
    RandomRotation,
    mnist,
)

CHANGES = [
    RandomHorizontalFlip(),
    RandomCrop(8, padding=2),
    GaussianNoise(),
    Cutout(3),
    RandomRotation(20),
    Compose([RandomHorizontalFlip(), RandomCrop(8, padding=1), Cutout(2)]),
]
X = np.random.default_rng(0).random((50, 3, 8, 8))


@pytest.mark.parametrize("change", CHANGES, ids=str)
class TestEvery:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_shape_and_dtype_stay_and_the_input_too(self, change, dtype):
        x = X.astype(dtype)
        before = x.copy()
        for given in (x, x[:, 0], x[:, 0].reshape(50, 64), x[:0], x[::2, :, ::-1]):
            y = change(given, 1)
            assert (y.shape, y.dtype) == (given.shape, dtype)
        np.testing.assert_array_equal(x, before)
        x.flags.writeable = False
        assert change(x, 1).flags.writeable

    def test_the_same_seed_gives_the_same_pictures(self, change):
        np.testing.assert_array_equal(change(X, 3), change(X, np.random.default_rng(3)))
        assert (change(X, 3) != change(X, 4)).any()

    def test_every_picture_has_its_own_draw(self, change):
        same = np.broadcast_to(X[:1], X.shape)
        assert len({picture.tobytes() for picture in change(same, 0)}) > 1

    def test_the_form_of_the_array_does_not_matter(self, change):
        flat = X[:, 0].reshape(50, 64)
        np.testing.assert_array_equal(change(X[:, :1], 5).reshape(50, 64), change(flat, 5))


def test_flips_have_their_probability():
    x = np.random.default_rng(1).random((4000, 1, 2, 2))
    y = RandomHorizontalFlip(0.3)(x, 0)
    flipped = (y == x[..., ::-1]).all((1, 2, 3))
    assert ((y == x).all((1, 2, 3)) != flipped).all()
    assert 0.27 < flipped.mean() < 0.33
    np.testing.assert_array_equal(RandomHorizontalFlip(0)(x), x)


def test_crops_are_the_shifted_pictures_all_as_often():
    x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    padded = np.pad(x[0, 0], 1)
    shifts = {padded[i : i + 3, j : j + 3].tobytes() for i in range(3) for j in range(3)}
    found = [y.tobytes() for y in RandomCrop(3, padding=1)(np.repeat(x, 900, 0), 0)]
    assert set(found) == shifts
    assert min(found.count(shift) for shift in shifts) > 60


def test_crops_may_be_smaller():
    assert RandomCrop((4, 6))(X, 0).shape == (50, 3, 4, 6)
    assert RandomCrop(4)(X[:, 0].reshape(50, 64), 0).shape == (50, 16)
    with pytest.raises(ValueError, match="does not fit"):
        RandomCrop(20, padding=2)(X)


def test_noise_has_its_deviation_and_tables_may_have_it():
    x = np.full((200, 200), 5.0, np.float32)
    y = GaussianNoise(mean=1, sigma=0.5, clip=False)(x[:, :199], 0)
    assert y.dtype == np.float32
    assert y.mean() == pytest.approx(6, abs=0.02)
    assert y.std() == pytest.approx(0.5, abs=0.02)
    assert GaussianNoise(sigma=3)(x, 0).max() == 1
    with pytest.raises(TypeError, match="255"):
        GaussianNoise()(X.astype(np.uint8))


def test_cutout_sets_a_square_to_zero():
    x = np.ones((2000, 2, 8, 8))
    y = Cutout(3)(x, 0)
    np.testing.assert_array_equal(y[:, 0], y[:, 1])
    sizes = (y[:, 0] == 0).sum((1, 2))
    assert set(sizes.tolist()) == {4, 6, 9}  # a corner, an edge, inside
    assert (sizes == 9).mean() == pytest.approx((6 / 8) ** 2, abs=0.04)


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, -45.0])
def test_rotation_is_that_of_scipy(angle):
    scipy = pytest.importorskip("scipy.ndimage")

    class Fixed:
        def uniform(self, low, high, shape):
            assert (low, high) == (-90, 90)
            return np.full(shape, angle)

    x = np.zeros((1, 1, 9, 11))
    x[..., 2:-2, 2:-2] = np.random.default_rng(2).random((5, 7))
    ours = RandomRotation(90).changed(x, Fixed())
    theirs = scipy.rotate(x[0, 0], angle, reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(ours[0, 0], theirs, atol=1e-12)


def test_rotation_of_bytes_is_rounded():
    x = np.full((3, 9, 9), 200, np.uint8)
    y = RandomRotation(10)(x, 0)
    assert y.dtype == np.uint8
    assert (y[:, 3:6, 3:6] == 200).all()


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: RandomHorizontalFlip(1.5), ValueError),
        (lambda: RandomHorizontalFlip("a"), TypeError),
        (lambda: RandomCrop(0), ValueError),
        (lambda: RandomCrop(3, padding=-1), ValueError),
        (lambda: GaussianNoise(sigma=-1), ValueError),
        (lambda: Cutout(0), ValueError),
        (lambda: RandomRotation(181), ValueError),
        (lambda: Cutout(2)(np.ones(4)), ValueError),
        (lambda: Cutout(2)(np.ones((2, 3))), ValueError),
        (lambda: Cutout(2)(np.float64(1)), ValueError),
    ],
    ids=range(10),
)
def test_refused(make, error):
    with pytest.raises(error):
        make()


def test_shifted_digits_are_recognised_after_training_on_shifted_ones():
    """Row 9.0-1: data augmentation, one of the seven methods named. What a net of 1,000 digits knows of
    digits that are shifted by up to 3 pixels, it knows from training on such."""
    train, test = mnist()
    shift = RandomCrop(28, padding=3)
    x, t = shift(test.x, 0), test.t

    def accuracy(transform):
        rng = np.random.default_rng(0)
        model = nn.Sequential(nn.Linear(784, 64, init="he", rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
        optimizer = optim.Adam(model.parameters(), lr=3e-3)
        for _ in range(8):
            for xb, tb in DataLoader(train[:1000], 50, True, rng=rng, transform=transform, prefetch=2):
                optimizer.zero_grad()
                nn.CrossEntropyLoss()(model(xb), tb).backward()
                optimizer.step()
        return float((model(x).numpy().argmax(1) == t).mean())

    assert accuracy(shift) > accuracy(None) + 0.1
