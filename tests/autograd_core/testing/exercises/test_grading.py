"""`grade`: right answers get all points, wrong ones an explanation."""

import numpy as np
import pytest

from autograd_core.testing import UnknownExerciseError, grade
from autograd_core.testing.exercises.formulas import FORMULAS, NUMBERS
from autograd_core.testing.exercises.tasks import TASKS
from tests.autograd_core.testing import lecture_layers as layers
from tests.autograd_core.testing import lecture_optimizers as optimizers

RNG = np.random.default_rng(8)

# the answers that the lecture prints, its error in 3.3 (4) put right
PRINTED = {
    "3.3-1": lambda u, dz_du: u * (1 - u) * dz_du,
    "3.3-2": lambda u, t: u - t,
    "3.3-3": lambda x, z_u, z_v: np.exp(x) * z_u - np.exp(-x) * z_v,
    "3.3-4": lambda u, v, z_u, z_v: (u * v * (z_u - z_v), u * v * (-z_u + z_v)),
    "3.3-5": lambda s, t, u, v: (u - s, v - t),
    "3.3-6": lambda w00, w01, w10, w11, z_y0, z_y1: (w00 * z_y0 + w01 * z_y1, w10 * z_y0 + w11 * z_y1),
    "3.4-4": lambda a, x, y: (2 * a * (a * x - y), 2 * x * (a * x - y), -2 * (a * x - y)),
    "3.4-7": lambda x, y: (-x, 1 / (1 + np.exp(-x)) - y),
    "3.5-5": lambda X, dY: X.T @ dY,
    "3.6-1": {"E": 2.5, "dY": [2, 1], "dX": [4, 3, 4], "dW": [[4, 2], [-2, -1], [2, 1]]},
    "3.6-2": {
        "E": np.log(2),
        "dY": [-0.5, 0.5],
        "dX": [-1, 0, 2],
        "dW": [[-1, 1], [0.5, -0.5], [-0.5, 0.5]],
    },
    "3.6-3": {"dX": [[1, 0], [0, -1], [1, 1]], "db": [2, 0]},
    "8.2-3": lambda W, b, gamma, beta, mean, var, eps: (
        W * gamma / np.sqrt(var + eps),
        (b - mean) * gamma / np.sqrt(var + eps) + beta,
    ),
    "9.1-2": lambda W, alpha: 2 * alpha * W,
    "9.1-3": lambda W, alpha: alpha * np.sign(W),
}


def numerical_gradient(f, x, h=1e-4):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradients_behind(last):
    """The gradients of two layers whose last activation goes so well with the loss that dA2 is (ŷ − y)/N."""

    def gradients(x, t, W1, b1, W2, b2):
        a1 = x @ W1 + b1
        x1 = np.maximum(a1, 0)
        dy = (last(x1 @ W2 + b2) - t) / len(x)
        da1 = dy @ W2.T * (a1 > 0)
        return x.T @ da1, da1.sum(axis=0), x1.T @ dy, dy.sum(axis=0)

    return gradients


LAST = {
    "2-2-1": lambda a: a,
    "2-2-2": lambda a: 1 / (1 + np.exp(-a)),
    "2-2-3": lambda a: np.exp(a) / np.exp(a).sum(axis=1, keepdims=True),
}


