"""`live`: from a function, a formula, a Tensor or a picture to a page that computes."""

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.creation import leaves
from autograd_core.graphs.call import graph
from autograd_core.graphs.lively.controls import Control, controls
from autograd_core.graphs.lively.page_data import ALONE, Around, live_document
from autograd_core.graphs.lively.translating import Translated, is_input, translated
from autograd_core.graphs.lively.trust import TRIES, UNSORTED, check_choices, check_everywhere
from autograd_core.graphs.page.assembly import saved
from autograd_core.graphs.page.frame import Interactive
from autograd_core.graphs.picture import Graph
from autograd_core.graphs.rendering.opening import opened
from autograd_core.graphs.snapshot.records import Node
from autograd_core.state import enable_grad
from autograd_core.tensor import Tensor
from autograd_core.texts import compute

HEIGHT = 640

DRAWN: Mapping[str, Any] = {"grads": "compute", "mode": "backward", "direction": "TB"}
"""How what has no picture yet is drawn: from top to bottom. The canvas is about as high as it is wide, and
from left to right chips with room for all numbers would make letters too small to read."""


def live(
    what: Any,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    names: Any = "auto",
    title: str | None = None,
    **inputs: Any,
) -> "Live":
    """A page whose inputs are moved by hand: values, local derivatives and gradients follow at once.

    The page holds the program of the computation and of its derivatives, printed from the rules that the
    engine runs, and needs nothing else: no server, no network. Beside each gradient stands a central
    difference, which calls the forward program only.

    Args:
        what: a formula as text, `"z = (a*x - y)**2"`; a function that is called with the inputs by name; a
            Tensor, or a graph that was drawn.
        values: instead of `inputs` one dict of them, in which an input may be called `names` or `title`.
        names: how values are called, as for `ac.graph`.
        title: of the page; by default the formula.
        inputs: a range `(low, high)` or `(low, high, start)` is a slider, a number is a box, a list or an
            array a box for each number. For a Tensor or a graph the names of its leaves; those that are not
            given stay as they are, and can be moved too.

    Returns:
        An object that shows itself in a notebook; `.save("z.html")` writes the page, `.graph` is the picture
        at the start.

    Raises:
        NoFormError: for an operation that has no form in JavaScript.
        TypeError, ValueError: for inputs that are none, several results, a function that branches on its
            numbers, or a Tensor or graph that a plain mask or index array decides: whether it would choose
            so everywhere, a recording does not tell.
        FormulaError: for text that is no formula.

    >>> page = live("z = (a*x - y)**2", x=(-3, 3, 3), a=2.0, y=4.0)
    >>> page, page.graph["z"].value
    (<Live: z = (a · x − y)², moved by x, a, y>, 4.0)
    >>> page.save("z.html")  # doctest: +SKIP
    PosixPath('z.html')
    """
    if values is not None and (inputs or not isinstance(values, Mapping)):
        raise TypeError("inputs are given by name, ac.live(f, x=(-3, 3)), or all in one dict")
    given = controls(inputs if values is None else values)
    if isinstance(what, str):
        compute(what, {name: c.start for name, c in given.items()})  # says what is missing
        drawn = _finite(lambda at: graph(what, at, names=names, **DRAWN), given)
        page = Live(drawn, _by_node(drawn, given), title)
        page._check(lambda **at: compute(what, at)[0], given, called="the formula", instead=UNSORTED)
        return page
    if isinstance(what, Tensor | Graph):
        drawn = what if isinstance(what, Graph) else graph(what, names=names, direction="TB")
        check_choices(drawn._nodes)
        drawn = drawn._again(settings=drawn._settings.whole()).computed()
        return Live(drawn, _by_node(drawn, given), title)
    if not callable(what):
        raise TypeError(
            f"ac.live takes a formula, a function, a Tensor or a graph, got {type(what).__name__}"
        )
    if not given:
        raise TypeError("a function is moved by its arguments: ac.live(f, x=(-3, 3), a=2.0)")

    def recorded(at: Mapping[str, Any]) -> Graph:
        with enable_grad(), np.errstate(all="ignore"):
            result = what(**dict(zip(at, leaves(**at), strict=True)))
            return graph(_one(result), names=names, **DRAWN)

    drawn = _finite(recorded, given)
    page = Live(drawn, _by_node(drawn, given), title)
    page._check(what, given)
    return page


