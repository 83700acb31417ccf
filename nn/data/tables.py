"""Embedded tables: diamonds to predict a price from, and three small ones to classify."""

import numpy as np

from nn.data import embedded
from nn.data.dataset import Dataset
from nn.data.labels import one_hot

# what one unit is in the stored whole numbers, and the meaning of the stored codes
NUMBERS = {"carat": 100, "depth": 10, "table": 10, "x": 100, "y": 100, "z": 100}
NAMES = {
    "cut": ("Fair", "Good", "Very Good", "Premium", "Ideal"),
    "color": ("J", "I", "H", "G", "F", "E", "D"),
    "clarity": ("I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"),
}

Parts = tuple[Dataset, Dataset]


def diamonds(*, log: bool = True) -> Parts:
    """53,940 round cut diamonds, to predict their price: 43,152 to train and 10,788 to test, (train, test).

    x is float32 (N, 26): carat, depth and table in per cent, x, y, z in mm, then a 1 at the place of each
    stone's cut, color and clarity, worst first; `features` names the columns. t is float32 (N, 1).

    Args:
        log: t is the natural logarithm of the price in US dollars, which runs from 326 to 18,823; False for
            the price itself.

    Raises:
        FileNotFoundError: if the file is missing from the installation.

    H. Wickham: ggplot2 (2009). MIT licence, see LICENSE-DIAMONDS.txt and MANIFEST.toml beside this file.

    >>> train, test = diamonds()
    >>> len(train), len(test), train.features[:2], train.features[-1]
    (43152, 10788, ('carat', 'depth'), 'clarity IF')
    """
    found = embedded.arrays("diamonds")
    features = (*NUMBERS, *(f"{kind} {name}" for kind, names in NAMES.items() for name in names))
    steps = np.array(list(NUMBERS.values()))[:, None]
    made = []
    for part in ("train", "test"):
        numbers, codes = found[f"{part}_numbers"], found[f"{part}_codes"]
        hot = [
            one_hot(code, len(names), dtype=np.float32)
            for code, names in zip(codes, NAMES.values(), strict=True)
        ]
        x = np.concatenate([(numbers[:-1] / steps).T.astype(np.float32), *hot], axis=1)
        price = numbers[-1].astype(np.float64)
        t = (np.log(price) if log else price).astype(np.float32)[:, None].copy()
        made.append(embedded.dataset("diamonds", part, x, t, features=features))
    return made[0], made[1]


def breast_cancer() -> Parts:
    """569 tumours, malignant (0) or benign (1), by 30 measures of cell nuclei; 456 to train, 113 to test.

    x is float32 (N, 30), t int64 (N,); `features` and `classes` hold the names. The measures are of very
    different sizes: `Standardizer`.

    Raises:
        FileNotFoundError: if the file is missing from the installation.

    W. Wolberg et al.: Breast Cancer Wisconsin (Diagnostic) (1993), CC BY 4.0, see LICENSE-UCI.txt.

    >>> train, test = breast_cancer()
    >>> train.x.shape, test.classes
    ((456, 30), ('malignant', 'benign'))
    """
    return _table("breast_cancer")


def iris() -> Parts:
    """150 iris flowers of three species by four lengths in cm; 120 to train, 30 to test.

    x is float32 (N, 4), t int64 (N,); `features` and `classes` hold the names.

    Raises:
        FileNotFoundError: if the file is missing from the installation.

    R. A. Fisher: The use of multiple measurements in taxonomic problems (1936), CC BY 4.0, see
    LICENSE-UCI.txt.

    >>> train, test = iris()
    >>> len(train), test.classes
    (120, ('setosa', 'versicolor', 'virginica'))
    """
    return _table("iris")


def wine() -> Parts:
    """178 wines of three growers by 13 chemical measures; 142 to train, 36 to test.

    x is float32 (N, 13), t int64 (N,); `features` and `classes` hold the names.

    Raises:
        FileNotFoundError: if the file is missing from the installation.

    S. Aeberhard, M. Forina: Wine (1992), CC BY 4.0, see LICENSE-UCI.txt.

    >>> train, test = wine()
    >>> len(train), test.features[0]
    (142, 'alcohol')
    """
    return _table("wine")


def _table(name: str) -> Parts:
    found = embedded.arrays(name)
    words = {key: tuple(found[key].tolist()) for key in ("classes", "features")}
    train, test = (
        embedded.dataset(name, part, found[f"{part}_x"], found[f"{part}_t"].astype(np.int64), **words)
        for part in ("train", "test")
    )
    return train, test
