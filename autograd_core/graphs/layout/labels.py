"""Labels as measured boxes: lines of text, patches of colour and rules, each at its place in the box."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from autograd_core.graphs.layout import markup
from autograd_core.graphs.layout.markup import Element
from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.layout.reader import Html

LINE = 1.2
"""The height of a line, in sizes of its letters."""

BASE = 0.93
"""Where the letters stand in it."""

SMALL, RAISED, LOWERED = 0.7, 0.38, -0.16
"""Exponents and indices: their size, and how far up they stand, in sizes of the letters beside them."""


class Font(NamedTuple):
    """How letters look; an empty colour is that of the label."""

    size: float = 14
    colour: str = ""
    bold: bool = False
    italic: bool = False
    rise: float = 0


class Run(NamedTuple):
    """Letters that look the same."""

    text: str
    font: Font

    @property
    def width(self) -> float:
        return width(self.text, self.font.size, self.font.bold)


@dataclass
class Line:
    """One line of a label: where it is anchored, the height of its letters' feet, its runs."""

    x: float
    y: float
    anchor: str
    runs: list[Run]
    id: str = ""

    @property
    def width(self) -> float:
        return sum(run.width for run in self.runs)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def left(self) -> float:
        return self.x - self.width * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]


@dataclass
class Patch:
    """A filled or framed rectangle; a rule is a thin one. Empty colours are those of the pen."""

    x: float
    y: float
    width: float
    height: float
    fill: str = "none"
    stroke: str = "none"
    thick: float = 1


@dataclass
class Label:
    """A box of a known size with what is in it, measured from its left upper corner."""

    width: float = 0
    height: float = 0
    lines: list[Line] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)

    def put(self, other: "Label", dx: float, dy: float) -> None:
        """Put what is in another box into this one."""
        self.lines += [replace(line, x=line.x + dx, y=line.y + dy) for line in other.lines]
        self.patches += [replace(patch, x=patch.x + dx, y=patch.y + dy) for patch in other.patches]


def label(text: str, font: Font, name: str = "") -> Label:
    """A label as it is written in DOT, measured."""
    if isinstance(text, Html):
        tree = markup.parse(text)
        if tree is not None:
            return _content(tree, font, "CENTER")
    if not text:
        return Label()
    lines = markup.plain(text, name)
    return _lines([([Run(words, font)], side) for words, side in lines], font)


# ---- text --------------------------------------------------------------------------------------------------


def _content(element: Element, font: Font, side: str) -> Label:
    """What is in a cell: a table, or lines of text."""
    inner = _table_in(element, font)
    if inner is not None:
        return _table(*inner)
    lines: list[tuple[list[Run], str]] = [([], side)]
    for run in _runs(element, font):
        if isinstance(run, Run):
            lines[-1][0].append(run)
        else:
            lines[-1] = (lines[-1][0], run or side)
            lines.append(([], side))
    if len(lines) > 1 and not lines[-1][0]:
        lines.pop()
    return _lines(lines, font) if any(runs for runs, _ in lines) else Label()


def _table_in(element: Element, font: Font) -> tuple[Element, Font] | None:
    """The table in an element, behind tags that change the letters."""
    while True:
        tables = element.tables()
        if tables:
            return tables[0], font
        only = [e for e in element.inside if isinstance(e, Element) or e.strip()]
        if len(only) != 1 or not isinstance(only[0], Element):
            return None
        element, font = only[0], _changed(only[0], font)


def _runs(element: Element, font: Font) -> Iterator[Run | str]:
    """The runs of letters; for the end of a line the side on which it stands."""
    for part in element.inside:
        if isinstance(part, str):
            yield Run(part, font)
        elif part.tag == "BR":
            yield part.attributes.get("ALIGN", "").upper()
        else:
            yield from _runs(part, _changed(part, font))


def _changed(element: Element, font: Font) -> Font:
    given = element.attributes
    if element.tag == "B":
        return font._replace(bold=True)
    if element.tag == "I":
        return font._replace(italic=True)
    if element.tag in ("SUP", "SUB"):
        rise = RAISED if element.tag == "SUP" else LOWERED
        return font._replace(size=font.size * SMALL, rise=font.rise + rise * font.size)
    if element.tag == "FONT":
        size = number(given.get("POINT-SIZE"), font.size)
        return font._replace(size=size, colour=given.get("COLOR", font.colour))
    return font


def _lines(lines: Sequence[tuple[list[Run], str]], font: Font) -> Label:
    made = Label(max(sum(run.width for run in runs) for runs, _ in lines))
    for runs, side in lines:
        size = max((run.font.size for run in runs if run.font.rise == 0), default=font.size)
        x, anchor = _anchor(side, 0, made.width)
        if runs:
            made.lines.append(Line(x, made.height + BASE * size, anchor, runs))
        made.height += LINE * size
    return made


def _anchor(side: str, left: float, right: float) -> tuple[float, str]:
    if side == "LEFT":
        return left, "start"
    return (right, "end") if side == "RIGHT" else ((left + right) / 2, "middle")


# ---- tables ------------------------------------------------------------------------------------------------


@dataclass
class _Cell:
    element: Element
    row: int
    column: int
    rows: int
    columns: int
    inside: Label
    padding: float
    border: float

    @property
    def size(self) -> tuple[float, float]:
        edge = 2 * (self.padding + self.border)
        least = self._given("WIDTH"), self._given("HEIGHT")
        if self.element.attributes.get("FIXEDSIZE", "").upper() == "TRUE" and all(least):
            return least
        return max(least[0], self.inside.width + edge), max(least[1], self.inside.height + edge)

    def _given(self, key: str) -> float:
        return number(self.element.attributes.get(key), 0)


