"""Taking numbers out of arrays: indices, diagonals, triangles, choices, with NumPy's signatures."""

from typing import Any

from autograd_core.functions.words import whole_index
from autograd_core.ops import indexing

__all__: list[str] = []


def take_index(x: Any, index: Any) -> Any:
    """x[index] for every index that NumPy knows, except a single Boolean."""
    whole, arrays = whole_index(index, x.shape)
    return indexing.getitem(x, *arrays, index=whole)