CODE = {
    **{exercise: [gradients_behind(last)] for exercise, last in LAST.items()},
    "2.2-1": [lambda a, y: np.maximum(a, 0) + np.log(1 + np.exp(-np.abs(a))) - y * a],
    "2.3-1": [lambda y, t: -np.sum(t * np.log(y)) / len(y)],
    "5.2-4": [softmax],
    "2-2-4": [layers.TwoLayers(RNG)],
    "2-2-4-1": [lambda a, x: (x - a.mean(axis=0)) / a.std(axis=0)],
    "2-2-4-2": [layers.TwoLayers(RNG)],
    "2-2-4-3": [layers.train_epoch],
    "2-2-4-4": [lambda y, t, mean, std: np.sqrt(np.mean((std * y + mean - t) ** 2))],
    "3-1-1": [layers.Affine, layers.Affine(RNG.standard_normal((2, 3)), np.zeros(3)), numerical_gradient],
    "3-1-2": [layers.SoftmaxWithLoss, layers.SoftmaxWithLoss()],
    "3-1-3": [
        layers.Sigmoid,
        layers.ReLU(),
        layers.HalfMSE,
        layers.SigmoidWithLoss,
        [layers.Sigmoid, layers.ReLUInPlace],
        {"a": layers.ReLU, "b": layers.HalfMSE()},
    ],
    "2-5-1": [optimizers.SGD, [optimizers.Momentum, optimizers.Adam, optimizers.AdaGrad(0.1)]],
    "6.1-1": [optimizers.Momentum],
    "6.2-1": [optimizers.Adam, optimizers.AdamRewritten],
    "7.2-1": [lambda n, m, rng: np.sqrt(2 / n) * rng.standard_normal((n, m))],
    "7.2-2": [lambda n, m, rng: rng.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))],
    "7.2-3": [lambda f: 1 / np.mean(f(RNG.standard_normal(100_000)) ** 2)],
    "2-7": [layers.BatchNorm, layers.BatchNorm(np.ones(3), np.zeros(3))],
    "2-9": [layers.Dropout, layers.Dropout(0.2)],
}


def test_every_exercise_has_an_answer_here():
    assert {*PRINTED} == {*FORMULAS, *NUMBERS}
    assert {*CODE} == {*TASKS}


@pytest.mark.parametrize("exercise", PRINTED)
def test_the_printed_answers_are_right(exercise):
    mark = grade(exercise, PRINTED[exercise])
    assert mark, str(mark)
    assert mark.points == mark.out_of > 0
    assert str(mark).startswith(f"{exercise}, ")
    assert "right, " in str(mark)


@pytest.mark.parametrize(("exercise", "answer"), [(e, a) for e, answers in CODE.items() for a in answers])
def test_right_code_is_right(exercise, answer):
    mark = grade(exercise, answer)
    assert mark, str(mark)
    assert "✗" not in str(mark)


# ---- formulas and numbers ----------------------------------------------------------------------------------


def test_numbers_may_come_as_a_tuple():
    assert grade("3.6-1", ([4, 3, 4], [[4, 2], [-2, -1], [2, 1]]))


def test_numbers_that_are_wrong():
    mark = grade("3.6-1", {"dX": [[4, 3, 4]], "dW": [[4, -2, 2], [2, -1, 1]], "E": 5})
    assert not mark
    assert (mark.points, mark.out_of) == (1, 3)
    text = str(mark)
    assert "✓ dX" in text
    assert "✗ dW: shape (2, 3) instead of (3, 2): transposed" in text
    assert "✗ E: " in text
    mark = grade("3.6-3", {"dX": [[1, 0], [0, -1], [1, 1]], "db": [[1, 0], [0, -1], [1, 1]]})
    assert "the sum over the broadcast axis 0 is missing" in str(mark)


def test_numbers_that_are_missing_or_not_asked_for():
    assert "dW is not among dX" in str(grade("3.6-1", {"dX": [4, 3, 4]}))
    assert "is not asked for; dX, db are known" in str(grade("3.6-3", {**PRINTED["3.6-3"], "dc": 1}))
    assert "dX, dW are asked for" in str(grade("3.6-1", (1,)))


def test_the_missing_sign_of_the_lecture():
    def with_printed_slip(u, v, z_u, z_v):
        return u * v * (z_u + z_v), u * v * (z_u + z_v)

    mark = grade("3.3(4)", with_printed_slip)
    assert mark.exercise == "3.3-4"
    assert not mark
    assert "for example" in str(mark)


def test_formulas_that_are_wrong():
    assert "the sign is turned round" in str(grade("3.3-2", lambda u, t: t - u))
    half = grade("9.1-2", lambda W, alpha: alpha * W)
    assert not half
    assert "½" in str(half)
    assert "transposed" in str(grade("3.5-5", lambda X, dY: dY.T @ X))
    mark = grade("3.4-4", lambda a, x, y: (2 * a * (a * x - y), 2 * x * (a * x - y), 2 * (a * x - y)))
    assert [part.right for part in mark.parts] == [True, True, False]


