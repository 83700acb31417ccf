"""The sentences of a live page with holes for its numbers, which the browser fills."""

from typing import Any

from autograd_core.graphs.drawing.flow import Flow
from autograd_core.graphs.lively.translating import value_id
from autograd_core.graphs.page.data import forward_words
from autograd_core.graphs.snapshot.records import Node, results

HOLE = "\0"
"""Before and behind the id of the value whose number stands there."""


def sentences(nodes: tuple[Node, ...]) -> list[str]:
    """What is said of every operation forwards: `s = a · x = ⟨a⟩ · ⟨x⟩ = ⟨s⟩`, with the ids as holes."""
    return [forward_words(op, results(nodes, op)[0], hole) for op in nodes if op.kind == "operation"]


def hole(n: Node) -> str:
    """The place of a number."""
    return f"{HOLE}{value_id(n)}{HOLE}"


def products(nodes: tuple[Node, ...], edges: Any) -> dict[str, str]:
    """How the gradient of each single number arose, as a formula: `2t · a`; "" where there is none to be
    read."""
    flow = Flow(nodes, edges)
    found = {}
    for n in nodes:
        met = flow.meeting(n) if n.kind != "operation" and n.shape == () else []
        if met and all(e.target.shape == () for e in met):
            formula = flow.product(n)
            found[value_id(n)] = formula if any(c.isalpha() for c in formula) else ""
    return found
