"""What is right only for one size, one call or one p is not right; right answers of unusual form are."""

import numpy as np
import pytest

from autograd_core.testing import check_layer, grade
from tests.autograd_core.testing.exercises.test_networks import derived


def found(exercise, answer):
    """What is wrong, by part."""
    return {part.name: part.words for part in grade(exercise, answer).parts if not part.right}


# ---- softmax with loss -------------------------------------------------------------------------------------


class SoftmaxWithLoss:
    total = 0.0

    def softmax(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def size(self, x):
        return len(x)

    def forward(self, x, t):
        self.t, self.y = t, self.softmax(x)
        return -np.sum(t * np.log(self.y)) / self.size(x)

    def backward(self):
        return (self.y - self.t) / self.size(self.t)


def adding_up(self, x, t):
    SoftmaxWithLoss.total += SoftmaxWithLoss.forward(self, x, t)
    return SoftmaxWithLoss.total


def of_the_whole(self, x):
    e = np.exp(x - x.max())
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("methods", "part", "said"),
    [
        ({"size": lambda self, x: 5}, "another batch", "not for a second one of (7, 4): forward differs"),
        ({"forward": adding_up}, "another batch", "not for a second one of (7, 4): forward differs"),
        ({"softmax": of_the_whole}, "large numbers", "the largest number of each row"),
    ],
)
def test_layers_with_loss_for_one_batch_only(methods, part, said):
    wrong = found("3-1-2", derived(SoftmaxWithLoss, **methods))
    assert list(wrong) == [part]
    assert said in wrong[part]


@pytest.mark.parametrize(
    "methods",
    [
        {},
        {"forward": lambda self, x, t: np.array([SoftmaxWithLoss.forward(self, x, t)])},
    ],
)
def test_right_layers_of_unusual_form(methods):
    assert grade("3-1-2", derived(SoftmaxWithLoss, **methods))


def test_a_gradient_in_lists_is_one_and_no_array():
    answer = derived(SoftmaxWithLoss, backward=lambda self: ((self.y - self.t) / len(self.t)).tolist())
    assert found("3-1-2", answer) == {"dx": "it is a list, not an array: np.array makes one"}


def test_a_layer_that_was_used_before():
    layer = SoftmaxWithLoss()
    layer.forward(np.ones((2, 3)), np.eye(3)[:2])
    assert grade("3-1-2", layer)


def test_a_loss_for_each_datum():
    def each(self, x, t):
        SoftmaxWithLoss.forward(self, x, t)
        return -np.sum(t * np.log(self.y), axis=1)

    wrong = found("3-1-2", derived(SoftmaxWithLoss, forward=each))
    assert "forward gives shape (5,)" in wrong["forward"]
    assert "another shape already: mend that first" in wrong["dx"]


def test_a_result_that_is_no_array():
    with pytest.raises(TypeError, match="forward gives a tuple, not an array or a number"):
        check_layer(derived(SoftmaxWithLoss, forward=lambda self, x: (1.0, x))(), np.ones((2, 3)))


def test_an_affine_layer_for_one_size_of_batch():
    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, x):
            self.x = x
            return x @ self.W + self.b

        def backward(self, dout):
            self.dW, self.db = self.x.T @ dout, dout[:5].sum(axis=0)
            return dout @ self.W.T

    assert "db" in found("3-1-1", Affine)["another batch"]


# ---- dropout -----------------------------------------------------------------------------------------------

SHARED = np.random.default_rng(1)
"""A generator outside of the layer, from which a check cannot start again."""
RATIO = 0.3


class Dropout:
    def __init__(self, p):
        self.p, self.train, self.rng = p, True, np.random.default_rng(0)

    def drawn(self, X):
        return self.rng.random(X.shape) >= self.p

    def forward(self, X):
        if self.train:
            self.mask = self.drawn(X)
            return X * self.mask
        return self.predicted(X)

    def predicted(self, X):
        return X * (1 - self.p)

    def backward(self, dout):
        return dout * self.mask


def piling_up(self, X):
    mask = self.rng.random(X.shape) >= self.p
    old = getattr(self, "mask", mask)
    return mask & old if old.shape == mask.shape else mask


def in_pairs(self, X):
    return np.repeat(self.rng.random((len(X), X.shape[1] // 2)) >= self.p, 2, axis=1)


def shared(self, X):
    return SHARED.random(X.shape) >= self.p


def overwriting(self, X):
    X *= 1 - self.p
    return X


MASKS = "another mask for every datum and call"
PREDICTION = "prediction y = x (1 − p)"


@pytest.mark.parametrize(
    ("methods", "wrong"),
    [
        ({"drawn": piling_up}, {MASKS: "30% are 0 at one call, 50% at the next"}),
        ({"drawn": in_pairs}, {MASKS: "some numbers of a datum are always dropped together"}),
        ({"drawn": lambda self, X: self.rng.random(X.shape) >= RATIO}, {"another p": "with p = 0.6 30%"}),
        ({"predicted": lambda self, X: X * (1 - RATIO)}, {"prediction with p = 0.6": "everything is × 0.7"}),
        ({"predicted": overwriting}, {PREDICTION: "it overwrites x"}),
        ({"predicted": lambda self, X: X}, {PREDICTION: "everything is × 1, the factor is missing"}),
        ({"predicted": lambda self, X: X * self.p}, {PREDICTION: "everything is × 0.3, that is p"}),
        ({"drawn": shared, "backward": lambda self, dout: dout}, {"dx": "it is not dout * mask"}),
        (
            {"drawn": lambda self, X: self.rng.random(X.shape)},
            {"y = x * mask": "0.0% of the numbers are 0", MASKS: "no mask to be seen"},
        ),
        ({"forward": lambda self, X: X[X > 1]}, {"y = x * mask": "its shape is"}),
        ({"forward": lambda self, X: print(len(X))}, {"the answer": "forward returns nothing yet"}),
    ],
)
def test_dropout_that_is_right_now_and_then(methods, wrong):
    said = found("2-9", derived(Dropout, **methods))
    assert set(said) == set(wrong)
    assert all(words in said[name] for name, words in wrong.items())


def in_float32(self, X):
    return Dropout.forward(self, X.astype(np.float32))


@pytest.mark.parametrize("methods", [{}, {"drawn": shared}, {"forward": in_float32}])
def test_right_dropout(methods):
    assert grade("2-9", derived(Dropout, **methods))


@pytest.mark.parametrize("p", [0.02, 0.5, 0.95])
def test_right_dropout_with_any_ratio(p):
    assert grade("2-9", Dropout(p))


def test_a_ratio_under_another_name():
    class ByKeeping(Dropout):
        def __init__(self, p):
            self.keep, self.train, self.rng = 1 - p, True, np.random.default_rng(0)

        def drawn(self, X):
            return self.rng.random(X.shape) < self.keep

        def predicted(self, X):
            return X * self.keep

    assert grade("2-9", ByKeeping)
    assert "no dropout ratio was found" in found("2-9", ByKeeping(0.3))["the answer"]
