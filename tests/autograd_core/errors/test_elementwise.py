"""Elementwise functions and operators: what is no number, and shapes that do not broadcast."""

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

BAD = {
    "a string": (lambda s: s.w + "text", TypeError, ["add", "W (3, 4)", "'text'", "numbers are needed"]),
    "a numeral in quotes": (lambda s: s.w * "2", TypeError, ["multiply", "W (3, 4)", "'2'", "type str"]),
    "a string on the left": (lambda s: "2" / s.w, TypeError, ["divide", "W (3, 4)", "'2'"]),
    "None": (lambda s: s.w - None, TypeError, ["subtract", "W (3, 4)", "numbers are needed, got None"]),
    "a dict": (lambda s: s.w / {}, TypeError, ["divide", "W (3, 4)", "{} of type dict"]),
    "a function": (lambda s: s.w * np.exp, TypeError, ["multiply", "W (3, 4)", "ufunc 'exp'"]),
    "an array of strings": (
        lambda s: s.w + np.array(["a"]),
        TypeError,
        ["add", "W (3, 4)", "ndarray", "<U1"],
    ),
    "an array of objects": (
        lambda s: s.w + np.array([None] * 4, object),
        TypeError,
        ["add", "dtype object", "W (3, 4)"],
    ),
    "a complex number": (lambda s: s.w * 1j, TypeError, ["multiply", "complex128", ".detach()"]),
    "a ragged list": (
        lambda s: s.w - [1, [2, 3]],
        ValueError,
        ["subtract", "rows have equal lengths", "[1, [2, 3]]"],
    ),
    "a masked array": (
        lambda s: s.w * np.ma.array(np.ones(4)),
        TypeError,
        ["multiply", "masked", "lose its mask", "ac.where"],
    ),
    "numpy's add of a string": (lambda s: np.add(s.w, "a"), TypeError, ["add", "W (3, 4)", "'a'"]),
    "power of None": (lambda s: s.w**None, TypeError, ["power", "W (3, 4)", "None"]),
    "a slope of words": (
        lambda s: ac.leaky_relu(s.w, "steep"),
        TypeError,
        ["leaky_relu of W (3, 4)", "'steep'"],
    ),
    "a parameter None": (lambda s: ac.elu(s.w, None), TypeError, ["elu of W (3, 4)", "got None"]),
    "a limit of words": (lambda s: ac.clip(s.w, "low", 5), TypeError, ["clip", "W (3, 4)", "'low'"]),
    "digits of words": (lambda s: round(s.w, "two"), TypeError, ["around: decimals", "'two'"]),
    "digits of fractions": (lambda s: ac.around(s.w, 1.5), TypeError, ["around: decimals", "1.5"]),
    "shift": (lambda s: s.w << 2, TypeError, ["<<", "'Tensor'", "'int'"]),
    "bitwise and": (lambda s: s.w & 1, TypeError, ["bitwise_and of W (3, 4) and 1", "not supported"]),
    "bitwise not": (lambda s: ~s.w, TypeError, ["invert of W (3, 4)", "not supported"]),
    "add": (lambda s: s.w + s.v, ValueError, ["add of W (3, 4) and V (5, 6)", "on axis -1", "4 and 6"]),
    "numpy's subtract": (lambda s: np.subtract(s.w, s.v), ValueError, ["subtract of W (3, 4) and V (5, 6)"]),
    "an array of one axis": (
        lambda s: s.w * np.ones(3),
        ValueError,
        ["multiply of W (3, 4) and an array (3,)", "a[:, None] fits (3,)"],
    ),
    "an axis further in front": (
        lambda s: s.w * np.ones((2, 4)),
        ValueError,
        ["multiply of W (3, 4) and an array (2, 4)", "on axis -2 they are 3 and 2"],
    ),
    "a list": (lambda s: s.w - [1.0, 2.0], ValueError, ["subtract of W (3, 4) and [1.0, 2.0]"]),
    "maximum": (
        lambda s: ac.maximum(s.w, np.ones(3)),
        ValueError,
        ["maximum of W (3, 4) and an array (3,)"],
    ),
    "arctan2": (lambda s: ac.arctan2(s.w, s.v), ValueError, ["arctan2 of W (3, 4) and V (5, 6)"]),
    "hypot": (lambda s: np.hypot(s.w, s.v), ValueError, ["hypot of W (3, 4) and V (5, 6)"]),
    "logaddexp": (lambda s: ac.logaddexp(s.w, s.v), ValueError, ["logaddexp of W (3, 4) and V (5, 6)"]),
    "xlogy": (lambda s: ac.xlogy(s.w, s.v), ValueError, ["xlogy of W (3, 4) and V (5, 6)"]),
    "float_power": (
        lambda s: ac.float_power(s.w, s.v),
        ValueError,
        ["float_power of W (3, 4) and V (5, 6)"],
    ),
    "remainder": (lambda s: s.w % s.v, ValueError, ["remainder of W (3, 4) and V (5, 6)"]),
    "floor division": (lambda s: s.w // s.v, ValueError, ["floor_divide of W (3, 4) and V (5, 6)"]),
    "divmod": (lambda s: divmod(s.w, s.v), ValueError, ["divmod of W (3, 4) and V (5, 6)"]),
    "a comparison": (lambda s: s.w < s.v, ValueError, ["less of W (3, 4) and V (5, 6)", "on axis -1"]),
    "equality": (lambda s: s.w == s.v, ValueError, ["equal of W (3, 4) and V (5, 6)"]),
    "where": (
        lambda s: ac.where(s.w > 2, s.w, np.ones(5)),
        ValueError,
        ["where", "W (3, 4)", "an array (5,)", "4 and 5"],
    ),
    "clip": (
        lambda s: ac.clip(s.w, np.ones(3), 5),
        ValueError,
        ["clip of W (3, 4) and an array (3,) and 5"],
    ),
    "inside a module": (
        lambda s: inside(lambda: s.w + s.v),
        ValueError,
        ["add of W (3, 4) and V (5, 6)", "in the module 'encoder.fc1'"],
    ),
    "a composition inside a module": (
        lambda s: inside(lambda: ac.float_power(s.w, s.v)),
        ValueError,
        ["float_power of W (3, 4) and V (5, 6) in the module 'encoder.fc1'"],
    ),
    "a step that does not broadcast": (
        lambda s: stepped(s.w, np.ones(3)),
        ValueError,
        ["subtract of W (3, 4) and an array (3,)"],
    ),
    "an unknown dtype of a ufunc": (
        lambda s: np.exp(s.w, dtype=int),
        ac.NoRuleError,
        ["option dtype=", "numpy.exp"],
    ),
}


def inside(call):
    with ac.scope("encoder"), ac.scope("fc1"):
        return call()


def stepped(w, change):
    with ac.no_grad():
        w -= change


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
