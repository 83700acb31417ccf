"""Writes the cards of a computation: which shapes meet in the formula of a gradient, and what follows."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd_core.explaining.cards import Card, Part
from autograd_core.explaining.chain import Chain
from autograd_core.explaining.expressions import inputs, is_number, size, substituted
from autograd_core.graphs.axes.classes import Axes
from autograd_core.graphs.snapshot.records import Node
from autograd_core.symbols import Symbol, latex, slides

PLACES = 0xE000  # Unicode's private letters stand for what gets a shape beside it
LONGEST = 150
"""A formula of more letters and operations, as of a whole recurrent layer, shows nothing about shapes."""


class Writer:
    """Writes the cards of one computation."""

    def __init__(self, chain: Chain, axes: Axes, error: str) -> None:
        self._chain, self._axes, self._error = chain, axes, error

    def card(self, node: Node, alone: bool = False) -> Card:
        """The card of one result; `alone` leaves out its gradients."""
        name, formula = self._chain.letter(node), self._chain.formulas[node]
        parts, note = ([], "") if alone else self._parts(node)
        shaped = self._shaped(formula, slides)
        return Card(
            name,
            f"{name} = {slides(formula)}",
            f"{shaped} = {name} {self._shape(formula)}" if node.shape else f"{name} = {shaped}",
            f"{self._shaped(formula, latex)} &= {self._under(self._chain.letters[node])}",
            tuple(parts),
            note,
        )

    def _parts(self, node: Node) -> tuple[list[Part], str]:
        """The gradients, or why there are none."""
        chain = self._chain
        g: Any = np.float64(1.0)
        if node is not chain.root or node.shape:
            g = Symbol.input(self._gradient(node), chain.shape(node), _floating(node.dtype))
            self._axes.read(g)
            self._axes.same(g, chain.letters[node])
        totals: dict[Node, Any] = {}
        try:
            for (source, _), c in chain.pulled(node, g).items():
                # several equal operands are one value
                totals[source] = c if source not in totals else totals[source] + c
            totals, legend = self._explained(totals)
        except Exception:  # a rule of the user's own may refuse letters in any way it likes
            rows = ", ".join(dict.fromkeys(str(op.op) for op in chain.region(node)))
            return [], f"the gradients cannot be written: not every rule takes letters (in use: {rows})"
        order = [chain.nodes_of[x] for x in in_reading_order(chain.formulas[node]) if x.op is None]
        asked = [x for x in order if x in totals]
        long = [self._gradient(x) for x in asked if size(totals[x]) > LONGEST]
        note = f"too long to be written here: {', '.join(long)}" if long else legend
        return [self._part(x, totals[x], g) for x in asked if size(totals[x]) <= LONGEST], note

    def _explained(self, totals: dict[Node, Any]) -> tuple[dict[Node, Any], str]:
        """Formulas in which no letter of a row is that of another axis, and what such letters are."""
        nodes = self._chain.nodes_of
        read = [s for s in dict.fromkeys(x for c in totals.values() for x in inputs(c)) if s not in nodes]
        if not read:
            return totals, ""
        meanings = self._chain.residuals.meanings({str(s.label) for s in read})
        taken = self._chain.labels | {str(s.label) for s in read}
        new: dict[Symbol, Any] = {}
        words: dict[str, str] = {}
        for s in read:
            label = str(s.label)
            length = self._axes.sizes.get(label)
            if label not in meanings or (length is not None and is_number(meanings[label], length)):
                continue
            if length is not None:
                # the N of a mean over all labels is n where N is the number of examples
                label = label.lower() if label.lower() not in taken else f"{label}′"
                new[s] = Symbol.input(label, s.shape, s.dtype)
            words[label] = slides(meanings[str(s.label)])
        changed = {n: substituted(c, new) for n, c in totals.items()}
        return changed, f"where {', '.join(f'{k} = {v}' for k, v in words.items())}" if words else ""

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
        if name == "matmul" and _reads(root, g):
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
            gone = [name for name in gone if name != "1"]
            inner = self._shape(root.operands[0])
            return (
                (f"{own} from {inner}", f"{own} from {inner}"),
                f"the gradient must be summed over the {_axis(gone)}"
                if gone
                else "the gradient must be summed",
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


def in_reading_order(root: Symbol) -> Iterable[Symbol]:
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
