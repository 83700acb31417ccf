"""Losses of the lecture, sections 2, 3.6, 3.7 and 5: each test names its rows of the checklist."""

from math import log

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import Tensor
from tests.autograd_core.testing import lecture_layers

rng = np.random.default_rng(0)
A = rng.normal(size=(5, 3))
LABELS = np.array([0, 2, 1, 1, 0])
ONEHOT = np.eye(3)[LABELS]
SOFT = rng.random((5, 3))
SOFT /= SOFT.sum(axis=1, keepdims=True)


def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gradient(loss, a, t):
    """The value of a loss and its gradient."""
    a = Tensor(a, True)
    value = loss(a, t)
    value.backward()
    return value.item(), a.grad.numpy()


def test_regression_is_half_the_squares_by_the_size_of_the_batch():
    """Row 2.1-1: 1/(2N) Σ (ŷ − y)², the mean over the batch and the sum over the outputs."""
    y, t = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    half = nn.HalfMSELoss()
    assert half(y, t).item() == pytest.approx(((y - t) ** 2).sum() / (2 * 4), rel=1e-14)
    assert half(y[:, 0], t[:, 0]).item() == pytest.approx(((y - t)[:, 0] ** 2).sum() / 8, rel=1e-14)
    assert half(3.0, 1.0).item() == 2  # one datum: ½ (ŷ − y)²
    assert half(y, t).item() == pytest.approx(nn.MSELoss()(y, t).item() * 2 / 2)  # K = 2 outputs, ½
    assert half(y[:, :1], t[:, :1]).item() == pytest.approx(nn.MSELoss()(y[:, :1], t[:, :1]).item() / 2)


@pytest.mark.parametrize("soft", [False, True])
def test_two_classes_are_the_mean_of_the_binary_cross_entropy(soft):
    """Row 2.2-1: −y log ŷ − (1 − y) log(1 − ŷ), by 1/N; labels may be soft."""
    a = A[:, :1]
    t = rng.random((5, 1)) if soft else (a > 0.3).astype(float)
    p = sigmoid(a)
    wanted = -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum() / 5
    assert nn.BCEWithLogitsLoss()(a, t).item() == pytest.approx(wanted, rel=1e-13)
    assert nn.BCELoss()(p, t).item() == pytest.approx(wanted, rel=1e-13)


def test_classes_are_the_mean_cross_entropy_of_the_softmax():
    """Row 2.3-1: −1/N ΣΣ y log ŷ of indices, one-hot numbers and probabilities."""
    loss = nn.CrossEntropyLoss()
    wanted = -(ONEHOT * np.log(softmax(A))).sum() / 5
    for target in (LABELS, LABELS.astype(np.uint8), LABELS.tolist(), Tensor(LABELS), ONEHOT, ONEHOT.tolist()):
        assert loss(A, target).item() == pytest.approx(wanted, rel=1e-14)
    assert loss(A, SOFT).item() == pytest.approx(-(SOFT * np.log(softmax(A))).sum() / 5, rel=1e-14)


def test_cross_entropy_is_expected_information():
    """Row 2.3-2: I = −log Q, H(P, Q) = Σ P I, never below H(P, P); what it is more is the divergence."""
    p, q = SOFT[0], softmax(A[0])
    information = [F.nll_loss(np.log(q), k) for k in range(3)]
    np.testing.assert_allclose(information, -np.log(q))
    assert F.nll_loss(np.log([0.5, 0.5]), 0) == pytest.approx(log(2))  # one bit
    crossed = F.cross_entropy(A[0], p)
    assert crossed == pytest.approx(np.dot(p, information))
    entropy = F.cross_entropy(np.log(p), p)
    assert crossed - entropy == pytest.approx(F.kl_div(np.log(q), p, reduction="sum"))
    assert crossed > entropy
    # what is certain and happens tells nothing
    assert F.cross_entropy([0.0, -np.inf], [1.0, 0.0]) == 0


