"""Modules that hold modules: in a row, in a list, in a dict."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby
from typing import Any, Self

from nn.module import Module, members_of


class Holder(Module):
    """What the containers share: modules under names, which are numbers in a sequence."""

    _modules: dict[str, Module]

    def members(self) -> Iterator[tuple[str, Any]]:
        yield from self._modules.items()
        # what a subclass has beside them
        yield from members_of({name: x for name, x in self.__dict__.items() if name != "_modules"}, "")

    def _contents(self) -> Iterable[Any]:
        if type(self).members is not Holder.members:
            return super()._contents()
        # those of the dict come once more, which does no harm, for every module is entered once
        return [*self._modules.values(), *self.__dict__.values()]

    def __getattr__(self, name: str) -> Any:
        """A module by its name: `model.fc1` of `Sequential({"fc1": ...})`."""
        held = self.__dict__.get("_modules", {})
        if name not in held:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return held[name]

    def __setattr__(self, name: str, value: Any) -> None:
        # a second module under the same name would be the one that is trained, not the one that is called
        if name in self.__dict__.get("_modules", {}) and not hasattr(type(self), name):
            self._modules[name] = self._need(value, repr(name))
        else:
            super().__setattr__(name, value)

    def _take(self, name: str, member: Any) -> None:
        if isinstance(member, Module):
            self._modules[name] = member  # one more at the end, which is called in its turn
        else:
            super()._take(name, member)

    def _member(self, name: str) -> Any:
        found = self._modules.get(name)
        return self.__dict__.get(name) if found is None else found

    def _name_of(self, module: Module) -> str:
        for name, mine in self._modules.items():
            if mine is module:
                return name
        return super()._name_of(module)

    def _need(self, module: Any, where: str) -> Module:
        if not isinstance(module, Module):
            kind, hint = f"a {type(module).__name__}", ""
            if isinstance(module, type):
                kind, hint = f"the class {module.__name__}", f"; make one: {module.__name__}(...)"
            elif isinstance(module, list | tuple) and type(self).__name__ == "Sequential":
                hint = "; write Sequential(*layers)"
            raise TypeError(f"{type(self).__name__}: {where} is {kind}, not a Module{hint}")
        return module

    def __len__(self) -> int:
        return len(self._modules)


class Row(Holder):
    """What sequences share; after insertions and deletions the modules are numbered anew."""

    def _hold(self, modules: Iterable[Any]) -> None:
        self._modules = {str(i): self._need(m, f"number {i}") for i, m in enumerate(modules)}

    def _key(self, index: int) -> str:
        try:
            return list(self._modules)[index]
        except IndexError:
            raise IndexError(f"{type(self).__name__}: no module {index}, there are {len(self)}") from None

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __setitem__(self, index: int, module: Module) -> None:
        self._modules[self._key(index)] = self._need(module, f"number {index}")

    def __delitem__(self, index: int | slice) -> None:
        left = list(self)
        if not isinstance(index, slice):
            self._key(index)
        del left[index]
        self._hold(left)

    def append(self, module: Module) -> Self:
        """One more at the end."""
        # the first number that is free: a slice keeps its names
        name = next(n for n in map(str, count(len(self))) if n not in self._modules)
        self._modules[name] = self._need(module, f"number {len(self)}")
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """More at the end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """One more before the index."""
        changed = list(self)
        changed.insert(index, module)
        self._hold(changed)
        return self

    def pop(self, index: int = -1) -> Module:
        """Take one out, and return it."""
        module = self._modules[self._key(index)]
        del self[index]
        return module


class Sequential(Row):
    """Modules one after the other: the output of each is the input of the next.

    Args:
        modules: the modules, or one dict of them by name.

    Raises:
        TypeError: if something is not a Module.

    A slice is a Sequential of the same modules under the same names.

    >>> from nn import Linear, ReLU
    >>> model = Sequential(Linear(4, 8), ReLU(), Linear(8, 2))
    >>> model
    Sequential(
      (0): Linear(in_features=4, out_features=8, bias=True)
      (1): ReLU()
      (2): Linear(in_features=8, out_features=2, bias=True)
    )
    >>> len(model), model[0].weight.shape, model[:2]
    (3, (4, 8), Sequential(
      (0): Linear(in_features=4, out_features=8, bias=True)
      (1): ReLU()
    ))
    """

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            self._modules = {str(n): self._need(m, repr(n)) for n, m in modules[0].items()}
        else:
            self._hold(modules)

    def forward(self, x: Any) -> Any:
        for module in self._modules.values():
            x = module(x)
        return x

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Sequential(dict(list(self._modules.items())[index]))
        return self._modules[self._key(index)]


class ModuleList(Row):
    """A list of modules; a plain list in an attribute does as well.

    Raises:
        TypeError: if something is not a Module.

    >>> from nn import Linear
    >>> ModuleList(Linear(4, 4) for _ in range(3))
    ModuleList(
      (0-2): 3 x Linear(in_features=4, out_features=4, bias=True)
    )
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self._hold(modules)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return ModuleList(list(self)[index])
        return self._modules[self._key(index)]

    def __add__(self, other: Iterable[Module]) -> "ModuleList":
        return ModuleList([*self, *other])

    def _shown(self) -> list[tuple[str, str]]:
        """Equal neighbours on one line, as torch has it."""
        shown = []
        for text, group in groupby(super()._shown(), key=lambda pair: pair[1]):
            names = [name for name, _ in group]
            several = len(names) > 1
            shown.append(
                (f"{names[0]}-{names[-1]}", f"{len(names)} x {text}") if several else (names[0], text)
            )
        return shown


class ModuleDict(Holder):
    """A dict of modules by name; a plain dict in an attribute does as well.

    Raises:
        TypeError: if something is not a Module, or a name is no text.

    >>> from nn import ReLU, Tanh
    >>> kinds = ModuleDict({"relu": ReLU(), "tanh": Tanh()})
    >>> float(kinds["relu"](-1.0)), list(kinds)
    (0.0, ['relu', 'tanh'])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self._modules = {}
        self.update(modules)

    def __getitem__(self, key: str) -> Module:
        if key not in self._modules:
            raise KeyError(f"ModuleDict: no module {key!r}; there are: {', '.join(self._modules) or 'none'}")
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        if not isinstance(key, str):
            raise TypeError(f"ModuleDict: a name is text, got {key!r}")
        self._modules[key] = self._need(module, repr(key))

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: object) -> bool:
        return key in self._modules

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """Pairs of name and module."""
        return self._modules.items()

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Take over modules by name; those that are here under a name of them are replaced."""
        for key, module in dict(modules).items():
            self[key] = module

    def pop(self, key: str) -> Module:
        """Take one out, and return it."""
        module = self[key]
        del self._modules[key]
        return module

    def clear(self) -> None:
        """Take all out."""
        self._modules.clear()


class Identity(Module):
    """x itself; any arguments are accepted, so that it can stand for any layer.

    >>> Identity(54, unused=True)(2.0)
    2.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        return x
