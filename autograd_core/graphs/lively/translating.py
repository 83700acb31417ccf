"""A snapshot as a program for the browser: its rows and their rules, called on Symbols and printed."""

from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.snapshot.records import LEAVES, Edge, Node, results
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.programs import apart, gradients_of, live_program, local_derivatives
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift


class Translated(NamedTuple):
    """A program and what its names mean.

    source     an expression of JavaScript: an object of `live`, `forward` and `needle`
    inputs     the leaves that it is called with, by id
    constants  the values that no input reaches, by id
    """

    source: str
    inputs: dict[str, Node]
    constants: dict[str, Any]


def value_id(n: Node) -> str:
    """How a value is called on the page and in its program."""
    return f"v-{n.number}"


def chip_id(e: Edge) -> str:
    """How the local derivative of an edge into an operation is called."""
    return f"d-{e.target.number}-{e.argument}"


def share_id(e: Edge) -> str:
    """How what flows back on an edge into an operation is called."""
    return f"c-{e.target.number}-{e.argument}"


def is_input(n: Node) -> bool:
    """Whether a leaf is an input of the program: what a gradient may be asked of."""
    return n.kind in LEAVES and n.kind != "const" and n.dtype.kind == "f"


def translated(nodes: tuple[Node, ...], edges: tuple[Edge, ...], tape: Tape, root: Node) -> Translated:
    """The program of a whole graph: every value, local derivative and gradient.

    Raises:
        NoFormError: for an operation that JavaScript has no form of.
        ValueError: if a constant is too large, or was not kept.
    """
    made: dict[Node, Any] = {}
    constants: dict[str, Any] = {}
    inputs: dict[str, Node] = {}
    leaves = tape.values()
    for n in nodes:
        if n.kind == "operation":
            (result,) = results(nodes, n)
            assert n.row is not None  # the tape has run it
            x = n.row(*(made[v] if isinstance(v, Node) else v for v in n.operands), **n.params)
            # two nodes that compute the same have a gradient each
            made[result] = apart(x) if isinstance(x, Symbol) else x
            if not isinstance(x, Symbol):
                constants[value_id(result)] = x
        elif is_input(n):
            made[n] = Symbol.input(value_id(n), n.shape, n.dtype)
            inputs[value_id(n)] = n
        elif n.kind in LEAVES:
            made[n] = leaves[n]
            constants[value_id(n)] = made[n]
    if not isinstance(made[root], Symbol):
        raise ValueError("nothing can be moved: the result does not depend on an input that needs a gradient")
    gradients = gradients_of(made[root], made.values())
    further = {}
    for e in edges:
        if e.argument is not None:
            further[chip_id(e)] = _local(e, made, nodes)
            further[share_id(e)] = _share(e, made, nodes, gradients)
    source = live_program(
        {value_id(n): x for n, x in made.items()},
        made[root],
        [made[n] for n in inputs.values()],
        {name: x for name, x in further.items() if x is not None},
        {value_id(n): gradients.get(x) if isinstance(x, Symbol) else None for n, x in made.items()},
    )
    return Translated(source, inputs, constants)


def _local(e: Edge, made: dict[Node, Any], nodes: tuple[Node, ...]) -> Any:
    """The local derivative of an edge where the engine has a number or an array for it."""
    if e.local_value is None:
        return None
    (result,) = results(nodes, e.target)
    x, z = made[e.source], made[result]
    if not isinstance(x, Symbol) or not isinstance(z, Symbol) or e.argument is None:
        return None
    if z.op is e.target.row:
        return local_derivatives(z)[e.argument]
    found = _swept(e, made, None)
    return found if found is not None and np.shape(e.local_value) == x.shape else None


def _share(e: Edge, made: dict[Node, Any], nodes: tuple[Node, ...], gradients: dict[Any, Any]) -> Any:
    """What flows back on an edge between arrays; of single numbers it is upstream times local."""
    (result,) = results(nodes, e.target)
    x, z = made[e.source], made[result]
    if (not e.source.shape and not result.shape) or not isinstance(x, Symbol) or not isinstance(z, Symbol):
        return None
    g = gradients.get(z)
    return None if g is None or e.local is None else _swept(e, made, g)


def _swept(e: Edge, made: dict[Node, Any], g: Any) -> Any:
    """The gradient of one operand of an operation, if g, or ones, arrive at its result."""
    op, i = e.target, e.argument
    assert op.row is not None  # the tape has run it
    assert i is not None  # an edge into an operation
    operands = [made[v] if isinstance(v, Node) else v for v in op.operands]
    # an operand that goes in twice has two edges, and a fused row is written out by its meaning
    operands[i] = apart(operands[i])
    z = apart(op.row(*operands, **op.params))
    if g is None:
        g = np.ones(z.shape, z.dtype)
    return pull({z: g}, wanted={operands[i]}, lift=lift).get(operands[i])
