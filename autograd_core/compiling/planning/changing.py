"""Which new values are computed in the place of the state itself.

That is allowed where nobody reads the old value later. All else is computed elsewhere and copied at the end.
"""

from typing import Any

import numpy as np

from autograd_core.compiling.forms import form_of
from autograd_core.compiling.planning.ordering import computed, reads, roots, sorted_apart
from autograd_core.compiling.planning.regions import is_large_pass, regions_of
from autograd_core.compiling.planning.viewing import is_effect, seen_in
from autograd_core.compiling.program import Program
from autograd_core.node import ancestors
from autograd_core.symbols import Symbol


class Changes:
    """The order of a program, and the operations whose results are placed in a state."""

    def __init__(self, program: Program, threads: int) -> None:
        self._program = program
        self.overlaps = overlapping(program.state)
        every = computed(program)
        self._uses: dict[Any, list[Symbol]] = {}
        for x in reversed(every):
            # a foreign row may give its operand back, and then whoever reads the one reads the other
            also = [] if x.weak or form_of(x).own else self._uses.get(x, [])
            for y in reads(x):
                self._uses.setdefault(y, []).extend([x, *also])
        self._asked = {id(seen_in(x)) for x in roots(program)}
        wanted = self._candidates()
        self.order, self.early = sorted_apart(every, wanted)
        self.order, self.early = sorted_apart(every, [*wanted, *self._sinking()])
        first, early = regions_of(self.order[: self.early], threads)
        last, late = regions_of(self.order[self.early :], threads)
        self.order = first + last
        self.regions = early + [
            r._replace(start=r.start + self.early, stop=r.stop + self.early) for r in late
        ]
        at = {x: i for i, x in enumerate(self.order)}
        self._begins = {i: r.start for r in self.regions for i in range(r.start, r.stop)}
        self.into = {x: s for x, s in wanted.items() if self._is_last(x, s, wanted, at)}
        # a first step is in place only if the second one is
        for x, s in list(self.into.items()):
            if self._program.writes.get(s) is not x and self.into.get(self._program.writes[s]) is not s:
                del self.into[x]

    def _sinking(self) -> set[Symbol]:
        """Large passes that only serve what changes the state: they are done together with it."""
        late = set(self.order[self.early :])
        sunk: set[Symbol] = set()
        for x in reversed(self.order[: self.early]):
            users = self._uses.get(x)
            if users and is_large_pass(x) and id(x) not in self._asked and all(u in late for u in users):
                late.add(x)
                sunk.add(x)
        return sunk

    def _candidates(self) -> dict[Symbol, Symbol]:
        """New values that could be computed in place; and before them a first step, like the m β of
        m β + g."""
        writes, found = self._program.writes, {}
        values = list(writes.values())
        seen_by_effects = set(ancestors(x for x in self._program.effects))
        for s, x in writes.items():
            alone = sum(y is x for y in values) == 1
            disjoint = not any(other in writes for other in self.overlaps[s])
            if not (alone and disjoint and self._fits(x, s)) or x in seen_by_effects:
                continue
            found[x] = s
            if _reads_itself(x, s):
                continue
            for t in x.operands:
                if not self._fits(t, s) or id(t) in self._asked or not _reads_itself(t, s):
                    continue
                if len(self._uses[t]) == 1:
                    found[t] = s
                    break
        return found

    def _fits(self, x: Any, s: Symbol) -> bool:
        """Whether x can be computed into the array of s."""
        if not isinstance(x, Symbol) or x.op is None or x.weak or is_effect(x) or seen_in(x) is not x:
            return False
        return x.shape == s.shape and x.dtype == s.dtype and form_of(x).inplace

    def _is_last(self, x: Symbol, s: Symbol, wanted: dict[Symbol, Symbol], at: dict[Symbol, int]) -> bool:
        """Whether nobody reads the old value of s, or of what overlaps with it, behind x."""
        if at[x] in self._begins and not self._program.state[s].flags.c_contiguous:
            return False  # a block is a piece of a line
        for other in (s, *self.overlaps[s]):
            for user in self._uses.get(other, ()):
                if user is x and other is s:
                    if any(y is not s and seen_in(y) is s for y in x.operands):
                        return False  # which it reads in another order too
                elif at[user] >= (at[x] if other is s else self._begins.get(at[x], at[x])):
                    return False
        return True


def _reads_itself(x: Symbol, s: Symbol) -> bool:
    """Whether s is an operand of x; `in` would ask whether Symbols are equal, which is a Symbol."""
    return any(y is s for y in x.operands)


def overlapping(state: dict[Symbol, np.ndarray[Any, Any]]) -> dict[Symbol, list[Symbol]]:
    """For every state the others that may share memory with it."""
    ranges = sorted((*_ends(a), i) for i, a in enumerate(state.values()))
    symbols = list(state)
    found: dict[Symbol, list[Symbol]] = {s: [] for s in symbols}
    for k, (_, high, i) in enumerate(ranges):
        for low, _, j in ranges[k + 1 :]:
            if low >= high:
                break
            found[symbols[i]].append(symbols[j])
            found[symbols[j]].append(symbols[i])
    return found


def _ends(a: np.ndarray[Any, Any]) -> tuple[int, int]:
    """The first byte of an array, and the one behind its last."""
    low, high = np.lib.array_utils.byte_bounds(a)
    return int(low), int(high)
