"""Program: a computation as an immutable list of calls, which can be run, printed, drawn and cut down."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_core.graphs import Graph, graph
from autograd_core.tensor import Tensor
from autograd_core.testing.properties.snippets import called, expression, imports
from autograd_core.texts.snippets import Name, assignment


@dataclass(frozen=True)
class Value:
    """In a step: the value with this number. The inputs come first, then the results of the steps."""

    number: int


@dataclass(frozen=True)
class Step:
    """One call: a function, what it is given, and its keywords. Values are `Value(number)`."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def operands(self) -> tuple[int, ...]:
        """The numbers of the values that go in."""
        return tuple(v.number for a in self.args for v in (a if isinstance(a, tuple) else (a,)) if _is(v))

    def call(self, values: Sequence[Any]) -> Any:
        """The result for these values."""
        return self.function(*(_put(a, values) for a in self.args), **self.params)

    def moved(self, numbers: Mapping[int, int]) -> "Step":
        """The same step with other numbers for its values."""
        places = {old: Value(new) for old, new in numbers.items()}
        return Step(self.function, tuple(_put(a, places) for a in self.args), self.params)


def _is(x: Any) -> bool:
    return x.__class__ is Value


def _put(arg: Any, values: Any) -> Any:
    """An argument with the values in it; only whole arguments and members of a tuple can be values."""
    if _is(arg):
        return values[arg.number]
    if isinstance(arg, tuple) and any(_is(a) for a in arg):
        return tuple(values[a.number] if _is(a) else a for a in arg)
    return arg


class Program:
    """A tensor program: inputs, and steps of which the last one is the result. Drawn by `programs`.

    It can be changed by nobody, so a failing one stays what it was: `run` it on other inputs, print its
    `source`, draw its `graph()`, cut it down with `smallest`.
    """

    __slots__ = ("_inputs", "_live", "_steps")

    def __init__(
        self, inputs: Sequence[Any], steps: Sequence[Step], live: Sequence[Any] | None = None
    ) -> None:
        kept = []
        for x in inputs:
            array = np.array(x)
            array.flags.writeable = False
            kept.append(array)
        self._inputs, self._steps = tuple(kept), tuple(steps)
        self._live = None if live is None else tuple(live)

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The arrays that it was drawn with, read-only; of a program that is `at` others, these."""
        return self._inputs if self._live is None else self._live

    @property
    def steps(self) -> tuple[Step, ...]:
        """The calls in order."""
        return self._steps

    @property
    def ops(self) -> tuple[str, ...]:
        """The names of the functions in order."""
        return tuple(called(step.function).split(".")[-1] for step in self._steps)

    def __len__(self) -> int:
        """The number of calls."""
        return len(self._steps)

    def at(self, *inputs: Any) -> "Program":
        """The same program on other inputs."""
        self._check(inputs)
        return Program(self._inputs, self._steps, inputs)

    def run(self, *inputs: Any) -> Any:
        """The result for these inputs (arrays, Tensors, anything that NumPy's functions take), or its own."""
        return self.values(*inputs)[-1]

    def values(self, *inputs: Any) -> list[Any]:
        """The inputs and the result of every step."""
        if inputs or not self._inputs:
            self._check(inputs)
        found = list(inputs or self.inputs)
        for step in self._steps:
            found.append(step.call(found))
        return found

    def _check(self, inputs: Sequence[Any]) -> None:
        if len(inputs) != len(self._inputs):
            raise TypeError(f"this program takes {len(self._inputs)} inputs, got {len(inputs)}")

    # ---- text and picture ----------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The names of the values in `source`: x1, x2 for inputs, v1, v2 for results."""
        inputs = [f"x{i + 1}" for i in range(len(self._inputs))]
        return inputs + [f"v{i + 1}" for i in range(len(self._steps))]

    @property
    def source(self) -> str:
        """The program as a Python file that runs by itself: its inputs, the function, one call."""
        names, n = self.names, len(self._inputs)
        listed = ", ".join(names[:n])
        lines = [*imports(step.function for step in self._steps), ""]
        lines += [assignment(name, x) for name, x in zip(names, self._inputs, strict=False)]
        lines += ["", "", f"def program({listed}):"]
        for name, step in zip(names[n:], self._steps, strict=True):
            args = tuple(_put(a, [Name(word) for word in names]) for a in step.args)
            lines.append(f"    {name} = {expression(step.function, args, step.params)}")
        lines += [f"    return {names[-1]}", "", "", f"result = program({listed})", ""]
        return "\n".join(lines)

    def __repr__(self) -> str:
        shapes = ", ".join(str(x.shape) for x in self._inputs)
        return f"<program of {len(self)}: {' '.join(self.ops)}; inputs {shapes}>"

    def graph(self) -> Graph:
        """The picture, with the names of `source`."""
        leaves = [Tensor(x, requires_grad=True) for x in self._inputs]
        values = self.values(*leaves)
        known = {k: v for k, v in zip(self.names, values, strict=True) if isinstance(v, Tensor)}
        result = values[-1]
        if not isinstance(result, Tensor) or not result.requires_grad:
            raise ValueError("this program has no picture: its result does not depend on the inputs")
        return graph(result, names=known)

    # ---- cutting down --------------------------------------------------------------------------------------

    def part(self, result: int, given: Collection[int]) -> "Program":
        """The part that computes one value from others, which become its inputs.

        Args:
            result: the number of the value to compute.
            given: the numbers of the values that are inputs; those that are not needed are left out.
        """
        return self._part(self.values(*self._inputs), result, given)

    def _part(self, values: Sequence[Any], result: int, given: Collection[int]) -> "Program":
        n = len(self._inputs)
        needed: set[int] = set()
        open_ends = [result]
        while open_ends:
            number = open_ends.pop()
            if number not in needed:
                needed.add(number)
                if number not in given and number >= n:
                    open_ends += self._steps[number - n].operands
        leaves = [k for k in sorted(needed) if k in given or k < n]
        inner = [k for k in sorted(needed) if k not in leaves]
        numbers = {old: new for new, old in enumerate([*leaves, *inner])}
        return Program([values[k] for k in leaves], [self._steps[k - n].moved(numbers) for k in inner])

    def smallest(self, fails: "Callable[[Program], bool]") -> "Program":
        """The smallest part that still fails: each step alone is tried first, then longer and longer parts.

        `fails` says of a part whether it shows the fault. Results of steps become inputs of a part, with the
        numbers that they have here (on two decimals if that fails too). Where no part fails, the program
        itself comes back.
        """
        values = self.values(*self._inputs)
        floating = [k for k, v in enumerate(values) if np.asarray(v).dtype.kind == "f"]
        tried = set()
        length = 1
        while length < len(self):
            for end in floating:
                part = self._part(values, end, {k for k in floating if k <= end - length})
                if not 0 < len(part) <= length or (end, len(part)) in tried:
                    continue
                tried.add((end, len(part)))
                if fails(part):
                    short = Program([np.round(x, 2) for x in part.inputs], part.steps)
                    return short if fails(short) else part
            length += 1 + length // 2
        return self
