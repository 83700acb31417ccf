"""How a value arose, written forward: `a·x − y`, `(s − y)²`, `sum(h, axis=-1)`.

`written` is the one door; what an operation shows on its disc or pill is `symbol`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.numerals import number

LIMIT = 28
"""A longer formula abbreviates the operands that have no name."""


class Text(NamedTuple):
    """A piece of a formula, and how tightly it binds."""

    text: str
    tight: int


SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
HIDDEN = Text("…", ATOM)

_INFIX = {
    "add": (" + ", SUM),
    "subtract": (" − ", SUM),
    "multiply": ("·", PRODUCT),
    "divide": (" / ", PRODUCT),
    "matmul": (" @ ", PRODUCT),
}
_SYMBOLS = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "negative": "−( )",
    "square": "( )²",
    "sqrt": "√",
    "absolute": "| |",
}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def atom(name: str) -> Text:
    """A name as a piece of a formula."""
    return Text(name, ATOM)


def constant(value: Any) -> Text:
    """A number as a piece of a formula; an array has no text of its own."""
    if value is None or np.ndim(value):
        return HIDDEN
    text = number(value, 6)
    return Text(text, PRODUCT if text.startswith("−") else ATOM)


def symbol(op: str, exponent: Any = None) -> str:
    """What the disc or pill of an operation shows."""
    if op == "power" and exponent is not None:
        return f"( ){_raised(exponent)}"
    return _SYMBOLS.get(op, op)


def written(
    op: str, operands: Sequence[Text], params: dict[str, Any], shape: tuple[int, ...], exponent: Any = None
) -> Text:
    """The formula of one application of an operation.

    Args:
        op: its name.
        operands: the texts of its arguments.
        params: the keyword parameters of the call.
        shape: the shape of the first argument.
        exponent: of a power with a plain number as exponent, that number.
    """
    whole = _write(op, operands, params, shape, exponent)
    if len(whole.text) <= LIMIT:
        return whole
    short = [HIDDEN if t.tight < ATOM or len(t.text) > LIMIT // 2 else t for t in operands]
    whole = _write(op, short, params, shape, exponent)
    return whole if len(whole.text) <= LIMIT + 8 else Text(f"{op}(…)", ATOM)


def _write(
    op: str, operands: Sequence[Text], params: dict[str, Any], shape: tuple[int, ...], exponent: Any
) -> Text:
    if op in _INFIX and len(operands) == 2:
        sign, tight = _INFIX[op]
        left, right = operands
        # an operand on the right of − / @ that binds no tighter needs brackets: a − (b − c)
        stronger = tight if op in ("add", "multiply") else tight + 1
        right = Text(right.text, SUM - 1) if right.text.startswith("−") else right
        return Text(f"{_in(left, tight)}{sign}{_in(right, stronger)}", tight)
    if op == "power" and operands:
        if exponent is not None:
            return Text(f"{_in(operands[0], ATOM)}{_raised(exponent)}", POWER)
        return Text(f"{_in(operands[0], ATOM)}^{_in(operands[-1], ATOM)}", POWER)
    if len(operands) == 1:
        x = operands[0]
        if op == "square":
            return Text(f"{_in(x, ATOM)}²", POWER)
        if op == "negative":
            return Text(f"−{_in(x, PRODUCT)}", PRODUCT)
        if op == "sqrt":
            return Text(f"√{_in(x, ATOM)}", ATOM)
        if op == "absolute":
            return Text(f"|{x.text}|", ATOM)
        if op == "alias":
            return x
        if op == "transpose" and params.get("axes") == (-1, -2) and len(shape) == 2:
            return Text(f"{_in(x, ATOM)}ᵀ", ATOM)
        if op == "getitem":
            return Text(f"{_in(x, ATOM)}[{_index(params.get('index', ()), len(shape))}]", ATOM)
    words = [t.text for t in operands[:3]] + ["…"] * (len(operands) > 3)
    axis = params.get("axis")
    if axis is not None and (isinstance(axis, int) or len(axis) < len(shape)):
        axes = axis if isinstance(axis, int) else axis[0] if len(axis) == 1 else axis
        words.append(f"axis={axes}")
    return Text(f"{op}({', '.join(words)})", ATOM)


def inside(piece: Text) -> str:
    """A piece where only a name or a bracket may stand."""
    return _in(piece, ATOM)


def _in(piece: Text, tight: int) -> str:
    return piece.text if piece.tight >= tight else f"({piece.text})"


def _raised(exponent: Any) -> str:
    if isinstance(exponent, str):
        return "ⁿ"
    value = float(exponent)
    if value == int(value):
        return str(int(value)).translate(_RAISED)
    return f"^{number(value)}"


def _index(index: tuple[Any, ...], rank: int) -> str:
    """An index as one writes it: trailing full slices left out."""
    parts = list(index)
    while len(parts) > 1 and parts[-1] == slice(None):
        parts.pop()
    words = []
    for part in parts:
        if isinstance(part, slice):
            ends = ["" if end is None else str(end) for end in (part.start, part.stop, part.step)]
            words.append(":".join(ends[: 2 if part.step is None else 3]))
        elif isinstance(part, int | np.integer):
            words.append(str(part))
        else:
            words.append("None" if part is None else "…")
    return ", ".join(words) or ":"
