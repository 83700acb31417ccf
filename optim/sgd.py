"""Gradient descent, plain and with momentum."""

from typing import Any, ClassVar

from optim.groups import Group
from optim.optimizer import Optimizer, Params


class SGD(Optimizer):
    """θ ← θ − λ g, with torch's options.

    With momentum μ: b ← μ b + (1 − dampening) g (b = g at the first update), θ ← θ − λ b, or, with nesterov,
    θ ← θ − λ (g + μ b). Before that g ← −g with maximize, and g ← g + weight_decay · θ.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        momentum: μ ≥ 0. The lecture's momentum has λ inside: see `Momentum`; the two differ when λ changes.
        dampening: the share of the gradient that momentum leaves out.
        weight_decay: ≥ 0, of all parameters of the group.
        nesterov: look ahead.
        maximize: ascend.

    Raises:
        ValueError: for nesterov without momentum or with dampening.

    The first update, nesterov and weight decay are as in torch. I. Sutskever, J. Martens, G. Dahl, G. Hinton:
    On the importance of initialization and momentum in deep learning (2013), equations 1 to 4, has λ inside,
    like the lecture.
    """

    slots: ClassVar[tuple[str, ...]] = ("momentum_buffer",)
    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
        )
        for group in self.param_groups:
            if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
                raise ValueError("SGD: nesterov needs a momentum above 0 and no dampening")

    def slots_of(self, group: Group) -> tuple[str, ...]:
        return self.slots if group["momentum"] else ()

    def update(
        self,
        p: Any,
        g: Any,
        b: Any = None,
        *,
        t: int,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        maximize: bool = False,
    ) -> None:
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        if b is not None:
            if t == 1:
                b[...] = g
            else:
                b *= momentum
                b += (1 - dampening) * g
            g = g + momentum * b if nesterov else b
        p -= lr * g


class Momentum(Optimizer):
    """The lecture's momentum: v ← α v − λ g, θ ← θ + v, with v = 0 at first (section 6.1).

    Read as a motion: the friction is 1 − α, the force −λ g. With α = 0 it is gradient descent.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        momentum: α, 0 ≤ α < 1.

    Raises:
        ValueError: for α outside its range.

    DL-from-scratch, Chainer and Keras have the same form; in torch's (`SGD`) λ stands outside, b ← μ b + g,
    θ ← θ − λ b, which is the same as long as λ is constant. B. T. Polyak: Some methods of speeding up the
    convergence of iteration methods (1964).
    """

    slots: ClassVar[tuple[str, ...]] = ("v",)
    elementwise: ClassVar[bool] = True

    def __init__(self, params: Params, lr: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(params, lr, momentum=momentum)
        for group in self.param_groups:
            if not group["momentum"] < 1:
                raise ValueError(f"Momentum: 0 ≤ momentum < 1 is needed, got {group['momentum']!r}")

    def update(self, p: Any, g: Any, v: Any, *, lr: float = 0.01, momentum: float = 0.9) -> None:
        v *= momentum
        v -= lr * g
        p += v
