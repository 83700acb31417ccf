"""What an operation is, in a few signs for a comment: `v7 = v5 · W1ᵀ`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.compiling.planning.viewing import is_view
from autograd_core.compiling.program import effect_row
from autograd_core.symbols import Symbol

_INFIX = {
    "add": "+",
    "subtract": "−",
    "multiply": "·",
    "divide": "/",
    "matmul": "@",
    "greater": ">",
    "greater_equal": "≥",
    "less": "<",
    "less_equal": "≤",
    "equal": "=",
    "not_equal": "≠",
}
_AROUND = {
    "square": "{}²",
    "negative": "−{}",
    "sqrt": "√{}",
    "absolute": "|{}|",
    "exp": "exp {}",
    "log": "log {}",
    "sum": "Σ {}",
    "reciprocal": "1/{}",
}

Name = Callable[[Symbol], str]


def remark(z: Symbol, name: Name) -> str:
    """The operation behind a Symbol, its operands by their names."""
    assert z.op is not None  # inputs are no operations
    if z.op is effect_row:
        return str(z.params["effect"].what)
    parts = [_operand(x, name) for x in z.operands]
    row = z.op.name
    if row in _INFIX and len(parts) == 2:
        return f"{parts[0]} {_INFIX[row]} {parts[1]}"
    if row in _AROUND and len(parts) == 1:
        return _AROUND[row].format(parts[0])
    return f"{row}({', '.join(parts)})"


def _operand(x: Any, name: Name) -> str:
    if isinstance(x, np.ndarray | np.generic):
        return f"{x.item():.6g}" if x.size == 1 and x.dtype.kind in "fiu" else "const"
    if not isinstance(x, Symbol):
        return f"{x:.6g}" if isinstance(x, float) else repr(x)
    if not is_view(x) or x.label:
        return name(x)
    inner = _operand(x.operands[0], name)
    assert x.op is not None  # of a view
    if x.op.name == "transpose":
        return f"{inner}ᵀ"
    if x.op.name == "getitem":
        return f"{inner}[…]"
    return inner
