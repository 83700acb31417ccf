"""Normalisations with torch's names, signatures and defaults; the rows are in `standardizing`."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import LIVE, computed, number, operand
from nn.functional import standardizing as rows


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(x − μ)/√(σ² + ε) · weight + bias, each feature by its mean and biased variance over the batch.

    Shapes: input (N, C, ...), all else (C,). In training μ and σ² are those of the input, and
    running_mean and running_var, Tensors or arrays or None, are moved in place: running ← (1 − momentum) ·
    running + momentum · new, with the unbiased variance. Otherwise they are μ and σ².

    Raises:
        ValueError: if the shapes do not fit, in training if there is one number per feature or none, and else
            without running_mean and running_var.
        TypeError: in training for running statistics that hold no floating numbers; nothing is moved.

    S. Ioffe, C. Szegedy: Batch normalization (2015), algorithms 1 and 2. `nn.BatchNorm` is the lecture's.

    >>> batch_norm([[1.0], [3.0]], None, None, training=True, eps=0.0)
    array([[-1.],
           [ 1.]])
    """
    x = computed("batch_norm: input", input)
    if x.ndim < 2:
        raise ValueError(f"batch_norm: input is (N, C, ...), got the shape {x.shape}")
    if (running_mean is None or running_var is None) and not training:
        raise ValueError("batch_norm: running_mean and running_var are needed unless training=True")
    shape = (x.shape[1], *(1,) * (x.ndim - 2))
    w, b = affine_of("batch_norm", weight, bias, (x.shape[1],), shape)
    if not training:
        return by_statistics(x, *_aligned("batch_norm", running_mean, running_var, shape), w, b, eps)
    more_than_one("batch_norm", x, x.shape[0] * prod(x.shape[2:]), "per feature")
    _movable("batch_norm", running_mean, running_var, x.shape[1])
    axes = (-x.ndim, *range(2 - x.ndim, 0))
    y, found = rows.batch_norm.with_residuals(x, w, b, axes=axes, eps=eps)
    remember(running_mean, running_var, found, rows.count(x, axes), momentum)
    return y


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """As `batch_norm`, but each channel of each datum by its own mean and variance over the places.

    Shapes: input (N, C, ...) with at least one axis of places, all else (C,). The running statistics are
    moved by the mean over the data of theirs.

    Raises:
        ValueError: if the shapes do not fit, if there is one place or none, or if neither the input nor
            running statistics are to be used.

    D. Ulyanov, A. Vedaldi, V. Lempitsky: Instance normalization (2016), equation 4.

    >>> instance_norm([[[1.0, 3.0]]], eps=0.0)
    array([[[-1.,  1.]]])
    """
    x = computed("instance_norm: input", input)
    if x.ndim < 3:
        raise ValueError(f"instance_norm: input is (N, C, ...) with places, got the shape {x.shape}")
    if (running_mean is None or running_var is None) and not use_input_stats:
        raise ValueError("instance_norm: running_mean and running_var are needed unless use_input_stats=True")
    shape = (x.shape[1], *(1,) * (x.ndim - 2))
    w, b = affine_of("instance_norm", weight, bias, (x.shape[1],), shape)
    if not use_input_stats:
        return by_statistics(x, *_aligned("instance_norm", running_mean, running_var, shape), w, b, eps)
    more_than_one("instance_norm", x, prod(x.shape[2:]), "per channel and datum")
    _movable("instance_norm", running_mean, running_var, x.shape[1])
    axes = tuple(range(2 - x.ndim, 0))
    y, found = rows.batch_norm.with_residuals(x, w, b, axes=axes, eps=eps)
    remember(running_mean, running_var, found, rows.count(x, axes), momentum)
    return y


def layer_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """(x − μ)/√(σ² + ε) · weight + bias, each datum by its mean and biased variance over its last axes.

    Shapes: input (*, *normalized_shape), weight and bias normalized_shape.

    Raises:
        ValueError: if the shapes do not fit.

    J. L. Ba, J. R. Kiros, G. E. Hinton: Layer normalization (2016), equation 4. Keras has ε = 1e-3.

    >>> layer_norm([[1.0, 3.0]], (2,), eps=0.0)
    array([[-1.,  1.]])
    """
    x, shape = _last("layer_norm", input, normalized_shape)
    w, b = affine_of("layer_norm", weight, bias, shape, shape)
    return rows.layer_norm(x, w, b, axes=tuple(range(-len(shape), 0)), eps=eps)