def test_formulas_by_name_by_position_and_in_a_dict():
    assert grade("3.3-1", lambda a, b: a * (1 - a) * b)
    assert grade("3.3-1", lambda dz_du, u: u * (1 - u) * dz_du)
    assert grade("3.4-7", lambda y_hat, y, x: {"h_x": y_hat - y, "h_y": -x})
    assert grade("3.3-2", lambda x, t: (1 / (1 + np.exp(-x)) - t,))


def test_formulas_that_cannot_be_called():
    assert "it raises TypeError" in str(grade("3.3-2", lambda a: a))
    assert "z_x, z_y are asked for" in str(grade("3.3-5", lambda u, s: u - s))
    with pytest.raises(TypeError, match="asks for a function"):
        grade("3.3-2", 0.5)
    with pytest.raises(TypeError, match="asks for numbers"):
        grade("3.6-1", lambda: 1)


def test_an_unknown_exercise():
    with pytest.raises(UnknownExerciseError, match=r"no exercise '9-9-9'") as error:
        grade("9-9-9", 1)
    for exercise in (*PRINTED, *CODE):
        assert exercise in str(error.value)


# ---- code --------------------------------------------------------------------------------------------------


def derived(kind, **more):
    return type(kind.__name__, (kind,), more)


def test_softmax_with_loss_without_the_mean():
    mark = grade("3-1-2", derived(layers.SoftmaxWithLoss, backward=lambda self: self.y - self.t))
    assert not mark
    assert "✗ dx: × 5 = N: mean forgotten" in str(mark)
    assert "✓ forward" in str(mark)
    assert (mark.points, mark.out_of) == (2, 3)


def test_softmax_with_loss_whose_forward_is_a_sum():
    def forward(self, x, t):
        return layers.SoftmaxWithLoss.forward(self, x, t) * len(x)

    mark = grade("3-1-2", derived(layers.SoftmaxWithLoss, forward=forward))
    assert "✗ forward: forward differs from softmax_with_loss" in str(mark)
    assert "✓ dx" in str(mark), "which is compared with the lecture's"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_softmax_that_overflows():
    def forward(self, x, t):
        self.y, self.t = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y)) / len(x)

    mark = grade("3-1-2", derived(layers.SoftmaxWithLoss, forward=forward))
    assert "✗ large numbers: forward gives nan: subtract the largest" in str(mark)
    assert mark.points == mark.out_of - 1


def test_affine_without_the_sum():
    def backward(self, dout):
        dx = layers.Affine.backward(self, dout)
        self.db = dout
        return dx

    mark = grade("3-1-1", derived(layers.Affine, backward=backward))
    assert "✗ db: shape (5, 4) instead of (4,): the sum over the broadcast axis 0 is missing" in str(mark)


def test_numerical_derivatives():
    def one_sided(f, x, h=1e-4):
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            old, start = x[index], f(x)
            x[index] = old + h
            grad[index] = (f(x) - start) / h
            x[index] = old
        return grad

    def not_restored(f, x, h=1e-4):
        grad = numerical_gradient(f, x, h)
        x += h
        return grad

    def halved(f, x):
        return numerical_gradient(f, x) / 2

    def flat(f, x):
        return numerical_gradient(f, x).reshape(-1)

    def coarse(f, x):
        return numerical_gradient(f, x, 0.05)

    assert "a one-sided difference" in str(grade("3-1-1", one_sided))
    assert "x is not restored" in str(grade("3-1-1", not_restored))
    assert "½" in str(grade("3-1-1", halved))
    assert "its shape is (6,)" in str(grade("3-1-1", flat))
    assert "h is too large" in str(grade("3-1-1", coarse))
    assert "all of it is 0: no slope" in str(grade("3-1-1", lambda f, x: np.zeros_like(x)))
    assert "it raises KeyError" in str(grade("3-1-1", lambda f, x: {}["x"]))


