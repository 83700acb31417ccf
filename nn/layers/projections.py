"""Layers of products: Bilinear."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn.checks import floating, positive
from nn.functional.projections import bilinear
from nn.init import Rng
from nn.layers.starting import start_uniform
from nn.module import Module
from nn.parameter import Parameter


class Bilinear(Module):
    """yₒ = x₁ᵀ Wₒ x₂ + bₒ: a number for every pair of inputs, weighed.

    Args:
        in1_features: I, the length of the last axis of x₁.
        in2_features: J, that of x₂; the other axes of both are equal.
        out_features: O, the length of the last axis of y.
        bias: False for none.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        ValueError: for sizes below 1, and shapes that do not fit.

    The weight is (O, I, J) as in torch; weight and bias start from U(−1/√I, 1/√I).

    >>> Bilinear(2, 3, 4, rng=0)(np.ones((5, 2)), np.ones((5, 3))).shape
    (5, 4)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        self.in1_features = positive("Bilinear: in1_features", in1_features)
        self.in2_features = positive("Bilinear: in2_features", in2_features)
        self.out_features = positive("Bilinear: out_features", out_features)
        dtype = ac.layer_dtype(dtype)
        shape = (self.out_features, self.in1_features, self.in2_features)
        self.weight = Parameter(np.zeros(shape, dtype), role="weight", layout="torch")
        self.bias = Parameter(np.zeros(self.out_features, dtype), role="bias") if bias else None
        start_uniform(self.in1_features, self.weight, self.bias, rng=ac.generator(rng))

    def forward(self, input1: Any, input2: Any) -> Any:
        dtype = self.weight.dtype
        return bilinear(floating(input1, dtype), floating(input2, dtype), self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )

    def title(self) -> str:
        return f"Bilinear({self.in1_features} · {self.in2_features} → {self.out_features})"
