"""What a trace cannot do: code that asks for numbers which are not there yet."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

import numpy as np

from autograd_core.errors import CompileError
from autograd_core.state import current

HOME = str(Path(__file__).parents[3])
PACKAGES = tuple(f"{HOME}/{package}/" for package in ("autograd_core", "nn", "optim"))
# these only pass on what somebody asked for
ASKED = ("compiling/", "symbols/", "tensor.py", "storage.py", "methods.py")
THROUGH = tuple(f"{HOME}/autograd_core/{part}" for part in ASKED)
ARRAY = "np.asarray()"
NUMPY = str(Path(np.__file__).parent)


class Uncompilable(Exception):
    """Something that the library itself cannot trace: the function runs eagerly instead, until `until()`."""

    def __init__(self, why: str, until: Callable[[], bool] | None = None) -> None:
        super().__init__(why)
        self.until = until


def refuse(what: str) -> NoReturn:
    """Numbers were asked for by a name such as "float()".

    Raises:
        CompileError: if the user's code asked: it would compute something else at another call.
        Uncompilable: if a function of the library or of NumPy did, which eager code can do.
    """
    error = _refusal(what)
    if current().tracer is not None:
        current().tracer.refused = error
    raise error


def _refusal(what: str) -> Exception:
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(THROUGH):
        frame = frame.f_back
    name = ""
    while frame.f_back is not None and frame.f_code.co_filename.startswith(NUMPY):
        name, frame = f"NumPy's {frame.f_code.co_name}", frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    if file.startswith(PACKAGES):
        while frame.f_code.co_name.startswith("_") and _is_ours(frame.f_back):
            frame = frame.f_back  # type: ignore[assignment]
        name = frame.f_code.co_qualname
    if what == ARRAY and not name:
        name = f"line {line} of {Path(file).name}"  # np.asarray(x) does no harm in eager code
    if name:
        return Uncompilable(f"{name} needs the numbers of a traced value ({what})")
    return CompileError(
        f"{what} of a value that is being traced into a program (line {line} of {Path(file).name}): its "
        "numbers differ from call to call. Choose numbers with ac.where(condition, x, y) instead of an if, "
        "stay with Tensors and NumPy's functions instead of math's, and look at results after the call"
    )


def _is_ours(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename.startswith(PACKAGES)
