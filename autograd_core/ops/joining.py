"""Joining arrays along an axis: linear in all arguments at once, so one rule gives all contributions."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from autograd_core.op import linear
from autograd_core.ops.indexing import getitem


def pick(axis: int, what: Any) -> tuple[Any, ...]:
    """The index that takes `what` along an axis counted from the end."""
    return (what,) + (slice(None),) * (-axis - 1)


def split(g: Any, sizes: Sequence[int], axis: int) -> list[Any]:
    """The pieces of g along an axis, as concatenate joined them."""
    ends = accumulate(sizes, initial=0)
    return [getitem(g, index=pick(axis, slice(i, j))) for i, j in pairwise(ends)]


concatenate = linear(
    "concatenate",
    lambda *xs, axis: np.concatenate(xs, axis=axis),
    joint=lambda g, z, *xs, axis: split(g, [x.shape[axis] for x in xs], axis),
)
stack = linear(
    "stack",
    lambda *xs, axis: np.stack(xs, axis=axis),
    joint=lambda g, z, *xs, axis: [getitem(g, index=pick(axis, i)) for i in range(len(xs))],
)
