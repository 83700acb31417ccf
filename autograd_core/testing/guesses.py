"""From a wrong gradient and the right one to the usual mistake behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Guess:
    """What a mistake looks like: a word for programs, a line for people, and found / wanted if it is a factor."""

    kind: str
    text: str
    factor: float | None = None

    def __str__(self) -> str:
        return self.text


def guess(found: Any, wanted: Any, *, names: Mapping[str, int] | None = None) -> Guess | None:
    """The usual mistake that turns the right gradient `wanted` into `found`, or None.

    Args:
        found: a gradient, from the engine or written by hand.
        wanted: the right one.
        names: sizes that may turn up as a factor, such as {"N": 4}; the sizes of the axes are added.
    """
    raise NotImplementedError
