"""Dropout with torch's names, signatures and defaults: one row, x M times a scale."""

from math import prod, sqrt
from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import computed, number
from nn.init import Rng

# λ α of SELU, the value that its negative side tends to, without the sign
SATURATION = 1.7580993408473766

# what these draw at a time; MT19937 draws 32 bits, and of a generator from elsewhere it is not known
WORDS_OF_64_BITS = (np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64)


def _drop(x: Any, M: Any, *, scale: float) -> Any:
    if M.dtype != bool or M.shape != x.shape or not x.ndim:
        y = x * M
        return y * scale if scale != 1 else y
    # to the last bit the same, for M is 0 or 1, and NumPy multiplies by Booleans at half the speed
    y = M.astype(x.dtype)
    if scale != 1:
        y *= scale
    y *= x
    return y


# M is True where a number is kept; the gradient is ḡ M, with the same scale
dropped: Any = ac.fused(
    "dropout",
    _drop,
    lambda g, z, x, M, *, scale: dropped(g, M, scale=scale),
    None,
    keeps="M",
    meaning=lambda x, M, *, scale: x * M * scale if scale != 1 else x * M,
    stacks=True,
)


def drawn_mask(shape: tuple[int, ...], p: float, rng: Rng = None) -> Any:
    """True with probability 1 − p, False with probability p; the same bits for every dtype of x."""
    return ac.traces.drawn(random_mask, ac.generator(rng), shape, p)


def random_mask(generator: np.random.Generator, shape: tuple[int, ...], p: float) -> Any:
    """Booleans, each False with probability p, from 16 random bits a number: those are soon drawn.

    So p is rounded to a multiple of 2⁻¹⁶; where that would be felt, below 0.01 and above 0.99, there are 32
    bits, and it is one of 2⁻³². It draws and does nothing else: the same state gives the same mask on every
    machine.
    """
    bits = 16 if 0.01 <= p <= 0.99 or p in (0, 1) else 32
    return (_random_bits(generator, prod(shape), bits) >= round(p * 2**bits)).reshape(shape)


