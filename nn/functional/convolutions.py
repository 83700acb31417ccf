"""Convolutions and transposed convolutions under torch's names."""

from typing import Any

import autograd_core as ac
from nn.checks import operand, positive
from nn.functional.convolving import biased_convolution, convolution, transposed_convolution
from nn.functional.rooms import Shape
from nn.functional.windows import per_axis


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """The convolution (without a flipped kernel, so a correlation) of input (N, C, L); see `conv2d`.

    >>> conv1d([[[1.0, 2.0, 3.0]]], [[[1.0, -1.0]]])
    array([[[-1., -1.]]])
    """
    return convolved("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """z[n,o,p] = b[o] + Σ over c and k of x[n, c, s·p + d·k − f] · w[o,c,k], per axis of p and k.

    As everywhere in neural networks the kernel is not flipped: mathematically it is a correlation.

    Args:
        input: x, (N, C, H, W) or (C, H, W).
        weight: w, (O, C / groups, kernel height, kernel width).
        bias: b, (O,), or None.
        stride: s, how far the window moves; here and below one number for all axes, or one for each.
        padding: f, the zeros on both sides of every axis; "valid" for none, "same" for so many that the
            result is as large as the input (an odd number has one more at the end), for stride 1 only.
        dilation: d, the distance of the places of the kernel.
        groups: the channels in so many parts, each of which makes its own part of the result.

    The result is (N, O, ⌊(H + 2f − d·(kernel − 1) − 1) / s⌋ + 1, ...).

    Raises:
        ValueError: if the shapes do not fit, the kernel is larger than the padded input, or a setting is out
            of range.

    V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning (2016), chapters 2 to 5.
    Keras and TensorFlow have channels last, and a weight (height, width, C, O).

    >>> import numpy as np
    >>> conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), padding=1)[0, 0, :2]
    array([[4., 6., 6., 4.],
           [6., 9., 9., 6.]])
    """
    return convolved("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """The convolution of input (N, C, D, H, W) with weight (O, C / groups, *kernel); see `conv2d`.

    >>> import numpy as np
    >>> conv3d(np.ones((1, 2, 4, 5, 6)), np.ones((8, 2, 3, 3, 3))).shape
    (1, 8, 2, 3, 4)
    """
    return convolved("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """The transpose of `conv1d` for input (N, C, L); see `conv_transpose2d`.

    >>> conv_transpose1d([[[1.0, 10.0]]], [[[1.0, 2.0]]])
    array([[[ 1., 12., 20.]]])
    """
    return convolved_back(
        "conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """The transpose of `conv2d` with this weight, as a linear map: every number of the input writes a kernel.

    Args:
        input: (N, C, H, W) or (C, H, W).
        weight: (C, O / groups, kernel height, kernel width): C first, as the `conv2d` in the other direction
            has it.
        bias: (O,), or None.
        stride, padding, dilation, groups: those of the `conv2d` in the other direction.
        output_padding: so many rows more at the end, of the several sizes that a `conv2d` with a stride maps
            to the same; smaller than the stride or the dilation.

    The result is (N, O, (H − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1, ...).

    Raises:
        ValueError: if the shapes do not fit, nothing is left, or a setting is out of range.

    Dumoulin and Visin (2016), chapter 4.

    >>> import numpy as np
    >>> conv_transpose2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2)), stride=2).shape
    (1, 1, 4, 4)
    """
    return convolved_back(
        "conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """The transpose of `conv3d` for input (N, C, D, H, W); see `conv_transpose2d`.

    >>> import numpy as np
    >>> conv_transpose3d(np.ones((1, 2, 3, 3, 3)), np.ones((2, 4, 3, 3, 3)), stride=2).shape
    (1, 4, 7, 7, 7)
    """
    return convolved_back(
        "conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def convolved(
    name: str,
    n: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Any:
    x, w = _operands(name, n, input, weight, groups)
    if x.shape[-n - 1] != w.shape[1] * groups:
        grey = (
            "; a batch with one channel is x[:, None]" if (x.ndim, w.shape[1] * groups) == (n + 1, 1) else ""
        )
        raise ValueError(
            f"{name}: input {x.shape} has {x.shape[-n - 1]} channels, weight {w.shape} takes "
            f"{w.shape[1]} · {groups} groups = {w.shape[1] * groups}{grey}"
        )
    if w.shape[0] % groups:
        raise ValueError(
            f"{name}: {groups} groups do not divide the {w.shape[0]} channels of weight {w.shape}"
        )
    stride = per_axis(f"{name}: stride", stride, n)
    dilation = per_axis(f"{name}: dilation", dilation, n)
    before, total = padding_of(name, padding, w.shape[2:], stride, dilation)
    size = tuple(
        (m + t - d * (k - 1) - 1) // s + 1
        for m, t, k, s, d in zip(x.shape[-n:], total, w.shape[2:], stride, dilation, strict=True)
    )
    if min(size) < 1:
        reach = tuple(d * (k - 1) + 1 for k, d in zip(w.shape[2:], dilation, strict=True))
        padded = tuple(m + t for m, t in zip(x.shape[-n:], total, strict=True))
        raise ValueError(
            f"{name}: a kernel that reaches over {reach} is larger than the padded input, {padded}"
        )
    how = {"size": size, "stride": stride, "dilation": dilation, "front": before, "groups": groups}
    batch = x if x.ndim == n + 2 else x[None]
    if bias is None:
        z = convolution(batch, w, **how)
    else:
        z = biased_convolution(batch, w, _checked_bias(name, bias, w.shape[0]), **how)
    return z if x.ndim == n + 2 else z[0]


def convolved_back(
    name: str,
    n: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Any:
    x, w = _operands(name, n, input, weight, groups)
    if x.shape[-n - 1] != w.shape[0]:
        raise ValueError(
            f"{name}: input {x.shape} has {x.shape[-n - 1]} channels, weight {w.shape}, which is "
            f"(in, out / groups, *kernel), takes {w.shape[0]}"
        )
    if w.shape[0] % groups:
        raise ValueError(
            f"{name}: {groups} groups do not divide the {w.shape[0]} channels of input {x.shape}"
        )
    stride = per_axis(f"{name}: stride", stride, n)
    dilation = per_axis(f"{name}: dilation", dilation, n)
    front = per_axis(f"{name}: padding", padding, n, least=0)
    more = per_axis(f"{name}: output_padding", output_padding, n, least=0)
    if any(m >= max(s, d) for m, s, d in zip(more, stride, dilation, strict=True)):
        raise ValueError(
            f"{name}: output_padding {more} is smaller than the stride {stride} or the dilation {dilation}"
        )
    size = tuple(
        (p - 1) * s - 2 * f + d * (k - 1) + o + 1
        for p, s, f, d, k, o in zip(x.shape[-n:], stride, front, dilation, w.shape[2:], more, strict=True)
    )
    if min(size) < 1:
        raise ValueError(f"{name}: padding {front} leaves nothing: the result would have the size {size}")
    batched = x.ndim == n + 2
    z = transposed_convolution(
        x if batched else x[None], w, size=size, stride=stride, dilation=dilation, front=front, groups=groups
    )
    if bias is not None:
        b = _checked_bias(name, bias, w.shape[1] * groups)
        z = z + ac.reshape(b, (len(b),) + (1,) * n)
    return z if batched else z[0]


def _operands(name: str, n: int, input: Any, weight: Any, groups: Any) -> tuple[Any, Any]:
    x, w = operand(f"{name}: input", input), operand(f"{name}: weight", weight)
    positive(f"{name}: groups", groups)
    if x.ndim not in (n + 1, n + 2):
        axes = ", ".join("DHW"[-n:] if n > 1 else "L")
        raise ValueError(f"{name}: input is (N, C, {axes}) or (C, {axes}), got the shape {x.shape}")
    if w.ndim != n + 2 or 0 in w.shape:
        raise ValueError(f"{name}: weight has {n + 2} axes, none empty, got the shape {w.shape}")
    return x, w


def padding_of(name: str, padding: Any, kernel: Shape, stride: Shape, dilation: Shape) -> tuple[Shape, Shape]:
    """The numbers in front of each axis, and those on both sides together.

    Raises:
        ValueError: for an unknown word, "same" with a stride, or something negative.
    """
    if not isinstance(padding, str):
        front = per_axis(f"{name}: padding", padding, len(kernel), least=0)
        return front, tuple(2 * f for f in front)
    if padding == "valid":
        return (0,) * len(kernel), (0,) * len(kernel)
    if padding != "same":
        raise ValueError(f"{name}: padding is a number, numbers, 'same' or 'valid', got {padding!r}")
    if set(stride) != {1}:
        raise ValueError(f"{name}: padding='same' is for stride 1, got stride {stride}")
    total = tuple(d * (k - 1) for k, d in zip(kernel, dilation, strict=True))
    return tuple(t // 2 for t in total), total


def _checked_bias(name: str, bias: Any, channels: int) -> Any:
    b = operand(f"{name}: bias", bias)
    if b.shape != (channels,):
        raise ValueError(f"{name}: bias has the shape ({channels},), got {b.shape}")
    return b
