"""Grading networks of two layers, however they keep their parameters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_core.testing.exercises.marking import (
    Part,
    data,
    generator,
    made_of,
    parts_of,
    two_layers,
)
from autograd_core.testing.layers.attributes import arrays
from autograd_core.testing.layers.comparison import check_layer
from autograd_core.testing.layers.handmade import Handmade
from autograd_core.testing.optimizers.runners import named


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
        return net.loss(x, t) if callable(getattr(net, "loss", None)) else net.forward(x, t)

    def backward(self) -> tuple[()]:
        net = self.box.inside
        if hasattr(net, "gradient"):
            grads = net.gradient(self.x, self.t)
        else:
            net.backward()
            grads = net.grads
        for key, value in grads.items():
            setattr(self, f"d{key}", value)
        return ()


def judge_network(answer: Any) -> Iterator[Part]:
    if callable(answer) and not isinstance(answer, type) and not hasattr(answer, "backward"):
        yield from _judge_gradients(answer)
        return
    net = made_of(answer, (), (3, 4, 1), wanted=f"{named(answer)}(inputs, hidden, outputs)")
    if isinstance(getattr(net, "params", None), dict) and (hasattr(net, "gradient") or hasattr(net, "grads")):
        net = Network(net)
    matrices = [v for v in arrays(net).values() if v.ndim == 2]
    if not matrices:
        raise TypeError(f"grade: {named(answer)} has no weights: W1, b1, W2, b2 as attributes or in params")
    x = data(6, len(matrices[0]))
    t = generator().standard_normal((6, matrices[-1].shape[1]))
    report = check_layer(net, x, t)
    made = Handmade(net, [x, t])
    held = {n: v for (_, n), v in arrays(made.fresh()).items()}
    loss = made.forward()
    made.finish()
    if all(key in held for key in ("W1", "b1", "W2", "b2")):
        right = two_layers(x, t, *(held[k] for k in ("W1", "b1", "W2", "b2")))
        c = float(loss) / float(right)
        words = f"the loss is × {c:.6g} of 1/(2N) Σ (y − t)²"
        yield Part("the loss", bool(np.isclose(c, 1)), "" if np.isclose(c, 1) else words)
    rest = tuple(g for g in report.gradients if not (g.verdict == "missing" and g.of in ("x", "X")))
    yield from parts_of(replace(report, gradients=rest), "")


def _judge_gradients(function: Callable[..., Any]) -> Iterator[Part]:
    """A function of x, t, W1, b1, W2, b2 that returns dW1, db1, dW2, db2, in a dict or in this order."""
    rng = generator()
    arrays = {
        "x": rng.standard_normal((6, 3)),
        "t": rng.standard_normal((6, 2)),
        "W1": rng.standard_normal((3, 4)),
        "b1": rng.standard_normal(4),
        "W2": rng.standard_normal((4, 2)),
        "b2": rng.standard_normal(2),
    }
    names = ("W1", "b1", "W2", "b2")

    class Wrapped:
        def __init__(self) -> None:
            for name in names:
                setattr(self, name, arrays[name])

        def forward(self, x: Any, t: Any) -> Any:
            self.x, self.t = x, t
            return two_layers(x, t, *(getattr(self, name) for name in names))

        def backward(self) -> tuple[()]:
            found = function(self.x, self.t, *(getattr(self, name) for name in names))
            pairs = found if isinstance(found, dict) else dict(zip(names, found, strict=True))
            for name in names:
                setattr(self, f"d{name}", pairs.get(name, pairs.get(f"d{name}")))
            return ()

    for part in parts_of(check_layer(Wrapped(), arrays["x"], arrays["t"]), ""):
        if part.name != "forward":
            yield part
