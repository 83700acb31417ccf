"""What a recorded graph is made of.

A node is one application of one op: its row, the nodes it came from, what its rules are called with, and the
context in which it happened. Nodes never point to Tensors (a leaf does so weakly), so there are no reference
cycles and a graph is freed the moment its result is dropped.
"""

import os
from _thread import RLock
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import count
from math import prod
from operator import attrgetter
from typing import Any
from weakref import ref

import numpy as np

from autograd_core.op import NO_PARAMS, Row
from autograd_core.state import State, current

SMALL = 256
"""A node keeps its result for the picture if it has at most this many numbers."""

SMALL_GRAPH = 4096
"""A swept graph keeps its values and gradients if they total at most this many numbers."""


FLOATS = frozenset({np.float16, np.float32, np.float64, np.longdouble})
"""The classes of NumPy's single numbers that a Tensor may hold in place of an array of no axes."""


class _Marker:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


RELEASED: Any = _Marker("RELEASED")
"""In place of what a node kept: swept before, the kept arrays are gone."""

EXPOSED: Any = _Marker("EXPOSED")
"""In place of what a leaf kept: somebody outside has been handed its array and may still write to it."""

ALONE = 2
"""What getrefcount says of an array that only its Tensor holds: the slot and the call's own argument."""


class Changes:
    """How often something happened to a Tensor that a program was not made for: its array was exchanged, it
    began or ceased to require a gradient, it got a hook. While `n` is the same, nothing has. `grads` is the
    same of all `.grad`; `compared` counts how often Tensors were compared, `apart` how many packed nodes were
    taken apart, under the lock."""

    __slots__ = ("apart", "compared", "grads", "lock", "n", "next")

    def __init__(self) -> None:
        self.n, self.grads, self.compared, self.apart, self.next = 0, 0, 0, 0, count(1).__next__
        self.lock: Any = RLock()
        # a child that is forked has none of the threads that could give the lock back
        getattr(os, "register_at_fork", dict)(after_in_child=getattr(self.lock, "_at_fork_reinit", None))

    def one(self) -> None:
        """Something has happened now."""
        self.n = self.next()


CHANGES = Changes()


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
        return prod(self.shape)

    def __repr__(self) -> str:
        return f"Absent({self.shape}, {self.dtype})"

    def _gone(self, *_: Any) -> Any:
        raise TypeError("a rule reads an argument that its row does not keep: add its letter to keeps=")

    __array_ufunc__ = None
    __hash__ = object.__hash__
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __getitem__ = _gone
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _gone
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = _gone


number = count().__next__
"""The next creation number."""


class Node(list["Node | None"]):
    """One application of one op: the list of the nodes it came from, per argument one or None, and on it

    op        the row; None for a leaf
    kept      what the rules are called with behind g: (z, x, y, ...); a single number may be one of NumPy's
    params    the keyword parameters of the call, residuals of a fused row included
    result    the result if it is small, else its shape and dtype (Absent); a single number likewise
    number    creation order, which is a topological order
    state     the context: recording, module path
    extra     None, or a dict of what few nodes have: name, hooks, grad, plain (leaves of plain inputs),
              arrays (weak references to operands that were arrays), operands (a released node: its numbers)
    after     the args that a releasing sweep of a small graph left for the picture; else unset

    A parent is None where no gradient is asked for. Being the list, instead of having it, makes a node one
    object less for the garbage collector, which halves the time to build a long graph. Nodes are compared and
    hashed by identity. Whoever makes one fills in every field.
    """

    __slots__ = ("after", "extra", "kept", "number", "op", "params", "result", "state")

    op: Row | None
    kept: Any
    params: dict[str, Any]
    result: Any
    number: int
    state: State
    extra: dict[str, Any] | None
    after: Any

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__

    def __bool__(self) -> bool:
        return True

    @property
    def args(self) -> Any:
        """What is kept, single numbers as arrays; or a marker, RELEASED or EXPOSED."""
        return tuple(map(as_array, self.kept)) if self.kept.__class__ is tuple else self.kept

    @args.setter
    def args(self, args: Any) -> None:
        self.kept = args

    @property
    def value(self) -> Any:
        """The result as an array, or its shape and dtype."""
        return as_array(self.result)

    @value.setter
    def value(self, value: Any) -> None:
        self.result = value

    @property
    def parents(self) -> "Sequence[Node | None]":
        for parent in filter(None, self):
            taken_apart(parent)
        return self

    @property
    def name(self) -> str | None:
        return None if self.extra is None else self.extra.get("name")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.result.shape  # type: ignore[no-any-return]

    def note(self, key: str, value: Any) -> None:
        """Remember one of the things that few nodes have."""
        if self.extra is None:
            self.extra = {}
        self.extra[key] = value

    def note_numbers(self) -> None:
        """Remember operands that were plain numbers, and what arrays looked like: the 2 of x ** 2 belongs to
        the picture of any graph, and its rules are printed by shapes."""
        tensors = {} if self.extra is None else self.extra.get("plain", {})
        plain = {}
        for i, parent in enumerate(self):
            if parent is None:
                x = self.kept[i + 1]
                if x.__class__ is not float and (isinstance(x, np.ndarray) or i in tensors):
                    x = Absent(x.shape, x.dtype)
                plain[i] = x
        self.note("operands", plain)

    def __repr__(self) -> str:
        what = "leaf" if self.op is None else self.op.name
        return f"<node {self.number}: {what} {self.result.shape}>"


