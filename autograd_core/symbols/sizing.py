"""Numbers that follow a size: the same expression for two batch sizes, as one for a size with a name."""

from typing import Any

import numpy as np

from autograd_core.node import Absent, Node, ancestors
from autograd_core.ops import arithmetic
from autograd_core.symbols.sizes import Size
from autograd_core.symbols.symbol import Symbol, symbolic

ROUNDED = 1e-12
"""What 1/N may be wrong by."""


class Differ(Exception):
    """The two expressions differ in more than numbers that follow the size."""


class Sizing:
    """What two expressions have in common, of which the second was made for another size.

    A number a of the one and b of the other with a = k·(one size), b = k·(other size) becomes k·N; factors
    k/(one size) and k/(other size) become k/N.
    """

    def __init__(self, one: int, other: int, size: Size) -> None:
        self._one, self._other, self._size = one, other, size
        self._inputs: dict[tuple[str | None, Any], Symbol] = {}
        self._made: dict[tuple[int, int], Any] = {}
        self._held: list[Any] = []

    def common(self, a: Any, b: Any) -> Any:
        """The expression of which both are instances.

        Raises:
            Differ: if there is none.
        """
        if not isinstance(a, Symbol) or not isinstance(b, Symbol):
            return self._operand(a, b)
        # the same walk over both: a pair waits until the pairs of its operands are done
        todo: list[tuple[Any, Any]] = [(a, b)]
        while todo:
            x, y = todo[-1]
            if (id(x), id(y)) in self._made:
                todo.pop()
                continue
            if (x.op, len(x.operands)) != (y.op, len(y.operands)):
                raise Differ
            pairs = [(u, v) for u, v in zip(x.operands, y.operands, strict=True) if isinstance(u, Symbol)]
            if any(not isinstance(v, Symbol) for _, v in pairs):
                raise Differ
            missing = [(u, v) for u, v in pairs if (id(u), id(v)) not in self._made]
            if missing:
                todo.extend(missing)
                continue
            self._held.extend((x, y))
            self._made[id(x), id(y)] = self._symbol(x, y)
            todo.pop()
        return self._made[id(a), id(b)]

    def _symbol(self, x: Symbol, y: Symbol) -> Symbol:
        if x.op is None:
            if x.label != y.label:
                raise Differ
            self._value((x.extra or {}).get("held"), (y.extra or {}).get("held"))
            key = (x.label, (x.extra or {}).get("captured"))
            known = self._inputs.get(key)
            if known is None:
                known = self._inputs[key] = Symbol.input(str(x.label), self._value(x.shape, y.shape), x.dtype)
                known.extra = x.extra
            return known
        made = self._share(x, y)
        if made is None:
            operands = [self._operand(u, v) for u, v in zip(x.operands, y.operands, strict=True)]
            made = symbolic(x.op, operands, {k: self._value(v, y.params[k]) for k, v in x.params.items()})
        shape = self._value(x.shape, y.shape)
        if made.shape != shape:
            raise Differ
        if any(isinstance(n, Size) for n in shape):  # which running the row has not kept
            made.value = Absent(shape, made.dtype)
        return made

    def _share(self, x: Symbol, y: Symbol) -> Symbol | None:
        """0.2 · a of five rows as a/N; None if the numbers are no shares of the size."""
        if x.op is not arithmetic.multiply:
            return None
        for i, (p, q) in enumerate(zip(x.operands, y.operands, strict=True)):
            if p.__class__ is not float or q.__class__ is not float or p == q:
                continue
            share = p * self._one
            if abs(share - q * self._other) <= ROUNDED * abs(share):
                number = round(share) if abs(share - round(share)) <= ROUNDED * abs(share) else share
                rest = self._operand(x.operands[1 - i], y.operands[1 - i])
                rest = -rest if number == -1 else rest if number == 1 else number * rest
                return symbolic(arithmetic.divide, (rest, self._size))
        return None

    def _operand(self, x: Any, y: Any) -> Any:
        if isinstance(x, Symbol):
            return self._made[id(x), id(y)]
        return self._value(x, y)

    def _value(self, x: Any, y: Any) -> Any:
        if isinstance(x, tuple):
            if len(x) != len(y):
                raise Differ
            return tuple(self._value(u, v) for u, v in zip(x, y, strict=True))
        if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
            if x is y or (x.shape == y.shape and np.array_equal(x, y, equal_nan=x.dtype.kind == "f")):
                return x
            raise Differ
        if x.__class__ in (int, float) and x != y:
            k, left = divmod(x, self._one)
            if left or k * self._other != y:
                raise Differ
            return int(k) * self._size
        if isinstance(x, Node) or x.__class__ is not y.__class__ or not (x == y or x is y or x != x):
            raise Differ
        return x


def is_cut(root: Any) -> bool:
    """Whether a slice takes a part of an axis with a named size; for other sizes that part may differ."""
    for node in ancestors([root]) if isinstance(root, Symbol) else ():
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if node.op is None or node.op.name != "getitem":
            continue
        parts = [part for part in node.params["index"] if part is not None]
        x = node.operands[0]
        for part, length in zip(parts, x.shape[x.ndim - len(parts) :], strict=True):
            ends = isinstance(part, slice) and (part.start, part.stop) != (None, None)
            if ends and isinstance(length, Size):
                return True
    return False


def letters(root: Any) -> list[Symbol]:
    """The inputs that an expression reads, oldest first."""
    if not isinstance(root, Symbol):
        return []
    return [node for node in ancestors([root]) if node.op is None and isinstance(node, Symbol)]
