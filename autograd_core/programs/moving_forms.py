"""Rows that only move numbers: all are one form, a gather whose positions the row itself computes from
0, 1, 2 ... when the program is written. Nothing is printed for it: readers read through the positions."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from autograd_core.ops.indexing import HOLE
from autograd_core.ops.table import TABLE
from autograd_core.programs.line_forms import Applied, LineForm
from autograd_core.programs.places import Loop, place
from autograd_core.programs.writer import Value, Writer

MOVES = ("reshape", "expand", "squeeze", "transpose", "broadcast_to", "spread")


def _moved(writer: Writer, done: Applied) -> Value:
    (x,) = done.values
    move = TABLE[done.name].forward
    at = None if x.at is None else move(x.at, **done.params)
    # an array of constants keeps its numbers where they are; the positions say where that is
    data = x.data if x.at is not None and not x.text else None
    return Value(x.text, at, done.shape, done.dtype, data)


def _joined(writer: Writer, done: Applied) -> Value:
    """Each operand is copied to where the row puts its numbers."""
    z = writer.fresh(done.shape, done.dtype)
    start = 0
    places = []
    for x in done.values:
        places.append(np.arange(start, start + x.size).reshape(x.shape))
        start += x.size
    sources = TABLE[done.name].forward(*places, **done.params).reshape(-1)
    targets = np.empty_like(sources)
    targets[sources] = np.arange(sources.size)
    for x, numbers in zip(done.values, places, strict=True):
        if x.size:
            loop = Loop("i", x.shape)
            put = place(targets[numbers], [loop], writer.table)
            everywhere = np.arange(x.size).reshape(x.shape)
            writer.repeat([loop], f"{z.text}[{put}]={writer.read(x, everywhere, [loop])};")
    return z


# ---- indexing --------------------------------------------------------------------------------------------


def _getitem(writer: Writer, done: Applied) -> Value:
    x, *arrays = done.values
    everything = np.arange(x.size).reshape(x.shape)
    known, picked = _picked(writer, everything, arrays, done.params["index"])
    if picked is None:
        at = None if x.at is None else x.at.reshape(-1)[known]
        return Value(x.text, at, done.shape, done.dtype, None if x.text else x.data)
    loop = Loop("i", done.shape)
    if x.at is None:
        return x._replace(shape=done.shape)
    source = _laid_out(writer, x)
    read = f"{writer.base(source)}[{picked(loop)}]"
    if not done.shape:
        return writer.single(read, done.dtype)
    z = writer.fresh(done.shape, done.dtype)
    writer.repeat([loop], f"{z.text}[i]={read};")
    return z


def _scatter(writer: Writer, done: Applied) -> Value:
    g, *arrays = done.values
    everything = np.arange(prod(done.shape)).reshape(done.shape)
    known, picked = _picked(writer, everything, arrays, done.params["index"])
    z = writer.fresh(done.shape, done.dtype)
    if g.size:
        loop = Loop("i", g.shape)
        put = place(known, [loop], writer.table) if picked is None else picked(loop)
        all_of_g = np.arange(g.size).reshape(g.shape)
        writer.repeat([loop], f"{z.text}[{put}]+={writer.read(g, all_of_g, [loop])};")
    return z


def _picked(
    writer: Writer, everything: Any, arrays: list[Value], index: Any
) -> tuple[Any, Callable[[Loop], str] | None]:
    """Which positions an index takes: an array, or, where index arrays are computed by the program, the text
    of the position at each turn of a loop over the result."""
    getitem = TABLE["getitem"].forward
    if not arrays:
        return getitem(everything, index=index), None
    fixed = [_known(a) for a in arrays]
    if all(f is not None for f in fixed):
        return getitem(everything, *fixed, index=index), None
    # the position is that of the index 0, and for each index array so many steps more
    zero = [np.zeros(a.shape, np.intp) if f is None else f for a, f in zip(arrays, fixed, strict=True)]
    base = getitem(everything, *zero, index=index)
    sizes = _sizes_at_holes(everything.shape, index)
    turns: list[tuple[Value, Any, int, int]] = []
    for k, (a, f) in enumerate(zip(arrays, fixed, strict=True)):
        if f is None:
            one = [np.ones(z.shape, np.intp) if m == k else z for m, z in enumerate(zero)]
            step = 0
            if sizes[k] > 1 and base.size:
                step = int((getitem(everything, *one, index=index) - base).flat[0])
            # which number of the index array belongs to each number of the result: the row says so itself
            numbered = _numbers_of(everything, zero, index, k, a, base)
            turns.append((a, numbered, sizes[k], step))

    def text(loop: Loop) -> str:
        parts = [place(base, [loop], writer.table)]
        for a, numbered, size, step in turns:
            parts.append(f"picked({writer.read(a, numbered, [loop])},{size})*{step}")
        return "+".join(parts)

    return base, text


def _known(x: Value) -> Any:
    """The numbers of a value if they are known; else None."""
    if x.data is None:
        return None
    numbers = np.ravel(x.data)
    return np.broadcast_to(numbers[:1].reshape(()), x.shape) if x.at is None else numbers[x.at]


def _sizes_at_holes(shape: tuple[int, ...], index: Any) -> list[int]:
    """The lengths of the axes that index arrays stand at."""
    covered = [i for i in index if i is not None]
    inner = shape[len(shape) - len(covered) :]
    return [n for i, n in zip(covered, inner, strict=True) if i is HOLE]


def _numbers_of(everything: Any, zero: list[Any], index: Any, k: int, a: Value, base: Any) -> Any:
    """For every number of the result, which number of the k-th index array it was picked by.

    Something of the same shape, but as long as the index array along its axis, is indexed by 0, 1, 2 ...
    """
    covered = [m for m, i in enumerate(index) if i is not None]
    holes = [m for m, i in enumerate(index) if i is HOLE]
    axis = everything.ndim - len(covered) + covered.index(holes[k])
    shape = list(everything.shape)
    shape[axis] = max(a.size, 1)
    counted = np.broadcast_to(
        np.arange(shape[axis]).reshape((-1,) + (1,) * (everything.ndim - axis - 1)), shape
    )
    arrays = [np.arange(a.size).reshape(a.shape) if m == k else z for m, z in enumerate(zero)]
    return TABLE["getitem"].forward(counted, *arrays, index=index)


def _laid_out(writer: Writer, x: Value) -> Value:
    """x as an array of its own, if it is read through positions."""
    if np.array_equal(x.at.reshape(-1), np.arange(x.size)):
        return x
    loop = Loop("i", x.shape)
    z = writer.fresh(x.shape, x.dtype)
    everything = np.arange(x.size).reshape(x.shape)
    writer.repeat([loop], f"{z.text}[i]={writer.read(x, everything, [loop])};")
    return z


MOVING_FORMS: dict[str, LineForm] = {
    **dict.fromkeys(MOVES, _moved),
    "concatenate": _joined,
    "stack": _joined,
    "getitem": _getitem,
    "scatter": _scatter,
}
