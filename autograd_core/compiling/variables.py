"""The variables that a function reads from outside: a program holds while they are what they were."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dis import get_instructions
from functools import partial
from operator import is_
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

CALLED = frozenset({"__call__", "forward"})
"""Methods that are called without being named."""
EQUAL = frozenset({int, float, bool, str, bytes, complex})
OURS = frozenset({"autograd_core", "nn", "optim", "numpy"})
SETTINGS = frozenset({"types", "argparse", "collections", "dataclasses"})
"""Modules of Python whose objects hold settings; objects of the others are none of a program's business."""


class Variables:
    """What functions close over, and the names of their modules that they use: those of a function, of the
    functions it calls by such names, and of the methods of objects that it uses.

    Those that a call changes are side effects, which happen while a program is traced and not again.
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        self._seen: set[int] = set()
        self._places: list[tuple[Any, str | None]] = []  # a module's dict and a name in it, or a cell
        self._called: list[str] = []
        self._values: list[Any] = []
        self._held: list[Any] = []
        self._classes: list[type] = []
        self._codes: list[CodeType] = []
        self.names: set[str] = set()
        self.add(f)

    def add(self, f: Any) -> None:
        """The variables of one more function, and of those it calls."""
        waiting = [f]
        while waiting:
            function = _users_function(waiting.pop())
            if function is None or id(function) in self._seen:
                continue
            self._seen.add(id(function))
            space = function.__globals__
            self._codes.append(function.__code__)
            names = set(_names(function.__code__))
            places: list[tuple[str, Any, str | None]] = [(n, space, n) for n in names if n in space]
            cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
            places += [(name, cell, None) for name, cell in cells if _filled(cell)]
            self._held += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
            for called, where, name in places:
                value = _read((where, name))
                self._places.append((where, name))
                self._called.append(called)
                self._values.append(value)
                waiting.append(value)
            if not names <= self.names:
                self.names |= names
                waiting += [method for cls in self._classes for method in self._methods(cls)]

    def add_methods(self, owner: Any) -> None:
        """The variables of the methods of an object that may be called, if its class is the user's."""
        for cls in type(owner).__mro__:
            if not ours(cls) and cls not in self._classes:
                self._classes.append(cls)
                for method in self._methods(cls):
                    self.add(method)

    def loads(self, name: str) -> bool:
        """Whether the code reads an attribute of this name."""
        return any(name in _loaded(code) for code in self._codes)

    def _methods(self, cls: type) -> list[Any]:
        return [x for name, x in vars(cls).items() if name in self.names or name in CALLED]

    @property
    def values(self) -> list[Any]:
        """What they were, and the default values of arguments."""
        return [*self._values, *self._held]

    def changed(self) -> list[tuple[str, Any]]:
        """The names of those that are others now, with what they are."""
        return [(self._called[k], _now(self._places[k])) for k in self._moved()]

    def put_back(self) -> None:
        """What they were."""
        for k in self._moved():
            where, name = self._places[k]
            if name is None:
                where.cell_contents = self._values[k]
            else:
                where[name] = self._values[k]

    def _moved(self) -> list[int]:
        return [k for k, place in enumerate(self._places) if _now(place) is not self._values[k]]

    def settle(self) -> None:
        """Forget those that have changed since."""
        moved = set(self._moved())
        same = [k for k in range(len(self._places)) if k not in moved]
        self._called = [self._called[k] for k in same]
        self._places = [self._places[k] for k in same]
        self._values = [self._values[k] for k in same]
        self._names = [(space, name) for space, name in self._places if name is not None]
        self._cells = [cell for cell, name in self._places if name is None]
        self._now = self._read()

    def _read(self) -> tuple[Any, ...]:
        return (*[s.get(name) for s, name in self._names], *[c.cell_contents for c in self._cells])

    def hold(self) -> bool:
        """Whether they are what they were."""
        try:
            return alike(self._read(), self._now)
        except ValueError:  # a cell was emptied
            return False


def alike(now: Sequence[Any], before: Sequence[Any]) -> bool:
    """Whether values are the same: numbers and texts that are equal, of all else the very same objects."""
    return all(map(is_, now, before)) or all(map(_alike, now, before))


def _alike(a: Any, b: Any) -> bool:
    if a is b:
        return True
    if a.__class__ is tuple and b.__class__ is tuple:
        return len(a) == len(b) and all(map(_alike, a, b))
    return a.__class__ is b.__class__ and a.__class__ in EQUAL and bool(a == b)


def ours(cls: type) -> bool:
    """Whether a class is the library's, NumPy's or Python's."""
    root = cls.__module__.partition(".")[0]
    return root in OURS or root in sys.stdlib_module_names


def has_settings(x: Any) -> bool:
    """Whether x is an object of the user's, or one of those that hold settings."""
    cls = type(x)
    if not hasattr(x, "__dict__") or isinstance(x, type | ModuleType | FunctionType | MethodType):
        return False
    known = not ours(cls) or cls.__module__.partition(".")[0] in SETTINGS
    return known or hasattr(cls, "forward")  # a layer, which may be read without being called


def all_the_users(cls: type) -> bool:
    """Whether nobody but the user's code knows the attributes of such objects."""
    return cls.__module__.partition(".")[0] in SETTINGS or not any(map(ours, cls.__mro__[:-1]))


def _users_function(x: Any) -> Any:
    """The function behind a partial, method or property, if it is not the library's own."""
    while isinstance(x, partial):
        x = x.func
    if isinstance(x, MethodType | staticmethod | classmethod):
        x = x.__func__
    x = x.fget if isinstance(x, property) else x
    if not isinstance(x, FunctionType) and isinstance(getattr(x, "__dict__", None), dict):
        x = x.__dict__.get("__wrapped__", x)  # one that is compiled itself
    return x if isinstance(x, FunctionType) and not _is_ours(x) else None


def _is_ours(f: FunctionType) -> bool:
    root = (f.__module__ or "").partition(".")[0]
    return root in OURS or root in sys.stdlib_module_names


def _names(code: CodeType) -> Iterator[str]:
    """The names that code uses, and the code inside it."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _loaded(code: CodeType) -> Iterator[str]:
    """The names of attributes that code reads, and the code inside it."""
    yield from (i.argval for i in get_instructions(code) if i.opname.startswith("LOAD_"))
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _loaded(inner)


def _read(place: tuple[Any, str | None]) -> Any:
    where, name = place
    return where.cell_contents if name is None else where.get(name)


def _now(place: tuple[Any, str | None]) -> Any:
    """The value, or None if the variable has lost its one."""
    try:
        return _read(place)
    except ValueError:
        return None


def _filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:  # a variable without a value yet
        return False
    return True
