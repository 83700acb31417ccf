"""Samples of ops/indexing.py: every form of index, also arrays that are separated by slices."""

import numpy as np

from autograd_core.ops.indexing import HOLE
from tests.autograd_core.samples.sample import S, normal, rng, strided

every = slice(None)
a = np.array([0, 2, 2])
b = np.array([1, 0, 1])
ab = np.array([[0, 2], [2, 1]])
many = np.arange(30) * 7 % 31

# shape of x, index in the row's words, arrays
CASES = [
    ((5,), (slice(1, 4),), ()),
    ((5,), (slice(None, None, -2),), ()),
    ((5,), (2,), ()),
    ((3, 4), (0, every), ()),
    ((3, 4), (-1, -2), ()),
    ((3, 4), (every, slice(3, 0, -1)), ()),
    ((3, 4), (None, every, None, 1), ()),
    ((3, 4), (slice(1, 1), every), ()),
    ((0, 4), (every, 2), ()),
    ((), (), ()),
    ((), (None,), ()),
    ((4,), (HOLE,), (a,)),
    ((4,), (HOLE,), (ab,)),
    ((4,), (HOLE,), (np.array([], dtype=np.intp),)),
    ((4,), (HOLE,), (np.array([-1, 3, 0, 0]),)),
    ((3, 4), (HOLE, every), (a,)),
    ((3, 4), (every, HOLE), (a,)),
    ((3, 4), (HOLE, HOLE), (a, b)),
    ((3, 4), (HOLE, HOLE), (a[:, None], b)),
    ((3, 4), (HOLE, 1), (a,)),
    ((3, 4), (HOLE, None, every), (a,)),
    ((3, 4, 5), (every, HOLE, HOLE), (a, b)),
    ((3, 4, 5), (HOLE, every, HOLE), (a, b)),
    ((3, 4, 5), (HOLE, every, 2), (a,)),
    ((3, 4, 5), (1, every, HOLE), (a,)),
    ((3, 4, 5), (HOLE, slice(0, 2), HOLE), (ab, b[:2])),
    ((3, 4, 5), (HOLE, None, HOLE, every), (a, b)),
    ((20, 20), (slice(1, None), HOLE), (a,)),
    # so many numbers that scatter says where each one goes
    ((6, 64), (HOLE, every), (many % 7 - 1,)),
    ((3, 20, 30), (every, HOLE, every), (ab - 3,)),
    ((40, 7), (HOLE, HOLE), (np.arange(40)[:, None], many.reshape(1, 30) % 5 - 2)),
    ((5, 40), (every, HOLE), (np.resize(many, 300),)),
    ((5, 30, 8), (HOLE, every, HOLE), (np.resize(many, 40) % 5, np.resize(many, 40) % 8)),
    ((5, 6, 2), (HOLE, HOLE, every), (np.resize(many, (9, 70)) % 5, many[:1] - 6)),
]


def whole(index, arrays):
    parts = iter(arrays)
    return tuple(next(parts) if i is HOLE else i for i in index)


def getitem(x, *arrays, index):
    return x[whole(index, arrays)]


def scatter(g, *arrays, shape, index):
    out = np.zeros(shape)
    np.add.at(out, whole(index, arrays), g)
    return out


def scattered(shape, index, arrays):
    picked = np.zeros(shape)[whole(index, arrays)]
    g = np.asarray(rng("scatter", shape, repr(index)).standard_normal(np.shape(picked)))
    return S(g, *arrays, shape=shape, index=index)


ROWS = {
    "getitem": (
        getitem,
        [
            *(S(normal(*shape), *arrays, index=index) for shape, index, arrays in CASES),
            S(strided(normal(3, 4)), a, index=(HOLE, every), note="not contiguous"),
        ],
    ),
    "scatter": (scatter, [scattered(*case) for case in CASES]),
}
