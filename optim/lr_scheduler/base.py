"""LRScheduler: what all schedulers share, so that a new one is one formula.

A schedule says which learning rate λ_t a step t has, if the rate at the beginning is λ₀. `step()` writes it
into the groups of the optimizer. Nothing is computed from the rate of the step before, so no rounding error
grows.

Somebody else may change the rate between two steps: you by hand, or another scheduler of the same optimizer.
Then λ₀ is changed to the one from which the formula leads to the rate that was found. So every schedule goes
on from what it finds, and several of them multiply, in whatever order they are made and stepped.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any, ClassVar

import autograd_core as ac
from optim.groups import Group
from optim.lr_scheduler.arguments import RANGES, groups_of
from optim.optimizer import Optimizer
from optim.settings import Range, checked

_MADE = count()


class LRScheduler:
    """Base of all schedulers. A subclass writes `multiplier`, or `rate` if it does more than multiply.

    Making one is its step 0: it already sets the learning rates of the optimizer. `step()` goes to the next,
    after the optimizer's. A rate that was set by hand in between is where the schedule goes on, if its rates
    depend on λ₀ (those of `CyclicLR` and `OneCycleLR` do not).

    Args:
        optimizer: an `Optimizer` with a learning rate.
        last_epoch: the number of steps that lie behind, less one; −1 at the beginning. It is seldom needed:
            `load_state_dict` goes on where another one stopped.

    Raises:
        TypeError: for something that is no Optimizer, or one without a learning rate.
        ValueError: if a step asks for a learning rate that is negative or not finite, or if groups were added
            to the optimizer since; nothing is changed.

    torch multiplies the rate of the step before, by hand-made rules for each scheduler, which give the same
    numbers; but its LambdaLR and CosineAnnealingWarmRestarts overwrite what they find.

    >>> from autograd_core import Tensor
    >>> from optim.sgd import SGD
    >>> class InverseRoot(LRScheduler):
    ...     def multiplier(self, step):
    ...         return (1 + step) ** -0.5
    >>> opt = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = InverseRoot(opt)
    >>> for _ in range(3):
    ...     schedule.step()
    >>> opt.lr
    0.5
    """

    needs_metric: ClassVar[bool] = False
    """Whether `step` takes a measured value, such as the loss of the validation data."""

    tied: ClassVar[tuple[str, ...]] = ("optimizer",)
    """Attributes that are not of a state dict: functions, and what belongs to this process."""

    ranges: ClassVar[Mapping[str, Range]] = {}
    """Ranges of attributes, as in `optim.settings`; those of the names in RANGES are known."""

    optimizer: Optimizer
    base_lrs: list[float]
    """λ₀ of every group."""
    last_epoch: int
    """The number of the step whose rates are set now."""

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        name = type(self).__name__
        ac.traces.stop(f"it makes a new {name} at every call: make it outside")
        groups_of(name, optimizer)
        ranges = {**RANGES, **self.ranges}
        own = {key: value for key, value in vars(self).items() if key in ranges}
        vars(self).update(checked(name, own, own, ranges))
        self.optimizer = optimizer
        self._made = next(_MADE)
        self._whole: LRScheduler | None = None
        self._go(checked(name, {"last_epoch": last_epoch}, RANGES, RANGES)["last_epoch"] + 1, self._found())

    # ---- the formula ---------------------------------------------------------------------------------------

    def multiplier(self, step: int) -> float:
        """λ_t / λ₀ of all groups at the step t = 0, 1, 2, …"""
        raise NotImplementedError(f"{type(self).__name__} has no multiplier(self, step): define it")

    def rate(self, step: int, lr: float, group: int) -> float:
        """λ_t of group number `group`, if its λ₀ is lr: a straight line in lr."""
        return lr * self.multiplier(step)

    def settings(self, step: int, lr: float, group: int) -> Group:
        """All settings of the group at this step: the learning rate; a cycle has a momentum, too."""
        return {"lr": self.rate(step, lr, group)}

    # ---- steps ---------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Go to the next step and set the learning rates; after `optimizer.step()`.

        Raises:
            ValueError: if this scheduler is part of another one, or the step cannot be made; then nothing is
                changed.
        """
        if self._whole is not None:
            raise ValueError(
                f"{type(self).__name__}.step: it is part of a {type(self._whole).__name__}: step that one"
            )
        ac.traces.each_time(self._advance, changes=self.optimizer)

    def _advance(self) -> None:
        self._go(self.last_epoch + 1, self._starts())

    def get_last_lr(self) -> list[float]:
        """The learning rates that this scheduler set last, one per group."""
        ac.traces.stop(f"it reads the learning rates of a {type(self).__name__}")
        return list(self._last_lr)

    def _rates(self) -> list[float]:
        """The learning rates in the groups, as plain numbers."""
        lrs = [{"lr": group["lr"]} for group in self.optimizer.param_groups]
        return [checked(type(self).__name__, lr, lr, RANGES)["lr"] for lr in lrs]

    def _found(self) -> list[float]:
        """λ₀ of every group when the scheduler is made."""
        return self._rates()

    def _starts(self) -> list[float]:
        """λ₀ of every group now: where somebody changed the rate, the one that leads to the rate found."""
        starts, rates = list(self.base_lrs), self._rates()
        if len(rates) != len(starts):
            raise ValueError(
                f"{type(self).__name__}: the optimizer has {len(rates)} groups, it had {len(starts)} when "
                "the scheduler was made: make schedulers after the groups"
            )
        for i, (found, last) in enumerate(zip(rates, self._last_lr, strict=True)):
            if found != last:
                zero, one = (self.settings(self.last_epoch, lr, i)["lr"] for lr in (0.0, 1.0))
                if one != zero:
                    starts[i] = (found - zero) / (one - zero)
        return starts

    def _go(self, step: int, starts: list[float]) -> None:
        """Be at this step, and set what the groups have there."""
        settings = self._settings(step, starts)
        self.base_lrs, self.last_epoch = starts, step
        self._last_lr = [new["lr"] for new in settings]
        for group, new in zip(self.optimizer.param_groups, settings, strict=True):
            group.update(new)

    def _settings(self, step: int, starts: list[float]) -> list[Group]:
        """The settings of every group at this step, as plain values in their ranges."""
        name = f"{type(self).__name__}, step {step}"
        try:
            all_of_them = [self.settings(step, lr, i) for i, lr in enumerate(starts)]
        except OverflowError:
            raise ValueError(f"{name}: the learning rate is too large for a number") from None
        return [checked(name, new, new, RANGES) for new in all_of_them]

    # ---- saving --------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Its settings, where it stands and the rates in the groups ("lrs"): what `nn.save` takes.

        Functions (of `LambdaLR`, say) are not in it; they come from the constructor.
        """
        tied = (*self.tied, "_made", "_whole")
        own = {key: value for key, value in vars(self).items() if key not in tied}
        return {**{k: list(v) if isinstance(v, list) else v for k, v in own.items()}, "lrs": self._rates()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over settings and place, and set the learning rates; on an error nothing is changed.

        Raises:
            TypeError: for something that is no dict.
            ValueError: for the state of another kind of scheduler, or of another number of groups.
        """
        ac.traces.stop(f"{type(self).__name__}.load_state_dict sets learning rates at every call")
        new, before = self._checked(state), self.state_dict()
        try:
            self._take(new)
            settings = self._settings(self.last_epoch, self.base_lrs)
        except BaseException:
            self._take(before)
            raise
        for group, own, lr in zip(self.optimizer.param_groups, settings, new["lrs"], strict=True):
            group.update({**own, "lr": lr})

    def _checked(self, state: Any) -> dict[str, Any]:
        """A state in plain values, after a look at its names, kinds and ranges."""
        caller, here = f"{type(self).__name__}.load_state_dict", LRScheduler.state_dict(self)
        if not isinstance(state, Mapping):
            raise TypeError(f"{caller} takes the dict that state_dict() gave, got {state!r:.60}")
        if set(state) != set(here):
            raise ValueError(
                f"{caller}: the state has {', '.join(map(str, state)) or 'nothing'}; here it is "
                f"{', '.join(here)}"
            )
        new = checked(caller, state, state, {**RANGES, **self.ranges})
        for key, old in here.items():
            if isinstance(old, list | tuple):  # one number per group, or the milestones
                numbers = isinstance(new[key], tuple) and len(new[key]) == len(old)
                fits = numbers and all(isinstance(v, int | float) for v in new[key])
                new[key] = type(old)(new[key]) if fits else new[key]
            elif isinstance(old, bool | str):
                fits = new[key] == old  # the ways of computing stay, the numbers are taken over
            else:
                fits = isinstance(new[key], int | float)
            if not fits:
                raise ValueError(f"{caller}: {key} is {state[key]!r}, here it is {old!r}")
        return new

    def _take(self, state: dict[str, Any]) -> None:
        """Put a checked state in its place."""
        vars(self).update({key: value for key, value in state.items() if key != "lrs"})

    def __repr__(self) -> str:
        shown = {k: v for k, v in vars(self).items() if k not in self.tied and not k.startswith("_")}
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in shown.items())})"
