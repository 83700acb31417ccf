"""Samples of ops/reductions.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided

WAYS = [
    S(normal(3, 4), axis=(-1,), keepdims=False),
    S(normal(3, 4), axis=(-2,), keepdims=True),
    S(normal(3, 4), axis=(-2, -1), keepdims=False),
    S(normal(2, 3, 4), axis=(-3, -1), keepdims=False),
    S(normal(2, 3, 4), axis=(-2,), keepdims=True),
    S(normal(3, 1), axis=(-1,), keepdims=False, note="size-1 axis"),
    S(normal(5), axis=(-1,), keepdims=False, note="a vector"),
    S(strided(normal(3, 4)), axis=(-1,), keepdims=True, note="not contiguous"),
    S(fortran(normal(3, 4)), axis=(-2,), keepdims=False, note="Fortran order"),
    S(normal(17, 17), axis=(-1,), keepdims=False, note="more than a picture keeps"),
    S(normal(0, 3), axis=(-1,), keepdims=False, note="empty result"),
    S(normal(), axis=(), keepdims=False, note="0-d"),
]
EMPTY = S(normal(0, 3), axis=(-2,), keepdims=False, note="of nothing")
NO_AXIS = S(normal(2, 3), axis=(), keepdims=False, note="no axis")
TIES = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
MANY = normal(17, 17)
HOLES = np.array([[1.0, np.nan, -3.0, 2.0], [np.nan, 4.0, 0.5, np.nan], [7.0, -2.0, 5.0, np.nan]])
ZEROS = np.array([[2.0, -3.0, 5.0, 0.5], [2.0, 0.0, 5.0, 0.5], [0.0, -3.0, 0.0, 0.5], [0.0, 0.0, 0.0, 0.0]])


def spread(x, shape, axis, keepdims):
    kept = x if keepdims else np.expand_dims(x, axis)
    return np.broadcast_to(kept, shape)


ROWS = {
    "sum": (lambda x, axis, keepdims: np.sum(x, axis, keepdims=keepdims), [*WAYS, EMPTY, NO_AXIS]),
    "mean": (lambda x, axis, keepdims: np.mean(x, axis, keepdims=keepdims), [*WAYS, NO_AXIS]),
    "var": (
        lambda x, axis, keepdims, ddof: np.var(x, axis, keepdims=keepdims, ddof=ddof),
        [
            *(S(*w.args, **w.params, ddof=0, note=w.note) for w in WAYS),
            S(normal(3, 4), axis=(-1,), keepdims=False, ddof=1),
            S(normal(3, 4), axis=(-2, -1), keepdims=True, ddof=2),
        ],
    ),
    "varied": (
        lambda x, axis, keepdims: np.max(x, axis, keepdims=keepdims) > np.min(x, axis, keepdims=keepdims),
        [*WAYS, S(np.full((2, 3), 0.1), axis=(-1,), keepdims=False, note="equal numbers")],
    ),
    "std": (
        lambda x, axis, keepdims, ddof: np.std(x, axis, keepdims=keepdims, ddof=ddof),
        [
            *(S(*w.args, **w.params, ddof=0, note=w.note, kink=w.note == "0-d") for w in WAYS),
            S(normal(3, 4), axis=(-1,), keepdims=False, ddof=1),
            S(np.ones((2, 3)), axis=(-1,), keepdims=False, ddof=0, kink=True, note="equal numbers"),
            S(normal(3, 4), axis=(-1,), keepdims=True, ddof=0.5),
            S(
                np.full((2, 3), 0.1),
                axis=(-1,),
                keepdims=False,
                ddof=0,
                kink=True,
                note="equal but for rounding",
            ),
        ],
    ),
    "max": (
        lambda x, axis, keepdims: np.max(x, axis, keepdims=keepdims),
        [*WAYS, NO_AXIS, S(TIES, axis=(-1,), keepdims=False, kink=True, note="ties")],
    ),
    "min": (
        lambda x, axis, keepdims: np.min(x, axis, keepdims=keepdims),
        [*WAYS, NO_AXIS, S(TIES, axis=(-1,), keepdims=False, kink=True, note="ties")],
    ),
    "nanmax": (
        lambda x, axis, keepdims: np.nanmax(x, axis, keepdims=keepdims),
        [
            *WAYS,
            S(HOLES, axis=(-1,), keepdims=False, note="NaN"),
            S(TIES, axis=(-1,), keepdims=True, kink=True),
        ],
    ),
    "nanmin": (
        lambda x, axis, keepdims: np.nanmin(x, axis, keepdims=keepdims),
        [
            *WAYS,
            S(HOLES, axis=(-2,), keepdims=False, note="NaN"),
            S(TIES, axis=(-1,), keepdims=True, kink=True),
        ],
    ),
    "prod": (
        lambda x, axis, keepdims: np.prod(x, axis, keepdims=keepdims),
        [
            *WAYS,
            EMPTY,
            NO_AXIS,
            S(ZEROS, axis=(-1,), keepdims=False, note="none, one, two and four zeros"),
            S(ZEROS, axis=(-2,), keepdims=True, note="zeros in columns"),
            S(ZEROS, axis=(-2, -1), keepdims=False, note="zeros all over"),
            S(normal(2, 3, 4), axis=(-3, -2), keepdims=True, note="the last axis stays"),
        ],
    ),
    "all": (
        lambda x, axis, keepdims: np.all(x, axis, keepdims=keepdims),
        [*WAYS, EMPTY, S(ZEROS, axis=(-1,), keepdims=False, note="zeros")],
    ),
    "any": (
        lambda x, axis, keepdims: np.any(x, axis, keepdims=keepdims),
        [*WAYS, EMPTY, S(ZEROS, axis=(-1,), keepdims=False, note="zeros")],
    ),
    "count_nonzero": (
        np.count_nonzero,
        [*WAYS, S(ZEROS, axis=(-2, -1), keepdims=False, note="zeros"), S(ZEROS, axis=(-1,), keepdims=True)],
    ),
    "spread": (
        spread,
        [
            S(normal(3), shape=(3, 4), axis=(-1,), keepdims=False),
            S(normal(3, 1), shape=(3, 4), axis=(-1,), keepdims=True),
            S(normal(3), shape=(2, 3, 4), axis=(-3, -1), keepdims=False),
            S(normal(), shape=(2, 3), axis=(-2, -1), keepdims=False, note="0-d"),
            S(normal(), shape=(), axis=(), keepdims=False, note="0-d to itself"),
            S(normal(3), shape=(0, 3), axis=(-2,), keepdims=False, note="to an empty one"),
            S(strided(normal(2, 3)), shape=(2, 4, 3), axis=(-2,), keepdims=False, note="not contiguous"),
            S(normal(20), shape=(20, 20), axis=(-1,), keepdims=False, note="more than a picture keeps"),
        ],
    ),
}