def test_losses_are_logarithms_of_the_likelihood():
    """Row 2-1: the outputs are Bernoulli and categorical probabilities of what was seen."""
    p, t = sigmoid(A[:, 0]), np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    bernoulli = np.prod(np.where(t == 1, p, 1 - p))
    assert np.exp(-F.binary_cross_entropy(p, t, reduction="sum")) == pytest.approx(bernoulli)
    categorical = np.prod(softmax(A)[np.arange(5), LABELS])
    assert np.exp(-F.cross_entropy(A, LABELS, reduction="sum")) == pytest.approx(categorical)
    # and two classes are one: softmax of (a, 0) is sigmoid a
    two = np.stack([A[:, 0], np.zeros(5)], axis=1)
    assert F.cross_entropy(two, 1 - t.astype(int)) == pytest.approx(
        F.binary_cross_entropy_with_logits(A[:, 0], t)
    )


X = np.array([[2.0, -1.0, 1.0]])
W = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 4.0]])


@pytest.mark.parametrize(
    ("loss", "t", "value", "dy", "dx", "dw"),
    [
        pytest.param(
            nn.HalfMSELoss(),
            [[1.0, 2.0]],
            2.5,
            [[2, 1]],
            [[4, 3, 4]],
            [[4, 2], [-2, -1], [2, 1]],
            id="regression",
        ),
        pytest.param(
            nn.CrossEntropyLoss(),
            [[1.0, 0.0]],
            log(2),
            [[-0.5, 0.5]],
            [[-1, 0, 2]],
            [[-1, 1], [0.5, -0.5], [-0.5, 0.5]],
            id="classes",
        ),
    ],
)
def test_the_exercises_of_3_6(loss, t, value, dy, dx, dw):
    """Rows 3.6-1, 3.6-2: E, dY, dX and dW exactly."""
    x, w = Tensor(X, True), Tensor(W, True)
    y = x @ w
    assert y.tolist() == [[3, 3]]
    error = loss(y, t)
    assert error.item() == value
    assert [g.tolist() for g in ac.gradients(error, [y, x, w])] == [dy, dx, dw]
    if loss.title() == "CrossEntropyLoss":
        assert loss(y, [0]).item() == value


LOSSES = {
    "regression": (nn.HalfMSELoss, lambda a: a, ONEHOT),
    "sigmoid": (nn.BCEWithLogitsLoss, sigmoid, (A > 0).astype(float)),
    "softmax": (nn.CrossEntropyLoss, softmax, ONEHOT),
}


@pytest.mark.parametrize("name", LOSSES)
def test_all_three_gradients_are_y_minus_t(name):
    """Rows 3.7-1, 3.7-2: y − t for one datum and for the sums over a batch; in practice divided by N."""
    loss, activation, t = LOSSES[name]
    wanted = activation(A) - t
    _, one = gradient(loss(reduction="sum"), A[:1], t[:1])
    np.testing.assert_allclose(one, wanted[:1], rtol=1e-12)
    total, batch = gradient(loss(reduction="sum"), A, t)
    np.testing.assert_allclose(batch, wanted, rtol=1e-12)
    mean, by_n = gradient(loss(), A, t)
    n = A.size if name == "sigmoid" else len(A)
    np.testing.assert_allclose(by_n, wanted / n, rtol=1e-12)
    assert total == pytest.approx(n * mean)


