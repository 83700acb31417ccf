"""Sums of products over named axes: `einsum` of two operands, and the sliding products of `correlate`.

The subscripts of the row `einsum` are clean: every letter stands once per operand, and also in the other
operand or in the result. Then the gradient of an operand is again an einsum with clean subscripts, the
letters exchanged; everything else (diagonals, sums over one operand, sizes 1 against n) is done before, by
other rows, see functions/contracting.py. Axes in front of the letters are broadcast.
"""

from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from autograd_core.op import Row, multilinear
from autograd_core.ops.indexing import getitem

Shape = tuple[int, ...]


@lru_cache(maxsize=4096)
def split_subscripts(subscripts: str) -> tuple[str, str, str]:
    """The letters of both operands and of the result.

    >>> split_subscripts("ij,jk->ik")
    ('ij', 'jk', 'ik')
    """
    operands, out = subscripts.split("->")
    x, y = operands.split(",")
    return x, y, out


@lru_cache(maxsize=4096)
def solved_for(subscripts: str, which: int) -> str:
    """The subscripts of a gradient: the result's letters and those of one operand exchanged.

    >>> solved_for("ij,jk->ik", 0), solved_for("ij,jk->ik", 1)
    ('ik,jk->ij', 'ij,ik->jk')
    """
    x, y, out = split_subscripts(subscripts)
    return f"{out},{y}->{x}" if which == 0 else f"{x},{out}->{y}"


class _Way(NamedTuple):
    """How a product of these shapes is computed: each operand transposed and reshaped, the two multiplied
    as `kind` says, the result reshaped and transposed."""

    kind: str  # "times", "rows" or "matrix"
    swapped: bool
    x_axes: Shape
    x_shape: Shape
    x_turned: bool
    y_axes: Shape
    y_shape: Shape
    y_turned: bool
    z_shape: Shape
    z_axes: Shape | None


@lru_cache(maxsize=4096)
def _way(subscripts: str, x_shape: Shape, y_shape: Shape) -> _Way:
    """Sort the letters into those of a batch, of the left, of the right, and those summed over.

    Raises:
        ValueError: if a letter has two sizes.
    """
    x, y, out = (list(part) for part in split_subscripts(subscripts))
    x_lead, y_lead = x_shape[: len(x_shape) - len(x)], y_shape[: len(y_shape) - len(y)]
    lead = np.broadcast_shapes(x_lead, y_lead)
    # axes in front are letters too, numbered from the end
    x, y, out = (
        [str(k - n) for k in range(n)] + part
        for n, part in ((len(x_lead), x), (len(y_lead), y), (len(lead), out))
    )
    sizes = dict(zip(out[: len(lead)], lead, strict=True))
    for letters, shape in ((x, x_shape), (y, y_shape)):
        for letter, size in zip(letters, shape, strict=True):
            if sizes.setdefault(letter, size) != size and not letter.startswith("-"):
                raise ValueError(
                    f"einsum({subscripts}): {letter} is {sizes[letter]} in shape {x_shape} "
                    f"and {size} in shape {y_shape}"
                )
    # an axis of size 1 in front of one operand that meets a bigger one is no axis of that operand
    xs = [a for a, n in zip(x, x_shape, strict=True) if sizes[a] == n]
    ys = [a for a, n in zip(y, y_shape, strict=True) if sizes[a] == n]
    inner = [a for a in xs if a in ys and a not in out]
    if not inner:
        return _times(x, xs, y, ys, out, sizes)
    batch = [a for a in out if a in xs and a in ys]
    left, right = [a for a in xs if a not in ys], [a for a in ys if a not in xs]
    swapped = bool(left and right) and out[-1] in left  # so that the result is laid out as it is asked for
    if swapped:
        x, y, xs, ys, left, right = y, x, ys, xs, right, left
    if prod(sizes[a] for a in ys) > prod(sizes[a] for a in xs):
        inner = [a for a in ys if a in inner]
    x_axes, x_turned = _sides(x, xs, batch, left, inner)
    y_axes, y_turned = _sides(y, ys, batch, inner, right)
    b, n, k, m = (tuple(sizes[a] for a in part) for part in (batch, left, inner, right))
    stack = (prod(b),) if batch else ()
    found = batch + left + right
    order = tuple(found.index(a) for a in out)
    return _Way(
        "matrix" if left or right or not batch else "rows",
        swapped,
        x_axes,
        stack + ((prod(k), prod(n)) if x_turned else (prod(n), prod(k))),
        x_turned,
        y_axes,
        stack + ((prod(m), prod(k)) if y_turned else (prod(k), prod(m))),
        y_turned,
        b + n + m,
        None if order == tuple(range(len(order))) else order,
    )


