"""The order of operations: as they were written, but what changes the state comes last.

So an error of a check or of NumPy, in all that does not depend on new values, leaves the state as it was.
"""

from collections.abc import Iterable

from autograd_core.compiling.planning.viewing import is_view, seen_in
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
    return [x for x in found if x.op is not None and not is_view(x)]


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
