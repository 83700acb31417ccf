"""The drawing as DOT text, which any Graphviz reads. The same graph always gives the same text."""

from collections.abc import Mapping

from autograd_core.graphs import labels
from autograd_core.graphs.labels import Look
from autograd_core.graphs.plan import Plan, Wire, common
from autograd_core.graphs.records import Edge, Mark, Marks, Module, Node
from autograd_core.graphs.theme import (
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
    PARAM_WIRE,
    QUIET,
    WIRE,
)

FEW = 4
"""A drawing of fewer nodes needs no legend."""


def dot(plan: Plan, look: Look, modules: Mapping[str, Module], marks: Marks, note: str = "") -> str:
    """The DOT text of a planned drawing."""
    chips = Chips(plan, marks)
    lines = ["digraph computation {", *_defaults(plan, look, note)]
    lines += _boxes(plan, look, modules, chips)
    lines += [_wire(w, plan, look, chips) for w in _labelled(plan)]
    lines += [f"  {_id(a)} -> {_id(b)} [style=invis, weight=4];" for a, b in plan.columns]
    return "\n".join([*lines, "}", ""])


def _defaults(plan: Plan, look: Look, note: str) -> list[str]:
    gaps = "nodesep=0.30, ranksep=0.32" if plan.network else "nodesep=0.28, ranksep=0.42"
    key = ""
    if len(plan.shown) >= FEW or note:
        legend = labels.legend((n.kind for n in plan.shown), look, note)
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


