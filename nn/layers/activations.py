"""Activations as layers of their own, without parameters; each works elementwise on any shape."""

from typing import Any

import autograd_core as ac
from nn.checks import number
from nn.module import Module
from nn.presets import chosen


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


class LeakyReLU(Module):
    """x where x > 0, else slope · x; the derivative is 1 where x > 0, else the slope (at 0 too).

    Args:
        negative_slope: 0.1, the lecture's (section 1.2); torch and tinygrad have 0.01, Chainer and DeZero
            0.2, Keras 0.3.

    >>> LeakyReLU()(ac.Tensor([-2.0, 3.0]))
    Tensor([-0.2,  3. ])
    """

    def __init__(self, negative_slope: float | None = None) -> None:
        slope = chosen("LeakyReLU", "negative_slope", negative_slope)
        self.negative_slope = number("LeakyReLU: negative_slope", slope)

    def forward(self, x: Any) -> Any:
        return ac.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope:g}"
