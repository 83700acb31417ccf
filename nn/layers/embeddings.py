"""Tables of vectors, looked up by index."""

from typing import Any, Self

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn import init as initial
from nn.checks import number, positive
from nn.functional.embeddings import MODES, checked_table, embedding, embedding_bag, padding_index
from nn.init import Rng
from nn.module import Module
from nn.parameter import Parameter


class Table(Module):
    """What Embedding and EmbeddingBag hold: a weight (V, D), and how its rows are taken."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        norm_type: float,
        scale_grad_by_freq: bool,
        sparse: bool,
        weight: Any,
        dtype: Any,
        rng: Rng,
    ) -> None:
        name = type(self).__name__
        self.num_embeddings = positive(f"{name}: num_embeddings", num_embeddings)
        self.embedding_dim = positive(f"{name}: embedding_dim", embedding_dim)
        self.padding_idx = padding_index(name, padding_idx, self.num_embeddings)
        self.max_norm = None if max_norm is None else number(f"{name}: max_norm", max_norm)
        self.norm_type = number(f"{name}: norm_type", norm_type)
        self.scale_grad_by_freq = bool(scale_grad_by_freq)
        shape = (self.num_embeddings, self.embedding_dim)
        if weight is None:
            start = np.zeros(shape, ac.layer_dtype(dtype))
            initial.normal_(start, rng=rng)
            if self.padding_idx is not None:
                start[self.padding_idx] = 0.0
        else:
            start = weight.numpy() if isinstance(weight, Tensor) else np.asarray(weight)
            start = start.astype(ac.layer_dtype(dtype) if dtype or start.dtype.kind != "f" else start.dtype)
            if start.shape != shape:
                raise ValueError(f"{name}: the weight has the shape {shape}, got {start.shape}")
        self.weight = Parameter(checked_table(name, start, sparse), role="weight", layout="torch")

    def extra_repr(self) -> str:
        shown = [f"{self.num_embeddings}, {self.embedding_dim}"]
        usual = {"padding_idx": None, "max_norm": None, "norm_type": 2.0, "scale_grad_by_freq": False}
        shown += [f"{n}={getattr(self, n)}" for n, value in usual.items() if getattr(self, n) != value]
        return ", ".join(shown)

    def title(self) -> str:
        return f"{type(self).__name__}({self.num_embeddings} → {self.embedding_dim})"


class Embedding(Table):
    """y = weight[x]: of every index its vector; x holds integers from 0 to V − 1, y is (*, D).

    The gradient of a row is the sum over the places where its index stands; it is dense.

    Args:
        num_embeddings: V, the number of indices.
        embedding_dim: D, the numbers of one vector.
        padding_idx: an index whose vector is 0 at first and is not trained.
        max_norm, norm_type, scale_grad_by_freq: see `nn.functional.embedding`.
        sparse: must be False; gradients are dense here.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        ValueError: for settings out of range.
        IndexError: for an index that no vector has; it says which, and where.
        TypeError: for indices that are no integers.

    The weight is (V, D), from N(0, 1) at first as in torch; Keras starts from U(−0.05, 0.05), Chainer's
    EmbedID from N(0, 1).

    >>> layer = Embedding(10, 3, padding_idx=0, rng=0)
    >>> layer
    Embedding(10, 3, padding_idx=0)
    >>> layer(np.array([[1, 2, 0], [4, 0, 0]])).shape
    (2, 3, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            sparse,
            _weight,
            dtype,
            rng,
        )
        self.weight.requires_grad = not _freeze

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Self:
        """A layer with these vectors (V, D), which are copied; trained only if freeze is False.

        >>> Embedding.from_pretrained([[1.0, 2.0], [3.0, 4.0]])([1, 1, 0]).shape
        (3, 2)
        """
        rows, size = checked_table(cls.__name__, embeddings, sparse).shape
        return cls(
            rows,
            size,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            sparse,
            _weight=embeddings,
            _freeze=freeze,
        )

    def forward(self, input: Any) -> Any:
        return embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq
        )


class EmbeddingBag(Table):
    """The sum, mean or maximum of the vectors of each bag of indices, without a bag's order: (B, D).

    Called with input (B, n), or with all bags in one line and offsets that say where each begins; see
    `nn.functional.embedding_bag`. Arguments, initial values and errors are those of `Embedding`, and

    Args:
        mode: "sum", "mean" or "max".
        include_last_offset: whether offsets end with the length of the line.
        padding_idx: an index that is in no bag.

    >>> EmbeddingBag(10, 3, mode="sum", rng=0)(np.array([1, 2, 4, 5, 4]), np.array([0, 3])).shape
    (2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"EmbeddingBag: mode is one of {', '.join(map(repr, MODES))}, got {mode!r}")
        super().__init__(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            sparse,
            _weight,
            dtype,
            rng,
        )
        self.mode, self.include_last_offset = mode, bool(include_last_offset)

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        return embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            False,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        return super().extra_repr() + f", mode={self.mode!r}"
