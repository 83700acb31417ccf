"""Samples of ops/determinants.py."""

import numpy as np

from tests.autograd_core.samples.matrices import low_rank, regular
from tests.autograd_core.samples.sample import S, fortran, normal, strided


def cofactor(x):
    """Of every number the determinant of the matrix without its row and column, signed by place."""
    n = x.shape[-1]
    z = np.zeros_like(x)
    for i in range(n):
        for j in range(n):
            rest = np.delete(np.delete(x, i, -2), j, -1)
            z[..., i, j] = (-1) ** (i + j) * np.linalg.det(rest)
    return z


def cofactor_slope(x, y):
    """Numbers without a row and a column are linear in every row: a row of y for one of x, each in turn."""
    n = x.shape[-1]
    x, y = np.broadcast_arrays(x, y)
    z = np.zeros(x.shape)
    for k in range(n):
        mixed = x.copy()
        mixed[..., k, :] = y[..., k, :]
        c = cofactor(mixed)
        c[..., k, :] = 0  # there row k itself is left out
        z += c
    return z


SQUARES = [
    *(S(normal(n, n)) for n in range(1, 6)),
    S(normal(2, 3, 3), note="a batch"),
    S(normal(2, 1, 2, 2), note="a batch of two axes"),
    S(normal(0, 3, 3), note="an empty batch"),
    S(np.zeros((0, 0)), note="empty"),
    S(strided(normal(3, 3)), note="not contiguous"),
    S(fortran(normal(4, 4)), note="Fortran order"),
]
SINGULAR = [
    *(S(low_rank(4, 4, rank), note=f"rank {rank}") for rank in (1, 2, 3)),
    S(np.zeros((2, 2)), note="zeros, two"),
    S(np.zeros((3, 3)), note="zeros, three"),
    S(np.eye(4), note="equal singular values"),
]

ROWS = {
    "det": (np.linalg.det, [*SQUARES, *SINGULAR, S(regular(17, 17) / 9, note="more than a picture keeps")]),
    "cofactor": (cofactor, [*SQUARES, *SINGULAR, S(regular(13, 13) / 4, note="large")]),
    "cofactor_slope": (
        cofactor_slope,
        [
            *(S(*s.args, normal(*s.args[0].shape, key="y"), note=s.note) for s in [*SQUARES, *SINGULAR]),
            S(normal(2, 3, 3), normal(3, 3), note="broadcast on the right"),
            S(normal(3, 3), normal(2, 3, 3), note="broadcast on the left"),
            S(regular(13, 13) / 4, normal(13, 13), note="large"),
        ],
    ),
    "slogdet": (
        lambda x: np.stack(np.linalg.slogdet(x), -1),
        [*SQUARES, S(-regular(17, 17) / 9, note="more than a picture keeps")],
    ),
}
