"""Whose default values a layer is made with: the lecture's, or torch's.

A setting that the two choose differently is asked for here when it is not given: `chosen("LeakyReLU", slope,
"negative_slope")`.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

SETTINGS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "BatchNorm.eps": {"lecture": 1e-8, "torch": 1e-5},
        "BatchNorm.unbiased": {"lecture": False, "torch": True},
        "Dropout.scale": {"lecture": "predict", "torch": "train"},
        "LeakyReLU.negative_slope": {"lecture": 0.1, "torch": 0.01},
        "Momentum.form": {"lecture": "lecture", "torch": "torch"},
        "Nesterov.form": {"lecture": "lecture", "torch": "torch"},
    }
)
"""Per setting its value in each convention; all names that the lecture defines and torch has otherwise."""

NAMES = ("lecture", "torch")

_NOW: ContextVar[str] = ContextVar("nn_convention", default="lecture")


def convention(name: str) -> AbstractContextManager[None]:
    """Make layers and optimizers with the default values of "torch", or of the "lecture", inside.

    Only what is made inside is concerned, and only settings that are not given. Layouts do not change: the
    weight of `Linear` stays (in, out).

    Raises:
        ValueError: for another name.

    >>> from nn import LeakyReLU
    >>> with convention("torch"):
    ...     LeakyReLU(), LeakyReLU(0.3)
    (LeakyReLU(negative_slope=0.01), LeakyReLU(negative_slope=0.3))
    >>> LeakyReLU()
    LeakyReLU(negative_slope=0.1)
    """
    if name not in NAMES:
        raise ValueError(f"convention: the name is one of {', '.join(map(repr, NAMES))}, got {name!r}")
    return _inside(name)


@contextmanager
def _inside(name: str) -> Iterator[None]:
    token = _NOW.set(name)
    try:
        yield
    finally:
        _NOW.reset(token)


def chosen(owner: str, setting: str, given: Any) -> Any:
    """The value that was given; for None that of the convention.

    >>> chosen("LeakyReLU", "negative_slope", None), chosen("LeakyReLU", "negative_slope", 0.2)
    (0.1, 0.2)
    """
    return SETTINGS[f"{owner}.{setting}"][_NOW.get()] if given is None else given
