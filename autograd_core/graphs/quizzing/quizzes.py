"""Quiz: the boxes that are empty, what belongs into them, and the pages and sheets that are made of it."""

import contextlib
import os
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograd_core.graphs.drawing.flow import Flow
from autograd_core.graphs.page.assembly import saved
from autograd_core.graphs.page.frame import Interactive
from autograd_core.graphs.quizzing.asking import Question, asked_gradients, asked_locals
from autograd_core.graphs.quizzing.blanks import GAP, source
from autograd_core.graphs.quizzing.judging import Judge, Verdict, judged_shape
from autograd_core.graphs.quizzing.known import Known, short
from autograd_core.graphs.quizzing.points import sampled
from autograd_core.graphs.quizzing.quiz_page import page
from autograd_core.graphs.quizzing.shapes import asked_shapes, sizes
from autograd_core.graphs.quizzing.sheet import written
from autograd_core.graphs.quizzing.words import Words
from autograd_core.graphs.snapshot.records import Node

KINDS = ("local", "grad", "shapes")
HEIGHT = 600


def posed(
    graph: Any, hide: str = "local", seed: int = 0, count: int | None = None, language: str = "en"
) -> "Quiz":
    """The quiz on a graph; see `Graph.quiz`."""
    if hide not in KINDS:
        raise ValueError(f'quiz: hide is one of "local", "grad", "shapes", got {hide!r}')
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"quiz: seed is an integer, got {seed!r}")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
        raise TypeError(f"quiz: count is an integer or None, got {count!r}")
    words = Words(language)
    drawn = graph.redrawn(mode="forward" if hide == "shapes" else "backward")
    if drawn.drawing.note and "folded" in drawn.drawing.note:
        raise ValueError(
            f"quiz: the drawing is too large to be asked about ({drawn.drawing.note}); "
            "fold it yourself, fold=..., or raise max_nodes="
        )
    variables: list[list[Any]] = []
    known = False
    if hide == "shapes":
        arrays = [n for n in drawn.nodes if n.kind != "operation" and n.shape]
        everything = asked_shapes(drawn.nodes, arrays, words)
    else:
        with contextlib.suppress(ValueError):  # a formula without numbers is asked in letters
            drawn = drawn.computed()
        points = sampled(drawn, free=hide == "local")
        names = Known(drawn.nodes, points.points)
        flow = Flow(drawn.drawing.nodes, drawn.drawing.edges)
        if hide == "local":
            everything = asked_locals(drawn, flow, points, names, words)
        else:
            cards = [n for n in drawn._plan.shown if n.kind != "operation"]
            everything = asked_gradients(drawn, cards, flow, points, names, words)
        variables, known = names.variables, points.known
    lengths = sorted({n for v in drawn.nodes for n in v.shape if n > 2})
    judge = Judge(variables, known, lengths, words)
    if hide != "shapes":
        # what is written otherwise than anyone would type it, as → [1:4], stays where it is
        everything = [q for q in everything if judge.reads(q)]
    seen = _seen(drawn, hide, [q.place for q in everything])
    everything = [q for q in everything if q.place in seen]
    if not everything:
        what = {"local": "local derivative", "grad": "gradient", "shapes": "shape"}[hide]
        raise ValueError(f"quiz: there is no {what} in this picture that could be asked for")
    if count is not None and not 1 <= count <= len(everything):
        raise ValueError(
            f"quiz: count is from 1 to {len(everything)}, the boxes of this picture; got {count}"
        )
    chosen = range(len(everything))
    picked = chosen if count is None else sorted(random.Random(seed).sample(chosen, count))
    everything = _apart(everything, drawn)
    questions = [replace(everything[i], number=k + 1) for k, i in enumerate(picked)]
    return Quiz(drawn, hide, questions, judge, words)


def _apart(questions: list[Question], drawn: Any) -> list[Question]:
    """The questions with paths, 0.weight, for those that would be called alike."""
    times = Counter(q.asked for q in questions)
    of = {f"d-{e.target.number}-{e.argument}": e.source for e in drawn.edges if e.argument is not None}
    of |= {f"v-{n.number}": n for n in drawn.nodes}
    return [_with_path(q, of[q.place]) if times[q.asked] > 1 else q for q in questions]


def _with_path(q: Question, n: Node) -> Question:
    last = short(n)
    return (
        replace(q, asked=q.asked.removesuffix(last) + str(n.name)) if last and q.asked.endswith(last) else q
    )


