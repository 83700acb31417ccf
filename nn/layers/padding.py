"""Layers that put numbers around the last axes: `nn.functional.pad` with the number of axes in the name."""

from typing import Any, ClassVar

import numpy as np

from nn.checks import number
from nn.functional import rearranging
from nn.module import Module


class Padding(Module):
    """What all have: the number of axes, the mode and the widths."""

    axes: ClassVar[int]
    mode: ClassVar[str] = "constant"

    def __init__(self, padding: Any) -> None:
        single = isinstance(padding, int | np.integer) and not isinstance(padding, bool)
        widths = (padding,) * (2 * self.axes) if single else padding
        whole = isinstance(widths, tuple | list | np.ndarray) and all(
            isinstance(w, int | np.integer) and not isinstance(w, bool) for w in widths
        )
        if not whole or len(widths) != 2 * self.axes:
            raise ValueError(
                f"{type(self).__name__}: padding is an integer or {2 * self.axes} of them, in front of and "
                f"behind the last axis, then the one before; got {padding!r}"
            )
        self.padding = tuple(int(w) for w in widths)

    def value(self) -> float | None:
        """What is put there, if it is a constant other than 0."""
        return None

    def forward(self, x: Any) -> Any:
        shape = np.shape(x)
        if len(shape) not in (self.axes + 1, self.axes + 2):
            sizes = ", ".join("DHW"[-self.axes :] if self.axes > 1 else "L")
            raise ValueError(f"{self.title()}: x is (N, C, {sizes}) or (C, {sizes}), got the shape {shape}")
        return rearranging.pad(x, self.padding, self.mode, self.value())

    def extra_repr(self) -> str:
        return str(self.padding)


class _Constant(Padding):
    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self._value = number(f"{type(self).__name__}: value", value)

    def value(self) -> float | None:
        return self._value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self._value}"


class ZeroPad1d(Padding):
    """Zeros around the last axis of x, (N, C, L) or (C, L); negative widths cut away.

    Args:
        padding: a width for both ends, or one for each: (front, behind).

    Raises:
        ValueError: for another number of widths, or, at the call, of axes.

    >>> ZeroPad1d((1, 2))([[3.0]]).tolist()
    [[0.0, 3.0, 0.0, 0.0]]
    """

    axes: ClassVar[int] = 1


class ZeroPad2d(Padding):
    """Zeros around pictures (N, C, H, W) or (C, H, W): padding is (left, right, top, bottom), or one width.

    >>> ZeroPad2d(1)(np.ones((3, 2, 2))).shape
    (3, 4, 4)
    """

    axes: ClassVar[int] = 2


class ZeroPad3d(Padding):
    """Zeros around volumes (N, C, D, H, W) or (C, D, H, W): six widths, the last axis first, or one."""

    axes: ClassVar[int] = 3


class ConstantPad1d(_Constant):
    """As `ZeroPad1d`, with another value."""

    axes: ClassVar[int] = 1


class ConstantPad2d(_Constant):
    """As `ZeroPad2d`, with another value."""

    axes: ClassVar[int] = 2


class ConstantPad3d(_Constant):
    """As `ZeroPad3d`, with another value."""

    axes: ClassVar[int] = 3


class ReflectionPad1d(Padding):
    """As `ZeroPad1d`, mirrored about the edge, which is not repeated; widths are smaller than the axis.

    >>> ReflectionPad1d(2)([[1.0, 2.0, 3.0]]).tolist()
    [[3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]]
    """

    axes: ClassVar[int] = 1
    mode: ClassVar[str] = "reflect"


class ReflectionPad2d(ReflectionPad1d):
    """As `ReflectionPad1d`, for pictures; padding as in `ZeroPad2d`."""

    axes: ClassVar[int] = 2


class ReflectionPad3d(ReflectionPad1d):
    """As `ReflectionPad1d`, for volumes; padding as in `ZeroPad3d`."""

    axes: ClassVar[int] = 3


class ReplicationPad1d(Padding):
    """As `ZeroPad1d`, with the edge again and again.

    >>> ReplicationPad1d(2)([[1.0, 2.0]]).tolist()
    [[1.0, 1.0, 1.0, 2.0, 2.0, 2.0]]
    """

    axes: ClassVar[int] = 1
    mode: ClassVar[str] = "replicate"


class ReplicationPad2d(ReplicationPad1d):
    """As `ReplicationPad1d`, for pictures; padding as in `ZeroPad2d`."""

    axes: ClassVar[int] = 2


class ReplicationPad3d(ReplicationPad1d):
    """As `ReplicationPad1d`, for volumes; padding as in `ZeroPad3d`."""

    axes: ClassVar[int] = 3


class CircularPad1d(Padding):
    """As `ZeroPad1d`, with the numbers of the other end.

    >>> CircularPad1d(1)([[1.0, 2.0, 3.0]]).tolist()
    [[3.0, 1.0, 2.0, 3.0, 1.0]]
    """

    axes: ClassVar[int] = 1
    mode: ClassVar[str] = "circular"


class CircularPad2d(CircularPad1d):
    """As `CircularPad1d`, for pictures; padding as in `ZeroPad2d`."""

    axes: ClassVar[int] = 2


class CircularPad3d(CircularPad1d):
    """As `CircularPad1d`, for volumes; padding as in `ZeroPad3d`."""

    axes: ClassVar[int] = 3
