"""The program at several points: at its own numbers, at others near them, and at some of the other sign.

An answer that agrees with the rule at all of them is taken as right; one that agrees at the first only is
right as a number. Values that depend on each other do so at every point, because the program is run there:
`2t` is as good as `2(a·x − y)`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.snapshot.records import LEAVES, Edge, Node

MOST = 6000
"""So many numbers of one point are judged, and sent to a page; with more, nobody checks by hand."""

TRIES = 40

MIRRORED, MIRRORED_ARRAYS = 6, 2
"""So many points more are sought with other signs, at which |x| is no longer x; fewer for arrays, which have
both signs anyway."""

TURNED = 8
"""So many leaves are tried alone where not all can have the other sign."""


class Point(NamedTuple):
    """The graph with the numbers of one point; its nodes and edges are in the order of the graph."""

    graph: Any
    values: dict[int, Any]
    gradients: dict[int, Any]

    def contribution(self, place: int, upstream: Any) -> Any:
        """What flows back on an edge if `upstream` arrives at its operation; None where none flows."""
        edge: Edge = self.graph.edges[place]
        with np.errstate(all="ignore"):
            found = self.graph.contribution(edge, upstream)
        return None if found is None else np.asarray(found, float)


class Points(NamedTuple):
    """All points, and whether the first is that of the program."""

    points: list[Point]
    known: bool


def sampled(graph: Any, free: bool = False) -> Points:
    """The points of a graph.

    Args:
        graph: whose program is run.
        free: whether any numbers are added to the gradients of arrays that have a name: a rule holds for all
            gradients, and those of a sweep may be 0, as those of softmax before a sum.

    Raises:
        ValueError: if it is too large, cannot be run, or is finite nowhere near its own numbers.
    """
    narrow = [n for n in graph._nodes if n.dtype.kind == "f" and n.dtype.itemsize < 8]
    # an answer is worth what its digits are worth: everything is computed in float64
    graph = graph.changed({n: {"dtype": np.dtype(np.float64)} for n in narrow}) if narrow else graph
    leaves = [n for n in graph._nodes if n.kind in LEAVES]
    total = sum(n.size for n in graph._nodes if n.kind != "operation")
    if total > MOST:
        raise ValueError(
            f"quiz: the graph holds {total:,} numbers, and answers are judged with at most {MOST:,}; draw "
            'the same model for a smaller input, or ask for hide="shapes"'
        )
    held = graph._tape.held
    start = {n: n.value if n.value is not None else held.get(n) for n in leaves}
    known = all(x is not None for x in start.values())
    single = all(n.shape == () for n in graph._nodes)
    rng = np.random.default_rng(20)
    found: list[Point] = []
    wanted = 5 if single else 3

    def point_at(given: Mapping[Node, Any]) -> Point:
        seeds = {n: np.ones((), n.dtype) for n in graph._nodes if n.kind == "output"}
        if free:
            seeds |= {n: rng.normal(size=n.shape) for n in graph._nodes if n.shape and _is_end(n)}
        return _point(graph, seeds, {n: x for n, x in given.items() if x is not None})

    for tried in range(TRIES):
        if len(found) == wanted:
            break
        own = known and not found
        given = {} if own else {n: _moved(n, start[n], rng, 0.3 / (1 + tried // 10)) for n in leaves}
        point = point_at(given)
        if own and not _finite(point):
            raise ValueError("quiz: a value or gradient of this graph is not finite; ask it at other numbers")
        if _finite(point):
            found.append(point)
    found += _mirrored(leaves, start, point_at, rng, MIRRORED if single else MIRRORED_ARRAYS)
    if len(found) < 2:
        raise ValueError("quiz: no numbers were found near which the graph stays finite")
    return Points(found, known)


def _mirrored(
    leaves: Sequence[Node],
    start: Mapping[Node, Any],
    point_at: Callable[[Mapping[Node, Any]], Point],
    rng: np.random.Generator,
    most: int,
) -> list[Point]:
    """Points at which numbers have the other sign, or are at least much smaller, as far as the program stays
    finite there: all at once, some of them, or else one leaf after the other."""
    given = {n: _moved(n, start[n], rng, 0.3) for n in leaves}
    waiting = [n for n, x in given.items() if x is not None]
    found: list[Point] = []
    # two leaves differ in a bit of their numbers, so that their product turns at some point
    bits = [[n for i, n in enumerate(waiting, 1) if i >> b & 1] for b in range(len(waiting).bit_length())]
    alone = [[n] for n in waiting[:TURNED]]
    done: set[Node] = set()
    for sign, turned, again in [
        (-1, waiting, False),
        *((-1, some, True) for some in bits if len(waiting) > 1),
        *((-1, one, False) for one in alone),
        (1, waiting, False),
        *((1, one, False) for one in alone),
    ]:
        if len(found) == most or (done & set(turned) and not again):
            continue
        sizes = {n: sign * rng.uniform(0.2, 0.5) for n in turned}
        point = point_at({n: given[n] * sizes[n] if n in turned else x for n, x in given.items()})
        if turned and _finite(point):
            found.append(point)
            done |= set(turned)
    return found


def _moved(n: Node, x: Any, rng: np.random.Generator, far: float) -> Any:
    """Another number near one of a leaf, of the same sign; None to leave it as it is."""
    if n.dtype.kind != "f" or (n.kind == "const" and not n.shape and not n.name):
        return None
    if x is None:
        return rng.uniform(0.6, 2.0, n.shape).astype(n.dtype)
    x = np.asarray(x, float)
    if n.kind == "const" and bool(np.all((x == 0) | (x == 1))):
        return None  # a mask, or classes
    near = x * (1 + far * rng.uniform(-1, 1, x.shape)) + (x == 0) * far * rng.uniform(-1, 1, x.shape)
    return near.astype(n.dtype)


def _is_end(n: Node) -> bool:
    """Whether gradients may begin at a value: at one that was computed, and that people know by its name."""
    return n.kind == "output" or (n.kind == "intermediate" and n.name is not None and n.dtype.kind == "f")


def _point(graph: Any, seeds: Mapping[Node, Any], given: Mapping[Node, Any]) -> Point:
    values, gradients = graph._tape.gradients(seeds, given)
    changes = {
        n: {"value": _plain(n, values[n]), "grad": gradients.get(n)}
        for n in graph._nodes
        if n.kind != "operation"
    }
    made = graph.changed(changes, arrays=given)
    seen = {n.number: np.asarray(n.value, float) for n in made.nodes if _numeric(n)}
    flowing = {n.number: np.asarray(n.grad, float) for n in made.nodes if n.grad is not None}
    return Point(made, seen, flowing)


def _plain(n: Node, x: Any) -> Any:
    return np.asarray(x).item() if not n.shape else np.asarray(x)


def _numeric(n: Node) -> bool:
    return n.kind != "operation" and n.value is not None and np.asarray(n.value).dtype.kind in "fiub"


def _finite(point: Point) -> bool:
    everything = [*point.values.values(), *point.gradients.values()]
    return all(bool(np.isfinite(x).all()) for x in everything)