def _table(table: Element, font: Font) -> Label:
    given = table.attributes
    border = number(given.get("BORDER"), 1)
    spacing = number(given.get("CELLSPACING"), 2)
    cells, rules = _cells(table, font)
    columns = _spread(
        [(c.column, c.columns, c.size[0]) for c in cells], spacing, number(given.get("WIDTH"), 0)
    )
    rows = _spread([(c.row, c.rows, c.size[1]) for c in cells], spacing, number(given.get("HEIGHT"), 0))
    left = _starts(columns, border + spacing, spacing)
    top = _starts(rows, border + spacing, spacing, rules)
    made = Label(left[-1] + border, top[-1] + border)
    if given.get("BGCOLOR"):
        made.patches.append(Patch(0, 0, made.width, made.height, given["BGCOLOR"]))
    for rule in sorted(set(rules)):
        y = top[min(rule, len(top) - 1)] - spacing / 2 - 1
        made.patches.append(Patch(border, y, made.width - 2 * border, 1, fill=given.get("COLOR", "")))
    for cell in cells:
        x, y = left[cell.column], top[cell.row]
        wide = left[cell.column + cell.columns] - spacing - x
        high = sum(rows[cell.row : cell.row + cell.rows]) + spacing * (cell.rows - 1)
        made.put(_filled(cell, wide, high, given), x, y)
    if border:
        half = border / 2
        frame = Patch(half, half, made.width - border, made.height - border)
        made.patches.append(replace(frame, stroke=given.get("COLOR", ""), thick=border))
    return made


def _cells(table: Element, font: Font) -> tuple[list[_Cell], list[int]]:
    """The cells with their places, and before which rows there are rules."""
    found: list[_Cell] = []
    rules: list[int] = []
    taken: set[tuple[int, int]] = set()
    row = 0
    for part in table.inside:
        if isinstance(part, Element) and part.tag == "HR":
            rules.append(row)
        if not isinstance(part, Element) or part.tag != "TR":
            continue
        column = 0
        for cell in (e for e in part.inside if isinstance(e, Element) and e.tag == "TD"):
            while (row, column) in taken:
                column += 1
            rows, columns = (int(min(max(number(cell.attributes.get(k), 1), 1), 200)) for k in _SPANS)
            taken.update((row + i, column + j) for i in range(rows) for j in range(columns))
            border = number(
                cell.attributes.get("BORDER"),
                number(table.attributes.get("CELLBORDER"), number(table.attributes.get("BORDER"), 1)),
            )
            padding = number(
                cell.attributes.get("CELLPADDING"), number(table.attributes.get("CELLPADDING"), 2)
            )
            side = cell.attributes.get("BALIGN", cell.attributes.get("ALIGN", "CENTER")).upper()
            inside = _content(cell, font, side)
            found.append(_Cell(cell, row, column, rows, columns, inside, padding, border))
        row += 1
    return found, rules


_SPANS = ("ROWSPAN", "COLSPAN")


def _spread(wanted: Iterable[tuple[int, int, float]], spacing: float, least: float) -> list[float]:
    """The sizes of columns, or rows: what spans several makes each of them larger if it must."""
    asked = sorted(wanted, key=lambda w: w[1])
    sizes = [0.0] * max((first + count for first, count, _ in asked), default=0)
    for first, count, size in asked:
        lacking = size - sum(sizes[first : first + count]) - spacing * (count - 1)
        for i in range(first, first + count):
            sizes[i] += max(lacking, 0) / count
    lacking = least - sum(sizes) - spacing * (len(sizes) + 1)
    return [size + max(lacking, 0) / len(sizes) for size in sizes]


def _starts(sizes: Sequence[float], start: float, spacing: float, rules: Sequence[int] = ()) -> list[float]:
    """Where columns or rows begin, and where the last one ends; a rule takes one point."""
    found = []
    for i, size in enumerate(sizes):
        start += rules.count(i)
        found.append(start)
        start += size + spacing
    return [*found, start + rules.count(len(sizes))]


def _filled(cell: _Cell, wide: float, high: float, table: dict[str, str]) -> Label:
    """A cell of its final size, with its colour, its frame and its text."""
    made = Label(wide, high)
    given = cell.element.attributes
    colour = given.get("BGCOLOR", "none")
    stroke = given.get("COLOR", table.get("COLOR", "")) if cell.border else "none"
    if colour != "none" or cell.border:
        half = cell.border / 2
        made.patches.append(
            Patch(half, half, wide - cell.border, high - cell.border, colour, stroke, cell.border)
        )
    edge = cell.padding + cell.border
    side = given.get("ALIGN", "CENTER").upper()
    room = wide - 2 * edge - cell.inside.width
    dx = edge + {"LEFT": 0.0, "RIGHT": room}.get(side, room / 2)
    room = high - 2 * edge - cell.inside.height
    dy = edge + {"TOP": 0.0, "BOTTOM": room}.get(given.get("VALIGN", "").upper(), room / 2)
    made.put(cell.inside, dx, dy)
    for line in made.lines:
        line.id = line.id or given.get("ID", "")
    return made


def number(text: str | None, default: float) -> float:
    """A number that is written in an attribute; what is none does not count."""
    try:
        found = float(text) if text else default
    except ValueError:
        return default
    return found if abs(found) < 1e5 else default
