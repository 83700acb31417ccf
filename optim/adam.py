"""Adam."""

from math import sqrt
from typing import Any, ClassVar

import numpy as np

from optim.groups import Group
from optim.optimizer import Optimizer, Params


class Adam(Optimizer):
    """Steps of a size that adapts to the moments of the gradient of each number.

    s ← β₁ s + (1 − β₁) g, r ← β₂ r + (1 − β₂) g², both 0 at first; with t = 1 at the first update

        form="paper":    θ ← θ − λ ŝ / (√r̂ + ε),  ŝ = s / (1 − β₁ᵗ),  r̂ = r / (1 − β₂ᵗ)
        form="lecture":  θ ← θ − λₜ s / (√r + ε),  λₜ = λ √(1 − β₂ᵗ) / (1 − β₁ᵗ)

    The two are the same but for ε: the lecture's (its rewritten form, section 6.2) is the paper's with
    ε / √(1 − β₂ᵗ), larger in the first steps.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        betas: (β₁, β₂), 0 ≤ β < 1.
        eps: ε ≥ 0, outside the root.
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ (not decoupled).
        amsgrad: divide by the largest r so far (S. J. Reddi, S. Kale, S. Kumar: On the convergence of Adam
            and beyond, 2018, algorithm 2; as in torch).
        maximize: ascend.
        form: "paper", as torch, or "lecture", as Keras, Chainer, DL-from-scratch and DeZero (the paper names
            it in the remark below algorithm 1, and its ε "epsilon hat").

    D. P. Kingma, J. Ba: Adam: a method for stochastic optimization (2015), algorithm 1.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    elementwise: ClassVar[bool] = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        form: str = "paper",
    ) -> None:
        super().__init__(
            params,
            lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
            form=form,
        )

    def slots_of(self, group: Group) -> tuple[str, ...]:
        return self.slots if group["amsgrad"] else self.slots[:2]

    def update(
        self,
        p: Any,
        g: Any,
        s: Any,
        r: Any,
        largest: Any = None,
        *,
        t: int,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        maximize: bool = False,
        form: str = "paper",
    ) -> None:
        beta1, beta2 = betas
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        # one scratch array, few passes: this is the inner loop of training
        w = np.multiply(g, 1 - beta1, out=np.empty_like(p))
        s *= beta1
        s += w
        np.multiply(g, g, out=w)
        w *= 1 - beta2
        r *= beta2
        r += w
        if largest is not None:
            r = np.maximum(largest, r, out=largest)
        np.sqrt(r, out=w)
        # √r̂ + ε = (√r + ε √(1 − β₂ᵗ)) / √(1 − β₂ᵗ): so the paper's form is the lecture's with a smaller ε
        root = sqrt(1 - beta2**t)
        w += eps * root if form == "paper" else eps
        np.divide(s, w, out=w)
        w *= lr * root / (1 - beta1**t)
        p -= w
