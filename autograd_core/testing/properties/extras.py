"""Hypothesis, which draws the examples: asked for only when a strategy or a property is called."""

from importlib import import_module
from typing import Any


class MissingExtraError(ImportError):
    """An optional package is needed and not installed; the message says which extra brings it."""


def hypothesis(module: str = "") -> Any:
    """The package Hypothesis, or one of its modules.

    Raises:
        MissingExtraError: if it is not installed.
    """
    try:
        return import_module(f"hypothesis.{module}" if module else "hypothesis")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "hypothesis":
            raise
        raise MissingExtraError(
            "drawing examples needs the package hypothesis, which is not installed: "
            'pip install "autograd-core[testing]"'
        ) from None
