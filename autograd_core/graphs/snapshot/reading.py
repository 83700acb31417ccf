"""From the engine's nodes to a snapshot: what each value is, how it is called, what is known of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot import formulas
from autograd_core.graphs.snapshot.formulas import Formula
from autograd_core.graphs.snapshot.names import Names
from autograd_core.graphs.snapshot.partials import Partials
from autograd_core.graphs.snapshot.records import FROM_GRAD, NOT_IN_GRAD, NOT_KEPT, Edge, Node
from autograd_core.node import RELEASED, Absent, ancestors
from autograd_core.node import Leaf as EngineLeaf
from autograd_core.node import Node as EngineNode
from autograd_core.remains import gradients_after, kept_call, seed_of
from autograd_core.tensor import Tensor

Key = EngineNode | tuple[str, int, int]
"""A value of the engine: a node, or a plain operand by its array's address or its place."""


class Snapshot:
    """The nodes and edges of a graph, numbered from 0 in creation order."""

    def __init__(self, roots: Sequence[tuple[EngineNode, str | None]], names: Names) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self._names = names
        self._roots = dict(reversed(roots))
        self._made: dict[Key, Node] = {}
        self._formulas: dict[Node, Formula] = {}
        self._results: dict[Node, Node] = {}
        self.held: dict[Node, Any] = {}
        root = self._name(next(iter(self._roots))) if len(self._roots) == 1 else None
        self._partials = Partials(self._formulas, self._results, root)
        order = ancestors(self._roots)
        self._recorded: dict[EngineNode, Any] = {}
        self._tracked = set(order)
        for node in order:
            self._look(node)
        self._after = gradients_after(self._roots)
        self._by = self._differentiated()
        for _, node, operand in self._in_order(order):
            if isinstance(node, EngineLeaf):
                self._leaf(node)
            elif operand is None:
                self._result(node)
            else:
                self._constant(node, operand)

    def of(self, node: EngineNode | None) -> Node | None:
        """What stands for a value of the engine; None if it is no part of this."""
        return None if node is None else self._made.get(node)

    # ---- order ---------------------------------------------------------------------------------------------

    def _look(self, node: EngineNode) -> None:
        """Remember what the operation was called with: a leaf may be overwritten later."""
        args = kept_call(node)
        if node.op is None or args is RELEASED:
            return
        plain = plain_leaves(node)
        for i, value in enumerate(args[1:]):
            leaf = node.parents[i] or plain.get(i)
            if isinstance(leaf, EngineLeaf) and isinstance(value, np.ndarray):
                self._recorded.setdefault(leaf, value)

    def _in_order(self, order: list[EngineNode]) -> list[tuple[tuple[int, int], EngineNode, int | None]]:
        """Everything to be drawn in creation order, each leaf no later than its first use."""
        entries: dict[Key, tuple[tuple[int, int], EngineNode, int | None]] = {}
        for node in order:
            if node.op is None:
                entries[node] = ((node.number, 0), node, None)
                continue
            plain = plain_leaves(node)
            for i in range(len(node.parents)):
                leaf = plain.get(i)
                if leaf is not None:
                    first = (min(leaf.number, node.number), i - len(node.parents))
                    entries.setdefault(leaf, (first, leaf, None))
                elif node.parents[i] is None and self._exponent(node) is None:
                    key = operand_key(node, i)
                    entries.setdefault(key, ((node.number, i - len(node.parents)), node, i))
            entries[node] = ((node.number, 0), node, None)
        return sorted(entries.values(), key=lambda entry: entry[0])

    # ---- values --------------------------------------------------------------------------------------------

    def _leaf(self, leaf: EngineLeaf) -> None:
        tensor = leaf.tensor()
        name = self._name(leaf)
        needs = leaf in self._tracked
        role = role_of(leaf.made_of)  # the Tensor may be gone, with its model
        if role == "Parameter":
            kind = "param" if needs else "frozen"
        elif role == "Buffer":
            kind = "const"
        else:
            kind = "input" if needs or name else "const"
        value = self._recorded.get(leaf)
        now = None
        if value is None:
            # of a big leaf that the graph does not keep nobody knows what it was when it was used
            value = leaf.value
        elif tensor is not None and not np.array_equal(
            tensor._array, value, equal_nan=value.dtype.kind == "f"
        ):
            now = kept(tensor._array)
        own = self._after.get(leaf)
        held = None if tensor is None else tensor.grad
        grad, derivative = self._gradient(own, None if held is None else held._array, name)
        made = self._add(
            leaf,
            kind,
            name,
            value,
            grad=grad,
            derivative=derivative,
            differentiable=needs,
            now=now,
            grad_note=self._noted(own, held),
        )
        if made.value is None and tensor is not None:
            self.held[made] = tensor._array.copy()

    def _result(self, node: EngineNode) -> None:
        op = node.op
        assert op is not None
        inputs = tuple(self._operands(node))
        exponent = self._exponent(node)
        operands = [self._formulas[i] for i in inputs]
        if exponent is not None:
            operands.append(formulas.constant(exponent))
        formula = formulas.written(op, operands, node.params, node.value)
        name = self._name(node)
        value = node.value
        scope = node.state.scope
        operation = self._new(
            "operation",
            None,
            op.name,
            value.shape,
            value.dtype,
            inputs=inputs,
            formula=formula.text,
            module=scope,
            symbol=formulas.sign(op, exponent),
            row=op,
            operands=inputs if exponent is None else (*inputs, exponent),
            params={k: v for k, v in node.params.items() if k not in op.residuals},
            place=None if node.extra is None else node.extra.get("place"),
        )
        self.edges += [Edge(source, operation, i, self._partials) for i, source in enumerate(inputs)]
        own, grad_note = self._after.get(node), ""
        if own is None and node in self._roots:
            own = seed_of(node)
            grad_note = "" if own is None else NOT_KEPT
        grad, derivative = self._gradient(own, None, name or formulas.inside(formula))
        kind = "output" if node in self._roots else "intermediate"
        made = self._add(
            node,
            kind,
            name,
            value,
            op.name,
            inputs,
            formula,
            scope,
            grad=grad,
            derivative=derivative,
            grad_note=grad_note,
        )
        self._results[operation] = made
        self.edges.append(Edge(operation, made))

    def _constant(self, node: EngineNode, i: int) -> None:
        """A plain number or array that was an operand."""
        value = plain_operand(node, i)
        array = source_array(node, i)
        name = None if array is None else self._names.of_array.get(id(array))
        kind = "input" if name else "const"
        if value is None:
            value = Absent((), np.dtype(float))
        elif not isinstance(value, Absent):
            value = np.asarray(value)
        self._add(operand_key(node, i), kind, name, value, differentiable=False)

    def _operands(self, node: EngineNode) -> list[Node]:
        plain = plain_leaves(node)
        if self._exponent(node) is not None:
            return [self._made[node.parents[0] or plain[0]]]
        found = []
        for i, parent in enumerate(node.parents):
            key: Key = parent or plain.get(i) or operand_key(node, i)
            found.append(self._made[key])
        return found

    def _exponent(self, node: EngineNode) -> Any:
        """The exponent of a power, if it is a plain number: then it is part of the symbol."""
        if node.op is None or node.op.name != "power" or node.parents[1] is not None:
            return None
        if 1 in plain_leaves(node):
            return None
        value = plain_operand(node, 1)
        if value is None:
            return "n"  # swept, and the number is not kept
        return None if isinstance(value, Absent) or np.ndim(value) else value

    # ---- names, gradients ----------------------------------------------------------------------------------

    def _name(self, node: EngineNode) -> str | None:
        names = self._names
        return self._roots.get(node) or names.given.get(node) or node.name or names.of_node.get(node)

    def _differentiated(self) -> str | None:
        """The name of the one root, if its own backward() has been run and its gradient is 1."""
        if len(self._roots) != 1:
            return None
        (root,) = self._roots
        if root.args is not RELEASED:
            return None
        seed = seed_of(root)
        if seed is None or not np.all(np.asarray(seed) == 1):
            return None
        return self._name(root)

    def _gradient(self, own: Any, held: Any, name: str | None) -> tuple[Any, str]:
        """The gradient to show and how it is written.

        `own` is what the sweep of this graph found, `held` what a leaf has accumulated in `.grad`.
        """
        swept = self._by is not None
        exact = (
            f"∂{self._by}/∂{name}" if swept and name and len(name) <= 12 and len(self._by or "") <= 12 else ""
        )
        if held is None:
            return own, exact or "grad"
        if own is not None and not np.array_equal(own, held):
            return held, "grad"
        return held, exact or "grad"

    def _noted(self, own: Any, held: Tensor | None) -> str:
        """Why the gradient of a leaf is not that of this graph alone, or not that in `.grad`."""
        if held is None:
            return "" if own is None else NOT_IN_GRAD
        if own is None and not any(root.args is RELEASED for root in self._roots):
            return FROM_GRAD
        return _unlike(own, held._array)

    # ---- making records ------------------------------------------------------------------------------------

    def _add(
        self,
        key: Key,
        kind: str,
        name: str | None,
        value: Any,
        op: str | None = None,
        inputs: tuple[Node, ...] = (),
        formula: Formula | None = None,
        module: str = "",
        *,
        grad: Any = None,
        derivative: str = "grad",
        differentiable: bool = True,
        now: Any = None,
        grad_note: str = "",
    ) -> Node:
        made = self._new(
            kind,
            name,
            op,
            value.shape,
            value.dtype,
            value=kept(value),
            grad=kept(grad),
            inputs=inputs,
            formula=None if formula is None else formula.text,
            module=module,
            derivative=derivative,
            differentiable=differentiable,
            now=now,
            grad_note=grad_note,
            origin=key.number if isinstance(key, EngineNode) else None,
        )
        self._made[key] = made
        called = None if name is None else formulas.named(name.rpartition(".")[2], made)
        # what is differentiated never stands as a mere number
        other = formulas.named("input", made) if kind == "input" else formulas.constant(made.value, made)
        self._formulas[made] = called or formula or other
        return made

    def _new(self, kind: str, name: str | None, op: str | None, shape: Any, dtype: Any, **more: Any) -> Node:
        fields: dict[str, Any] = {"value": None, "grad": None, **more}
        made = Node(len(self.nodes), kind, name, op, tuple(shape), dtype, **fields)
        self.nodes.append(made)
        return made


