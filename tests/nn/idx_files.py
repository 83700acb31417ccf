"""IDX files and small sets of pictures for tests."""

import gzip
import struct
from hashlib import sha256

import numpy as np

from nn.data.idx_sets import IdxFile, IdxSet

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array, *, code=None, shape=None):
    """The array as an IDX file; a header that lies if `code` or `shape` says so."""
    array = np.asarray(array)
    shape = array.shape if shape is None else shape
    code = CODES[array.dtype.str[1:]] if code is None else code
    return (
        bytes([0, 0, code, len(shape)])
        + struct.pack(f">{len(shape)}I", *shape)
        + array.astype(array.dtype.newbyteorder(">")).tobytes()
    )


def small_set(mirrors=(), seed=0):
    """A set of 5 + 3 pictures of 4 × 4 pixels, and its published files by name."""
    rng = np.random.default_rng(seed)
    published, files = {}, []
    for part, count in (("train", 5), ("t10k", 3)):
        for kind, shape in (("images-idx3", (count, 4, 4)), ("labels-idx1", (count,))):
            content = idx_bytes(rng.integers(0, 10, shape).astype(np.uint8))
            name, packed = f"{part}-{kind}-ubyte", gzip.compress(content, mtime=0)
            published[f"{name}.gz"] = packed
            files.append(IdxFile(name, len(packed), sha256(packed).hexdigest(), sha256(content).hexdigest()))
    made = IdxSet(
        title="Small pictures",
        call="small()",
        licence="MIT",
        folders=("small", "Small/raw"),
        mirrors=tuple(mirrors),
        files=tuple(files),
        classes=tuple("0123456789"),
    )
    return made, published
