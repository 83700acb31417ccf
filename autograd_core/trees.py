"""Arguments of transforms: numbers, arrays and Tensors, and lists, tuples and dicts of them, mirrored
exactly."""

from collections import Counter
from collections.abc import Iterator
from sys import getrefcount
from typing import Any

import numpy as np

from autograd_core.op import LIVE
from autograd_core.ops.arithmetic import alias
from autograd_core.ops.broadcasting import HELD_ONCE
from autograd_core.state import current
from autograd_core.tensor import Tensor, record


def flatten(tree: Any) -> Iterator[Any]:
    """The numbers, arrays and Tensors of a nest, in order."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from flatten(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from flatten(value)
    else:
        yield tree


def matched(tree: Any, other: Any, what: str) -> Iterator[Any]:
    """The values of another nest of the same structure, in the order of the first; dicts go by key.

    Raises:
        ValueError: if the structures differ.
    """
    if isinstance(tree, dict):
        if not isinstance(other, dict) or tree.keys() != other.keys():
            keys = str(list(other)) if isinstance(other, dict) else f"a {type(other).__name__}"
            raise ValueError(f"{what}: a dict with the keys {list(tree)} is needed, got {keys}")
        for key, value in tree.items():
            yield from matched(value, other[key], what)
    elif isinstance(tree, (list, tuple)):
        if not isinstance(other, (list, tuple)) or len(tree) != len(other):
            values = str(len(other)) if isinstance(other, (list, tuple)) else f"a {type(other).__name__}"
            raise ValueError(f"{what}: {len(tree)} values are needed, got {values}")
        for value, its in zip(tree, other, strict=True):
            yield from matched(value, its, what)
    else:
        yield other


def rebuild(tree: Any, values: Iterator[Any]) -> Any:
    """The same nest with other values."""
    if isinstance(tree, dict):
        return {key: rebuild(value, values) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        parts = [rebuild(value, values) for value in tree]
        if isinstance(tree, list):
            return parts
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return next(values)


def variable_of(x: Any, place: str) -> Tensor:
    """A Tensor that stands for an argument: a fresh leaf, or, of a Tensor, the same values under a new
    node."""
    if isinstance(x, Tensor):
        if x.plain:
            return Tensor(x.astype(x.dtype), requires_grad=True)
        if x.node is not None and current().recording:
            return record(alias, (x,))
        if x.dtype.kind != "f":
            raise TypeError(
                f"{place}: only floating numbers can be differentiated, got a Tensor of dtype {x.dtype}: "
                "write x.astype(float)"
            )
        leaf = x.detach()
        if x.name:
            leaf.name = x.name
        leaf.requires_grad = True
        return leaf
    if isinstance(x, bool):
        raise TypeError(f"{place}: a Boolean cannot be differentiated")
    if isinstance(x, int):
        x = float(x)
    array = np.asarray(x)
    if array.dtype.kind != "f":
        raise TypeError(
            f"{place}: only floating numbers can be differentiated, got {type(x).__name__} "
            f"of dtype {array.dtype}: write 2. instead of 2, or x.astype(float)"
        )
    return Tensor(array, requires_grad=True)


def apart(values: list[Any]) -> list[Any]:
    """The values, and for a Tensor that is there twice two others: what is asked of one is not asked of the
    other."""
    times = Counter(map(id, values))
    return [record(alias, (x,)) if times[id(x)] > 1 and isinstance(x, Tensor) else x for x in values]


def is_tensor(x: Any) -> bool:
    """Whether a value is a Tensor to whoever passed it."""
    return isinstance(x, Tensor) and not x.plain


def like(g: Any, x: Any) -> Any:
    """A gradient in the type of its argument: Tensor, array, NumPy scalar or float."""
    if isinstance(x, Tensor):
        if x.plain:
            return x.made_like(g)  # type: ignore[attr-defined] # what is plain has it
        g = g if isinstance(g, Tensor) else Tensor(g)
        return g if g.dtype == x.dtype else g.astype(x.dtype)
    tracer = current().tracer
    if tracer is not None and g.__class__ in LIVE:
        return tracer.like(g, x)
    # what nobody else holds need not be copied
    own = g.__class__ is np.ndarray and getrefcount(g) == HELD_ONCE and g.base is None and g.flags.writeable
    array = g._array if isinstance(g, Tensor) else np.asarray(g)
    if isinstance(x, np.ndarray):
        return np.array(array, dtype=x.dtype, copy=None if own else True)
    if isinstance(x, np.generic):
        return x.dtype.type(array)
    return float(array)
