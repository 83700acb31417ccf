"""Lists, dicts and attributes outside of a program, and whether they still hold the very same things."""

from collections.abc import Iterable
from itertools import chain
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
        self._exact = _Group([c for c in every if any(isinstance(x, NUMBERS) for x in _held(c))])
        self._quick = _Group([c for c in every if not any(isinstance(x, NUMBERS) for x in _held(c))])

    def hold(self) -> bool:
        """Whether all is as it was."""
        return self._quick.hold(_same) and self._exact.hold(alike)


class _Group:
    def __init__(self, containers: list[Container]) -> None:
        self._all = containers
        self._dicts = [c for c in containers if isinstance(c, dict)]
        self._sizes = list(map(len, containers))
        self._keys, self._values = self._now()

    def _now(self) -> tuple[list[Any], list[Any]]:
        """What lists hold, with the keys of dicts; and the values of dicts."""
        values = chain.from_iterable(map(dict.values, self._dicts))
        return list(chain.from_iterable(self._all)), list(values)

    def hold(self, same: Any) -> bool:
        if list(map(len, self._all)) != self._sizes:
            return False
        keys, values = self._now()
        return bool(same(values, self._values) and same(keys, self._keys))


def _held(container: Container) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def _same(now: list[Any], before: list[Any]) -> bool:
    """`alike` for things that are no numbers: comparing lists asks only things that are not the same one, and
    is much quicker than a look at each. Tensors, equal if their numbers are, say that they were asked."""
    asked = CHANGES.compared
    try:
        if now == before and CHANGES.compared == asked:
            return True
    except Exception:
        pass
    return alike(now, before)
