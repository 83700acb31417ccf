"""Nodes and edges made anew: over other inputs, with other fields, in a smaller graph."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from autograd_core.graphs.snapshot.records import Derivatives, Edge, Node


def renewed(n: Node, new: Callable[[Node], Node], **changes: Any) -> Node:
    """The same node over what its inputs and operands became."""
    operands = tuple(new(x) if isinstance(x, Node) else x for x in n.operands)
    return replace(n, inputs=tuple(map(new, n.inputs)), operands=operands, **changes)


class Moving:
    """What knows the local derivatives, moved to the nodes of another graph: once for all edges."""

    def __init__(self, new: Mapping[Node, Node]) -> None:
        self._new = new
        self._moved: dict[Derivatives, Derivatives] = {}

    def of(self, edge: Edge) -> Derivatives | None:
        """The moved derivatives of an edge."""
        known = edge.derivatives
        if known is not None and known not in self._moved:
            self._moved[known] = known.moved(self._new)
        return None if known is None else self._moved[known]


def rebuilt(
    nodes: Iterable[Node], edges: Iterable[Edge], changes: Mapping[Node, Mapping[str, Any]]
) -> tuple[list[Node], list[Edge], dict[Node, Node]]:
    """New nodes and edges, and from each old node to its new one."""
    new: dict[Node, Node] = {}
    for n in nodes:  # inputs come before what is computed from them
        new[n] = renewed(n, new.__getitem__, **changes.get(n, {}))
    moving = Moving(new)
    made = [Edge(new[e.source], new[e.target], e.argument, moving.of(e)) for e in edges]
    return list(new.values()), made, new
