"""Where in a flat array the number stands that a loop needs, as an expression of the loop variables.

Reshape, transpose, broadcasting, slices and the rest are one thing here: an array of positions. Positions
that are evenly spaced along every axis are written as arithmetic (`i%3*4+(i/3|0)`), others as a table.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np


class Loop(NamedTuple):
    """A loop variable, and the axes that it counts in C order."""

    variable: str
    shape: tuple[int, ...]


def place(positions: Any, loops: Sequence[Loop], table: Callable[[Any], str]) -> str:
    """The position at each turn of the loops.

    Args:
        positions: integers; their axes are those of the loops, one after the other.
        loops: from the outermost one.
        table: writes an array down, and gives its name.

    >>> place(np.arange(12).reshape(3, 4).T, [Loop("i", (4, 3))], str)
    '(i/3|0)+i%3*4'
    """
    if not positions.size:
        return "0"
    start = int(positions.flat[0])
    steps = _steps(positions, start)
    if steps is None:
        return f"{table(positions)}[{_count(loops)}]"
    terms = []
    for loop in loops:
        here, steps = steps[: len(loop.shape)], steps[len(loop.shape) :]
        terms += _terms(loop, here)
    if start or not terms:
        terms.append((1, str(start)) if start > 0 or not terms else (-1, str(-start)))
    terms.sort(key=lambda term: term[0] < 0)  # a minus in front costs a character
    text = "".join(("+" if sign > 0 else "-") + term for sign, term in terms)
    return text.removeprefix("+")


def _steps(positions: Any, start: int) -> list[int] | None:
    """How far apart the positions are along each axis, if they are so everywhere."""
    steps = []
    whole = np.array(start)
    for axis, n in enumerate(positions.shape):
        second = tuple(int(k == axis) for k in range(positions.ndim))
        step = int(positions[second]) - start if n > 1 else 0
        steps.append(step)
        whole = whole + np.arange(n).reshape((-1,) + (1,) * (positions.ndim - axis - 1)) * step
    return steps if np.array_equal(whole, positions) else None


def _terms(loop: Loop, steps: Sequence[int]) -> list[tuple[int, str]]:
    """The parts of a position that one loop variable brings, each with its sign."""
    axes: list[tuple[int, int]] = []  # length and step, neighbours joined where one step leads on to the next
    for n, step in zip(loop.shape, steps, strict=True):
        if n == 1:
            continue
        if axes and axes[-1][1] == step * n:
            axes[-1] = (axes[-1][0] * n, step)
        else:
            axes.append((n, step))
    terms = []
    for k, (n, step) in enumerate(axes):
        if not step:
            continue
        inner = prod(length for length, _ in axes[k + 1 :])
        text = loop.variable if inner == 1 else f"({loop.variable}/{inner}|0)"
        text += f"%{n}" if k else ""
        terms.append((1 if step > 0 else -1, text if abs(step) == 1 else f"{text}*{abs(step)}"))
    return terms


def _count(loops: Sequence[Loop]) -> str:
    """The number of the turn, counted over all loops."""
    first, *rest = [loop for loop in loops if prod(loop.shape) != 1] or [Loop("0", ())]
    text = first.variable
    for loop in rest:
        text = f"({text})" if "+" in text else text
        text = f"{text}*{prod(loop.shape)}+{loop.variable}"
    return text
