"""The pictures of a page: the backward view, in which everything stands where it stands in all steps.

A page may hold many pictures of one graph. They share their cards: each card is written once, at the origin,
and a picture says where it puts it.
"""

import re
from typing import Any

from autograd_core.graphs.layout import svg
from autograd_core.graphs.page.protocol import Drawn

_NOISE = (
    # the paper and the key, which the page has itself: all in front of the first group
    (re.compile(r'^.*?<g id="graph0"[^>]*>.*?(?=<g )', re.DOTALL), ""),
    (re.compile(r"</g>\s*</svg>\s*$"), ""),
    (
        re.compile(r'<g id="a_[^"]*"><a [^>]*>\n(.*?)\n</a>\n</g>', re.DOTALL),
        r"\1",
    ),  # tips: the panel says more
    (re.compile(r' (?:font-family|xml:space)="[^"]*"| stroke-linejoin="round"'), ""),  # as the style says
    (re.compile(r' text-anchor="start"| id="edge\d+"'), ""),
    (re.compile(r"\n+"), ""),
    (re.compile('"'), "'"),  # in JSON each would be two signs; in texts both are entities
)
_GROUP = re.compile(r"<(/?)g\b[^>]*>")
_PLACE = re.compile(r" (c?[xy])='(-?[\d.]+)'| (d|points)='([^']*)'")
_PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


class Album:
    """The pictures of one page, and the cards that they share."""

    def __init__(self) -> None:
        self.cards: list[str] = []
        self.pictures: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def add(self, source: str, **what: Any) -> None:
        """Lay out a DOT text and keep its picture, with what leads to it."""
        places, rest = [], []
        for group in groups(plain(source)):
            if "class='node" in group[: group.index(">")]:
                places.append(self._card(group))
            else:
                rest.append(group)
        self.pictures.append({"rest": "".join(rest), "at": places, **what})

    def _card(self, group: str) -> tuple[int, float, float]:
        places = list(_PLACE.finditer(group))
        pairs = [(float(a), float(b)) for m in places for a, b in _PAIR.findall(m[4] or "")]
        middle = {m[1]: float(m[2]) for m in places if m[1] in ("cx", "cy")}
        xs = [a for a, _ in pairs] or [middle.get("cx", 0.0)]
        ys = [b for _, b in pairs] or [middle.get("cy", 0.0)]
        x, y = min(xs), min(ys)
        # the same card elsewhere differs by rounding
        wide, high = max(xs) - x, max(ys) - y
        key = f"{wide:.0f} {high:.0f} {_PLACE.sub('', group)}"
        if key not in self._known:
            self._known[key] = len(self.cards)
            self.cards.append(moved(group, -x, -y))
        return self._known[key], round(x, 2), round(y, 2)


def plain(source: str) -> str:
    """DOT text as the groups of its picture, without what a page says elsewhere."""
    text = svg(source)
    for pattern, instead in _NOISE:
        text = pattern.sub(instead, text)
    return text


def groups(text: str) -> list[str]:
    """The outermost groups of a text, one after the other.

    >>> groups("<g><g></g></g><g id='b'></g>")
    ['<g><g></g></g>', "<g id='b'></g>"]
    """
    found = []
    depth = start = 0
    for tag in _GROUP.finditer(text):
        if not tag[1]:
            start = tag.start() if not depth else start
            depth += 1
        else:
            depth -= 1
            if not depth:
                found.append(text[start : tag.end()])
    return found


def moved(group: str, dx: float, dy: float) -> str:
    """A group elsewhere: all its places shifted."""

    def shifted(m: re.Match[str]) -> str:
        if m[1]:
            return f" {m[1]}='{_n(float(m[2]) + (dx if m[1].endswith('x') else dy))}'"
        pairs = _PAIR.sub(lambda p: f"{_n(float(p[1]) + dx)},{_n(float(p[2]) + dy)}", m[4])
        return f" {m[3]}='{pairs}'"

    return _PLACE.sub(shifted, group)


def _n(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def album(graph: Drawn) -> Album:
    """The pictures of a graph, the one for a wide screen first."""
    made = Album()
    backward = graph.viewed("backward")
    made.add(backward.source)
    return made
