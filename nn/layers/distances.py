"""Distances and similarities of vectors, as layers without parameters."""

from typing import Any

from nn.checks import number
from nn.functional.distances import cosine_similarity, pairwise_distance
from nn.module import Module


class CosineSimilarity(Module):
    """The cosine of the angle between vectors: x₁ · x₂ / (max(‖x₁‖, eps) max(‖x₂‖, eps)) along an axis.

    `layer(x1, x2)`: arrays that broadcast; the axis `dim` is not in the result.

    >>> import numpy as np
    >>> CosineSimilarity()(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]]))
    Tensor([0.])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim, self.eps = int(dim), number("CosineSimilarity: eps", eps, low=0)

    def forward(self, x1: Any, x2: Any) -> Any:
        return cosine_similarity(x1, x2, self.dim, self.eps)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, eps={self.eps:g}"


class PairwiseDistance(Module):
    """‖x₁ − x₂ + eps‖ₚ, vector by vector along the last axis.

    `layer(x1, x2)`: (N, D) or (D,), or more axes in front; if the shapes differ, one of them is (D,).

    >>> import numpy as np
    >>> PairwiseDistance(eps=0)(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]))
    Tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.p, self.eps = number("PairwiseDistance: p", p), number("PairwiseDistance: eps", eps)
        self.keepdim = bool(keepdim)

    def forward(self, x1: Any, x2: Any) -> Any:
        return pairwise_distance(x1, x2, self.p, self.eps, self.keepdim)

    def extra_repr(self) -> str:
        return f"p={self.p:g}, eps={self.eps:g}, keepdim={self.keepdim}"
