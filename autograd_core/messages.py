"""The texts of errors and notes that say what was asked, what was found, and what to do."""

from collections.abc import Sequence
from typing import Any

from numpy import ndarray, shape

from autograd_core.op import Row
from autograd_core.ops.products import matmul
from autograd_core.state import current
from autograd_core.storage import Stored, plain


def untrainable(data: Any, what: str, dtype: Any) -> str:
    """Why data cannot require a gradient, and what to write instead."""
    if isinstance(data, int) and not isinstance(data, bool):
        return (
            f"only floating numbers can require a gradient, got the integer {data}: "
            f"write {data}. instead of {data}"
        )
    advice = "write 2. instead of 2, or pass dtype=float" if dtype.kind in "iu" else "use floating numbers"
    return f"only floating numbers can require a gradient, got {what} ({dtype}): {advice}"


def asked(op: Row, args: Sequence[Any]) -> str:
    """The note on an error of a forward call: what was asked, on what, where."""
    words = []
    for arg in args:
        if isinstance(arg, Stored):
            words.append(f"{arg.name or 'a Tensor'} {arg.shape}")
        else:
            words.append(f"an array {arg.shape}" if isinstance(arg, ndarray) else repr(arg))
    place = f" in the module {current().scope!r}" if current().scope else ""
    hint = ""
    if op is matmul and len(args) == 2:
        hint = _matmul_hint(shape(plain(args[0])), shape(plain(args[1])))
    return f"asked: {op.name} of {' and '.join(words)}{place}{hint}"


def _matmul_hint(x: tuple[int, ...], y: tuple[int, ...]) -> str:
    if not x or not y:
        return "; a matrix product needs axes on both sides, for a single number use *"
    inner = y[-2] if len(y) > 1 else y[-1]
    if x[-1] == inner:
        return ""
    text = f"; the last axis of the left side ({x[-1]}) must equal the first axis of the right side ({inner})"
    if len(y) == 2 and x[-1] == y[-1]:
        text += ": transpose the right side, x @ y.T"
    elif len(x) == 2 and x[0] == inner:
        text += ": transpose the left side, x.T @ y"
    return text
