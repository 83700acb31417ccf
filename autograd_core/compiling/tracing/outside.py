"""What a function can reach outside of itself: a program holds while that is what it was."""

import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np
from numpy import ndarray

from autograd_core.compiling.containers import Containers
from autograd_core.compiling.tracing.refusals import Uncompilable
from autograd_core.compiling.variables import Variables, alike, all_the_users, has_settings, ours
from autograd_core.symbols import Symbol
from autograd_core.tensor import Tensor
from autograd_core.trees import flatten

Contents = list[Any]
FEW = 4096
"""Up to so many numbers of an array are looked at before every call, if that may be needed."""


class Outside:
    """Objects, lists, dicts and generators that a traced function can reach, as they were before.

    guards    by the id of an object the object and its attributes
    """

    def __init__(self, variables: Variables) -> None:
        self.variables = variables
        self.guards: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._own: dict[int, dict[str, Any]] = {}  # those that are not the class's
        self._looked_at = 0  # so many of the variables
        # lists and dicts with the attribute that they are
        self._containers: dict[int, tuple[Any, Contents, Any, str | None]] = {}
        self._generators: dict[int, tuple[Any, str, Any]] = {}
        self._arrays: dict[int, ndarray[Any, Any]] = {}
        self._of_library: dict[int, Any] = {}
        self._pythons = random.getstate()
        self._numpys = np.random.get_state()  # noqa: NPY002 # that of the old functions
        self.look()

    def look(self) -> None:
        """Look at the variables of functions that have become known."""
        values = self.variables.values[self._looked_at :]
        self._looked_at += len(values)
        self.watch(values)

    def watch(self, things: Iterable[Any], owner: Any = None, name: str | None = None) -> None:
        """Remember what things hold, and what the things in them hold; they are in an attribute of the owner,
        if one is given.

        Raises:
            Uncompilable: if one is an iterator.
        """
        for thing in things:
            if isinstance(thing, list | dict):
                if id(thing) not in self._containers:
                    self._containers[id(thing)] = (thing, _contents(thing), owner, name)
                    self.watch(thing.values() if isinstance(thing, dict) else thing, owner, name)
            elif isinstance(thing, tuple):
                self.watch(thing, owner, name)
            elif isinstance(thing, np.random.Generator):
                state = thing.bit_generator.state
                self._generators.setdefault(id(thing), (thing, str(state), state))
            elif thing.__class__ is ndarray:
                if self._is_read(owner, name):
                    self._arrays[id(thing)] = thing
            elif has_settings(thing):
                self.holds_while(thing)
            elif id(thing) not in self._of_library and hasattr(thing, "__dict__") and ours(type(thing)):
                self._of_library[id(thing)] = thing  # an optimizer, whose groups hold settings
                for name, value in vars(thing).items():
                    if isinstance(value, list | dict) and not name.startswith("_"):
                        self.watch([value], thing, name)
            elif isinstance(thing, Iterator) and self._is_read(owner, name):
                raise Uncompilable("it reads an iterator from outside, which moves on at every call")

    def holds_while(self, owner: Any) -> None:
        """The program holds as long as the attributes of the owner are what they are now."""
        if id(owner) in self.guards:
            return
        # what only the class has may be covered by an attribute later
        covered = {
            name: None
            for cls in type(owner).__mro__
            for name, value in vars(cls).items()
            if isinstance(value, int | float | None) and not name.startswith("__")
        }
        self.guards[id(owner)] = (owner, {"_hooks": None, **covered, **vars(owner)})
        self._own[id(owner)] = dict(vars(owner))
        self.variables.add_methods(owner)
        self.look()
        for name, value in vars(owner).items():
            self.watch([value], owner, name)

    def holds_a_number(self, array: Any) -> bool:
        """Whether this array of a single number can be written to between calls."""
        return not array.ndim and id(array) in self._arrays

    def knows(self, array: Any) -> bool:
        """Whether this array is one of those outside."""
        return id(array) in self._arrays

    def attributes(self) -> list[tuple[Any, str, Any]]:
        """(owner, name, value) of attributes that decide whether the program holds: of objects that only the
        user's code reads those that it names."""
        return [
            (owner, name, value)
            for owner, before in self.guards.values()
            for name, value in before.items()
            if self._is_read(owner, name)
        ]

    def _is_read(self, owner: Any, name: str | None) -> bool:
        if name is None or name in self.variables.names:
            return True
        return id(owner) not in self._of_library and not all_the_users(type(owner))

    def side_effects(self) -> str:
        """What the call has changed and a program will not: variables, and lists and dicts that have grown.

        Raises:
            Uncompilable: if a variable holds a traced value now.
        """
        changed = self.variables.changed()
        for name, value in changed:
            if any(isinstance(x, Tensor) and isinstance(x._array, Symbol) for x in flatten(value)):
                raise Uncompilable(f"it leaves a traced value in the variable {name}")
        grown = [type(t) for t, before, *_ in self._containers.values() if len(_contents(t)) > len(before)]
        return ", ".join(
            [f"the variable {name}" for name, _ in changed] + [f"a {kind.__name__}" for kind in grown]
        )

    def conditions(self) -> list[Callable[[], bool]]:
        """Whether lists and dicts still hold what they did.

        Raises:
            Uncompilable: if the function changes one at every call; to what grows, it adds once.
        """
        steady: list[Any] = []
        for thing, before, owner, name in self._containers.values():
            now = _contents(thing)
            if len(now) == len(before) and alike(now, before):
                if self._is_read(owner, name):
                    steady.append(thing)
                continue
            what = type(thing).__name__
            if any(isinstance(x, Tensor) and isinstance(x._array, Symbol) for x in flatten(thing)):
                raise Uncompilable(f"it puts a traced value into a {what} from outside")
            if len(now) <= len(before) or not alike(now[: len(before)], before):
                raise Uncompilable(f"it changes a {what} from outside")
        return [Containers(steady).hold] if steady else []

    def arrays_stay(self, used: Iterable[Any], makes: bool) -> list[Callable[[], bool]]:
        """Whether arrays hold what they did, of which Python's code or NumPy may have taken numbers.

        Args:
            used: those that the program reads itself at every call.
            makes: whether there are constants that may have been computed from them.
        """
        bases: set[int] = set()
        for array in used:
            while isinstance(array, ndarray):
                bases.add(id(array))
                array = array.base  # up to the array that owns the memory
        return [
            partial(_is_as_it_was, array, fingerprint(array))
            for key, array in self._arrays.items()
            if array.dtype.kind in "fiub" and (key not in bases or (makes and array.size <= FEW))
        ]

    def check_generators(self) -> None:
        """Refuse draws that a program would not repeat.

        Raises:
            Uncompilable: if a generator that is not traced has moved.
        """
        moved = any(str(g.bit_generator.state) != before for g, before, _ in self._generators.values())
        if moved or random.getstate() != self._pythons or self._numpys_moved():
            raise Uncompilable(
                "it draws random numbers, which differ from call to call, in a way that is not seen; draw "
                "them from ac.generator(rng)"
            )

    def put_back(self) -> None:
        """Everything as it was before."""
        for thing, before, *_ in self._containers.values():
            now = _contents(thing)
            if len(now) != len(before) or not alike(now, before):
                thing.clear()
                thing.update(before) if isinstance(thing, dict) else thing.extend(before)
        for key, (owner, _) in self.guards.items():
            own = self._own[key]
            for name in [name for name in vars(owner) if name not in own]:
                del owner.__dict__[name]
            owner.__dict__.update(own)
        self.variables.put_back()
        for generator, text, state in self._generators.values():
            if str(generator.bit_generator.state) != text:
                generator.bit_generator.state = state
        random.setstate(self._pythons)
        if self._numpys_moved():
            np.random.set_state(self._numpys)  # noqa: NPY002

    def _numpys_moved(self) -> bool:
        now = np.random.get_state()  # noqa: NPY002
        return not all(np.array_equal(a, b) for a, b in zip(now, self._numpys, strict=True))


def fingerprint(array: ndarray[Any, Any]) -> int:
    """A number that tells whether an array has been written to."""
    return crc32(np.ascontiguousarray(array))  # type: ignore[arg-type] # it is a buffer


def _is_as_it_was(array: ndarray[Any, Any], number: int) -> bool:
    return fingerprint(array) == number


def _contents(thing: Any) -> Contents:
    return list(thing.items()) if isinstance(thing, dict) else list(thing)
