"""Losses of the difference between prediction and target, element by element."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import number
from nn.functional.targets import as_pair, as_weight, reduced


def _huber(d: Any, *, delta: float) -> Any:
    size = np.absolute(d)
    near = np.minimum(size, delta)
    return near * (size - 0.5 * near)


# ½ d² up to |d| = delta, from there on its tangent
huber = ac.elementwise("huber", _huber, lambda g, z, d, *, delta: g * ac.clip(d, -delta, delta), keeps="d")


def _square(y: Any, t: Any) -> Any:
    d = np.subtract(y, t)
    return np.square(d, d)


def _slope(g: Any, y: Any, t: Any, n: int | None = None) -> Any:
    """The gradient of y in Σ (y − t)² / n, the mean without n; of what there is to warn in y − t the loss has
    warned."""
    with np.errstate(all="ignore"):
        d = y - t
    return (g / (d.size if n is None else n)) * (2.0 * d)


# Σ (y − t)² / n
squared_error: Any = ac.packed(
    "squared_error",
    lambda y, t, *, n: np.add.reduce(_square(y, t), axis=None) / n,
    lambda g, z, y, t, *, n: _slope(g, y, t, n),
    lambda g, z, y, t, *, n: -_slope(g, y, t, n),
    keeps="yt",
    meaning=lambda y, t, *, n: ac.sum(ac.square(y - t)) / n,
)
mean_squared_error: Any = ac.packed(
    "mean_squared_error",
    lambda y, t: ac.mean(_square(y, t)),
    lambda g, z, y, t: _slope(g, y, t),
    lambda g, z, y, t: -_slope(g, y, t),
    keeps="yt",
    meaning=lambda y, t: ac.mean(ac.square(y - t)),
)


def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """(input − target)², the mean over all elements; the gradient is 2 (input − target) by their number.

    Args:
        input, target: of the same shape.
        reduction: "mean", "sum", or "none": one loss per element.
        weight: per element, of the same shape; the mean is then Σ w (input − target)² / Σ w.

    Raises:
        ValueError: if shapes differ ((N, 1) against (N,) would broadcast to (N, N)), for an unknown
            reduction, or for a mean of nothing.

    The lecture's loss has ½ and the mean over the batch only: `nn.HalfMSELoss`.

    >>> float(mse_loss([1.0, 2.0], [1.0, 5.0]))
    4.5
    """
    x, t = as_pair("mse_loss", input, target)
    if weight is None and reduction == "mean" and x.size and x.dtype != np.float16:
        return mean_squared_error(x, t)
    return _weighted("mse_loss", ac.square(x - t), x, weight, reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """|input − target|; the gradient is its sign, 0 where they are equal. Arguments as in `mse_loss`.

    >>> float(l1_loss([1.0, 2.0], [1.0, 5.0]))
    1.5
    """
    x, t = as_pair("l1_loss", input, target)
    return _weighted("l1_loss", ac.absolute(x - t), x, weight, reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """½ d²/beta where |d| < beta, else |d| − ½ beta, with d = input − target; beta = 0 gives |d|.

    R. Girshick: Fast R-CNN (2015), equation 3. It is `huber_loss` / beta; Keras and Chainer have only the
    latter. Arguments as in `mse_loss`.

    Raises:
        ValueError: also if beta is negative.

    >>> float(smooth_l1_loss([1.0, 2.0], [1.5, 5.0], "sum"))
    2.625
    """
    x, t = as_pair("smooth_l1_loss", input, target)
    beta = number("smooth_l1_loss: beta", beta, low=0)
    losses = ac.absolute(x - t) if beta == 0 else huber(x - t, delta=beta) / beta
    return reduced("smooth_l1_loss", losses, reduction)


def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> Any:
    """½ d² where |d| ≤ delta, else delta (|d| − ½ delta), with d = input − target.

    The gradient is d, clipped to ±delta. P. J. Huber: Robust estimation of a location parameter (1964).
    Arguments as in `mse_loss`, but as in torch the mean of weighted losses is that over all elements.

    Raises:
        ValueError: also if delta is not above 0.

    >>> float(huber_loss([1.0, 2.0], [1.5, 5.0], "sum"))
    2.625
    """
    x, t = as_pair("huber_loss", input, target)
    delta = number("huber_loss: delta", delta, above=0)
    losses = huber(x - t, delta=delta)
    if weight is not None:
        losses = losses * as_weight("huber_loss", "weight", weight, x, shape=x.shape)
    return reduced("huber_loss", losses, reduction)


def _weighted(name: str, losses: Any, x: Any, weight: Any, reduction: str) -> Any:
    if weight is None:
        return reduced(name, losses, reduction)
    w = as_weight(name, "weight", weight, x, shape=x.shape)
    return reduced(name, losses * w, reduction, ac.sum(w))
