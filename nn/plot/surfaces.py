"""Contours of functions of two numbers, and the paths of optimizers on them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from nn.extras import needed
from nn.plot.style import DASHED, DOTTED, INK, LABEL, PAPER, SERIES, Range, around, axes, plain, typefaces

GREEN, RED, AMBER, INKY, BLUE, PALE = (SERIES[k] for k in (2, 5, 1, 3, 0, 4))
PATHS = (GREEN, RED, AMBER, INKY, BLUE, PALE)
"""The colours of paths: the lecture's figure of 6.1 has gradient descent green and momentum red."""


def contours(
    f: Callable[[Any, Any], Any],
    x: Range = (-1.0, 1.0),
    y: Range = (-1.0, 1.0),
    *,
    levels: int | Sequence[float] = 14,
    points: int = 201,
    ax: Any = None,
) -> Any:
    """Contours of a function of two numbers; the darker, the lower.

    Args:
        f: called once, as f(x, y) with two arrays; the result has their shape.
        x, y: from where to where.
        levels: how many bands, all of the same area; or the values of the lines.
        points: how many points a side has.
        ax: the Axes to draw into; None: a new figure.

    Raises:
        ValueError: if f gives another shape, or no finite number.
        ImportError: without matplotlib.

    >>> ax = contours(lambda x, y: x**2 / 20 + y**2, (-10, 10), (-5, 5))
    """
    xs, ys = np.meshgrid(np.linspace(*x, points), np.linspace(*y, points))
    values = plain(f(xs, ys)).astype(float)
    if values.shape != xs.shape:
        raise ValueError(
            f"contours: f gets two arrays of the shape {xs.shape} and gives one of that shape, got "
            f"{values.shape}"
        )
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise ValueError("contours: f is nowhere finite here")
    if isinstance(levels, int):
        lines = np.unique(np.quantile(finite, np.linspace(0, 1, levels + 1)))
    else:
        lines = np.unique(np.asarray(levels, dtype=float))
    ax = axes(ax, "", "x", "y")
    ax.grid(False)
    if len(lines) > 1:
        colors = needed("matplotlib.colors", "nn.plot", "train")
        deep = colors.LinearSegmentedColormap.from_list("depth", ["#B9D6EA", "#EAF3FB", PAPER])
        ranks = colors.BoundaryNorm(lines, deep.N, extend="neither") if len(lines) <= deep.N else None
        ax.contourf(xs, ys, values, lines, cmap=deep, norm=ranks)
        ax.contour(xs, ys, values, lines, colors="#7FA8C6", linewidths=0.6)
    ax.set_xlim(x)
    ax.set_ylim(y)
    return ax


def trajectories(
    f: Callable[[Any, Any], Any],
    paths: Any,
    *,
    x: Range | None = None,
    y: Range | None = None,
    levels: int | Sequence[float] = 14,
    ax: Any = None,
) -> Any:
    """Paths of optimizers on the contours of a function of two numbers: ring at the start, disc at the end.

    Where the ends of several paths are far enough apart, their names stand there too.

    Args:
        f: as for `contours`.
        paths: a dict from names to arrays (steps, 2), or one such array.
        x, y: from where to where; None: what the paths need, with a margin.
        levels, ax: as for `contours`.

    Raises:
        ValueError: for a path of another shape.
        ImportError: without matplotlib.

    >>> path = 0.9 ** np.arange(30)[:, None] * [-7.0, 2.0]
    >>> ax = trajectories(lambda x, y: x**2 / 20 + y**2, {"SGD": path})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['SGD']
    """
    named = dict(paths) if isinstance(paths, Mapping) else {"": paths}
    arrays = {str(name): plain(path).astype(float) for name, path in named.items()}
    for name, path in arrays.items():
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"trajectories: a path is an array (steps, 2), {name!r} has {path.shape}")
    if not arrays:
        raise ValueError("trajectories: there is no path")
    every = np.concatenate(list(arrays.values()))
    every = every[np.isfinite(every).all(axis=1)]  # one that leaves for infinity is drawn as far as it goes
    if not len(every):
        raise ValueError("trajectories: no path has a finite point")
    ax = contours(f, x or around(every[:, 0]), y or around(every[:, 1]), levels=levels, ax=ax)
    for i, (name, path) in enumerate(arrays.items()):
        color = PATHS[i % len(PATHS)]
        stroke = ("-", DASHED, DOTTED)[(i + i // 6) % 3]  # 18 lines differ
        ax.plot(*path.T, color=color, linestyle=stroke, linewidth=1.6, label=name)
        if len(path) <= 60:
            ax.plot(*path.T, color=color, linestyle="none", marker="o", markersize=2.6)
        ax.plot(*path[0], marker="o", markersize=8, color=color, markerfacecolor=PAPER, markeredgewidth=1.6)
        ax.plot(*path[-1], marker="o", markersize=8, color=color, markeredgecolor=PAPER)
    _names_at_ends(ax, arrays)
    if any(arrays):
        ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=min(len(arrays), 4), frameon=False, labelcolor=INK,
            prop={"family": list(typefaces()), "size": 9.5}, borderaxespad=0.2, handlelength=2.4,
        )  # fmt: skip
    return ax


def _names_at_ends(ax: Any, paths: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Write the names of paths above their ends, if all ends are in the picture and no name is in the way."""
    ends = np.array([path[-1] for path in paths.values()])
    places = ax.transAxes.inverted().transform(ax.transData.transform(ends))
    apart = [np.abs((a - b) / (0.16, 2 * LABEL)).max() > 1 for a, b in combinations(places, 2)]
    inside = ((places > 0.08) & (places < (0.92, 1 - 2 * LABEL))).all()
    if len(paths) < 2 or not (inside and all(apart)):
        return
    effects = needed("matplotlib.patheffects", "nn.plot", "train")
    lines = {line.get_label(): line for line in ax.lines}
    for name, end in zip(paths, ends, strict=True):
        text = ax.annotate(
            name, end, xytext=(0, 10), textcoords="offset points", ha="center", fontsize=9.5,
            fontweight="bold", color=lines[name].get_color(), zorder=5,
            fontfamily=list(typefaces()),
        )  # fmt: skip
        text.set_path_effects([effects.withStroke(linewidth=3, foreground=PAPER)])
