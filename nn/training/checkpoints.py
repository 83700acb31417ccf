"""The run folder: everything that a training needs to go on as if it had never stopped."""

import os
import re
from pathlib import Path
from typing import Any

from nn.saving import load, save
from nn.training.callbacks import write_csv
from nn.training.history import History

VERSION = 1


class RunFolder:
    """A folder with `checkpoint.npz`, the state after the last whole epoch, and `history.csv`.

    The checkpoint is written beside the old one and then moved to its place: a process that is killed leaves
    the old or the new one, never a part.

    Raises:
        ValueError: if the path is there and is no folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if self.path.exists() and not self.path.is_dir():
            raise ValueError(f"run_dir: {os.fspath(path)!r} is not a folder")
        self.checkpoint = self.path / "checkpoint.npz"

    def save(self, state: dict[str, Any], history: History) -> None:
        """Keep a state, in place of the one before."""
        self.path.mkdir(parents=True, exist_ok=True)
        save({"version": VERSION, **state}, self.checkpoint)
        write_csv(history, self.path / "history.csv")

    def load(self) -> dict[str, Any] | None:
        """The state that was kept last; None if there is none yet. Drafts of a killed process are removed.

        Raises:
            ValueError: if the file is damaged, or no checkpoint of this version.
        """
        if not self.checkpoint.exists():
            return None
        for path in self.path.glob(".*"):
            if re.fullmatch(r"\.[0-9a-f]{16}", path.name):
                path.unlink(missing_ok=True)
        state = load(self.checkpoint)
        found = state.get("version") if isinstance(state, dict) else None
        if found != VERSION:
            raise ValueError(
                f"{str(self.checkpoint)!r} is no checkpoint of a trainer of this version ({VERSION}): its "
                f"version is {found!r}; choose another run_dir"
            )
        return {key: value for key, value in state.items() if key != "version"}
