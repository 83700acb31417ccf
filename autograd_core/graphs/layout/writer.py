"""The picture as SVG, built as Graphviz builds it: a group with id, class and title for each node and wire.

All text is escaped; ids, classes and titles come from the DOT text.
"""

from collections.abc import Iterable, Mapping
from html import escape, unescape
from itertools import groupby

from autograd_core.graphs.layout.frames import Frame, Point
from autograd_core.graphs.layout.labels import Font, Label, Line, Patch, number
from autograd_core.graphs.layout.reader import Attributes
from autograd_core.graphs.layout.sketch import DOUBLE, Shape, font, style
from autograd_core.graphs.layout.wires import Wire, beside

FAMILY = "Helvetica,Arial,sans-serif,'Noto Sans CJK JP','Noto Sans JP'"
ROUND = 12.0
"""The radius of rounded corners, at most a third of the shorter side."""

LINES, SPREAD = 4, 2.0
"""How many lines side by side a wire has at most, and how far apart."""

DASHES = {"dashed": "5,2", "dotted": "1,5"}


def node(shape: Shape, frame: Frame, name: str) -> str:
    """The group of a node; of an invisible one nothing."""
    if shape.invisible:
        return ""
    given = shape.attributes
    pen = _pen(given)
    x, y = frame.middle
    parts = []
    for ring in range(round(shape.edge / DOUBLE) + 1):
        grown = ring * DOUBLE
        box = Frame(
            x - shape.width / 2 - grown,
            y - shape.height / 2 - grown,
            shape.width + 2 * grown,
            shape.height + 2 * grown,
        )
        fill = _filling(given) if not ring else "none"
        if given.get("shape") in ("plain", "plaintext", "none"):
            continue
        if shape.round:
            parts.append(
                f'<ellipse fill="{fill}" {pen} cx="{_n(x)}" cy="{_n(y)}" rx="{_n(box.width / 2)}"'
                f' ry="{_n(box.height / 2)}"/>'
            )
        else:
            parts.append(_box(box, fill, pen, "rounded" in style(given)))
    made = shape.label
    parts.append(text(made, x - made.width / 2, y - made.height / 2, given))
    beside = shape.beside
    if beside.lines:
        parts.append(text(beside, frame.x + frame.width + 3, frame.y - 1, given))
    inside = "\n".join(p for p in parts if p)
    tip = given.get("tooltip")
    id_ = given.get("id") or name
    if tip:
        inside = f'<g id="a_{_safe(id_)}"><a xlink:title="{_safe(_shown(tip))}">\n{inside}\n</a>\n</g>'
    return _group(id_, "node", given, shape.name, inside)


def cluster(given: Attributes, name: str, heading: Label, frame: Frame, corner: Point, number_: int) -> str:
    """The group of a cluster: its box and its heading."""
    parts = []
    if "invis" not in style(given):
        filled = given.get("fillcolor") if "filled" in style(given) else given.get("bgcolor")
        fill = _colour(filled or ("lightgrey" if "filled" in style(given) else "none"))
        parts.append(_box(frame, fill, _pen(given), "rounded" in style(given)))
    parts.append(text(heading, *corner, given))
    return _group(
        given.get("id") or f"clust{number_}", "cluster", given, name, "\n".join(p for p in parts if p)
    )


def edge(wire: Wire, frame: Frame | None, number_: int) -> str:
    """The group of a wire: its line, the heads of its arrows, its label."""
    line = wire.route.line
    given = line.attributes
    # of several colours each has a line beside the others, and one of the arrows
    colours = [_colour(c) for c in given.get("color", "black").split(":")][:LINES]
    parts = []
    for i, colour in enumerate(colours):
        course = beside(wire.points, (i - (len(colours) - 1) / 2) * SPREAD)
        parts.append(f'<path fill="none" {_pen({**given, "color": colour})} d="{_curve(course)}"/>')
    for head, at_head in zip(wire.heads, wire.at_head, strict=True):
        colour = colours[0 if at_head or len(colours) == 1 else 1]
        corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in (*head, head[0]))
        thick = f' stroke-width="{_n(number(given.get("penwidth"), 1))}"' if "penwidth" in given else ""
        parts.append(
            f'<polygon fill="{colour}" stroke="{colour}"{thick} stroke-linejoin="round" points="{corners}"/>'
        )
    if frame is not None:
        parts.append(text(line.label, frame.x, frame.y, given))
    name = given.get("id") or f"edge{number_}"
    return _group(name, "edge", given, f"{line.tail}->{line.head}", "\n".join(parts))


