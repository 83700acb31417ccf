"""Dropout as layers: the lecture's, and torch's of channels and for SELU."""

from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from nn.checks import floating
from nn.functional.dropping import (
    alpha_dropout,
    drawn_mask,
    dropout1d,
    dropout2d,
    dropout3d,
    dropped,
    feature_alpha_dropout,
    probability,
)
from nn.init import Rng
from nn.module import Module
from nn.presets import chosen


class RandomDrop(Module):
    """What all dropouts hold: the probability p to be dropped, and the generator of the masks."""

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        self.p = probability(type(self).__name__, p)
        # without one the default generator, of the thread that calls
        self.rng = None if rng is None else ac.generator(rng)

    def extra_repr(self) -> str:
        return f"p={self.p:g}"

    def title(self) -> str:
        return f"{type(self).__name__}({self.p:g})"


class Dropout(RandomDrop):
    """Y = X M in training, M being 0 with probability p, else 1; Y = X (1 − p) in prediction.

    So the next layer gets the same on average. With scale="train" it is Y = X M / (1 − p) in training and
    Y = X in prediction, which is 1/(1 − p) times as much. The gradient is ∂E/∂X = ∂E/∂Y M, with scale="train"
    times 1/(1 − p). Every number of every datum is dropped or kept by itself.

    Args:
        p: the probability to be dropped, 0 ≤ p ≤ 1.
        scale: "predict" (classic dropout, the lecture's) or "train" (inverted dropout); None: "predict", in
            the convention of torch "train".
        rng: None (the default generator at every call), an int or a numpy.random.Generator.

    After a call `mask` is M, an array of Booleans, True where a number was kept; None if nothing was drawn.

    Raises:
        TypeError: if p is no number.
        ValueError: for p outside its range or another scale.

    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: Dropout (2014), section 4 (where
    p is the probability to be kept); section 9.2 of the lecture. DL-from-scratch has scale="predict", torch,
    Keras, Chainer and DeZero have "train".

    >>> layer = Dropout(0.5, rng=6)
    >>> layer(np.array([[1.0, 2.0, 3.0, 4.0]])), layer.mask
    (Tensor([[1., 0., 0., 4.]]), array([[ True, False, False,  True]]))
    >>> layer.eval()(np.array([[1.0, 2.0, 3.0, 4.0]]))
    Tensor([[0.5, 1. , 1.5, 2. ]])
    """

    def __init__(self, p: float = 0.5, scale: str | None = None, *, rng: Rng = None) -> None:
        super().__init__(p, rng=rng)
        self.scale = chosen("Dropout", "scale", scale)
        if self.scale not in ("predict", "train"):
            raise ValueError(f"Dropout: scale is 'predict' or 'train', got {scale!r}")
        self.mask: np.ndarray[Any, Any] | None = None

    def forward(self, x: Any) -> Any:
        x = floating(x, ac.layer_dtype())
        self.mask = drawn_mask(x.shape, self.p, self.rng) if self.training else None
        if self.scale == "predict":
            return x * (1 - self.p) if self.mask is None else dropped(x, self.mask, scale=1.0)
        return (
            x if self.mask is None else dropped(x, self.mask, scale=1 / (1 - self.p) if self.p < 1 else 0.0)
        )

    def extra_repr(self) -> str:
        return f"p={self.p:g}, scale={self.scale!r}"


class FunctionalDrop(RandomDrop):
    """A dropout that is one of torch's functions in training, and nothing in prediction."""

    drop: ClassVar[Any]

    def forward(self, x: Any) -> Any:
        return type(self).drop(floating(x, ac.layer_dtype()), self.p, self.training, rng=self.rng)


class Dropout1d(FunctionalDrop):
    """Drops whole channels of (N, C, L) or (C, L) in training, and scales the others by 1/(1 − p); torch's.

    Args:
        p: the probability to be dropped, 0 ≤ p ≤ 1.
        rng: None (the default generator at every call), an int or a numpy.random.Generator.

    >>> Dropout1d(0.5, rng=6)(np.ones((2, 2)))
    Tensor([[2., 2.],
            [0., 0.]])
    """

    drop: ClassVar[Any] = staticmethod(dropout1d)


class Dropout2d(FunctionalDrop):
    """`Dropout1d` for pictures (N, C, H, W), or (N, C, L)."""

    drop: ClassVar[Any] = staticmethod(dropout2d)


class Dropout3d(FunctionalDrop):
    """`Dropout1d` for volumes (N, C, D, H, W) or (C, D, H, W)."""

    drop: ClassVar[Any] = staticmethod(dropout3d)


class AlphaDropout(FunctionalDrop):
    """Dropout for networks with SELU: keeps mean 0 and variance 1; see `nn.functional.alpha_dropout`."""

    drop: ClassVar[Any] = staticmethod(alpha_dropout)


class FeatureAlphaDropout(FunctionalDrop):
    """`AlphaDropout` of whole channels, for (N, C, ...)."""

    drop: ClassVar[Any] = staticmethod(feature_alpha_dropout)
