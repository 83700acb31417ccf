"""The picture as data: nodes and edges of one drawn computation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from autograd_core.graphs.snapshot.counting import flops
from autograd_core.op import Row

LEAVES = ("input", "param", "frozen", "const")
"""The kinds of values that no operation of the graph made."""

FROM_GRAD = "from .grad"
"""The `grad_note` of a leaf of a graph whose own sweep is not known: an earlier loss may have left it."""

NOT_IN_GRAD = "no longer in .grad"
"""The `grad_note` of a leaf whose gradient is that of this graph alone, though `.grad` holds none."""


NOT_KEPT = "gradients in between not kept"
"""The `grad_note` of a result that was differentiated in a graph too large to keep what lies between."""


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
    row         of an operation: what was applied
    operands    of an operation: what the row was called with, nodes and plain numbers, in its order
    params      of an operation: the keyword parameters of the call
    place       of an operation: file, line and text of the line it was called on, if that was recorded
    was, grad_was   value and gradient in the graph with which this one is compared, where they differ
    origin      of a value: its creation number in the engine, by which a Tensor finds its node
    members     of a folded operation: the operations it stands for, which are those of the whole graph
    times       of a folded operation: how many equal modules one after the other it stands for
    parameters  of a folded operation: how many numbers are trained in it
    grad_note   of a leaf whose gradient is not that of this graph alone, or not that in .grad: why;
                of a result NOT_KEPT, where that is so
    now         of a leaf that was overwritten after it was used: what it holds at present
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
    row: Row | None = None
    operands: tuple[Any, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None
    now: Any = None
    origin: int | None = None
    was: Any = None
    grad_was: Any = None
    grad_note: str = ""
    members: tuple["Node", ...] = ()
    times: int = 1
    parameters: int = 0

    @property
    def grad_remark(self) -> str:
        """Why the gradient is not that of this graph alone; "" if it is."""
        return "" if self.grad_note in (NOT_IN_GRAD, NOT_KEPT) else self.grad_note

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        n = 1
        for length in self.shape:
            n *= length
        return n

    @property
    def flops(self) -> int:
        """The arithmetic of an operation, 2nkm for a product of matrices; of a value 0."""
        return flops(self) if self.kind == "operation" else 0

    def __repr__(self) -> str:
        called = f" {self.name!r}" if self.name else ""
        made = f" {self.op}" if self.op else ""
        return f"<{self.kind}{called}{made} {self.shape}>"


def results(nodes: Sequence[Node], operation: Node) -> list[Node]:
    """What an operation made: one value, of a folded operation perhaps several, which stand right behind."""
    end = start = operation.number + 1
    while end < len(nodes) and nodes[end].kind != "operation" and nodes[end].op is not None:
        end += 1
    return list(nodes[start:end])


def maker(nodes: Sequence[Node], value: Node) -> Node | None:
    """The operation that made a value; None for a leaf."""
    if value.op is None:
        return None
    at = value.number - 1
    while nodes[at].kind != "operation":
        at -= 1
    return nodes[at]


class Derivatives(Protocol):
    """What knows the local derivatives of a graph."""

    def local(self, edge: "Edge") -> str | None: ...
    def value(self, edge: "Edge") -> Any: ...
    def rule(self, edge: "Edge") -> str | None: ...
    def factor(self, edge: "Edge") -> Any: ...
    def moved(self, new: Mapping[Node, Node]) -> "Derivatives": ...


class Edge:
    """A value goes into an operation, or an operation makes a value.

    source, target   nodes
    argument         which operand of the operation the value is, from 0; None for what the operation makes
    derivatives      what knows the local derivatives of the graph
    """

    __slots__ = ("argument", "derivatives", "source", "target")

    def __init__(
        self, source: Node, target: Node, argument: int | None = None, derivatives: Derivatives | None = None
    ) -> None:
        self.source, self.target, self.argument, self.derivatives = source, target, argument, derivatives

    @property
    def local(self) -> str | None:
        """What the gradient is multiplied with on its way back: `2t`, `1 − z²`; of arrays the rule with the
        gradient left out: `· Wᵀ`, `sum axis 0`. None where no gradient flows."""
        return None if self.derivatives is None else self.derivatives.local(self)

    @property
    def local_value(self) -> Any:
        """The local derivative as a number, or as an array where it is a factor of each number; else None."""
        return None if self.derivatives is None else self.derivatives.value(self)

    @property
    def rule(self) -> str | None:
        """The whole rule: `∂E/∂X = ∂E/∂Y · Wᵀ`, with ḡ for the gradient of what has no name."""
        return None if self.derivatives is None else self.derivatives.rule(self)

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
