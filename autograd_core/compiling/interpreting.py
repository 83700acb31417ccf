"""A program run expression by expression, without a plan: what a written program has to agree with."""

from typing import Any

import numpy as np

from autograd_core.compiling.program import Program
from autograd_core.node import ancestors
from autograd_core.symbols import Symbol


def interpreted(program: Program, state: dict[Symbol, Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The results of one call; the state is written to when all else is done."""
    values: dict[Any, Any] = dict(zip(program.arguments, arguments, strict=True))
    values |= state
    roots = [
        x for x in (*program.results, *program.writes.values(), *program.effects) if isinstance(x, Symbol)
    ]
    for node in ancestors(roots, frozenset(values)):
        if node in values:
            continue
        assert isinstance(node, Symbol)
        assert node.op is not None  # every input is given
        operands = [values[x] if isinstance(x, Symbol) else x for x in node.operands]
        values[node] = node.op(*operands, **node.params)
    results = tuple(_own(values[x], x) if isinstance(x, Symbol) else x for x in program.results)
    new = [(state[s], np.array(values[x])) for s, x in program.writes.items()]
    for array, value in new:
        array[...] = value
    return results


def _own(value: Any, symbol: Symbol) -> Any:
    return value if symbol.weak else np.array(value, dtype=symbol.dtype)
