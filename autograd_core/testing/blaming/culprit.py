"""`blame`: the first operation of a recorded graph whose rule is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.graphs import Graph, graph
from autograd_core.graphs.snapshot.records import Mark
from autograd_core.graphs.snapshot.records import Node as Drawn
from autograd_core.node import Node, ancestors
from autograd_core.state import enable_grad
from autograd_core.tensor import Tensor
from autograd_core.testing.blaming.replay import Replay
from autograd_core.testing.blaming.single_ops import SingleOp, single_op
from autograd_core.testing.checking.entries import mistake
from autograd_core.testing.checking.examine import Outcome, examine_op
from autograd_core.testing.checking.guesses import Guess
from autograd_core.testing.checking.subject import Level, Subject
from autograd_core.testing.checking.survey import Flaw, index_of
from autograd_core.trees import flatten, rebuild


@dataclass(frozen=True, repr=False)
class Blame:
    """What `blame` found: true if something is to blame. `str` is the whole report.

    Attributes:
        op: the name of the operation, or None if all is right.
        module: the path of the module in which it was recorded, "" outside of any.
        shapes: the shapes of its arguments and of its result.
        argument: the position of the argument whose rule is wrong.
        name: how that argument is called.
        index: of the number that is furthest off.
        engine: the gradient of that number by the rule, for random numbers arriving at the result.
        differences: the same by differences of the operation's own forward.
        guess: what the mistake looks like.
        checked: how many operations were found right, or had nothing to be checked.
        graph: the picture in which the operation is marked.
        text: the report.
    """

    op: str | None
    module: str
    shapes: tuple[tuple[int, ...], ...]
    argument: int | None
    name: str | None
    index: tuple[int, ...] | None
    engine: float | None
    differences: float | None
    guess: Guess | None
    checked: int
    graph: Graph
    text: str

    def __bool__(self) -> bool:
        return self.op is not None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Blame: {self.text.splitlines()[0]}>"


def blame(loss: Any, *args: Any, names: Any = "auto") -> Blame:
    """Find the first operation, from the inputs on, whose rule is wrong.

    Every operation is looked at alone: its rule against differences of its own forward in float64, at the
    numbers with which it was recorded. So one wrong rule among thousands of right ones is named, whatever
    happens behind it.

    Args:
        loss: a recorded Tensor whose graph was not released, or several in a list or dict; or, with `args`,
            a function. It need not be a single number.
        args: what the function is called with: arrays, Tensors, numbers.
        names: as for `ac.graph`.

    Returns:
        A report, true if something is to blame: `if blame(loss): ...`.

    Raises:
        ReleasedGraphError: after `backward()`, which releases the graph.
        GradientError: if nothing was recorded.

    >>> import autograd_core as ac
    >>> cube = ac.elementwise("cube", lambda x: x**3, lambda g, z, x: g * (2 * x * x), keeps="x")
    >>> x = ac.Tensor(2.0, True, name="x")
    >>> found = blame(cube(x) + 1)
    >>> bool(found), found.op, found.name
    (True, 'cube', 'x')
    """
    if args and callable(loss):
        with enable_grad():
            loss = loss(*(rebuild(a, iter([_variable(x) for x in flatten(a)])) for a in args))
    elif args:
        raise TypeError("blame takes one result, or a function and its arguments")
    roots = list(flatten(loss))
    for root in roots:
        if not isinstance(root, Tensor):
            hint = ": give its arguments too, blame(f, x)" if callable(root) else ""
            raise TypeError(f"blame looks into a recorded Tensor, got {type(root).__name__}{hint}")
        if root.node is None:
            raise GradientError(f"blame: nothing was recorded: {root.why_no_grad()}")
    order = ancestors(root.node for root in roots if root.node is not None)
    return _Search(order, graph(loss, names=names), [r.node for r in roots]).report()


def _variable(x: Any) -> Any:
    """An argument at which a function is recorded."""
    if isinstance(x, Tensor):
        return x
    array = np.asarray(float(x) if isinstance(x, int) and not isinstance(x, bool) else x)
    return Tensor(array, requires_grad=True) if array.dtype.kind == "f" else x


@dataclass(frozen=True)
class _Fault:
    """What is wrong with the rule of one argument: words, or where, both sides and a guess."""

    argument: int
    words: str = ""
    index: tuple[int, ...] | None = None
    engine: float | None = None
    differences: float | None = None
    guess: Guess | None = None


class _Search:
    """The walk through one graph, oldest operation first."""

    def __init__(self, order: Sequence[Node], picture: Graph, roots: Sequence[Any]) -> None:
        self._order, self._picture, self._roots = order, picture, roots
        # operations are drawn in the order in which they were recorded
        made = (n for n in picture.nodes if n.kind == "operation")
        operations = [n for n in order if n.op is not None]
        self._drawn: Mapping[Node, Drawn] = dict(zip(operations, made, strict=True))
        self._replay = Replay(order)
        self._checked = 0
        self._skipped: dict[str, int] = {}
        self._unclean: Node | None = None

    def report(self) -> Blame:
        for node in self._order:
            if node.op is None:
                continue
            fault = self._fault(node)
            if isinstance(fault, _Fault):
                return self._guilty(node, fault)
            value = self._replay.values[node]
            if self._unclean is None and value.dtype.kind == "f" and not np.isfinite(value).all():
                self._unclean = node
            if fault is not None:
                self._skipped[fault] = self._skipped.get(fault, 0) + 1
            self._checked += fault is None
        if self._unclean is not None and not self._ends_finite():
            return self._not_finite(self._unclean)
        return self._innocent()

    def _ends_finite(self) -> bool:
        values = (self._replay.values.get(n) for n in self._roots)
        return all(z is None or bool(np.isfinite(z).all()) for z in values)

    def _fault(self, node: Node) -> _Fault | str | None:
        """What is wrong with a node; a sentence if it cannot be checked."""
        op = single_op(node, self._replay)
        if isinstance(op, str):
            return op
        try:
            outcome = examine_op(op)
            bad = self._infinite(node, op)
        except Exception as error:
            return _Fault(_raising(op), f"its rule raises {type(error).__name__}: {error}")
        if bad is None and outcome.kind == "noise":
            return "its values are too rough"
        if bad is not None or outcome.kind != "wrong":
            return bad
        flaw, spot = _of_first_argument(outcome), outcome.spot
        p, i = flaw.entry or (next(iter(flaw.direction)), 0)
        words = "" if flaw.entry else "each slope alone is right, but not all together"
        unit = float(spot.scales[p].reshape(-1)[i]) if flaw.entry else 1.0
        why = mistake(spot, p, self._sizes(node, op.which[p]))
        index = index_of(flaw.entry, spot.arrays[p].shape) if flaw.entry else None
        return _Fault(op.which[p], words, index, flaw.slope / unit, flaw.finding.slope / unit, why)

    def _infinite(self, node: Node, op: SingleOp) -> _Fault | None:
        """A rule that gives what is not finite for numbers that are."""
        if not all(np.isfinite(x).all() for x in (self._replay.values[node], *op.arrays)):
            return None
        for which, x, g in zip(op.which, op.arrays, op.level.gradient(op.arrays), strict=True):
            if g is not None and not np.isfinite(g).all():
                at = _first_bad(g)
                words = f"its rule gives {g[at]} where the argument is {x[at]:.6g}"
                return _Fault(which, words, at, float(g[at]))
        return None

    # ---- what is said --------------------------------------------------------------------------------------

    def _guilty(self, node: Node, fault: _Fault) -> Blame:
        called = self._called(node, fault.argument)
        lines = [f"{self._where(node)}: its rule for {called} is wrong"]
        if fault.words:
            lines.append(f"  {fault.words}")
        if fault.differences is not None:
            worst = "in all" if fault.index is None else f"worst at {_index(fault.index)}"
            lines.append(
                f"  {worst}: the rule gives {fault.engine:.6g}, "
                f"differences of the forward give {fault.differences:.6g}"
            )
        if fault.guess is not None:
            lines.append(f"  it looks like: {fault.guess}")
        lines += self._footnotes()
        word = f"rule for {called}" + (f": {fault.guess.short}" if fault.guess else " is wrong")
        return self._made(node, fault, lines, word)

    def _sizes(self, node: Node, i: int) -> dict[str, int]:
        """The lengths that a rule may wrongly divide by: those of the result and of the other arguments."""
        arrays = {"the result": self._replay.values[node]}
        arrays |= {self._called(node, k): x for k, x in enumerate(self._replay.operands(node)) if k != i}
        return {
            f"the length of axis {axis} of {called}": n
            for called, x in arrays.items()
            for axis, n in enumerate(np.shape(x))
        }

    def _not_finite(self, node: Node) -> Blame:
        """The first operation that made numbers which are not finite of finite ones, or was given them."""
        z = self._replay.values[node]
        given = [np.asarray(x) for x in self._replay.operands(node)]
        bad = next((i for i, x in enumerate(given) if x.dtype.kind == "f" and not np.isfinite(x).all()), None)
        if bad is not None:
            index = _first_bad(given[bad])
            words = f"is given {given[bad][index]} in {self._called(node, bad)} at {_index(index)}"
        else:
            index = _first_bad(z)
            of = " and ".join(_at(x, index, z.shape) for x in given)
            words = f"gives {z[index]} at {_index(index)}, from {of}"
        lines = [f"{self._where(node)}: {words}", *self._footnotes()]
        return self._made(node, _Fault(bad or 0, words, index), lines, words)

    def _innocent(self) -> Blame:
        lines = ["nothing to blame: " + self._checked_words(), *self._footnotes()[bool(self._checked) :]]
        return Blame(
            None, "", (), None, None, None, None, None, None, self._checked, self._picture, "\n".join(lines)
        )

    def _made(self, node: Node, fault: _Fault, lines: list[str], word: str) -> Blame:
        assert node.op is not None
        given = [np.shape(x) for x in self._replay.operands(node)]
        return Blame(
            node.op.name,
            node.state.scope,
            (*given, self._replay.values[node].shape),
            fault.argument,
            self._called(node, fault.argument),
            fault.index,
            fault.engine,
            fault.differences,
            fault.guess,
            self._checked,
            self._picture.marked({self._drawn[node]: Mark(word)}),
            "\n".join(lines),
        )

    def _footnotes(self) -> list[str]:
        lines = [f"  before it: {self._checked_words()}"] if self._checked else []
        for reason, count in self._skipped.items():
            which = "1 operation was" if count == 1 else f"{count} operations were"
            lines.append(f"  {which} not checked: {reason}")
        if self._unclean is not None and self._ends_finite():
            lines.append(f"  numbers that are not finite appear first in {self._where(self._unclean)}")
        if self._replay.invented:
            lines.append("  random numbers stand in for arrays that nobody kept")
        return lines

    def _checked_words(self) -> str:
        if self._checked == 1:
            return "1 operation, whose rule agrees with differences"
        return f"{self._checked} operations, whose rules agree with differences"

    def _where(self, node: Node) -> str:
        assert node.op is not None
        given = ", ".join(str(np.shape(x)) for x in self._replay.operands(node))
        place = f" in {node.state.scope}" if node.state.scope else ""
        return f"{node.op.name}{place}, {given} → {self._replay.values[node].shape}"

    def _called(self, node: Node, i: int) -> str:
        drawn = self._drawn[node]
        if i < len(drawn.inputs):
            value = drawn.inputs[i]
            called = value.name or value.formula
            if called is not None and len(called) <= 24:
                return called
        assert node.op is not None
        letters = node.op.letters
        return letters[i] if i < len(letters) else f"argument {i}"


def _of_first_argument(outcome: Outcome) -> Flaw:
    """The worst number of the first argument whose rule is wrong; the worst line if no number shows it."""
    assert outcome.flaw is not None
    known = [(f.entry[0], -f.size, f) for f in outcome.survey.flaws if f.entry is not None and f.suspicious]
    return min(known, key=lambda one: one[:2])[2] if known else outcome.flaw


def _raising(op: SingleOp) -> int:
    """The first argument whose rule raises by itself."""
    for p, which in enumerate(op.which):
        alone = Subject(partial(_put, op, p), (op.arrays[p],))
        try:
            Level(alone, op.level.weights).gradient([op.arrays[p]])
        except Exception:
            return which
    return op.which[0]


def _put(op: SingleOp, p: int, x: Any) -> Any:
    return op.level.subject.f(*op.arrays[:p], x, *op.arrays[p + 1 :])


def _index(index: tuple[int, ...]) -> str:
    return str(index) if index else "the only number"


def _first_bad(x: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(~np.isfinite(x))), x.shape))


def _at(x: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """The number of an operand that went into a number of the result, where shapes tell; else its range."""
    if np.size(x) and np.ndim(x) <= len(shape):
        try:
            return f"{np.broadcast_to(x, shape)[index]:.6g}"
        except ValueError:
            pass
    return f"{np.min(x):.6g} to {np.max(x):.6g}" if np.size(x) else "nothing"
