"""Learning curves, and numbers by layer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nn.plot.style import DASHED, DOTTED, QUIET, SERIES, axes, end_labels


def curves(history: Mapping[str, Any], what: str = "loss", *, log: bool = False, ax: Any = None) -> Any:
    """Learning curves: a column of a history by epoch, dashed in training, solid on the validation data.

    Several histories that have only the column itself are solid too, from the seventh on dashed.

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
    ax = axes(ax, what, "epoch", "")
    ax.set_yscale("log" if log else "linear")
    ends = []
    last = 1
    alone = several and not any(columns[1] in h for h in histories.values())
    for i, (name, h) in enumerate(histories.items()):
        both = all(column in h for column in columns)
        again = ("-", DASHED, DOTTED)[i // len(SERIES) % 3]  # a colour that comes again has another stroke
        for column, stroke in zip(columns, (again if alone else DASHED, "-"), strict=True):
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
    end_labels(ax, ends)
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
    ax = axes(ax, "", "layer", "")
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
    end_labels(ax, ends)
    return ax
