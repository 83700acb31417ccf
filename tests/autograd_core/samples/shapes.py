"""Samples of ops/shapes.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided


def expanded(x, axis):
    return np.expand_dims(x, axis)


def transposed(x, axes):
    return np.transpose(x, [a % x.ndim for a in axes])


ROWS = {
    "reshape": (
        lambda x, shape, of: np.reshape(x, x.shape[: x.ndim - of] + shape),
        [
            S(normal(3, 4), shape=(2, 6), of=2),
            S(normal(3, 4), shape=(12,), of=2),
            S(normal(6), shape=(3, 1, 2), of=1),
            S(normal(1, 1), shape=(), of=2, note="to 0-d"),
            S(normal(), shape=(1, 1), of=0, note="from 0-d"),
            S(normal(0, 3), shape=(3, 0), of=2, note="empty"),
            S(strided(normal(3, 4)), shape=(4, 3), of=2, note="not contiguous"),
            S(fortran(normal(3, 4)), shape=(12,), of=2, note="Fortran order"),
            S(normal(2, 3, 4), shape=(12,), of=2, note="trailing axes only"),
            S(normal(20, 20), shape=(400,), of=2, note="more than a picture keeps"),
        ],
    ),
    "expand": (
        expanded,
        [
            S(normal(3), axis=(-1,)),
            S(normal(3), axis=(-2,)),
            S(normal(2, 3), axis=(-4, -2)),
            S(normal(2, 3), axis=(-3, -1)),
            S(normal(), axis=(-1,), note="0-d"),
            S(normal(0, 3), axis=(-2,), note="empty"),
            S(strided(normal(2, 3)), axis=(-1,), note="not contiguous"),
            S(normal(2), axis=(), note="no axis"),
        ],
    ),
    "squeeze": (
        lambda x, axis: np.squeeze(x, axis),
        [
            S(normal(3, 1), axis=(-1,)),
            S(normal(1, 3, 1), axis=(-3, -1)),
            S(normal(1), axis=(-1,), note="to 0-d"),
            S(normal(0, 1), axis=(-1,), note="empty"),
            S(strided(normal(2, 1, 3)), axis=(-2,), note="not contiguous"),
            S(normal(2, 1), axis=(), note="no axis"),
        ],
    ),
    "transpose": (
        transposed,
        [
            S(normal(3, 4), axes=(-1, -2)),
            S(normal(2, 3, 4), axes=(-2, -1, -3)),
            S(normal(2, 3, 4), axes=(-1, -3, -2)),
            S(normal(2, 3, 4), axes=(-3, -2, -1), note="the identity"),
            S(normal(5), axes=(-1,)),
            S(normal(), axes=(), note="0-d"),
            S(normal(0, 3), axes=(-1, -2), note="empty"),
            S(strided(normal(3, 4)), axes=(-1, -2), note="not contiguous"),
            S(normal(17, 17), axes=(-1, -2), note="more than a picture keeps"),
        ],
    ),
}
