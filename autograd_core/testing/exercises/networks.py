"""Grading networks of two layers, however they keep their parameters."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, product
from typing import Any

import numpy as np

from autograd_core.tensor import Tensor
from autograd_core.testing.checking.guesses import Guess, guess
from autograd_core.testing.exercises.marking import (
    Array,
    Part,
    affine,
    called,
    data,
    generator,
    half_squared_error,
    labels,
    made_of,
    parts_of,
    relu,
    sigmoid,
    sigmoid_with_loss,
    softmax,
    softmax_with_loss,
)
from autograd_core.testing.exercises.pictures import pictured
from autograd_core.testing.exercises.regressions import UNWRITTEN
from autograd_core.testing.layers.attributes import arrays, dotted
from autograd_core.testing.layers.comparison import check_layer
from autograd_core.testing.layers.handmade import Handmade, happened, is_unwritten
from autograd_core.testing.layers.report import GradientReport
from autograd_core.testing.optimizers.runners import named


@dataclass(frozen=True)
class Problem:
    """What a network is for: the error of its last numbers and the labels.

    Attributes:
        error: a function of both.
        words: the formula of it.
        labels: from N and the number of outputs to labels.
        outputs: how many numbers come out, if the answer may choose.
        several: how many come out of another network.
        output: the activation of the output layer.
        slips: in words, and what is then taken for ∂E/∂A2, of a2 and the labels.
    """

    error: Callable[[Any, Any], Any]
    words: str
    labels: Callable[[int, int], Array]
    outputs: int
    several: int
    output: Callable[[Any], Any]
    slips: Mapping[str, Callable[[Array, Array], Array]] = field(default_factory=dict)


def _nothing(x: Any) -> Any:
    return x


REGRESSION = Problem(
    half_squared_error,
    "1/(2N) Σ (ŷ − y)²",
    lambda n, k: generator().standard_normal((n, k)),
    1,
    2,
    _nothing,
)
TWO_CLASSES = Problem(
    sigmoid_with_loss,
    "−1/N Σ (y log ŷ + (1 − y) log(1 − ŷ)), ŷ = σ(a2)",
    lambda n, k: generator().integers(0, 2, (n, k)).astype(float),
    1,
    1,
    sigmoid,
    {
        "the sigmoid is missing: ŷ = σ(a2)": lambda a, t: (a - t) / len(t),
        "a factor too much, ŷ (1 − ŷ): ŷ − y is the gradient by a2 already": lambda a, t: (
            (sigmoid(a) - t) * sigmoid(a) * (1 - sigmoid(a)) / len(t)
        ),
    },
)
CLASSES = Problem(
    softmax_with_loss,
    "−1/N Σ y log ŷ, ŷ = softmax(a2)",
    labels,
    3,
    4,
    softmax,
    {
        "softmax is missing: ŷ = softmax(a2)": lambda a, t: (a - t) / len(t),
        "softmax is over the batch (axis 0) instead of the classes (axis 1)": lambda a, t: (
            (softmax(a.T).T - t) / len(t)
        ),
        "a factor too much, ŷ (1 − ŷ): ŷ − y is the gradient by a2 already": lambda a, t: (
            (softmax(a) - t) * softmax(a) * (1 - softmax(a)) / len(t)
        ),
    },
)


def two_layers(error: Any, x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """Affine, ReLU, affine (4.1), and an error."""
    a1 = called("a1", affine(x, W1, b1))
    x1 = called("x1", relu(a1))
    return error(called("a2", affine(x1, W2, b2)), t)


@dataclass
class _Box:
    """Something whose layers are not looked for."""

    inside: Any


class Network:
    """A network with `loss(x, t)` and `gradient(x, t)`, or with params and grads in dicts, as a layer."""

    def __init__(self, net: Any) -> None:
        self.box = _Box(net)
        for key, value in net.params.items():
            setattr(self, key, value.copy())

    def forward(self, x: Any, t: Any) -> Any:
        net = self.box.inside
        self.x, self.t = x, t
        for key, value in net.params.items():
            value[...] = getattr(self, key)
        loss = net.loss(x, t) if callable(getattr(net, "loss", None)) else net.forward(x, t)
        return loss.reshape(()) if isinstance(loss, np.ndarray) and loss.size == 1 else loss

    def backward(self) -> tuple[()]:
        net = self.box.inside
        if hasattr(net, "gradient"):
            grads = net.gradient(self.x, self.t)
        else:
            net.backward()
            grads = net.grads
        for key, value in net.params.items():  # so that it is seen if they are changed
            setattr(self, key, np.array(value))
        for key, value in ({} if is_unwritten(grads) else as_dict(grads, net.params)).items():
            setattr(self, f"d{key}", value)
        return ()


class FormError(ValueError):
    """Gradients are returned in another form than by the keys of params."""


def as_dict(grads: Any, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The gradients by the keys of the parameters.

    Raises:
        FormError: if they are not a dict with these keys.
    """
    if not isinstance(grads, dict):
        wanted = ", ".join(params)
        raise FormError(f"the gradients are a {type(grads).__name__}; asked for is a dict with {wanted}")
    if grads and not set(grads) & set(params):
        raise FormError(
            f"the gradients are called {', '.join(map(str, grads))}, in params {', '.join(params)}"
        )
    return grads


