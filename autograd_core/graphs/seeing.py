"""What is to be seen of a whole snapshot: the part and the folds that were asked for.

And what is drawn of it, which is less where that would be too much.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from autograd_core.graphs.drawing.plan import visible
from autograd_core.graphs.drawing.settings import Settings
from autograd_core.graphs.folding.choices import Choice, check_words, choice, groups, opened_paths
from autograd_core.graphs.folding.composed import Composed
from autograd_core.graphs.folding.joining import Part, Uses, folded
from autograd_core.graphs.folding.partial_graphs import partial
from autograd_core.graphs.folding.rolling import rolled
from autograd_core.graphs.measures.heat import Heat
from autograd_core.graphs.snapshot.records import Edge, Mark, Marks, Module, Node
from autograd_core.graphs.snapshot.tape import Tape

FOLDS = ("fold", "expand", "depth", "stop", "wrt")
"""The settings that decide on what is to be seen."""

FEW_NAMES = 3
"""So many values in between must have names before a drawing that is too large is folded between names."""


@dataclass
class Drawing:
    """What is drawn: nodes, edges and marks of the drawing, which of these must be seen, the headings of
    modules, what was folded."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    marks: dict[Node | Edge, Mark]
    needed: Collection[Node | Edge]
    known: Mapping[str, Module]
    note: str


