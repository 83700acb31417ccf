"""Samples of ops/trigonometry.py."""

from functools import cache

import numpy as np

from tests.autograd_core.samples.arithmetic import pairs, singles
from tests.autograd_core.samples.sample import S, normal, positive, rng, strided

far = np.array([-800.0, -40.0, 0.0, 40.0, 800.0])


def inside(*shape, key=0):
    """Numbers well inside (−1, 1)."""
    return np.asarray(rng("inside", shape, key).uniform(-0.9, 0.9, shape))


def beyond_one(*shape, key=0):
    """Numbers well above 1."""
    return np.asarray(1 + positive(*shape, key=key))


@cache
def rule():
    """A rule of many more points than the row takes, on [0, 1]."""
    t, w = np.polynomial.legendre.leggauss(200)
    return (t + 1) / 2, w / 2


def sinc(x, n):
    """The n-th derivative of sinc as an integral."""
    if n == 0:
        return np.sinc(x)
    x = np.asarray(x)
    t, w = rule()
    return ((np.pi * t) ** n * np.cos(np.pi * x[..., None] * t + n * np.pi / 2)) @ w


wide = np.array([0.0, 1e-9, -1e-3, 0.5, 1.0, -2.0, 2.5, 4.0, 13.7])
angles = np.array([[0.1, 3.0, -3.0, 2.5], [0.0, 4.0, 9.0, 9.1]])

ROWS = {
    "sin": (np.sin, singles(normal)),
    "cos": (np.cos, singles(normal)),
    "tan": (np.tan, singles(inside)),
    "sinh": (np.sinh, singles(normal)),
    "cosh": (np.cosh, singles(normal)),
    "tanh": (np.tanh, [*singles(normal), S(far, note="saturated")]),
    "arcsin": (np.arcsin, singles(inside)),
    "arccos": (np.arccos, singles(inside)),
    "arctan": (np.arctan, [*singles(normal), S(far, note="far")]),
    "arcsinh": (np.arcsinh, [*singles(normal), S(far, note="far")]),
    "arccosh": (np.arccosh, singles(beyond_one)),
    "arctanh": (np.arctanh, singles(inside)),
    "hypot": (
        np.hypot,
        [
            *pairs(normal),
            S(np.array([0.0, 0.0, 3.0]), np.array([0.0, 2.0, 0.0]), kink=True, note="the origin"),
        ],
    ),
    "arctan2": (
        np.arctan2,
        [
            *pairs(normal),
            S(np.array([0.0, 2.0, 0.0]), np.array([0.0, 0.0, 2.0]), kink=True, note="the origin"),
        ],
    ),
    "deg2rad": (np.deg2rad, singles(normal)),
    "rad2deg": (np.rad2deg, singles(normal)),
    "sinc": (
        sinc,
        [
            S(normal(3, 4), n=0),
            S(normal(), n=0, note="0-d"),
            S(normal(0, 3), n=0, note="empty"),
            S(strided(normal(3, 4)), n=1, note="not contiguous"),
            S(normal(300), n=0, note="more than a picture keeps"),
            *(S(wide, n=n, note="next to 0 and far") for n in range(4)),
        ],
    ),
    "unwrap": (
        np.unwrap,
        [
            S(angles, discont=None, axis=-1, period=2 * np.pi),
            S(angles, discont=None, axis=-2, period=2 * np.pi),
            S(angles, discont=3.9, axis=-1, period=3.0),
            S(normal(0), discont=None, axis=-1, period=2 * np.pi, note="empty"),
            S(strided(4 * normal(3, 4)), discont=None, axis=-2, period=2.0, note="not contiguous"),
            S(4 * normal(300), discont=None, axis=-1, period=2.0, note="more than a picture keeps"),
        ],
    ),
}

# steps that are no multiple of half a period, and none is near `discont`
DOMAINS = {"unwrap": lambda x: (0.37 * np.round(x / 0.37),)}
