"""`explain`: the chain rule from a result to one of its values, in letters, formulas and numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core.explaining.asked import called, name_of, read
from autograd_core.explaining.assumed import assumptions
from autograd_core.explaining.chain import Chain
from autograd_core.explaining.expressions import inputs, size
from autograd_core.explaining.lines import SKIPPED, Line, Writer, as_result, derive, sweep, with_numbers
from autograd_core.explaining.routes import (
    LISTED,
    LISTED_STEPS,
    WORDS,
    Count,
    Route,
    contribution_of,
    counted,
    listed,
    product_text,
)
from autograd_core.graphs import Graph, graph
from autograd_core.graphs.drawing.text import padded, width
from autograd_core.graphs.snapshot.numerals import plural, shape
from autograd_core.graphs.snapshot.reading import kept
from autograd_core.graphs.snapshot.records import LEAVES, Node
from autograd_core.node import ancestors
from autograd_core.symbols import latex, slides
from autograd_core.tensor import Tensor

COLUMNS = 100
OTHERS = ("x", "u", "w", *(f"x{k}" for k in range(1, 10_000)))
"""What a Tensor is called that has no name and is no part of the graph."""
LEGEND = 16
"""So many formulas stand below an explanation; of more than these, the first and the last."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """How a result depends on one of its values. Made by `ac.explain`.

    value    the derivative: a number or a read-only array; None where values are not known
    lines    the derivation as text, line by line
    routes   the ways from the result to the value; empty where there are too many to list
    count    how many there are, and what going through them one by one would cost
    latex    the derivation as an aligned block
    legend   the formulas of the letters
    notes    what is to be said besides
    """

    value: Any
    lines: tuple[str, ...]
    routes: tuple[Route, ...]
    count: Count
    latex: str
    legend: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    heading: str = ""

    def __str__(self) -> str:
        blocks = [self.heading] if self.heading else []
        if len(self.routes) > 1:
            first = max(width(str(r)) for r in self.routes)
            rows = [(f"    {padded(str(r), first)}   {r.product}", _ending(r.value)) for r in self.routes]
            second = max(width(text) for text, _ in rows)
            wide = second + max(width(end) for _, end in rows) > COLUMNS
            blocks += [f"{text if wide else padded(text, second)}{end}".rstrip() for text, end in rows]
        text = "\n".join(blocks + list(self.lines))
        if self.legend:
            text += "\n" + _wrapped("where ", self.legend)
        return "\n".join([text, *self.notes])

    def __repr__(self) -> str:
        return f"<Explanation {self.lines[0] if self.lines else ''}, {plural(self.count.routes, 'route')}>"

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self) -> str:
        """For notebooks: routes and notes as text, the derivation as formulas."""
        words = [_plain(self.heading)] if self.heading else []
        words += [
            f"* {_plain(str(r))}: {_plain(r.product)}{_ending(r.value)}"
            for r in self.routes[1:] and self.routes
        ]
        words += ["", self._repr_latex_(), ""]
        words += [_plain("where " + ", ".join(self.legend))] if self.legend else []
        return "\n".join([*words, *map(_plain, self.notes)])


def explain(
    z: Any, x: Any, /, names: Any = "auto", *, assume: Mapping[str, str] | None = None, **values: Any
) -> Explanation:
    """The chain rule from z to x: every route, every rule, every number.

    Of single numbers the derivation is one sum of products over the routes, in which formulas take the place
    of letters until only inputs remain. Of arrays it goes value by value backwards from the result.

    Args:
        z: one number: a Tensor, a Graph, or a formula as text.
        x: a Tensor, or its name.
        names: the names of Tensors, as in `ac.graph`.
        assume: what is known of inputs that are single numbers: {"t": "1 − s"}. It is used where the
            derivation is simplified, and said.
        values: of the names in a formula as text, as in `ac.graph`.

    Where letters cancel, lines are equal wherever both are defined: `x · y/y` is written x, also at y = 0.

    Raises:
        TypeError: if z or x is nothing that can be explained, or for values of anything but a text.
        ValueError: if z is not one number, was not recorded, or if something is assumed that is not so.
        KeyError: if nothing is called x.

    >>> import autograd_core as ac
    >>> a, x, y = ac.leaves(a=2, x=3, y=4)
    >>> s = a * x
    >>> t = s - y
    >>> z = t**2
    >>> print(explain(z, x))
    z ← t ← s ← x
    ∂z/∂x = dz/dt · ∂t/∂s · ∂s/∂x
          = 2t · 1 · a
          = 2at
          = 2a(s − y)
          = 2a(ax − y)
          = 2 · 2 · (2 · 3 − 4)
          = 8
    where s = a · x, t = s − y, z = t²
    >>> print(explain("z = z(u, v); u = u(x); v = v(x)", "x").lines[0])
    dz/dx = ∂z/∂u · du/dx + ∂z/∂v · dv/dx
    """
    if isinstance(z, str):
        z = graph(z, *([values] if values else []), names=names)
    elif values:
        raise TypeError(
            f"explain(z, x) has no setting {next(iter(values))!r}; only a formula as text has values"
        )
    whole, start, why = _found(z, x, names)
    root = _root(whole)
    if start is not None and root is start:
        return _itself(whole, root)
    chain = Chain(whole, root, start)
    if start is None or root not in chain.steps:
        return _nothing(chain, x, start, why, names)
    return _explained(whole, chain, assume)


# ---- what is asked -----------------------------------------------------------------------------------------


def _found(z: Any, x: Any, names: Any) -> tuple[Graph, Node | None, str]:
    """The graph, the node of x in it, and if there is none why."""
    if not isinstance(x, Tensor | str):
        raise TypeError(f"explain(z, x): x is a Tensor or its name, got {type(x).__name__}")
    if isinstance(z, Graph):
        z = z.whole()
        return z, called(z, x, names), ""
    if not isinstance(z, Tensor):
        raise TypeError(f"explain(z, x): z is a Tensor, a Graph or a formula as text, got {type(z).__name__}")
    if z.node is None:
        raise ValueError(f"nothing to explain: {z.why_no_grad()}")
    _one_number(z.shape, z.name)
    whole, snapshot = read(z.node, names)
    if isinstance(x, str):
        return whole, whole[x], ""
    start = snapshot.of(x.node or x._leaf)
    if start is None and x.node is not None and z.node in ancestors([x.node]):
        z_name, x_name = name_of(z, names) or "z", name_of(x, names) or "x"
        why = f"{z_name} is an input of {x_name}; did you mean ac.explain({x_name}, {z_name})?"
        return whole, start, why
    return whole, start, x.why_no_grad() if start is None and not x.requires_grad else ""


def _root(whole: Graph) -> Node:
    outputs = [n for n in whole if n.kind == "output"]
    if len(outputs) > 1:
        called = ", ".join(n.name or n.formula or "" for n in outputs)
        raise ValueError(f"explain(z, x): one result is explained, this graph has {len(outputs)}: {called}")
    (root,) = outputs or whole.nodes[:1]
    _one_number(root.shape, root.name)
    return root


def _one_number(sizes: tuple[int, ...], name: str | None) -> None:
    if sizes != ():
        called = name or "z"
        raise ValueError(
            f"explain(z, x): z is one number, {called} has the shape {shape(sizes)}. Explain a sum of it, "
            f"({called} * g).sum() with the gradient g that arrives at {called}, or one number of it"
        )


# ---- answers -----------------------------------------------------------------------------------------------


def _explained(whole: Graph, chain: Chain, assume: Mapping[str, str] | None) -> Explanation:
    root, start = chain.root, chain.start
    assumed = assumptions(chain, assume)
    assert start is not None  # there is a way to it
    count = counted(chain)
    values, gradients, notes = _numbers(whole, root)
    for one in assumed:
        one.check(chain, values)
    notes = (*(f"assumed: {one}" for one in assumed), *notes)
    value = gradients.get(start)
    if value is None and values:
        value = np.zeros(start.shape, start.dtype)
    ways = listed(chain) if count.routes <= LISTED and count.factors <= LISTED_STEPS else []
    single = all(n.shape == () for n in chain.reached)
    writer = Writer()
    if single and ways and count.factors <= WORDS:
        expression = derive(writer, chain, ways, chain.label)
        if values:
            with_numbers(writer, chain, expression, values)
    else:
        sweep(writer, chain, values, gradients)
    if value is not None:
        text = as_result(value, slides)
        writer.add_text(text, as_result(value, latex))
    seed = np.ones((), root.dtype)
    routes = tuple(
        Route(
            (root, *(s.source for s in steps)),
            steps,
            product_text(steps, single),
            kept(contribution_of(steps, values, seed)) if values else None,
        )
        for steps in ways
    )
    return Explanation(
        kept(value),
        _columns(writer.lines),
        routes,
        count,
        _aligned(writer.lines),
        _legend(chain, writer.lines),
        notes,
        _heading(chain, count, routes),
    )


def _numbers(whole: Graph, root: Node) -> tuple[dict[Node, Any], dict[Node, Any], tuple[str, ...]]:
    """All values and gradients, as far as they are known, and what is to be said of it."""
    tape = whole._tape
    try:
        values, gradients = tape.gradients({root: np.ones((), root.dtype)})
    except ValueError as error:
        unknown = [n for n in whole if n.kind in LEAVES and n.value is None and n not in tape.held]
        text = str(error) if not unknown or all(n.shape == () for n in unknown) else ""
        abstract = any(n.kind == "operation" and n.value is None for n in whole) and all(
            n.shape == () for n in whole
        )
        return {}, {}, () if abstract else (f"values: – ({text or error})",)
    return values, gradients, ()


def _heading(chain: Chain, count: Count, routes: tuple[Route, ...]) -> str:
    z, x = chain.letter(chain.root), chain.letter(chain.start) if chain.start is not None else ""
    if count.routes == 1 and routes:
        return str(routes[0])
    if routes:
        return f"{z} reaches {x} on {count.routes} routes:"
    if count.routes <= LISTED:
        return f"{z} reaches {x} on {plural(count.routes, 'route')} of {count.factors:,} steps together."
    return (
        f"{z} reaches {x} on {_many(count.routes)} routes; forward enumeration would multiply "
        f"{_many(count.factors)} local derivatives, the reverse sweep needs {count.steps:,}: that is why "
        "reverse accumulation exists."
    )


def _many(n: int) -> str:
    """A count, a very large one by its first digits: 1.27e30."""
    if n < 10**15:
        return f"{n:,}"
    digits = len(str(n)) if n < 10**4000 else int(n.bit_length() * 0.30103) + 1
    return f"about 10^{digits - 1}"


def _nothing(chain: Chain, x: Any, start: Node | None, why: str, names: Any) -> Explanation:
    """The derivative is zero because no way leads there."""
    z = chain.letter(chain.root)
    name = chain.letter(start) if start is not None else x if isinstance(x, str) else name_of(x, names)
    called, taken = name, chain.labels
    if name is None or (start is None and name in taken):
        name = next(letter for letter in OTHERS if letter not in taken)
        called = f"{name}, the Tensor that was given"
    if start is None:
        reason = why or f"no recorded operation leads from {name} to {z}"
        sizes, dtype = x.shape, x.dtype
    else:
        sizes, dtype = start.shape, start.dtype
        if not start.differentiable:
            reason = f"{name} is a constant of this graph: it requires no gradient"
            if start.dtype.kind != "f":
                reason = f"{name} holds {start.dtype} numbers; only floating numbers have gradients"
        else:
            reason = f"every way from {name} ends at an operation without a derivative"
    value = np.zeros(sizes, dtype if np.dtype(dtype).kind == "f" else np.float64)
    label = f"∂{z}/∂{name}"
    writer = Writer()
    writer.start(label)
    writer.add_text("0", "0")
    note = f"for backward() {z} does not depend on {called}: {reason}"
    return Explanation(
        kept(value), _columns(writer.lines), (), Count(0, 0, 0), _aligned(writer.lines), notes=(note,)
    )


def _itself(whole: Graph, root: Node) -> Explanation:
    """dz/dz."""
    writer = Writer()
    name = root.name or "z"
    writer.start(f"d{name}/d{name}")
    writer.add_text("1", "1")
    one = np.ones((), root.dtype)
    return Explanation(kept(one), _columns(writer.lines), (), Count(1, 0, 0), _aligned(writer.lines))


# ---- text --------------------------------------------------------------------------------------------------


def _columns(lines: Iterable[Line]) -> tuple[str, ...]:
    """Lines with their signs below one another, block by block."""
    texts: list[str] = []
    left = 0
    for line in lines:
        left = width(line.left) or left
        texts.append(f"{padded(line.left, left)} = {line.right}" if line.right != SKIPPED else SKIPPED)
    return tuple(texts)


def _aligned(lines: Iterable[Line]) -> str:
    rows = [f"{x.latex_left} &= {x.latex_right}" if x.right != SKIPPED else r"&\;\vdots" for x in lines]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _legend(chain: Chain, lines: Sequence[Line]) -> tuple[str, ...]:
    """The formulas of the letters on the ways and of those they are made of, oldest first."""
    read = {x for f in chain.formulas.values() for x in inputs(f)}
    read |= {x for line in lines for x in inputs(line.expression)}
    constants = [n for n, x in chain.letters.items() if n.kind == "const" and not n.name and x in read]
    texts = [
        f"{chain.letter(n)} = {'–' if n.value is None else as_result(n.value, slides)}" for n in constants
    ]
    texts += [f"{chain.letter(n)} = {_formula(f)}" for n, f in chain.formulas.items()]
    residuals = chain.residuals.meanings({str(x.label) for x in read})
    texts += [f"{letter} = {_formula(meaning)}" for letter, meaning in residuals.items()]
    if len(texts) > LEGEND:
        texts = [*texts[: LEGEND // 2], "…", *texts[-LEGEND // 2 :]]
    return tuple(texts)


def _formula(expression: Any) -> str:
    return slides(expression) if size(expression) < 4 * COLUMNS else "…"


def _wrapped(first: str, words: Iterable[str]) -> str:
    lines, line = [], first
    listed_words = list(words)
    for k, word in enumerate(listed_words):
        piece = word + (", " if k + 1 < len(listed_words) else "")
        if width(line) + width(piece.rstrip()) > COLUMNS and line.strip():
            lines.append(line.rstrip())
            line = " " * len(first)
        line += piece
    return "\n".join([*lines, line.rstrip()])


def _ending(value: Any) -> str:
    return "" if value is None or np.size(value) > 6 else f"   = {as_result(value, slides)}"


def _plain(text: str) -> str:
    """Text in Markdown in which no sign means anything."""
    for sign in "\\`*_{}[]<>#|$":
        text = text.replace(sign, f"\\{sign}")
    return text
