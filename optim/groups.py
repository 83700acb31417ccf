"""What may be given as `params`, and what it means: groups of leaves."""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd_core import Tensor

Group = dict[str, Any]


def collected(optimizer: str, params: Any) -> list[tuple[list[Tensor], Group]]:
    """Per group its leaves and its own settings."""
    if isinstance(params, Tensor):
        raise TypeError(f"{optimizer}: params is a list of Tensors, got one Tensor: write [W]")
    if hasattr(params, "parameters"):
        raise TypeError(f"{optimizer}: params is a list of Tensors, got a module: write model.parameters()")
    if not isinstance(params, Iterable):
        raise TypeError(f"{optimizer}: params is a list, dict or groups of Tensors, got {params!r}")
    items = list(params.values()) if isinstance(params, Mapping) else list(params)
    if items and all(isinstance(item, Mapping) for item in items):
        groups = [_group(optimizer, item) for item in items]
    else:
        groups = [(_leaves(optimizer, items), {})]
    every = [p for tensors, _ in groups for p in tensors]
    if not every:
        raise ValueError(f"{optimizer}: params is empty, there is nothing to train")
    if len({id(p) for p in every}) < len(every):
        twice = next(p for i, p in enumerate(every) if any(p is q for q in every[:i]))
        raise ValueError(f"{optimizer}: {_called(twice)} is given twice, it would be updated twice")
    if not any(p.requires_grad for p in every):
        raise ValueError(f"{optimizer}: none of the {len(every)} parameters requires a gradient")
    return groups


def _group(optimizer: str, item: Mapping[str, Any]) -> tuple[list[Tensor], Group]:
    if "params" not in item:
        raise TypeError(f'{optimizer}: a group is a dict with "params", got the keys {", ".join(item)}')
    inside = item["params"]
    if isinstance(inside, Tensor):
        inside = [inside]
    if not isinstance(inside, Iterable):
        raise TypeError(f'{optimizer}: "params" of a group is a list of Tensors, got {inside!r}')
    members = list(inside.values()) if isinstance(inside, Mapping) else list(inside)
    return _leaves(optimizer, members), {key: value for key, value in item.items() if key != "params"}


def _leaves(optimizer: str, items: list[Any]) -> list[Tensor]:
    leaves = []
    for i, item in enumerate(items):
        if isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str):
            item = item[1]  # (name, Tensor), as named_parameters() gives them
        if not isinstance(item, Tensor):
            raise TypeError(f"{optimizer}: number {i} of params is a {type(item).__name__}, not a Tensor")
        if not item.is_leaf:
            raise TypeError(
                f"{optimizer}: {_called(item)} is the result of an operation; only leaves can be trained"
            )
        if item.dtype.kind != "f":
            raise TypeError(
                f"{optimizer}: {_called(item)} holds {item.dtype}; only floating numbers can be trained"
            )
        leaves.append(item)
    return leaves


def _called(p: Tensor) -> str:
    return repr(p.name) if p.name else f"a Tensor of shape {p.shape}"
