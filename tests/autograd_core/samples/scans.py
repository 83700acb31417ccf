"""Samples of ops/scans.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided

LINES = [
    (normal(5), -1, "a vector"),
    (normal(3, 4), -1, ""),
    (normal(3, 4), -2, ""),
    (normal(2, 3, 4), -3, ""),
    (strided(normal(3, 4)), -1, "not contiguous"),
    (fortran(normal(3, 4)), -2, "Fortran order"),
    (normal(17, 17), -1, "more than a picture keeps"),
    (normal(1), -1, "one number"),
    (normal(3, 2), -1, "two numbers"),
    (normal(0, 3), -1, "no rows"),
    (normal(2, 0), -1, "no numbers"),
]
ZEROS = np.array([[2.0, -3.0, 5.0, 0.5], [2.0, 0.0, 5.0, 0.5], [0.0, -3.0, 0.0, 0.5], [0.0, 0.0, 0.0, 0.0]])
WAYS = [
    *(S(x, axis=axis, reverse=False, note=note) for x, axis, note in LINES),
    *(S(x, axis=axis, reverse=True, note=note) for x, axis, note in LINES),
]


def cumsum(x, axis, reverse):
    return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if reverse else np.cumsum(x, axis)


def before(x, axis, reverse):
    x = np.moveaxis(x, axis, 0)
    if reverse:
        x = x[::-1]
    z = np.array([np.prod(x[:k], axis=0) for k in range(len(x))]).reshape(x.shape)
    return np.moveaxis(z[::-1] if reverse else z, 0, axis)


def horner(x, y, axis, reverse):
    x, y = np.moveaxis(x, axis, 0), np.moveaxis(y, axis, 0)
    order = range(len(x))[::-1] if reverse else range(len(x))
    z = np.zeros((len(x), *np.broadcast_shapes(x.shape[1:], y.shape[1:])))
    last = None
    for k in order:
        z[k] = x[k]
        if last is not None:
            z[k] += y[min(k, last)] * z[last]
        last = k
    return np.moveaxis(z, 0, axis)


def linked(x, axis, reverse, note):
    shape = list(x.shape)
    shape[axis] = max(shape[axis] - 1, 0)
    return S(x, normal(*shape, key="y"), axis=axis, reverse=reverse, note=note)


ROWS = {
    "cumsum": (cumsum, WAYS),
    "before": (
        before,
        [
            *WAYS,
            S(ZEROS, axis=-1, reverse=False, note="zeros"),
            S(ZEROS, axis=-1, reverse=True, note="zeros"),
            S(ZEROS, axis=-2, reverse=False, note="zeros"),
        ],
    ),
    "horner": (
        horner,
        [
            *(linked(x, axis, False, note) for x, axis, note in LINES),
            *(linked(x, axis, True, note) for x, axis, note in LINES),
            S(ZEROS, ZEROS[:, 1:], axis=-1, reverse=False, note="zeros"),
            S(normal(2, 3, 4), normal(1, 3), axis=-1, reverse=True, note="broadcast"),
        ],
    ),
}
