"""`provenance`: which rows of data made one number of a gradient, and on which wires they came.

A rule is linear in the gradient that arrives. So the gradient of one number is a sum: over the operations
the variable goes into, and, where the gradient that arrives has a batch axis, over its rows. Each part is
the same rule, called on the gradient with all other rows set to zero.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_core.graphs import Graph, graph
from autograd_core.graphs.snapshot.numerals import number, plural, shape
from autograd_core.graphs.snapshot.records import Edge, Node
from autograd_core.graphs.snapshot.tape import has_rule
from autograd_core.tensor import Tensor

LISTED = 8
"""So many parts are written out, the largest first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a number of a gradient.

    edge       the wire on which it came, from the variable into an operation
    row        the row of the gradient that arrived at that operation: a datum; None where it has no rows
    value      the part itself
    """

    edge: Edge
    row: int | None
    value: float

    def __str__(self) -> str:
        datum = f"row {self.row}" if self.row is not None else "the whole"
        return f"{datum} through {self.edge.target.symbol}"


@dataclass(frozen=True)
class Provenance:
    """Where a number of a gradient comes from. Made by `ac.provenance`.

    parts   all parts, the largest first; their sum is `value`
    """

    name: str
    derivative: str
    index: tuple[int, ...]
    value: float
    parts: tuple[Part, ...] = field(repr=False)

    @property
    def rows(self) -> dict[int, float]:
        """The part of each datum, summed over the wires, the largest first."""
        found: dict[int, float] = {}
        for p in self.parts:
            if p.row is not None:
                found[p.row] = found.get(p.row, 0.0) + p.value
        return dict(sorted(found.items(), key=lambda item: -abs(item[1])))

    def __str__(self) -> str:
        at = f"[{', '.join(map(str, self.index))}]" if self.index else ""
        whole = sum(abs(p.value) for p in self.parts)
        told = [p for p in self.parts if p.value != 0]
        rows = [(p.value, abs(p.value), str(p)) for p in told[:LISTED]]
        rest = [p.value for p in told[LISTED:]]
        if rest:
            rows.append((sum(rest), sum(map(abs, rest)), f"{len(rest):,} more"))
        width = max((len(number(value)) for value, _, _ in rows), default=0)
        lines = [f"{self.derivative}{at} = {number(self.value)}, a sum of {plural(len(self.parts), 'part')}"]
        lines += [
            f"  {number(value):>{width}}  {size / whole if whole else 0:4.0%}  {words}"
            for value, size, words in rows
        ]
        silent = len(self.parts) - len(told)
        if silent:
            are = "is" if silent == 1 else "are"
            lines.append(f"  {plural(silent, 'part')} {are} 0: no gradient arrives, or the data is 0 there")
        return "\n".join(lines)


def provenance(
    z: Tensor | Graph, x: Tensor | str, index: int | tuple[int, ...] = (), *, names: Any = "auto"
) -> Provenance:
    """Which data rows and wires made one number of the gradient of z with respect to x.

    ∂z/∂x[index] = Σ over the operations that x goes into, Σ over the rows n of the gradient that arrives
    there, of the operation's rule applied to row n alone.

    Args:
        z: a recorded Tensor of one number, or a graph with one such output.
        x: a Tensor, or its name in the graph.
        index: which number of x, as many integers as it has axes.
        names: as for `ac.graph`.

    Raises:
        TypeError: if z is neither a Tensor nor a graph, or index no integers.
        IndexError: if x has no such number.
        ValueError: for several results, one of several numbers, or if x is not part of the graph, no
            gradient reaches it, or numbers were not kept: `backward()` releases arrays of more than 256
            numbers, unless it is called with `retain_graph=True`.

    >>> x = Tensor([[1.0, 0.0], [2.0, 5.0], [0.0, 1.0]])
    >>> w = Tensor([1.0, 1.0], True, name="w")
    >>> E = ((x @ w - [1.0, 1.0, 1.0]) ** 2).sum().named("E")
    >>> print(provenance(E, w, 0))
    ∂E/∂w[0] = 24, a sum of 3 parts
      24  100%  row 1 through matmul
      2 parts are 0: no gradient arrives, or the data is 0 there
    """
    if not isinstance(z, Tensor | Graph):
        raise TypeError(f"provenance takes a Tensor or a graph, got {type(z).__name__}")
    whole = (graph(z, names=names) if isinstance(z, Tensor) else z).computed()
    outputs = [n for n in whole if n.kind == "output"]
    if len(outputs) > 1:
        raise ValueError(f"provenance needs one result, the graph has {len(outputs)}")
    if outputs and outputs[0].size != 1:
        raise ValueError(
            f"provenance starts from one number, {outputs[0].name or 'z'} has the shape "
            f"{shape(outputs[0].shape)}: take its sum or mean"
        )
    node = whole.find(x)
    at: tuple[Any, ...] = index if isinstance(index, tuple) else (index,)
    if not all(isinstance(i, int | np.integer) and not isinstance(i, bool) for i in at):
        raise TypeError(f"provenance: index is an integer or a tuple of integers, got {index!r}")
    if len(at) != len(node.shape):
        raise IndexError(
            f"provenance: {node.name or 'x'} has the shape {shape(node.shape)}, so a number of it has "
            f"{plural(len(node.shape), 'index').replace('indexs', 'indices')}, got {len(at)}"
        )
    try:
        value = float(np.zeros(node.shape)[at]) if node.grad is None else float(np.asarray(node.grad)[at])
    except IndexError:
        raise IndexError(f"provenance: {list(at)} is outside of the shape {shape(node.shape)}") from None
    if node.grad is None:
        raise ValueError(f"provenance: no gradient reaches {node.name or 'x'}")
    parts: list[Part] = []
    for edge in whole.edges:
        # plain data has no local derivative on its wires, and a gradient all the same
        if edge.source is node and (edge.local is not None or has_rule(edge)):
            parts += _parts(whole, edge, at)
    parts.sort(key=lambda p: -abs(p.value))
    name = node.name or "x"  # of a parameter with its path: models have several of the same last name
    short = f"∂{name.rpartition('.')[2]}"
    derivative = node.derivative
    if derivative.endswith(short):
        derivative = f"{derivative.removesuffix(short)}∂{name}"
    return Provenance(name, derivative, at, value, tuple(parts))


def _parts(whole: Graph, edge: Edge, at: tuple[int, ...]) -> list[Part]:
    upstream = whole[edge.target.number + 1].grad
    if upstream is None:
        return []
    g = np.asarray(upstream, edge.target.dtype)
    if not g.ndim or _is_row_of(edge):
        return [Part(edge, None, float(np.asarray(whole.contribution(edge, g))[at]))]
    parts = []
    for row in range(len(g)):
        alone = np.zeros_like(g)
        alone[row] = g[row]
        parts.append(Part(edge, row, float(np.asarray(whole.contribution(edge, alone))[at])))
    return parts


def _is_row_of(edge: Edge) -> bool:
    """Whether the variable has the same rows as the result, so that each number has a single row."""
    source: Node = edge.source
    return source.shape == edge.target.shape
