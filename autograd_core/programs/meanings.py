"""Rows said in other rows, where these have a form and the row itself has none or needs none."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_core.node import ancestors
from autograd_core.op import Row
from autograd_core.ops.arithmetic import multiply, subtract
from autograd_core.ops.contractions import correlate
from autograd_core.ops.indexing import HOLE, getitem, scatter
from autograd_core.ops.products import cross
from autograd_core.ops.reductions import sum
from autograd_core.ops.shapes import expand
from autograd_core.ops.table import TABLE
from autograd_core.programs.applying import FORMS, no_form
from autograd_core.symbols import Symbol
from autograd_core.symbols.symbol import symbolic


def _correlate(x: Any, y: Any, *, before: int, size: int) -> Any:
    """The sum of products of windows, which are read from x with zeros around it."""
    n, m = int(x.shape[-1]), int(y.shape[-1])
    low, high = max(0, -before), min(n, size + m - 1 - before)
    needed = size + m - 1
    if high <= low or not needed:
        inside, start = getitem(x, index=(slice(0, 0),)), 0
    else:
        inside, start = getitem(x, index=(slice(low, high),)), low + before
    stop = start + max(0, high - low)
    padded = scatter(inside, shape=(needed,), index=(slice(start, stop),))
    windows = getitem(padded, np.arange(size)[:, None] + np.arange(m), index=(HOLE,))
    return sum(multiply(windows, expand(y, axis=(-2,))), axis=(-1,), keepdims=False)


def _cross(x: Any, y: Any) -> Any:
    """xᵢ₊₁ yᵢ₊₂ − xᵢ₊₂ yᵢ₊₁, the indices taken around."""
    first, second = np.array([1, 2, 0]), np.array([2, 0, 1])
    index = (HOLE,)
    return subtract(
        multiply(getitem(x, first, index=index), getitem(y, second, index=index)),
        multiply(getitem(x, second, index=index), getitem(y, first, index=index)),
    )


MEANINGS = {correlate: _correlate, cross: _cross}


def is_written(row: Row) -> bool:
    """Whether a row has a form; a user's own row has none, also if it is called like one of the table."""
    return row.name in FORMS and TABLE.get(row.name) is row


def in_forms(roots: Iterable[Symbol]) -> dict[Symbol, Any]:
    """Expressions in rows that have a form, the others said by their meaning.

    Raises:
        NoFormError: for a row that has neither.
    """
    said: dict[Symbol, Any] = {}
    for node in ancestors(roots):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        row = node.op
        if row is None:
            said[node] = node
            continue
        operands = [said[x] if isinstance(x, Symbol) else x for x in node.operands]
        if is_written(row):
            same = all(a is b for a, b in zip(operands, node.operands, strict=True))
            said[node] = node if same else symbolic(row, operands, node.params)
            continue
        meaning: Any = MEANINGS.get(row, row.meaning)
        if meaning is None:
            raise no_form(row, TABLE.get(row.name) is row)
        z = meaning(*operands, **node.params)
        z = z[0] if row.residuals else z
        said[node] = in_forms([z])[z] if isinstance(z, Symbol) else z
    return said
