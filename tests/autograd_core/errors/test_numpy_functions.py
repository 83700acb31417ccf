"""NumPy's functions without a rule, writes in place, and leaving the graph by accident."""

import copy
import math
import pickle

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

NoRuleError = ac.NoRuleError


def added(array, t):
    array += t


def looped(t):
    for _ in t:
        pass


BAD = {
    "fft": (lambda s: np.fft.fft(s.r), NoRuleError, ["numpy.fft.fft", "complex", ".numpy()"]),
    "rfft": (lambda s: np.fft.rfft(s.r), NoRuleError, ["numpy.fft.rfft", ".numpy()"]),
    "ifft2": (lambda s: np.fft.ifft2(s.w), NoRuleError, ["numpy.fft.ifft2", ".numpy()"]),
    "roots": (lambda s: np.roots(s.r), NoRuleError, ["numpy.roots", "ac.general", ".numpy()"]),
    "spacing": (lambda s: np.spacing(s.w), NoRuleError, ["numpy.spacing", "ac.elementwise"]),
    "nextafter": (lambda s: np.nextafter(s.w, 1), NoRuleError, ["numpy.nextafter", "ac.elementwise"]),
    "bincount": (lambda s: np.bincount(s.i, weights=s.r), NoRuleError, ["numpy.bincount"]),
    "a file": (lambda s: np.save("never", s.w), NoRuleError, ["numpy.save", ".numpy()"]),
    "apply_along_axis": (
        lambda s: np.apply_along_axis(np.sum, 0, s.w),
        NoRuleError,
        ["numpy.apply_along_axis", "axis=", "ac.stack"],
    ),
    "a function of Python's": (
        lambda s: np.frompyfunc(math.sin, 1, 1)(s.w),
        NoRuleError,
        ["sin (vectorized)"],
    ),
    "an option": (lambda s: np.exp(s.w, where=[True]), NoRuleError, ["where=", "numpy.exp"]),
    "an option of a function": (lambda s: np.sum(s.w, out=np.ones(())), NoRuleError, ["out=", "numpy.sum"]),
    # in place
    "put": (lambda s: np.put(s.w, [0], [1.0]), NoRuleError, ["numpy.put", "writes into", ".at[ind].set(v)"]),
    "place": (
        lambda s: np.place(s.w, s.w.numpy() > 1, [1.0]),
        NoRuleError,
        ["numpy.place", "x.at[mask].set(v)"],
    ),
    "putmask": (lambda s: np.putmask(s.w, s.w.numpy() > 1, 0.0), NoRuleError, ["numpy.putmask", "ac.where"]),
    "copyto": (lambda s: np.copyto(s.w, 1.0), NoRuleError, ["numpy.copyto", "x.at[...].set(v)"]),
    "copyto from": (lambda s: np.copyto(np.ones((3, 4)), s.w), NoRuleError, ["numpy.copyto", "ac.where"]),
    "fill_diagonal": (lambda s: np.fill_diagonal(s.w, 0.0), NoRuleError, ["numpy.fill_diagonal", "at[i, i]"]),
    "put_along_axis": (
        lambda s: np.put_along_axis(s.w, np.zeros((1, 4), int), 0.0, axis=0),
        NoRuleError,
        ["numpy.put_along_axis", ".at[i, indices].set(v)"],
    ),
    "add.at": (lambda s: np.add.at(s.w, [0], 1.0), NoRuleError, ["numpy.add.at", "x.at[i].add(v)"]),
    "add.at of what trains": (lambda s: np.add.at(np.ones(3), [0], s.x), NoRuleError, ["numpy.add.at"]),
    "sort in place": (lambda s: s.w.sort(), AttributeError, ["'Tensor'", "'sort'"]),
    "out= a Tensor": (
        lambda s: np.add(s.w, 1, out=s.w),
        TypeError,
        ["numpy.add", "out=", "not written into"],
    ),
    "out= an array": (
        lambda s: np.add(s.w, 1, out=np.ones((3, 4))),
        TypeError,
        ["numpy.add", "out=", "a = a + t", "t.numpy()"],
    ),
    "an array += a Tensor": (lambda s: added(np.ones((3, 4)), s.w), TypeError, ["a += t", "a = a + t"]),
    # leaving
    "asarray": (lambda s: np.asarray(s.w), TypeError, ["'W'", ".numpy()", ".detach()"]),
    "an array of Tensors": (lambda s: np.array([s.w, s.w]), TypeError, ["'W'", "ac.stack", "ac.concatenate"]),
    "an array filled": (lambda s: np.ones((3, 4)).__setitem__(0, s.w), TypeError, ["'W'", "ac.stack"]),
    "an index that trains": (lambda s: np.zeros(3)[s.x], TypeError, ["'x'", ".detach()"]),
    "vectorize": (lambda s: np.vectorize(math.sin)(s.w), TypeError, ["'W'", ".detach()"]),
    "random numbers around it": (lambda s: np.random.default_rng(0).normal(s.w), TypeError, ["'W'"]),
    "float()": (lambda s: float(s.w), TypeError, ["float()", "'W'", "(3, 4)", "single number"]),
    "int()": (lambda s: int(s.w), TypeError, ["int()", "'W'", "(3, 4)"]),
    "bool()": (lambda s: bool(s.w), TypeError, ["bool()", "'W'", "(3, 4)"]),
    "complex()": (lambda s: complex(s.w), TypeError, ["'W'", "(3, 4)"]),
    "not": (lambda s: not s.w, TypeError, ["bool()", "'W'", "(3, 4)"]),
    "an if on several": (lambda s: 1 if s.w > 1 else 0, ValueError, ["truth value", "ambiguous", "any()"]),
    "Python's max": (lambda s: max(s.w), ValueError, ["truth value", "ambiguous"]),
    "math.sin": (lambda s: math.sin(s.w), TypeError, ["float()", "'W'", "(3, 4)"]),
    "math.exp while differentiated": (
        lambda s: ac.grad(math.exp)(1.0),
        TypeError,
        ["float()", "would lose its gradient", "np.exp instead of math.exp"],
    ),
    "int() while differentiated": (
        lambda s: ac.grad(lambda t: int(t) * t)(1.0),
        TypeError,
        ["int()", "would lose its gradient", ".item()"],
    ),
    "an array filled while differentiated": (
        lambda s: ac.grad(lambda t: np.zeros(2).__setitem__(0, t))(1.0),
        ValueError,
        ["would lose its gradient", "ac.stack instead of filling an array"],
    ),
    "range": (lambda s: range(s.x), TypeError, ["'x'", "single integer", "float64"]),
    "an index of a list": (lambda s: [1, 2, 3][s.x], TypeError, ["'x'", "single integer", "float64"]),
    "a format of several": (lambda s: f"{s.w:.2f}", TypeError, ["format()", "'W'", "(3, 4)"]),
    "len of a number": (lambda s: len(s.x), TypeError, ["len()", "'x'"]),
    "a loop over a number": (lambda s: looped(s.x), TypeError, ["iterate", "'x'", "no axes"]),
    "a list of a number": (lambda s: list(s.x), TypeError, ["iterate", "'x'"]),
    "Python's sum of a number": (lambda s: sum(s.x), TypeError, ["iterate", "'x'"]),
    "deepcopy of a result": (lambda s: copy.deepcopy(s.z), TypeError, ["recorded", ".detach()"]),
    "pickle of a result": (lambda s: pickle.dumps((s.x * 3).named("z")), TypeError, ["'z'", ".detach()"]),
    "the shape set": (lambda s: setattr(s.w, "shape", (4, 3)), AttributeError, ["'shape'", "'Tensor'"]),
    "an attribute of one's own": (
        lambda s: setattr(s.w, "extra", 3),
        AttributeError,
        ["'extra'", "'Tensor'"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
