"""Samples of ops/norms.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided


def norm(x, p, axis, keepdims):
    if p == 2:
        return np.sqrt(np.add.reduce(x * x, axis=axis, keepdims=keepdims))
    return np.add.reduce(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p)


WITH_ZEROS = np.array([[0.0, 2.0, -1.0], [3.0, 0.0, 0.5]])

ROWS = {
    "norm": (
        norm,
        [
            *(S(normal(3, 4), p=p, axis=(-1,), keepdims=False) for p in (2, 1.5, 3, 2.5, 0.5, -1, -2.5)),
            S(normal(3, 4), p=2, axis=(-2,), keepdims=True),
            S(normal(2, 3, 4), p=3, axis=(-3, -1), keepdims=False),
            S(normal(2, 3, 4), p=2, axis=(-3, -1), keepdims=True),
            S(normal(), p=2, axis=(), keepdims=False, note="0-d"),
            S(normal(0, 3), p=2, axis=(-1,), keepdims=False, note="empty"),
            S(normal(3, 0), p=2, axis=(-1,), keepdims=False, note="of nothing"),
            S(np.zeros((2, 3)), p=2, axis=(-1,), keepdims=False, kink=True, note="zeros"),
            S(np.zeros((2, 3)), p=3, axis=(-1,), keepdims=False, kink=True, note="zeros"),
            S(WITH_ZEROS, p=2, axis=(-1,), keepdims=False, note="with zeros"),
            S(WITH_ZEROS, p=4, axis=(-1,), keepdims=False, note="with zeros"),
            S(WITH_ZEROS, p=1.5, axis=(-1,), keepdims=False, kink=True, note="with zeros"),
            S(strided(normal(3, 4)), p=2, axis=(-1,), keepdims=False, note="not contiguous"),
            S(fortran(normal(3, 4)), p=3, axis=(-2,), keepdims=False, note="Fortran order"),
            S(normal(17, 17), p=2, axis=(-1,), keepdims=False, note="more than a picture keeps"),
        ],
    ),
}