def judge_network(answer: Any, problem: Problem = REGRESSION) -> Iterator[Part]:
    if callable(answer) and not isinstance(answer, type) and not hasattr(answer, "backward"):
        yield from _judge_gradients(answer, problem)
        return
    net = made_of(answer, (), (3, 4, problem.outputs), wanted=f"{named(answer)}(inputs, hidden, outputs)")
    if isinstance(getattr(net, "params", None), dict) and (hasattr(net, "gradient") or hasattr(net, "grads")):
        net = Network(net)
    matrices = [v for v in arrays(net).values() if v.ndim == 2]
    if isinstance(getattr(net, "params", None), dict) and not hasattr(net, "backward"):
        raise TypeError(f"grade: {named(answer)} has params, but no gradient(x, t) and no grads")
    if not matrices:
        raise TypeError(f"grade: {named(answer)} has no weights: W1, b1, W2, b2 as attributes or in params")
    x = data(6, len(matrices[0]))
    t = problem.labels(6, matrices[-1].shape[1])
    made = Handmade(net, [x, t])
    weights = _weights(arrays(made.fresh()))
    made.finish()
    inside = net.box.inside if isinstance(net, Network) else net
    so_far = weights is not None
    if weights is not None and callable(getattr(inside, "predict", None)):
        part = _predicts(inside, x, weights, problem)
        yield part
        so_far = part.right
        if part.words == UNWRITTEN:
            return
    report = check_layer(net, x, t)
    report = replace(report, faults=tuple(map(_of_the_form, report.faults)))
    made = Handmade(net, [x, t])
    if not report.gradients and callable(getattr(inside, "loss", None)) and made.unwritten():
        made.finish()
        yield Part("the loss", False, UNWRITTEN)
        return
    loss = made.forward()
    made.finish()
    rest = tuple(g for g in report.gradients if not (g.verdict == "missing" and g.of in ("x", "X")))
    parts = parts_of(replace(report, gradients=rest))
    if weights is not None:
        names = {name: role for role, (name, _) in weights.items()}
        given = {"x": x, "t": t, **{role: value for role, (_, value) in weights.items()}}
        rest = tuple(_explained(g, names, given, problem) for g in rest)
        reference = partial(two_layers, problem.error)
        right = reference(*given.values())
        words = ""
        if loss.ndim:
            words = f"one number is asked for, the mean over the data; its shape is {loss.shape}"
            mend = "the loss is no number yet: mend that first"
            rest = tuple(g if g else replace(g, words=mend, guess=None, index=None) for g in rest)
        elif np.isfinite(loss) and not np.isclose(loss, right):
            factor = f"× {float(loss) / float(right):.6g} of " if right else f"{float(loss):.6g} and not "
            words = f"the loss is {factor}{problem.words}"
        differs = "the loss differs" if words else ""
        picture = pictured(replace(report, gradients=rest), reference, given, differs, names)
        so_far = so_far and not words
        if report.gradients:
            yield Part("the loss", not words, words, picture if words else None)
        parts = parts_of(replace(report, gradients=rest), None if words else picture, shown=not words)
    yield from parts
    if isinstance(net, Network) and report and so_far:
        yield from _another_time(answer, problem)


def _of_the_form(fault: str) -> str:
    """Of an error that says what is wrong with the form of the gradients, only this."""
    return fault.partition(f"{FormError.__name__}: ")[2] or fault


def _another_time(answer: Any, problem: Problem) -> Iterator[Part]:
    """Another network and another batch: a part only if what was right before is wrong there.

    All sizes are others, also the number of outputs; the gradient is asked for twice, without loss before.
    """
    name = "another network"
    try:
        net = made_of(answer, (), (5, 6, problem.several), wanted="")
        net = deepcopy(net) if net is answer else net
    except Exception as error:
        yield Part(name, False, f"of 5 inputs, 6 hidden and {problem.several} outputs: it {happened(error)}")
        return
    rng = generator()
    for value in net.params.values():
        value[...] = rng.standard_normal(value.shape)
    held = _weights({("", key): value for key, value in net.params.items()})
    if held is None:
        shapes = ", ".join(f"{key} {np.shape(value)}" for key, value in net.params.items())
        yield Part(name, False, f"made for 5 inputs, 6 hidden and {problem.several} outputs it has {shapes}")
        return
    values = {role: value.copy() for role, (_, value) in held.items()}
    x, t = data(7, len(values["W1"])), problem.labels(7, values["W2"].shape[1])
    try:
        wrong = _why_another(net, held, values, x, t, problem)
    except Exception as error:
        wrong = f"it {happened(error)}"
    if wrong:
        sizes = " × ".join(str(n) for n in (*values["W1"].shape, values["W2"].shape[1]))
        yield Part(name, False, f"{sizes} neurons, N = 7, biases that are not 0: {wrong}")


