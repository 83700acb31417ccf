"""The program behind a page whose numbers follow a slider: values, local derivatives, gradients, needle."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.node import ancestors
from autograd_core.op import Row
from autograd_core.ops.arithmetic import alias
from autograd_core.ops.reductions import sum
from autograd_core.programs.javascript import together
from autograd_core.programs.literals import key, number
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, gradient, lift, without_factor
from autograd_core.symbols.symbol import symbolic

MARK = "\0g"


def live_program(
    values: Mapping[str, Symbol],
    root: Symbol,
    inputs: Sequence[Symbol],
    locals: Mapping[str, Any] | None = None,
    gradients: Mapping[str, Any] | None = None,
) -> str:
    """The source of an object of JavaScript that computes everything a picture shows.

    The text is an expression whose value is an object of three functions:

        live(inputs)           {values, gradients, locals}, each by name; null where there is no gradient
        forward(inputs)        the root as a number, or the sum of its numbers
        needle(inputs, name)   the derivative of `forward` by one input from central differences, which call
                               `forward` only: a number, or an array for an array; null for integers

    Args:
        values: what is shown, by any names.
        root: what is differentiated; of an array the sum.
        inputs: Symbols without an operation, whose labels are the names of the inputs.
        locals: further expressions: local derivatives, or whatever follows the inputs.
        gradients: expressions of the gradients, where those of the values are not what is wanted.

    Raises:
        NoFormError: for a row or a type of numbers that JavaScript has no form of.
        ValueError: if an input is missing, two have the same name, or a constant array is too large.
    """
    if gradients is None:
        found = gradients_of(root, values.values())
        gradients = {name: found.get(x) for name, x in values.items()}
    shown = {"values": values, "gradients": gradients, "locals": locals or {}}
    total = sum(root, axis=tuple(range(-root.ndim, 0)), keepdims=False) if root.ndim else root
    needles = ",".join(
        f"{key(str(x.label))}:n=>difference(f1,n,{key(str(x.label)).strip('[]')},{_length(x)},{_step(x)})"
        for x in inputs
        if x.dtype.kind == "f"
    )
    end = (
        f"const needles={{{needles}}};\n"
        "return {live:f0,forward:f1,"
        "needle:(inputs,name)=>Object.hasOwn(needles,name)?needles[name](inputs):null};"
    )
    return together([shown, total], inputs, end)


def _length(x: Symbol) -> int:
    return x.size if x.shape else -1


def _step(x: Symbol) -> str:
    """The step of a central difference that makes its error least: the cube root of the precision."""
    return number(round(float(np.cbrt(np.finfo(x.dtype).eps)), 7))


def gradients_of(root: Symbol, wanted: Iterable[Any]) -> dict[Any, Any]:
    """The gradients of expressions as expressions: of the root, or of the sum of its numbers.

    >>> x = Symbol.input("x")
    >>> gradients_of(x * x, [x])[x]
    Symbol(add, ())
    """
    wanted = {x for x in wanted if isinstance(x, Symbol) and x.dtype.kind == "f"}
    if root.dtype.kind != "f":
        return {}
    seed = np.broadcast_to(np.ones((), root.dtype), root.shape)
    return pull({root: seed}, wanted=wanted, lift=lift)


def local_derivatives(z: Symbol) -> list[Any]:
    """For every operand of an operation the local derivative ∂z/∂operand: an expression of the operands and
    of z itself, a number, or None where there is none or the gradient enters not as a factor of each number.

    >>> x, y = Symbol.input("x"), Symbol.input("y")
    >>> local_derivatives(x + y), [d.label for d in local_derivatives(x * y)]
    ([1, 1], ['y', 'x'])
    """
    row = z.op
    if row is None:
        return []
    return [_local(row, z, i) for i in range(len(z.operands))]


def _local(row: Row, z: Symbol, argument: int) -> Any:
    x = z.operands[argument]
    if not isinstance(x, Symbol) or x.dtype.kind != "f" or x.shape != z.shape:
        return None
    if row.joint is None and (argument >= len(row.rules) or row.rules[argument] is None):
        return None
    return without_factor(gradient(row, argument, z.operands, z.params, g=MARK, result=z), MARK)


def fixed_choices(roots: Iterable[Symbol]) -> list[Symbol]:
    """The operations of a program that constant Booleans or index arrays decide, oldest first.

    Tensors are compared and sorted into plain arrays. In the expression of a recorded graph these are
    constants: labels and masks that hold for every input, or a choice among the inputs at hand, like that of
    `where(x > 0, ...)` or of a sort, which other inputs would make otherwise. Only whoever recorded the graph
    can tell.

    >>> x = Symbol.input("x", (2,))
    >>> from autograd_core.ops.choices import where
    >>> fixed_choices([where(x > 0, x, 0.0)]), fixed_choices([where(np.array([True, False]), x, 0.0)])
    ([], [Symbol(where, (2,))])
    """
    found = []
    for node in ancestors(roots):
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        if any(isinstance(x, np.ndarray) and x.dtype.kind in "biu" for x in node.operands):
            found.append(node)
    return found


def apart(z: Symbol) -> Symbol:
    """The same expression as a Symbol of its own.

    Two nodes of a picture may compute the same, and each has its own gradient: their Symbols must be two.
    """
    if z.op is None:
        return symbolic(alias, (z,))
    return Symbol(z.op, z.operands, z.params, z.value)
