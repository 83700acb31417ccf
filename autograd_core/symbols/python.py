"""The exact printer: an expression as Python source of operators and rows.

Nothing is simplified or reordered, so the text, evaluated with the rows and letters, gives the same bits.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.node import ancestors
from autograd_core.ops.indexing import HOLE
from autograd_core.ops.table import TABLE
from autograd_core.symbols.symbol import Symbol

# infix operators: text, level of binding
INFIX = {
    "add": ("+", 2),
    "subtract": ("-", 2),
    "multiply": ("*", 3),
    "divide": ("/", 3),
    "matmul": ("@", 3),
    "power": ("**", 5),
    "greater": (">", 1),
    "greater_equal": (">=", 1),
    "less": ("<", 1),
    "less_equal": ("<=", 1),
    "equal": ("==", 1),
    "not_equal": ("!=", 1),
}
NEGATIVE, ATOM = 4, 6

NAMESPACE: dict[str, Any] = {**TABLE, "HOLE": HOLE, "dtype": np.dtype, "np": np, "inf": np.inf, "nan": np.nan}
"""What the printed source refers to besides its letters."""


def python(root: Any, constants: dict[str, Any] | None = None) -> str:
    """Python source of an expression; arrays that it holds are named c0, c1 ... and put into `constants`.

    >>> x = Symbol.input("x")
    >>> python((x + 1) * x)
    '(x + 1) * x'
    """
    constants = {} if constants is None else constants
    if not isinstance(root, Symbol):
        return _constant(root, constants)[0]
    texts: dict[Any, tuple[str, int]] = {}
    for node in ancestors([root]):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        texts[node] = _source(node, texts, constants)
    return texts[root][0]


def _source(node: Symbol, texts: dict[Any, tuple[str, int]], constants: dict[str, Any]) -> tuple[str, int]:
    if node.op is None:
        return str(node.label), ATOM
    parts = [texts[x] if isinstance(x, Symbol) else _constant(x, constants) for x in node.operands]
    typed = operator(node.op.name, parts)
    if typed is not None:
        return typed
    words = [text for text, _ in parts] + [f"{key}={_plain(value)}" for key, value in node.params.items()]
    return f"{node.op.name}({', '.join(words)})", ATOM


def operator(name: str, parts: Sequence[tuple[str, int]]) -> tuple[str, int] | None:
    """A row as an operator between its written operands, each with how tightly it binds; None if there is
    none."""
    if name in INFIX:
        sign, level = INFIX[name]
        (left, l), (right, r) = parts
        if name == "power":  # binds to the right, and tighter than a minus on its left
            left, right = _in(left, l <= level), _in(right, r < NEGATIVE)
        else:
            left, right = _in(left, l < level or (level == 1 and l == 1)), _in(right, r <= level)
        return f"{left} {sign} {right}", level
    if name == "negative":
        return f"-{_in(parts[0][0], parts[0][1] < NEGATIVE)}", NEGATIVE
    return None


def _in(text: str, brackets: bool) -> str:
    return f"({text})" if brackets else text


def _plain(value: Any) -> str:
    """A parameter as source; named sizes are written as numbers."""
    if isinstance(value, tuple):
        inner = ", ".join(_plain(v) for v in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    return repr(value)


def _constant(x: Any, constants: dict[str, Any]) -> tuple[str, int]:
    if isinstance(x, np.ndarray):
        name = next((n for n, array in constants.items() if array is x), f"c{len(constants)}")
        constants[name] = x
        return name, ATOM
    text = _plain(x)
    return text, NEGATIVE if text.startswith("-") else ATOM
