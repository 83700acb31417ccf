"""Optimizers that divide by the root of what the squares of the gradients were: Adagrad and what followed."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optim.groups import Group
from optim.optimizer import Optimizer, Params
from optim.passes import Array, average, average_square, downhill, scratch_like
from optim.settings import SHARE, Range


class Adagrad(Optimizer):
    """Steps that shrink where gradients were large: h ← h + g², θ ← θ − λₜ g / (√h + ε).

    h = initial_accumulator_value at first, λₜ = λ / (1 + (t − 1) lr_decay) with t = 1 at the first update.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        lr_decay: ≥ 0; how fast λₜ falls.
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ.
        initial_accumulator_value: ≥ 0, in h.
        eps: ε ≥ 0, outside the root; 1e-10 as in torch (Keras: 1e-7, and h begins at 0.1; Chainer: 1e-8).
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    J. Duchi, E. Hazan, Y. Singer: Adaptive subgradient methods for online learning and stochastic
    optimization (2011), the diagonal form, figure 1.

    >>> from autograd_core import Tensor
    >>> w = Tensor([1.0, -200.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> Adagrad([w], lr=0.1).step()
    >>> w
    Tensor([   0.9, -199.9], requires_grad=True)
    """

    slots: ClassVar[tuple[str, ...]] = ("sum",)
    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            maximize=maximize,
        )

    def update(
        self,
        p: Array,
        g: Array,
        h: Array,
        *,
        t: int,
        lr: float,
        lr_decay: float,
        weight_decay: float,
        initial_accumulator_value: float,
        eps: float,
        maximize: bool,
    ) -> None:
        g = downhill(p, g, weight_decay, maximize)
        w = g * g
        h += w
        # what h begins with is added here: a slot begins at zero
        np.sqrt(np.add(h, initial_accumulator_value, out=w), out=w)
        w += eps
        np.divide(g, w, out=w)
        w *= lr / (1 + (t - 1) * lr_decay)
        p -= w


class Adadelta(Optimizer):
    """Steps in the units of the parameters: their size is that of the steps before.

    h ← ρ h + (1 − ρ) g², d = g √(u + ε) / √(h + ε), u ← ρ u + (1 − ρ) d², θ ← θ − λ d; h = u = 0 at first.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0; 1, as in the paper and torch (Keras: 0.001).
        rho: ρ, 0 ≤ ρ ≤ 1; 0.9 as in torch (the paper and Keras: 0.95).
        eps: ε ≥ 0, inside of both roots.
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ.
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    M. D. Zeiler: ADADELTA: an adaptive learning rate method (2012), algorithm 1.
    """

    slots: ClassVar[tuple[str, ...]] = ("square_avg", "acc_delta")
    elementwise: ClassVar[bool] = True
    ranges: ClassVar[Mapping[str, Range]] = {"rho": SHARE}

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize)

    def update(
        self,
        p: Array,
        g: Array,
        h: Array,
        u: Array,
        *,
        lr: float,
        rho: float,
        eps: float,
        weight_decay: float,
        maximize: bool,
    ) -> None:
        g = downhill(p, g, weight_decay, maximize)
        w = scratch_like(p)
        average_square(h, g, rho, w)
        d = np.sqrt(u + eps)
        d /= np.sqrt(np.add(h, eps, out=w), out=w)
        d *= g
        average_square(u, d, rho, w)
        d *= lr
        p -= d


class RMSprop(Optimizer):
    """Steps divided by the root of a moving average of g²: h ← α h + (1 − α) g², θ ← θ − λ g / (√h + ε).

    Centered, the average of g is taken off: m ← α m + (1 − α) g, and √(h − m²) stands for √h, so that it is
    the spread of the gradients that counts. With momentum μ: b ← μ b + g / (√h + ε), θ ← θ − λ b. All begin
    at 0.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0; 0.01 as in torch (Keras and the source: 0.001).
        alpha: α, 0 ≤ α ≤ 1; 0.99 as in torch and Chainer (Keras and the source: 0.9).
        eps: ε ≥ 0, outside the root, as in torch, DL-from-scratch and Chainer.
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ.
        momentum: μ ≥ 0.
        centered: subtract the mean.
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    T. Tieleman, G. Hinton: Neural networks for machine learning, lecture 6.5 (2012); centered: A. Graves:
    Generating sequences with recurrent neural networks (2013), equations 38 to 41, with ε outside.
    """

    slots: ClassVar[tuple[str, ...]] = ("square_avg", "grad_avg", "momentum_buffer")
    elementwise: ClassVar[bool] = True
    ranges: ClassVar[Mapping[str, Range]] = {"alpha": SHARE}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            maximize=maximize,
        )

    def slots_of(self, group: Group) -> tuple[str, ...]:
        h, m, b = self.slots
        return (h, *([m] if group["centered"] else []), *([b] if group["momentum"] else []))

    def update(
        self,
        p: Array,
        g: Array,
        h: Array,
        *others: Array,
        lr: float,
        alpha: float,
        eps: float,
        weight_decay: float,
        momentum: float,
        centered: bool,
        maximize: bool,
    ) -> None:
        g = downhill(p, g, weight_decay, maximize)
        w = scratch_like(p)
        average_square(h, g, alpha, w)
        root = np.sqrt(h)
        if centered:
            average(others[0], g, alpha, w)
            np.multiply(others[0], others[0], out=w)
            np.subtract(h, w, out=root)
            np.sqrt(np.maximum(root, 0, out=root), out=root)  # rounding can make it a little negative
        root += eps
        np.divide(g, root, out=w)
        if momentum:
            b = others[-1]
            b *= momentum
            b += w
            np.multiply(b, lr, out=w)
        else:
            w *= lr
        p -= w
