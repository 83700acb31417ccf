"""The local derivative on every wire: the rule of the operation, called on Symbols, numbers or the gradient.

Numbers have a factor (`∂t/∂s = 2t = 4`). Arrays have a rule: it is printed with a hole where the gradient
enters (`· Wᵀ`, `Xᵀ ·`, `sum axis 0`), which is how it reads on a wire.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.formulas import Formula
from autograd_core.graphs.snapshot.records import Edge, Node
from autograd_core.graphs.snapshot.tape import pulled
from autograd_core.node import Absent
from autograd_core.ops.broadcasting import unbroadcast
from autograd_core.ops.reductions import sum as sum_row
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol, gradient, slides, weight, without_factor
from autograd_core.symbols.symbol import symbolic

HOLE = "ḡ"
"""How the incoming gradient is written where it has no name."""


UNSAID = "…"
"""What stands where a derivative is too long for a text."""

MOST = 400
"""The derivative of more terms than this is no text: that of an LSTM doubles with every step."""


class Partials:
    """The local derivatives of one graph, each worked out when it is asked for."""

    def __init__(self, formulas: Mapping[Node, Formula], results: Mapping[Node, Node], root: str | None):
        """`formulas` has how each value is written, `results` what each operation made; `root` is the name
        of the one result that is differentiated."""
        self._formulas, self._results, self._root = formulas, results, root
        self._expressions: dict[Edge, Any] = {}
        self._used: dict[Node, list[tuple[Node, int]]] | None = None
        self._upstreams: dict[Node, str] = {}

    def moved(self, new: Mapping[Node, Node]) -> "Partials":
        """The same for a graph whose nodes were made anew; some of them may be gone."""
        formulas = {new[n]: f for n, f in self._formulas.items() if n in new}
        results = {new[a]: new[b] for a, b in self._results.items() if a in new and b in new}
        return Partials(formulas, results, self._root)

    def local(self, edge: Edge) -> str | None:
        """The local derivative as text; None where no gradient flows."""
        expression = self.expression(edge)
        if expression is None:
            return None
        if _is_zero(expression):
            return "0"
        if weight(expression) > MOST:
            return UNSAID
        factor = self.factor(edge)
        if factor is not None:
            text = slides(factor)
            if edge.target.shape == () and edge.source.shape == ():
                return text
            arrays = edge.target.shape and isinstance(factor, Symbol) and factor.shape
            return _times(text, "⊙" if arrays else "·")
        return without_hole(slides(expression))

    def rule(self, edge: Edge) -> str | None:
        """The gradient that flows back on this edge: `∂E/∂X = ∂E/∂Y · Wᵀ`."""
        expression = self.expression(edge)
        if expression is None:
            return None
        left = self._upstream(edge.source) if edge.source.name else HOLE
        if weight(expression) > MOST:
            return UNSAID if left == HOLE else f"{left} = {UNSAID}"
        made = self._results[edge.target]
        factor = None
        if made.kind == "output" and made.shape == ():
            # the gradient of the result itself is 1
            factor = without_factor(self.expression(edge), HOLE)
        text = slides(self._gradient(edge, self._upstream(made)) if factor is None else factor)
        return text if left == HOLE else f"{left} = {text}"

    def value(self, edge: Edge) -> Any:
        """The factor that the gradient is multiplied with, as a number or an array; None for other rules."""
        op = edge.target
        factor = self.factor(edge)
        if factor is None:
            return None
        if not isinstance(factor, Symbol):
            return factor if edge.source.shape == () else None
        if edge.source.shape != op.shape or edge.argument is None or op.row is None:
            return None
        made = self._results[op]
        values = [_value(x) for x in (made, *op.operands)]
        if any(v is None for v in values):
            return None
        z, *operands = values
        c = pulled(op, edge.argument, np.ones(op.shape, op.dtype), z, operands)
        return c.item() if not c.ndim else c

    def factor(self, edge: Edge) -> Any:
        """The local derivative as an expression where the gradient enters as a factor; else None."""
        expression = self.expression(edge)
        if expression is None:
            return None
        if _is_zero(expression):
            return 0
        # what was broadcast is summed on its way back, which is no factor
        return without_factor(expression, HOLE) if edge.source.size == edge.target.size else None

    def expression(self, edge: Edge) -> Any:
        """The contribution to the gradient of the source, as an expression in ḡ; None where none flows."""
        if edge not in self._expressions:
            self._expressions[edge] = self._gradient(edge, HOLE)
        return self._expressions[edge]

    def _gradient(self, edge: Edge, g: str) -> Any:
        op, i = edge.target, edge.argument
        if i is None or op.row is None or not edge.source.differentiable:
            return None
        if op.row.joint is None and (i >= len(op.row.rules) or op.row.rules[i] is None):
            return None
        operands = [self._written(x) for x in op.operands]
        result = self._written(self._results[op])
        shape = edge.source.shape
        try:
            c = gradient(op.row, i, operands, op.params, g=g, result=result, letters=op.row.written)
        except Exception:
            if not foreign(op):
                raise
            return unsaid(edge)
        if not isinstance(c, Symbol) or c.shape == shape:
            return c
        if c.op is sum_row and c.params["keepdims"]:
            flat = symbolic(sum_row, c.operands, {**c.params, "keepdims": False})
            c = flat if flat.shape == shape else c
        return c if c.shape == shape else unbroadcast(c, shape)

    def _written(self, x: Any) -> Any:
        if isinstance(x, str):
            return Symbol.input(x)  # an exponent that was not kept
        return self._formulas[x].expression if isinstance(x, Node) else x

    def _upstream(self, node: Node) -> str:
        """How the gradient of a value is written: by its own name, or by that of what hands it on."""
        if self._root is None:
            return HOLE
        walked: list[Node] = []
        at: Node | None = node
        while at is not None and not at.name and at not in self._upstreams:
            walked.append(at)
            at = self._handing(at)
        if at is None:
            text = HOLE
        elif at.name:
            text = f"∂{self._root}/∂{at.name.rpartition('.')[2]}"
        else:
            text = self._upstreams[at]
        # each value asks for it, and a chain of values would be walked again for each of them
        self._upstreams.update(dict.fromkeys(walked, text))
        return text

    def _handing(self, node: Node) -> Node | None:
        """The one value from which the gradient of another comes unchanged."""
        users = self._users().get(node, [])
        if len(users) != 1:
            return None
        ((op, i),) = users
        made = self._results[op]
        handed = self._gradient(Edge(node, op, i), HOLE) if made.shape == node.shape else None
        return made if isinstance(handed, Symbol) and handed.label == HOLE else None

    def _users(self) -> dict[Node, list[tuple[Node, int]]]:
        """Where each value goes."""
        if self._used is None:
            self._used = {}
            for op in self._results:
                for i, value in enumerate(op.inputs):
                    self._used.setdefault(value, []).append((op, i))
        return self._used


def foreign(operation: Node) -> bool:
    """Whether an operation is of a row of somebody's own, whose rule may be written for numbers only."""
    return operation.row is not None and TABLE.get(operation.row.name) is not operation.row


