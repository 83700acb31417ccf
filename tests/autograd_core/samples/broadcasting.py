"""Samples of ops/broadcasting.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, normal, strided

ROWS = {
    "broadcast_to": (
        lambda x, shape, of: np.broadcast_to(x, shape),
        [
            S(normal(3), shape=(2, 3), of=1),
            S(normal(3, 1), shape=(3, 4), of=2),
            S(normal(1, 3, 1), shape=(2, 5, 3, 4), of=3),
            S(normal(), shape=(2, 3), of=0, note="0-d"),
            S(normal(), shape=(), of=0, note="0-d to itself"),
            S(normal(1, 3), shape=(0, 3), of=2, note="to an empty one"),
            S(normal(0, 1), shape=(2, 0, 3), of=2, note="empty"),
            S(normal(2, 3), shape=(2, 3), of=2, note="to itself"),
            S(strided(normal(3, 1)), shape=(2, 3, 4), of=2, note="not contiguous"),
            S(normal(20, 1), shape=(20, 20), of=2, note="more than a picture keeps"),
        ],
    ),
}
