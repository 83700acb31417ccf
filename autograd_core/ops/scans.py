"""Running sums and products along an axis, counted from the end; `reverse` runs from the other end.

With these three rows every derivative of a running product is a running product again, without a division,
so numbers that are 0 do no harm in any order.
"""

from typing import Any

import numpy as np

from autograd_core.op import Row, general, linear
from autograd_core.ops.indexing import getitem, scatter
from autograd_core.ops.joining import pick

MOST, REST, INNER = slice(None, -1), slice(1, None), slice(1, -1)


def _flipped(x: Any, axis: int, reverse: bool) -> Any:
    return np.flip(x, axis) if reverse else x


def _cumsum(x: Any, *, axis: int, reverse: bool) -> Any:
    return _flipped(np.add.accumulate(_flipped(x, axis, reverse), axis=axis), axis, reverse)


cumsum: Row = linear(
    "cumsum", _cumsum, lambda g, z, x, *, axis, reverse: cumsum(g, axis=axis, reverse=not reverse)
)


def _before(x: Any, *, axis: int, reverse: bool) -> Any:
    """The product of the numbers before each number; 1 for the first."""
    x = _flipped(x, axis, reverse)
    out = np.ones_like(x)
    np.multiply.accumulate(x[..., *pick(axis, MOST)], axis=axis, out=out[..., *pick(axis, REST)])
    return _flipped(out, axis, reverse)


# zₖ = Π of xᵢ with i < k. A number xⱼ stands in every zₖ behind it: ∂zₖ/∂xⱼ = zⱼ · Π of xᵢ, j < i < k
before: Row = general(
    "before", _before, lambda g, z, x, *, axis, reverse: _to_earlier(g, z, x, axis, reverse), keeps="zx"
)


def _to_earlier(g: Any, z: Any, x: Any, axis: int, reverse: bool) -> Any:
    here, behind = (pick(axis, part) for part in ((REST, MOST) if reverse else (MOST, REST)))
    between = getitem(x, index=pick(axis, INNER))
    arriving = horner(getitem(g, index=behind), between, axis=axis, reverse=not reverse)
    return scatter(getitem(z, index=here) * arriving, shape=x.shape[axis:], index=here)


def _horner(x: Any, y: Any, *, axis: int, reverse: bool) -> Any:
    """Horner's scheme with all that comes on the way: z₀ = x₀, zₖ₊₁ = xₖ₊₁ + yₖ · zₖ."""
    z, link = np.swapaxes(x, axis, -1), np.swapaxes(y, axis, -1)
    z = np.array(np.broadcast_to(z, (*np.broadcast_shapes(z.shape[:-1], link.shape[:-1]), z.shape[-1])))
    z, link = (z[..., ::-1], link[..., ::-1]) if reverse else (z, link)
    rows = z.size // (z.shape[-1] or 1)
    (_step_by_step if rows >= z.shape[-1] else _by_doubling)(z, link)
    return np.swapaxes(z[..., ::-1] if reverse else z, axis, -1)


def _step_by_step(z: Any, link: Any) -> None:
    """The scheme in place along the last axis, for many rows at once."""
    for k in range(1, z.shape[-1]):
        z[..., k] += link[..., k - 1] * z[..., k - 1]


def _by_doubling(z: Any, link: Any) -> None:
    """The same in log₂ n steps: after the step of size s each number holds what 2s of them bring
    (W. D. Hillis, G. L. Steele, Data parallel algorithms, 1986)."""
    link, size = link.copy(), 1
    while size < z.shape[-1]:
        z[..., size:] += link[..., size - 1 :] * z[..., :-size]
        link[..., 2 * size - 1 :] *= link[..., size - 1 : -size]
        size *= 2


def _to_links(g: Any, z: Any, x: Any, y: Any, *, axis: int, reverse: bool) -> Any:
    here, behind = (pick(axis, part) for part in ((REST, MOST) if reverse else (MOST, REST)))
    arriving = horner(g, y, axis=axis, reverse=not reverse)
    return getitem(arriving, index=behind) * getitem(z, index=here)


horner: Row = general(
    "horner",
    _horner,
    lambda g, z, x, y, *, axis, reverse: horner(g, y, axis=axis, reverse=not reverse),
    _to_links,
    keeps="zy",
)
