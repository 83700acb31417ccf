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
from nn.functional.windows import Shape, Windows, windows

CHUNK = 2**20
"""So many bytes are worked on at a time: columns stay in the cache until they are multiplied."""

SHORT = 64
"""Shorter columns are put together for several data, so that the matrices are large enough."""


# ---- the three kernels, with a group axis: x (N, G, C, *size), w (G, O, C, *kernel), z (N, G, O, *positions)


def _chunks(move: Windows, data: int, channels: int, others: int, itemsize: int) -> Iterator[slice]:
    """The data in parts; channels of x, of which columns are made, and those of z."""
    each = max(1, (channels * prod(move.kernel) + others) * move.length * itemsize)
    n = max(1, CHUNK // each, SHORT // max(1, move.length))
    return (slice(i, i + n) for i in range(0, data, n))


def _batch(a: Any) -> Any:
    """(G, rows, n, length) as (n, G, rows, length), or as (1, G, rows, n · length) if they are short."""
    groups, rows, n, length = a.shape
    shape = (n, length) if length >= SHORT else (1, n * length)
    return a.reshape(groups, rows, *shape).transpose(2, 0, 1, 3)


def _inner(a: Any) -> Any:
    """(N, G, C, *size) as (G, C, N, *size)."""
    return np.moveaxis(a, 0, 2)


def _columns(x: Any, move: Windows) -> Any:
    """(n, G, C, *size) as columns (G, C · *kernel, n, length)."""
    a = move.padded(_inner(x))
    if prod(move.kernel) == 1 and move.runs:
        return a.reshape(*a.shape[:3], -1)
    view = np.moveaxis(move.view(np.ascontiguousarray(a)), 2, 2 + len(move.kernel))
    return np.ascontiguousarray(view).reshape(a.shape[0], -1, a.shape[2], move.length)


def _values(z: Any, move: Windows, *, last: bool) -> Any:
    """(n, G, O, *positions) as columns (G, O, n, length), the axis of O last in memory if asked."""
    n, groups, channels = z.shape[:3]
    if last:
        out = np.zeros((groups, n, move.length, channels), z.dtype).transpose(0, 3, 1, 2)
    else:
        out = np.zeros((groups, channels, n, move.length), z.dtype)
    move.grid(out)[...] = _inner(z)
    return out


def _convolve(x: Any, w: Any, move: Windows, bias: Any = None) -> Any:
    groups, channels = w.shape[:2]
    dtype = np.result_type(x, w)
    matrix = w.reshape(groups, channels, -1)
    z = np.empty((*x.shape[:2], channels, *move.positions), dtype)
    for part in _chunks(move, len(x), x.shape[1] * x.shape[2], groups * channels, dtype.itemsize):
        columns = _columns(x[part], move)
        out = np.empty((groups, channels, *columns.shape[2:]), dtype)
        np.matmul(matrix, _batch(columns), out=_batch(out))
        if bias is None:
            _inner(z[part])[...] = move.grid(out)
        else:
            np.add(move.grid(out), bias, out=_inner(z[part]))
    return z


def _convolve_back(z: Any, w: Any, move: Windows) -> Any:
    groups, others, channels = w.shape[:3]
    dtype = np.result_type(z, w)
    matrix = w.reshape(*w.shape[:2], -1).swapaxes(1, 2)
    x: Any = np.zeros((*z.shape[:2], channels, *move.size), dtype)
    for part in _chunks(move, len(x), groups * channels, groups * others, dtype.itemsize):
        values = _values(z[part], move, last=False)
        columns = np.empty((groups, matrix.shape[1], *values.shape[2:]), dtype)
        np.matmul(matrix, _batch(values), out=_batch(columns))
        padded: Any = np.zeros((groups, channels, values.shape[2], *move.extent), dtype)
        view: Any = np.moveaxis(move.view(padded), 2, 2 + len(move.kernel))
        columns = columns.reshape(view.shape)
        for place in move.offsets:
            at: Any = (slice(None), slice(None), *place)
            view[at] += columns[at]
        _inner(x[part])[(..., *move.inside)] = padded[(..., *move.among)]
    return x


def _kernel_of(x: Any, z: Any, move: Windows) -> Any:
    groups, channels, out = x.shape[1], x.shape[2], z.shape[2]
    dtype = np.result_type(x, z)
    w = np.zeros((groups, channels * prod(move.kernel), out), dtype)
    for part in _chunks(move, len(x), groups * channels, groups * out, dtype.itemsize):
        columns = _batch(_columns(x[part], move))
        values = _batch(_values(z[part], move, last=True)).swapaxes(-1, -2)
        w += np.matmul(columns, values).sum(axis=0)
    return w.swapaxes(1, 2).reshape(groups, out, channels, *move.kernel)


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
    x, w, bias = _parted(x, -n - 1, groups), _parted(w, -n - 2, groups), b.reshape(groups, -1, *[1] * (n + 1))
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
