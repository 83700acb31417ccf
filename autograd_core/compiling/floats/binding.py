"""What programs in floats call: numbers out of arrays and into them, rows and effects on plain numbers."""

from collections.abc import Callable, Mapping, Sequence
from struct import Struct
from typing import Any

import numpy as np

from autograd_core.compiling.executing import Loadable
from autograd_core.compiling.floats.by_rows import Outcome, by_rows, happened
from autograd_core.compiling.program import Program
from autograd_core.op import Row
from autograd_core.symbols import Symbol

FLOAT = np.dtype(np.float64)


class Bindable:
    """A written program: its source, and what binds it to arrays."""

    def __init__(
        self,
        program: Program,
        source: str,
        names: dict[str, Any],
        views: Sequence[str],
        state: Mapping[Symbol, str],
        converters: Sequence[Callable[[Any], Any]] | None,
    ) -> None:
        """What a source needs.

        names       values that it calls by name
        views       the names of single numbers of state and results
        state       the names of the state
        converters  what makes numbers of the arguments, None for float
        """
        self.source = source
        self._loadable = Loadable(source, "program")
        self._program, self._names, self._views = program, names, views
        self._state, self._converters = state, converters

    def bound(self, state: Mapping[Symbol, Any] | None = None) -> Callable[..., tuple[Any, ...]]:
        """The program on these arrays of the state (else on its own), called with its arguments.

        Raises:
            ValueError: for an array of another shape or dtype, or one that is written and may not be.
        """
        program = self._program
        arrays = {**program.state, **(state or {})}
        names = dict(self._names)
        for symbol, name in self._state.items():
            array: Any = arrays[symbol]
            if array.shape != symbol.shape or array.dtype != symbol.dtype:
                raise ValueError(
                    f"the program has a state of {symbol.dtype}{symbol.shape}, "
                    f"found {array.dtype}{array.shape}: compile it for this one"
                )
            if symbol in program.writes and not array.flags.writeable:
                raise ValueError("the program writes to this array, which is read-only: give a copy of it")
            if array.ndim:
                names[f"{name}_get"], names[f"{name}_set"] = reading(array), writing(array)
            else:
                names[name] = memoryview(array)
        names["views"] = tuple(names.pop(name) for name in self._views)
        fast, converters, lead = self._loadable.bound(names), self._converters, bool(program.effects)

        def run(*arguments: Any) -> tuple[Any, ...]:
            outcomes: list[Outcome] = []
            try:
                if converters is None:
                    return fast(*map(float, arguments))  # type: ignore[no-any-return] # the source gives a tuple
                values = [convert(x) for convert, x in zip(converters, arguments, strict=True)]
                found: tuple[Any, ...] = fast(outcomes, *values) if lead else fast(*values)
                return found
            except (ArithmeticError, ValueError):
                pass
            return tuple(by_rows(program, arrays, arguments, outcomes))

        return run


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


def row_on_numbers(
    row: Row, operands: Sequence[tuple[tuple[Any] | None, Any]], params: dict[str, Any]
) -> Callable[..., Any]:
    """A row as a function of Python numbers: of every operand its value, if it is a constant, else its dtype,
    which is None if the row gets the number as it is."""

    def on_numbers(*values: Any) -> Any:
        given_values = iter(values)
        call = []
        for constant, dtype in operands:
            x = next(given_values) if constant is None else constant[0]
            call.append(x if dtype is None else np.asarray(x, dtype))
        return np.asarray(row.forward(*call, **params)).item()

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
