"""`backward_steps`: the reverse sweep one wire at a time, forwards and back.

The order is the engine's: newest operation first, so a gradient is passed on only when every part of it has
arrived. With `order="recursive"` the same wires are walked as naive recursion would, which passes a value on
each time a part arrives, and counts what arrived before once more.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.explaining.animation import write_gif
from autograd_core.explaining.stepping_page import walked
from autograd_core.graphs import Graph, graph
from autograd_core.graphs.snapshot.numerals import INLINE, inline, magnitude, number, plural, shape
from autograd_core.graphs.snapshot.records import Edge, Mark, Node
from autograd_core.tensor import Tensor

ORDERS = ("topological", "recursive")
MANY = 100_000
"""Naive recursion takes more steps than this only where it would not end in a lifetime."""

LONGEST = 200
"""So many seconds at most a frame stays."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One wire of the sweep.

    number        from 1
    node          the value whose gradient grows
    operation     the operation that is passed
    edge          the wire: what flows, flows against its arrow
    upstream      the gradient that arrives at the operation
    rule          the rule: `∂z/∂x = ∂z/∂s · a`
    local         the local derivative or the rule with the gradient left out: `a`, `· Wᵀ`
    contribution  what the wire adds
    before, after the gradient of the node before and after; before is None where nothing had arrived
    """

    number: int
    node: Node
    operation: Node
    edge: Edge
    upstream: Any
    rule: str
    local: str
    contribution: Any
    before: Any
    after: Any

    @property
    def words(self) -> str:
        """What is added to which gradient: `∂z/∂x += 4 · 2 = 8`."""
        # a factor reads as a product, any other rule as itself
        value = self.edge.local_value
        if np.ndim(self.contribution) == 0 and value is not None and np.ndim(value) == 0:
            worked = f"{_bracketed(self.upstream)} · {_bracketed(value)} = {_text(self.contribution)}"
        else:
            worked = _text(self.contribution)
        grown = "" if self.before is None else f"   ({_text(self.before)} + {_text(self.contribution)}"
        grown += f" = {_text(self.after)})" if grown else ""
        return f"{_derivative(self.node)} += {worked}{grown}"

    def __str__(self) -> str:
        return f"{self.number:>3}  {self.operation.symbol}: {self.words}"


class BackwardSteps:
    """The reverse sweep of one scalar result, step by step. Made by `ac.backward_steps`."""

    def __init__(self, whole: Graph, order: str = "topological") -> None:
        self._graph = whole
        (self._root,) = [n for n in whole if n.kind == "output"]
        self._into: dict[Node, list[Edge]] = {}
        for e in whole.edges:
            if e.argument is not None and e.local is not None:
                self._into.setdefault(whole[e.target.number + 1], []).append(e)
        self.order = order
        self._steps = list(self._recursive() if order == "recursive" else self._topological())
        self.position = 0
        self._stops: set[Node] = set()

    # ---- the walk ------------------------------------------------------------------------------------------

    def _topological(self) -> Iterator[Step]:
        sums: dict[Node, Any] = {self._root: np.ones((), self._root.dtype)}
        for result in reversed([n for n in self._graph if n.kind != "operation"]):
            if result in sums:
                for edge in self._into.get(result, ()):
                    yield self._pass(edge, sums[result], sums)

    def _recursive(self) -> Iterator[Step]:
        sums: dict[Node, Any] = {self._root: np.ones((), self._root.dtype)}
        waiting = [self._root]
        while waiting:
            result = waiting.pop()
            edges = self._into.get(result, [])
            for edge in edges:
                yield self._pass(edge, sums[result], sums)
                if self._count > MANY:
                    raise GradientError(
                        f"naive recursion takes more than {MANY:,} steps here; the engine's order takes "
                        f"{sum(len(e) for e in self._into.values()):,}"
                    )
            waiting.extend(edge.source for edge in reversed(edges))

    _count = 0

    def _pass(self, edge: Edge, upstream: Any, sums: dict[Node, Any]) -> Step:
        self._count += 1
        c = self._graph.contribution(edge, upstream)
        before = sums.get(edge.source)
        after = sums[edge.source] = c if before is None else before + c
        return Step(
            self._count,
            edge.source,
            edge.target,
            edge,
            _plain(upstream),
            edge.rule or "",
            edge.local or "",
            _plain(c),
            None if before is None else _plain(before),
            _plain(after),
        )

    # ---- moving --------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps)

    def __getitem__(self, i: int) -> Step:
        return self._steps[i]

    @property
    def done(self) -> bool:
        """Whether the sweep is over."""
        return self.position == len(self._steps)

    @property
    def current(self) -> Step | None:
        """The step that was taken last; None at the start."""
        return self._steps[self.position - 1] if self.position else None

    def step(self) -> Step:
        """Take the next step.

        Raises:
            StopIteration: at the end.
        """
        if self.done:
            raise StopIteration("the sweep is over: back() or reset() to see it again")
        self.position += 1
        return self._steps[self.position - 1]

    def back(self) -> Step | None:
        """Take the last step back, and return the one before; at the start nothing happens."""
        self.position = max(0, self.position - 1)
        return self.current

    def reset(self) -> None:
        """Go to the start."""
        self.position = 0

    def run_to(self, x: str | Tensor | Node) -> Step | None:
        """Take steps until the gradient of x is complete; from behind it, go back to there.

        Raises:
            ValueError: if no gradient reaches x.
        """
        node = self._graph.find(x)
        arriving = [s.number for s in self._steps if s.node is node]
        if not arriving and node is not self._root:
            raise ValueError(f"run_to: no gradient reaches {_called(node)}")
        self.position = arriving[-1] if arriving else 0
        return self.current

    def break_at(self, *xs: str | Tensor | Node) -> None:
        """Let `run` stop whenever a gradient arrives at one of these. Without arguments: nowhere any more."""
        self._stops = {self._graph.find(x) for x in xs}

    def run(self) -> Step | None:
        """Take steps until a gradient has arrived at a value of `break_at`, or to the end."""
        while not self.done:
            if self.step().node in self._stops:
                break
        return self.current

    # ---- what is to be seen --------------------------------------------------------------------------------

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradients so far, by name or formula; what nothing has arrived at is missing."""
        found = {_called(self._root): 1.0, **{_called(s.node): s.after for s in self._steps[: self.position]}}
        return found

    @property
    def graph(self) -> Graph:
        """The picture at this point: gradients so far, dashes elsewhere, the step marked."""
        arrived = {s.node: s.after for s in self._steps[: self.position]}
        arrived[self._root] = self._root.grad
        changes = {n: {"grad": arrived.get(n)} for n in self._graph if n.kind != "operation"}
        marks: dict[Node | Edge, Mark] = {}
        if self.current is not None:
            marks[self.current.operation] = Mark("", "aside")
        told = (
            f"step {str(self.current).strip()}" if self.current else f"the seed: {self._root.derivative} = 1"
        )
        return self._graph.changed(changes, marks=marks, note=told).viewed("backward")

    def save(self, path: str | PathLike[str], *, seconds: float = 1.2) -> Path:
        """Write the whole sweep: as a page that steps and plays, .html, or as a moving picture, .gif.

        Both walk in this order; the page in the engine's order takes all wires of an operation in one step.

        Args:
            path: where to; its ending says which.
            seconds: how long each step of a GIF stays.

        Raises:
            ValueError: for another ending, or a time that a GIF cannot hold.
            ImportError: for a GIF without Pillow.
            GraphRenderError: for a GIF where nothing draws PNG.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending == ".html":
            if self.order == "topological":
                return self._graph.save(target)
            target.write_text(self._page(), encoding="utf-8", newline="\n")
            return target
        if ending != ".gif":
            raise ValueError(f"save: the ending says the format, .html or .gif; got {str(path)!r}")
        # a GIF counts in hundredths, up to 65,535 of them; the last frame stays longer
        stays: Any = seconds
        if not isinstance(stays, int | float) or isinstance(stays, bool) or not 0 <= stays <= LONGEST:
            raise ValueError(f"save: seconds is a number from 0 to {LONGEST}, got {seconds!r}")
        frames = [self._at(i).graph for i in range(len(self) + 1)]
        write_gif(frames, target, seconds)
        return target

    def _page(self) -> str:
        """The page of a walk that is not the engine's."""
        walk = self if self._graph is (whole := self._graph.whole()) else BackwardSteps(whole, self.order)
        verdict = ". ".join(line.strip().rstrip(".") for line in walk._verdict())
        note = f"Naive recursion, step by step: {verdict}. The panel lists the contributions that are right."
        return walked(whole, walk._steps, lambda step: step.words, note)

    def _at(self, position: int) -> "BackwardSteps":
        """The same walk at another position."""
        other = copy(self)
        other.position = position
        return other

    def __str__(self) -> str:
        """All steps, with an arrow at the present one."""
        lines = [f"     {_derivative(self._root)} = 1   (the seed)"]
        lines += [f"{'→' if s is self.current else ' '}{str(s)[1:]}" for s in self._steps]
        if self.order == "recursive":
            lines += self._verdict()
        return "\n".join(lines)

    def _verdict(self) -> list[str]:
        """What naive recursion got wrong, and why."""
        last = {s.node: s.after for s in self._steps}
        right = {s.node: s.after for s in BackwardSteps(self._graph)}
        wrong = [n for n in last if not np.allclose(last[n], right[n])]
        if not wrong:
            return ["     every gradient is right: no value that is computed is used twice here"]
        passes: dict[Node, int] = {}
        for s in self._steps:
            passes[s.operation] = passes.get(s.operation, 0) + (s.edge is self._first(s))
        again, times = max(passes.items(), key=lambda item: item[1])
        made = self._graph[again.number + 1]
        return [
            *(
                f"     {_derivative(n)} = {_text(last[n])} is wrong, {_text(right[n])} is right"
                for n in wrong
            ),
            f"     {_called(made)} was passed {times} times, each time with all that had arrived until then.",
            "     In topological order it is passed once, when everything has arrived.",
        ]

    def _first(self, step: Step) -> Edge:
        return self._into[self._graph[step.operation.number + 1]][0]

    def __repr__(self) -> str:
        return f"<BackwardSteps of {_called(self._root)}: {self.position} of {plural(len(self), 'step')}>"

    def _repr_svg_(self) -> str | None:
        """For notebooks: the picture at this point."""
        return self.graph._repr_svg_()


