"""flow: how activations and gradients spread from layer to layer, beside what the theory says."""

from collections import Counter
from collections.abc import Callable
from math import nan, sqrt
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn import plot
from nn.init import fans
from nn.module import Module
from nn.parameter import Parameter
from nn.tables import Table
from nn.training.randomness import Randomness

Array = np.ndarray[Any, Any]


class Flow:
    """What `nn.flow` found: `activations` and `gradients`, dicts from the layers' paths to arrays.

    The first entry, "x", is the input (of several "x1", "x2", ...); gradients are those that arrive at these
    values.
    """

    def __init__(
        self, rows: list[dict[str, Any]], activations: dict[str, Array], gradients: dict[str, Array]
    ) -> None:
        self._rows = rows
        self.activations, self.gradients = activations, gradients

    def table(self) -> Table:
        """A row per layer, DataFrame-ready.

        layer, module     its path and title
        mean, std         of its output, over data and neurons
        gradient          the standard deviation of the gradient that arrives at the output
        theory            N · V(w), fan_in times the variance of its weight, by which the layer should
                          multiply the mean square of its input; None for a layer without a weight
        measured          the mean square of its output, divided by that of its input

        Section 7.2 of the lecture; K. He and others: Delving deep into rectifiers (2015), equation 6: with
        weights of mean 0 that do not depend on the input, V(a) = N V(w) E[x²]. A ReLU halves the mean square.
        """
        return Table(self._rows)

    def plot(self, *, ax: Any = None) -> Any:
        """Standard deviations by layer: activations, gradients, and as rings what N · V(w) foretells of each
        layer, given the input that it really had. Returns the Axes.

        Raises:
            ImportError: without matplotlib.
        """
        names = [row["layer"] for row in self._rows]
        series: dict[str, Any] = {"activations": ([r["std"] for r in self._rows], plot.SERIES[0], "-")}
        if any(row["theory"] is not None for row in self._rows):
            series["○ foretold"] = ([_foretold(row) for row in self._rows], plot.QUIET, "none")
        if self.gradients:
            series["gradients"] = ([r["gradient"] for r in self._rows], plot.GRADIENT, "-")
        ax = plot.by_layer(names, series, ax=ax)
        ax.set_title("standard deviation", loc="left", fontsize=11, fontweight="bold", color=plot.INK)
        return ax

    def __repr__(self) -> str:
        return str(self.table())