def test_other_layers():
    wrong = derived(layers.Sigmoid, backward=lambda self, dout: dout * self.y)
    mark = grade("3-1-3", [wrong, layers.ReLU])
    assert not mark
    assert "✗ Sigmoid, dx" in str(mark)
    assert "✓ ReLU, dx" in str(mark)
    off = derived(layers.Sigmoid, forward=lambda self, x: layers.Sigmoid.forward(self, x) + 1)
    assert "forward differs from sigmoid" in str(grade("3-1-3", off)), "recognised by its name"
    assert "that of none of" in str(grade("3-1-3", layers.BatchNorm(np.ones(3), np.ones(3))))


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y**2)


class Leaky:
    def forward(self, x):
        self.slope = np.where(x > 0, 1.0, 0.1)
        return x * self.slope

    def backward(self, dout):
        return dout * self.slope


def test_softmax_as_a_function():
    """Row 5.2-4: the largest number is subtracted."""

    def naive(x):
        return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)

    def by_one_number(x):
        return naive(x - x.max())

    def in_place(x):
        x -= x.max(axis=1, keepdims=True)
        return naive(x)

    def columns(x):
        return softmax(x.T).T

    for wrong, words in (
        (naive, "✗ large numbers: it gives NaN: subtract from each row its own largest number"),
        (by_one_number, "✗ large numbers: it gives NaN"),
        (in_place, "✗ the values: right, but it changes its argument in place"),
        (columns, "✗ the values: the columns sum to 1, not the rows"),
        (lambda x: np.exp(x) / np.exp(x).sum(), "✗ the values: all numbers together sum to 1, not each row"),
        (np.exp, "✗ the values: one factor for each of the rows"),
        (lambda x: softmax(x)[0], "✗ the values: its shape is (3,), right is (5, 3)"),
        (lambda x: ..., "✗ the values: it returns nothing yet"),
    ):
        mark = grade("5.2-4", wrong)
        assert not mark
        assert words in str(mark)


def test_cross_entropy_as_a_function():
    """Row 2.3-1: the mean over the batch, not over all numbers, and not the sum."""
    for wrong, words in (
        (lambda y, t: -np.sum(t * np.log(y)), "✗ the loss: × 5 = N"),
        (lambda y, t: -np.mean(t * np.log(y)), "✗ the loss: off by 1/3 = 1/K"),
        (lambda y, t: np.sum(t * np.log(y)) / len(y), "✗ the loss: the sign is turned round"),
        (lambda y, t: -np.sum(t * np.log(y), axis=1), "✗ the loss: its shape is (5,), right is ()"),
        (lambda y, t: ..., "✗ the loss: it returns nothing yet"),
    ):
        mark = grade("2.3-1", wrong)
        assert not mark
        assert words in str(mark)


def test_other_activations():
    """Rows 1.2-3 and 1.2-4: tanh, and leaky ReLU with slope 0.1."""
    assert grade("3-1-3", [Tanh, Leaky])
    mark = grade("3-1-3", derived(Tanh, backward=lambda self, dout: dout * (1 - self.y)))
    assert "✓ Tanh, forward" in str(mark)
    assert "✗ Tanh, dx" in str(mark)

    def forward(self, x):
        self.slope = np.where(x > 0, 1.0, 0.01)
        return x * self.slope

    steep = derived(Leaky, forward=forward)
    mark = str(grade("3-1-3", steep))
    assert "forward differs from leaky_relu" in mark, "recognised by its name"
    assert "the slope is 0.01, as PyTorch's: the lecture has 0.1" in mark
    assert "overwritten" not in mark.splitlines()[1], (
        "a guess from the numbers has no place beside the reason"
    )


