"""Networks as classes, method by method: what is right is seen before the rest is written."""

import numpy as np
import pytest

from autograd_core.testing import grade
from autograd_core.testing.checking.guesses import guess


class Empty:
    """As a learner finds it."""

    def __init__(self, n_in, n_hidden, n_out, rng=0):
        rng = np.random.default_rng(rng)
        self.params = {
            "W1": rng.normal(0, 0.5, (n_in, n_hidden)),
            "b1": rng.normal(0, 0.5, n_hidden),
            "W2": rng.normal(0, 0.5, (n_hidden, n_out)),
            "b2": rng.normal(0, 0.5, n_out),
        }

    def predict(self, x):
        return ...

    def loss(self, x, t):
        return ...

    def gradient(self, x, t):
        return ...


class Predicts(Empty):
    def predict(self, x):
        W1, b1, W2, b2 = self.params.values()
        a1 = x @ W1 + b1
        self.mask1 = a1 > 0
        self.x1 = self.mask1 * a1
        return self.x1 @ W2 + b2


class Loses(Predicts):
    def loss(self, x, t):
        return ((self.predict(x) - t) ** 2).sum() / (2 * len(x))


class Right(Loses):
    def dy(self, x, t):
        return (self.predict(x) - t) / len(x)

    def dW2(self, dy):
        return self.x1.T @ dy

    def db1(self, da1):
        return da1.sum(axis=0)

    def mask(self, dx1):
        return dx1 * self.mask1

    def gradient(self, x, t):
        dy = self.dy(x, t)
        da1 = self.mask(dy @ self.params["W2"].T)
        return {"W1": x.T @ da1, "b1": self.db1(da1), "W2": self.dW2(dy), "b2": dy.sum(axis=0)}


def found(answer):
    return {part.name: part.right for part in grade("2-2-4", answer).parts}


def derived(base, **methods):
    return type(base.__name__, (base,), methods)


def test_a_method_at_a_time():
    assert found(Empty) == {"predict": False}
    assert found(Predicts) == {"predict": True, "the loss": False}
    assert found(Loses) == {
        **dict.fromkeys(["predict", "the loss", "forward"], True),
        **dict.fromkeys(["dW1", "db1", "dW2", "db2"], False),
    }
    for answer in (Empty, Predicts):
        assert "returns nothing yet: compute the result and return it" in str(grade("2-2-4", answer))
    assert "dW1: it is not there yet" in str(grade("2-2-4", Loses))
    half = derived(Right, dW2=lambda self, dy: ..., db1=lambda self, da1: None)
    assert found(half) == {**found(Right), "dW2": False, "db1": False}
    assert grade("2-2-4", Right)


def affine_only(self, x):
    W1, b1, W2, b2 = self.params.values()
    return (x @ W1 + b1) @ W2 + b2


@pytest.mark.parametrize(
    ("predict", "said"),
    [
        (affine_only, "ReLU is missing: a1 has to pass it"),
        (lambda self, x: Predicts.predict(self, x)[:, 0], "its shape is (6,) instead of (6, 1)"),
        (lambda self, x: np.maximum(Predicts.predict(self, x), 0), "a ReLU at the output too"),
        (
            lambda self, x: np.maximum(x @ self.params["W1"], 0) @ self.params["W2"],
            "the biases are missing",
        ),
        (lambda self, x: 2 * Predicts.predict(self, x), "the values are not those of ReLU(x W1 + b1) W2"),
        (lambda self, x: 1 / 0, "it raises ZeroDivisionError"),
        (lambda self, x: "no", "its shape is () instead of (6, 1)"),
    ],
)
def test_mistakes_in_predict(predict, said):
    mark = grade("2-2-4", derived(Right, predict=predict))
    assert not mark
    assert said in next(part.words for part in mark.parts if part.name == "predict")


