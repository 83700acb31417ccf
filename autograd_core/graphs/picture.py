"""Graph: one drawn computation, as data and as a picture."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.graphs.changes.comparing import compared
from autograd_core.graphs.changes.replaying import foreign, replayed, stays
from autograd_core.graphs.drawing.dot import dot
from autograd_core.graphs.drawing.flow import called
from autograd_core.graphs.drawing.labels import Look, look
from autograd_core.graphs.drawing.panels import TITLES, panels, stacked
from autograd_core.graphs.drawing.plan import Plan, headings, plan
from autograd_core.graphs.drawing.settings import MODES, Settings, one_of
from autograd_core.graphs.drawing.text import drawing
from autograd_core.graphs.drawing.theme import MARKS
from autograd_core.graphs.drawing.views import View, fitted, remarks, view_of
from autograd_core.graphs.measures.heat import Heat, heated
from autograd_core.graphs.measures.poison import poisoned
from autograd_core.graphs.page import Interactive, document, interactive
from autograd_core.graphs.quizzing import Quiz, posed
from autograd_core.graphs.rendering.opening import opened
from autograd_core.graphs.rendering.renderers import BUILTIN, FORMATS, GraphRenderError, render
from autograd_core.graphs.rendering.svg import for_column, tidy
from autograd_core.graphs.seeing import Drawing, Sight
from autograd_core.graphs.snapshot.numerals import plural
from autograd_core.graphs.snapshot.reading import kept
from autograd_core.graphs.snapshot.rebuilding import rebuilt
from autograd_core.graphs.snapshot.records import LEAVES, Edge, Mark, Marks, Module, Node, maker
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.graphs.writing.equations import equations
from autograd_core.graphs.writing.sources import source
from autograd_core.storage import plain
from autograd_core.tensor import Tensor


class Graph:
    """An immutable snapshot of a computation. Made by `ac.graph`.

    It is data: `g.nodes`, `g.edges`, `g["s"]`, `len(g)`, iteration over the nodes. It is a picture: in a
    notebook it shows itself, `g.save("z.svg")` writes a file, `print(g)` draws with letters, `g.source` is
    the DOT text.

    >>> import autograd_core as ac
    >>> a, x, y = ac.leaves(a=2, x=3, y=4)
    >>> z = (a * x - y) ** 2
    >>> z.backward()
    >>> print(ac.graph(z))
    ► a                 2  ∂z/∂a = 12
    ► x                 3  ∂z/∂x = 8
    ► y                 4  ∂z/∂y = −4
    · a · x             6  ∂z/∂(a · x) = 4
    · a · x − y         2  ∂z/∂(a · x − y) = 4
    ■ z = (a · x − y)²  4  ∂z/∂z = 1
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        edges: Sequence[Edge],
        modules: Mapping[str, Module],
        settings: Settings,
        *,
        held: Mapping[Node, Any] | None = None,
        marks: Marks | None = None,
        note: str = "",
        sight: Sight | None = None,
        heat: Heat | None = None,
        moved: Collection[Node] = (),
    ) -> None:
        self._nodes, self._edges = tuple(nodes), tuple(edges)
        self._known = dict(modules)
        self._settings = settings
        self._tape = Tape(self._nodes, held or {})
        self._marks = dict(marks or {})
        self._note, self._heat = note, heat
        self._moved = frozenset(moved)  # leaves that hold other numbers than the recorded ones
        self._sight = sight or Sight(self._nodes, self._edges, self._known, settings)

    def _again(self, **changes: Any) -> "Graph":
        """The same graph, drawn otherwise."""
        whole: dict[str, Any] = {
            "settings": self._settings,
            "marks": self._marks,
            "note": self._note,
            "heat": self._heat,
            "moved": self._moved,
            **changes,
        }
        sight = self._sight.under(whole["settings"])
        if sight is None:  # other folds are other nodes
            sight = Sight(self._nodes, self._edges, self._known, whole["settings"])
            whole["marks"] = sight.marks_of_seen(self._sight.marks_of_whole(whole["marks"]))
        return Graph(self._nodes, self._edges, self._known, held=self._tape.held, sight=sight, **whole)

    # ---- data ----------------------------------------------------------------------------------------------

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All values and operations in creation order; of what is folded or left out, what is to be seen."""
        return self._sight.nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        """From values to the operations they go into, and from operations to what they make."""
        return self._sight.edges

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __contains__(self, key: object) -> bool:
        return any(n is key or (n.name is not None and n.name == key) for n in self.nodes)

    def __getitem__(self, key: str | int) -> Node:
        """The node of this name or number; of a path its end is enough where only one fits."""
        if isinstance(key, int):
            return self.nodes[key]
        named = [n for n in self.nodes if n.name is not None]
        found = [n for n in named if n.name == key] or [
            n for n in named if (n.name or "").endswith(f".{key}")
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise KeyError(f"{len(found)} nodes are called {key!r}: {', '.join(map(repr, found[:4]))}")
        names = ", ".join(n.name or "" for n in named[:20]) or "none has a name"
        raise KeyError(f"no node is called {key!r}; the names are: {names}")

    def find(self, x: str | Tensor | Node) -> Node:
        """The node of a name, a Tensor or a node of this graph.

        Raises:
            KeyError: for a name that no node has.
            ValueError: for a Tensor or a node that is not part of the graph.
        """
        if isinstance(x, str):
            return self[x]
        if isinstance(x, Tensor):
            made = x.node or x._leaf
            found = [n for n in self.nodes if made is not None and n.origin == made.number]
        else:
            found = [n for n in self.nodes if n is x]
        if not found:
            raise ValueError(f"{x!r} is not part of this graph")
        return found[0]

    # ---- the program ---------------------------------------------------------------------------------------

    def computed(self) -> "Graph":
        """The same graph with every value and gradient filled in by a sweep of the snapshot.

        Of several results the sum is differentiated. `.grad` of the Tensors is untouched.

        Raises:
            ValueError: if the numbers of a leaf were not kept.
        """
        outputs = [n for n in self._nodes if n.kind == "output"]
        values, gradients = self._tape.gradients({n: np.ones((), n.dtype) for n in outputs})
        root = called(outputs[0]) if len(outputs) == 1 and outputs[0].name else ""
        changes: dict[Node, dict[str, Any]] = {}
        for n in self._nodes:
            if n.kind == "operation":
                continue
            below = called(n)
            changes[n] = {
                "value": kept(values[n]) if n.value is None else n.value,
                "grad": kept(gradients.get(n)),
                "derivative": f"∂{root}/∂{below}" if root and below else "grad",
                "grad_note": "",
            }
        return self.changed(changes, marks=self._marks, note=self._note, heat=self._heat)

    def replay(self, values: Mapping[str, Any] | None = None, /, **named: Any) -> "Graph":
        """The same program on other numbers; every card says what it was and what it is: `3 → 5`.

        The program is what was recorded: of a branch the side that was taken, of a mask or an index that was
        computed by comparing its numbers. The note names those that have no name of their own.

        Args:
            values: from names of leaves to their new values, for names that are no identifiers.
            named: the same as keywords.

        Raises:
            ValueError: for a name that no leaf has, a value of another shape, or numbers that were not kept.
            TypeError: for a value that does not fit the leaf's dtype, or without its name.

        >>> import autograd_core as ac
        >>> a, x, y = ac.leaves(a=2, x=3, y=4)
        >>> z = (a * x - y) ** 2
        >>> z.backward()
        >>> print(ac.graph(z).replay(x=5.0))
        ► a                 2       ∂z/∂a = 12 → 60
        ► x                 3 → 5   ∂z/∂x = 8 → 24
        ► y                 4       ∂z/∂y = −4 → −12
        · a · x             6 → 10  ∂z/∂(a · x) = 4 → 12
        · a · x − y         2 → 6   ∂z/∂(a · x − y) = 4 → 12
        ■ z = (a · x − y)²  4 → 36  ∂z/∂z = 1
        """
        if not isinstance(values, Mapping | None):
            raise TypeError(
                "replay takes new values of leaves by name, replay(x=5.0), or one dict of them, "
                f"got {type(values).__name__}"
            )
        changes, arrays = replayed(self._nodes, self._tape, {**(values or {}), **named})
        said = stays(self._nodes, self._moved.union(arrays)), foreign(self._nodes, self._tape)
        note = "; ".join(words for words in said if words)
        return self.changed(changes, marks=self._marks, arrays=arrays, note=note)

    def diff(self, other: "Graph") -> "Graph":
        """The other graph, with what differs from this one: before and after a step, right and wrong.

        Changed nodes are marked and say what they were; the note below names the first difference.

        >>> import autograd_core as ac
        >>> a, x = ac.leaves(a=2, x=3)
        >>> before = ac.graph({"z": a * x + 1})
        >>> with ac.no_grad():
        ...     x -= 0.5
        >>> after = ac.graph({"z": a * x + 1})
        >>> print(before.diff(after).note)
        first difference: x is 3 before and 2.5 after; 3 values and 0 gradients differ
        """
        if not isinstance(other, Graph):
            raise TypeError(f"diff compares with another graph, got {type(other).__name__}")
        changes, marks, note = compared(self._nodes, other._nodes)
        return other.changed(changes, marks=marks, note=note)

    @property
    def note(self) -> str:
        """A sentence about this drawing, which stands below it; "" if there is none."""
        return self._note

    def changed(
        self,
        changes: Mapping[Node, Mapping[str, Any]],
        *,
        marks: Marks | None = None,
        note: str = "",
        arrays: Mapping[Node, Any] | None = None,
        heat: Heat | None = None,
    ) -> "Graph":
        """The graph with other fields on its nodes, and other arrays at leaves that are not part of it."""
        nodes, edges, new = rebuilt(self._nodes, self._edges, self._sight.of_whole(changes))
        held = {new[n]: array for n, array in {**self._tape.held, **(arrays or {})}.items()}
        hot = None if heat is None else heat.moved(new)
        moved = [new[n] for n in self._moved.union(arrays or ())]
        made = Graph(nodes, edges, self._known, self._settings, held=held, note=note, heat=hot, moved=moved)
        wires = dict(zip(self._edges, edges, strict=True))
        marked = self._sight.marks_of_whole(marks or {}).items()
        carried = {new[p] if isinstance(p, Node) else wires[p]: mark for p, mark in marked}
        return made._again(marks=made._sight.marks_of_seen(carried))

    def contribution(self, edge: Edge, upstream: Any) -> Any:
        """What flows back on an edge into an operation if the gradient `upstream` arrives there.

        Raises:
            ValueError: for an edge to what an operation made, or of another graph; for a gradient of another
                shape than the result, or a folded operation that makes several values.
        """
        if edge.argument is None or not {edge.source, edge.target} <= self._members:
            what = "leads to what an operation made" if edge.argument is None else "is not part of this graph"
            raise ValueError(f"contribution: {edge!r} {what}; give an edge of a value into an operation")
        try:
            upstream = np.broadcast_to(plain(upstream), edge.target.shape)
        except ValueError:
            raise ValueError(
                f"contribution: the gradient of {edge.target.op} has the shape {edge.target.shape}, "
                f"got {np.shape(plain(upstream))}"
            ) from None
        if upstream.dtype.kind not in "fiub":
            raise ValueError(f"contribution: a gradient is of numbers, got {upstream.dtype}")
        return self._sight.contribution(edge, upstream, self._tape, self._values)

    @cached_property
    def _members(self) -> frozenset[Node]:
        return frozenset((*self._nodes, *self.nodes))

    @cached_property
    def _values(self) -> dict[Node, Any]:
        return self._tape.values()

    def heat(self, measure: str = "time") -> "Graph":
        """The same graph with the cost of every operation beside it; the darker, the more.

        Args:
            measure: "time" of forward and backward, measured by running each operation alone; "bytes" that
                are kept for the derivatives; or "flops" of the forward pass.

        Raises:
            ValueError: for another measure; for "time" also where numbers were not kept: `backward()` lets go
                of arrays of more than 256 numbers, unless it is called with `retain_graph=True`.

        >>> import autograd_core as ac
        >>> x = ac.Tensor([[1.0, 2.0]], requires_grad=True, name="x")
        >>> print(ac.graph({"y": x @ [[3.0], [4.0]]}).heat("flops").note)
        the darker, the more: 4 FLOP of the forward pass, 100% of it in matmul
        """
        heat = heated(self._nodes, self._edges, self._tape, measure)
        return self._again(heat=heat, note=heat.note)

    def viewed(self, mode: str) -> "Graph":
        """The same graph in another view: "forward", "backward", "both" or "panels"."""
        one_of("mode", mode, MODES)
        return self.redrawn(mode=mode)

    def redrawn(self, **settings: Any) -> "Graph":
        """The same graph with other settings of the drawing, which are known to be possible."""
        return self._again(settings=replace(self._settings, **settings))

    def whole(self) -> "Graph":
        """The same graph with nothing folded and nothing left out."""
        return (
            self if self._settings == self._settings.whole() else self._again(settings=self._settings.whole())
        )

    @property
    def settings(self) -> Settings:
        """How it is drawn."""
        return self._settings

    # ---- as text -------------------------------------------------------------------------------------------

    def to_python(self) -> str:
        """A program that computes the same from the same leaves: run it, change it, put it into a file.

        Values that have no name and are used once stand inside of what uses them. Leaves whose numbers are
        not known, or are too many to be written, are the arguments of a function `program`.

        Raises:
            ValueError: if an operation is an abstract function.

        >>> import autograd_core as ac
        >>> print(ac.graph("s = a*x; z = exp(s - 1)**2", a=2, x=3).to_python(), end="")
        import numpy as np
        import autograd_core as ac
        <BLANKLINE>
        a, x = ac.leaves(a=2.0, x=3.0)
        s = a * x
        z = ac.exp(s - 1.0) ** 2.0
        """
        return source(self._nodes, self._tape.held)

    def to_latex(self) -> str:
        r"""The formulas as aligned lines of LaTeX.

        >>> import autograd_core as ac
        >>> print(ac.graph("s = a*x; z = exp(s - 1)**2").to_latex())
        \begin{aligned}
          s &= a \cdot x \\
          z &= \left(e^{s - 1}\right)^{2}
        \end{aligned}
        """
        return equations(self._nodes)

    # ---- marks ---------------------------------------------------------------------------------------------

    @property
    def marks(self) -> Marks:
        """What `heat` and `marked` put on this drawing."""
        hot = {} if self._heat is None else self._heat.marks(self._sight.seen)
        return MappingProxyType({**hot, **self._marks})

    def marked(self, marks: Marks) -> "Graph":
        """The same graph with words on nodes and wires: on an operation or card, or on the wire of an edge.

        Args:
            marks: from a node or edge of this graph to a Mark: a word and a style, "wrong", "aside" or
                "quiet".

        Raises:
            ValueError: for an unknown style, or a node or edge of another graph.
            TypeError: for what is no dict of marks.

        >>> import autograd_core as ac
        >>> from autograd_core.graphs.snapshot.records import Mark
        >>> a, x = ac.leaves(a=2, x=3)
        >>> g = ac.graph((a * x).named("z"))
        >>> print(g.marked({g.edges[1]: Mark("twice too large")}))
        ► a          2
        ► x          3
          ↑ twice too large (into ×)
        ■ z = a · x  6
        """
        known = {*self.nodes, *self.edges}
        if not isinstance(marks, Mapping):
            raise TypeError(f"marked takes a dict from nodes and edges to marks, got {type(marks).__name__}")
        for place, mark in marks.items():
            if not isinstance(mark, Mark):
                raise TypeError(f"marked: a Mark holds a word and a style, got {mark!r}")
            if mark.style not in MARKS:
                raise ValueError(f"a mark has one of the styles {', '.join(MARKS)}, got {mark.style!r}")
            if place not in known:
                raise ValueError(f"marked: {place!r} is not part of this graph")
        return self._again(marks={**self._marks, **marks})

    # ---- the picture ---------------------------------------------------------------------------------------

    @cached_property
    def _shown_marks(self) -> Marks:
        """Those that were put, and where a value or a gradient first ceased to be finite."""
        return {**poisoned(self.nodes, self.edges), **self._marks}

    @property
    def headings(self) -> Mapping[str, Module]:
        """What is written on each box of the drawing, by its path."""
        return self._modules

    @property
    def modules(self) -> Mapping[str, Module]:
        """What is known of the modules of the model."""
        return MappingProxyType(self._known)

    @cached_property
    def drawing(self) -> Drawing:
        """What is drawn, as data: of a graph that is too large, a folded one."""
        return self._sight.drawing(self._shown_marks, self._heat)

    @cached_property
    def _words(self) -> str:
        """What stands below the drawing."""
        views = self._panels if self._settings.mode == "panels" else [self._view]
        said = remarks(self.drawing.nodes, self._look, views)
        return "; ".join(words for words in (self._note, self.drawing.note, *said) if words)

    @cached_property
    def _plan(self) -> Plan:
        drawn = self.drawing.nodes
        places = [(p.source, p.target) if isinstance(p, Edge) else (p,) for p in self.drawing.needed]
        marked = (n if n.kind == "operation" else maker(drawn, n) for ns in places for n in ns)
        keep = {n for n in marked if n is not None}
        flat = self._settings.mode == "panels"
        return plan(drawn, self._settings.direction, self._settings.max_nodes, keep, flat=flat)

    @cached_property
    def _modules(self) -> dict[str, Module]:
        return headings(self._plan, self.drawing.known)

    @cached_property
    def _look(self) -> Look:
        common = look(self.drawing.nodes, self._settings.show, self._plan.network)
        return fitted(common, self._plan, [self._view])

    @cached_property
    def _view(self) -> View:
        drawn = self.drawing
        common = look(drawn.nodes, self._settings.show, self._plan.network)
        return view_of(self._settings.mode, drawn.nodes, drawn.edges, common)

    @cached_property
    def _panels(self) -> list[View]:
        return panels(self.drawing.nodes, self.drawing.edges, self._nodes, self._tape)

    @cached_property
    def source(self) -> str:
        """The drawing as DOT text; the same program always gives the same text."""
        drawn = self.drawing
        if self._settings.mode == "panels":
            return stacked(self._plan, self._look, drawn.marks, self._panels, self._words)
        return dot(self._plan, self._look, self._modules, drawn.marks, self._view, self._words)

    def to_graphviz(self) -> Any:
        """The drawing as a `graphviz.Source`, for those who work with the package graphviz."""
        import graphviz

        return graphviz.Source(self.source)

    def save(self, path: str | os.PathLike[str], renderer: str | os.PathLike[str] | None = None) -> Path:
        """Write the picture to exactly this path, whose ending says the format: svg, png, pdf, html or dot;
        or what `to_python` and `to_latex` give: py or tex.

        A page of HTML is one file with the picture, every number and a slider through all steps; like DOT
        text it needs no Graphviz.

        Args:
            path: where to.
            renderer: the path of a Graphviz `dot`, or "pygraphviz", "graphviz-pure", "builtin"; by default
                the environment variable AUTOGRAD_CORE_DOT, then `dot` on PATH, then those three.

        Raises:
            ValueError: for another ending.
            GraphRenderError: if the renderer that was asked for is not there or makes no such picture, or if
                none was found that does; SVG and all that is text need none.
        """
        target = Path(path)
        form = target.suffix.lower().removeprefix(".")
        texts: dict[str, Callable[[], str]] = {
            "html": lambda: document(self),
            "dot": lambda: self.source,
            "py": self.to_python,
            "tex": lambda: f"{self.to_latex()}\n",
        }
        if form in texts:
            target.write_text(texts[form](), encoding="utf-8", newline="\n")
        elif form in FORMATS:
            picture = render(self.source, form, renderer, repr(str(path)))
            if form == "svg":
                picture = tidy(picture.decode()).encode()
            target.write_bytes(picture)
        else:
            endings = ".svg, .png, .pdf, .html, .dot, .py or .tex"
            raise ValueError(f"save: the ending says the format, {endings}; got {str(path)!r}")
        return target

    def interactive(self) -> Interactive:
        """The page that `save("graph.html")` writes, for a notebook: cards open, a slider goes through every
        step.

        It is shown in a frame that may run its own script and sees nothing of the notebook.
        """
        return interactive(self)

    def quiz(
        self, hide: str = "local", seed: int = 0, count: int | None = None, *, language: str = "en"
    ) -> Quiz:
        """A picture with empty boxes to be filled in; it says what a wrong answer looks like.

        Answers are judged by the numbers that the rules of the operations give at several points, so that
        `2t`, `t·2`, `t + t` and `2(a x − y)` are the same. `.save("quiz.html")` writes a page,
        `.sheet("sheet.pdf")` a sheet for paper, `.answers` has what is right, `.check(place, text)` judges.

        Args:
            hide: "local" derivatives on wires, "grad"ients on cards, or the "shapes" of values.
            seed: which boxes are empty, if not all are.
            count: how many are empty; by default all.
            language: "en" or "ja".

        Raises:
            ValueError: for another word, or a graph that cannot be asked about: the numbers of its leaves
                were not kept, or are too many to be judged.

        >>> import autograd_core as ac
        >>> quiz = ac.graph("s = a*x; t = s - y; z = t**2", a=2, x=3, y=4).quiz()
        >>> print(quiz.check("dz/dt", "t·2"), quiz.check("∂s/∂a", "a"))
        Right. That is the derivative by the other operand, x.
        """
        return posed(self, hide, seed, count, language)

    def show(self) -> None:
        """Open the picture: in a notebook below the cell, else in the web browser; without screen print it.

        The browser gets the interactive page, in a temporary file.
        """
        opened(self, self.save)

    def _repr_svg_(self) -> str:
        """For notebooks: the SVG, if nothing else works that of the built-in layout."""
        try:
            return for_column(render(self.source, "svg").decode())
        except (GraphRenderError, OSError):
            return for_column(render(self.source, "svg", BUILTIN).decode())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """For notebooks: the SVG, and the drawing with letters for those that show none."""
        return {"image/svg+xml": self._repr_svg_(), "text/plain": str(self)}

    def __str__(self) -> str:
        nodes, marks = self.drawing.nodes, self.drawing.marks
        four = self._settings.mode == "panels"
        views, titles = (self._panels, TITLES) if four else ([self._view], [""])
        look = fitted(self._look, self._plan, views)
        drawn = drawing(nodes, self._plan, look, self._modules, marks, views, titles)
        return f"{drawn}\n{self._words}" if self._words else drawn

    def __repr__(self) -> str:
        outputs = [n.name or n.formula or "" for n in self.nodes if n.kind == "output"]
        operations = sum(n.kind == "operation" for n in self.nodes)
        leaves = sum(n.kind in LEAVES for n in self.nodes)
        of = f" of {', '.join(outputs[:3])}" if outputs else ""
        ends = "1 leaf" if leaves == 1 else f"{leaves:,} leaves"
        return f"<Graph{of}: {plural(operations, 'operation')}, {ends}>"
