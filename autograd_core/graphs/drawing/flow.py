"""What flows back: the derivative on every wire, and how the gradient of each value arose.

All of it is read from the edges, which print the rules of their rows; here only numbers are put beside it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.snapshot import numerals
from autograd_core.graphs.snapshot.partials import UNSAID
from autograd_core.graphs.snapshot.records import Edge, Node
from autograd_core.symbols import slides

SHORT = 12
"""A longer name is not written as part of a derivative."""

READABLE = 60
"""A longer product is no text that one reads."""


def sides(rule: str) -> tuple[str, str]:
    """The two sides of a rule, the left one "" if what it is the gradient of has no name.

    >>> sides("∂E/∂x = ∂E/∂y ⊙ [x = max(x)]")
    ('∂E/∂x', '∂E/∂y ⊙ [x = max(x)]')
    >>> sides("ḡ ⊙ [x = max(x)]")
    ('', 'ḡ ⊙ [x = max(x)]')
    """
    left, equals, right = rule.partition(" = ")
    return (left, right) if equals and not {" ", "["} & {*left} else ("", rule)


class Chip(NamedTuple):
    """A local derivative in its parts, `∂s/∂x`, `a` and `2`; what is not known or was said already is ""."""

    left: str
    symbol: str
    number: str

    @property
    def text(self) -> str:
        """The parts in a row: `∂s/∂x = a = 2`."""
        return " = ".join(part for part in self if part)


class Flow:
    """The gradients of one graph, as texts."""

    def __init__(self, nodes: Sequence[Node], edges: Iterable[Edge]) -> None:
        self._nodes = tuple(nodes)
        self._made: dict[Node, list[Node]] = {}
        self._edges: dict[tuple[Node, int], Edge] = {}
        self._leaving: dict[Node, list[Edge]] = {}
        for e in edges:
            if e.argument is None:
                self._made.setdefault(e.source, []).append(e.target)
            else:
                self._edges[e.target, e.argument] = e
                self._leaving.setdefault(e.source, []).append(e)
        outputs = [n for n in nodes if n.kind == "output"]
        self.root = called(outputs[0]) if len(outputs) == 1 else ""
        self._chips: dict[Edge, Chip | None] = {}
        self._products: dict[Node, Any] | None = None

    # ---- wires ---------------------------------------------------------------------------------------------

    def edge(self, op: Node, argument: int | None) -> Edge | None:
        """The edge of an operand."""
        return None if argument is None else self._edges.get((op, argument))

    def chip(self, edge: Edge | None) -> Chip | None:
        """The local derivative of an edge into an operation; None where no gradient flows."""
        if edge is None:
            return None
        if edge not in self._chips:
            self._chips[edge] = self._chip(edge)
        return self._chips[edge]

    def _chip(self, edge: Edge) -> Chip | None:
        symbol = edge.local
        if symbol is None:
            return None
        if symbol == UNSAID and edge.target.op not in (None, "folded"):
            return Chip("", f"rule of {edge.target.op}", "")
        value = edge.local_value
        number = numerals.number(value) if value is not None and np.ndim(value) == 0 else ""
        if not number and symbol.lstrip("−").replace(".", "", 1).isdigit():
            number = symbol  # of several operations in one, whose values nobody gave
        left = self._left(edge)
        if edge.source.shape or self._result_shape(edge):
            # a factor of arrays is a rule; only numbers have a number
            return Chip("", symbol, "")
        return Chip("" if left == symbol else left, "" if symbol == number else symbol, number)

    def _left(self, edge: Edge) -> str:
        """∂s/∂x, or ds/dx where the operation has but this one variable; "" where it would mean another."""
        op, x = edge.target, edge.source
        results = self._made.get(op, [])
        if len(results) != 1 or op.inputs.count(x) > 1:
            return ""
        above, below = called(results[0]), called(x)
        if not above or not below or not results[0].name or not x.name:
            return ""  # without names it is longer than what it says
        others = [v for v in op.inputs if v is not x and (v.kind != "const" or v.name or v.shape)]
        d = "∂" if others else "d"
        return f"{d}{above}/{d}{below}"

    def _result_shape(self, edge: Edge) -> tuple[int, ...]:
        results = self._made.get(edge.target, [])
        return results[0].shape if results else edge.target.shape

    def share(self, edge: Edge) -> float | None:
        """The number that flows back on an edge between single numbers, if it is known."""
        results = self._made.get(edge.target, [])
        if len(results) != 1 or results[0].shape or edge.source.shape or results[0].grad is None:
            return None
        value = edge.local_value
        return None if value is None else float(results[0].grad) * float(value)

    def arriving(self, op: Node) -> str:
        """The gradient that arrives at an operation: of single numbers the number."""
        results = self._made.get(op, [])
        if len(results) != 1 or results[0].shape or results[0].grad is None:
            return ""
        return numerals.number(results[0].grad)

    # ---- values --------------------------------------------------------------------------------------------

    def meeting(self, value: Node) -> list[Edge]:
        """The edges on which a gradient flows back to a value; where there are several they are added."""
        return [e for e in self._leaving.get(value, ()) if self.chip(e) is not None]

    def derivative(self, value: Node) -> str:
        """How the gradient of a value is written."""
        name = called(value)
        if value.derivative == "grad" and value.grad is None and self.root and name:
            return f"∂{self.root}/∂{name}"
        return value.derivative

    def in_letters(self, value: Node) -> str:
        """How a derivative without numbers is written: dz/dx where z is a function of x alone."""
        written = self.derivative(value)
        alone = value.value is None and self._is_alone(value)
        return written.replace("∂", "d") if alone else written

    def _is_alone(self, value: Node) -> bool:
        """Whether every way from a leaf to the result leads through a value."""
        todo = [n for n in self._nodes if n.kind == "output" and n is not value]
        seen = set(todo)
        while todo:
            n = todo.pop()
            if n.op is None and n.kind not in ("const", "operation"):
                return False
            new = [x for x in n.inputs if x not in seen and x is not value]
            seen.update(new)
            todo += new
        return True

    def how(self, value: Node) -> str:
        """How the gradient arose: `4 · 2 (2t · a)`, where several wires meet `3 + 5`, of arrays the rule."""
        met = self.meeting(value)
        if not met:
            return "seed" if value.kind == "output" and value.grad is not None else ""
        if value.shape or any(self._result_shape(e) for e in met):
            return self.rule(value)
        if value.grad is None:
            return ""
        shares = [self.share(e) for e in met]
        known = [s for s in shares if s is not None]
        # what was accumulated by several sweeps, or changed by a hook, did not arise so
        if len(known) < len(met) or not np.isclose(sum(known), value.grad, rtol=1e-4, equal_nan=True):
            return ""
        if len(met) > 1:
            numbers = _sum([numerals.number(s) for s in known])
        else:
            (edge,) = met
            result = self._made[edge.target][0]
            numbers = _product(numerals.number(result.grad), numerals.number(edge.local_value))
        symbols = self.product(value)
        told = f"{numbers}   ({symbols})" if any(c.isalpha() for c in symbols) else numbers
        return told if len(told) <= 28 else numbers

    def rule(self, value: Node) -> str:
        """The gradient in those of the results: `∂E/∂X = ∂E/∂Y · Wᵀ`, summed where several wires meet."""
        rules = [e.rule or "" for e in self.meeting(value)]
        parts = [sides(rule)[1] for rule in rules]
        if not rules or UNSAID in parts:  # … + ḡ says nothing
            return ""
        left = sides(rules[0])[0]
        return (f"{left} = " if left else "") + _sum(parts)

    def product(self, value: Node) -> str:
        """The accumulated product as a formula: the local derivatives along the routes, `2t · a`; "" where
        there is none or nobody would read it."""
        if self._products is None:
            self._products = self._accumulated()
        found = self._products.get(value)
        return "" if found is None else slides(found)

    def _accumulated(self) -> dict[Node, Any]:
        """The gradient of every value as an expression in the named values: chip times chip, added where
        wires meet."""
        outputs = [n for n in self._nodes if n.kind == "output" and n.op is not None]
        if len(outputs) != 1:
            return {}
        found: dict[Node, Any] = {outputs[0]: 1}
        for value in reversed(self._nodes):
            if value.kind == "operation" or value in found:
                continue
            total: Any = None
            for e in self.meeting(value):
                results = self._made.get(e.target, [])
                factor = None if e.derivatives is None else e.derivatives.factor(e)
                g = found.get(results[0]) if len(results) == 1 else None
                if g is None or factor is None:
                    total = None
                    break
                part = factor if isinstance(g, int) and g == 1 else g * factor
                total = part if total is None else total + part
            if total is not None and len(slides(total)) <= READABLE:
                found[value] = total
        return found


def called(value: Node) -> str:
    """How a value is called in a derivative; "" where it has no short name."""
    if value.name:
        name = value.name.rpartition(".")[2]
        return name if len(name) <= SHORT else ""
    return f"({value.formula})" if value.formula and len(value.formula) <= SHORT - 2 else ""


def _product(g: str, c: str) -> str:
    return f"{g} · {c}" if not c.startswith("−") else f"{g} · ({c})"


def _sum(terms: Sequence[str]) -> str:
    """Terms with their signs between: `3 + 5 − 2`."""
    text = terms[0]
    for term in terms[1:]:
        text += f" − {term[1:]}" if term.startswith("−") and " + " not in term else f" + {term}"
    return text
