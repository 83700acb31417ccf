"""What a sweep leaves of a graph that is small enough to be drawn in full: the numbers of its picture."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_core.node import Node, ancestors, as_array
from autograd_core.sweep import left, pull


def gradients_after(roots: Iterable[Node]) -> dict[Node, Any]:
    """The gradients of all nodes of a small graph whose `backward` is over, for the picture.

    They are computed again from what the sweep left, so that the sweep itself need not hold on to them.
    """
    seeds = {root: seed for root in roots if hasattr(root, "after") and (seed := seed_of(root)) is not None}
    with np.errstate(all="ignore"):  # what there is to warn of, the sweep itself has said
        return pull(seeds, wanted=set(ancestors(seeds)), lift=left)


def seed_of(root: Node) -> Any:
    """The gradient that a releasing sweep of this result started from, if it is over and that was small."""
    return None if root.extra is None else root.extra.get("seed")


def kept_call(node: Node) -> Any:
    """What a node's rules are called with; of a released node RELEASED, unless its graph was small."""
    kept = getattr(node, "after", node.kept)
    return tuple(map(as_array, kept)) if kept.__class__ is tuple else kept