def unsaid(edge: Edge) -> Symbol:
    """A gradient of which nothing can be said."""
    return Symbol.input(UNSAID, edge.source.shape, edge.source.dtype)


def without_hole(text: str) -> str:
    """A rule with the gradient left out.

    >>> [without_hole(t) for t in ("ḡ", "ḡ · Wᵀ", "Xᵀ · ḡ", "sum(ḡ, axis 0)", "reshape(ḡ)", "f(ḡ) + ḡ")]
    ['1', '· Wᵀ', 'Xᵀ ·', 'sum axis 0', 'reshape', 'f(ḡ) + ḡ']
    >>> [without_hole(t) for t in ("spread(ḡ/15)", "ḡ → [1:]")]
    ['/15, spread', '→ [1:]']
    """
    if text == HOLE:
        return "1"
    if text.count(HOLE) != 1:
        return text
    for sign in (" · ", " ⊙ ", "/"):
        if text.startswith(HOLE + sign) and _binds(text[len(HOLE + sign) :]):
            return text[len(HOLE) :].strip()
    if text.startswith(f"{HOLE} → "):
        return text.removeprefix(f"{HOLE} ")
    if text.startswith(f"spread({HOLE}/") and _binds(text):
        return f"{text[len(HOLE) + 7 : -1]}, spread"
    if text.endswith(f" · {HOLE}"):
        return text.removesuffix(f" {HOLE}")
    name, bracket, rest = text.partition(f"({HOLE}")
    if bracket and rest.endswith(")") and name.isidentifier():
        words = rest[:-1].replace(",", "", 1).strip() if rest != ")" else ""
        return f"{name} {words}".strip()
    return text


def _times(text: str, sign: str) -> str:
    """A factor of arrays, as it stands on a wire: behind the sign of the product, unless it is 1 or −1.

    >>> _times("[X > 0]", "⊙"), _times("Y − T", "·"), _times("−1", "·")
    ('⊙ [X > 0]', '· (Y − T)', '−1')
    """
    if text.lstrip("−") == "1":
        return text
    return f"{sign} {text}" if _binds(text) else f"{sign} ({text})"


def _binds(text: str) -> bool:
    """Whether a text is a product: no sum outside of brackets."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if not depth and i and c in "+−" and text[i - 1] == " ":
            return False
    return True


def _is_zero(expression: Any) -> bool:
    return isinstance(expression, Symbol) and expression.op is not None and expression.op.name == "zeros_of"


def _value(x: Any) -> Any:
    """What a node of the snapshot holds, in its dtype; of a plain operand itself."""
    if not isinstance(x, Node):
        return None if isinstance(x, str) else x
    if x.value is None or isinstance(x.value, Absent):
        return None
    return np.asarray(x.value, x.dtype) if x.kind != "const" or x.shape else x.value
