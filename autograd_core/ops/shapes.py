"""Other shapes for the same numbers: every row is linear, and another row (or itself) is its transpose.

Axes are counted from the end and shapes replace the trailing `of` axes, so any axes in front (a stack of
gradients) are carried along.
"""

from typing import Any

from autograd_core.op import Row, linear

Axes = tuple[int, ...]


def _reshape(x: Any, *, shape: tuple[int, ...], of: int) -> Any:
    return x.reshape(x.shape[: x.ndim - of] + shape)


reshape: Row = linear(
    "reshape",
    _reshape,
    lambda g, z, x, *, shape, of: reshape(g, shape=x.shape[x.ndim - of :], of=len(shape)),
)


def _expand(x: Any, *, axis: Axes) -> Any:
    """Put axes of size 1 where `axis` says, counted from the end of the result."""
    shape = list(x.shape)
    for a in sorted(axis, reverse=True):
        shape.insert(len(shape) + a + 1, 1)
    return x.reshape(shape)


def _squeeze(x: Any, *, axis: Axes) -> Any:
    return x.reshape([size for i, size in enumerate(x.shape) if i - x.ndim not in axis])


expand = linear("expand", _expand, lambda g, z, x, *, axis: squeeze(g, axis=axis))
squeeze: Row = linear("squeeze", _squeeze, lambda g, z, x, *, axis: expand(g, axis=axis))


def _transpose(x: Any, *, axes: Axes) -> Any:
    return x.transpose(*range(x.ndim - len(axes)), *(a + x.ndim for a in axes))


def _inverse(axes: Axes) -> Axes:
    n = len(axes)
    order = [a + n for a in axes]
    return tuple(order.index(i) - n for i in range(n))


transpose: Row = linear("transpose", _transpose, lambda g, z, x, *, axes: transpose(g, axes=_inverse(axes)))
