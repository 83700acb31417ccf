"""Convolution layers: what all have in common, the two directions, and a name for each number of axes."""

from math import prod
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from nn.checks import floating, positive
from nn.functional.convolutions import convolved, convolved_back, padding_of
from nn.functional.rearranging import pad
from nn.functional.windows import per_axis
from nn.init import Rng
from nn.layers.starting import start_uniform
from nn.module import Module
from nn.parameter import Parameter

# the mode of `pad` for every padding_mode
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


class _Convolution(Module):
    """What all have: settings, weight, bias, and torch's starting values, U(±1/√(numbers of one kernel))."""

    axes: ClassVar[int]
    modes: ClassVar[tuple[str, ...]] = tuple(MODES)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: Any,
        rng: Rng,
        *,
        swapped: bool = False,
        **spans: Any,
    ) -> None:
        name = type(self).__name__
        self.in_channels = positive(f"{name}: in_channels", in_channels)
        self.out_channels = positive(f"{name}: out_channels", out_channels)
        self.groups = positive(f"{name}: groups", groups)
        for what, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name}: groups={groups} does not divide {what}={channels}")
        if padding_mode not in self.modes:
            raise ValueError(f"{name}: padding_mode is one of {', '.join(self.modes)}, got {padding_mode!r}")
        self.padding_mode = padding_mode
        self.kernel_size = per_axis(f"{name}: kernel_size", kernel_size, self.axes)
        for what, value in spans.items():
            if not (what == "padding" and isinstance(value, str)):
                value = per_axis(f"{name}: {what}", value, self.axes, least=int("padding" not in what))
            setattr(self, what, value)
        dtype, rng = ac.layer_dtype(dtype), ac.generator(rng)
        first, second = (in_channels, out_channels) if swapped else (out_channels, in_channels)
        shape = (first, second // groups, *self.kernel_size)
        self.weight = Parameter(np.zeros(shape, dtype), role="weight", layout="torch")
        self.bias = Parameter(np.zeros(out_channels, dtype), role="bias") if bias else None
        start_uniform(prod(shape[1:]), self.weight, self.bias, rng=rng)

    def extra_repr(self) -> str:
        said = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        usual = {"stride": None, "padding": 0, "dilation": 1, "output_padding": 0}
        for what, value in usual.items():
            if getattr(self, what, value) not in (value, (value,) * self.axes):
                said.append(f"{what}={getattr(self, what)}")
        if self.groups != 1:
            said.append(f"groups={self.groups}")
        if self.bias is None:
            said.append("bias=False")
        if self.padding_mode != "zeros":
            said.append(f"padding_mode={self.padding_mode}")
        return ", ".join(said)

    def title(self) -> str:
        kernel = " × ".join(map(str, self.kernel_size))
        return f"{type(self).__name__}({self.in_channels} → {self.out_channels}, {kernel})"


class _Forwards(_Convolution):
    stride: tuple[int, ...]
    padding: str | tuple[int, ...]
    dilation: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            groups,
            bias,
            padding_mode,
            dtype,
            rng,
            stride=stride,
            padding=padding,
            dilation=dilation,
        )
        self._sides()

    def _sides(self) -> list[tuple[int, int]]:
        """How many numbers the padding puts in front of and behind each axis."""
        name = type(self).__name__
        front, total = padding_of(name, self.padding, self.kernel_size, self.stride, self.dilation)
        return [(f, t - f) for f, t in zip(front, total, strict=True)]

    def forward(self, x: Any) -> Any:
        x = floating(x, self.weight.dtype)
        padding = self.padding
        if self.padding_mode != "zeros":
            x = pad(x, [w for sides in self._sides()[::-1] for w in sides], MODES[self.padding_mode])
            padding = "valid"
        return convolved(
            self.title(),
            self.axes,
            x,
            self.weight,
            self.bias,
            self.stride,
            padding,
            self.dilation,
            self.groups,
        )


class _Backwards(_Convolution):
    modes = ("zeros",)

    stride: tuple[int, ...]
    padding: tuple[int, ...]
    output_padding: tuple[int, ...]
    dilation: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            groups,
            bias,
            padding_mode,
            dtype,
            rng,
            swapped=True,
            stride=stride,
            padding=per_axis(f"{type(self).__name__}: padding", padding, self.axes, least=0),
            output_padding=output_padding,
            dilation=dilation,
        )

    def forward(self, x: Any, output_size: Any = None) -> Any:
        x = floating(x, self.weight.dtype)
        more = self.output_padding if output_size is None else self._missing(x.shape, output_size)
        return convolved_back(
            self.title(),
            self.axes,
            x,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            more,
            self.groups,
            self.dilation,
        )

    def _missing(self, shape: tuple[int, ...], output_size: Any) -> tuple[int, ...]:
        """The output_padding that leads to a size."""
        n = self.axes
        asked = tuple(output_size)[-n:]
        least = tuple(
            (m - 1) * s - 2 * p + d * (k - 1) + 1
            for m, s, p, d, k in zip(
                shape[-n:], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
            )
        )
        more = tuple(a - b for a, b in zip(asked, least, strict=False))
        if len(asked) != n or any(not 0 <= m < s for m, s in zip(more, self.stride, strict=False)):
            most = tuple(b + s - 1 for b, s in zip(least, self.stride, strict=True))
            raise ValueError(f"{self.title()}: output_size is from {least} to {most}, got {output_size}")
        return more


