"""Networks drawn neuron by neuron, the whole one and what masks leave of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nn.extras import needed
from nn.plot.style import GRID, INK, PAPER, QUIET, SERIES, new_axes, typefaces

Array = np.ndarray[Any, Any]

RADIUS = 0.17
"""Of a neuron; neurons of a layer are 0.5 apart, layers 1."""


def neurons(
    sizes: Sequence[int],
    masks: Mapping[int, Any] | None = None,
    *,
    titles: Sequence[Any] = (),
    ax: Any = None,
) -> Any:
    """A fully connected network from its input at the left, every neuron a circle and every weight a line.

    With masks, as `nn.Dropout` keeps them, the thinned network of every datum stands beside it: neurons whose
    mask is 0 are crossed out, and their lines are gone.

    Args:
        sizes: how many neurons each layer has, the input first.
        masks: from the number of a layer (0 is the input) to its mask, (N, K) for N data or (K,) for one;
            what is 0 or False is crossed out. All have the same N.
        titles: a word above each network; by default "all neurons", "datum 0", "datum 1", ...
        ax: the Axes to draw into; None: a new figure.

    Returns:
        The Axes. Of each network `ax.collections` holds the lines, the circles (layer by layer, each from top
        to bottom) and the crosses, in this order.

    Raises:
        ValueError: for sizes below 1, fewer than two layers, a mask of another shape or for no layer of
            the network, or another number of titles.
        ImportError: without matplotlib.

    >>> ax = neurons([3, 4, 2], {1: [[1, 0, 1, 0], [0, 1, 1, 1]]})
    >>> [text.get_text() for text in ax.texts]
    ['all neurons', 'datum 0', 'datum 1']
    >>> [len(crosses.get_offsets()) for crosses in ax.collections[2::3]]
    [0, 2, 1]
    """
    counts = [int(size) for size in sizes]
    if len(counts) < 2 or min(counts) < 1:
        raise ValueError(f"neurons: two layers or more of at least one neuron are needed, got {counts}")
    kept = [[np.ones(k, dtype=bool) for k in counts], *_thinned(counts, masks or {})]
    words = [str(title) for title in titles] or ["all neurons", *(f"datum {n}" for n in range(len(kept) - 1))]
    if len(words) != len(kept):
        raise ValueError(f"neurons: {len(kept)} networks, but {len(words)} titles")
    height, width = 0.5 * max(counts), len(counts) - 1 + 0.75
    if ax is None:
        size = min(0.9, 9.6 / (width * len(kept)))
        ax = new_axes(size * width * len(kept), size * (height + 0.5))
    for i, (network, title) in enumerate(zip(kept, words, strict=True)):
        _drawn(ax, network, i * width)
        ax.text(
            i * width + (len(counts) - 1) / 2, height / 2 + 0.08, title, ha="center", va="bottom",
            fontsize=10.5, fontweight="bold", color=INK, fontfamily=list(typefaces()),
        )  # fmt: skip
    ax.set_xlim(-0.375, width * len(kept) - 0.375)
    ax.set_ylim(-height / 2 - 0.05, height / 2 + 0.45)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _thinned(counts: list[int], masks: Mapping[int, Any]) -> list[list[Array]]:
    """For every datum what is kept of every layer."""
    found: dict[int, Array] = {}
    for layer, mask in masks.items():
        if not 0 <= layer < len(counts):
            raise ValueError(f"neurons: a mask for layer {layer}, there are 0 to {len(counts) - 1}")
        found[layer] = np.atleast_2d(np.asarray(mask)) != 0
        data = len(next(iter(found.values())))
        if found[layer].shape != (data, counts[layer]):
            raise ValueError(
                f"neurons: the mask of layer {layer} is ({data}, {counts[layer]}), got {np.shape(mask)}"
            )
    data = len(next(iter(found.values()), ()))
    whole = [np.ones((data, k), dtype=bool) for k in counts]
    return [[found.get(i, whole[i])[n] for i in range(len(counts))] for n in range(data)]


def _drawn(ax: Any, kept: list[Array], left: float) -> None:
    """One network; a neuron takes part if its mask is not 0."""
    collections = needed("matplotlib.collections", "nn.plot", "train")
    patches = needed("matplotlib.patches", "nn.plot", "train")
    columns = [
        np.column_stack([np.full(len(k), left + i), 0.5 * ((len(k) - 1) / 2 - np.arange(len(k)))])
        for i, k in enumerate(kept)
    ]
    wires = [
        (a, b) for i in range(len(kept) - 1) for a in columns[i][kept[i]] for b in columns[i + 1][kept[i + 1]]
    ]
    ax.add_collection(collections.LineCollection(wires, colors=SERIES[4], linewidths=0.9, zorder=1))
    places, alive = np.concatenate(columns), np.concatenate(kept)
    circles = collections.PatchCollection(
        [patches.Circle(tuple(place), RADIUS) for place in places],
        facecolors=[SERIES[0] if on else PAPER for on in alive],
        edgecolors=[SERIES[0] if on else GRID for on in alive],
        linewidths=1.2, zorder=2,
    )  # fmt: skip
    ax.add_collection(circles)
    ax.scatter(*places[~alive].T, marker="x", s=70, color=QUIET, linewidths=1.8, zorder=3)
