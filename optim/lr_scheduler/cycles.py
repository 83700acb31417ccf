"""Schedules with rates of their own that lead λ up and down, and the momentum down and up."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from optim.groups import Group
from optim.lr_scheduler.arguments import RANGES, groups_of, per_group
from optim.lr_scheduler.base import LRScheduler
from optim.lr_scheduler.interpolation import STRATEGIES, between
from optim.optimizer import Optimizer
from optim.settings import Range, checked, one_of


class _Cycle(LRScheduler, ABC):
    """A schedule of the learning rate and, where the optimizer has one, of the momentum."""

    max_lrs: list[float]
    cycle_momentum: bool
    base_momentums: list[float]
    max_momentums: list[float]
    _own: list[float]
    """λ₀ of every group, in place of the rates of the optimizer."""

    def _found(self) -> list[float]:
        return list(self._own)

    def _cycles(self, groups: list[Group], cycle_momentum: bool, low: Any, high: Any) -> None:
        """Whether and between which values the momentum moves."""
        name = type(self).__name__
        self.cycle_momentum = bool(cycle_momentum)
        if self.cycle_momentum and not {"momentum", "betas"} & set(groups[0]):
            raise ValueError(
                f"{name}: the optimizer has neither momentum nor betas: write cycle_momentum=False"
            )
        self.base_momentums = per_group(name, "base_momentum", low, groups)
        self.max_momentums = per_group(name, "max_momentum", high, groups)

    @abstractmethod
    def momentum(self, step: int, group: int) -> float:
        """The momentum of group number `group` at this step."""

    def settings(self, step: int, lr: float, group: int) -> Group:
        new = super().settings(step, lr, group)
        if not self.cycle_momentum:
            return new
        momentum = self.momentum(step, group)
        old = self.optimizer.param_groups[group]
        # Adam's β₁ plays the part of the momentum
        own = {"betas": (momentum, *old["betas"][1:])} if "betas" in old else {"momentum": momentum}
        return {**new, **own}


class CyclicLR(_Cycle):
    """λ goes up and down between base_lr and max_lr, again and again; the momentum down and up.

    With h rising in a straight line from 0 to 1 in step_size_up steps and falling back in step_size_down
    steps, and the cycle number n = 1, 2, …: λ_t = base_lr + (max_lr − base_lr) · h · s, the momentum =
    max − (max − base) · h · s, with s = 1 ("triangular"), 1 / 2ⁿ⁻¹ ("triangular2") or γᵗ ("exp_range").

    Args:
        base_lr, max_lr: the ends, one number or one per group; that of the optimizer is not used.
        step_size_up: the steps of the rising half, above 0.
        step_size_down: those of the falling half; as many, if None.
        mode: which s, see above.
        gamma: γ of "exp_range".
        scale_fn: an s of one's own, in place of mode; a function of n, or of t with
            scale_mode="iterations".
        scale_mode: "cycle" or "iterations", of scale_fn only.
        cycle_momentum: whether the momentum (Adam: β₁) moves too.
        base_momentum, max_momentum: its ends, one number or one per group, below 1.

    Raises:
        ValueError: for a number out of its range, an unknown word, or cycle_momentum with an optimizer that
            has no momentum.

    L. N. Smith: Cyclical learning rates for training neural networks (2017).
    """

    tied: ClassVar[tuple[str, ...]] = (*_Cycle.tied, "scale_fn")
    ranges: ClassVar[Mapping[str, Range]] = {
        "mode": one_of("triangular", "triangular2", "exp_range"),
        "scale_mode": one_of("cycle", "iterations"),
    }

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: float = 2000,
        step_size_down: float | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        name = type(self).__name__
        groups = groups_of(name, optimizer)
        self._own = per_group(name, "base_lr", base_lr, groups)
        self.max_lrs = per_group(name, "max_lr", max_lr, groups)
        self.step_size_up = step_size_up
        self.step_size_down = step_size_up if step_size_down is None else step_size_down
        if scale_fn is not None and not callable(scale_fn):
            raise TypeError(f"{name}: scale_fn is a function or None, got {scale_fn!r}")
        self.mode, self.gamma, self.scale_fn, self.scale_mode = mode, gamma, scale_fn, scale_mode
        self._cycles(groups, cycle_momentum, base_momentum, max_momentum)
        super().__init__(optimizer, last_epoch)

    def _height(self, step: int) -> float:
        """h · s."""
        before, rest = divmod(step, self.step_size_up + self.step_size_down)
        up, number = rest <= self.step_size_up, int(before) + 1
        h = rest / self.step_size_up if up else 1 - (rest - self.step_size_up) / self.step_size_down
        if self.scale_fn is not None:
            return h * float(self.scale_fn(number if self.scale_mode == "cycle" else step))
        if self.mode == "triangular":
            return h
        return h * float(0.5 ** (number - 1) if self.mode == "triangular2" else self.gamma**step)

    def rate(self, step: int, lr: float, group: int) -> float:
        return between(self._own[group], self.max_lrs[group], self._height(step))

    def momentum(self, step: int, group: int) -> float:
        return between(self.max_momentums[group], self.base_momentums[group], self._height(step))


class OneCycleLR(_Cycle):
    """λ rises from max_lr / div_factor to max_lr and then falls far below where it began; once, in T steps.

    The rise ends at the step pct_start · T − 1, the fall, to max_lr / div_factor / final_div_factor, at
    T − 1; both along half a cosine or a straight line. The momentum goes down and up in the same time. With
    three_phase λ first falls in pct_start · T − 1 steps to where it began, and only then on.

    Args:
        max_lr: the top, one number or one per group; the learning rate of the optimizer is not used.
        total_steps: T; or give epochs and steps_per_epoch, T is their product.
        pct_start: from 0 to 1.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether the momentum (Adam: β₁) moves too.
        base_momentum, max_momentum: its ends, one number or one per group, below 1.
        div_factor, final_div_factor: see above, above 0.
        three_phase: see above.

    Raises:
        ValueError: for a number out of its range, an unknown word, cycle_momentum with an optimizer that has
            no momentum, neither total_steps nor both others, or a step after the last.

    L. N. Smith, N. Topin: Super-convergence: very fast training of neural networks using large learning rates
    (2018). Call `step()` after every batch. After the T-th call the last rate stays (torch's goes on beyond
    it, below 0 with "linear"); one more is an error, as in torch.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        name = type(self).__name__
        groups = groups_of(name, optimizer)
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError(f"{name}: total_steps is needed, or both epochs and steps_per_epoch")
            length = checked(name, {"epochs": epochs, "steps_per_epoch": steps_per_epoch}, RANGES, RANGES)
            total_steps = length["epochs"] * length["steps_per_epoch"]
        self.total_steps, self.pct_start, self.anneal_strategy = total_steps, pct_start, anneal_strategy
        self.three_phase = bool(three_phase)
        ratios = {"div_factor": div_factor, "final_div_factor": final_div_factor}
        start, end = checked(name, ratios, RANGES, RANGES).values()
        self.max_lrs = per_group(name, "max_lr", max_lr, groups)
        self._own = [top / start for top in self.max_lrs]
        self.min_lrs = [low / end for low in self._own]
        self._cycles(groups, cycle_momentum, base_momentum, max_momentum)
        super().__init__(optimizer, last_epoch)

    def settings(self, step: int, lr: float, group: int) -> Group:
        if step > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step number {step}, but the cycle has total_steps={self.total_steps}: give as "
                "many as there are batches in all epochs"
            )
        return super().settings(step, lr, group)

    def _along(self, step: int, marks: list[float]) -> float:
        """The value on the way from mark to mark, one more than there are phases."""
        first = self.pct_start * self.total_steps - 1
        ends = [first, *([2 * first] if self.three_phase else []), self.total_steps - 1.0]
        phase = next((i for i, end in enumerate(ends) if step <= end), len(ends) - 1)
        start, end = ends[phase - 1] if phase else 0.0, ends[phase]
        share = min((step - start) / (end - start), 1.0) if end > start else 1.0
        return between(marks[phase], marks[phase + 1], STRATEGIES[self.anneal_strategy](share))

    def rate(self, step: int, lr: float, group: int) -> float:
        low, top = self._own[group], self.max_lrs[group]
        return self._along(step, [low, top, *([low] if self.three_phase else []), self.min_lrs[group]])

    def momentum(self, step: int, group: int) -> float:
        low, high = self.base_momentums[group], self.max_momentums[group]
        return self._along(step, [high, low, high, high])
