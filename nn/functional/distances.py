"""Distances and similarities of vectors."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import computed, number


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x₁ · x₂ / (max(‖x₁‖, eps) max(‖x₂‖, eps)) along an axis: the cosine of the angle between vectors.

    Args:
        x1, x2: arrays that broadcast.
        dim: the axis of the vectors, counted in the shape to which they broadcast; it is not in the result.
        eps: the smallest length to divide by.

    Raises:
        ValueError: if the shapes do not broadcast, or there is no such axis.

    >>> cosine_similarity([[1.0, 0.0], [1.0, 1.0]], [[0.0, 2.0], [3.0, 3.0]]).round(12)
    array([0., 1.])
    """
    a, b = computed("cosine_similarity: x1", x1), computed("cosine_similarity: x2", x2)
    a, b = _together("cosine_similarity", a, b)
    eps = number("cosine_similarity: eps", eps)
    if not -a.ndim <= dim < a.ndim:
        raise ValueError(f"cosine_similarity: dim={dim} is no axis of the shape {tuple(a.shape)}")
    units = [v / ac.maximum(ac.linalg.norm(v, axis=dim, keepdims=True), eps) for v in (a, b)]
    return ac.sum(units[0] * units[1], axis=dim)


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """‖x₁ − x₂ + eps‖ₚ, vector by vector along the last axis.

    Args:
        x1, x2: (N, D) or (D,), or more axes in front; if the shapes differ, one of them is (D,).
        p: the order of the norm.
        eps: added to every difference, so that the root is not taken at 0.
        keepdim: whether the last axis stays, with length 1.

    Raises:
        ValueError: for other shapes.

    >>> pairwise_distance([[0.0, 0.0], [1.0, 1.0]], [3.0, 4.0], eps=0)
    array([5.        , 3.60555128])
    """
    a, b = computed("pairwise_distance: x1", x1), computed("pairwise_distance: x2", x2)
    if (
        not a.ndim
        or not b.ndim
        or (a.shape != b.shape and b.shape != a.shape[-1:] and a.shape != b.shape[-1:])
    ):
        raise ValueError(
            "pairwise_distance: x1 and x2 have the same shape, or one of them is a single vector; got "
            f"{tuple(a.shape)} and {tuple(b.shape)}"
        )
    difference = a - b + number("pairwise_distance: eps", eps)
    return ac.linalg.norm(difference, number("pairwise_distance: p", p), axis=-1, keepdims=keepdim)


def pdist(input: Any, p: float = 2.0) -> Any:
    """The distances ‖xᵢ − xⱼ‖ₚ of all pairs i < j of the rows, (N, D) to (N (N − 1) / 2,).

    Raises:
        ValueError: for another shape.

    >>> pdist([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]], p=1)
    array([7., 1., 6.])
    """
    x = computed("pdist: input", input)
    if x.ndim != 2:
        raise ValueError(f"pdist: input is (N, D), got the shape {tuple(x.shape)}")
    i, j = np.triu_indices(x.shape[0], 1)
    return ac.linalg.norm(x[i] - x[j], number("pdist: p", p), axis=-1)


def _together(name: str, a: Any, b: Any) -> tuple[Any, Any]:
    """Both with the shape to which they broadcast."""
    try:
        shape = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ValueError(
            f"{name}: x1 and x2 broadcast to one shape, got {tuple(a.shape)} and {tuple(b.shape)}"
        ) from None
    return tuple(v if v.shape == shape else ac.broadcast_to(v, shape) for v in (a, b))
