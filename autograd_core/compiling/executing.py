"""From the source of a program, which this library has written itself, to the function it defines."""

import linecache
from collections.abc import Callable
from itertools import count
from typing import Any

_number = count(1).__next__


class Loadable:
    """A source that defines one function, ready to be bound to names, as often as wanted.

    >>> plus = Loadable("def plus(x):\\n    return x + c\\n", "plus")
    >>> plus.bound({"c": 2})(3), plus.bound({"c": 10})(3)
    (5, 13)
    """

    def __init__(self, source: str, name: str) -> None:
        """The text itself, and the name of the function. Tracebacks show its lines."""
        self.source, self._name = source, name
        file = f"<compiled program {_number()}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        self._code = compile(source, file, "exec")

    def bound(self, names: dict[str, Any]) -> Callable[..., Any]:
        """The function, which finds these values under these names."""
        space = dict(names)
        exec(self._code, space)
        function: Callable[..., Any] = space[self._name]
        return function
