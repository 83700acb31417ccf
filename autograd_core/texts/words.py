"""The words of a formula: the functions and operators that it may use, and what may be a name."""

import ast
import builtins
import operator
from collections.abc import Callable
from difflib import get_close_matches
from keyword import iskeyword
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.functions import (
    activations,
    diagonals,
    exponential,
    normalizing,
    ordering,
    pointwise,
    products,
    reducing,
    rounding,
    scanning,
    shaping,
    trigonometry,
)
from autograd_core.ops.table import TABLE
from autograd_core.texts.errors import FormulaError, short
from autograd_core.texts.handwriting import elsewhere

MAX_LENGTH = 10_000
"""So many characters a formula, or the value of a name, may have."""

MAX_DEPTH = 100
"""So deep parentheses, calls and signs may be nested."""

CLOSE = 0.8
"""A name this similar to that of a function is taken for a slip of the pen."""

_OFFERED = {
    pointwise: "abs maximum minimum sign",
    trigonometry: "arccos arcsin arctan arctan2 cos cosh hypot sin sinc sinh tan tanh",
    exponential: "cbrt exp exp2 expm1 log log10 log1p log2 logaddexp sqrt square",
    rounding: "ceil floor",
    scanning: "cumprod cumsum",
    products: "dot matmul outer",
    activations: "elu erf gelu leaky_relu logsigmoid relu selu sigmoid silu softplus",
    normalizing: "log_softmax logsumexp softmax",
    reducing: "max mean min prod std sum var",
    ordering: "median sort",
    diagonals: "trace",
    shaping: "transpose",
}

FUNCTIONS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    dict(
        sorted((name, getattr(module, name)) for module, names in _OFFERED.items() for name in names.split())
    )
)
"""The functions that a formula may call."""

OPERATORS: MappingProxyType[type, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: operator.pow,
        ast.MatMult: operator.matmul,
    }
)
"""The operators that a formula may use, beside the sign −."""


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a value.

    Raises:
        FormulaError: if it is no identifier, or the name of a function.
    """
    if not name.isidentifier() or iskeyword(name):
        raise FormulaError(f"{short(name)} cannot be a name; names are letters, digits and _")
    if name in FUNCTIONS:
        raise FormulaError(f"{name} cannot be a name, it is a function")


def no_function(name: str) -> FormulaError:
    """What to say of a call of an unknown function."""
    near = _meant(name) or get_close_matches(name[:40], FUNCTIONS)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(FUNCTIONS)}"
    return FormulaError(f"there is no function {short(name)}; {advice}")


def _meant(name: str) -> list[str]:
    known = elsewhere(name[:40], frozenset(FUNCTIONS))
    return [known] if known else []


def check_abstract(name: str, defines: str | None) -> None:
    """Refuse to take a name for an abstract function that was probably meant for a known one.

    Args:
        name: what is called.
        defines: the name that the statement gives a value; in `cost = cost(u)` it is no slip of the pen.

    Raises:
        FormulaError: for a name of the library's, of Python's or NumPy's, or one that is close to a function
            of formulas.
    """
    near = [] if name == defines else _meant(name)
    known = name in TABLE or (name != defines and (hasattr(np, name) or hasattr(builtins, name)))
    if known and not near:
        raise FormulaError(
            f"{short(name)} cannot be used in a formula, and is no name for a function of your own; "
            f"there are {', '.join(FUNCTIONS)}"
        )
    if name == defines:
        return
    swapped = [known for known in FUNCTIONS if sorted(known) == sorted(name)]
    near = near or swapped or get_close_matches(name[:40], FUNCTIONS, cutoff=CLOSE)
    if near:
        raise FormulaError(
            f"there is no function {short(name)}; did you mean {' or '.join(near)}? A function of your own "
            f"is written {name} = {name}(x), or has another name"
        )
