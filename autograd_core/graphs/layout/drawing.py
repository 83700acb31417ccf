"""The built-in layout: from DOT text to the places of everything, and to SVG."""

from dataclasses import dataclass, replace

from autograd_core.graphs.layout import frames, headings, writer
from autograd_core.graphs.layout.frames import Frame, Grid
from autograd_core.graphs.layout.labels import Label, label, number
from autograd_core.graphs.layout.layers import layers
from autograd_core.graphs.layout.order import arrange
from autograd_core.graphs.layout.places import place
from autograd_core.graphs.layout.reader import read
from autograd_core.graphs.layout.sketch import INCH, Line, Sketch, font, sketch
from autograd_core.graphs.layout.wires import Wire, wires


@dataclass
class Picture:
    """Where everything stands, in points from the left upper corner.

    Attributes:
        sketch: what is drawn.
        width: of the drawing, without its padding.
        height: likewise.
        nodes: the rectangles of the nodes, by name, with all their borders.
        clusters: the rectangles of the clusters, by name, outer ones first.
        labels: the wires that have a label, with its rectangle.
        wires: the courses of the wires that are seen.
        legend: the label of the whole drawing.
        corner: where the legend stands.
    """

    sketch: Sketch
    width: float
    height: float
    nodes: dict[str, Frame]
    clusters: dict[str, Frame]
    labels: list[tuple[Line, Frame]]
    wires: list[Wire]
    legend: Label
    corner: tuple[float, float]

    def svg(self, remark: str = "") -> str:
        """The picture as SVG; the remark is a grey line below it."""
        drawn = self.sketch
        parts = [writer.text(self.legend, *self.corner, drawn.attributes)]
        pieces = headings.pieces(self.wires)
        for i, box in enumerate(drawn.clusters):
            frame = self.clusters.get(box.name)
            if frame is not None:
                heading = drawn.headings[i]
                corner = headings.stand(box.attributes, heading, frame, pieces)
                parts.append(writer.cluster(box.attributes, box.name, heading, frame, corner, i))
        labels = {id(line): frame for line, frame in self.labels}
        numbers = {id(line): i for i, line in enumerate(drawn.lines, 1)}
        for wire in self.wires:
            line = wire.route.line
            parts.append(writer.edge(wire, labels.get(id(line)), numbers[id(line)]))
        for i, (name, frame) in enumerate(self.nodes.items(), 1):
            parts.append(writer.node(drawn.shapes[name], frame, f"node{i}"))
        first, _, second = drawn.attributes.get("pad", "0.0555").partition(",")
        pad = (number(first, 0.0555) * INCH, number(second or first, 0.0555) * INCH)
        return writer.page((self.width, self.height), pad, drawn.name, drawn.attributes, parts, remark)


def placed(source: str) -> Picture:
    """Lay out DOT text.

    Args:
        source: DOT text as `Graph.source` writes it.

    Raises:
        DotSyntaxError: if it is not that.
    """
    drawn = sketch(read(source))
    rows = layers(drawn)
    arrange(rows)
    grid = frames.grid(rows, place(rows))
    left, top, right, bottom = _bounds(grid)
    grid.corner = (-left, -top)
    width, height = right - left, bottom - top
    legend = label(drawn.attributes.get("label", ""), font(drawn.attributes))
    corner = (0.0, 0.0)
    if legend.lines or legend.patches:
        above = drawn.attributes.get("labelloc", "b") == "t"
        if legend.width > width:
            # the drawing stands in the middle above a key that is wider
            left -= (legend.width - width) / 2
            grid.corner = (-left, -top)
            width = legend.width
        room = width - legend.width
        x = {"l": 0.0, "r": room}.get(drawn.attributes.get("labeljust", "c"), room / 2)
        corner = (x, 0 if above else height + 4)
        height += legend.height + 4
        if above:
            grid.corner = (-left, -top + legend.height + 4)
    boxes = frames.clusters(grid)
    tags = frames.labels(grid)
    return Picture(
        drawn,
        width,
        height,
        frames.nodes(grid),
        {drawn.clusters[c].name: frame for c, frame in boxes.items()},
        [(rows.routes[i].line, frame) for i, frame in tags.items()],
        wires(grid),
        legend,
        corner,
    )


def svg(source: str, remark: str = "") -> str:
    """DOT text as SVG, drawn without any other program.

    >>> picture = svg('digraph { a [id="v-0", class="v"]; a -> b [label="2"]; }')
    >>> 'id="v-0" class="node v"' in picture
    True
    """
    return placed(source).svg(remark)


def _bounds(grid: Grid) -> tuple[float, float, float, float]:
    found = [*frames.nodes(grid).values(), *frames.clusters(grid).values(), *frames.labels(grid).values()]
    points = [p for wire in wires(grid) for p in wire.points]
    shapes = grid.layers.sketch.shapes
    for name, frame in frames.nodes(grid).items():
        beside = shapes[name].beside
        if beside.lines:
            found.append(
                replace(frame, x=frame.x + frame.width + 3, width=beside.width, height=beside.height)
            )
    xs = [x for f in found for x in (f.x, f.x + f.width)] + [x for x, _ in points]
    ys = [y for f in found for y in (f.y, f.y + f.height)] + [y for _, y in points]
    return min(xs, default=0), min(ys, default=0), max(xs, default=0), max(ys, default=0)
