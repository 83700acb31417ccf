"""What programs in floats call: numbers out of arrays and into them, rows and effects on plain numbers."""

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any

import numpy as np

from autograd_core.compiling.by_rows import Outcome, happened
from autograd_core.op import Row
from autograd_core.symbols import Symbol

FLOAT = np.dtype(np.float64)


def listed(x: Any) -> Any:
    return np.asarray(x).reshape(-1).tolist()


def reading(array: Any) -> Callable[[], Any]:
    """The numbers of an array."""
    if array.dtype == FLOAT and array.flags.c_contiguous:
        read = Struct(f"{array.size}d").unpack_from
        return lambda: read(array)
    return lambda: listed(array)


def writing(array: Any) -> Callable[..., None]:
    """All numbers of an array set at once."""
    if array.dtype == FLOAT and array.flags.c_contiguous:
        pack = Struct(f"{array.size}d").pack_into
        return lambda *values: pack(array, 0, *values)

    def write(*values: Any) -> None:
        array[...] = np.array(values, array.dtype).reshape(array.shape)

    return write


def filling(shape: tuple[int, ...], dtype: Any) -> Callable[..., Any]:
    """A new array of these numbers."""

    def fill(*values: Any) -> Any:
        made = np.empty(shape, dtype)
        write = writing(made)
        write(*values)
        return made

    return fill


def row_on_numbers(row: Row, operands: Sequence[Any], params: dict[str, Any]) -> Callable[..., Any]:
    """A row as a function of Python numbers."""
    dtypes = [None if not isinstance(x, Symbol) or x.weak else x.dtype for x in operands]
    fixed = [None if isinstance(x, Symbol) else (x,) for x in operands]

    def on_numbers(*values: Any) -> Any:
        given_values = iter(values)
        call = [x[0] if x is not None else next(given_values) for x in fixed]
        arrays = [x if d is None else np.asarray(x, d) for x, d in zip(call, dtypes, strict=True)]
        return np.asarray(row.forward(*arrays, **params)).item()

    return on_numbers


def acting(act: Any, node: Symbol) -> Callable[..., Any]:
    """An effect as a function of the outcomes so far, to which it adds its own, and of Python numbers."""
    operands, single = node.operands, not node.ndim

    def acting(outcomes: list[Outcome], *values: Any) -> Any:
        start, arrays = 0, []
        for x in operands:
            if not isinstance(x, Symbol):
                arrays.append(x)
                continue
            stop = start + x.size
            part = values[start:stop]
            arrays.append(part[0] if x.weak else np.array(part, x.dtype).reshape(x.shape))
            start = stop
        outcome = happened(act, arrays)
        outcomes.append(outcome)
        value = outcome.again()
        if value is None:
            return None
        return np.asarray(value).item() if single else listed(value)

    return acting
