"""The snapshot as a program: run again on other numbers, recorded again on Tensors, read again as Symbols.

One walk serves all three, because rows are called on whatever stands at the leaves.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.numerals import shape as written_shape
from autograd_core.graphs.snapshot.records import LEAVES, Edge, Node
from autograd_core.node import SMALL
from autograd_core.op import Row
from autograd_core.ops.broadcasting import unbroadcast
from autograd_core.state import enable_grad, no_grad
from autograd_core.storage import plain
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol
from autograd_core.tensor import Tensor


class Tape:
    """The operations of a snapshot in order."""

    def __init__(self, nodes: Sequence[Node], held: Mapping[Node, Any]) -> None:
        """`held` has the arrays of leaves that are too large to be part of the picture."""
        self._nodes, self._held = tuple(nodes), dict(held)

    @property
    def held(self) -> Mapping[Node, Any]:
        """What leaves hold that the picture does not."""
        return self._held

    def values(self, leaves: Mapping[Node, Any] | None = None) -> dict[Node, Any]:
        """Every value as an array, with other numbers at some leaves.

        Raises:
            ValueError: if the number of a leaf is not known.
        """
        with no_grad(), np.errstate(all="ignore"):
            return self._run(leaves or {}, self._array)

    def recorded(self, leaves: Mapping[Node, Any] | None = None) -> dict[Node, Any]:
        """Every value, recorded afresh: leaves of floating numbers are Tensors that need a gradient."""

        def tensor(node: Node, given: Any) -> Any:
            array = self._array(node, given)
            return Tensor(array, True) if np.asarray(array).dtype.kind == "f" else array

        with enable_grad(), np.errstate(all="ignore"):
            return self._run(leaves or {}, tensor)

    def gradients(
        self, seeds: Mapping[Node, Any], leaves: Mapping[Node, Any] | None = None
    ) -> tuple[dict[Node, Any], dict[Node, Any]]:
        """Every value and the gradient of every node that leads to a seed, as arrays; `.grad` is untouched.

        `seeds` has the results that are differentiated, each with the gradient it starts from.
        """
        made = self.recorded(leaves)
        nodes = {x.node: n for n, x in made.items() if isinstance(x, Tensor) and x.node is not None}
        start = {}
        for n, seed in seeds.items():
            x = made[n]
            if isinstance(x, Tensor) and x.node is not None:
                start[x.node] = np.broadcast_to(np.asarray(seed, x.dtype), x.shape)
        with np.errstate(all="ignore"):
            found = pull(start, wanted=set(nodes))
        return {n: plain(x) for n, x in made.items()}, {nodes[k]: plain(g) for k, g in found.items()}

    def flows(self, edge: Edge) -> bool:
        """Whether a gradient flows back on an edge into an operation."""
        return edge.source.differentiable and has_rule(edge)

    def contribution(self, edge: Edge, upstream: Any, values: Mapping[Node, Any]) -> Any:
        """What flows back on an edge into an operation if `upstream` arrives there, as an array.

        `values` has every value as an array.
        """
        op, i = edge.target, edge.argument
        assert i is not None  # an edge into an operation
        operands = [values[x] if isinstance(x, Node) else x for x in op.operands]
        result = self._nodes[op.number + 1]
        c = pulled(op, i, np.asarray(upstream, result.dtype), values[result], operands)
        return c if c.shape == edge.source.shape else unbroadcast(c, edge.source.shape)

    def symbols(self, letters: Mapping[Node, str], stop: Collection[Node] = ()) -> dict[Node, Any]:
        """Every value as an expression. Leaves and the nodes of `stop` are inputs, called by their letters.

        A single constant number stands for itself.
        """
        made: dict[Node, Any] = {}
        for n in self._nodes:
            if n.kind == "operation":
                result = self._nodes[n.number + 1]
                if result in stop:
                    made[result] = Symbol.input(letters[result], result.shape, result.dtype)
                    continue
                made[result] = _row(n)(
                    *(made[x] if isinstance(x, Node) else x for x in n.operands), **n.params
                )
            elif n.kind in LEAVES:
                is_number = n.kind == "const" and n.shape == () and n not in letters and n.value is not None
                made[n] = (
                    n.value if is_number else Symbol.input(letters.get(n, f"x{n.number}"), n.shape, n.dtype)
                )
        return made

    def _run(self, leaves: Mapping[Node, Any], load: Callable[[Node, Any], Any]) -> dict[Node, Any]:
        made: dict[Node, Any] = {}
        for n in self._nodes:
            if n.kind == "operation":
                operands = (made[x] if isinstance(x, Node) else x for x in n.operands)
                made[self._nodes[n.number + 1]] = _row(n)(*operands, **n.params)
            elif n not in made:
                made[n] = load(n, leaves.get(n))
        return made

    def _array(self, node: Node, given: Any) -> Any:
        if given is not None:
            return np.asarray(given, node.dtype)
        value = node.value if node.value is not None else self._held.get(node)
        if value is None:
            called = repr(node.name) if node.name else f"a {node.kind} of shape {written_shape(node.shape)}"
            if node.size <= SMALL and node.kind != "const":
                raise ValueError(f"{called} has no value: the formula was drawn without numbers")
            raise ValueError(
                f"the numbers of {called} were not kept: backward() releases what only the sweep needs, and "
                "of a parameter they go with its model. Draw before backward(), or call it with "
                "retain_graph=True, and while the model is there"
            )
        # a plain number beside arrays leaves their dtype alone
        return value if node.kind == "const" and node.shape == () else np.asarray(value, node.dtype)


def has_rule(edge: Edge) -> bool:
    """Whether an operation has a derivative by what comes in on an edge, asked for or not."""
    row, i = edge.target.row, edge.argument
    if row is None or i is None:
        return False
    return row.joint is not None or (i < len(row.rules) and row.rules[i] is not None)


def pulled(operation: Node, argument: int, g: Any, result: Any, operands: Sequence[Any]) -> Any:
    """What the rule of an operation makes of the gradient g for one operand, in the shape of the result."""
    row = _row(operation)
    with no_grad(), np.errstate(all="ignore"):
        found = row.with_residuals(*operands, **operation.params)[1] if row.residuals else {}
        rule = row.joint or row.rules[argument]
        assert rule is not None  # a gradient flows back to this operand
        c = rule(g, result, *operands, **{**operation.params, **found})
    return np.asarray(c[argument] if row.joint is not None else c)


def _row(operation: Node) -> Row:
    if operation.row is None:
        raise ValueError(f"{operation.op} was not recorded, so it cannot be run again")
    return operation.row