class Sight:
    """The part of a whole graph that settings ask for."""

    def __init__(
        self, nodes: Sequence[Node], edges: Sequence[Edge], known: Mapping[str, Module], settings: Settings
    ) -> None:
        self._known, self._settings, self._whole_edges = known, settings, edges
        self._asked = choice(settings.fold, settings.expand, settings.depth)
        self._part: Part | None = None
        if settings.stop or settings.wrt:
            ends = [nodes[i] for i in settings.stop], [nodes[i] for i in settings.wrt]
            self._part = partial(nodes, edges, *ends)
        self._nodes = nodes if self._part is None else self._part.nodes
        self._edges = edges if self._part is None else self._part.edges
        if self._asked or settings.expand:
            check_words(self._asked, self._uses.operations, known)
        self._view: Part | None = None
        if self._asked:
            self._view = folded(self._uses, self._edges, groups(self._uses, self._asked, known))
        self.nodes = tuple(self._nodes if self._view is None else self._view.nodes)
        self.edges = tuple(self._edges if self._view is None else self._view.edges)

    def under(self, settings: Settings) -> "Sight | None":
        """The same nodes under other settings of the drawing; None if these ask for other folds."""
        if any(getattr(settings, word) != getattr(self._settings, word) for word in FOLDS):
            return None
        again = copy(self)
        again._settings = settings
        return again

    @cached_property
    def _uses(self) -> Uses:
        return Uses(self._nodes)

    # ---- from the whole graph to what is seen of it, and back ----------------------------------------------

    def seen(self, whole: Node) -> Node | None:
        """What became of a node of the whole graph; None if it is not to be seen."""
        at: Node | None = whole if self._part is None else self._part.new.get(whole)
        return at if self._view is None or at is None else self._view.new.get(at)

    @cached_property
    def _back(self) -> dict[Node, Node]:
        """From what is seen to the nodes of the part; of a folded operation to the last inside."""
        return {} if self._view is None else {new: old for old, new in self._view.new.items()}

    def whole(self, seen: Node) -> Node | None:
        """The node of the whole graph that is seen as this one."""
        at = self._back.get(seen) if self._view is not None else seen
        return at if self._part is None or at is None else self._whole_of_part.get(at)

    @cached_property
    def _whole_of_part(self) -> dict[Node, Node]:
        return {} if self._part is None else {new: old for old, new in self._part.new.items()}

    def of_whole(self, known: Mapping[Node, Any]) -> dict[Node, Any]:
        """What is known of nodes, which may be those that are seen, by the nodes of the whole graph."""
        if self._part is None and self._view is None:
            return dict(known)
        seen = set(self.nodes)
        found = {self.whole(n) if n in seen else n: x for n, x in known.items()}
        return {n: x for n, x in found.items() if n is not None}

    def marks_of_whole(self, marks: Marks) -> Marks:
        """Marks on what is seen, or on the whole graph, on nodes and edges of the whole graph."""
        if self._part is None and self._view is None:
            return marks
        nodes = self.of_whole({p: mark for p, mark in marks.items() if isinstance(p, Node)})
        made: dict[Node | Edge, Mark] = dict(nodes.items())
        wires = _by_ends((e, (e.source, e.target)) for e in self._whole_edges)
        wires |= _by_ends((e, (self.seen(e.source), self.seen(e.target))) for e in self._whole_edges)
        return made | _carried({p: m for p, m in marks.items() if isinstance(p, Edge)}, wires, lambda n: n)

    def marks_of_seen(self, marks: Marks) -> Marks:
        """Marks on nodes and edges of the whole graph, on what is seen of these."""
        if self._part is None and self._view is None:
            return marks
        wires = _by_ends((e, (e.source, e.target)) for e in self.edges)
        return _carried(marks, wires, self.seen)

    def contribution(self, edge: Edge, upstream: Any, tape: Tape, values: Mapping[Node, Any]) -> Any:
        """What flows back on an edge that is seen if `upstream` arrives at what its operation made.

        Raises:
            ValueError: if several values leave a folded operation.
        """
        if self._view is None and self._part is None:
            return tape.contribution(edge, upstream, values)
        if isinstance(edge.derivatives, Composed) and edge.target.members:
            known = {n: values[self._whole_of_part.get(n, n)] for n in self._nodes if n.kind != "operation"}
            return edge.derivatives.contribution(edge, upstream, known)
        source, target = self.whole(edge.source), self.whole(edge.target)
        assert source is not None, "what is seen comes from the whole graph"
        assert target is not None, "what is seen comes from the whole graph"
        return tape.contribution(Edge(source, target, edge.argument), upstream, values)

    # ---- the drawing ---------------------------------------------------------------------------------------

    def drawing(self, marks: Marks, heat: Heat | None = None) -> Drawing:
        """What is drawn: within the budget, as far as folding reaches; what is marked stays visible, but not
        all that costs anything."""
        marked = {n for place in marks for n in _ends(place)}
        view, words, asked = self._within(marked)
        automatic = bool(words)
        known = self._known
        if automatic or self._asked.words or self._asked.depth is not None:
            new = {n: n for n in self.nodes} if view is None else self._drawn_as(view)
            base = Part(list(self.nodes), list(self.edges), new) if view is None else replace(view, new=new)
            keep = {new[n] for n in marked if n in new}
            roll = rolled(base, known, opened_paths(asked, self._uses.operations, known), keep)
            if roll.times:
                view, known = roll.view, roll.known
                words += [f"× {times}" for times in dict.fromkeys(roll.times)]
            elif view is not None:
                view = base

        def drawn(op: Node) -> Node | None:
            at = self.seen(op)
            return at if view is None or at is None else view.new.get(at)

        hot = {} if heat is None else heat.marks(drawn)
        if view is None:
            return Drawing(self.nodes, self.edges, {**hot, **marks}, marks, known, "")
        wires = _by_ends((e, (e.source, e.target)) for e in view.edges)
        moved = _carried(marks, wires, view.new.get)
        more = self._more(asked) if words else ""
        note = f"folded: {', '.join(words)}; {more} shows more" if words else ""
        return Drawing(tuple(view.nodes), tuple(view.edges), {**hot, **moved}, moved, known, note)

    def _drawn_as(self, view: Part) -> dict[Node, Node]:
        """From what is seen to what is drawn of it."""
        if self._view is None:
            return view.new
        return {n: view.new[old] for n, old in self._back.items() if old in view.new}

    def _within(self, marked: Collection[Node]) -> tuple[Part | None, list[str], Choice]:
        """A view with as few folds as the budget asks for, and what was folded; None if none is needed."""
        asked, limit = self._asked, self._settings.max_nodes
        if visible(self.nodes) <= limit:
            return None, [], asked
        keep = frozenset(n for n in map(self._inside, marked) if n is not None)
        asked = replace(asked, keep=keep)
        deepest = max((op.module.count(".") + 1 for op in self._uses.operations if op.module), default=0)
        start = deepest if asked.depth is None else min(asked.depth - 1, deepest)
        best: Part | None = None
        words: list[str] = []
        for depth in range(start, 0, -1):
            asked = replace(asked, depth=depth)
            best = folded(self._uses, self._edges, groups(self._uses, asked, self._known))
            words = [f"depth {depth}"]
            if visible(best.nodes) <= limit:
                return best, words, asked
        named = [n for n in (best.nodes if best else self.nodes) if n.kind == "intermediate" and n.name]
        if len(named) >= FEW_NAMES and not asked.unnamed:
            asked = replace(asked, unnamed=True)
            best = folded(self._uses, self._edges, groups(self._uses, asked, self._known))
            words = [*words, "what has no name"]
        return best, words, asked

    def _inside(self, seen: Node) -> Node | None:
        """The operation of the part that must stay, for something seen that is marked."""
        old = seen if self._view is None else self._back.get(seen)
        return old if old is None or old.kind == "operation" else self._uses.maker.get(old)

    def _more(self, asked: Choice) -> str:
        if asked.depth is not None and asked.depth != self._settings.depth:
            return f"ac.graph(..., depth={asked.depth + 1})"
        if asked.depth is not None or asked.words:
            return "ac.graph(..., expand=[path])"
        return f"ac.graph(..., max_nodes={visible(self.nodes)})"


def _ends(place: Node | Edge) -> tuple[Node, ...]:
    return (place.source, place.target) if isinstance(place, Edge) else (place,)


def _by_ends(edges: Iterable[tuple[Edge, tuple[Node | None, Node | None]]]) -> dict[Any, Edge]:
    """Edges by their ends and argument; by the ends alone too, for a folded operation counts otherwise."""
    found: dict[Any, Edge] = {}
    for e, ends in edges:
        found[*ends, e.argument] = e
        found.setdefault(ends, e)
    return found


def _carried(
    marks: Marks, wires: Mapping[Any, Edge], node: Callable[[Node], Node | None]
) -> dict[Node | Edge, Mark]:
    """Marks in another view: `node` has what a node is there, `wires` the edges between such nodes."""
    made: dict[Node | Edge, Mark] = {}
    for place, mark in marks.items():
        if isinstance(place, Node):
            at: Node | Edge | None = node(place)
        else:
            ends = node(place.source), node(place.target)
            at = wires.get((*ends, place.argument)) or wires.get(ends)
        if at is not None:
            made[at] = mark
    return made
