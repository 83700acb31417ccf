"""Who called the library: the frame, file and line outside of it, for names and for messages."""

import linecache
import sys
from os import sep
from pathlib import Path
from types import FrameType

_HERE = Path(__file__).parent
_LIBRARY = tuple(f"{_HERE.parent / package}{sep}" for package in (_HERE.name, "nn", "optim"))


def caller() -> FrameType | None:
    """The first calling frame outside of the library."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
        frame = frame.f_back
    return frame


def place() -> str:
    """Where the caller stands: file, line and what is written there, as in `train.py:12: y = np.log(x)`."""
    frame = caller()
    if frame is None:
        return "an unknown place"
    file, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, line, frame.f_globals).strip()
    short = Path(file).name if not file.startswith("<") else file
    return f"{short}:{line}" + (f": {text}" if text else "")
