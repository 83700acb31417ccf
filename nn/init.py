"""Initial values, written into a parameter in place; torch's names, with an underscore at the end.

Every function takes a leaf Tensor or an array, fills it and returns it. `rng` is None (the default generator
of `ac.manual_seed`), an int or a `numpy.random.Generator`.

The fans: a 2-d parameter means (in, out), the lecture's layout, so fan_in is the number of rows (torch: of
columns). More axes mean torch's convolution layout (out, in, *kernel): fan_in is the number of inputs of one
neuron.
"""

from math import prod, sqrt
from typing import Any, TypeVar

import numpy as np

import autograd_core as ac
from autograd_core import Tensor

T = TypeVar("T", bound=Any)
Rng = int | np.random.Generator | None


def _fill(target: T, values: Any) -> T:
    if isinstance(target, Tensor):
        target.data = np.broadcast_to(np.asarray(values, target.dtype), target.shape)
    else:
        target[...] = values
    return target


def constant_(p: T, value: float, *, rng: Rng = None) -> T:
    """Every number is `value`; rng is ignored, it is there for `Linear(init=...)`."""
    return _fill(p, float(value))


def zeros_(p: T, *, rng: Rng = None) -> T:
    """Every number is 0; rng is ignored, it is there for `Linear(init=...)`."""
    return constant_(p, 0.0)


def ones_(p: T, *, rng: Rng = None) -> T:
    """Every number is 1; rng is ignored, it is there for `Linear(init=...)`."""
    return constant_(p, 1.0)


def uniform_(p: T, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> T:
    """Numbers from the uniform distribution on [a, b).

    Raises:
        ValueError: if a > b.
    """
    if not a <= b:
        raise ValueError(f"uniform_: numbers from a to b, a ≤ b, got a={a} and b={b}")
    return _fill(p, ac.generator(rng).uniform(float(a), float(b), p.shape))


def normal_(p: T, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> T:
    """Numbers from the normal distribution N(mean, std²).

    Raises:
        ValueError: if std < 0.
    """
    if not std >= 0:
        raise ValueError(f"normal_: the standard deviation std is at least 0, got {std}")
    return _fill(p, ac.generator(rng).normal(float(mean), float(std), p.shape))


def fans(p: Any) -> tuple[int, int]:
    """The numbers of inputs and outputs of one neuron.

    Raises:
        ValueError: if there are fewer than two axes.

    >>> fans(np.zeros((784, 100))), fans(np.zeros((16, 3, 5, 5)))
    ((784, 100), (75, 400))
    """
    shape = p.shape
    if len(shape) < 2:
        raise ValueError(f"fan in and fan out need two axes or more, got shape {shape}")
    if len(shape) == 2:
        return shape[0], shape[1]
    kernel = prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def gain(nonlinearity: str, a: float = 0.0) -> float:
    """The factor on σ that keeps the variance through a nonlinearity; torch's `calculate_gain`.

    Raises:
        ValueError: for a name that is not linear, sigmoid, tanh, relu, leaky_relu or selu.
    """
    known = {
        "linear": 1.0,
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": sqrt(2),
        "leaky_relu": sqrt(2 / (1 + float(a) ** 2)),
        "selu": 3 / 4,
    }
    if nonlinearity not in known:
        raise ValueError(f"nonlinearity is one of {', '.join(known)}; got {nonlinearity!r}")
    return known[nonlinearity]


def _kaiming(p: Any, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(p)[mode == "fan_out"]
    return gain(nonlinearity, a) / sqrt(max(fan, 1))


def kaiming_normal_(
    p: T, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> T:
    """N(0, σ²) with σ² = gain² / fan; with the defaults He's σ² = 2 / fan_in, for ReLU.

    K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers (2015), equations 10 and 15.
    `a` is the slope of a leaky ReLU.
    """
    return normal_(p, 0.0, _kaiming(p, a, mode, nonlinearity), rng=rng)


def kaiming_uniform_(
    p: T, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> T:
    """U(−r, r) with r = gain · √(3 / fan): the variance of `kaiming_normal_`."""
    r = sqrt(3) * _kaiming(p, a, mode, nonlinearity)
    return uniform_(p, -r, r, rng=rng)


def xavier_normal_(p: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """N(0, σ²) with σ² = gain² · 2 / (fan_in + fan_out), for sigmoid and tanh.

    X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural networks (2010),
    eq. 12.
    """
    return normal_(p, 0.0, float(gain) * sqrt(2 / max(sum(fans(p)), 1)), rng=rng)


def xavier_uniform_(p: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """U(−r, r) with r = gain · √(6 / (fan_in + fan_out)): as much variance as `xavier_normal_`.

    Glorot and Bengio 2010, equation 16.
    """
    r = float(gain) * sqrt(6 / max(sum(fans(p)), 1))
    return uniform_(p, -r, r, rng=rng)


he_normal_ = kaiming_normal_
glorot_normal_ = xavier_normal_