def text(label: Label, dx: float, dy: float, given: Attributes) -> str:
    """What is in a label, at its place: patches of colour, then lines of text."""
    pen = _colour(given.get("color", "black"))
    parts = [_patch(patch, dx, dy, pen) for patch in label.patches]
    base = font(given)
    for id_, lines in groupby(label.lines, key=lambda line: line.id):
        found = [_line(line, dx, dy, base.colour, base.size) for line in lines]
        if not id_:
            parts += found
        elif len(found) == 1:
            parts.append(found[0].replace("<text", f'<text id="{_safe(id_)}"', 1))
        else:
            parts.append("\n".join([f'<g id="{_safe(id_)}">', *found, "</g>"]))
    return "\n".join(parts)


def page(
    size: Point, pad: Point, name: str, given: Mapping[str, str], parts: Iterable[str], remark: str = ""
) -> str:
    """The whole picture."""
    wide, high = size[0] + 2 * pad[0], size[1] + 2 * pad[1] + (16 if remark else 0)
    back = _colour(given.get("bgcolor", "white"))
    corners = f"{_n(-pad[0])},{_n(-pad[1])} {_n(-pad[0])},{_n(high - pad[1])}"
    corners += f" {_n(wide - pad[0])},{_n(high - pad[1])} {_n(wide - pad[0])},{_n(-pad[1])}"
    lines = [
        f'<svg width="{round(wide)}pt" height="{round(high)}pt" viewBox="0.00 0.00 {wide:.2f} {high:.2f}"'
        ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">',
        f'<g id="graph0" class="graph" transform="translate({_n(pad[0])} {_n(pad[1])})">',
        f"<title>{_safe(name or 'graph')}</title>",
        f'<polygon fill="{back}" stroke="none" points="{corners}"/>',
        *(part for part in parts if part),
    ]
    if remark:
        y = _n(size[1] + pad[1] + 6)
        lines.append(
            f'<text class="remark" x="0" y="{y}" font-family="{FAMILY}" font-size="8" fill="#4b5768">'
            f"{_safe(remark)}</text>"
        )
    return "\n".join([*lines, "</g>", "</svg>", ""])


# ---- pieces ------------------------------------------------------------------------------------------------


def _group(id_: str, sort: str, given: Attributes, title: str, inside: str) -> str:
    css = f"{sort} {given.get('class', '')}".strip()
    return f'<g id="{_safe(id_)}" class="{_safe(css)}">\n<title>{_safe(title)}</title>\n{inside}\n</g>'


def _box(frame: Frame, fill: str, pen: str, rounded: bool) -> str:
    x, y, w, h = frame.x, frame.y, frame.width, frame.height
    if not rounded:
        corners = f"{_n(x)},{_n(y)} {_n(x)},{_n(y + h)} {_n(x + w)},{_n(y + h)} {_n(x + w)},{_n(y)}"
        return f'<polygon fill="{fill}" {pen} points="{corners}"/>'
    r = min(ROUND, w / 3, h / 3)
    k = r * 0.4477  # a quarter of a circle as a Bézier curve
    points = [
        *((x + r, y), (x + w - r, y), (x + w - k, y), (x + w, y + k), (x + w, y + r)),
        *((x + w, y + h - r), (x + w, y + h - k), (x + w - k, y + h), (x + w - r, y + h)),
        *((x + r, y + h), (x + k, y + h), (x, y + h - k), (x, y + h - r)),
        *((x, y + r), (x, y + k), (x + k, y), (x + r, y)),
    ]
    p = [f"{_n(a)},{_n(b)}" for a, b in points]
    d = f"M{p[0]}L{p[1]}C{p[2]} {p[3]} {p[4]}L{p[5]}C{p[6]} {p[7]} {p[8]}L{p[9]}C{p[10]} {p[11]} {p[12]}"
    return f'<path fill="{fill}" {pen} d="{d}L{p[13]}C{p[14]} {p[15]} {p[16]}Z"/>'


