"""torch's usual starting values."""

from math import sqrt

import numpy as np

from nn import init
from nn.parameter import Parameter


def start_uniform(fan_in: int, *parameters: Parameter | None, rng: np.random.Generator) -> None:
    """Numbers from U(−r, r) with r = 1/√fan_in into each parameter, in turn; None is passed over.

    It is what torch calls `kaiming_uniform_(weight, a=√5)`, and uses for biases too.
    """
    r = 1 / sqrt(fan_in)
    for p in parameters:
        if p is not None:
            init.uniform_(p, -r, r, rng=rng)
