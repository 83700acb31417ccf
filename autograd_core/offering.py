"""What a package offers and loads at the first use of each name (PEP 562), so that importing it is quick.

A package says once, in a table, which of its modules hold which names; nothing else imports by a name that is
made at run time. Editors and type checkers read the stub beside the package, which `tools/stubs.py` writes
from the same table.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from sys import modules
from typing import Any


def names(places: Mapping[str, str]) -> list[str]:
    """All names of a table, sorted.

    >>> names({"music.strings": "viola cello", "music.winds": "oboe"})
    ['cello', 'oboe', 'viola']
    """
    return sorted(name for name, _, _ in entries(places))


def entries(places: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Every name of a table, its module and its name there, which `there=here` exchanges for another.

    >>> list(entries({"music.winds": "oboe hautbois=oboe_too"}))
    [('oboe', 'music.winds', 'oboe'), ('oboe_too', 'music.winds', 'hautbois')]
    """
    for module, offered in places.items():
        for word in offered.split():
            there, _, here = word.partition("=")
            yield here or there, module, there


def on_first_use(
    package: str, places: Mapping[str, str], instead: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package: a name is looked up in its module once, and stays there.

    Args:
        package: `__name__` of the package.
        places: from a module to the names it holds, in one text; names under the package's own are modules.
            The modules themselves are found too, as they are where a package imports them, but not listed.
        instead: from a name that is not there to what is written for it, for the error.

    Several threads may ask at once: a module is loaded under its lock, and all of them put the same object
    in place.
    """
    inside = f"{package}."
    inner = {m.removeprefix(inside).partition(".")[0] for m in places if m.startswith(inside)}
    listed = {name: (module, there) for name, module, there in entries(places)}
    where = {name: (package, name) for name in inner} | listed

    def offered() -> list[str]:
        own = (name for name in vars(modules[package]) if name.startswith("__"))  # as every module has
        return sorted({*listed, *own})

    def find(name: str) -> Any:
        if name not in where:
            advice = f"; here it is: {instead[name]}" if instead and name in instead else ""
            raise AttributeError(f"module {package!r} has no attribute {name!r}{advice}")
        module, there = where[name]
        found = import_module(f"{package}.{there}" if module == package else module)
        value = found if module == package else getattr(found, there)
        setattr(modules[package], name, value)
        return value

    return find, offered
