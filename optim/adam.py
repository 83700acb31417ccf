"""Adam, with its weight decay in the gradient or beside it."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from optim.groups import Group
from optim.optimizer import Optimizer, Params
from optim.passes import Array, average, average_square, downhill, scratch_like
from optim.settings import Range, one_of


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
        weight_decay: ≥ 0; added to the gradient as weight_decay · θ, unless it is decoupled.
        amsgrad: divide by the largest r so far (S. J. Reddi, S. Kale, S. Kumar: On the convergence of Adam
            and beyond, 2018, algorithm 2; as in torch).
        maximize: ascend.
        decoupled_weight_decay: θ ← θ − λ · weight_decay · θ first, as `AdamW`.
        form: "paper", as torch, or "lecture", as Keras, Chainer, DL-from-scratch and DeZero (the paper names
            it in the remark below algorithm 1, and its ε "epsilon hat").

    Raises:
        ValueError: for a setting outside its range.

    D. P. Kingma, J. Ba: Adam: a method for stochastic optimization (2015), algorithm 1.

    >>> from autograd_core import Tensor
    >>> w = Tensor([1.0, -200.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> Adam([w], lr=0.1).step()
    >>> w
    Tensor([   0.9, -199.9], requires_grad=True)
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    elementwise: ClassVar[bool] = True
    ranges: ClassVar[Mapping[str, Range]] = {"form": one_of("paper", "lecture")}

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
        decoupled_weight_decay: bool = False,
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
            decoupled_weight_decay=decoupled_weight_decay,
            form=form,
        )

    def slots_of(self, group: Group) -> tuple[str, ...]:
        return self.slots if group["amsgrad"] else self.slots[:2]

    def update(
        self,
        p: Array,
        g: Array,
        s: Array,
        r: Array,
        largest: Array | None = None,
        *,
        t: int,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        amsgrad: bool,
        maximize: bool,
        decoupled_weight_decay: bool,
        form: str,
    ) -> None:
        beta1, beta2 = betas
        g = downhill(p, g, weight_decay, maximize, shrinking=lr if decoupled_weight_decay else None)
        # one scratch array, few passes: this is the inner loop of training
        w = scratch_like(p)
        average(s, g, beta1, w)
        average_square(r, g, beta2, w)
        if largest is not None:
            r = np.maximum(largest, r, out=largest)
        np.sqrt(r, out=w)
        # √r̂ + ε = (√r + ε √(1 − β₂ᵗ)) / √(1 − β₂ᵗ): so the paper's form is the lecture's with a smaller ε
        root = (1 - beta2**t) ** 0.5
        w += eps * root if form == "paper" else eps
        np.divide(s, w, out=w)
        w *= lr * root / (1 - beta1**t)
        p -= w


class AdamW(Adam):
    """Adam whose weight decay stays out of the moments: θ ← θ − λ · weight_decay · θ, then Adam's step.

    Args:
        params: see `Optimizer`.
        lr: λ ≥ 0.
        betas: (β₁, β₂), 0 ≤ β < 1.
        eps: ε ≥ 0, outside the root.
        weight_decay: ≥ 0; 0.01 by default, as in torch (Keras: 0.004).
        amsgrad: divide by the largest r so far.
        maximize: ascend.

    Raises:
        ValueError: for a setting outside its range.

    I. Loshchilov, F. Hutter: Decoupled weight decay regularization (2019), algorithm 2; λ stands in the decay
    too, as in torch, where the paper has only the multiplier of the schedule.
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True
        )
