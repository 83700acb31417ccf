"""Softmax with cross entropy: one fused row, and the loss around it."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.losses.loss import Loss
from nn.losses.targets import as_prediction, as_target

# a row, so that indices are an argument of every reading and never a constant in one; true at the index
onehot = ac.general("onehot", lambda t, *, classes: t[..., None] == np.arange(classes), None, stacks=True)


def _weights(t: Any, x: Any) -> Any:
    """Indices as a one-hot mask of x's shape; probabilities are what they are."""
    return t if t.ndim == x.ndim else onehot(t, classes=x.shape[-1])


def _excess(p: Any, t: Any, x: Any) -> Any:
    """p − t, where t is one-hot; of any weights t the softmax counts as often as they sum to."""
    if t.ndim == x.ndim:
        p = p * ac.sum(t, axis=-1, keepdims=True)
    return p - _weights(t, x)


def _share(g: Any, x: Any) -> Any:
    """g / N with axes for x's, so that a stack of gradients lies in front of them."""
    return ac.expand_dims(g / (x.size // x.shape[-1]), tuple(range(-x.ndim, 0)))


def _kernel(x: Any, t: Any) -> tuple[Any, dict[str, Any]]:
    """−Σ t log softmax(x) / N; the largest number of a row is taken off, so that nothing overflows."""
    d = x - x.max(axis=-1, keepdims=True)
    p = np.exp(d)
    total = p.sum(axis=-1, keepdims=True)
    p /= total
    d -= np.log(total)
    if t.ndim == x.ndim:
        # 0 · log 0 = 0
        chosen = np.multiply(t, d, out=np.zeros(d.shape, np.result_type(t, d)), where=t != 0)
    else:
        _check_range(t, x.shape[-1])
        chosen = np.take_along_axis(d, t[..., None].astype(np.intp), axis=-1)
    z = 0 - chosen.sum() / (x.size // x.shape[-1])  # and not −0
    return np.asarray(z), {"p": p, "l": d}


def _check_range(t: Any, classes: int) -> None:
    low, high = t.min(), t.max()
    if low < 0 or high >= classes:
        raise ValueError(
            f"CrossEntropyLoss: the indices run from {low} to {high}, but there are {classes} classes, "
            f"0 to {classes - 1}"
        )


def _meaning(x: Any, t: Any) -> tuple[Any, dict[str, Any]]:
    d = x - ac.max(x, axis=-1, keepdims=True)
    e = ac.exp(d)
    total = ac.sum(e, axis=-1, keepdims=True)
    l = d - ac.log(total)
    w = _weights(t, x)
    z = -ac.sum(ac.where(w != 0, l, 0) * w) / (x.size // x.shape[-1])
    return z, {"p": e / total, "l": l}


# p is the softmax, l its logarithm
softmax_cross_entropy = ac.fused(
    "softmax_cross_entropy",
    _kernel,
    lambda g, z, x, t, *, p, l: _share(g, x) * _excess(p, t, x),
    lambda g, z, x, t, *, p, l: -(_share(g, x) * l),
    residuals=("p", "l"),
    keeps="xt",
    meaning=_meaning,
    stacks=True,
)


class CrossEntropyLoss(Loss):
    """E = −(1/N) Σₙ Σₖ tₙₖ log yₙₖ with y = softmax(a) over the last axis: the lecture's softmax with loss.

    `loss(a, t)`: a are the numbers before the softmax (logits), (N, K) or with more leading axes, all of
    which N counts. t are either integers of the shape (N,), the indices of the classes; or numbers of the
    shape (N, K), one-hot or probabilities. The gradient is ∂E/∂a = (y − t) / N. Nothing overflows, however
    large a is, for the largest number of each row is taken off before the exponential.

    Raises:
        ValueError: for any other shape of t, an index that is no class, or an empty batch.

    Section 5.1 of the lecture. torch and Chainer have the classes on axis 1 and an index for data to be left
    out (−100, −1); Keras takes probabilities unless `from_logits=True`.

    >>> loss = CrossEntropyLoss()
    >>> a = ac.Tensor([[3.0, 3.0]], requires_grad=True)
    >>> loss(a, [0]).backward()
    >>> a.grad
    Tensor([[-0.5,  0.5]])
    """

    def forward(self, prediction: Any, target: Any) -> Any:
        x = as_prediction(prediction)
        if not x.ndim:
            raise ValueError(
                "CrossEntropyLoss: the prediction has the classes on its last axis, got a number"
            )
        asked = target.shape if hasattr(target, "shape") else np.shape(target)
        indices = len(asked) == x.ndim - 1
        t = as_target(target, x.dtype, indices=indices)
        if (tuple(t.shape) != x.shape[:-1] or t.dtype.kind not in "iu") if indices else t.shape != x.shape:
            kind = f"{t.dtype} of " if indices else ""
            raise ValueError(
                f"CrossEntropyLoss: the prediction has the shape {x.shape}, so the target is integers of the "
                f"shape {x.shape[:-1]} or numbers of the shape {x.shape}; got {kind}the shape {t.shape}"
            )
        if x.size == 0:
            raise ValueError(f"CrossEntropyLoss: an empty batch has no mean, got the shape {x.shape}")
        return softmax_cross_entropy(x, t)
