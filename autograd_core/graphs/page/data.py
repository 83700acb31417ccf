"""What the page knows of every node and every step, as data for its script."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.drawing.flow import Flow as Flows
from autograd_core.graphs.drawing.theme import GRADIENT, KINDS, OPERATION
from autograd_core.graphs.folding.composed import Composed
from autograd_core.graphs.page.naming import Whole, key
from autograd_core.graphs.page.pictures import Sight, album, foldable
from autograd_core.graphs.page.protocol import Drawn
from autograd_core.graphs.page.shown import ALL, MOST, WORDS, bracketed, short, shown
from autograd_core.graphs.snapshot import numerals
from autograd_core.graphs.snapshot.formulas import named
from autograd_core.graphs.snapshot.numerals import plural
from autograd_core.graphs.snapshot.records import (
    FROM_GRAD,
    LEAVES,
    NOT_IN_GRAD,
    Edge,
    Node,
    maker,
    results,
)
from autograd_core.symbols import Symbol, slides

HELD = {
    FROM_GRAD: "It need not belong to this graph, whose sweep is not known.",
    NOT_IN_GRAD: "The gradient above is that of this graph's sweep.",
    "accumulated": "More than this graph: it has accumulated.",
    "changed since": "It was changed after the sweep.",
}
"""What is said of a `.grad` that holds another gradient than that of the graph, by the node's `grad_note`."""

MORE = " + …"
"""Behind a sum to which more is to come."""

FEW = 12
"""The operations of a formula that is a title."""

READABLE = 48
"""A longer title is none."""

Data = dict[str, Any]


def called(n: Node) -> str:
    """The name of a value, or how it arose."""
    return _last(n) or n.formula or (short(n.value) if n.value is not None else n.kind)


def _last(n: Node) -> str:
    """The name of a value without its path."""
    return (n.name or "").rpartition(".")[2]


class Flow(NamedTuple):
    """What flows back on one wire in one step."""

    edge: Edge
    upstream: Any
    value: Any
    is_only: bool


class Numbers:
    """The graph with the numbers of its sweep, where they can be known."""

    def __init__(self, recorded: Drawn) -> None:
        self.recorded = self.graph = recorded
        self.swept = False
        if not _is_abstract(recorded):
            try:
                self.graph = recorded.computed()
                self.swept = True
            except (ValueError, TypeError):
                pass  # numbers that were not kept: the page shows what is there

    def views(self) -> tuple[Drawn, Drawn]:
        """The graph without the folds that the page can undo, and as it was asked for; the same one where it
        can undo none."""
        asked = self.graph.redrawn(mode="backward")
        settings = asked.settings
        whole = asked.redrawn(fold=(), expand=(), depth=None)
        paths = foldable(whole.nodes)
        undone = all(isinstance(f, str) and any(fnmatchcase(p, f) for p in paths) for f in settings.fold)
        return (whole, asked) if paths and undone else (asked, asked)


class Reading:
    """One view read: what flows where, with the ids of the page."""

    def __init__(self, numbers: Numbers, whole: Drawn, sight: Sight, names: Whole) -> None:
        self.swept, self.recorded = numbers.swept, numbers.recorded
        self.whole, self.names = whole, names
        self.nodes: tuple[Node, ...] = tuple(sight.drawing.nodes)
        self.id = sight.ids
        self.operations = [n for n in self.nodes if n.kind == "operation" and self.id[n] in sight.shown]
        self.into: dict[Node, list[Edge]] = {op: [] for op in self.operations}
        for e in sight.drawing.edges:
            if e.argument is not None and e.target in self.into:
                self.into[e.target].append(e)
        self.meeting = Counter(e.source for es in self.into.values() for e in es if e.local is not None)
        self.words = Flows(self.nodes, sight.drawing.edges)
        called_so = [_last(n) for n in self.nodes if n.kind != "operation" and n.name]
        self._alike = {last for last, times in Counter(called_so).items() if times > 1}
        self._wires = {(e.target, e.argument): e for e in whole.edges}
        arrays = sum(n.size for n in self.nodes if n.kind != "operation" and 1 < n.size <= MOST)
        self._most = MOST if arrays <= ALL else numerals.INLINE

    def shown(self, x: Any, gradient: bool = False) -> Any:
        """A value as the page has it: in full, if it and all others together are few enough."""
        return shown(x, gradient, self._most)

    def derivative(self, n: Node) -> str:
        """How the gradient of a value is written: `∂E/∂weight`, with its path where several are called so."""
        found, last = self.words.derivative(n), _last(n)
        alike = last in self._alike and found.endswith(f"∂{last}")
        return f"{found.removesuffix(last)}{n.name}" if alike else found

    def seen(self) -> list[Node]:
        """The operations that are drawn, and the values that they take and make."""
        if not self.operations:
            return list(self.nodes)
        around = {n for op in self.operations for n in (op, *op.inputs, *results(self.nodes, op))}
        return [n for n in self.nodes if n in around]

    def result(self, op: Node) -> Node:
        """What an operation made; of several results the first."""
        return self.nodes[op.number + 1]

    def flows(self, op: Node) -> list[Flow]:
        """What flows to the arguments of an operation."""
        upstream = self.result(op).grad
        return [
            Flow(e, upstream, self._contribution(e, upstream), self.meeting[e.source] == 1)
            for e in self.into[op]
            if e.local is not None
        ]

    def _contribution(self, e: Edge, upstream: Any) -> Any:
        if not self.swept or upstream is None:
            return None
        same = self.names.operation.get(key(e.target))
        try:
            with np.errstate(all="ignore"):
                if same is not None:
                    found = self.whole.contribution(self._wires[same, e.argument], upstream)
                elif isinstance(e.derivatives, Composed):
                    found = e.derivatives.contribution(e, upstream)
                else:
                    found = None
        except (ValueError, TypeError):
            return None  # numbers that were not kept
        return None if found is None else np.asarray(found)


