"""Lines over numbers, and predictions over targets."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.plot.style import DASHED, DOTTED, QUIET, SERIES, around, axes, end_labels, plain


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
    places = plain(x).astype(float)
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"lines: log is 'x', 'y', 'xy' or '', got {log!r}")
    ax = axes(ax, title, xlabel, ylabel)
    for axis in log:
        ax.set(**{f"{axis}scale": "log"})
    ends = []
    for i, (name, given) in enumerate(series.items()):
        heights = plain(given).astype(float)
        if heights.shape != places.shape or places.ndim != 1:
            raise ValueError(f"lines: {name!r} has the shape {heights.shape}, x has {places.shape}")
        color, stroke = SERIES[i % len(SERIES)], ("-", DASHED, DOTTED)[(i + i // 6) % 3]
        ax.plot(places, heights, color=color, linestyle=stroke, linewidth=1.6)
        drawn = heights[np.isfinite(heights) & ((heights > 0) | ("y" not in log))]
        if drawn.size:  # the name stands where the line ends, though it may end before x does
            ends.append((float(drawn[-1]), str(name), color))
    ax.margins(x=0)
    end_labels(ax, ends)
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
    y, t = plain(prediction).astype(float), plain(target).astype(float)
    if y.shape != t.shape:
        raise ValueError(f"predictions: prediction {y.shape} and target {t.shape} have one shape")
    both = np.stack([t.ravel(), y.ravel()])
    finite = both[np.isfinite(both)]
    if not finite.size:
        raise ValueError("predictions: there is no finite number")
    ends = around(np.quantile(finite, (0.001, 0.999)))
    inside = ((both >= ends[0]) & (both <= ends[1])).all(axis=0)
    ax = axes(ax, title, "target", "prediction", height=5.2)
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
