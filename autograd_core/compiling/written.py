"""A program as the text of a function, and as the function, bound to its state."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.compiling.executing import Loadable
from autograd_core.compiling.planning.changing import overlapping
from autograd_core.compiling.planning.storing import planned
from autograd_core.compiling.planning.tidying import tidied
from autograd_core.compiling.program import Program
from autograd_core.compiling.writing.emitting import Emitter
from autograd_core.symbols import Symbol

Array = np.ndarray[Any, Any]


class Written:
    """A program in NumPy's words.

    source    the text
    bound     makes the function, with memory of its own
    """

    def __init__(self, program: Program, *, threads: int = 1) -> None:
        self._program, self._tidy, self._threads = program, tidied(program), threads
        self._layout = _layout(program.state)
        self.source, self._names = Emitter(planned(self._tidy, threads), threads).written()
        self._loadable = Loadable(self.source, "program")

    def bound(self, state: dict[Symbol, Array] | None = None) -> Callable[..., tuple[Any, ...]]:
        """The function `run(*arguments)`, on the state of the program or on other arrays in its place.

        Its memory is used at every call, so one thread at a time may call it. The state changes after all
        that does not depend on new values, checks included: an error before leaves it as it was.

        Raises:
            ValueError: for arrays of other shapes or dtypes than the program was written for.
        """
        arrays = dict(self._program.state)
        if state is not None:
            arrays.update(state)
            for symbol, array in arrays.items():
                if array.shape != symbol.shape or array.dtype != symbol.dtype:
                    raise ValueError(
                        f"the program was written for {symbol.label}: {symbol.dtype}{symbol.shape}, "
                        f"got {array.dtype}{array.shape}: compile again"
                    )
            if _layout(arrays) != self._layout:
                return Written(self._program._replace(state=arrays), threads=self._threads).bound()
        return self._loadable.bound(self._names)(*arrays.values())  # type: ignore[no-any-return]


def written(program: Program, *, threads: int = 1) -> Written:
    """The source of a program, ready to be bound.

    Args:
        program: what is to be done.
        threads: how many may share the work of large arrays; the numbers do not depend on it.
    """
    return Written(program, threads=threads)


def _layout(state: dict[Symbol, Array]) -> Any:
    """What a source depends on: which arrays lie in C order, and which may share memory."""
    symbols = {s: i for i, s in enumerate(state)}
    shared = overlapping(state)
    return (
        tuple(
            (a.flags.c_contiguous, a.strides if not a.flags.c_contiguous else None) for a in state.values()
        ),
        tuple(tuple(sorted(symbols[o] for o in shared[s])) for s in state),
    )
