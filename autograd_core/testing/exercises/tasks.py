"""The lecture's exercises whose answer is code: what is looked at in each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from autograd_core.testing.checking.guesses import guess
from autograd_core.testing.exercises.another import another_batch
from autograd_core.testing.exercises.batches import (
    judge_binary_entropy,
    judge_entropy,
    judge_softmax_function,
)
from autograd_core.testing.exercises.dropouts import judge_dropout
from autograd_core.testing.exercises.initials import judge_gain, judge_initial
from autograd_core.testing.exercises.marking import (
    Array,
    Part,
    affine,
    batch_norm,
    data,
    generator,
    half_squared_error,
    labels,
    leaky_relu,
    made_of,
    parts_of,
    relu,
    several,
    sigmoid,
    sigmoid_with_loss,
    softmax_with_loss,
)
from autograd_core.testing.exercises.networks import CLASSES, TWO_CLASSES, judge_network
from autograd_core.testing.exercises.norms import judge_norm_prediction
from autograd_core.testing.exercises.pictures import pictured
from autograd_core.testing.exercises.regressions import judge_epoch, judge_rmse, judge_standardised
from autograd_core.testing.exercises.variants import (
    LEAKY_RELU,
    RELU,
    SIGMOID,
    SIGMOID_LOSS,
    SOFTMAX,
    explained,
    of_batch_norm,
)
from autograd_core.testing.layers.attributes import arrays, dotted
from autograd_core.testing.layers.comparison import check_layer
from autograd_core.testing.layers.handmade import Handmade
from autograd_core.testing.optimizers.comparison import check_optimizer
from autograd_core.testing.optimizers.runners import named


@dataclass(frozen=True)
class Task:
    """An exercise whose answer is code."""

    title: str
    judge: Callable[[Any], Iterator[Part]]


# ---- layers ------------------------------------------------------------------------------------------------


def _judge_affine(answer: Any) -> Iterator[Part]:
    if callable(answer) and not isinstance(answer, type) and not hasattr(answer, "backward"):
        yield from _judge_numerical(answer)
        return
    rng = generator()
    layer = made_of(
        answer,
        (rng.standard_normal((3, 4)), rng.standard_normal(4)),
        (3, 4),
        wanted=f"{named(answer)}(W, b)",
    )
    given = {"W": rng.standard_normal((3, 4)), "b": rng.standard_normal(4)}
    names: dict[str, str] = {}
    for place, value in arrays(layer).items():
        role = "W" if value.ndim == 2 and len(value) > 1 else "b"
        if role not in names.values():
            given[role], names[dotted(*place)] = value, role
    x = data(5, len(given["W"]))
    variants = {"b is not added": lambda x: x @ given["W"]}
    report = explained(check_layer(layer, x, like=affine), layer, (x,), variants)
    yield from parts_of(report, pictured(report, affine, {"x": x, **given}, names=names))
    if report:
        yield from another_batch(layer, affine, (x,), (data(7, len(given["W"])),))


def _judge_numerical(function: Callable[..., Any]) -> Iterator[Part]:
    """A numerical derivative: `numerical_gradient(f, x)`."""

    def f(x: Any) -> Any:
        return np.sum(x**3 + weights * x)

    for shape in ((4,), (2, 3)):
        rng = generator()
        x, weights = rng.uniform(0.5, 1.5, shape), rng.standard_normal(shape)
        start = x.copy()
        right = 3 * start**2 + weights
        name = f"an array of shape {shape}"
        try:
            found = np.asarray(function(f, x), dtype=float)
        except Exception as error:
            yield Part(name, False, f"it raises {type(error).__name__}: {error}")
            continue
        words = ""
        if found.shape != shape:
            words = f"its shape is {found.shape}"
        elif not np.array_equal(x, start):
            words = "x is not restored: put the old number back before the next one is moved"
        elif not found.any():
            words = "all of it is 0: no slope has been put into it yet"
        elif not np.allclose(found, right, rtol=1e-5):
            words = _why_inexact(found, right, start)
        yield Part(name, not words, words)


def _why_inexact(found: Array, right: Array, x: Array) -> str:
    off = found - right
    curvature = 3 * x  # f''/2 of x³: what a one-sided difference is off by, divided by h
    h = float(np.median(off / curvature))
    if abs(h) < 0.1 and np.allclose(off, h * curvature, rtol=0.05):
        return (
            f"a one-sided difference, off by h f″/2 (h ≈ {abs(h):.1g}): take the central one, "
            "(f(x + h) − f(x − h)) / 2h"
        )
    h = float(np.sqrt(abs(np.median(off))))
    if h < 0.2 and np.allclose(off, off.reshape(-1)[0], rtol=0.05):
        return f"h is too large: the error of a central difference is h² f‴/6, h ≈ {h:.1g}"
    return str(
        guess(found, right) or f"for example {found.reshape(-1)[0]:.6g}, right is {right.reshape(-1)[0]:.6g}"
    )


def _judge_softmax(answer: Any) -> Iterator[Part]:
    layer = made_of(answer, (), wanted=f"{named(answer)}()")
    x, t = data(), labels()
    report = explained(check_layer(layer, x, t, like=softmax_with_loss), layer, (x, t), SOFTMAX)
    yield from parts_of(report, pictured(report, softmax_with_loss, {"x": x, "t": t}))
    if report.gradients:  # else forward gives nothing for small numbers either
        yield _overflow(layer, any(fault.startswith("forward") for fault in report.faults))
    if report:
        yield from another_batch(layer, softmax_with_loss, (x, t), (data(7, 4), labels(7, 4)))


def _overflow(layer: Any, differs: bool) -> Part:
    """Large inputs: softmax has to subtract the largest of each row (5.2); all alike if forward is wrong."""
    each = 1000.0 if differs else 1000.0 * np.array([[1.0], [-1.0], [0.0], [2.0], [-2.0]])
    x, t = data() + each, labels()
    made = Handmade(layer, [x, t])
    try:
        with np.errstate(all="ignore"):
            loss = made.forward()
    finally:
        made.finish()
    fine = bool(np.isfinite(loss).all())
    words = "" if fine else f"forward gives {loss}: subtract the largest number of each row before exp"
    return Part("large numbers", fine, words)


OTHERS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "sigmoid": (sigmoid, (data(),)),
    "relu": (relu, (data(),)),
    "tanh": (np.tanh, (data(),)),
    "leaky relu": (leaky_relu, (data(),)),
    "regression": (half_squared_error, (data(), data()[::-1].copy())),
    "sigmoid with loss": (sigmoid_with_loss, (data(5, 1), labels(5, 2)[:, :1])),
}


WRONG_FORWARDS = {
    "sigmoid": SIGMOID,
    "relu": RELU,
    "leaky relu": LEAKY_RELU,
    "sigmoid with loss": SIGMOID_LOSS,
}


def _judge_others(answer: Any) -> Iterator[Part]:
    for one in several(answer):
        layer = made_of(one, (), wanted=f"{named(one)}()")
        name = _recognised(layer)
        if name is None:
            yield Part(named(layer), False, f"its forward is that of none of {', '.join(OTHERS)}")
            continue
        reference, inputs = OTHERS[name]
        report = check_layer(layer, *inputs, like=reference)
        report = explained(report, layer, inputs, WRONG_FORWARDS.get(name, {}))
        picture = pictured(report, reference, dict(zip(("x", "t"), inputs, strict=False)))
        others = {"regression": (data(7, 2), data(7, 2)[::-1].copy())}
        others["sigmoid with loss"] = (data(7, 1), labels(7, 2)[:, :1])
        parts = list(parts_of(report, picture))
        if report:
            parts += another_batch(layer, reference, inputs, others.get(name, (data(7, 4),)))
        for part in parts:
            yield part._replace(name=f"{named(layer)}, {part.name}")


def _recognised(layer: Any) -> str | None:
    """Which of the layers it is to be: by its name, else by what forward gives.

    The name comes first: a LeakyReLU whose forward is that of ReLU is wrong, and not a right ReLU.
    """
    if not callable(getattr(layer, "forward", None)):
        raise TypeError(f"grade: a layer has forward(x) and backward(dout); {named(layer)} has no forward")
    takes = len(signature(layer.forward).parameters)
    fitting = {name: entry for name, entry in OTHERS.items() if len(entry[1]) == takes}
    own = named(layer).lower()
    words = {
        "sigmoid": "sigmoid with loss" if takes > 1 else "sigmoid",
        "leaky": "leaky relu",
        "relu": "relu",
        "tanh": "tanh",
        "regression": "regression",
        "mse": "regression",
        "identity": "regression",
        "square": "regression",
    }
    meant = next((name for word, name in words.items() if word in own), None)
    if meant in fitting:
        return meant
    for name, (reference, inputs) in fitting.items():
        made = Handmade(layer, list(inputs))
        try:
            out = made.forward()
        except Exception:
            continue
        finally:
            made.finish()
        if out.shape == np.shape(reference(*inputs)) and np.allclose(out, reference(*inputs)):
            return name
    return None


def _judge_norm(answer: Any) -> Iterator[Part]:
    x = data(6, 3) * np.array([1.0, 2.0, 0.5]) + 1
    gamma, beta = np.array([1.0, -2.0, 0.5]), np.array([0.1, 0.2, 0.3])
    layer = made_of(answer, (gamma, beta), (3,), (), wanted=f"{named(answer)}(gamma, beta)")
    report = check_layer(layer, x)
    made = Handmade(layer, [x])
    out = made.forward()
    start = made.fresh()
    g, b = np.asarray(getattr(start, "gamma", 1.0)), np.asarray(getattr(start, "beta", 0.0))
    prediction = list(judge_norm_prediction(made, x, g, b))
    made.finish()
    wanted = g * (x - x.mean(axis=0)) / x.std(axis=0) + b
    words = ""
    if out.shape != x.shape or not np.allclose(out, wanted, rtol=1e-3, atol=1e-3):
        why = of_batch_norm(out, x, g, b)
        words = "forward is not γ (x − μ)/√(v + ε) + β" + (f": {why}" if why else "")
    given = {"x": x, "gamma": g * np.ones(3), "beta": b * np.ones(3)}
    picture = pictured(report, batch_norm, given, "forward differs" if words else "")
    yield Part("the values of forward", not words, words, picture if words else None)
    yield from parts_of(report, picture, shown=not words)
    yield from prediction


# ---- optimizers --------------------------------------------------------------------------------------------


def _judge_optimizers(answer: Any, like: str | None = None) -> Iterator[Part]:
    for one in several(answer):
        report = check_optimizer(one, like=like)
        head, *rest = str(report).splitlines()
        yield Part(report.optimizer, bool(report), "\n".join([head.partition(": ")[2], *rest]), report.paths)


TASKS: dict[str, Task] = {
    "2.2-1": Task("cross entropy of two classes, from logits", judge_binary_entropy),
    "2.3-1": Task("cross entropy, the mean over a batch", judge_entropy),
    "5.2-4": Task("softmax that cannot overflow", judge_softmax_function),
    "2-2-1": Task("a network of two layers for regression", judge_network),
    "2-2-2": Task(
        "a network of two layers for two classes", lambda answer: judge_network(answer, TWO_CLASSES)
    ),
    "2-2-3": Task("a network of two layers for classes", lambda answer: judge_network(answer, CLASSES)),
    "2-2-4": Task("a network of two layers for regression", judge_network),
    "2-2-4-1": Task("standardised with the training data", judge_standardised),
    "2-2-4-2": Task("a network of two layers for regression", judge_network),
    "2-2-4-3": Task("an epoch of SGD", judge_epoch),
    "2-2-4-4": Task("the error in the unit of the targets", judge_rmse),
    "3-1-1": Task("the affine layer, or a numerical derivative", _judge_affine),
    "3-1-2": Task("softmax with cross entropy as a layer", _judge_softmax),
    "3-1-3": Task("the other layers: activations and losses", _judge_others),
    "2-5-1": Task("optimizers", _judge_optimizers),
    "6.1-1": Task("momentum", lambda answer: _judge_optimizers(answer, "Momentum")),
    "6.2-1": Task("Adam", lambda answer: _judge_optimizers(answer, "Adam")),
    "7.2-1": Task("He's initial values", lambda answer: judge_initial(answer, "2/n_in")),
    "7.2-2": Task("Glorot's initial values", lambda answer: judge_initial(answer, "2/(n_in + n_out)")),
    "7.2-3": Task("N V that keeps the mean square through f", judge_gain),
    "2-7": Task("batch normalisation as a layer", _judge_norm),
    "2-9": Task("dropout as a layer", judge_dropout),
}
