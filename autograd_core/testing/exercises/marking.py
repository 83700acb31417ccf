"""What all gradings of code share: parts, the lecture's layers as functions, data, objects of classes."""

from collections.abc import Iterator, Sequence
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from autograd_core.functions.activations import leaky_relu as leaky_relu_of_tensors
from autograd_core.functions.activations import relu as relu_of_tensors
from autograd_core.functions.activations import sigmoid as sigmoid_of_tensors
from autograd_core.functions.normalizing import softmax as softmax_of_tensors
from autograd_core.tensor import Tensor
from autograd_core.testing.layers.report import LayerReport

Array = Any


class Part(NamedTuple):
    """One thing that was looked at; of what is wrong perhaps a picture of where it parts from the right."""

    name: str
    right: bool
    words: str = ""
    picture: Any = None


def called(name: str, x: Any) -> Any:
    """The same value, a Tensor with a name under which pictures show it."""
    return x.named(name) if isinstance(x, Tensor) else x


# ---- the lecture's layers ----------------------------------------------------------------------------------


def affine(x: Any, W: Any, b: Any) -> Any:
    """Y = XW + b (5.1)."""
    return x @ W + b


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^−x) (1.2, 5.1)."""
    if isinstance(x, Tensor):
        return sigmoid_of_tensors(x)
    return 1 / (1 + np.exp(-x))


def softmax(x: Any) -> Any:
    """e^x / Σ e^x along each row (1.2)."""
    if isinstance(x, Tensor):
        return softmax_of_tensors(x, axis=1)
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def relu(x: Any) -> Any:
    """max(0, x) (1.2, 5.1)."""
    if isinstance(x, Tensor):
        return relu_of_tensors(x)
    return np.maximum(x, 0)


def leaky_relu(x: Any) -> Any:
    """x where x > 0, else 0.1 x (1.2)."""
    if isinstance(x, Tensor):
        return leaky_relu_of_tensors(x, 0.1)
    return np.where(x > 0, x, 0.1 * x)


def half_squared_error(y: Any, t: Any) -> Any:
    """1/(2N) Σ (y − t)² (2.1, 5.1)."""
    return np.sum((y - t) ** 2) / (2 * y.shape[0])


def sigmoid_with_loss(x: Any, t: Any) -> Any:
    """1/N Σ (−t log y − (1 − t) log(1 − y)), y = σ(x) (2.2, 5.1, with the sum over n)."""
    y = called("y", sigmoid(x))
    return -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y)) / x.shape[0]


def softmax_with_loss(x: Any, t: Any) -> Any:
    """−1/N Σ t log y, y = softmax(x) (2.3, 5.1)."""
    y = called("y", softmax(x))
    return -np.sum(t * np.log(y)) / x.shape[0]


def batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
    """γ (x − μ)/√(v + ε) + β, with μ and v of each column (8.2)."""
    mu = called("mu", np.mean(x, axis=0))
    v = called("v", np.mean((x - mu) ** 2, axis=0))
    xn = called("xn", (x - mu) / np.sqrt(v + 1e-8))
    return gamma * xn + beta


def generator() -> np.random.Generator:
    return np.random.default_rng(23)


def data(n: int = 5, k: int = 3) -> Array:
    return generator().standard_normal((n, k))


def labels(n: int = 5, k: int = 3) -> Array:
    return np.eye(k)[generator().integers(0, k, n)]


def parts_of(report: LayerReport, picture: Any = None, *, shown: bool = True) -> Iterator[Part]:
    """A report on a layer, as parts: its forward, each gradient, everything else; if `shown`, the first that
    is wrong has the picture, by default that of the report. As long as nothing is written there is none: it
    would be the answer."""
    written = any(g.verdict != "missing" for g in report.gradients) or any(
        " yet" not in fault for fault in report.faults
    )
    left = [report.graph if picture is None else picture] if shown and written else []
    for part in _plain_parts(report):
        yield part if part.right or not left else part._replace(picture=left.pop())


def _plain_parts(report: LayerReport) -> Iterator[Part]:
    differs = [f for f in report.faults if f.startswith("forward")]
    yield Part("forward", not differs, "; ".join(differs))
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
