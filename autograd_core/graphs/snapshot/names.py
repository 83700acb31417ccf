"""How values are called: by their own names, a mapping, a model's attributes, the caller's variables.

Names belong to the snapshot and are never written into the Tensors.
"""

from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

import numpy as np

from autograd_core.callers import caller
from autograd_core.graphs.snapshot.records import Module
from autograd_core.node import Node
from autograd_core.tensor import Tensor


class Names:
    """Looked up once per graph; the first entry for a value wins."""

    def __init__(self) -> None:
        self.given: dict[Node, str] = {}  # by the text of a formula; they win over those of the Tensors
        self.of_node: dict[Node, str] = {}
        self.of_array: dict[int, str] = {}
        self.modules: dict[str, Module] = {}
        self._alive: list[Any] = []  # so that the addresses in of_array stay taken

    def add(self, name: str, value: Any) -> None:
        """Let this be the name of this Tensor or array, if it has none yet."""
        if isinstance(value, Tensor):
            node = value.node or value._leaf
            if node is not None:
                self.of_node.setdefault(node, name)
        elif isinstance(value, np.ndarray):
            self.of_array.setdefault(id(value), name)
            self._alive.append(value)

    def add_variables(self, variables: Iterable[tuple[str, Any]]) -> None:
        """Take over variables; those with a leading underscore are private."""
        for name, value in variables:
            if not name.startswith("_"):
                self.add(name, value)

    def add_model(self, model: Any) -> None:
        """Call parameters and buffers by their path in the model, and learn about its modules."""
        for path, parameter in model.named_parameters():
            self.add(path, parameter)
        for path, buffer in getattr(model, "named_buffers", list)():
            self.add(path, buffer)
        for path, module in model.named_modules():
            if path and path not in self.modules:
                self.modules[path] = _described(path, module)


def _described(path: str, module: Any) -> Module:
    count = sum(p.size for _, p in module.named_parameters() if isinstance(p, Tensor))
    return Module(path, title(module), count)


def is_model(x: Any) -> bool:
    """Whether x offers what a picture wants to know of a model."""
    return all(callable(getattr(type(x), method, None)) for method in ("named_modules", "named_parameters"))


def find(names: Any, leaves: set[Node], model: Any = None) -> Names:
    """The names that `names=` asks for.

    Args:
        names: "auto" for the caller's variables, a mapping from names to Tensors or arrays, or None.
        leaves: the leaves of the graph; of the models among the variables, the one they belong to is used.
        model: the model that was drawn, if any.
    """
    found = Names()
    if model is not None:
        found.add_model(model)
        found.modules[""] = _described("", model)
    if names is None:
        return found
    if isinstance(names, Mapping):
        for name in names:
            if not isinstance(name, str):
                raise TypeError(f"names: a mapping from strings to Tensors is needed, got the key {name!r}")
        found.add_variables(names.items())
        variables = list(names.items())
    elif names == "auto":
        variables = list(_variables(caller()))
    else:
        raise TypeError(f'names is "auto", a mapping such as locals(), or None, got {names!r}')
    for name, value in variables:
        if not name.startswith("_") and value is not model and is_model(value):
            parameters = {p.node or p._leaf for _, p in value.named_parameters() if isinstance(p, Tensor)}
            if parameters & leaves:
                found.add_model(value)
    found.add_variables(variables)
    return found


def _variables(frame: FrameType | None) -> Iterable[tuple[str, Any]]:
    if frame is None:
        return
    scopes = [frame.f_locals] if frame.f_globals is frame.f_locals else [frame.f_locals, frame.f_globals]
    for variables in scopes:
        # what is no identifier was put there by a tool, such as pytest
        yield from [(name, value) for name, value in list(variables.items()) if name.isidentifier()]


def title(module: Any) -> str:
    """The class of a module and its settings, short, as the module itself says: Linear(4 → 8)."""
    said = getattr(module, "title", None)
    text = said() if callable(said) else None
    return text if isinstance(text, str) else type(module).__name__
