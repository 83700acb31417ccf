"""Whether one recording stands for a function everywhere: it is run at other places and compared."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd_core.creation import leaves
from autograd_core.graphs.lively.controls import Control
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.state import enable_grad
from autograd_core.storage import plain

INSTEAD = "choose with ac.maximum, ac.minimum or ac.relu, not by comparing"
"""Said of a function that branches on its numbers."""

TRIES = 12
"""At so many random places, and at both ends of every range."""


def check_everywhere(
    function: Callable[..., Any],
    controls: Mapping[str, Control],
    tape: Tape,
    leaf: Mapping[str, Any],
    root: Any,
) -> None:
    """Compare a function with its recording at other places of its ranges.

    Args:
        function: what was recorded, called by keywords.
        controls: its inputs.
        tape: the recording.
        leaf: the leaf of each input.
        root: the node of the result.

    Raises:
        ValueError: if they differ: the function branches on its numbers, or is random.
    """
    rng = np.random.default_rng(0)
    for k in range(TRIES + 2):
        places = {name: _place(c, k, rng) for name, c in controls.items()}
        made = leaves(**places)
        with enable_grad(), np.errstate(all="ignore"):
            result = function(**dict(zip(places, made, strict=True)))
        now = plain(result) if hasattr(result, "shape") else np.asarray(result)
        then = np.asarray(tape.values({leaf[name]: x for name, x in places.items() if name in leaf})[root])
        if now.shape != then.shape or not np.allclose(now, then, rtol=1e-9, atol=1e-12, equal_nan=True):
            at = ", ".join(f"{name}={np.round(x, 4).tolist()}" for name, x in places.items())
            raise ValueError(
                f"the function is not the same program everywhere: at {at} it gives {_brief(now)}, its "
                f"recording {_brief(then)}. A page holds one program: {INSTEAD}, and draw no random numbers "
                "inside"
            )


def _place(control: Control, k: int, rng: np.random.Generator) -> Any:
    if k < 2:
        return np.full(np.shape(control.start), (control.low, control.high)[k])[()]
    return rng.uniform(control.low, control.high, np.shape(control.start))


def _brief(x: Any) -> str:
    return str(x.item()) if x.size == 1 else f"an array of shape {x.shape}"
