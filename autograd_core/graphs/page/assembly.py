"""The files that pages are put together of, and the frame that every page has."""

import json
import os
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

PACKAGE = "autograd_core.graphs.page"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<&\u2028\u2029"}

# halves of pairs are no text, and signs that turn the direction would turn all that follows a name
_STRAY = "\ud800-\udfff\u202a-\u202e\u2066-\u2069"


def text_of(name: str, package: str = PACKAGE) -> str:
    """The text of a file beside the modules of a package."""
    return (files(package) / name).read_text(encoding="utf-8")


def part(name: str, package: str = PACKAGE) -> str:
    """A script or style sheet without remarks and indentation."""
    lines = (line.strip() for line in text_of(name, package).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// "))


def filled(template: str, parts: Mapping[str, str]) -> str:
    """A template with its places filled, in one pass: what is put in is never looked at again."""
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda m: parts[m[1]], template)


def printable(text: str) -> str:
    """Text for HTML, without letters that cannot be printed."""
    return escape(re.sub(f"[\x00-\x1f\x7f-\x9f{_STRAY}\ufffe\uffff]", "\ufffd", text.replace("\n", "⏎")))


def as_json(data: Any) -> str:
    """JSON that may stand in a script: no sign in it means anything to HTML, nor ends a line.

    >>> as_json({"name": "</script>"})
    '{"name":"\\\\u003c/script>"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub(f"[{_STRAY}]", "\ufffd", text.translate(_UNSAFE))


def framed(
    title: str,
    style: str,
    body: str,
    *,
    data: Any = None,
    script: str = "",
    language: str = "en",
    policy: str = POLICY,
    css: str = "",
) -> str:
    """A whole page.

    Args:
        title: as text.
        style: the style sheets.
        body: HTML.
        data: what the script reads from the element `data`.
        script: runs when everything else is there; without one the page has no data either.
        language: of its words.
        policy: what it may load and run; "" where the server says so.
        css: the class of the body.
    """
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n' if policy else ""
    scripts = ""
    if script:
        known = f'<script type="application/json" id="data">{as_json(data)}</script>'
        scripts = f"{known}\n<script>\n{script}\n</script>\n"
    parts = {
        "LANGUAGE": language,
        "META": meta,
        "TITLE": printable(title),
        "STYLE": style,
        "CLASS": f' class="{css}"' if css else "",
        "BODY": body,
        "SCRIPTS": scripts,
    }
    return filled(text_of("frame.html"), parts)


def saved(html: str, path: str | os.PathLike[str], otherwise: str) -> Path:
    """Write a page to exactly this path.

    Raises:
        ValueError: for an ending that is not that of a page, with `otherwise`, what the page is.
    """
    target = Path(path)
    if target.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"save: {otherwise}; got {str(path)!r}")
    target.write_text(html, encoding="utf-8", newline="\n")
    return target


def tools(smaller: str, larger: str, whole: str, dark: str) -> str:
    """The buttons that move the picture and change the colours, which are called so."""
    words = {"SMALLER": smaller, "LARGER": larger, "WHOLE": whole, "DARK": dark}
    return filled(text_of("tools.html"), {key: printable(text) for key, text in words.items()}).rstrip("\n")
