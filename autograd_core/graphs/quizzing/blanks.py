"""The drawing with numbered gaps where something is asked for: the same DOT text, other words on it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from autograd_core.graphs import layout
from autograd_core.graphs.drawing.dot import body, defaults
from autograd_core.graphs.drawing.flow import Chip, Flow
from autograd_core.graphs.drawing.labels import Look, look
from autograd_core.graphs.drawing.theme import CHIP, PAPER
from autograd_core.graphs.drawing.views import View, fitted
from autograd_core.graphs.snapshot.records import Edge, Node

SPACE = "\u00a0"
CHIP_GAP, CARD_GAP, SHAPE_GAP = 26, 11, 9
SENTINEL = 910_000_000
"""Lengths from here on are those of no array; they stand for shapes until the text is written."""

_TIP = re.compile(r', tooltip="(?:[^"\\]|\\.)*"')

GAP = re.compile(rf"(\d+){SPACE}[_{SPACE}]{{4,}}")
"""What a gap looks like in the drawing."""


def chip_gap(number: int) -> str:
    """The words of an empty chip, as wide as a short formula."""
    return f"{number}{SPACE * (CHIP_GAP - 2 * len(str(number)))}"


def line_gap(number: int, wide: int) -> str:
    """A gap in a line, to be written on."""
    return f"{number}{SPACE}{'_' * wide}"


class AskedFlow(Flow):
    """The gradients of a graph, of which nothing is told that is asked for, nor what would give it away."""

    def __init__(
        self,
        nodes: Iterable[Node],
        edges: Iterable[Edge],
        kind: str,
        numbers: Mapping[str, int],
        filled: bool,
    ) -> None:
        """`numbers` has those of the gaps by place; with `filled` the answers stand in them."""
        super().__init__(tuple(nodes), edges)
        self.kind, self.numbers, self.filled = kind, numbers, filled

    def chip(self, edge: Edge | None) -> Chip | None:
        if self.kind == "shapes":
            return None
        found = super().chip(edge)
        if found is None or edge is None or self.filled:
            return found
        asked = self.numbers.get(f"d-{edge.target.number}-{edge.argument}")
        return found if asked is None else Chip("", chip_gap(asked), "")

    def arriving(self, op: Node) -> str:
        return super().arriving(op) if self.filled and self.kind == "grad" else ""

    def share(self, edge: Edge) -> float | None:
        return super().share(edge) if self.filled and self.kind == "grad" else None

    def rule(self, value: Node) -> str:
        return super().rule(value) if self.filled else ""


class AskedView(View):
    """A view whose cards have gaps for gradients."""

    def rows(self, node: Node, look: Look) -> tuple[str, str]:
        flow = self.flow
        assert isinstance(flow, AskedFlow)  # made below
        if flow.kind != "grad" or not node.differentiable:
            return "", ""
        number = flow.numbers.get(f"v-{node.number}")
        if flow.filled or number is None:
            gradient, how = super().rows(node, look)
            return gradient, how if flow.filled else ""
        derivative = flow.derivative(node)
        return f"{derivative} = {line_gap(number, CARD_GAP)}", ""


def source(graph: Any, kind: str, numbers: Mapping[str, int], heading: str = "", filled: bool = False) -> str:
    """The DOT text of a quiz.

    Args:
        graph: what is drawn.
        kind: local, grad or shapes.
        numbers: from the places that are asked for to the numbers of their gaps.
        heading: what stands above, as a label of DOT; without one there is nothing around the drawing.
        filled: whether the answers stand in the gaps.
    """
    shown = graph
    if kind == "shapes" and not filled:
        asked = {n: numbers[f"v-{n.number}"] for n in graph.nodes if f"v-{n.number}" in numbers}
        shown = graph.changed({n: {"shape": (SENTINEL + k,), "value": None} for n, k in asked.items()})
    drawing, plan = shown.drawing, shown._plan
    flow = AskedFlow(drawing.nodes, drawing.edges, kind, numbers, filled)
    view = AskedView("forward" if kind == "shapes" else "backward", flow, kind != "shapes")
    common = look(drawing.nodes, graph.settings.show, plan.network)._replace(graded=kind == "grad")
    drawn = fitted(common, plan, [view], widest=190) if kind == "grad" else common
    if kind == "grad":
        drawn = drawn._replace(graded=True)
    first, *rest = defaults(plan, drawn, [view], "")
    first = first.partition(", labelloc=b")[0].removesuffix("];")
    if heading:
        first += f", labelloc=t, labeljust=l, label=<{heading}>"
    lines = body(plan, drawn, shown._modules, drawing.marks, view)
    text = "\n".join(["digraph quiz {", f"{first}];", *rest, *lines, "}", ""])
    if kind == "shapes" and not filled:
        text = _TIP.sub("", text)  # they say shapes
        text = re.sub(rf"\({SENTINEL // 10**6}(\d{{6}}),\)", lambda m: line_gap(int(m[1]), SHAPE_GAP), text)
    if kind == "local" and not filled:
        text = re.sub(r'[^\n]*class="chip"[^\n]*', _whitened, text)
    return text


def for_paper(source: str) -> str:
    """A drawing to be written on by hand: higher chips, and no numbers, which might be taken for answers."""
    lines = []
    for line in source.splitlines():
        if 'class="chip"' in line and GAP.search(line):
            line = line.replace("height=0.24", "height=0.36")
        lines.append(GAP.sub(lambda m: m[0][len(m[1]) :].replace(SPACE, "_" if "_" in m[0] else SPACE), line))
    return "\n".join([*lines, ""])


def sized(source: str) -> tuple[float, float]:
    """How wide and high a drawing is."""
    found = re.search(r'viewBox="0\.00 0\.00 ([\d.]+) ([\d.]+)"', layout.svg(source))
    assert found is not None  # every picture says so
    return float(found[1]), float(found[2])


def _whitened(m: re.Match[str]) -> str:
    """An empty chip is white, as what is to be written on."""
    return m[0].replace(f'fillcolor="{CHIP}"', f'fillcolor="{PAPER}"') if GAP.search(m[0]) else m[0]
