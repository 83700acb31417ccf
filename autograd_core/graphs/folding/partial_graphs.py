"""A part of a snapshot: above where the walk is told to stop, and what leads from some values to results."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from autograd_core.graphs.folding.joining import Part
from autograd_core.graphs.snapshot.rebuilding import Moving, renewed
from autograd_core.graphs.snapshot.records import LEAVES, Edge, Node, maker


def partial(
    nodes: Sequence[Node], edges: Sequence[Edge], stop: Collection[Node], wrt: Collection[Node]
) -> Part:
    """The part of a graph above the values of `stop`, which become leaves, and on a way from one of `wrt`.

    What goes into an operation on a way without being on one itself is a constant there.

    Raises:
        ValueError: if nothing is left.
    """
    ends = {n for n in (*stop, *wrt) if n.kind not in LEAVES}
    makers = {n: op for n in nodes if n.kind != "operation" and n not in ends and (op := maker(nodes, n))}
    on_way = _on_ways(nodes, makers, wrt) if wrt else set(nodes)
    needed = _needed(nodes, makers, on_way)
    if not needed:
        called = ", ".join(n.name or n.formula or f"node {n.number}" for n in (*wrt, *stop))
        roots = ", ".join(n.name or n.formula or "the result" for n in nodes if n.kind == "output")
        verb = "depends on" if wrt else "is left of the graph above"
        raise ValueError(f"nothing to draw: of {roots}, nothing {verb} {called}")
    made: list[Node] = []
    new: dict[Node, Node] = {}
    for n in nodes:
        if n not in needed:
            continue
        if n in makers or n.kind == "operation":
            new[n] = renewed(n, new.__getitem__, number=len(made))
        else:
            new[n] = _leaf(n, len(made), n in on_way)
        made.append(new[n])
    moving = Moving(new)
    kept = [
        Edge(new[e.source], new[e.target], e.argument, moving.of(e))
        for e in edges
        if e.target in new and e.source in new and (e.source.kind != "operation" or e.target in makers)
    ]
    return Part(made, kept, new)


def _on_ways(nodes: Sequence[Node], makers: dict[Node, Node], wrt: Collection[Node]) -> set[Node]:
    """What is computed from one of these values, and these."""
    found = set(wrt)
    for n in nodes:
        before = n.inputs if n.kind == "operation" else [makers[n]] if n in makers else []
        if any(v in found for v in before):
            found.add(n)
    return found


def _needed(nodes: Sequence[Node], makers: dict[Node, Node], on_way: Collection[Node]) -> set[Node]:
    """What leads to the results, and what goes in beside the ways."""
    found: set[Node] = set()
    for n in reversed(nodes):
        if n.kind == "output" and n in makers and n in on_way:
            found.add(n)
        if n in found and n in makers and n in on_way:
            found.add(makers[n])
        elif n in found and n.kind == "operation":
            found.update(n.inputs)
        elif n in found and n in makers:
            del makers[n]  # beside the ways: drawn as it is, not how it came about
    return found


def _leaf(n: Node, number: int, on_way: bool) -> Node:
    kind = n.kind if n.kind in LEAVES else "input"
    if not on_way and kind == "input":
        kind = "const"
    needs = n.differentiable and on_way
    plain: dict[str, Any] = {"op": None, "inputs": (), "formula": None, "module": ""}
    return replace(n, number=number, kind=kind, differentiable=needs, **plain)
