"""What is to be placed: nodes as shapes of known size, wires with labels, clusters with headings."""

from dataclasses import dataclass

from autograd_core.graphs.layout.labels import Font, Label, label, number
from autograd_core.graphs.layout.reader import Arc, Attributes, Box, Diagram, Html, Point

INCH = 72.0
DOUBLE = 4.0
"""How far the second border stands outside of the first."""

LARGEST = 50 * INCH


@dataclass
class Shape:
    """A node: its size, without a second border, and how it looks."""

    name: str
    cluster: int
    attributes: Attributes
    label: Label
    width: float
    height: float
    round: bool
    invisible: bool

    @property
    def edge(self) -> float:
        """What further borders add on each side."""
        return DOUBLE * (max(number(self.attributes.get("peripheries"), 1), 1) - 1)

    @property
    def beside(self) -> Label:
        """The label outside of the node."""
        return label(self.attributes.get("xlabel", ""), font(self.attributes))


@dataclass
class Line:
    """A wire between two nodes, with the label beside it."""

    tail: str
    head: str
    attributes: Attributes
    label: Label
    weight: float
    span: int
    ranking: bool
    invisible: bool


@dataclass
class Sketch:
    """All that is to be placed, in points."""

    name: str
    attributes: Attributes
    shapes: dict[str, Shape]
    lines: list[Line]
    clusters: list[Box]
    headings: list[Label]
    same: list[list[str]]
    direction: str
    nodesep: float
    ranksep: float


def sketch(diagram: Diagram) -> Sketch:
    """Measure everything in a diagram."""
    given = diagram.attributes
    direction = given.get("rankdir", "TB").upper()
    return Sketch(
        diagram.name,
        given,
        {name: _shape(point) for name, point in diagram.nodes.items()},
        [_line(arc) for arc in diagram.edges],
        diagram.clusters,
        [_heading(box) for box in diagram.clusters],
        diagram.same,
        direction if direction in ("TB", "BT", "LR", "RL") else "TB",
        _inches(given.get("nodesep"), 0.25, 0.02),
        _inches(given.get("ranksep"), 0.5, 0.02),
    )


def font(given: Attributes) -> Font:
    """The letters of a label that says nothing else."""
    size = min(max(number(given.get("fontsize"), 14), 1), 400)
    return Font(size, given.get("fontcolor", "black"))


def style(given: Attributes) -> set[str]:
    """The words of a style."""
    return {word.strip() for word in given.get("style", "").split(",")}


def _inches(text: str | None, default: float, least: float = 0) -> float:
    return min(max(number(text, default), least) * INCH, LARGEST)


def _shape(point: Point) -> Shape:
    given = point.attributes
    text = given.get("label", "\\N")
    made = label(text, font(given), point.name)
    first, _, second = given.get("margin", "0.11,0.055").partition(",")
    across, down = _inches(first, 0.11), _inches(second or first, 0.055)
    wide, high = _inches(given.get("width"), 0.75), _inches(given.get("height"), 0.5)
    round_ = given.get("shape", "ellipse") in ("circle", "doublecircle", "ellipse", "oval", "point")
    circle = given.get("shape") in ("circle", "doublecircle", "point")
    if given.get("fixedsize", "false").lower() in ("true", "1", "yes"):
        high = wide if circle else high
    else:
        inside = made.width + 2 * across, made.height + 2 * down
        if round_ and made.width:
            # the ellipse around a box is larger than the box by √2
            inside = inside[0] * 1.4142, inside[1] * 1.4142
        wide, high = max(wide, inside[0]), max(high, inside[1])
        if circle:
            wide = high = max(wide, high)
    return Shape(point.name, point.cluster, given, made, wide, high, round_, "invis" in style(given))


def _line(arc: Arc) -> Line:
    given = arc.attributes
    invisible = "invis" in style(given)
    text = given.get("label") or given.get("xlabel", "")
    made = Label() if invisible else label(text if isinstance(text, Html) else text.strip(), font(given))
    weight = min(max(number(given.get("weight"), 1), 0), 1000)
    span = int(min(max(number(given.get("minlen"), 1), 0), 100))
    ranking = given.get("constraint", "true").lower() not in ("false", "0", "no")
    return Line(arc.tail, arc.head, given, made, weight, span, ranking, invisible)


def _heading(box: Box) -> Label:
    text = box.attributes.get("label", "")
    made = label(text, font(box.attributes))
    made.width += 16 if text else 0
    made.height += 6 if text else 0
    return made
