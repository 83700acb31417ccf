"""Samples of ops/factorizations.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided
from tests.autograd_core.samples.triangles import nearly, spd


def column(x):
    return x.swapaxes(-1, -2)


def packed_qr(x):
    q, r = np.linalg.qr(x)
    return np.concatenate([q, column(r)], -2)


def packed_eigh(x):
    values, vectors = np.linalg.eigh(x)
    return np.concatenate([values[..., None, :], vectors], -2)


def packed_svd(x):
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], column(vh)], -2)


def spread_out(m, n, *batch):
    """Matrices whose singular values are 1, 2, 3 …"""
    k = min(m, n)
    u, v = (np.linalg.qr(normal(*batch, size, k, key=side))[0] for size, side in ((m, "u"), (n, "v")))
    return (u * np.arange(1.0, k + 1)) @ column(v)


SPD = [
    *(S(spd(n, n)) for n in range(1, 6)),
    S(spd(2, 3, 3), note="a batch"),
    S(spd(2, 1, 2, 2), note="a batch of two axes"),
    S(nearly(4, 4), note="not symmetric"),
    S(np.zeros((0, 0)), note="empty"),
    S(np.zeros((0, 2, 2)), note="an empty batch"),
    S(strided(spd(3, 3)), note="not contiguous"),
    S(fortran(spd(4, 4)), note="Fortran order"),
    S(spd(17, 17), note="more than a picture keeps"),
]


def upright(m, n, *batch):
    """Matrices whose first columns are far from dependent."""
    return normal(*batch, m, n) + 3 * np.eye(m, n)


def rectangles(made):
    return [
        *(S(made(n, n)) for n in range(1, 6)),
        *(S(made(m, n)) for m, n in ((4, 2), (6, 3), (2, 4), (3, 6), (5, 1), (1, 5))),
        S(made(4, 3, 2), note="a tall batch"),
        S(made(2, 3, 2), note="a wide batch"),
        S(made(2, 2, 2, 1), note="a batch of two axes"),
        S(np.zeros((0, 3, 2)), note="an empty batch"),
        S(np.zeros((3, 0)), note="no column"),
        S(np.zeros((0, 3)), note="no row"),
        S(strided(made(3, 2)), note="not contiguous"),
        S(fortran(made(2, 3)), note="Fortran order"),
    ]


ROWS = {
    "cholesky": (np.linalg.cholesky, SPD),
    "eigh": (packed_eigh, [*SPD, S(np.diag([1.0, 2.0, 1.0]), kink=True, note="equal eigenvalues")]),
    "qr": (packed_qr, [*rectangles(upright), S(upright(17, 17), note="more than a picture keeps")]),
    "svd": (packed_svd, [*rectangles(spread_out), S(np.eye(3), kink=True, note="equal singular values")]),
}
