"""Every usual mistake is recognised from its gradient beside the right one, and nothing else is."""

import numpy as np
import pytest

from autograd_core.testing import Guess, guess

RNG = np.random.default_rng(5)
W = RNG.standard_normal((4, 3))
SQUARE = RNG.standard_normal((3, 3))


def softmax(a, axis):
    e = np.exp(a - a.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


LOGITS = RNG.standard_normal((4, 3))
TARGETS = np.eye(3)[[0, 2, 1, 1]]
UPSTREAM = RNG.standard_normal((4, 3))


def softmax_gradient(axis):
    y = softmax(LOGITS, axis)
    return y * (UPSTREAM - (UPSTREAM * y).sum(axis, keepdims=True))


CASES = {
    "N times": (4 * W, W, "factor", "× 4 = N: mean forgotten?", 4.0),
    "1/N": (W / 4, W, "factor", "off by 1/4 = 1/N", 0.25),
    "1/N²": (W / 16, W, "factor", "1/16 = 1/N²", 1 / 16),
    "an axis": (3 * W, W, "factor", "× 3 = the length of axis 1", 3.0),
    "all entries": (W / 12, W, "factor", "1/(the number of entries)", 1 / 12),
    "twice": (2 * W, W, "factor", "factor 2: a ½ forgotten", 2.0),
    "half": (W / 2, W, "factor", "factor ½: the 2 of a square", 0.5),
    "sign": (-W, W, "sign", "the sign is turned round", -1.0),
    "sign and N": (-W * 4, W, "factor", "The sign is turned round too.", -4.0),
    "any factor": (0.37 * W, W, "scale", "off by the constant factor 0.37", 0.37),
    "nothing": (0 * W, W, "detached", "no gradient arrives", 0.0),
    "transpose": (SQUARE.T, SQUARE, "transpose", "transposed", None),
    "transpose of another shape": (W.T, W, "transpose", "(3, 4) instead of (4, 3): transposed", None),
    "transpose and N": (4 * SQUARE.T, SQUARE, "transpose", "× 4 = N", 4.0),
    "sum over broadcast axis": (W, W.sum(0), "sum", "sum over the broadcast axis 0 is missing", None),
    "sum over kept axis": (W, W.sum(1, keepdims=True), "sum", "broadcast axis 1 is missing", None),
    "summed too much": (W.sum(0), W, "sum", "summed over axis 0, which should stay", None),
    "averaged": (np.broadcast_to(W.mean(0), W.shape), W, "sum", "averaged along axis 0", None),
    "summed": (np.broadcast_to(W.sum(0), W.shape), W, "sum", "summed along axis 0", None),
    "rows turned": (W[::-1], W, "permutation", "opposite order along the rows", None),
    "rows": (W[[1, 2, 0, 3]], W, "permutation", "the rows in another order: found are 1, 2, 0, 3", None),
    "columns": (W[:, [1, 0, 2]], W, "permutation", "the columns in another order", None),
    "entries": (W[0][[1, 2, 0]], W[0], "permutation", "the entries in another order", None),
    "softmax over the batch": (softmax_gradient(0), softmax_gradient(1), "softmax", "over the batch", None),
    "cross-entropy over the batch": (
        (softmax(LOGITS, 0) - TARGETS) / 4,
        (softmax(LOGITS, 1) - TARGETS) / 4,
        "softmax",
        "over the batch",
        None,
    ),
    "some entries": (np.where(W > 0, W, 0), W, "partly", "entries get no gradient", None),
    "one row": (W * [[0], [1], [1], [1]], W, "partly", "3 of 12 entries get no gradient: axis 0, at 0", None),
    "overwritten": (W[0] / [1, 2, 3], W[0], "overwritten", "2 of 3 entries", None),
    "signs": (np.abs(W), W, "sign", "right but for the sign", None),
    "factor by column": (W * [1, 2, 4.5], W, "factors", "each of the columns: 1, 2, 4.5", None),
    "constant": (W + 1, W, "constant", "the constant 1 too much", None),
    "NaN": (np.where(W > 0, np.nan, W), W, "not finite", "NaN or infinite", None),
    "reshaped": (W.reshape(2, 6), W, "shape", "the numbers are right, reshape them", None),
    "another shape": (np.ones((5,)), W, "shape", "shape (5,) instead of (4, 3)", None),
    "numbers": (1.0, 2.0, "factor", "½", 0.5),
}


@pytest.mark.parametrize("case", CASES)
def test_the_mistake_is_named(case):
    found, wanted, kind, text, factor = CASES[case]
    answer = guess(found, wanted, names={"N": 4})
    assert isinstance(answer, Guess)
    assert (answer.kind, text in answer.text) == (kind, True), answer
    assert answer.factor == (None if factor is None else pytest.approx(factor))
    assert str(answer) == answer.text
    assert "\n" not in answer.text


@pytest.mark.parametrize("case", CASES)
def test_also_from_gradients_by_differences(case):
    found, wanted, kind, _, _ = CASES[case]
    rough = wanted * (1 + 1e-8 * RNG.standard_normal(np.shape(wanted)))
    assert guess(found, rough, names={"N": 4}).kind == kind


@pytest.mark.parametrize("seed", range(20))
def test_of_nothing_usual_nothing_is_said(seed):
    rng = np.random.default_rng(seed)
    found, wanted = rng.standard_normal((2, 5, 4))
    assert guess(found, wanted, names={"N": 5}) is None
    assert guess(wanted, wanted) is None


def test_two_words_for_a_factor_two():
    assert "× N: mean forgotten?" in guess(2 * W, W, names={"N": 2}).text
    assert guess(2 * W[:2], W[:2]).text == "off by a factor 2: a ½ forgotten, or counted twice?"
    assert "1/N: a mean instead of a sum?" in guess(W / 2, W, names={"N": 2}).text


def test_one_number_is_no_factor_of_another():
    assert guess(0.788, 0.931) is None
    assert guess(4.0, 1.0, names={"N": 4}).factor == 4


def test_nor_is_a_sum_one_of_one_number():
    """The gradients of two biases exchanged: (4,) for (1,)."""
    found = guess(np.array([0.3, -1.2, 0.7, 0.5]), np.array([2.1]))
    assert found is not None
    assert str(found) == "shape (4,) instead of (1,)"
    missing = guess(np.array([0.3, -1.2, 0.7, 0.5]), np.array([0.3]))
    assert missing is not None
    assert "the sum over" in str(missing)


def test_right_ones_are_right():
    assert guess(W, W) is None
    assert guess(np.zeros((0, 3)), np.zeros((0, 3))) is None
    assert guess(np.zeros(3), np.zeros(3)) is None
    assert guess(W, np.full(W.shape, np.nan)) is None


@pytest.mark.parametrize(
    ("found", "short"),
    [
        (4 * W, "× 4 = N"),
        (W / 4, "× ¼ = 1/N"),
        (3 * W, "× 3"),
        (-W, "sign"),
        (2 * W, "× 2"),
        (0.37 * W, "× 0.37"),
    ],
)
def test_a_picture_gets_a_few_words(found, short):
    assert guess(found, W, names={"N": 4}).short == short


def test_factors_of_rows_need_numbers_that_agree():
    rng = np.random.default_rng(0)
    for shape in ((3, 2), (2, 2), (4, 1), (3, 3)):
        for _ in range(20):
            assert guess(*rng.standard_normal((2, *shape))) is None
    tiny = W * [[1e-14], [1], [1], [1]]
    assert guess(tiny + np.eye(4)[:, :3], tiny) is None
