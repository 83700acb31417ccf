"""A program with the same meaning, of fewer and simpler operations.

Only what is exact is rewritten: the numbers are those of the rows, infinities and NaN included. Operations
on a repeated array are done before it is repeated, so that constants stay single numbers.
"""

from typing import Any

from autograd_core.compiling.planning.algebra import ALGEBRA
from autograd_core.compiling.planning.making import Maker, folded, ufunc_of
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
    maker = Maker(AFTER)
    new: dict[Any, Any] = {}
    roots = [*program.effects, *program.writes.values(), *program.results]
    symbols = [x for x in roots if isinstance(x, Symbol)]
    for node in ancestors(symbols):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        z = new[node] = node if node.op is None else _renewed(maker, node, new)
        if node.label and isinstance(z, Symbol) and z.op is not None:
            z.label = node.label

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
    if not any(isinstance(x, Symbol) for x in operands) and node.op is not broadcasting.broadcast_to:
        known = folded(node.op, operands, node.params, node.shape, node.dtype)
        if known is not None:
            return known
    rule = RULES.get(node.op)
    if rule is not None:
        z = rule(maker, node, operands)
        if z is not None:
            return z
    if not node.op.elementwise and ufunc_of(node.op) is None and node.op not in SINGLE:
        return maker.make(node.op, operands, node.params, node.shape, node.dtype)
    return maker.apply(node.op, *operands, dtype=node.dtype, params=node.params)
