"""Pooling layers: nothing to train, settings only."""

from typing import Any, ClassVar

from nn.functional import pooling
from nn.functional.windows import per_axis
from nn.module import Module


class _Pool(Module):
    """Settings under the names of the function that they are for."""

    axes: ClassVar[int]

    def _set(self, kernel_size: Any, stride: Any, padding: Any = 0) -> None:
        name = type(self).__name__
        per_axis(f"{name}: kernel_size", kernel_size, self.axes)
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        per_axis(f"{name}: stride", self.stride, self.axes)
        per_axis(f"{name}: padding", padding, self.axes, least=0)

    def title(self) -> str:
        kernel = " × ".join(map(str, per_axis("", self.kernel_size, self.axes)))
        return f"{type(self).__name__}({kernel})"


class _MaxPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._set(kernel_size, stride, padding)
        per_axis(f"{type(self).__name__}: dilation", dilation, self.axes)
        self.dilation, self.return_indices, self.ceil_mode = dilation, bool(return_indices), bool(ceil_mode)

    def forward(self, x: Any) -> Any:
        return pooling.max_pooled(
            self.title(),
            self.axes,
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The largest number of every window of x (N, C, L) or (C, L); see `MaxPool2d`.

    >>> import numpy as np
    >>> MaxPool1d(2)(np.array([[1.0, 3.0, 2.0, 0.0]])).numpy()
    array([[3., 2.]])
    """

    axes = 1


class MaxPool2d(_MaxPool):
    """The largest number of every window of x (N, C, H, W) or (C, H, W); z has (H, W) by the stride.

    Args:
        kernel_size, stride, padding, dilation, return_indices, ceil_mode: see
            `nn.functional.max_pool2d`; without a stride windows stand side by side.

    Raises:
        ValueError: for settings out of range, or for an x that does not fit.

    The gradient goes to the largest number of the window; of several to the first, as in torch.

    >>> import numpy as np
    >>> MaxPool2d(2)
    MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    >>> MaxPool2d(2)(np.ones((5, 16, 28, 28))).shape
    (5, 16, 14, 14)
    """

    axes = 2


class MaxPool3d(_MaxPool):
    """The largest number of every window of x (N, C, D, H, W) or (C, D, H, W); see `MaxPool2d`.

    >>> import numpy as np
    >>> MaxPool3d(2)(np.ones((5, 2, 4, 5, 6))).shape
    (5, 2, 2, 2, 3)
    """

    axes = 3


class _AvgPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._set(kernel_size, stride, padding)
        self.ceil_mode, self.count_include_pad = bool(ceil_mode), bool(count_include_pad)
        self.divisor_override = divisor_override

    def forward(self, x: Any) -> Any:
        return pooling.avg_pooled(
            self.title(),
            self.axes,
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The mean of every window of x (N, C, L) or (C, L); see `AvgPool2d`.

    >>> import numpy as np
    >>> AvgPool1d(2)(np.array([[1.0, 3.0, 2.0, 0.0]])).numpy()
    array([[2., 1.]])
    """

    axes = 1

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.kernel_size, self.stride, self.padding = (
            per_axis("AvgPool1d", v, 1, least=0) for v in (self.kernel_size, self.stride, self.padding)
        )


class AvgPool2d(_AvgPool):
    """The mean of every window of x (N, C, H, W) or (C, H, W).

    Args:
        kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: see
            `nn.functional.avg_pool2d`; without a stride windows stand side by side.

    Raises:
        ValueError: for settings out of range, or for an x that does not fit.

    >>> import numpy as np
    >>> AvgPool2d(2)
    AvgPool2d(kernel_size=2, stride=2, padding=0)
    >>> AvgPool2d(2)(np.ones((5, 16, 28, 28))).shape
    (5, 16, 14, 14)
    """

    axes = 2


class AvgPool3d(_AvgPool):
    """The mean of every window of x (N, C, D, H, W) or (C, D, H, W); see `AvgPool2d`.

    >>> import numpy as np
    >>> AvgPool3d(2)(np.ones((5, 2, 4, 5, 6))).shape
    (5, 2, 2, 2, 3)
    """

    axes = 3


class _LPPool(_Pool):
    def __init__(
        self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> None:
        self._set(kernel_size, stride)
        self.norm_type, self.stride, self.ceil_mode = norm_type, stride, bool(ceil_mode)

    def forward(self, x: Any) -> Any:
        return pooling.lp_pooled(
            self.title(), self.axes, x, self.norm_type, self.kernel_size, self.stride, self.ceil_mode
        )

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """The p-norm of every window of x (N, C, L) or (C, L); see `nn.functional.lp_pool2d`.

    >>> import numpy as np
    >>> LPPool1d(2, 2)(np.array([[3.0, 4.0, 0.0, 2.0]])).numpy()
    array([[5., 2.]])
    """

    axes = 1


class LPPool2d(_LPPool):
    """The p-norm of every window of x (N, C, H, W) or (C, H, W); see `nn.functional.lp_pool2d`.

    >>> import numpy as np
    >>> LPPool2d(2, 2)(np.ones((1, 4, 4))).numpy()
    array([[[2., 2.],
            [2., 2.]]])
    """

    axes = 2


class LPPool3d(_LPPool):
    """The p-norm of every window of x (N, C, D, H, W) or (C, D, H, W); see `nn.functional.lp_pool2d`.

    >>> import numpy as np
    >>> LPPool3d(3, 2)(np.ones((1, 2, 2, 2))).numpy()
    array([[[[2.]]]])
    """

    axes = 3