def _why_another(
    net: Any,
    held: Mapping[str, tuple[str, Array]],
    values: Mapping[str, Array],
    x: Array,
    t: Array,
    problem: Problem,
) -> str:
    """What is wrong with the loss and the gradients of a network, asked for one after the other."""
    half = x[::2].copy(), t[::2].copy()
    leaves = {role: Tensor(value, True) for role, value in values.items()}
    loss = two_layers(problem.error, Tensor(x), t, *leaves.values())
    loss.backward()
    found = np.asarray(net.loss(x.copy(), t.copy()), dtype=float)
    if found.size != 1 or not np.isclose(found.item(), loss.item()):
        return f"the loss is {found.reshape(-1)[0]:.6g}, right is {loss.item():.6g}"
    net.loss(*half)  # what it keeps is of other data now
    for again in (False, True):
        try:
            grads = as_dict(net.gradient(x.copy(), t.copy()), net.params)
        except Exception as error:
            return f"gradient(x, t), after a loss of other data, {happened(error)}"
        for role, leaf in leaves.items():
            key = held[role][0]
            wanted = np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy()
            got = np.asarray(grads[key], dtype=float)
            if got.shape != np.shape(net.params[key]) or not np.allclose(
                got, wanted.reshape(got.shape), rtol=1e-4, atol=1e-6
            ):
                if again:
                    return f"the gradient of {key} is another one when it is asked for again"
                why = guess(got, wanted, names={"N": len(x)})
                return f"the gradient of {key} is not right" + (f": {why}" if why else "")
    return ""


def _predicts(net: Any, x: Array, weights: Mapping[str, tuple[str, Array]], problem: Problem) -> Part:
    """What predict(x) gives: the last numbers, or what the output layer makes of them."""
    W1, b1, W2, b2 = (weights[role][1] for role in ("W1", "b1", "W2", "b2"))
    keys = {role: name for role, (name, _) in weights.items()}
    if not b1.any() and not b2.any() and isinstance(getattr(net, "params", None), dict):
        net = deepcopy(net)  # with biases that are not 0, else it is not seen whether they are added
        rng = generator()
        b1 = np.std(x @ W1) * rng.standard_normal(b1.shape)
        b2 = np.std(relu(x @ W1 + b1) @ W2) * rng.standard_normal(b2.shape)
        net.params[keys["b1"]][...], net.params[keys["b2"]][...] = b1, b2
    try:
        found = net.predict(x.copy())
    except Exception as error:
        return Part("predict", False, f"it {happened(error)}")
    if is_unwritten(found):
        return Part("predict", False, UNWRITTEN)
    right = affine(relu(affine(x, W1, b1)), W2, b2)
    if any(_same(found, y) for y in (right, problem.output(right))):
        return Part("predict", True)
    words = "the values are not those of ReLU(x W1 + b1) W2 + b2"
    if _same(found, affine(affine(x, W1, b1), W2, b2)):
        words = "ReLU is missing: a1 has to pass it before W2"
    elif np.shape(found) != right.shape:
        words = f"its shape is {np.shape(found)} instead of {right.shape}"
    elif _same(found, affine(relu(affine(x, W1, 0.0)), W2, 0.0)):
        words = "the biases are missing"
    elif _same(found, affine(relu(affine(x, W1, 0.0)), W2, b2)):
        words = "b1 is missing"
    elif _same(found, affine(relu(affine(x, W1, b1)), W2, 0.0)):
        words = "b2 is missing"
    elif _same(found, affine(sigmoid(affine(x, W1, b1)), W2, b2)):
        words = "the hidden layer has a sigmoid: it is ReLU"
    elif _same(found, relu(right)):
        words = "there is a ReLU at the output too: the output layer has none"
    return Part("predict", False, words)


def _same(found: Any, right: Array) -> bool:
    try:
        return np.shape(found) == right.shape and np.allclose(np.asarray(found, dtype=float), right)
    except (TypeError, ValueError):
        return False


def _explained(
    report: GradientReport, names: Mapping[str, str], given: Mapping[str, Array], problem: Problem
) -> GradientReport:
    """The same, where it has no words for it: what is not written yet, the mask of ReLU, the output layer."""
    if report.verdict == "missing":
        return replace(report, words="it is not there yet")
    if report or report.guess is not None or report.index is None or report.found is None:
        return report
    for words, gradients in chain(_with_other_masks(given, problem), _with_other_outputs(given, problem)):
        right = gradients.get(names.get(report.of, ""))
        if right is not None and np.isclose(report.found, right[report.index], rtol=1e-6, atol=1e-12):
            return replace(report, words=words, guess=Guess("mask", words))
    return report


