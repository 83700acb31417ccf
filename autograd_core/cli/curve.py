"""The learning curves as a picture: loss and accuracy by epoch, in the colours of the graphs."""

from pathlib import Path

import nn
from autograd_core.cli.training import Run
from autograd_core.graphs.drawing.theme import INK, PAGE, QUIET


def save_curve(run: Run, path: Path) -> None:
    """Write a PNG of two panels. Needs matplotlib."""
    from matplotlib.figure import Figure

    settings, history = run.settings, run.history
    figure = Figure(figsize=(10, 4.4), dpi=150, facecolor=PAGE)
    figure.subplots_adjust(left=0.065, right=0.885, top=0.76, bottom=0.125, wspace=0.44)
    for axes, what in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        nn.plot.curves(history, what, ax=axes)
    words = (
        f"train: {len(run.train):,} data, while an epoch ran; valid: {len(run.test):,} test data behind it; "
        f"Adam {settings.lr:g}, batches of {settings.batch_size}, seed {settings.seed}"
    )
    accuracy = history["valid_accuracy"][-1]
    title = f"{settings.model} on {settings.data}: test accuracy {accuracy:.1%}"
    figure.text(0.02, 0.915, title, fontsize=13.5, fontweight="bold", color=INK)
    figure.text(0.02, 0.856, words, fontsize=9.5, color=QUIET)
    figure.savefig(path, format="png")