def _is_abstract(graph: Drawn) -> bool:
    values = [n for n in graph.nodes if n.kind != "operation"]
    return all(n.value is None for n in values if n.size <= 1) and any(n.size == 1 for n in values)


# ---- nodes -------------------------------------------------------------------------------------------------


def nodes(readings: Sequence[Reading]) -> Data:
    """From ids to what the panel says; what several views show is read from the first."""
    found: Data = {}
    for reading in readings:
        leaves = [n for n in reading.recorded.nodes if n.kind in LEAVES]
        held = {n.origin or 0: n for n in leaves if n.origin is not None}
        for n in reading.seen():
            if reading.id[n] not in found:
                one = (
                    _operation(n, reading)
                    if n.kind == "operation"
                    else _value(n, reading, held.get(n.origin or 0))
                )
                found[reading.id[n]] = one
    return found


def _value(n: Node, reading: Reading, recorded: Node | None) -> Data:
    operation = maker(reading.nodes, n)
    if operation not in reading.into:
        operation = None
    held, why = _held(n, recorded, reading)
    return _known(
        k=n.kind,
        l=called(n),
        n=n.name,
        v=_unkept(n) if n.value is None else reading.shown(n.value),
        g=reading.shown(n.grad, True) if n.grad is not None else _right(reading.words.rule(n)),
        sh=numerals.shape(n.shape) if n.shape else None,
        dt=_dtype(n),
        d=reading.derivative(n),
        f=n.formula,
        m=n.module,
        by=operation and reading.id[operation],
        at=operation and operation.place,
        now=reading.shown(n.now),
        w=reading.shown(n.was),
        gw=reading.shown(n.grad_was, True),
        held=held,
        why=why,
        seed=True if n.kind == "output" else None,
    )


def _held(n: Node, recorded: Node | None, reading: Reading) -> tuple[Any, str]:
    """What `.grad` holds, for the panel, if that is another gradient than the one that is shown; and why."""
    if recorded is None or n.grad is None:
        return None, ""
    if recorded.grad_note == NOT_IN_GRAD:
        return "none", HELD[NOT_IN_GRAD]
    known = reading.swept or not recorded.grad_remark
    if recorded.grad is None or (known and _same(recorded.grad, n.grad)):
        return None, ""
    return reading.shown(recorded.grad), HELD.get(recorded.grad_note, HELD["accumulated"])


def _unkept(n: Node) -> Data | None:
    """What is known of an array whose numbers are not."""
    return {"s": list(n.shape), "dt": str(n.dtype)} if n.shape else None


def _operation(op: Node, reading: Reading) -> Data:
    result = reading.result(op)
    flowing = {f.edge.argument: f for f in reading.flows(op)}
    name = reading.id[op]
    arguments = []
    for e in reading.into[op]:
        flow = flowing.get(e.argument)
        arguments.append(_known(v=reading.id[e.source]) if flow is None else _argument(flow, result, reading))
    return _known(
        k="operation",
        l=op.symbol,
        path=op.name if op.members else None,
        ops=[f"o-{m.number}" for m in reading.names.members(op)] if name.startswith("f") else None,
        sym=op.symbol,
        op=op.op,
        f=op.formula,
        m=op.module,
        at=op.place,
        p=", ".join(f"{key}={_parameter(x)}" for key, x in op.params.items()),
        sh=numerals.shape(op.shape) if op.shape else None,
        dt=_dtype(op),
        r=reading.id[result],
        flows=True if flowing else None,
        a=arguments,
    )


