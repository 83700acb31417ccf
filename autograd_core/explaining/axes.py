"""Which axes of a computation are the same one: an axis of X goes through products, sums and transposes.

Axes are joined by what the rows of an expression do with them, and then named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from math import prod
from typing import Any

from autograd_core.node import ancestors
from autograd_core.ops.indexing import HOLE
from autograd_core.symbols import Size, Symbol

LETTERS = "NKLMPQRSTUVDFGHIJABC"
Pair = tuple[Symbol, int]


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

    def invent(self, x: Any, taken: Iterable[str]) -> None:
        """Name those axes of x that have no name yet; single ones are written as 1."""
        if not isinstance(x, Symbol):
            return
        self._add(x)
        free = (letter for letter in _letters() if letter not in self.sizes and letter not in set(taken))
        for i, size in enumerate(x.shape):
            axis = self._root(self._first[x] + i)
            if axis not in self._names and size != 1 and self._word(axis, int(size)).isdecimal():
                name = next(free)
                self._names[axis] = name
                self.sizes[name] = int(size)

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
    result = row.meaning(*node.operands, **node.params)
    return result[0] if row.residuals else result


# ---- what rows do with axes --------------------------------------------------------------------------------


def met(node: Symbol) -> Iterator[tuple[Pair, Pair]]:
    """Axes of operands that a row takes together and that are not in its result."""
    assert node.op is not None  # asked before
    if node.op.name == "matmul":
        x, y = node.operands
        if isinstance(x, Symbol) and isinstance(y, Symbol):
            yield (x, -1), (y, -2 if y.ndim > 1 else -1)
    elif node.op.name == "einsum":
        seen: dict[str, Pair] = {}
        inputs, _, _ = node.params["subscripts"].partition("->")
        for x, letters in zip(node.operands, inputs.split(","), strict=True):
            if isinstance(x, Symbol) and letters.isalpha() and len(letters) == x.ndim:
                for i, letter in enumerate(letters):
                    if letter in seen:
                        yield seen[letter], (x, i)
                    seen.setdefault(letter, (x, i))


def joined(node: Symbol) -> Iterator[tuple[Pair, int]]:
    """Which axis of which operand is which axis of the result."""
    assert node.op is not None  # asked before
    form = _FORMS.get(node.op.name)
    symbols = [x for x in node.operands if isinstance(x, Symbol)]
    if form is not None:
        yield from form(node)
    elif node.op.elementwise or node.op.kind == "constant" or node.op.name == "broadcast_to":
        for x in symbols:
            for k in range(1, min(x.ndim, node.ndim) + 1):
                if x.shape[-k] == node.shape[-k]:
                    yield (x, -k), -k
    elif "axis" in node.params and "keepdims" in node.params:
        yield from _reduced(symbols[0], node, node.params)
    else:
        for x in symbols:
            if x.shape == node.shape:
                yield from (((x, i), i) for i in range(x.ndim))


def _reduced(whole: Symbol, small: Symbol, params: Mapping[str, Any]) -> Iterator[tuple[Pair, int]]:
    for i, k in _kept(whole, params):
        yield (whole, i), k


def _kept(whole: Symbol, params: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The axes that a reduction leaves, of what is reduced and of the result."""
    gone = {a % whole.ndim for a in params["axis"]}
    left = [i for i in range(whole.ndim) if i not in gone]
    return [(i, i if params["keepdims"] else k) for k, i in enumerate(left)]


def _spread(node: Symbol) -> Iterator[tuple[Pair, int]]:
    x = node.operands[0]
    if isinstance(x, Symbol) and x.ndim:
        for i, k in _kept(node, node.params):
            yield (x, k), i


def _matmul(node: Symbol) -> Iterator[tuple[Pair, int]]:
    x, y = node.operands
    columns = getattr(y, "ndim", 0) > 1
    if isinstance(x, Symbol) and x.ndim > 1:
        yield (x, -2), -2 if columns else -1
        yield from _batch(x, node, 2 if columns else 1)
    if isinstance(y, Symbol) and columns:
        yield (y, -1), -1
        yield from _batch(y, node, 2 if getattr(x, "ndim", 0) > 1 else 1)