class Conv1d(_Forwards):
    """The convolution of x (N, C, L) or (C, L); see `Conv2d`.

    >>> Conv1d(2, 8, 3)(np.ones((5, 2, 10))).shape
    (5, 8, 8)
    """

    axes = 1


class Conv2d(_Forwards):
    """z[n,o,p] = b[o] + Σ over c and k of x[n, c, s·p + d·k − f] · w[o,c,k]: a window moves over pictures.

    x is (N, in_channels, H, W), or (in_channels, H, W) for one picture; z (N, out_channels, ⌊(H + 2·padding −
    dilation·(kernel − 1) − 1) / stride⌋ + 1, ...). The weight is (out_channels, in_channels / groups,
    *kernel_size), the bias (out_channels,). The kernel is not flipped.

    Args:
        in_channels, out_channels: the numbers of channels, at least 1.
        kernel_size, stride, padding, dilation: one number for both axes, or (rows, columns). The padding may
            be "valid" (none) or "same" (z as large as x, for stride 1).
        groups: so many parts of the channels that know nothing of each other; in_channels for a depthwise
            convolution.
        bias: False for none.
        padding_mode: what the padding holds: "zeros", "reflect", "replicate" or "circular", see
            `nn.functional.pad`.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        ValueError: for settings out of range, or for an x that does not fit.

    Starting values are torch's, U(−r, r) with r = 1/√(numbers of one kernel); He's are
    `nn.init.he_normal_(layer.weight)`, with the inputs of one neuron as fan-in (section 7.2 of the lecture).
    Keras has channels last, Glorot's uniform distribution, and b = 0.

    Y. LeCun et al.: Backpropagation applied to handwritten zip code recognition (1989); V. Dumoulin,
    F. Visin: A guide to convolution arithmetic for deep learning (2016).

    >>> Conv2d(1, 16, 3, padding=1)
    Conv2d(1, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    >>> Conv2d(1, 16, 3, padding=1)(np.ones((5, 1, 28, 28))).shape
    (5, 16, 28, 28)
    """

    axes = 2


class Conv3d(_Forwards):
    """The convolution of x (N, C, D, H, W) or (C, D, H, W); see `Conv2d`.

    >>> Conv3d(2, 8, 3)(np.ones((5, 2, 4, 5, 6))).shape
    (5, 8, 2, 3, 4)
    """

    axes = 3


class ConvTranspose1d(_Backwards):
    """The transposed convolution of x (N, C, L) or (C, L); see `ConvTranspose2d`.

    >>> ConvTranspose1d(2, 8, 3, stride=2)(np.ones((5, 2, 10))).shape
    (5, 8, 21)
    """

    axes = 1


class ConvTranspose2d(_Backwards):
    """The transpose of a `Conv2d` with this weight: every number of x writes a kernel, and these are added.

    x is (N, in_channels, H, W) or (in_channels, H, W); z (N, out_channels, (H − 1)·stride − 2·padding +
    dilation·(kernel − 1) + output_padding + 1, ...). The weight is (in_channels, out_channels / groups,
    *kernel_size): that of the convolution from z to x.

    Args:
        in_channels, out_channels, kernel_size, stride, padding, groups, bias, dilation, dtype, rng: as for
            `Conv2d`, and those of the convolution from z to x.
        output_padding: rows and columns more at the end, fewer than the stride or the dilation.
        padding_mode: "zeros".

    Called with `output_size`, it takes the output_padding that leads to this size.

    Raises:
        ValueError: for settings out of range, for an x that does not fit, or a size that cannot be reached.

    M. Zeiler et al.: Deconvolutional networks (2010); Dumoulin and Visin (2016), chapter 4.

    >>> layer = ConvTranspose2d(16, 8, 3, stride=2, padding=1)
    >>> x = np.ones((5, 16, 7, 7))
    >>> layer(x).shape, layer(x, output_size=(14, 14)).shape
    ((5, 8, 13, 13), (5, 8, 14, 14))
    """

    axes = 2


class ConvTranspose3d(_Backwards):
    """The transposed convolution of x (N, C, D, H, W) or (C, D, H, W); see `ConvTranspose2d`.

    >>> ConvTranspose3d(2, 8, 3, stride=2)(np.ones((5, 2, 2, 3, 4))).shape
    (5, 8, 5, 7, 9)
    """

    axes = 3