class Live:
    """A page whose numbers follow its inputs. Made by `ac.live`."""

    def __init__(self, graph: Graph, controls: Mapping[Node, Control], title: str | None = None) -> None:
        self.graph = graph
        self._controls, self._title = dict(controls), title
        self._root = _root(graph)

    def _check(self, function: Callable[..., Any], given: Mapping[str, Control], **words: str) -> None:
        leaf = {str(n.name): n for n in self.graph.nodes if n.kind != "operation" and n.name in given}
        check_everywhere(function, given, self.graph._tape, leaf, self._root, **words)

    @cached_property
    def _translated(self) -> Translated:
        return translated(self.graph.nodes, self.graph.edges, self.graph._tape, self._root)

    @cached_property
    def html(self) -> str:
        """The page as one text, which asks nothing of any other place."""
        return self.page(ALONE)

    def page(self, around: Around) -> str:
        """The page for a page around it."""
        return live_document(self.graph, self._translated, self._controls, title=self._title, around=around)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to exactly this path, which ends in .html.

        Raises:
            ValueError: for another ending.
        """
        return saved(self.html, path, "a live page is a file of HTML, .html")

    def show(self) -> None:
        """Show the page: in the notebook that runs, else in the web browser."""
        opened(self, self.save)

    def _repr_html_(self) -> str:
        """For notebooks: a frame that may run the page and sees nothing else."""
        return Interactive(self.html, self._words, HEIGHT)._repr_html_()

    @property
    def _words(self) -> str:
        moved = [n.name or "" for n in self._controls] or [
            n.name or "" for n in self.graph.nodes if is_input(n)
        ]
        known = " = ".join(w for w in (self._root.name, self._root.formula) if w)
        return f"{known}, moved by {', '.join(moved)}"

    def __str__(self) -> str:
        return f"live page of {self._words}; a notebook shows it, .save('live.html') writes it"

    def __repr__(self) -> str:
        return f"<Live: {self._words}>"


def _root(drawn: Graph) -> Node:
    roots = [n for n in drawn.nodes if n.kind == "output"]
    if not roots:
        raise ValueError("nothing is computed: the result is an input itself")
    if len(roots) != 1:
        raise ValueError(
            f"a live page shows one result, got {len(roots)}; add them, or take one page for each"
        )
    return roots[0]


def _finite(drawing: Callable[[Mapping[str, Any]], Graph], given: Mapping[str, Control]) -> Graph:
    """The picture at the start, or, if it is marked there as not finite, at a place where it is: the marks
    would stay when the inputs move on."""
    rng = np.random.default_rng(0)
    first = drawing({name: c.start for name, c in given.items()})
    drawn = first
    for _ in range(TRIES):
        numbers = [x for n in drawn.nodes for x in (n.value, n.grad) if x is not None]
        if all(np.all(np.isfinite(x)) for x in numbers):
            return drawn
        drawn = drawing({n: rng.uniform(c.low, c.high, np.shape(c.start)) for n, c in given.items()})
    return first


def _one(result: Any) -> Tensor:
    if not isinstance(result, Tensor):
        raise TypeError(
            f"the function gives {type(result).__name__}; a live page shows one Tensor, made of its inputs"
        )
    return result


def _by_node(drawn: Graph, given: Mapping[str, Control]) -> dict[Node, Control]:
    """The controls by the leaves that they move."""
    found = {}
    inputs = {n: n.name for n in drawn.nodes if is_input(n)}
    for name, c in given.items():
        fitting = [n for n, called in inputs.items() if called == name]
        if not fitting:
            listed = ", ".join(str(called) for called in inputs.values() if called) or "none has a name"
            raise ValueError(f"{name} moves nothing: no input has this name; there are {listed}")
        (n,) = fitting[:1]
        if np.shape(c.start) != n.shape:
            start = np.shape(c.start)
            if start:
                raise ValueError(f"{name} has shape {n.shape}, its start {start}")
            c = c._replace(start=np.full(n.shape, c.start) if len(n.shape) and not c.slides else n.value)
            if c.slides:
                c = c._replace(start=np.clip(n.value, c.low, c.high))
        found[n] = c
    return found
