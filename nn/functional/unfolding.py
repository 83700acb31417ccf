"""Windows as columns, and columns added back into windows: each the transpose of the other."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import operand
from nn.functional.rooms import Shape
from nn.functional.windows import per_axis, windows


def _columns(x: Any, *, size: Shape, kernel: Shape, stride: Shape, dilation: Shape, front: Shape) -> Any:
    """(*free, *size of x) as (*free, *kernel, *positions)."""
    n = len(size)
    move = windows(x.shape[x.ndim - n :], kernel, size, stride, dilation, front)
    a = move.padded(x)
    z: Any = np.empty((*x.shape[: x.ndim - n], *kernel, *size), x.dtype)
    for place in move.offsets:
        z[(..., *place, *[slice(None)] * n)] = a[move.at(place)]
    return z


def _added(c: Any, *, size: Shape, kernel: Shape, stride: Shape, dilation: Shape, front: Shape) -> Any:
    """(*free, *kernel, *positions) as (*free, *size of x)."""
    n = len(size)
    move = windows(size, kernel, c.shape[c.ndim - n :], stride, dilation, front)
    a: Any = np.zeros(c.shape[: c.ndim - 2 * n] + move.extent, c.dtype)
    for place in move.offsets:
        a[move.at(place)] += c[(..., *place, *[slice(None)] * n)]
    return move.unpadded(a)


window_columns: Callable[..., Any] = ac.linear(
    "window_columns",
    _columns,
    lambda g, z, x, *, size, **how: columns_added(g, size=x.shape[-len(size) :], **how),
    stacks=True,
)
columns_added: Callable[..., Any] = ac.linear(
    "columns_added",
    _added,
    lambda g, z, x, *, size, **how: window_columns(g, size=x.shape[-len(size) :], **how),
    stacks=True,
)


def unfold(input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The windows of input (N, C, H, W) or (C, H, W) as columns (N, C · kernel, positions).

    A convolution is `weight.reshape(O, -1) @ unfold(input, kernel_size)`. The settings are those of `conv2d`.

    Raises:
        ValueError: if the shape does not fit, a setting is out of range, or the window is larger than the
            padded input.

    >>> unfold([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], 2)
    array([[1., 2.],
           [2., 3.],
           [4., 5.],
           [5., 6.]])
    """
    x = operand("unfold: input", input)
    if x.ndim not in (3, 4):
        raise ValueError(f"unfold: input is (N, C, H, W) or (C, H, W), got the shape {x.shape}")
    how = _settings("unfold", kernel_size, dilation, padding, stride)
    how["size"] = _positions("unfold", x.shape[-2:], how)
    lead, rows = x.shape[:-3], x.shape[-3] * prod(how["kernel"])
    return ac.reshape(window_columns(x, **how), (*lead, rows, prod(how["size"])))


def fold(
    input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """Columns (N, C · kernel, positions) added into (N, C, *output_size): the transpose of `unfold`.

    Raises:
        ValueError: if the shape does not fit the settings.

    >>> fold(unfold([[[1.0, 2.0, 3.0]]], (1, 2)), (1, 3), (1, 2))
    array([[[1., 4., 3.]]])
    """
    c = operand("fold: input", input)
    size = per_axis("fold: output_size", output_size, 2)
    how = _settings("fold", kernel_size, dilation, padding, stride)
    positions, places = _positions("fold", size, how), prod(how["kernel"])
    if c.ndim not in (2, 3) or c.shape[-2] % places or c.shape[-1] != prod(positions):
        raise ValueError(
            f"fold: input is (N, C · {places}, {prod(positions)}) for the output_size {size} and "
            f"the kernel_size {how['kernel']}, got the shape {c.shape}"
        )
    c = ac.reshape(c, (*c.shape[:-2], c.shape[-2] // places, *how["kernel"], *positions))
    return columns_added(c, size=size, **how)


def _settings(name: str, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> dict[str, Shape]:
    return {
        "kernel": per_axis(f"{name}: kernel_size", kernel_size, 2),
        "stride": per_axis(f"{name}: stride", stride, 2),
        "dilation": per_axis(f"{name}: dilation", dilation, 2),
        "front": per_axis(f"{name}: padding", padding, 2, least=0),
    }


def _positions(name: str, size: Shape, how: dict[str, Shape]) -> Shape:
    each = zip(size, how["kernel"], how["stride"], how["dilation"], how["front"], strict=True)
    positions = tuple((m + 2 * f - d * (k - 1) - 1) // s + 1 for m, k, s, d, f in each)
    if min(positions) < 1:
        raise ValueError(f"{name}: a window of {how['kernel']} is larger than the padded size {size}")
    return positions
