"""The markup of HTML-like labels, as a tree; and plain labels, as lines."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Union

DEEPEST = 60
"""Deeper markup is shown as plain text."""

_PIECE = re.compile(
    r"<(?P<end>/)?(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<attributes>(?:\s+[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>"
    r"|<!--.*?-->|(?P<text>[^<]+)|(?P<stray><)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ALONE = {"BR", "HR", "VR", "IMG"}
_BREAK = re.compile(r"\\[nlr]")


@dataclass
class Element:
    """A tag with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Union["Element", str]] = field(default_factory=list)

    def tables(self) -> list["Element"]:
        """The tables that lie directly in it."""
        return [e for e in self.inside if isinstance(e, Element) and e.tag == "TABLE"]


def parse(text: str) -> Element | None:
    """The tree of a label's markup; None if it is not well-formed."""
    root = Element("")
    stack = [root]
    for piece in _PIECE.finditer(text):
        tag = (piece["tag"] or "").upper()
        if piece["stray"]:
            return None
        if piece["text"]:
            # control characters do not count, as with Graphviz; several spaces stay several
            words = unescape("".join(c for c in piece["text"] if c >= " "))
            if words:
                stack[-1].inside.append(words)
        elif tag and piece["end"]:
            if tag in _ALONE:
                continue
            if stack[-1].tag != tag:
                return None
            stack.pop()
        elif tag:
            given = {k.upper(): unescape(a or b) for k, a, b in _ATTRIBUTE.findall(piece["attributes"])}
            made = Element(tag, given)
            stack[-1].inside.append(made)
            if tag not in _ALONE and not piece[0].endswith("/>"):
                stack.append(made)
                if len(stack) > DEEPEST:
                    return None
    return root if len(stack) == 1 else None


def plain(text: str, name: str = "") -> list[tuple[str, str]]:
    r"""The lines of a plain label, each with its side: \n ends a line in the middle, \l left, \r right."""
    lines = []
    at = 0
    text = text.replace("\n", "\\n")
    for found in _BREAK.finditer(text):
        before = text[at : found.start()]
        # of \\n the first backslash takes the second with it
        if (len(before) - len(before.rstrip("\\"))) % 2:
            continue
        lines.append((_escaped(before, name), {"n": "CENTER", "l": "LEFT", "r": "RIGHT"}[found[0][1]]))
        at = found.end()
    if at < len(text) or not lines:
        lines.append((_escaped(text[at:], name), "CENTER"))
    return lines


def _escaped(text: str, name: str) -> str:
    return unescape(re.sub(r"\\(.)", lambda m: name if m[1] == "N" else m[1], text))