@pytest.mark.parametrize("exercise", ["2-2-2", "2-2-3"])
def test_predict_may_give_probabilities_or_what_goes_into_them(exercise):
    """Rows 2.2-1 and 2.3-1."""

    def softmax(x):
        e = np.exp(x)
        return e / e.sum(axis=1, keepdims=True)

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    output = sigmoid if exercise == "2-2-2" else softmax

    def probabilities(self, x):
        return output(Predicts.predict(self, x))

    def loss(self, x, t):
        y = probabilities(self, x)
        if exercise == "2-2-2":
            return -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum() / len(x)
        return -(t * np.log(y)).sum() / len(x)

    def dy(self, x, t):
        return (probabilities(self, x) - t) / len(x)

    for predict in (Predicts.predict, probabilities):
        assert grade(exercise, derived(Right, predict=predict, loss=loss, dy=dy))
    assert not grade(exercise, derived(Right, predict=lambda self, x: probabilities(self, x) ** 2, dy=dy))


@pytest.mark.parametrize(
    ("methods", "wrong", "said"),
    [
        (
            {"dy": lambda self, x, t: self.predict(x) - t},
            {"dW1", "db1", "dW2", "db2"},
            "× 6 = N: mean forgotten?",
        ),
        ({"dW2": lambda self, dy: dy.T @ self.x1}, {"dW2"}, "transposed"),
        ({"db1": lambda self, da1: da1.sum(axis=1)}, {"db1"}, "over axis 0, not over axis 1"),
        ({"mask": lambda self, dx1: dx1}, {"dW1", "db1"}, "the mask of ReLU is missing on the way back"),
        ({"mask": lambda self, dx1: dx1 * self.x1}, {"dW1", "db1"}, "x1 is taken for the mask"),
    ],
)
def test_mistakes_in_the_gradient(methods, wrong, said):
    """Row 4.1-3: the mask of ReLU too."""
    mark = grade("2-2-4", derived(Right, **methods))
    assert {part.name for part in mark.parts if not part.right} == wrong
    assert all(said in part.words for part in mark.parts if not part.right)
    assert mark.graph is not None


def test_gradients_that_are_still_to_be_written():
    mark = grade("2-2-4", lambda x, t, W1, b1, W2, b2: ...)
    assert [part.words for part in mark.parts] == ["it is not there yet"] * 4
    mark = grade("2-2-4", lambda x, t, W1, b1, W2, b2: {"W1": ..., "b1": ..., "W2": ..., "b2": ...})
    assert [part.words for part in mark.parts] == ["it is not there yet"] * 4


def test_the_wrong_axis_is_told_by_the_number_of_data():
    assert "N = 6 numbers, one for each datum" in str(guess(np.ones(6), np.ones(4), names={"N": 6}))
    assert "datum" not in str(guess(np.ones(5), np.ones(4), names={"N": 6}))
    assert "datum" not in str(guess(np.ones((6, 4)), np.ones(4), names={"N": 6}))


def gradients_by(dA2):
    def gradients(X, Y, W1, b1, W2, b2):
        A1 = X @ W1 + b1
        d = dA2(np.maximum(A1, 0) @ W2 + b2, Y) / len(X)
        dA1 = d @ W2.T * (A1 > 0)
        return X.T @ dA1, dA1.sum(axis=0), np.maximum(A1, 0).T @ d, d.sum(axis=0)

    return gradients


def logistic(a):
    return 1 / (1 + np.exp(-a))


def softmax(a, axis=1):
    return np.exp(a) / np.exp(a).sum(axis=axis, keepdims=True)


@pytest.mark.parametrize(
    ("exercise", "dA2", "said"),
    [
        ("2-2-2", lambda a, y: a - y, "the sigmoid is missing"),
        ("2-2-2", lambda a, y: (logistic(a) - y) * logistic(a) * (1 - logistic(a)), "a factor too much"),
        ("2-2-3", lambda a, y: a - y, "softmax is missing"),
        ("2-2-3", lambda a, y: softmax(a, 0) - y, "softmax is over the batch (axis 0)"),
        ("2-2-3", lambda a, y: (softmax(a) - y) * softmax(a) * (1 - softmax(a)), "a factor too much"),
    ],
)
def test_mistakes_at_the_output_layer(exercise, dA2, said):
    """Rows 2.2-1 and 2.3-1: what a wrong output layer does to all four gradients, said of each."""
    mark = str(grade(exercise, gradients_by(dA2)))
    assert [line for line in mark.splitlines() if line.startswith("  ✗")] == [
        next(line for line in mark.splitlines() if line.startswith(f"  ✗ d{name}: {said}"))
        for name in ("W1", "b1", "W2", "b2")
    ]


