"""Lists and dicts outside of a program, and whether they still hold the very same things."""

from collections.abc import Iterable
from operator import eq
from typing import Any

from autograd_core.compiling.variables import alike
from autograd_core.node import CHANGES

Container = list[Any] | dict[Any, Any]
NUMBERS = (int, float, complex, str, bytes, tuple)
"""Equal ones may be of another kind: 2 and 2.0."""


class Containers:
    """Many of them, looked at together and in few steps, for this is done before every call."""

    def __init__(self, containers: Iterable[Container]) -> None:
        every = list(containers)
        self._exact = [c for c in every if any(isinstance(x, NUMBERS) for x in _held(c))]
        self._quick = [c for c in every if not any(isinstance(x, NUMBERS) for x in _held(c))]
        self._exact_before = [c.copy() for c in self._exact]
        self._quick_before = [c.copy() for c in self._quick]

    def hold(self) -> bool:
        """Whether all is as it was."""
        quick = self._quick_holds() or all(map(_same, self._quick, self._quick_before))
        return quick and all(map(_same, self._exact, self._exact_before))

    def _quick_holds(self) -> bool:
        """Comparing containers asks only things in them that are not the same one, and is much quicker than a
        look at each. Tensors, equal if their numbers are, say that they were asked."""
        asked = CHANGES.compared
        try:
            return all(map(eq, self._quick, self._quick_before)) and CHANGES.compared == asked
        except Exception:
            return False


def _held(container: Container) -> list[Any]:
    return list(container.values() if isinstance(container, dict) else container)


def _same(now: Any, before: Any) -> bool:
    if not isinstance(now, dict):
        return len(now) == len(before) and alike(now, before)
    return now.keys() == before.keys() and alike(list(now.values()), [before[key] for key in now])
