"""Rows of a table picked by index, one by one or in bags."""

from functools import partial
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import as_array, number, operand
from nn.data import labels

# what is picked, with a gradient s times as large: 0 for padding, 1/count for indices that come often
gradient_times = ac.general(
    "gradient_times", lambda x, s: x, lambda g, z, x, s: g * s, None, keeps="s", stacks=True
)

MODES = ("sum", "mean", "max")


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """The rows of the weight that the indices name; the gradient of a row is the sum over its places.

    Shapes: input any, of integers from 0; weight (V, D); result (*, D). The gradient is dense, (V, D).

    Args:
        padding_idx: an index (a negative one counts from the end) whose row gets no gradient.
        max_norm: the rows that are named and have a larger norm are scaled to this one first, in the weight
            itself, which therefore is an array or a leaf.
        norm_type: the p of that norm.
        scale_grad_by_freq: the gradient of a row is the mean over its places instead of the sum.
        sparse: must be False; gradients are dense here.

    Raises:
        IndexError: for an index that no row has; it says which, and where.
        TypeError: for indices that are no integers.
        ValueError: for another shape of the weight, or settings out of range.

    >>> embedding([[0, 2], [2, 2]], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).shape
    (2, 2, 2)
    """
    w = checked_table("embedding", weight, sparse)
    i = _indices("embedding", input, len(w))
    pad = padding_index("embedding", padding_idx, len(w))
    _renormalise("embedding", w, i, max_norm, norm_type)
    return _picked(w, i, None if pad is None else i != pad, scale_grad_by_freq)


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum of the rows that each bag of indices names; 0 for an empty bag.

    Args:
        input: (B, n), a bag a line, or one line of all bags one behind the other.
        weight: (V, D); the result is (B, D).
        offsets: where each bag begins in the one line; with include_last_offset one more, its end.
        mode: "sum", "mean" or "max"; equal maxima share the gradient, torch gives it to the first.
        per_sample_weights: of the shape of input, factors of the rows; only for the sum.
        padding_idx: an index that is in no bag.

    The others are those of `embedding`. With scale_grad_by_freq torch divides in bags by counts of other
    indices.

    Raises:
        IndexError, TypeError: as `embedding`.
        ValueError: for shapes or settings that do not fit.

    >>> embedding_bag([0, 1, 1], [[1.0], [3.0]], offsets=[0, 2], mode="sum")
    array([[4.],
           [3.]])
    """
    w = checked_table("embedding_bag", weight, sparse)
    if mode not in MODES:
        raise ValueError(f"embedding_bag: mode is one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("embedding_bag: scale_grad_by_freq is for mode 'sum' or 'mean', got 'max'")
    flat = _indices("embedding_bag", input, len(w))
    places, there = _bags(flat, offsets, include_last_offset)
    pad = padding_index("embedding_bag", padding_idx, len(w))
    i = flat.reshape(-1)[places] if flat.size else np.zeros_like(places)
    if pad is not None:
        there = there & (i != pad)
    _renormalise("embedding_bag", w, i[there], max_norm, norm_type)
    y = _picked(w, i, there, scale_grad_by_freq)
    if per_sample_weights is not None:
        y = y * _factors(per_sample_weights, flat, mode)[places][..., None]
    known = there[..., None]
    if mode == "max":
        if not y.shape[1]:
            return ac.sum(y, axis=1)
        filled = known.any(axis=1)
        return ac.where(filled, ac.max(ac.where(known | ~filled[:, None], y, -np.inf), axis=1), 0.0)
    total = ac.sum(ac.where(known, y, 0.0), axis=1)
    if mode == "sum":
        return total
    return total / np.maximum(known.sum(axis=1), 1).astype(total.dtype)


def checked_table(name: str, weight: Any, sparse: bool) -> Any:
    """The weight, (V, D).

    Raises:
        ValueError: for another shape, or sparse gradients.
    """
    if sparse:
        raise ValueError(f"{name}: sparse gradients are not offered, only sparse=False")
    w = operand(f"{name}: weight", weight)
    if w.ndim != 2:
        raise ValueError(f"{name}: weight is (V, D), got the shape {w.shape}")
    return w


def padding_index(name: str, padding_idx: Any, rows: int) -> int | None:
    """The index of padding, counted from 0.

    Raises:
        ValueError: if no row has it.
    """
    if padding_idx is None:
        return None
    if not isinstance(padding_idx, int | np.integer) or not -rows <= padding_idx < rows:
        raise ValueError(f"{name}: padding_idx is one of the {rows} rows, got {padding_idx!r}")
    return int(padding_idx) % rows


def _indices(name: str, input: Any, rows: int) -> Any:
    """The indices as an array of integers, each of which a row has."""
    i = input.numpy() if isinstance(input, Tensor) else as_array("the indices", input)
    if not i.size and not hasattr(input, "dtype"):
        i = i.astype(np.intp)  # an empty list
    if i.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices are integers, got {i.dtype} of the shape {i.shape}")
    ac.traces.required(partial(_need_rows, name, rows), i)
    return i


def _need_rows(name: str, rows: int, i: Any) -> None:
    wrong = (i < 0) | (i >= rows)
    if wrong.any():
        where = tuple(int(k) for k in np.argwhere(wrong)[0])
        at = "" if not where else f" at {where[0] if len(where) == 1 else where}"
        raise IndexError(f"{name}: index {i[where]}{at} is outside: the weight has the rows 0 to {rows - 1}")


def _picked(w: Any, i: Any, taught: Any, scale_grad_by_freq: bool) -> Any:
    """The rows; where `taught` is False without a gradient."""
    y = ac.take(w, i, axis=0)
    if taught is None and not scale_grad_by_freq:
        return y
    share = np.ones(i.shape, y.dtype) if taught is None else taught.astype(y.dtype)
    if scale_grad_by_freq:
        counted = i if taught is None else i[taught]
        share /= np.maximum(np.bincount(counted.reshape(-1), minlength=len(w)), 1)[i].astype(y.dtype)
    return gradient_times(y, share[..., None])


def _renormalise(name: str, w: Any, i: Any, max_norm: float | None, norm_type: float) -> None:
    """Scale the rows that are named and too long, in place; torch's 1e-7 keeps it from dividing by 0."""
    if max_norm is None:
        return
    limit, p = number(f"{name}: max_norm", max_norm), number(f"{name}: norm_type", norm_type)
    if isinstance(w, Tensor) and not w.is_leaf:
        raise ValueError(f"{name}: with max_norm the weight is changed in place, so it must be a leaf")
    rows = np.unique(i)
    data = w.data if isinstance(w, Tensor) else w
    norms = np.linalg.norm(data[rows], ord=p, axis=1)
    long = norms > limit
    if long.any():
        data[rows[long]] *= (limit / (norms[long] + 1e-7)).astype(data.dtype)[:, None]


