"""What has no value: names without a number, and functions of which only the name is known.

Such a formula is computed with stand-ins, so that everything that records does so as ever; then every value
that depends on one is forgotten. To all readers it is a value that was not kept.
"""

from collections.abc import Iterable, Sequence
from inspect import Parameter, Signature
from typing import Any
from weakref import ref

import numpy as np

from autograd_core.node import RELEASED, Absent, Leaf, Node, ancestors
from autograd_core.op import Row
from autograd_core.symbols import Symbol
from autograd_core.tensor import Tensor
from autograd_core.texts.errors import FormulaError

STAND_IN = 0.5
"""What a name without a value is computed with. It is never seen."""


class AbstractRow(Row):
    """A function of which only the name is known. Its derivatives are letters: ∂z/∂u."""

    __slots__ = ()

    def __init__(self, name: str, derivatives: Sequence[str]) -> None:
        rules = tuple(_Rule(label, len(derivatives)) for label in derivatives)
        super().__init__(name, "elementwise", _stand_in, rules)

    def __call__(self, *args: Any, **params: Any) -> Any:
        if any(isinstance(x, Symbol) for x in args):
            return super().__call__(*args, **params)
        raise FormulaError(f"{self.name} has no values: only its name is known")

    def recorded(self, *args: Any) -> Any:
        """The call on Tensors, whose result is to be forgotten."""
        return super().__call__(*args)


class _Rule:
    """g · ∂z/∂u, where the derivative is a letter: for anything but a formula it is unknown."""

    def __init__(self, label: str, count: int) -> None:
        self.derivative = Symbol.input(label)
        letters = ["g", "z", *(["x"] if count == 1 else [f"x{i + 1}" for i in range(count)])]
        self.__signature__ = Signature([Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in letters])

    def __call__(self, g: Any, z: Any, *operands: Any) -> Any:
        return g * (self.derivative if isinstance(g, Symbol) else Absent((), np.dtype(float)))


def _stand_in(*operands: Any) -> Any:
    return np.full(np.broadcast_shapes(*(np.shape(x) for x in operands)), STAND_IN)


def derivative_labels(name: str, operands: Sequence[str], named: bool) -> list[str]:
    """How the derivatives of an abstract function are written.

    Args:
        name: of the function.
        operands: their names, or what was written.
        named: whether the operands are different names, by which one may differentiate.

    >>> derivative_labels("u", ["x"], True), derivative_labels("z", ["u", "v"], True)
    (['du/dx'], ['∂z/∂u', '∂z/∂v'])
    >>> derivative_labels("f", ["2*x"], False), derivative_labels("f", ["x", "x"], False)
    (['f′(2*x)'], ['∂₁f(x, x)', '∂₂f(x, x)'])
    """
    if named:
        d = "d" if len(operands) == 1 else "∂"
        return [f"{d}{name}/{d}{x}" for x in operands]
    where = f"{name}′({operands[0]})" if len(operands) == 1 else f"{name}({', '.join(operands)})"
    if len(operands) == 1:
        return [where]
    digits = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return [f"∂{str(i + 1).translate(digits)}{where}" for i in range(len(operands))]


def forget(results: Iterable[Tensor], unknown: Iterable[Tensor]) -> None:
    """Let no value remain of what depends on the unknown inputs or on an abstract function."""
    results = tuple(results)
    lost: set[Node] = {x.node for x in unknown if x.node is not None}
    for node in ancestors(t.node for t in results if t.node is not None):
        if isinstance(node, Leaf):
            if node in lost:
                node.value = _absent(node.value)
                node.tensor = ref(_Gone())  # its Tensor holds a stand-in
        elif isinstance(node.op, AbstractRow) or any(p in lost for p in node if p is not None):
            lost.add(node)
            _forget_call(node, lost)
    for t in results:
        if t.node in lost:
            t._array = np.full(t.shape, np.nan, t.dtype)


class _Gone:
    """What no reference reaches."""


def _forget_call(node: Node, lost: set[Node]) -> None:
    node.value = _absent(node.value)
    op = node.op
    if node.args is RELEASED or op is None:
        return
    z, *operands = node.args
    plain = {} if node.extra is None else node.extra.get("plain", {})
    for i, (x, parent) in enumerate(zip(operands, node, strict=True)):
        # a number stands in the formula; what else is no Tensor was computed from stand-ins, like a mask
        typed = x is None or x.__class__ in (int, float) or i in plain
        if parent in lost or (parent is None and not typed):
            operands[i] = _absent(x)
    node.args = (None if z is None else _absent(z), *operands)
    if op.residuals:
        node.params = {k: _absent(v) if k in op.residuals else v for k, v in node.params.items()}


def _absent(x: Any) -> Any:
    return None if x is None else Absent(np.shape(x) if not isinstance(x, Absent) else x.shape, _dtype(x))


def _dtype(x: Any) -> Any:
    return getattr(x, "dtype", None) or np.asarray(x).dtype