def _batch(x: Symbol, node: Symbol, own: int) -> Iterator[tuple[Pair, int]]:
    for k in range(1, min(x.ndim - 2, node.ndim - own) + 1):
        if x.shape[-2 - k] == node.shape[-own - k]:
            yield (x, -2 - k), -own - k


def _transposed(node: Symbol) -> Iterator[tuple[Pair, int]]:
    axes, x = node.params["axes"], node.operands[0]
    yield from (((x, i), i) for i in range(x.ndim - len(axes)))
    yield from (((x, a), k - len(axes)) for k, a in enumerate(axes))


def _reshaped(node: Symbol) -> Iterator[tuple[Pair, int]]:
    """Axes that begin and end where one of the other shape does."""
    x = node.operands[0]
    if not isinstance(x, Symbol) or not prod(x.shape):
        return
    ends = {
        (end, n): k for k, (end, n) in enumerate(zip(accumulate(node.shape, _times), node.shape, strict=True))
    }
    for i, (end, n) in enumerate(zip(accumulate(x.shape, _times), x.shape, strict=True)):
        if n != 1 and (end, n) in ends:
            yield (x, i), ends[end, n]


def _times(a: int, b: int) -> int:
    return int(a) * int(b)


def _einsum(node: Symbol) -> Iterator[tuple[Pair, int]]:
    inputs, _, result = node.params["subscripts"].partition("->")
    for x, letters in zip(node.operands, inputs.split(","), strict=True):
        if isinstance(x, Symbol) and letters.isalpha() and len(letters) == x.ndim:
            yield from (((x, i), result.index(c)) for i, c in enumerate(letters) if c in result)


def _taken(node: Symbol) -> Iterator[tuple[Pair, int]]:
    """Of an index the axes that are taken whole."""
    x = node.operands[0]
    if isinstance(x, Symbol):
        yield from (((x, i), k) for i, k in _whole(node.params["index"], x.ndim))


def _put(node: Symbol) -> Iterator[tuple[Pair, int]]:
    x = node.operands[0]
    if isinstance(x, Symbol):
        yield from (((x, k), i) for i, k in _whole(node.params["index"], node.ndim) if k < x.ndim)


def _whole(index: tuple[Any, ...], ndim: int) -> list[tuple[int, int]]:
    if any(part is HOLE for part in index):
        return []  # arrays may move their axes to the front
    pairs = []
    eaten = sum(part is not None for part in index)
    i, k = ndim - eaten, ndim - eaten
    pairs += [(j, j) for j in range(i)]
    for part in index:
        if part is None:
            k += 1
        elif isinstance(part, slice):
            if part == slice(None):
                pairs.append((i, k))
            i, k = i + 1, k + 1
        else:
            i += 1
    return pairs


def _concatenated(node: Symbol) -> Iterator[tuple[Pair, int]]:
    along = node.params["axis"] % node.ndim
    for x in node.operands:
        if isinstance(x, Symbol):
            yield from (((x, i), i) for i in range(x.ndim) if i != along)


def _stacked(node: Symbol) -> Iterator[tuple[Pair, int]]:
    along = node.params["axis"] % node.ndim
    for x in node.operands:
        if isinstance(x, Symbol):
            yield from (((x, i), i + (i >= along)) for i in range(x.ndim))


_FORMS: dict[str, Callable[[Symbol], Iterator[tuple[Pair, int]]]] = {
    "matmul": _matmul,
    "spread": _spread,
    "transpose": _transposed,
    "reshape": _reshaped,
    "expand": _reshaped,
    "squeeze": _reshaped,
    "einsum": _einsum,
    "getitem": _taken,
    "scatter": _put,
    "concatenate": _concatenated,
    "stack": _stacked,
}
