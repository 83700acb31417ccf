"""What `check_layer` found, as data, as a table and as marks on a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd_core.graphs import Graph
from autograd_core.graphs.snapshot.records import Edge, Mark, Node
from autograd_core.testing.checking.guesses import Guess
from autograd_core.testing.showing import bundle, page


@dataclass(frozen=True)
class GradientReport:
    """What was found about one gradient.

    Attributes:
        name: dx, dW, ...
        of: the input or parameter that it belongs to.
        shape: of that input or parameter.
        verdict: "right", "wrong" or "missing".
        words: the explanation of a wrong one.
        guess: what the mistake looks like.
        index: where it is furthest off.
        found: the number of the hand-written gradient there.
        wanted: the right one.
    """

    name: str
    of: str
    shape: tuple[int, ...]
    verdict: str
    words: str = ""
    guess: Guess | None = None
    index: tuple[int, ...] | None = None
    found: float | None = None
    wanted: float | None = None

    @property
    def factor(self) -> float | None:
        """found / wanted, where that is one number."""
        return None if self.guess is None else self.guess.factor

    @property
    def short(self) -> str:
        """The explanation in a few words, for a picture."""
        return self.verdict if self.guess is None else self.guess.short

    def __bool__(self) -> bool:
        return self.verdict == "right"


@dataclass(frozen=True, repr=False)
class LayerReport:
    """What `check_layer` found: true if all is right. `str` is a table.

    Attributes:
        layer: the name of the class.
        how: where the right gradients are known from.
        gradients: one report per gradient, inputs first.
        faults: what is wrong besides, in sentences.
        notes: what is good to know.
        graph: the forward; the first wire, from the result backwards, whose gradient is wrong is marked.
        inputs: the names of the arguments of forward.
    """

    layer: str
    how: str
    gradients: tuple[GradientReport, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    graph: Graph | None
    inputs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return all(self.gradients) and not self.faults

    def __getitem__(self, name: str) -> GradientReport:
        for report in self.gradients:
            if name in (report.name, report.of):
                return report
        raise KeyError(
            f"no gradient is called {name!r}; there are {', '.join(g.name for g in self.gradients)}"
        )

    def __str__(self) -> str:
        wrong = [g.name for g in self.gradients if not g]
        if self:
            head = f"{self.layer}: all right"
        else:
            head = f"{self.layer}: {', '.join(wrong)} wrong" if wrong else f"{self.layer}: not right"
        lines = [f"{head}, by {self.how}" if self.gradients else head]
        rows = [(g.name, str(g.shape), g.verdict, g.words) for g in self.gradients]
        widths = [max((len(row[k]) for row in rows), default=0) for k in range(3)]
        for g, row in zip(self.gradients, rows, strict=True):
            cells = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=False))
            lines.append(f"  {cells}  {g.words}".rstrip())
            if g.index is not None and not g:
                right = "" if g.wanted is None else f", right is {g.wanted:.6g}"
                lines.append(f"  {' ' * widths[0]}  worst at {g.index}: {g.found:.6g}{right}")
        lines += [f"  ! {fault}" for fault in self.faults]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<LayerReport: {str(self).splitlines()[0]}>"

    def _repr_html_(self) -> str:
        """For notebooks: the table, and of what is wrong the graph."""
        return page(str(self), self._pictures)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(str(self), self._pictures)

    @property
    def _pictures(self) -> list[Graph]:
        if self or self.graph is None:
            return []
        named = any(n.name and n.kind == "intermediate" for n in self.graph.nodes)
        return [self.graph.redrawn(mode="backward", fold=("unnamed",)) if named else self.graph]


def marked(picture: Graph, reports: Sequence[GradientReport]) -> Graph:
    """The picture in which the wires of wrong gradients are marked, the first on the way back most."""
    wires = []
    for report in reports:
        if not report:
            edges = [e for e in picture.edges if e.source.name == report.of and e.source.op is None]
            if edges:
                wires.append((max(edges, key=lambda e: e.target.number), report))
    wires.sort(key=lambda pair: -pair[0].target.number)
    marks: dict[Node | Edge, Mark] = {}
    for n, (edge, report) in enumerate(wires):
        marks[edge] = Mark(f"{report.name} {report.short}", "aside" if n else "wrong")
    return picture.marked(marks)
