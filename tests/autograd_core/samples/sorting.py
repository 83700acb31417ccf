"""Samples of ops/sorting.py: index arrays, plain."""

import numpy as np

from tests.autograd_core.samples.sample import S, normal, strided

TIES = np.array([[2.0, 1.0, 2.0, 1.0], [0.0, np.nan, 3.0, np.nan]])


def standing(x, places, skip):
    order = np.argsort(x, axis=-1, kind="stable")
    z = np.empty((*x.shape[:-1], places.shape[-1]), int)
    for row in np.ndindex(*x.shape[:-1]):
        here = places if places.ndim == 1 else places[row]
        z[row] = order[row][here]
        if not skip and np.isnan(x[row]).any():
            z[row] = order[row][-1]
    return z


PLACES = [
    S(normal(5), axis=-1, keepdims=False),
    S(normal(3, 4), axis=-2, keepdims=True),
    S(strided(normal(3, 4)), axis=None, keepdims=False, note="not contiguous"),
    S(TIES, axis=-1, keepdims=False, note="ties, NaN"),
]

ROWS = {
    "argmax": (np.argmax, PLACES),
    "argmin": (np.argmin, PLACES),
    "argsort": (
        np.argsort,
        [
            S(normal(5), axis=-1, kind="stable"),
            S(normal(3, 4), axis=-2, kind="stable"),
            S(strided(normal(3, 4)), axis=-1, kind=None),
            S(TIES, axis=-1, kind="stable", note="ties, NaN"),
            S(normal(0, 3), axis=-1, kind="stable", note="empty"),
        ],
    ),
    "argpartition": (
        lambda x, axis, kth: np.argpartition(x, kth, axis=axis),
        [S(normal(5), axis=-1, kth=2), S(normal(3, 4), axis=-2, kth=(0, 2)), S(TIES, axis=-1, kth=1)],
    ),
    "searchsorted": (
        np.searchsorted,
        [
            S(np.arange(5.0), normal(3), side="left"),
            S(np.arange(5.0), np.arange(6.0).reshape(2, 3), side="right"),
            S(np.arange(5.0), np.array(2.0), side="left", note="0-d"),
        ],
    ),
    "standing": (
        standing,
        [
            S(normal(5), np.array([0, 4, 2, 2]), skip=False),
            S(normal(3, 4), np.array([1]), skip=False),
            S(TIES, np.array([0, 1]), skip=False, note="NaN"),
            S(TIES, np.array([[3, 2], [1, 0]]), skip=True, note="NaN, places of their own"),
            S(normal(0, 3), np.array([1]), skip=False, note="no rows"),
            S(normal(2, 300), np.array([0, 299, 150, 149]), skip=False, note="many"),
            S(
                np.where(np.arange(300) == 7, np.nan, normal(300)),
                np.array([0, 7]),
                skip=False,
                note="many, NaN",
            ),
        ],
    ),
}
