"""How a window moves over an array: what convolutions, pooling and unfolding have in common.

Along each axis the position p of the window and the place k inside it meet the number

    i = stride · p + dilation · k − front

of x; where i is outside, x is meant to go on with a fill (zeros, or −∞). So what stands behind an axis needs
no word of its own: the number of positions says it. The axes of x before the last ones are free.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from nn.functional.rooms import Shape, room


class Windows(NamedTuple):
    """A window that moves over the last axes of arrays.

    The padded array is what the windows cover together. If every stride is 1, neighbouring positions are
    neighbours in its memory, and all positions of one place are one run of numbers, which is fast to copy
    and to add; the run has a few numbers too many at the end of every line.
    """

    size: Shape  # of x
    kernel: Shape
    positions: Shape
    stride: Shape
    dilation: Shape
    extent: Shape  # of the padded array
    inside: tuple[slice, ...]  # the numbers of x that are covered
    among: tuple[slice, ...]  # where these stand in the padded array
    runs: bool
    pitch: Shape  # how far apart two neighbouring positions are among the columns
    length: int  # of a column

    @property
    def apart(self) -> "Windows":
        """The same without runs: a column has no more numbers than there are positions."""
        return self._replace(runs=False, pitch=pitch_of(self.positions), length=prod(self.positions))

    @property
    def stays_inside(self) -> bool:
        """Whether the windows meet nothing but numbers of x, so that no padding is needed."""
        return all(a == slice(0, n) for a, n in zip(self.among, self.extent, strict=True))

    @property
    def disjoint(self) -> bool:
        """Whether no two windows meet the same number."""
        steps = zip(self.kernel, self.stride, self.dilation, strict=True)
        return all(s > d * (k - 1) for k, s, d in steps)

    @property
    def offsets(self) -> Iterator[Shape]:
        """The places in the window, the last axis fastest."""
        return product(*map(range, self.kernel))

    def padded(self, x: Any, fill: float = 0.0, name: str = "padded") -> Any:
        """x as far as the windows cover it, with the fill around it, in the room of the name.

        A view of x if the windows stay inside.
        """
        if self.stays_inside:
            return x[(..., *self.inside)]
        out = room(name, x.shape[: x.ndim - len(self.size)] + self.extent, x.dtype)
        out[...] = fill
        out[(..., *self.among)] = x[(..., *self.inside)]
        return out

    def in_lines(self, a: Any) -> bool:
        """Whether the lines of a padded array follow each other in memory, as a run needs it."""
        lines = tuple(a.itemsize * step for step in pitch_of(self.extent))
        return bool(a.strides[a.ndim - len(lines) :] == lines)

    def unpadded(self, a: Any) -> Any:
        """The transpose of `padded` with zeros: the numbers that belong to x, and zeros where none do."""
        out: Any = np.zeros(a.shape[: a.ndim - len(self.size)] + self.size, a.dtype)
        out[(..., *self.inside)] = a[(..., *self.among)]
        return out

    def at(self, place: Shape) -> tuple[Any, ...]:
        """The index of what one place of the window meets at all its positions, in the padded array."""
        steps = zip(place, self.dilation, self.stride, self.positions, strict=True)
        return (..., *(slice(k * d, k * d + (n - 1) * s + 1, s) for k, d, s, n in steps))

    def view(self, a: Any) -> Any:
        """A contiguous padded array as (*free, *kernel, length) or, if strided, (*free, *kernel, *positions).

        Nothing is copied.
        """
        n = len(self.size)
        free, steps = a.strides[:-n], a.strides[-n:]
        moved = steps[-1:] if self.runs else _times(steps, self.stride)
        shape = (*a.shape[:-n], *self.kernel, *((self.length,) if self.runs else self.positions))
        return np.lib.stride_tricks.as_strided(a, shape, (*free, *_times(steps, self.dilation), *moved))

    def grid(self, columns: Any) -> Any:
        """Columns (*free, length) as a view (*free, *positions), without what is too much in a run."""
        step = columns.strides[-1]
        return np.lib.stride_tricks.as_strided(
            columns,
            (*columns.shape[:-1], *self.positions),
            (*columns.strides[:-1], *(p * step for p in self.pitch)),
        )


@lru_cache(maxsize=1024)
def windows(
    size: Shape, kernel: Shape, positions: Shape, stride: Shape, dilation: Shape, front: Shape
) -> Windows:
    """The windows of so many positions over an array of this size, the first one `front` before its start."""
    extent = tuple(
        (p - 1) * s + (k - 1) * d + 1 for k, p, s, d in zip(kernel, positions, stride, dilation, strict=True)
    )
    inside, among = [], []
    for n, e, f in zip(size, extent, front, strict=True):
        last = max(0, min(n, e - f))
        inside.append(slice(last))
        among.append(slice(f, f + last))
    pitch = pitch_of(extent)
    run = 1 + sum((p - 1) * step for p, step in zip(positions, pitch, strict=True))
    # not where the lines are so short that much would be too much
    runs = set(stride) == {1} and run <= 1.5 * prod(positions)
    return Windows(
        size,
        kernel,
        positions,
        stride,
        dilation,
        extent,
        tuple(inside),
        tuple(among),
        runs,
        pitch if runs else pitch_of(positions),
        run if runs else prod(positions),
    )


def pitch_of(shape: Shape) -> Shape:
    """How many numbers lie between neighbours along each axis of a contiguous array."""
    return tuple(prod(shape[i + 1 :]) for i in range(len(shape)))


def _times(steps: Any, factors: Shape) -> Shape:
    return tuple(a * b for a, b in zip(steps, factors, strict=True))


def per_axis(what: str, value: Any, n: int, least: int = 1) -> Shape:
    """An integer for each of n axes; a single one stands for all.

    Raises:
        ValueError: if it is neither an integer nor n integers, or one is less than `least`.

    >>> per_axis("stride", 2, 3), per_axis("stride", (1, 2), 2)
    ((2, 2, 2), (1, 2))
    """
    single = isinstance(value, int | np.integer)
    values = (value,) if single else tuple(value) if isinstance(value, list | tuple | np.ndarray) else ()
    values = values * n if len(values) == 1 else values
    whole = all(isinstance(v, int | np.integer) and not isinstance(v, bool) and v >= least for v in values)
    if len(values) != n or not whole:
        several = "" if n == 1 else f", or {n} of them"
        raise ValueError(f"{what} is an integer of at least {least}{several}, got {value!r}")
    return tuple(int(v) for v in values)
