"""Handwritten digits: MNIST, and the small ones of UCI."""

import numpy as np

from nn.data import embedded
from nn.data.dataset import Dataset
from nn.data.finding import Folder
from nn.data.idx_sets import IdxFile, IdxSet

DIGITS = tuple("0123456789")

MNIST = IdxSet(
    title="MNIST, 60,000 + 10,000 handwritten digits",
    call="mnist(full=True)",
    licence="CC-BY-SA-3.0",
    folders=("mnist", "MNIST/raw", "MNIST"),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    files=(
        IdxFile(
            "train-images-idx3-ubyte",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        IdxFile(
            "t10k-images-idx3-ubyte",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    classes=DIGITS,
)


def mnist(
    full: bool | str = False, *, flat: bool = True, folder: Folder = None, download: bool = False
) -> tuple[Dataset, Dataset]:
    """MNIST images of handwritten digits, (train, test): 4,000 + 1,000 that come with the package, or all.

    Each is a `Dataset`: x is float32 in [0, 1] of the shape (N, 784), t the digits as int64 of the shape
    (N,), `images` the pictures of the shape (N, 28, 28), `source` says where they come from.

    Args:
        full: True for all 60,000 + 10,000, from the four files that MNIST is published in; "auto" for all of
            them where the files are found, and those of the package where not.
        flat: False for x of the shape (N, 1, 28, 28), one channel, as convolutions take it.
        folder: where the four files are, packed or not, for full=True. By default the folders named in the
            environment variable AUTOGRAD_CORE_DATA, the user's cache folder and /usr/share/datasets are
            searched, there the folders mnist, MNIST/raw (torchvision's) and MNIST.
        download: True fetches files that are nowhere (11.6 MB), into `folder` or the first folder searched.
            Nothing is ever downloaded without it.

    Raises:
        FileNotFoundError: with full=True, if files are nowhere.
        ValueError: if a file is damaged or is not MNIST's, or for another word.
        OSError: if the download fails.

    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition
    (1998); the images are under CC BY-SA 3.0, see LICENSE-MNIST.txt and MANIFEST.toml beside this file.

    >>> train, test = mnist()
    >>> x, t = train
    >>> x.shape, t.shape, len(test)
    ((4000, 784), (4000,), 1000)
    """
    if isinstance(full, str):
        if full != "auto":
            raise ValueError(f'mnist: full is True, False or "auto", got {full!r}')
        full = download or MNIST.found(folder) is not None
        if not full:
            return _embedded("mnist_5k", 255, flat)
    if full:
        return MNIST.load(folder, download, flat=flat)
    if folder is not None or download:
        raise ValueError("mnist: folder and download are for all 70,000 images: pass full=True")
    return _embedded("mnist_5k", 255, flat)


def digits(*, flat: bool = True) -> tuple[Dataset, Dataset]:
    """1,797 digits of 8 × 8 pixels: 1,438 to train, 359 to test, (train, test).

    Each is a `Dataset`: x is float32 in [0, 1] of the shape (N, 64), t the digits as int64 (N,).

    Args:
        flat: False for x of the shape (N, 1, 8, 8).

    Raises:
        FileNotFoundError: if the file is missing from the installation.

    E. Alpaydin, C. Kaynak: Optical recognition of handwritten digits (1998), CC BY 4.0, see LICENSE-UCI.txt.

    >>> train, test = digits()
    >>> train.x.shape, len(test)
    ((1438, 64), 359)
    """
    return _embedded("digits", 16, flat)


def _embedded(name: str, most: int, flat: bool) -> tuple[Dataset, Dataset]:
    found = embedded.arrays(name)
    train, test = (
        embedded.dataset(
            name,
            part,
            embedded.pictures(found[f"{part}_images"], most, flat=flat),
            found[f"{part}_labels"].astype(np.int64),
            classes=DIGITS,
        )
        for part in ("train", "test")
    )
    return train, test
