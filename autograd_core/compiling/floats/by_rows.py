"""A compiled program carried out by its rows, one after the other, as eager code would: the slow way."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.compiling.program import Program
from autograd_core.node import ancestors
from autograd_core.symbols import Symbol


class Outcome:
    """What an effect has given or raised."""

    __slots__ = ("error", "value")

    def __init__(self, value: Any, error: Exception | None = None) -> None:
        self.value, self.error = value, error

    def again(self) -> Any:
        """The value, or the error once more."""
        if self.error is not None:
            raise self.error
        return self.value


def happened(act: Any, operands: Sequence[Any]) -> Outcome:
    """The effect carried out."""
    try:
        return Outcome(act.run(*operands))
    except Exception as error:
        return Outcome(None, error)


def by_rows(
    program: Program,
    state: Mapping[Symbol, Any],
    arguments: Sequence[Any],
    outcomes: Sequence[Outcome] = (),
) -> tuple[Any, ...]:
    """One call: the results; the arrays of the state are written in place.

    `outcomes` are those of the first effects, which have happened in this call already.
    """
    values: dict[Any, Any] = {}
    for symbol, x in zip(program.arguments, arguments, strict=True):
        values[symbol] = x if symbol.weak else np.asarray(x, symbol.dtype)
    values.update(state)
    seen = iter(outcomes)
    for node in ancestors(leading(program)):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if node.op is None:
            continue
        operands = [values[x] if isinstance(x, Symbol) else x for x in node.operands]
        if "effect" in node.params:
            outcome = next(seen, None) or happened(node.params["effect"], operands)
            values[node] = outcome.again()
        else:
            values[node] = node.op(*operands, **node.params)
    results = tuple(_own(x, values[x]) if isinstance(x, Symbol) else given(x) for x in program.results)
    new = [(state[symbol], np.array(values[x])) for symbol, x in program.writes.items()]
    for array, value in new:
        array[...] = value
    return results


def leading(program: Program) -> list[Symbol]:
    """The Symbols that a call computes something for."""
    results = [x for x in program.results if isinstance(x, Symbol)]
    return [*program.effects, *program.writes.values(), *results]


def given(x: Any) -> Any:
    """A result that depends on nothing: the caller's own."""
    return x.copy() if isinstance(x, np.ndarray) else x


def _own(symbol: Symbol, value: Any) -> Any:
    """A result as the caller gets it."""
    if symbol.weak:
        return value.item() if isinstance(value, np.ndarray | np.generic) else value
    return np.array(value, symbol.dtype)
