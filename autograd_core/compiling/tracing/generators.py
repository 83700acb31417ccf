"""A generator of random numbers whose draws are traced: they happen again at every call of the program."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.state import current


class TracedGenerator(np.random.Generator):
    """Stands for the generator that `real()` gives when the program runs."""

    def __init__(self, real: Callable[[], np.random.Generator]) -> None:
        super().__init__(real().bit_generator)
        self.real = real

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name in OWN:
            return super().__getattribute__(name)
        tracer = current().tracer
        if tracer is None:
            return getattr(self.real(), name)

        def draw(*args: Any, **kwargs: Any) -> Any:
            return tracer.drawn(lambda rng: getattr(rng, name)(*args, **kwargs), self, ())

        draw.__name__ = name
        return draw


OWN = frozenset({"real"})