def _seen(drawn: Any, hide: str, places: list[str]) -> set[str]:
    """The places that have a gap in the drawing."""
    text = source(drawn, hide, {place: i for i, place in enumerate(places)})
    lines = (line.partition('tooltip="')[0] for line in text.splitlines())
    return {places[int(m[1])] for line in lines for m in GAP.finditer(line) if int(m[1]) < len(places)}


class Quiz:
    """A picture with empty boxes. Made by `g.quiz()`."""

    def __init__(self, graph: Any, kind: str, questions: list[Question], judge: Judge, words: Words) -> None:
        self._graph, self.hide, self._words = graph, kind, words
        self._questions = tuple(questions)
        self._judge = judge

    @property
    def questions(self) -> tuple[Question, ...]:
        """The empty boxes in the order of the computation."""
        return self._questions

    @property
    def answers(self) -> Mapping[str, str]:
        """What belongs into the boxes, by their places."""
        return MappingProxyType({q.place: q.answer for q in self._questions})

    @property
    def title(self) -> str:
        """What is asked for, and of what."""
        outputs = [n for n in self._graph.nodes if n.kind == "output"]
        of = outputs[0] if len(outputs) == 1 else None
        text = "" if of is None else " = ".join(t for t in (of.name, of.formula) if t and "…" not in t)
        kind = self._words.say(f"title {self.hide}")
        return f"{kind}: {text}" if text and len(text) <= 48 else kind

    @property
    def instructions(self) -> str:
        """What is to be done."""
        arrays = any(n.shape for n in self._graph.nodes if n.kind != "operation")
        key = "ask rule" if self.hide == "local" and arrays else f"ask {self.hide}"
        text = self._words.say(key)
        if self.hide != "shapes":
            return text
        letters = ", ".join(f"{w} = {n}" for w, n in sizes(self._graph.nodes).items())
        return f"{text} {self._words.say('letters', sizes=letters)}" if letters else text

    def check(self, place: str | int, answer: str) -> Verdict:
        """Judge an answer as the page does.

        Args:
            place: of the box: its id (`d-3-1`), its number from 1, what is asked (`∂t/∂s`), or the name of a
                card.
            answer: as it is typed.

        Raises:
            KeyError: if there is no such box.
            TypeError: for an answer that is no text.
        """
        if not isinstance(answer, str):
            raise TypeError(f"an answer is a text, got {type(answer).__name__}: {str(answer)[:40]!r}")
        q = self._at(place)
        return judged_shape(q, answer, self._words) if self.hide == "shapes" else self._judge.of(q, answer)

    def _at(self, place: str | int) -> Question:
        for q in self._questions:
            if place in (q.place, q.number):
                return q
        found = [q for q in self._questions if q.asked == place]
        found = found or [q for q in self._questions if q.asked.rpartition("∂")[2] == place]
        if len(found) == 1:
            return found[0]
        listed = ", ".join(f"{q.place} ({q.asked})" for q in self._questions[:12])
        raise KeyError(f"no box is called {place!r}; there are {listed}")

    # ---- pictures ------------------------------------------------------------------------------------------

    def source(self, heading: str = "", *, filled: bool = False, upright: bool = False) -> str:
        """The drawing as DOT text, with gaps or with the answers in them; `upright` from top to bottom."""
        numbers = {q.place: q.number for q in self._questions}
        graph = self._graph.redrawn(direction="TB") if upright else self._graph
        return source(graph, self.hide, numbers, heading, filled)

    @cached_property
    def html(self) -> str:
        """The page as one text, which asks nothing of any other place."""
        return page(self, self._judge, self._words)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to exactly this path, which ends in .html.

        Raises:
            ValueError: for another ending.
        """
        return saved(self.html, path, "a quiz is a page, .html, and on paper quiz.sheet('sheet.pdf')")

    def sheet(
        self,
        path: str | os.PathLike[str],
        answers: bool = False,
        renderer: str | os.PathLike[str] | None = None,
    ) -> Path:
        """Write the quiz as a sheet for paper: svg, png, pdf or html.

        Args:
            path: where to.
            answers: write the sheet with the answers; of HTML behind the empty one, on a page of its own.
            renderer: as for `Graph.save`.

        Raises:
            ValueError: for another ending.
            GraphRenderError: if no renderer was found that makes it; SVG and HTML need none.
        """
        return written(self, self._words, Path(path), answers, renderer)

    def _repr_html_(self) -> str:
        """For notebooks: a frame that may run the page and sees nothing else."""
        return Interactive(self.html, self.title, HEIGHT)._repr_html_()

    def __len__(self) -> int:
        return len(self._questions)

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.instructions}"]
        lines += [f"{q.number:>3}  {q.asked}" for q in self._questions]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Quiz: {self.title}, {len(self)} {'box' if len(self) == 1 else 'boxes'}>"