def _curve(points: list[Point]) -> str:
    first, rest = points[0], points[1:]
    return f"M{_n(first[0])},{_n(first[1])}" + (
        "C" + " ".join(f"{_n(x)},{_n(y)}" for x, y in rest) if rest else ""
    )


def _pen(given: Attributes) -> str:
    words = style(given)
    parts = [f'stroke="{_colour(given.get("color", "black"))}"']
    if "penwidth" in given:
        parts.append(f'stroke-width="{_n(max(number(given["penwidth"], 1), 0))}"')
    parts += [f'stroke-dasharray="{DASHES[w]}"' for w in sorted(words & DASHES.keys())[:1]]
    return " ".join(parts)


def _filling(given: Attributes) -> str:
    if "filled" not in style(given):
        return "none"
    return _colour(given.get("fillcolor") or given.get("color") or "lightgrey")


def _colour(text: str) -> str:
    """A colour as it is written in Graphviz's SVG, in small letters."""
    return _safe("none" if text.lower() == "transparent" else text.lower())


def _patch(patch: Patch, dx: float, dy: float, pen: str) -> str:
    x, y = patch.x + dx, patch.y + dy
    fill = pen if patch.fill == "" else _colour(patch.fill)
    stroke = pen if patch.stroke == "" else _colour(patch.stroke)
    thick = f' stroke-width="{_n(patch.thick)}"' if stroke != "none" else ""
    corners = f"{_n(x)},{_n(y)} {_n(x)},{_n(y + patch.height)} {_n(x + patch.width)},{_n(y + patch.height)}"
    corners += f" {_n(x + patch.width)},{_n(y)}"
    return f'<polygon fill="{fill}" stroke="{stroke}"{thick} points="{corners}"/>'


def _line(line: Line, dx: float, dy: float, colour: str, size: float) -> str:
    alike = len({run.font for run in line.runs}) == 1
    outer = line.runs[0].font if alike else None
    letters = _letters(outer, colour) if outer else f'font-size="{_n(size)}"'
    raised = outer.rise if outer else 0
    start = (
        f'<text xml:space="preserve" text-anchor="{line.anchor}" x="{_n(line.x + dx)}"'
        f' y="{_n(line.y + dy - raised)}" font-family="{FAMILY}" {letters}>'
    )
    if outer:
        return f"{start}{_safe(line.text)}</text>"
    spans, height = [], 0.0
    for run in line.runs:
        shift = f' dy="{_n(height - run.font.rise)}"' if abs(height - run.font.rise) > 0.01 else ""
        height = run.font.rise
        spans.append(f"<tspan{shift} {_letters(run.font, colour)}>{_safe(run.text)}</tspan>")
    return f"{start}{''.join(spans)}</text>"


def _letters(given: Font, colour: str) -> str:
    parts = [f'font-size="{_n(given.size)}"', f'fill="{_colour(given.colour or colour)}"']
    if given.bold:
        parts.insert(0, 'font-weight="bold"')
    if given.italic:
        parts.insert(0, 'font-style="italic"')
    return " ".join(parts)


def _shown(tip: str) -> str:
    """A quoted string of DOT knows HTML entities, and backslashes are written twice."""
    return unescape(tip.replace("\\\\", "\\"))


def _safe(words: str) -> str:
    """Text for XML, which knows no control characters."""
    return escape(
        "".join(c if c in "\t\n" or " " <= c not in _NEVER else "\ufffd" for c in words), quote=True
    )


_NEVER = {chr(c) for c in (*range(127, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)}


def _n(value: float) -> str:
    """A number with at most two decimals."""
    found = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if found in ("-0", "") else found
