"""Losses: what all of them accept and refuse, and cross entropy and half the squares in every reading."""

from array import array
from collections import deque

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from autograd_core.symbols import Symbol, gradient, slides
from nn.functional.binaries import sigmoid_cross_entropy
from nn.functional.cross_entropies import softmax_cross_entropy
from nn.functional.deviations import huber

CE, MSE = nn.CrossEntropyLoss(), nn.HalfMSELoss()
rng = np.random.default_rng(0)
A = rng.normal(size=(5, 3))
LABELS = np.array([0, 2, 1, 1, 0])
ONEHOT = np.eye(3)[LABELS]
SOFT = rng.random((5, 3))  # rows that do not sum to 1
SOFT /= SOFT.sum()


def numerical(f, x, h=1e-5):
    """The Jacobian of f at x by central differences."""
    columns = []
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        columns.append((np.asarray(f(x + step)) - np.asarray(f(x - step))) / (2 * h))
    jacobian = np.stack(columns, axis=-1)
    return jacobian.reshape(*jacobian.shape[:-1], *x.shape)


def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def value(loss):
    return loss.numpy() if isinstance(loss, Tensor) else loss


def test_the_rules_print_as_the_lecture_writes_them():
    """Rows 5.1-3, 3.7-1: (y − t)/N after the softmax and after the sigmoid."""
    a, t = Symbol.input("a", (5, 3)), Symbol.input("t", (5,), np.int64)
    settings = {"axis": -1, "ignore": -100, "reduction": "mean"}
    rule = gradient(softmax_cross_entropy, 0, [a, t], settings, letters={"p": "y", "n": "N"})
    assert slides(rule) == "ḡ · (y − onehot(t))/N"
    assert slides(gradient(sigmoid_cross_entropy, 0)) == "ḡ · (σ(x) − t)"
    assert slides(gradient(huber, 0, params={"delta": 2.0})) == "ḡ · clip(d, −2, 2)"


FUNCTIONS = {
    "indices": (lambda a: CE(a, LABELS), A),
    "one-hot": (lambda a: CE(a, ONEHOT), A),
    "weights": (lambda a: CE(a, SOFT), A),
    "target": (lambda t: CE(A, t), SOFT),
    "both": (lambda a: CE(a, a), A),
    "three axes": (lambda a: CE(a, LABELS[:4].reshape(2, 2)), rng.normal(size=(2, 3, 2))),
    "one axis": (lambda a: CE(a, 2), A[0]),
    "squares": (lambda y: MSE(y, ONEHOT), A),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradient_hessian_and_tangents_agree_with_differences(name):
    f, at = FUNCTIONS[name]
    np.testing.assert_allclose(ac.grad(f)(at), numerical(lambda a: value(f(a)), at), atol=1e-8)
    hessian = ac.hessian(f)(at)
    np.testing.assert_allclose(hessian, numerical(ac.grad(f), at), atol=1e-8)
    v = np.random.default_rng(1).normal(size=at.shape)
    np.testing.assert_allclose(ac.jvp(f, at, v)[1], (ac.grad(f)(at) * v).sum(), rtol=1e-10)
    np.testing.assert_allclose(ac.hvp(f, at, v), np.tensordot(hessian, v, at.ndim), atol=1e-12)


@pytest.mark.parametrize("target", [LABELS, ONEHOT], ids=["indices", "one-hot"])
def test_a_stack_of_gradients_meets_neither_the_batch_nor_the_classes(target):
    """A square stack would be laid along the wrong axis without an error."""

    def both(a):
        loss = CE(a, target)
        return ac.stack([loss, 2 * loss, -loss, loss, loss])  # as many as data

    one = ac.grad(lambda a: CE(a, target))(A)
    jacobian = ac.jacobian(both)(A)
    np.testing.assert_allclose(jacobian, np.stack([one, 2 * one, -one, one, one]), rtol=1e-13)
    each = ac.jacobian(lambda a: nn.CrossEntropyLoss(reduction="none")(a, target))(A)
    np.testing.assert_allclose(each[range(5), range(5)], 5 * one, rtol=1e-12)
    assert np.count_nonzero(each) == A.size
    cube = rng.normal(size=(2, 3, 3))
    each = ac.jacobian(lambda a: nn.CrossEntropyLoss(reduction="none")(a, np.zeros((2, 3), int)))(cube)
    wanted = numerical(lambda a: value(nn.CrossEntropyLoss(reduction="none")(a, np.zeros((2, 3), int))), cube)
    np.testing.assert_allclose(each, wanted, atol=1e-8)


def test_float32_predictions_keep_losses_and_gradients_float32():
    for loss, target in ((CE, LABELS), (CE, ONEHOT), (CE, np.eye(3, dtype=int)[LABELS]), (MSE, ONEHOT)):
        for t in (target, Tensor(target.astype(np.float32) if target.dtype == float else target)):
            a = Tensor(A, True, dtype=np.float32)
            error = loss(a, t)
            error.backward()
            assert error.dtype == a.grad.dtype == np.float32


def test_a_certain_prediction_has_no_loss_and_no_negative_zero():
    loss = float(CE([[1e4, 0.0]], [[1.0, 0.0]]))
    assert loss == 0
    assert np.copysign(1, loss) == 1


def test_the_target_may_be_overwritten_after_the_call():
    for target in (LABELS.copy(), ONEHOT.copy()):
        a = Tensor(A, True)
        loss = CE(a, target)
        target[:] = 0
        loss.backward()
        np.testing.assert_allclose(a.grad, (softmax(A) - ONEHOT) / 5, rtol=1e-13)


def test_a_pandas_series_is_a_target():
    pandas = pytest.importorskip("pandas", reason="pandas is an optional oracle")
    assert float(CE(A, pandas.Series(LABELS))) == float(CE(A, LABELS))
    assert float(MSE(A[:, 0], pandas.Series(A[:, 0] + 1))) == pytest.approx(0.5)


def test_the_target_is_an_input_named_t_in_the_graph():
    loss = CE(Tensor(A, True), LABELS)
    assert [leaf.name for leaf in loss.node.extra["plain"].values()] == ["t"]


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "texts"),
    [
        (CE, A, ONEHOT[:4], ["(5, 3)", "(4, 3)"]),
        (CE, A, LABELS[:, None], ["(5, 3)", "(5, 1)"]),
        (CE, A, LABELS[:4], ["(5, 3)", "(4,)"]),
        (CE, A, LABELS.astype(float), ["(5, 3)", "float64", "(5,)"]),
        (CE, A, 1, ["(5, 3)", "()"]),
        (CE, A, LABELS + 1, ["from 1 to 3", "3 classes"]),
        (CE, A, LABELS - 1, ["from -1 to 1"]),
        (CE, np.ones((5, 0)), LABELS, ["no classes"]),
        (CE, np.ones((2, 4, 3)), LABELS[:4].reshape(2, 2), ["integers of the shape (2, 3)"]),
        (CE, np.ones((2, 4, 3)), np.zeros((2, 4), int), ["classes on axis 1", "np.moveaxis(input, -1, 1)"]),
        (CE, np.ones((2, 3)), np.zeros((2, 1), int), ["got int64 of the shape (2, 1)", "give target[:, 0]"]),
        (CE, np.ones((0, 3)), np.zeros(0, int), ["empty", "(0, 3)"]),
        (MSE, np.ones((5, 1)), np.ones(5), ["(5, 1)", "(5,)"]),
        (MSE, np.ones(5), np.ones((5, 1)), ["(5,)", "(5, 1)"]),
        (MSE, np.ones((2, 3)), np.ones(3), ["(2, 3)", "(3,)"]),
        (MSE, np.ones((0, 3)), np.ones((0, 3)), ["empty"]),
    ],
)
def test_other_shapes_are_refused_with_both_shapes(loss, prediction, target, texts):
    with pytest.raises(ValueError, match=r"HalfMSELoss: |cross_entropy: |the target holds") as caught:
        loss(Tensor(prediction), target)
    for text in texts:
        assert text in str(caught.value)


