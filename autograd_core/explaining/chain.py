"""A graph as the chain rule sees it: values with letters, and between them steps, each with its derivative.

Where the user has named results, the operations between them are one step, as one writes it by hand
(`ŷ = 1/(1 + s)`). Where no result has a name, every one gets a letter: v1, v2, ...
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np

from autograd_core.explaining.expressions import applied, contribution, has_rule, inputs, size
from autograd_core.explaining.residuals import Residuals
from autograd_core.graphs import Graph
from autograd_core.graphs.snapshot.records import LEAVES, Node
from autograd_core.graphs.snapshot.tape import pulled
from autograd_core.ops.broadcasting import unbroadcast
from autograd_core.symbols import Symbol, slides

LONG = 30
"""A formula of more letters and operations gets a letter of its own."""


class Step:
    """One arrow between two lettered values, passed backwards.

    source, target   nodes: the gradient of the target flows to the source
    argument         which operand of the operation, where several of them are the same value; else None
    label            how its derivative is written: ∂t/∂s
    """

    __slots__ = ("argument", "chain", "label", "source", "target")

    def __init__(self, chain: "Chain", source: Node, target: Node, argument: int | None) -> None:
        self.chain, self.source, self.target, self.argument = chain, source, target, argument
        self.label = ""

    def pulled(self, g: Any) -> Any:
        """What it adds to the gradient of the source, as an expression: g is one or a number."""
        return self.chain.pulled(self.target, g)[self.source, self.argument]

    def passed(self, g: Any, values: Mapping[Node, Any]) -> Any:
        """The same with numbers."""
        return self.chain.passed(self.target, g, values)[self.source, self.argument]

    @property
    def factor(self) -> Any:
        """The derivative of a number by a number, as an expression."""
        return self.pulled(np.float64(1.0))

    def __repr__(self) -> str:
        return f"<{self.label}>"


Ends = dict[tuple[Node, int | None], Any]


class Chain:
    """The ways from one value of a graph to its one result, or all ways.

    `shapes` may have sizes with names, which formulas then say instead of numbers. Formulas of up to `short`
    letters and operations get no letter, also where no result has a name. `words` has letters for values that
    have no name.
    """

    def __init__(
        self,
        whole: Graph,
        root: Node,
        start: Node | None = None,
        shapes: Mapping[Node, tuple[int, ...]] | None = None,
        short: int = 1,
        words: Mapping[Node, str] | None = None,
    ) -> None:
        self._shapes = shapes or {}
        self._given = words or {}
        self._short = short
        self.root, self.start = root, start
        self.facts: list[dict[Symbol, Any]] = []
        """What is known of letters, in ways to say it: t = 1 − s, or s = 1 − t."""
        self._results = {n: whole[n.number + 1] for n in whole if n.kind == "operation"}
        self._makers = {result: op for op, result in self._results.items()}
        self.reached = self._reach()
        self._composed: dict[Node, Any] = {}
        self._regions: dict[Node, tuple[Node, ...]] = {}
        self.residuals = Residuals()
        self.letters: dict[Node, Symbol] = {}
        self.formulas: dict[Node, Symbol] = {}
        self._give_letters(whole)
        self.steps = self._all_steps()

    # ---- letters -------------------------------------------------------------------------------------------

    def _reach(self) -> set[Node]:
        """The values through which gradients flow from the root to the start; without a start all of them."""
        if self.start is None:
            read = (x for op in self._results for x in op.inputs)
            # places in an array, as the labels of classes, have no gradient
            return {*self._results.values(), *(x for x in read if x.dtype.kind not in "iub")}
        up: set[Node] = {self.start}
        for op, result in self._results.items():
            flows = (x in up and has_rule(op, i) for i, x in enumerate(op.inputs))
            if self.start.differentiable and any(flows):
                up.add(result)
        down = {self.root}
        for op, result in reversed(self._results.items()):
            if result in down:
                down.update(x for i, x in enumerate(op.inputs) if has_rule(op, i))
        return up & down

    def _give_letters(self, whole: Graph) -> None:
        named = [n for n in whole if n.kind == "intermediate" and n.name]
        words = {**self._given, **_short_names(whole)}
        if self.root not in words:
            words[self.root] = _free(words, "z" if self.root.shape == () else "y")
        taken = set(words.values())
        news, leaves, constants = (_numbered(stem, taken) for stem in ("v", "x", "c"))
        for n in whole:
            if n.kind in LEAVES:
                if n.kind == "const" and n.shape == () and n not in words and n.value is not None:
                    self._composed[n] = n.value
                else:
                    self._letter(n, words.get(n) or next(constants if n.kind == "const" else leaves))
                continue
            if n.kind != "operation":
                continue
            result = self._results[n]
            assert n.row is not None  # operations have one
            operands = self._operands(n)
            formula = applied(n.row, operands, n.params, self.shape(result), result.dtype)
            inner = {op for x in n.inputs if x not in self.letters for op in self._regions.get(x, ())}
            self._regions[result] = (*sorted(inner, key=lambda op: op.number), n)
            plain = (
                result in words or result is self.start or size(formula) > (LONG if named else self._short)
            )
            if plain:
                self.formulas[result] = formula
                self._letter(result, words.get(result) or next(news))
            else:
                self._composed[result] = formula

    def _letter(self, node: Node, label: str) -> None:
        self.letters[node] = self._composed[node] = Symbol.input(label, self.shape(node), node.dtype)

    def shape(self, node: Node) -> tuple[int, ...]:
        """The shape of a value, with the names of its sizes if it has any."""
        return self._shapes.get(node, node.shape)

    @property
    def expressions(self) -> dict[Node, Any]:
        """Every value as what stands for it in formulas: its letter, or what it is composed of."""
        return self._composed

    def _operands(self, op: Node) -> list[Any]:
        """What an operation is called with, in letters."""
        return [self._operand(x, op) for x in op.operands]

    def _operand(self, x: Any, op: Node) -> Any:
        if not isinstance(x, Node):
            return Symbol.input(x) if isinstance(x, str) else x
        value = self._composed[x]
        # rules of rows on whole arrays ask their operands for their axes, which a plain number has not
        plain = isinstance(value, int | float) and op.row is not None and not op.row.elementwise
        return np.asarray(value)[()] if plain else value

    def region(self, node: Node) -> tuple[Node, ...]:
        """The operations between a lettered result and the letters that it is made of, oldest first."""
        return self._regions.get(node, ())

    def letter(self, node: Node) -> str:
        """How a value is called."""
        return str(self.letters[node].label)

    def variables(self, node: Node) -> list[Symbol]:
        """The letters that a lettered result is a function of; typed numbers and constants are none."""
        return [s for s in inputs(self.formulas.get(node)) if s not in self._constants]

    @cached_property
    def labels(self) -> set[str]:
        """All that letters are called."""
        return {str(s.label) for s in self.letters.values()}

    @cached_property
    def _constants(self) -> set[Symbol]:
        return {s for n, s in self.letters.items() if n.kind == "const" and n.name is None}

    @cached_property
    def d(self) -> str:
        """d if the result is a function of the start alone, ∂ if of others too."""
        todo, seen = [self.root], {self.root}
        while todo:
            for s in self.variables(todo.pop()):
                x = self.nodes_of[s]
                if x is self.start or x in seen:
                    continue
                if x not in self.formulas:
                    return "∂"
                seen.add(x)
                todo.append(x)
        return "d"

    @cached_property
    def label(self) -> str:
        """How the derivative is written: ∂z/∂x."""
        return self.derivative(self.start or self.root)

    def derivative(self, node: Node) -> str:
        """How the derivative of the result by a value is written."""
        return f"{self.d}{self.letter(self.root)}/{self.d}{self.letter(node)}"

    @cached_property
    def nodes_of(self) -> dict[Symbol, Node]:
        """From letters to what they stand for."""
        return {s: n for n, s in self.letters.items()}

    # ---- steps ---------------------------------------------------------------------------------------------

    def _all_steps(self) -> dict[Node, list[Step]]:
        """The steps into every lettered result on the ways."""
        found: dict[Node, list[Step]] = {}
        for n in self.formulas:
            if n in self.reached and n is not self.start:
                found[n] = [Step(self, x, n, i) for x, i in self._sources(n)]
        for n, steps in found.items():
            d = "d" if len(self.variables(n)) == 1 else "∂"
            for s in steps:
                s.label = f"{d}{self.letter(n)}/{d}{self.letter(s.source)}"
                # else a part would be called as the whole: ∂z/∂x = ∂z/∂x + ∂z/∂u · ∂u/∂x
                if s.argument is not None or (s.label == self.label and len(steps) > 1):
                    s.label = self._by_place(s)
        return found

    def _by_place(self, step: Step) -> str:
        """The derivative by one operand alone: ∂₁z(x, x)."""
        (*_, op) = self.region(step.target)
        words = [slides(x) for x in self._operands(op)] if len(self.region(step.target)) == 1 else None
        names = words or [str(s.label) for s in self.variables(step.target)]
        place = step.argument
        if place is None:
            place = names.index(self.letter(step.source))
        digits = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
        return f"∂{str(place + 1).translate(digits)}{self.letter(step.target)}({', '.join(names)})"

    def _sources(self, node: Node) -> list[tuple[Node, int | None]]:
        """The lettered values from which gradient flows into a result; operands that are equal one by one."""
        region = self.region(node)
        if len(region) == 1:
            (op,) = region
            found = [(x, i) for i, x in enumerate(op.inputs) if x in self.reached and has_rule(op, i)]
            ways = [(x, i) for x, i in found if x in self.letters]
            twice = {x for x, _ in ways if sum(x is y for y, _ in ways) > 1}
            return [(x, i if x in twice else None) for x, i in ways]
        flowing = {node}
        for op in reversed(region):
            if self._results[op] in flowing:
                flowing.update(x for i, x in enumerate(op.inputs) if has_rule(op, i))
        read = dict.fromkeys(x for op in region for x in op.inputs if x in self.letters)
        return [(x, None) for x in read if x in flowing and x in self.reached]

    # ---- what flows back -----------------------------------------------------------------------------------

    def pulled(self, node: Node, g: Any) -> Ends:
        """What a lettered result passes back to the letters that it is made of, as expressions."""

        def call(op: Node, i: int, upstream: Any) -> Any:
            # the result itself is written by its letter: 1 − y² and not 1 − tanh(x)²
            result = self.letters.get(self._results[op], self._composed[self._results[op]])
            operands = self._operands(op)
            words = self.residuals.letters(op, operands, self.labels)
            c = contribution(op, i, operands, result, upstream, words)
            return _of_shape(c, op.inputs[i].shape)

        return self._swept(node, g, call)

    def passed(self, node: Node, g: Any, values: Mapping[Node, Any]) -> Ends:
        """The same with numbers."""

        def call(op: Node, i: int, upstream: Any) -> Any:
            operands = [values[x] if isinstance(x, Node) else x for x in op.operands]
            return _of_shape(pulled(op, i, upstream, values[self._results[op]], operands), op.inputs[i].shape)

        return self._swept(node, np.asarray(g, node.dtype), call)

    def _swept(self, node: Node, g: Any, call: Callable[[Node, int, Any], Any]) -> Ends:
        ends: Ends = {}
        arrived = {node: g}
        region = self.region(node)
        apart = {(s.source, s.argument) for s in self.steps[node] if s.argument is not None}
        for op in reversed(region):
            upstream = arrived.get(self._results[op])
            if upstream is None:
                continue
            for i, x in enumerate(op.inputs):
                if not has_rule(op, i) or (x in self.letters and x not in self.reached):
                    continue
                c = call(op, i, upstream)
                if x not in self.letters:
                    arrived[x] = c if x not in arrived else arrived[x] + c
                else:
                    key = (x, i if (x, i) in apart else None)
                    ends[key] = c if key not in ends else ends[key] + c
        return ends


def _of_shape(c: Any, shape: tuple[int, ...]) -> Any:
    """What an operation passes back, with broadcasting undone."""
    return c if np.shape(c) == shape else unbroadcast(c, shape)


def _short_names(whole: Graph) -> dict[Node, str]:
    """Every name without its path where that is enough; of equal names all but the first get a number."""
    named = [n for n in whole if n.name and n.kind != "operation"]
    ends = [(n.name or "").rpartition(".")[2] for n in named]
    words: dict[Node, str] = {}
    taken: set[str] = set()
    for n, end in zip(named, ends, strict=True):
        word = end if end and ends.count(end) == 1 else n.name or ""
        for k in count(2):
            if word not in taken:
                break
            word = f"{n.name}_{k}"
        taken.add(word)
        words[n] = word
    return words


def _free(words: Mapping[Node, str], word: str) -> str:
    taken = set(words.values())
    return word if word not in taken else next(_numbered(word, taken))


def _numbered(stem: str, taken: set[str]) -> Any:
    """v1, v2, ... as far as these names are free."""
    return (f"{stem}{k}" for k in count(1) if f"{stem}{k}" not in taken)