class Leaf(Node):
    """The node of a Tensor that no op made. It reaches its Tensor weakly, and knows of which class it is."""

    __slots__ = ("made_of", "tensor")

    def __init__(self, tensor: Any, value: Any) -> None:
        super().__init__()
        self.op, self.kept, self.params, self.result = None, None, NO_PARAMS, value
        self.state, self.extra, self.number = current(), None, number()
        self.tensor, self.made_of = ref(tensor), type(tensor)


class Hook:
    """A registered hook; `remove()` takes it away again."""

    def __init__(self, node: Node, call: Callable[[Any], Any]) -> None:
        self._node, self._call = node, call
        hooks = (node.extra or {}).get("hooks", ())
        node.note("hooks", (*hooks, call))
        CHANGES.one()

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        self._node.note("hooks", tuple(h for h in (self._node.extra or {})["hooks"] if h is not self._call))
        CHANGES.one()


def as_array(x: Any) -> Any:
    """A single number of NumPy's as the array that it stands for; anything else itself."""
    return np.asarray(x) if x.__class__ in FLOATS else x


def small(array: Any) -> Any:
    """What a node remembers of an array: itself if it is small, else its shape and dtype."""
    return array if array.size <= SMALL else Absent(array.shape, array.dtype)


_by_number = attrgetter("number")


UNPACK: list[Callable[[Node], None]] = []
"""What takes a packed node apart, put here as soon as there is one."""


def ancestors(roots: Iterable[Node], until: Set[Node] = frozenset()) -> list[Node]:
    """Every node that the roots depend on and that takes part in a gradient, oldest first; packed ones are
    taken apart.

    What the nodes of `until` depend on is left out.
    """
    order = history(roots := list(roots), until)
    while UNPACK and True in [*map(taken_apart, order)]:
        order = history(roots, until)
    return order


def taken_apart(node: Node) -> bool:
    """Whether this was a packed node; now it is none."""
    if node.op is None or not node.op.packed:
        return False
    UNPACK[0](node)
    return True


def history(roots: Iterable[Node], until: Set[Node] = frozenset()) -> list[Node]:
    """The same, with packed nodes as they are."""
    order = list(dict.fromkeys(roots))
    seen: dict[Node | None, None] = dict.fromkeys([None, *order])
    append = order.append
    for node in order:  # which grows as it is walked, and is nearly in reverse order already
        if until and node in until:
            continue
        for parent in node:
            if parent not in seen:
                seen[parent] = None
                append(parent)  # type: ignore[arg-type] # None has been seen
    order.sort(key=_by_number)
    return order


VARIABLES: set[Node] = set()
"""The variables of the transforms whose functions are running, in any thread."""


def varies(roots: Iterable[Node]) -> bool:
    """Whether the roots depend on a variable of a transform whose function is running."""
    return bool(VARIABLES) and not VARIABLES.isdisjoint(ancestors(roots))
