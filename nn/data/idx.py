"""The IDX format of MNIST: two zeros, a type, the number of axes, their lengths, then the numbers."""

import gzip
import os
import zlib
from hashlib import sha256 as new_digest
from math import prod
from typing import Any, BinaryIO

import numpy as np

Array = np.ndarray[Any, Any]

DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}

GZIP = b"\x1f\x8b"
DEFLATE_AT_BEST = 1032
"""deflate packs so many bytes into one, and no more."""


def read_idx(path: str | os.PathLike[str], *, limit: int = 2**31, sha256: str | None = None) -> Array:
    """The array in an IDX file, packed by gzip or not.

    Before any memory is taken, what the header announces is compared with the size of the file.

    Args:
        path: the file.
        limit: how many bytes the array may have.
        sha256: the checksum of the unpacked file, looked at if it is given.

    Raises:
        FileNotFoundError: if there is no file.
        ValueError: if it is no IDX file, is damaged or cut off, goes on behind its end, announces more than
            it can hold or than `limit`, or has another checksum; the message names the file.

    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile() as file:
    ...     _ = file.write(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]))
    ...     file.flush()
    ...     read_idx(file.name)
    array([7, 9], dtype=uint8)
    """
    size = os.stat(path).st_size
    digest = new_digest() if sha256 else None
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == GZIP
            file.seek(0)
            if not packed:
                return _read(file, size, size, limit, digest, sha256)
            with gzip.GzipFile(fileobj=file) as unpacked:
                return _read(unpacked, None, size * DEFLATE_AT_BEST, limit, digest, sha256)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{os.fspath(path)}: the gzip file is damaged or cut off: {error}") from None
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None


def _read(
    file: BinaryIO | gzip.GzipFile, size: int | None, most: int, limit: int, digest: Any, expected: str | None
) -> Array:
    """The array; the unpacked file has `size` bytes if that is known, and at most `most`."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in DTYPES or not 1 <= magic[3] <= 32:
        raise ValueError(f"no IDX file, it begins with the bytes {magic.hex(' ') or 'of nothing'}")
    dtype, axes = np.dtype(DTYPES[magic[2]]), magic[3]
    lengths = file.read(4 * axes)
    if len(lengths) < 4 * axes:
        raise ValueError("cut off in its header")
    shape = tuple(np.frombuffer(lengths, ">u4").tolist())
    announced = prod(shape) * dtype.itemsize
    header = 4 + len(lengths)
    if announced > limit:
        raise ValueError(f"announces {dtype} {shape}, {announced:,} bytes, and the limit is {limit:,}")
    if announced + header > most or (size is not None and announced + header != size):
        holds = f"holds {size - header:,}" if size is not None else f"cannot hold more than {most:,}"
        raise ValueError(f"announces {dtype} {shape}, {announced:,} bytes, and {holds}")
    if digest:
        digest.update(magic + lengths)
    data = np.empty(announced, np.uint8)
    done = 0
    while done < announced:
        piece = file.read(min(announced - done, 1 << 20))
        if not piece:
            raise ValueError(f"cut off after {done:,} of {announced:,} bytes of {dtype} {shape}")
        data[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
        done += len(piece)
        if digest:
            digest.update(piece)
    if file.read(1):  # this also lets gzip look at its own checksum
        raise ValueError(f"goes on behind its {announced:,} bytes of {dtype} {shape}")
    if digest and digest.hexdigest() != expected:
        raise ValueError(f"holds other data: its SHA-256 is {digest.hexdigest()}, not {expected}")
    return data.view(dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)
