"""Indices, selections and functional updates."""

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

AxisError = np.exceptions.AxisError


def assign(x, index, value):
    with ac.no_grad():
        x[index] = value


def set_method(place, value):
    place.set = value


BAD = {
    "an index out of range": (lambda s: s.w[3], IndexError, ["getitem of W (3, 4)", "index 3", "size 3"]),
    "out of range on axis 1": (lambda s: s.w[0, 9], IndexError, ["getitem of W (3, 4)", "index 9", "axis 1"]),
    "an array out of range": (lambda s: s.w[[0, 9]], IndexError, ["getitem of W (3, 4)", "index 9"]),
    "too many": (lambda s: s.w[0, 0, 0], IndexError, ["getitem of W (3, 4)", "too many indices", "3 axes"]),
    "of a number": (lambda s: s.x[0], IndexError, ["getitem of x ()", "too many indices"]),
    "a word": (lambda s: s.w["a"], IndexError, ["getitem of W (3, 4)", "only integers", "'a'"]),
    "a fraction": (lambda s: s.w[0.5], IndexError, ["only integers", "float64", "0.5"]),
    "a dict": (lambda s: s.w[{}], IndexError, ["only integers", "{}"]),
    "a mask of another shape": (lambda s: s.w[np.ones(2, bool)], IndexError, ["W (3, 4)", "mask", "(2,)"]),
    "a mask of another matrix": (lambda s: s.w[np.ones((2, 2), bool)], IndexError, ["(2, 2)", "(3, 4)"]),
    "arrays that do not broadcast": (
        lambda s: s.w[[0, 1], [0, 1, 2]],
        IndexError,
        ["W (3, 4)", "(2,)", "(3,)"],
    ),
    "two ellipses": (lambda s: s.w[..., ...], IndexError, ["getitem of W (3, 4)", "single ellipsis"]),
    "a step of 0": (lambda s: s.w[::0], ValueError, ["getitem of W (3, 4)", "step"]),
    "an item": (lambda s: s.w.item(99), IndexError, ["99", "12"]),
    "the item of several": (lambda s: s.w.item(), ValueError, ["item()", "'W'", "(3, 4)", "tolist()"]),
    "a write out of range": (
        lambda s: assign(s.w, 7, 1.0),
        IndexError,
        ["x[i] = v", "'W'", "(3, 4)", "index 7"],
    ),
    "a write of another shape": (lambda s: assign(s.w, 0, np.ones(3)), ValueError, ["'W'", "(3,)", "(4,)"]),
    "a write of words": (lambda s: assign(s.w, 0, "a"), ValueError, ["x[i] = v", "'W'", "'a'"]),
    "a write while recording": (
        lambda s: s.w.__setitem__(0, 1.0),
        ac.GradientError,
        ["x[i] = ...", "'W'", "ac.no_grad()"],
    ),
    "a write into a result": (
        lambda s: s.z.__setitem__((), 1.0),
        ac.GradientError,
        ["multiply", "cannot be written to"],
    ),
    "a write of what trains": (
        lambda s: ac.zeros(2).__setitem__(0, s.x),
        ac.GradientError,
        ["'x'", "ac.stack"],
    ),
    "take": (lambda s: ac.take(s.w, 12), IndexError, ["take", "position 12", "(12,)"]),
    "take along an axis": (lambda s: s.w.take([0, 4], axis=0), IndexError, ["take", "position 4", "(3, 4)"]),
    "take a fraction": (lambda s: ac.take(s.w, 0.5), TypeError, ["take", "integers", "0.5"]),
    "take along no axis": (lambda s: np.take(s.w, 0, axis=2), AxisError, ["take of W (3, 4)", "axis 2"]),
    "take by another mode": (lambda s: ac.take(s.w, 0, mode="cut"), ValueError, ["take", "'raise'", "'cut'"]),
    "take_along_axis": (
        lambda s: ac.take_along_axis(s.w, np.full((1, 4), 9), axis=0),
        IndexError,
        ["take_along_axis of W (3, 4)", "index 9"],
    ),
    "take_along_axis of ranks": (
        lambda s: ac.take_along_axis(s.w, np.zeros(4, int), axis=0),
        ValueError,
        ["take_along_axis", "(4,)", "(3, 4)"],
    ),
    "take_along_axis of fractions": (
        lambda s: ac.take_along_axis(s.w, np.zeros((1, 4)), axis=0),
        IndexError,
        ["take_along_axis", "integers", "float64"],
    ),
    "compress": (
        lambda s: ac.compress([True] * 9, s.w, axis=0),
        IndexError,
        ["compress", "position 3", "(3, 4)"],
    ),
    "choose": (lambda s: ac.choose([0, 5, 0], [s.r, s.r]), ValueError, ["choose", "position 5", "2 choices"]),
    "select of two lengths": (lambda s: ac.select([s.w > 1], [s.w, s.w]), ValueError, ["select", "1 and 2"]),
    "select of nothing": (lambda s: ac.select([], []), ValueError, ["select", "at least one"]),
    "select by numbers": (lambda s: ac.select([s.w], [s.w]), TypeError, ["select", "Boolean", "float64"]),
    "insert": (lambda s: ac.insert(s.w, 9, 1.0, axis=0), IndexError, ["insert", "place 9", "size 3"]),
    "delete": (lambda s: ac.delete(s.w, 9, axis=0), IndexError, ["delete of W (3, 4)", "index 9"]),
    "piecewise": (
        lambda s: ac.piecewise(s.w, [s.w > 1], []),
        ValueError,
        ["piecewise", "1 conditions", "got 0"],
    ),
    # x.at
    "an update out of range": (lambda s: s.w.at[7].set(1.0), IndexError, ["at[7].set of W (3, 4)", "size 3"]),
    "an update by too many": (
        lambda s: s.w.at[0, 0, 0].add(1.0),
        IndexError,
        ["at[(0, 0, 0)].add of W (3, 4)"],
    ),
    "an update at a word": (lambda s: s.w.at["a"].set(1.0), IndexError, ["at['a'].set of W (3, 4)"]),
    "an update of another shape": (
        lambda s: s.w.at[0].set(np.ones(3)),
        ValueError,
        ["at[...].set", "(3,)", "(4,)"],
    ),
    "an update of words": (lambda s: s.w.at[0].set("a"), TypeError, ["at[...].set", "numbers", "'a'"]),
    "an update of None": (lambda s: s.w.at[0].add(None), TypeError, ["at[...].add", "numbers", "None"]),
    "an update of complex numbers": (lambda s: s.w.at[0].set(1j), TypeError, ["at[...].set", "complex128"]),
    "fractions among integers": (
        lambda s: s.i.at[0].set(1.5),
        TypeError,
        ["at[...].set", "float64", "int64"],
    ),
    "a quotient of integers": (lambda s: s.i.at[0].divide(2), TypeError, ["at[...].divide", "astype(float)"]),
    "an update by assignment": (
        lambda s: s.w.at.__setitem__(0, 1.0),
        TypeError,
        ["x.at[i] = v writes nothing", "x.at[i].set(v)"],
    ),
    "a method by assignment": (lambda s: set_method(s.w.at[0], 1.0), TypeError, ["x.at[i].set(v)"]),
    "a function of another shape": (
        lambda s: s.w.at[0].apply(lambda t: t.sum()),
        ValueError,
        ["at[...].apply", "(4,)", "()"],
    ),
    "no function": (lambda s: s.w.at[0].apply(3), TypeError, ["at[...].apply", "function", "3"]),
    "an update of a number": (lambda s: s.x.at[0].set(1.0), IndexError, ["at[0].set of x ()"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