def _unlike(own: Any, held: Any) -> str:
    """Why what a leaf holds is another gradient than that of this graph; "" if it is not.

    >>> _unlike(12.0, 36.0), _unlike(12.0, 12.0), _unlike(12.0, 1.0), _unlike(None, 12.0)
    ('accumulated', '', 'changed since', '')
    """
    if own is None or held is None:
        return ""
    own, held = (np.asarray(getattr(x, "array", x)) for x in (own, held))
    if own.shape != held.shape or np.allclose(own, held, rtol=1e-6, atol=0, equal_nan=True):
        return ""
    # sums grow; what became smaller was clipped, scaled or set to zero
    with np.errstate(all="ignore"):
        return "changed since" if np.abs(held).sum() < np.abs(own).sum() else "accumulated"


def role_of(cls: type) -> str:
    """Parameter or Buffer if it is one of the package nn, which is not imported for that; else ""."""
    for base in cls.__mro__:
        if base.__name__ in ("Parameter", "Buffer") and base.__module__.partition(".")[0] == "nn":
            return base.__name__
    return ""


def plain_leaves(node: EngineNode) -> dict[int, EngineLeaf]:
    """The leaves of Tensors that need no gradient, by argument position."""
    return {} if node.extra is None else node.extra.get("plain", {})


def source_array(node: EngineNode, i: int) -> Any:
    """The caller's own array that was operand i, if it is still alive."""
    refs = {} if node.extra is None else node.extra.get("arrays", {})
    return refs[i]() if i in refs else None


def operand_key(node: EngineNode, i: int) -> Key:
    """What tells a plain operand apart: an array by itself, a number by its place."""
    array = source_array(node, i)
    return ("place", node.number, i) if array is None else ("array", id(array), 0)


def plain_operand(node: EngineNode, i: int) -> Any:
    """The value of an operand that is not a Tensor; None where it is not kept."""
    args = kept_call(node)
    if args is not RELEASED:
        return args[i + 1]
    return None if node.extra is None else node.extra.get("operands", {}).get(i)


def kept(value: Any) -> Any:
    """A value as the snapshot keeps it: a Python number, a read-only copy, or None."""
    value = getattr(value, "array", value)
    if value is None or isinstance(value, Absent):
        return None
    array = np.array(value)
    if not array.ndim:
        return array.item()
    array.flags.writeable = False
    return array
