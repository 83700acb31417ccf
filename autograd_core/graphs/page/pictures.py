"""The pictures of a page: the backward view, in which everything stands where it stands in all steps.

A page may hold many pictures of one graph. They share their cards: each card is written once, at the origin,
and a picture says where it puts it.
"""

import itertools
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd_core.graphs.layout import svg
from autograd_core.graphs.page.naming import Whole, renamed, sorted_paths
from autograd_core.graphs.page.protocol import Drawn
from autograd_core.graphs.snapshot.records import Node

Picture = dict[str, Any]

_NOISE = (
    # the paper and the key, which the page has itself: all in front of the first group
    (re.compile(r'^.*?<g id="graph0"[^>]*>.*?(?=<g )', re.DOTALL), ""),
    (re.compile(r"</g>\s*</svg>\s*$"), ""),
    (
        re.compile(r'<g id="a_[^"]*"><a [^>]*>\n(.*?)\n</a>\n</g>', re.DOTALL),
        r"\1",
    ),  # tips: the panel says more
    (
        re.compile(r' (?:font-family|xml:space)="[^"]*"| stroke-linejoin="round"| stroke="none"'),
        "",
    ),  # as the style says
    (re.compile(r' text-anchor="start"| id="edge\d+"'), ""),
    (re.compile(r"\n+"), ""),
    (re.compile('"'), "'"),  # in JSON each would be two signs; in texts both are entities
)
_WIRE = re.compile(
    r"<(path) fill='none'|(?<=') stroke-width='[\d.]+'(?= points=)|(?<=') stroke-width='1\.8'(?= d=)"
)
# heads of arrows: no outline in their own colour, and the first point is not said again
_HEAD = re.compile(r"(<polygon fill='(#\w+)') stroke='\2'")
_AGAIN = re.compile(r"( points='([\d.,-]+) [^']*) \2'")
_NAME = re.compile(r"^<g id='([^']*)'")
_GROUP = re.compile(r"<(/?)g\b[^>]*>")
_PLACE = re.compile(r" (c?[xy])='(-?[\d.]+)'| (d|points)='([^']*)'")
_PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


class Sight(NamedTuple):
    """One view of a graph, with the ids of its nodes."""

    drawing: Any
    ids: dict[Node, str]
    shown: set[str]


class Album:
    """The pictures of one page, and the cards that they share.

    views     what the pictures show
    modules   the paths of modules that can be folded, by whose numbers pictures are found
    depths    words and picture of each depth
    """

    def __init__(self, whole: Sequence[Node]) -> None:
        self.whole = Whole(whole)
        self.cards: list[str] = []
        self.pictures: list[Picture] = []
        self.views: list[Sight] = []
        self.modules: list[str] = []
        self.depths: list[tuple[str, int]] = []
        self._known: dict[str, int] = {}
        self._states: dict[Any, int] = {}

    def add(self, graph: Drawn, **what: Any) -> int:
        """Lay out a view and keep its picture, with what leads to it; its number."""
        drawing, headings = graph.drawing, sorted_paths(graph.headings)
        places = {path: i for i, path in enumerate(self.modules)}
        names = {n.name for n in drawing.nodes if n.kind == "operation" and n.members}
        closed = [i for path, i in places.items() if path in names]
        opened = [i for path, i in places.items() if path in headings]
        state = (tuple(closed), tuple(opened), tuple(sorted(what)))
        if state in self._states:
            return self._states[state]
        ids = self.whole.ids(drawing.nodes)
        numbers = {n.number: name for n, name in ids.items()}
        cards, rest = [], []
        for group in groups(plain(graph.source)):
            named = moved(renamed(group, numbers, headings, places))
            if "class='node" in group[: group.index(">")]:
                cards.append(self._card(named))
            else:
                bare = _WIRE.sub(lambda m: f"<{m[1]}" if m[1] else "", named)
                rest.append(_AGAIN.sub(r"\1'", _HEAD.sub(r"\1", bare)))
        made = {"rest": "".join(rest), "at": cards, "closed": closed, "open": opened, **what}
        self._states[state] = len(self.pictures)
        self.pictures.append({k: v for k, v in made.items() if v != []})
        shown = {name for i, _, _ in cards for name in _NAME.findall(self.cards[i][:80])}
        self.views.append(Sight(drawing, ids, shown))
        return self._states[state]

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
        return self._known[key], round(x, 1), round(y, 1)


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


