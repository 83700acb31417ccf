"""The way of a NaN or an infinity through a graph: where it arose, of what, and where it went.

An operation is to blame if its result is worse than all it was given: infinite where that is finite, NaN
where nothing of that is. So is a wire on which a gradient becomes worse on its way back.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.anomaly import DOMAINS
from autograd_core.graphs.snapshot.numerals import number
from autograd_core.graphs.snapshot.records import Edge, Mark, Node

FINITE, INFINITE, NAN = range(3)


def poisoned(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[Node | Edge, Mark]:
    """A mark at every place where a value or a gradient first ceased to be finite, or to be a number."""
    marks: dict[Node | Edge, Mark] = {}
    if not any(_how_bad(n.value) or _how_bad(n.grad) for n in nodes):
        return marks
    for op in nodes:
        if op.kind == "operation":
            result = nodes[op.number + 1]
            given = [i.value for i in op.inputs]
            if all(x is not None for x in given) and _how_bad(result.value) > _worst(given):
                marks[op] = Mark(_reason(op, result, given), "wrong")
    flows: dict[Node, list[Edge]] = {}
    for e in edges:
        if e.argument is not None and _how_bad(e.source.grad):
            flows.setdefault(e.source, []).append(e)
    for source, leaving in flows.items():
        for e in leaving:
            said = _on_wire(e, nodes[e.target.number + 1].grad, source.grad if len(leaving) == 1 else None)
            if said:
                marks[e] = Mark(said, "wrong")
    return marks


def _on_wire(edge: Edge, arriving: Any, leaving: Any) -> str:
    """What a gradient became worse of on an edge; `leaving` is what flows on, where that is known; or ""."""
    if arriving is None:
        return ""
    slope = edge.local_value
    if slope is None:
        is_worse = leaving is not None and _how_bad(leaving) > _how_bad(arriving)
        return f"first {_written(leaving)} of the gradient" if is_worse else ""
    with np.errstate(all="ignore"):
        product = np.asarray(arriving) * np.asarray(slope)
    if _how_bad(product) <= _how_bad(arriving):
        return ""
    if _how_bad(slope):
        return f"slope {_written(slope)} here"
    at = _place(product)
    factors = [number(np.broadcast_to(np.asarray(x), product.shape)[at]) for x in (arriving, slope)]
    return f"first {number(product[at])}: {' · '.join(factors)}"


def _reason(op: Node, result: Node, given: Sequence[Any]) -> str:
    """First NaN, and what the operation would have needed."""
    values = np.asarray(result.value)
    index = _place(values)
    said = f"first {number(values[index])}"
    if op.row is not None and op.row.elementwise:
        operands = [x if not isinstance(x, Node) else x.value for x in op.operands]
        here = [number(np.broadcast_to(np.asarray(x), values.shape)[index]) for x in operands]
        said += f": {op.op} of {', '.join(here)}"
    needs = DOMAINS.get(op.op or "") if _worst(given) == FINITE else None
    return f"{said}, needs {needs}" if needs else said


def _worst(values: Sequence[Any]) -> int:
    return max(map(_how_bad, values), default=FINITE)


def _how_bad(x: Any) -> int:
    """Whether numbers are finite, or one is infinite, or one is none at all."""
    array = np.asarray(x)
    if x is None or array.dtype.kind not in "fc" or np.isfinite(array).all():
        return FINITE
    return NAN if np.isnan(array).any() else INFINITE


def _place(values: Any) -> tuple[int, ...]:
    """The index of the first of the worst numbers."""
    bad = np.isnan(values)
    if not bad.any():
        bad = ~np.isfinite(values)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), np.shape(values)))


def _written(x: Any) -> str:
    array = np.asarray(x)
    return number(array[_place(array)])
