"""Thumbnails of arrays: a strip of small cells, the darker the larger, as a table in a label.

A larger array is shown by the means of blocks; an array of more than two axes as the matrix of its last one.
"""

from typing import Any

import numpy as np

from autograd_core.graphs.drawing.theme import GRADIENT, OPERATION, PAPER

COLUMNS, ROWS = 18, 6
CELL = 6

NEGATIVE = "#7A5C99"
"""Numbers below zero; those above are as dark as an operation."""

_BAD = "#15202E"


def thumbnail(array: Any, *, is_gradient: bool = False) -> str:
    """The array as a table of coloured cells.

    Gradients are vermilion, whatever their sign; NaN and ∞ are black.

    >>> thumbnail(np.array([0.0, 2.0])).count("<TD")
    2
    """
    cells = reduced(np.asarray(array, dtype=float))
    with np.errstate(invalid="ignore"):
        largest = np.abs(cells[np.isfinite(cells)]).max(initial=0.0)
    size = f'WIDTH="{CELL}" HEIGHT="{CELL}" FIXEDSIZE="TRUE"'
    rows = "".join(
        "<TR>"
        + "".join(f'<TD BGCOLOR="{_shade(x, largest, is_gradient)}" {size}></TD>' for x in row)
        + "</TR>"
        for row in cells
    )
    # of a fixed size, or it would be stretched to the width of its card
    height, width = (1 + n * (CELL + 1) for n in cells.shape)
    fixed = f'ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="0" {fixed}>{rows}</TABLE>'


def reduced(array: Any) -> Any:
    """At most 6 × 18 numbers: a matrix of the means of blocks.

    >>> reduced(np.arange(36.0)).shape, reduced(np.ones((2, 3, 40))).shape
    ((1, 18), (6, 18))
    """
    width = array.shape[-1] if array.ndim else 1
    matrix = array.reshape(array.size // width if width else 0, width)
    for axis, most in ((0, ROWS), (1, COLUMNS)):
        if matrix.shape[axis] > most:
            parts = np.array_split(matrix, most, axis)
            matrix = np.concatenate([p.mean(axis, keepdims=True) for p in parts], axis)
    return matrix


def _shade(x: float, largest: float, is_gradient: bool) -> str:
    if not np.isfinite(x):
        return _BAD
    share = abs(x) / largest if largest else 0.0
    dark = GRADIENT if is_gradient else OPERATION if x >= 0 else NEGATIVE
    # a first step away from paper, so that the cells of zeros are to be seen
    return _mixed(0.08 + 0.92 * share, dark)


def _mixed(share: float, dark: str) -> str:
    """A colour between paper and another."""
    pairs = ((int(PAPER[i : i + 2], 16), int(dark[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in pairs)
