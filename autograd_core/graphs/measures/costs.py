"""What an operation costs: time, and the bytes that its derivative keeps."""

from collections.abc import Callable, Mapping
from time import perf_counter_ns
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.records import Edge, Node

TIMES = 5
"""So often an operation is timed; the median counts."""


def kept_bytes(
    operations: list[Node], results: Mapping[Node, Node], residuals: Mapping[Node, int]
) -> dict[Node, int]:
    """The bytes that each operation keeps for its derivative; what two keep counts where it is kept first.

    `residuals` has the bytes that fused operations compute on the way and keep.
    """
    kept: dict[Node, int] = {}
    held: set[Node] = set()
    for op in operations:
        row = op.row
        if row is None:
            continue
        letters = dict(zip(row.letters, op.operands, strict=False))
        wanted = [x for letter, x in letters.items() if letter in row.keeps or "*" in row.keeps]
        if row.keeps_result:
            wanted.append(results[op])
        count = residuals.get(op, 0)
        for x in wanted:
            if isinstance(x, Node) and x not in held:
                held.add(x)
                count += x.size * np.dtype(x.dtype).itemsize
        kept[op] = count
    return kept


def nanoseconds(edges: list[Edge], forward: Callable[[], Any], backward: Callable[[Edge], Any]) -> float:
    """How long an operation takes, forward and back, as the median of a few runs."""

    def once() -> int:
        start = perf_counter_ns()
        forward()
        for edge in edges:
            backward(edge)
        return perf_counter_ns() - start

    once()  # the first one warms up
    return float(np.median([once() for _ in range(TIMES)]))
