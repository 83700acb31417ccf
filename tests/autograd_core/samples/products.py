"""Samples of ops/products.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided

ROWS = {
    "matmul": (
        np.matmul,
        [
            S(normal(2, 3), normal(3, 4)),
            S(normal(3), normal(3, key="y"), note="vector · vector"),
            S(normal(2, 3), normal(3), note="matrix · vector"),
            S(normal(3), normal(3, 4), note="vector · matrix"),
            S(normal(5, 2, 3), normal(5, 3, 4), note="batches"),
            S(normal(5, 2, 3), normal(3, 4), note="a batch and a matrix"),
            S(normal(2, 3), normal(5, 3, 4), note="a matrix and a batch"),
            S(normal(5, 1, 2, 3), normal(4, 3, 2), note="batches broadcast"),
            S(normal(1, 2, 3), normal(5, 3, 4), note="size-1 batch"),
            S(normal(3), normal(5, 3, 4), note="vector · batch"),
            S(normal(5, 2, 3), normal(3), note="batch · vector"),
            S(normal(1, 1), normal(1, 1, key="y"), note="size-1 axes"),
            S(normal(2, 0), normal(0, 3), note="empty inside"),
            S(normal(0, 3), normal(3, 2), note="empty"),
            S(normal(0, 2, 3), normal(3), note="empty batch · vector"),
            S(strided(normal(2, 3)), fortran(normal(3, 4)), note="not contiguous"),
            S(normal(20, 3), normal(3, 20), note="more than a picture keeps"),
            S(normal(2, 4, 2, 3), normal(3, 4), note="batches of batches and a matrix"),
            S(normal(0, 2, 3), normal(3, 4), note="an empty batch and a matrix"),
            S(strided(normal(4, 2, 3)), normal(3, 4), note="a batch that is not contiguous"),
        ],
    ),
    "cross": (
        np.cross,
        [
            S(normal(3), normal(3, key="y")),
            S(normal(2, 3), normal(2, 3, key="y")),
            S(normal(2, 3), normal(3), note="many and one"),
            S(normal(3), normal(2, 3), note="one and many"),
            S(normal(4, 1, 3), normal(2, 3), note="broadcast"),
            S(normal(0, 3), normal(3), note="empty"),
            S(strided(normal(2, 3)), fortran(normal(2, 3, key="y")), note="not contiguous"),
            S(normal(100, 3), normal(100, 3, key="y"), note="more than a picture keeps"),
        ],
    ),
}
