"""Schedulers made of schedulers: one after the other, and all at once."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from nn.checks import positive
from optim.groups import Group
from optim.lr_scheduler.base import LRScheduler
from optim.lr_scheduler.multipliers import LinearLR
from optim.optimizer import Optimizer


class _Combined(LRScheduler):
    """A scheduler whose formula is that of others, its parts; they are not stepped any more."""

    tied: ClassVar[tuple[str, ...]] = (*LRScheduler.tied, "_schedulers")

    _schedulers: list[LRScheduler]

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None, last_epoch: int = -1
    ) -> None:
        name = type(self).__name__
        if not isinstance(schedulers, list | tuple) or not schedulers:
            raise ValueError(f"{name}: a list of one scheduler or more is needed, got {schedulers!r}")
        for i, s in enumerate(schedulers):
            if not isinstance(s, LRScheduler):
                raise TypeError(f"{name}: number {i} of schedulers is a {type(s).__name__}, no scheduler")
            if s.needs_metric:
                raise ValueError(
                    f"{name}: number {i} of schedulers is a {type(s).__name__}, whose step takes a measured "
                    "value: step it beside this one"
                )
            if s.optimizer is not (optimizer or schedulers[0].optimizer):
                raise ValueError(f"{name}: number {i} of schedulers belongs to another optimizer")
            if s._whole is not None or any(s is t for t in schedulers[:i]):
                raise ValueError(
                    f"{name}: number {i} of schedulers, {type(s).__name__}, is given twice or is already "
                    "part of another one"
                )
        self._schedulers = list(schedulers)
        super().__init__(schedulers[0].optimizer, last_epoch)
        for s in schedulers:
            s._whole = self

    def _found(self) -> list[float]:
        # every part has set its rates when it was made: back to those before the first one
        return list(min(self._schedulers, key=lambda s: s._made).base_lrs)

    def rate(self, step: int, lr: float, group: int) -> float:
        return float(self.settings(step, lr, group)["lr"])

    def state_dict(self) -> dict[str, Any]:
        """Its own state, and in "_schedulers" those of its parts."""
        return {**super().state_dict(), "_schedulers": [s.state_dict() for s in self._schedulers]}

    def _checked(self, state: Any) -> dict[str, Any]:
        if not isinstance(state, Mapping):
            return super()._checked(state)
        parts = state.get("_schedulers")
        if not isinstance(parts, list | tuple) or len(parts) != len(self._schedulers):
            raise ValueError(
                f'{type(self).__name__}.load_state_dict: the state has in "_schedulers" a list of '
                f"{len(self._schedulers)} states, one per scheduler; got {parts!r:.60}"
            )
        own = super()._checked({key: value for key, value in state.items() if key != "_schedulers"})
        own["_schedulers"] = [s._checked(part) for s, part in zip(self._schedulers, parts, strict=True)]
        return own

    def _take(self, state: dict[str, Any]) -> None:
        super()._take({key: value for key, value in state.items() if key != "_schedulers"})
        for s, part in zip(self._schedulers, state["_schedulers"], strict=True):
            s._take(part)


class SequentialLR(_Combined):
    """One scheduler after the other: number i begins, at its step 0, when milestones[i − 1] steps are done.

    Args:
        optimizer: that of the schedulers.
        schedulers: one or more; from now on this one is stepped, and not they.
        milestones: numbers of steps, one fewer than schedulers, not falling.

    Raises:
        ValueError: if their number or order does not fit, a scheduler belongs to another optimizer, is given
            twice or is a part already, or is a `ReduceLROnPlateau`.
        TypeError: for something that is no scheduler.

    Each begins with λ₀, also after one that ended elsewhere.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self.milestones = tuple(milestones)
        if isinstance(schedulers, list | tuple) and len(self.milestones) != max(len(schedulers) - 1, 0):
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedulers need {len(schedulers) - 1} milestones, got "
                f"{list(self.milestones)}"
            )
        super().__init__(schedulers, optimizer, last_epoch)

    def settings(self, step: int, lr: float, group: int) -> Group:
        part = bisect_right(self.milestones, step)
        begun = self.milestones[part - 1] if part else 0
        return self._schedulers[part].settings(step - begun, lr, group)


class ChainedScheduler(_Combined):
    """Several schedulers at once: each step is a step of every one, in their order.

    Stepping them by hand does the same; this is one thing to step and to save.

    Args:
        schedulers: one or more of the same optimizer; from now on this one is stepped, and not they.
        optimizer: that of the schedulers.

    Raises:
        ValueError: if a scheduler belongs to another optimizer, is given twice or is a part already, or is a
            `ReduceLROnPlateau`.
        TypeError: for something that is no scheduler.
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self.last_epoch = 0
        super().__init__(schedulers, optimizer)

    def settings(self, step: int, lr: float, group: int) -> Group:
        new: Group = {"lr": lr}
        for s in self._schedulers:
            new.update(s.settings(s.last_epoch + step - self.last_epoch, new["lr"], group))
        return new

    def _advance(self) -> None:
        before = self.state_dict()
        try:
            for s in self._schedulers:
                s._advance()
        except BaseException:
            self.load_state_dict(before)
            raise
        self.last_epoch += 1
        self._last_lr = self._schedulers[-1].get_last_lr()


def warm_up(scheduler: LRScheduler, steps: int, start_factor: float | None = None) -> SequentialLR:
    """The scheduler, after `steps` steps in which λ rises in a straight line to its λ₀.

    Args:
        scheduler: what follows; it begins when the rise is over.
        steps: at least 1.
        start_factor: λ begins with start_factor · λ₀, above 0; 1 / steps if None.

    P. Goyal et al.: Accurate, large minibatch SGD: training ImageNet in 1 hour (2017), section 2.2.

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> from optim.lr_scheduler.cosine import CosineAnnealingLR
    >>> from optim.sgd import SGD
    >>> opt = SGD([Tensor(np.ones(2), requires_grad=True)], lr=1.0)
    >>> schedule = warm_up(CosineAnnealingLR(opt, T_max=2), steps=4)
    >>> for _ in range(7):
    ...     print(f"{opt.lr:.2f}", end=" ")
    ...     schedule.step()
    0.25 0.44 0.62 0.81 1.00 0.50 0.00
    """
    start = 1 / positive("warm_up: steps", steps) if start_factor is None else start_factor
    rise = LinearLR(scheduler.optimizer, start, total_iters=steps)
    return SequentialLR(scheduler.optimizer, [rise, scheduler], [steps])
