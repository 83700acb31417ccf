"""What all gradings of code share: parts, the lecture's layers as functions, data, objects of classes."""

from collections.abc import Iterator, Sequence
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from autograd_core.testing.layers.report import LayerReport

Array = Any


class Part(NamedTuple):
    """One thing that was looked at."""

    name: str
    right: bool
    words: str = ""


# ---- the lecture's layers ----------------------------------------------------------------------------------


def affine(x: Any, W: Any, b: Any) -> Any:
    """Y = XW + b (5.1)."""
    return x @ W + b


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^−x) (1.2, 5.1)."""
    return 1 / (1 + np.exp(-x))


def relu(x: Any) -> Any:
    """max(0, x) (1.2, 5.1)."""
    return np.maximum(x, 0)


def leaky_relu(x: Any) -> Any:
    """x where x > 0, else 0.1 x (1.2)."""
    return np.where(x > 0, x, 0.1 * x)


def half_squared_error(y: Any, t: Any) -> Any:
    """1/(2N) Σ (y − t)² (2.1, 5.1)."""
    return np.sum((y - t) ** 2) / (2 * y.shape[0])


def sigmoid_with_loss(x: Any, t: Any) -> Any:
    """1/N Σ (−t log y − (1 − t) log(1 − y)), y = σ(x) (2.2, 5.1, with the sum over n)."""
    y = sigmoid(x)
    return np.sum(-t * np.log(y) - (1 - t) * np.log(1 - y)) / x.shape[0]


def softmax_with_loss(x: Any, t: Any) -> Any:
    """−1/N Σ t log y, y = softmax(x) (2.3, 5.1)."""
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return -np.sum(t * np.log(e / np.sum(e, axis=1, keepdims=True))) / x.shape[0]


def two_layers(x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """Affine, ReLU, affine, half the mean squared error (4.1)."""
    return half_squared_error(affine(relu(affine(x, W1, b1)), W2, b2), t)


def generator() -> np.random.Generator:
    return np.random.default_rng(23)


def data(n: int = 5, k: int = 3) -> Array:
    return generator().standard_normal((n, k))


def labels(n: int = 5, k: int = 3) -> Array:
    return np.eye(k)[generator().integers(0, k, n)]


def parts_of(report: LayerReport, forward: str) -> Iterator[Part]:
    """A report on a layer, as parts: its forward, each gradient, everything else."""
    differs = [f for f in report.faults if f.startswith("forward")]
    yield Part("forward", not differs, "; ".join(differs) or forward)
    for g in report.gradients:
        where = (
            "" if g.index is None or g else f"\nworst at {g.index}: {g.found:.6g}, right is {g.wanted:.6g}"
        )
        yield Part(g.name, bool(g), "" if g else g.words + where)
    for fault in report.faults:
        if fault not in differs:
            yield Part("backward", False, fault)


def made_of(answer: Any, *tries: tuple[Any, ...], wanted: str) -> Any:
    """An object of the class that was given, by the first arguments that its constructor takes."""
    if not isinstance(answer, type):
        return answer
    for arguments in tries:
        try:
            signature(answer).bind(*arguments)
            return answer(*arguments)
        except TypeError:
            continue
    raise TypeError(f"grade: {answer.__name__} could not be made as {wanted}: give an object")


def several(answer: Any) -> Sequence[Any]:
    if isinstance(answer, dict):
        return list(answer.values())
    return list(answer) if isinstance(answer, list | tuple) else [answer]
