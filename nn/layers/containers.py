"""Modules made of modules."""

from collections.abc import Iterator
from typing import Any

from nn.module import Module


class Sequential(Module):
    """Modules one after the other: the output of each is the input of the next.

    Raises:
        TypeError: if something is not a Module.

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

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(f"Sequential: number {i} is a {type(module).__name__}, not a Module")
        self._modules = list(modules)

    def members(self) -> Iterator[tuple[str, Any]]:
        yield from ((str(i), module) for i, module in enumerate(self._modules))
        # what a subclass has beside the sequence
        yield from (pair for pair in super().members() if not pair[0].startswith("_modules."))

    def _name_of(self, module: Module) -> str:
        for i, mine in enumerate(self._modules):
            if mine is module:
                return str(i)
        return super()._name_of(module)

    def forward(self, x: Any) -> Any:
        for module in self._modules:
            x = module(x)
        return x

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Sequential(*self._modules[index])
        try:
            return self._modules[index]
        except IndexError:
            raise IndexError(f"Sequential: no module {index}, there are {len(self)}") from None
