"""A step of an optimizer in a program that is traced: the same updates, on arrays without numbers yet.

Settings decide what is computed, so the program holds as long as they are what they are; only the learning
rate and the number of updates are read at every call.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from optim.gathering import Gathering, Plan

State = dict[str, Any]
Live = Sequence[tuple[Tensor, State]]


def settings_of(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The settings of a group: `read()` gives those that are set when the program runs."""
    now = dict(read())
    fixed = {key: value for key, value in now.items() if key != "lr"}
    ac.traces.holds_if(lambda: {key: value for key, value in read().items() if key != "lr"} == fixed)
    if "lr" in now:
        now["lr"] = ac.traces.read_each_time("lr", lambda: read()["lr"])
    return now


class Once:
    """What all steps of a group in one call share: where the numbers lie, and how many steps there were."""

    def __init__(self, live: Live, slots: tuple[str, ...], *, together: bool) -> None:
        """`live` are the parameters that have a gradient, with their states; `slots` the names of the slots;
        `together` tells whether parameters may be updated as one vector."""
        self.slots, self.steps = slots, 0
        self._live = live
        plan = Plan(live, slots) if together and len(live) > 1 else None
        self.gatherings = [] if plan is None else plan.together
        self.alone = live if plan is None else plan.alone

    def fits(self, live: Live, slots: tuple[str, ...]) -> bool:
        """Whether another step updates the same."""
        same = len(live) == len(self._live) and slots == self.slots
        return same and all(p is q and s is t for (p, s), (q, t) in zip(live, self._live, strict=True))


def step(
    update: Callable[..., Any],
    once: Once,
    settings: dict[str, Any],
    *,
    counts: bool,
    slot: Callable[[State, str, Tensor], Any],
) -> None:
    """Update the parameters of a group that have a gradient.

    Args:
        update: the optimizer's, which changes arrays in place.
        once: the parameters, and what the steps of one call share.
        settings: those of the group.
        counts: whether update takes the number of updates.
        slot: gives the array of a slot.
    """
    once.steps += 1
    for gathering in once.gatherings:
        _together(update, gathering, once, settings, counts)
    for p, state in once.alone:
        own = {name: slot(state, name, p) for name in once.slots}
        ac.traces.holds_if(partial(_are_there, state, own))
        held = [ac.traces.writable(array, name) for name, array in own.items()]
        arrays = ac.traces.writable(p), ac.traces.writable(p.grad), *held
        update(*arrays, **_counted([state], once, settings, counts))


def _are_there(state: State, own: dict[str, Any]) -> bool:
    """Whether a state still holds these arrays, which another step may have put into a vector."""
    return all(state.get(name) is array for name, array in own.items())


def _together(
    update: Callable[..., Any],
    gathering: Gathering,
    once: Once,
    settings: dict[str, Any],
    counts: bool,
) -> None:
    if once.steps == 1:
        ac.traces.before_each(gathering.come_back)
    p = ac.traces.gathered(gathering, "memory", gathering.params)
    gradients = [q.grad.detach().reshape(-1) for q in gathering.params if q.grad is not None]
    g = ac.traces.writable(ac.concatenate(gradients))
    held = [ac.traces.writable(array, name) for name, array in zip(once.slots, gathering.slots, strict=True)]
    update(p, g, *held, **_counted(gathering.states, once, settings, counts))


def _counted(states: list[State], once: Once, settings: dict[str, Any], counts: bool) -> dict[str, Any]:
    """The settings with the number of updates, which every call raises by the number of its steps."""
    first, steps = states[0], once.steps

    def count() -> None:
        for state in states:
            state["t"] += 1

    t = ac.traces.read_each_time("t", lambda: first["t"] + steps) if counts else None
    ac.traces.holds_if(lambda: all(state["t"] == first["t"] for state in states))
    ac.traces.each_time(count)
    return {**settings, "t": t} if counts else settings
