"""Optional packages: imported where they are needed, with an error that says how to get them."""

from importlib import import_module
from typing import Any


def needed(module: str, what: str, extra: str) -> Any:
    """The module of an optional package.

    Raises:
        ImportError: if it is not installed: what needs it, and how to install it.

    >>> needed("no_such_package", "nn.plot", "train")
    Traceback (most recent call last):
    ImportError: nn.plot needs no_such_package: pip install "autograd-core[train]"
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f'{what} needs {package}: pip install "autograd-core[{extra}]"') from error
