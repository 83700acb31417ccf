"""What a typed answer is worth at a point; `arithmetic.js` computes the same in the page.

Signs and functions are rows, which are called on arrays here and printed for the page.
"""

import operator
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.graphs.quizzing.grammar import ALONG, FUNCTIONS, PAIRED, SlipError, Tree
from autograd_core.texts import FUNCTIONS as MEANINGS

MATRIX, POINTWISE, KEPT = DOTS = "matrix", "pointwise", "kept"
"""What a dot means between arrays; numbers are multiplied either way. With the last one sums keep the axis
along which they run, which formulas do not say."""


def evaluated(tree: Tree, values: Sequence[Any], dot: str = MATRIX) -> Any:
    """The number or array of a tree whose names are indices into `values`.

    Raises:
        SlipError: where shapes do not fit.
    """
    with np.errstate(all="ignore"):
        return _value(tree, values, dot)


def _value(tree: Tree, values: Sequence[Any], dot: str) -> Any:
    kind, *rest = tree
    if kind == "number":
        return np.float64(rest[0])
    if kind == "name":
        return np.asarray(values[rest[0]], float)
    if kind == "call":
        return _called(rest[0], [_value(x, values, dot) for x in rest[1]], rest[2], dot == KEPT)
    if kind == "and":
        parts = [_value(x, values, dot) for x in rest[0]]
        answer = parts[0]
        for part in parts[1:]:
            answer = _pointwise("·", answer, part)
        return answer
    operands = [_value(x, values, dot) for x in rest]
    if kind == "minus":
        return -operands[0]
    if kind == "T":
        return transposed(operands[0])
    x, y = operands
    if kind == "@" or (kind == "·" and dot == MATRIX and _fit(x, y)):
        if not _fit(x, y):
            raise SlipError("misfit", f"{shown(x.shape)} · {shown(y.shape)}")
        return np.asarray(x @ y)
    return _pointwise(kind, x, y)


def _fit(x: Any, y: Any) -> bool:
    if not (1 <= np.ndim(x) <= 2 and 1 <= np.ndim(y) <= 2):
        return False
    return bool(x.shape[-1] == y.shape[0])


def _pointwise(sign: str, x: Any, y: Any) -> Any:
    try:
        return np.asarray(BINARY[sign](x, y), float)
    except ValueError:
        what = f"{shown(np.shape(x))} {sign} {shown(np.shape(y))}"
        raise SlipError("misfit", what) from None


def _called(name: str, args: list[Any], axis: int | None, kept: bool) -> Any:
    x = args[0]
    if name in ALONG:
        if axis is not None and not -x.ndim <= axis < x.ndim:
            raise SlipError("axes", f"{axis}")
        return np.asarray(getattr(np, name)(x, axis=axis, keepdims=kept and axis is not None))
    if len(args) == 2:
        return _pointwise(name, *args)
    if name == "spread":
        return x
    return transposed(x) if name == "transpose" else np.asarray(UNARY[name](x), float)


def transposed(x: Any) -> Any:
    """The last two axes exchanged; fewer stay as they are."""
    return np.swapaxes(x, -1, -2) if np.ndim(x) > 1 else x


def shown(shape: Sequence[int]) -> str:
    """A shape as Python prints it."""
    return str(tuple(int(n) for n in shape))


BINARY: MappingProxyType[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "/": operator.truediv,
        "^": operator.pow,
        **dict.fromkeys(("*", "·", "⊙"), operator.mul),
        "<": operator.lt,
        ">": operator.gt,
        "<=": operator.le,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
        **{name: MEANINGS[name] for name in PAIRED},
    }
)
"""Signs and functions of two numbers; what serves arrays here serves Symbols for the page."""

UNARY: MappingProxyType[str, Callable[[Any], Any]] = MappingProxyType(
    {
        name: MEANINGS[name]
        for name in sorted({*FUNCTIONS.values()} - {*ALONG, *PAIRED, "spread", "transpose"})
    }
)
"""Functions of one number."""
