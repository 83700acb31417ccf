"""Every map of single numbers at the ends of the number range, at zeros of both signs, NaN and halves."""

import numpy as np
import pytest

from autograd_core.ops.table import TABLE
from autograd_core.programs import javascript
from autograd_core.symbols import Symbol
from tests.autograd_core.programs.running import run
from tests.autograd_core.samples import SAMPLES

EDGES = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.0, -7.0, 0.3, -0.1, 1e-9, -1e-300, 5e-324]
EDGES += [20.0, -40.0, 710.0, -745.0, 1e10, 2.0**53, -1e300, np.inf, -np.inf, np.nan]
INTEGERS = [0, 1, -1, 2, 3, -3, 7, -7, 12, 40]
MAPS = [n for n, row in TABLE.items() if row.kind == "elementwise" or row in (TABLE["wins"], TABLE["loses"])]
MAPS += ["greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "logical_and", "logical_or"]
MAPS += ["logical_not", "logical_xor", "isnan", "isinf", "isfinite", "signbit"]

# of 0 and −0 NumPy takes the one or the other, which one depends on the machine
EITHER_ZERO = {"maximum", "minimum", "clip"}
WHOLE = [
    "floor_divide",
    "remainder",
    "fmod",
    "power",
    "gcd",
    "lcm",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
]
WHOLE += ["add", "subtract", "multiply", "maximum", "minimum"]
WHOLE_ALONE = ["invert", "bitwise_count", "absolute", "negative", "sign", "square"]


@pytest.fixture(scope="module")
def page(browser):
    return browser.new_page()


def called(row, params, grids):
    """The row's program and the engine's values on a grid of arguments."""
    xs = [Symbol.input(f"x{i}", g.shape, g.dtype) for i, g in enumerate(grids)]
    source = javascript({"z": row(*xs, **params)}, xs)
    with np.errstate(all="ignore"):
        return source, np.asarray(row.forward(*grids, **params))


def compare(page, row, params, grids, rtol=1e-12, tiny=1e-320):
    """Run the program and compare number by number."""
    source, want = called(row, params, grids)
    (got,) = run(page, [source], [{f"x{i}": g for i, g in enumerate(grids)}])
    assert not isinstance(got, str), got
    z = np.array(got["z"], float).reshape(want.shape)
    want = want.astype(float)
    with np.errstate(all="ignore"):
        same = np.isclose(z, want, rtol=rtol, atol=tiny, equal_nan=True)
        if row.name not in EITHER_ZERO:
            same &= (z != 0) | (want != 0) | (np.signbit(z) == np.signbit(want))
    bad = [(*(float(g[i]) for g in grids), z[i], want[i]) for i in np.argwhere(~same)[:, 0]]
    assert not bad, f"{len(bad)} of {z.size}: (arguments, found, expected) {bad[:8]}"


@pytest.mark.parametrize("name", MAPS)
def test_numbers_at_the_edges(page, name):
    row = TABLE[name]
    sample = SAMPLES[name][0]
    arity = len(sample.args)
    if name == "ldexp":
        grids = np.meshgrid(EDGES, [-1100.0, -3.0, 0.0, 4.0, 1030.0])
        grids = [grids[0].reshape(-1), grids[1].reshape(-1).astype(int)]
    else:
        grids = [g.reshape(-1) for g in np.meshgrid(*[EDGES] * arity)]
    if name == "where":
        grids[0] = grids[0] > 0
    if name == "guard":
        grids[1] = grids[1] > 0
    if name == "i0":  # NumPy's is NaN at infinity, where the function is infinite
        grids = [g[np.isfinite(g)] for g in grids]
    compare(page, row, sample.params, grids)


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint8, np.bool_], ids=str)
@pytest.mark.parametrize("name", [*WHOLE, *WHOLE_ALONE])
def test_integers(page, name, dtype):
    numbers = np.array(INTEGERS).astype(dtype)
    arity = 2 if name in WHOLE else 1
    grids = [g.reshape(-1) for g in np.meshgrid(*[numbers] * arity)]
    if name == "power":
        grids[1] = np.clip(grids[1], 0, 2).astype(dtype)
    try:
        with np.errstate(all="ignore"):
            TABLE[name].forward(*grids)
    except TypeError:
        return  # NumPy has none of Booleans
    compare(page, TABLE[name], {}, grids)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8], ids=str)
def test_shifts(page, dtype):
    x, y = (g.reshape(-1).astype(dtype) for g in np.meshgrid([0, 1, 5, 100, 127], [0, 1, 3, 6]))
    for name in ("left_shift", "right_shift"):
        compare(page, TABLE[name], {}, [x, y])


def test_an_integer_beyond_the_exact_ones_is_refused(page):
    x = Symbol.input("x", (), np.int64)
    (got,) = run(page, [javascript({"z": x * x}, [x])], [{"x": 2**40}])
    assert got == "RangeError: no exact integer: 1.2089258196146292e+24"
