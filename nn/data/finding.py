"""Where data sets that are not embedded are looked for, and where downloads go."""

import os
import sys
from pathlib import Path

VARIABLE = "AUTOGRAD_CORE_DATA"
SYSTEM = Path("/usr/share/datasets")
"""Where Debian puts data, dataset-fashion-mnist for example."""

Folder = str | os.PathLike[str] | None


def cache_folder() -> Path:
    """This user's folder for what can be downloaded again, as the operating system has it."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "autograd-core"


def own_folders() -> list[Path]:
    """The folders in the environment variable AUTOGRAD_CORE_DATA, then the cache folder."""
    given = os.environ.get(VARIABLE, "").split(os.pathsep)
    return [*(Path(f).expanduser() for f in given if f), cache_folder()]


def search_folders(folder: Folder = None) -> list[Path]:
    """A folder that was given alone; else the own folders and the system's."""
    return [*own_folders(), SYSTEM] if folder is None else [Path(folder).expanduser()]


def download_folder(folder: Folder = None) -> Path:
    """The folder that was given, else the first own one."""
    return own_folders()[0] if folder is None else Path(folder).expanduser()


def not_found(what: str, searched: list[str], call: str) -> str:
    """The message for data that are nowhere: what was looked at, and what can be done."""
    return (
        f"{what} was not found. Searched:\n  "
        + "\n  ".join(searched)
        + f"\nPass {call} to download it, folder=... if it is elsewhere, or set {VARIABLE}."
    )