def backward_steps(
    z: Tensor | Graph | str, /, *, order: str = "topological", names: Any = "auto", **values: Any
) -> BackwardSteps:
    """The reverse sweep of z one wire at a time.

    Args:
        z: a recorded Tensor of one number, a graph with one such output, or a formula as text.
        order: "topological", as the engine does it, or "recursive" to see what naive recursion gets wrong.
        names: as for `ac.graph`.
        values: of the names in a formula as text.

    Raises:
        ValueError: for several outputs, one of several numbers, or an unknown order.
        TypeError: if z is no Tensor, graph or text, or for values of anything but a text.

    >>> a = Tensor(3.0, True, name="a")
    >>> b = (a + a).named("b")
    >>> c = (b + b).named("c")
    >>> print(backward_steps(c))
         ∂c/∂c = 1   (the seed)
      1  +: ∂c/∂b += 1 · 1 = 1
      2  +: ∂c/∂b += 1 · 1 = 1   (1 + 1 = 2)
      3  +: ∂c/∂a += 2 · 1 = 2
      4  +: ∂c/∂a += 2 · 1 = 2   (2 + 2 = 4)
    >>> print(backward_steps(c, order="recursive"))
         ∂c/∂c = 1   (the seed)
      1  +: ∂c/∂b += 1 · 1 = 1
      2  +: ∂c/∂b += 1 · 1 = 1   (1 + 1 = 2)
      3  +: ∂c/∂a += 2 · 1 = 2
      4  +: ∂c/∂a += 2 · 1 = 2   (2 + 2 = 4)
      5  +: ∂c/∂a += 2 · 1 = 2   (4 + 2 = 6)
      6  +: ∂c/∂a += 2 · 1 = 2   (6 + 2 = 8)
         ∂c/∂a = 8 is wrong, 4 is right
         b was passed 2 times, each time with all that had arrived until then.
         In topological order it is passed once, when everything has arrived.
    """
    if order not in ORDERS:
        raise ValueError(f"order is one of {', '.join(ORDERS)}, got {order!r}")
    if isinstance(z, str):
        z = graph(z, *([values] if values else []), names=names)
    elif not isinstance(z, Tensor | Graph):
        raise TypeError(
            f"backward_steps takes a Tensor, a graph or a formula as text, got {type(z).__name__}"
        )
    elif values:
        word = next(iter(values))
        raise TypeError(f"backward_steps has no setting {word!r}; only a formula as text has values")
    whole = (graph(z, names=names) if isinstance(z, Tensor) else z).computed()
    outputs = [n for n in whole if n.kind == "output"]
    if not outputs:
        raise ValueError("backward_steps: nothing was computed here, so no gradient flows")
    if len(outputs) != 1:
        raise ValueError(f"backward_steps needs one result, the graph has {len(outputs)}")
    if outputs[0].size != 1:
        raise ValueError(
            f"backward_steps starts from one number, {_called(outputs[0])} has the shape "
            f"{shape(outputs[0].shape)}: take its sum or mean"
        )
    return BackwardSteps(whole, order)


def _plain(x: Any) -> Any:
    """A Python number, or a read-only array."""
    array = np.array(x)
    if not array.ndim:
        return array.item()
    array.flags.writeable = False
    return array


def _called(n: Node) -> str:
    return n.name or n.formula or n.kind


def _derivative(n: Node) -> str:
    return n.derivative if n.derivative != "grad" else f"the gradient of {_called(n)}"


def _text(x: Any) -> str:
    if np.ndim(x) == 0:
        return number(x)
    array = np.asarray(x)
    return (
        inline(array)
        if array.size <= INLINE
        else f"array{shape(array.shape)}, |g| {magnitude(np.abs(array).mean())}"
    )


def _bracketed(x: Any) -> str:
    text = _text(x)
    return f"({text})" if text.startswith("−") else text
