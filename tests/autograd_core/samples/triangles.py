"""Samples of ops/triangles.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, normal, strided


def spd(*shape, key=0):
    """Symmetric positive definite matrices with different eigenvalues."""
    n = shape[-1]
    q = np.linalg.qr(normal(*shape, key=key))[0]
    return (q * np.arange(1.0, n + 1)) @ q.swapaxes(-1, -2)


def nearly(*shape):
    """Symmetric but for little."""
    return spd(*shape) + 1e-4 * normal(*shape, key="asymmetric")


def triangle(x, upper):
    return np.triu(x) if upper else np.tril(x)


def is_nearly(x):
    y = x.swapaxes(-1, -2)
    gap, size = (np.max(np.abs(a), (-2, -1), keepdims=True, initial=0) for a in (x - y, x))
    return gap <= 1e-3 * size


def halves(x, upper):
    ones = np.ones(x.shape)
    return np.where(is_nearly(x), 0.5, triangle(ones, upper) - np.eye(x.shape[-1]) / 2)


def symmetric(x, upper):
    y = x.swapaxes(-1, -2)
    one = triangle(x, upper)
    mirrored = np.where(np.eye(x.shape[-1], dtype=bool), x, one + one.swapaxes(-1, -2))
    return np.where(is_nearly(x), x * 0.5 + y * 0.5, mirrored)


SQUARES = [
    S(spd(3, 3), upper=False),
    S(nearly(4, 4), upper=True),
    S(nearly(2, 3, 3), upper=False, note="a batch"),
    S(np.tril(spd(3, 3)), upper=False, note="a lower triangle"),
    S(np.triu(spd(3, 3)), upper=True, note="an upper triangle"),
    S(normal(4, 4), upper=False, note="any matrix"),
    S(np.stack([spd(3, 3), np.tril(spd(3, 3))]), upper=False, note="of both kinds"),
    S(np.zeros((0, 0)), upper=False, note="empty"),
    S(np.array([[2.0]]), upper=False, note="one number"),
    S(strided(nearly(3, 3)), upper=False, note="not contiguous"),
    S(nearly(17, 17), upper=False, note="more than a picture keeps"),
]

ROWS = {"halves": (halves, SQUARES), "symmetric": (symmetric, SQUARES)}
