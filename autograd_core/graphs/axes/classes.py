"""Classes of equal axes: an axis of X goes through products, sums and transposes under one name."""

from collections.abc import Container, Iterator
from math import prod
from typing import Any

from autograd_core.graphs.axes.flow import joined, met
from autograd_core.node import ancestors
from autograd_core.symbols import Size, Symbol

BATCH = "N"
"""The letter of the axis along which examples stand one below the other."""
LETTERS = "KLMPQRSTUVDFGIJABC"
"""Those of other axes: no E, H, O, W, X, Y, Z, as errors, layers, zeros, weights and data are called."""


class Axes:
    """Classes of equal axes, and their names."""

    def __init__(self) -> None:
        self._first: dict[Symbol, int] = {}
        self._parent: list[int] = []
        self._size: list[int] = []
        self._names: dict[int, str] = {}
        self._merged: dict[int, list[int]] = {}
        self.sizes: dict[str, int] = {}

    # ---- joining -------------------------------------------------------------------------------------------

    def read(self, root: Any) -> None:
        """Join the axes of an expression by its operations."""
        if not isinstance(root, Symbol):
            return
        for node in ancestors([root]):
            assert isinstance(node, Symbol)  # expressions hold Symbols only
            if node in self._first:
                continue
            self._add(node)
            if node.op is None:
                continue
            for (x, i), k in joined(node):
                self._add(x)
                self._join(self._first[x] + i % x.ndim, self._first[node] + k % node.ndim)
            for (x, i), (y, k) in met(node):
                self._join(self._first[x] + i % x.ndim, self._first[y] + k % y.ndim)
            if node.op.name == "reshape":
                self._merge(node, node.operands[0])
            if node.op.kind == "fused" and node.op.meaning is not None:
                self.same(node, _meaning(node))

    def join(self, x: Symbol, i: int, y: Symbol, k: int) -> None:
        """Say that axis i of x and axis k of y are the same one."""
        self._add(x)
        self._add(y)
        self._join(self._first[x] + i, self._first[y] + k)

    def _merge(self, node: Symbol, x: Any) -> None:
        """Remember which axes a reshape makes one."""
        if not isinstance(x, Symbol) or not prod(x.shape):
            return
        i = 0
        for k, n in enumerate(node.shape):
            group, size = [], 1
            while i < x.ndim and size < n:
                size *= int(x.shape[i])
                group.append(self._first[x] + i)
                i += 1
            if size != n:
                return
            if len(group) > 1:
                self._merged.setdefault(self._first[node] + k, group)

    def same(self, x: Symbol, y: Any) -> None:
        """Join the axes of two expressions for the same value."""
        self.read(y)
        self._add(x)
        if isinstance(y, Symbol) and y.shape == x.shape:
            for i in range(x.ndim):
                self._join(self._first[y] + i, self._first[x] + i)

    def _add(self, node: Symbol) -> None:
        if node not in self._first:
            self._first[node] = len(self._parent)
            self._parent += range(len(self._parent), len(self._parent) + node.ndim)
            self._size += node.shape

    def _root(self, axis: int) -> int:
        while self._parent[axis] != axis:
            self._parent[axis] = self._parent[self._parent[axis]]
            axis = self._parent[axis]
        return axis

    def _join(self, a: int, b: int) -> None:
        a, b = self._root(a), self._root(b)
        if a != b and self._size[a] == self._size[b]:
            self._parent[max(a, b)] = min(a, b)

    # ---- names ---------------------------------------------------------------------------------------------

    def name(self, x: Symbol, names: tuple[str, ...]) -> None:
        """Call the axes of x by these names.

        Raises:
            ValueError: if there are too many or too few, or if a name means two things.
        """
        called = str(x.label)
        if len(names) != x.ndim:
            raise ValueError(f"axes: {called} has {x.ndim} axes, got {len(names)} names: {', '.join(names)}")
        self._add(x)
        for i, (name, size) in enumerate(zip(names, x.shape, strict=True)):
            axis = self._root(self._first[x] + i)
            known = self._names.setdefault(axis, name)
            if known != name:
                raise ValueError(
                    f"axes: axis {i} of {called} is called {name}, but it is the same as {known}"
                )
            if self.sizes.setdefault(name, int(size)) != size:
                raise ValueError(
                    f"axes: {name} is {self.sizes[name]} and, as axis {i} of {called}, {int(size)}"
                )

    def invent(self, x: Any, taken: Container[str]) -> None:
        """Name those axes of x that have no name yet; single ones are written as 1.

        Args:
            x: an expression.
            taken: words that are no names of axes.
        """
        if not isinstance(x, Symbol):
            return
        self._add(x)
        free = (letter for letter in _letters() if letter not in self.sizes and letter not in taken)
        for i, size in enumerate(x.shape):
            axis = self._root(self._first[x] + i)
            if axis not in self._names and size != 1 and self._word(axis, int(size)).isdecimal():
                name = next(free)
                self._names[axis] = name
                self.sizes[name] = int(size)

    def first(self, x: Symbol, taken: Container[str]) -> None:
        """Call the first axis of x by the letter of examples, if neither has another meaning."""
        self._add(x)
        axis = self._root(self._first[x])
        if axis not in self._names and x.shape[0] != 1 and BATCH not in taken and BATCH not in self.sizes:
            self._names[axis] = BATCH
            self.sizes[BATCH] = int(x.shape[0])

    def of(self, x: Any) -> tuple[str, ...]:
        """The names of the axes of an expression; of those without a name the size."""
        if not isinstance(x, Symbol):
            return tuple(str(n) for n in getattr(x, "shape", ()))
        self._add(x)
        axes = [self._root(self._first[x] + i) for i in range(x.ndim)]
        return tuple(self._word(axis, int(n)) for axis, n in zip(axes, x.shape, strict=True))

    def _word(self, axis: int, size: int) -> str:
        axis = self._root(axis)
        group = self._merged.get(axis, [])
        merged = [self._names.get(self._root(a), "") for a in group if self._size[a] != 1]
        return self._names.get(axis) or ("·".join(merged) if merged and all(merged) else str(size))

    def shape(self, x: Any) -> tuple[int, ...]:
        """The shape of an expression in sizes that know their names."""
        words = self.of(x)
        return tuple(n if w.isdecimal() else Size.of(int(n), w) for n, w in zip(x.shape, words, strict=True))


def _letters() -> Iterator[str]:
    yield from LETTERS
    k = 1
    while True:
        yield f"n{k}"
        k += 1


def _meaning(node: Symbol) -> Any:
    """A fused row written out."""
    row = node.op
    assert row is not None and row.meaning is not None  # noqa: PT018 - asked before
    try:
        result = row.meaning(*node.operands, **node.params)
    except Exception:  # it may need numbers, of labels say; then its axes have names of their own
        return None
    return result[0] if row.residuals else result
