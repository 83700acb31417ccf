"""Cross entropy over classes: one fused row of softmax and loss, and the loss of given logarithms.

The classes are on axis 1, or on the only axis there is, as torch has it; inside, that axis is counted from
the end, so that stacks may lie in front.
"""

from functools import partial
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import number
from nn.functional.standardizing import total
from nn.functional.targets import (
    as_prediction,
    as_target,
    as_weight,
    check_batch,
    check_reduction,
    reduced,
)

# ---- indices of classes ------------------------------------------------------------------------------------


def _located(t: Any, *, classes: int, ignore: int, mean: bool) -> tuple[Any, int]:
    """Indices in which 0 stands for what is ignored, and how many are not."""
    if not t.size:
        return t, 0
    low, high = np.minimum.reduce(t, axis=None), np.maximum.reduce(t, axis=None)
    if low >= 0 and high < classes and not 0 <= ignore < classes:
        return t, t.size
    counted = t != ignore
    inside = t[counted]
    if inside.size and (inside.min() < 0 or inside.max() >= classes):
        raise ValueError(
            f"the target holds indices from {inside.min()} to {inside.max()}, but there are {classes} "
            f"classes, 0 to {classes - 1} (and ignore_index={ignore})"
        )
    if mean and not inside.size:
        raise ValueError(f"every target is the ignored {ignore}: a mean of nothing")
    return np.where(counted, t, 0), inside.size


def _onehot(t: Any, *, classes: int, axis: int, ignore: int) -> Any:
    numbers = np.arange(classes)
    if 0 <= ignore < classes:
        numbers[ignore] = -1  # which is no class
    return t[_opened(axis)] == numbers.reshape(-1, *(1,) * (-axis - 1))


def _opened(axis: int) -> Any:
    """The index that gives an array an axis of length 1 there, counted from the end."""
    return (..., None, *(slice(None),) * (-axis - 1))


# rows, so that indices are an argument of every reading and never a constant in one
onehot = ac.general("onehot", _onehot, None, stacks=True)
located = ac.general("located", lambda t, **words: _located(t, **words)[0], None)

# ---- softmax and loss --------------------------------------------------------------------------------------


def _kernel(x: Any, t: Any, *, axis: int, ignore: int, reduction: str) -> tuple[Any, dict[str, Any]]:
    """−Σ t log softmax(x); the largest number is taken off, so that nothing overflows."""
    l = x - _largest(x, axis)
    p = np.exp(l)
    sums = total(p, (axis,)) if p.dtype.char in "fd" else p.sum(axis=axis, keepdims=True)
    p /= sums
    l -= np.log(sums)
    if t.ndim == x.ndim:
        # 0 · log 0 = 0
        chosen = np.multiply(t, l, out=np.zeros(l.shape, np.result_type(t, l)), where=t != 0)
        n = x.size // x.shape[axis]
    else:
        places, n = _located(t, classes=x.shape[axis], ignore=ignore, mean=reduction == "mean")
        chosen = _at(l, places.astype(np.intp, copy=False), axis)
        if n < t.size:
            counted = (t != ignore)[_opened(axis)]
            chosen = np.where(counted, chosen, 0)
            p *= counted
    if reduction == "none":
        z = 0 - chosen.sum(axis=axis)  # and not −0
    elif reduction == "sum":
        z = 0 - np.add.reduce(chosen, axis=None)
    else:
        z = 0 - np.add.reduce(chosen, axis=None) / n
    return np.asarray(z), {"p": p, "l": l, "n": x.dtype.type(n)}


def _largest(x: Any, axis: int) -> Any:
    """The largest number of each datum; of few classes NumPy compares columns much faster than lines."""
    if x.ndim == 2 and x.shape[1] <= 32:
        return np.maximum.reduce(x.T.copy(), axis=0)[:, None]
    return x.max(axis=axis, keepdims=True)


def _at(l: Any, places: Any, axis: int) -> Any:
    """The number of each datum at its class."""
    if l.ndim == 2:
        return l[np.arange(len(l)), places][:, None]
    return np.take_along_axis(l, places[_opened(axis)], axis=axis)


def _meaning(x: Any, t: Any, *, axis: int, ignore: int, reduction: str) -> tuple[Any, dict[str, Any]]:
    l = ac.log_softmax(x, axis=axis)
    p, n = ac.exp(l), x.size // x.shape[axis]
    if t.ndim < x.ndim:
        counted = ac.not_equal(t, ignore)
        p, n = p * ac.expand_dims(counted, axis), ac.sum(counted)
    w = _shares(t, x, axis, ignore)
    losses = -ac.sum(ac.where(ac.not_equal(w, 0), l, 0.0) * w, axis=axis)
    n = ac.astype(n, x.dtype)
    z = losses if reduction == "none" else ac.sum(losses)
    return z / n if reduction == "mean" else z, {"p": p, "l": l, "n": n}


