"""Updates of many small parameters as one: their numbers, gradients and slots lie in vectors."""

from collections.abc import Sequence
from itertools import chain, count
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor

Array = np.ndarray[Any, Any]
State = dict[str, Any]
Live = Sequence[tuple[Tensor, State]]

SMALL = 2**17
"""Parameters of at most so many numbers are gathered: in larger ones the calls do not count, and copying the
gradients costs what it saves."""


_moves = count(1)
"""How often slots came into vectors of any gathering."""
_last = 0


class Gathering:
    """Some parameters of one dtype and with the same number of updates, as flat arrays.

    The parameters and their slots stay what they are, Tensors and arrays; they are views of vectors.
    """

    def __init__(self, live: Live, slots: tuple[str, ...]) -> None:
        self.params = [p for p, _ in live]
        self.states = [state for _, state in live]
        self.memory = ac.Vector.of(self.params)
        self._parts: dict[str, list[Array]] = {}
        self.slots = [self._slot(slot) for slot in slots]
        self._remember()
        self.gradients = ac.Vector(self.memory.shape, self.memory.dtype)

    def _slot(self, name: str) -> Array:
        """A slot of all parameters; zeros where there is none yet."""
        vector = ac.Vector(self.memory.shape, self.memory.dtype)
        self._parts[name] = list(vector.parts(p.shape for p in self.params))
        self._take(name)
        return vector.whole()

    def _take(self, name: str) -> bool:
        """Have the numbers of a slot in the vector, wherever they are; whether they were elsewhere."""
        moved = False
        for state, array in zip(self.states, self._parts[name], strict=True):
            if state.get(name) is not array:
                array[...] = state.get(name, 0)
                state[name] = array
                moved = True
        return moved

    def _remember(self) -> None:
        global _last  # one for all gatherings
        self._move = _last = next(_moves)

    def ready(self) -> bool:
        """Whether they can be updated together in this step too: nobody has begun to hold the numbers of one,
        or has changed where they are. Their numbers of updates are still the same, for none was left out."""
        return self.memory.carries(self.params)

    def come_back(self) -> None:
        """Move the parameters to a vector of their own again, if somebody else holds numbers of this one, and
        their slots, if another gathering took them."""
        if not self.memory.carries(self.params):
            self.memory = ac.Vector.of(self.params)
        if self._move != _last:
            moved = [self._take(name) for name in self._parts]
            self._move = _last
            if any(moved):
                self._remember()

    def arrays(self) -> tuple[Array, ...]:
        """Parameters, their present gradients (read-only), and slots."""
        self.gradients.gather(self.params)
        g = self.gradients.whole()
        g.flags.writeable = False
        return self.memory.whole(), g, *self.slots


class Plan:
    """Which of the parameters of a group that have a gradient are updated together."""

    def __init__(self, live: Live, slots: tuple[str, ...]) -> None:
        alike: dict[Any, list[tuple[Tensor, State]]] = {}
        for p, state in live:
            key = (p.dtype, state["t"]) if p.size <= SMALL and ac.Vector.takes(p) else id(p)
            alike.setdefault(key, []).append((p, state))
        self.alone = [members[0] for members in alike.values() if len(members) == 1]
        self.together = [Gathering(members, slots) for members in alike.values() if len(members) > 1]

    def ready(self) -> bool:
        """Whether all of them are."""
        return all(gathering.ready() for gathering in self.together)


class Plans:
    """The plans of the groups, each made when the same parameters have gradients in a second step.

    So one that has none now and then leaves the others where they are.
    """

    def __init__(self) -> None:
        self._of: dict[int, tuple[tuple[Any, ...], Plan | None]] = {}

    def of(self, group: int, live: Live, slots: tuple[str, ...]) -> Plan | None:
        """The plan for this step, or None: every parameter by itself."""
        # the states too: those that were loaded are others
        key = (slots, *map(id, chain.from_iterable(live)))
        last, plan = self._of.get(group, (None, None))
        if last != key:
            plan = None
        elif plan is None or not plan.ready():
            plan = Plan(live, slots)
        self._of[group] = key, plan
        return plan

    def __reduce__(self) -> Any:
        return Plans, ()  # of a copy the parameters and states are others
