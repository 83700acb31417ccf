"""Who called the library: the frame, file and line outside of it, for names and for messages."""

import linecache
import sys
from inspect import CO_VARARGS
from os import path
from types import CodeType, FrameType
from typing import Any

from numpy import ndarray

_HERE = path.dirname(__file__)
_NAME = path.basename(_HERE)
_LIBRARY = tuple(path.join(path.dirname(_HERE), package, "") for package in (_NAME, "nn", "optim"))
_WATCHING = tuple(path.join(_HERE, folder, "") for folder in ("explaining", "graphs"))
"""Where public functions look at what others compute: they are asked for no number themselves."""


def caller() -> FrameType | None:
    """The first calling frame outside of the library."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
        frame = frame.f_back
    return frame


def place() -> str:
    """Where the caller stands: file, line and what is written there, as in `train.py:12: y = np.log(x)`.

    Jupyter keeps each cell in a file whose name nobody knows; it is called a cell.
    """
    frame = caller()
    if frame is None:
        return "an unknown place"
    file, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, line, frame.f_globals).strip()
    short = path.basename(file) if not file.startswith("<") else file
    if path.basename(path.dirname(file)).startswith("ipykernel_"):
        short = "a cell of the notebook"
    return f"{short}:{line}" + (f": {text}" if text else "")


def asked(default: str = "") -> tuple[str, str]:
    """The public function that was called from outside of the library, and on what: ("sum", "W (3, 4)").

    Looked up among the running calls when an error is made, so that it costs nothing before: a function that
    is composed of others is named in the error of one of these.
    """
    name, given = default, ""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
        code, local = frame.f_code, frame.f_locals
        if code.co_name == "answer_function":
            name, given = local["function"].__name__, _operands(local["args"])
        elif code.co_name == "__getitem__" and hasattr(local.get("self"), "requires_grad"):
            name, given = "getitem", described(local["self"])
        elif not code.co_filename.startswith(_WATCHING) and _is_public(code):
            count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & CO_VARARGS)
            name = code.co_name
            given = _operands([local[v] for v in code.co_varnames[:count] if v in local])
        frame = frame.f_back
    return name, given


def described(x: Any) -> str:
    """A Tensor or an array by name and shape; nothing for anything else."""
    if hasattr(x, "requires_grad"):
        return f"{x.name or 'a Tensor'} {x.shape}"
    return f"an array {x.shape}" if isinstance(x, ndarray) else ""


def _operands(args: Any) -> str:
    """Those of the arguments, and of what stands in lists of them, that have a shape."""
    flat = [y for x in args for y in (x if isinstance(x, list | tuple) else [x])]
    return " and ".join(list(filter(None, map(described, flat)))[:4])


def _is_public(code: CodeType) -> bool:
    """Whether autograd_core or its linalg offers the function of this code by its name."""
    public = [sys.modules.get(module) for module in (_NAME, f"{_NAME}.linalg")]
    return any(getattr(getattr(m, code.co_name, None), "__code__", None) is code for m in public)
