"""Samples of ops/activations.py."""

import math

import numpy as np

from tests.autograd_core.samples.arithmetic import pairs, singles
from tests.autograd_core.samples.sample import S, normal, positive, strided

far = S(np.array([-40.0, -20.0, 0.0, 20.0, 40.0]), note="saturated")
tails = S(np.array([-5.5, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 5.0]), note="the seams of the kernel, and tails")


def each(function):
    """A function of Python numbers, elementwise."""
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda x: np.asarray(ufunc(x), float)


def bessel(x, n):
    """The n-th derivative of I₀ as an integral over a period."""
    x, t = np.asarray(x), np.arange(400) * (2 * np.pi / 400)
    return (np.cos(t) ** n * np.exp(x[..., None] * np.cos(t))).mean(axis=-1)


def xlogy(x, y):
    return x * np.log(np.where(np.equal(x, 0), 1, y))


ROWS = {
    "relu": (lambda x: np.where(x > 0, x, 0), [*singles(normal), S(np.array([0.0, -1.0, 2.0]), kink=True)]),
    "leaky_relu": (
        lambda x, y: np.where(x > 0, 1, y) * x,
        [*pairs(normal), S(np.array([0.0, -1.0, 2.0]), 0.1, kink=True)],
    ),
    "elu": (
        lambda x, y: np.where(x > 0, x, np.expm1(x) * y),
        [*pairs(normal), S(np.array([0.0, -1.0, 2.0]), 0.7, kink=True)],
    ),
    "softplus": (lambda x: np.logaddexp(x, 0), [*singles(normal), far]),
    "logsigmoid": (lambda x: -np.logaddexp(-np.asarray(x), 0), [*singles(normal), far]),
    "erf": (each(math.erf), [*singles(normal), tails]),
    "erfc": (each(math.erfc), [*singles(normal), tails]),
    "i0": (
        bessel,
        [
            S(normal(3, 4), n=0),
            S(normal(), n=0, note="0-d"),
            S(normal(0, 3), n=0, note="empty"),
            S(strided(normal(3, 4)), n=1, note="not contiguous"),
            S(normal(300), n=0, note="more than a picture keeps"),
            *(S(np.array([0.0, 1e-9, -0.5, 3.0, -12.0]), n=n, note="next to 0 and far") for n in range(4)),
        ],
    ),
    "xlogy": (
        xlogy,
        [
            S(normal(3, 4), positive(3, 4)),
            S(normal(3, 1), positive(4), note="both broadcast"),
            S(normal(), positive(2, 3), note="0-d beside a matrix"),
            S(normal(), positive(), note="0-d"),
            S(normal(0, 3), positive(1, 3), note="empty"),
            S(strided(normal(3, 4)), positive(4), note="not contiguous"),
            S(normal(300), positive(), note="more than a picture keeps"),
            S(0.5, positive(2, 3), note="a Python number"),
            S(np.array([0.0, 0.0, 2.0]), np.array([0.5, 3.0, 2.0]), note="zero times a logarithm"),
            S(np.array([0.0, 0.0]), np.array([0.0, -1.0]), kink=True, note="zero times no logarithm"),
        ],
    ),
}
