"""Rows of one's own: names, letters, rules, and what they return."""

import math

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run


def cube(name, keeps="x", rule=lambda g, z, x: g * (3 * x * x)):
    return ac.elementwise(name, lambda x: x**3, rule, keeps=keeps)


def twice(name, rule):
    return ac.general(name, lambda x: x * 2, rule)


BAD = {
    "a name of the library": (lambda s: cube("exp"), ValueError, ["'exp'", "another name"]),
    "a name that is none": (
        lambda s: ac.linear("a b", lambda x: x, lambda g, z, x: g),
        ValueError,
        ["identifier", "'a b'"],
    ),
    "a name that is no string": (lambda s: cube(3), TypeError, ["name", "3"]),
    "no name": (lambda s: ac.elementwise(np.exp, lambda g, z, x: g), TypeError, ["name first"]),
    "no rule": (
        lambda s: ac.elementwise("mine", np.exp),
        ValueError,
        ["'mine'", "no rules", "one per argument"],
    ),
    "no forward": (
        lambda s: ac.elementwise("mine", 3, lambda g, z, x: g),
        TypeError,
        ["'mine'", "forward function", "3"],
    ),
    "a rule that is none": (
        lambda s: ac.elementwise("mine", np.exp, 3),
        TypeError,
        ["'mine'", "rule", "lambda g, z, x", "3"],
    ),
    "a rule without g": (
        lambda s: ac.general("mine", abs, lambda x: x),
        TypeError,
        ["'mine'", "letters g, z", "['x']"],
    ),
    "g and z exchanged": (
        lambda s: ac.general("mine", abs, lambda z, g, x: g),
        TypeError,
        ["'mine'", "letters g, z", "['z', 'g']"],
    ),
    "a letter that is not there": (
        lambda s: cube("mine", keeps="xy"),
        ValueError,
        ["'mine'", "['y']", "z, x"],
    ),
    "a letter that is not kept": (
        lambda s: cube("mine", keeps=""),
        ValueError,
        ["'mine'", "read x", "keeps='x'"],
    ),
    "a result that is not kept": (
        lambda s: ac.elementwise("mine", np.exp, lambda g, z, x: g * z),
        ValueError,
        ["'mine'", "read z", "keeps='z'"],
    ),
    "one rule of two": (
        lambda s: ac.elementwise("mine", lambda x, y: x * y, lambda g, z, x, y: g * y, keeps="y"),
        ValueError,
        ["'mine'", "x, y", "1 rules"],
    ),
    "two rules of one": (
        lambda s: ac.elementwise("mine", np.exp, lambda g, z, x: g, lambda g, z, x: g),
        ValueError,
        ["'mine'", "arguments x", "2 rules"],
    ),
    "rules of different letters": (
        lambda s: ac.elementwise("mine", np.add, lambda g, z, x, y: g, lambda g, z, a, b: g),
        ValueError,
        ["'mine'", "same letters", "x, y"],
    ),
    "no meaning": (
        lambda s: ac.fused("mine", lambda x: x * 2, lambda g, z, x: g),
        TypeError,
        ["'meaning'"],
    ),
    "a residual of a letter not kept": (
        lambda s: ac.fused(
            "mine",
            lambda x: (x * 2, {"p": x}),
            lambda g, z, x, *, p: g * p,
            residuals=("p",),
            meaning=lambda x: (x * 2, {"p": x}),
        ),
        ValueError,
        ["'mine'", "read x", "keeps='x'"],
    ),
    # when it runs
    "an operand too many": (lambda s: cube("mine")(s.w, s.w), TypeError, ["mine of W (3, 4) and W (3, 4)"]),
    "a word as operand": (lambda s: cube("mine")(s.w * 1, "a"), TypeError, ["mine", "'a'"]),
    "shapes that do not broadcast": (
        lambda s: ac.elementwise("mine", np.add, lambda g, z, x, y: g, lambda g, z, x, y: g)(s.w, s.v),
        ValueError,
        ["mine of W (3, 4) and V (5, 6)", "on axis -1"],
    ),
    "a function that returns None": (
        lambda s: ac.general("mine", lambda x: None, lambda g, z, x: g)(s.w),
        TypeError,
        ["'mine'", "numbers", "None", "W (3, 4)"],
    ),
    "a function that returns words": (
        lambda s: ac.general("mine", lambda x: "text", lambda g, z, x: g)(s.w),
        TypeError,
        ["'mine'", "numbers", "'text'"],
    ),
    "a kernel without residuals": (
        lambda s: ac.fused(
            "mine",
            lambda x: x * 2,
            lambda g, z, x, *, p: g * p,
            residuals=("p",),
            keeps="x",
            meaning=lambda x: (x * 2, {"p": x}),
        )(s.w),
        TypeError,
        ["'mine'", "kernel", "('p',)"],
    ),
    "a rule that returns None": (
        lambda s: twice("mine", lambda g, z, x: None)(s.w).sum().backward(),
        TypeError,
        ["rule", "None", "mine", "(3, 4)"],
    ),
    "a rule of another shape": (
        lambda s: twice("mine", lambda g, z, x: g.sum())(s.w).sum().backward(),
        ValueError,
        ["gradient of shape ()", "(3, 4)", "in the gradient of mine"],
    ),
    "a rule of too few numbers": (
        lambda s: twice("mine", lambda g, z, x: np.ones(5))(s.w).sum().backward(),
        ValueError,
        ["gradient of shape (5,)", "(3, 4)", "in the gradient of mine"],
    ),
    "a rule of Python's functions": (
        lambda s: twice("mine", lambda g, z, x: math.sin(g))(s.w).sum().backward(),
        TypeError,
        ["in the gradient of mine"],
    ),
    "a rule that fails": (
        lambda s: twice("mine", lambda g, z, x: g @ g)(s.w).sum().backward(),
        ValueError,
        ["matmul", "in the gradient of mine", "(3, 4)"],
    ),
    "a rule by keyword": (
        lambda s: twice("mine", lambda g, z, x, *, k: g * k)(s.w).sum().backward(),
        TypeError,
        ["'k'", "in the gradient of mine"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
