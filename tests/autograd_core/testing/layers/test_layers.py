"""`check_layer`: the lecture's layers pass, and every usual mistake is explained."""

import copy
import random

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.testing import check_layer
from tests.autograd_core.testing import lecture_layers as lecture
from tests.autograd_core.testing.lecture_layers import (
    Affine,
    BatchNorm,
    Dropout,
    HalfMSE,
    ReLU,
    ReLUInPlace,
    Sigmoid,
    SigmoidWithLoss,
    SoftmaxWithLoss,
    TwoLayers,
)

RNG = np.random.default_rng(5)
X = RNG.standard_normal((5, 3))
T = np.eye(3)[[0, 2, 1, 1, 0]]
W, B = RNG.standard_normal((3, 4)), RNG.standard_normal(4)


def affine():
    return Affine(W.copy(), B.copy())


def norm():
    return BatchNorm(np.array([1.0, -2.0, 0.5]), np.array([0.1, 0.2, 0.3]))


RIGHT = {
    "affine": (affine(), X),
    "sigmoid": (Sigmoid(), X),
    "relu": (ReLU(), X),
    "relu in place": (ReLUInPlace(), X),
    "half mse": (HalfMSE(), X, X[::-1]),
    "sigmoid with loss": (SigmoidWithLoss(), X[:, :1], T[:, :1]),
    "softmax with loss": (SoftmaxWithLoss(), X, T),
    "softmax with loss, integer labels": (SoftmaxWithLoss(), X, T.astype(int)),
    "batch norm": (norm(), X),
    "dropout": (Dropout(0.4), X),
    "network": (TwoLayers(np.random.default_rng(1)), X, RNG.standard_normal((5, 2))),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_layers_pass(name):
    layer, *inputs = RIGHT[name]
    report = check_layer(layer, *inputs)
    assert report, str(report)
    assert report.gradients
    assert all(g.verdict == "right" for g in report.gradients)
    assert "all right" in str(report)
    assert dict(report.graph.marks) == {}


def test_every_gradient_is_compared():
    assert [g.name for g in check_layer(affine(), X).gradients] == ["dx", "dW", "db"]
    assert [g.name for g in check_layer(norm(), X).gradients] == ["dx", "dgamma", "dbeta"]
    layer, *inputs = RIGHT["network"]
    names = ["dx", "layers[0].dW", "layers[0].db", "layers[2].dW", "layers[2].db"]
    assert [g.name for g in check_layer(layer, *inputs).gradients] == names


def test_where_the_right_gradients_are_known_from():
    assert check_layer(Sigmoid, X).how == "the engine's derivative of its own forward"
    report = check_layer(ReLUInPlace(), X)
    assert report.how == "differences of its own forward"
    assert "could not be recorded" in str(report)
    assert "out[self.mask] = 0" in str(report) or "x.copy()" in str(report), "the line is quoted"


def test_a_forward_that_loses_its_tensors_is_found_out():
    class Half(Sigmoid):
        def forward(self, x):
            self.x = x
            shift = np.array([float(v) for v in np.sum(x, axis=1)])  # float() takes a Tensor out of the graph
            return x * 2 + shift[:, None]

        def backward(self, dout):
            return dout * 2 + dout.sum(axis=1, keepdims=True)

    report = check_layer(Half(), X)
    assert report
    assert report.how == "differences of its own forward"
    assert "loses a part of the gradient" in str(report)


def test_loops_and_lists_may_be_recorded():
    class Rows:
        def forward(self, x):
            self.x = x
            return np.stack([x[i] * i for i in range(len(x))])

        def backward(self, dout):
            return np.stack([dout[i] * i for i in range(len(dout))])

    report = check_layer(Rows(), X)
    assert report
    assert report.how.startswith("the engine")


# ---- every kind of mistake ---------------------------------------------------------------------------------


def mistaken(kind, backward, **more):
    """A layer of the lecture with another backward."""
    return type(kind.__name__, (kind,), {"backward": backward, **more})


def test_mean_forgotten():
    cls = mistaken(SoftmaxWithLoss, lambda self: self.y - self.t)
    report = check_layer(cls(), X, T)
    assert not report
    assert report["dx"].factor == pytest.approx(5)
    assert report["x"].guess.kind == "factor"
    assert "× 5 = N: mean forgotten" in str(report)
    ((edge, mark),) = report.graph.marks.items()
    assert edge.source.name == "x"
    assert mark.word == "dx × 5 = N"
    assert mark.style == "wrong"


def test_mean_too_much():
    def backward(self, dout):
        dx = Affine.backward(self, dout)
        self.dW /= len(dout)
        return dx

    report = check_layer(mistaken(Affine, backward)(W, B), X)
    assert [bool(g) for g in report.gradients] == [True, False, True]
    assert "1/5 = 1/N" in report["dW"].words
    index = report["dW"].index
    assert report["dW"].found == pytest.approx(report["dW"].wanted / 5)
    assert f"worst at {index}" in str(report)


def test_transposed_and_sum_missing():
    def backward(self, dout):
        self.dW, self.db = dout.T @ self.x, dout
        return dout @ self.W.T

    report = check_layer(mistaken(Affine, backward)(W, B), X)
    assert report["dW"].words == "shape (4, 3) instead of (3, 4): transposed"
    assert report["db"].guess.kind == "sum"
    assert "axis 0" in report["db"].words
    marks = {edge.source.name: mark for edge, mark in report.graph.marks.items()}
    assert marks["b"].style == "wrong", "the addition comes first on the way back"
    assert marks["W"] == ("dW transposed", "aside")


def test_the_words_on_a_wire_are_few():
    def backward(self, dout):
        dx = Affine.backward(self, dout)
        self.dW, self.db = self.dW * 2, self.db * 0.7
        return dx

    report = check_layer(mistaken(Affine, backward)(W, B), X)
    assert [mark.word for mark in report.graph.marks.values()] == ["db × 0.7", "dW × 2"]


def test_sign():
    report = check_layer(mistaken(Sigmoid, lambda self, dout: -dout * self.y * (1 - self.y))(), X)
    assert report["dx"].words == "the sign is turned round"


def test_missing_attribute():
    def backward(self, dout):
        self.db = dout.sum(axis=0)
        return dout @ self.W.T

    report = check_layer(mistaken(Affine, backward)(W, B), X)
    assert not report
    assert report["dW"].verdict == "missing"
    assert "self.dW is not there after backward" in str(report)
    assert "dW missing" in report.graph.source


def test_missing_return():
    def backward(self, dout):
        Affine.backward(self, dout)

    assert check_layer(mistaken(Affine, backward)(W, B), X)["dx"].words == "backward returns None"


def test_mask_forgotten():
    report = check_layer(mistaken(ReLU, lambda self, dout: dout)(), X)
    assert report["dx"].guess.kind == "mask"
    report = check_layer(mistaken(ReLUInPlace, lambda self, dout: 2 * dout)(), X)
    assert "mask is forgotten, and × 2" in report["dx"].words


def test_dout_not_used():
    report = check_layer(mistaken(Sigmoid, lambda self, dout: self.y * (1 - self.y))(), X)
    assert report["dx"].guess.kind == "dout"


def test_the_way_through_the_statistics_of_the_batch():
    def through_nothing(self, dout):
        BatchNorm.backward(self, dout)
        return self.gamma / self.sigma * dout

    def through_mean(self, dout):
        BatchNorm.backward(self, dout)
        return self.gamma / self.sigma * (dout - self.xn * np.mean(self.xn * dout, axis=0))

    for backward, words in ((through_nothing, "mean and variance of"), (through_mean, "mean of")):
        cls = mistaken(BatchNorm, backward)
        report = check_layer(cls(np.array([1.0, -2.0, 0.5]), np.zeros(3)), X)
        assert f"the way through the {words} the batch is forgotten" in report["dx"].words
        assert report["dgamma"]
        assert report["dbeta"]


def test_writing_into_dout():
    def backward(self, dout):
        dout[~self.mask] = 0
        return dout

    report = check_layer(mistaken(ReLU, backward)(), X)
    assert report["dx"], "the numbers are right"
    assert not report
    assert "backward changes dout in place" in str(report)


def test_writing_into_x_and_into_parameters():
    def backward(self, dout):
        dx = Affine.backward(self, dout)
        self.x *= 0
        self.W -= 0.1 * self.dW
        return dx

    text = str(check_layer(mistaken(Affine, backward)(W, B), X))
    assert "backward changes x" in text
    assert "backward changes the parameter W" in text

    class Scaling(Sigmoid):
        def forward(self, x):
            x *= 1.0
            x += 1.0
            return super().forward(x)

    assert "forward changes its argument x in place" in str(check_layer(Scaling(), X))


def test_state_in_the_class():
    log = ["kept"]

    class Shared(Sigmoid):
        calls = log

        def forward(self, x):
            Shared.seen = 1 / (1 + np.exp(-x))
            Shared.calls.append("forward")
            return Shared.seen

        def backward(self, dout):
            return dout * Shared.seen * (1 - Shared.seen)

    report = check_layer(Shared(), X)
    assert not report
    assert "another object" in str(report)
    assert not hasattr(Shared, "seen"), "the class is left as it was"
    assert Shared.calls is log
    assert log == ["kept"]


def test_state_of_an_earlier_forward():
    class Sticky(Sigmoid):
        y = None

        def forward(self, x):
            y = 1 / (1 + np.exp(-x))
            if self.y is None:
                self.y = y
            return y

    report = check_layer(Sticky(), X)
    assert not report
    assert "an earlier forward" in str(report)


def test_a_forward_that_cannot_be_repeated():
    class Random(Dropout):
        def forward(self, x):
            self.mask = np.random.default_rng().random(x.shape) > self.p
            return x * self.mask

    report = check_layer(Random(), X)
    assert not report
    assert "not deterministic" in str(report)
    assert report.gradients == ()


def test_random_numbers_of_a_layer_are_said():
    class Own(Dropout):
        def __init__(self):
            super().__init__()
            self.rng = np.random.default_rng(0)

        def forward(self, x):
            self.mask = self.rng.random(x.shape) > self.p
            return x * self.mask

    for layer in (Own(), Dropout()):
        report = check_layer(layer, X)
        assert report
        assert "draws random numbers" in str(report)
        assert "self.mask is kept" in str(report)


def test_dropout_with_another_mask_in_backward():
    def backward(self, dout):
        return dout * (np.random.rand(*dout.shape) > self.p)  # noqa: NPY002

    assert not check_layer(mistaken(Dropout, backward)(), X)


def test_backward_raises():
    report = check_layer(mistaken(Affine, lambda self, dout: dout @ self.W)(W, B), X)
    assert not report
    assert "backward raises ValueError" in str(report)
    assert "dout @ self.W" in str(report)


def test_forward_that_gives_nan():
    class Log(Sigmoid):
        def forward(self, x):
            return x * np.nan

    report = check_layer(Log(), X)
    assert not report
    assert "forward gives nan" in str(report)


def test_too_many_gradients():
    report = check_layer(mistaken(Sigmoid, lambda self, dout: (dout, dout))(), X)
    assert "returns 2 gradients" in str(report)


def test_running_statistics_are_no_parameters():
    class Predicting(BatchNorm):
        def forward(self, x):
            self.xn = (x - self.running_mean) / np.sqrt(self.running_var + 1e-8)
            return self.gamma * self.xn + self.beta

        def backward(self, dout):
            self.dgamma, self.dbeta = (dout * self.xn).sum(axis=0), dout.sum(axis=0)
            return dout * self.gamma / np.sqrt(self.running_var + 1e-8)

    report = check_layer(Predicting(np.array([1.0, -2.0, 0.5]), np.zeros(3)), X)
    assert report, str(report)
    assert [g.name for g in report.gradients] == ["dx", "dgamma", "dbeta"]


def test_corners_are_no_mistakes():
    x = np.array([[0.0, 1.0], [-1.0, 0.0]])
    assert check_layer(ReLU(), x)

    class Biggest:
        def forward(self, x):
            self.x = x
            return np.max(x, axis=1)

        def backward(self, dout):
            dx = np.zeros_like(self.x)
            dx[np.arange(len(dx)), self.x.argmax(axis=1)] = dout
            return dx

    report = check_layer(Biggest(), np.array([[1.0, 1.0], [3.0, 2.0]]))
    assert report
    assert "corner" in str(report)


def test_two_inputs():
    class Product:
        def forward(self, x, y):
            self.x, self.y = x, y
            return x * y

        def backward(self, dout):
            return dout * self.y, dout * self.y

    report = check_layer(Product(), X, X + 1)
    assert [g.name for g in report.gradients] == ["dx", "dy"]
    assert [bool(g) for g in report.gradients] == [True, False]


def test_a_number_as_a_parameter():
    class Leaky:
        def __init__(self):
            self.a = 0.1
            self.da = None

        def forward(self, x):
            self.x = x
            return np.where(x > 0, x, self.a * x)

        def backward(self, dout):
            self.da = np.sum(dout * np.where(self.x > 0, 0, self.x)) * 2
            return dout * np.where(self.x > 0, 1, self.a)

    report = check_layer(Leaky(), X)
    assert report["dx"]
    assert report["da"].factor == pytest.approx(2)


def test_parameters_and_gradients_in_lists_and_dicts():
    class Lists:
        def __init__(self, W):
            self.params, self.grads = [W], [np.zeros_like(W)]

        def forward(self, x):
            self.x = x
            return x @ self.params[0]

        def backward(self, dout):
            self.grads[0][...] = self.x.T @ dout * 3
            return dout @ self.params[0].T

    report = check_layer(Lists(W), X)
    assert [g.name for g in report.gradients] == ["dx", "grads[0]"]
    assert report["params[0]"].factor == pytest.approx(3)

    class Dicts(Lists):
        def __init__(self, W):
            self.params, self.grads = {"W": W}, {}

        def forward(self, x):
            self.x = x
            return x @ self.params["W"]

        def backward(self, dout):
            return dout @ self.params["W"].T

    report = check_layer(Dicts(W), X)
    assert report["grads['W']"].verdict == "missing"
    assert "self.grads['W'] is not there" in str(report)


def test_integers_have_no_gradient():
    class Embedding:
        def __init__(self, W):
            self.W = W

        def forward(self, rows):
            self.rows = rows
            return self.W[rows]

        def backward(self, dout):
            self.dW = np.zeros_like(self.W)
            np.add.at(self.dW, self.rows, dout)

    class Overwriting(Embedding):
        def backward(self, dout):
            self.dW = np.zeros_like(self.W)
            self.dW[self.rows] = dout

    rows = np.array([0, 1, 1, 2])
    assert check_layer(Embedding(W), rows)
    assert not check_layer(Overwriting(W), rows)


def test_gradients_in_a_network_are_named_by_their_layer():
    class Wrong(TwoLayers):
        def backward(self):
            dx = super().backward()
            self.layers[0].dW = self.layers[0].dW * 5
            self.layers[2].dW = self.layers[2].dW * 5
            return dx

    report = check_layer(Wrong(np.random.default_rng(1)), X, RNG.standard_normal((5, 2)))
    assert [g.name for g in report.gradients if not g] == ["layers[0].dW", "layers[2].dW"]
    first, second = report.graph.marks.items()
    assert (first[0].source.name, first[1].style) == ("layers[2].W", "wrong")
    assert (second[0].source.name, second[1].style) == ("layers[0].W", "aside")


# ---- references --------------------------------------------------------------------------------------------


def test_like_a_function():
    assert check_layer(affine(), X, like=lambda x, W, b: x @ W + b)
    report = check_layer(affine(), X, like=lambda x, W, b: x @ W + 2 * b)
    assert not report
    assert report["dx"]
    assert report["db"].factor == pytest.approx(0.5)
    assert "forward differs from" in str(report)


def test_like_a_module():
    report = check_layer(affine(), X, like=nn.Linear(3, 4))
    assert report, str(report)
    assert report.how == "the engine's derivative of Linear"
    assert check_layer(Sigmoid(), X, like=nn.Sigmoid())
    with pytest.raises(ValueError, match=r"no parameter for W \(3, 4\); it has weight \(3, 5\)"):
        check_layer(affine(), X, like=nn.Linear(3, 5))


def test_like_another_layer():
    other = Affine(W * 0, B * 0)
    assert check_layer(affine(), X, like=other), "it takes over the parameters"
    assert not other.W.any(), "and is left as it was"
    assert check_layer(ReLUInPlace(), X, like=ReLU)
    report = check_layer(ReLU(), X, like=Sigmoid)
    assert not report
    assert "forward differs from Sigmoid" in str(report)


def test_like_something_else():
    with pytest.raises(TypeError, match="like is a function, a module or a layer"):
        check_layer(affine(), X, like=3)
    with pytest.raises(ValueError, match="does not compute with the Tensors"):
        check_layer(Sigmoid(), X, like=lambda x: X)


# ---- nothing changes ---------------------------------------------------------------------------------------


def test_layer_arrays_and_random_numbers_are_left_alone():
    layer = affine()
    layer.forward(X * 2)
    before, x = copy.deepcopy(vars(layer)), X.copy()
    np.random.seed(4)  # noqa: NPY002
    random.seed(4)
    first = np.random.get_state()[1].copy()  # noqa: NPY002
    check_layer(layer, x)
    check_layer(Dropout(), x)
    assert np.array_equal(np.random.get_state()[1], first)  # noqa: NPY002
    assert vars(layer).keys() == before.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(layer, name), value)
    np.testing.assert_array_equal(x, X)


