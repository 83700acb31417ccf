"""Each op of a recorded graph as a function of its own, so that its rule stands beside its forward alone.

At a kink that is the only fair question. The rules of two ops may each choose a slope of theirs, and the
product or sum of the choices still be no slope of the whole: relu(x) − relu(−x) is x, but at 0 both rules
say 0. That is no mistake of a rule, so an op is wrong only if its own derivative is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core.node import Absent, Node
from autograd_core.testing.blaming.replay import Replay, parameters
from autograd_core.testing.checking.subject import Arrays, Level, Subject
from autograd_core.testing.checking.weights import weights

MOST = 200
"""Of longer programs the first ops are looked at."""


@dataclass(frozen=True)
class SingleOp:
    """One op with what it was called with.

    Attributes:
        name: of the op.
        which: the positions of the arguments that a gradient flows to.
        level: the op as a function of these arguments.
        arrays: their numbers.
    """

    name: str
    which: list[int]
    level: Level
    arrays: Arrays


def single_ops(order: Sequence[Node]) -> Iterator[SingleOp]:
    """The ops of a graph that can be looked at, the oldest first."""
    replay = Replay(order)
    for node in [n for n in order if n.op is not None][:MOST]:
        op = single_op(node, replay)
        if isinstance(op, SingleOp):
            yield op


def single_op(node: Node, replay: Replay) -> SingleOp | str:
    """The op of a node; a sentence if nothing of it can be checked. The replay gets to know its value."""
    row = node.op
    assert row is not None
    given = replay.operands(node)
    with np.errstate(all="ignore"):
        z = replay.values[node] = replay.forward(node, [np.copy(x) if _is_array(x) else x for x in given])
    if z.dtype.kind != "f":
        return f"its result is {z.dtype}"
    which = [i for i, x in enumerate(given) if node[i] is not None and _is_array(x) and x.dtype.kind == "f"]
    if not which or not any(np.isfinite(x).any() for x in (z, *(given[i] for i in which))):
        return "there are no finite numbers"
    settings = parameters(node)

    def call(*xs: Any) -> Any:
        args = list(given)
        for i, x in zip(which, xs, strict=True):
            args[i] = x
        result = row(*args, **settings)
        made = result.node
        if made is not None and made.op is row:  # a rule that reads what its row lets go of is found out
            drops = row.drops if row.drops is not None else range(len(args))
            made.args = tuple(_gone(a) if i - 1 in drops else a for i, a in enumerate(made.args))
        return result

    subject = Subject(call, tuple(given[i] for i in which))
    subject.infinite = not np.isfinite(z).all()
    return SingleOp(row.name, which, Level(subject, [weights(subject.plain(subject.start))]), subject.start)


def _is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray)


def _gone(x: Any) -> Any:
    return Absent(x.shape, x.dtype) if _is_array(x) else x
