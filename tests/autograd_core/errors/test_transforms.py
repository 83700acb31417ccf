"""Transforms and checkpoint: what they take, and what the function may return."""

from itertools import count

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, StaleGraphError, Tensor
from tests.autograd_core.errors.runner import run


def double(t):
    return t * 2


def never_the_same(s):
    numbers = count(1)
    t = Tensor(2.0, requires_grad=True)
    ac.checkpoint(lambda t: t * next(numbers), t).backward()


def written_in_between(s):
    t = Tensor([1.0, 2.0], requires_grad=True, name="t")
    u = Tensor([1.0, 2.0], requires_grad=True, name="u")
    y = ac.checkpoint(lambda t: (t * u).sum(), t)
    with ac.no_grad():
        u *= 2
    y.backward()


BAD = {
    "grad of a value": (lambda s: ac.grad(3), TypeError, ["grad", "function", "int", "ac.grad(f)(x)"]),
    "value_and_grad of a value": (lambda s: ac.value_and_grad(s.x), TypeError, ["value_and_grad", "Tensor"]),
    "jacobian of a value": (
        lambda s: ac.jacobian(3),
        TypeError,
        ["jacobian", "function", "ac.jacobian(f)(x)"],
    ),
    "hessian of a value": (lambda s: ac.hessian(3), TypeError, ["hessian", "function"]),
    "vjp of a value": (lambda s: ac.vjp(3, 1.0), TypeError, ["vjp", "function", "int"]),
    "jvp of a value": (lambda s: ac.jvp(3, 1.0, 1.0), TypeError, ["jvp", "function", "int"]),
    "hvp of a value": (lambda s: ac.hvp(3, 1.0, 1.0), TypeError, ["hvp", "function", "int"]),
    "checkpoint of a value": (lambda s: ac.checkpoint(s.x), TypeError, ["checkpoint", "ac.checkpoint(f, x)"]),
    # argnums
    "the point in place of argnums": (
        lambda s: ac.grad(double, 1.0),
        TypeError,
        ["grad", "argnums", "1.0", "ac.grad(f)(x)"],
    ),
    "a name as argnums": (lambda s: ac.grad(double, argnums="x"), TypeError, ["grad", "argnums", "'x'"]),
    "no argnums": (lambda s: ac.jacobian(double, argnums=[]), TypeError, ["jacobian", "argnums", "[]"]),
    "an argument too many": (
        lambda s: ac.grad(double, 2)(1.0),
        TypeError,
        ["grad", "argument 2", "1 positional arguments"],
    ),
    "an argument by keyword": (lambda s: ac.grad(double)(t=1.0), TypeError, ["grad", "0 positional"]),
    "an argument twice": (lambda s: ac.grad(double, (0, 0))(1.0), ValueError, ["grad", "twice", "(0, 0)"]),
    "hessian of two": (lambda s: ac.hessian(double, (0, 1)), TypeError, ["hessian", "(0, 1)", "one array"]),
    # arguments
    "an array of integers": (
        lambda s: ac.grad(double)(np.array([1, 2])),
        TypeError,
        ["grad: argument 0", "int64", "x.astype(float)"],
    ),
    "integers of a jacobian": (
        lambda s: ac.jacobian(double)(np.array([1])),
        TypeError,
        ["jacobian: argument 0"],
    ),
    "integers of a vjp": (lambda s: ac.vjp(double, np.array([1])), TypeError, ["vjp: argument 0", "int64"]),
    "a Tensor of integers": (lambda s: ac.grad(double)(s.i), TypeError, ["grad: argument 0", "int64"]),
    "a Boolean": (lambda s: ac.grad(double)(True), TypeError, ["grad: argument 0", "Boolean"]),
    "a word": (lambda s: ac.grad(double)("a"), TypeError, ["grad: argument 0", "str"]),
    "None": (lambda s: ac.grad(double)(None), TypeError, ["grad: argument 0", "NoneType"]),
    "a complex number": (lambda s: ac.grad(double)(1j), TypeError, ["grad: argument 0", "complex128"]),
    "a word in a dict": (
        lambda s: ac.grad(lambda t: t["a"])({"a": 1.0, "b": "text"}),
        TypeError,
        ["grad: argument 1", "str"],
    ),
    "a dict of a hessian": (
        lambda s: ac.hessian(lambda t: t["a"] ** 2)({"a": 1.0}),
        TypeError,
        ["hessian: argument 0 is a dict", "one array"],
    ),
    "a list of a hessian": (
        lambda s: ac.hessian(lambda u, t: t[0] ** 2, 1)(1.0, [1.0]),
        TypeError,
        ["hessian: argument 1 is a list"],
    ),
    # results
    "grad of several": (
        lambda s: ac.grad(double)(np.ones(3)),
        GradientError,
        ["grad", "single number", "(3,)", ".sum()", "ac.jacobian"],
    ),
    "value_and_grad of several": (
        lambda s: ac.value_and_grad(double)(np.ones(3)),
        GradientError,
        ["value_and_grad", "single number", "(3,)"],
    ),
    "hessian of several": (lambda s: ac.hessian(double)(np.ones(3)), GradientError, ["hessian", "(3,)"]),
    "hvp of several": (lambda s: ac.hvp(double, np.ones(3), np.ones(3)), GradientError, ["hvp", "(3,)"]),
    "a missing return": (
        lambda s: ac.grad(lambda t: None)(1.0),
        TypeError,
        ["grad", "None", "return missing"],
    ),
    "a jacobian of None": (
        lambda s: ac.jacobian(lambda t: None)(1.0),
        TypeError,
        ["jacobian", "return missing"],
    ),
    "a vjp of None": (lambda s: ac.vjp(lambda t: None, 1.0), TypeError, ["vjp", "return missing"]),
    "a jvp of None": (lambda s: ac.jvp(lambda t: None, 1.0, 1.0), TypeError, ["jvp", "return missing"]),
    "words": (lambda s: ac.grad(lambda t: "text")(1.0), TypeError, ["grad", "returned 'text'"]),
    "a pair": (lambda s: ac.grad(lambda t: (t, t))(1.0), TypeError, ["grad", "one value", "tuple"]),
    "a pair of a jacobian": (lambda s: ac.jacobian(lambda t: (t, t))(1.0), TypeError, ["jacobian", "tuple"]),
    "a pair of a hessian": (lambda s: ac.hessian(lambda t: (t, t))(1.0), TypeError, ["hessian", "tuple"]),
    "a plain array": (
        lambda s: ac.grad(lambda t: np.ones(3))(1.0),
        GradientError,
        ["grad", "single number", "(3,)"],
    ),
    "NumPy inside": (lambda s: ac.grad(lambda t: np.asarray(t).sum())(1.0), TypeError, [".detach()"]),
    # nests
    "a pullback of another shape": (
        lambda s: ac.vjp(double, np.ones(3))[1](np.ones(2)),
        ValueError,
        ["pullback", "(3,)", "(2,)"],
    ),
    "a pullback of one of two": (
        lambda s: ac.vjp(lambda t: (t, t), np.ones(3))[1](np.ones(3)),
        ValueError,
        ["pullback", "2 values"],
    ),
    "a pullback of other keys": (
        lambda s: ac.vjp(lambda t: {"a": t}, 1.0)[1]({"b": 1.0}),
        ValueError,
        ["pullback", "['a']", "['b']"],
    ),
    "a pullback of words": (lambda s: ac.vjp(double, 1.0)[1]("a"), TypeError, ["pullback", "'a'"]),
    "a direction of another shape": (
        lambda s: ac.jvp(double, np.ones(3), np.ones(2)),
        ValueError,
        ["jvp", "direction", "(2,)", "(3,)"],
    ),
    "one direction of two": (
        lambda s: ac.jvp(lambda t, u: t * u, (1.0, 2.0), (1.0,)),
        ValueError,
        ["jvp", "2 values", "got 1"],
    ),
    "a direction of other keys": (
        lambda s: ac.jvp(lambda t: t["a"], {"a": 1.0}, {"b": 1.0}),
        ValueError,
        ["jvp", "['a']", "['b']"],
    ),
    "a direction of words": (lambda s: ac.jvp(double, 1.0, "a"), TypeError, ["jvp", "'a'"]),
    "a direction of a hvp": (
        lambda s: ac.hvp(lambda t: t.sum(), np.ones(3), np.ones(2)),
        ValueError,
        ["hvp", "(2,)", "(3,)"],
    ),
    # checkpoint
    "a checkpoint that changes": (never_the_same, GradientError, ["checkpoint", "repeatable", "second run"]),
    "a checkpoint written to": (
        written_in_between,
        StaleGraphError,
        ["checkpoint", "'u'", "(2,)", "backward()"],
    ),
    "an error inside": (
        lambda s: ac.checkpoint(lambda t: t @ s.v, s.w),
        ValueError,
        ["matmul", "(3, 4)", "V (5, 6)", "K is 4"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
