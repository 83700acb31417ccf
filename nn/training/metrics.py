"""Numbers that say how good predictions are; each is a function of all predictions and all targets.

They are no means over batches: a trainer collects the predictions of all batches first, so that a measure
that is no mean (a root, a matrix, one of your own) comes out right.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core import Tensor

Array = np.ndarray[Any, Any]
Metric = Callable[[Any, Any], Any]


def accuracy(prediction: Any, target: Any, *, axis: int = -1, threshold: float | None = None) -> float:
    """The share of data whose class is predicted right.

    Args:
        prediction: the numbers of the classes along `axis`, (N, K), of which the largest counts (logits or
            probabilities alike); or classes, as integers of the shape of the target; or, with a threshold,
            one number per datum, (N,) or (N, 1).
        target: integers of the shape without that axis, (N,); or one-hot, of the shape of the prediction.
        threshold: of one number per datum: class 1 above it, else class 0. 0 for numbers before a sigmoid
            (logits), 0.5 for probabilities.

    Raises:
        ValueError: if the shapes do not go together, there is no datum, or a threshold is needed.

    >>> accuracy([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]], [0, 1, 1])
    0.6666666666666666
    >>> accuracy([-1.0, 2.0], [0, 1], threshold=0)
    1.0
    """
    y, t = _classes("accuracy", prediction, target, axis, threshold)
    return float((y == t).mean())


def rmse(prediction: Any, target: Any) -> float:
    """√(mean of (y − t)²) over all numbers of predictions and targets of the same shape.

    Raises:
        ValueError: if the shapes differ, (N, 1) and (N,) too, or there is no number.

    >>> rmse([1.0, 2.0], [1.0, 4.0])
    1.4142135623730951
    """
    y, t = _array(prediction), _array(target)
    if y.shape != t.shape:
        raise ValueError(
            f"rmse: the prediction has the shape {y.shape}, the target {t.shape}; they must be equal: use "
            "t.reshape(y.shape) if they hold the same numbers"
        )
    if not y.size:
        raise ValueError(f"rmse: there is no number to take a mean of, got the shape {y.shape}")
    return sqrt(float(np.square(np.subtract(y, t, dtype=np.float64)).mean()))


def confusion_matrix(
    prediction: Any,
    target: Any,
    *,
    classes: int | None = None,
    axis: int = -1,
    threshold: float | None = None,
) -> Array:
    """How often a datum of class i (row) was predicted as class j (column): integers, (K, K).

    Args:
        prediction, target, axis, threshold: as for `accuracy`.
        classes: K; by default as many as the prediction has numbers, else the largest class plus one.

    Raises:
        ValueError: as `accuracy`, or for a class outside of 0, ..., K − 1.

    >>> confusion_matrix([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]], [0, 1, 1])
    array([[1, 0],
           [1, 1]])
    """
    y, t = _classes("confusion_matrix", prediction, target, axis, threshold)
    shape = _array(prediction).shape
    if classes is None:
        classes = shape[axis] if len(shape) > t.ndim and threshold is None else int(max(y.max(), t.max())) + 1
    if min(y.min(), t.min()) < 0 or max(y.max(), t.max()) >= classes:
        raise ValueError(
            f"confusion_matrix: the classes run from {min(y.min(), t.min())} to {max(y.max(), t.max())}, "
            f"but there are {classes}, 0 to {classes - 1}"
        )
    counts = np.bincount(t.ravel() * classes + y.ravel(), minlength=classes * classes)
    return counts.reshape(classes, classes)


NAMED: Mapping[str, Metric] = MappingProxyType(
    {"accuracy": accuracy, "rmse": rmse, "confusion_matrix": confusion_matrix}
)
"""The metrics that a trainer knows by name."""


def named(metrics: Any) -> dict[str, Metric]:
    """Metrics as a dict from their names: of a name, a function, several of them, or a dict already.

    Raises:
        ValueError: for a name that is not known, or that two metrics have.
        TypeError: for something that is no function.
    """
    if isinstance(metrics, Mapping):
        pairs = [(str(name), metric) for name, metric in metrics.items()]
    else:
        several = [metrics] if isinstance(metrics, str) or callable(metrics) else list(metrics)
        pairs = [(m if isinstance(m, str) else _name(m), m) for m in several]
    found: dict[str, Metric] = {}
    for name, metric in pairs:
        if isinstance(metric, str):
            if metric not in NAMED:
                raise ValueError(f"metrics: the names are {', '.join(NAMED)}, got {metric!r}")
            metric = NAMED[metric]
        if not callable(metric):
            raise TypeError(f"metrics: functions (prediction, target) or their names, got {metric!r}")
        taken = name in found or name in ("loss", "epoch", "lr", "seconds", "penalty")
        if taken or name.startswith("valid_"):
            raise ValueError(f"metrics: the name {name!r} is taken: give a dict with other names")
        found[name] = metric
    return found


def _name(metric: Any) -> str:
    inside = getattr(metric, "func", metric)  # of a functools.partial
    return str(getattr(inside, "__name__", type(inside).__name__))


def _array(x: Any) -> Array:
    return x.numpy() if isinstance(x, Tensor) else np.asarray(x)


def _classes(
    what: str, prediction: Any, target: Any, axis: int, threshold: float | None
) -> tuple[Array, Array]:
    """Predicted and true classes, as integers of the same shape."""
    y, t = _array(prediction), _array(target)
    if not y.size:
        raise ValueError(f"{what}: there is no datum, got the shape {y.shape}")
    if threshold is not None:
        classes = y > threshold
        if classes.shape != t.shape and classes.size == t.size and classes.shape[-1:] == (1,):
            classes = classes[..., 0]
        if t.shape == (*classes.shape, 1):
            t = t[..., 0]
    elif y.dtype.kind in "iub" and y.shape == t.shape:
        classes = y
    elif not y.ndim or y.shape[axis] == 1 or (y.shape == t.shape and y.ndim == 1):
        raise ValueError(
            f"{what}: the prediction {y.shape} has one number per datum, so a threshold is needed, 0 for "
            "numbers before a sigmoid (logits), 0.5 for probabilities: functools.partial(nn.accuracy, "
            "threshold=0)"
        )
    else:
        classes = y.argmax(axis=axis)
        if t.shape == y.shape:
            t = t.argmax(axis=axis)
    if classes.shape != t.shape:
        raise ValueError(
            f"{what}: the predictions {y.shape} give classes of the shape {classes.shape}, the target has "
            f"the shape {t.shape}"
        )
    broken = t[~np.isfinite(t) | (t != np.trunc(t))] if t.dtype.kind == "f" else t[:0]
    if broken.size:
        raise ValueError(
            f"{what}: targets are classes, whole numbers, got {t.dtype}, such as {broken.flat[0]}"
        )
    return classes.astype(np.int64), t.astype(np.int64)
