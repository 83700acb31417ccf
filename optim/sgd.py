"""Gradient descent, plain and with momentum."""

from collections.abc import Mapping
from typing import ClassVar

from nn.presets import chosen
from optim.groups import Group
from optim.optimizer import Array, Optimizer, Params
from optim.passes import downhill
from optim.settings import Range, one_of


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

    >>> from autograd_core import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SGD([w], lr=0.1).step()
    >>> w
    Tensor([0.8, 1.6], requires_grad=True)
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

    def check(self, group: Group) -> None:
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError(f"{type(self).__name__}: nesterov needs a momentum above 0 and no dampening")

    def slots_of(self, group: Group) -> tuple[str, ...]:
        return self.slots if group["momentum"] else ()

    def update(
        self,
        p: Array,
        g: Array,
        b: Array | None = None,
        *,
        t: int,
        lr: float,
        momentum: float,
        dampening: float,
        weight_decay: float,
        nesterov: bool,
        maximize: bool,
    ) -> None:
        g = downhill(p, g, weight_decay, maximize)
        if b is not None:
            if t == 1:
                b[...] = g
            else:
                b *= momentum
                b += g if dampening == 0 else (1 - dampening) * g
            g = g + momentum * b if nesterov else b
        p -= lr * g


class Momentum(Optimizer):
    """The lecture's momentum: v ← α v − λ g, θ ← θ + v, with v = 0 at first (section 6.1).

    Read as a motion: the friction is 1 − α, the force −λ g. With α = 0 it is gradient descent.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        momentum: α, 0 ≤ α < 1.
        form: "lecture", as above, like DL-from-scratch, Chainer and Keras; or "torch", with λ outside,
            v ← α v + g, θ ← θ − λ v: the same as long as λ is constant. By default the lecture's; inside of
            `nn.convention("torch")` torch's.

    Raises:
        ValueError: for α outside its range, or another form.

    B. T. Polyak: Some methods of speeding up the convergence of iteration methods (1964).

    >>> from autograd_core import Tensor
    >>> w = Tensor([10.0, 1.0], requires_grad=True)
    >>> opt = Momentum([w], lr=0.005)
    >>> for _ in range(200):
    ...     opt.zero_grad()
    ...     (w[0] ** 2 + 100 * w[1] ** 2).backward()
    ...     opt.step()
    >>> bool(abs(w.numpy()).max() < 0.01)
    True
    """

    slots: ClassVar[tuple[str, ...]] = ("v",)
    elementwise: ClassVar[bool] = True
    ranges: ClassVar[Mapping[str, Range]] = {
        "momentum": (lambda a: 0 <= a < 1, "a number with 0 ≤ momentum < 1"),
        "form": one_of("lecture", "torch"),
    }

    def __init__(
        self, params: Params, lr: float = 0.01, momentum: float = 0.9, *, form: str | None = None
    ) -> None:
        super().__init__(params, lr, momentum=momentum, form=chosen("Momentum", "form", form))

    def update(self, p: Array, g: Array, v: Array, *, lr: float, momentum: float, form: str) -> None:
        v *= momentum
        if form == "lecture":
            v -= lr * g
            p += v
        else:
            v += g
            p -= lr * v


class Nesterov(Momentum):
    """Momentum whose gradient is that of the point ahead: v ← α v − λ g, θ ← θ + α v − λ g with the new v.

    Nesterov takes the gradient at θ + α v, where momentum alone would lead. Here θ is that point itself, so
    that the gradient which was computed is the right one: with φ = θ − α v the two lines are v ← α v − λ
    ∇f(φ + α v), φ ← φ + v. The lecture names the method and writes no formula (section 6).

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        momentum: α, 0 ≤ α < 1.
        form: as of `Momentum`; "torch" is v ← α v + g, θ ← θ − λ (g + α v), as `SGD(nesterov=True)`.

    Raises:
        ValueError: for α outside its range, or another form.

    I. Sutskever, J. Martens, G. Dahl, G. Hinton: On the importance of initialization and momentum in deep
    learning (2013), equations 3 and 4; in these variables Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu:
    Advances in optimizing recurrent networks (2012), equation 7.
    """

    def __init__(
        self, params: Params, lr: float = 0.01, momentum: float = 0.9, *, form: str | None = None
    ) -> None:
        super().__init__(params, lr, momentum, form=chosen("Nesterov", "form", form))

    def update(self, p: Array, g: Array, v: Array, *, lr: float, momentum: float, form: str) -> None:
        v *= momentum
        if form == "lecture":
            g = lr * g
            v -= g
            p += momentum * v
            p -= g
        else:
            v += g
            p -= lr * (g + momentum * v)
