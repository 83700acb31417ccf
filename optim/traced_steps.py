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


def settings_of(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The settings of a group: `read()` gives those that are set when the program runs."""
    now = dict(read())
    fixed = {key: value for key, value in now.items() if key != "lr"}
    ac.traces.holds_if(lambda: {key: value for key, value in read().items() if key != "lr"} == fixed)
    if "lr" in now:
        now["lr"] = ac.traces.read_each_time("lr", lambda: read()["lr"])
    return now


def step(
    update: Callable[..., Any],
    live: Sequence[tuple[Tensor, State]],
    slots: tuple[str, ...],
    settings: dict[str, Any],
    *,
    elementwise: bool,
    counts: bool,
    slot: Callable[[State, str, Tensor], Any],
) -> None:
    """Update the parameters of a group that have a gradient.

    Args:
        update: the optimizer's, which changes arrays in place.
        live: the parameters and their states.
        slots: the names of the slots.
        settings: those of the group.
        elementwise: whether parameters may be updated together as one vector.
        counts: whether update takes the number of updates.
        slot: gives the array of a slot.
    """
    plan = Plan(live, slots) if elementwise and len(live) > 1 else None
    for gathering in () if plan is None else plan.together:
        _together(update, gathering, slots, settings, counts)
    for p, state in live if plan is None else plan.alone:
        own = {name: slot(state, name, p) for name in slots}
        ac.traces.holds_if(partial(_are_there, state, own))
        held = [ac.traces.writable(array, name) for name, array in own.items()]
        arrays = ac.traces.writable(p), ac.traces.writable(p.grad), *held
        update(*arrays, **_counted([state], settings, counts))


def _are_there(state: State, own: dict[str, Any]) -> bool:
    """Whether a state still holds these arrays, which another step may have put into a vector."""
    return all(state.get(name) is array for name, array in own.items())


def _together(
    update: Callable[..., Any],
    gathering: Gathering,
    slots: tuple[str, ...],
    settings: dict[str, Any],
    counts: bool,
) -> None:
    ac.traces.before_each(gathering.come_back)
    p = ac.traces.gathered(gathering, "memory", gathering.params)
    gradients = [q.grad.detach().reshape(-1) for q in gathering.params if q.grad is not None]
    g = ac.traces.writable(ac.concatenate(gradients))
    held = [ac.traces.writable(array, name) for name, array in zip(slots, gathering.slots, strict=True)]
    update(p, g, *held, **_counted(gathering.states, settings, counts))


def _counted(states: list[State], settings: dict[str, Any], counts: bool) -> dict[str, Any]:
    """The settings with the number of updates, which every call raises."""
    first = states[0]

    def count() -> None:
        for state in states:
            state["t"] += 1

    t = ac.traces.read_each_time("t", lambda: first["t"] + 1) if counts else None
    ac.traces.holds_if(lambda: all(state["t"] == first["t"] for state in states))
    ac.traces.each_time(count)
    return {**settings, "t": t} if counts else settings
