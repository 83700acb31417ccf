"""Expressions taken apart and put together: letters exchanged, products in reading order."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.records import Node
from autograd_core.node import Absent, ancestors
from autograd_core.op import Row
from autograd_core.symbols import Size, Symbol, gradient

MARK = "\0g"
"""The letter of a gradient that arrives, until an expression takes its place."""
ENDLESS = 10**6


def applied(
    row: Row, operands: Sequence[Any], params: Mapping[str, Any], shape: tuple[int, ...], dtype: Any
) -> Symbol:
    """The call of a row as an expression, a fused one as itself, with the shape and dtype of the result."""
    words = {k: v for k, v in params.items() if k not in row.residuals}
    return Symbol(row, tuple(operands), words, Absent(tuple(shape), np.dtype(dtype)))


def contribution(
    operation: Node,
    argument: int,
    operands: Sequence[Any],
    result: Any,
    g: Any,
    letters: Mapping[str, str] | None = None,
) -> Any:
    """What an operation passes back to one of its operands, as an expression in the gradient that arrives.

    `letters` has how the residuals of a fused row are written.
    """
    row = operation.row
    assert row is not None  # operations have one
    c = gradient(row, argument, operands, operation.params, g=MARK, result=result, letters=letters)
    return substituted(c, {**_turned_twice(c), **{x: g for x in inputs(c) if x.label == MARK}})


def _turned_twice(root: Any) -> dict[Symbol, Any]:
    """What is transposed there and back in an expression, and what it is."""
    found: dict[Symbol, Any] = {}
    for node in ancestors([root]) if isinstance(root, Symbol) else ():
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        inner = node.operands[0] if node.op is not None and node.op.name == "transpose" else None
        if isinstance(inner, Symbol) and inner.op is node.op:
            first, then = inner.params["axes"], node.params["axes"]
            if len(first) == len(then) and all(first[a] == k - len(first) for k, a in enumerate(then)):
                found[node] = inner.operands[0]
    return found


def has_rule(operation: Node, argument: int) -> bool:
    """Whether a gradient flows back to this operand at all."""
    row = operation.row
    if row is None or row.kind == "constant":
        return False
    return row.joint is not None or (argument < len(row.rules) and row.rules[argument] is not None)


def inputs(root: Any) -> list[Symbol]:
    """The letters in an expression, oldest first."""
    nodes = ancestors([root]) if isinstance(root, Symbol) else []
    return [n for n in nodes if n.op is None and isinstance(n, Symbol)]


def size(root: Any) -> int:
    """How many letters and operations the text of an expression has; at most `ENDLESS`."""
    if not isinstance(root, Symbol):
        return 1
    found: dict[Any, int] = {}
    for node in ancestors([root]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        found[node] = min(ENDLESS, 1 + sum(found[x] if isinstance(x, Symbol) else 1 for x in node.operands))
    return found[root]


def substituted(root: Any, new: Mapping[Symbol, Any]) -> Any:
    """An expression in which others stand for some letters or parts. Factors 1 are left out."""
    if not isinstance(root, Symbol) or not new:
        return root
    done: dict[Any, Any] = {}
    for node in ancestors([root]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if node in new:
            done[node] = new[node]
            continue
        operands = [done[x] if isinstance(x, Symbol) else x for x in node.operands]
        changed = any(a is not b for a, b in zip(operands, node.operands, strict=True))
        done[node] = _called(node, operands) if changed else node
    return done[root]


def _called(node: Symbol, operands: list[Any]) -> Any:
    row = node.op
    assert row is not None  # letters have no operands
    constant = not any(isinstance(x, Symbol) for x in operands)
    if row.kind == "fused" or (constant and (node.shape or any(isinstance(x, Size) for x in operands))):
        # the 1 from which a sweep starts, made as large as an array, is still written as 1; and 1/N as 1/N
        return applied(row, operands, node.params, node.shape, node.dtype)
    if row.name == "multiply":
        for one, other in (operands, reversed(operands)):
            if is_number(one, 1) and np.shape(other) == node.shape:
                return other
    if not row.elementwise:
        # rules on whole arrays ask for axes, which a plain number has not
        operands = [np.asarray(x)[()] if isinstance(x, int | float) else x for x in operands]
    result = row(*operands, **node.params)
    return result[()] if isinstance(result, np.ndarray) and not result.ndim else result


def is_number(x: Any, value: float) -> bool:
    """Whether x is a plain number and this one."""
    return isinstance(x, int | float | np.number) and not isinstance(x, bool) and float(x) == value


# ---- products ----------------------------------------------------------------------------------------------


class Product:
    """number · over · over ... / (under · under ...) of single numbers."""

    def __init__(self, factors: Iterable[Any]) -> None:
        self.number = 1.0
        self.over: list[Symbol] = []
        self.under: list[Symbol] = []
        todo = [(f, True) for f in factors][::-1]
        while todo:
            factor, above = todo.pop()
            if not isinstance(factor, Symbol):
                self.number = self.number * float(factor) if above else self.number / float(factor)
                continue
            name = None if factor.op is None else factor.op.name
            if name == "negative":
                self.number = -self.number
                todo.append((factor.operands[0], above))
            elif name == "multiply":
                todo += [(x, above) for x in reversed(factor.operands)]
            elif name == "divide" and not is_number(factor.operands[1], 0):
                todo += [(factor.operands[1], not above), (factor.operands[0], above)]
            elif name == "zeros_of":
                self.number = 0.0
            else:
                (self.over if above else self.under).append(factor)


def product(factors: Iterable[Any], first: Set[Symbol], then: Set[Symbol]) -> Any:
    """A product of single numbers in reading order: 2a · (s − y).

    Numbers come first, then the letters of `first` and of `then`, what is composed, and derivatives that are
    letters.
    """
    parts = Product(factors)
    if parts.number == 0:
        return 0.0

    def place(x: Symbol) -> int:
        return 0 if x in first else 1 if x in then else 2 if x.op is not None else 3

    top, bottom = ([*sorted(xs, key=place)] for xs in (parts.over, parts.under))
    result: Any = abs(parts.number) if abs(parts.number) != 1 or not top else None
    for x in top:
        result = x if result is None else result * x
    below: Any = None
    for x in bottom:
        below = x if below is None else below * x
    result = result if below is None else result / below
    return -result if parts.number < 0 else result


def total(terms: Iterable[Any]) -> Any:
    """A sum without its zeros."""
    kept = [t for t in terms if not is_number(t, 0)]
    result: Any = kept[0] if kept else 0.0
    for term in kept[1:]:
        result = result + term
    return result


# ---- text --------------------------------------------------------------------------------------------------


def factor_text(text: str, *, leading: bool) -> str:
    """A written factor between dots: in brackets if it is a sum or, unless it leads, negative."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([{⌊⌈") - (c in ")]}⌋⌉")
        if not depth and i and c in "+−-" and text[i - 1] == " ":
            return f"({text})"
    return f"({text})" if text[:1] in ("−", "-") and not leading else text
