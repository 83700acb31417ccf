"""Python text of arrays, indices and imports, such that a program can be pasted into a file and run."""

import sys
from math import isfinite, isnan
from types import ModuleType
from typing import Any

import numpy as np

HEADER = ("import numpy as np", "import autograd_core as ac")
LINE = 100


class Name(str):
    """A word that is printed as it stands."""

    __slots__ = ()


def literal(x: Any) -> str:
    """A value as Python text that makes it again.

    Raises:
        ValueError: for an object that has no such text.

    >>> literal(np.array([[1.0, -2.5]])), literal(np.array(3, np.int32)), literal((None, 2))
    ('np.array([[1.0, -2.5]])', 'np.array(3, dtype=np.int32)', '(None, 2)')
    """
    if isinstance(x, Name):
        return str(x)
    if isinstance(x, np.ndarray):
        return _array(x)
    if isinstance(x, np.bool_):
        return "np.True_" if x else "np.False_"
    if isinstance(x, np.generic):
        return f"np.{x.dtype.name}({literal(x.item())})"
    if isinstance(x, tuple):
        return f"({', '.join(map(literal, x))}{',' if len(x) == 1 else ''})"
    if isinstance(x, list):
        return f"[{', '.join(map(literal, x))}]"
    if isinstance(x, dict):
        return f"{{{', '.join(f'{k!r}: {literal(v)}' for k, v in x.items())}}}"
    if x is Ellipsis:
        return "..."
    if isinstance(x, type) and issubclass(x, np.generic):
        return f"np.{x.__name__}"
    if isinstance(x, np.dtype):
        return f"np.dtype({x.name!r})"
    if isinstance(x, float) and not isfinite(x):
        return f"{'-' if x < 0 else ''}np.{'nan' if isnan(x) else 'inf'}"
    text = repr(x)
    if text.startswith("<"):  # by custom what cannot be read back
        raise ValueError(f"a {type(x).__name__} cannot be written as Python: {text}")
    return text


def _array(x: np.ndarray) -> str:
    numbers = repr(x.tolist())
    if x.dtype.kind == "f":
        numbers = numbers.replace("inf", "np.inf").replace("nan", "np.nan")
    usual = {"f": "float64", "i": "int64", "b": "bool"}.get(x.dtype.kind)
    dtype = "" if x.dtype.name == usual and x.size else f", dtype=np.{x.dtype.name}"
    text = f"np.array({numbers}{dtype})"
    return text if x.size or x.ndim == 1 else f"np.zeros({x.shape}{dtype})"


def assignment(name: str, x: Any) -> str:
    """A line `name = value`; long arrays are broken into several lines between their numbers."""
    text = f"{name} = {literal(x)}"
    lines = []
    while len(text) > LINE and ", " in text[:LINE]:
        cut = text.rindex(", ", 0, LINE) + 1
        lines.append(text[:cut])
        text = "   " + text[cut:]
    return "\n".join([*lines, text])


def indexed(word: str, index: Any) -> str:
    """A value with an index behind it, as one types it."""
    if not isinstance(index, tuple) or not index:
        return f"{word}[{_index(index)}]"
    return f"{word}[{', '.join(map(_index, index))}{',' if len(index) == 1 else ''}]"


def _index(part: Any) -> str:
    if isinstance(part, slice):
        ends = ["" if e is None else repr(e) for e in (part.start, part.stop)]
        return ":".join(ends) + ("" if part.step is None else f":{part.step!r}")
    return literal(part)


def home(thing: Any) -> tuple[str, str] | None:
    """The module in which a function or a row stands under a name of its own, and that name."""
    makers = [thing, getattr(thing, "forward", None), *getattr(thing, "rules", ())]
    names = dict.fromkeys(m for maker in makers if (m := getattr(maker, "__module__", None)))
    for module in (sys.modules.get(name) for name in names):
        for name, value in list(vars(module).items()) if module is not None else []:
            if value is thing and module is not None:
                return module.__name__, name
    return None


def imported(thing: Any, name: str) -> str:
    """The line that brings one object under a name, or a comment where no module holds it."""
    if isinstance(thing, ModuleType):
        return f"import {thing.__name__} as {name}" if thing.__name__ != name else f"import {name}"
    found = home(thing)
    if found is None or found[0] == "__main__":
        return f"# {name}: as you have defined it"
    return f"from {found[0]} import {found[1]}" + (f" as {name}" if found[1] != name else "")
