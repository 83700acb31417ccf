"""Samples of ops/joining.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, normal, strided

ROWS = {
    "concatenate": (
        lambda *xs, axis: np.concatenate(xs, axis),
        [
            S(normal(2, 3), normal(4, 3), axis=-2),
            S(normal(2, 3), normal(2, 1), normal(2, 2), axis=-1),
            S(normal(3), axis=-1, note="one alone"),
            S(normal(2, 3, 4), normal(2, 1, 4), axis=-2),
            S(normal(0, 3), normal(2, 3), axis=-2, note="one empty"),
            S(strided(normal(2, 3)), normal(2, 3), axis=-1, note="not contiguous"),
            S(normal(200), normal(200, key="y"), axis=-1, note="more than a picture keeps"),
        ],
    ),
    "stack": (
        lambda *xs, axis: np.stack(xs, axis),
        [
            S(normal(3), normal(3, key="y"), axis=-2),
            S(normal(3), normal(3, key="y"), normal(3, key="z"), axis=-1),
            S(normal(2, 3), normal(2, 3, key="y"), axis=-2),
            S(normal(), normal(key="y"), axis=-1, note="0-d"),
            S(normal(0, 2), normal(0, 2), axis=-3, note="empty"),
            S(strided(normal(2, 3)), normal(2, 3), axis=-3, note="not contiguous"),
            S(normal(4), axis=-2, note="one alone"),
            S(normal(200), normal(200, key="y"), axis=-2, note="more than a picture keeps"),
        ],
    ),
}