def test_float32_layers_are_checked_in_float64():
    assert check_layer(Affine(W.astype(np.float32), B.astype(np.float32)), X.astype(np.float32))


def test_tensors_as_inputs():
    assert check_layer(affine(), ac.Tensor(X, True))


def test_what_cannot_be_checked():
    with pytest.raises(TypeError, match="has no backward"):
        check_layer(nn.ReLU(), X)
    with pytest.raises(TypeError, match=r"check_layer\(layer, x\)"):
        check_layer(affine())
    with pytest.raises(ValueError, match="not aligned"):
        check_layer(affine(), X.T)


def test_reports_name_their_gradients():
    report = check_layer(affine(), X)
    assert repr(report).startswith("<LayerReport: Affine: all right")
    with pytest.raises(KeyError, match="dx, dW, db"):
        report["dV"]


def test_softmax_over_the_batch():
    class Wrong(SoftmaxWithLoss):
        def forward(self, x, t):
            loss = super().forward(x, t)
            self.y = lecture.softmax(x.T).T
            return loss

    report = check_layer(Wrong(), X, T)
    assert not report
    assert "over the batch" in report["dx"].words


class SoftmaxWithSafeLog:
    """As in many books: 1e-7 keeps the logarithm from 0, and backward does not know of it."""

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-7)) / len(x)

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.t)


