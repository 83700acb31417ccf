"""Convolutions in any number of dimensions: one sum of products, solved for each of its three sides.

With a kernel w, stride s, dilation d and f zeros in front of x the sum over data, channels, positions p and
places k

    Σ z[n,o,p] · x[n, c, s·p + d·k − f] · w[o,c,k]

is linear in z, in x and in w. Its derivative by z is the convolution of x with w, that by x the transposed
convolution of z with w, and that by w the gradient of a kernel. So there are three rows, each of which has
the two others as its rules, and every order of derivatives and forward mode are there.

Each row is a product of matrices: what one place of the window meets at all its positions is one column.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.functional.rooms import Shape, room
from nn.functional.windows import Windows, pitch_of, windows

CHUNK = 2**21
"""So many bytes are worked on at a time: what is made of one part is still near when it is multiplied."""

SHORT = 64
"""Shorter columns are put together for several data, so that the matrices are large enough."""


# ---- the three kernels, with a group axis: x (N, G, C, *size), w (G, O, C, *kernel), z (N, G, O, *positions)


def _chunks(move: Windows, data: int, channels: int, others: int, itemsize: int) -> Iterator[slice]:
    """The data in parts; channels of x, of which columns are made, and those of z."""
    each = max(1, (channels * prod(move.kernel) + others) * move.length * itemsize)
    n = max(1, CHUNK // each, SHORT // max(1, move.length))
    return (slice(i, min(i + n, data)) for i in range(0, data, n))


def _matrices(name: str, a: Any, rows: int, move: Windows, dtype: Any) -> tuple[Any, Any]:
    """Room for columns twice: as (n, groups, rows, length), and as the matrices that are multiplied.

    n and groups are the first two axes of the array a.

    There is one matrix for each datum and group or, if columns are short, for each group.
    """
    n, groups = a.shape[:2]
    if move.length >= SHORT:
        a = room(name, (n, groups, rows, move.length), dtype)
        return a, a
    a = room(name, (groups, rows, n, move.length), dtype)
    return a.transpose(2, 0, 1, 3), a.reshape(1, groups, rows, n * move.length)


def _whole(move: Windows) -> bool:
    """Whether columns are laid out as the positions are, so that none need be made of z."""
    return move.length >= SHORT and move.length == prod(move.positions)


def _single(move: Windows) -> bool:
    """Whether a padded array is its own columns: the window has one place."""
    return _whole(move) and move.runs and prod(move.kernel) == 1


def _columns(x: Any, move: Windows) -> Any:
    """The matrices of what the places of the window meet, (C · *kernel) rows each."""
    a = move.padded(x)
    if move.runs and not move.in_lines(a):
        packed = room("padded", a.shape, a.dtype)
        np.copyto(packed, a)
        a = packed
    if _single(move):
        return a.reshape(*a.shape[:3], -1)
    view = move.view(a)
    columns, matrices = _matrices("columns", x, x.shape[2] * prod(move.kernel), move, x.dtype)
    np.copyto(columns.reshape(view.shape), view)
    return matrices


def _values(z: Any, move: Windows) -> Any:
    """The matrices of z, O rows each, with zeros at what is too much in a run."""
    if _whole(move) and z.flags.c_contiguous:
        return z.reshape(*z.shape[:3], move.length)
    values, matrices = _matrices("values", z, z.shape[2], move, z.dtype)
    if move.length > prod(move.positions):
        values[...] = 0
    move.grid(values)[...] = z
    return matrices


def _convolve(x: Any, w: Any, move: Windows, bias: Any = None) -> Any:
    groups, channels = w.shape[:2]
    dtype = np.result_type(x, w)
    matrix = w.reshape(groups, channels, -1)
    z: Any = np.empty((*x.shape[:2], channels, *move.positions), dtype)
    for part in _chunks(move, len(x), x.shape[1] * x.shape[2], groups * channels, dtype.itemsize):
        here = z[part]
        if _whole(move):
            np.matmul(matrix, _columns(x[part], move), out=here.reshape(*here.shape[:3], move.length))
            if bias is not None:
                here += bias
            continue
        values, matrices = _matrices("values", here, channels, move, dtype)
        np.matmul(matrix, _columns(x[part], move), out=matrices)
        if bias is None:
            here[...] = move.grid(values)
        else:
            np.add(move.grid(values), bias, out=here)
    return z


def _convolve_back(z: Any, w: Any, move: Windows) -> Any:
    groups, others, channels = w.shape[:3]
    dtype = np.result_type(z, w)
    covers = move.extent == move.size and move.inside == move.among
    x: Any = (np.empty if covers else np.zeros)((*z.shape[:2], channels, *move.size), dtype)
    single = covers and _single(move)
    flat = _as_one_run(move, others) and bool(np.isfinite(w).all())  # ∞ · 0 would be spilt
    back = _run_back if flat else _places_back
    move = move if single else move.apart
    for part in _chunks(move, len(x), groups * channels, groups * others, dtype.itemsize):
        here = x[part]
        if single:
            values = _values(z[part], move)
            matrix = w.reshape(groups, others, channels).mT
            np.matmul(matrix, values, out=here.reshape(*here.shape[:3], move.length))
            continue
        padded = back(z[part], w, move, dtype)
        here[(..., *move.inside)] = padded[(..., *move.among)]
    return x


def _as_one_run(move: Windows, others: int) -> bool:
    """Whether it pays to have zeros between positions, so that each place is one run of all the numbers.

    The product has more columns then. What it takes for a number of a column, in nanoseconds of one core of
    2.5 GHz: 0.02 for each row of z, 0.1 to add it in one run, 0.35 and 20 for every line otherwise.
    """
    product = 0.02 * others
    one = (product + 0.1) * prod(move.extent)
    return set(move.stride) == {1} and one < (product + 0.35 + 20 / move.positions[-1]) * prod(move.positions)


def _run_back(z: Any, w: Any, move: Windows, dtype: Any) -> Any:
    """The padded x, (n, G, C, *extent), of columns (kernel, G, C, n · *extent).

    What is one place of the kernel further is a fixed number of steps further in memory; what goes over the
    end of a line there, and of a datum, are zeros.
    """
    n = len(z)
    groups, others, channels = w.shape[:3]
    size = prod(move.extent)
    values = room("values", (groups, others, n, *move.extent), dtype)
    values[...] = 0
    values[(..., *map(slice, move.positions))] = np.moveaxis(z, 0, 2)
    columns = room("columns", (prod(move.kernel), groups, channels, n, size), dtype)
    matrix = w.reshape(*w.shape[:3], -1)
    values = values.reshape(groups, others, n, size)
    if groups == 1:
        matrix = matrix[0].transpose(2, 1, 0).reshape(-1, others)
        if size < SHORT:
            np.matmul(matrix, values.reshape(others, n * size), out=columns.reshape(len(matrix), n * size))
        else:
            out = columns.reshape(len(matrix), n, size).swapaxes(0, 1)
            np.matmul(matrix, values[0].swapaxes(0, 1), out=out)
    else:
        multiply = np.multiply if others == 1 else np.matmul  # the same then, and faster
        matrix = np.ascontiguousarray(matrix.transpose(3, 0, 2, 1))
        out = columns.reshape(-1, groups, channels, n * size)
        multiply(matrix, values.reshape(groups, others, n * size), out=out)
    columns = columns.reshape(len(columns), -1)
    length = columns.shape[1]
    padded = room("padded", (length + size,), dtype)
    padded[...] = 0
    pitch = pitch_of(move.extent)
    for column, place in zip(columns, move.offsets, strict=True):
        start = sum(k * d * step for k, d, step in zip(place, move.dilation, pitch, strict=True))
        met = padded[start : start + length]
        np.add(met, column, out=met)
    return np.moveaxis(padded[:length].reshape(groups, channels, n, *move.extent), 2, 0)


def _places_back(z: Any, w: Any, move: Windows, dtype: Any) -> Any:
    """The padded x, (n, G, C, *extent): each place adds what it met at all its positions."""
    n = len(z)
    groups, others, channels = w.shape[:3]
    matrix = w.reshape(groups, others, -1).mT
    columns, matrices = _matrices("columns", z, matrix.shape[1], move, dtype)
    np.matmul(matrix, _values(z, move), out=matrices)
    padded = room("padded", (n, groups, channels, *move.extent), dtype)
    padded[...] = 0
    columns = columns.reshape(n, groups, channels, *move.kernel, *move.positions)
    for place in move.offsets:
        met = padded[move.at(place)]
        np.add(met, columns[(slice(None), slice(None), slice(None), *place)], out=met)
    return padded


def _kernel_of(x: Any, z: Any, move: Windows) -> Any:
    groups, channels, out = x.shape[1], x.shape[2], z.shape[2]
    dtype = np.result_type(x, z)
    w = np.zeros((groups, channels * prod(move.kernel), out), dtype)
    with np.errstate(invalid="ignore" if move.runs else None):
        for part in _chunks(move, len(x), groups * channels, groups * out, dtype.itemsize):
            w += np.matmul(_columns(x[part], move), _values(z[part], move).mT).sum(axis=0)
    if move.runs and not np.isfinite(w).all():  # ∞ · 0 is NaN: once more, without what is too much in a run
        return _kernel_of(x, z, move.apart)
    return w.mT.reshape(groups, out, channels, *move.kernel)


# ---- the rows: x (*stack, N, C, *size), w (*stack, O, C / groups, *kernel), z (*stack, N, O, *positions) ---

Kernel = Callable[[Any, Any, Windows], Any]


@dataclass(frozen=True)
class _Product:
    """A kernel with two operands, a and b, and which of their axes is what.

    Axes are counted from the end, without the moving ones, and with the groups on an axis of their own.
    """

    kernel: Kernel
    sizes: tuple[int, int, int]  # x, the kernel and z among (result, a, b)
    channels: tuple[int, int, int]  # where the channels are that the groups part, in a, b and the result
    shared: tuple[int, int]  # the axis of a and that of b which are also axes of the result ...
    there: tuple[int, int]  # ... and where they are there

    def __call__(
        self, a: Any, b: Any, *, size: Shape, stride: Shape, dilation: Shape, front: Shape, groups: int
    ) -> Any:
        n = len(size)
        known = [size, a.shape[-n:], b.shape[-n:]]
        move = windows(*(known[i] for i in self.sizes), stride, dilation, front)
        a, b = (_parted(t, axis - n, groups) for t, axis in zip((a, b), self.channels[:2], strict=True))
        z = self.on_stacks(a, b, move)
        where = z.ndim + self.channels[2] - n - 1
        return z.reshape(*z.shape[:where], groups * z.shape[where + 1], *z.shape[where + 2 :])

    def on_stacks(self, a: Any, b: Any, move: Windows) -> Any:
        """The kernel where a or b has more axes in front: more data to it, or more channels."""
        pair, leads = [a, b], [t.shape[: t.ndim - 3 - len(move.size)] for t in (a, b)]
        if not any(leads):
            return self.kernel(a, b, move)
        if all(leads):
            stack = np.broadcast_shapes(*leads)
            a, b = (np.broadcast_to(t, stack + t.shape[len(l) :]) for t, l in zip(pair, leads, strict=True))
            each = [self.kernel(a[i], b[i], move) for i in np.ndindex(stack)]
            return np.stack(each).reshape(*stack, *each[0].shape)
        which = 0 if leads[0] else 1
        stack, axis = leads[which], self.shared[which] - len(move.size)
        size = pair[which].shape[axis]
        pair[which] = _joined(pair[which], len(stack), axis)
        z = self.kernel(pair[0], pair[1], move)
        where = z.ndim + self.there[which] - len(move.size)
        z = z.reshape(*z.shape[:where], *stack, size, *z.shape[where + 1 :])
        return np.moveaxis(z, range(where, where + len(stack)), range(len(stack)))


def _parted(t: Any, axis: int, groups: int) -> Any:
    """The channels at the axis as (groups, channels / groups)."""
    where = t.ndim + axis
    return t.reshape(*t.shape[:where], groups, t.shape[where] // groups, *t.shape[where + 1 :])


def _joined(t: Any, lead: int, axis: int) -> Any:
    """The `lead` axes in front put together with the axis."""
    where = t.ndim + axis
    moved = np.moveaxis(t, range(lead), range(where - lead, where))
    start = where - lead
    return moved.reshape(*moved.shape[:start], prod(moved.shape[start : where + 1]), *t.shape[where + 1 :])


_forwards = _Product(_convolve, (1, 2, 0), (-1, -2, -1), (-3, -2), (-3, -1))

convolution: Callable[..., Any] = ac.multilinear(
    "convolution",
    _forwards,
    lambda g, z, x, w, *, size, **how: transposed_convolution(g, w, size=x.shape[-len(size) :], **how),
    lambda g, z, x, w, *, size, **how: convolution_kernel(x, g, size=w.shape[-len(size) :], **how),
    keeps="xw",
    stacks=True,
)
transposed_convolution: Callable[..., Any] = ac.multilinear(
    "transposed_convolution",
    _Product(_convolve_back, (0, 2, 1), (-1, -2, -1), (-3, -1), (-3, -1)),
    lambda g, z, y, w, *, size, **how: convolution(g, w, size=y.shape[-len(size) :], **how),
    lambda g, z, y, w, *, size, **how: convolution_kernel(g, y, size=w.shape[-len(size) :], **how),
    keeps="yw",
    stacks=True,
)
convolution_kernel: Callable[..., Any] = ac.multilinear(
    "convolution_kernel",
    _Product(_kernel_of, (1, 0, 2), (-1, -1, -2), (-1, -1), (-1, -2)),
    lambda g, z, x, y, *, size, **how: transposed_convolution(y, g, size=x.shape[-len(size) :], **how),
    lambda g, z, x, y, *, size, **how: convolution(x, g, size=y.shape[-len(size) :], **how),
    keeps="xy",
    stacks=True,
)


def _biased(x: Any, w: Any, b: Any, **how: Any) -> Any:
    """A convolution with a bias, which is added while the result is written down."""
    n, groups = len(how["size"]), how["groups"]
    if x.ndim > n + 2 or w.ndim > n + 2 or b.ndim > 1 or b.dtype != np.result_type(x, w):
        return _forwards(x, w, **how) + b.reshape(*b.shape, *[1] * n)
    move = windows(x.shape[-n:], w.shape[-n:], how["size"], how["stride"], how["dilation"], how["front"])
    x, w, bias = _parted(x, -n - 1, groups), _parted(w, -n - 2, groups), b.reshape(groups, -1, *[1] * n)
    z = _convolve(x, w, move, bias)
    return z.reshape(z.shape[0], -1 if z.size else len(b), *z.shape[3:])


biased_convolution: Callable[..., Any] = ac.fused(
    "biased_convolution",
    _biased,
    lambda g, z, x, w, b, *, size, **how: transposed_convolution(g, w, size=x.shape[-len(size) :], **how),
    lambda g, z, x, w, b, *, size, **how: convolution_kernel(x, g, size=w.shape[-len(size) :], **how),
    lambda g, z, x, w, b, *, size, **how: ac.sum(g, axis=(-len(size) - 2, *range(-len(size), 0))),
    keeps="xwb",
    meaning=lambda x, w, b, **how: (
        convolution(x, w, **how) + ac.reshape(b, (*b.shape, *[1] * len(how["size"])))
    ),
    stacks=True,
)
