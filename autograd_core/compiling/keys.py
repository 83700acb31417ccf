"""What a program is made for: the shapes, dtypes and settings of a call."""

from typing import Any

import numpy as np

from autograd_core.tensor import Tensor

PLAIN = frozenset({float, int, bool, str, type(None), np.ndarray, Tensor})
"""Classes of arguments that hold no others; of all else it is looked for."""


def kind_of(x: Any) -> Any:
    """What a program depends on of an argument: shape, dtype, whether it requires a gradient; of a setting
    its value."""
    kind = x.__class__
    if kind is float:
        return kind
    if kind is np.ndarray:
        return x.shape, x.dtype
    if isinstance(x, Tensor):
        return kind, x.shape, x.dtype, x.node is not None, x.name, getattr(x, "_grad", None) is not None
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
