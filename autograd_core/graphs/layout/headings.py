"""Where the heading of a cluster stands on its upper (or lower) edge: beside the wires that come in there."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from autograd_core.graphs.layout.frames import Frame, Point
from autograd_core.graphs.layout.labels import Label
from autograd_core.graphs.layout.reader import Attributes
from autograd_core.graphs.layout.wires import Wire

INDENT, BESIDE = 8.0, 5.0
"""How far a heading is from the wall, and from a wire."""

Piece = tuple[float, float, float, float]
"""A short piece of a wire: left, top, right, bottom."""


def stand(given: Attributes, heading: Label, frame: Frame, pieces: Sequence[Piece]) -> Point:
    """The left upper corner of a heading."""
    wide = heading.width - 2 * INDENT
    first, last = frame.x + INDENT, frame.x + frame.width - INDENT - wide
    y = frame.y + (frame.height - heading.height + 2 if given.get("labelloc") == "b" else 4)
    x = {"l": first, "r": last}.get(given.get("labeljust", "c"), (first + last) / 2)
    top, bottom = y, y + heading.height - 6
    crossing = sorted(
        (a, c) for a, b, c, d in pieces if b < bottom and d > top and a < last + wide and c > first
    )
    free = [x, first, *(c + BESIDE for _, c in crossing)]
    for at in (free[0], *sorted(free[1:])):
        if first <= at <= last and all(c + BESIDE <= at or a - BESIDE >= at + wide for a, c in crossing):
            return at, y
    return x, y


def pieces(wires: Iterable[Wire]) -> list[Piece]:
    """All wires in short pieces."""
    found = []
    for wire in wires:
        for k in range(0, len(wire.points) - 3, 3):
            p, q, r, s = wire.points[k : k + 4]
            straight = abs(p[0] - s[0]) < 0.5 or abs(p[1] - s[1]) < 0.5
            spots = [p, s] if straight else [_on(p, q, r, s, i / 8) for i in range(9)]
            for (a, b), (c, d) in pairwise(spots):
                found.append((min(a, c), min(b, d), max(a, c), max(b, d)))
    return found


def _on(p: Point, q: Point, r: Point, s: Point, t: float) -> Point:
    """A point of a Bézier curve."""
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    x, y = (sum(w * c for w, c in zip(weights, axis, strict=True)) for axis in zip(p, q, r, s, strict=True))
    return x, y
