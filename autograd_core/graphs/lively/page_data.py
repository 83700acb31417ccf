"""What a live page knows besides its picture: the controls, how each card speaks, and the program."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.drawing.labels import LONGEST
from autograd_core.graphs.lively.controls import BOXES, Control
from autograd_core.graphs.lively.controls import around as ends
from autograd_core.graphs.lively.room import Roomy
from autograd_core.graphs.lively.translating import Translated, value_id
from autograd_core.graphs.lively.words import products, sentences
from autograd_core.graphs.page.assembly import part
from autograd_core.graphs.page.document import document
from autograd_core.graphs.page.shown import WORDS
from autograd_core.graphs.snapshot import numerals
from autograd_core.graphs.snapshot.records import Node

PACKAGE = "autograd_core.graphs.lively"
SCRIPTS = ("values.js", "state.js", "painting.js", "rows.js", "plot.js", "chain.js", "grips.js")
PANELS = (("inputs", "Inputs"), ("plot", "Curve and tangent"))
CHAIN = ("chain", "Chain rule")


class Around(NamedTuple):
    """What a page around this one wants.

    bare    no title, because it has one
    lines   derivations in letters, by the name of the input
    """

    bare: bool = False
    lines: Mapping[str, Sequence[str]] = MappingProxyType({})


ALONE = Around()


def live_document(
    graph: Any, translated: Translated, controls: Mapping[Node, Control], *, title: str | None, around: Around
) -> str:
    """The page as one text of HTML."""
    data = {
        "live": {
            "controls": [
                _control(id, n, controls.get(n) or Control(np.array(n.value), *ends(n.value), False))
                for id, n in translated.inputs.items()
            ],
            "constants": {id: _plain(x) for id, x in translated.constants.items()},
            "root": value_id(_root(graph)),
            "values": {
                value_id(n): {"s": list(n.shape), "b": n.dtype.kind == "b", "c": n.kind == "const"}
                for n in graph.nodes
                if n.kind != "operation"
            },
            "products": products(graph.nodes, graph.edges),
            "sentences": sentences(graph.nodes),
            "rules": {"inline": numerals.INLINE, "longest": LONGEST, "words": WORDS},
            "bare": around.bare,
            "lines": {name: list(lines) for name, lines in around.lines.items()},
        }
    }
    program = f"Page.program = {translated.source};"
    # in a block of their own: their names are theirs
    scripts = [program, "{", part("numerals.js"), *(part(name, PACKAGE) for name in SCRIPTS), "}"]
    styles = [part("lively.css", PACKAGE)]
    panels = (*PANELS, CHAIN) if around.lines else PANELS
    return document(Roomy(graph), title=title, scripts=scripts, styles=styles, panels=panels, data=data)


def _root(graph: Any) -> Node:
    root: Node = next(n for n in graph.nodes if n.kind == "output")
    return root


def _control(id: str, n: Node, c: Control) -> dict[str, Any]:
    return {
        "id": id,
        "name": (n.name or "").rpartition(".")[2] or id,
        "shape": list(n.shape),
        "start": _plain(np.asarray(c.start, n.dtype)),
        "low": c.low,
        "high": c.high,
        "slides": c.slides,
        "boxes": n.size <= BOXES,
        "single": n.dtype == np.float32,
    }


def _plain(x: Any) -> Any:
    """Numbers as JSON has them: what is not finite as text."""
    flat = [v if np.isfinite(v) else str(v) for v in np.asarray(x, float).ravel().tolist()]
    return flat if np.ndim(x) else flat[0]
