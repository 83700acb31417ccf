"""Room for the longest numbers: cards and chips keep their size whatever the numbers become."""

import re
from collections.abc import Mapping
from typing import Any

from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.snapshot.numerals import INLINE
from autograd_core.graphs.snapshot.records import Node

LONGEST = "−0.0001235"
"""No number is longer, but for those that are beyond all use."""

WIDEST = 230
"""So wide may be the room for an array."""

_PLACE = re.compile(r' ID="([vdw])-(\d+)(?:-\d+)?-(value|grad|number|how)"( WIDTH="(\d+)")?')
_FIXED = re.compile(r' WIDTH="(\d+)"( HEIGHT="14" FIXEDSIZE="TRUE" ID="w-)')


class Roomy:
    """A graph that is drawn with room for longer numbers; everything else is that of the graph."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph

    @property
    def source(self) -> str:
        """The DOT text with wider cells."""
        nodes = {n.number: n for n in self._graph.nodes}
        return widened(self._graph.source, nodes)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._graph, name)
        if not callable(found):
            return found

        def called(*args: Any, **words: Any) -> Any:
            made = found(*args, **words)
            return Roomy(made) if type(made) is type(self._graph) else made

        return called


def widened(source: str, nodes: Mapping[int, Node]) -> str:
    """DOT text in which the cells of numbers are as wide as the longest one."""

    def wider(m: re.Match[str]) -> str:
        sort, number, what = m[1], int(m[2]), m[3]
        if sort == "w":
            return m[0]
        least = round(_needed(sort, what, nodes[number]))
        return m[0] if m[5] and int(m[5]) >= least else f'{m[0].removesuffix(m[4] or "")} WIDTH="{least}"'

    fixed = round(width(LONGEST, 10, True)) + 4
    text = _FIXED.sub(lambda m: f' WIDTH="{max(int(m[1]), fixed)}"{m[2]}', source)
    return _PLACE.sub(wider, text)


def _needed(sort: str, what: str, n: Node) -> float:
    if sort == "d":
        return width(LONGEST, 10, True)
    if what == "how":
        return width(f"{LONGEST} · ({LONGEST})", 9, False)
    count = n.size if n.size <= INLINE else 0
    if not n.shape:
        text, size = LONGEST, 13
    elif count:
        text, size = f"[{', '.join([LONGEST] * count)}]", 11
    else:
        return 0
    if what == "grad":
        # longer ones are written as a mean
        return min(width(f"{n.derivative} = {text}", 13, True), WIDEST)
    return min(width(text, size, False), WIDEST)
