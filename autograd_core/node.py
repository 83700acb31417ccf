"""What a recorded graph is made of.

A node is one application of one op: its row, the nodes it came from, what its rules are called with, and the
context in which it happened. Nodes never point to Tensors (a leaf does so weakly), so there are no reference
cycles and a graph is freed the moment its result is dropped.
"""

from collections.abc import Iterable
from itertools import count
from operator import attrgetter
from typing import Any
from weakref import ref

import numpy as np

from autograd_core.op import Row
from autograd_core.state import State, current

SMALL = 256
"""A node keeps its result for the picture if it has at most this many numbers."""

SMALL_GRAPH = 4096
"""A swept graph keeps its values and gradients if they total at most this many numbers."""


class _Marker:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


RELEASED: Any = _Marker("RELEASED")
"""In place of a node's `args`: swept before, the kept arrays are gone."""

EXPOSED: Any = _Marker("EXPOSED")
"""In place of a leaf's `args`: somebody outside has been handed its array and may still write to it."""


class Absent:
    """The shape and dtype of an array that is not kept."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype = shape, dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    def __repr__(self) -> str:
        return f"Absent({self.shape}, {self.dtype})"


number = count().__next__
"""The next creation number."""


class Node:
    """One application of one op.

    op        the row; None for a leaf
    parents   per argument the node it came from, None where no gradient is asked for
    args      what the rules are called with: [g, z, x, y, ...]; g is filled in by the sweep
    params    the keyword parameters of the call, residuals of a fused row included
    value     the result if it is small, else its shape and dtype (Absent)
    number    creation order, which is a topological order
    state     the context: recording, module path
    extra     None, or a dict of what few nodes have: name, hooks, grad, plain (leaves of plain inputs)
    """

    __slots__ = ("args", "extra", "number", "op", "params", "parents", "state", "value")

    op: Row | None
    value: Any

    def __init__(
        self, op: Row | None, parents: Any, args: Any, params: dict[str, Any], value: Any, state: State
    ) -> None:
        self.op, self.parents, self.args, self.params = op, parents, args, params
        self.value, self.state = value, state
        self.number: int = number()
        self.extra: dict[str, Any] | None = None

    @property
    def name(self) -> str | None:
        return None if self.extra is None else self.extra.get("name")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape  # type: ignore[no-any-return]

    def note(self, key: str, value: Any) -> None:
        """Remember one of the things that few nodes have."""
        if self.extra is None:
            self.extra = {}
        self.extra[key] = value

    def __repr__(self) -> str:
        what = "leaf" if self.op is None else self.op.name
        return f"<node {self.number}: {what} {self.value.shape}>"


class Leaf(Node):
    """The node of a Tensor that no op made. It reaches its Tensor weakly."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Any, value: Any) -> None:
        super().__init__(None, (), None, {}, value, current())
        self.tensor = ref(tensor)


def small(array: Any) -> Any:
    """What a node remembers of an array: itself if it is small, else its shape and dtype."""
    return array if array.size <= SMALL else Absent(array.shape, array.dtype)


_by_number = attrgetter("number")


def ancestors(roots: Iterable[Node]) -> list[Node]:
    """Every node that the roots depend on and that takes part in a gradient, oldest first."""
    seen = set(roots)
    stack = list(seen)
    while stack:
        for parent in stack.pop().parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return sorted(seen, key=_by_number)
