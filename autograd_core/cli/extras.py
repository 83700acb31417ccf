"""Optional packages: the one place where they are imported."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

EXTRAS = MappingProxyType({"train": ("matplotlib", "tqdm"), "viz": ("pygraphviz",)})
"""What each extra of `pip install "autograd-core[extra]"` brings for the command line."""


def optional(module: str) -> Any:
    """The module, or None if its package is not installed."""
    try:
        return import_module(module)
    except ImportError:
        return None


def installed(package: str) -> str | None:
    """The version of a package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def advice(package: str) -> str:
    """How to get a package that is missing.

    >>> advice("tqdm")
    'tqdm is not installed: pip install "autograd-core[train]"'
    """
    extra = next(name for name, packages in EXTRAS.items() if package in packages)
    return f'{package} is not installed: pip install "autograd-core[{extra}]"'
