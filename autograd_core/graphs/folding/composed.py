"""The local derivatives of folded operations: the rules of the operations inside, swept on Symbols."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.snapshot.formulas import Formula
from autograd_core.graphs.snapshot.partials import MOST, UNSAID, Partials, foreign, unsaid
from autograd_core.graphs.snapshot.rebuilding import renewed
from autograd_core.graphs.snapshot.records import LEAVES, Edge, Node
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.storage import plain
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift, simplified, slides, weight

MANY = 24
"""The derivative of more operations than this is no text that one reads."""

LONG = 48
"""Nor is one of more letters."""

TURNED = 1
"""What only turns a sign, −(1 − y) into (y − 1), saves one letter and is not simpler to read."""


class Inside:
    """What a folded operation stands for, as a program of its own."""

    def __init__(
        self,
        made: Mapping[Node, Sequence[Node]],
        members: Sequence[Node],
        inputs: Sequence[Node],
        outputs: Sequence[Node],
    ) -> None:
        """`made` has what each operation makes."""
        self._made, self.members = made, tuple(members)
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self._swept: dict[tuple[str, ...], tuple[Any, Mapping[Any, Any], Mapping[Node, Any]]] = {}

    @cached_property
    def program(self) -> tuple[Tape, dict[Node, Node]]:
        """The operations as a tape, and from the nodes of the whole graph to its own."""
        new: dict[Node, Node] = {}
        nodes: list[Node] = []

        def add(n: Node, made: Node) -> None:
            new[n] = made
            nodes.append(made)

        for op in self.members:
            for v in op.inputs:
                if v not in new:
                    # a value from outside is a leaf here; constants stay what they are
                    kind = v.kind if v.kind in LEAVES else "input"
                    kind = "input" if v in self.inputs else kind
                    add(v, replace(v, number=len(nodes), kind=kind, op=None, inputs=(), formula=None))
            add(op, renewed(op, new.__getitem__, number=len(nodes)))
            for value in self._made[op]:
                add(value, renewed(value, new.__getitem__, number=len(nodes)))
        return Tape(nodes, {}), new

    def gradient(self, source: Node, letters: Mapping[Node, str], g: str) -> Any:
        """The contribution to the gradient of an input, as an expression; None where none flows."""
        key = (g, *letters.values())
        if key not in self._swept:
            self._swept[key] = self._sweep(letters, g)
        result, found, symbols = self._swept[key]
        symbol = symbols[source]
        return found.get(symbol) if isinstance(symbol, Symbol) and isinstance(result, Symbol) else None

    def _sweep(self, letters: Mapping[Node, str], g: str) -> tuple[Any, Mapping[Any, Any], dict[Node, Any]]:
        tape, new = self.program
        named = {n: _letter(n) for n in new.values() if n.kind in LEAVES and (n.name or n.shape)}
        made = tape.symbols(named | {new[v]: letter for v, letter in letters.items()})
        symbols = {v: made[new[v]] for v in self.inputs}
        (result,) = (made[new[v]] for v in self.outputs)
        if not isinstance(result, Symbol):
            return result, {}, symbols
        seed = Symbol.input(g, result.shape, result.dtype)
        wanted = {s for s in symbols.values() if isinstance(s, Symbol)}
        found = pull({result: seed}, wanted=wanted, lift=lift)
        return result, {s: _simpler(e) for s, e in found.items() if s in wanted}, symbols

    def contribution(self, values: Mapping[Node, Any], upstream: Mapping[Node, Any]) -> dict[Node, Any]:
        """What flows to each input if `upstream` arrives at the outputs, as arrays.

        `values` are those of inputs, and of leaves inside that are too large for the picture.

        Raises:
            ValueError: if the numbers of a leaf were not kept.
        """
        tape, new = self.program
        given = {made: np.asarray(x, v.dtype) for v, made in new.items() if (x := values.get(v)) is not None}
        _, found = tape.gradients({new[v]: g for v, g in upstream.items()}, given)
        return {v: plain(found[new[v]]) for v in self.inputs if new[v] in found}


class Fold(NamedTuple):
    """A folded operation: what is inside, and the values it makes."""

    inside: Inside
    results: tuple[Node, ...]


class Composed(Partials):
    """The local derivatives of a graph of which some operations are folded."""

    def __init__(
        self, base: Partials, folds: Mapping[Node, Fold], fresh: Mapping[Node, Formula] | None = None
    ) -> None:
        """`fresh` has how values are written that are written otherwise than before."""
        results = {**base._results, **{op: fold.results[0] for op, fold in folds.items()}}
        super().__init__({**base._formulas, **(fresh or {})}, results, base._root)
        self._folds = dict(folds)
        self._known: dict[Edge, Any] = {}

    @staticmethod
    def formulas(base: Partials) -> Mapping[Node, Formula]:
        """How the values of a graph are written."""
        return base._formulas

    def moved(self, new: Mapping[Node, Node]) -> "Composed":
        """The same for a graph whose nodes were made anew."""
        folds = {
            new[op]: Fold(fold.inside, tuple(new[v] for v in fold.results))
            for op, fold in self._folds.items()
            if op in new
        }
        return Composed(super().moved(new), folds)

    def local(self, edge: Edge) -> str | None:
        """The local derivative as text; one that nobody would read is not written out."""
        text = super().local(edge)
        return UNSAID if text is not None and len(text) > LONG and edge.target in self._folds else text

    def factor(self, edge: Edge) -> Any:
        """The local derivative as an expression where the gradient enters as a factor; else None."""
        found = super().factor(edge)
        return _simpler(found) if edge.target in self._folds else found

    def value(self, edge: Edge) -> Any:
        """The factor that the gradient is multiplied with, as a number or an array; None for other rules."""
        fold = self._folds.get(edge.target)
        if fold is None:
            return super().value(edge)
        if edge not in self._known:  # asked for by every text that says it
            self._known[edge] = self._value(edge, fold)
        return self._known[edge]

    def _value(self, edge: Edge, fold: Fold) -> Any:
        (result, *others) = fold.results
        if others or edge.argument is None or not edge.source.differentiable:
            return None
        if not edge.source.shape == result.shape == () and self.factor(edge) is None:
            return None
        try:
            c = self.contribution(edge, np.ones(result.shape, result.dtype))
        except ValueError:  # drawn without numbers
            return None
        # no −0, which is a 0 that nobody understands
        return c.item() + 0.0 if c is not None and not np.ndim(c) else c

    def contribution(self, edge: Edge, upstream: Any, known: Mapping[Node, Any] | None = None) -> Any:
        """What flows back on an edge into a folded operation if `upstream` arrives there, as an array.

        `known` are values of the graph before folding, for those that are too large for the picture.

        Raises:
            ValueError: if several values leave the operation, or the numbers of a leaf were not kept.
        """
        inside, results = self._folds[edge.target]
        if len(results) > 1:
            raise ValueError(f"{edge.target!r} makes {len(results)} values: open it by expand=")
        assert edge.argument is not None  # an edge into an operation
        values = {v: x for v, x in (known or {}).items() if v.value is None}
        shown = zip(inside.inputs, edge.target.inputs, strict=True)
        values |= {v: n.value for v, n in shown if n.value is not None}
        return inside.contribution(values, {inside.outputs[0]: upstream}).get(inside.inputs[edge.argument])

    def _gradient(self, edge: Edge, g: str) -> Any:
        fold = self._folds.get(edge.target)
        if fold is None:
            return super()._gradient(edge, g)
        if edge.argument is None or not edge.source.differentiable:
            return None
        if len(fold.results) > 1 or len(fold.inside.members) > MANY:
            return unsaid(edge)
        letters = {v: _letter(n) for v, n in zip(fold.inside.inputs, edge.target.inputs, strict=True)}
        try:
            return fold.inside.gradient(fold.inside.inputs[edge.argument], letters, g)
        except Exception:
            if not any(map(foreign, fold.inside.members)):
                raise
            return unsaid(edge)


def _simpler(expression: Any) -> Any:
    """An expression as it is, or a simplified one that is shorter to read."""
    if not isinstance(expression, Symbol) or weight(expression) > MOST:
        return expression
    other = simplified(expression)
    return other if len(slides(other)) < len(slides(expression)) - TURNED else expression


def _letter(value: Node) -> str:
    """How a value is written in a derivative."""
    if value.name:
        return value.name.rpartition(".")[2]
    return f"({value.formula})" if value.formula and len(value.formula) <= LONG else UNSAID
