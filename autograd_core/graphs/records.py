"""The picture as data: nodes and edges of one drawn computation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

LEAVES = ("input", "param", "frozen", "const")
"""The kinds of values that no operation of the graph made."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """A value or an operation of a drawn graph.

    number      creation order within this graph, from 0
    kind        input, param, frozen, const, intermediate, output; or operation
    name        how it is called, or None
    op          the operation that made it; of an operation, which one; None for a leaf
    shape       of the value; of an operation, of its result
    dtype       likewise
    value       a Python number, a read-only array, or None where it is not kept
    grad        the gradient: a Python number, a read-only array, or None where none is known
    inputs      the values it was computed from, in the order of the arguments
    formula     how it arose, in the names of its inputs; None for a leaf
    module      the path of the module in which it happened, "" outside of any
    symbol      what an operation shows: × or matmul; "" for a value
    derivative  how the gradient is written: ∂z/∂x, or grad where it is more than the one of this graph
    differentiable   whether a gradient may be asked of it
    """

    number: int
    kind: str
    name: str | None
    op: str | None
    shape: tuple[int, ...]
    dtype: Any
    value: Any
    grad: Any
    inputs: tuple["Node", ...]
    formula: str | None
    module: str
    symbol: str = ""
    derivative: str = "grad"
    differentiable: bool = True

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        n = 1
        for length in self.shape:
            n *= length
        return n

    def __repr__(self) -> str:
        called = f" {self.name!r}" if self.name else ""
        made = f" {self.op}" if self.op else ""
        return f"<{self.kind}{called}{made} {self.shape}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Edge:
    """A value goes into an operation, or an operation makes a value."""

    source: Node
    target: Node

    def __repr__(self) -> str:
        return f"<{self.source!r} -> {self.target!r}>"


@dataclass(frozen=True, slots=True)
class Module:
    """What is known of a module: its class and settings, and how many parameters it has."""

    path: str
    title: str
    parameters: int | None


class Mark(NamedTuple):
    """A word put on an operation, a card or a wire of the drawing, and its style: wrong, aside or quiet."""

    word: str
    style: str = "wrong"


Marks = Mapping[Node | Edge, Mark]
"""From what is marked to the mark. A wire is named by the edge of the value it carries."""
