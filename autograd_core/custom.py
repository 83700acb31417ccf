"""Rows of one's own, in the words of the built-in table.

>>> cube = elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")
>>> from autograd_core import Tensor
>>> x = Tensor(2.0, requires_grad=True)
>>> cube(x).backward()
>>> x.grad
Tensor(12.0)
"""

from collections.abc import Callable
from typing import Any

from autograd_core import op
from autograd_core.op import Row, Rule
from autograd_core.ops import TABLE

Forward = Callable[..., Any]


def _free(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"a row is named by an identifier, got {name!r}")
    if name in TABLE:
        raise ValueError(f"{name!r} is a row of the library; choose another name")
    return name


def elementwise(
    name: str, forward: Forward, *rules: Rule | None, keeps: str = "", meaning: Rule | None = None
) -> Row:
    """A map of single numbers, broadcast, with one rule `lambda g, z, x, y: ...` per argument.

    Args:
        name: an identifier that no built-in row has.
        forward: the function on plain arrays.
        rules: per argument the gradient, linear in g, written in operators and functions of this library;
            None where no gradient flows. Forward mode, higher orders and printed formulas are read from them.
        keeps: the letters that the rules read, of z and the arguments; all else is dropped after the call.
        meaning: the same function written in operators and functions of this library.

    Raises:
        ValueError: if the name is taken, or `keeps` names a letter that the rules do not have.
    """
    return op.elementwise(_free(name), forward, *rules, keeps=keeps, meaning=meaning)


def linear(
    name: str,
    forward: Forward,
    rule: Rule,
    *,
    keeps: str = "",
    meaning: Rule | None = None,
    stacks: bool = False,
) -> Row:
    """A linear map of its first argument.

    `stacks` says that forward and rule carry extra leading axes (they count axes from the end); without it
    Jacobians sweep once per number.
    """
    return op.linear(_free(name), forward, rule, keeps=keeps, meaning=meaning, stacks=stacks)


def multilinear(
    name: str,
    forward: Forward,
    *rules: Rule | None,
    keeps: str = "",
    meaning: Rule | None = None,
    stacks: bool = False,
) -> Row:
    """A map that is linear in each argument alone, with one rule per argument. `stacks`: see `linear`."""
    return op.multilinear(_free(name), forward, *rules, keeps=keeps, meaning=meaning, stacks=stacks)


def general(
    name: str,
    forward: Forward,
    *rules: Rule | None,
    keeps: str = "",
    meaning: Rule | None = None,
    stacks: bool = False,
) -> Row:
    """Any map, with one rule per argument. `stacks`: see `linear`."""
    return op.general(_free(name), forward, *rules, keeps=keeps, meaning=meaning, stacks=stacks)


def fused(
    name: str,
    kernel: Forward,
    *rules: Rule | None,
    residuals: tuple[str, ...] = (),
    keeps: str = "",
    meaning: Rule,
    stacks: bool = False,
) -> Row:
    """Several operations in one kernel, for speed.

    Args:
        kernel: on plain arrays; returns z, or with residuals the pair z, {residual: array}.
        rules: `lambda g, z, x, w, *, n, s: ...`; residuals arrive by keyword, like parameters.
        residuals: the names of what the kernel computes besides z.
        keeps: every letter that the rules or the meaning read.
        meaning: the same in operators and functions of this library, with the same returns; higher orders,
            forward mode and printed formulas use it.
        stacks: see `linear`.
    """
    return op.fused(
        _free(name), kernel, *rules, residuals=residuals, keeps=keeps, meaning=meaning, stacks=stacks
    )
