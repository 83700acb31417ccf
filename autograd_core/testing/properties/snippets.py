"""Python text of calls, such that a failure can be pasted into a file and run."""

import operator
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

import autograd_core
from autograd_core.texts.snippets import HEADER, home, imported, indexed, literal

INFIX = MappingProxyType(
    {
        np.add: "+",
        np.subtract: "-",
        np.multiply: "*",
        np.divide: "/",
        np.power: "**",
        np.matmul: "@",
        np.greater: ">",
        np.less: "<",
    }
)


def expression(function: Any, args: tuple[Any, ...], params: Mapping[str, Any]) -> str:
    """A call as one writes it: operators between their operands, indices in brackets."""
    words = [literal(a) for a in args]
    if function is operator.getitem:
        return indexed(words[0], args[1])
    if isinstance(function, np.ufunc) and function in INFIX and len(args) == 2:
        left, right = (f"({w})" if w.startswith("-") else w for w in words)
        return f"{left} {INFIX[function]} {right}"
    words += [f"{key}={literal(value)}" for key, value in params.items()]
    return f"{called(function)}({', '.join(words)})"


def called(function: Any) -> str:
    """How a snippet names a function."""
    for module, short in ((np, "np"), (autograd_core, "ac")):
        name = getattr(function, "__name__", "")
        if name and getattr(module, name, None) is function:
            return f"{short}.{name}"
    found = home(function)
    name = getattr(function, "name", None) or getattr(function, "__name__", type(function).__name__)
    return str(name) if found is None else found[1]


def imports(functions: Iterable[Callable[..., Any]]) -> list[str]:
    """The lines that a snippet starts with."""
    lines = dict.fromkeys(HEADER)
    for function in functions:
        text = called(function)
        if "." not in text and function is not operator.getitem:
            lines.update(dict.fromkeys([imported(function, text)]))
    return list(lines)