def test_targets_are_numbers():
    with pytest.raises(TypeError, match="a target holds numbers"):
        MSE(Tensor([1.0]), ["a"])


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), nn.HalfMSELoss()])
def test_classes_are_no_prediction(loss):
    scores = ac.Tensor(np.eye(3))
    with pytest.raises(TypeError, match="not the argmax"):
        loss(scores.argmax(-1), [0, 1, 2])


@pytest.mark.parametrize("loss", [CE, MSE])
def test_what_is_no_number_is_no_prediction_and_no_target(loss):
    for nothing in (None, "3", {"a": 1}, [None, 1.0, 2.0], (x for x in (1, 2)), 1j, [1j, 2j, 3j], object()):
        with pytest.raises(TypeError, match="a target holds numbers, got "):
            loss(A[0], nothing)
        with pytest.raises(TypeError, match="a prediction holds numbers, got "):
            loss(nothing, A[0])
    with pytest.raises(TypeError, match="a target holds numbers, got None"):
        loss(A, None)
    with pytest.raises(TypeError, match="a prediction holds numbers, got None"):
        loss(None, A)


def test_ranges_and_other_sequences_are_targets_and_predictions():
    assert value(CE(A[:3], range(3))) == value(CE(A[:3], [0, 1, 2]))
    assert value(CE(A[:3], deque([0, 1, 2]))) == value(CE(A[:3], [0, 1, 2]))
    assert value(MSE(range(5), range(1, 6))) == 0.5
    assert value(MSE(A[0], array("d", A[0]))) == 0
    assert MSE(np.float32(1), np.float32(2)).dtype == np.float32


def test_a_single_number_has_no_classes():
    for prediction in (1.0, np.float64(1), Tensor(1.0), np.array(1.0)):
        for target in (0, 1.0, [0], None):
            with pytest.raises(
                (ValueError, TypeError), match=r"cross_entropy: .*each of the classes, got a number"
            ):
                CE(prediction, target)


def test_what_is_certainly_not_there_costs_nothing_in_kl_div():
    """A log-probability of −∞ where the target is 0."""
    x = ac.Tensor([[0.0, -np.inf]], True)
    loss = nn.functional.kl_div(x, np.array([[1.0, 0.0]]), reduction="sum")
    assert loss.item() == 0
    loss.backward()
    np.testing.assert_array_equal(x.grad.numpy(), [[-1, 0]])


def test_binary_cross_entropy_of_float16_has_a_finite_gradient_at_0_and_1():
    x = ac.Tensor(np.array([0.0, 1.0, 0.5], np.float16), True)
    ac.sum(nn.functional.binary_cross_entropy(x, np.array([0.0, 1.0, 1.0]), reduction="none")).backward()
    np.testing.assert_allclose(x.grad.numpy(), [1, -1, -2])
