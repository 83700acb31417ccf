"""The heat view: what each operation costs, as the share of the whole. The darker, the more."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.drawing.settings import one_of
from autograd_core.graphs.drawing.theme import HEATS
from autograd_core.graphs.measures.costs import kept_bytes, nanoseconds
from autograd_core.graphs.snapshot.records import Edge, Mark, Node
from autograd_core.graphs.snapshot.tape import Tape

MEASURES = {
    "time": "of forward and backward",
    "bytes": "kept for the derivatives",
    "flops": "of the forward pass",
}


class Heat(NamedTuple):
    """What the operations of a whole graph cost, however much of them is folded in a drawing."""

    measure: str
    costs: Mapping[Node, float]

    def marks(self, seen: Callable[[Node], Node | None]) -> dict[Node | Edge, Mark]:
        """A mark for every operation that is seen and costs anything; a folded one costs what is in it.

        `seen` says what became of an operation in the drawing.
        """
        whole = sum(self.costs.values())
        drawn: dict[Node, float] = {}
        for op, cost in self.costs.items():
            at = seen(op)
            if cost and at is not None:
                drawn[at] = drawn.get(at, 0.0) + cost
        # steps of the square root: a tenth of the whole is to be seen too
        steps = {op: min(HEATS - 1, int(np.sqrt(cost / whole) * HEATS)) for op, cost in drawn.items()}
        return {
            op: Mark(f"{_written(cost, self.measure)} · {cost / whole:.0%}", f"heat-{steps[op]}")
            for op, cost in drawn.items()
        }

    @property
    def note(self) -> str:
        """The sentence below the picture."""
        whole = sum(self.costs.values())
        if not whole:
            return f"no operation costs any {self.measure}"
        alike: dict[str, float] = {}
        for op, cost in self.costs.items():
            alike[op.symbol] = alike.get(op.symbol, 0.0) + cost
        top = max(alike, key=lambda symbol: alike[symbol])
        modules = {op.module for op, cost in self.costs.items() if cost and op.symbol == top}
        where = f" of {modules.pop()}" if len(modules) == 1 and "" not in modules else ""
        return (
            f"the darker, the more: {_written(whole, self.measure)} {MEASURES[self.measure]}, "
            f"{alike[top] / whole:.0%} of it in {top}{where}"
        )

    def moved(self, new: Mapping[Node, Node]) -> "Heat":
        """The same for a graph whose nodes were made anew."""
        return Heat(self.measure, {new[op]: cost for op, cost in self.costs.items()})


def heated(nodes: Sequence[Node], edges: Sequence[Edge], tape: Tape, measure: str) -> Heat:
    """What every operation costs."""
    one_of("heat", measure, tuple(MEASURES))
    operations = [n for n in nodes if n.kind == "operation" and n.row is not None]
    return Heat(measure, _costs(operations, nodes, edges, tape, measure))


def _costs(
    operations: Sequence[Node], nodes: Sequence[Node], edges: Sequence[Edge], tape: Tape, measure: str
) -> dict[Node, float]:
    if measure == "flops":
        return {op: float(op.flops) for op in operations}
    values = tape.values()
    results = {op: nodes[op.number + 1] for op in operations}

    def call(op: Node) -> Any:
        assert op.row is not None  # chosen so
        operands = [values[x] if isinstance(x, Node) else x for x in op.operands]
        run = op.row.with_residuals if op.row.residuals else op.row
        return run(*operands, **op.params)

    if measure == "bytes":
        fused = {op: _size(call(op)[1]) for op in operations if op.row is not None and op.row.residuals}
        return {op: float(n) for op, n in kept_bytes(list(operations), results, fused).items()}
    into: dict[Node, list[Edge]] = {}
    for e in edges:
        if e.argument is not None and tape.flows(e):
            into.setdefault(e.target, []).append(e)
    with np.errstate(all="ignore"):
        return {
            op: nanoseconds(
                into.get(op, []),
                partial(call, op),
                lambda e: tape.contribution(e, np.ones(e.target.shape, e.target.dtype), values),
            )
            for op in operations
        }


def _size(residuals: Mapping[str, Any]) -> int:
    return sum(np.asarray(r).nbytes for r in residuals.values())


_UNITS = {
    "time": ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")),
    "bytes": ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B")),
    "flops": ((1e9, "GFLOP"), (1e6, "MFLOP"), (1e3, "kFLOP"), (1.0, "FLOP")),
}


def _written(amount: float, measure: str) -> str:
    """A cost in three digits and the unit that leaves up to three of them before the point.

    >>> [_written(n, "bytes") for n in (8.0, 999.0, 1000.0, 1024.0, 1e6)]
    ['8 B', '999 B', '0.977 KiB', '1.00 KiB', '977 KiB']
    """
    *larger, smallest = units = _UNITS[measure]
    below = [*(size for size, _ in units[1:]), 0.0]
    # 999.6 of a unit are written as one of the next
    found = (u for u, lower in zip(larger, below, strict=False) if amount >= min(u[0], 999.5 * lower))
    size, unit = next(found, smallest)
    digits = f"{amount / size:.3g}" if size == 1 else f"{amount / size:#.3g}".rstrip(".")
    return f"{digits} {unit}"
