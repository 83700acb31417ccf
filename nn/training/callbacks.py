"""Callbacks: what else shall happen while a model trains."""

import csv
import io
import os
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from nn.checks import positive
from nn.files.whole import whole_file
from nn.training.history import History, mode_of


class Callback:
    """Base of all callbacks: methods that a trainer calls, all of which do nothing here.

    `trainer` has `model`, `optimizer`, `history` and `stop(reason)`, which ends the training after the epoch.

    >>> from nn import utils
    >>> class Clip(Callback):
    ...     def on_backward(self, trainer):
    ...         utils.clip_grad_norm_(trainer.model.parameters(), 1.0)
    """

    def on_fit_start(self, trainer: Any) -> None:
        """Before the first epoch, or before the first one after those of the run folder."""

    def on_backward(self, trainer: Any) -> None:
        """After the gradients of a batch were computed and before the optimizer's step: clip them here."""

    def on_batch_end(self, trainer: Any) -> None:
        """After the optimizer's step: an average of weights is updated here."""

    def on_epoch_end(self, trainer: Any, row: Mapping[str, Any]) -> None:
        """After an epoch and its validation; `row` is its line of the history."""

    def on_fit_end(self, trainer: Any) -> None:
        """After the last epoch; not after an error or an interruption."""

    def state_dict(self) -> dict[str, Any]:
        """What a run folder keeps of it: nested dicts and lists that `nn.save` takes."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave."""


class BestWeights(Callback):
    """Give the model, when the training ends, the weights of the epoch in which a measure was best.

    Args:
        monitor: a column of the history.
        mode: "min" or "max"; None: "max" if the name ends with accuracy, else "min".
        min_delta: so much better than the best so far a value has to be; at least 0. NaN is never better.

    `best` is the best value, `best_epoch` its epoch.

    Raises:
        ValueError: for an unknown mode or a negative min_delta; while training, if there is no such column.
    """

    restores = True

    def __init__(
        self, monitor: str = "valid_loss", *, mode: str | None = None, min_delta: float = 0.0
    ) -> None:
        self.monitor, self.mode, self.min_delta = monitor, mode_of(monitor, mode), float(min_delta)
        if not self.min_delta >= 0:
            raise ValueError(f"{type(self).__name__}: min_delta is at least 0, got {min_delta!r}")
        self.best, self.best_epoch = inf if self.mode == "min" else -inf, 0
        self.weights: dict[str, Any] = {}

    def on_fit_start(self, trainer: Any) -> None:
        if not trainer.history.epochs:  # a new training
            self.best, self.best_epoch = inf if self.mode == "min" else -inf, 0
            self.weights = {}

    def on_epoch_end(self, trainer: Any, row: Mapping[str, Any]) -> None:
        if self.monitor not in row:
            raise ValueError(
                f"{type(self).__name__}: the history has no column {self.monitor!r}, it has {', '.join(row)}"
                + ("; fit(train, valid) measures the valid_ ones" if "valid" in self.monitor else "")
            )
        value = float(row[self.monitor])
        limit = self.best + (-self.min_delta if self.mode == "min" else self.min_delta)
        if value < limit if self.mode == "min" else value > limit:
            self.best, self.best_epoch = value, int(row["epoch"])
            if self.restores:
                self.weights = trainer.model.state_dict()

    def on_fit_end(self, trainer: Any) -> None:
        if self.weights:
            trainer.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "best_epoch": self.best_epoch, "weights": self.weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best, self.best_epoch = float(state["best"]), int(state["best_epoch"])
        self.weights = dict(state["weights"])


class EarlyStopping(BestWeights):
    """End the training when a measure has not become better for `patience` epochs.

    Args:
        monitor, mode, min_delta: as for `BestWeights`.
        patience: so many epochs without a better value end it, at least 1.
        restore_best: give the model the weights of the best epoch; False: it keeps those of the last one.

    Raises:
        ValueError: for a patience below 1, and as `BestWeights`.

    Section 9 of the lecture names it among the ways against overfitting; L. Prechelt: Early stopping – but
    when? (1998). Keras leaves the last weights unless `restore_best_weights=True`.

    >>> EarlyStopping("valid_accuracy", patience=3).mode
    'max'
    """

    def __init__(
        self,
        monitor: str = "valid_loss",
        patience: int = 5,
        *,
        min_delta: float = 0.0,
        mode: str | None = None,
        restore_best: bool = True,
    ) -> None:
        super().__init__(monitor, mode=mode, min_delta=min_delta)
        self.patience, self.restores = positive("EarlyStopping: patience", patience), bool(restore_best)

    def on_fit_start(self, trainer: Any) -> None:
        super().on_fit_start(trainer)
        self._look(trainer, trainer.history.epochs)  # a run folder may hold a training that has ended so

    def on_epoch_end(self, trainer: Any, row: Mapping[str, Any]) -> None:
        super().on_epoch_end(trainer, row)
        self._look(trainer, int(row["epoch"]))

    def _look(self, trainer: Any, epoch: int) -> None:
        if epoch - self.best_epoch >= self.patience:
            trainer.stop(
                f"{self.monitor} has not become better than {self.best:.4g} (epoch {self.best_epoch}) for "
                f"{self.patience} epochs"
            )


class CSVLog(Callback):
    """Keep the history in a .csv file, written anew after every epoch, so that it is whole at any time.

    Arrays (a confusion matrix) are left out.

    Args:
        path: the file; a file that is there is replaced.

    Raises:
        FileNotFoundError: when a training begins: if its folder is missing.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def on_fit_start(self, trainer: Any) -> None:
        if not self.path.parent.is_dir():  # said before an epoch is spent
            raise FileNotFoundError(
                f"CSVLog: there is no folder {os.fspath(self.path.parent)!r}: make it first"
            )

    def on_epoch_end(self, trainer: Any, row: Mapping[str, Any]) -> None:
        write_csv(trainer.history, self.path)


def write_csv(history: History, path: Path) -> None:
    """Write the columns of numbers, at once or not at all."""
    names = [name for name, column in history.items() if all(np.ndim(value) == 0 for value in column)]
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(names)
    rows.writerows(zip(*(history[name] for name in names), strict=True))
    with whole_file("CSVLog", path) as file:
        file.write(text.getvalue().encode())
