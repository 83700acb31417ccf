"""The plain meaning of expressions: every operation called on whatever its operands are."""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd_core.node import ancestors
from autograd_core.symbols import Symbol


def evaluated(roots: Iterable[Any], given: Mapping[Any, Any]) -> list[Any]:
    """The values of expressions, where some Symbols, inputs or not, have values that are given: arrays,
    Tensors, which record, or other Symbols."""
    roots = list(roots)
    values: dict[Any, Any] = dict(given)
    until = frozenset(given)
    for node in ancestors([r for r in roots if isinstance(r, Symbol)], until):
        if node in values:
            continue
        assert isinstance(node, Symbol)
        assert node.op is not None  # every input is given
        operands = [values[x] if isinstance(x, Symbol) else x for x in node.operands]
        values[node] = node.op(*operands, **node.params)
    return [values[r] if isinstance(r, Symbol) else r for r in roots]


def depending(roots: Iterable[Any], on: Iterable[Symbol]) -> set[Any]:
    """The Symbols below the roots that depend on one of these."""
    found: set[Any] = set(on)
    for node in ancestors([r for r in roots if isinstance(r, Symbol)]):
        if any(parent in found for parent in node if parent is not None):
            found.add(node)
    return found
