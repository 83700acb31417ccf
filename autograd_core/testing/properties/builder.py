"""A program in the making: operands are chosen, brought into the domain of a function, and never lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograd_core.testing.properties.program import Program, Step, Value

DISTANCE = 0.05
"""How far numbers stay from a kink, and from each other where they are compared."""

T = TypeVar("T")

MOST_INPUTS = 4
MOST_NUMBERS = 64

# the simplest first; no side is longer than 4, no input holds more than 12 numbers
SHAPES: tuple[tuple[int, ...], ...] = (
    *((2,), (3,), (2, 3), (3, 2), (), (2, 2), (1, 3), (3, 1), (4,), (2, 1, 3), (2, 2, 3), (1,), (3, 4)),
)


class Skip(Exception):
    """The step that was drawn has no place here; the program goes on without it."""


class Choices:
    """A string of bytes as a source of choices, 0 for ever after its end, so that any string is valid."""

    def __init__(self, data: bytes) -> None:
        self._bytes = iter(data)

    def pick(self, n: int) -> int:
        """A number below n."""
        return next(self._bytes, 0) % n


@dataclass(frozen=True)
class Domain:
    """Where a function is smooth and tame: from `low` to `high`, off its kinks, optionally all different."""

    low: float = -4.0
    high: float = 4.0
    kinks: tuple[float, ...] = ()
    distinct: bool = False

    def holds(self, x: Any) -> bool:
        """Whether all numbers lie well inside."""
        if not x.size:
            return True
        if x.min() < self.low or x.max() > self.high:
            return False
        if any(np.abs(x - kink).min() < DISTANCE for kink in self.kinks):
            return False
        return not self.distinct or x.size < 2 or np.diff(np.sort(x, axis=None)).min() >= DISTANCE


ANYWHERE = Domain(-np.inf, np.inf)
TAME = Domain()


class Builder:
    """The values so far, each an input or the result of a step, with the numbers that they have."""

    def __init__(self) -> None:
        self._arrays: list[Any] = []
        self._steps: list[Step | None] = []  # None for an input
        self._used: list[int] = []  # how many steps read it
        self._choices = Choices(b"")

    # ---- one drawn step ------------------------------------------------------------------------------------

    def attempt(self, draw: Callable[["Builder"], Any], data: bytes, most: int) -> bool:
        """Add what `draw` adds, unless it skips or the program would get more than `most` steps."""
        before = list(self._arrays), list(self._steps), list(self._used)
        self._choices = Choices(data)
        try:
            draw(self)
            if self.cost <= most:
                return True
        except Skip:
            pass
        self._arrays, self._steps, self._used = before
        return False

    def pick(self, n: int) -> int:
        """One of n choices; 0 is the simplest."""
        return self._choices.pick(n)

    def choose(self, options: Sequence[T]) -> T:
        """One of several things."""
        if not options:
            raise Skip
        return options[self.pick(len(options))]

    def __getitem__(self, value: Value) -> Any:
        """The array that a value holds."""
        return self._arrays[value.number]

    # ---- operands ------------------------------------------------------------------------------------------

    def leaf(self, shape: tuple[int, ...] | None = None) -> Value:
        """A new input: different numbers of both signs, none of them near 0."""
        if shape is None:
            shape = self.choose(SHAPES)
        inputs = sum(step is None for step in self._steps)
        count = int(np.prod(shape, dtype=int))
        if inputs >= MOST_INPUTS or count > MOST_NUMBERS:
            raise Skip
        numbers = (0.2 * np.arange(count) + 0.1 + 0.03 * inputs) * (-1.0) ** np.arange(count)
        seed = self.pick(256)
        if seed:
            numbers = np.random.default_rng(seed).permutation(numbers)
        return self._append(np.round(numbers, 2).reshape(shape), None)

    def operand(self) -> Value:
        """A value to work on: an open end, one that was used before, or a new input."""
        way = self.pick(8)
        open_ends = self.open_ends()
        if open_ends and way < 5:
            return open_ends[-1 - self.pick(len(open_ends))]
        if way >= 6 or not self.floating():
            try:
                return self.leaf()
            except Skip:
                pass
        return self.choose(self.floating()[::-1])

    def mate(self, *values: Value) -> Value:
        """One more operand, whose shape broadcasts with these: another value, the same one, a new input."""
        shape = np.broadcast_shapes(*(self[v].shape for v in values))
        way = self.pick(6)
        if way >= 4:
            try:
                return self.leaf(self.choose([shape, shape[1:], shape[-1:], (*shape[:-1], 1), (2, *shape)]))
            except Skip:
                pass
        return self.choose([v for v in self.floating()[::-1] if _meet(self[v].shape, shape)])

    def number(self) -> float:
        """A short number between ¼ and 2."""
        return (self.pick(8) + 1) / 4

    def floating(self) -> list[Value]:
        """All values but masks."""
        return [Value(k) for k, x in enumerate(self._arrays) if x.dtype.kind == "f"]

    def open_ends(self) -> list[Value]:
        """The values that nothing reads so far."""
        return [v for v in self.floating() if not self._used[v.number]]

    # ---- steps ---------------------------------------------------------------------------------------------

    def call(self, function: Callable[..., Any], *args: Any, **params: Any) -> Value:
        """A step: its result, computed at once."""
        step = Step(function, args, params)
        array = np.asarray(step.call(self._arrays))
        if array.size > MOST_NUMBERS or not array.size:
            raise Skip
        for number in step.operands:
            self._used[number] += 1
        return self._append(array, step)

    def _append(self, array: Any, step: Step | None) -> Value:
        self._arrays.append(array)
        self._steps.append(step)
        self._used.append(0)
        return Value(len(self._arrays) - 1)

    def fitted(self, value: Value, domain: Domain) -> Value:
        """The value itself where it lies in the domain, else one made of it that does.

        The numbers of an input that nothing reads yet are changed; of other values more steps are made.
        """
        if domain.holds(self[value]):
            return value
        if self._steps[value.number] is None and not self._used[value.number]:
            self._arrays[value.number] = np.round(_remade(self[value], domain), 3)
            if domain.holds(self[value]):
                return value
        if domain.low >= 0 and self[value].min(initial=np.inf) < domain.low:
            value = self.call(
                np.add, self.call(np.square, self.fitted(value, TAME)), round(domain.low + 0.05, 2)
            )
        if domain.distinct and not Domain(distinct=True).holds(self[value]):
            ranks = np.arange(float(self[value].size)).reshape(self[value].shape)
            value = self.call(np.add, self.fitted(value, Domain(-0.2, 0.2)), ranks / 2)
        size = float(np.abs(self[value]).max(initial=0))
        top = domain.high if domain.low >= 0 else min(domain.high, -domain.low)
        if size > top:
            value = self.call(np.multiply, value, 2.0 ** np.floor(np.log2(top / size)))
        for kink in domain.kinks:
            if np.abs(self[value] - kink).min(initial=np.inf) < DISTANCE:
                value = self.call(np.add, value, _step_aside(self[value] - kink))
        if not domain.holds(self[value]):
            raise Skip
        return value

    def apart(self, x: Value, y: Value) -> Value:
        """The value y, moved so far that no number of it is near its partner in x."""
        gaps = self[x] - self[y]
        if not gaps.size or np.abs(gaps).min() >= DISTANCE:
            return y
        return self.call(np.subtract, y, _step_aside(gaps))

    # ---- the end -------------------------------------------------------------------------------------------

    @property
    def cost(self) -> int:
        """The number of steps when all open ends are joined."""
        ends = self.open_ends()
        if len(ends) < 2:
            return self.size
        return self.size + len(ends) - 1 + len([v for v in ends if self[v].ndim])

    @property
    def size(self) -> int:
        """The number of steps so far."""
        return sum(step is not None for step in self._steps)

    def join(self) -> None:
        """Add the sums of the open ends, so that every step has a part in the result."""
        ends = self.open_ends()
        if len(ends) < 2:
            return
        sums = [self.call(np.sum, v) if self[v].ndim else v for v in ends]
        total = sums[0]
        for v in sums[1:]:
            total = self.call(np.add, total, v)

    def program(self) -> Program:
        """The finished program, its inputs in front."""
        inputs = [k for k, step in enumerate(self._steps) if step is None]
        inner = [k for k, step in enumerate(self._steps) if step is not None]
        numbers = {old: new for new, old in enumerate([*inputs, *inner])}
        steps = [step.moved(numbers) for step in self._steps if step is not None]
        return Program([self._arrays[k] for k in inputs], steps)


def _meet(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether two shapes broadcast, to not too many numbers."""
    sides = [
        max(i, j) if 1 in (i, j) else (i if i == j else -1)
        for i, j in zip(_padded(a, len(b)), _padded(b, len(a)), strict=True)
    ]
    return -1 not in sides and np.prod(sides, dtype=int) <= MOST_NUMBERS


def _padded(shape: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    return (1,) * (ndim - len(shape)) + shape


def _remade(x: Any, domain: Domain) -> Any:
    """Numbers in the domain in place of those of an input: positive, or smaller."""
    if domain.low >= 0:
        x = np.abs(x) + domain.low
    top = domain.high if domain.low >= 0 else min(domain.high, -domain.low)
    size = np.abs(x).max(initial=0)
    return x if size <= top else x * (top / size)


def _step_aside(x: Any) -> float:
    """The smallest shift that brings every number well away from 0, on two decimals."""
    numbers = np.sort(x, axis=None)
    room = 2 * DISTANCE + 0.02
    gaps = [k for k, gap in enumerate(np.diff(numbers)) if gap >= room]
    middles = [float(numbers[k] + numbers[k + 1]) / 2 for k in gaps]
    return min((round(-c, 2) for c in [*middles, float(numbers[0]) - 0.2, float(numbers[-1]) + 0.2]), key=abs)