def test_an_epsilon_that_backward_leaves_out_is_no_mistake():
    x = np.random.default_rng(0).standard_normal((6, 3))
    report = check_layer(SoftmaxWithSafeLog(), x, np.eye(3)[[0, 1, 2, 0, 1, 2]])
    assert report
    assert "an ε of forward is left out" in str(report)


class Product:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.x, dout * self.y


class HalfSigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y)


def test_exchanged_gradients_and_forgotten_factors_are_named():
    x, y = np.random.default_rng(0).standard_normal((2, 4, 3))
    report = check_layer(Product(), x, y)
    assert report["dx"].words == "this is the gradient of y: exchanged?"
    assert report["dy"].words == "this is the gradient of x: exchanged?"
    assert check_layer(HalfSigmoid(), x)["dx"].words == "a factor is forgotten: × self.y"


def test_a_forward_that_cannot_be_recorded_is_drawn_by_its_reference():
    class Softmax:
        def forward(self, x):
            y = np.zeros(x.shape)
            for i, row in enumerate(x):
                y[i] = np.exp(np.array(row, dtype=float))
                y[i] /= y[i].sum()
            self.y = y
            return y

        def backward(self, dout):
            return 2 * self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))

    x = np.random.default_rng(3).standard_normal((4, 3))
    report = check_layer(Softmax(), x, like=lambda x: ac.softmax(x))
    assert [n.op for n in report.graph.nodes if n.kind == "operation"] == ["softmax"]
    assert [mark.word for mark in report.graph.marks.values()] == ["dx × 2"]
    alone = check_layer(Softmax(), x)
    assert [n.op for n in alone.graph.nodes if n.kind == "operation"] == ["Softmax"], "no better is known"


def test_a_report_names_what_lies_between_by_the_attributes_of_the_layer():
    class Layer:
        def forward(self, x):
            self.u = x * 2
            self.v = np.exp(self.u)
            return np.tanh(self.v)

        def backward(self, dout):
            return dout

    report = check_layer(Layer(), np.random.default_rng(3).standard_normal((4, 3)))
    assert {"u", "v"} <= {n.name for n in report.graph.nodes}
    assert "∂out/∂v" in report._repr_html_(), "drawn backwards, from name to name"
