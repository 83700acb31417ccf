"""When the schedules of a training take their steps."""

from collections.abc import Mapping
from typing import Any


class Schedules:
    """One schedule, or several by when they step: "epoch", "batch", or the column whose value they get.

    Raises:
        TypeError: for something without `step`.
    """

    def __init__(self, scheduler: Any) -> None:
        if scheduler is None:
            scheduler = {}
        self._by: dict[str, Any] = dict(scheduler) if isinstance(scheduler, Mapping) else {"epoch": scheduler}
        for when, schedule in self._by.items():
            if isinstance(schedule, type) or not callable(getattr(schedule, "step", None)):
                raise TypeError(
                    f"Trainer: a scheduler has step(), got {schedule!r:.60} for {when!r}; several are a dict "
                    'from "epoch", "batch" or the name of a column to schedulers'
                )

    def check(self, epochs: int, batches: int, optimizer: Any) -> None:
        """Refuse what would go wrong without a word.

        Raises:
            ValueError: for a schedule of another optimizer, one that counts batches and is given per epoch,
                or one that waits for larger values and would be given a loss.
        """
        for schedule in self._by.values():
            if getattr(schedule, "optimizer", None) not in (None, optimizer):
                raise ValueError(
                    f"Trainer: {type(schedule).__name__} was made with another optimizer than "
                    "this training's, whose lr would never change"
                )
        schedule = self._by.get("epoch")
        if batches > 1 and getattr(schedule, "total_steps", None) == epochs * batches:
            raise ValueError(
                f"Trainer: {type(schedule).__name__} has as many steps as this training has batches, "
                f'{epochs * batches}: write scheduler={{"batch": schedule}}'
            )
        if getattr(schedule, "needs_metric", False) and getattr(schedule, "mode", "min") == "max":
            raise ValueError(
                f"Trainer: {type(schedule).__name__} waits for larger values and would be given the loss: "
                'write scheduler={"valid_accuracy": schedule}'
            )
        if "batch" in self._by and getattr(self._by["batch"], "needs_metric", False):
            raise ValueError(
                f"Trainer: {type(self._by['batch']).__name__} needs a measured value, and a batch has none: "
                'write scheduler={"valid_loss": schedule}'
            )

    def after_batch(self) -> None:
        """Step the schedule of batches."""
        if "batch" in self._by:
            self._by["batch"].step()

    def after_epoch(self, row: Mapping[str, Any]) -> None:
        """Step all others.

        Raises:
            ValueError: if a column is missing.
        """
        for when, schedule in self._by.items():
            if when == "batch":
                continue
            if when == "epoch" and not getattr(schedule, "needs_metric", False):
                schedule.step()
                continue
            column = when if when != "epoch" else "valid_loss" if "valid_loss" in row else "loss"
            if column not in row:
                raise ValueError(
                    f"Trainer: the scheduler for {column!r} finds no such column, there are {', '.join(row)}"
                )
            schedule.step(row[column])

    def state_dict(self) -> dict[str, Any]:
        """The states of those that have one."""
        return {k: s.state_dict() for k, s in self._by.items() if hasattr(s, "state_dict")}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put the states back.

        Raises:
            ValueError: if there are other schedules here.
        """
        here = [k for k, s in self._by.items() if hasattr(s, "state_dict")]
        if list(state) != here:
            raise ValueError(f"Trainer: the state has the schedules {list(state)}, here they are {here}")
        for when, own in state.items():
            self._by[when].load_state_dict(own)
