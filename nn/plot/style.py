"""The look of pictures: colours, axes, names at the ends of lines."""

import logging
from functools import cache
from typing import Any

import numpy as np

from autograd_core import Tensor
from nn.extras import needed

PAPER, INK, QUIET, GRID = "#FFFFFF", "#15202E", "#4B5768", "#C6D0DB"
GRADIENT = "#C2410C"
SERIES = ("#0072B2", "#C98300", "#00855F", "#15202E", "#5B9BC8", "#A35C89")
"""The colours of lines, in order; the first is blue."""

JAPANESE = (
    *("Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", "IPAGothic", "VL Gothic", "TakaoGothic"),
    *("Hiragino Sans", "Yu Gothic", "Meiryo", "MS Gothic"),
)
"""Typefaces that have Japanese letters, for the names of runs and for titles."""

DASHED = (0, (4, 1.6))
DOTTED = (0, (1, 1.2))
LABEL = 0.058
"""So much of the height of a picture a line of text takes."""

Range = tuple[float, float]


@cache
def typefaces() -> tuple[str, ...]:
    """matplotlib's own, and behind it the first of this machine that has Japanese letters."""
    installed = set(needed("matplotlib.font_manager", "nn.plot", "train").get_font_names())
    logging.getLogger("matplotlib.font_manager").addFilter(_worth_saying)
    return ("DejaVu Sans", *[name for name in JAPANESE if name in installed][:1])


def _worth_saying(record: logging.LogRecord) -> bool:
    """Not that a Japanese typeface has no bold letters: matplotlib says so of titles that need none of it."""
    words = record.getMessage()
    return "Failed to find font weight" not in words or not any(name in words for name in JAPANESE)


def new_axes(width: float, height: float) -> Any:
    """Axes of a new figure, of this size in inches; what is written on them later has these typefaces too."""
    plt = needed("matplotlib.pyplot", "nn.plot", "train")
    _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    family = list(typefaces())  # not by plt.rc_context, which ends the showing of pictures in a notebook
    for place in ("left", "center", "right"):
        ax.set_title("", loc=place, fontfamily=family)
    ax.set_xlabel("", fontfamily=family)
    ax.set_ylabel("", fontfamily=family)
    ax.tick_params(labelfontfamily=family)
    return ax


def axes(ax: Any, title: str, xlabel: str, ylabel: str, height: float = 4.0) -> Any:
    """The Axes that were given, or new ones, with the look of the house and these words around them."""
    if ax is None:
        ax = new_axes(6.4, height)
    ax.set_facecolor(PAPER)
    family = list(typefaces())
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK, fontfamily=family)
    ax.set_xlabel(xlabel, color=QUIET, fontsize=9.5, fontfamily=family)
    ax.set_ylabel(ylabel, color=QUIET, fontsize=9.5, fontfamily=family)
    # minor ticks too, of logarithmic scales
    ax.tick_params(which="both", colors=QUIET, length=0, labelsize=9, labelfontfamily=family)
    ax.grid(color=GRID, linewidth=0.6, alpha=0.6)
    ax.set_axisbelow(True)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GRID)
    return ax


def end_labels(ax: Any, ends: list[tuple[float, str, str]]) -> None:
    """Write the name of each line at its end, apart from the others; they go with the scale if it changes."""
    ax.autoscale_view()  # else it would be put off until the picture is drawn
    names = [
        (value, ax.annotate(
            text, (1, 1), xycoords="axes fraction", xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9.5, fontweight="bold", color=color, annotation_clip=False,
            fontfamily=list(typefaces()),
        )) for value, text, color in ends
    ]  # fmt: skip

    def place(_: Any) -> None:
        to_axes = ax.transAxes.inverted()
        placed: list[tuple[float, str, Any]] = []
        for value, name in names:
            height = to_axes.transform(ax.transData.transform((0, value)))[1] if np.isfinite(value) else 1.0
            placed.append((float(height), name.get_text(), name))
        placed.sort(key=lambda entry: entry[:2])
        heights = [height for height, _, _ in placed]
        for _ in np.arange(100):  # neighbours that are too near push each other away
            for i in np.arange(1, len(heights)):
                missing = max(LABEL - (heights[i] - heights[i - 1]), 0.0) / 2
                heights[i - 1] -= missing
                heights[i] += missing
        for height, (_, _, name) in zip(heights, placed, strict=True):
            name.xy = (1, height)

    place(ax)
    # also when a picture beside it with the same scale is drawn
    ax.callbacks.connect("ylim_changed", place)


def plain(x: Any) -> np.ndarray[Any, Any]:
    """The array of a Tensor, or of anything else."""
    return x.numpy() if isinstance(x, Tensor) else np.asarray(x)


def around(values: np.ndarray[Any, Any]) -> Range:
    """From where to where these values reach, with a margin."""
    low, high = float(values.min()), float(values.max())
    margin = 0.12 * (high - low) or 1.0
    return low - margin, high + margin
