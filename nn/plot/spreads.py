"""Histograms one above the other."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.plot.style import GRID, QUIET, SERIES, Range, axes, plain


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
        named = {str(name): plain(array).ravel() for name, array in values.items()}
    else:
        parts = list(values) if isinstance(values, list | tuple) and np.ndim(values[0]) else [values]
        named = {str(i) if len(parts) > 1 else "": plain(part).ravel() for i, part in enumerate(parts)}
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
    ax = axes(ax, "", "", "", height=max(2.2, 0.62 * len(finite) + 0.8))
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


def _short(x: float) -> str:
    """Two digits, but of numbers from 100 to a million all before the point."""
    return f"{x:.0f}" if 99.5 <= abs(x) < 1e6 else f"{x:.2g}"
