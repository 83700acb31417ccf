"""Grey pictures in rows, and confusion matrices."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.extras import needed
from nn.plot.style import GRID, INK, PAPER, SERIES, axes, new_axes, plain, typefaces


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
    shown = plain(pictures).astype(float)
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
        ax = new_axes(size * columns * across + 0.2, size * rows * down + 0.2)
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
            ax.text(
                left + 0.5, sides[3] + 0.05, words[i], ha="center", va="bottom", fontsize=9, color=INK,
                fontfamily=list(typefaces()),
            )  # fmt: skip
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
    table = plain(counts)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError(f"confusion: counts have the shape (K, K), got {table.shape}")
    names = [str(name) for name in classes] or [str(k) for k in np.arange(len(table))]
    if len(names) != len(table):
        raise ValueError(f"confusion: {len(table)} classes, but {len(names)} names")
    side = min(2.4 + 0.28 * len(table), 9.0)
    if ax is None:
        ax = new_axes(side, side)
    ax = axes(ax, f"{np.trace(table):,} of {table.sum():,} right", "predicted", "right class")
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
