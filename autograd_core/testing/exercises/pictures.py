"""The right computation as a picture, recorded by the engine, with marks where an answer parts from it."""

from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

import numpy as np

from autograd_core.graphs import Graph, graph
from autograd_core.graphs.snapshot.records import Edge, Mark, Node
from autograd_core.tensor import Tensor
from autograd_core.testing.layers.comparison import uneven
from autograd_core.testing.layers.report import LayerReport, marked

FIXED = ("t", "mask")
"""Arguments of the references that have no gradient."""


def pictured(
    report: LayerReport,
    reference: Callable[..., Any],
    given: Mapping[str, Any],
    forward: str = "",
    names: Mapping[str, str] | None = None,
) -> Graph | None:
    """The right computation with everything marked that was found wrong; None if nothing is.

    Args:
        report: what was found.
        reference: the right forward.
        given: what it is called with, by its own names.
        forward: a remark on the result, if forward is wrong and the report does not know it.
        names: from the report's names of parameters to the reference's, where they are called otherwise.
    """
    if report and not forward:
        return None
    known = {**dict(zip(report.inputs, given, strict=False)), **(names or {})}
    picture = rightful(reference, given, {theirs: own for own, theirs in known.items()})
    differs = any(fault.startswith("forward") for fault in report.faults)
    words = forward or ("forward differs" if differs else "backward fails" if report.faults else "")
    marks: dict[Node | Edge, Mark] = {result_of(picture): Mark(words)} if words else {}
    return marked(picture, report.gradients).marked(marks)


def rightful(
    reference: Callable[..., Any], given: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> Graph:
    """The way back through a reference: every value that has a name, on the wires what gradients are
    multiplied with.

    Args:
        reference: a function of arrays or Tensors.
        given: its arguments.
        names: how the picture calls them, where otherwise.
    """
    leaves = [
        Tensor(np.asarray(value, dtype=float), key not in FIXED, name=(names or {}).get(key, key))
        for key, value in given.items()
    ]
    out = reference(*leaves)
    out.backward(uneven(out.shape) if out.ndim else np.float64(1.0))
    result = "y" if out.ndim else "E"
    made = graph({result: out}, fold="unnamed", mode="backward", names=None)
    operations = sum(node.kind == "operation" for node in made.nodes)
    return made.redrawn(direction="LR" if operations < 2 else "TB")


def of_steps(steps: str, wrong: Mapping[str, str]) -> Graph:
    """The way back through a computation in letters, with a mark at each derivative that is wrong.

    Args:
        steps: the computation, as `ac.graph` takes it.
        wrong: from the names of variables to words.
    """
    return on_wires(graph(steps, mode="backward", fold="unnamed", direction="TB"), wrong)


def forward_of_steps(steps: str, step: str, words: str) -> Graph:
    """A computation in letters, with a mark at the value from which on an answer differs.

    Args:
        steps: the computation, as `ac.graph` takes it.
        step: the name of the value.
        words: of the mark.
    """
    made = graph(steps, fold="unnamed")
    name = normalize("NFC", step)
    return made.marked({next(n for n in made.nodes if n.kind != "operation" and n.name == name): Mark(words)})


def on_wires(picture: Graph, wrong: Mapping[str, str]) -> Graph:
    """The picture with words on the wires of variables; where several wires meet, on the variable itself."""
    marks: dict[Node | Edge, Mark] = {}
    for name, words in wrong.items():
        edges = [e for e in picture.edges if e.source.name == name and e.source.op is None]
        if edges:
            marks[edges[0] if len(edges) == 1 else edges[0].source] = Mark(words)
    return picture.marked(marks)


def result_of(picture: Graph) -> Node:
    """The value that a picture ends with."""
    return next(node for node in picture.nodes if node.kind == "output")
