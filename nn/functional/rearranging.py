"""The same numbers in other places: padding, windows as columns, pixels and channels exchanged."""

from math import prod
from typing import Any

import autograd_core as ac
from nn.checks import operand, positive

# torch's modes of padding and NumPy's names for them
MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """Input with more numbers around it.

    Args:
        input: an array.
        pad: the numbers in front of and behind the last axis, then those of the axis before, and so on;
            with the mode "constant" a negative number cuts away.
        mode: "constant", "reflect" (about the edge, which is not repeated), "replicate" (the edge again and
            again) or "circular" (the other end).
        value: the constant, 0 if None.

    Raises:
        ValueError: for an unknown mode, a value with another mode, an odd number of widths or too many, or
            widths that are larger than the mode has numbers for.

    NumPy's `pad` begins with the first axis, and calls the modes "edge" and "wrap"; torch's modes other than
    "constant" leave the first two axes alone, here every axis may be padded.

    >>> pad([[1.0, 2.0, 3.0]], (2, 1), mode="reflect")
    array([[3., 2., 1., 2., 3., 2.]])
    """
    x = operand("pad: input", input)
    if mode not in MODES:
        raise ValueError(f"pad: mode is one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if value is not None and mode != "constant":
        raise ValueError(f"pad: value={value!r} is for mode='constant', not for {mode!r}")
    widths = [int(w) for w in pad]
    if len(widths) % 2 or len(widths) > 2 * x.ndim:
        raise ValueError(
            f"pad: two widths for each of the last axes of input {x.shape}, the last axis first; got {pad!r}"
        )
    pairs = [(0, 0)] * (x.ndim - len(widths) // 2) + list(zip(widths[-2::-2], widths[::-2], strict=True))
    for axis, (front, behind) in enumerate(pairs):
        _check_width(x.shape, axis, front, behind, mode)
    if min(widths, default=0) < 0:
        x = x[tuple(slice(max(0, -f), n - max(0, -b)) for (f, b), n in zip(pairs, x.shape, strict=True))]
        pairs = [(max(0, f), max(0, b)) for f, b in pairs]
    if not any(map(any, pairs)):
        return x
    if mode == "constant":
        return ac.pad(x, pairs, constant_values=0.0 if value is None else value)
    return ac.pad(x, pairs, MODES[mode])


def _check_width(shape: tuple[int, ...], axis: int, front: int, behind: int, mode: str) -> None:
    n = shape[axis]
    if mode == "constant":
        if front + behind + n < 0 or min(front, behind) < -n:
            raise ValueError(f"pad: axis {axis} of input {shape} cannot be cut by {-front} and {-behind}")
        return
    most = {"reflect": n - 1, "circular": n, "replicate": max(front, behind) if n else 0}[mode]
    if min(front, behind) < 0 or max(front, behind) > most:
        raise ValueError(
            f"pad: mode {mode!r} has at most {most} numbers for axis {axis} of input {shape}, "
            f"asked for {front} and {behind}"
        )


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """The axes from start_dim to end_dim, both included, as one.

    torch has it as `torch.flatten`; the layer `Flatten` begins with axis 1.

    Raises:
        ValueError: if the axes do not exist or start behind their end.

    >>> import numpy as np
    >>> flatten(np.zeros((2, 3, 4)), 1).shape
    (2, 12)
    """
    x = operand("flatten: input", input)
    n = max(x.ndim, 1)
    start, end = (
        _axis("flatten", what, dim, n, x) for what, dim in (("start_dim", start_dim), ("end_dim", end_dim))
    )
    if start > end:
        raise ValueError(f"flatten: start_dim {start_dim} is behind end_dim {end_dim} of input {x.shape}")
    return ac.reshape(x, (*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))


def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """The axis dim as several axes of these sizes; one of them may be −1.

    torch has it as `torch.unflatten`.

    Raises:
        ValueError: if the axis does not exist or does not hold as many numbers.

    >>> import numpy as np
    >>> unflatten(np.zeros((2, 12)), 1, (3, -1)).shape
    (2, 3, 4)
    """
    x = operand("unflatten: input", input)
    sizes = tuple(int(s) for s in sizes)
    axis = _axis("unflatten", "dim", dim, x.ndim, x)
    n, known = x.shape[axis], prod(s for s in sizes if s != -1)
    if sizes.count(-1) > 1 or min(sizes, default=0) < -1 or not sizes:
        raise ValueError(f"unflatten: sizes are at least 0, at most one is -1, got {sizes}")
    free = -1 in sizes
    if n % known if free and known else n != known or free:
        raise ValueError(f"unflatten: axis {dim} of input {x.shape} holds {n} numbers, not {sizes}")
    filled = tuple(n // known if s == -1 else s for s in sizes)
    return ac.reshape(x, (*x.shape[:axis], *filled, *x.shape[axis + 1 :]))


def _axis(name: str, what: str, dim: Any, n: int, x: Any) -> int:
    if not isinstance(dim, int) or not -n <= dim < n:
        raise ValueError(f"{name}: {what} is an axis of input {x.shape}, from {-n} to {n - 1}, got {dim!r}")
    return dim % n


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """(*, C·r², H, W) as (*, C, H·r, W·r), r = upscale_factor: channels become pixels between the pixels.

    Raises:
        ValueError: if there are fewer than three axes, or r² does not divide the channels.

    W. Shi et al.: Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network (2016).

    >>> pixel_shuffle([[[1.0]], [[2.0]], [[3.0]], [[4.0]]], 2)
    array([[[1., 2.],
            [3., 4.]]])
    """
    x, r = operand("pixel_shuffle: input", input), positive("pixel_shuffle: upscale_factor", upscale_factor)
    if x.ndim < 3 or x.shape[-3] % (r * r):
        raise ValueError(f"pixel_shuffle: input is (*, C · {r * r}, H, W), got the shape {x.shape}")
    *lead, c, h, w = x.shape
    x = ac.reshape(x, (*lead, c // (r * r), r, r, h, w))
    x = ac.moveaxis(x, (-4, -3), (-3, -1))  # to (..., H, r, W, r)
    return ac.reshape(x, (*lead, c // (r * r), h * r, w * r))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """(*, C, H·r, W·r) as (*, C·r², H, W), r = downscale_factor: the inverse of `pixel_shuffle`.

    Raises:
        ValueError: if there are fewer than three axes, or r does not divide the last two.

    >>> pixel_unshuffle([[[1.0, 2.0], [3.0, 4.0]]], 2).shape
    (4, 1, 1)
    """
    x = operand("pixel_unshuffle: input", input)
    r = positive("pixel_unshuffle: downscale_factor", downscale_factor)
    if x.ndim < 3 or x.shape[-1] % r or x.shape[-2] % r:
        raise ValueError(f"pixel_unshuffle: input is (*, C, H · {r}, W · {r}), got the shape {x.shape}")
    *lead, c, h, w = x.shape
    x = ac.reshape(x, (*lead, c, h // r, r, w // r, r))
    x = ac.moveaxis(x, (-3, -1), (-4, -3))  # to (..., r, r, H, W)
    return ac.reshape(x, (*lead, c * r * r, h // r, w // r))


def channel_shuffle(input: Any, groups: int) -> Any:
    """(N, C, *) with the channels of so many groups dealt out like cards: the first of each, the second ...

    Raises:
        ValueError: if there are fewer than three axes, or groups does not divide the channels.

    X. Zhang et al.: ShuffleNet (2018), section 3.1.

    >>> channel_shuffle([[[1.0], [2.0], [3.0], [4.0]]], 2)
    array([[[1.],
            [3.],
            [2.],
            [4.]]])
    """
    x, groups = operand("channel_shuffle: input", input), positive("channel_shuffle: groups", groups)
    if x.ndim < 3 or x.shape[1] % groups:
        raise ValueError(f"channel_shuffle: input is (N, C · {groups} groups, *), got the shape {x.shape}")
    n, c, *rest = x.shape
    x = ac.swapaxes(ac.reshape(x, (n, groups, c // groups, *rest)), 1, 2)
    return ac.reshape(x, (n, c, *rest))
