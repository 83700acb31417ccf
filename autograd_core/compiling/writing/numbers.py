"""Numbers of Python in a program: as operands of arrays, and as values of their own."""

from functools import lru_cache
from typing import Any

import numpy as np

from autograd_core.compiling.forms import Bind, kind_of, resolved
from autograd_core.compiling.planning.making import ufunc_of
from autograd_core.ops import choices
from autograd_core.symbols import Symbol

MOST = 2**24
"""Whole numbers below this are the same in every type of floats but the half ones."""

_INFIX = {"add": "+", "subtract": "-", "multiply": "*"}


def ready(x: Symbol) -> list[Any]:
    """The operands, with the numbers beside floating arrays as arrays of their dtype: NumPy would convert
    them at every call, to the same."""
    if ufunc_of(x.op) is None:
        return list(x.operands)
    strong = [kind_of(y) for y in x.operands if not _is_number(y) and not (isinstance(y, Symbol) and y.weak)]
    if not strong:
        return list(x.operands)
    dtype = np.result_type(*strong)
    loop = resolved(ufunc_of(x.op), tuple(kind_of(y) for y in x.operands))
    if loop is None or loop[-1] != x.dtype:
        return list(x.operands)
    found = [converted(y, dtype) if kind == dtype else y for y, kind in zip(x.operands, loop, strict=False)]
    if x.op in (choices.maximum, choices.minimum) and FEW <= x.size <= MANY:
        # beside a single number these two are four times as slow as beside an array
        return [repeated(y, x.shape) if getattr(y, "shape", None) == () else y for y in found]
    return found


FEW, MANY = 256, 2**16


@lru_cache(maxsize=64)
def _repeated(value: float, dtype: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.full(shape, value, dtype)


def repeated(y: Any, shape: tuple[int, ...]) -> Any:
    """A constant single number as an array of this shape; anything else as it is."""
    if isinstance(y, np.ndarray) and np.isfinite(y) and (y or not np.signbit(y)):
        return _repeated(y.item(), y.dtype, shape)
    return y


def _is_number(y: Any) -> bool:
    return isinstance(y, int | float) and not isinstance(y, bool | np.generic)


def converted(y: Any, dtype: Any) -> Any:
    """A number as an array without axes, if that is what NumPy makes of it beside this dtype."""
    if not _is_number(y) or dtype.kind != "f" or (isinstance(y, int) and abs(y) > MOST):
        return y
    with np.errstate(all="ignore"):
        found = np.array(y, dtype)
    return found if np.isfinite(found) or not np.isfinite(y) else y


def beside(y: Any, shape: tuple[int, ...]) -> Any:
    """A constant single number as an array of this shape, else None."""
    if not isinstance(y, np.ndarray) or y.ndim:
        return None
    found = repeated(y, shape)
    return None if found is y else found


def weak_text(x: Symbol, texts: list[str], bind: Bind) -> str:
    """An operation on numbers of Python, with the result that the row has."""
    assert x.op is not None  # inputs are names
    row = x.op.name
    if x.dtype.kind == "f":
        if row in _INFIX:
            return f" {_INFIX[row]} ".join(texts)
        if row == "negative":
            return f"-{texts[0]}"
        if row == "divide":
            return (
                f"{texts[0]} / {texts[1]} if {texts[1]} else {bind('divide', x.op)}({texts[0]}, {texts[1]})"
            )
        if row == "power":
            return f"{texts[0]} ** {texts[1]}"
        return f"float({bind(row, x.op.forward)}({', '.join((*texts, *_words(x, bind)))}))"
    return f"{bind(row, x.op.forward)}({', '.join((*texts, *_words(x, bind)))})"


def _words(x: Symbol, bind: Bind) -> list[str]:
    return [f"{key}={bind(key, value)}" for key, value in x.params.items()]
