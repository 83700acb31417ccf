"""The way of a NaN or an infinity through a graph: where it arose, of what, and where it went.

An operation is to blame if its result is not finite and everything it was given is. A gradient is to blame
where one arrives that is finite and what flows on is not.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.anomaly import DOMAINS, first_bad
from autograd_core.graphs.snapshot.numerals import number
from autograd_core.graphs.snapshot.records import Edge, Mark, Node


def poisoned(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[Node | Edge, Mark]:
    """A mark at every place where a value or a gradient first ceased to be finite."""
    marks: dict[Node | Edge, Mark] = {}
    if not any(_bad(n.value) or _bad(n.grad) for n in nodes):
        return marks
    for op in nodes:
        if op.kind == "operation":
            result = nodes[op.number + 1]
            if _bad(result.value) and all(i.value is not None and not _bad(i.value) for i in op.inputs):
                marks[op] = Mark(_reason(op, result), "wrong")
    for e in edges:
        if e.argument is None or not _bad(e.source.grad):
            continue
        arriving = nodes[e.target.number + 1]
        if arriving.grad is not None and not _bad(arriving.grad) and _bad(e.local_value):
            marks[e] = Mark(f"slope {_written(e.local_value)} here", "wrong")
    return marks


def _reason(op: Node, result: Node) -> str:
    """First NaN, and what the operation would have needed."""
    values = np.asarray(result.value)
    index = first_bad(values)
    assert index is not None  # the caller has looked
    said = f"first {_written(values[index])}"
    if op.row is not None and op.row.elementwise:
        operands = [x if not isinstance(x, Node) else x.value for x in op.operands]
        here = [number(np.broadcast_to(np.asarray(x), values.shape)[index]) for x in operands]
        said += f": {op.op} of {', '.join(here)}"
    return said + (f", needs {DOMAINS[op.op]}" if op.op in DOMAINS else "")


def _bad(x: Any) -> bool:
    return x is not None and first_bad(np.asarray(x)) is not None


def _written(x: Any) -> str:
    array = np.asarray(x)
    index = first_bad(array)
    return number(array[index] if index is not None else array.flat[0])