@pytest.mark.parametrize(
    ("layer", "loss"),
    [
        (lecture_layers.HalfMSE, nn.HalfMSELoss()),
        (lecture_layers.SigmoidWithLoss, nn.BCEWithLogitsLoss()),
        (lecture_layers.SoftmaxWithLoss, nn.CrossEntropyLoss()),
    ],
)
def test_the_loss_layers_of_5_1(layer, loss):
    """Rows 5.1-2, 5.1-3: `forward(x, t)` stores y and t, `backward()` takes nothing and contains 1/N."""
    a = A[:, :1] if layer is lecture_layers.SigmoidWithLoss else A
    t = (a > 0).astype(float) if layer is lecture_layers.SigmoidWithLoss else ONEHOT
    theirs = layer()
    value = theirs.forward(a, t)
    mine, dx = gradient(loss, a, t)
    assert mine == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(dx, theirs.backward(), rtol=1e-12, atol=1e-17)
    np.testing.assert_allclose(dx, (theirs.y - theirs.t) / len(a), rtol=1e-12, atol=1e-17)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_softmax_does_not_overflow(dtype):
    """Row 5.2-4: the largest number is taken off; as 5.1 writes it the exponential overflows."""
    a = np.array([[1e4, -1e4, 0], [1e4, 0, -1e4]], dtype)
    with pytest.warns(RuntimeWarning):
        assert np.isnan(np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)).any()
    for target in ([1, 0], [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]):
        x = Tensor(a, True)
        loss = nn.CrossEntropyLoss()(x, target)
        loss.backward()
        assert loss.item() == 1e4
        np.testing.assert_array_equal(x.grad, [[0.5, -0.5, 0], [0, 0, 0]])
        assert loss.dtype == x.grad.dtype == dtype
    # and it does not matter which number is taken off
    np.testing.assert_allclose(F.cross_entropy(A + 700.0, LABELS), F.cross_entropy(A, LABELS))


def test_erratum_5_the_printed_loss_lacks_its_sum():
    """Row E5: (1/N)(−T log Y − (1 − T) log(1 − Y)) is an array; the loss is its sum over the batch."""
    a, t = A[:, :1], (A[:, :1] > 0).astype(float)
    y = sigmoid(a)
    printed = (-t * np.log(y) - (1 - t) * np.log(1 - y)) / len(a)
    loss = nn.BCEWithLogitsLoss()(a, t)
    assert printed.shape == (5, 1)
    assert loss.shape == ()
    assert loss.item() == pytest.approx(printed.sum(), rel=1e-13)


@pytest.mark.parametrize("name", LOSSES)
def test_erratum_15_sums_and_means_differ_by_n(name):
    """Row E15: section 3.7 writes sums where 2 and 5.1 have means, so its gradients are N times as large."""
    loss, activation, t = LOSSES[name]
    if name == "sigmoid":
        a, t = A[:, :1], t[:, :1]
    else:
        a = A
    total, of_sum = gradient(loss(reduction="sum"), a, t)
    mean, of_mean = gradient(loss(), a, t)
    assert total == pytest.approx(5 * mean)
    np.testing.assert_allclose(of_sum, 5 * of_mean, rtol=1e-13)
    np.testing.assert_allclose(of_sum, activation(a) - t, rtol=1e-12)  # the table of 3.7


def test_erratum_18_the_logarithm_of_0_and_the_exponential_of_much():
    """Row E18: as 1.2, 2.2 and 2.3 write them, these overflow or give no number; here they do not."""
    a, t = np.array([800.0, -800.0, -800.0]), np.array([1.0, 0.0, 1.0])
    with pytest.warns(RuntimeWarning, match="overflow"):
        y = sigmoid(a)
    assert y.tolist() == [1, 0, 0]
    with pytest.warns(RuntimeWarning, match="divide by zero|invalid value"):
        printed = -t * np.log(y) - (1 - t) * np.log(1 - y)
    assert np.isnan(printed[:2]).all()
    assert printed[2] == np.inf
    value, slope = gradient(nn.BCEWithLogitsLoss(reduction="sum"), a, t)
    assert value == 800
    assert slope.tolist() == [0, 0, -1]
    value, slope = gradient(nn.BCELoss(reduction="sum"), y, t)
    assert value == 100
    np.testing.assert_allclose(slope, [-1, 1, -1e12])
    # classes: an exact 0 in the softmax
    a, t = np.array([[800.0, 0.0]]), np.array([[0.0, 1.0]])
    with pytest.warns(RuntimeWarning, match="divide by zero|invalid value"):
        assert not np.isfinite(-np.sum(t * np.log(softmax(a))))
    assert gradient(nn.CrossEntropyLoss(), a, t)[0] == 800
    assert ac.sigmoid(np.array([-800.0])).tolist() == [0]