def rms_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None
) -> Any:
    """x/√(mean x² + ε) · weight, each datum by the mean square over its last axes.

    Shapes: input (*, *normalized_shape), weight normalized_shape. Without eps it is the distance from 1 to
    the next number of the input's dtype.

    Raises:
        ValueError: if the shapes do not fit.

    B. Zhang, R. Sennrich: Root mean square layer normalization (2019), equation 4.

    >>> rms_norm([[3.0, 4.0]], (2,)).round(4)
    array([[0.8485, 1.1314]])
    """
    x, shape = _last("rms_norm", input, normalized_shape)
    w, _ = affine_of("rms_norm", weight, None, shape, shape)
    if eps is None:
        eps = np.finfo(x.dtype if x.dtype.kind == "f" else float).eps
    # a float: a number of NumPy has a dtype, which would be that of the result
    return rows.rms_norm(x, w, axes=tuple(range(-len(shape), 0)), eps=float(eps))


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """(x − μ)/√(σ² + ε) · weight + bias, each group of channels of each datum by its mean and variance.

    Shapes: input (N, C, ...), weight and bias (C,). One group makes it `layer_norm` over all but the batch,
    C groups `instance_norm`.

    Raises:
        ValueError: if the shapes do not fit or C is no multiple of num_groups.

    Y. Wu, K. He: Group normalization (2018), equation 7.

    >>> group_norm([[1.0, 3.0, 0.0, 4.0]], 2, eps=0.0)
    array([[-1.,  1., -1.,  1.]])
    """
    x = computed("group_norm: input", input)
    if x.ndim < 2:
        raise ValueError(f"group_norm: input is (N, C, ...), got the shape {x.shape}")
    channels = x.shape[1]
    if num_groups < 1 or channels % num_groups:
        raise ValueError(f"group_norm: {channels} channels do not make {num_groups} groups of equal size")
    if x.shape[0]:
        more_than_one("group_norm", x, x.size // num_groups, "per group")
    each = channels // num_groups
    w, b = affine_of("group_norm", weight, bias, (channels,), (num_groups, each, *(1,) * (x.ndim - 2)))
    grouped = ac.reshape(x, (x.shape[0], num_groups, each, *x.shape[2:]))
    y = rows.layer_norm(grouped, w, b, axes=tuple(range(1 - x.ndim, 0)), eps=eps)
    return ac.reshape(y, x.shape)


def normalize(input: Any, p: float = 2.0, dim: Any = 1, eps: float = 1e-12) -> Any:
    """x / max(‖x‖ₚ, ε) with the p-norm along dim, an axis or several.

    >>> normalize([[3.0, 4.0]])
    array([[0.6, 0.8]])
    """
    x = computed("normalize: input", input)
    eps = number("normalize: eps", eps)
    return x / ac.maximum(ac.linalg.vector_norm(x, axis=dim, keepdims=True, ord=p), eps)


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """x / (k + α · mean of x² over `size` neighbouring channels)^β.

    Shapes: input (N, C, ...). Beyond the first and the last channel are zeros. Of an even size the channel
    itself is right of the middle.

    Raises:
        ValueError: if the shape or the size does not fit.

    A. Krizhevsky, I. Sutskever, G. E. Hinton: ImageNet classification with deep convolutional neural networks
    (2012), section 3.3, where α multiplies the sum.

    >>> local_response_norm([[[1.0], [2.0]]], 1, alpha=1.0, beta=1.0)
    array([[[0.5],
            [0.4]]])
    """
    x = computed("local_response_norm: input", input)
    if x.ndim < 3:
        raise ValueError(f"local_response_norm: input is (N, C, ...) with places, got the shape {x.shape}")
    if size < 1:
        raise ValueError(f"local_response_norm: size is at least 1, got {size!r}")
    around = [(0, 0), (size // 2, (size - 1) // 2), *[(0, 0)] * (x.ndim - 2)]
    windows = ac.sliding_window_view(ac.pad(x * x, around), size, axis=1)
    return x / (float(k) + float(alpha) * ac.mean(windows, axis=-1)) ** float(beta)


# ---- what they share, and the layers -----------------------------------------------------------------------


def by_statistics(x: Any, mean: Any, var: Any, w: Any, b: Any, eps: float) -> Any:
    """The numbers of prediction: by statistics that are known."""
    return (x - mean) * (w / ac.sqrt(var + float(eps))) + b


def remember(
    mean: Any, var: Any, found: dict[str, Any], count: int, momentum: float, *, unbiased: bool = True
) -> None:
    """Move running statistics, (K,), in place towards those that a row found, from `count` numbers each."""
    spread = count / (count - 1) if unbiased else 1.0
    for running, new in ((mean, found["m"]), (var, found["v"] * spread)):
        if running is None:
            continue
        old = running.data if isinstance(running, Tensor) else running
        # of several data (instance_norm) their mean; the features are on the axis that is left
        one = new.size == old.size
        now = new.reshape(old.shape) if one else new.reshape(-1, *old.shape).mean(axis=0)
        old += momentum * (now - old)


def affine_of(
    name: str, weight: Any, bias: Any, shape: tuple[int, ...], aligned: tuple[int, ...]
) -> tuple[Any, Any]:
    """Scale and shift as the rows take them: beside the axes of x, and numbers for what is not there.

    Raises:
        ValueError: for another shape.
    """
    found: list[Any] = []
    for what, p, none in (("weight", weight, 1.0), ("bias", bias, 0.0)):
        if p is None:
            found.append(none)
            continue
        if not isinstance(p, Tensor):
            p = operand(f"{name}: {what}", p)
        if p.shape != shape:
            raise ValueError(f"{name}: {what} has the shape {shape}, got {p.shape}")
        found.append(p if p.shape == aligned else ac.reshape(p, aligned))
    return found[0], found[1]


def _aligned(name: str, mean: Any, var: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Known statistics beside the axes of x."""
    found = []
    for what, s in (("running_mean", mean), ("running_var", var)):
        s = operand(f"{name}: {what}", s)
        if s.shape != shape[:1]:
            raise ValueError(f"{name}: {what} has the shape {shape[:1]}, got {s.shape}")
        found.append(ac.reshape(s, shape))
    return found[0], found[1]


def _movable(name: str, mean: Any, var: Any, size: int) -> None:
    """A look at running statistics before the first of them is moved.

    Raises:
        TypeError: if one holds no floating numbers, or cannot be written to.
        ValueError: for another shape.
    """
    for what, s in (("running_mean", mean), ("running_var", var)):
        if s is None:
            continue
        if not isinstance(s, LIVE) or s.dtype.kind != "f":
            found = f"{s.dtype}" if hasattr(s, "dtype") else f"a {type(s).__name__}"
            raise TypeError(
                f"{name}: {what} is moved in place, it is a Tensor or array of floating numbers, got {found}"
            )
        if s.shape != (size,):
            raise ValueError(f"{name}: {what} has the shape ({size},), got {s.shape}")


def more_than_one(name: str, x: Any, count: int, per: str) -> None:
    """Of one number alone there is no variance.

    Raises:
        ValueError: if there is one, or none.
    """
    if count < 2:
        last = "; a DataLoader leaves out a last batch of one datum by drop_last=True" * (
            name == "batch_norm" and len(x) == 1
        )
        raise ValueError(
            f"{name}: more than one number {per} is needed for a variance, got the shape {x.shape}{last}"
        )


def _last(name: str, input: Any, normalized_shape: Sequence[int]) -> tuple[Any, tuple[int, ...]]:
    x, shape = computed(f"{name}: input", input), tuple(normalized_shape)
    if not shape or x.shape[-len(shape) :] != shape:
        raise ValueError(f"{name}: input has the shape (*, {', '.join(map(str, shape))}), got {x.shape}")
    return x, shape
