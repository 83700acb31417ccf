"""Samples of ops/exponentials.py."""

import numpy as np

from tests.autograd_core.samples.arithmetic import singles
from tests.autograd_core.samples.sample import S, normal, positive

far = np.array([-800.0, -40.0, 0.0, 40.0, 800.0])

ROWS = {
    "exp": (np.exp, singles(normal)),
    "log": (np.log, singles(positive)),
    "sin": (np.sin, singles(normal)),
    "cos": (np.cos, singles(normal)),
    "tanh": (np.tanh, [*singles(normal), S(far, note="saturated")]),
    "sigmoid": (
        lambda x: 0.5 * (1 + np.tanh(np.asarray(x) / 2)),
        [*singles(normal), S(far, note="saturated")],
    ),
    "relu": (lambda x: np.where(x > 0, x, 0), [*singles(normal), S(np.array([0.0, -1.0, 2.0]), kink=True)]),
}
