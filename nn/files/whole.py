"""A file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from uuid import uuid4


@contextmanager
def whole_file(caller: str, path: str | os.PathLike[str]) -> Iterator[IO[Any]]:
    """A binary file to write, which becomes the one at exactly this path, or at what a symbolic link there
    names, when the block ends; if it fails, what was there stays.

    It is written beside the path, brought to the disk, moved there, and the folder is brought to the disk:
    after a power cut the path holds the old file or the new one. A process that is killed in between leaves
    a file behind whose name is a dot and 16 digits.

    Raises:
        ValueError: if the path is there and is no file: a folder, a device.
        OSError: as the system says, of the path.
    """
    target = Path(os.path.realpath(path))
    if os.path.lexists(target) and not target.is_file():
        raise ValueError(f"{caller}: {os.fspath(path)!r} is not a file, it would be replaced by one")
    draft = target.with_name(f".{uuid4().hex[:16]}")
    try:
        with open(draft, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
        _bring_to_disk(target.parent)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError) and error.errno is not None:  # it names the draft
            raise OSError(error.errno, error.strerror, os.fspath(path)) from error
        raise


def _bring_to_disk(folder: Path) -> None:
    """The entry of a new name is in the folder, which some systems do not let a program open."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
