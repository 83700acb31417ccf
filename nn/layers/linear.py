"""The affine layer."""

from collections.abc import Callable
from math import prod
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from nn import init as initial
from nn.checks import floating, positive
from nn.init import Rng
from nn.layers.starting import start_uniform
from nn.module import Module
from nn.parameter import Parameter

Init = str | float | Callable[..., Any]


class Linear(Module):
    """A = XW + b, with X (N, in), W (in, out), b (out,) and A (N, out); leading axes of X are free.

    Args:
        in_features: the length K of the last axis of X, at least 1.
        out_features: the number L of neurons, at least 1.
        bias: False for A = XW.
        init: "uniform": U(−1/√in, 1/√in) for weight and bias, as torch; "he": σ² = 2/in, for ReLU;
            "glorot": σ² = 2/(in + out), for sigmoid and tanh; a number: N(0, σ²) with that σ; a function of
            `nn.init`, called as `init(weight, rng=rng)`. Every choice but "uniform" sets b = 0.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator.

    Raises:
        ValueError: for sizes below 1, an unknown init or a negative σ.

    The weight is (in, out), as in the lecture, DL-from-scratch and Keras; torch and Chainer have (out, in),
    and `state_dict(layout="torch")` gives that. The lecture names no default for the initial values; Keras
    starts from Glorot's uniform distribution and b = 0, Chainer from σ² = 1/in.

    >>> Linear(784, 100)
    Linear(in_features=784, out_features=100, bias=True)
    """

    transposed: ClassVar[tuple[str, ...]] = ("weight",)

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init: Init = "uniform",
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        self.in_features = positive("Linear: in_features", in_features)
        self.out_features = positive("Linear: out_features", out_features)
        dtype = ac.layer_dtype(dtype)
        rng = ac.generator(rng)
        self.weight = Parameter(np.zeros((self.in_features, self.out_features), dtype), role="weight")
        self.bias = Parameter(np.zeros(self.out_features, dtype), role="bias") if bias else None
        self._start(init, rng)

    def _start(self, init: Init, rng: np.random.Generator) -> None:
        if init == "uniform":
            start_uniform(self.in_features, self.weight, self.bias, rng=rng)
        elif init == "he":
            initial.he_normal_(self.weight, rng=rng)
        elif init == "glorot":
            initial.glorot_normal_(self.weight, rng=rng)
        elif callable(init):
            init(self.weight, rng=rng)
        elif isinstance(init, int | float | np.number) and not isinstance(init, bool):
            if init < 0:
                raise ValueError(f"Linear: init is a standard deviation, at least 0, got {init}")
            initial.normal_(self.weight, 0.0, float(init), rng=rng)
        else:
            raise ValueError(
                f"Linear: init is 'uniform', 'he', 'glorot', a standard deviation or a function, got {init!r}"
            )

    def forward(self, x: Any) -> Any:
        x = floating(x, self.weight.dtype)
        if not x.ndim or x.shape[-1] != self.in_features:
            found = f"there are {x.shape[-1]}" if x.ndim else "there are no axes"
            if x.ndim > 2 and prod(x.shape[1:]) == self.in_features:
                found += f", but {self.in_features} in each x[n]: put nn.Flatten() before it"
            raise ValueError(
                f"{self.title()}: x {x.shape} @ weight {self.weight.shape} needs {self.in_features} numbers "
                f"on the last axis of x, {found}{self._card(x)}"
            )
        a = x @ self.weight
        return a if self.bias is None else a + self.bias

    def _card(self, x: Any) -> str:
        """What the product itself says: which size is wrong, and whether a transpose would fit."""
        try:
            x @ self.weight
        except ValueError as error:
            return f"\n{error}"
        return ""

    def extra_repr(self) -> str:
        bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={bias}"

    def title(self) -> str:
        return f"Linear({self.in_features} → {self.out_features})"


Affine = Linear
