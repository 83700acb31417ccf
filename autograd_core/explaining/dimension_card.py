"""`dimensions`: the card by which one remembers a formula of backpropagation. Its shapes leave no choice.

`(N, K) = (N, L) × (L, K)`: what has to stand on the right of ∂E/∂Y so that the shape of X comes out can only
be Wᵀ. The formula itself is the rule of the row, called on Symbols.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.explaining.asked import read
from autograd_core.explaining.axes import Axes
from autograd_core.explaining.chain import Chain
from autograd_core.explaining.expressions import inputs, substituted
from autograd_core.graphs import Graph, graph
from autograd_core.graphs.records import Node
from autograd_core.symbols import Symbol, latex, slides
from autograd_core.tensor import Tensor

SHORT = 5
"""Formulas up to X · W + b stand on one card."""
PLACES = 0xE000  # Unicode's private letters stand for what gets a shape beside it


@dataclass(frozen=True)
class Part:
    """How one gradient gets its shape.

    name      of the value whose gradient it is
    equation  the shapes: `(N, K) = (N, L) × (L, K)`
    reason    what follows from them: `the right factor must be Wᵀ`
    rule      the formula: `∂E/∂X = ∂E/∂Y · Wᵀ`
    question  equation and formula with the answer left out
    latex     the formula with the shapes below
    """

    name: str
    equation: str
    reason: str
    rule: str
    question: str
    latex: str

    @property
    def answer(self) -> str:
        """What is left out of the question."""
        return f"{self.rule}, for {self.equation}"

    def __str__(self) -> str:
        left = self.rule.partition(" = ")[0]
        return f"{left} has the shape of {self.name}: {self.equation}, so {self.reason}\n    {self.rule}"


@dataclass(frozen=True)
class Card:
    """One result: its formula, the same with shapes, and a part for every value it is made of."""

    name: str
    formula: str
    shapes: str
    latex: str
    parts: tuple[Part, ...]

    @property
    def question(self) -> str:
        """The card with the formulas left out."""
        return "\n".join([self.shapes, *(f"    {p.question}" for p in self.parts)])

    @property
    def answer(self) -> str:
        """The formulas that the question leaves out."""
        return "\n".join(p.answer for p in self.parts)

    def __str__(self) -> str:
        return "\n".join([self.formula, f"    {self.shapes}", *map(str, self.parts)])


@dataclass(frozen=True)
class Dimensions:
    """The shapes of a computation in letters. Made by `ac.dimensions`.

    cards    one per named result, or per operation where no result has a name
    shapes   from every name to the letters of its axes
    sizes    from every letter to its length
    """

    cards: tuple[Card, ...]
    shapes: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self.shapes:
            raise KeyError(f"no value is called {name!r}; the names are: {', '.join(self.shapes)}")
        return self.shapes[name]

    @property
    def question(self) -> str:
        """The cards with the formulas left out: what must stand for the question marks?"""
        return "\n\n".join(card.question for card in self.cards) + self._sizes()

    @property
    def answer(self) -> str:
        """What the question leaves out."""
        return "\n".join(card.answer for card in self.cards)

    @property
    def latex(self) -> str:
        """The formulas with the shapes below, aligned."""
        lines = [line for card in self.cards for line in (card.latex, *(p.latex for p in card.parts))]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def _sizes(self) -> str:
        return "\n" + ", ".join(f"{name} = {n}" for name, n in self.sizes.items()) if self.sizes else ""

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.cards)) + self._sizes()

    def __repr__(self) -> str:
        return f"<Dimensions {', '.join(c.shapes for c in self.cards[:2])}>"

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def dimensions(y: Any, /, names: Any = "auto", axes: Mapping[str, Sequence[str]] | None = None) -> Dimensions:
    """The shapes of a computation in letters, and how they decide the formulas of its gradients.

    Args:
        y: a Tensor, a Graph with one result, or a formula as text.
        names: the names of Tensors, as in `ac.graph`.
        axes: names of axes, `{"X": ("N", "K")}`. They go wherever the axis goes; the others are invented.

    Raises:
        TypeError: if y is none of these.
        ValueError: if y was not recorded, or if names of axes contradict one another or the shapes.
        KeyError: if `axes` names a value that is not there.

    >>> import autograd_core as ac
    >>> X = ac.Tensor(np.ones((64, 784)))
    >>> W = ac.zeros((784, 100), requires_grad=True)
    >>> Y = X @ W
    >>> print(dimensions(Y))
    Y = X · W
        X (N, K) · W (K, L) = Y (N, L)
    ∂E/∂X has the shape of X: (N, K) = (N, L) × (L, K), so the right factor must be Wᵀ
        ∂E/∂X = ∂E/∂Y · Wᵀ
    ∂E/∂W has the shape of W: (K, L) = (K, N) × (N, L), so the left factor must be Xᵀ
        ∂E/∂W = Xᵀ · ∂E/∂Y
    N = 64, K = 784, L = 100
    """
    whole = _graph(y, names)
    outputs = [n for n in whole if n.kind == "output"] or [whole.nodes[-1]]
    first = Chain(whole, outputs[-1], short=SHORT)
    given = {_called(first, name): tuple(letters) for name, letters in (axes or {}).items()}
    named = _axes(first, given)
    shapes = {n: named.shape(x) for n, x in first.expressions.items() if isinstance(x, Symbol)}
    chain = Chain(whole, outputs[-1], shapes=shapes, short=SHORT)
    known = _axes(
        chain, {n: named.of(first.letters[n]) for n in first.letters if _has_letters(named, first, n)}
    )
    writer = _Writer(chain, known, _error(chain))
    telling = [n for n in chain.formulas if _is_telling(chain, n)] or list(chain.formulas)
    cards = tuple(writer.card(n) for n in telling)
    found = {chain.letter(n): known.of(x) for n, x in chain.letters.items()}
    return Dimensions(cards, MappingProxyType(found), MappingProxyType(dict(named.sizes)))


def _graph(y: Any, names: Any) -> Graph:
    if isinstance(y, str):
        return graph(y)
    if isinstance(y, Graph):
        whole: Graph = y.whole()
        return whole
    if not isinstance(y, Tensor):
        raise TypeError(f"dimensions(y): y is a Tensor, a Graph or a formula as text, got {type(y).__name__}")
    if y.node is None:
        raise ValueError(f"no shapes to show: {y.why_no_grad()}")
    return read(y.node, names)[0]


def _called(chain: Chain, name: str) -> Node:
    """The node with this letter."""
    for n in chain.letters:
        if chain.letter(n) == name or n.name == name:
            return n
    letters = ", ".join(chain.letter(n) for n in chain.letters)
    raise KeyError(f"axes: no value is called {name!r}; the names are: {letters}")


def _axes(chain: Chain, given: Mapping[Node, tuple[str, ...]]) -> Axes:
    """The axes of all expressions of a chain, named: first as was asked for, then in reading order."""
    axes = Axes()
    for expression in chain.formulas.values():
        axes.read(expression)
    for node, formula in chain.formulas.items():
        axes.same(chain.letters[node], formula)
    for node, names in given.items():
        axes.name(chain.letters[node], names)
    taken = [chain.letter(n) for n in chain.letters]
    arrays = (x for f in chain.formulas.values() for x in _in_reading_order(f) if x.shape)
    if next(iter([x.ndim for x in arrays]), 0) == 1:
        taken.append("N")  # a single vector is no batch: x (K,)
    for formula in chain.formulas.values():
        for x in _in_reading_order(formula):
            axes.invent(x, taken)
    for x in chain.letters.values():
        axes.invent(x, taken)
    return axes


def _in_reading_order(root: Symbol) -> Iterable[Symbol]:
    """The parts of an expression from left to right, operands before what is made of them."""
    todo: list[tuple[Any, bool]] = [(root, False)]
    seen: set[Symbol] = set()
    while todo:
        x, ready = todo.pop()
        if not isinstance(x, Symbol) or (x in seen and not ready):
            continue
        if ready:
            yield x
            continue
        seen.add(x)
        todo.append((x, True))
        todo += [(operand, False) for operand in reversed(x.operands)]


def _has_letters(axes: Axes, chain: Chain, node: Node) -> bool:
    return bool(axes.of(chain.letters[node]))


def _is_telling(chain: Chain, node: Node) -> bool:
    """Whether a result is worth a card: more than one shape takes part in it."""
    formula = chain.formulas[node]
    shapes = {s.shape for s in inputs(formula)} | {formula.shape}
    return len(shapes) > 1


def _error(chain: Chain) -> str:
    """What is differentiated: the result if it is one number, else an E for any function of it."""
    if chain.root.shape == ():
        return chain.letter(chain.root)
    taken = {chain.letter(n) for n in chain.letters}
    return next(word for word in ("E", "loss", "F", "the error") if word not in taken)


# ---- writing -----------------------------------------------------------------------------------------------


class _Writer:
    """Writes the cards of one computation."""

    def __init__(self, chain: Chain, axes: Axes, error: str) -> None:
        self._chain, self._axes, self._error = chain, axes, error

    def card(self, node: Node) -> Card:
        chain = self._chain
        name, formula = chain.letter(node), chain.formulas[node]
        g: Any = np.float64(1.0)
        if node is not chain.root or node.shape:
            g = Symbol.input(self._gradient(node), chain.shape(node), _floating(node.dtype))
            self._axes.read(g)
            self._axes.same(g, chain.letters[node])
        flows = chain.pulled(node, g)
        # several equal operands are one value
        totals: dict[Node, Any] = {}
        for (source, _), c in flows.items():
            totals[source] = c if source not in totals else totals[source] + c
        order = [chain.nodes_of[x] for x in _in_reading_order(formula) if x.op is None]
        parts = [self._part(x, totals[x], g) for x in order if x in totals]
        shaped = self._shaped(formula, slides)
        return Card(
            name,
            f"{name} = {slides(formula)}",
            f"{shaped} = {name} {self._shape(formula)}" if node.shape else f"{name} = {shaped}",
            f"{self._shaped(formula, latex)} &= {self._under(chain.letters[node])}",
            tuple(parts),
        )

    def _part(self, node: Node, c: Any, g: Any) -> Part:
        letter = self._chain.letters[node]
        self._axes.same(letter, c)
        left = self._gradient(node)
        own = self._shape(letter)
        equation, reason, hidden = self._told(c, g, own)
        rule = f"{left} = {slides(c)}"
        gradient = Symbol.input(left, letter.shape, letter.dtype)
        below = rf"\underset{{{_math(own)}}}{{{latex(gradient)}}}" if node.shape else latex(gradient)
        question = f"{equation[1]}    {left} = {hidden}"
        return Part(
            self._chain.letter(node), equation[0], reason, rule, question, f"{below} &= {self._product(c, g)}"
        )

    def _told(self, c: Any, g: Any, own: str) -> tuple[tuple[str, str], str, str]:
        """The equation of the shapes, whole and with a gap; what follows from it; the formula with a gap."""
        root = _core(c)
        name = root.op.name if isinstance(root, Symbol) and root.op is not None else ""
        upstream = slides(g) if isinstance(g, Symbol) else "1"
        given = self._shape(g)
        if name == "matmul":
            x, y = root.operands
            left, right = self._shape(x), self._shape(y)
            on_right = _reads(x, g)
            factor = slides(y if on_right else x)
            place = "right" if on_right else "left"
            hole = (left, "?") if on_right else ("?", right)
            asked = f"{slides(x)} · ?" if on_right else f"? · {slides(y)}"
            return (
                (f"{own} = {left} × {right}", f"{own} = {hole[0]} × {hole[1]}"),
                f"the {place} factor must be {factor}",
                asked,
            )
        if name == "sum" and _reads(root, g):
            gone = [self._axes.of(root.operands[0])[a] for a in root.params["axis"]]
            inner = self._shape(root.operands[0])
            return (
                (f"{own} from {inner}", f"{own} from {inner}"),
                f"the gradient must be summed over the {_axis(gone)}",
                "?",
            )
        if c is g or root is g:
            return (f"{own} = {given}", f"{own} = {given}"), "the gradient can pass as it is", "?"
        if given == own:
            return (
                (f"{own} = {given} ⊙ {own}", f"{own} = {given} ⊙ ?"),
                "every number has a factor of its own",
                f"{upstream} · ?",
            )
        if name == "multiply" and all(isinstance(x, Symbol) and x.shape != root.shape for x in root.operands):
            x, y = root.operands
            left, right = self._shape(x), self._shape(y)
            factor, place = (x, "left") if _reads(y, g) else (y, "right")
            hole = ("?", right) if place == "left" else (left, "?")
            return (
                (f"{own} = {left} × {right}", f"{own} = {hole[0]} × {hole[1]}"),
                f"the {place} factor must be {slides(factor)}, a column times a row",
                "?",
            )
        old, new = (set(self._axes.of(x)) for x in (g, c))
        missing = [a for a in self._axes.of(c) if a not in old]
        reason = "the gradient must be brought into this shape"
        if name == "transpose":
            reason = "the gradient must be transposed"
        elif missing and old <= new | {"1"}:
            reason = f"the gradient must be spread over the {_axis(missing)}"
        return (f"{own} from {given}", f"{own} from {given}"), reason, "?"

    def _gradient(self, node: Node) -> str:
        return f"∂{self._error}/∂{self._chain.letter(node)}"

    def _shape(self, x: Any) -> str:
        """(N, K); of one axis (L,), as Python writes it."""
        words = self._axes.of(x)
        return f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"

    def _shaped(self, expression: Any, printer: Any) -> str:
        """A formula with the shape beside, or below, each letter of an array."""
        letters = [s for s in inputs(expression) if s.shape]
        holes = {s: Symbol.input(chr(PLACES + k), s.shape, s.dtype) for k, s in enumerate(letters)}
        text: str = printer(substituted(expression, holes))
        for k, s in enumerate(letters):
            word = self._under(s) if printer is latex else f"{s.label} {self._shape(s)}"
            text = text.replace(chr(PLACES + k), word)
        return text

    def _under(self, x: Symbol) -> str:
        return rf"\underset{{{_math(self._shape(x))}}}{{{latex(x)}}}" if x.shape else latex(x)

    def _product(self, c: Any, g: Any) -> str:
        """A formula in LaTeX, with the shapes below both factors where it is a product of matrices."""
        root = _core(c)
        if isinstance(root, Symbol) and root.op is not None and root.op.name == "matmul" and c is root:
            x, y = root.operands
            if all(z.op is None or z.op.name == "transpose" for z in (x, y) if isinstance(z, Symbol)):
                return rf"{self._under(x)} \cdot {self._under(y)}"
        return self._shaped(c, latex)


def _core(c: Any) -> Any:
    """An expression without what only moves its numbers about."""
    while (
        isinstance(c, Symbol) and c.op is not None and c.op.name in ("reshape", "squeeze", "expand", "astype")
    ):
        c = c.operands[0]
    return c


def _reads(expression: Any, g: Any) -> bool:
    return isinstance(g, Symbol) and any(s is g for s in inputs(expression))


def _axis(names: Sequence[str]) -> str:
    return f"{'axis' if len(names) == 1 else 'axes'} {', '.join(names)}"


def _floating(dtype: Any) -> Any:
    return dtype if np.dtype(dtype).kind == "f" else np.dtype(np.float64)


def _math(shape: str) -> str:
    return shape.replace(" ", r"\,").replace("_", r"\_").replace("·", r"\cdot ")
