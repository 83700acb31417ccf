"""What may be given as `params`, and what it means: groups of leaves."""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd_core import Tensor

Group = dict[str, Any]


def collected(optimizer: str, params: Any) -> list[Mapping[str, Any]]:
    """The groups: what was given, if it is a list of groups, or one of everything."""
    if isinstance(params, Tensor):
        raise TypeError(f"{optimizer}: params is a list of Tensors, got one Tensor: write [W]")
    if hasattr(params, "parameters"):
        raise TypeError(f"{optimizer}: params is a list of Tensors, got a module: write model.parameters()")
    items = members(optimizer, "params", params)
    return items if items and all(isinstance(item, Mapping) for item in items) else [{"params": items}]


def divided(optimizer: str, group: Any, held: list[Tensor]) -> tuple[list[Tensor], Group]:
    """The leaves of a group and its own settings; `held` are the leaves of the groups before it."""
    if not isinstance(group, Mapping) or "params" not in group:
        found = f"the keys {', '.join(map(str, group))}" if isinstance(group, Mapping) else repr(group)
        raise TypeError(f'{optimizer}: a group is a dict with "params", got {found}')
    inside = group["params"]
    every = [inside] if isinstance(inside, Tensor) else members(optimizer, '"params" of a group', inside)
    leaves = [_leaf(optimizer, i, item) for i, item in enumerate(every)]
    seen = {id(p) for p in held}
    for p in leaves:
        if id(p) in seen:
            raise ValueError(f"{optimizer}: {called(p)} is given twice, it would be updated twice")
        seen.add(id(p))
    return leaves, {key: value for key, value in group.items() if key != "params"}


def members(asker: str, what: str, given: Any) -> list[Any]:
    """What is in a list, dict or iterator; of (name, Tensor) pairs, as named_parameters() gives them, the
    Tensors."""
    if isinstance(given, set | frozenset):
        raise TypeError(f"{asker}: {what} is a set, whose order is not always the same: give a list")
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise TypeError(f"{asker}: {what} is a list, dict or groups of Tensors, got {given!r}")
    items = given.values() if isinstance(given, Mapping) else given
    return [item[1] if _is_pair(item) else item for item in items]


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str)


def _leaf(optimizer: str, i: int, item: Any) -> Tensor:
    if not isinstance(item, Tensor):
        raise TypeError(f"{optimizer}: number {i} of params is no Tensor of autograd_core, got {type(item)}")
    if not item.is_leaf:
        raise TypeError(
            f"{optimizer}: {called(item)} is the result of an operation; only leaves can be trained"
        )
    if item.dtype.kind != "f":
        raise TypeError(
            f"{optimizer}: {called(item)} holds {item.dtype}; only floating numbers can be trained"
        )
    return item


def called(p: Tensor) -> str:
    """How a message calls a parameter."""
    return repr(p.name) if p.name else f"a Tensor of shape {p.shape}"
