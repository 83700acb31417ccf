"""Samples of ops/arithmetic.py."""

import numpy as np

from tests.autograd_core.samples.sample import S, fortran, normal, positive, strided


def pairs(make, key="y"):
    """Two operands in every way they can meet."""
    return [
        S(make(3, 4), make(3, 4, key=key)),
        S(make(3, 1), make(4, key=key), note="both broadcast"),
        S(make(2, 1, 3), make(4, 1, key=key), note="both broadcast"),
        S(make(), make(2, 3, key=key), note="0-d beside a matrix"),
        S(make(), make(key=key), note="0-d"),
        S(make(1), make(key=key), note="size 1 beside 0-d"),
        S(make(1, 1), make(1, key=key), note="size-1 axes"),
        S(make(0, 3), make(1, 3, key=key), note="empty"),
        S(make(2, 0), make(key=key), note="empty beside 0-d"),
        S(strided(make(3, 4)), fortran(make(3, 4, key=key)), note="not contiguous"),
        S(make(300), make(key=key), note="more than a picture keeps"),
        S(make(2, 3), 1.5, note="a Python number"),
        S(2.5, make(2, 3), note="a Python number"),
    ]


def singles(make):
    """One operand of every layout."""
    return [
        S(make(3, 4)),
        S(make(), note="0-d"),
        S(make(1, 1), note="size-1 axes"),
        S(make(0, 3), note="empty"),
        S(strided(make(3, 4)), note="not contiguous"),
        S(fortran(make(2, 3, 2)), note="Fortran order"),
        S(make(300), note="more than a picture keeps"),
    ]


ROWS = {
    "add": (np.add, pairs(normal)),
    "subtract": (np.subtract, pairs(normal)),
    "multiply": (np.multiply, [*pairs(normal), S(np.array([0.0, 2.0]), np.array([3.0, 0.0]), note="zeros")]),
    "divide": (np.divide, [*pairs(normal), S(np.array([0.0, 2.0]), np.array([3.0, -1.0]), note="0 above")]),
    "negative": (np.negative, singles(normal)),
    "square": (np.square, [*singles(normal), S(np.array([0.0, -1.0]), note="zero")]),
    "sqrt": (np.sqrt, singles(positive)),
    "cbrt": (np.cbrt, singles(normal)),
    "reciprocal": (np.reciprocal, singles(normal)),
    "power": (
        np.power,
        [
            *pairs(positive),
            S(np.array([3.0, 2.5]), np.array([3.0, 2.5]), note="base and exponent the same"),
            S(np.array([2.0, 0.5]), np.array([-2.0, -0.5]), note="base and exponent opposite"),
            S(np.array([-3.0, -2.0]), np.array([3, 2]), note="negative bases, whole exponents"),
            S(normal(2, 3), 2, note="a square"),
            S(normal(2, 3), 3.0),
            S(normal(4), -1, note="a reciprocal"),
            S(normal(3), np.array([2.0, 3.0, 1.0]), kink=True, note="negative bases: the log counts as 0"),
            S(np.array([0.0, 0.0, 2.0]), 1, note="zero to the one"),
            S(np.array([0.0, 2.0]), 2, note="zero squared"),
            S(np.array([0.0, 2.0]), 0, note="zero to the zero"),
            S(np.array([0.5, 2.0]), np.array([0, 2]), note="integer exponents"),
            S(np.array([0.5, 2.0]), np.array([0.0, 1.0]), note="exponents 0 and 1"),
        ],
    ),
    "zeros_of": (lambda x: 0 * x, singles(normal)),
    "sign": (np.sign, [*singles(normal), S(np.array([0.0, 1.0]), kink=True)]),
    "absolute": (np.abs, [*singles(normal), S(np.array([0.0, -2.0]), kink=True)]),
    "fabs": (np.fabs, [*singles(normal), S(np.array([0.0, -2.0]), kink=True)]),
    "alias": (lambda x: x, singles(normal)),
    "astype": (
        lambda x, dtype: np.array(x, dtype),
        [S(normal(2, 3), dtype=np.dtype("f8")), S(normal(), dtype=np.dtype("f8"))],
    ),
}
