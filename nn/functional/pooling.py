"""Pooling under torch's names: the largest number, the mean or a norm of every window."""

from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import computed, number, operand, positive
from nn.functional.pool_rows import max_pool, window_sum
from nn.functional.rooms import Shape
from nn.functional.windows import per_axis


def max_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number of every window of input (N, C, L) or (C, L); see `max_pool2d`.

    >>> max_pool1d([[1.0, 3.0, 2.0, 0.0]], 2)
    array([[3., 2.]])
    """
    return max_pooled(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number of every window: z[n,c,p] = max over k of x[n, c, s·p + d·k − f].

    The gradient goes to the largest number; of several equal ones to the first, as in torch (the row `max`
    of NumPy's name shares it evenly). A NaN is larger than every number.

    Args:
        input: x, (N, C, H, W) or (C, H, W).
        kernel_size: the size of the window; here and below one number, or one for each axis.
        stride: s, how far the window moves; None: the kernel_size, so that windows do not overlap.
        padding: f, how many times −∞ stands on both sides; at most half the kernel_size.
        dilation: d, the distance of the places of the window.
        ceil_mode: also a window that begins inside of the input and the padding in front, and ends outside.
        return_indices: also where the numbers stand in (H, W) laid out in one row, as integers.

    The result is (N, C, ⌊(H + 2f − d·(kernel − 1) − 1) / s⌋ + 1, ...), with ceil_mode rounded up.

    Raises:
        ValueError: if the shape does not fit, a setting is out of range, or nothing is left.

    J. Weng, N. Ahuja, T. Huang: Cresceptron (1992); torch's names.

    >>> max_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 5.,  7.],
            [13., 15.]]])
    """
    return max_pooled(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number of every window of input (N, C, D, H, W) or (C, D, H, W); see `max_pool2d`.

    >>> max_pool3d(np.ones((2, 3, 4, 5, 6)), 2).shape
    (2, 3, 2, 2, 3)
    """
    return max_pooled(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of every window of input (N, C, L) or (C, L); see `avg_pool2d`.

    >>> avg_pool1d([[1.0, 3.0, 2.0, 0.0]], 2)
    array([[2., 1.]])
    """
    return avg_pooled("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of every window: z[n,c,p] = Σ over k of x[n, c, s·p + k − f], divided by their number.

    Args:
        input, kernel_size, stride, padding, ceil_mode: see `max_pool2d`; the padding holds zeros.
        count_include_pad: whether the zeros of the padding count. What a window of ceil_mode has outside of
            the padding never does.
        divisor_override: divide by this number instead.

    Raises:
        ValueError: if the shape does not fit, a setting is out of range, or nothing is left.

    >>> avg_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """
    return avg_pooled(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """The mean of every window of input (N, C, D, H, W) or (C, D, H, W); see `avg_pool2d`.

    >>> avg_pool3d(np.ones((2, 3, 4, 5, 6)), 2).shape
    (2, 3, 2, 2, 3)
    """
    return avg_pooled(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def lp_pool1d(
    input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Any:
    """The p-norm of every window of input (N, C, L) or (C, L); see `lp_pool2d`.

    >>> lp_pool1d([[3.0, 4.0, 0.0, 2.0]], 2, 2)
    array([[5., 2.]])
    """
    return lp_pooled("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Any:
    """(Σ over k of x[n, c, s·p + k]^p)^(1/p) for the power p = norm_type; with p = 1 the sum.

    No absolute value is taken, as in torch. The root of a sum below 0 is 0 here (torch: NaN or 0). Where the
    sum is 0 the gradient is 0 (torch: NaN or 0, depending on p). A window of ceil_mode that ends outside
    counts as if it were full of its mean, as in torch.

    Raises:
        ValueError: as `avg_pool2d`.

    >>> lp_pool2d(np.array([[[3.0, 0.0], [0.0, 4.0]]]), 2, 2)
    array([[[5.]]])
    """
    return lp_pooled("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Any:
    """The p-norm of every window of input (N, C, D, H, W) or (C, D, H, W); see `lp_pool2d`.

    >>> lp_pool3d(np.ones((2, 3, 4, 5, 6)), 3, 2)[0, 0, 0, 0, 0]
    np.float64(2.0)
    """
    return lp_pooled("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


# ---- any number of axes ------------------------------------------------------------------------------------


def max_pooled(
    name: str,
    n: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    """The largest numbers for n axes; the name is for errors."""
    x = pooling_input(name, n, input)
    how = _settings(name, x.shape[-n:], kernel_size, stride, padding, dilation, ceil_mode)
    if not return_indices:
        return max_pool(x, **how)
    z, found = max_pool.with_residuals(x, **how)
    return z, _indices(found["places"], x.shape[-n:], how)


def _indices(places: Any, size: Shape, how: dict[str, Shape]) -> Any:
    """Positions in the axes of x laid out in one row, from those in the window."""
    n = len(size)
    where = np.unravel_index(places, how["kernel"])
    total = np.zeros(places.shape, np.int64)
    for axis in range(n):
        s, d, f = (how[key][axis] for key in ("stride", "dilation", "front"))
        starts = np.arange(how["size"][axis]) * s - f
        at = starts.reshape(-1, *[1] * (n - 1 - axis)) + d * where[axis]
        total = total * size[axis] + at
    return total


def avg_pooled(
    name: str,
    n: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Any:
    """The means for n axes; the name is for errors."""
    x = pooling_input(name, n, computed(f"{name}: input", input))
    how = _settings(name, x.shape[-n:], kernel_size, stride, padding, 1, ceil_mode)
    if divisor_override is not None:
        return window_sum(x, **how) / positive(f"{name}: divisor_override", divisor_override)
    counts = [
        _counts(m, k, p, s, f, count_include_pad)
        for m, k, p, s, f in zip(
            x.shape[-n:], how["kernel"], how["size"], how["stride"], how["front"], strict=True
        )
    ]
    if all((c == k).all() for c, k in zip(counts, how["kernel"], strict=True)):
        return window_sum(x, **how) / prod(how["kernel"])
    divisor = counts[0]
    for count in counts[1:]:
        divisor = divisor[..., None] * count
    return window_sum(x, **how) / divisor.astype(x.dtype if x.dtype.kind == "f" else float)


def _counts(size: int, kernel: int, positions: int, stride: int, front: int, padding: bool) -> Any:
    """How many numbers of every window count, along one axis."""
    start = np.arange(positions) * stride - front
    low, high = (-front, size + front) if padding else (0, size)
    return np.minimum(start + kernel, high) - np.maximum(start, low)


def lp_pooled(
    name: str, n: int, input: Any, norm_type: Any, kernel_size: Any, stride: Any, ceil_mode: bool
) -> Any:
    """The norms for n axes; the name is for errors."""
    p = number(f"{name}: norm_type", norm_type)
    if not p > 0:
        raise ValueError(f"{name}: norm_type is greater than 0, got {norm_type!r}")
    x = pooling_input(name, n, computed(f"{name}: input", input))
    kernel = per_axis(f"{name}: kernel_size", kernel_size, n)
    total = avg_pooled(name, n, x if p == 1 else x**p, kernel, stride, 0, ceil_mode, True) * prod(kernel)
    if p == 1:
        return total
    # the root of 0 has no finite slope: there the gradient is 0
    below = ac.less_equal(total, 0)  # not total > 0: NaN stays NaN
    return ac.where(below, 0, ac.where(below, 1, total) ** (1 / p))


def pooling_input(name: str, n: int, input: Any) -> Any:
    """The input of a pooling.

    Raises:
        ValueError: if it has not as many axes, or no channels.
    """
    x = operand(f"{name}: input", input)
    if x.ndim not in (n + 1, n + 2) or 0 in x.shape[-n - 1 :]:
        axes = ", ".join("DHW"[-n:] if n > 1 else "L")
        raise ValueError(
            f"{name}: input is (N, C, {axes}) or (C, {axes}), not empty, got the shape {x.shape}"
        )
    return x


def _settings(
    name: str, size: Shape, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> dict[str, Shape]:
    """The words of the rows."""
    n = len(size)
    kernel = per_axis(f"{name}: kernel_size", kernel_size, n)
    steps = kernel if stride is None or stride == () else per_axis(f"{name}: stride", stride, n)
    front = per_axis(f"{name}: padding", padding, n, least=0)
    apart = per_axis(f"{name}: dilation", dilation, n)
    if any(2 * f > d * (k - 1) + 1 for f, k, d in zip(front, kernel, apart, strict=True)):
        raise ValueError(f"{name}: padding {front} is more than half of the kernel_size {kernel}")
    positions = tuple(
        _positions(m + 2 * f - d * (k - 1) - 1, s, m + f, ceil_mode)
        for m, f, d, k, s in zip(size, front, apart, kernel, steps, strict=True)
    )
    if min(positions) < 1:
        raise ValueError(f"{name}: a window of {kernel} is larger than the input {size} with padding {front}")
    return {"size": positions, "kernel": kernel, "stride": steps, "dilation": apart, "front": front}


def _positions(room: int, stride: int, end: int, ceil_mode: bool) -> int:
    """How many positions there are, if the last one may move by `room` and begins before `end`."""
    if not ceil_mode:
        return room // stride + 1
    n = -(-room // stride) + 1
    return n - 1 if (n - 1) * stride >= end else n
