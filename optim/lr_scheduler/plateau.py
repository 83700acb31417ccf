"""The schedule that watches a measured value."""

from collections.abc import Mapping
from math import inf
from typing import Any, ClassVar

import autograd_core as ac
from optim.lr_scheduler.arguments import groups_of, per_group
from optim.lr_scheduler.base import LRScheduler
from optim.optimizer import Optimizer
from optim.settings import Range, one_of


class ReduceLROnPlateau(LRScheduler):
    """λ ← max(λ · factor, min_lr) when a measured value has not improved for more than `patience` steps.

    `step(value)` takes, say, the loss of the validation data after each epoch. It is an improvement if it is
    below best · (1 − threshold) ("rel") or best − threshold ("abs"); with mode="max" above best ·
    (1 + threshold) or best + threshold. NaN is none.

    Args:
        mode: "min" for a loss, "max" for an accuracy.
        factor: at least 0, below 1.
        patience: so many steps without improvement are borne.
        threshold, threshold_mode: see above.
        cooldown: so many steps after a reduction are not counted.
        min_lr: one number or one per group.
        eps: a reduction by no more than this is not made.

    Raises:
        ValueError: for a number out of its range, or an unknown word.
        TypeError: by step() without a value.
    """

    needs_metric: ClassVar[bool] = True
    ranges: ClassVar[Mapping[str, Range]] = {
        "mode": one_of("min", "max"),
        "threshold_mode": one_of("rel", "abs"),
        "factor": (lambda x: 0 <= x < 1, "at least 0 and below 1"),
    }

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        name = type(self).__name__
        self.mode, self.factor, self.patience = mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.eps = cooldown, eps
        self.min_lrs = per_group(name, "min_lr", min_lr, groups_of(name, optimizer))
        self.best = inf if mode == "min" else -inf
        self.num_bad_epochs = self.cooldown_counter = 0
        super().__init__(optimizer)

    def rate(self, step: int, lr: float, group: int) -> float:
        return lr  # it has no formula: λ₀ is the rate of now

    def step(self, metrics: Any = None) -> None:
        """Look at the measured value, a number, and reduce the learning rates if it is time."""
        ac.traces.stop("ReduceLROnPlateau.step looks at the measured value: step it outside")
        try:
            value = float(metrics)
        except (TypeError, ValueError):
            raise TypeError(
                "ReduceLROnPlateau.step(metrics): the measured value is needed, such as the loss of the "
                f"validation data, one number; got {metrics!r:.60}"
            ) from None
        rates = self._starts()
        better = value < self._limit() if self.mode == "min" else value > self._limit()
        if better:
            self.best = value
        self.num_bad_epochs = 0 if better or self.cooldown_counter else self.num_bad_epochs + 1
        self.cooldown_counter = max(self.cooldown_counter - 1, 0)
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs, self.cooldown_counter = 0, self.cooldown
            lower = [max(lr * self.factor, least) for lr, least in zip(rates, self.min_lrs, strict=True)]
            rates = [new if old - new > self.eps else old for old, new in zip(rates, lower, strict=True)]
        self._go(self.last_epoch + 1, rates)

    def _limit(self) -> float:
        """What the value has to pass."""
        worse = -self.threshold if self.mode == "min" else self.threshold
        return self.best * (1 + worse) if self.threshold_mode == "rel" else self.best + worse
