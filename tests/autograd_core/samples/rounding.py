"""Samples of ops/rounding.py."""

import numpy as np

from tests.autograd_core.samples.arithmetic import pairs, singles
from tests.autograd_core.samples.sample import S, normal, positive, rng, strided

steps = S(np.array([-1.0, 0.0, 2.0]), kink=True, note="on the steps")
halves = S(np.array([-1.5, 0.5, 2.5]), kink=True, note="halves")


def quarters(*shape, key=0):
    """Numbers a quarter away from integers and halves."""
    return np.asarray(rng("quarters", shape, key).integers(-8, 8, shape) / 2 + 0.25)


def divisors(*shape, key=0):
    """Numbers of both signs by which a quarter goes off evenly never: irrational ones."""
    return np.asarray(np.pi / rng("divisors", shape, key).choice([-3.0, -1.0, 1.0, 3.0], shape))


def divided(make=quarters):
    """A dividend and a divisor in every way they can meet, away from the steps."""
    return [
        S(make(3, 4), divisors(3, 4)),
        S(make(3, 1), divisors(4), note="both broadcast"),
        S(make(), divisors(2, 3), note="0-d beside a matrix"),
        S(make(), divisors(), note="0-d"),
        S(make(0, 3), divisors(1, 3), note="empty"),
        S(strided(make(3, 4)), divisors(4), note="not contiguous"),
        S(make(300), divisors(), note="more than a picture keeps"),
        S(make(2, 3), 0.7, note="a Python number"),
        S(7.25, divisors(2, 3), note="a Python number"),
    ]


def heaviside(x, y):
    return np.where(x < 0, 0, np.where(x > 0, 1, y))


odd = np.array([np.nan, np.inf, -np.inf, 1.5])
plain = {"nan": 0.0, "posinf": None, "neginf": None}

ROWS = {
    "floor": (np.floor, [*singles(quarters), steps]),
    "ceil": (np.ceil, [*singles(quarters), steps]),
    "trunc": (np.trunc, [*singles(quarters), steps]),
    "rint": (np.rint, [*singles(quarters), halves]),
    "round": (
        np.round,
        [
            S(10 * normal(3, 4), decimals=0),
            S(10 * normal(3, 4), decimals=2),
            S(np.array([123.4, -77.7]), decimals=-1),
            S(normal(), decimals=1, note="0-d"),
            S(normal(0, 3), decimals=1, note="empty"),
            S(strided(normal(3, 4)), decimals=1, note="not contiguous"),
            S(np.array([0.5, 1.5]), decimals=0, kink=True),
        ],
    ),
    "fraction": (lambda x: np.modf(x)[0], [*singles(quarters), steps]),
    "floor_divide": (np.floor_divide, divided()),
    "remainder": (np.remainder, divided()),
    "fmod": (
        np.fmod,
        [*divided(), S(np.array([1.1, -1.1]), 0.1, kink=True, note="rounds up")],
    ),
    "copysign": (
        np.copysign,
        [*pairs(normal), S(np.array([0.0, -2.0, 2.0]), np.array([-1.0, 0.0, -0.0]), kink=True)],
    ),
    "heaviside": (
        heaviside,
        [
            *pairs(normal),
            S(np.array([0.0, -1.0, 2.0]), np.array([0.5, 0.25, 0.75]), kink=True, note="on the step"),
        ],
    ),
    "nan_to_num": (
        np.nan_to_num,
        [
            S(normal(3, 4), **plain),
            S(odd, **plain, kink=True),
            S(odd, nan=-1.0, posinf=5.0, neginf=-5.0, kink=True),
            S(positive(), **plain, note="0-d"),
            S(normal(0, 2), **plain, note="empty"),
            S(strided(normal(3, 4)), **plain, note="not contiguous"),
            S(normal(300), **plain, note="more than a picture keeps"),
        ],
    ),
}


def off_the_steps(x, y):
    """Quotients that lie well between two integers."""
    return y * (np.floor(np.divide(x, y)) + 0.3), y


DOMAINS = {
    "floor_divide": off_the_steps,
    "remainder": off_the_steps,
    "fmod": off_the_steps,
    "round": lambda x: (np.floor(x) + 0.1234,),
}
