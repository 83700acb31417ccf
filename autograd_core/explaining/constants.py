"""What a function or a recorded graph brings along: constant arrays, each with a letter of its own.

A constant array is an input of formulas like any other, so that its transpose prints as Xᵀ, but not of
their code, which holds it.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.names import Names, find, is_model
from autograd_core.graphs.snapshot.numerals import shape
from autograd_core.node import Node, ancestors
from autograd_core.op import Row
from autograd_core.symbols import Symbol

STEM = "c"


class Constants:
    """The arrays that were met, by their addresses, and what the caller calls them."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._symbols: dict[int, Symbol] = {}
        self._alive: list[Any] = []  # so that addresses stay taken

    def operand(self, row: Row, array: Any, source: Any = None, name: str | None = None) -> Any:
        """What a formula holds of an array; `source` is the caller's own, of which this may be a view.

        A mask that selects stays as it is: the shape of the result depends on it.
        """
        if not np.ndim(array) or (array.dtype.kind == "b" and not row.elementwise):
            return array
        mine = array if source is None else source
        symbol = self._symbols.get(id(mine))
        if symbol is None or symbol.shape != array.shape or symbol.dtype != array.dtype:
            name = name or self.names.of_array.get(id(mine))
            symbol = self._symbols[id(mine)] = Symbol.input(name or STEM, array.shape, array.dtype)
            symbol.note("held", array)
            symbol.note("is_named", name is not None)
            self._alive.append(mine)
        return symbol


def held(symbol: Any) -> Any:
    """The array that a letter stands for, if it is a constant; else None."""
    return (symbol.extra or {}).get("held") if isinstance(symbol, Symbol) else None


def are_places(x: Any) -> bool:
    """Whether x is an array of indices from 0 on."""
    return isinstance(x, np.ndarray) and x.dtype.kind in "iu" and bool(x.size) and int(x.min()) >= 0


def names_for(f: Any, leaves: set[Node]) -> Names:
    """The names of the caller's variables, and of those that a function sees where it was written."""
    found = find("auto", leaves)
    owner = getattr(f, "__self__", None)
    if is_model(owner):
        found.add_model(owner)
    code, cells = getattr(f, "__code__", None), getattr(f, "__closure__", None) or ()
    if code is not None:
        found.add_variables(zip(code.co_freevars, map(_content, cells), strict=False))
        space = getattr(f, "__globals__", {})
        found.add_variables((name, space[name]) for name in code.co_names if name in space)
    return found


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a variable that has no value yet
        return None


def give_letters(root: Symbol, arguments: list[Symbol]) -> list[Symbol]:
    """Let no two inputs of a formula have the same letter; returns them all, arguments first.

    A constant without a name is called c, or c1, c2, ... where there are several.
    """
    every = dict.fromkeys([*arguments, *(n for n in ancestors([root]) if n.op is None)])
    inputs = [n for n in every if isinstance(n, Symbol)]
    taken = {str(s.label) for s in arguments}
    nameless = []
    for s in inputs[len(dict.fromkeys(arguments)) :]:
        if (s.extra or {}).get("is_named", True) and s.label not in taken:
            taken.add(str(s.label))
        elif held(s) is not None or s.label == STEM:
            nameless.append(s)
        else:
            s.label = next(name for k in count(2) if (name := f"{s.label}_{k}") not in taken)
            taken.add(s.label)
    free = _letters(taken)
    if len(nameless) == 1 and STEM not in taken:
        nameless[0].label = STEM
    else:
        for s in nameless:
            s.label = next(free)
    for s in nameless:
        s.note("is_named", False)
    return inputs


def _letters(taken: set[str]) -> Iterator[str]:
    return (name for k in count(1) if (name := f"{STEM}{k}") not in taken)


def legend(inputs: Iterable[Symbol]) -> list[str]:
    """In words what the letters of constants without names stand for, and which inputs hold indices."""
    inputs = list(inputs)
    said = [
        f"{s.label} is {'a mask' if s.dtype.kind == 'b' else 'an array'} {shape(s.shape)}"
        for s in inputs
        if not (s.extra or {}).get("is_named", True)
    ]
    return said + [f"{s.label} holds indices from 0 on" for s in inputs if (s.extra or {}).get("places")]
