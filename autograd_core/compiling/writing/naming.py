"""Names in a source: each stands for one thing."""

import builtins
import keyword
from typing import Any


class Names:
    """Gives things names that are free, and finds them again."""

    def __init__(self) -> None:
        self._used = set(dir(builtins)) | {"program", "run", "np", "i", "j", "n", "s"}
        self._bound: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self.values: dict[str, Any] = {}

    def free(self, wish: str) -> str:
        """The name wished for, or the next like it that is free."""
        name = "".join(c if c.isalnum() or c == "_" else "_" for c in wish)
        if not name.isidentifier() or keyword.iskeyword(name):
            name = f"x_{name}".rstrip("_")
        found, n = name, 1
        while found in self._used:
            n += 1
            found = f"{name}_{n}"
        self._used.add(found)
        return found

    def next(self, letters: str) -> str:
        """The next name of a row: v1, v2, ..."""
        n = self._counts.get(letters, 0) + 1
        while f"{letters}{n}" in self._used:
            n += 1
        self._counts[letters] = n
        return self.free(f"{letters}{n}")

    def bind(self, wish: str, value: Any) -> str:
        """The name under which the source finds an object."""
        name = self._bound.get(id(value))
        if name is None:
            one = len(wish) == 1
            name = self._bound[id(value)] = self.next(wish) if one else self.free(wish)
            self.values[name] = value  # which keeps it alive, so that nobody else has its id
        return name
