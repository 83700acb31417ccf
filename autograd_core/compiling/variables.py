"""The variables that a function reads from outside: a program holds while they are what they were."""

from collections.abc import Callable
from functools import partial
from typing import Any


class Variables:
    """What a function closes over, and the names of its module that it uses.

    Those that a call changes are side effects, which happen while a program is traced and not again.
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        while isinstance(f, partial):
            f = f.func
        f = getattr(f, "__func__", f)
        code, space = getattr(f, "__code__", None), getattr(f, "__globals__", {})
        self._space: dict[str, Any] = space
        self._names = [] if code is None else [name for name in code.co_names if name in space]
        self._cells = [cell for cell in getattr(f, "__closure__", None) or () if _filled(cell)]
        self._values = self._read()

    def _read(self) -> tuple[Any, ...]:
        space = self._space
        return (*[space.get(name) for name in self._names], *[c.cell_contents for c in self._cells])

    def settle(self) -> None:
        """Forget those that have changed since."""
        now, n = self._read(), len(self._names)
        same = [a is b for a, b in zip(now, self._values, strict=True)]
        self._names = [name for name, it_is in zip(self._names, same, strict=False) if it_is]
        self._cells = [cell for cell, it_is in zip(self._cells, same[n:], strict=True) if it_is]
        self._values = self._read()

    def hold(self) -> bool:
        """Whether they are what they were."""
        try:
            return self._read() == self._values
        except ValueError:  # a cell was emptied, or an array was exchanged for another
            return False


def _filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:  # a variable without a value yet
        return False
    return True
