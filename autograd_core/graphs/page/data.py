"""What the page knows of every node and every step, as data for its script."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs import numerals
from autograd_core.graphs.formulas import named
from autograd_core.graphs.numerals import plural
from autograd_core.graphs.page.protocol import Drawn
from autograd_core.graphs.page.shown import WORDS, bracketed, short, shown
from autograd_core.graphs.records import LEAVES, Edge, Node
from autograd_core.graphs.theme import GRADIENT, KINDS, OPERATION
from autograd_core.symbols import Symbol, slides

MORE = " + …"
"""Behind a sum to which more is to come."""

FEW = 12
"""The operations of a formula that is a title."""

READABLE = 48
"""A longer title is none."""

Data = dict[str, Any]


def node_id(n: Node) -> str:
    """How a node is called in the picture."""
    return f"{'o' if n.kind == 'operation' else 'v'}-{n.number}"


def called(n: Node) -> str:
    """The name of a value, or how it arose."""
    name = (n.name or "").rpartition(".")[2]
    return name or n.formula or (short(n.value) if n.value is not None else n.kind)


class Flow(NamedTuple):
    """What flows back on one wire in one step."""

    edge: Edge
    upstream: Any
    value: Any
    total: Any
    is_last: bool
    is_only: bool


class Reading:
    """A graph read once, with the numbers of its sweep where they can be known."""

    def __init__(self, graph: Drawn) -> None:
        self.recorded = graph
        self.graph = graph
        self.swept = False
        if not _is_abstract(graph):
            try:
                self.graph = graph.computed()
                self.swept = True
            except (ValueError, TypeError):
                pass  # numbers that were not kept: the page shows what is there
        self.nodes: tuple[Node, ...] = self.graph.nodes
        self.operations = [n for n in self.nodes if n.kind == "operation"]
        self.into: dict[Node, list[Edge]] = {op: [] for op in self.operations}
        for e in self.graph.edges:
            if e.argument is not None:
                self.into[e.target].append(e)
        self.flows = self._flows()

    def result(self, op: Node) -> Node:
        """What an operation made."""
        return self.nodes[op.number + 1]

    def _flows(self) -> dict[Node, list[Flow]]:
        """Operation by operation, newest first, what flows to its arguments and what they hold then."""
        found: dict[Node, list[Flow]] = {}
        sums: dict[Node, Any] = {}
        meeting = Counter(e.source for edges in self.into.values() for e in edges if e.local is not None)
        waiting = meeting.copy()
        for op in reversed(self.operations):
            upstream = self.result(op).grad
            found[op] = []
            for e in self.into[op]:
                if e.local is None:
                    continue
                waiting[e.source] -= 1
                value = self._contribution(e, upstream)
                if value is not None:
                    old = sums.get(e.source)
                    sums[e.source] = value if old is None else old + value
                total = sums.get(e.source) if value is not None else None
                found[op].append(
                    Flow(e, upstream, value, total, not waiting[e.source], meeting[e.source] == 1)
                )
        return found

    def _contribution(self, e: Edge, upstream: Any) -> Any:
        if not self.swept or upstream is None:
            return None
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.graph.contribution(e, upstream))
        except (ValueError, TypeError, AttributeError):
            return None


def _is_abstract(graph: Drawn) -> bool:
    values = [n for n in graph.nodes if n.kind != "operation"]
    return all(n.value is None for n in values if n.size <= 1) and any(n.size == 1 for n in values)


# ---- nodes -------------------------------------------------------------------------------------------------


def nodes(reading: Reading) -> Data:
    """From ids to what the panel says."""
    held = {n.number: n.grad for n in reading.recorded.nodes if n.kind in LEAVES}
    found: Data = {}
    for n in reading.nodes:
        found[node_id(n)] = (
            _operation(n, reading) if n.kind == "operation" else _value(n, reading, held.get(n.number))
        )
    return found


def _value(n: Node, reading: Reading, held: Any) -> Data:
    operation = reading.nodes[n.number - 1] if n.op is not None else None
    other = held is not None and n.grad is not None and not _same(held, n.grad)
    return _known(
        k=n.kind,
        l=called(n),
        n=n.name,
        v=shown(n.value),
        g=shown(n.grad, True),
        sh=numerals.shape(n.shape) if n.shape else None,
        dt=_dtype(n),
        d=n.derivative,
        f=n.formula,
        m=n.module,
        by=operation and node_id(operation),
        at=operation and operation.place,
        now=shown(n.now),
        held=shown(held) if other else None,
        seed=True if n.kind == "output" else None,
    )


def _operation(op: Node, reading: Reading) -> Data:
    result = reading.result(op)
    flowing = {f.edge.argument: f for f in reading.flows[op]}
    arguments = []
    for e in reading.into[op]:
        flow = flowing.get(e.argument)
        arguments.append(_known(v=node_id(e.source)) if flow is None else _argument(flow, result))
    return _known(
        k="operation",
        l=op.symbol,
        sym=op.symbol,
        op=op.op,
        f=op.formula,
        m=op.module,
        at=op.place,
        p=", ".join(f"{key}={_parameter(x)}" for key, x in op.params.items()),
        sh=numerals.shape(op.shape) if op.shape else None,
        dt=_dtype(op),
        r=node_id(result),
        flows=True if flowing else None,
        a=arguments,
    )


def _argument(flow: Flow, result: Node) -> Data:
    e = flow.edge
    return _known(
        v=node_id(e.source),
        s=f"∂{_letter(result)}/∂{_letter(e.source)}",
        l=e.local,
        x=shown(e.local_value),
        r=e.rule,
        e=_product(flow),
        c=None if flow.is_only else shown(flow.value, True),
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
            found.setdefault(node_id(e.source), []).append((node_id(op), i))
    return found


# ---- steps -------------------------------------------------------------------------------------------------


def steps(reading: Reading) -> list[Data]:
    """Forward in creation order, then backward, newest first; each with its sentence."""
    found = [
        {"o": node_id(op), "b": 0, "t": forward_words(op, reading.result(op))} for op in reading.operations
    ]
    for op in reversed(reading.operations):
        words, gradients = _backward(op, reading)
        found.append({"o": node_id(op), "b": 1, "t": words, "g": gradients})
    return found


def forward_words(op: Node, result: Node) -> str:
    """`s = a · x = 2 · 3 = 6`."""
    parts = [result.name.rpartition(".")[2]] if result.name else []
    parts.append(op.formula or op.symbol)
    if op.row is not None and op.operands and all(_is_number(x) for x in op.operands):
        operands = tuple(named(bracketed(_number(x))).expression for x in op.operands)
        if any(isinstance(x, Node) for x in op.operands):
            parts.append(slides(Symbol(op.row, operands, dict(op.params), named("z").expression.value)))
    if result.value is not None and result.size <= numerals.INLINE:
        parts.append(short(result.value))
    elif result.shape:
        parts[-1] += f", {numerals.shape(result.shape)}"
    return " = ".join(dict.fromkeys(parts))


def _is_number(x: Any) -> bool:
    return x.shape == () and x.value is not None if isinstance(x, Node) else np.ndim(x) == 0


def _number(x: Any) -> str:
    return short(x.value if isinstance(x, Node) else x)


def _backward(op: Node, reading: Reading) -> tuple[str, list[Any]]:
    result = reading.result(op)
    words, gradients = [], []
    if result.kind == "output" and (result.grad is not None or not reading.swept):
        seed = "" if result.grad is None else f" = {short(result.grad)}"
        words.append(f"{_derivative(result)}{seed or ' = 1'}")
        gradients.append([node_id(result)])
    for flow in reading.flows[op]:
        words.append(_added(flow))
        source = flow.edge.source
        if flow.is_last or flow.total is None:
            gradients.append([node_id(source)])
        else:
            gradients.append([node_id(source), _partial(source, flow.total), shown(flow.total, True)])
    return "; ".join(words) or "no gradient arrives", gradients


def _added(flow: Flow) -> str:
    left = _derivative(flow.edge.source)
    product = _product(flow)
    if product is not None:
        return f"{left} += {product}"
    rule = flow.edge.rule or ""
    _, equals, right = rule.partition(" = ")
    text = right if equals else rule
    if flow.value is None:
        return f"{left} += {text}"
    if not np.ndim(flow.value):
        return f"{left} += {text} = {short(flow.value)}"
    size = short(flow.value)
    return f"{left} += {text}" + (f", {size}" if size.startswith("mean") else f" = {size}")


def _derivative(n: Node) -> str:
    return n.derivative if n.derivative != "grad" else f"grad of {called(n)}"


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
    """How large the graph is, in words."""
    leaves = sum(n.kind in LEAVES for n in reading.nodes)
    words = "1 leaf" if leaves == 1 else f"{leaves:,} leaves"
    return f"{plural(len(reading.operations), 'operation')}, {words}"


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


def page_data(reading: Reading, more: Mapping[str, Any]) -> Data:
    """Everything but the pictures."""
    graded = any(f for f in reading.flows.values())
    return {
        "title": heading(reading.recorded),
        "size": sizes(reading),
        "nodes": nodes(reading),
        "uses": uses(reading),
        "steps": steps(reading),
        "start": start(reading.recorded, len(reading.operations)),
        "legend": legend(reading.nodes, graded),
        "kinds": {
            kind: (KINDS[kind].legend, KINDS[kind].border)
            for kind in sorted({n.kind for n in reading.nodes} - {"operation"})
        },
        **more,
    }
