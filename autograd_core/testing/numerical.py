"""The gradient by differences."""

from collections.abc import Callable
from typing import Any


def numerical_gradient(f: Callable[..., Any], x: Any, h: float | None = None) -> Any:
    """Central differences of f, which returns a single number; x is perturbed in place and restored."""
    raise NotImplementedError
