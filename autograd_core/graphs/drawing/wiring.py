"""The wires of a drawing and what stands on them: chips of local derivatives and of marks, sums, labels.

A wire is a row of stations: its source, perhaps the sum in which gradients meet, the chip of a mark, the chip
of the local derivative, its target. Values run along it, gradients against it.
"""

from itertools import pairwise
from typing import NamedTuple

from autograd_core.graphs.drawing import chips, labels
from autograd_core.graphs.drawing.labels import Look
from autograd_core.graphs.drawing.plan import Plan, Wire, common
from autograd_core.graphs.drawing.theme import GRADIENT, MARKS, PARAM_WIRE, WIRE
from autograd_core.graphs.drawing.views import View
from autograd_core.graphs.snapshot import numerals
from autograd_core.graphs.snapshot.records import Edge, Mark, Marks, Node

WORDY = 48
"""The word of a mark is cut at so many letters."""


class Station(NamedTuple):
    """Something on a wire: its name, its node in DOT, and the module in which it stands."""

    name: str
    text: str
    module: str


class Wiring:
    """The wires of one planned drawing in one view."""

    def __init__(self, plan: Plan, look: Look, marks: Marks, view: View) -> None:
        self._plan, self._look, self._view = plan, look, view
        self.on = {place: mark for place, mark in marks.items() if isinstance(place, Node)}
        self.marked: dict[Wire, Mark] = {}
        for edge, mark in marks.items():
            if isinstance(edge, Edge):
                # a value that goes in twice has two wires, of which the first is marked
                w = next((w for w in plan.wires if _carries(w, edge)), None)
                if w is not None:
                    self.marked[w] = mark
        self._number = {w: i for i, w in enumerate(self.marked)}
        self._chips = {w: view.flow.chip(view.flow.edge(w.target, w.argument)) for w in plan.wires}
        met: dict[tuple[Node, Node], list[Wire]] = {}
        for w in plan.wires if view.room else ():
            if self._chips[w] is not None:
                met.setdefault((w.source, w.value), []).append(w)
        self._met = {key: ws for key, ws in met.items() if len(ws) > 1}
        self._labelled = self._described()
        self._stations: dict[Wire, list[Station]] = {}

    def _described(self) -> set[Wire]:
        """The wires that carry a label: a value that goes to many places is described once."""
        described: set[Node] = set()
        answer = set()
        for w in sorted(self._plan.wires, key=lambda w: not w.spine):
            if self._plan.network and w.value not in described and w.source not in self._plan.beside:
                answer.add(w)
            described.add(w.value)
        return answer

    # ---- stations ------------------------------------------------------------------------------------------

    def stations(self) -> list[Station]:
        """Everything on wires, in the order of the wires."""
        found = {s.name: s for w in self._plan.wires for s in self._along(w)}
        return list(found.values())

    def _along(self, w: Wire) -> list[Station]:
        """What is on a wire between its ends."""
        if w not in self._stations:
            self._stations[w] = self._found(w)
        return self._stations[w]

    def _found(self, w: Wire) -> list[Station]:
        view = self._view
        made: list[Station] = []
        module = common([self._plan.modules[w.source], self._plan.modules[w.target]])
        unseen = "" if view.backward else ", style=invis"
        group = self._plan.groups.get(w.source)
        run = f', group="g{group}"' if w.spine and group == self._plan.groups.get(w.target, -1) else ""
        part = self._chips[w]
        if part is not None and (w.source, w.value) in self._met:
            name = f"{view.prefix}s{w.value.number}"
            made.append(self._sum(name, w, f"{unseen}{run}"))
        if w in self.marked:
            name = f"{view.prefix}w{self._number[w]}"
            made.append(Station(name, mark_chip(name, self.marked[w]), module))
        if part is not None and view.room:
            name = f"{view.prefix}d{w.target.number}_{w.argument}"
            given = view.id(f"d-{w.target.number}-{w.argument}")
            tip = labels.quoted(part.text, 200)
            attributes = f', id="{given}", tooltip="{tip}"{unseen}{run}'
            made.append(Station(name, chips.chip(name, part, attributes, f"{given}-number"), module))
        place = self._plan.beside.get(w.source)
        if made and place is not None and place[0] is w.target:
            last = made[-1]
            row = " ".join(f"{s.name};" for s in made)
            level = f" {{ rank=same; {row} {view.name(w.target)}; }}"
            made[-1] = last._replace(text=last.text + level)
        return made

    def _sum(self, name: str, w: Wire, attributes: str) -> Station:
        ends = [self._plan.modules[end] for x in self._met[w.source, w.value] for end in (x.source, x.target)]
        given = self._view.id(f"s-{w.value.number}")
        tip = 'tooltip="gradients that meet are added"'
        return Station(name, chips.meeting(name, f', id="{given}", {tip}{attributes}'), common(ends))

    def beside(self, n: Node) -> list[str]:
        """The chip of a marked node, tied to it."""
        mark = self.on.get(n)
        if mark is None or not mark.word:
            return []
        chip = f"{self._view.prefix}c{n.number}"
        tie = f'dir=none, style=dotted, color="{MARKS[mark.style].line}", penwidth=1.4'
        return [mark_chip(chip, mark), f"{{ rank=same; {self._view.name(n)} -> {chip} [{tie}]; }}"]

    # ---- wires ---------------------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The DOT text of all wires."""
        drawn: set[str] = set()
        return [line for w in self._plan.wires for line in self._wire(w, drawn)]

    def _wire(self, w: Wire, drawn: set[str]) -> list[str]:
        view = self._view
        names = [view.name(w.source), *(s.name for s in self._along(w)), view.name(w.target)]
        invisible = self._hidden(w)
        place = self._plan.beside.get(w.source)
        # what stands on the right of its operation is reached from there
        turned = place is not None and place[0] is w.target and place[1] == "right"
        pieces = []
        for i, (a, b) in enumerate(pairwise(names)):
            if f"{a}>{b}" in drawn:
                continue  # several wires share the way to their sum
            if i == 0 and len(names) > 2 and names[1].startswith(f"{view.prefix}s"):
                drawn.add(f"{a}>{b}")
            attributes = self._dressed(w, i == 0, i == len(names) - 2, turned)
            ends = (("tail", b), ("head", a)) if turned else (("tail", a), ("head", b))
            attributes += [f"{end}clip=false" for end, x in ends if x in invisible]
            attributes += [self._joint(w, end) for end, x in ends if x in invisible]
            attributes += self._label(w, i, names, beside=place is not None and place[0] is w.target)
            inside = f" [{', '.join(attributes)}]" if attributes else ""
            pieces.append(f"  {b} -> {a}{inside};" if turned else f"  {a} -> {b}{inside};")
        return pieces[::-1] if turned else pieces

    def _hidden(self, w: Wire) -> set[str]:
        """The stations that only keep room: a wire runs through them to their middle."""
        if self._view.backward:
            return set()
        return {s.name for s in self._along(w) if s.name.lstrip("q0123456789")[:1] in ("d", "s")}

    def _joint(self, w: Wire, end: str) -> str:
        """What fills the gap of two points that Graphviz leaves in the middle of an unseen station."""
        colour = PARAM_WIRE if w.source.kind in ("param", "frozen") else WIRE
        patch = f'<TD FIXEDSIZE="TRUE" WIDTH="2" HEIGHT="2" BGCOLOR="{colour}"></TD>'
        return f"labeldistance=0, {end}label=<{labels.table([[patch]], padding='0')}>"

    def _dressed(self, w: Wire, first: bool, last: bool, turned: bool) -> list[str]:
        """Colour, width, arrows and weight of one piece."""
        view = self._view
        flows = view.backward and self._flows(w)
        ahead = last and (view.forward or not flows)
        back = first and flows
        grey = PARAM_WIRE if w.source.kind in ("param", "frozen") else WIRE
        if turned:
            ahead, back = back, ahead
        attributes = []
        mark = self.marked.get(w)
        if mark is not None:
            look = MARKS[mark.style]
            attributes.append(f'color="{look.line}", penwidth={look.width}')
        elif flows and view.forward:
            # grey throughout: the colour of parameters is too near to that of gradients
            colours = f"{GRADIENT}:{WIRE}" if turned else f"{WIRE}:{GRADIENT}"
            attributes.append(f'color="{colours}", penwidth=1.5')
        elif flows:
            attributes.append(f'color="{GRADIENT}", penwidth=1.8, arrowsize=0.7')
        elif grey != WIRE:
            attributes.append(f'color="{grey}"')
        if (ahead, back) != (True, False) or not (first and last):
            way = {(True, True): "both", (True, False): "forward", (False, True): "back"}
            attributes.insert(0, f"dir={way.get((ahead, back), 'none')}")
        if self._plan.network:
            attributes.append(f"weight={20 if w.spine else 1}")
        elif w.spine and w.source.kind == "operation":
            attributes.append("weight=3")
        elif w.spine and view.prefix:
            # where wires may bend either way, panels would not do so alike
            attributes.append("weight=2")
        return attributes

    def _flows(self, w: Wire) -> bool:
        """Whether a gradient flows back on a wire."""
        if w.argument is None:
            return w.value.differentiable
        return self._chips[w] is not None

    def _label(self, w: Wire, i: int, names: list[str], beside: bool) -> list[str]:
        """What stands beside one piece of a wire."""
        view = self._view
        if i == 0 and w.target.kind != "operation" and w.source.kind == "operation" and view.room:
            number = view.flow.arriving(w.source)
            if number:
                given = view.id(f"w-{w.source.number}-number")
                return [f"label=<{chips.number(number, view.backward and self._numbers, given)}>"]
        if i == 1 and view.room and names[1] == f"{view.prefix}s{w.value.number}" and not beside:
            edge = view.flow.edge(w.target, w.argument)
            share = None if edge is None else view.flow.share(edge)
            if share is not None:
                given = view.id(f"w-{w.target.number}-{w.argument}-number")
                text = chips.number(numerals.number(share), view.backward and self._numbers, given)
                return [f"label=<{text}>"]
        if i == 0 and w in self._labelled and w.target.kind != "output":
            if w.value is w.source and w.value.shape == ():
                return []
            module = self._plan.modules.get(w.target, "")
            text = labels.wire(w.value, self._look, w.value is not w.source, module)
            if view.backward and w.value is not w.source:
                rule = view.flow.rule(w.value)
                text = labels.gradient_wire(w.value, self._look, rule, text, view.forward)
            return [f"label=<{text}>"] if text else []
        return []

    @property
    def _numbers(self) -> bool:
        return self._view.told in ("numbers", "inputs")


def _carries(w: Wire, edge: Edge) -> bool:
    into = edge.source is w.value and edge.target is w.target
    return into or (edge.target is w.value and edge.source is w.source)


def mark_chip(name: str, mark: Mark) -> str:
    """The node with the word of a mark."""
    look = MARKS[mark.style]
    word = labels.escape(mark.word, WORDY)
    text = labels.font(f"<B>{word}</B>" if look.bold else word, 10, look.text)
    return (
        f'{name} [class="{look.css}", style="rounded,filled", color="{look.border}", fillcolor="{look.fill}",'
        f' margin="0.12,0.03", height=0.24, width=0.3, penwidth=1, label=<{text}>];'
    )
