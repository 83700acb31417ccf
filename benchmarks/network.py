"""The networks of w3 to w6: their sizes, their data, and where all contenders start."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from contender import Array

EPS, MOVE = 1e-5, 0.1
BETA1, BETA2, ADAM_EPS = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Network:
    """A model, its batch and how it is trained."""

    batch: int
    sizes: tuple[int, ...]
    entropy: bool = True
    optimizer: str = "Adam"
    lr: float = 1e-3
    norm: bool = False
    drop: float = 0.0
    alpha: float = 0.0
    seed: int = 0

    def data(self, dtype: Any = np.float32) -> tuple[Array, Array]:
        rng = np.random.default_rng(self.seed)
        x = rng.standard_normal((self.batch, self.sizes[0])).astype(np.float32).astype(dtype)
        if self.entropy:
            return x, rng.integers(0, self.sizes[-1], self.batch)
        return x, rng.standard_normal((self.batch, self.sizes[-1])).astype(np.float32).astype(dtype)

    def start(self, dtype: Any = np.float32) -> list[list[Array]]:
        """Per layer W, b and, where the layer is normalised, γ and β."""
        rng, layers = np.random.default_rng(self.seed + 1), []
        for n, m in pairwise(self.sizes):
            layers.append([rng.standard_normal((n, m)) * np.sqrt(2 / n), 0.1 * rng.standard_normal(m)])
            if self.norm and len(layers) < len(self.sizes) - 1:
                layers[-1] += [1 + 0.1 * rng.standard_normal(m), 0.1 * rng.standard_normal(m)]
        return [[a.astype(np.float32).astype(dtype) for a in layer] for layer in layers]

    def flat(self, dtype: Any = np.float32) -> list[Array]:
        return [a for layer in self.start(dtype) for a in layer]

    def moved(self, parameters: Any) -> list[Array]:
        """How far the parameters are from where they started."""
        return [np.asarray(p, np.float64) - a for p, a in zip(parameters, self.flat(), strict=True)]
