"""What rows do with axes: which axis of which operand is which axis of the result."""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from math import prod
from typing import Any

from autograd_core.ops.indexing import HOLE
from autograd_core.symbols import Symbol

Pair = tuple[Symbol, int]


def met(node: Symbol) -> Iterator[tuple[Pair, Pair]]:
    """Axes of operands that a row takes together and that are not in its result."""
    assert node.op is not None  # asked before
    if node.op.name == "matmul":
        x, y = node.operands
        if isinstance(x, Symbol) and isinstance(y, Symbol):
            yield (x, -1), (y, -2 if y.ndim > 1 else -1)
    elif node.op.name in _CHANNELS:
        x, weight = node.operands[:2]
        if isinstance(x, Symbol) and isinstance(weight, Symbol) and node.params.get("groups", 1) == 1:
            yield (x, 1), (weight, 1 - _CHANNELS[node.op.name])
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
    x, index = node.operands[0], node.params["index"]
    if isinstance(x, Symbol) and index[:1] == (HOLE,) and all(part == slice(None) for part in index[1:]):
        # rows by their numbers: only the first axis is another one
        yield from (((x, i), i - x.ndim) for i in range(1, x.ndim))
    elif isinstance(x, Symbol):
        yield from (((x, i), k) for i, k in _whole(index, x.ndim))


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


def _convolved(node: Symbol) -> Iterator[tuple[Pair, int]]:
    """The examples stay; the channels of the result are those of weight and bias."""
    assert node.op is not None  # asked before
    x, weight, *bias = node.operands
    if isinstance(x, Symbol):
        yield (x, 0), 0
    if isinstance(weight, Symbol) and node.params.get("groups", 1) == 1:
        yield (weight, _CHANNELS[node.op.name]), 1
    yield from (((b, 0), 1) for b in bias if isinstance(b, Symbol) and b.ndim == 1)


_CHANNELS = {"convolution": 0, "biased_convolution": 0, "transposed_convolution": 1}
"""Which axis of the weight runs over the channels of the result; the other one over those of the data."""

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
    **dict.fromkeys(_CHANNELS, _convolved),
}
