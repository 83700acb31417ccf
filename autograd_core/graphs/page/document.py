"""The document: style, picture, data and script in one file that asks nothing of any other place."""

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from autograd_core.graphs.page.data import heading, page_data
from autograd_core.graphs.page.protocol import Drawn

PARTS = ("registry.js", "canvas.js", "steps.js", "cards.js", "folding.js")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


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
    script = "\n".join(["(() => {", '"use strict";', *map(_part, PARTS)])
    script += "\n" + "\n".join([*scripts, _part("start.js"), "})();"])
    replacements = {
        "POLICY": POLICY,
        "TITLE": escape(_printable(words)),
        "STYLE": "\n".join([_part("page.css"), *styles]),
        "PANELS": "".join(
            f'<section id="{escape(id_)}"><h2>{escape(_printable(head))}</h2></section>'
            for id_, head in panels
        ),
        "PINNED": ' class="pinned"' if panels else "",
        "DATA": as_json(known),
        "SCRIPT": script,
    }
    # one pass: what is put in is never looked at again
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda m: replacements[m[1]], _file("page.html"))


def as_json(data: Any) -> str:
    """JSON that may stand in a script: no sign in it means anything to HTML, nor ends a line.

    >>> as_json({"name": "</script>"})
    '{"name":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # halves of pairs are no text
    return re.sub("[\ud800-\udfff]", "\ufffd", text.translate(_UNSAFE))


def _printable(text: str) -> str:
    return re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", text.replace("\n", "⏎"))


def _file(name: str) -> str:
    return (files("autograd_core.graphs.page") / name).read_text(encoding="utf-8")


def _part(name: str) -> str:
    """A part of the page without remarks, indentation and spaces that nobody needs."""
    lines = (line.strip() for line in _file(name).splitlines())
    text = "\n".join(line for line in lines if line and not line.startswith("// "))
    if name.endswith(".js"):
        text = _WORDS.sub(lambda m: m[0] if m[1] is None else m[1], text)
    return re.sub(r"(?<=[;{},(])\n(?=[^\n])", "", text) if name.endswith(".css") else _CLOSED.sub("", text)


# a line that ends so goes on, or is over in any case
_CLOSED = re.compile(r"(?<=[;{,(])\n")

# strings, templates and regular expressions stay as they are; of signs the spaces around them go
_WORDS = re.compile(
    r""""(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<=\()/(?:[^/\\\n]|\\.)+/|[ ]?([=+*/<>?:,;{}()&|!]+)[ ]?"""
)