def _shares(t: Any, x: Any, axis: int, ignore: int) -> Any:
    """Indices as a one-hot mask of x's shape; probabilities are what they are."""
    return t if t.ndim == x.ndim else onehot(t, classes=x.shape[axis], axis=axis, ignore=ignore)


def _excess(p: Any, t: Any, x: Any, axis: int, ignore: int) -> Any:
    """p − t, where t is one-hot; of any weights t the softmax counts as often as they sum to."""
    if t.ndim == x.ndim:
        p = p * ac.sum(t, axis=axis, keepdims=True)
    return p - _shares(t, x, axis, ignore)


def _share(g: Any, n: Any, x: Any, axis: int, reduction: str) -> Any:
    """g, of a mean g / n, with axes for x's, so that a stack of gradients lies in front of them."""
    if reduction == "none":
        return ac.expand_dims(g, axis)
    return ac.expand_dims(g / n if reduction == "mean" else g, tuple(range(-x.ndim, 0)))


# p is the softmax (0 where the target is ignored), l its logarithm, n how many losses there are
softmax_cross_entropy = ac.fused(
    "softmax_cross_entropy",
    _kernel,
    lambda g, z, x, t, *, p, l, n, axis, ignore, reduction: (
        _share(g, n, x, axis, reduction) * _excess(p, t, x, axis, ignore)
    ),
    lambda g, z, x, t, *, p, l, n, axis, ignore, reduction: -(_share(g, n, x, axis, reduction) * l),
    residuals=("p", "l", "n"),
    written={"n": "N", "l": "log(p)"},
    keeps="xt",
    meaning=_meaning,
    stacks=True,
)

# ---- functions ---------------------------------------------------------------------------------------------


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """−Σₖ wₖ tₖ log softmax(input)ₖ per datum: softmax with cross entropy, in one pass and without overflow.

    Args:
        input: logits (N, K), (N, K, d1, ...) or (K,): the classes are on axis 1, or on the only axis.
        target: integers of the shape without the axis of classes, their indices; or numbers of the shape
            of input, one-hot or probabilities.
        weight: wₖ (K,), 1 if it is None.
        ignore_index: the index whose loss is 0 and that the mean does not count.
        reduction: "mean", "sum", or "none": one loss per datum. The mean of indices is the sum by that of
            the weights of the classes that occur; of probabilities it is by the number of data.
        label_smoothing: ε of 0 to 1: t becomes (1 − ε) t + ε/K (C. Szegedy and others: Rethinking the
            inception architecture, 2015, section 7).

    Raises:
        ValueError: for other shapes, an index that is no class, a setting out of range, or a mean of nothing.

    With the mean and no weight the gradient is (softmax(input) − t) / N. Keras has the classes on the last
    axis, and takes probabilities unless `from_logits=True`; Chainer ignores the index −1.

    >>> float(cross_entropy([[3.0, 3.0]], [0]))
    0.6931471805599453
    """
    x, t, axis = _with_classes("cross_entropy", input, target, reduction)
    smoothing = number("cross_entropy: label_smoothing", label_smoothing, low=0, high=1)
    probabilities = t.ndim == x.ndim
    if probabilities and ignore_index >= 0:
        raise ValueError(
            f"cross_entropy: ignore_index={ignore_index} is for indices, but the target holds probabilities"
        )
    words = {"axis": axis, "ignore": ignore_index}
    if not probabilities:
        _required(t, x.shape[axis], ignore_index, reduction)
    if weight is None and smoothing == 0:
        return softmax_cross_entropy(x, t, reduction=reduction, **words)
    # everything else is a matter of the weights in the sum over the classes
    if probabilities:
        shares, whole = t, 1.0
    else:
        located(t, classes=x.shape[axis], ignore=ignore_index, mean=reduction == "mean")  # or refused
        shares = ac.astype(onehot(t, classes=x.shape[axis], **words), x.dtype)
        whole = ac.sum(shares, axis=axis, keepdims=True)  # 0 where the target is ignored
    w = 1.0
    if weight is not None:
        w = as_weight("cross_entropy", "weight", weight, x, shape=(x.shape[axis],))
        w = w.reshape(-1, *(1,) * (-axis - 1))
    smooth = (1 - smoothing) * shares + smoothing / x.shape[axis] * whole
    if probabilities or reduction != "mean":
        return softmax_cross_entropy(x, smooth * w, reduction=reduction, **words)
    return softmax_cross_entropy(x, smooth * w, reduction="sum", **words) / ac.sum(shares * w)


