"""Checks of gradients that end in a diagnosis."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd_core.testing.diagnosis import Diagnosis


def check_gradients(
    f: Callable[..., Any], *args: Any, order: int = 2, modes: Sequence[str] = ("reverse", "forward")
) -> Diagnosis:
    """Compare the engine's derivatives of f at the arguments with differences of f."""
    raise NotImplementedError


def assert_gradients(
    f: Callable[..., Any], *args: Any, order: int = 2, modes: Sequence[str] = ("reverse", "forward")
) -> None:
    """Raise AssertionError with the diagnosis unless the derivatives of f are right."""
    diagnosis = check_gradients(f, *args, order=order, modes=modes)
    if not diagnosis:
        raise AssertionError(str(diagnosis))
