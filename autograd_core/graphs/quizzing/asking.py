"""What a quiz asks: the place, what may be typed there, what is right, and what usual mistakes look like.

Right answers and mistakes are numbers: what the rules of the rows give at every point.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_core.graphs.drawing.flow import Flow
from autograd_core.graphs.quizzing.arithmetic import evaluated
from autograd_core.graphs.quizzing.grammar import SlipError, read
from autograd_core.graphs.quizzing.known import Known, Names, short
from autograd_core.graphs.quizzing.points import Points
from autograd_core.graphs.quizzing.words import Words
from autograd_core.graphs.snapshot.numerals import number
from autograd_core.graphs.snapshot.partials import HOLE, Partials, without_hole
from autograd_core.graphs.snapshot.records import Edge, Node, results
from autograd_core.symbols import Symbol, gradient, slides

NOTHING = 1e-9
"""What is smaller came of rounding."""

Mistake = tuple[str, str, list[Any]]
"""What kind, of what, and its numbers at every point."""


@dataclass(frozen=True)
class Question:
    """One empty box.

    place     the id of what is left out in the picture
    number    from 1, in the order of the computation
    asked     what stands on the left of the answer: ∂t/∂s
    spoken    the same in words
    formula   what belongs there, `2t`
    worth     its number, 4; "" of arrays
    names     from what may be typed to the number of a variable
    right     the right numbers, at every point
    mistakes  what usual mistakes give there
    hints     from the vague to the plain
    hole      the variable of the arriving gradient, if a factor alone may be typed
    sizes     of shapes: the letters of lengths
    """

    place: str
    number: int
    asked: str
    spoken: str
    formula: str
    worth: str = ""
    names: Names = field(default_factory=dict)
    right: Sequence[Any] = ()
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    hole: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def answer(self) -> str:
        """What would have stood in the box: `2t = 4`."""
        return " = ".join(dict.fromkeys(text for text in (self.formula, self.worth) if text))


def asked_locals(graph: Any, flow: Flow, points: Points, known: Known, words: Words) -> list[Question]:
    """A question for every local derivative that is drawn as a chip."""
    place = {id(e): i for i, e in enumerate(graph.edges)}
    return [
        _local(e, place, graph, flow, points, known, words)
        for e in graph.edges
        if e.argument is not None and flow.chip(e) is not None
    ]


def _local(
    e: Edge, place: Mapping[int, int], graph: Any, flow: Flow, points: Points, known: Known, words: Words
) -> Question:
    op, x = e.target, e.source
    result = results(graph.nodes, op)[0]
    names, written = known.around(e, result)
    one = not x.shape and not result.shape
    at = place[id(e)]

    def rule(upstream: Callable[[Any], Any]) -> list[Any]:
        return _everywhere(points, lambda p: p.contribution(at, upstream(p)))

    accumulated = rule(lambda p: p.gradients[result.number])
    ones = rule(lambda p: np.ones(result.shape))
    right = ones if one else accumulated
    mistakes: list[Mistake] = []
    if one:
        mistakes.append(("accumulated", _root(known, x), accumulated))
    mistakes += _others(e, op, graph, place, points, result, one)
    mistakes.append(("value", short(result), _everywhere(points, lambda p: p.values.get(result.number))))
    mistakes.append(("operand", short(x), _everywhere(points, lambda p: p.values.get(x.number))))
    mistakes += _dropped(e.derivatives.factor(e) if one and e.derivatives else None, names, known)
    if not one:
        mistakes.append(("passed", "", _everywhere(points, lambda p: p.gradients.get(result.number))))
    chip = flow.chip(e)
    assert chip is not None  # the caller has looked
    text = _lettered(e, result, written) if not one else chip.symbol or chip.number
    left = chip.left or _left(x, result)
    above, below = words.called(result), words.called(x)
    spoken = words.say("local" if one else "rule", of=above, by=below)
    asked = left if one else words.say("back", by=_plain(x))
    hints = [words.say("operation", op=op.symbol or op.op or "", formula=result.formula or "…")]
    extra = [f"{w} = {v.formula or '…'}" for v, w in written.items() if not v.name]
    used = [w for w in names if _reads(text, w)]
    hints += [words.say("stands for", what=", ".join(extra))] if extra else []
    hints += [words.say("shape of", name=_plain(x), shape=str(x.shape))] if not one else []
    hints.append(words.say("uses", names=", ".join(used)) if used else words.say("uses none"))
    return Question(
        place=f"d-{op.number}-{e.argument}",
        number=0,
        asked=asked,
        spoken=spoken,
        formula=text,
        worth=chip.number if one else "",
        names=names,
        right=right,
        mistakes=_known(mistakes),
        hints=hints,
        hole=None if one else names.get(HOLE),
    )


def _others(
    e: Edge,
    op: Node,
    graph: Any,
    place: Mapping[int, int],
    points: Points,
    result: Node,
    one: bool,
) -> list[Mistake]:
    """The derivatives with respect to the other operands."""
    found: list[Mistake] = []
    for other in graph.edges:
        if other.target is not op or other is e or other.argument is None or other.source is e.source:
            continue
        if other.local is None:
            continue
        at = place[id(other)]
        numbers = _everywhere(
            points,
            lambda p, at=at: p.contribution(at, np.ones(()) if one else p.gradients[result.number]),  # type: ignore[misc]
        )
        found.append(("other", _plain(other.source), numbers))
    return found


def asked_gradients(
    graph: Any, cards: Sequence[Node], flow: Flow, points: Points, known: Known, words: Words
) -> list[Question]:
    """A question for the gradient of every card."""
    place = {id(e): i for i, e in enumerate(graph.edges)}
    found = []
    for n in cards:
        if n.number in points.points[0].gradients and n.differentiable:
            found.append(_gradient(n, place, graph, flow, points, known, words))
    return found


def _gradient(
    n: Node, place: Mapping[int, int], graph: Any, flow: Flow, points: Points, known: Known, words: Words
) -> Question:
    met = flow.meeting(n)
    ends = [results(graph.nodes, e.target)[0] for e in met]
    names, written, holes = known.at(n, list(zip(met, ends, strict=True)))
    one = not n.shape and not any(r.shape for r in ends)
    right = _everywhere(points, lambda p: p.gradients[n.number])
    mistakes: list[Mistake] = []
    for e, result in zip(met, ends, strict=True):
        at, r = place[id(e)], result.number
        share = _everywhere(points, lambda p, at=at, r=r: p.contribution(at, p.gradients[r]))  # type: ignore[misc]
        if len(met) > 1:
            mistakes.append(("route", words.called(result), share))
        ones = _everywhere(
            points,
            lambda p, at=at, s=result.shape: p.contribution(at, np.ones(s)),  # type: ignore[misc]
        )
        mistakes.append(("local only", words.called(result), ones))
        up = _everywhere(points, lambda p, r=r: p.gradients[r])  # type: ignore[misc]
        mistakes.append(("inner", words.called(result), up))
    mistakes.append(("value", short(n), _everywhere(points, lambda p: p.values.get(n.number))))
    for e in met:
        for x in e.target.inputs:
            if (
                x is not n
                and x.kind != "const"
                and x.number in points.points[0].gradients
                and x.shape == n.shape
            ):
                numbers = _everywhere(points, lambda p, i=x.number: p.gradients[i])  # type: ignore[misc]
                mistakes.append(("gradient of", words.called(x), numbers))
    derivative = flow.derivative(n)
    if one:
        formula = flow.product(n)
        mistakes += _dropped((flow._products or {}).get(n), names, known)
    else:
        rules = [_lettered(e, r, written, holes.get(r, HOLE)) for e, r in zip(met, ends, strict=True)]
        known_all = rules and all(rules)
        formula = " + ".join(rules) if known_all else flow.rule(n).rpartition(" = ")[2] or "1"
    worth = number(n.grad) if one and n.grad is not None else ""
    if one and not met:
        formula = ""
    hints = []
    if not met:
        hints.append(words.say("seed"))
    elif len(met) > 1:
        hints.append(words.say("meet", count=str(len(met)), what=", ".join(words.called(r) for r in ends)))
    else:
        hints.append(words.say("one way", of=words.called(ends[0])))
    for e in met:
        if e.rule and e.local:
            hints.append(words.say("factor there", local=e.local, op=e.target.symbol or e.target.op or ""))
    if n.shape:
        hints.append(words.say("shape of", name=_plain(n), shape=str(n.shape)))
    extra = [f"{w} = {v.formula or '…'}" for v, w in written.items() if not v.name]
    extra += [f"{hole}: {words.say('gradient', of=words.called(r))}" for r, hole in holes.items()]
    if extra:
        hints.append(words.say("stands for", what=", ".join(extra)))
    return Question(
        place=f"v-{n.number}",
        number=0,
        asked=derivative if derivative != "grad" else f"grad {_bracketed(n)}",
        spoken=words.say("gradient", of=words.called(n)),
        formula=formula,
        worth=worth or ("" if formula else "1"),
        names=names,
        right=right,
        mistakes=_known(mistakes),
        hints=hints,
    )


# ---- numbers -----------------------------------------------------------------------------------------------


def _everywhere(points: Points, number_at: Callable[[Any], Any]) -> list[Any]:
    return [number_at(p) for p in points.points]


def _known(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Mistakes whose numbers are known everywhere, and not 0, which is no sign of any mistake."""
    known = [m for m in mistakes if all(x is not None for x in m[2])]
    return [m for m in known if any(np.abs(x).max(initial=0.0) > NOTHING for x in m[2])]