def _argument(flow: Flow, result: Node, reading: Reading) -> Data:
    e = flow.edge
    chip = reading.words.chip(e)
    known = flow.value is not None
    return _known(
        v=reading.id[e.source],
        s=(chip.left if chip else "") or f"∂{_letter(result)}/∂{_letter(e.source)}",
        l=e.local,
        x=reading.shown(e.local_value),
        r=e.rule,
        e=_product(flow),
        c=None if flow.is_only else reading.shown(flow.value, True) if known else _right(e.rule or ""),
    )


def _product(flow: Flow) -> str | None:
    """4 · 2 = 8, where all three are numbers."""
    local, upstream = flow.edge.local_value, flow.upstream
    if flow.value is None or local is None or any(np.ndim(x) for x in (local, upstream, flow.value)):
        return None
    return f"{bracketed(short(upstream))} · {bracketed(short(local))} = {short(flow.value)}"


def _letter(n: Node) -> str:
    text = called(n)
    return f"({text})" if " " in text else text


def _parameter(x: Any) -> str:
    text = " ".join(repr(x).split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _dtype(n: Node) -> str | None:
    return None if n.dtype == np.float64 else str(n.dtype)


def _known(**fields: Any) -> Data:
    return {key: value for key, value in fields.items() if value not in (None, "")}


def _same(x: Any, y: Any) -> bool:
    a, b = np.asarray(x), np.asarray(y)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=True))


def uses(reading: Reading) -> dict[str, list[tuple[str, int]]]:
    """From each value to the operations and arguments that it goes into."""
    found: dict[str, list[tuple[str, int]]] = {}
    for op in reading.operations:
        for i, e in enumerate(reading.into[op]):
            found.setdefault(reading.id[e.source], []).append((reading.id[op], i))
    return found


# ---- steps -------------------------------------------------------------------------------------------------


def steps(reading: Reading) -> list[Data]:
    """Forward in creation order, then backward, newest first; each with its sentence."""
    name = reading.id
    found = [{"o": name[op], "b": 0, "t": forward_words(op, reading.result(op))} for op in reading.operations]
    waiting = reading.meeting.copy()
    sums: dict[Node, Any] = {}
    for op in reversed(reading.operations):
        words, gradients = _backward(op, reading, waiting, sums)
        found.append({"o": name[op], "b": 1, "t": words, "g": gradients})
    return found


def told(n: Node) -> str | None:
    """The value of a node within a sentence."""
    return None if n.value is None else short(n.value)


def forward_words(op: Node, result: Node, said: Callable[[Node], str | None] = told) -> str:
    """`s = a · x = 2 · 3 = 6`; `said` gives the number of a node, None where it is not known."""
    parts = [result.name.rpartition(".")[2]] if result.name else []
    parts.append(op.formula or op.symbol)
    numbers = [_number(x, said) for x in op.operands]
    if op.row is not None and any(isinstance(x, Node) for x in op.operands) and None not in numbers:
        operands = tuple(named(bracketed(text)).expression for text in numbers if text is not None)
        parts.append(slides(Symbol(op.row, operands, dict(op.params), named("z").expression.value)))
    known = said(result) if result.size <= numerals.INLINE else None
    if known is not None:
        parts.append(known)
    elif result.shape:
        parts[-1] += f", {numerals.shape(result.shape)}"
    return " = ".join(dict.fromkeys(parts))


def _number(x: Any, said: Callable[[Node], str | None]) -> str | None:
    """An operand that is a single number; None for others."""
    if isinstance(x, Node):
        return said(x) if x.shape == () else None
    return None if np.ndim(x) else short(x)


def _backward(
    op: Node, reading: Reading, waiting: Counter[Node], sums: dict[Node, Any]
) -> tuple[str, list[Any]]:
    result = reading.result(op)
    words: list[str] = []
    gradients: list[Any] = []
    if result.kind == "output" and (result.grad is not None or not reading.swept):
        seed = "" if result.grad is None else f" = {short(result.grad)}"
        words.append(f"{_derivative(result, reading)}{seed or ' = 1'}")
        gradients.append([reading.id[result]])
    for flow in reading.flows(op):
        source = flow.edge.source
        left = _derivative(source, reading)
        words.append(_added(flow, left))
        waiting[source] -= 1
        if flow.value is not None:
            with np.errstate(all="ignore"):  # ∞ − ∞
                sums[source] = sums[source] + flow.value if source in sums else flow.value
        if not waiting[source]:
            gradients.append([reading.id[source]])
        elif flow.value is None:
            part = f"{_right(flow.edge.rule or '')}{MORE}"
            gradients.append([reading.id[source], f"{left} = {part}", part])
        else:
            total = sums[source]
            gradients.append([reading.id[source], _partial(source, total), reading.shown(total, True)])
    return "; ".join(words) or "no gradient arrives", gradients