def flow(model: Module, x: Any, loss: Callable[[Any], Any] | None = None) -> Flow:
    """Run a model forward and backward and look at every layer on the way.

    Args:
        model: any Module; it runs in its mode. Buffers, random generators and `.grad` are left as they were.
        x: the input, an array or a Tensor; a tuple of them, if the model takes several.
        loss: from the output to a single number, `lambda y: nn.CrossEntropyLoss()(y, t)`; None: normal
            numbers of variance 1 arrive at the output as its gradient, so that no target is needed.

    Layers are modules without modules in them, in the order of their calls; one that is called again has the
    number of the call behind its path.

    Raises:
        TypeError: if it is no Module, or its output is no Tensor.

    >>> from nn import Linear, ReLU, Sequential
    >>> model = Sequential(Linear(100, 100, init="he", rng=0), ReLU(), Linear(100, 100, init="he", rng=1))
    >>> found = flow(model, np.random.default_rng(2).normal(size=(500, 100)))
    >>> list(found.activations)
    ['x', '0', '1', '2']
    >>> [round(row["theory"], 1) for row in found.table().rows if row["theory"]]
    [2.0, 2.0]
    >>> [round(row["measured"], 1) for row in found.table().rows if row["measured"]]
    [2.0, 0.5, 2.2]
    """
    if not isinstance(model, Module):
        raise TypeError(f"flow: a Module is needed, got {type(model).__name__}")
    calls: list[tuple[str, Module, Any, Tensor]] = []
    counts: Counter[str] = Counter()
    handles = []
    for path, module in model.named_modules():
        if any(isinstance(member, Module) for _, member in module.members()):
            continue

        def look(module: Module, args: Any, out: Any, path: str = path) -> None:
            first = out[0] if isinstance(out, tuple | list) else out
            if isinstance(first, Tensor):
                counts[path] += 1
                name = path if counts[path] == 1 else f"{path} ({counts[path]})"
                calls.append((name or "(model)", module, args[0] if args else None, first))

        handles.append(module.register_forward_hook(look))
    chance, buffers = Randomness(model=model), [(b, b.numpy()) for _, b in model.named_buffers()]
    before = chance.state()
    several = isinstance(x, tuple) and any(np.ndim(part) for part in x)
    sources = [_input(model, part) for part in (x if several else (x,))]
    try:
        with ac.enable_grad():
            y = model(*sources)
            if not isinstance(y, Tensor):
                raise TypeError(f"flow: the output of the model is one Tensor, got a {type(y).__name__}")
            seeds = (
                None
                if loss is not None
                else np.random.default_rng(0).standard_normal(y.shape).astype(y.dtype)
            )
            values = [*sources, *(out for *_, out in calls)]
            wanted = [t for t in values if isinstance(t, Tensor) and t.requires_grad]
            found = ac.gradients(y if loss is None else loss(y), wanted, seeds, allow_unused=True)
    finally:
        for handle in handles:
            handle.remove()
        chance.restore(before)
        for buffer, held in buffers:
            buffer.data = held
    arrived = {id(t): g.numpy() for t, g in zip(wanted, found, strict=True) if g is not None}
    return _read(model, sources, calls, arrived)


def _input(model: Module, x: Any) -> Any:
    """The input as a Tensor that wants a gradient, in the dtype of the model; whole numbers as they are."""
    if isinstance(x, Tensor):
        x = x.numpy()
    array = np.asarray(x)
    if array.dtype.kind != "f":
        return array
    dtype = next((p.dtype for p in model.parameters() if p.dtype.kind == "f"), None)
    return Tensor(array, True, name="x", dtype=dtype)


def _read(
    model: Module, sources: list[Any], calls: list[tuple[str, Module, Any, Tensor]], arrived: dict[int, Array]
) -> Flow:
    rows, activations, gradients = [], {}, {}
    names = ["x"] if len(sources) == 1 else [f"x{i + 1}" for i in range(len(sources))]
    begin = [(name, model, None, source) for name, source in zip(names, sources, strict=True)]
    for name, module, given, out in [*begin, *calls]:
        values = _plain(out)
        gradient = arrived.get(id(out))
        activations[name] = values
        if gradient is not None:
            gradients[name] = gradient
        real = given is not None and _plain(given).dtype.kind == "f"  # indices have no size
        measured = _square(values) / max(_square(_plain(given)), 1e-300) if real else None
        rows.append(
            {
                "layer": name,
                "module": "input" if given is None else module.title(),
                "mean": float(values.mean()),
                "std": float(values.std()),
                "gradient": None if gradient is None else float(gradient.std()),
                "theory": _theory(module) if real else None,
                "measured": measured,
            }
        )
    return Flow(rows, activations, gradients)


def _theory(module: Module) -> float | None:
    """fan_in · V(w), of a layer with one weight."""
    own = [m for _, m in module.members() if isinstance(m, Parameter) and m.role == "weight" and m.ndim >= 2]
    return fans(own[0])[0] * float(own[0].numpy().var(dtype=float)) if len(own) == 1 else None


def _foretold(row: dict[str, Any]) -> float:
    """√(N · V(w) · E[x²])."""
    if row["theory"] is None or not row["measured"]:
        return nan
    return sqrt(row["theory"] * (row["mean"] ** 2 + row["std"] ** 2) / row["measured"])


def _square(x: Array) -> float:
    return float(np.square(x, dtype=float).mean())


def _plain(x: Any) -> Array:
    return x.numpy() if isinstance(x, Tensor) else np.asarray(x)
