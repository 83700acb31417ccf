"""Losses that are negative log-likelihoods, and the divergence between two distributions."""

from math import log, pi
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import number
from nn.functional.targets import (
    as_numbers,
    as_pair,
    as_prediction,
    as_target,
    broadcasts,
    check_batch,
    check_reduction,
    reduced,
)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """t (log t − x), the terms of the divergence of exp x from t: x are logarithms of probabilities.

    Args:
        input, target: of the same shape; the target holds probabilities, or their logarithms.
        reduction: "batchmean", the sum by the length of axis 0, is the mathematical one; "mean" is over all
            elements, "sum", or "none": one term per element.
        log_target: whether the target holds logarithms too.

    Where t = 0 the term is 0. S. Kullback, R. Leibler: On information and sufficiency (1951). Keras and
    Chainer take probabilities instead of logarithms for x.

    Raises:
        ValueError: for shapes that differ, an unknown reduction, or a mean of nothing.

    >>> float(kl_div(np.log([[0.5, 0.5]]), [[1.0, 0.0]], reduction="batchmean"))
    0.6931471805599453
    """
    check_reduction("kl_div", reduction, ("batchmean",))
    x, t = as_pair("kl_div", input, target)
    terms = ac.exp(t) * (t - x) if log_target else ac.xlogy(t, t) - ac.where(ac.not_equal(t, 0), x, 0.0) * t
    if reduction != "batchmean":
        return reduced("kl_div", terms, reduction)
    check_batch("kl_div", x.shape)
    return ac.sum(terms) / (x.shape[0] if x.ndim else 1)


def _above(v: Any, *, eps: float) -> Any:
    if np.size(v) and not np.min(v) >= 0:
        raise ValueError(f"a variance is at least 0, got {np.min(v)}")
    return np.maximum(v, eps)


# the gradient passes as if nothing had been raised, or a variance that came too low would never grow again
raised = ac.elementwise("raised", _above, lambda g, z, v, *, eps: g)


def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """½ (log v + (x − t)² / v) with v = max(var, eps): the target is normal with the mean x and variance v.

    Args:
        input: expectations x, (N, ...) or any shape.
        target: t, of the same shape, or with length 1 on axes, along which it is repeated.
        var: variances: of the same shape, or with length 1 on axes, or without the last axis, or a number.
        full: whether to add the constant ½ log 2π.
        eps: the smallest variance, above 0. To the gradient it is not there, as torch documents.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: for a negative variance, shapes that do not fit, an eps that is not above 0, an unknown
            reduction, or a mean of nothing.

    D. Nix, A. Weigend: Estimating the mean and variance of the target probability distribution (1994).

    >>> float(gaussian_nll_loss([1.0], [3.0], [4.0]))
    1.1931471805599454
    """
    name = "gaussian_nll_loss"
    x = as_prediction(input)
    t = as_target(target, x)
    eps = number(f"{name}: eps", eps, above=0)
    v = as_numbers("variance", var, x)
    if v.ndim and v.shape == x.shape[:-1]:
        v = ac.expand_dims(v, -1)
    elif not v.ndim:
        v = v.reshape((1,) * x.ndim)
    for what, a in (("target", t), ("var", v)):
        if a.ndim != x.ndim or not broadcasts(a.shape, x.shape):
            less = " or no last axis," if what == "var" else ""
            raise ValueError(
                f"{name}: {what} has the shape {x.shape} of the prediction, or 1 in place of a length,{less} "
                f"got {tuple(a.shape)}"
            )
    v = raised(v, eps=eps)
    losses = 0.5 * (ac.log(v) + ac.square(x - t) / v)
    if full:
        losses = losses + 0.5 * log(2 * pi)
    return reduced(name, losses, reduction)


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:
    """exp(x) − t x, or with `log_input=False` x − t log(x + eps): the target is a count, Poisson with mean x.

    Args:
        input, target: of the same shape.
        log_input: whether x is the logarithm of the mean.
        full: whether to add Stirling's t log t − t + ½ log 2πt for log t!, where t > 1.
        eps: keeps the logarithm of 0 away.
        reduction: "mean" over all elements, "sum", or "none": one loss per element.

    Raises:
        ValueError: for shapes that differ, an unknown reduction, or a mean of nothing.

    >>> float(poisson_nll_loss([0.0], [3.0]))
    1.0
    """
    name = "poisson_nll_loss"
    x, t = as_pair(name, input, target)
    losses = ac.exp(x) - t * x if log_input else x - t * ac.log(x + number(f"{name}: eps", eps))
    if full:
        more = t > 1
        count = ac.where(more, t, 1.0)
        stirling = count * ac.log(count) - count + 0.5 * ac.log(2 * pi * count)
        losses = losses + ac.where(more, stirling, 0.0)
    return reduced(name, losses, reduction)