def moved(group: str, dx: float = 0, dy: float = 0) -> str:
    """A group elsewhere: all its places shifted, to tenths of a point."""

    def shifted(m: re.Match[str]) -> str:
        if m[1]:
            return f" {m[1]}='{_n(float(m[2]) + (dx if m[1].endswith('x') else dy))}'"
        pairs = _PAIR.sub(lambda p: f"{_n(float(p[1]) + dx)},{_n(float(p[2]) + dy)}", m[4])
        return f" {m[3]}='{pairs}'"

    return _PLACE.sub(shifted, group)


def _n(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


# ---- which pictures there are ------------------------------------------------------------------------------


def album(whole: Drawn, asked: Drawn) -> Album:
    """The pictures of a graph: first what was asked for, for a wide screen.

    Of a formula also one from top to bottom; of a network with few modules every combination of folded ones,
    with many every depth, and each module opened alone.
    """
    made = Album(whole.nodes)
    paths = foldable(whole.nodes) if whole is not asked else []
    made.modules = paths
    made.add(asked)
    if "rankdir=LR" in asked.source[:200]:
        made.add(asked.redrawn(direction="TB"), tall=True)
    if not paths:
        return made

    def state(closed: Sequence[str]) -> int:
        inside = [p for p in paths if any(p.startswith(f"{c}.") for c in closed)]
        opened = tuple(p for p in paths if p not in closed and p not in inside)
        return made.add(whole.redrawn(fold=tuple(closed), expand=opened, depth=None))

    made.depths.append(("everything", state(())))
    deepest = max(p.count(".") + 1 for p in paths)
    drawn = sum(n.kind == "operation" for n in whole.nodes)
    if len(paths) <= FEW_MODULES and drawn * 2 ** len(paths) <= MOST_DRAWN:
        for closed in combinations(paths):
            state(closed)
    else:
        for path in paths[:MOST_ALONE] if drawn <= MOST_DRAWN // 4 else ():
            state([p for p in paths if not path.startswith(p) and not _beneath_other(p, path, paths)])
    for depth in range(deepest, 0, -1):
        level = [p for p in paths if p.count(".") + 1 == depth]
        words = "modules folded" if deepest == 1 else f"depth {depth}"
        made.depths.append((words, state(level)))
    return made


FEW_MODULES = 6
MOST_DRAWN = 1200
"""So many operations are drawn in all combinations together; laying out takes its time."""

MOST_ALONE = 24
"""So many modules are opened alone."""


def _beneath_other(path: str, opened: str, paths: Sequence[str]) -> bool:
    """Whether something around a module is folded already while another is open."""
    return any(path.startswith(f"{p}.") and not opened.startswith(p) for p in paths)


def combinations(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """All sets of folded modules, of which none lies in another.

    >>> combinations(["a", "a.b", "c"])
    [('a',), ('a.b',), ('c',), ('a', 'c'), ('a.b', 'c')]
    """
    every = [c for k in range(1, len(paths) + 1) for c in itertools.combinations(paths, k)]
    return [c for c in every if not any(p.startswith(f"{q}.") for p in c for q in c)]


def foldable(nodes: Sequence[Node]) -> list[str]:
    """The modules in which there is something to fold."""
    inside: dict[str, int] = {}
    for op in nodes:
        if op.kind != "operation" or not op.module:
            continue
        weights = sum(v.kind in ("param", "frozen") for v in op.inputs)
        parts = op.module.split(".")
        for i in range(len(parts)):
            path = ".".join(parts[: i + 1])
            inside[path] = inside.get(path, 0) + 1 + weights
    return sorted_paths(path for path, count in inside.items() if count > 1)
