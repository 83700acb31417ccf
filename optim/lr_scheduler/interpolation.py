"""The ways from one learning rate to another."""

from collections.abc import Callable, Mapping
from math import cos, pi


def between(start: float, end: float, share: float) -> float:
    """The point that lies so far on the way from start (share 0) to end (share 1); both are met exactly."""
    return start * (1 - share) + end * share


def eased(share: float) -> float:
    """The share of a way that goes along half a cosine: slowly at both ends."""
    return (1 - cos(pi * share)) / 2


STRATEGIES: Mapping[str, Callable[[float], float]] = {"cos": eased, "linear": float}
"""What `anneal_strategy` names."""