def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> Any:
    """−w_t input_t per datum, the loss of logarithms of probabilities; `cross_entropy` of `log_softmax`.

    Args:
        input: log-probabilities (N, K), (N, K, d1, ...) or (K,).
        target: integers of the shape without the axis of classes, their indices.
        weight, ignore_index, reduction: as in `cross_entropy`.

    Raises:
        ValueError: as `cross_entropy`, and for a target of probabilities.

    >>> float(nll_loss(np.log([[0.25, 0.75]]), [0]))
    1.3862943611198906
    """
    x, t, axis = _with_classes("nll_loss", input, target, reduction)
    if t.ndim == x.ndim:
        raise ValueError(
            f"nll_loss: beside the prediction {x.shape} the target holds indices, of the shape "
            f"{_without(x.shape, axis)}, got {t.shape}; for probabilities use cross_entropy or kl_div"
        )
    _required(t, x.shape[axis], ignore_index, reduction)
    words = {"classes": x.shape[axis], "ignore": ignore_index}
    if weight is None and not ac.traces.is_tracing() and _none_ignored(t, ignore_index):
        losses = -_picked(x, located(t, mean=reduction == "mean", **words), axis)
        return reduced("nll_loss", losses, reduction, t.size)
    counted = ac.astype(ac.not_equal(t, ignore_index), x.dtype)
    t = located(t, mean=reduction == "mean", **words)
    if weight is not None:
        w = as_weight("nll_loss", "weight", weight, x, shape=(x.shape[axis],))
        counted = counted * ac.take(w, t)
    # log 0 of what is not counted is no loss
    losses = -ac.where(ac.not_equal(counted, 0), _picked(x, t, axis), 0.0) * counted
    return reduced("nll_loss", losses, reduction, ac.sum(counted))


def _none_ignored(t: Any, ignore: Any) -> bool:
    array = t.numpy() if isinstance(t, Tensor) else t
    return bool(array.size) and not (array == ignore).any()


def _picked(x: Any, places: Any, axis: int) -> Any:
    """The number of each datum at its place along the axis."""
    return ac.squeeze(ac.take_along_axis(x, ac.expand_dims(places, axis), axis=axis), axis=axis)


def _with_classes(name: str, input: Any, target: Any, reduction: str) -> tuple[Any, Any, int]:
    """The prediction, its target and the axis of the classes, counted from the end."""
    check_reduction(name, reduction)
    x = as_prediction(input)
    if not x.ndim:
        raise ValueError(f"{name}: the prediction holds a number for each of the classes, got a number")
    axis = -1 if x.ndim == 1 else 1 - x.ndim
    shape = tuple(target.shape) if hasattr(target, "shape") else np.shape(target)
    indices = len(shape) == x.ndim - 1
    t = as_target(target, x, indices=indices)
    wanted = _without(x.shape, axis) if indices else x.shape
    if t.shape != wanted or (indices and t.dtype.kind not in "iu"):
        hint, given = "", getattr(target, "dtype", t.dtype)  # t may be cast
        if indices and x.ndim > 2 and t.shape == x.shape[:-1]:
            hint = "; if the classes are on the last axis, give np.moveaxis(input, -1, 1)"
        elif x.ndim == 2 and shape == (x.shape[0], 1):
            hint = "; if these are the classes, give target[:, 0]"
        raise ValueError(
            f"{name}: the prediction has the shape {x.shape}, with classes on axis {axis % x.ndim}, so the "
            f"target is integers of the shape {_without(x.shape, axis)} or numbers of the shape {x.shape}; "
            f"got {given} of the shape {t.shape}{hint}"
        )
    if x.shape[axis] == 0:
        raise ValueError(f"{name}: there are no classes in the prediction of the shape {x.shape}")
    if reduction == "mean":
        check_batch(name, x.shape)
    return x, t, axis


def _required(t: Any, classes: int, ignore: int, reduction: str) -> None:
    """Of a program that is traced: a look at the indices at every call, as eager code has it."""
    if ac.traces.is_tracing():
        mean = reduction == "mean"
        ac.traces.required(partial(_located, classes=classes, ignore=ignore, mean=mean), t)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """The shape of the data, without their classes."""
    axis %= len(shape)
    return shape[:axis] + shape[axis + 1 :]
