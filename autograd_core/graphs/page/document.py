"""The document: style, picture, data and script in one file that asks nothing of any other place."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from autograd_core.graphs.page.assembly import filled, framed, part, printable, text_of, tools
from autograd_core.graphs.page.data import heading, page_data
from autograd_core.graphs.page.protocol import Drawn

PARTS = ("registry.js", "canvas.js", "steps.js", "cards.js", "folding.js")


def document(
    graph: Drawn,
    *,
    title: str | None = None,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    panels: Sequence[tuple[str, str]] = (),
    data: Mapping[str, Any] | None = None,
) -> str:
    """The page of a graph as one text of HTML.

    Args:
        graph: what is shown.
        title: of the page; by default what is computed.
        scripts: further JavaScript, which runs after the parts of the page and before it is first shown;
            `window.Page` has the data, the picture and the events.
        styles: further style sheets, behind that of the page.
        panels: further sections of the side panel, above the details: the id of each, which a script fills,
            and its heading.
        data: more for `Page.data`.
    """
    words = title if title is not None else heading(graph)
    known = page_data(graph, {"title": words, **(data or {})})
    script = "\n".join(["(() => {", '"use strict";', *map(_packed, PARTS)])
    script += "\n" + "\n".join([*scripts, _packed("start.js"), "})();"])
    replacements = {
        "TITLE": printable(words),
        "TOOLS": tools("Smaller", "Larger", "Whole graph", "Dark colours"),
        "PANELS": "".join(
            f'<section id="{escape(id_)}"><h2>{printable(head)}</h2></section>' for id_, head in panels
        ),
        "PINNED": ' class="pinned"' if panels else "",
    }
    body = filled(text_of("page.html"), replacements).rstrip("\n")
    style = "\n".join([_packed("page.css"), *styles])
    return framed(words, style, body, data=known, script=script, css="idle")


def _packed(name: str) -> str:
    """A part of the page without the spaces and ends of lines that nobody needs."""
    text = part(name)
    if name.endswith(".css"):
        return re.sub(r"(?<=[;{},(])\n(?=[^\n])", "", text)
    return _CLOSED.sub("", _WORDS.sub(lambda m: m[1] or m[2] or m[0], text))


# a line that ends so goes on, or is over in any case
_CLOSED = re.compile(r"(?<=[;{,(])\n")

# strings, templates and regular expressions stay as they are; of signs the spaces around them go, but not
# between two minus signs
_WORDS = re.compile(
    r""""(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<=\()/(?:[^/\\\n]|\\.)+/"""
    r"""|[ ]?([=+*/<>?:,;{}()&|!]+)[ ]?|(?<=[\w)\]]) (-) (?=[\w(])"""
)
