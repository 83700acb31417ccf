"""Activations as layers of their own, without parameters; each works elementwise on any shape."""

from typing import Any

import autograd_core as ac
from nn.module import Module


class ReLU(Module):
    """max(x, 0); the derivative is 1 where x > 0, else 0 (at 0 too, as the lecture, torch and Chainer)."""

    def forward(self, x: Any) -> Any:
        return ac.relu(x)


class Sigmoid(Module):
    """1 / (1 + e^−x), without overflow for any x; the derivative is y (1 − y)."""

    def forward(self, x: Any) -> Any:
        return ac.sigmoid(x)


class Tanh(Module):
    """tanh x; the derivative is 1 − y²."""

    def forward(self, x: Any) -> Any:
        return ac.tanh(x)
