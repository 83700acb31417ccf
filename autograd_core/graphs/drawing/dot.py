"""The drawing as DOT text, which any Graphviz reads. The same graph always gives the same text."""

from collections.abc import Mapping, Sequence

from autograd_core.graphs.drawing import labels
from autograd_core.graphs.drawing.labels import Look
from autograd_core.graphs.drawing.plan import Plan
from autograd_core.graphs.drawing.theme import (
    BAD_WIDTH,
    FONT,
    GRADIENT,
    INK,
    KINDS,
    MARKS,
    MODULE,
    MODULE_BORDER,
    OPERATION,
    PAGE,
    PAPER,
    QUIET,
    WIRE,
)
from autograd_core.graphs.drawing.views import View, seen
from autograd_core.graphs.drawing.wiring import Wiring
from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.snapshot.records import Mark, Marks, Module, Node

FEW = 4
"""A drawing of fewer nodes needs no legend."""

BETWEEN = 0.30
"""The least gap between neighbours in a drawing of modules, in inches."""


def dot(
    plan: Plan, look: Look, modules: Mapping[str, Module], marks: Marks, view: View, note: str = ""
) -> str:
    """The DOT text of a planned drawing."""
    lines = [
        "digraph computation {",
        *defaults(plan, look, [view], note),
        *body(plan, look, modules, marks, view),
    ]
    return "\n".join([*lines, "}", ""])


def body(plan: Plan, look: Look, modules: Mapping[str, Module], marks: Marks, view: View) -> list[str]:
    """The nodes and wires of a planned drawing, line by line."""
    wiring = Wiring(plan, look, marks, view)
    lines = _boxes(plan, look, modules, view, wiring) + wiring.lines()
    columns = [f"  {view.name(a)} -> {view.name(b)} [style=invis, weight=4];" for a, b in plan.columns]
    return lines + columns


def defaults(plan: Plan, look: Look, views: Sequence[View], note: str) -> list[str]:
    """What holds for the whole drawing: gaps, typefaces, colours, the legend."""
    gaps = f"nodesep={BETWEEN:.2f}, ranksep=0.32" if plan.network else "nodesep=0.28, ranksep=0.42"
    if any(view.room for view in views):
        # the chips bring their own gaps, and networks are long
        gaps = f"nodesep=0.26, ranksep={0.18 if plan.network else 0.26:.2f}"
    key = ""
    if len(plan.shown) >= FEW or note:
        legend = labels.legend(plan.shown, look, note, *seen(plan, look, views))
        key = f", labelloc=b, labeljust=l,\n         label=<{legend}>"
    return [
        f'  graph [rankdir={plan.direction}, bgcolor="{PAGE}", pad=0.30, {gaps}, splines=spline,'
        f' outputorder=edgesfirst, fontname="{FONT}"{key}];',
        f'  node [fontname="{FONT}", fontsize={12 if plan.network else 13}, fontcolor="{INK}", shape=box,'
        f' style="rounded,filled", fillcolor="{PAPER}", margin="0.10,{"0.06" if plan.network else "0.07"}"];',
        f'  edge [fontname="{FONT}", fontsize=9, color="{WIRE}", fontcolor="{QUIET}", penwidth=1.4,'
        " arrowsize=0.65];",
    ]


# ---- nodes, in the boxes of their modules ------------------------------------------------------------------


def _boxes(plan: Plan, look: Look, modules: Mapping[str, Module], view: View, wiring: Wiring) -> list[str]:
    """All nodes, each in the box of its module; boxes are nested as the modules are."""
    members: dict[str, list[str]] = {}
    name = view.name
    for n in plan.shown:
        path = plan.modules[n]
        members.setdefault(path, []).append(_node(n, plan, look, view, wiring.on.get(n)))
        members[path] += wiring.beside(n)
        for end in range(len(path)):
            if path[end] == ".":
                members.setdefault(path[:end], [])
    for card, (op, side) in plan.beside.items():
        pair = f"{name(card)}; {name(op)};" if side == "left" else f"{name(op)}; {name(card)};"
        members[plan.modules[op]].append(f"{{ rank=same; {pair} }}")
    for station in wiring.stations():
        members.setdefault(station.module, []).append(station.text)
    for path, op in _narrow(plan).items():
        # the operation's left half stands below the heading too
        wide = labels.module_width(modules[path]) + 0.15 - labels.pill_width(op) / 2 - BETWEEN
        if wide <= 0:
            continue
        members[path].append(
            f'{view.prefix}p{op.number} [style=invis, label="", width={wide:.2f}, height=0.1];'
            f" {{ rank=same; {view.prefix}p{op.number} -> {name(op)} [style=invis, weight=1]; }}"
        )
    lines = [f"  {text}" for text in members.pop("", [])]
    opened: list[str] = []
    # a parent's path is a prefix of its children's: sorted by their parts, they come right after it
    for number, path in enumerate(sorted(members, key=lambda p: p.split("."))):
        while opened and not path.startswith(f"{opened[-1]}."):
            opened.pop()
            lines.append(f"{'  ' * (len(opened) + 1)}}}")
        opened.append(path)
        indent = "  " * len(opened)
        title = labels.module_title(modules[path])
        lines.append(f"{indent}subgraph cluster_{number} {{")
        lines.append(
            f'{indent}  graph [id="m-{number}", class="module", style="rounded,filled", fillcolor="{MODULE}",'
            f' color="{MODULE_BORDER}", penwidth=1, margin=12, labelloc=t, labeljust=l, label=<{title}>];'
        )
        lines += [f"{indent}  {text}" for text in members[path]]
    while opened:
        opened.pop()
        lines.append(f"{'  ' * (len(opened) + 1)}}}")
    return lines


