"""The steps of 2-2-4 around the network: right answers pass, the usual mistakes are called by their names."""

from unicodedata import normalize

import numpy as np
import pytest

from autograd_core.testing import grade
from tests.autograd_core.testing.lecture_layers import train_epoch


def words(exercise, answer):
    mark = grade(exercise, answer)
    assert not mark
    return str(mark)


def right_scale(x_train, x):
    return (x - x_train.mean(axis=0)) / x_train.std(axis=0)


def test_standardising():
    mark = grade("2-2-4-1", right_scale)
    assert (bool(mark), mark.out_of) == (True, 2)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a, x: (x - x.mean(axis=0)) / x.std(axis=0), "take those of the training data"),
        (lambda a, x: (x - a.mean()) / a.std(), "mean and std of each column"),
        (lambda a, x: (x - a.mean(axis=0)) / a.var(axis=0), "divided by the variance"),
        (lambda a, x: (x - a.mean(axis=0)) / a.std(axis=0, ddof=1), "ddof=1"),
        (lambda a, x: x - a.mean(axis=0), "nothing is divided"),
        (lambda a, x: x / a.std(axis=0), "subtract the mean first"),
        (lambda a, x: ((x.T - x.mean(axis=1)) / x.std(axis=1)).T, "statistics of each row"),
        (lambda a, x: ..., "returns nothing yet"),
        (lambda a, x: None, "returns nothing yet: compute the result"),
        (lambda a, x: "no", "an array or a number is asked for"),
        (lambda a, x: x[:3], "its shape is (3, 3) instead of (40, 3)"),
        (lambda a, x: x * np.nan, "it holds NaN"),
        (lambda a, x: 2 * right_scale(a, x), "right is"),
        (lambda a, x: np.subtract(x, 1, out=x), "overwrites its arguments"),
        (lambda a, x: 1 / 0, "it raises ZeroDivisionError"),
        (lambda a, x: x - a.mean(axis=0) / a.std(axis=0), "brackets are missing"),
        (lambda a, x: (x - a.mean(axis=0)) * a.std(axis=0), "it is multiplied by the deviation"),
        (lambda a, x: (a.mean(axis=0) - x) / a.std(axis=0), "the sign is turned round"),
    ],
)
def test_mistakes_in_standardising(answer, said):
    assert said in words("2-2-4-1", answer)


def test_standardising_in_another_precision():
    assert grade("2-2-4-1", lambda a, x: right_scale(a.astype(np.float32), x.astype(np.float32)))


def test_standardising_for_three_columns_only():
    def only_three(a, x):
        out = np.zeros_like(x)
        for j in range(3):
            out[:, j] = (x[:, j] - a[:, j].mean()) / a[:, j].std()
        return out

    assert [part.right for part in grade("2-2-4-1", only_three).parts] == [True, False]


def test_test_data_scaled_by_themselves_are_seen_only_there():
    mark = grade("2-2-4-1", lambda a, x: (x - x.mean(axis=0)) / x.std(axis=0))
    assert [(part.name, part.right) for part in mark.parts] == [
        ("the training data", True),
        ("other data", False),
    ]


def test_an_epoch():
    mark = grade("2-2-4-3", train_epoch)
    assert (bool(mark), mark.out_of) == (True, 2)

    def rebinding(net, x, t, lr, batch_size, rng):
        p = rng.permutation(len(x))
        x, t = x[p], t[p]
        for start in range(0, len(x), batch_size):
            grads = net.gradient(x[start : start + batch_size], t[start : start + batch_size])
            net.params = {key: net.params[key] - lr * grads[key] for key in grads}

    assert grade("2-2-4-3", rebinding), "a new dict is as good"


def epoch_with(order=None, rows=None, step=None, size=None, last=True):
    """An epoch that goes wrong in one way."""

    def wrong(net, x, t, lr, batch_size, rng):
        places = order(rng, len(x)) if order else rng.permutation(len(x))
        width = size or batch_size
        for start in range(0, len(x) if last else len(x) - width + 1, width):
            batch = places[start : start + width]
            grads = net.gradient(*(rows(x, t, batch, start) if rows else (x[batch], t[batch])))
            for key in net.params:
                if step:
                    step(net, key, lr, grads)
                else:
                    net.params[key] -= lr * grads[key]

    return wrong


def climbs(net, key, lr, grads):
    net.params[key] += lr * grads[key]


def lacks_rate(net, key, lr, grads):
    net.params[key] -= grads[key]


def divides(net, key, lr, grads):
    net.params[key] -= lr * grads[key] / 5


def renames(net, key, lr, grads):
    W = net.params[key]
    W = W - lr * grads[key]


def forgets(net, key, lr, grads):
    if key != "b2":
        net.params[key] -= lr * grads[key]


def forgets_biases(net, key, lr, grads):
    if key[0] == "W":
        net.params[key] -= lr * grads[key]


