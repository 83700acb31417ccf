"""Where several kinks meet: each op of the recorded program is looked at by itself.

The rules of two ops may each choose a slope of theirs at a kink, and the product or sum of the choices still
be no slope of the whole: relu(x) − relu(−x) is x, but at 0 both rules say 0. That is no mistake of a rule.
So at a kink an op is wrong only if its own derivative is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core.node import RELEASED, Absent, Node, ancestors
from autograd_core.testing.checking.subject import Arrays, Level, Subject
from autograd_core.testing.checking.weights import weights

MOST = 200
"""Of longer programs the first ops are looked at."""


@dataclass(frozen=True)
class Step:
    """One op of a program with what it was called with, as a function of its arguments."""

    name: str
    level: Level
    arrays: Arrays


def steps(level: Level, arrays: Arrays) -> list[Step]:
    """The ops of the program that φ₁ is, as far as their arguments are known."""
    first = Level(level.subject, level.weights[:1])
    roots = first.roots(first.subject.variables(arrays))
    nodes = ancestors([y.node for y, _ in roots if y.node is not None])
    return [step for node in nodes[:MOST] if (step := _step(node)) is not None]


def _step(node: Node) -> Step | None:
    op = node.op
    if op is None or node.args is RELEASED:
        return None
    given = list(node.args[1:])
    if any(isinstance(a, Absent) for a in given):
        return None
    which = [i for i, parent in enumerate(node) if parent is not None and isinstance(given[i], np.ndarray)]
    params = {k: v for k, v in node.params.items() if k not in op.residuals}
    if not which:
        return None

    def call(*xs: Any) -> Any:
        args = list(given)
        for i, x in zip(which, xs, strict=True):
            args[i] = x
        return op(*args, **params)

    subject = Subject(call, tuple(given[i] for i in which))
    try:
        values = subject.plain(subject.start)
    except (TypeError, ValueError):
        return None
    return Step(op.name, Level(subject, [weights(values)]), subject.start)
