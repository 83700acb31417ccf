"""The networks that `autograd-core train` knows."""

from collections.abc import Callable
from itertools import pairwise
from math import isqrt
from types import MappingProxyType

import numpy as np

import nn


def mlp(inputs: int, classes: int, rng: np.random.Generator) -> nn.Sequential:
    """Two hidden layers with batch normalisation: 784 → 256 → 128 → 10 on MNIST."""
    return _network([inputs, 256, 128, classes], rng)


def deep_bn(inputs: int, classes: int, rng: np.random.Generator) -> nn.Sequential:
    """Ten hidden layers of 100 with batch normalisation, without which they would hardly train."""
    return _network([inputs, *[100] * 10, classes], rng)


def cnn(inputs: int, classes: int, rng: np.random.Generator) -> nn.Sequential:
    """Two convolutions of pictures (N, 1, H, W): 28 × 28 → 8 × 14 × 14 → 32 × 7 × 7 → 128 → classes."""
    quarter = isqrt(inputs) // 2 // 2
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False, rng=rng),
        nn.BatchNorm2d(8),
        nn.MaxPool2d(2),
        nn.ReLU(),  # behind the pool: the same numbers for a quarter of the work
        nn.Conv2d(8, 32, 3, padding=1, bias=False, rng=rng),
        nn.BatchNorm2d(32),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * quarter**2, 128, bias=False, init="he", rng=rng),
        nn.BatchNorm(128),
        nn.ReLU(),
        nn.Linear(128, classes, init="he", rng=rng),
    )


def _network(sizes: list[int], rng: np.random.Generator) -> nn.Sequential:
    layers: list[nn.Module] = []
    for k, m in pairwise(sizes[:-1]):
        # no bias: batch normalisation takes the mean off again and has a β of its own
        layers += [nn.Linear(k, m, bias=False, init="he", rng=rng), nn.BatchNorm(m), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1], init="he", rng=rng))


MODELS: MappingProxyType[str, Callable[[int, int, np.random.Generator], nn.Sequential]] = MappingProxyType(
    {"mlp": mlp, "deep-bn": deep_bn, "cnn": cnn}
)

OF_PICTURES = frozenset({"cnn"})
"""The networks that take (N, 1, H, W); the others take rows."""
