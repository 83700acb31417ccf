"""Where two optimizers part, as a picture: their paths on the lecture's valley f = x² + 100 y² (6.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from autograd_core.graphs.drawing.theme import FONT, GRADIENT, GRADIENT_TEXT, INK, MODULE_BORDER, PAGE, QUIET
from autograd_core.testing.optimizers.runners import Array, Course, Values

START = {"x": np.array([10.0]), "y": np.array([1.0])}
UPDATES_SHOWN = 30
RATES = {"SGD": 0.009, "Momentum": 0.005, "Nesterov": 0.005, "AdaGrad": 2.0, "RMSProp": 0.5, "Adam": 0.5}
"""Learning rates with which the right paths go down the valley; SGD needs less than 2/200."""

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 320, 56, 60, 40
LEVELS = (200.0, 100.0, 40.0, 10.0, 1.0)

Go = Callable[[Course], list[Values] | None]


@dataclass(frozen=True, repr=False)
class Paths:
    """Two paths and where they part. In a notebook it shows itself.

    Attributes:
        found: the points of the hand-written optimizer, (updates + 1, 2).
        wanted: those of the right one.
        step: the first update, from 1, after which they are apart.
        name: the hand-written one.
        like: the right one.
        axes: what is drawn: ("x", "y") of the valley, or ("update", the name of a number).
    """

    found: Array
    wanted: Array
    step: int
    name: str
    like: str
    axes: tuple[str, str]

    def __repr__(self) -> str:
        return (
            f"<Paths of {self.name} and {self.like} in {', '.join(self.axes)}: apart at update {self.step}>"
        )

    def _repr_svg_(self) -> str:
        return _drawn(self)


def walked(go: Go, count: int = UPDATES_SHOWN) -> Array:
    """The points to which an optimizer goes in the valley: as many as it reaches.

    Args:
        go: runs it from the start on given gradients; None if it fails.
    """
    points = [np.array([10.0, 1.0])]
    gradients: list[Values] = []
    for _ in range(count):
        x, y = points[-1]
        gradients.append({"x": np.array([2.0 * x]), "y": np.array([200.0 * y])})
        values = go(Course(START, gradients, None))
        if not values:
            break
        points.append(np.array([values[-1]["x"][0], values[-1]["y"][0]]))
        if not np.isfinite(points[-1]).all():
            break
    return np.array(points)


def in_the_valley(found: Go, wanted: Go, name: str, like: str) -> Paths | None:
    """The paths of two optimizers; None if nobody would see that they part."""
    one, two = walked(found), walked(wanted)
    n = min(len(one), len(two))
    apart = ~(np.abs(one[:n] - two[:n]) <= 0.01 * np.ptp(two, axis=0)).all(axis=1)
    if not apart.any():
        return None
    return Paths(one, two, int(np.argmax(apart)), name, like, ("x", "y"))


def of_one_number(
    found: Sequence[float], wanted: Sequence[float], step: int, name: str, like: str, number: str
) -> Paths:
    """How one number goes from update to update."""
    one, two = (np.stack([np.arange(len(v)), np.asarray(v)], axis=1) for v in (found, wanted))
    return Paths(one, two, step, name, like, ("update", number))


# ---- the drawing -------------------------------------------------------------------------------------------


def _drawn(paths: Paths) -> str:
    low, high = _bounds(paths)
    inner = np.array([WIDTH - LEFT - 16, HEIGHT - TOP - BOTTOM])

    def at(points: Any) -> Array:
        share = (np.asarray(points, dtype=float) - low) / (high - low)
        return np.stack([share[..., 0] * inner[0], (1 - share[..., 1]) * inner[1]], axis=-1)

    found, wanted = at(_inside(paths.found, low, high)), at(_inside(paths.wanted, low, high))
    valley = paths.axes == ("x", "y")
    plot = [_ellipse(at, level) for level in LEVELS] if valley else []
    plot.append(_path(wanted, INK, "", _dot))
    plot.append(_path(found, GRADIENT, ' stroke-dasharray="5 3"', _cross))
    step = min(paths.step, len(found) - 1)
    x, y = found[step]
    side = "end" if x > 0.75 * inner[0] else "start"
    away = 14 if side == "start" else -14
    ring = f'fill="none" stroke="{GRADIENT}" stroke-width="2.5"'
    plot.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" {ring}/>')
    y = min(max(y - 12, 12), inner[1] - 6)
    anchor = f' font-weight="bold" text-anchor="{side}"'
    plot.append(_text(x + away, y, f"they part at update {paths.step}", GRADIENT_TEXT, anchor, halo=True))
    sign = "f = x² + 100 y², from (10, 1)" if valley else f"{paths.axes[1]} after each update"
    heads = [
        _text(LEFT, 22, sign, QUIET),
        _text(LEFT, 42, f"● {paths.like}", INK, ' font-weight="bold"'),
        _text(WIDTH - 16, 42, f"× {paths.name}", GRADIENT_TEXT, ' font-weight="bold" text-anchor="end"'),
        *_scales(paths.axes, low, high),
    ]
    frame = f'<rect width="{inner[0]}" height="{inner[1]}" fill="#FFFFFF" stroke="{MODULE_BORDER}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} '
        f'{HEIGHT}" style="max-width:100%;height:auto" font-family="{FONT}" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAGE}"/>{"".join(heads)}'
        f'<svg x="{LEFT}" y="{TOP}" width="{inner[0]}" height="{inner[1]}">{frame}{"".join(plot)}</svg></svg>'
    )


def _bounds(paths: Paths) -> tuple[Array, Array]:
    """All of the right path, and of the other what lies not much further out."""
    right = paths.wanted[np.isfinite(paths.wanted).all(axis=1)]
    low, high = right.min(axis=0), right.max(axis=0)
    if paths.axes == ("x", "y"):
        low, high = np.minimum(low, [-1.0, -0.5]), np.maximum(high, [10.0, 1.0])
    size = np.where(high > low, high - low, 1.0)
    others = paths.found[np.isfinite(paths.found).all(axis=1)]
    near = others[((others > low - size) & (others < high + size)).all(axis=1)]
    if len(near):
        low, high = np.minimum(low, near.min(axis=0)), np.maximum(high, near.max(axis=0))
    size = np.where(high > low, high - low, np.maximum(1e-9, np.abs(high)))
    return low - 0.08 * size, high + 0.08 * size


def _inside(points: Array, low: Array, high: Array) -> Array:
    """A path up to the first point outside, which is drawn near: the frame cuts it off."""
    points = points[np.cumsum(~np.isfinite(points).all(axis=1)) == 0]
    outside = ((points < low) | (points > high)).any(axis=1)
    last = int(np.argmax(outside)) + 1 if outside.any() else len(points)
    return np.clip(points[:last], low - 2 * (high - low), high + 2 * (high - low))


def _path(points: Array, colour: str, dashes: str, dot: Callable[[float, float, str], str]) -> str:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(dot(x, y, colour) for x, y in points)
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"{dashes}/>{dots}'


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>'


def _cross(x: float, y: float, colour: str) -> str:
    d = f"M{x - 3.2:.1f},{y - 3.2:.1f}l6.4,6.4m0,-6.4l-6.4,6.4"
    return f'<path d="{d}" stroke="{colour}" stroke-width="1.6" fill="none"/>'


def _ellipse(at: Callable[[Any], Array], level: float) -> str:
    (x, y), (right, top) = at([0.0, 0.0]), at([np.sqrt(level), np.sqrt(level) / 10])
    radii = f'rx="{right - x:.1f}" ry="{y - top:.1f}"'
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" {radii} fill="none" stroke="{MODULE_BORDER}"/>'


def _scales(axes: tuple[str, str], low: Array, high: Array) -> list[str]:
    """The names of the axes and the numbers at their ends."""
    right, bottom = WIDTH - 16, HEIGHT - BOTTOM
    ends = [_number(v) for v in (low[0], high[0], low[1], high[1])]
    if axes[0] == "update":
        ends[:2] = ["", ""]
    return [
        _text(LEFT, bottom + 17, ends[0], QUIET),
        _text(right, bottom + 17, ends[1], QUIET, ' text-anchor="end"'),
        _text((LEFT + right) / 2, bottom + 25, axes[0], INK, ' text-anchor="middle"'),
        _text(LEFT - 6, bottom, ends[2], QUIET, ' text-anchor="end"'),
        _text(LEFT - 6, TOP + 12, ends[3], QUIET, ' text-anchor="end"'),
        _text(LEFT - 6, (TOP + bottom) / 2, axes[1] if axes[0] == "x" else "", INK, ' text-anchor="end"'),
    ]


def _number(v: float) -> str:
    return f"{v:.3g}".replace("-", "−")


def _text(x: float, y: float, words: str, colour: str, more: str = "", *, halo: bool = False) -> str:
    around = ' stroke="#FFFFFF" stroke-width="4" paint-order="stroke"' if halo else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{around}{more}>{escape(words)}</text>'
