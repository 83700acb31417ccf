"""Whether one recording stands for a function everywhere: it is run at other places and compared."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.creation import leaves
from autograd_core.graphs.lively.controls import Control
from autograd_core.graphs.snapshot.records import Node
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.state import enable_grad
from autograd_core.storage import plain

INSTEAD = "choose with ac.maximum, ac.minimum or ac.relu, not by comparing, and draw no random numbers inside"
"""Said of a function that branches on its numbers."""

UNSORTED = "it cannot sort numbers that move, as sort and median do"
"""Said of a formula, which can choose in no other way."""

TRIES = 24
"""At so many random places, and at both ends of every range."""


def check_everywhere(
    function: Callable[..., Any],
    controls: Mapping[str, Control],
    tape: Tape,
    leaf: Mapping[str, Any],
    root: Any,
    *,
    called: str = "the function",
    instead: str = INSTEAD,
) -> None:
    """Compare a function with its recording at other places of its ranges; numbers without one go anywhere.

    Args:
        function: what was recorded, called by keywords.
        controls: its inputs.
        tape: the recording.
        leaf: the leaf of each input.
        root: the node of the result.
        called: what it is called in the error.
        instead: what to write instead, said there too.

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
        if now.shape != then.shape or not _agree(now, then):
            at = ", ".join(f"{name}={_told(x)}" for name, x in places.items())
            raise ValueError(
                f"{called} is not the same program everywhere: at {at} it gives {_brief(now)}, its "
                f"recording {_brief(then)}. A page holds one program: {instead}"
            )


def check_choices(nodes: Sequence[Node]) -> None:
    """Refuse a recording of which it is not known what it would be elsewhere.

    Comparing and sorting give plain arrays. A recording holds them like data, so an operation that a plain
    mask or index array decides may have been a choice among numbers that move now.

    Raises:
        ValueError: if there is such an operation.
    """
    for op in nodes:
        for x in op.operands:
            if isinstance(x, Node) and x.kind == "const" and _decides(op, x):
                what = "mask" if x.dtype.kind == "b" else "index array"
                raise ValueError(
                    f"{op.op} was decided by a plain {what} when it was recorded, and a page would keep this "
                    "choice wherever the inputs move: give the function itself, ac.live(f, x=(-3, 3)), which "
                    "is run at other places and compared"
                )


def _decides(op: Node, x: Node) -> bool:
    return x.dtype.kind == "b" or (x.dtype.kind in "iu" and x.shape != () and op.op in ("getitem", "scatter"))


def _place(control: Control, k: int, rng: np.random.Generator) -> Any:
    shape, dtype = np.shape(control.start), np.asarray(control.start).dtype
    if control.slides:
        share = k if k < 2 else rng.uniform(size=shape)
        x = control.low * (1 - share) + control.high * share + np.zeros(shape)
    elif k < 2:
        x = np.asarray(control.start) * (-1.0) ** k
    else:  # what is typed has no ends
        x = rng.normal(size=shape) * max(1.0, float(np.max(np.abs(control.start)))) * 10 ** rng.uniform(-2, 2)
    return np.asarray(x, dtype)[()]


def _agree(x: Any, y: Any) -> bool:
    near = 1e-9 if x.dtype.itemsize > 4 else 1e-4
    return bool(np.allclose(x, y, rtol=near, atol=near / 1000, equal_nan=True))


def _told(x: Any) -> Any:
    return np.asarray(x, float).round(4).tolist()


def _brief(x: Any) -> str:
    return str(x.item()) if x.size == 1 else f"an array of shape {x.shape}"
