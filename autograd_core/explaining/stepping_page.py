"""The page of a walk in another order than the engine's: the same picture, other steps."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core.graphs import Graph
from autograd_core.graphs.page import document
from autograd_core.graphs.page.data import forward_words
from autograd_core.graphs.page.shown import shown
from autograd_core.graphs.snapshot.numerals import INLINE, inline, magnitude, number
from autograd_core.graphs.snapshot.records import Node, maker


def walked(whole: Graph, steps: Sequence[Any], said: Callable[[Any], str], note: str) -> str:
    """The page of a graph with one step for each wire that was passed.

    Args:
        whole: with nothing folded, so that every operation is a step.
        steps: the walk.
        said: the sentence of a step.
        note: stands below the picture.
    """
    operations = [n for n in whole if n.kind == "operation"]
    found: list[dict[str, Any]] = [
        {"o": f"o-{op.number}", "b": 0, "t": forward_words(op, whole[op.number + 1])} for op in operations
    ]
    seed = [[f"v-{n.number}"] for n in whole if n.kind == "output"]
    for step in steps:
        op, node = step.operation.number, step.node
        grown = [*(seed if step is steps[0] else []), _grown(node, step.after)]
        # the numbers on the wires: what this one adds, and the sum that leaves the value
        wires = [[f"w-{op}-{step.edge.argument}-number", _short(step.contribution)]]
        if (made := maker(whole.nodes, node)) is not None:
            wires.append([f"w-{made.number}-number", _short(step.after)])
        found.append({"o": f"o-{op}", "b": 1, "t": said(step), "g": grown, "w": wires})
    return document(whole, data={"steps": found, "start": len(found), "note": note})


def _grown(node: Node, gradient: Any) -> list[Any]:
    """What a card says while this is its gradient; what it says in the picture, where that is the same."""
    name = f"v-{node.number}"
    if node.grad is not None and np.array_equal(node.grad, gradient):
        return [name]
    text = _short(gradient)
    said = text if text.startswith("|g|") else f"{node.derivative} = {text}"
    return [name, said, shown(gradient, gradient=True)]


def _short(x: Any) -> str:
    array = np.asarray(x)
    if not array.ndim:
        return number(array.item())
    return inline(array) if array.size <= INLINE else f"|g| {magnitude(float(np.abs(array).mean()))}"
