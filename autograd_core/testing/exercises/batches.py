"""Grading functions of a batch that return numbers and no gradients: softmax, cross entropy."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_core.testing.checking.guesses import guess
from autograd_core.testing.exercises.marking import Array, Part, data, labels, softmax
from autograd_core.testing.layers.handmade import is_unwritten

NO_NUMBERS = "a number or an array"


def judge_softmax_function(answer: Any) -> Iterator[Part]:
    """softmax(x), row by row (2.3), which does not overflow (5.2)."""
    x = data()
    values = _values("the values", answer, softmax(x), x)
    found = np.zeros(0) if values.right else _found(answer, x)
    if found.shape == x.shape and np.allclose(found, softmax(x.T).T):
        values = values._replace(words="the columns sum to 1, not the rows: a datum is a row, so axis=1")
    elif found.shape == x.shape and np.allclose(found, np.exp(x) / np.sum(np.exp(x))):
        words = "all numbers together sum to 1, not each row: a datum is a row, so axis=1 and keepdims=True"
        values = values._replace(words=words)
    yield values
    if values.right:
        yield _large(answer, x)


def _large(answer: Any, x: Array) -> Part:
    """Rows of numbers of very different size, so that one number for all of them would not do."""
    far = x + 1000.0 * np.arange(-2, len(x) - 2)[:, np.newaxis]
    part = _values("large numbers", answer, softmax(x), far)
    if part.right or _is_finite(answer, far):
        return part
    return part._replace(words="it gives NaN: subtract from each row its own largest number before exp")


def judge_entropy(answer: Any) -> Iterator[Part]:
    """cross_entropy(y, t), the mean over the batch (2.3)."""
    y, t = softmax(data()), labels()
    yield _values("the loss", answer, -np.sum(t * np.log(y)) / len(y), y, t)


def judge_binary_entropy(answer: Any) -> Iterator[Part]:
    """entropy(a, y) of every datum from its logit (2.2), which knows no infinity and no NaN."""
    for name, a in (
        ("the values", data(6, 1)),
        ("large numbers", 400.0 * np.arange(-2.0, 4.0)[:, np.newaxis]),
    ):
        y = np.array([[0.0], [1.0], [0.7], [1.0], [0.0], [0.3]])
        part = _values(name, answer, np.logaddexp(0, a) - y * a, a, y)
        if not part.right and name == "large numbers" and not _is_finite(answer, a, y):
            words = (
                "it gives inf or NaN: no exponent may be positive, log(1 + e^a) = max(a, 0) + log(1 + e^−|a|)"
            )
            part = part._replace(words=words)
        yield part
        if part.words.startswith(("it returns nothing", NO_NUMBERS)):
            return


def _values(name: str, function: Callable[..., Any], wanted: Any, *inputs: Array) -> Part:
    """What a function gives, against what it should give, and whether it leaves its arguments alone."""
    if not callable(function):
        raise TypeError(f"grade: a function is asked for, got a {type(function).__name__}")
    own = [x.copy() for x in inputs]
    with np.errstate(all="ignore"):
        returned = function(*own)
    if is_unwritten(returned):
        return Part(name, False, "it returns nothing yet")
    found = _numbers(returned)
    if found is None:
        return Part(
            name, False, f"{NO_NUMBERS} is asked for; got a {type(returned).__name__}: {returned!r:.60}"
        )
    if found.shape != np.shape(wanted):
        return Part(name, False, f"its shape is {found.shape}, right is {np.shape(wanted)}")
    if not np.allclose(found, wanted):
        why = guess(found, np.asarray(wanted), names=dict(zip("NK", inputs[0].shape, strict=True)))
        worst = np.unravel_index(int(np.argmax(np.abs(np.nan_to_num(found) - wanted))), found.shape)
        numbers = f"for example {found[worst]:.6g}, right is {np.asarray(wanted)[worst]:.6g}"
        return Part(name, False, f"{why}: {numbers}" if why else numbers)
    if not all(np.array_equal(a, b) for a, b in zip(own, inputs, strict=True)):
        return Part(name, False, "right, but it changes its argument in place: write x = x - c, not x -= c")
    return Part(name, True)


def _is_finite(function: Callable[..., Any], *inputs: Array) -> bool:
    return bool(np.isfinite(_found(function, *inputs)).all())


def _found(function: Callable[..., Any], *inputs: Array) -> Array:
    with np.errstate(all="ignore"):
        returned = function(*(x.copy() for x in inputs))
    found = None if is_unwritten(returned) else _numbers(returned)
    return np.asarray(np.nan) if found is None else found


def _numbers(returned: Any) -> Array | None:
    """As an array of floats; None for what is nothing of the kind."""
    try:
        return np.asarray(returned, dtype=float)
    except (TypeError, ValueError):
        return None