def _sides(
    letters: list[str], real: list[str], batch: list[str], rows: list[str], columns: list[str]
) -> tuple[Shape, bool]:
    """The order of axes that makes matrices of an operand, and whether they come out transposed: that is
    chosen where it spares copying."""
    idle = [a for a in letters if a not in real]
    turned = tuple(letters.index(a) for a in idle + batch + columns + rows)
    if turned == tuple(range(len(letters))) and rows and columns:
        return turned, True
    return tuple(letters.index(a) for a in idle + batch + rows + columns), False


def _times(
    x: list[str], xs: list[str], y: list[str], ys: list[str], out: list[str], sizes: dict[str, int]
) -> _Way:
    """Nothing to sum: both operands are laid along the axes of the result and multiplied."""

    def along(letters: list[str], real: list[str]) -> tuple[Shape, Shape]:
        order = [a for a in letters if a not in real] + [a for a in out if a in real]
        return tuple(letters.index(a) for a in order), tuple(sizes[a] if a in real else 1 for a in out)

    return _Way("times", False, *along(x, xs), False, *along(y, ys), False, (), None)


def _ready(x: Any) -> Any:
    """Matrices as BLAS takes them: one of the two axes is contiguous."""
    step = x.itemsize
    return x if x.strides[-1] == step or x.strides[-2] == step else np.ascontiguousarray(x)


def _einsum(x: Any, y: Any, *, subscripts: str) -> Any:
    """The product by one call of matmul, to which the axes are brought by transpose and reshape."""
    way = _way(subscripts, x.shape, y.shape)
    if way.swapped:
        x, y = y, x
    x = x.transpose(way.x_axes).reshape(way.x_shape)
    y = y.transpose(way.y_axes).reshape(way.y_shape)
    if way.kind == "times":
        return np.multiply(x, y)
    if way.kind == "rows":
        return _rows(x[:, 0], y[:, :, 0]).reshape(way.z_shape)
    if way.x_turned:
        x = x.swapaxes(-1, -2)
    if way.y_turned:
        y = y.swapaxes(-1, -2)
    z = np.matmul(_ready(x), _ready(y)).reshape(way.z_shape)
    if way.z_axes is not None:
        z = z.transpose(way.z_axes)
    return z if z.ndim else z[()]


def _rows(x: Any, y: Any) -> Any:
    """Σ x y along the last axis of matrices."""
    if x.strides[-1] == y.strides[-1] == x.itemsize:
        return np.vecdot(x, y)
    return np.einsum("bk,bk->b", x, y)


einsum: Row = multilinear(
    "einsum",
    _einsum,
    lambda g, z, x, y, *, subscripts: einsum(g, y, subscripts=solved_for(subscripts, 0)),
    lambda g, z, x, y, *, subscripts: einsum(x, g, subscripts=solved_for(subscripts, 1)),
    keeps="xy",
)


def _correlate(x: Any, y: Any, *, before: int, size: int) -> Any:
    """zᵢ = Σₖ xᵢ₊ₖ₋ₚ yₖ for i < size, with p = before, where x outside its ends counts as 0."""
    n, m = x.shape[-1], y.shape[-1]
    first = m - 1 - before  # where the result begins in the correlation of every overlap
    if x.ndim == y.ndim == 1 and n and m and first >= 0 and first + size < n + m and 2 * size >= n:
        return np.correlate(x, y, "full")[first : first + size]
    needed = np.zeros((*x.shape[:-1], size + m - 1), x.dtype)
    low, high = max(0, before), min(size + m - 1, n + before)
    if high > low:
        needed[..., low:high] = x[..., low - before : high - before]
    if x.ndim == y.ndim == 1 and size and m:
        return np.correlate(needed, y, "valid")
    step = needed.strides[-1]
    windows = np.lib.stride_tricks.as_strided(
        needed, (*needed.shape[:-1], size, m), (*needed.strides[:-1], step, step), writeable=False
    )
    return np.einsum("...ik,...k->...i", windows, y)


_backwards = (slice(None, None, -1),)

# the last axis of y slid along that of x; with both rules it is closed: each is another sliding product
correlate: Row = multilinear(
    "correlate",
    _correlate,
    lambda g, z, x, y, *, before, size: correlate(
        g, getitem(y, index=_backwards), before=y.shape[-1] - 1 - before, size=x.shape[-1]
    ),
    lambda g, z, x, y, *, before, size: correlate(x, g, before=before, size=y.shape[-1]),
    keeps="xy",
)