def _random_bits(generator: np.random.Generator, count: int, bits: int) -> np.ndarray[Any, Any]:
    """So many whole numbers of 16 or 32 random bits; a rest of what was drawn is thrown away."""
    source = generator.bit_generator
    if isinstance(source, WORDS_OF_64_BITS):
        words = source.random_raw(-(-count * bits // 64)).astype("<u8", copy=False)
        return words.view(f"<u{bits // 8}")[:count]
    return np.frombuffer(generator.bytes(count * bits // 8), f"<u{bits // 8}")


def probability(name: str, p: Any) -> float:
    """p as a float.

    Raises:
        TypeError: if it is no number.
        ValueError: if it is none between 0 and 1.
    """
    found = number(f"{name}: p", p)
    if not 0 <= found <= 1:
        raise ValueError(f"{name}: p is the probability to be dropped, between 0 and 1, got {p!r}")
    return found


def dropout(input: Any, p: float = 0.5, training: bool = True, *, rng: Rng = None) -> Any:
    """In training x M / (1 − p), where M is 0 with probability p, else 1; otherwise x.

    This is inverted dropout, as torch, Keras, Chainer and DeZero have it. The lecture's, of N. Srivastava and
    others: Dropout (2014), section 4, has x M in training and x (1 − p) in prediction: `nn.Dropout`.

    Args:
        input: numbers of any shape; every number is dropped or kept by itself.
        p: the probability that a number is dropped.
        training: False to get x as it is.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        ValueError: for p outside 0 to 1.

    >>> dropout([1.0, 2.0, 3.0, 4.0], 0.5, rng=6)
    array([2., 0., 0., 8.])
    """
    p, x = probability("dropout", p), computed("dropout: input", input)
    return _inverted(x, x.shape, p, rng) if training and p else x


def dropout1d(input: Any, p: float = 0.5, training: bool = True, *, rng: Rng = None) -> Any:
    """`dropout` of whole channels: input is (N, C, L) or (C, L), and every channel is dropped or kept.

    J. Tompson and others: Efficient object localization using convolutional networks (2015), section 3.2.

    >>> dropout1d([[1.0, 2.0], [3.0, 4.0]], 0.5, rng=6)
    array([[2., 4.],
           [0., 0.]])
    """
    return _channels("dropout1d", input, p, training, rng, {2: 1, 3: 2}, "(N, C, L) or (C, L)")


def dropout2d(input: Any, p: float = 0.5, training: bool = True, *, rng: Rng = None) -> Any:
    """`dropout1d` of pictures (N, C, H, W); input of three axes is (N, C, L), as torch has it."""
    return _channels("dropout2d", input, p, training, rng, {3: 2, 4: 2}, "(N, C, H, W) or (N, C, L)")


def dropout3d(input: Any, p: float = 0.5, training: bool = True, *, rng: Rng = None) -> Any:
    """`dropout1d` of volumes (N, C, D, H, W) or (C, D, H, W)."""
    return _channels("dropout3d", input, p, training, rng, {4: 1, 5: 2}, "(N, C, D, H, W) or (C, D, H, W)")


def alpha_dropout(input: Any, p: float = 0.5, training: bool = False, *, rng: Rng = None) -> Any:
    """Dropout for SELU: in training mean 0 and variance 1 stay what they are; otherwise x.

    a (x M + α' (1 − M)) + b, with α' = −λα ≈ −1.7581, M as in `dropout`, a = ((1 − p)(1 + p α'²))^(−1/2) and
    b = −a p α'. For p = 1 everything is 0.

    Raises:
        ValueError: for p outside 0 to 1.

    G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter: Self-normalizing neural networks (2017), section 3.
    """
    x = computed("alpha_dropout: input", input)
    return _alpha("alpha_dropout", x, x.shape, p, training, rng)


def feature_alpha_dropout(input: Any, p: float = 0.5, training: bool = False, *, rng: Rng = None) -> Any:
    """`alpha_dropout` of whole channels: input is (N, C, ...).

    Raises:
        ValueError: for p outside 0 to 1, or fewer than two axes.
    """
    x = computed("feature_alpha_dropout: input", input)
    if x.ndim < 2:
        raise ValueError(f"feature_alpha_dropout: input is (N, C, ...), got the shape {x.shape}")
    return _alpha("feature_alpha_dropout", x, _per_channel(x, 2), p, training, rng)


def _inverted(x: Any, shape: tuple[int, ...], p: float, rng: Rng) -> Any:
    return dropped(x, drawn_mask(shape, p, rng), scale=1 / (1 - p) if p < 1 else 0.0)


def _per_channel(x: Any, lead: int) -> tuple[int, ...]:
    """The shape of a mask for `lead` axes in front."""
    return (*x.shape[:lead], *(1,) * (x.ndim - lead))


def _channels(
    name: str, input: Any, p: float, training: bool, rng: Rng, leads: dict[int, int], words: str
) -> Any:
    p, x = probability(name, p), computed(f"{name}: input", input)
    if x.ndim not in leads:
        raise ValueError(f"{name}: input has the shape {words}, got {x.shape}")
    return _inverted(x, _per_channel(x, leads[x.ndim]), p, rng) if training and p else x


def _alpha(name: str, x: Any, shape: tuple[int, ...], p: float, training: bool, rng: Rng) -> Any:
    p = probability(name, p)
    if not training or not p:
        return x
    M = drawn_mask(shape, p, rng)
    if p == 1:
        return dropped(x, M, scale=0.0)
    a = 1 / sqrt((1 - p) * (1 + p * SATURATION**2))
    # a α' (1 − M) + b
    rest = M.astype(x.dtype) * (a * SATURATION) - a * (1 - p) * SATURATION
    return dropped(x, M, scale=a) + rest
