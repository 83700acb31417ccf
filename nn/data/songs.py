"""YearPredictionMSD: the year of a song from its sound."""

import os
from collections.abc import Iterator
from hashlib import sha256 as new_digest
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import numpy as np

from nn.data.dataset import Dataset
from nn.data.downloading import download as fetch
from nn.data.finding import Folder, download_folder, not_found, search_folders

Array = np.ndarray[Any, Any]

TITLE = "YearPredictionMSD, 515,345 songs"
TEXT = "YearPredictionMSD.txt"
ARCHIVES = ("yearpredictionmsd.zip", "YearPredictionMSD.txt.zip")
FOLDER = "yearpredictionmsd"
MIRRORS = (
    "https://archive.ics.uci.edu/static/public/203/yearpredictionmsd.zip",
    "https://archive.ics.uci.edu/ml/machine-learning-databases/00203/YearPredictionMSD.txt.zip",
)
ZIP_SHA256 = "06f801af323bb7798e800583acce4ea1ed2697ac12c23f4424aea0a7a3d09e11"
TEXT_SHA256 = "4b6f8e50235b359e01689ae7fb33ad0f89677e9a15f25f3d6259327a6bb927bb"
# generous bounds: the checksums decide
ZIP_LIMIT, TEXT_LIMIT = 300_000_000, 600_000_000
COLUMNS, TEST_ROWS = 91, 51_630
FEATURES = tuple(f"timbre average {i}" for i in range(1, 13)) + tuple(
    f"timbre covariance {i}" for i in range(1, 79)
)


def year_prediction(*, folder: Folder = None, download: bool = False) -> tuple[Dataset, Dataset]:
    """515,345 songs by 90 numbers about their sound, to predict the year: 463,715 to train, 51,630 to test.

    The last 51,630 are for testing, as its authors ask, so that no artist is in both parts. x is float32
    (N, 90), t the year as float32 (N, 1), from 1922 to 2011. The numbers are of very different sizes:
    `Standardizer`. Reading the text takes some seconds.

    Args:
        folder: where YearPredictionMSD.txt or its zip file is. By default the folders named in the
            environment variable AUTOGRAD_CORE_DATA, the user's cache folder and /usr/share/datasets are
            searched, there and in the folder yearpredictionmsd.
        download: True fetches the zip file (about 200 MB) if it is nowhere, into `folder` or the first folder
            searched. Nothing is ever downloaded without it.

    Raises:
        FileNotFoundError: if it is nowhere.
        ValueError: if the file is damaged or another one.
        OSError: if the download fails.

    T. Bertin-Mahieux: YearPredictionMSD, UCI Machine Learning Repository (2011), CC BY 4.0.
    """
    path = found(folder)
    if path is None and download:
        path = download_folder(folder) / FOLDER / ARCHIVES[0]
        fetch(MIRRORS, path, sha256=ZIP_SHA256, limit=ZIP_LIMIT)
    if path is None:
        raise FileNotFoundError(
            not_found(TITLE, [str(p) for p in _places(folder)], "year_prediction(download=True)")
        )
    table = _table(path)
    made = []
    for part, rows in (("train", table[:-TEST_ROWS]), ("test", table[-TEST_ROWS:])):
        x, t = rows[:, 1:].copy(), rows[:, :1].copy()
        for array in (x, t):
            array.flags.writeable = False
        source = f"{TITLE} from {path} ({part})"
        made.append(Dataset(x, t, source=source, features=FEATURES, licence="CC-BY-4.0"))
    return made[0], made[1]


def found(folder: Folder = None) -> Path | None:
    """The first file there is, the text or a zip file of it."""
    names = (TEXT, *ARCHIVES)
    return next((p / name for p in _places(folder) for name in names if (p / name).is_file()), None)


def _places(folder: Folder) -> list[Path]:
    return [place for root in search_folders(folder) for place in (root / FOLDER, root)]


def _table(path: Path) -> Array:
    try:
        if path.suffix != ".zip":
            with open(path, "rb") as file:
                return _numbers(file, os.stat(path).st_size)
        with ZipFile(path) as archive:
            info = archive.getinfo(TEXT)
            with archive.open(info) as member:
                return _numbers(member, info.file_size)
    except (BadZipFile, KeyError, EOFError) as error:
        raise ValueError(f"{path}: the zip file is damaged or another one: {error}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _numbers(file: IO[bytes], size: int) -> Array:
    if size > TEXT_LIMIT:
        raise ValueError(f"{size:,} bytes of text, expected at most {TEXT_LIMIT:,}")
    digest = new_digest()

    def lines() -> Iterator[str]:
        for line in file:
            digest.update(line)
            yield line.decode("ascii")

    table = np.loadtxt(lines(), delimiter=",", dtype=np.float32, ndmin=2)
    if table.shape[1] != COLUMNS or len(table) <= TEST_ROWS:
        raise ValueError(f"a year and 90 numbers in each line are expected, got a table {table.shape}")
    if digest.hexdigest() != TEXT_SHA256:
        raise ValueError(f"holds other data: its SHA-256 is {digest.hexdigest()}, not {TEXT_SHA256}")
    return table
