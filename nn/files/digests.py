"""The checksum over arrays and the words beside them."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

VERSION = 1
"""The version of what is written; a reader knows this one and those before it."""


def digest(words: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    """SHA-256 of the version, the words, and each array's name, dtype, shape and numbers in C order."""
    total = hashlib.sha256(f"{VERSION} {words}".encode("utf-8", "surrogatepass"))
    for name, array in sorted(arrays.items()):
        head = repr((name, array.dtype.descr, array.shape))
        total.update(head.encode("utf-8", "surrogatepass"))
        if array.nbytes:
            total.update(np.asarray(array, order="C").reshape(-1).view(np.uint8).data)
    return total.hexdigest()


def check(found: Any, words: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """
    Raises:
        ValueError: if the version is newer than this library, or the checksum is another one.
    """
    version, noted = (found.get("version"), found.get("sha256")) if isinstance(found, dict) else (None, None)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError(f"it names no version of its format, got {version!r}")
    if version > VERSION:
        raise ValueError(
            f"it has version {version} of the format, and this library knows {VERSION}: a newer one wrote it"
        )
    if noted != digest(words, arrays):
        raise ValueError("the checksum is another one: some of its bytes have changed")