def _added(flow: Flow, left: str) -> str:
    product = _product(flow)
    if product is not None:
        return f"{left} += {product}"
    text = _right(flow.edge.rule or "")
    if flow.value is None:
        return f"{left} += {text}"
    if not np.ndim(flow.value):
        return f"{left} += {text} = {short(flow.value)}"
    size = short(flow.value)
    return f"{left} += {text}" + (f", {size}" if size.startswith("mean") else f" = {size}")


def _right(rule: str) -> str:
    """What a gradient is, without which one."""
    left, equals, right = rule.partition(" = ")
    return right if equals else left


def _derivative(n: Node, reading: Reading) -> str:
    found = reading.derivative(n)
    return found if found != "grad" else f"grad of {called(n)}"


def _partial(n: Node, total: Any) -> str:
    """The gradient on a card while more is to come."""
    if n.shape == ():
        return f"{n.derivative} = {short(total)}{MORE}"
    words = short(total)
    return (
        f"|g| {words.removeprefix(WORDS)}{MORE}"
        if words.startswith(WORDS)
        else f"{n.derivative} = {words}{MORE}"
    )


# ---- the rest ----------------------------------------------------------------------------------------------


def legend(found: Iterable[Node], graded: bool) -> list[tuple[str, str, str]]:
    """Class, colour and words of what occurs."""
    kinds = {n.kind for n in found}
    made = [(look.css, look.border, look.legend) for kind, look in KINDS.items() if kind in kinds]
    if "operation" in kinds:
        made.append(("op", OPERATION, "operation"))
    return [*made, ("grad", GRADIENT, "gradient")] if graded else made


def sizes(reading: Reading) -> str:
    """How large the graph is, in words, and how much of it is drawn."""
    every = reading.whole.nodes
    operations = sum(n.kind == "operation" for n in every)
    leaves = sum(n.kind in LEAVES for n in every)
    words = f"{plural(operations, 'operation')}, {'1 leaf' if leaves == 1 else f'{leaves:,} leaves'}"
    drawn = len(reading.operations)
    return words if drawn == operations else f"{words}; {drawn:,} operations are drawn"


def heading(graph: Drawn) -> str:
    """What is computed: z = (a · x − y)²."""
    outputs = [n for n in graph.nodes if n.kind == "output"]
    words = []
    for n in outputs[:3]:
        formula = whole_formula(graph, n) or n.formula or ""
        known = formula if "…" not in formula else ""
        words.append(" = ".join(w for w in (n.name, known) if w))
    title = ", ".join(w for w in words if w)
    operations = sum(n.kind == "operation" for n in graph.nodes)
    return title or f"graph of {plural(operations, 'operation')}"


def whole_formula(graph: Drawn, output: Node) -> str:
    """A result in terms of the leaves, if it is short; else ""."""
    operations = [n for n in graph.nodes if n.kind == "operation"]
    if len(operations) > FEW or any(op.row is None or op.module or op.row.residuals for op in operations):
        return ""
    made: dict[Node, Any] = {}
    for n in graph.nodes:
        if n.kind == "operation" and n.row is not None:
            like = named("", n).expression.value
            operands = tuple(made[x] if isinstance(x, Node) else x for x in n.operands)
            made[graph.nodes[n.number + 1]] = Symbol(n.row, operands, dict(n.params), like)
        elif n not in made:
            is_number = n.kind == "const" and not n.shape and not n.name and n.value is not None
            made[n] = n.value if is_number else named(called(n), n).expression
    text = slides(made[output])
    return text if len(text) <= READABLE else ""


def start(graph: Drawn, count: int) -> int:
    """Where the slider stands at first: at the end if gradients are known, else at the end of the forward
    pass."""
    return 2 * count if any(n.grad is not None for n in graph.nodes) else count


def page_data(recorded: Drawn, more: Mapping[str, Any]) -> Data:
    """Everything that the script of a page knows."""
    numbers = Numbers(recorded)
    whole, asked = numbers.views()
    drawn = album(whole, asked)
    views = sorted(drawn.views, key=lambda view: -sum(n.kind == "operation" for n in view.drawing.nodes))
    readings = [Reading(numbers, whole, view, drawn.whole) for view in views]
    first = readings[0]
    kinds = sorted({n.kind for n in first.nodes} - {"operation"})
    return {
        "title": heading(recorded),
        "size": sizes(first),
        **({"note": recorded.note} if recorded.note else {}),
        "nodes": nodes(readings),
        "uses": uses(first),
        "steps": steps(first),
        "start": start(recorded, len(first.operations)),
        "legend": legend(first.nodes, bool(first.meeting)),
        "kinds": {kind: (KINDS[kind].legend, KINDS[kind].border) for kind in kinds},
        "modules": drawn.modules,
        "depths": drawn.depths,
        "cards": drawn.cards,
        "pictures": drawn.pictures,
        **more,
    }
