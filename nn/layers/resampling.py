"""Layers that change the size of pictures: adaptive pooling and upsampling."""

from typing import Any, ClassVar

from nn.functional import resampling
from nn.module import Module


class _Adaptive(Module):
    axes: ClassVar[int]

    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"

    def title(self) -> str:
        return f"{type(self).__name__}({self.output_size})"


class _AdaptiveAvg(_Adaptive):
    def forward(self, x: Any) -> Any:
        return resampling.adaptive_avg_pooled(self.title(), self.axes, x, self.output_size)


class _AdaptiveMax(_Adaptive):
    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        self.output_size, self.return_indices = output_size, bool(return_indices)

    def forward(self, x: Any) -> Any:
        return resampling.adaptive_max_pooled(
            self.title(), self.axes, x, self.output_size, self.return_indices
        )


class AdaptiveAvgPool1d(_AdaptiveAvg):
    """Means of x (N, C, L) or (C, L), so many as asked; see `nn.functional.adaptive_avg_pool2d`.

    >>> import numpy as np
    >>> AdaptiveAvgPool1d(4)(np.ones((5, 2, 10))).shape
    (5, 2, 4)
    """

    axes = 1


class AdaptiveAvgPool2d(_AdaptiveAvg):
    """Means of x (N, C, H, W) or (C, H, W), so many as asked; 1: the mean of every channel.

    Args:
        output_size: a number or one for each axis; None: that of x. See
            `nn.functional.adaptive_avg_pool2d`.

    Raises:
        ValueError: at the call, if x does not fit, or the size is below 1.

    M. Lin, Q. Chen, S. Yan: Network in network (2013), section 3.2, for the size 1.

    >>> import numpy as np
    >>> AdaptiveAvgPool2d(1)(np.ones((5, 16, 7, 7))).shape
    (5, 16, 1, 1)
    """

    axes = 2


class AdaptiveAvgPool3d(_AdaptiveAvg):
    """Means of x (N, C, D, H, W) or (C, D, H, W); see `nn.functional.adaptive_avg_pool2d`.

    >>> import numpy as np
    >>> AdaptiveAvgPool3d((1, 2, None))(np.ones((5, 2, 4, 5, 6))).shape
    (5, 2, 1, 2, 6)
    """

    axes = 3


class AdaptiveMaxPool1d(_AdaptiveMax):
    """The largest numbers of x (N, C, L) or (C, L); see `nn.functional.adaptive_max_pool2d`.

    >>> import numpy as np
    >>> AdaptiveMaxPool1d(4)(np.ones((5, 2, 10))).shape
    (5, 2, 4)
    """

    axes = 1


class AdaptiveMaxPool2d(_AdaptiveMax):
    """The largest numbers of x (N, C, H, W) or (C, H, W), so many as asked.

    Args:
        output_size, return_indices: see `nn.functional.adaptive_max_pool2d`.

    Raises:
        ValueError: at the call, if x does not fit, or the size is below 1.

    >>> import numpy as np
    >>> AdaptiveMaxPool2d(3)(np.ones((5, 16, 7, 7))).shape
    (5, 16, 3, 3)
    """

    axes = 2


class AdaptiveMaxPool3d(_AdaptiveMax):
    """The largest numbers of x (N, C, D, H, W) or (C, D, H, W); see `nn.functional.adaptive_max_pool2d`.

    >>> import numpy as np
    >>> AdaptiveMaxPool3d(2)(np.ones((5, 2, 4, 5, 6))).shape
    (5, 2, 2, 2, 2)
    """

    axes = 3


class Upsample(Module):
    """x (N, C, *size) with as many numbers along the last axes as asked; see `nn.functional.interpolate`.

    Args:
        size, scale_factor, mode, align_corners, recompute_scale_factor: those of
            `nn.functional.interpolate`.

    Raises:
        ValueError: at the call, as `interpolate`.

    >>> import numpy as np
    >>> Upsample(scale_factor=2, mode="bilinear")(np.ones((5, 2, 4, 6))).shape
    (5, 2, 8, 12)
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.size, self.mode, self.align_corners = size, mode, align_corners
        several = isinstance(scale_factor, tuple | list)
        self.scale_factor = (
            tuple(float(f) for f in scale_factor) if several else scale_factor and float(scale_factor)
        )
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, x: Any) -> Any:
        return resampling.interpolate(
            x, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        )

    def extra_repr(self) -> str:
        by = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{by}, mode={self.mode!r}"