def test_the_name_of_a_layer_says_what_it_is_to_be():
    """Row 1.2-4: ReLU, right in itself, is no answer where leaky ReLU is asked for."""

    class LeakyReLU:
        def forward(self, x):
            self.mask = x > 0
            return x * self.mask

        def backward(self, dout):
            return dout * self.mask

    mark = grade("3-1-3", LeakyReLU)
    assert not mark
    assert "it is ReLU: what is not above 0 has to be multiplied by 0.1" in str(mark)
    assert grade("3-1-3", type("ReLU", (LeakyReLU,), {}))
    assert grade("3-1-3", type("Mine", (LeakyReLU,), {})), "a name that says nothing: by its forward"


def test_code_that_is_still_to_be_written():
    class Untouched:
        def forward(self, x, t):
            loss = ...
            return loss

        def backward(self):
            dx = ...
            return dx

    mark = grade("3-1-2", Untouched)
    assert [part.words for part in mark.parts] == [
        "forward returns nothing yet: compute the result and return it"
    ]
    mark = grade("3-1-2", derived(Untouched, forward=layers.SoftmaxWithLoss.forward))
    assert "✗ dx: backward returns ..." in str(mark)
    assert "✓ large numbers" in str(mark)


def test_code_that_raises_is_a_part_that_is_wrong():
    class Broken:
        def forward(self, x, t):
            return np.sum(t * np.log(self.y))

        def backward(self):
            return self.y

    mark = grade("3-1-2", Broken)
    assert not mark
    assert "✗ the code: it raises AttributeError" in str(mark)
    assert "in 'return np.sum(t * np.log(self.y))'" in str(mark)


def test_batch_norm():
    def forward(self, x):
        out = layers.BatchNorm.forward(self, x)
        n = len(x)
        self.sigma = self.sigma * np.sqrt(n / (n - 1))
        self.xn = self.xn * np.sqrt((n - 1) / n)
        return (out - self.beta) * np.sqrt((n - 1) / n) + self.beta

    assert "divided by N − 1" in str(grade("2-7", derived(layers.BatchNorm, forward=forward)))
    simple = derived(layers.BatchNorm, backward=lambda self, dout: dout * self.gamma / self.sigma)
    text = str(grade("2-7", simple))
    assert "the way through the mean and variance of the batch is forgotten" in text
    assert "self.dgamma is not there" in text


def test_dropout():
    def kept(self, x):
        self.mask = np.random.rand(*x.shape) < self.p  # noqa: NPY002
        return x * self.mask

    def inverted(self, x):
        self.mask = (np.random.rand(*x.shape) > self.p) / (1 - self.p)  # noqa: NPY002
        return x * self.mask

    def by_columns(self, x):
        self.mask = np.random.rand(x.shape[1]) > self.p  # noqa: NPY002
        return x * self.mask

    text = str(grade("2-9", derived(layers.Dropout, forward=kept)(0.3)))
    assert "p is the probability to drop" in text
    assert "x (1 − p) is × 0.7: some numbers are dropped" in text
    assert "that is inverted dropout" in str(grade("2-9", derived(layers.Dropout, forward=inverted)))
    assert "all data have one mask" in str(grade("2-9", derived(layers.Dropout, forward=by_columns)(0.3)))
    wrong = derived(layers.Dropout, backward=lambda self, dout: dout)
    assert "✗ dx" in str(grade("2-9", wrong))

    class Flagged:
        def __init__(self, dropout_ratio=0.5):
            self.dropout_ratio = dropout_ratio

        def forward(self, x, train_flg=True):
            if train_flg:
                self.mask = np.random.rand(*x.shape) > self.dropout_ratio  # noqa: NPY002
                return x * self.mask
            return x * (1 - self.dropout_ratio)

        def backward(self, dout):
            return dout * self.mask

    assert grade("2-9", Flagged)
    unscaled = derived(
        Flagged, forward=lambda self, x, train_flg=True: Flagged.forward(self, x) if train_flg else x
    )
    assert "everything is × 1" in str(grade("2-9", unscaled))

    class Endless(Flagged):
        def forward(self, x):
            return super().forward(x)

    assert "no way to predict was found" in str(grade("2-9", Endless))


