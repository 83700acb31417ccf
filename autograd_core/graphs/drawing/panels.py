"""The four pictures of a derivation, one below the other: the graph, local derivatives, products, the inputs.

Every card stands at the same place in all four.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from autograd_core.graphs.drawing import labels
from autograd_core.graphs.drawing.dot import body, defaults
from autograd_core.graphs.drawing.flow import Flow, called
from autograd_core.graphs.drawing.labels import Look
from autograd_core.graphs.drawing.plan import Plan
from autograd_core.graphs.drawing.theme import INK
from autograd_core.graphs.drawing.views import View, fitted
from autograd_core.graphs.snapshot.records import LEAVES, Edge, Marks, Node
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift, slides
from autograd_core.texts.unknown import AbstractRow

MANY = 24
"""Formulas in the inputs of a graph with more operations are no texts that one reads."""

LONG = 64
"""Nor are longer ones."""

TITLES = (
    "1  forward: the graph",
    "2  reverse: the local derivatives",
    "3  reverse: their products along the way, added where wires meet",
    "4  in the inputs",
)


def panels(nodes: Sequence[Node], edges: Sequence[Edge], whole: Sequence[Node], tape: Tape) -> list[View]:
    """The views of the four panels; `whole` are the nodes that the tape runs."""
    flow = Flow(nodes, edges)
    inputs = in_the_inputs(whole, tape)
    texts = {n: inputs[key] for n in nodes if (key := _key(n)) in inputs}
    if any(isinstance(n.row, AbstractRow) for n in whole):
        # nobody knows what these functions are, so the products are all there is to say
        texts = {n: flow.product(n) for n in nodes}
    return [
        View("forward", flow, True, "nothing", prefix="q1"),
        View("backward", flow, True, "nothing", prefix="q2"),
        View("backward", flow, True, "products", prefix="q3"),
        View("backward", flow, True, "inputs", texts, prefix="q4"),
    ]


def stacked(plan: Plan, look: Look, marks: Marks, views: Sequence[View], note: str) -> str:
    """The DOT text of the panels."""
    look = fitted(look, plan, views, widest=270)
    lines = ["digraph computation {", *defaults(plan, look, views, note)]
    # from left to right Graphviz puts what is written later further up
    order = list(zip(views, TITLES, strict=True))
    for view, title in order[::-1] if plan.direction == "LR" else order:
        heading = labels.table([[labels.cell(labels.font(f"<B>{title}</B>", 12, INK))]], padding="3")
        lines.append(f"  subgraph cluster_{view.prefix} {{")
        lines.append(
            f'    graph [id="{view.prefix}", class="panel", sortv={title[0]}, penwidth=0, color=none,'
            f" margin=16, labelloc=t, labeljust=l, label=<{heading}>];"
        )
        lines += [f"  {line}" for line in body(plan, look, {}, marks, view)]
        lines.append("  }")
    first = plan.shown[0]
    for one, next_one in pairwise(views):
        lines.append(f"  {one.name(first)} -> {next_one.name(first)} [style=invis, minlen=0, weight=0];")
    return "\n".join([*lines, "}", ""])


def in_the_inputs(nodes: Sequence[Node], tape: Tape) -> Mapping[str, str]:
    """The gradient of every value, by its name or formula, written in the leaves: `2(a · x − y) · a`."""
    operations = [n for n in nodes if n.kind == "operation"]
    outputs = [n for n in nodes if n.kind == "output" and n.op is not None]
    single = all(n.shape == () for n in nodes)
    known = all(n.row is not None and not isinstance(n.row, AbstractRow) for n in operations)
    if len(outputs) != 1 or not single or not known or len(operations) > MANY:
        return {}
    made = tape.symbols({n: called(n) for n in nodes if n.kind in LEAVES and called(n)})
    root = made[outputs[0]]
    if not isinstance(root, Symbol):
        return {}
    wanted = {x for x in made.values() if isinstance(x, Symbol)}
    found = pull({root: np.float64(1)}, wanted=wanted, lift=lift)
    texts = {_key(n): slides(found[x]) for n, x in made.items() if isinstance(x, Symbol) and x in found}
    return {key: text for key, text in texts.items() if key and len(text) <= LONG}


def _key(node: Node) -> str:
    return node.name or node.formula or ""
