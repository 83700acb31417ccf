"""Whether a gradient is at stake: plain operands go to NumPy itself, live ones to the rows."""

from typing import Any

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.functions.words import operand
from autograd_core.op import LIVE
from autograd_core.ops import arithmetic
from autograd_core.state import current

untyped: Any = np
"""NumPy for calls that pass options on, which its stubs list one combination at a time."""


def live(*xs: Any) -> bool:
    """Whether one of the operands, or of those inside lists and tuples, is a Tensor or a Symbol."""
    return any(x.__class__ in LIVE or (isinstance(x, (list, tuple)) and live(*x)) for x in xs)


def values(x: Any) -> Any:
    """The plain array of a Tensor, in a program that is traced its Symbol; anything else as it is."""
    if type(x) not in LIVE or not hasattr(x, "numpy"):
        return x
    tracer = current().tracer
    return x.numpy() if tracer is None else tracer.symbol(x)


def blank(x: Any) -> Any:
    """Something of the shape and dtype of x, whose numbers nobody may want."""
    return np.broadcast_to(np.zeros((), x.dtype), x.shape) if type(x) in LIVE else x


def numbers(x: Any) -> Any:
    """The plain array of a Tensor or of anything NumPy can read; of a program that is traced its Symbol."""
    found = values(x)
    return found if found.__class__ in LIVE else np.asarray(found)


def untrained(name: str, *xs: Any) -> tuple[Any, ...]:
    """The plain values of operands of a function that has no derivative.

    Raises:
        NoRuleError: if a gradient would be lost.
    """
    if current().recording and any(getattr(x, "node", None) is not None for x in xs):
        raise NoRuleError(
            f"no derivative rule for numpy.{name}: it has none by this argument, which requires a gradient; "
            "take plain values with .numpy(), or cut it off with .detach()"
        )
    return tuple(values(x) for x in xs)


def taken(a: Any, dtype: Any) -> Any:
    """The operand, in another dtype if one is asked for."""
    x = operand(a)
    return x if dtype is None else x.astype(dtype)


def single(z: Any) -> Any:
    """A plain array without axes as NumPy's number; anything else as it is."""
    return z[()] if isinstance(z, np.ndarray) and not z.ndim else z


def floating(x: Any) -> Any:
    """x if it is floating, else its numbers as float64."""
    return x if x.dtype.kind in "fc" else cast(x, np.float64)


def cast(x: Any, dtype: Any) -> Any:
    """x in this dtype, by the row where a gradient may flow."""
    return arithmetic.astype(x, dtype=np.dtype(dtype)) if np.dtype(dtype).kind == "f" else x.astype(dtype)


def at_least_int(x: Any) -> Any:
    """Small integers and Booleans as NumPy adds and multiplies them: as integers of the machine's size."""
    kind = x.dtype.kind
    if kind in "bi" and x.dtype.itemsize < 8:
        return x.astype(np.int64)
    return x.astype(np.uint64) if kind == "u" and x.dtype.itemsize < 8 else x
