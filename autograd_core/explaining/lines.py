"""The lines of an explanation as expressions and words, to be written in Unicode or in LaTeX."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple, Protocol

import numpy as np

from autograd_core.explaining.chain import Chain, Step
from autograd_core.explaining.expressions import factor_text, inputs, product, size, substituted, total
from autograd_core.explaining.lettering import Rules, learn
from autograd_core.graphs.snapshot.numerals import INLINE, inline, number, shape
from autograd_core.graphs.snapshot.records import Node
from autograd_core.symbols import Symbol, latex, slides
from autograd_core.symbols.simplifying import Algebra

LONGEST = 60
"""A formula of more letters and operations is not written out any further."""
WIDE = 160
SIMPLER = 0.8
"""So much shorter is what counts as simpler."""
PLAIN = 60
"""A longer simplified line is not shown before the same with letters."""
WRITTEN_OUT = 400
"""So many letters and operations may be simplified together."""
SHOWN = 24
"""Of more values than this, the first and the last are written."""
SKIPPED = "…"
PLACES = 0xE000  # Unicode's private letters stand for numbers until the text is written


class Printer(Protocol):
    """`slides` or `latex`."""

    def __call__(self, root: Any, *, close: bool = False) -> str: ...


class Line(NamedTuple):
    """One line: the left side, "" if it is that of the line before, and the right side, twice."""

    left: str
    right: str
    latex_left: str
    latex_right: str
    expression: Any = None  # what the right side is, where that is one formula


class Writer:
    """Collects lines; one that says the same as the one before is left out."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._left = Line("", "", "", "")

    def start(self, left: str) -> None:
        """The next line begins with this."""
        self._left = Line(left, left, latex(Symbol.input(left)), "")

    def add(self, write: Callable[[Printer], str], expression: Any = None) -> None:
        """A line, from a function that writes it with a printer."""
        self.add_text(write(slides), write(latex), expression)

    def add_formula(self, expression: Any) -> None:
        """A line that is one formula, written closely."""
        self.add(lambda p: p(expression, close=True), expression)

    def add_text(self, text: str, in_latex: str, expression: Any = None) -> None:
        before = self._left.right if self._left.left else self.lines[-1].right if self.lines else ""
        if text == before:
            return
        self.lines.append(Line(self._left.left, text, self._left.latex_left, in_latex, expression))
        if self._left.left:
            self._left = Line("", "", "", "")

    def drop_detours(self, begun: int) -> None:
        """Leave out lines from this one on that are longer than the one before and the one after."""
        k = begun
        while begun <= k < len(self.lines) - 1:
            before, line, after = (len(x.right) for x in self.lines[k - 1 : k + 2])
            if k and line > before and line > after:
                del self.lines[k]
                k = max(k - 1, begun)  # the one before may stand out now
            else:
                k += 1

    def skip(self) -> None:
        """A mark for lines that are left out."""
        self.lines.append(Line("", SKIPPED, "", SKIPPED))


# ---- numbers: one sum of products --------------------------------------------------------------------------


def derive(writer: Writer, chain: Chain, routes: Sequence[tuple[Step, ...]], left: str) -> Any:
    """Write the sum over the routes: derivatives, rules, then letter after letter its formula.

    Returns the last expression.
    """
    writer.start(left)
    writer.add(lambda p: _sum_of_products([[p(Symbol.input(s.label)) for s in r] for r in routes], p))
    factors = [[s.factor for s in r] for r in routes]
    products = total(prod(r) for r in factors)
    writer.add(lambda p: _sum_of_products([[p(f) for f in r] for r in factors], p), products)
    leaves = {s for n, s in chain.letters.items() if n not in chain.formulas}
    inner = {s for n, s in chain.letters.items() if n in chain.formulas}
    terms = [product(r, leaves, inner) for r in factors]
    expression = total(terms)
    writer.add_formula(expression)
    begun = len(writer.lines)
    while True:
        older = [chain.nodes_of[s] for s in inputs(expression) if s in chain.nodes_of]
        made = [n for n in older if n in chain.formulas]
        if not made:
            break
        newest = max(made, key=lambda n: n.number)
        swapped = substituted(expression, {chain.letters[newest]: chain.formulas[newest]})
        if size(swapped) > LONGEST:
            break
        expression = swapped
        writer.add_formula(expression)
    return _simplify(writer, chain, expression, begun)


def _simplify(writer: Writer, chain: Chain, expression: Any, begun: int) -> Any:
    """Write the expression simpler, if it is, with letters again for what has one: σ(x) − y = ŷ − y.

    Then lines before it that are detours are left out, from the line `begun` on. Returns the last expression.
    """
    found = [_lettered(chain, expression, facts) for facts in (chain.facts or [{}])]
    values = tuple(chain.letter(n) for n in chain.formulas)

    def place(pair: tuple[Any, Any]) -> tuple[int, bool]:
        text = slides(pair[1], close=True)
        return len(text), not text.startswith(values)  # of equal lengths u − s, not t − v

    simple, lettered = min(found, key=place)
    is_known = slides(lettered, close=True) in {line.right for line in writer.lines}
    if is_known or len(slides(lettered)) > SIMPLER * len(slides(expression)):
        return expression
    if len(slides(simple, close=True)) < min(PLAIN, len(writer.lines[-1].right)):
        writer.add_formula(simple)
    writer.add_formula(lettered)
    writer.drop_detours(begun)
    return lettered


