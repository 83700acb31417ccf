"""Reading the state of an optimizer: it may come from a file, so everything is looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import Tensor

State = Mapping[str, Any]


def read(caller: str, state: Any, sizes: list[int]) -> tuple[Sequence[State], Sequence[State]]:
    """The groups and the states of single parameters; `sizes` are those of the groups that there are.

    Raises:
        ValueError: if it is not built as `state_dict` builds it, or for other groups.
        TypeError: for something that is no dict.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"{caller} takes the dict that state_dict() gave, got {state!r}")
    groups: Any = state.get("param_groups")
    states: Any = state.get("state")
    if not _are(Mapping, groups) or not _are(Mapping, states):
        raise ValueError(
            f'{caller} takes the dict that state_dict() gave: "state" and "param_groups" are lists of '
            f"dicts (torch's states are others); got {', '.join(map(repr, state)) or 'an empty dict'}"
        )
    if not all(_are(object, g.get("params")) for g in groups):
        raise ValueError(f'{caller}: every group has the list "params" of the positions of its parameters')
    found = [len(g["params"]) for g in groups]
    if found != sizes or len(states) != sum(sizes):
        raise ValueError(f"{caller}: groups of {found} parameters were saved, here they are {sizes}")
    return groups, states


def _are(kind: type, things: Any) -> bool:
    return isinstance(things, list | tuple) and all(isinstance(thing, kind) for thing in things)


def cast(caller: str, i: int, state: State, p: Tensor, slots: tuple[str, ...]) -> dict[str, Any]:
    """The state of parameter number i, checked, its slots in the dtype of the parameter.

    Raises:
        ValueError: for other slots, or arrays of another shape or without numbers.
    """
    t = state.get("t")
    if not isinstance(t, int | np.integer) or isinstance(t, bool) or t < 0:
        raise ValueError(f"{caller}: parameter {i} needs 't', its number of updates, got {t!r}")
    given = [name for name in state if name != "t"]
    if set(given) != set(slots) and (t > 0 or given):
        raise ValueError(
            f"{caller}: parameter {i} has {', '.join(sorted(map(str, given))) or 'no slots'}; "
            f"with these settings it needs {', '.join(slots) or 'no slots'}"
        )
    new: dict[str, Any] = {"t": int(t)}
    for name in given:
        array = np.asarray(state[name])
        if array.dtype.kind not in "fiub":
            raise ValueError(f"{caller}: {name} of parameter {i} is {array.dtype}, not numbers")
        if array.shape != p.shape:
            raise ValueError(
                f"{caller}: {name} of parameter {i} has shape {array.shape}, the parameter {p.shape}"
            )
        new[name] = np.array(array, dtype=p.dtype, order="C")
    return new
