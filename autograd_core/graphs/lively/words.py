"""The sentences of a live page with holes for its numbers, which the browser fills."""

from typing import Any

from autograd_core.graphs import numerals
from autograd_core.graphs.flow import Flow
from autograd_core.graphs.formulas import named
from autograd_core.graphs.lively.translating import value_id
from autograd_core.graphs.records import Node, results
from autograd_core.symbols import Symbol, slides

HOLE = "\0"
"""Before and behind the id of the value whose number stands there."""


def sentences(nodes: tuple[Node, ...]) -> list[str]:
    """What is said of every operation forwards: `s = a · x = ⟨a⟩ · ⟨x⟩ = ⟨s⟩`, with the ids as holes."""
    return [_sentence(op, results(nodes, op)[0]) for op in nodes if op.kind == "operation"]


def _sentence(op: Node, result: Node) -> str:
    parts = [result.name.rpartition(".")[2]] if result.name else []
    parts.append(op.formula or op.symbol)
    numbers = [x for x in op.operands if not isinstance(x, Node) or x.shape == ()]
    if op.row is not None and op.operands and len(numbers) == len(op.operands):
        operands = tuple(_operand(x) for x in op.operands)
        if any(isinstance(x, Node) for x in op.operands):
            parts.append(slides(Symbol(op.row, operands, dict(op.params), named("z").expression.value)))
    if result.size <= numerals.INLINE:
        parts.append(hole(result))
    elif result.shape:
        parts[-1] += f", {numerals.shape(result.shape)}"
    return " = ".join(parts)


def _operand(x: Any) -> Any:
    if isinstance(x, Node):
        return named(hole(x)).expression
    text = numerals.number(x)
    return named(f"({text})" if text.startswith("−") else text).expression


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
