"""The learning curves as a picture: loss and accuracy by epoch, in the colours of the graphs."""

from math import isfinite
from pathlib import Path
from typing import Any

from autograd_core.cli.training import Run
from autograd_core.graphs.theme import INK, KINDS, MODULE_BORDER, PAGE, PAPER, QUIET

# colour, line and marker: each alone tells the two apart
STYLES: dict[str, dict[str, Any]] = {
    "train": {"color": KINDS["input"].border, "linestyle": (0, (4, 1.6)), "marker": "o"},
    "test": {"color": KINDS["output"].border, "linestyle": "-", "marker": "s"},
}
LABEL = 0.062
"""So much of the height of a panel a line of text takes."""


def save_curve(run: Run, path: Path) -> None:
    """Write a PNG of two panels. Needs matplotlib."""
    from matplotlib.figure import Figure

    settings, history = run.settings, run.history
    figure = Figure(figsize=(10, 4.4), dpi=150, facecolor=PAGE)
    figure.subplots_adjust(left=0.065, right=0.885, top=0.76, bottom=0.125, wspace=0.44)
    left, right = figure.subplots(1, 2)
    numbers = history["epoch"]
    loss = {"train": history["loss"], "test": history["valid_loss"]}
    accuracy = {"train": history["accuracy"], "test": history["valid_accuracy"]}
    _panel(left, "Loss", numbers, loss, "{:.3f}")
    _panel(right, "Accuracy", numbers, accuracy, "{:.1%}")
    right.yaxis.set_major_formatter(lambda value, _: f"{round(100 * value, 1):g}%")
    words = (
        f"{len(run.train):,} data to train, {len(run.test):,} to test; Adam {settings.lr:g}, "
        f"batches of {settings.batch_size}, seed {settings.seed}"
    )
    title = f"{settings.model} on {settings.data}: test accuracy {accuracy['test'][-1]:.1%}"
    figure.text(0.02, 0.915, title, fontsize=13.5, fontweight="bold", color=INK)
    figure.text(0.02, 0.856, words, fontsize=9.5, color=QUIET)
    figure.savefig(path, format="png")


def _panel(axes: Any, title: str, epochs: list[int], curves: dict[str, list[float]], form: str) -> None:
    axes.set_facecolor(PAPER)
    look = {"linewidth": 1.8, "markersize": 4.5, "markeredgewidth": 0, "markevery": -(-len(epochs) // 15)}
    for name, values in curves.items():
        axes.plot(epochs, values, **STYLES[name], **look, clip_on=False)
    axes.margins(y=0.06)
    axes.set_title(title, loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=8)
    axes.set_xlabel("epoch", color=QUIET, fontsize=9.5)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    if len(epochs) == 1:
        axes.set_xlim(0.5, 1.5)
    axes.tick_params(colors=QUIET, length=0, labelsize=9)
    axes.grid(color=MODULE_BORDER, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(MODULE_BORDER)
    _labels(axes, {name: values[-1] for name, values in curves.items()}, form)


def _labels(axes: Any, ends: dict[str, float], form: str) -> None:
    """Write each name and last value at the end of its line, apart from one another."""
    low, high = axes.get_ylim()
    below, above = sorted(ends, key=ends.__getitem__)
    heights = {name: (end - low) / (high - low) if isfinite(end) else 1.0 for name, end in ends.items()}
    missing = LABEL - (heights[above] - heights[below])
    if missing > 0:
        heights[above] += missing / 2
        heights[below] -= missing / 2
    for name, height in heights.items():
        axes.annotate(
            f"{name} {form.format(ends[name])}",
            (1, height),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            fontweight="bold",
            color=STYLES[name]["color"],
            annotation_clip=False,
        )
