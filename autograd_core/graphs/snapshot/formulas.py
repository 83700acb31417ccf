"""How a value arose: its row, printed by Symbols from the names of its operands: `a · x − y`, `(s − y)²`.

What an operation shows on its disc or pill is `sign`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.node import Absent
from autograd_core.op import Row
from autograd_core.symbols import Symbol, slides

LIMIT = 28
"""A longer formula abbreviates the operands that have no name."""

_SIGNS = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "negative": "−( )",
    "square": "( )²",
    "sqrt": "√",
    "absolute": "| |",
}


_NUMBER = np.float64(0)

DEEP = 8
"""So many operations deep is a formula; deeper ones abbreviate, or a chain would be written over and over."""


class Formula(NamedTuple):
    """An expression, its text, which is written once, and how many operations deep it is."""

    expression: Any
    text: str
    depth: int = 0


def named(name: str, like: Any = _NUMBER) -> Formula:
    """A value that is called by its name, of the shape and dtype of another."""
    return Formula(Symbol.input(name, like.shape, like.dtype), name)


def hidden(like: Any = _NUMBER) -> Formula:
    """A value without a text; a new one each time, for two of them are two values."""
    return named("…", like)


def constant(value: Any, like: Any = _NUMBER) -> Formula:
    """A plain number; an array has no text of its own."""
    if value is None or np.ndim(value):
        return hidden(like)
    number = value.item() if isinstance(value, np.ndarray | np.generic) else value
    return Formula(number, slides(number))


def written(row: Row, operands: Sequence[Formula], params: dict[str, Any], result: Any) -> Formula:
    """The formula of one application of a row; `result` has its shape and dtype."""
    if max((f.depth for f in operands), default=0) >= DEEP:
        operands = [hidden(like(f)) if _is_composed(f) else f for f in operands]
    whole = _applied(row, operands, params, result)
    if len(whole.text) > LIMIT:
        short = [hidden(like(f)) if _is_composed(f) or len(f.text) > LIMIT // 2 else f for f in operands]
        whole = _applied(row, short, params, result)
    if len(whole.text) > LIMIT + 8:
        whole = whole._replace(text=f"{row.name}(…)")
    return whole


def like(formula: Formula) -> Any:
    """What has the shape and dtype of the value that a formula stands for."""
    return formula.expression.value if isinstance(formula.expression, Symbol) else _NUMBER


def _applied(row: Row, operands: Sequence[Formula], params: dict[str, Any], result: Any) -> Formula:
    # made directly: a fused row stands as itself and is not written out by its meaning
    value = Absent(result.shape, result.dtype)
    expression = Symbol(row, tuple(f.expression for f in operands), params, value)
    return Formula(expression, slides(expression), 1 + max((f.depth for f in operands), default=0))


def _is_composed(formula: Formula) -> bool:
    return isinstance(formula.expression, Symbol) and formula.expression.op is not None


def sign(row: Row, exponent: Any = None) -> str:
    """What the disc or pill of an operation shows."""
    if row.name == "power" and exponent is not None:
        empty = _applied(row, [named("( )"), constant(exponent)], {}, np.float64(0))
        return empty.text
    return _SIGNS.get(row.name, row.name)


def inside(formula: Formula) -> str:
    """A formula where only a name or a bracket may stand."""
    return f"({formula.text})" if _is_composed(formula) else formula.text
