"""A second batch, of another size, after the first: what is right only for one size or one call is seen."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_core.testing.exercises.marking import Array, Part
from autograd_core.testing.layers.comparison import check_layer
from autograd_core.testing.layers.handmade import Handmade, happened

NAME = "another batch"


def another_batch(
    layer: Any, like: Callable[..., Any], first: tuple[Array, ...], second: tuple[Array, ...]
) -> Iterator[Part]:
    """The same object on a second batch; a part only if something is wrong with it.

    Args:
        layer: one that is right for the first batch.
        like: what its forward is to compute.
        first: the batch it has seen.
        second: one of another size.
    """
    made = Handmade(layer, first)
    try:
        used = made.fresh()
        used.forward(*(x.copy() for x in first))
        try:
            report = check_layer(used, *second, like=like)
        except Exception as error:
            yield Part(NAME, False, f"of the shape {np.shape(second[0])}: it {happened(error)}")
            return
    finally:
        made.finish()
    if not report:
        wrong = [f"{g.name}: {g.words}".removesuffix(": ") for g in report.gradients if not g]
        words = "; ".join([*report.faults, *wrong])
        sizes = f"{np.shape(first[0])}, but not for a second one of {np.shape(second[0])}"
        yield Part(NAME, False, f"right for x of the shape {sizes}: {words}")