def _with_other_masks(given: Mapping[str, Array], problem: Problem) -> Iterator[tuple[str, dict[str, Array]]]:
    """The gradients of the first layer if ∂E/∂A1 is made of ∂E/∂X1 with another mask than A1 > 0."""
    x, t, W1, b1, W2, b2 = (given[name] for name in ("x", "t", "W1", "b1", "W2", "b2"))
    a1 = affine(x, W1, b1)
    x1 = Tensor(relu(a1), True)
    problem.error(affine(x1, W2, b2), t).backward()
    dx1 = np.zeros(a1.shape) if x1.grad is None else x1.grad.numpy()
    masks = {
        "the mask of ReLU is missing on the way back: da1 = dx1 * mask1": 1.0,
        "the mask is taken of dx1; it is that of forward, a1 > 0": dx1 > 0,
        "the mask is turned round: kept is a1 > 0": a1 <= 0,
        "a1 itself is taken for the mask: it is a1 > 0": a1,
        "x1 is taken for the mask: it is a1 > 0": relu(a1),
    }
    for words, mask in masks.items():
        da1 = dx1 * mask
        yield words, {"W1": x.T @ da1, "b1": da1.sum(axis=0)}


def _with_other_outputs(
    given: Mapping[str, Array], problem: Problem
) -> Iterator[tuple[str, dict[str, Array]]]:
    """All gradients if something else than the right one is taken for ∂E/∂A2."""
    for words, slip in problem.slips.items():
        leaves = {name: Tensor(given[name], True) for name in ("W1", "b1", "W2", "b2")}
        x1 = relu(affine(Tensor(given["x"]), leaves["W1"], leaves["b1"]))
        a2 = affine(x1, leaves["W2"], leaves["b2"])
        a2.backward(slip(a2.numpy(), given["t"]))
        yield words, {name: leaf.grad.numpy() for name, leaf in leaves.items() if leaf.grad is not None}


def _weights(held: Mapping[tuple[str, str], Array]) -> dict[str, tuple[str, Array]] | None:
    """W1, b1, W2 and b2 with the names that the answer gives them; None if it has other parameters."""
    named = [(dotted(*place), value) for place, value in held.items()]
    matrices = [entry for entry in named if entry[1].ndim == 2 and len(entry[1]) > 1]
    vectors = [entry for entry in named if entry[1].ndim == 1 or (entry[1].ndim == 2 and len(entry[1]) == 1)]
    if len(matrices) != 2 or len(vectors) != 2 or len(named) != 4:
        return None
    for (W1, W2), (b1, b2) in product((matrices, matrices[::-1]), (vectors, vectors[::-1])):
        fits = W1[1].shape[1] == len(W2[1]) == b1[1].size and W2[1].shape[1] == b2[1].size
        if fits:
            return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return None


def _judge_gradients(function: Callable[..., Any], problem: Problem) -> Iterator[Part]:
    """A function of x, t, W1, b1, W2, b2 that returns dW1, db1, dW2, db2, in a dict or in this order."""
    rng = generator()
    outputs = max(problem.outputs, 2)  # of several, so that a sum over them is told from a mean
    arrays = {
        "x": rng.standard_normal((6, 3)),
        "t": problem.labels(6, outputs),
        "W1": rng.standard_normal((3, 4)),
        "b1": rng.standard_normal(4),
        "W2": rng.standard_normal((4, outputs)),
        "b2": rng.standard_normal(outputs),
    }
    names = ("W1", "b1", "W2", "b2")

    class Wrapped:
        def __init__(self) -> None:
            for name in names:
                setattr(self, name, arrays[name])

        def forward(self, x: Any, t: Any) -> Any:
            self.x, self.t = x, t
            return two_layers(problem.error, x, t, *(getattr(self, name) for name in names))

        def backward(self) -> tuple[()]:
            found = function(self.x, self.t, *(getattr(self, name) for name in names))
            if is_unwritten(found):
                return ()
            pairs = found if isinstance(found, dict) else dict(zip(names, found, strict=True))
            for name in names:
                setattr(self, f"d{name}", pairs.get(name, pairs.get(f"d{name}")))
            return ()

    report = check_layer(Wrapped(), arrays["x"], arrays["t"])
    same = {name: name for name in names}
    report = replace(report, gradients=tuple(_explained(g, same, arrays, problem) for g in report.gradients))
    picture = pictured(report, partial(two_layers, problem.error), arrays)
    for part in parts_of(report, picture):
        if part.name != "forward":
            yield part
