"""MNIST, the handwritten digits."""

from pathlib import Path

import numpy as np

from nn.data.dataset import Dataset

FILE = Path(__file__).with_name("mnist_5k.npz")
SOURCE = "MNIST-5k: 5,000 of the 60,000 MNIST training images, embedded in this package"
DIGITS = tuple("0123456789")


def mnist(*, flat: bool = True) -> tuple[Dataset, Dataset]:
    """5,000 true MNIST images of handwritten digits, as 4,000 data to train and 1,000 to test, (train, test).

    Each is a `Dataset`: x is float32 in [0, 1] of the shape (N, 784), t the digits as int64 of the shape
    (N,), `images` the pictures of the shape (N, 28, 28), `source` says where they come from. Nothing is
    downloaded.

    Args:
        flat: False for x of the shape (N, 1, 28, 28), one channel, as convolutions take it.

    Raises:
        FileNotFoundError: if the file is missing from the installation.

    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition
    (1998); the images are under CC BY-SA 3.0, see LICENSE-MNIST.txt and MANIFEST.toml beside this file.

    >>> train, test = mnist()
    >>> x, t = train
    >>> x.shape, t.shape, len(test)
    ((4000, 784), (4000,), 1000)
    """
    if not FILE.is_file():
        raise FileNotFoundError(f"the embedded data {FILE.name} are missing beside nn/data: install again")
    with np.load(FILE, allow_pickle=False) as arrays:
        parts = [(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test")]
    train, test = (
        Dataset(
            images.reshape((-1, 784) if flat else (-1, 1, 28, 28)).astype(np.float32) / 255,
            labels.astype(np.int64),
            source=f"{SOURCE} ({name})",
            classes=DIGITS,
        )
        for (images, labels), name in zip(parts, ("train", "test"), strict=True)
    )
    return train, test
