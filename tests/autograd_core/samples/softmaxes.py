"""Samples of ops/softmaxes.py. The references are computed with numpy.longdouble."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, strided

AXES = [
    S(normal(3, 4), axis=(-1,)),
    S(normal(3, 4), axis=(-2,)),
    S(normal(3, 4), axis=(-2, -1)),
    S(normal(2, 3, 4), axis=(-3, -1)),
    S(normal(3, 1), axis=(-1,), note="size-1 axis"),
    S(normal(5), axis=(-1,), note="a vector"),
    S(strided(normal(3, 4)), axis=(-1,), note="not contiguous"),
    S(fortran(normal(3, 4)), axis=(-2,), note="Fortran order"),
    S(normal(17, 17), axis=(-1,), note="more than a picture keeps"),
    S(normal(0, 3), axis=(-1,), note="empty"),
    S(normal(2, 0), axis=(-1,), note="of nothing"),
    S(normal(), axis=(), note="0-d"),
    S(1e4 * normal(2, 3), axis=(-1,), kink=True, note="large: too coarse for differences"),
    S(normal(2, 3) - 1e4, axis=(-1,), kink=True, note="far below: too coarse for differences"),
    S(np.array([[40.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), axis=(-1,), note="close to one-hot, and even"),
]
MASKED = np.array([[1.0, -np.inf, 2.0], [-np.inf, -np.inf, 0.5]])
MASKS = [S(MASKED, axis=(-1,), note="masked"), S(MASKED, axis=(-2, -1), note="masked")]
LIMITS = np.array(
    [[1.0, -np.inf, 2.0], [-np.inf, -np.inf, -np.inf], [np.inf, 3.0, np.inf], [np.inf, 0.0, 1.0]]
)


def exact(x, axis):
    x = x.astype(np.longdouble)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    total = np.sum(e, axis=axis, keepdims=True)
    return x - np.max(x, axis=axis, keepdims=True, initial=-np.inf), e, total


def softmax(x, axis):
    _, e, total = exact(x, axis)
    return (e / total).astype(float)


def log_softmax(x, axis):
    d, _, total = exact(x, axis)
    return (d - (np.log(total) if d.size else 0)).astype(float)


def logsumexp(x, axis, keepdims):
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    finite = np.isfinite(top)
    _, _, total = exact(np.where(finite, x, 0), axis)
    z = np.where(finite, top + np.log(np.where(finite, total, 1)), top).astype(float)
    return z if keepdims else np.squeeze(z, axis)


def shares(x, axis):
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    finite = np.isfinite(top)
    limits = np.isposinf(x)
    counts = np.maximum(limits.sum(axis, keepdims=True), 1)
    return np.where(finite, softmax(np.where(finite, x, 0), axis), limits / counts)


ROWS = {
    "softmax": (softmax, [*AXES, *MASKS]),
    "log_softmax": (log_softmax, [*AXES, S(MASKED[:, 2:], axis=(-2,), note="a column")]),
    "shares": (shares, [*AXES, *MASKS, S(LIMITS, axis=(-1,), kink=True, note="limits")]),
    "logsumexp": (
        logsumexp,
        [
            *(
                S(*s.args, **s.params, keepdims=False, kink=s.kink or 0 in s.args[0].shape, note=s.note)
                for s in [*AXES, *MASKS]
            ),
            S(normal(3, 4), axis=(-2,), keepdims=True),
            S(LIMITS, axis=(-1,), keepdims=False, kink=True, note="limits"),
        ],
    ),
}
