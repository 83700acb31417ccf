"""Layers that only move numbers to other places."""

from typing import Any

from nn.checks import positive
from nn.functional import rearranging, unfolding
from nn.module import Module


class Flatten(Module):
    """The axes from start_dim to end_dim as one; by default all but that of the batch.

    Raises:
        ValueError: at the call, if the axes do not exist or start behind their end.

    >>> import numpy as np
    >>> Flatten()(np.ones((5, 16, 7, 7))).shape
    (5, 784)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        return rearranging.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The axis dim as several axes, of the sizes unflattened_size; one of them may be −1.

    Raises:
        ValueError: at the call, if the axis does not exist or does not hold as many numbers.

    >>> import numpy as np
    >>> Unflatten(1, (16, 7, 7))(np.ones((5, 784))).shape
    (5, 16, 7, 7)
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: Any) -> Any:
        return rearranging.unflatten(x, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class Unfold(Module):
    """The windows of x (N, C, H, W) or (C, H, W) as columns (N, C · kernel, positions).

    Args:
        kernel_size, dilation, padding, stride: see `nn.functional.unfold`.

    Raises:
        ValueError: at the call, as `nn.functional.unfold`.

    >>> import numpy as np
    >>> Unfold(3)(np.ones((5, 2, 6, 7))).shape
    (5, 18, 20)
    """

    def __init__(self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, x: Any) -> Any:
        return unfolding.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Module):
    """Columns (N, C · kernel, positions) added into (N, C, *output_size): the transpose of `Unfold`.

    Args:
        output_size, kernel_size, dilation, padding, stride: see `nn.functional.fold`.

    Raises:
        ValueError: at the call, as `nn.functional.fold`.

    >>> import numpy as np
    >>> Fold((6, 7), 3)(np.ones((5, 18, 20))).shape
    (5, 2, 6, 7)
    """

    def __init__(
        self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, x: Any) -> Any:
        return unfolding.fold(x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )


class PixelShuffle(Module):
    """(*, C·r², H, W) as (*, C, H·r, W·r), r = upscale_factor; see `nn.functional.pixel_shuffle`.

    >>> import numpy as np
    >>> PixelShuffle(2)(np.ones((5, 8, 3, 4))).shape
    (5, 2, 6, 8)
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = positive("PixelShuffle: upscale_factor", upscale_factor)

    def forward(self, x: Any) -> Any:
        return rearranging.pixel_shuffle(x, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(*, C, H·r, W·r) as (*, C·r², H, W), r = downscale_factor: the inverse of `PixelShuffle`.

    >>> import numpy as np
    >>> PixelUnshuffle(2)(np.ones((5, 2, 6, 8))).shape
    (5, 8, 3, 4)
    """

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = positive("PixelUnshuffle: downscale_factor", downscale_factor)

    def forward(self, x: Any) -> Any:
        return rearranging.pixel_unshuffle(x, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """(N, C, *) with the channels of so many groups dealt out; see `nn.functional.channel_shuffle`.

    >>> import numpy as np
    >>> ChannelShuffle(2)(np.arange(4.0).reshape(1, 4, 1)).numpy().ravel()
    array([0., 2., 1., 3.])
    """

    def __init__(self, groups: int) -> None:
        self.groups = positive("ChannelShuffle: groups", groups)

    def forward(self, x: Any) -> Any:
        return rearranging.channel_shuffle(x, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
