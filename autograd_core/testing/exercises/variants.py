"""Wrong forwards that are usual: who computes one of these has made this mistake."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_core.testing.exercises.marking import Array
from autograd_core.testing.layers.handmade import Handmade
from autograd_core.testing.layers.report import LayerReport

Variants = Mapping[str, Callable[..., Any]]


def _softmax(x: Array, axis: int | None) -> Array:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _entropy(y: Array, t: Array) -> Any:
    return -np.sum(t * np.log(y)) / len(y)


def _logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


SOFTMAX: Variants = {
    "softmax is over the batch (axis 0) instead of the classes (axis 1)": lambda x, t: _entropy(
        _softmax(x, 0), t
    ),
    "softmax is over the whole array instead of each row (axis 1)": lambda x, t: _entropy(
        _softmax(x, None), t
    ),
    "the logarithm is missing": lambda x, t: -np.sum(t * _softmax(x, 1)) / len(x),
    "softmax is missing: it is exp(x) alone": lambda x, t: -np.sum(t * x) / len(x),
}
SIGMOID_LOSS: Variants = {
    "the term (1 − t) log(1 − y) is missing": lambda x, t: -np.sum(t * np.log(_logistic(x))) / len(x),
    "the term t log y is missing": lambda x, t: -np.sum((1 - t) * np.log(1 - _logistic(x))) / len(x),
}
SIGMOID: Variants = {"the sign in the exponent: e^x stands for e^−x": lambda x: 1 / (1 + np.exp(x))}
RELU: Variants = {
    "it keeps what is below 0": lambda x: np.minimum(x, 0),
    "it gives the mask itself: x is not multiplied with it": lambda x: (x > 0).astype(float),
    "it is |x|": np.abs,
}
LEAKY_RELU: Variants = {
    "it is ReLU: what is not above 0 has to be multiplied by 0.1": lambda x: np.maximum(x, 0),
    "the slope is 0.01, as PyTorch's: the lecture has 0.1": lambda x: np.where(x > 0, x, 0.01 * x),
    "the slope is 0.2, as Chainer's: the lecture has 0.1": lambda x: np.where(x > 0, x, 0.2 * x),
    "the slope is on the side above 0": lambda x: np.where(x > 0, 0.1 * x, x),
}


def explained(report: LayerReport, layer: Any, inputs: tuple[Array, ...], variants: Variants) -> LayerReport:
    """The report, in which a forward that differs from the reference is explained by what it computes."""
    differs = [fault for fault in report.faults if fault.startswith("forward differs")]
    if not differs:
        return report
    made = Handmade(layer, inputs)
    with np.errstate(all="ignore"):
        out = made.forward()
        made.finish()
        words = next((w for w, f in variants.items() if _same(out, f(*inputs))), "")
    if not words:
        return report
    faults = tuple(f"{_without_guess(f)}: {words}" if f in differs else f for f in report.faults)
    return replace(report, faults=faults)


def _without_guess(fault: str) -> str:
    """The reason takes the place of what was guessed from the numbers alone, in brackets at the end."""
    return re.sub(r"(there [^ ]+) [(].*[)]$", r"\1", fault)


def _same(out: Array, value: Any) -> bool:
    return out.shape == np.shape(value) and bool(np.allclose(out, value, rtol=1e-6))


def of_batch_norm(out: Array, x: Array, gamma: Any, beta: Any) -> str:
    """What a normalisation does instead."""

    def normalised(centred: Array, divisor: Any) -> Array:
        return np.asarray(gamma * centred / divisor + beta)

    mu, v = x.mean(axis=0), x.var(axis=0)
    rows = x - x.mean(axis=1, keepdims=True)
    tries = {
        "v is divided by N − 1 instead of N": normalised(x - mu, x.std(axis=0, ddof=1)),
        "mean and variance are those of each row: take them along the batch, axis=0": normalised(
            rows, x.std(axis=1, keepdims=True)
        ),
        "mean and variance are those of the whole array: take axis=0": normalised(x - x.mean(), x.std()),
        "it is divided by v + ε: the root is missing": normalised(x - mu, v),
        "the mean is not subtracted": normalised(x, x.std(axis=0)),
        "it is not divided by √(v + ε)": normalised(x - mu, 1.0),
        "β is not added": normalised(x - mu, x.std(axis=0)) - beta,
        "γ is missing": (x - mu) / x.std(axis=0) + beta,
    }
    near = (
        w for w, value in tries.items() if out.shape == value.shape and np.allclose(out, value, 1e-3, 1e-3)
    )
    return next(near, "")