def _boxes(plan: Plan, look: Look, modules: Mapping[str, Module], chips: "Chips") -> list[str]:
    """All nodes, each in the box of its module; boxes are nested as the modules are."""
    members: dict[str, list[str]] = {}
    for n in plan.shown:
        path = plan.modules[n]
        members.setdefault(path, []).append(_node(n, plan, look, chips.on.get(n)))
        members[path] += chips.beside(n)
        for end in range(len(path)):
            if path[end] == ".":
                members.setdefault(path[:end], [])
    for card, (op, side) in plan.beside.items():
        pair = f"{_id(card)}; {_id(op)};" if side == "left" else f"{_id(op)}; {_id(card)};"
        members[plan.modules[op]].append(f"{{ rank=same; {pair} }}")
    for path, chip in chips.on_wires():
        members[path].append(chip)
    for path, op in _narrow(plan).items():
        wide = labels.module_width(modules[path])
        members[path].append(
            f'p{op.number} [style=invis, label="", width={wide:.2f}, height=0.1];'
            f" {{ rank=same; p{op.number} -> {_id(op)} [style=invis, weight=1]; }}"
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


def _node(n: Node, plan: Plan, look: Look, mark: Mark | None = None) -> str:
    group = f', group="g{plan.groups[n]}"' if n in plan.groups else ""
    tip = f', tooltip="{_quoted(_tooltip(n))}"'
    edge = OPERATION if mark is None else f'{MARKS[mark.style].line}", penwidth="{MARKS[mark.style].width}'
    dark = f'fillcolor="{OPERATION}", color="{edge}", fontcolor="{PAPER}"'
    if n.kind == "folded":
        look_of = (
            f'class="op folded", peripheries=2, height=0.42, {dark}, label=<{labels.folded(n.name or "")}>'
        )
        return f'{_id(n)} [id="f-{n.number}", {look_of}{group}{tip}];'
    if n.kind == "operation":
        text = labels.pill(n)
        if len(n.symbol) > 5 or n.symbol.isalpha():
            shape = f"fontsize=11, height=0.34, width=0.9, {dark}, label=<{text}>"
        else:
            points = 16 if len(n.symbol) == 1 else 12
            wide = "0.36" if plan.network else "0.40"
            sized = f'<FONT POINT-SIZE="{points}">{text}</FONT>'
            shape = f"shape=circle, style=filled, fixedsize=true, width={wide}, {dark}, label=<{sized}>"
        return f'{_id(n)} [id="o-{n.number}", class="op", {shape}{group}{tip}];'
    kind = KINDS[n.kind]
    bad = labels.is_bad(n)
    border, width = (GRADIENT, BAD_WIDTH) if bad else (kind.border, kind.width)
    if mark is not None:
        border, width = MARKS[mark.style].line, MARKS[mark.style].width
    style = 'style="rounded,filled,dashed", ' if kind.dashed else ""
    if labels.is_number(n):
        style += 'margin="0.08,0.03", width=0.4, height=0.3, '
    double = "peripheries=2, " if kind.double else ""
    css = f"v {kind.css} bad" if bad else f"v {kind.css}"
    text = labels.card(n, look, plan.modules[n])
    return (
        f'{_id(n)} [id="v-{n.number}", class="{css}", {style}{double}color="{border}",'
        f' fillcolor="{kind.fill}", penwidth={width}, label=<{text}>{group}{tip}];'
    )


def _tooltip(n: Node) -> str:
    words = [n.name or "", n.op or "", f"{n.dtype}{n.shape}" if n.kind != "folded" else "", n.module]
    text = "   ".join(w for w in words if w)
    return f"{text}   {n.formula}" if n.formula else text


# ---- wires -------------------------------------------------------------------------------------------------


def _labelled(plan: Plan) -> list[tuple[Wire, bool]]:
    """The wires, and whether each carries its label: a value that goes to many places is described once."""
    described: set[Node] = set()
    answer = []
    for w in sorted(plan.wires, key=lambda w: not w.spine):
        first = w.value not in described
        described.add(w.value)
        answer.append((w, plan.network and first and w.source not in plan.beside))
    number = {w: i for i, w in enumerate(plan.wires)}
    return sorted(answer, key=lambda pair: number[pair[0]])


def _wire(pair: tuple[Wire, bool], plan: Plan, look: Look, chips: "Chips") -> str:
    w, described = pair
    attributes = []
    place = plan.beside.get(w.source)
    source, target = _id(w.source), _id(w.target)
    if place is not None and place[0] is w.target and place[1] == "right":
        source, target = target, source
        attributes.append("dir=back")
    mark = chips.wires.get(w)
    if mark is not None:
        attributes.append(f'color="{MARKS[mark.style].line}", penwidth={MARKS[mark.style].width}')
    elif w.source.kind in ("param", "frozen"):
        attributes.append(f'color="{PARAM_WIRE}"')
    if plan.network:
        attributes.append(f"weight={20 if w.spine else 1}")
    elif w.spine and w.source.kind == "operation":
        attributes.append("weight=3")
    if described and w.target.kind != "output" and not (w.value is w.source and w.value.shape == ()):
        text = labels.wire(w.value, look, w.value is not w.source, plan.modules.get(w.target, ""))
        if text:
            attributes.append(f"label=<{text}>")
    if mark is not None:
        return chips.through(w, source, target, attributes)
    inside = f" [{', '.join(attributes)}]" if attributes else ""
    return f"  {source} -> {target}{inside};"


# ---- marks -------------------------------------------------------------------------------------------------


class Chips:
    """The words of marks, as chips: beside a marked node, on a marked wire."""

    def __init__(self, plan: Plan, marks: Marks) -> None:
        self._plan = plan
        self.on = {place: mark for place, mark in marks.items() if isinstance(place, Node)}
        self.wires: dict[Wire, Mark] = {}
        for edge, mark in marks.items():
            if isinstance(edge, Edge):
                # a value that goes in twice has two wires, of which the first is marked
                w = next((w for w in plan.wires if _carries(w, edge)), None)
                if w is not None:
                    self.wires[w] = mark
        self._number = {w: i for i, w in enumerate(self.wires)}

    def beside(self, n: Node) -> list[str]:
        """The chip of a marked node, tied to it."""
        mark = self.on.get(n)
        if mark is None:
            return []
        chip = f"c{n.number}"
        tie = f'dir=none, style=dotted, color="{MARKS[mark.style].line}", penwidth=1.4'
        return [_chip(chip, mark), f"{{ rank=same; {_id(n)} -> {chip} [{tie}]; }}"]

    def on_wires(self) -> list[tuple[str, str]]:
        """The chips on wires, each with the module in which both ends are."""
        found = []
        for w, mark in self.wires.items():
            chip = f"w{self._number[w]}"
            place = self._plan.beside.get(w.source)
            level = f" {{ rank=same; {chip}; {_id(w.target)}; }}" if place and place[0] is w.target else ""
            path = common([self._plan.modules[w.source], self._plan.modules[w.target]])
            found.append((path, _chip(chip, mark) + level))
        return found

    def through(self, w: Wire, source: str, target: str, attributes: list[str]) -> str:
        """A wire in two pieces with its chip between; the arrow stays at its end."""
        chip = f"w{self._number[w]}"
        back = "dir=back" in attributes
        rest = ", ".join(a for a in attributes if a != "dir=back" and not a.startswith("label="))
        label = "".join(f", {a}" for a in attributes if a.startswith("label="))
        head, tail = ("dir=back", "dir=none") if back else ("dir=none", "dir=forward")
        return f"  {source} -> {chip} [{head}, {rest}{label}];\n  {chip} -> {target} [{tail}, {rest}];"


WORDY = 48
"""The word of a mark is cut at so many letters."""


def _carries(w: Wire, edge: Edge) -> bool:
    into = edge.source is w.value and edge.target is w.target
    return into or (edge.target is w.value and edge.source is w.source)


def _chip(name: str, mark: Mark) -> str:
    look = MARKS[mark.style]
    word = labels.escape(mark.word, WORDY)
    text = labels.font(f"<B>{word}</B>" if look.bold else word, 10, look.text)
    return (
        f'{name} [class="{look.css}", style="rounded,filled", color="{look.border}", fillcolor="{look.fill}",'
        f' margin="0.12,0.03", height=0.24, width=0.3, penwidth=1, label=<{text}>];'
    )


def _id(n: Node) -> str:
    return f"{'o' if n.kind == 'operation' else 'f' if n.kind == 'folded' else 'v'}{n.number}"


def _quoted(text: str) -> str:
    """Text for a quoted string of DOT, which knows escapes and HTML entities."""
    return labels.escape(text).replace("\\", "\\\\")
