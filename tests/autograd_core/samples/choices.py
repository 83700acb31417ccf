"""Samples of ops/choices.py: comparisons and masks (forward only), and choices."""

import numpy as np

from tests.autograd_core.samples.arithmetic import pairs
from tests.autograd_core.samples.sample import S, normal, positive, rng, strided


def masks(*shape, key=0):
    return rng("mask", shape, key).random(shape) < 0.5


ties = np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])
odd = [S(np.array([np.nan, np.inf, -np.inf, 1.0])), S(np.array(np.nan)), S(normal(0, 2))]
comparisons = [*pairs(normal), S(*ties, note="ties"), S(np.array([np.nan, 1.0]), 1.0, note="NaN")]
chosen = [
    S(masks(3, 4), normal(3, 4), normal(3, 4, key="y")),
    S(masks(3, 1), normal(4), normal(2, 3, 4, key="y"), note="broadcast"),
    S(masks(4), normal(), normal(2, 1, key="y"), note="0-d branch"),
    S(np.array(True), normal(), normal(key="y"), note="0-d"),
    S(masks(0, 3), normal(0, 3), normal(3, key="y"), note="empty"),
    S(strided(normal(3, 4)) > 0, strided(normal(3, 4)), normal(1, 4), note="not contiguous"),
    S(masks(5), normal(5), 0.0, note="a Python number"),
    S(masks(300), 0, normal(300), note="a Python number"),
    S(np.array([1.0, 0.0, 2.0]), normal(3), normal(3, key="y"), note="numbers as a mask"),
]


def integers(*shape, key=0):
    return rng("integers", shape, key).integers(1, 30, shape)


whole = [S(integers(3, 4), integers(4, key="y")), S(np.array(12), np.array([[3], [8]])), S(integers(3), 2)]
lost = [
    S(np.array([np.nan, 1.0, np.nan, 2.0]), np.array([1.0, np.nan, np.nan, 2.0]), note="NaN on either side")
]


def share(better):
    """1 for the better of two, ½ for each of two equal ones; a NaN is better than a number."""

    def of(x, y):
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        tie = (x == y) | (np.isnan(x) & np.isnan(y))
        return np.where(tie, 0.5, np.where(np.isnan(x) | better(x, y), 1.0, 0.0))

    return of


def winners(x, z, axis):
    hits = (x == z) | (np.isnan(x) & np.isnan(z))
    return hits / hits.sum(axis=axis, keepdims=True)


low, high = np.array([-0.5, -1.0, 0.25]), np.array([0.5, 1.0, 0.75])

ROWS = {
    "greater": (np.greater, comparisons),
    "greater_equal": (np.greater_equal, comparisons),
    "less": (np.less, comparisons),
    "less_equal": (np.less_equal, comparisons),
    "equal": (np.equal, comparisons),
    "not_equal": (np.not_equal, comparisons),
    "logical_and": (np.logical_and, [S(masks(3, 4), masks(4)), S(np.array(True), masks(2, 2))]),
    "logical_or": (np.logical_or, [S(masks(3, 4), masks(4)), S(np.array(True), masks(2, 2))]),
    "logical_not": (np.logical_not, [S(masks(3, 4)), S(np.array(True))]),
    "isnan": (np.isnan, odd),
    "isinf": (np.isinf, odd),
    "isfinite": (np.isfinite, odd),
    "logical_xor": (np.logical_xor, [S(masks(3, 4), masks(4)), S(np.array(True), masks(2, 2))]),
    "signbit": (np.signbit, [*odd, S(np.array([0.0, -0.0]))]),
    "bitwise_and": (np.bitwise_and, whole),
    "bitwise_or": (np.bitwise_or, whole),
    "bitwise_xor": (np.bitwise_xor, whole),
    "bitwise_count": (np.bitwise_count, [S(integers(3, 4)), S(np.array(-5))]),
    "invert": (np.invert, [S(integers(3, 4)), S(masks(3))]),
    "left_shift": (np.left_shift, whole),
    "right_shift": (np.right_shift, whole),
    "gcd": (np.gcd, whole),
    "lcm": (np.lcm, whole),
    "wins": (share(np.greater), [*comparisons, *lost]),
    "loses": (share(np.less), [*comparisons, *lost]),
    "winners": (
        winners,
        [
            S(np.array([[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]]), np.array([[3.0], [2.0]]), axis=(-1,)),
            S(np.array([[1.0, np.nan]]), np.array([[np.nan]]), axis=(-1,), note="NaN takes all"),
            S(np.array(2.0), np.array(2.0), axis=(), note="0-d"),
        ],
    ),
    "where": (np.where, chosen),
    "guard": (
        lambda x, ok, instead: np.where(ok, x, instead),
        [
            S(normal(3, 4), masks(3, 4), 1),
            S(normal(4), masks(4), 0.5),
            S(normal(), np.array(False), 1),
            S(normal(0, 2), masks(0, 2), 1),
            S(normal(300), masks(300), 1),
        ],
    ),
    "maximum": (np.maximum, [*pairs(normal), S(*ties, kink=True, note="ties"), S(normal(3), 0)]),
    "minimum": (np.minimum, [*pairs(normal), S(*ties, kink=True, note="ties"), S(normal(3), 0)]),
    "clip": (
        lambda x, y, w: np.minimum(np.maximum(x, y), w),
        [
            S(2 * normal(3, 4), -0.5, 0.5),
            S(np.array([0.1, -2.0, 0.9]), low, high, note="bounds that train"),
            S(np.array([[0.1], [2.0]]), low, high, note="broadcast"),
            S(np.array(0.3), np.array(-1.0), np.array(1.0), note="0-d"),
            S(np.zeros((0, 3)), low, high, note="empty"),
            S(strided(normal(3, 3)), low, 4.0, note="not contiguous"),
            S(normal(300), -np.inf, np.array(0.5), note="no lower bound"),
            S(np.array([0.5, -0.5, 0.0]), -0.5, 0.5, kink=True, note="on the bounds"),
            S(positive(3), np.array([3.0, 0.0, 3.0]), np.array([1.0, 9.0, 4.0]), note="bounds crossed"),
        ],
    ),
}
