"""The derivative of a row as an expression: its rule, called on Symbols.

This is what pictures, explanations and documentation print; no other text of a derivative exists.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.op import Row
from autograd_core.symbols.symbol import Symbol, on_ones, symbolic


def gradient(
    row: Row,
    argument: int,
    operands: Sequence[Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    g: str = "ḡ",
    z: str = "z",
    letters: Mapping[str, str] | None = None,
    result: Any = None,
) -> Any:
    """The contribution to the gradient of one argument, as an expression in g, z and the operands.

    Args:
        row: a row of the table or a user's own.
        argument: which argument, from 0.
        operands: Symbols, numbers or index arrays; by default single numbers named by the rule's letters.
        params: the parameters of the call.
        g, z: how the incoming gradient and the result are written.
        result: the result itself as an expression, which then stands for z.
        letters: how residuals of a fused row are written, for example {"n": "x̂"}.

    Raises:
        ValueError: if the row has no rule for the argument.

    >>> from autograd_core.ops.arithmetic import multiply
    >>> from autograd_core.symbols.formulas import slides
    >>> slides(gradient(multiply, 0))
    'ḡ · y'
    """
    rule = row.joint or (row.rules[argument] if argument < len(row.rules) else None)
    if rule is None:
        raise ValueError(f"row {row.name!r} has no rule for argument {argument}")
    if operands is None:
        operands = [Symbol.input(letter) for letter in row.letters]
    words = dict(params or {})
    known = result is not None and not row.residuals
    out = np.broadcast_to(np.ones((), result.dtype), result.shape) if known else on_ones(row, operands, words)
    if row.residuals:
        out, residuals = out
        for name, array in residuals.items():
            label = (letters or {}).get(name, name)
            words[name] = Symbol.input(label, np.shape(array), np.asarray(array).dtype)
    out = np.asarray(out)
    dtype = out.dtype if out.dtype.kind == "f" else np.float64
    value = Symbol.input(z, out.shape, out.dtype) if result is None else result
    c = rule(Symbol.input(g, out.shape, dtype), value, *operands, **words)
    return c[argument] if row.joint is not None else c


def local(
    row: Row,
    argument: int,
    operands: Sequence[Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    z: str = "z",
) -> Any:
    """The local derivative ∂z/∂x of a row as an expression; None where the gradient enters not as a factor.

    >>> from autograd_core.ops.trigonometry import tanh
    >>> from autograd_core.symbols.formulas import slides
    >>> slides(local(tanh, 0))
    '1 − z²'
    """
    mark = "\0g"
    expression = gradient(row, argument, operands, params, g=mark, z=z)
    return without_factor(expression, mark)


def without_factor(expression: Any, label: str) -> Any:
    """The expression with the input of that label, which must enter as a factor, set to 1; else None."""
    if not isinstance(expression, Symbol):
        return None
    if expression.op is None:
        return 1 if expression.label == label else None
    name, operands = expression.op.name, expression.operands
    inner = without_factor(operands[0], label)
    if name == "multiply":
        if inner is None:
            other = without_factor(operands[1], label)
            return None if other is None or _reads(operands[0], label) else _times(operands[0], other)
        return None if _reads(operands[1], label) else _times(inner, operands[1])
    if name in ("add", "subtract"):
        other = without_factor(operands[1], label)
        if inner is None or other is None:
            return None
        return inner + other if name == "add" else inner - other
    if inner is None:
        if name == "where" and len(operands) == 3:
            for k in (1, 2):
                chosen, other = without_factor(operands[k], label), operands[3 - k]
                if chosen is not None and not _reads(other, label):
                    parts = (chosen, other) if k == 1 else (other, chosen)
                    return expression.op(operands[0], *parts)
        return None
    if name == "divide":
        if _reads(operands[1], label):
            return None
        # of two plain numbers, as of a mean, a fraction: 1/5 and not 0.2
        plain = not isinstance(inner, Symbol) and not isinstance(operands[1], Symbol)
        return symbolic(expression.op, (inner, operands[1])) if plain else inner / operands[1]
    if name == "negative":
        return -inner
    if name in ("spread", "expand") and isinstance(inner, Symbol) and inner.shape:
        # what is not the same for all numbers keeps its axes
        return symbolic(expression.op, (inner, *operands[1:]), expression.params)
    return inner if name in ("spread", "expand", "astype", "alias") else None


def _times(x: Any, y: Any) -> Any:
    """x · y, where a factor 1 that came from the removed letter is left out."""
    if isinstance(x, int) and x == 1:
        return y
    return x if isinstance(y, int) and y == 1 else x * y


def _reads(expression: Any, label: str) -> bool:
    """Whether an expression depends on an input of that label."""
    stack = [expression]
    seen: set[int] = set()
    while stack:
        symbol = stack.pop()
        if isinstance(symbol, Symbol) and id(symbol) not in seen:
            seen.add(id(symbol))
            if symbol.op is None and symbol.label == label:
                return True
            stack.extend(symbol.operands)
    return False
