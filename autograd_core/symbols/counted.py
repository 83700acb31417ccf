"""How long an expression is when it is written, without writing it."""

from typing import Any

from autograd_core.node import ancestors
from autograd_core.symbols.symbol import Symbol


def weight(root: Any) -> int:
    """The letters, numbers and operations of an expression as a text, where what is shared stands each time.

    >>> x = Symbol.input("x")
    >>> y = x * x
    >>> weight(y), weight(y * y), weight(2)
    (3, 7, 1)
    """
    if not isinstance(root, Symbol):
        return 1
    counts: dict[Any, int] = {}
    for node in ancestors([root]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        counts[node] = 1 + sum(counts[x] if isinstance(x, Symbol) else 1 for x in node.operands)
    return counts[root]