def uneven(net, key, lr, grads):
    net.params[key] -= lr * grads[key] ** 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (epoch_with(step=climbs), "it climbs"),
        (epoch_with(step=lacks_rate), "the learning rate is missing"),
        (epoch_with(step=divides), "divided by batch_size once more"),
        (epoch_with(step=renames), "the parameters stay as they are"),
        (epoch_with(step=forgets), "b2 is never changed"),
        (epoch_with(step=forgets_biases), "b1, b2 never change"),
        (epoch_with(step=uneven), "not moved by −λ times the gradient"),
        (epoch_with(order=lambda rng, n: np.arange(n)), "in their own order"),
        (epoch_with(order=lambda rng, n: np.arange(n)[::-1]), "every epoch has the same order"),
        (epoch_with(order=lambda rng, n: np.random.default_rng(0).permutation(n)), "whatever rng is"),
        (epoch_with(order=lambda rng, n: np.random.default_rng().permutation(n)), "not drawn from rng"),
        (epoch_with(order=lambda rng, n: rng.integers(0, n, n)), "data are not used: shuffle all"),
        (epoch_with(last=False), "3 of 23 data are not used: the last batch"),
        (epoch_with(size=23), "a batch has 23 data, batch_size is 5"),
        (epoch_with(size=1), "the batches have 1 data, batch_size is 5"),
        (epoch_with(rows=lambda x, t, b, i: (x[b], t[i : i + 5])), "no longer of the same datum"),
        (epoch_with(rows=lambda x, t, b, i: (x[b], t[b, 0])), "take the same rows of both"),
        (lambda net, x, t, lr, batch_size, rng: ..., "nothing happens yet"),
        (lambda net, x, t, lr, batch_size, rng: net.nothing, "it raises AttributeError"),
    ],
)
def test_mistakes_in_an_epoch(answer, said):
    assert said in words("2-2-4-3", answer)


def test_a_datum_used_twice():
    def twice(net, x, t, lr, batch_size, rng):
        train_epoch(net, x, t, lr, batch_size, rng)
        train_epoch(net, x, t, lr, batch_size, rng)

    said = words("2-2-4-3", twice)
    assert "23 of 23 data are used more than once" in said
    assert "✓ the steps" in said


def test_rmse():
    assert grade("2-2-4-4", lambda y, t, mean, std: np.sqrt(np.mean((std * y + mean - t) ** 2)))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda y, t, mean, std: np.mean((std * y + mean - t) ** 2), "take the root"),
        (lambda y, t, mean, std: np.sqrt(np.mean((y - t) ** 2)), "still standardised"),
        (
            lambda y, t, mean, std: np.sqrt(np.mean((y - (t - mean) / std) ** 2)),
            "multiply with the deviation",
        ),
        (lambda y, t, mean, std: np.sqrt(np.mean((std * y + mean - t) ** 2) / 2), "divided by 2"),
        (lambda y, t, mean, std: np.sqrt(np.sum((std * y + mean - t) ** 2)), "sum over the data"),
        (lambda y, t, mean, std: np.mean(np.abs(std * y + mean - t)), "absolute values"),
        (lambda y, t, mean, std: np.sqrt(np.mean((y + mean - t) ** 2)), "std is missing"),
        (lambda y, t, mean, std: np.sqrt(np.mean((std * y - t) ** 2)), "mean is missing"),
        (lambda y, t, mean, std: np.sqrt(np.mean((std * (y + mean) - t) ** 2)), "the mean is multiplied too"),
        (lambda y, t, mean, std: np.sqrt(np.mean((std * y - std * t) ** 2)), "only y is turned back"),
        (lambda y, t, mean, std: np.sqrt(np.mean((std * y[:, 0] + mean - t) ** 2)), "have not one shape"),
        (lambda y, t, mean, std: np.sqrt(np.sum((std * y + mean - t) ** 2)) / len(y), "after the root"),
        (lambda y, t, mean, std: np.sqrt(np.sum((std * y + mean - t) ** 2) / 8), "but not for 5"),
        (lambda y, t, mean, std: f"{np.sqrt(np.mean((std * y + mean - t) ** 2)):.3f}", "got a str"),
        (lambda y, t, mean, std: 3.0, "3, right is"),
        (lambda y, t, mean, std: ..., "returns nothing yet"),
    ],
)
def test_mistakes_in_the_rmse(answer, said):
    assert said in words("2-2-4-4", answer)


@pytest.mark.parametrize("exercise", ["2-2-4-1", "2-2-4-3", "2-2-4-4"])
def test_a_number_is_no_answer(exercise):
    with pytest.raises(TypeError, match="a function is asked for, got a float"):
        grade(exercise, 3.0)


# ---- pictures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "answer", "place"),
    [
        ("2-2-4-1", lambda a, x: (x - x.mean(axis=0)) / x.std(axis=0), "μ"),
        ("2-2-4-1", lambda a, x: (x - a.mean(axis=0)) / a.var(axis=0), "σ"),
        ("2-2-4-1", lambda a, x: x - a.mean(axis=0), "z"),
        ("2-2-4-1", lambda a, x: 2 * right_scale(a, x), "z"),
        ("2-2-4-3", epoch_with(step=climbs), "W_next"),
        ("2-2-4-3", epoch_with(last=False), "x_batch"),
        ("2-2-4-4", lambda y, t, mean, std: np.sqrt(np.mean((y - t) ** 2)), "ŷ"),
        ("2-2-4-4", lambda y, t, mean, std: np.sqrt(np.sum((std * y + mean - t) ** 2)), "E"),
        ("2-2-4-4", lambda y, t, mean, std: np.mean((std * y + mean - t) ** 2), "RMSE"),
    ],
    ids=["own", "variance", "undivided", "twice", "climbs", "last", "standardised", "sum", "no root"],
)
def test_the_step_that_goes_wrong_is_marked(exercise, answer, place):
    mark = grade(exercise, answer)
    (found,) = mark.pictures[0].marks
    assert found.name == normalize("NFC", place)
    assert "<svg" in mark._repr_html_()


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [("2-2-4-1", right_scale), ("2-2-4-1", lambda a, x: ...), ("2-2-4-3", train_epoch)],
    ids=["right", "unwritten", "a right epoch"],
)
def test_what_is_right_or_not_yet_written_has_no_picture(exercise, answer):
    assert grade(exercise, answer).pictures == ()
