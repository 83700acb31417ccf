"""Schedules that multiply the learning rates of all groups: steps, powers, straight lines."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from optim.lr_scheduler.arguments import groups_of
from optim.lr_scheduler.base import LRScheduler
from optim.lr_scheduler.interpolation import between
from optim.optimizer import Optimizer
from optim.settings import FINITE, checked

Multiplier = Callable[[int], float]


class StepLR(LRScheduler):
    """λ_t = λ₀ γ^⌊t / step_size⌋: every step_size steps λ is multiplied by γ.

    Args:
        step_size: at least 1.
        gamma: γ ≥ 0.
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def multiplier(self, step: int) -> float:
        return float(self.gamma ** (step // self.step_size))


class MultiStepLR(LRScheduler):
    """λ_t = λ₀ γ^n with the number n of milestones up to t.

    Args:
        milestones: numbers of steps, in any order; one that is given twice counts twice.
        gamma: γ ≥ 0.
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = tuple(sorted(milestones)), gamma
        super().__init__(optimizer, last_epoch)

    def multiplier(self, step: int) -> float:
        return float(self.gamma ** bisect_right(self.milestones, step))


class ExponentialLR(LRScheduler):
    """λ_t = λ₀ γᵗ, γ ≥ 0."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def multiplier(self, step: int) -> float:
        return float(self.gamma**step)


class ConstantLR(LRScheduler):
    """λ_t = λ₀ · factor for t < total_iters, then λ₀.

    Args:
        factor: from 0 to 1.
        total_iters: at least 1.
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def multiplier(self, step: int) -> float:
        return self.factor if step < self.total_iters else 1.0


class LinearLR(LRScheduler):
    """λ_t = λ₀ (s + (e − s) · min(t, T) / T): in a straight line from s λ₀ to e λ₀; the usual warm-up.

    Args:
        start_factor: s, 0 < s ≤ 1.
        end_factor: e, from 0 to 1.
        total_iters: T, at least 1.

    P. Goyal et al.: Accurate, large minibatch SGD: training ImageNet in 1 hour (2017), section 2.2, gradual
    warm-up. See `warm_up`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def multiplier(self, step: int) -> float:
        return between(self.start_factor, self.end_factor, min(step / self.total_iters, 1.0))


class PolynomialLR(LRScheduler):
    """λ_t = λ₀ (1 − min(t, T) / T)^power, 0 from the step T on.

    Args:
        total_iters: T, at least 1.
        power: at least 0; 1 is a straight line.

    W. Liu, A. Rabinovich, A. Berg: ParseNet (2015), section 4.1, and L.-C. Chen et al.: DeepLab (2016),
    section 4.1: the "poly" policy.
    """

    def __init__(
        self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def multiplier(self, step: int) -> float:
        return float((1 - min(step, self.total_iters) / self.total_iters) ** self.power)


class LambdaLR(LRScheduler):
    """λ_t = λ₀ · lr_lambda(t), with a function of one's own.

    Args:
        lr_lambda: the function, or a list of one per group. It is not saved.

    Raises:
        TypeError: for something that is no function.
        ValueError: for a list of another length, or a function whose value is no finite number.
    """

    tied: ClassVar[tuple[str, ...]] = (*LRScheduler.tied, "lr_lambdas")

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Multiplier | Sequence[Multiplier], last_epoch: int = -1
    ) -> None:
        self.lr_lambdas = _functions(type(self).__name__, optimizer, lr_lambda)
        super().__init__(optimizer, last_epoch)

    def rate(self, step: int, lr: float, group: int) -> float:
        return lr * self._value(step, group)

    def _value(self, step: int, group: int) -> float:
        """lr_lambda(step), a plain number."""
        value = {"lr_lambda": self.lr_lambdas[group](step)}
        name = f"{type(self).__name__}, step {step}"
        return float(checked(name, value, value, {"lr_lambda": FINITE})["lr_lambda"])


class MultiplicativeLR(LambdaLR):
    """λ_t = λ_{t−1} · lr_lambda(t), so λ₀ · lr_lambda(1) ⋯ lr_lambda(t).

    Args:
        lr_lambda: the function, or a list of one per group. It is not saved.

    Raises:
        TypeError: for something that is no function.
        ValueError: for a list of another length, or a function whose value is no finite number.

    As a later part of a `SequentialLR` it begins with λ₀ like every other; torch's goes on from the rate of
    the part before, times lr_lambda(0).
    """

    tied: ClassVar[tuple[str, ...]] = (*LambdaLR.tied, "_products")

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Multiplier | Sequence[Multiplier], last_epoch: int = -1
    ) -> None:
        # per group a step and its product: the next one needs one more factor
        self._products: dict[int, tuple[int, float]] = {}
        super().__init__(optimizer, lr_lambda, last_epoch)

    def rate(self, step: int, lr: float, group: int) -> float:
        done, product = self._products.get(group, (0, 1.0))
        if done > step:
            done, product = 0, 1.0
        for k in range(done + 1, step + 1):
            product *= self._value(k, group)
        self._products[group] = step, product
        return lr * product


def _functions(scheduler: str, optimizer: Any, given: Any) -> list[Multiplier]:
    """One function per group."""
    groups = groups_of(scheduler, optimizer)
    functions = list(given) if isinstance(given, list | tuple) else [given] * len(groups)
    if len(functions) != len(groups):
        raise ValueError(f"{scheduler}: lr_lambda has {len(functions)} functions for {len(groups)} groups")
    for f in functions:
        if not callable(f):
            raise TypeError(f"{scheduler}: lr_lambda is a function of the step or a list of them, got {f!r}")
    return functions
