"""Samples of ops/exponentials.py."""

import numpy as np

from tests.autograd_core.samples.arithmetic import pairs, singles
from tests.autograd_core.samples.sample import S, normal, positive, strided

far = np.array([-800.0, -40.0, 0.0, 40.0, 800.0])
tiny = np.array([1e-18, -1e-12, 1e-5])
apart = S(np.array([-30.0, 0.0, 30.0]), np.array([3.0, 0.0, -25.0]), note="far apart")
infinite = S(
    np.array([-np.inf, np.inf, -np.inf, np.inf]),
    np.array([-np.inf, np.inf, 1.0, -np.inf]),
    kink=True,
    note="infinite",
)


def difference(x, y):
    x, y = np.broadcast_arrays(x, y)
    out = np.zeros(x.shape, np.result_type(x, y))
    np.subtract(x, y, out=out, where=x != y)
    return out


def ldexp(x, y):
    return x * 2.0 ** np.asarray(y)


ROWS = {
    "exp": (np.exp, singles(normal)),
    "exp2": (np.exp2, singles(normal)),
    "expm1": (np.expm1, [*singles(normal), S(tiny, note="next to 0")]),
    "log": (np.log, singles(positive)),
    "log2": (np.log2, singles(positive)),
    "log10": (np.log10, singles(positive)),
    "log1p": (np.log1p, [*singles(positive), S(tiny, note="next to 0")]),
    "sigmoid": (
        lambda x: 0.5 * (1 + np.tanh(np.asarray(x) / 2)),
        [*singles(normal), S(far, note="saturated")],
    ),
    "gap": (difference, [*pairs(normal), infinite]),
    "logaddexp": (np.logaddexp, [*pairs(normal), apart, infinite]),
    "logaddexp2": (np.logaddexp2, [*pairs(normal), apart, infinite]),
    "ldexp": (
        ldexp,
        [
            S(normal(3, 4), np.array([0, 1, -2, 5])),
            S(normal(), np.array([[3], [-1]]), note="0-d beside a matrix"),
            S(normal(2, 1), 3, note="a Python number"),
            S(normal(0, 2), np.array([1, 2]), note="empty"),
            S(strided(normal(3, 4)), np.array(2), note="not contiguous"),
            S(normal(300), np.array(-2), note="more than a picture keeps"),
        ],
    ),
    "exponent": (
        lambda x: np.where(x == 0, 0, np.floor(np.log2(np.abs(np.where(x == 0, 1, x)))) + 1),
        [S(normal(3, 4)), S(np.array([0.0, 1.0, -0.3, 3.0])), S(np.array(5.5), note="0-d")],
    ),
}