def _dropped(product: Any, names: Names, known: Known) -> list[Mistake]:
    """What is left of a product where a factor is forgotten."""
    factors = _factors(product)
    if len(factors) < 2:
        return []
    found: list[Mistake] = []
    for i, (text, is_number) in enumerate(factors):
        if is_number:
            continue  # a forgotten number is called so by its size
        rest = " · ".join(f"({t})" for k, (t, _) in enumerate(factors) if k != i)
        try:
            tree = read(rest, names)
            count = len(known.variables[0]) if known.variables else 0
            values = [evaluated(tree, [v[k] for v in known.variables]) for k in range(count)]
        except SlipError:
            continue
        found.append(("missing", text, values))
    return found


def _factors(x: Any) -> list[tuple[str, bool]]:
    """The factors of a product, from the left, and whether each is a plain number."""
    found: list[tuple[str, bool]] = []
    stack = [] if x is None else [x]
    while stack:
        y = stack.pop()
        name = y.op.name if isinstance(y, Symbol) and y.op is not None else ""
        if name == "multiply":
            stack += reversed(y.operands)
        elif name == "divide":
            found.append((f"1/({slides(y.operands[1])})", not isinstance(y.operands[1], Symbol)))
            stack.append(y.operands[0])
        elif name == "negative":
            found.append(("−1", True))
            stack.append(y.operands[0])
        elif isinstance(y, Symbol) or y != 1:
            found.append((slides(y), not isinstance(y, Symbol)))
    return found


