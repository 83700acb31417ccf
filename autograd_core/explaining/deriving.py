"""From a traced function to the expressions of its gradients, each in the shortest form that was found.

Three ways are gone: with the letters of named values for what they stand for; with everything written out
and simplified, and the letters put in afterwards; and with the gradients of named values as letters too, as
the lecture goes layer by layer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.explaining.constants import are_places, held
from autograd_core.explaining.expressions import ENDLESS, size
from autograd_core.explaining.lettering import Rules, learn
from autograd_core.graphs.snapshot.numerals import shape
from autograd_core.node import Node, ancestors
from autograd_core.ops.broadcasting import broadcast_to
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, slides, symbolic
from autograd_core.symbols.simplifying import Algebra
from autograd_core.symbols.sizing import Sizing
from autograd_core.symbols.sizing import letters as letters_of

READABLE = 2000
"""Expressions of more letters and operations are not written as text, which might have no end."""


def text_length(expression: Any) -> int:
    """How long the text of an expression is."""
    return len(slides(expression)) if size(expression) <= READABLE else ENDLESS


class Facts(NamedTuple):
    """The inputs whose rows sum to 1, and those that hold indices."""

    unit_rows: tuple[str, ...]
    indices: tuple[str, ...]


class Given(NamedTuple):
    """What is derived: the arguments, by which, what is known, and how it is to be written."""

    values: Mapping[str, Any]
    wrt: tuple[str, ...] | None
    facts: Facts
    simplify: bool
    gradient: str | None


class Derived(NamedTuple):
    """What was found: the named values, the result, and the gradients, of named values and of inputs.

    `letter` is what the result is called, `above` what stands above in ∂E/∂X, `seed` the gradient that
    arrives, if it is not 1.
    """

    letter: str
    above: str
    seed: str | None
    named: dict[str, Any]
    value: Any
    inner: dict[str, Any]
    gradients: dict[str, Any]
    inputs: tuple[Symbol, ...]
    root: Symbol
    """The function as it was traced."""
    shape: tuple[int, ...]
    """That of the result."""
    read: str | None = None
    """By what the function read numbers in the middle, so that its code would hold for these only."""
    larger: "Derived | None" = None
    """The same for another size, if a size has a name here."""

    def common(self, other: "Derived", sizing: Sizing) -> "Derived":
        """What this and the same for another size have in common.

        Raises:
            Differ: if more differs than numbers that follow the size.
        """

        def both(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
            return {name: sizing.common(x, b[name]) for name, x in a.items()}

        return self._replace(
            named=both(self.named, other.named),
            value=sizing.common(self.value, other.value),
            inner=both(self.inner, other.inner),
            gradients=both(self.gradients, other.gradients),
            inputs=tuple(sizing.common(x, y) for x, y in zip(self.inputs, other.inputs, strict=True)),
            shape=sizing.common(self.shape, other.shape),
        )


def derived(root: Symbol, inputs: Sequence[Symbol], given: Given) -> Derived:
    """The gradients of a traced result."""
    return _Deriving(root, inputs, given).found()


class _Written:
    """A trace as expressions, in which letters stand for some of the values."""

    def __init__(
        self, order: Sequence[Symbol], letters: Mapping[Node, Symbol], marks: Sequence["_Mark"]
    ) -> None:
        self.whole: dict[Node, Any] = {}
        """What a value is, in terms of others."""
        self.shown: dict[Node, Any] = {}
        """How others write it."""
        self.params: dict[Node, dict[str, Any]] = {}
        """What the rules of a node are called with, residuals included."""
        self.marked: dict[str, Any] = {}
        """What the letters of residuals stand for."""
        for node in order:
            self.whole[node] = node if node.op is None else self._value(node, marks)
            self.shown[node] = letters.get(node, self.whole[node])

    def operands(self, node: Symbol) -> list[Any]:
        return [self.shown[x] if isinstance(x, Symbol) else x for x in node.operands]

    def _value(self, node: Symbol, marks: Sequence["_Mark"]) -> Any:
        op = node.op
        assert op is not None  # inputs are what they are
        operands = self.operands(node)
        if not op.residuals:
            self.params[node] = node.params
            return symbolic(op, operands, node.params)
        assert op.meaning is not None  # the builder of fused rows demands one
        z, found = op.meaning(*operands, **node.params)
        ours = [mark for mark in marks if mark.node is node]
        news: dict[Node, Any] = {}
        for mark in ours:
            old = found[mark.residual]
            self.marked[mark.name] = exchanged(1.0 / old if mark.turned else old, news)
            news[old] = found[mark.residual] = 1.0 / mark.letter if mark.turned else mark.letter
        self.params[node] = {**node.params, **found}
        return exchanged(z, news)


class _Mark(NamedTuple):
    """A residual of a fused row that formulas call by a letter, or by 1 over a letter."""

    node: Symbol
    residual: str
    name: str
    turned: bool
    letter: Symbol


def exchanged(root: Any, news: Mapping[Node, Any]) -> Any:
    """An expression with others in the place of some of its parts."""
    if not isinstance(root, Symbol) or not news:
        return root
    made: dict[Node, Any] = {}
    for node in ancestors([root]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if node in news:
            made[node] = news[node]
        elif node.op is None:
            made[node] = node
        else:
            operands = [made[x] if isinstance(x, Symbol) else x for x in node.operands]
            made[node] = symbolic(node.op, operands, node.params)
    return made[root]


class _Deriving:
    def __init__(self, root: Symbol, inputs: Sequence[Symbol], given: Given) -> None:
        self.root, self.given = root, given
        self.inputs = list(inputs)
        self.order = [n for n in ancestors([root]) if isinstance(n, Symbol)]
        self.taken = {str(s.label) for s in inputs}
        is_single = root.size == 1 and given.gradient is None
        self.letter = root.name or self._free("E" if is_single else "Y")
        self.taken.add(self.letter)
        self.above = self.letter if is_single else (given.gradient or "∂E/∂").lstrip("∂").split("/")[0]
        self.seed = None if is_single else given.gradient or f"∂E/∂{self.letter}"
        self.names: dict[Node, str] = {}
        self.marks: list[_Mark] = []
        for node in self.order:
            if node.op is None:
                continue
            self.marks += self._marks(node)
            if node.name and node is not root and node.name not in self.taken:
                self.taken.add(node.name)
                self.names[node] = node.name
        self.algebra = Algebra()
        for s in inputs:
            if s.label in given.facts.unit_rows and s.ndim:
                self.algebra.sums_to_one(s, (-1,))
            if s.label in given.facts.indices or are_places(held(s)) or (s.extra or {}).get("places"):
                self.algebra.indices.add(s)
        self.wanted = self._wanted()

    def _free(self, name: str) -> str:
        while name in self.taken:
            name += "′"
        return name

    def _marks(self, node: Symbol) -> list[_Mark]:
        """The residuals of a node that have a letter."""
        assert node.op is not None  # an operation
        found = []
        words = sorted(node.op.written.items(), key=lambda item: not item[1].startswith("1/"))
        for residual, text in words:
            name = text.removeprefix("1/")
            operands = [
                Symbol.input("", np.shape(x), x.dtype) if isinstance(x, Symbol) else x for x in node.operands
            ]
            assert node.op.meaning is not None  # the builder of fused rows demands one
            value = node.op.meaning(*operands, **node.params)[1][residual]
            if not name.isidentifier() or not np.ndim(value):
                continue
            name = self._free(name)
            self.taken.add(name)
            letter = Symbol.input(name, value.shape, value.dtype)
            found.append(_Mark(node, residual, name, name != text and text.startswith("1/"), letter))
        return found

    def _wanted(self) -> list[Symbol]:
        wanted = [s for s in self.inputs if s.dtype.kind == "f"]
        if self.given.wrt is not None:
            wanted = [s for s in wanted if s.label in self.given.wrt]
        else:
            ours = set(self.given.values) - set(self.given.facts.unit_rows)
            wanted = [s for s in wanted if s.label in ours or _is_trained(s)]
        if not wanted:
            held = ", ".join(f"{s.label} {shape(s.shape)} of {s.dtype}" for s in self.inputs)
            raise GradientError(
                f"derive: no argument holds floating numbers by which to differentiate: {held}. For an array "
                "of a shape give an example, np.ones((5, 2)); for floating numbers 2.0, not 2"
            )
        return wanted

    def found(self) -> Derived:
        letters = {
            node: Symbol.input(name, node.shape, node.value.dtype) for node, name in self.names.items()
        }
        rooted = letters
        if self.seed is not None:  # the result may be read by its own derivative
            rooted = {**letters, self.root: Symbol.input(self.letter, self.root.shape, self.root.dtype)}
        written = _Written(self.order, rooted, self.marks)
        by_number = {mark.name: (mark.node.number - 0.5, written.marked[mark.name]) for mark in self.marks}
        by_number |= {name: (node.number, written.whole[node]) for node, name in self.names.items()}
        named = {name: x for name, (_, x) in sorted(by_number.items(), key=lambda item: item[1][0])}
        value = written.whole[self.root]
        if not self.given.simplify:
            gradients = self._pulled(written, {})
            own = {str(s.label): gradients.get(s, 0.0) for s in self.wanted}
            inner = {name: gradients.get(node, 0.0) for node, name in reversed(self.names.items())}
            return self._derived(named, value, inner, own)
        short = self._simple(self._pulled(written, {}))
        full, stepwise = short, {}
        if self.names or self.marks:
            full = self._written_out(rooted)
        if self.names:
            uppers = {
                node: Symbol.input(f"∂{self.above}/∂{name}", node.shape, node.value.dtype)
                for node, name in self.names.items()
            }
            stepwise = self._simple(self._pulled(written, uppers))
        inner = {}
        for node, name in reversed(self.names.items()):
            inner[name] = self._shortest(node, short, full, stepwise, inner)
        own = {str(s.label): self._shortest(s, short, full, stepwise, inner) for s in self.wanted}
        marked = {mark.name for mark in self.marks}
        named = {n: self.algebra.simplified(x) if n in marked else self._either(x) for n, x in named.items()}
        return self._derived(named, self._either(value), inner, own)

    def _derived(
        self, named: dict[str, Any], value: Any, inner: dict[str, Any], own: dict[str, Any]
    ) -> Derived:
        return Derived(
            letter=self.letter,
            above=self.above,
            seed=self.seed,
            named=named,
            value=value,
            inner=inner,
            gradients=own,
            inputs=tuple(self.inputs),
            root=self.root,
            shape=self.root.shape,
        )

    def _pulled(self, written: _Written, uppers: Mapping[Node, Symbol]) -> dict[Node, Any]:
        """The gradients of the named values and the inputs, by the rules; `uppers` stand for some of them."""

        def lift(node: Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
            assert isinstance(node, Symbol)  # a trace is made of them
            return (written.shown[node], *written.operands(node)), written.params[node]

        caught: dict[Node, Any] = {}
        for node, upper in uppers.items():

            def catch(g: Any, node: Node = node, upper: Symbol = upper) -> Any:
                caught[node] = g
                return upper

            node.note("hooks", (catch,))
        seed = Symbol.input(self.seed or "1", self.root.shape, self.root.dtype)
        if self.seed is None:
            self.algebra.know(seed, 1.0)
        wanted = {*self.names, *self.wanted}
        try:
            found = pull({self.root: seed}, wanted=wanted, lift=lift)
            if self.seed is None and not self.given.simplify:
                found = {node: _of_one(g, seed) for node, g in found.items()}
        finally:
            for node in uppers:
                assert node.extra is not None  # the hook is there
                del node.extra["hooks"]
        return {**found, **caught}

    def _simple(self, gradients: Mapping[Node, Any]) -> dict[Node, Any]:
        return {node: self._fitting(self.algebra.form(g), g) for node, g in gradients.items()}

    def _fitting(self, form: Any, like: Any) -> Any:
        """The expression of a form; what is the same number everywhere is written as that."""
        built = self.algebra.build(form)
        if not isinstance(built, Symbol):
            return built
        return self.algebra.written(form, like.shape, like.dtype)

    def _written_out(self, letters: Mapping[Node, Symbol]) -> dict[Node, Any]:
        """Everything written out and simplified, and only then the letters put in."""
        full = _Written(self.order, {}, ())
        rules: Rules = {}
        known: list[tuple[float, Symbol, Any]] = [(n.number, x, full.whole[n]) for n, x in letters.items()]
        for i, mark in enumerate(self.marks):
            value = full.params[mark.node][mark.residual]
            place = mark.node.number - 0.5 + i / (2 * len(self.marks))
            known.append((place, mark.letter, 1.0 / value if mark.turned else value))
        for _, letter, whole in sorted(known, key=lambda one: one[0]):
            learn(self.algebra, letter, whole, rules)
        simple = self._simple(self._pulled(full, {}))
        return {node: self.algebra.renamed(g, rules) for node, g in simple.items()}

    # ---- choosing ------------------------------------------------------------------------------------------

    def _shortest(
        self,
        node: Node,
        short: Mapping[Node, Any],
        full: Mapping[Node, Any],
        stepwise: Mapping[Node, Any],
        inner: Mapping[str, Any],
    ) -> Any:
        """The shortest text; one that reads several gradients counts with theirs."""

        def length(expression: Any, upper: bool = False) -> int:
            text = text_length(expression)
            if upper:
                labels = [str(s.label) for s in letters_of(expression)]
                names = [label.rpartition("∂")[2] for label in labels if label.startswith("∂")]
                lines = [text_length(inner[name]) for name in names if name in inner]
                text += sum(lines) if len(lines) > 1 else 0
            return text

        none = 0.0
        best = min((short.get(node, none), full.get(node, none)), key=length)
        step = stepwise.get(node, best)
        return step if length(step, upper=True) < length(best) else best

    def _either(self, expression: Any) -> Any:
        """As it was written, or simplified if that is much shorter."""
        simple = self.algebra.simplified(expression)
        return simple if text_length(simple) < 0.8 * text_length(expression) else expression


def _of_one(g: Any, seed: Symbol) -> Any:
    """A gradient in which the one that arrives is 1; rows that change shapes take an array only."""
    made: dict[Node, Any] = {}
    whole: Any = np.ones(())
    if seed.ndim:
        whole = symbolic(broadcast_to, (whole,), {"shape": seed.shape, "of": 0})
    for node in ancestors([g]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if node.op is None:
            made[node] = node
            continue
        one: Any = 1.0 if node.op.elementwise and not seed.ndim else whole
        operands = [one if x is seed else made[x] if isinstance(x, Symbol) else x for x in node.operands]
        made[node] = symbolic(node.op, operands, node.params)
    return 1.0 if g is seed else made[g]


def _is_trained(symbol: Symbol) -> bool:
    """Whether an input is a Tensor from outside that requires a gradient."""
    captured = (symbol.extra or {}).get("captured")
    return captured is not None and captured.node is not None
