"""What a typed answer is worth at a point; `arithmetic.js` computes the same in the page."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.graphs.quizzing.grammar import SlipError, Tree

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
    if name in ("sum", "mean"):
        x = args[0]
        if axis is not None and not -x.ndim <= axis < x.ndim:
            raise SlipError("axes", f"{axis}")
        return np.asarray(getattr(np, name)(x, axis=axis, keepdims=kept and axis is not None))
    if len(args) == 2:
        return _pointwise(name, *args)
    return np.asarray(UNARY[name](args[0]), float)


def transposed(x: Any) -> Any:
    """The last two axes exchanged; fewer stay as they are."""
    return np.swapaxes(x, -1, -2) if np.ndim(x) > 1 else x


def shown(shape: Sequence[int]) -> str:
    """A shape as Python prints it."""
    return str(tuple(int(n) for n in shape))


def _sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def _power(x: Any, y: Any) -> Any:
    return np.power(np.asarray(x, float), y)


BINARY: MappingProxyType[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "+": np.add,
        "-": np.subtract,
        "/": np.divide,
        "^": _power,
        **dict.fromkeys(("*", "·", "⊙"), np.multiply),
        "<": np.less,
        ">": np.greater,
        "<=": np.less_equal,
        ">=": np.greater_equal,
        "==": np.equal,
        "!=": np.not_equal,
        "maximum": np.maximum,
        "minimum": np.minimum,
    }
)
UNARY: MappingProxyType[str, Callable[[Any], Any]] = MappingProxyType(
    {
        **{f: getattr(np, f) for f in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{f: getattr(np, f) for f in ("arcsin", "arccos", "arctan", "abs", "sign", "log1p", "expm1")},
        "square": np.square,
        "sigmoid": _sigmoid,
        "relu": lambda x: np.maximum(x, 0.0),
        "softplus": lambda x: np.logaddexp(x, 0.0),
        "spread": lambda x: x,
        "transpose": transposed,
    }
)
