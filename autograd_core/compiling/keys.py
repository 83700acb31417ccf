"""What a program is made for: the shapes, dtypes and settings of a call."""

from typing import Any

import numpy as np

from autograd_core.state import current
from autograd_core.tensor import Tensor


def key_of(structure: Any, flat: list[Any]) -> tuple[Any, ...]:
    """A key under which calls find the same program."""
    return (structure, current().recording, *map(_key, flat))


def _key(x: Any) -> Any:
    kind = x.__class__
    if kind is np.ndarray:
        return x.shape, x.dtype
    if isinstance(x, Tensor):
        return kind, x._array.shape, x._array.dtype, x.node is not None, x.name
    if kind is float:
        return kind
    if isinstance(x, np.generic | np.ndarray):
        return kind, x.shape, x.dtype
    if isinstance(x, int | str | bytes | bool | None):
        return kind, x
    return kind, id(x)


def structure_of(tree: Any) -> Any:
    """The nest without its values, as something that can be compared."""
    if isinstance(tree, dict):
        return dict, tuple((key, structure_of(value)) for key, value in tree.items())
    if isinstance(tree, list | tuple):
        return type(tree), tuple(structure_of(value) for value in tree)
    return None
