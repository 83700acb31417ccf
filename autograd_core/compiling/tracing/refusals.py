"""What a trace cannot do: code that asks for numbers which are not there yet."""

import sys
from pathlib import Path
from typing import NoReturn

from autograd_core.errors import CompileError

HOME = str(Path(__file__).parents[3])
PACKAGES = tuple(f"{HOME}/{package}/" for package in ("autograd_core", "nn", "optim"))
# these only pass on what somebody asked for
ASKED = ("compiling/", "symbols/", "tensor.py", "storage.py", "methods.py")
THROUGH = tuple(f"{HOME}/autograd_core/{part}" for part in ASKED)


class Uncompilable(Exception):
    """Something that the library itself cannot trace: the function runs eagerly instead."""


def refuse(what: str) -> NoReturn:
    """Numbers were asked for by a name such as "float()".

    Raises:
        CompileError: if the user's code asked: it would compute something else at another call.
        Uncompilable: if a function of the library did, which eager code can do.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(THROUGH):
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    if file.startswith(PACKAGES):
        raise Uncompilable(f"{frame.f_code.co_qualname} needs the numbers of a traced value ({what})")
    raise CompileError(
        f"{what} of a value that is being traced into a program (line {line} of {Path(file).name}): its "
        "numbers differ from call to call. Choose numbers with ac.where(condition, x, y) instead of an if, "
        "stay with Tensors and NumPy's functions instead of math's, and look at results after the call"
    )
