"""Cell: an array outside of a program that is traced, and what becomes of it."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from autograd_core.ops.indexing import getitem
from autograd_core.ops.joining import concatenate
from autograd_core.ops.shapes import reshape
from autograd_core.symbols import Symbol


class Cell:
    """The numbers of an array, or of a Tensor whose array may be another one at the next call.

    `symbol` stands for the numbers before the call, `now` for what they are at this point of the trace.
    """

    __slots__ = ("_now", "array", "owner", "symbol")

    def __init__(self, owner: Any, symbol: Symbol, array: Callable[[], np.ndarray[Any, Any]]) -> None:
        """`array()` says where the numbers are."""
        self.owner, self.symbol, self.array, self._now = owner, symbol, array, symbol

    @property
    def now(self) -> Symbol:
        return self._now

    @property
    def changed(self) -> bool:
        """Whether the program writes here."""
        return self._now is not self.symbol

    def become(self, symbol: Symbol) -> None:
        """Write other numbers."""
        self._now = symbol


class Part(Cell):
    """A leaf whose numbers lie in a vector, from `start` on."""

    __slots__ = ("start", "vector")

    def __init__(self, leaf: Cell, vector: Cell, start: int) -> None:
        super().__init__(leaf.owner, leaf.symbol, leaf.array)
        self.vector, self.start = vector, start

    def of(self, vector: Symbol) -> Symbol:
        """These numbers in an expression of the whole vector."""
        shape = self.symbol.shape
        part = getitem(vector, index=(slice(self.start, self.start + prod(shape)),))
        if part.shape != shape:
            part = reshape(part, shape=shape, of=1)
        part.label = self.symbol.label
        return part  # type: ignore[no-any-return]

    @property
    def now(self) -> Symbol:
        return self.of(self.vector.now)

    @property
    def changed(self) -> bool:
        return False  # it is the vector that is written to

    def become(self, symbol: Symbol) -> None:
        vector, end = self.vector.now, self.start + symbol.size
        parts = [vector[: self.start], symbol.reshape(-1), vector[end:]]
        self.vector.become(concatenate(*(p for p in parts if p.size), axis=-1))


def together(vector: Cell, parts: list[Part], values: list[Symbol]) -> None:
    """The vector holds what its parts hold now."""
    if any(v is not p.symbol for v, p in zip(values, parts, strict=True)):
        vector.become(concatenate(*(v.reshape(-1) for v in values), axis=-1))
