"""The strategy of random tensor programs."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_core.testing.properties.builder import Builder
from autograd_core.testing.properties.extras import hypothesis
from autograd_core.testing.properties.pool import Op, selected
from autograd_core.testing.properties.program import Program

BYTES = 8


def programs(
    ops: Iterable[Any] | None = None, depth: int | tuple[int, int] = (1, 50), *, scalar: bool = False
) -> Any:
    """A strategy of random tensor programs, `Program`s that run on arrays, Tensors and anything live.

    They broadcast, reduce, reshape, index, multiply matrices, choose, and use values more than once. Every
    function is called where it is smooth and tame: its operands are brought there by further steps (sums,
    products, squares), so differences are meaningful. A failing program shrinks to few steps; `smallest`
    cuts the rest away.

    Args:
        ops: what to call: names of the pool, functions or rows of one's own (given arrays whose shapes
            broadcast), or pairs (function, number of arrays). All of the pool if None.
        depth: the greatest number of steps, or the least and the greatest. A failing program cannot shrink
            below the least.
        scalar: whether the result is a single number. Without it any shape occurs.

    Raises:
        MissingExtraError: if hypothesis is not installed.
        ValueError: for an unknown name or a depth without a number in it.
        TypeError: for what is no op.

    >>> from hypothesis import find
    >>> p = find(programs(["tanh", "sum"], depth=9), lambda p: {"tanh", "sum"} <= set(p.ops))
    >>> p
    <program of 2: tanh sum; inputs (2,)>
    >>> print(p.source)
    import numpy as np
    import autograd_core as ac
    <BLANKLINE>
    x1 = np.array([0.1, -0.3])
    <BLANKLINE>
    <BLANKLINE>
    def program(x1):
        v1 = np.tanh(x1)
        v2 = np.sum(v1)
        return v2
    <BLANKLINE>
    <BLANKLINE>
    result = program(x1)
    <BLANKLINE>
    """
    st = hypothesis("strategies")
    chosen = selected(ops)
    low, high = (1, depth) if isinstance(depth, int) else depth
    if not 1 <= low <= high:
        raise ValueError(f"programs: depth is a number of steps or a pair (least, greatest), got {depth!r}")
    drawn = st.tuples(st.binary(min_size=BYTES, max_size=BYTES), st.sampled_from(chosen))
    short = st.lists(drawn, min_size=low, max_size=high)
    long = st.lists(drawn, min_size=(low + high + 1) // 2, max_size=high)

    def program(draw: Any) -> Program:
        return built(draw(st.one_of(short, long)), low, high, scalar)

    return st.composite(program)()


def built(drawn: Iterable[tuple[bytes, Op]], low: int, high: int, scalar: bool) -> Program:
    """The program of a list of drawn steps: any list makes a valid one, which is why it shrinks well."""
    builder = Builder()
    room = high - 1 if scalar and high > 1 else high
    for data, op in drawn:
        builder.attempt(op.draw, data, room)
    while builder.cost < low or not builder.size:
        ends = builder.open_ends()
        value = ends[-1] if ends else builder.leaf()
        builder.call(np.tanh, value)
    builder.join()
    (end,) = builder.open_ends()
    if scalar and builder[end].ndim:
        builder.call(np.sum, end)
    return builder.program()
