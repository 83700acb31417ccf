"""The derivative of a program as a second program, and the row under which both take part in a graph."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from autograd_core.compiling.evaluating import depending, evaluated
from autograd_core.compiling.program import Program, effect_row
from autograd_core.node import Node, ancestors
from autograd_core.op import Row
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol


class Derivative(NamedTuple):
    """The gradients of one result of a traced function.

    program     from the gradient of the result and `saved` to the gradients of the inputs that have one
    saved       Symbols of the forward pass whose values the program reads
    seed        the Symbol of the gradient of the result
    gradients   per input of the function its gradient as an expression in inputs and seed, or None where none
                arrives
    """

    program: Program
    saved: tuple[Symbol, ...]
    seed: Symbol
    gradients: tuple[Any, ...]


def derivative(result: Any, inputs: Sequence[Symbol], nodes: Sequence[Node | None]) -> Derivative:
    """The derivative of a Tensor of a trace by the inputs, whose nodes are given where they have any."""
    seed = Symbol.input("g", result.shape, result.dtype)
    wanted = {node for node in nodes if node is not None}
    found = pull({result.node: seed}, wanted=wanted, until=frozenset(wanted))
    gradients = tuple(
        _gradient(found[node], symbol) if node in found else None
        for node, symbol in zip(nodes, inputs, strict=True)
    )
    roots = [g for g in gradients if g is not None]
    moving = depending(roots, [seed])
    read = _read_by(roots, moving)
    saved = dict.fromkeys(x for x in read if isinstance(x, Symbol) and x not in moving)
    values = {s: Symbol.input(s.label or f"s{k}", s.shape, s.dtype) for k, s in enumerate(saved)}
    for s, new in values.items():
        new.weak = s.weak
    backward = evaluated(roots, {seed: seed, **values})
    program = Program((seed, *values.values()), {}, (), {}, tuple(backward))
    return Derivative(program, tuple(saved), seed, gradients)


def _gradient(g: Any, x: Symbol) -> Any:
    if not isinstance(g, Symbol):
        return np.broadcast_to(np.asarray(g, x.dtype), x.shape)
    return g if g.dtype == x.dtype else g.astype(x.dtype)


def _read_by(roots: Sequence[Any], moving: set[Any]) -> list[Any]:
    """What the moving expressions read, and roots that do not move."""
    found: list[Any] = [r for r in roots if r not in moving]
    for node in ancestors([r for r in roots if isinstance(r, Symbol)]):
        if node in moving and isinstance(node, Symbol):
            found += node.operands
    return found


def row_of(name: str, value: Symbol, inputs: Sequence[Symbol], made: Derivative, run: Any) -> Row:
    """The row of one result. Its rule runs the program where arrays are asked of it; on everything else,
    Tensors, Symbols, tangents, the expressions are evaluated, so that they can be differentiated again."""
    inputs = tuple(inputs)
    draws = [s for s in ancestors([value]) if isinstance(s, Symbol) and s.op is effect_row]

    def given(arrays: Any, drawn: Any) -> dict[Any, Any]:
        return {**dict(zip(inputs, arrays, strict=True)), **dict(zip(draws, drawn, strict=True))}

    def forward(*arrays: Any, saved: tuple[Any, ...], drawn: tuple[Any, ...]) -> Any:
        return evaluated([value], given(arrays, drawn))[0]

    def rule(g: Any, z: Any, *arrays: Any, saved: tuple[Any, ...], drawn: tuple[Any, ...]) -> Any:
        if g.__class__ is ndarray and not any(hasattr(x, "node") for x in arrays):
            found = iter(run(g, *saved))
            return [None if e is None else next(found) for e in made.gradients]
        values = {**given(arrays, drawn), made.seed: g}
        found = iter(evaluated([e for e in made.gradients if e is not None], values))
        return [None if e is None else next(found) for e in made.gradients]

    return Row(name, "general", forward, joint=rule, keeps="", stacks=False)
