"""The quiz as a page: the picture with boxes over its gaps, the judge, and all that it says, in one file."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd_core.graphs.page.assembly import as_json, filled, framed, part, printable, text_of, tools
from autograd_core.graphs.page.pictures import plain
from autograd_core.graphs.quizzing import grammar
from autograd_core.graphs.quizzing.arithmetic import BINARY, UNARY
from autograd_core.graphs.quizzing.asking import Question
from autograd_core.graphs.quizzing.blanks import sized
from autograd_core.graphs.quizzing.judging import (
    DIGITS,
    MANY,
    NEAR,
    ROUNDED,
    SAMPLED,
    STRONG,
    WEAK,
    Judge,
    places,
)
from autograd_core.graphs.quizzing.known import listed
from autograd_core.graphs.quizzing.words import Words
from autograd_core.programs.javascript import together
from autograd_core.symbols import Symbol

PACKAGE = "autograd_core.graphs.quizzing"
SHARED = ("registry.js", "canvas.js", "numerals.js")
SCRIPTS = ("grammar.js", "arithmetic.js", "judging.js", "boxes.js", "asking.js")
TABLES = (
    *("FUNCTIONS", "NUMBERS", "PARTS", "SIGNS", "KNOWN", "COMPARED", "TIMES", "LONG", "ALONG", "PAIRED"),
    *("WORDS", "RAISED", "LOWERED", "DIGITS", "LONGEST", "DEEPEST"),
)
"""What the grammar of the page has from that of Python, under the same names."""


def page(quiz: Any, judge: Judge, words: Words) -> str:
    """The page as one text of HTML."""
    # the second drawing is for a screen on which it is larger
    pictures = [_picture(text) for text in dict.fromkeys([quiz.source(), quiz.source(upright=True)])]
    data = {
        "title": quiz.title,
        "kind": quiz.hide,
        "instructions": quiz.instructions,
        "steps": [],
        "legend": [],
        "said": dict(words.said),
        "pictures": pictures,
        "questions": [_question(q, quiz.hide) for q in quiz.questions],
        "judge": _facts(judge, quiz.questions),
        "grammar": {
            name: sorted(table) if isinstance(table, frozenset) else table
            for name, table in vars(grammar).items()
            if name in TABLES
        },
    }
    # ours in a block of their own: their names are theirs
    ours = ["{", f"const FORMS = {_forms()};", *(part(name, PACKAGE) for name in SCRIPTS), "}"]
    script = "\n".join(["(() => {", '"use strict";', *map(part, SHARED), *ours, "})();"])
    said = {f"SAY{key.replace(' ', '').upper()}": printable(text) for key, text in words.said.items()}
    replacements = {
        **said,
        "TITLE": printable(quiz.title),
        "TOOLS": tools(*(words.said[key] for key in ("smaller", "larger", "whole", "dark"))),
        "COUNT": str(len(quiz)),
        "INSTRUCTIONS": printable(quiz.instructions),
    }
    body = filled(text_of("quiz.html", PACKAGE), replacements).rstrip("\n")
    style = "\n".join([part("page.css"), part("quiz.css", PACKAGE)])
    return framed(quiz.title, style, body, data=data, script=script, language=words.language, css="idle")


@cache
def _forms() -> str:
    """All signs and functions in JavaScript, by what they are called in trees."""
    x, y = Symbol.input("x"), Symbol.input("y")
    made = {**{name: f(x, y) for name, f in BINARY.items()}, **{name: f(x) for name, f in UNARY.items()}}
    table = ",".join(f"{as_json(name)}:f{k}" for k, name in enumerate(made))
    return together(list(made.values()), [x, y], f"return {{{table}}};")


def _picture(source: str) -> dict[str, Any]:
    """A drawing, and how large it is."""
    wide, high = sized(source)
    return {"svg": f"<svg xmlns='http://www.w3.org/2000/svg'>{plain(source)}</svg>", "w": wide, "h": high}


def _question(q: Question, kind: str) -> dict[str, Any]:
    common = {
        "place": q.place,
        "number": q.number,
        "asked": q.asked,
        "spoken": q.spoken,
        "formula": q.formula,
        "answer": q.answer,
        "hints": list(q.hints),
    }
    if kind == "shapes":
        shapes = [[name, what, [int(n) for n in numbers[0]]] for name, what, numbers in q.mistakes]
        right = [int(n) for n in q.right[0]]
        return {**common, "right": right, "mistakes": shapes, "sizes": dict(q.sizes), "listed": []}
    return {
        **common,
        "names": q.names,
        "listed": listed(q.names),
        "hole": q.hole,
        "right": _numbers(q.right),
        "mistakes": [[name, what, _numbers(numbers)] for name, what, numbers in q.mistakes],
    }


def _numbers(values: Sequence[Any]) -> dict[str, Any]:
    """An array at every point: its shape, and of its numbers those that are compared."""
    shape = [int(n) for n in np.shape(values[0])]
    at = places(int(np.prod(shape)))
    return {"s": shape, "v": [[_n(x) for x in np.ravel(v)[at]] for v in values]}


def _n(x: Any) -> float | None:
    value = float(x)
    # NaN is no number of JSON, and equal to nothing either way
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None


def _facts(judge: Judge, questions: Sequence[Question]) -> dict[str, Any]:
    used = {i for q in questions for i in q.names.values()}
    variables = [
        {"s": list(np.shape(v[0])), "p": [[_n(x) for x in np.ravel(a)] for a in v]} if i in used else None
        for i, v in enumerate(judge.variables)
    ]
    return {
        "variables": variables,
        "points": len(judge.variables[0]) if judge.variables else 1,
        "flat": all(np.shape(v[0]) == () for v in judge.variables),
        "known": judge.known,
        "sizes": list(judge.sizes),
        "near": NEAR,
        "rounded": ROUNDED,
        "sampled": SAMPLED,
        "many": MANY,
        "digits": DIGITS,
        "strong": STRONG,
        "weak": WEAK,
    }
