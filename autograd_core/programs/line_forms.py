"""Rows that read whole lines of numbers: reductions, softmaxes, running sums, sorting, products, matrices.

Every form is a call of a helper for each line: `total(n,k=>v0[4*j+k])`. It gets the length of the line and
how its k-th number is read, and gives one number or a flat array of them.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from autograd_core.ops.contractions import split_subscripts
from autograd_core.programs.literals import number
from autograd_core.programs.places import Loop, place
from autograd_core.programs.writer import Value, Writer, stored


class Applied(NamedTuple):
    """A row applied: its name, where its operands stand, its parameters, shape and dtype of the result."""

    name: str
    values: tuple[Value, ...]
    params: dict[str, Any]
    shape: tuple[int, ...]
    dtype: Any


LineForm = Callable[[Writer, Applied], Value]
Reader = Callable[[Sequence[Loop]], str]


class Lines(NamedTuple):
    """A line of an operand at every turn: positions (*batch, n)."""

    value: Value
    positions: Any

    def reader(self, writer: Writer) -> Reader:
        """How the k-th number of the line is read."""
        inner = Loop("k", self.positions.shape[-1:])
        return lambda outer: writer.read(self.value, self.positions, [*outer, inner])


def along(x: Value, axis: Sequence[int]) -> Any:
    """Positions (*batch, n) of the numbers of x along some axes, which are counted from the end."""
    positions = np.arange(x.size).reshape(x.shape)
    last = np.moveaxis(positions, axis, range(-len(axis), 0)) if axis else positions[..., None]
    batch = last.shape[: last.ndim - max(len(axis), 1)]
    return last.reshape(*batch, prod(last.shape[len(batch) :]))


def called(
    writer: Writer,
    done: Applied,
    helper: str,
    batch: tuple[int, ...],
    arguments: Sequence[str | Reader],
    out: Any = None,
) -> Value:
    """A helper called at every turn of a batch.

    Args:
        arguments: texts, and readers of lines.
        out: of a helper that gives an array, where its numbers go: positions (*batch, m).
    """
    j, k = Loop("j", batch), Loop("k", () if out is None else out.shape[-1:])
    texts = [a if isinstance(a, str) else f"k=>{a([j])}" for a in arguments]
    text = f"{helper}({','.join(texts)})"
    if out is None and not done.shape:
        return writer.single(text, done.dtype)
    z = writer.fresh(done.shape, done.dtype)
    if out is None:
        writer.repeat([j], f"{z.text}[j]={stored(text, done.dtype)};")
    else:
        put = f"{z.text}[{place(out, [j, k], writer.table)}]={stored('r[k]', done.dtype)};"
        writer.repeat([j], f"{{const r={text};for(let k=0;k<{out.shape[-1]};k++){put}}}")
    return z


# ---- reductions ------------------------------------------------------------------------------------------

# the helper, and the parameters that it is called with
REDUCTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sum": ("total", ()),
    "mean": ("mean", ()),
    "prod": ("product", ()),
    "max": ("largest", ()),
    "min": ("smallest", ()),
    "nanmax": ("largestKnown", ()),
    "nanmin": ("smallestKnown", ()),
    "all": ("every", ()),
    "any": ("some", ()),
    "var": ("variance", ("ddof",)),
    "std": ("deviation", ("ddof",)),
    "varied": ("varied", ()),
    "norm": ("norm", ("p",)),
    "logsumexp": ("logsumexp", ()),
    "argmax": ("argmax", ()),
    "argmin": ("argmin", ()),
}
SAME_OF_ONE = frozenset({"sum", "mean", "prod", "max", "min", "nanmax", "nanmin"})


def _axes(x: Value, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(-len(x.shape), 0))
    return axis if isinstance(axis, tuple) else (axis,)


def _reduced(writer: Writer, done: Applied) -> Value:
    (x,) = done.values
    positions = along(x, _axes(x, done.params["axis"]))
    n = positions.shape[-1]
    if n == 1 and done.name in SAME_OF_ONE and x.dtype == done.dtype:
        at = None if x.at is None else x.at.reshape(done.shape)
        return x._replace(at=at, shape=done.shape)
    helper, words = REDUCTIONS[done.name]
    line = Lines(x, positions).reader(writer)
    settings = [number(done.params[word]) for word in words]
    return called(writer, done, helper, positions.shape[:-1], [str(n), line, *settings])


def _count_nonzero(writer: Writer, done: Applied) -> Value:
    (x,) = done.values
    positions = along(x, _axes(x, done.params.get("axis")))
    line = Lines(x, positions).reader(writer)
    nonzero = lambda outer: f"+({line(outer)}!==0)"
    return called(writer, done, "total", positions.shape[:-1], [str(positions.shape[-1]), nonzero])


# ---- a line of a line ------------------------------------------------------------------------------------

SAME_LENGTH = {
    "softmax": "softmax",
    "shares": "shares",
    "log_softmax": "logSoftmax",
    "cumsum": "cumsum",
    "before": "before",
    "argsort": "argsort",
    "winners": "winners",
}


def _line(writer: Writer, done: Applied) -> Value:
    """Lines of x, and of what is broadcast to it, that give lines of the same length."""
    positions = along(done.values[0], _axes(done.values[0], done.params["axis"]))
    if done.params.get("reverse"):
        positions = positions[..., ::-1]
    readers: list[str | Reader] = []
    for value in done.values:
        spread = np.broadcast_to(np.arange(value.size).reshape(value.shape), done.shape).reshape(-1)
        readers.append(Lines(value, spread[positions]).reader(writer))
    arguments: list[str | Reader] = [str(positions.shape[-1]), *readers]
    return called(writer, done, SAME_LENGTH[done.name], positions.shape[:-1], arguments, positions)


def _horner(writer: Writer, done: Applied) -> Value:
    axis: Any = done.params["axis"]
    turn = slice(None, None, -1 if done.params["reverse"] else 1)
    batch = np.moveaxis(np.empty(done.shape, bool), axis, -1).shape[:-1]
    lines = []
    for value in done.values:
        positions = np.moveaxis(np.arange(value.size).reshape(value.shape), axis, -1)
        whole = np.broadcast_to(positions, (*batch, positions.shape[-1]))[..., turn]
        lines.append(Lines(value, whole).reader(writer))
    out = np.moveaxis(np.arange(prod(done.shape)).reshape(done.shape), axis, -1)[..., turn]
    return called(writer, done, "linked", batch, [str(out.shape[-1]), *lines], out)


def _unwrap(writer: Writer, done: Applied) -> Value:
    (x,) = done.values
    period, discont = done.params["period"], done.params["discont"]
    positions = along(x, (done.params["axis"],))
    line = Lines(x, positions).reader(writer)
    settings = [number(period / 2 if discont is None else discont), number(period)]
    n = str(positions.shape[-1])
    return called(writer, done, "unwrap", positions.shape[:-1], [n, line, *settings], positions)


def _standing(writer: Writer, done: Applied) -> Value:
    x, places = done.values
    positions = along(x, (-1,))
    batch = positions.shape[:-1]
    m = places.shape[-1]
    which = np.broadcast_to(np.arange(places.size).reshape(places.shape), (*batch, m))
    out = np.arange(prod(done.shape)).reshape(done.shape)
    skip = "true" if done.params["skip"] else "false"
    readers = [Lines(value, at).reader(writer) for value, at in ((x, positions), (places, which))]
    arguments: list[str | Reader] = [str(positions.shape[-1]), readers[0], str(m), readers[1], skip]
    return called(writer, done, "standing", batch, arguments, out)


def _searchsorted(writer: Writer, done: Applied) -> Value:
    x, y = done.values
    n = x.size
    line = Lines(x, np.broadcast_to(np.arange(n), (*done.shape, n))).reader(writer)
    at = np.arange(y.size).reshape(y.shape)
    # the number that is looked for does not depend on k; a reader without k is as good
    wanted = f"{writer.read(y, at, [Loop('j', y.shape)])}"
    right = "true" if done.params["side"] == "right" else "false"
    return called(writer, done, "searchsorted", done.shape, [str(n), line, wanted, right])


# ---- products --------------------------------------------------------------------------------------------


def _products(writer: Writer, done: Applied, x: Any, y: Any) -> Value:
    """Sums of products: positions (*result, n) of both factors."""
    first, second = (Lines(v, p).reader(writer) for v, p in zip(done.values, (x, y), strict=True))

    def product(outer: Sequence[Loop]) -> str:
        return f"{first(outer)}*{second(outer)}"

    if x.shape[-1] == 1 and not done.shape:
        return writer.single(product([Loop("j", ())]), done.dtype)
    return called(writer, done, "total", done.shape, [str(x.shape[-1]), product])


def _matmul(writer: Writer, done: Applied) -> Value:
    x, y = (np.arange(v.size).reshape(v.shape) for v in done.values)
    x = x if x.ndim > 1 else x[None, :]
    y = y if y.ndim > 1 else y[:, None]
    x, y = x[..., :, None, :], y.swapaxes(-1, -2)[..., None, :, :]
    whole = (*done.shape, x.shape[-1])
    full = np.broadcast_shapes(x.shape, y.shape)
    return _products(writer, done, *(np.broadcast_to(v, full).reshape(whole) for v in (x, y)))


def _einsum(writer: Writer, done: Applied) -> Value:
    *letters, out = split_subscripts(done.params["subscripts"])
    sizes: dict[str, int] = {}
    for value, names in zip(done.values, letters, strict=True):
        sizes.update(zip(names, value.shape[len(value.shape) - len(names) :], strict=True))
    inner = [a for a in letters[0] if a not in out]
    order = [*out, *inner]
    lead = done.shape[: len(done.shape) - len(out)]
    full = (*lead, *(sizes[a] for a in order))
    n = prod(sizes[a] for a in inner)
    found = []
    for value, names in zip(done.values, letters, strict=True):
        positions = np.arange(value.size).reshape(value.shape)
        front = positions.ndim - len(names)
        axes = [front + names.index(a) for a in order if a in names]
        positions = positions.transpose(*range(front), *axes)
        shape = (*positions.shape[:front], *(sizes[a] if a in names else 1 for a in order))
        found.append(np.broadcast_to(positions.reshape(shape), full).reshape(*done.shape, n))
    return _products(writer, done, *found)


# ---- matrices --------------------------------------------------------------------------------------------

# the helper, and how many matrices the row takes
MATRICES = {
    "inv": "inverse",
    "det": "determinant",
    "slogdet": "slogdet",
    "cholesky": "cholesky",
    "cofactor": "cofactors",
    "cofactor_slope": "cofactorSlope",
    "halves": "halves",
    "symmetric": "symmetric",
}


def _matrix(writer: Writer, done: Applied) -> Value:
    """Square matrices one by one; a result is one number or a flat array of them."""
    batch = np.broadcast_shapes(*(v.shape[:-2] for v in done.values))
    readers = [_each(writer, v, batch) for v in done.values]
    arguments: list[str | Reader] = [str(done.values[0].shape[-1]), *readers]
    if "upper" in done.params:
        arguments.append("true" if done.params["upper"] else "false")
    out = (
        None if done.name == "det" else np.arange(prod(done.shape)).reshape(*batch, _rest(done.shape, batch))
    )
    return called(writer, done, MATRICES[done.name], batch, arguments, out)


def _solve(writer: Writer, done: Applied) -> Value:
    x, y = done.values
    batch = done.shape[:-2]
    readers = [_each(writer, v, batch) for v in done.values]
    out = np.arange(prod(done.shape)).reshape(*batch, _rest(done.shape, batch))
    arguments: list[str | Reader] = [str(x.shape[-1]), readers[0], str(y.shape[-1]), readers[1]]
    return called(writer, done, "solved", batch, arguments, out)


def _each(writer: Writer, x: Value, batch: tuple[int, ...]) -> Reader:
    """How the numbers of one matrix of a batch are read, row by row."""
    positions = np.broadcast_to(np.arange(x.size).reshape(x.shape), (*batch, *x.shape[-2:]))
    return Lines(x, positions.reshape(*batch, _rest(positions.shape, batch))).reader(writer)


def _rest(shape: tuple[int, ...], batch: tuple[int, ...]) -> int:
    return prod(shape[len(batch) :])


LINE_FORMS: dict[str, LineForm] = {
    **dict.fromkeys(REDUCTIONS, _reduced),
    **dict.fromkeys(SAME_LENGTH, _line),
    **dict.fromkeys(MATRICES, _matrix),
    "count_nonzero": _count_nonzero,
    "horner": _horner,
    "unwrap": _unwrap,
    "standing": _standing,
    "searchsorted": _searchsorted,
    "matmul": _matmul,
    "einsum": _einsum,
    "solve": _solve,
}
