"""Simplifications change no number: not infinities, not NaN, not the sign of a zero."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.compiling.planning.tidying import tidied
from autograd_core.compiling.program import Program
from autograd_core.compiling.written import written
from autograd_core.symbols import Symbol
from tests.autograd_core.compiling.naive import naive

SPECIAL = np.array([0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan, 1e-40, 3e38], np.float32)
EXPRESSIONS = {
    "x * 1": lambda x, m: x * 1.0,
    "x / 1": lambda x, m: x / 1.0,
    "x + 0": lambda x, m: x + 0.0,
    "x + -0": lambda x, m: x + -0.0,
    "x - 0": lambda x, m: x - 0.0,
    "x - -0": lambda x, m: x - -0.0,
    "x * 0": lambda x, m: x * 0.0,
    "-(-x)": lambda x, m: ac.negative(ac.negative(x)),
    "-1 * -x": lambda x, m: -1.0 * (-x),
    "-x * -x": lambda x, m: (-x) * (-x),
    "x + -y": lambda x, m: x + (-(x * 0.5)),
    "x - -y": lambda x, m: x - (-(x * 0.5)),
    "-x - x": lambda x, m: (-x) - x,
    "-x + -x": lambda x, m: (-x) + (-x),
    "x ** 2": lambda x, m: x**2.0,
    "x ** 1": lambda x, m: x**1.0,
    "x * m": lambda x, m: x * m,
    "x * 2 * 0.1": lambda x, m: x * 2.0 * 0.1,
    "x * 2 * 3": lambda x, m: x * 2.0 * 3.0,
    "x * 2 * 3e38": lambda x, m: x * 2.0 * 3e38,
    "x * m * s": lambda x, m: x * m * 1.25,
    "relu": lambda x, m: ac.relu(x) + (x > 0),
    "sigmoid": lambda x, m: ac.sigmoid(x),
    "clip": lambda x, m: ac.clip(x, -1.0, 2.0),
    "where": lambda x, m: ac.where(m, x, 0.0) * m,
    "x.T.T": lambda x, m: x.T.T + x.reshape(x.size).reshape(x.shape),
    "0 of x": lambda x, m: ac.sign(x) * 0.0 + x,
}


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("repeat", [1, 600])
def test_numbers_stay_what_they_are(name, repeat):
    values = np.repeat(SPECIAL, repeat)
    x, m = Symbol.input("x", values.shape, np.float32), Symbol.input("m", values.shape, bool)
    program = Program((x, m), {}, (), {}, (EXPRESSIONS[name](x, m),))
    mask = np.arange(values.size) % 2 == 0
    with np.errstate(all="ignore"):
        (wanted,), _ = naive(program, values, mask)
        (found,) = written(program).bound()(values, mask)
    assert found.dtype == wanted.dtype
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(np.signbit(found[~np.isnan(found)]), np.signbit(wanted[~np.isnan(wanted)]))


@pytest.mark.parametrize("name", ["x * 1", "x / 1", "x + -0", "x - 0", "-(-x)", "-1 * -x", "x ** 1"])
def test_what_changes_nothing_is_not_done(name):
    x = Symbol.input("x", (3,), np.float32)
    (result,) = tidied(Program((x,), {}, (), {}, (EXPRESSIONS[name](x, None),))).results
    assert result is x


def test_a_large_column_times_a_row_goes_number_by_number():
    rng = np.random.default_rng(0)
    column, row = rng.normal(size=(1024, 1)), rng.normal(size=(1, 600))
    column[:3, 0], row[0, :2] = [-0.0, np.inf, np.nan], [-1.0, 0.0]
    x, y = Symbol.input("x", column.shape), Symbol.input("y", row.shape)
    made = written(Program((x, y), {}, (), {}, (x @ y,)))
    assert "multiply(" in made.source
    with np.errstate(invalid="ignore"):
        found, wanted = made.bound()(column, row)[0], column @ row
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(wanted))
