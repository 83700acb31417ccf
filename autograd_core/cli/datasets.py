"""The data that `autograd-core train` knows."""

from collections.abc import Callable
from types import MappingProxyType

from autograd_core.cli.problem import Problem
from nn import data

Parts = tuple[data.Dataset, data.Dataset]
Pictures = Callable[[bool, bool], Parts]

PICTURES: MappingProxyType[str, Pictures] = MappingProxyType(
    {
        "mnist": lambda flat, download: data.mnist(flat=flat),
        "mnist-full": lambda flat, download: data.mnist(full=True, flat=flat, download=download),
        "fashion": lambda flat, download: data.fashion_mnist(flat=flat, download=download),
        "digits": lambda flat, download: data.digits(flat=flat),
    }
)
TABLES: MappingProxyType[str, Callable[[], Parts]] = MappingProxyType(
    {"breast-cancer": data.breast_cancer, "iris": data.iris, "wine": data.wine}
)
DATA = (*PICTURES, *TABLES)


def load(name: str, *, flat: bool = True, download: bool = False) -> Parts:
    """(train, test) of this name; tables are standardised with the numbers of the training data.

    Raises:
        Problem: if the data are not found, or pictures are wanted of a table.
    """
    if name in TABLES:
        if not flat:
            raise Problem(f"this model takes pictures, and {name} is a table: --data {', '.join(PICTURES)}")
        train, test = TABLES[name]()
        scale = data.Standardizer().fit(train)
        return scale.transform(train), scale.transform(test)
    try:
        return PICTURES[name](flat, download)
    except FileNotFoundError as error:
        raise Problem(f"{error}\nHere: --download", code=1) from None
    except (OSError, ValueError) as error:
        raise Problem(str(error), code=1) from None
