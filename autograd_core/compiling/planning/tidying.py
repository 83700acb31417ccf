"""A program with the same meaning, of fewer and simpler operations.

Only what is exact is rewritten: the numbers are those of the rows, infinities and NaN included. Operations
on a repeated array are done before it is repeated, so that constants stay single numbers.
"""

from typing import Any

import numpy as np

from autograd_core.compiling.planning.algebra import ALGEBRA
from autograd_core.compiling.planning.making import Maker, shape_of, single, ufunc_of
from autograd_core.compiling.planning.meanings import MEANINGS
from autograd_core.compiling.planning.moving import MOVING
from autograd_core.compiling.program import Program, effect_row
from autograd_core.node import ancestors
from autograd_core.ops import broadcasting, choices
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol

RULES = {TABLE[name]: rule for table in (MOVING, MEANINGS) for name, rule in table.items()}
AFTER = {TABLE[name]: rule for name, rule in ALGEBRA.items()}
SINGLE = {choices.wins, choices.loses}


def tidied(program: Program) -> Program:
    """The same program, simpler. Arguments, state and the order of effects stay."""
    maker = Maker()
    new: dict[Any, Any] = {}
    roots = [*program.effects, *program.writes.values(), *program.results]
    symbols = [x for x in roots if isinstance(x, Symbol)]
    for node in ancestors(symbols):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        new[node] = node if node.op is None else _renewed(maker, node, new)

    def found(x: Any) -> Any:
        return new[x] if isinstance(x, Symbol) else x

    return program._replace(
        effects=tuple(found(x) for x in program.effects),
        writes={state: found(x) for state, x in program.writes.items()},
        results=tuple(found(x) for x in program.results),
    )


def _renewed(maker: Maker, node: Symbol, new: dict[Any, Any]) -> Any:
    operands = tuple(new[x] if isinstance(x, Symbol) else x for x in node.operands)
    assert node.op is not None  # inputs stay themselves
    if node.op is effect_row:
        return Symbol(effect_row, operands, node.params, node.value)
    if node.weak:
        return maker.make(node.op, operands, node.params, node.shape, node.dtype)
    rule = RULES.get(node.op)
    if rule is not None:
        z = rule(maker, node, operands)
        if z is not None:
            return z
    if not node.op.elementwise and ufunc_of(node.op) is None and node.op not in SINGLE:
        return maker.make(node.op, operands, node.params, node.shape, node.dtype)
    return applied(maker, node, operands)


def applied(maker: Maker, node: Symbol, operands: tuple[Any, ...]) -> Any:
    """An elementwise operation, done before its operands are repeated."""
    assert node.op is not None  # the caller has looked
    inner = tuple(_unspread(single(x)) for x in operands)
    if not any(isinstance(x, Symbol) for x in inner) and not any(shape_of(x) for x in inner):
        known = _folded(node, inner)
        if known is not None:
            return maker.broadcast(known, node.shape)
    shape = np.broadcast_shapes(*(shape_of(x) for x in inner))
    z = maker.make(node.op, inner, node.params, shape, node.dtype)
    rule = AFTER.get(node.op)
    if rule is not None:
        z = rule(maker, z, z.operands)
    return maker.broadcast(z, node.shape)


def _folded(node: Symbol, numbers: tuple[Any, ...]) -> Any:
    """An operation on single constants, done now; None if that would be another number."""
    assert node.op is not None  # the caller has looked
    with np.errstate(all="ignore"):
        found = np.asarray(node.op.forward(*numbers, **node.params))
    return found if found.dtype == node.dtype and found.shape == () else None


def _unspread(x: Any) -> Any:
    return x.operands[0] if isinstance(x, Symbol) and x.op is broadcasting.broadcast_to else x
