"""Tensors from nothing: shapes, dtypes, seeds."""

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

BAD = {
    "a size below 0": (lambda s: ac.zeros(-1), ValueError, ["zeros(-1)", "negative"]),
    "one size below 0": (lambda s: ac.ones((2, -1)), ValueError, ["ones((2, -1))", "negative"]),
    "a shape of words": (lambda s: ac.zeros("a"), TypeError, ["zeros('a')", "integer"]),
    "a fraction": (lambda s: ac.zeros((2, 2.5)), TypeError, ["zeros((2, 2.5))", "integer"]),
    "sizes without a tuple": (lambda s: ac.zeros(2, 3), TypeError, ["a tuple, zeros((2, 3))"]),
    "integers that shall train": (
        lambda s: ac.zeros(2, dtype=int, requires_grad=True),
        TypeError,
        ["int64", "dtype=float"],
    ),
    "a name that is no string": (lambda s: ac.zeros(2, name=3), TypeError, ["a name is a string", "3"]),
    "full of words": (lambda s: ac.full(2, "a"), TypeError, ["full(2, 'a')", "numbers"]),
    "full of too many": (lambda s: ac.full((2,), np.ones(3)), ValueError, ["full((2,)", "(3,)", "(2,)"]),
    "full of what trains": (lambda s: ac.full((2,), s.w), ValueError, ["full", "(3, 4)", "(2,)"]),
    "no bounds": (lambda s: ac.arange(), TypeError, ["arange()", "stop"]),
    "steps of 0": (lambda s: ac.arange(0, 1, 0), ZeroDivisionError, ["arange(0, 1, 0)", "zero"]),
    "bounds of words": (lambda s: ac.arange("a"), TypeError, ["arange('a')"]),
    "a range that shall train": (lambda s: ac.arange(3, requires_grad=True), TypeError, ["int64", "float"]),
    "fewer than no numbers": (lambda s: ac.linspace(0, 1, -2), ValueError, ["linspace(0, 1, -2)", "-2"]),
    "a number of words": (lambda s: ac.linspace(0, 1, "a"), TypeError, ["linspace(0, 1, 'a')"]),
    "fewer than no numbers that train": (lambda s: ac.linspace(s.x, 1, -1), ValueError, ["linspace", "-1"]),
    "a number of fractions": (lambda s: ac.linspace(s.x, 1, 2.5), TypeError, ["linspace", "2.5"]),
    "logspace": (lambda s: ac.logspace(s.x, 1, -1), ValueError, ["logspace", "-1"]),
    "geomspace from 0": (lambda s: ac.geomspace(0, s.x), ValueError, ["geomspace", "must not be 0", "got 0"]),
    "an identity below 0": (lambda s: ac.eye(-2), ValueError, ["eye(-2)", "negative"]),
    "an identity of fractions": (lambda s: ac.eye(2.5), TypeError, ["eye(2.5)", "integer"]),
    "zeros like words": (lambda s: ac.zeros_like("a"), TypeError, ["holds numbers"]),
    "zeros like integers that train": (
        lambda s: ac.zeros_like([1, 2], requires_grad=True),
        TypeError,
        ["int64", "dtype=float"],
    ),
    "random numbers below 0": (lambda s: ac.randn(-1), ValueError, ["randn", "integers of at least 0", "-1"]),
    "random numbers of words": (lambda s: ac.rand("a"), TypeError, ["rand", "integers", "'a'"]),
    "random integers that train": (
        lambda s: ac.rand(2, dtype=int, requires_grad=True),
        TypeError,
        ["int64", "dtype=float"],
    ),
    "a generator of words": (
        lambda s: ac.randn(2, rng="a"),
        TypeError,
        ["rng", "numpy.random.Generator", "str"],
    ),
    "an old generator": (
        lambda s: ac.generator(np.random.RandomState(0)),
        TypeError,
        ["rng", "numpy.random.Generator", "RandomState"],
    ),
    "a seed below 0": (lambda s: ac.generator(-1), ValueError, ["rng", "at least 0", "-1"]),
    "a seed of words": (lambda s: ac.manual_seed("a"), TypeError, ["manual_seed", "integer", "'a'"]),
    "a seed of fractions": (lambda s: ac.manual_seed(1.5), TypeError, ["manual_seed", "1.5"]),
    "a negative seed": (lambda s: ac.manual_seed(-1), ValueError, ["manual_seed", "at least 0", "-1"]),
    "leaves without names": (lambda s: ac.leaves(2), TypeError, ["leaves()", "positional"]),
    "a leaf of words": (lambda s: ac.leaves(a="x"), TypeError, ["leaves: a='x'", "numbers"]),
    "a leaf of None": (lambda s: ac.leaves(a=None), TypeError, ["leaves: a=None", "numbers"]),
    "a ragged leaf": (lambda s: ac.leaves(a=[1, [2]]), ValueError, ["leaves: a=[1, [2]]"]),
    "a complex leaf": (lambda s: ac.leaves(a=1j), TypeError, ["leaves: a=1j", "complex128"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