# ---- texts -------------------------------------------------------------------------------------------------


def _plain(n: Node) -> str:
    return short(n) or n.formula or n.kind


def _left(x: Node, result: Node) -> str:
    return f"∂{_bracketed(result)}/∂{_bracketed(x)}"


def _bracketed(n: Node) -> str:
    text = _plain(n)
    return text if n.name else f"({text})" if len(text) <= 16 else "(…)"


def _root(known: Known, x: Node) -> str:
    return f"∂{known.root}/∂{_plain(x)}" if known.root else ""


def _reads(text: str, name: str) -> bool:
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(c.isalpha() and c != "ᵀ" for c in around):
            return True
        at = text.find(name, at + 1)
    return False


def _lettered(e: Edge, result: Node, written: Mapping[Node, str], hole: str = "") -> str:
    """The rule of arrays with a letter for what is too long or not told apart; with `hole` the whole rule, in
    which the arriving gradient is called so."""
    op, partials = e.target, e.derivatives
    plain = e.local or ""
    if op.members or op.row is None or not isinstance(partials, Partials) or e.argument is None:
        return "" if hole else plain

    def letter(x: Any) -> Any:
        known = isinstance(x, Node) and x in written
        return Symbol.input(written[x], x.shape, x.dtype) if known else partials._written(x)

    operands = [letter(x) for x in op.operands]
    made = letter(result)
    try:
        g = hole or HOLE
        c = gradient(op.row, e.argument, operands, op.params, g=g, result=made, letters=op.row.written)
    except (ValueError, TypeError):
        return "" if hole else plain
    fits = isinstance(c, Symbol) and c.shape == e.source.shape
    if hole:
        return slides(c) if fits else ""
    text = without_hole(slides(c)) if fits else plain
    lettered = any(not n.name and w in text for n, w in written.items())
    return text if "…" in plain or lettered else plain