def _lettered(chain: Chain, expression: Any, facts: Mapping[Symbol, Any]) -> tuple[Any, Any]:
    """An expression simplified in the inputs, and with the letters of the values again."""
    whole: dict[Symbol, Any] = dict(facts)
    algebra = Algebra()
    rules: Rules = {}
    for node, formula in chain.formulas.items():
        full = substituted(formula, whole)
        if size(full) > WRITTEN_OUT:
            return expression, expression
        whole[chain.letters[node]] = full
        if node is not chain.root:
            learn(algebra, chain.letters[node], full, rules)
    simple = algebra.simplified(substituted(expression, whole))
    lettered = algebra.renamed(simple, rules)
    return simple, lettered if len(slides(lettered)) <= len(slides(simple)) else simple


def _sum_of_products(routes: Sequence[Sequence[str]], printer: Printer) -> str:
    dot = r" \cdot " if printer is latex else " · "
    words = []
    for k, row in enumerate(routes):
        alone = len(row) == 1 and k == 0
        words.append(
            dot.join(w if alone else factor_text(w, leading=not k and not i) for i, w in enumerate(row))
        )
    return " + ".join(words)


def with_numbers(writer: Writer, chain: Chain, expression: Any, values: Mapping[Node, Any]) -> None:
    """The line in which numbers stand for the letters."""
    put_in(writer, expression, {s: values.get(n) for s, n in chain.nodes_of.items()})


def put_in(writer: Writer, expression: Any, known: Mapping[Symbol, Any]) -> None:
    """The line with numbers and small arrays in place of the letters; none if one is unknown or large."""
    letters = inputs(expression)
    values = [known.get(s) for s in letters]
    if any(v is None or np.size(v) > INLINE for v in values):
        return
    holes = {s: Symbol.input(chr(PLACES + k), s.shape, s.dtype) for k, s in enumerate(letters)}
    put = substituted(expression, holes)

    def write(printer: Printer) -> str:
        text = printer(put)
        for k, value in enumerate(values):
            place = chr(PLACES + k)
            text = text.replace(f"({place})", f"({as_result(value, printer)})")  # brackets of its own
            text = text.replace(place, as_operand(value, printer))
        return text

    if len(write(slides)) <= WIDE:
        writer.add(write)


def as_operand(value: Any, printer: Printer) -> str:
    """A number or small array in a formula."""
    text = as_result(value, printer)
    wrapped = np.ndim(value) == 0 and (text[:1] in "−-" or "e" in text)
    return f"({text})" if wrapped else text


def as_result(value: Any, printer: Printer) -> str:
    """A number or array at the end of a line; of a large one its shape."""
    if np.ndim(value) == 0:
        text = number(np.asarray(value).item())
        return text.replace("−", "-").replace("∞", r"\infty") if printer is latex else text
    if np.size(value) > INLINE:
        words = f"array of shape {shape(np.shape(value))}"
        return rf"\text{{{words}}}" if printer is latex else words
    if printer is latex:
        rows = np.atleast_2d(value)
        if rows.ndim == 2:
            body = r" \\ ".join(" & ".join(number(x).replace("−", "-") for x in row) for row in rows)
            return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    return inline(np.asarray(value))


# ---- arrays, and many routes: value by value, newest first -------------------------------------------------


def sweep(writer: Writer, chain: Chain, values: Mapping[Node, Any], gradients: Mapping[Node, Any]) -> None:
    """Write the gradient of every value on the ways, newest first: the sum over the arrows that leave it."""
    upstream: dict[Node, Any] = {chain.root: np.float64(1.0)}
    out: dict[Node, list[Step]] = {}
    for node in sorted(chain.steps, key=lambda n: n.number, reverse=True):
        for step in chain.steps[node]:
            out.setdefault(step.source, []).append(step)
    order = sorted(out, key=lambda n: n.number, reverse=True)
    for k, node in enumerate(order):
        label = chain.derivative(node)
        letter = Symbol.input(label, node.shape, node.dtype)
        if len(order) > SHOWN and SHOWN // 2 <= k < len(order) - SHOWN // 2:
            if k == SHOWN // 2:
                writer.skip()
        else:
            writer.start(label)
            expression = total(s.pulled(upstream[s.target]) for s in out[node])
            writer.add(lambda p: p(expression), expression)  # noqa: B023 - called at once
            if node is chain.start:
                found = {u: gradients.get(n) for n, u in upstream.items() if isinstance(u, Symbol)}
                found.update({u: values.get(n) for u, n in chain.nodes_of.items()})
                put_in(writer, expression, found)
        upstream[node] = letter
