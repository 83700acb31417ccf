"""Programs of single numbers in floats: the results, warnings and states of eager code on 0-d arrays."""

import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core.compiling.floats.writer import written_in_floats
from autograd_core.compiling.program import Effect, Program, effect
from autograd_core.op import elementwise
from autograd_core.ops.indexing import HOLE
from autograd_core.ops.table import TABLE
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift

EDGES = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.0, -7.0, 0.3, -0.1, 1e-9, -1e-300, 5e-324]
EDGES += [20.0, -40.0, 710.0, -745.0, 1e10, 2.0**52 + 0.5, -(2.0**53), 1e300, -1e300, np.inf, -np.inf, np.nan]
PARAMS = {
    "sinc": {"n": 1},
    "i0": {"n": 0},
    "round": {"decimals": 1},
    "nan_to_num": {"nan": 7.0, "posinf": None, "neginf": None},
}
COMPARED = [
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "equal",
    "not_equal",
    "isnan",
    "isinf",
    "isfinite",
]
COMPARED += ["signbit", "wins", "loses", "logical_and", "logical_or", "logical_xor", "logical_not"]
ROWS = [n for n, row in TABLE.items() if row.kind == "elementwise" and n != "ldexp"] + COMPARED
# of 0 and −0 NumPy takes the one or the other, which one depends on the machine
EITHER_ZERO = {"maximum", "minimum", "clip", "relu"}
# from the C library: up to 4 units in the last place, more where several are combined
FUNCTIONS = {
    *("cbrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sigmoid", "logaddexp", "softplus"),
    *("logsigmoid", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arcsinh"),
    *("arccosh", "arctanh", "hypot", "arctan2", "power", "erf", "erfc", "elu", "xlogy"),
}


MASKS = [TABLE["isnan"], TABLE["isinf"], lambda z: TABLE["greater"](z, 0.3), lambda z: TABLE["less"](z, -0.3)]


def bits(x):
    """Floats in order as integers, so that neighbours differ by 1."""
    n = int(np.float64(x).view(np.int64))
    return n if n >= 0 else -(n + 2**63)


def alike(got, want, ulps=0, either_zero=False):
    """Whether two numbers of float64 or bool are the same, NaN too, and signs of zeros."""
    if np.asarray(got).dtype != np.asarray(want).dtype:
        return False
    if np.asarray(got).dtype == bool or np.isnan(want) or np.isinf(want):
        return bool(got == want or (got != got and want != want))
    if want == 0 and got == 0 and not either_zero:
        return bool(np.signbit(got) == np.signbit(want))
    return abs(bits(got) - bits(want)) <= ulps


def watched(call):
    """What a call gives and whether NumPy warns of it."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        found = call()
    return found, bool(seen)


def number_of_operands(name):
    row = TABLE[name]
    if name in ("wins", "loses"):
        return 2
    return row.forward.nin if isinstance(row.forward, np.ufunc) else len(row.letters)


def program(arguments, results, state=None, writes=None, effects=(), lent=()):
    return Program(
        tuple(arguments), state or {}, tuple(effects), writes or {}, tuple(results), frozenset(lent)
    )


def written(*args, **kwargs):
    found = written_in_floats(program(*args, **kwargs))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ROWS)
def test_a_row_gives_what_it_gives_on_arrays(name):
    """At the ends of the number range, at zeros of both signs, NaN and halves: values and warnings."""
    row, params = TABLE[name], PARAMS.get(name, {})
    n = number_of_operands(name)
    xs = [Symbol.input(f"x{i}") for i in range(n)]
    run = written(xs, [row(*xs, **params)]).bound()
    # what masks say of a result that is not finite is not computed by rows
    masks = written(xs, [test(row(*xs, **params)) for test in MASKS]).bound()
    edges = EDGES if n < 3 else EDGES[::3]
    grid = np.array(np.meshgrid(*[edges] * n)).reshape(n, -1).T
    ulps, either = 4 if name in FUNCTIONS else 0, name in EITHER_ZERO
    for point in grid:
        arrays = [np.array(v) for v in point]
        (got,), got_warns = watched(lambda arrays=arrays: run(*arrays))
        want, want_warns = watched(lambda arrays=arrays: np.asarray(row(*arrays, **params)))
        assert isinstance(got, np.ndarray), point
        assert alike(got, want, ulps, either), (point, got, want)
        with np.errstate(all="ignore"):
            z = np.asarray(want if np.isnan(want) or np.isinf(want) else got)
            assert masks(*arrays) == tuple(test(z) for test in MASKS), point
        # an overflow to a mask or a finite number goes unseen, and NumPy warns of some NaN at random
        if np.all(np.isfinite(point)) and not np.all(np.isfinite(want)):
            assert got_warns == want_warns, (point, got, want)


def test_rows_are_written_not_called():
    """A row that has a form is no call of NumPy."""
    x, y = Symbol.input("x"), Symbol.input("y")
    source = written([x, y], [TABLE["tanh"](x * y + 1) * (x > 0), TABLE["sinc"](x, n=0)]).source
    assert "v1 = tanh(x * y + 1.0)" in source
    assert "v1 if x > 0.0 else v1 * 0.0" in source
    assert "sinc_row(x)" in source


EXACT = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "negative",
    "square",
    "sqrt",
    "absolute",
    "sign",
    "reciprocal",
]
EXACT += [
    "floor",
    "ceil",
    "trunc",
    "rint",
    "gap",
    "leaky_relu",
    "wins",
    "loses",
    "where",
    "guard",
    "copysign",
]
EXACT += [
    "heaviside",
    "remainder",
    "floor_divide",
    "greater",
    "less_equal",
    "equal",
    "logical_and",
    "logical_not",
]
EXACT += ["round", "alias", "zeros_of", "isnan", "relu"]
numbers = st.one_of(st.sampled_from(EDGES), st.floats(-4, 4), st.floats())
steps = st.lists(
    st.tuples(st.sampled_from(EXACT), st.lists(st.integers(0, 40), min_size=3, max_size=3)), max_size=25
)


def is_mask(x):
    return getattr(x, "dtype", None) == np.bool_


def chained(choices, values, constants):
    """Rows applied one after the other to earlier values, on Symbols or on arrays."""
    pool = [*values, *constants]
    for name, picks in choices:
        row = TABLE[name]
        operands = [pool[k % len(pool)] for k in picks[: number_of_operands(name)]]
        if not any(isinstance(x, Symbol | np.ndarray) for x in operands):
            operands[0] = values[0]
        if all(map(is_mask, operands)) or name in ("subtract", "heaviside", "copysign"):
            operands = [x * 1.0 if is_mask(x) else x for x in operands]
        if name in ("where", "guard"):
            at = name == "guard"
            operands[at] = values[0] > operands[at]
            operands[2] = operands[2] * values[1]
        z = row(*operands, **PARAMS.get(name, {}))
        pool.append(z if isinstance(z, Symbol) else np.asarray(z))
    return pool[len(values) + len(constants) :][-2:] or [values[0] + 1.0]


@given(steps, st.lists(numbers, min_size=3, max_size=3), st.lists(numbers, min_size=2, max_size=2))
def test_random_programs_agree_bit_for_bit(choices, values, constants):
    xs = [Symbol.input(name) for name in ("x", "class", "a b")]
    with np.errstate(all="ignore"):
        symbols = chained(choices, xs, constants)
        run = written(xs, symbols).bound()
        arrays = [np.array(v) for v in values]
        want = chained(choices, arrays, constants)
        got = run(*arrays)
        again = run(*arrays)
    for a, b, c in zip(got, want, again, strict=True):
        assert alike(a, b, either_zero=True)
        assert alike(a, c)


@given(st.lists(numbers, min_size=3, max_size=3))
def test_gradients_are_the_rules_read_on_arrays(values):
    """Value, gradient, second derivative of a function with dead units, also where NaN meets 0."""

    def function(x, y, w):
        h = TABLE["relu"](x * w + y)
        return TABLE["sqrt"](TABLE["square"](h * y) + 1.0) / TABLE["maximum"](x, w) + TABLE["where"](
            x > y, h, w
        )

    def derivatives(x, y, w, g):
        h = x * w + y
        r = TABLE["relu"].rules[0](g, None, h)
        return [
            r,
            r * w,
            TABLE["maximum"].rules[0](g, None, x, w),
            TABLE["where"].rules[1](g, None, x > y, x, w),
        ]

    xs = [Symbol.input(name) for name in "xyw"]
    z = function(*xs)
    grads = pull({z: np.array(1.0)}, wanted=set(xs), lift=lift)
    twice = pull({grads[xs[0]]: np.array(1.0)}, wanted={xs[0]}, lift=lift)
    results = [z, *derivatives(*xs, z), *(grads[x] for x in xs), *twice.values()]
    arrays = [np.array(v) for v in values]
    with np.errstate(all="ignore"):
        got = written(xs, results).bound()(*arrays)
        z = function(*arrays)
        want = [z, *derivatives(*arrays, z)]
    for a, b in zip(got, want, strict=False):
        assert alike(a, np.asarray(b), either_zero=True), (values, got, want)


@pytest.mark.parametrize("exponent", [0.0, 1, 2, 0.5, -1.0, 3, -0.5, 2.5])
def test_powers_take_the_short_ways_of_numpy(exponent):
    x, y = Symbol.input("x"), Symbol.input("y")
    run = written([x, y], [x**exponent, x**y]).bound()
    with np.errstate(all="ignore"):
        for v in EDGES:
            want = np.asarray(np.array(v) ** exponent)
            for got in run(np.array(v), np.array(float(exponent))):
                assert alike(got, want, 0 if exponent in (0, 1, 2, 0.5, -1) else 4), v


BRACKETS = {
    "x - (y - w)": lambda x, y, w: x - (y - w),
    "x - y - w": lambda x, y, w: x - y - w,
    "x + (y + w)": lambda x, y, w: x + (y + w),
    "x / (y * w)": lambda x, y, w: x / (y * w),
    "x / y * w": lambda x, y, w: x / y * w,
    "x * (y / w)": lambda x, y, w: x * (y / w),
    "(x + y) * w": lambda x, y, w: (x + y) * w,
    "-(x + y) * -w": lambda x, y, w: -(x + y) * -w,
    "x * (y if x > w else w)": lambda x, y, w: x * TABLE["where"](x > w, y, w),
    "not (x > y or y > w and w > x)": lambda x, y, w: TABLE["logical_not"](
        TABLE["logical_or"](x > y, TABLE["logical_and"](y > w, w > x))
    ),
}


@pytest.mark.parametrize("text", BRACKETS)
def test_expressions_are_one_line_with_the_brackets_they_need(text):
    xs = [Symbol.input(name) for name in "xyw"]
    found = written(xs, [BRACKETS[text](*xs)])
    assert f"v1 = {text}\n" in found.source
    for values in ((0.1, 0.7, 0.3), (0.9, 0.2, 0.5), (0.3, 0.6, 0.2)):
        arrays = [np.array(v) for v in values]
        assert found.bound()(*arrays) == (BRACKETS[text](*arrays),)


def test_a_dead_unit_keeps_what_zero_times_infinity_is():
    x, g = Symbol.input("x"), Symbol.input("g")
    run = written([x, g], [g * (x > 0)]).bound()
    with np.errstate(all="ignore"):
        assert np.isnan(run(np.array(-1.0), np.array(np.inf))[0])
        assert np.isnan(run(np.array(-1.0), np.array(np.nan))[0])
    (zero,) = run(np.array(-1.0), np.array(-3.0))
    assert zero == 0
    assert np.signbit(zero)


def test_an_infinite_result_warns_and_errstate_raises():
    x = Symbol.input("x")
    run = written([x], [x * 1e200 * x]).bound()
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert run(np.array(1e200)) == (np.inf,)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        run(np.array(1e200))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run(np.array(1e200)) == (np.inf,)


# ---- arguments and results ---------------------------------------------------------------------------------


def test_results_are_fresh_arrays_and_weak_ones_python_floats():
    x, r = Symbol.input("x"), Symbol.scalar("r")
    run = written([x, r], [x, r * 2, x > r, x * r, 3.0, np.array([1.0, 2.0])]).bound()
    given_x = np.array(1.5)
    first, second = run(given_x, 2), run(given_x, 2)
    assert [type(v) for v in first] == [np.ndarray, float, np.ndarray, np.ndarray, float, np.ndarray]
    assert [v.dtype for v in (first[0], first[2], first[3])] == [np.float64, np.bool_, np.float64]
    assert first[:5] == (1.5, 4.0, False, 3.0, 3.0)
    first[0][()] = 7.0
    first[5][0] = 7.0
    assert given_x == 1.5
    assert second[0] == 1.5
    assert run(given_x, 2)[5].tolist() == [1.0, 2.0]


def test_lent_single_numbers_are_pythons():
    x, r = Symbol.input("x"), Symbol.scalar("r")
    both = TABLE["stack"](x, 1.0 / x, axis=-1)
    run = written([x, r], [x, x * 2.0, both, r * 2.0, x > 0], lent=[1, 2, 3, 4]).bound()
    first = run(np.array(4.0), 1.0)
    assert [type(a) for a in first] == [np.ndarray, float, np.ndarray, float, bool]
    assert (first[1], first[2].tolist(), first[3], first[4]) == (8.0, [4.0, 0.25], 2.0, True)
    with np.errstate(all="ignore"):  # carried out by rows
        second = run(np.array(-0.0), 1.0)
    assert (second[1], second[2].tolist(), second[4]) == (0.0, [0.0, -np.inf], False)


def test_a_row_of_ones_own_is_called_whatever_its_name():
    mine = elementwise("tanh", lambda x: x.reshape(()) + 100.0, lambda g, z, x: g)
    x = Symbol.input("x")
    found = written([x], [mine(x), TABLE["tanh"](x)])
    assert found.bound()(np.array(0.0)) == (100.0, 0.0)


def test_masks_and_integers_are_arguments_too():
    m, t = Symbol.input("m", (), bool), Symbol.input("t", (), np.int64)
    run = written([m, t], [TABLE["where"](m, 2.0, 3.0) * 0.9**t, t + 1, m * 2.5, m + 1.5]).bound()
    got = run(np.array(True), np.array(3))
    assert got == (2.0 * 0.9**3, 4, 2.5, 2.5)
    assert [v.dtype for v in got] == [np.float64, np.int64, np.float64, np.float64]
    assert run(np.array(False), np.array(2))[2:] == (0.0, 1.5)


def test_arrays_are_taken_apart_and_put_together():
    x = Symbol.input("x", (2, 3))
    a, b = x[0, 1], x[1, 2]
    joined = TABLE["stack"](a * b, a + b, x[1, 0], 5.0, axis=-1)
    whole = TABLE["concatenate"](joined, TABLE["reshape"](x, shape=(6,), of=2), axis=-1)
    back = TABLE["scatter"](a * a, shape=(3,), index=(1,))
    values = np.arange(6.0).reshape(2, 3).T.copy().T  # not contiguous
    got = written([x], [whole, x.T, back]).bound()(values)
    assert got[0].tolist() == [5.0, 6.0, 3.0, 5.0, *range(6)]
    assert got[1].tolist() == values.T.tolist()
    assert got[2].tolist() == [0.0, 1.0, 0.0]


x, xs, ns = Symbol.input("x"), Symbol.input("x", (3,)), Symbol.input("n", (3,), int)
whole = Symbol.input("i", (), int)
DECLINED = {
    "float32": ([half := Symbol.input("x", (), np.float32)], [half * 2]),
    "a large array": ([long := Symbol.input("x", (300,))], [long * 2]),
    "a sum": ([xs], [TABLE["sum"](xs, axis=(-1,), keepdims=False)]),
    "a product of matrices": ([square := Symbol.input("x", (2, 2))], [square @ square]),
    "a constant of float32": ([xs], [TABLE["where"](np.ones(3, np.float32), xs, 1.0)]),
    "a result of float32": ([x], [x.astype(np.float32)]),
    "an index that is computed": ([ns, whole], [TABLE["getitem"](ns, whole, index=(HOLE,))]),
    "numbers by an index": ([xs, whole], [TABLE["getitem"](xs, whole, index=(HOLE,))]),
    "places that meet": ([xs], [TABLE["scatter"](xs, np.array([0, 0, 1]), shape=(2,), index=(HOLE,))]),
    "a few numbers of many": ([many := Symbol.input("x", (100, 100))], [many[0, 0] * 2]),
    "an input that is no argument": ([], [x * 2]),
}


@pytest.mark.parametrize("what", DECLINED)
def test_what_is_not_of_single_numbers_is_declined(what):
    assert written_in_floats(program(*DECLINED[what])) is None


def test_small_arrays_are_computed_number_by_number():
    x, y = Symbol.input("x", (2, 3)), Symbol.input("y")
    constants = np.array([0.5, -1.5, 2.0])
    h = TABLE["where"](x > y, x * constants + y, TABLE["sinc"](x - constants, n=0))
    same = x.astype(np.float64) + y.astype(np.float64)
    results = [
        h,
        (x > 0.5) * h,
        same,
        (x > constants).astype(np.float64),
        x**2 / y,
        TABLE["round"](x, decimals=1),
    ]
    values, z = np.random.default_rng(0).normal(size=(2, 3)), np.array(0.25)
    h = np.where(values > z, values * constants + z, np.sinc(values - constants))
    want = [h, (values > 0.5) * h, values + z, (values > constants) * 1.0, values**2 / z, np.round(values, 1)]
    for a, b in zip(written([x, y], results).bound()(values, z), want, strict=True):
        assert a.dtype == b.dtype
        assert a.tolist() == b.tolist()


def test_many_parameters_are_updated_as_one_vector():
    """Momentum over the concatenation of single numbers, in which every number has its own line."""
    ps, bs, gs = ([Symbol.input(f"{k}{i}") for i in range(30)] for k in "pbg")

    def joined(xs):
        return TABLE["stack"](*xs, axis=-1)

    moved = 0.9 * joined(bs) + joined(gs)
    new = joined(ps) - 0.1 * moved
    state = {s: np.array(float(i)) for i, s in enumerate([*ps, *bs])}
    old = [v.copy() for v in state.values()]
    writes = {**{p: new[i] for i, p in enumerate(ps)}, **{b: moved[i] for i, b in enumerate(bs)}}
    written(gs, [], state, writes).bound()(*(np.array(0.25) for _ in gs))
    for i in range(30):
        b = 0.9 * old[30 + i] + 0.25
        assert (state[bs[i]], state[ps[i]]) == (b, old[i] - 0.1 * b)


def test_names_of_arguments_are_readable_and_never_collide():
    xs = [
        Symbol.input(name)
        for name in ("exp", "x", "x", "class", "2y", "program", "array", "v1", "new", "state")
    ]
    total = xs[0]
    for x in xs[1:]:
        total = total * 2.0 + x
    run = written(xs, [TABLE["exp"](total - total) + total, total]).bound()
    want = 0.0
    for k in range(len(xs)):
        want = want * 2.0 + k
    assert run(*(np.array(float(k)) for k in range(len(xs)))) == (want + 1.0, want)


# ---- state -------------------------------------------------------------------------------------------------


def test_state_is_read_at_every_call_and_swapped():
    a, b, x = Symbol.input("a"), Symbol.input("b"), Symbol.input("x")
    arrays = {a: np.array(1.0), b: np.array(2.0)}
    found = written([x], [a, a + x], arrays, {a: b, b: a * x})
    run = found.bound()
    assert run(np.array(10.0)) == (1.0, 11.0)
    assert (arrays[a], arrays[b]) == (2.0, 10.0)
    arrays[b][()] = 5.0
    assert run(np.array(1.0)) == (2.0, 3.0)
    assert (arrays[a], arrays[b]) == (5.0, 2.0)
    others = {a: np.array(7.0), b: np.array(8.0)}
    assert found.bound(others)(np.array(1.0)) == (7.0, 8.0)
    assert (others[a], others[b], arrays[a]) == (8.0, 7.0, 5.0)


def test_an_argument_may_be_called_like_a_part_of_a_state():
    x, state = Symbol.input("s_old"), Symbol.input("s", (2,))
    y, other = Symbol.input("y"), Symbol.input("\U0001d432")  # which Python takes for y
    run = written([x, y, other], [x + state[0] + other], {state: np.array([1.0, 2.0])}).bound()
    assert run(np.array(10.0), np.array(0.0), np.array(100.0)) == (111.0,)


def test_a_vector_of_state_is_read_and_written_whole():
    flat, mask, t, x = (
        Symbol.input("f", (3,)),
        Symbol.input("m", (2,), bool),
        Symbol.input("t", (), int),
        Symbol.input("x"),
    )
    arrays = {flat: np.array([1.0, 2.0, 3.0]), mask: np.array([True, False]), t: np.array(4)}
    new = TABLE["stack"](flat[2], flat[1] * x, flat[0] - x, axis=-1)
    turned = TABLE["stack"](mask[1], x > flat[0], axis=-1)
    run = written([x], [flat[0], flat], arrays, {flat: new, mask: turned, t: t + 1}).bound()
    got = run(np.array(10.0))
    assert got[0] == 1.0
    assert got[1].tolist() == [1.0, 2.0, 3.0]
    assert arrays[flat].tolist() == [3.0, 20.0, -9.0]
    assert arrays[mask].tolist() == [False, True]
    assert arrays[t] == 5
    assert run(np.array(0.0))[1].tolist() == [3.0, 20.0, -9.0]
    assert arrays[flat].tolist() == [-9.0, 0.0, 3.0]


def test_a_state_that_is_not_contiguous_is_written_too():
    flat, x = Symbol.input("f", (2,)), Symbol.input("x")
    home = np.zeros((2, 2))
    arrays = {flat: home[:, 1]}
    written([x], [x], arrays, {flat: TABLE["stack"](x, flat[0] + 1.0, axis=-1)}).bound()(np.array(3.0))
    assert home.tolist() == [[0.0, 3.0], [0.0, 1.0]]


def test_a_write_that_is_infinite_warns_once_and_is_written_once():
    a, x = Symbol.input("a"), Symbol.input("x")
    arrays = {a: np.array(1e300)}
    run = written([x], [a], arrays, {a: a * x}).bound()
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert run(np.array(1e10)) == (1e300,)
    assert arrays[a] == np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run(np.array(2.0)) == (np.inf,)


def test_a_call_that_fails_writes_nothing():
    a, b = Symbol.input("a"), Symbol.input("b")
    arrays = {a: np.array(1.0), b: np.array(0.0)}
    run = written([], [a], arrays, {a: a + 1.0, b: 1.0 / b}).bound()
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        run()
    assert (arrays[a], arrays[b]) == (1.0, 0.0)


@pytest.mark.parametrize(
    "array",
    [np.zeros(1), np.array(0.0, np.float32), np.broadcast_to(0.0, ())],
    ids=["another shape", "another dtype", "read-only"],
)
def test_binding_says_what_array_it_needs(array):
    a = Symbol.input("a")
    found = written([], [a], {a: np.array(1.0)}, {a: a + 1.0})
    with pytest.raises(ValueError, match=r"compile it|read-only"):
        found.bound({a: array})


# ---- effects -----------------------------------------------------------------------------------------------


def test_effects_happen_in_order_once_a_call_whatever_happens():
    seen = []

    def draw(*operands):
        seen.append(operands)
        return np.array(float(len(seen)))

    x, v = Symbol.input("x"), Symbol.input("v", (2,))
    one = effect(Effect(draw, "draw", "a number"), (x * 2.0,), (), np.float64)
    check = effect(Effect(lambda *a: seen.append(a), "check", "that\nall is well"), (one, v))
    two = effect(Effect(lambda: np.array([4.0, 5.0]), "draw", "two"), (), (2,), np.float64)
    run = written([x, v], [one / x + two[1], two[0]], effects=[one, check, two]).bound()
    assert run(np.array(2.0), np.array([7.0, 8.0])) == (5.5, 4.0)
    assert seen[0] == (4.0,)
    assert isinstance(seen[0][0], np.ndarray)
    assert seen[1][0] == 1.0
    assert seen[1][1].tolist() == [7.0, 8.0]
    with pytest.warns(RuntimeWarning, match="divide"):
        assert run(np.array(0.0), np.zeros(2)) == (np.inf, 4.0)
    assert len(seen) == 4


@pytest.mark.parametrize("kind", [ValueError, ZeroDivisionError, RuntimeError])
def test_the_error_of_a_check_is_raised_once_and_nothing_is_written(kind):
    calls = []

    def refuse(x):
        calls.append(x)
        raise kind("no")

    x, a = Symbol.input("x"), Symbol.input("a")
    array = np.array(1.0)
    check = effect(Effect(refuse, "check", "nothing"), (x,))
    run = written([x], [x], {a: array}, {a: x}, effects=[check]).bound()
    with pytest.raises(kind, match="no"):
        run(np.array(3.0))
    assert len(calls) == 1
    assert array == 1.0


# ---- size --------------------------------------------------------------------------------------------------


CHAINS = {
    "sums": lambda h, x: h * x + 1.0,
    "brackets": lambda h, x: x - (h - 1.0),
    "calls": lambda h, x: TABLE["logsigmoid"](-h),
    "choices": lambda h, x: TABLE["where"](x > 0.0, x / (1.0 + TABLE["tanh"](-h)), h),
    "rows": lambda h, x: TABLE["sinc"](h, n=0),
}


@pytest.mark.parametrize("kind", CHAINS)
def test_long_chains_fit_the_parser(kind):
    step, n = CHAINS[kind], 20_000 if kind == "sums" else 3_000
    x = Symbol.input("x")
    h, want = x, np.array(0.5)
    with np.errstate(all="ignore"):
        for _ in range(n):
            h, want = step(h, x), step(want, np.array(0.5))
        (got,) = written([x], [h]).bound()(np.array(0.5))
    assert np.isclose(got, want, rtol=1e-9, equal_nan=True)


def test_a_tree_that_doubles_is_written_once():
    x = Symbol.input("x")
    h = x
    for _ in range(100):
        h = h + h
    found = written([x], [h])
    assert len(found.source) < 5000
    assert found.bound()(np.array(1.0)) == (2.0**100,)


def test_a_whole_step_of_a_network_of_single_numbers():
    """Forward, backward and the update of every weight, twice: against rows on arrays."""
    draw = np.random.default_rng(3).normal
    layers = [
        [[Symbol.input("w") for _ in range(n + 1)] for _ in range(m)] for n, m in ((2, 5), (5, 4), (4, 1))
    ]
    weights = [w for layer in layers for unit in layer for w in unit]
    xs, rate = [Symbol.input("x0"), Symbol.input("x1")], Symbol.scalar("rate")

    def loss(layers, xs):
        h = xs
        for layer in layers:
            sums = []
            for unit in layer:
                s = unit[-1]
                for w, v in zip(unit, h, strict=False):
                    s = s + w * v
                sums.append(s if layer is layers[-1] else TABLE["relu"](s))
            h = sums
        return TABLE["square"](h[0] - 0.25)

    z = loss(layers, xs)
    grads = pull({z: np.array(1.0)}, wanted=set(weights), lift=lift)
    state = {w: np.array(draw()) for w in weights}
    start = {w: v.copy() for w, v in state.items()}
    run = written([*xs, rate], [z], state, {w: w - rate * grads[w] for w in weights}).bound()
    point = [np.array(0.5), np.array(-1.5)]

    def rerun(start):
        """By central differences of the loss on arrays."""
        values = dict(start)
        at = partial(
            lambda values: loss([[[values[w] for w in u] for u in layer] for layer in layers], point)
        )
        new = {}
        for w in weights:
            up, down = {**values, w: values[w] + 1e-6}, {**values, w: values[w] - 1e-6}
            new[w] = values[w] - 0.05 * (at(up) - at(down)) / 2e-6
        return at(values), new

    for _ in range(2):
        want, new = rerun(start)
        (got,) = run(*point, 0.05)
        assert got == want
        np.testing.assert_allclose(
            [state[w] for w in weights], [new[w] for w in weights], rtol=1e-6, atol=1e-8
        )
        start = {w: v.copy() for w, v in state.items()}