def test_a_right_output_layer_is_not_blamed():
    assert grade("2-2-2", gradients_by(lambda a, y: logistic(a) - y))
    assert grade("2-2-3", gradients_by(lambda a, y: softmax(a) - y))


# ---- what is right for one network, one batch or one call only ---------------------------------------------


def of_six(self, x, t):
    y = self.predict(x)
    return ((y - t) ** 2).sum() / 12


def stepping(self, x, t):
    grads = Right.gradient(self, x, t)
    for key, grad in grads.items():
        self.params[key] -= 0.1 * grad
    return grads


def adding_up(self, x, t):
    grads = Right.gradient(self, x, t)
    self.sum = getattr(self, "sum", 0.0) + grads["W1"]
    return {**grads, "W1": self.sum}


def stale(self, x, t):
    self.predict, predict = lambda x: self.x1 @ self.params["W2"] + self.params["b2"], self.predict
    try:
        return Right.gradient(self, x, t)
    finally:
        self.predict = predict


def by_other_keys(self, x, t):
    return {f"d{key}": grad for key, grad in Right.gradient(self, x, t).items()}


def vector(self, x, t):
    return ((self.predict(x) - t) ** 2).sum(axis=1)


def without_b1(self, x):
    self.mask1 = x @ self.params["W1"] > 0
    self.x1 = self.mask1 * (x @ self.params["W1"])
    return self.x1 @ self.params["W2"] + self.params["b2"]


@pytest.mark.parametrize(
    ("methods", "part", "said"),
    [
        ({"loss": of_six}, "another network", "N = 7, biases that are not 0: the loss is"),
        (
            {"loss": lambda self, x, t: np.mean((self.predict(x) - t) ** 2) / 2},
            "another network",
            "5 × 6 × 2",
        ),
        ({"gradient": adding_up}, "another network", "another one when it is asked for again"),
        ({"gradient": stale}, "another network", "after a loss of other data, raises ValueError"),
        ({"gradient": stepping}, "backward", "changes the parameter b2"),
        ({"gradient": by_other_keys}, "backward", "are called dW1, db1, dW2, db2, in params W1, b1, W2, b2"),
        ({"gradient": lambda self, x, t: (1, 2)}, "backward", "are a tuple; asked for is a dict with W1"),
        ({"loss": vector}, "the loss", "one number is asked for"),
        ({"loss": vector}, "dW1", "the loss is no number yet"),
        ({"loss": lambda self, x, t: (1.0, x)}, "the answer", "gives a tuple, not an array or a number"),
        ({"predict": without_b1}, "predict", "b1 is missing"),
    ],
)
def test_networks_for_one_batch_only(methods, part, said):
    wrong = {p.name: p.words for p in grade("2-2-4", derived(Right, **methods)).parts if not p.right}
    assert part in wrong
    assert said in wrong[part]


def test_a_loss_of_the_shape_1_1_is_a_number():
    def product(self, x, t):
        off = self.predict(x) - t
        return off.T @ off / (2 * len(x))

    def sums(self, x, t):
        return np.sum((self.predict(x) - t) ** 2, keepdims=True) / (2 * len(x))

    assert grade("2-2-4", derived(Right, loss=sums))
    assert set(found(derived(Right, loss=product))) >= {"the loss", "another network"}, "only for one output"


def test_params_without_a_gradient():
    class Half:
        def __init__(self, n_in, n_hidden, n_out):
            self.params = {"W1": np.ones((n_in, n_hidden))}

    assert "has params, but no gradient(x, t)" in str(grade("2-2-4", Half))


def test_a_bias_that_is_left_out_is_seen_where_all_begin_at_0():
    class Zeros(Right):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.params["b1"][...] = self.params["b2"][...] = 0.0

    assert grade("2-2-4", Zeros)
    assert not found(derived(Zeros, predict=without_b1))["predict"]