class Dicts:
    """A network with params in a dict, a loss and a method for the gradients."""

    def __init__(self, factor=1.0):
        rng = np.random.default_rng(2)
        self.factor = factor
        self.params = {
            "W1": rng.standard_normal((3, 4)),
            "b1": rng.standard_normal(4),
            "W2": rng.standard_normal((4, 1)),
            "b2": rng.standard_normal(1),
        }

    def loss(self, x, t):
        p = self.params
        self.x1 = np.maximum(x @ p["W1"] + p["b1"], 0)
        self.y = self.x1 @ p["W2"] + p["b2"]
        return self.factor * np.sum((self.y - t) ** 2) / (2 * len(x))

    def gradient(self, x, t):
        self.loss(x, t)
        p = self.params
        dy = (self.y - t) / len(x)
        da = dy @ p["W2"].T * (self.x1 > 0)
        return {"W1": x.T @ da, "b1": da.sum(axis=0), "W2": self.x1.T @ dy, "b2": dy.sum(axis=0)}


def test_cross_entropy_of_logits():
    """Rows 2.2-1 and E18: as the lecture writes it, it overflows."""

    def as_written(a, y):
        y_hat = 1 / (1 + np.exp(-a))
        return -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)

    def guarded(a, y):
        y_hat = 1 / (1 + np.exp(-np.maximum(a, -700)))
        return -y * np.log(y_hat + 1e-7) - (1 - y) * np.log(1 - y_hat + 1e-7)

    def of_the_wrong_sign(a, y):
        return np.logaddexp(0, a) + y * a

    right, wrong = grade("2.2-1", as_written).parts
    assert right.right
    assert "inf or NaN" in wrong.words
    mark = grade("2.2-1", guarded)
    assert "for example 11.2827, right is 840" in mark.parts[1].words
    assert grade("2.2-1", of_the_wrong_sign).points == 0
    assert "it returns nothing yet" in str(grade("2.2-1", lambda a, y: ...))
    assert grade("2.2-1", lambda a, y: ...).out_of == 1


def test_networks():
    net = Dicts()
    before = {key: value.copy() for key, value in net.params.items()}
    assert grade("2-2-4", net)
    assert grade("2-2-4", Dicts)
    for key, value in before.items():
        np.testing.assert_array_equal(net.params[key], value)
    mark = grade("2-2-4", Dicts(2.0))
    assert "the loss is × 2 of" in str(mark)
    assert "✗ dW1: off by a factor ½" in str(mark)
    assert {part.name for part in mark.parts} == {"the loss", "forward", "dW1", "db1", "dW2", "db2"}


class Classifier(Dicts):
    """The same network with another last activation and the error that goes with it."""

    def __init__(self, outputs):
        super().__init__()
        self.params["W2"] = np.linspace(-1, 1, 4 * outputs).reshape(4, outputs)
        self.params["b2"] = np.zeros(outputs)

    def loss(self, x, t):
        p = self.params
        self.x1 = np.maximum(x @ p["W1"] + p["b1"], 0)
        a2 = self.x1 @ p["W2"] + p["b2"]
        if a2.shape[1] == 1:
            self.y = 1 / (1 + np.exp(-a2))
            return -np.sum(t * np.log(self.y) + (1 - t) * np.log(1 - self.y)) / len(x)
        self.y = np.exp(a2) / np.exp(a2).sum(axis=1, keepdims=True)
        return -np.sum(t * np.log(self.y)) / len(x)


def test_networks_for_classes():
    assert grade("2-2-1", Dicts)
    assert grade("2-2-2", Classifier(1))
    assert grade("2-2-3", Classifier(3))
    mark = grade("2-2-2", Dicts())
    assert "log(1 − ŷ)), ŷ = σ(a2)" in next(part.words for part in mark.parts if part.name == "the loss")
    assert not grade("2-2-1", Classifier(1))
    assert not grade("2-2-3", Dicts())  # softmax of a single number: its loss is 0


@pytest.mark.parametrize("exercise", LAST)
@pytest.mark.parametrize("name", LAST)
def test_gradients_for_another_problem_are_wrong(exercise, name):
    assert bool(grade(exercise, gradients_behind(LAST[name]))) is (name == exercise)
    assert grade(exercise, lambda *_: 4 * (...,)).points == 0