def _narrow(plan: Plan) -> dict[str, Node]:
    """Boxes without a card on the left, where a wire would cross the heading, with their first operation."""
    left = {plan.modules[card] for card, (_, side) in plan.beside.items() if side == "left"}
    found: dict[str, Node] = {}
    for n in plan.shown:
        path = plan.modules[n]
        if n.kind == "operation" and path and path not in left and plan.direction == "TB":
            found.setdefault(path, n)
    outer = {path for path in found if any(inner.startswith(f"{path}.") for inner in left)}
    return {path: n for path, n in found.items() if path not in outer}


def _node(n: Node, plan: Plan, look: Look, view: View, mark: Mark | None = None) -> str:
    group = f', group="g{plan.groups[n]}"' if n in plan.groups else ""
    letter = {"folded": "f", "operation": "o"}.get(n.kind, "v")
    given = view.id(f"{letter}-{n.number}")
    tip = f', tooltip="{labels.quoted(_tooltip(n))}"'
    edge = OPERATION if mark is None else f'{MARKS[mark.style].line}", penwidth="{MARKS[mark.style].width}'
    dark = f'fillcolor="{OPERATION}", color="{edge}", fontcolor="{PAPER}"'
    if n.kind == "folded":
        look_of = (
            f'class="op folded", peripheries=2, height=0.42, {dark}, label=<{labels.folded(n.name or "")}>'
        )
        return f'{view.name(n)} [id="{given}", {look_of}{group}{tip}];'
    if n.kind == "operation":
        text = labels.pill(n)
        css = "op folded" if n.members else "op"
        if n.members:
            shape = f'peripheries=2, height=0.42, margin="0.12,0.04", {dark}, label=<{text}>'
        elif not _is_sign(n.symbol, wide := 0.36 if plan.network else 0.40):
            shape = f"fontsize=11, height=0.34, width=0.9, {dark}, label=<{text}>"
        else:
            points = _points(n.symbol)
            sized = f'<FONT POINT-SIZE="{points}">{text}</FONT>'
            shape = f"shape=circle, style=filled, fixedsize=true, width={wide:.2f}, {dark}, label=<{sized}>"
        return f'{view.name(n)} [id="{given}", class="{css}", {shape}{group}{tip}];'
    kind = KINDS[n.kind]
    bad = labels.is_bad(n)
    border, thick = (GRADIENT, BAD_WIDTH) if bad else (kind.border, kind.width)
    if mark is not None:
        border, thick = MARKS[mark.style].line, MARKS[mark.style].width
    style = 'style="rounded,filled,dashed", ' if kind.dashed else ""
    if labels.is_number(n):
        style += 'margin="0.08,0.03", width=0.4, height=0.3, '
    double = "peripheries=2, " if kind.double else ""
    css = f"v {kind.css} bad" if bad else f"v {kind.css}"
    text = labels.card(n, look, plan.modules[n], view.rows(n, look), given)
    return (
        f'{view.name(n)} [id="{given}", class="{css}", {style}{double}color="{border}",'
        f' fillcolor="{kind.fill}", penwidth={thick}, label=<{text}>{group}{tip}];'
    )


def _points(symbol: str) -> int:
    """The size of the letters on a disc."""
    return 16 if len(symbol) == 1 else 12


def _is_sign(symbol: str, inches: float) -> bool:
    """Whether a symbol stands on a disc of this width: no name, and with room at its sides."""
    return not symbol[:1].isalpha() and width(symbol, _points(symbol), True) < 0.9 * 72 * inches


def _tooltip(n: Node) -> str:
    words = [n.name or "", n.op or "", f"{n.dtype}{n.shape}" if n.kind != "folded" else "", n.module]
    text = "   ".join(w for w in words if w)
    return f"{text}   {n.formula}" if n.formula else text
