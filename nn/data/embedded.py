"""The data that come with the package: .npz files beside this one, and what MANIFEST.toml says of them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from nn.data.dataset import Dataset

Array = np.ndarray[Any, Any]

FOLDER = Path(__file__).parent


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """Per file its title, holders, licence, source and checksums."""
    found: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "MANIFEST.toml").read_text(encoding="utf-8"))
    return found


def arrays(name: str) -> dict[str, Array]:
    """The arrays of one file.

    Raises:
        FileNotFoundError: if it is missing from the installation.
    """
    path = FOLDER / f"{name}.npz"
    if not path.is_file():
        raise FileNotFoundError(f"the embedded data {path.name} are missing beside nn/data: install again")
    with np.load(path, allow_pickle=False) as found:
        return dict(found)


def dataset(name: str, part: str, x: Array, t: Array, **words: Any) -> Dataset:
    """A Dataset of this file, with its source and licence; x and t are handed over."""
    about = manifest()[f"{name}.npz"]
    for array in (x, t):
        array.flags.writeable = False
    return Dataset(
        x,
        t,
        source=f"{about['title']}, embedded in this package ({part})",
        licence=about["licence"],
        **words,
    )


def pictures(images: Array, most: int, *, flat: bool) -> Array:
    """Bytes from 0 to `most` as new float32 numbers in [0, 1], in rows or with one channel."""
    n, height, width = images.shape
    shape = (n, height * width) if flat else (n, 1, height, width)
    return np.divide(images.reshape(shape), np.float32(most), dtype=np.float32)
