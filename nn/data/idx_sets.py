"""Pictures in four IDX files, as MNIST is published: found in a folder, checked, or downloaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn.data.dataset import Dataset
from nn.data.downloading import download as fetch
from nn.data.embedded import pictures
from nn.data.finding import Folder, download_folder, not_found, search_folders
from nn.data.idx import read_idx


@dataclass(frozen=True)
class IdxFile:
    """One file; `sha256` is that of what is in it, `packed_sha256` that of the published .gz."""

    name: str
    packed_bytes: int
    packed_sha256: str
    sha256: str


@dataclass(frozen=True)
class IdxSet:
    """A set of pictures with their classes.

    `files` are the training images, training labels, test images, test labels. MNIST and Fashion-MNIST have
    the same file names, so `folders` are the names of the folders that tell them apart.
    """

    title: str
    call: str
    licence: str
    folders: tuple[str, ...]
    mirrors: tuple[str, ...]
    files: tuple[IdxFile, IdxFile, IdxFile, IdxFile]
    classes: tuple[str, ...]

    def load(self, folder: Folder, download: bool, *, flat: bool) -> tuple[Dataset, Dataset]:
        """(train, test) from the first folder that has all four files, and the right ones.

        Raises:
            FileNotFoundError: if there is none and nothing is to be downloaded.
            ValueError: if a file is damaged or another one, and no other folder has them.
            OSError: if the download fails.
        """
        notes, damage = [], False
        for place in self.places(folder):
            missing = [file.name for file in self.files if _path(place, file) is None]
            if missing:
                few = f" (only {', '.join(missing)} missing)" if len(missing) < len(self.files) else ""
                notes.append(f"{place}{few}")
                continue
            try:
                return self._read(place, flat)
            except ValueError as error:
                notes.append(str(error))
                damage = True
        if download:
            return self._read(self._downloaded(folder), flat)
        message = not_found(self.title, notes, f"{self.call[:-1]}, download=True)".replace("(, ", "("))
        raise ValueError(message) if damage else FileNotFoundError(message)

    def places(self, folder: Folder = None) -> Iterator[Path]:
        """The folders that are looked at, in order."""
        for root in search_folders(folder):
            yield from (root / name for name in self.folders)
            yield root

    def found(self, folder: Folder = None) -> Path | None:
        """The first folder that has all four files."""
        return next((p for p in self.places(folder) if all(_path(p, file) for file in self.files)), None)

    def _downloaded(self, folder: Folder) -> Path:
        place = download_folder(folder) / self.folders[0]
        for file in self.files:
            if not self._right(place, file):
                fetch(
                    [f"{mirror}{file.name}.gz" for mirror in self.mirrors],
                    place / f"{file.name}.gz",
                    sha256=file.packed_sha256,
                    limit=file.packed_bytes,
                )
        return place

    def _right(self, place: Path, file: IdxFile) -> bool:
        path = _path(place, file)
        try:
            return path is not None and read_idx(path, sha256=file.sha256) is not None
        except ValueError:
            return False

    def _read(self, place: Path, flat: bool) -> tuple[Dataset, Dataset]:
        made = []
        for part, (images, labels) in zip(("train", "test"), (self.files[:2], self.files[2:]), strict=True):
            x, t = (read_idx(_path(place, file) or "", sha256=file.sha256) for file in (images, labels))
            x, t = pictures(x, 255, flat=flat), t.astype(np.int64)
            for array in (x, t):
                array.flags.writeable = False
            source = f"{self.title} from {place} ({part})"
            made.append(Dataset(x, t, source=source, classes=self.classes, licence=self.licence))
        return made[0], made[1]


def _path(place: Path, file: IdxFile) -> Path | None:
    """The file, packed or not."""
    return next((p for p in (place / f"{file.name}.gz", place / file.name) if p.is_file()), None)
