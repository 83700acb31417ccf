"""Where a hand-written layer keeps its parameters and gradients: attributes, or params and grads together.

A parameter has a place: the path of the layer that has it, "" for the layer itself, and a name, `W` for an
attribute or `params['W1']` for an entry.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Slot = tuple[str, str]

PREFIXES, SUFFIXES = ("d", "grad_", "d_"), ("_grad",)
"""How the gradient of an attribute may be called."""


def owners(layer: Any) -> dict[str, Any]:
    """The layer and the layers inside of it, by their paths."""
    found: dict[str, Any] = {}
    seen: set[int] = set()

    def walk(thing: Any, path: str) -> None:
        if id(thing) in seen:
            return
        seen.add(id(thing))
        if isinstance(thing, list | tuple):
            for i, part in enumerate(thing):
                walk(part, f"{path}[{i}]")
        elif isinstance(thing, dict):
            for key, part in thing.items():
                walk(part, f"{path}[{key!r}]")
        elif hasattr(thing, "backward") and hasattr(thing, "__dict__") and not isinstance(thing, type):
            found[path] = thing
            for name, part in vars(thing).items():
                if not isinstance(part, np.ndarray):
                    walk(part, f"{path}.{name}" if path else name)

    walk(layer, "")
    return found


def dotted(path: str, name: str) -> str:
    """The name of an attribute of the layer at a path."""
    return f"{path}.{name}" if path else name


def entries(owner: Any) -> Iterator[tuple[str, Any, Any]]:
    """What a layer keeps in params: name, key, value."""
    params = getattr(owner, "params", None)
    pairs = (
        params.items() if isinstance(params, dict) else enumerate(params) if isinstance(params, list) else ()
    )
    for key, value in pairs:
        yield f"params[{key!r}]", key, value


def held(layer: Any, slot: Slot) -> Any:
    """What is in a place, or None."""
    owner = owners(layer)[slot[0]]
    found = {name: value for name, _, value in entries(owner)}
    return found[slot[1]] if slot[1] in found else getattr(owner, slot[1], None)


def put(layer: Any, slot: Slot, value: Any) -> None:
    """Set a parameter, also where the layers around it hold the same array in a dict or list."""
    found = owners(layer)
    old = held(layer, slot)
    if hasattr(found[slot[0]], slot[1]):
        setattr(found[slot[0]], slot[1], value)
    for owner in found.values():
        for kept in vars(owner).values():
            if isinstance(kept, dict):
                kept.update({k: value for k, v in kept.items() if v is old})
            elif isinstance(kept, list):
                kept[:] = [value if v is old else v for v in kept]


def gradient_names(name: str) -> list[str]:
    """The attributes in which the gradient of a parameter may be found."""
    return [*(prefix + name for prefix in PREFIXES), *(name + suffix for suffix in SUFFIXES)]


def gradient_called(name: str) -> str:
    """How the gradient of a parameter is called in reports."""
    return name.replace("params[", "grads[") if name.startswith("params[") else f"d{name}"


def gradient_of(layer: Any, slot: Slot) -> Any:
    """The gradient that backward left for a parameter: an array, or None."""
    owner = owners(layer)[slot[0]]
    key: Any = next((key for name, key, _ in entries(owner) if name == slot[1]), slot[1])
    for attribute in gradient_names(str(key)):
        if getattr(owner, attribute, None) is not None:
            return getattr(owner, attribute)
    grads = getattr(owner, "grads", None)
    if isinstance(grads, dict):
        return grads.get(key)
    return grads[key] if isinstance(grads, list) and isinstance(key, int) and key < len(grads) else None


def arrays(layer: Any) -> dict[Slot, Array]:
    """Floating arrays that may be parameters, each once, gradients left out; numbers that have a gradient."""
    found: dict[Slot, Array] = {}
    seen: set[int] = set()
    for path, owner in owners(layer).items():
        gradients = {g for name in vars(owner) for g in gradient_names(name)}
        for name, value in vars(owner).items():
            single = isinstance(value, float) and any(hasattr(owner, g) for g in gradient_names(name))
            floating = single or (isinstance(value, np.ndarray) and value.dtype.kind == "f")
            if floating and name not in gradients:
                found[path, name] = np.asarray(value)
                seen.add(id(value))
    for path, owner in owners(layer).items():
        for name, _, value in entries(owner):
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and id(value) not in seen:
                found[path, name] = value
                seen.add(id(value))
    return found
