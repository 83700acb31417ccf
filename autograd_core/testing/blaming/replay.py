"""The values of a recorded graph, computed again in float64 from its leaves, one node after the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.errors import ReleasedGraphError
from autograd_core.node import RELEASED, Absent, Leaf, Node
from autograd_core.sweep import describe

Array = np.ndarray[Any, Any]


class Replay:
    """What every operation of a graph was called with, and what it gave.

    What nodes kept is used; the rest is computed again. An array that nobody kept, because no rule reads it
    and its owner is gone, is replaced by random numbers of its shape: a rule has to be right at any numbers.
    """

    def __init__(self, order: Sequence[Node]) -> None:
        self.invented: set[Node] = set()
        self.values: dict[Node, Array] = {}
        self._recorded = _recorded(order)
        self._rng = np.random.default_rng(0)

    def operands(self, node: Node) -> list[Any]:
        """What the op was called with: float64 arrays of its own, other arrays as they are, numbers."""
        found: list[Any] = []
        for i, parent in enumerate(node):
            if isinstance(parent, Leaf) or (parent is None and i in _plain(node)):
                found.append(self._leaf(parent or _plain(node)[i], node))
            elif parent is not None:
                found.append(self.values[parent].copy())
            else:
                found.append(self._constant(node, i))
        return found

    def forward(self, node: Node, operands: Sequence[Any]) -> Array:
        """The result of the op's own forward function."""
        assert node.op is not None
        out = node.op.forward(*operands, **parameters(node))
        return np.asarray(out[0] if node.op.residuals else out)

    def _leaf(self, leaf: Leaf, user: Node) -> Array:
        value = self._recorded.get(leaf)
        if value is None:
            value = leaf.value
        if isinstance(value, Absent):
            tensor = leaf.tensor()
            value = self._invent(value, user) if tensor is None else tensor._array
        return wide(value)

    def _constant(self, node: Node, i: int) -> Any:
        value = node.args[i + 1]
        if isinstance(value, Absent):
            refs = {} if node.extra is None else node.extra.get("arrays", {})
            array = refs[i]() if i in refs else None
            value = self._invent(value, node) if array is None else array
        return wide(value) if isinstance(value, np.ndarray) else value

    def _invent(self, absent: Absent, node: Node) -> Array:
        self.invented.add(node)
        return self._rng.standard_normal(absent.shape)


def parameters(node: Node) -> dict[str, Any]:
    """The parameters that the forward was called with, a floating dtype replaced by float64."""
    assert node.op is not None
    return {k: _wide_dtype(v) for k, v in node.params.items() if k not in node.op.residuals}


def wide(value: Any) -> Array:
    """A copy, in float64 if the numbers are floating."""
    array = np.asarray(value)
    return np.array(array, dtype=np.float64) if array.dtype.kind == "f" else array.copy()


def _wide_dtype(value: Any) -> Any:
    floating = isinstance(value, np.dtype) and value.kind == "f"
    return np.dtype(np.float64) if floating else value


def _recorded(order: Sequence[Node]) -> dict[Leaf, Any]:
    """The numbers that leaves held when they were used, where an operation kept them.

    Raises:
        ReleasedGraphError: if a sweep has taken the kept arrays away.
    """
    found: dict[Leaf, Any] = {}
    for node in order:
        if node.op is None:
            continue
        if node.args is RELEASED:
            raise ReleasedGraphError(
                f"blame: this graph was swept, and what {describe(node)} kept was released. "
                "Call blame(loss) before loss.backward(), or call backward(retain_graph=True)"
            )
        plain = _plain(node)
        for i, value in enumerate(node.args[1:]):
            leaf = node[i] or plain.get(i)
            if isinstance(leaf, Leaf) and isinstance(value, np.ndarray):
                found.setdefault(leaf, value)
    return found


def _plain(node: Node) -> dict[int, Leaf]:
    """The leaves of Tensors that need no gradient, by argument position."""
    return {} if node.extra is None else node.extra.get("plain", {})
