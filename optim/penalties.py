"""Norm penalties: what is added to the loss so that weights stay small."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.module import Module
from nn.parameter import Parameter
from optim.groups import members
from optim.settings import NOT_NEGATIVE, checked

# over all axes, which a stack in front does not belong to
sum_of_squares: Any = ac.fused(
    "sum_of_squares",
    lambda x: np.asarray(np.vdot(x, x)),
    lambda g, z, x: (2 * ac.expand_dims(g, tuple(range(-x.ndim, 0))) if x.ndim else 2 * g) * x,
    keeps="x",
    meaning=lambda x: ac.sum(x * x),
    stacks=True,
)


def _squares(*ws: Any, alpha: float) -> Any:
    return alpha * np.add.reduce(np.array([np.vdot(w, w) for w in ws]))


# α Σ w² over all numbers of all weights
squares_of_all: Any = ac.packed(
    "squares_of_all",
    _squares,
    joint=lambda g, z, *ws, alpha: [(2 * (g * alpha)) * w for w in ws],
    keeps="*",
    meaning=lambda *ws, alpha: alpha * ac.sum(ac.stack([sum_of_squares(w) for w in ws])),
)


class _Penalty(ABC):
    """α Ω, where Ω is a sum over all weights."""

    def __init__(self, alpha: float) -> None:
        given = {"alpha": alpha}
        self.alpha: float = checked(type(self).__name__, given, given, {"alpha": NOT_NEGATIVE})["alpha"]

    def __call__(self, of: Any) -> Tensor:
        """The penalty, a scalar Tensor that is added to the loss.

        Args:
            of: a module, or Tensors as an optimizer takes them: a list, a dict, (name, Tensor) pairs; or one.

        Raises:
            ValueError: if there is no weight among them.
            TypeError: for something else.
        """
        name = type(self).__name__
        if isinstance(of, Module):
            every: list[Any] = of.parameters()
        else:
            given = of.parameters() if hasattr(of, "parameters") else [of] if isinstance(of, Tensor) else of
            every = members(name, "what is penalised", given)
            for i, p in enumerate(every):
                if not isinstance(p, Tensor):
                    kind = type(p).__name__
                    raise TypeError(f"{name}: number {i} of what is penalised is a {kind}, no Tensor")
        weights = [p for p in every if _is_weight(p)]
        if not weights:
            found = ", ".join(f"{p.name or 'a Tensor'} {p.shape}" for p in every) or "nothing"
            raise ValueError(
                f"{name}: there is no weight to penalise among {found:.200}; biases and scales do not count, "
                "nor do Tensors with less than two axes that no layer marked as a weight"
            )
        return self._of(weights)

    def _of(self, weights: list[Tensor]) -> Tensor:
        total: Tensor = self.alpha * ac.sum(ac.stack([self.norm(w) for w in weights]))
        return total

    @abstractmethod
    def norm(self, w: Tensor) -> Tensor:
        """The share of one weight in Ω."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.alpha})"


def _is_weight(p: Tensor) -> bool:
    return p.is_weight if isinstance(p, Parameter) else p.ndim >= 2


class L1(_Penalty):
    """α Σ |w| over all weights w: many of them become 0 (LASSO). The gradient is α sign w (lecture, 9.1).

    Weights are what layers mark so; of Tensors that no layer marked, those with two or more axes. Biases do
    not count, nor do the scales of normalisations. At w = 0 the gradient is 0.

    Args:
        alpha: α ≥ 0, one for the whole model.

    Raises:
        ValueError: for a negative α; when called, if there is no weight.

    R. Tibshirani: Regression shrinkage and selection via the lasso (1996). Keras and Chainer have the same
    factor; torch has no such function.

    >>> from nn import Linear
    >>> layer = Linear(2, 1)
    >>> layer.weight.data = [[3.0], [-4.0]]
    >>> L1(0.1)(layer).backward()
    >>> layer.weight.grad.tolist(), layer.bias.grad
    ([[0.10000000149011612], [-0.10000000149011612]], None)
    """

    def norm(self, w: Tensor) -> Tensor:
        return ac.sum(ac.abs(w))


class L2(_Penalty):
    """α Σ w² over all weights w, without ½ (ridge, Tikhonov). The gradient is 2 α w (lecture, 9.1).

    Weights are what layers mark so; of Tensors that no layer marked, those with two or more axes. Biases do
    not count, nor do the scales of normalisations.

    Args:
        alpha: α ≥ 0, one for the whole model.

    Raises:
        ValueError: for a negative α; when called, if there is no weight.

    Keras' `L2` is the same. A weight_decay of 2 α in `SGD` makes the same steps: torch's, Chainer's and that
    of DL-from-scratch have a ½ in Ω, and torch's takes the biases too. A. N. Tikhonov: On the stability of
    inverse problems (1943); A. E. Hoerl, R. W. Kennard: Ridge regression (1970).

    >>> from autograd_core import Tensor
    >>> w, b = Tensor([[3.0, -4.0]], requires_grad=True), Tensor([1.0], requires_grad=True)
    >>> penalty = L2(0.5)([w, b])
    >>> penalty.item()
    12.5
    >>> penalty.backward()
    >>> w.grad
    Tensor([[ 3., -4.]])
    """

    def norm(self, w: Tensor) -> Tensor:
        total: Tensor = sum_of_squares(w)
        return total

    def _of(self, weights: list[Tensor]) -> Tensor:
        if self.alpha.__class__ is not float:  # it was set to something else
            return super()._of(weights)
        total: Tensor = squares_of_all(*weights, alpha=self.alpha)
        return total
