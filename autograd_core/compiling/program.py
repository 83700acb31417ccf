"""What a compiled program is, before it is written: Symbols, and what they stand for.

Symbols are pure expressions, shared and sorted by their numbers, except for *effects*: draws of random
numbers and checks, which happen at every call, in order, whoever reads them. *State* is an array that lives
outside the program and is read, and perhaps written, in place.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd_core.node import Absent
from autograd_core.op import Row
from autograd_core.symbols import Symbol


class Effect(NamedTuple):
    """What an effect does at every call.

    run     gets the arrays of its operands and returns its array, or None if the effect is a check
    name    a word for the source: "draw", "check"
    what    what it is, for a comment
    """

    run: Callable[..., Any]
    name: str
    what: str


class Program(NamedTuple):
    """A traced function.

    arguments   what a call passes, in order: arrays, and Python numbers (weak Symbols)
    state       arrays outside, by their Symbols: read at every call, written in place if `writes` says so
    effects     the effects in the order in which they happen
    writes      by the Symbol of a state the expression of its next value; all of them mean the values before
    results     what a call returns, in order: Symbols, or plain numbers and arrays that depend on nothing
    lent        the places in `results` of what may be the program's own, changed by the next call, or, of a
                single number, one of Python's; all other results belong to the caller
    """

    arguments: tuple[Symbol, ...]
    state: dict[Symbol, np.ndarray[Any, Any]]
    effects: tuple[Symbol, ...]
    writes: dict[Symbol, Symbol]
    results: tuple[Any, ...]
    lent: frozenset[int] = frozenset()


effect_row = Row("effect", "constant", lambda *operands, effect: effect.run(*operands))
"""The row of effects. Their Symbols are never looked up: every effect is one of its own."""


packed = Row("packed", "constant", np.ascontiguousarray)
"""The row of a copy in C order, which only plans ask for."""


def effect(act: Effect, operands: tuple[Any, ...], shape: tuple[int, ...] = (), dtype: Any = bool) -> Symbol:
    """The Symbol of something that happens at every call."""
    return Symbol(effect_row, operands, {"effect": act}, Absent(shape, np.dtype(dtype)))
