"""Pictures of trainings: learning curves, predictions, paths on a surface, contours, histograms, neurons.

Every function draws into `ax`, a matplotlib Axes, or into a new figure, and returns the Axes. Words stand at
the right of the Axes: a figure of several has room for them with `plt.subplots(1, 2, layout="constrained")`.
matplotlib is in the extra "train".

The colours are those of the graphs: blue, amber and green; vermilion means gradient and nothing else. Lines
differ in their strokes too, and carry their names at their ends, so that no picture needs its colours.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from autograd_core import Tensor
from nn.extras import needed
from nn.palette import GRADIENT as GRADIENT
from nn.palette import GRID as GRID
from nn.palette import INK as INK
from nn.palette import PAPER as PAPER
from nn.palette import QUIET as QUIET
from nn.palette import SERIES as SERIES
from nn.wiring import neurons as neurons

DASHED = (0, (4, 1.6))
LABEL = 0.058
"""So much of the height of a picture a line of text takes."""

Range = tuple[float, float]


def curves(history: Mapping[str, Any], what: str = "loss", *, log: bool = False, ax: Any = None) -> Any:
    """Learning curves: a column of a history by epoch, dashed in training, solid on the validation data.

    Several histories that have only the column itself are solid too.

    Args:
        history: what `Trainer.fit` gave, a dict of lists or a DataFrame; or a dict from names to several of
            them, to be compared.
        what: the column, such as "loss" or "accuracy"; "valid_" + what is drawn with it, if it is there.
        log: a logarithmic scale; numbers that are not above 0 have no place on it.
        ax: the Axes to draw into; None: a new figure.

    Raises:
        KeyError: if no history has the column.
        ImportError: without matplotlib.

    >>> ax = curves({"loss": [0.9, 0.4, 0.3], "valid_loss": [0.8, 0.5, 0.6]})
    >>> ax.get_xlabel(), ax.get_title(loc="left")
    ('epoch', 'loss')
    """
    given = {str(name): history[name] for name in history}  # also of a DataFrame
    several = bool(given) and all(isinstance(h, Mapping) or hasattr(h, "columns") for h in given.values())
    histories: Mapping[str, Any] = given if several else {"": given}
    columns = (what, f"valid_{what}")
    if not any(column in h for h in histories.values() for column in columns):
        found = dict.fromkeys(name for h in histories.values() for name in h)
        raise KeyError(f"curves: there is no column {what!r}; there are {', '.join(found) or 'none'}")
    ax = _axes(ax, what, "epoch", "")
    ax.set_yscale("log" if log else "linear")
    ends = []
    last = 1
    alone = several and not any(columns[1] in h for h in histories.values())
    for i, (name, h) in enumerate(histories.items()):
        both = all(column in h for column in columns)
        for column, stroke in zip(columns, ("-" if alone else DASHED, "-"), strict=True):
            if column not in h:
                continue
            values = np.asarray(h[column], dtype=float)
            epochs = np.asarray(h.get("epoch", np.arange(1, len(values) + 1)), dtype=float)
            # one history: blue in training, green in prediction; several: a colour for each
            color = SERIES[i % len(SERIES)] if several else SERIES[0] if column == what else SERIES[2]
            marker = "o" if len(values) <= 15 else None
            drawn = np.where(values > 0, values, np.nan) if log else values
            ax.plot(
                epochs, drawn, color=color, linestyle=stroke, marker=marker, markersize=3.5, clip_on=False
            )
            kind = "valid" if column != what else "train"
            words = f"{name} {kind}".strip() if both or not several else name
            height = float(values[-1]) if values.size else np.nan
            if log and not height > 0:  # the name of a line that ends below the picture stands at the bottom
                positive = values[values > 0]
                height = float(positive.min()) if positive.size and not np.isnan(height) else np.nan
            # of several in training and prediction, the names of the solid lines are enough
            if values.size and not (several and both and kind == "train"):
                ends.append((height, f"{words.removesuffix(' valid')} {values[-1]:.3g}", color))
            last = max(last, int(epochs[-1]) if len(epochs) else 1)
    ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    ax.set_xlim((1, last) if last > 1 else (0.5, 1.5))
    ax.margins(y=0.06)
    if several and any(all(column in h for column in columns) for h in histories.values()):
        ax.set_title("dashed: in training", loc="right", fontsize=9, color=QUIET)
    _end_labels(ax, ends)
    return ax


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
    values = _plain(f(xs, ys)).astype(float)
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
    ax = _axes(ax, "", "x", "y")
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
    arrays = {str(name): _plain(path).astype(float) for name, path in named.items()}
    for name, path in arrays.items():
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"trajectories: a path is an array (steps, 2), {name!r} has {path.shape}")
    if not arrays:
        raise ValueError("trajectories: there is no path")
    every = np.concatenate(list(arrays.values()))
    every = every[np.isfinite(every).all(axis=1)]  # one that leaves for infinity is drawn as far as it goes
    if not len(every):
        raise ValueError("trajectories: no path has a finite point")
    ax = contours(f, x or _around(every[:, 0]), y or _around(every[:, 1]), levels=levels, ax=ax)
    for i, (name, path) in enumerate(arrays.items()):
        color = SERIES[(1, 2, 3, 5, 0, 4)[i % 6]]  # blue is the ground
        stroke = ("-", DASHED, (0, (1, 1.2)))[(i + i // 6) % 3]  # 18 lines differ
        ax.plot(*path.T, color=color, linestyle=stroke, linewidth=1.6, label=name)
        if len(path) <= 60:
            ax.plot(*path.T, color=color, linestyle="none", marker="o", markersize=2.6)
        ax.plot(*path[0], marker="o", markersize=8, color=color, markerfacecolor=PAPER, markeredgewidth=1.6)
        ax.plot(*path[-1], marker="o", markersize=8, color=color, markeredgecolor=PAPER)
    _names_at_ends(ax, arrays)
    if any(arrays):
        ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=min(len(arrays), 4), frameon=False, labelcolor=INK,
            fontsize=9.5, borderaxespad=0.2, handlelength=2.4,
        )  # fmt: skip
    return ax


def histograms(
    values: Any, *, bins: int = 60, range: Range | None = None, color: str = SERIES[0], ax: Any = None
) -> Any:
    """Histograms one above the other, the first on top, on one scale: how values spread from layer to layer.

    Each has the height of its row. Exact zeros (of a ReLU, a Dropout) are left out and counted beside it,
    where mean and standard deviation stand.

    Args:
        values: a dict from names to arrays, as `nn.flow(model, x).activations`; a list of arrays; one array.
        bins: into how many parts the range is divided.
        range: from where to where; None: what holds 99 % of all numbers.
        color: of the histograms; `nn.plot.GRADIENT` for gradients.
        ax: the Axes to draw into; None: a new figure.

    Raises:
        ValueError: if there is no finite number.
        TypeError: if something holds no numbers, as a model.
        ImportError: without matplotlib.

    >>> ax = histograms({"in": np.arange(9.0), "out": np.arange(3.0)})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['in', 'out']
    """
    if isinstance(values, Mapping):
        named = {str(name): _plain(array).ravel() for name, array in values.items()}
    else:
        parts = list(values) if isinstance(values, list | tuple) and np.ndim(values[0]) else [values]
        named = {str(i) if len(parts) > 1 else "": _plain(part).ravel() for i, part in enumerate(parts)}
    for array in named.values():
        if array.dtype.kind not in "fiub":
            raise TypeError(
                f"histograms: arrays are needed, as nn.flow(model, x).activations, got {values!r:.60}"
            )
    finite = {name: array[np.isfinite(array)].astype(float) for name, array in named.items()}
    every = np.concatenate(list(finite.values())) if finite else np.zeros(0)
    if not every.size:
        raise ValueError("histograms: there is no finite number")
    moving = every[every != 0]
    low, high = range or (np.quantile(moving, (0.005, 0.995)) if moving.size else (-1.0, 1.0))
    if not low < high:
        low, high = low - 0.5, high + 0.5
    ax = _axes(ax, "", "", "", height=max(2.2, 0.62 * len(finite) + 0.8))
    edges = np.linspace(low, high, bins + 1)
    for row, array in enumerate(finite.values()):
        counts, _ = np.histogram(array[array != 0], edges)
        heights = 0.86 * counts / max(counts.max(), 1)
        base = -float(row)
        tops = np.repeat(base + heights, 2)
        sides = np.repeat(edges, 2)[1:-1]
        ax.fill_between(sides, base, tops, color=color, alpha=0.28, linewidth=0)
        ax.plot(sides, tops, color=color, linewidth=1.1)
        ax.axhline(base, color=GRID, linewidth=0.8, zorder=0)
        zeros = float((array == 0).mean()) if array.size else 0.0
        mean, std = (float(array.mean()), float(array.std())) if array.size else (0.0, 0.0)
        mean = mean if abs(mean) > 1e-9 * std else 0.0  # what rounding leaves of a mean that is 0
        words = f"{_short(mean)} ± {_short(std)}" if array.size else "no number"
        note = f"\n{zeros:.0%} zeros" if zeros >= 0.005 else ""
        ax.annotate(
            words + note, (1, base), xycoords=("axes fraction", "data"), xytext=(6, 2), fontsize=9,
            color=QUIET, textcoords="offset points", va="bottom", annotation_clip=False, linespacing=1.15,
        )  # fmt: skip
    ax.set_yticks([-float(row) for row in np.arange(len(finite))], list(finite), va="bottom")
    ax.set_xlim(low, high)
    ax.set_ylim(-len(finite) + 0.9, 1)
    ax.spines["left"].set_visible(False)
    ax.grid(False, axis="y")
    return ax


def by_layer(
    names: Sequence[str], series: Mapping[str, tuple[Sequence[float], str, Any]], *, ax: Any = None
) -> Any:
    """Positive numbers per layer, on a logarithmic scale, from the first layer at the left to the last.

    Args:
        names: of the layers.
        series: from the name of each line to its numbers, its colour and its stroke; "none": rings.
        ax: the Axes to draw into; None: a new figure.
    """
    ax = _axes(ax, "", "layer", "")
    places = np.arange(len(names))
    ends = []
    for name, (numbers, color, stroke) in series.items():
        heights = np.array(numbers, dtype=float)  # a copy: what is not positive is taken out
        heights[~(heights > 0)] = np.nan  # no place on this scale
        dots: dict[str, Any] = {"markersize": 3.5}
        if stroke == "none":  # rings around the dots of another line
            dots = {"markersize": 9, "markerfacecolor": "none", "markeredgewidth": 1.3, "zorder": 3}
        ax.plot(places, heights, color=color, linestyle=stroke, marker="o", clip_on=False, **dots)
        known = heights[np.isfinite(heights)]
        if known.size:
            ends.append((float(known[-1]), name, color))
    ax.set_yscale("log")
    ax.margins(y=0.08)
    step = -(-len(names) // 24)
    ax.set_xticks(places[::step], list(names)[::step], rotation=0 if len("  ".join(names)) <= 64 else 90)
    ax.minorticks_off()
    _end_labels(ax, ends)
    return ax


def predictions(prediction: Any, target: Any, *, title: str = "", ax: Any = None) -> Any:
    """Predictions over targets, a dot for each number: where they agree a dot lies on the grey line.

    Both axes have one scale, which holds 99.8 % of all numbers; dots beyond it are left out, and counted.

    Args:
        prediction, target: arrays of the same shape.
        title: what they are.
        ax: the Axes to draw into; None: a new figure.

    Raises:
        ValueError: if the shapes differ, (N, 1) and (N,) too, or there is no finite number.
        ImportError: without matplotlib.

    >>> ax = predictions([1.0, 2.2, 2.9], [1.0, 2.0, 3.0])
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('target', 'prediction')
    """
    y, t = _plain(prediction).astype(float), _plain(target).astype(float)
    if y.shape != t.shape:
        raise ValueError(f"predictions: prediction {y.shape} and target {t.shape} have one shape")
    both = np.stack([t.ravel(), y.ravel()])
    finite = both[np.isfinite(both)]
    if not finite.size:
        raise ValueError("predictions: there is no finite number")
    ends = _around(np.quantile(finite, (0.001, 0.999)))
    inside = ((both >= ends[0]) & (both <= ends[1])).all(axis=0)
    ax = _axes(ax, title, "target", "prediction", height=5.2)
    ax.plot(ends, ends, color=QUIET, linewidth=1)
    count = int(inside.sum())
    ax.plot(
        *both[:, inside], color=SERIES[0], linestyle="none", marker="o", markeredgewidth=0,
        markersize=2.6 if count > 300 else 5, alpha=max(0.15, min(0.8, 300 / max(count, 1))),
    )  # fmt: skip
    if outside := both.shape[1] - count:
        ax.set_title(f"{outside} outside", loc="right", fontsize=9, color=QUIET)
    ax.set_xlim(ends)
    ax.set_ylim(ends)
    ax.set_aspect("equal")
    return ax


def lines(
    x: Any,
    series: Mapping[str, Any],
    *,
    title: str = "",
    xlabel: str = "x",
    ylabel: str = "",
    log: str = "",
    ax: Any = None,
) -> Any:
    """Functions of one number as lines, each with its name at its end.

    Args:
        x: where they are evaluated, from left to right.
        series: from the name of each line to its heights, one for each x.
        title, xlabel, ylabel: the words around them.
        log: "x", "y" or "xy", the axes whose scale is logarithmic; what is not above 0 has no place on them.
        ax: the Axes to draw into; None: a new figure.

    Raises:
        ValueError: for heights of another shape than x, or another log.
        ImportError: without matplotlib.

    >>> x = np.linspace(-1, 1, 5)
    >>> ax = lines(x, {"x²": x**2, "x³": x**3})
    >>> [text.get_text() for text in ax.texts]
    ['x²', 'x³']
    """
    places = _plain(x).astype(float)
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"lines: log is 'x', 'y', 'xy' or '', got {log!r}")
    ax = _axes(ax, title, xlabel, ylabel)
    for axis in log:
        ax.set(**{f"{axis}scale": "log"})
    ends = []
    for i, (name, given) in enumerate(series.items()):
        heights = _plain(given).astype(float)
        if heights.shape != places.shape or places.ndim != 1:
            raise ValueError(f"lines: {name!r} has the shape {heights.shape}, x has {places.shape}")
        color, stroke = SERIES[i % len(SERIES)], ("-", DASHED, (0, (1, 1.2)))[(i + i // 6) % 3]
        ax.plot(places, heights, color=color, linestyle=stroke, linewidth=1.6)
        drawn = heights[np.isfinite(heights) & ((heights > 0) | ("y" not in log))]
        if drawn.size:  # the name stands where the line ends, though it may end before x does
            ends.append((float(drawn[-1]), str(name), color))
    ax.margins(x=0)
    _end_labels(ax, ends)
    return ax


def images(pictures: Any, titles: Sequence[Any] = (), *, columns: int = 10, ax: Any = None) -> Any:
    """Grey pictures in rows, all on one scale: the least number white, the greatest black.

    If there are negative numbers, as among weights, 0 is white, positive numbers are blue, negative amber.

    Args:
        pictures: of the shape (N, height, width), such as `train.images[:20]`.
        titles: a word above each, such as its class; () for none.
        columns: how many stand in a row.
        ax: the Axes to draw into; None: a new figure.

    Raises:
        ValueError: for pictures of another shape, or another number of titles.
        ImportError: without matplotlib.

    >>> ax = images(np.eye(4).reshape(2, 2, 4), ["a", "b"])
    >>> len(ax.images), [text.get_text() for text in ax.texts]
    (2, ['a', 'b'])
    """
    shown = _plain(pictures).astype(float)
    if shown.ndim != 3 or not shown.size:
        raise ValueError(f"images: pictures have the shape (N, height, width), got {shown.shape}")
    words = [str(title) for title in titles]
    if words and len(words) != len(shown):
        raise ValueError(f"images: {len(shown)} pictures, but {len(words)} titles")
    n, height, width = shown.shape
    columns = max(1, min(columns, n))
    rows = -(-n // columns)
    across, down = 1.12, height / width + (0.42 if words else 0.12)  # a picture is one unit wide
    size = min(1.0, 9.0 / (columns * across))
    if ax is None:
        plt = needed("matplotlib.pyplot", "nn.plot", "train")
        _, ax = plt.subplots(
            figsize=(size * columns * across + 0.2, size * rows * down + 0.2), layout="constrained"
        )
    colors = needed("matplotlib.colors", "nn.plot", "train")
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    ramp = [PAPER, INK]
    if low < 0:
        high = max(high, -low)
        low, ramp = -high, [SERIES[1], PAPER, SERIES[0]]
    tones = colors.LinearSegmentedColormap.from_list("tones", ramp)
    for i, picture in enumerate(shown):
        left, bottom = i % columns * across, -(i // columns) * down - height / width
        sides = (left, left + 1, bottom, bottom + height / width)
        ax.imshow(picture, cmap=tones, vmin=low, vmax=high, extent=sides)
        ax.plot(
            [left, left + 1, left + 1, left, left], np.repeat(sides[2:], [2, 3])[[0, 1, 2, 3, 0]],
            color=GRID, linewidth=0.6,
        )  # fmt: skip
        if words:
            ax.text(left + 0.5, sides[3] + 0.05, words[i], ha="center", va="bottom", fontsize=9, color=INK)
    ax.set_xlim(-0.06, columns * across - 0.06)
    ax.set_ylim(-rows * down + down - height / width - 0.06, 0.36 if words else 0.06)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def confusion(counts: Any, classes: Sequence[Any] = (), *, ax: Any = None) -> Any:
    """A confusion matrix: rows are the right classes, columns the predicted ones; what is wrong is amber.

    Args:
        counts: whole numbers (K, K), as `nn.confusion_matrix` gives them.
        classes: their names; () for 0, 1, ...
        ax: the Axes to draw into; None: a new figure.

    Raises:
        ValueError: for another shape, or another number of names.
        ImportError: without matplotlib.

    >>> ax = confusion([[9, 1], [0, 8]], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts], ax.get_title(loc="left")
    (['9', '1', '8'], '17 of 18 right')
    """
    table = _plain(counts)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(f"confusion: counts have the shape (K, K), got {table.shape}")
    names = [str(name) for name in classes] or [str(k) for k in np.arange(len(table))]
    if len(names) != len(table):
        raise ValueError(f"confusion: {len(table)} classes, but {len(names)} names")
    side = min(2.4 + 0.28 * len(table), 9.0)
    if ax is None:
        plt = needed("matplotlib.pyplot", "nn.plot", "train")
        _, ax = plt.subplots(figsize=(side, side), layout="constrained")
    ax = _axes(ax, f"{np.trace(table):,} of {table.sum():,} right", "predicted", "right class")
    ax.grid(False)
    colors = needed("matplotlib.colors", "nn.plot", "train")
    right = np.eye(len(table), dtype=bool)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    for kept, color in ((right, SERIES[0]), (~right, SERIES[1])):
        tones = colors.LinearSegmentedColormap.from_list("tones", [PAPER, color])
        # one datum that is wrong has to be seen, so errors are not on a linear scale
        depth = 0.55 * share if kept is right else np.sqrt(share)
        ax.imshow(np.ma.masked_where(~kept | (table == 0), depth), cmap=tones, vmin=0, vmax=1)
    for i, j in zip(*np.nonzero(table), strict=True):
        ax.text(j, i, f"{table[i, j]:,}", ha="center", va="center", fontsize=9, color=INK)
    places = np.arange(len(names))
    long = len("  ".join(names)) > 64
    ax.set_xticks(places, names, rotation=90 if long else 0)
    ax.set_yticks(places, names)
    return ax


# ---- the look ----------------------------------------------------------------------------------------------


def _axes(ax: Any, title: str, xlabel: str, ylabel: str, height: float = 4.0) -> Any:
    if ax is None:
        plt = needed("matplotlib.pyplot", "nn.plot", "train")
        _, ax = plt.subplots(figsize=(6.4, height), layout="constrained")
    ax.set_facecolor(PAPER)
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)
    ax.set_xlabel(xlabel, color=QUIET, fontsize=9.5)
    ax.set_ylabel(ylabel, color=QUIET, fontsize=9.5)
    ax.tick_params(which="both", colors=QUIET, length=0, labelsize=9)  # minor ones too, of logarithmic scales
    ax.grid(color=GRID, linewidth=0.6, alpha=0.6)
    ax.set_axisbelow(True)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GRID)
    return ax


def _end_labels(ax: Any, ends: list[tuple[float, str, str]]) -> None:
    """Write the name of each line at its end, apart from one another."""
    ax.autoscale_view()  # else it would be put off until the picture is drawn
    to_axes = ax.transAxes.inverted()
    placed: list[tuple[float, str, str]] = []
    for value, text, color in ends:
        height = to_axes.transform(ax.transData.transform((0, value)))[1] if np.isfinite(value) else 1.0
        placed.append((float(height), text, color))
    placed.sort()
    heights = [height for height, _, _ in placed]
    for _ in np.arange(100):  # neighbours that are too near push each other away
        for i in np.arange(1, len(heights)):
            missing = max(LABEL - (heights[i] - heights[i - 1]), 0.0) / 2
            heights[i - 1] -= missing
            heights[i] += missing
    for height, (_, text, color) in zip(heights, placed, strict=True):
        ax.annotate(
            text, (1, height), xycoords="axes fraction", xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9.5, fontweight="bold", color=color, annotation_clip=False,
        )  # fmt: skip


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
        )  # fmt: skip
        text.set_path_effects([effects.withStroke(linewidth=3, foreground=PAPER)])


def _short(x: float) -> str:
    """Two digits, but of numbers from 100 to a million all before the point."""
    return f"{x:.0f}" if 99.5 <= abs(x) < 1e6 else f"{x:.2g}"


def _plain(x: Any) -> np.ndarray[Any, Any]:
    return x.numpy() if isinstance(x, Tensor) else np.asarray(x)


def _around(values: np.ndarray[Any, Any]) -> Range:
    low, high = float(values.min()), float(values.max())
    margin = 0.12 * (high - low) or 1.0
    return low - margin, high + margin
