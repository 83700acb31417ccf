"""Where a program leaves the graph: the calls of `.detach()`, `.numpy()`, `.item()` and the like, with their
lines."""

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType, MappingProxyType
from typing import Any

from autograd_core.node import Node, ancestors
from autograd_core.state import no_grad
from autograd_core.storage import Stored
from autograd_core.tensor import Tensor

_LIBRARY = str(Path(__file__).parents[2])


def _code(function: Any) -> CodeType:
    return function.__code__  # type: ignore[no-any-return]


DOORS: MappingProxyType[CodeType, str] = MappingProxyType(
    {
        _code(Tensor.detach): ".detach()",
        _code(Tensor.astype): ".astype(int)",
        _code(Stored.numpy): ".numpy()",
        _code(Stored.item): ".item()",
        _code(Stored.tolist): ".tolist()",
        _code(Stored.__float__): "float()",
        _code(Stored.__int__): "int()",
        _code(Stored.data.fget): ".data",  # type: ignore[attr-defined] # a property
    }
)
"""What leads out of the graph, by its code."""
BLOCK = _code(no_grad.__enter__)


def cuts(call: Callable[[list[Tensor]], Any], variables: list[Tensor], which: int) -> list[str]:
    """The places in the caller's program where something that depends on one of the variables leaves the
    graph, in the order in which they are passed."""
    node = variables[which].node
    found: dict[str, None] = {}

    def seen(frame: FrameType, door: str) -> None:
        caller = frame.f_back
        while door == "no_grad()" and caller is not None and caller.f_code.co_filename.startswith(_LIBRARY):
            caller = caller.f_back
        if caller is None or caller.f_code.co_filename.startswith(_LIBRARY):
            return
        held = frame.f_locals.get("self")
        if door == "no_grad()":
            left = not getattr(held, "changes", {}).get("recording", True)
        else:
            left = isinstance(held, Tensor) and held.node is not None and _reaches(held.node, node)
        if door == ".astype(int)" and "float" in str(frame.f_locals.get("dtype")):
            left = False
        if left:
            found[f"{door} at {_place(caller)}"] = None

    with _watched(seen):
        call(variables)
    return list(found)


def _reaches(node: Node, target: Node | None) -> bool:
    return any(n is target for n in ancestors([node]))


def _place(frame: FrameType) -> str:
    file, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, line, frame.f_globals).strip()
    short = file if file.startswith("<") else Path(file).name
    return f"{short}:{line}" + (f": {text}" if text else "")


@contextmanager
def _watched(seen: Callable[[FrameType, str], None]) -> Iterator[None]:
    """Let `seen` look at every call of a door in this thread."""
    before = sys.getprofile()

    def profile(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            door = DOORS.get(frame.f_code)
            if door is None and frame.f_code is BLOCK:
                door = "no_grad()"
            if door is not None:
                seen(frame, door)

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)
