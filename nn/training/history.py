"""History: the numbers of a training, epoch by epoch."""

from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np


class History(dict[str, list[Any]]):
    """A dict from names to lists with one entry per epoch, so `pandas.DataFrame(history)` is a table.

    A trainer writes `epoch` (1, 2, ...), `loss` and one column per metric, measured in training mode while
    the epoch ran; `valid_loss` and `valid_...`, measured in prediction mode behind it; `penalty`, if there is
    one, its mean; `lr`, the learning rate at the end of the epoch; `seconds`.

    >>> history = History()
    >>> history.append({"epoch": 1, "loss": 0.5})
    >>> history.append({"epoch": 2, "loss": 0.25, "valid_loss": 0.75})
    >>> history["loss"], history["valid_loss"]
    ([0.5, 0.25], [nan, 0.75])
    >>> history.best("loss")
    {'epoch': 2, 'loss': 0.25, 'valid_loss': 0.75}
    """

    def append(self, row: Mapping[str, Any]) -> None:
        """Add an epoch. What it lacks, and what the epochs before it lack, is NaN."""
        before = self.epochs
        for name in row:
            self.setdefault(name, [nan] * before)
        for name, column in self.items():
            column.append(row.get(name, nan))

    @property
    def epochs(self) -> int:
        """How many epochs it holds."""
        return len(next(iter(self.values()), []))

    def row(self, index: int) -> dict[str, Any]:
        """All numbers of one epoch; −1 is the last."""
        return {name: column[index] for name, column in self.items()}

    def best(self, name: str, mode: str | None = None) -> dict[str, Any]:
        """The numbers of the epoch in which a column was best, the first such; NaN is never best.

        Args:
            name: the column.
            mode: "min" or "max"; None: "max" if the name ends with accuracy, else "min".

        Raises:
            KeyError: if there is no such column.
            ValueError: for another mode, or a column without a number.
        """
        if name not in self:
            raise KeyError(f"history has no column {name!r}; it has {', '.join(self) or 'none'}")
        sign = 1.0 if mode_of(name, mode) == "min" else -1.0
        values = sign * np.asarray(self[name], dtype=float)
        if np.isnan(values).all():
            raise ValueError(f"history: the column {name!r} holds no number")
        return self.row(int(np.nanargmin(values)))

    def __str__(self) -> str:
        lines = [line(self.row(i)) for i in range(self.epochs)]
        return "\n".join(lines) or "History: no epoch yet"


def mode_of(name: str, mode: str | None) -> str:
    """Which direction is better for a column.

    Raises:
        ValueError: for an unknown word.
    """
    if mode not in (None, "min", "max"):
        raise ValueError(f"mode is 'min', 'max' or None, got {mode!r}")
    return mode or ("max" if name.endswith("accuracy") else "min")


def line(row: Mapping[str, Any], epochs: int | None = None) -> str:
    """An epoch as text; arrays (a confusion matrix) are left out.

    >>> line({"epoch": 3, "loss": 0.12345, "lr": 0.001, "seconds": 1.23}, epochs=10)
    'epoch  3/10  loss 0.1235  lr 0.001  1.2 s'
    """
    words = []
    for name, value in row.items():
        if name == "epoch":
            words.append(
                f"epoch {int(value):{len(str(epochs))}}/{epochs}" if epochs else f"epoch {int(value)}"
            )
        elif name == "seconds":
            words.append(f"{value:.1f} s")
        elif np.ndim(value) == 0:
            words.append(
                f"{name} {value:.4f}" if name != "lr" and 1e-3 <= abs(value) < 1e4 else f"{name} {value:.4g}"
            )
    return "  ".join(words)
