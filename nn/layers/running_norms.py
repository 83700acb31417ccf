"""Normalisations with running statistics, by torch's conventions: the features are on axis 1."""

from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import floating, number, positive
from nn.functional.normalizing import batch_norm, instance_norm
from nn.module import Module
from nn.parameter import Buffer, Parameter


class RunningNorm(Module):
    """What batch and instance normalisations hold: γ and β, and statistics that follow the batches."""

    # None where they are not wanted
    weight: Any
    bias: Any
    running_mean: Any
    running_var: Any
    num_batches_tracked: Any

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        k = self.num_features = positive(f"{name}: num_features", num_features)
        self.eps = number(f"{name}: eps", eps)
        self.momentum = None if momentum is None else number(f"{name}: momentum", momentum)
        if not self.eps >= 0:
            raise ValueError(f"{name}: eps is at least 0, got {eps!r}")
        if self.momentum is not None and not 0 <= self.momentum <= 1:
            raise ValueError(f"{name}: momentum is between 0 and 1, or None, got {momentum!r}")
        self.affine, self.track_running_stats = bool(affine), bool(track_running_stats)
        dtype = ac.layer_dtype(dtype)
        self.weight = Parameter(np.ones(k, dtype), role="scale") if affine else None
        self.bias = Parameter(np.zeros(k, dtype), role="bias") if affine and bias else None
        self.running_mean = Buffer(np.zeros(k, dtype)) if track_running_stats else None
        self.running_var = Buffer(np.ones(k, dtype)) if track_running_stats else None
        self.num_batches_tracked = Buffer(np.zeros((), np.int64)) if track_running_stats else None

    def share(self) -> Any:
        """The weight of the next batch in the running statistics; without a momentum all count alike."""
        if self.momentum is not None or self.num_batches_tracked is None:
            return self.momentum or 0.0
        if ac.traces.is_tracing() and self.running_mean is not None:
            count = self.num_batches_tracked.data
            return ac.astype(1.0 / (count + 1), self.running_mean.dtype)
        return 1 / (int(self.num_batches_tracked) + 1)

    def counted(self) -> None:
        """One more batch has moved the running statistics."""
        if self.num_batches_tracked is not None:
            count = self.num_batches_tracked.data
            count += 1

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps:g}, momentum={written(self.momentum)}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )

    def title(self) -> str:
        return f"{type(self).__name__}({self.num_features})"


def written(momentum: float | None) -> str:
    """A momentum in a repr."""
    return "None" if momentum is None else f"{momentum:g}"


class BatchNorm1d(RunningNorm):
    """y = γ (x − μ)/√(σ² + ε) + β, each feature by its mean and biased variance over the batch.

    X is (N, C) or (N, C, L); γ and β are (C,), 1 and 0 at first. In training each batch moves the running
    statistics, running ← (1 − momentum) · running + momentum · new, where the new variance is the unbiased
    one, and adds 1 to num_batches_tracked; with momentum=None they are the means over all batches so far. In
    prediction μ and σ² are the running statistics, if there are any.

    Args:
        num_features: C, at least 1.
        eps: ε ≥ 0.
        momentum: the weight of the newest batch, 0 ≤ momentum ≤ 1, or None.
        affine: False for no γ and β.
        track_running_stats: False for statistics of the batch in prediction too.
        bias: False for no β.
        dtype: float32 by default, see `ac.default_dtype`.

    Raises:
        ValueError: for a setting out of range, another shape of X, or in training (and without running
            statistics) for one number per feature or none.

    torch's; `BatchNorm` is the lecture's, with the features on the last axis and ε = 1e-8. S. Ioffe,
    C. Szegedy: Batch normalization (2015), algorithms 1 and 2.

    >>> BatchNorm1d(2)
    BatchNorm1d(2, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    shapes: ClassVar[dict[int, str]] = {2: "(N, C)", 3: "(N, C, L)"}

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias=bias, dtype=dtype)

    def forward(self, x: Any) -> Any:
        if not isinstance(x, Tensor) or x.dtype.kind != "f":
            x = floating(x, self._dtype() or ac.layer_dtype())
        check_channels(self, x.shape, self.shapes, 1)
        y = batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.share(),
            self.eps,
        )
        if self.training:
            self.counted()
        return y


class BatchNorm2d(BatchNorm1d):
    """`BatchNorm1d` for pictures (N, C, H, W): each channel by its mean over the batch and all places.

    >>> BatchNorm2d(3)(np.ones((2, 3, 4, 4))).shape
    (2, 3, 4, 4)
    """

    shapes: ClassVar[dict[int, str]] = {4: "(N, C, H, W)"}


class BatchNorm3d(BatchNorm1d):
    """`BatchNorm1d` for volumes (N, C, D, H, W): each channel by its mean over the batch and all places."""

    shapes: ClassVar[dict[int, str]] = {5: "(N, C, D, H, W)"}


class InstanceNorm1d(RunningNorm):
    """y = γ (x − μ)/√(σ² + ε) + β, each channel of each datum by its mean and variance over the places.

    The variance is the biased one. X is (N, C, L) or (C, L). There are γ and β, (C,), only with affine=True,
    and running statistics only with track_running_stats=True. These move as those of `BatchNorm1d`, by the
    mean over the data, but never count the batches: with momentum=None they stay.

    Args: those of `BatchNorm1d`, with other defaults of affine and track_running_stats.

    Raises:
        ValueError: for a setting out of range, another shape of X, or in training (and without running
            statistics) for one place or none.

    torch's, which only warns of a wrong number of channels that it does not need. D. Ulyanov, A. Vedaldi,
    V. Lempitsky: Instance normalization (2016), equation 4.

    >>> InstanceNorm1d(1, eps=0.0)(np.array([[[1.0, 3.0]]])).tolist()
    [[[-1.0, 1.0]]]
    """

    shapes: ClassVar[dict[int, str]] = {2: "(C, L)", 3: "(N, C, L)"}

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias=bias, dtype=dtype)

    def forward(self, x: Any) -> Any:
        x = floating(x, self._dtype() or ac.layer_dtype())
        batched = x.ndim == max(self.shapes)
        check_channels(self, x.shape, self.shapes, 1 if batched else 0)
        y = instance_norm(
            x if batched else x[None],
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.momentum or 0.0,
            self.eps,
        )
        return y if batched else y[0]


class InstanceNorm2d(InstanceNorm1d):
    """`InstanceNorm1d` for pictures (N, C, H, W) or (C, H, W)."""

    shapes: ClassVar[dict[int, str]] = {3: "(C, H, W)", 4: "(N, C, H, W)"}


class InstanceNorm3d(InstanceNorm1d):
    """`InstanceNorm1d` for volumes (N, C, D, H, W) or (C, D, H, W)."""

    shapes: ClassVar[dict[int, str]] = {4: "(C, D, H, W)", 5: "(N, C, D, H, W)"}


def check_channels(layer: RunningNorm, shape: tuple[int, ...], shapes: dict[int, str], axis: int) -> None:
    """Refuse another number of axes or of features.

    Raises:
        ValueError: in the words of the layer.
    """
    if len(shape) not in shapes or shape[axis] != layer.num_features:
        wanted = " or ".join(shapes.values())
        raise ValueError(
            f"{layer.title()}: x has the shape {wanted} with C = {layer.num_features}, got {shape}"
        )
