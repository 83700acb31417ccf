"""The same graph with other fields on its nodes: other values, gradients filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from autograd_core.graphs.snapshot.records import Derivatives, Edge, Node


def rebuilt(
    nodes: Iterable[Node], edges: Iterable[Edge], changes: Mapping[Node, Mapping[str, Any]]
) -> tuple[list[Node], list[Edge], dict[Node, Node]]:
    """New nodes and edges, and from each old node to its new one."""
    new: dict[Node, Node] = {}
    for n in nodes:  # inputs come before what is computed from them
        inputs = tuple(new[i] for i in n.inputs)
        operands = tuple(new[x] if isinstance(x, Node) else x for x in n.operands)
        new[n] = replace(n, inputs=inputs, operands=operands, **changes.get(n, {}))
    derivatives: dict[Derivatives, Derivatives] = {}
    made = []
    for e in edges:
        of = None if e.derivatives is None else derivatives.get(e.derivatives)
        if of is None and e.derivatives is not None:
            of = derivatives[e.derivatives] = e.derivatives.moved(new)
        made.append(Edge(new[e.source], new[e.target], e.argument, of))
    return list(new.values()), made, new
