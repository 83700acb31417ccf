"""The functions that a program of JavaScript needs and JavaScript does not have: read from runtime.js."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from autograd_core.ops import error_kernels
from autograd_core.programs.literals import array

WORD = re.compile(r"\b[A-Za-z_]\w*\b")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@cache
def _helpers() -> dict[str, str]:
    """Every helper by name, without comments and indentation."""
    source = files("autograd_core.programs").joinpath("runtime.js").read_text("utf-8")
    lines = (line.strip() for line in source.splitlines())
    text = "\n".join(line for line in lines if line and not line.startswith("//"))
    found = {}
    for part in re.split(r"^(?=function )", text, flags=re.MULTILINE):
        if part.startswith("function "):
            found[part[len("function ") : part.index("(")]] = part.strip()
    # the polynomials of the error function are those of the engine
    found["NEAR"] = f"const NEAR={array(error_kernels.P)};"
    found["TAIL"] = f"const TAIL={array(error_kernels.R)};"
    return found


def names() -> frozenset[str]:
    """What the runtime has."""
    return frozenset(_helpers())


def helpers(used: Iterable[str]) -> list[str]:
    """The source of these helpers and of all that they use, each once, in the order of the file."""
    known = _helpers()
    needed = set()
    waiting = list(used)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [word for word in WORD.findall(known[name]) if word in known]
    return [source for name, source in known.items() if name in needed]


def used_in(text: str) -> set[str]:
    """The helpers that a text calls; what stands in its strings comes from users and calls nothing."""
    return set(WORD.findall(STRING.sub("", text))) & names()
