"""Samples of ops/matrices.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided


def regular(*shape, key=0):
    """Square matrices far from singular."""
    return normal(*shape, key=key) + 3 * np.eye(shape[-1])


def low_rank(m, n, rank):
    return normal(m, rank) @ normal(rank, n, key="right")


ROWS = {
    "inv": (
        np.linalg.inv,
        [
            *(S(regular(n, n)) for n in range(1, 6)),
            S(regular(2, 3, 3), note="a batch"),
            S(regular(2, 1, 3, 3), note="a batch of two axes"),
            S(regular(0, 3, 3), note="an empty batch"),
            S(normal(0, 0), note="empty"),
            S(strided(regular(3, 3)), note="not contiguous"),
            S(fortran(regular(4, 4)), note="Fortran order"),
            S(regular(17, 17) + 9 * np.eye(17), note="more than a picture keeps"),
        ],
    ),
    "solve": (
        np.linalg.solve,
        [
            *(S(regular(n, n), normal(n, 2, key="y")) for n in range(1, 6)),
            S(regular(3, 3), normal(3, 1), note="one column"),
            S(regular(2, 3, 3), normal(2, 3, 4), note="a batch"),
            S(regular(2, 3, 3), normal(3, 4), note="a batch of matrices, one right side"),
            S(regular(3, 3), normal(2, 3, 4), note="one matrix, a batch of right sides"),
            S(regular(2, 1, 3, 3), normal(4, 3, 2), note="batches broadcast"),
            S(regular(0, 3, 3), normal(3, 4), note="an empty batch"),
            S(normal(0, 0), normal(0, 2), note="empty"),
            S(regular(3, 3), normal(3, 0), note="no right side"),
            S(strided(regular(3, 3)), fortran(normal(3, 2)), note="not contiguous"),
            S(regular(17, 17) + 9 * np.eye(17), normal(17, 17), note="more than a picture keeps"),
        ],
    ),
    "pinv": (
        lambda x, rcond: np.linalg.pinv(x, rcond),
        [
            *(S(regular(n, n), rcond=1e-15) for n in (1, 2, 4)),
            S(normal(5, 3), rcond=1e-15, note="tall"),
            S(normal(3, 6), rcond=1e-15, note="wide"),
            S(normal(2, 4, 3), rcond=1e-15, note="a batch"),
            S(low_rank(4, 3, 2), rcond=1e-5, kink=True, note="rank 2"),
            S(normal(0, 3), rcond=1e-15, note="empty"),
            S(strided(normal(4, 3)), rcond=1e-15, note="not contiguous"),
            S(normal(20, 14), rcond=1e-15, note="more than a picture keeps"),
        ],
    ),
}
