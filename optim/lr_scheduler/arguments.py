"""Arguments of schedulers: in which ranges, and one number or one per group."""

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np

from optim.groups import Group
from optim.optimizer import Optimizer
from optim.settings import NOT_NEGATIVE, SHARE, Range, checked, count, one_of, plain

POSITIVE: Range = (lambda x: 0 < x < inf, "above 0, and finite")
MOMENTUM: Range = (lambda x: 0 <= x < 1, "at least 0 and below 1")
TIMES: Range = count(0)

RANGES: Mapping[str, Range] = {
    **dict.fromkeys(("step_size", "total_iters", "T_max", "T_0", "T_mult", "total_steps"), count()),
    **dict.fromkeys(("epochs", "steps_per_epoch"), count()),
    **dict.fromkeys(("gamma", "power", "eta_min", "threshold", "eps", "step_size_down"), NOT_NEGATIVE),
    **dict.fromkeys(("lr", "base_lr", "max_lr", "min_lr", "swa_lr"), NOT_NEGATIVE),
    **dict.fromkeys(("step_size_up", "div_factor", "final_div_factor"), POSITIVE),
    **dict.fromkeys(("factor", "end_factor", "pct_start"), SHARE),
    **dict.fromkeys(("patience", "cooldown", "anneal_epochs", "num_bad_epochs", "cooldown_counter"), TIMES),
    **dict.fromkeys(("base_momentum", "max_momentum", "momentum"), MOMENTUM),
    "start_factor": (lambda x: 0 < x <= 1, "above 0 and at most 1"),
    "milestones": (
        lambda x: all(TIMES[0](m) for m in x) and sorted(x) == list(x),
        "a list of integers of at least 0, in rising order",
    ),
    "last_epoch": count(-1),
    "anneal_strategy": one_of("cos", "linear"),
    "best": (lambda x: x == x, "a number"),
    "lrs": (lambda x: all(0 <= lr < inf for lr in x), "a list of numbers of at least 0"),
}
"""The range of every setting of that name, unless a scheduler says otherwise in its `ranges`."""


def groups_of(scheduler: str, optimizer: Any) -> list[Group]:
    """The groups of the optimizer, which have learning rates.

    Raises:
        TypeError: if it is no Optimizer, or its update has no argument lr.
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{scheduler}: an optimizer of optim is needed, got {type(optimizer).__name__}")
    if "lr" not in optimizer.param_groups[0]:
        raise TypeError(f"{scheduler}: {type(optimizer).__name__} has no learning rate: its update has no lr")
    return optimizer.param_groups


def per_group(scheduler: str, what: str, value: Any, groups: list[Group]) -> list[float]:
    """One number per group, in the range of its name, of one number for all or a list.

    Raises:
        ValueError: for a list of another length, or a number out of its range.
    """
    given = plain(list(value) if isinstance(value, np.ndarray) else value)
    values = list(given) if isinstance(given, tuple) else [given] * len(groups)
    if len(values) != len(groups):
        raise ValueError(f"{scheduler}: {what} has {len(values)} numbers for {len(groups)} groups")
    return [checked(scheduler, {what: v}, RANGES, RANGES)[what] for v in values]
