"""The quiz on paper: through the renderers of pictures, or as a page of HTML that is printed."""

import os
import re
from html import escape
from pathlib import Path
from typing import Any

from autograd_core.graphs import layout
from autograd_core.graphs.drawing import labels
from autograd_core.graphs.drawing.theme import INK, QUIET
from autograd_core.graphs.page.assembly import framed, part, printable
from autograd_core.graphs.quizzing.blanks import for_paper, sized
from autograd_core.graphs.quizzing.words import Words
from autograd_core.graphs.rendering.renderers import FORMATS, render
from autograd_core.graphs.rendering.svg import tidy

WIDE = 92
"""Instructions are broken into lines of so many letters."""

ACROSS, UPRIGHT = (770.0, 380.0), (520.0, 620.0)
"""The room for a drawing on a page of A4, in points, below its heading."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PORTRAIT = "\n@page{size:A4 portrait}\n@media print{figure svg{max-height:205mm}}\n"


def written(
    quiz: Any, words: Words, target: Path, answers: bool, renderer: str | os.PathLike[str] | None
) -> Path:
    """Write a sheet; see `Quiz.sheet`."""
    form = target.suffix.lower().removeprefix(".")
    if form in ("html", "htm"):
        target.write_text(_document(quiz, words, answers), encoding="utf-8", newline="\n")
        return target
    if form not in FORMATS:
        raise ValueError(f"sheet: the ending says the format, .svg, .png, .pdf or .html; got {str(target)!r}")
    heading = _heading(quiz, words, answers)
    source = for_paper(quiz.source(heading, filled=answers, upright=_is_upright(quiz)))
    picture = render(source, form, renderer, repr(str(target)))
    target.write_bytes(tidy(picture.decode()).encode() if form == "svg" else picture)
    return target


def _heading(quiz: Any, words: Words, answers: bool) -> str:
    """Title, instructions and the line for name and date, as a label of DOT."""
    title = labels.escape(quiz.title, 90)
    if answers:
        title += f" – {words.say('answers')}"
    rows = [labels.font(f"<B>{title}</B>", 16, INK)]
    rows += [labels.font(labels.escape(line, 200), 10, QUIET) for line in _lines(quiz.instructions)]
    if not answers:
        score = f"{words.say('score')} ____ / {len(quiz)}"
        line = f"{words.say('name')} {'_' * 30}      {words.say('date')} {'_' * 16}      {score}"
        rows.append(labels.font(line.replace("  ", "\u00a0\u00a0"), 11, INK))
    cells = [[labels.cell(row)] for row in rows]
    gap = [[labels.cell("", HEIGHT="8")]]
    return labels.table([*cells[:-1], *gap, cells[-1], *gap] if not answers else [*cells, *gap])


def _lines(text: str) -> list[str]:
    """A text in lines that fit; Japanese may be broken anywhere, and its letters are twice as wide."""
    found, line, used = [], "", 0
    for piece in re.findall(r"[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+|.", text):
        wide = sum(2 if ord(c) > 0x2FFF else 1 for c in piece)
        if used + wide > WIDE and line:
            found.append(line.strip())
            line, used = "", 0
        line, used = line + piece, used + wide
    return [*found, line.strip()] if line.strip() else found


def _is_upright(quiz: Any) -> bool:
    """Whether the drawing is larger from top to bottom on a page held upright."""
    scales = []
    for upright in (False, True):
        wide, high = sized(quiz.source(upright=upright))
        room = UPRIGHT if upright else ACROSS
        scales.append(min(room[0] / wide, room[1] / high, 1.0))
    return scales[1] > 1.1 * scales[0]


def _document(quiz: Any, words: Words, answers: bool) -> str:
    pages = [_page(quiz, words, False)]
    if answers:
        pages.append(_page(quiz, words, True))
    style = part("sheet.css", "autograd_core.graphs.quizzing") + (PORTRAIT if _is_upright(quiz) else "")
    body = "\n".join(pages)
    return framed(quiz.title, style, body, language=words.language, policy=POLICY)


def _page(quiz: Any, words: Words, filled: bool) -> str:
    title = printable(quiz.title) + (f" – {escape(words.say('answers'))}" if filled else "")
    head = f"<h1>{title}</h1>"
    if not filled:
        line = "".join(
            f'<span class="{css}">{escape(words.say(key))}<i></i></span>'
            for key, css in (("name", "name"), ("date", "date"))
        )
        line += f'<span class="score">{escape(words.say("score"))}<i></i> / {len(quiz)}</span>'
        head += f'<div class="line">{line}</div><p>{printable(quiz.instructions)}</p>'
    picture = layout.svg(for_paper(quiz.source(filled=filled, upright=_is_upright(quiz))))
    # ids of two pictures on one page must differ; nothing refers to them
    picture = re.sub(r' id="[^"]*"', "", picture)
    picture = picture.replace("<svg ", '<svg role="img" ', 1)
    key = ""
    if filled:
        rows = "".join(
            f"<li><span>{printable(q.asked)}</span> <b>{printable(q.answer)}</b></li>" for q in quiz.questions
        )
        key = f"<ol>{rows}</ol>"
    return f'<section class="{quiz.hide}">{head}<figure>{picture}</figure>{key}</section>'
