"""The order of operations: as they were written, but what changes the state comes last, and an array of what
is there anyway not before it is needed.

So an error of a check or of NumPy, in all that does not depend on new values, leaves the state as it was.
"""

import math
from collections.abc import Iterable

from autograd_core.compiling.planning.viewing import is_effect, is_view, seen_in
from autograd_core.compiling.program import Program
from autograd_core.node import ancestors
from autograd_core.symbols import Symbol


def roots(program: Program) -> list[Symbol]:
    """The Symbols for which a program is run."""
    every = (*program.effects, *program.writes.values(), *program.results)
    return [x for x in every if isinstance(x, Symbol)]


def computed(program: Program) -> list[Symbol]:
    """All operations that compute something, oldest first; views are none."""
    found = [x for x in ancestors(roots(program)) if isinstance(x, Symbol)]
    return _postponed([x for x in found if x.op is not None and not is_view(x)], program)


NOTABLE = 2**12
"""An array of so many numbers takes a place in the cache that others could have."""


def _postponed(order: list[Symbol], program: Program) -> list[Symbol]:
    """The order in which an array comes right before its first user, if what it is made of lives as long in
    any case: the gradient of a penalty is not computed before that of the loss arrives."""
    when: dict[Symbol, float] = {}  # half a step before the operation of that number
    first: dict[Symbol, float] = {}
    last: dict[Symbol, float] = {}
    asked = {id(seen_in(x)) for x in roots(program)}
    for i, x in reversed([*enumerate(order)]):
        when[x] = i
        movable = x in first and id(x) not in asked and x.size >= NOTABLE and not x.weak and not is_effect(x)
        if movable and all(y.op is None or last.get(y, -1) >= first[x] for y in reads(x)):
            when[x] = math.ceil(first[x]) - 0.5
        for y in reads(x):
            first[y] = min(when[x], first.get(y, when[x]))
            last[y] = max(when[x], last.get(y, when[x]))
    return sorted(order, key=when.__getitem__)


def sorted_apart(order: Iterable[Symbol], changing: Iterable[Symbol]) -> tuple[list[Symbol], int]:
    """The order with `changing`, and what depends on that, behind everything else; where these begin."""
    late = set(changing)
    early, behind = [], []
    for x in order:
        if x in late or not late.isdisjoint(reads(x)):
            late.add(x)
            behind.append(x)
        else:
            early.append(x)
    return early + behind, len(early)


def reads(x: Symbol) -> set[Symbol]:
    """The arrays that an operation reads, itself or through views."""
    found = (seen_in(y) for y in x.operands if isinstance(y, Symbol))
    return {y for y in found if isinstance(y, Symbol)}