def test_gradients_of_a_network_as_a_function():
    def right(x, t, W1, b1, W2, b2):
        a1 = x @ W1 + b1
        x1 = np.maximum(a1, 0)
        dy = (x1 @ W2 + b2 - t) / len(x)
        da1 = dy @ W2.T * (a1 > 0)
        return x.T @ da1, da1.sum(axis=0), x1.T @ dy, dy.sum(axis=0)

    def without_mask(x, t, W1, b1, W2, b2):
        x1 = np.maximum(x @ W1 + b1, 0)
        dy = (x1 @ W2 + b2 - t) / len(x)
        da1 = dy @ W2.T
        return {"W1": x.T @ da1, "b1": da1.sum(axis=0), "dW2": x1.T @ dy, "db2": dy.sum(axis=0)}

    assert grade("2-2-4", right)
    mark = grade("2-2-4", without_mask)
    assert [(part.name, part.right) for part in mark.parts] == [
        ("dW1", False),
        ("db1", False),
        ("dW2", True),
        ("db2", True),
    ]


def test_optimizers():
    def update(self, params, grads):
        for key in params:
            params[key] += self.lr * grads[key]

    mark = grade("2-5-1", [optimizers.Momentum, derived(optimizers.SGD, update=update)])
    assert (mark.points, mark.out_of) == (1, 2)
    assert "it climbs" in str(mark)
    assert not grade("6.1-1", optimizers.SGD)


def test_what_cannot_be_made():
    class Strange(layers.Affine):
        def __init__(self, a, b, c, d):
            self.a = a

    assert "could not be made as Strange(W, b)" in str(grade("3-1-1", Strange))
    assert repr(grade("3.3-2", lambda u, t: u - t)).startswith("<Grade: 3.3-2")


@pytest.mark.parametrize("returned", ["x", object()])
@pytest.mark.parametrize("exercise", ["2.2-1", "2.3-1", "3.3-1", "3.5-5", "5.2-4", "9.1-2"])
def test_a_function_that_returns_no_numbers(exercise, returned):
    mark = grade(exercise, lambda *given: returned)
    assert not mark
    assert mark.out_of == 1
    assert "a number or an array is asked for; got" in str(mark)


def test_one_number_where_an_array_is_asked_for():
    assert "shape () instead of (3, 4)" in str(grade("3.5-5", lambda X, dY: 1.0))
    assert "✗ dX: not filled in yet" in str(grade("3.6-3", {"dX": None, "db": [2, 0]}))


@pytest.mark.parametrize("answer", [3, "a layer"])
def test_what_is_no_layer(answer):
    with pytest.raises(TypeError, match="has no forward"):
        grade("3-1-3", answer)


@pytest.mark.parametrize("exercise", ["2.2-1", "2.3-1", "5.2-4", "2-2-4(1)"])
def test_what_is_no_function(exercise):
    with pytest.raises(TypeError, match="grade: a function is asked for, got a str"):
        grade(exercise, "softmax")


@pytest.mark.parametrize("number", ["3.3(2)", " 3.3 (2) ", "３．３（２）", "3.3–2", "3.3−2"])
def test_a_number_may_be_written_in_several_ways(number):
    assert grade(number, lambda u, t: u - t).exercise == "3.3-2"


@pytest.mark.parametrize("exercise", ["3-1-2", "3-1-3"])
def test_a_function_where_a_layer_is_asked_for_is_a_wrong_answer(exercise):
    mark = grade(exercise, lambda x, t: x)
    assert not mark
    assert "has no forward" in str(mark)


def test_derivatives_that_are_exchanged():
    mark = grade("3.4-4", lambda a, x, y: (2 * x * (a * x - y), 2 * a * (a * x - y), -2 * (a * x - y)))
    assert [part.right for part in mark.parts] == [False, False, True]
    assert "z_x: this is z_a: look at the order, z_x, z_a, z_y" in str(mark)
    assert "z_a: this is z_x" in str(mark)