def _bags(flat: Any, offsets: Any, include_last_offset: bool) -> tuple[Any, Any]:
    """Where the indices of each bag stand in the one line, (B, n), and which of these places there are."""
    if flat.ndim == 2:
        if offsets is not None:
            raise ValueError(f"embedding_bag: input {flat.shape} has a bag a line and takes no offsets")
        return np.arange(flat.size).reshape(flat.shape), np.ones(flat.shape, bool)
    if flat.ndim != 1 or offsets is None:
        raise ValueError(f"embedding_bag: input is (B, n), or (n,) with offsets; got the shape {flat.shape}")
    starts = offsets.numpy() if isinstance(offsets, Tensor) else np.asarray(offsets)
    ends = starts[1:] if include_last_offset else np.append(starts[1:], flat.size)
    starts = starts[: len(ends)]
    right = starts.ndim == 1 and starts.dtype.kind in "iu" and (not len(starts) or starts[0] == 0)
    if not right or (ends < starts).any() or (ends > flat.size).any():
        raise ValueError(
            f"embedding_bag: offsets are integers that rise from 0 to at most {flat.size}, got {offsets!r}"
        )
    steps = np.arange(max(ends - starts, default=0))
    places, there = starts[:, None] + steps, steps < (ends - starts)[:, None]
    return np.where(there, places, 0), there


def _factors(per_sample_weights: Any, flat: Any, mode: str) -> Any:
    """The factors of the rows, in one line."""
    if mode != "sum":
        raise ValueError(f"embedding_bag: per_sample_weights are for mode 'sum', got {mode!r}")
    s = operand("embedding_bag: per_sample_weights", per_sample_weights)
    if s.shape != flat.shape:
        raise ValueError(f"embedding_bag: per_sample_weights have the shape {flat.shape}, got {s.shape}")
    return s.reshape(-1)


def one_hot(tensor: Any, num_classes: int = -1) -> Any:
    """Class numbers (*) as an int64 array (*, num_classes): 1 at the place of the class, 0 elsewhere.

    `nn.data.one_hot` makes targets in the dtype of layers.

    Raises:
        TypeError: if the classes are no whole numbers.
        ValueError: if one is negative or not below num_classes; for no data without num_classes.

    >>> one_hot([0, 2])
    array([[1, 0, 0],
           [0, 0, 1]])
    """
    return labels.one_hot(tensor, num_classes, dtype=np.int64)
