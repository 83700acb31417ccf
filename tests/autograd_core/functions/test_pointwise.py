"""NumPy's real elementwise functions: values and dtypes are NumPy's, each ufunc is answered or refused with a
reason, and derivatives at delicate points, of first and second order."""

import inspect
import itertools

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import NoRuleError, Tensor
from autograd_core.functions import exponential, pointwise, rounding, trigonometry
from autograd_core.functions.answers import FUNCTIONS, UFUNCS
from autograd_core.sweep import pull
from autograd_core.symbols import NAMESPACE, Symbol, python
from tests.autograd_core.functions.alike import DTYPES, alike, in_dtype
from tests.autograd_core.functions.derivatives import drawn, every_mode
from tests.autograd_core.functions.points import check_point, slopes

pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated:DeprecationWarning")

nan, inf, pi = np.nan, np.inf, np.pi
ALL_UFUNCS = {u.__name__: u for u in vars(np).values() if isinstance(u, np.ufunc)}
OURS = {
    name: getattr(family, name)
    for family in (pointwise, exponential, trigonometry, rounding)
    for name in [*family.__all__, "abs", "pow", "round", "divmod"]
    if hasattr(family, name)
}

# ---- every ufunc -----------------------------------------------------------------------------------------

REFUSED = {
    "isnat": "asks whether a date is missing, and Tensors hold no dates",
    "nextafter": "a step of one unit in the last place has no useful derivative",
    "spacing": "the distance to the next number of the dtype has no useful derivative",
}
# answers that are no floating numbers: plain arrays, which have no gradient to lose
PLAIN = {
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
    *("isfinite", "isinf", "isnan", "signbit"),
    *("logical_and", "logical_or", "logical_xor", "logical_not"),
}
# integers and Booleans only: of floating numbers NumPy itself raises TypeError
WHOLE = {
    *("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_count", "invert", "left_shift", "right_shift"),
    *("gcd", "lcm"),
}
# operands other than two arrays of numbers of one shape
MATRICES = {"matmul": "", "vecdot": "", "matvec": "", "vecmat": ""}


def operands(ufunc):
    """Tensors in the domain of every ufunc, that of arccosh apart."""
    if ufunc.__name__ == "arccosh":
        return [Tensor([1.5, 2.0], requires_grad=True)]
    xs = [Tensor([0.25, 0.75], requires_grad=True), Tensor([0.5, 0.6], requires_grad=True)]
    if ufunc.__name__ == "ldexp":
        xs[1] = np.array([2, 3])
    return xs[: ufunc.nin]


@pytest.mark.parametrize("name", sorted(ALL_UFUNCS))
def test_every_ufunc_is_answered_or_refused_with_a_reason(name):
    ufunc = ALL_UFUNCS[name]
    known = ufunc in UFUNCS or ufunc in FUNCTIONS
    assert known != (name in REFUSED)
    if name in REFUSED:
        with pytest.raises(NoRuleError, match=rf"no derivative rule for numpy\.{name}(\W|$)"):
            ufunc(*operands(ufunc))
    elif name in MATRICES:
        assert ufunc.signature  # functions of vectors and matrices, tested elsewhere
    elif name in WHOLE:
        with pytest.raises(TypeError):
            ufunc(*operands(ufunc))
        xs = [np.array([12, 5]), np.array([1, 3])][: ufunc.nin]
        found = ufunc(*(Tensor(x) for x in xs))
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, ufunc(*xs))
    else:
        xs = operands(ufunc)
        found = ufunc(*xs)
        wanted = ufunc(*(x.numpy() if isinstance(x, Tensor) else x for x in xs))
        pairs = zip(found, wanted, strict=True) if isinstance(wanted, tuple) else [(found, wanted)]
        for f, w in pairs:
            np.testing.assert_array_equal(f if isinstance(f, np.ndarray) else f.numpy(), w)
            if w.dtype.kind == "f":
                assert type(f) is Tensor
                assert f.requires_grad, "a graph was cut"
            else:
                assert type(f) is np.ndarray
                assert name in PLAIN or name == "frexp"


def test_the_lists_hold_no_names_that_are_gone():
    gone = (PLAIN | WHOLE | set(REFUSED)) - set(ALL_UFUNCS)
    assert not gone


def test_numpys_other_names_are_ours_too():
    for new, old in [("asin", "arcsin"), ("acos", "arccos"), ("atan", "arctan"), ("atan2", "arctan2")]:
        assert getattr(ac, new) is getattr(ac, old)
    for new, old in [("asinh", "arcsinh"), ("acosh", "arccosh"), ("atanh", "arctanh")]:
        assert getattr(ac, new) is getattr(ac, old)
    for new, old in [("true_divide", "divide"), ("mod", "remainder"), ("conj", "conjugate")]:
        assert getattr(ac, new) is getattr(ac, old)
    for new, old in [("bitwise_not", "invert"), ("bitwise_left_shift", "left_shift")]:
        assert getattr(ac, new) is getattr(ac, old)
    assert pointwise.abs is pointwise.absolute
    assert exponential.pow is exponential.power
    assert rounding.round is rounding.around


@pytest.mark.parametrize("name", sorted(OURS))
def test_parameters_are_numpys(name):
    ours = list(inspect.signature(OURS[name]).parameters.values())
    theirs = getattr(np, name)
    if isinstance(theirs, np.ufunc):
        names = ["x"] if theirs.nin == 1 else ["x1", "x2"]
        assert [p.name for p in ours] == names
        assert all(p.kind is p.POSITIONAL_ONLY for p in ours)
        return
    try:
        known = inspect.signature(theirs).parameters
    except ValueError:  # older versions do not tell those of functions written in C
        return
    wanted = [n for n, p in known.items() if n != "out" and p.kind is not p.VAR_KEYWORD]
    assert [p.name for p in ours][: len(wanted)] == wanted  # clip has two more since NumPy 2.1


# ---- values and dtypes -----------------------------------------------------------------------------------

X, Y = drawn(2, 3), drawn(3, seed=1)
ONE = [n for n, f in OURS.items() if len(inspect.signature(f).parameters) == 1]
TWO = [n for n, f in OURS.items() if list(inspect.signature(f).parameters) == ["x1", "x2"]]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: np.dtype(d).name)
@pytest.mark.parametrize("name", sorted([*ONE, "nan_to_num", "round", "around", "angle", "real_if_close"]))
def test_functions_of_one_argument_are_numpys(name, dtype):
    for x in (X, Y[0], X[:0], np.array([0.0, 1.0, -1.0])):
        alike(OURS[name], getattr(np, name), in_dtype(np.asarray(x), dtype))
    if np.dtype(dtype).kind == "f":
        alike(OURS[name], getattr(np, name), np.array([nan, inf, -inf, -0.0], dtype))


@pytest.mark.parametrize("name", sorted(TWO))
def test_functions_of_two_arguments_are_numpys(name):
    theirs = getattr(np, name)
    for first, second in itertools.product(DTYPES, DTYPES):
        alike(OURS[name], theirs, in_dtype(X, first), in_dtype(Y, second))
    for dtype in DTYPES:
        if name in ("power", "pow") and dtype is np.bool_:
            continue  # NumPy's own ** and power differ: int8 and int64
        alike(OURS[name], theirs, in_dtype(X, dtype), 2)
        alike(OURS[name], theirs, in_dtype(X, dtype), 0.5)
        alike(OURS[name], theirs, 2, in_dtype(X, dtype))
        alike(OURS[name], theirs, 0.5, in_dtype(X, dtype))
        alike(OURS[name], theirs, in_dtype(X[:0], dtype), in_dtype(Y, dtype))
    odd = np.array([nan, inf, -inf, 0.0, -0.0, 1.0, -2.0])
    for dtype in (np.float32, np.float64):
        alike(OURS[name], theirs, odd.astype(dtype)[:, None], odd.astype(dtype))


@pytest.mark.parametrize("name", sorted([*ONE, *TWO]))
def test_lists_and_numbers_give_plain_results(name):
    theirs = getattr(np, name)
    args = [[[2, 3], [1, 4]], [1, 2]][: 1 if name in ONE else 2]
    numbers = [3, 2][: len(args)]
    for call in (args, numbers):
        with np.errstate(all="ignore"):
            found, wanted = OURS[name](*call), theirs(*call)
        for f, w in zip(*(x if isinstance(x, tuple) else (x,) for x in (found, wanted)), strict=True):
            assert not isinstance(f, Tensor)
            np.testing.assert_allclose(f, w, rtol=1e-15)
            assert np.asarray(f).dtype == np.asarray(w).dtype


@pytest.mark.parametrize("name", sorted({*ONE, *TWO, "clip", "nan_to_num", "round", "angle", "unwrap"}))
def test_expressions_are_programs(name):
    """Called on Symbols a function prints a program that gives what it gives on arrays, dtypes too."""
    f, whole = OURS[name], any(name.endswith(n) for n in [*WHOLE, "bitwise_not"])
    for dtype in (np.int64, np.int32) if whole else (np.float64, np.float32):
        x, y = (np.abs(v * (20 if whole else 1)).astype(dtype) + dtype(1) for v in (X, Y))
        powers = np.array([1, 3, 2])
        values = [x, powers if name == "ldexp" else y][: 2 if name in TWO else 1]
        symbols = [Symbol.input(n, v.shape, v.dtype) for n, v in zip("xy", values, strict=False)]
        with np.errstate(all="ignore"):
            out, wanted = f(*symbols), f(*values)
            parts = zip(out, wanted, strict=True) if isinstance(wanted, tuple) else [(out, wanted)]
            for symbol, array in parts:
                constants = {}
                text = python(symbol, constants)
                words = {**NAMESPACE, **constants, **dict(zip("xy", values, strict=False))}
                found = eval(text, words)
                np.testing.assert_allclose(found, array, rtol=1e-14)
                assert symbol.dtype == found.dtype == array.dtype, text


@pytest.mark.parametrize("make", [np.int64, np.int32, np.bool_])
def test_integers_are_constants(make):
    t = Tensor(np.array([0, 1], make))
    for f in (np.sin, np.exp2, np.cbrt, np.fabs, np.deg2rad, np.sinc, np.i0):
        assert not f(t).requires_grad
        assert f(t).dtype == f(t.numpy()).dtype
    w = Tensor([0.5, 2.0], requires_grad=True)
    np.hypot(w, t).sum().backward()
    assert w.grad is not None


# ---- derivatives in every mode ---------------------------------------------------------------------------

P = np.abs(drawn(2, 3, seed=3)) + 0.5
SMOOTH = {
    "unwrap": (lambda t: ac.unwrap(4 * t), X),
    "unwrap the first axis": (lambda t: ac.unwrap(3 * t, axis=0, period=2.0), X),
    "clip both": (lambda t: ac.clip(t, -0.5, 0.5), X),
    "clip below": (lambda t: ac.clip(t, -0.5), X),
    "clip above": (lambda t: ac.clip(t, max=0.5), X),
    "clip between arrays": (lambda t, a, b: ac.clip(t, a, b), X, Y - 0.3, Y + 0.3),
    "float_power": (lambda x, y: ac.float_power(x, y), P, Y),
    "divmod": (
        lambda x, y: ac.stack([q := rounding.divmod(x, y)[0], 2 * q]) + rounding.divmod(x, y)[1],
        P,
        Y,
    ),
    "modf": (lambda t: ac.modf(3 * t)[0] * t + ac.modf(3 * t)[1], X),
    "frexp": (lambda t: ac.frexp(t)[0] * t, X),
    "fmax": (lambda x, y: ac.fmax(x, y), X, Y),
    "fmin": (lambda x, y: ac.fmin(x, y), X, Y),
    "angle": (lambda t: ac.angle(t) + t, X),
    "angle in degrees": (lambda t: ac.angle(t, deg=True) + t, X),
    "real and imaginary": (lambda t: ac.real(t) * t + ac.imag(t) + ac.conj(t) + ac.real_if_close(t), X),
    "round": (lambda t: rounding.round(t, 1) * t, X),
    "nan_to_num": (lambda t: ac.nan_to_num(t) * t, X),
    "hypot": (lambda x, y: ac.hypot(x, y), X, Y),
    "arctan2": (lambda x, y: ac.arctan2(x, y), X, Y),
    "logaddexp2": (lambda x, y: ac.logaddexp2(x, y), X, Y),
    "copysign": (lambda x, y: ac.copysign(x, y), X, Y),
    "sinc": (lambda t: ac.sinc(3 * t), X),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_every_mode(name):
    f, *xs = SMOOTH[name]
    every_mode(f, *xs, second=name not in ("unwrap", "unwrap the first axis"))


def test_sinc_is_right_to_the_fifth_order_at_and_next_to_zero():
    """sinc⁽ⁿ⁾(0) is (−1)^(n/2) πⁿ/(n + 1) for even n, and 0 for odd n."""
    derivatives = [ac.sinc]
    for _ in range(5):
        derivatives.append(ac.grad(derivatives[-1]))
    for n, f in enumerate(derivatives):
        wanted = 0.0 if n % 2 else (-1) ** (n // 2) * pi**n / (n + 1)
        for x in (0.0, 1e-9):
            slope = 0.0 if n % 2 == 0 else x * (-1) ** ((n + 1) // 2) * pi ** (n + 1) / (n + 2)
            assert f(x) == pytest.approx(wanted + slope, rel=1e-13, abs=1e-300)
    x = 1e-4
    # x⁴ is too small to be seen in sinc′(x) = −π²x/3 + π⁴x³/30 − …
    assert derivatives[1](x) == pytest.approx(-(pi**2) * x / 3 + pi**4 * x**3 / 30, rel=1e-14)


# ---- delicate points -------------------------------------------------------------------------------------

HALF, QUARTER, LN2 = 0.5, 0.25, np.log(2)
# function; arguments; value; gradients; second derivatives ∂²/∂xᵢ∂xⱼ by rows, or None where there are none
POINTS = {
    "sqrt at 0": (np.sqrt, [0.0], 0, [inf], None),
    "cbrt at 0": (np.cbrt, [0.0], 0, [inf], None),
    "cbrt of −8": (np.cbrt, [-8.0], -2, [1 / 12], [[1 / 144]]),
    "|x| at 0": (np.abs, [0.0], 0, [0], [[0]]),
    "fabs at 0": (np.fabs, [0.0], 0, [0], [[0]]),
    "hypot at the origin": (np.hypot, [0.0, 0.0], 0, [0, 0], [[0, 0], [0, 0]]),
    "hypot on an axis": (np.hypot, [0.0, -2.0], 2, [0, -1], [[0.5, 0], [0, 0]]),
    "arctan2 at the origin": (np.arctan2, [0.0, 0.0], 0, [0, 0], [[0, 0], [0, 0]]),
    "arctan2 on an axis": (np.arctan2, [2.0, 0.0], pi / 2, [0, -0.5], [[0, 0.25], [0.25, 0]]),
    "0 ** 0": (np.power, [0.0, 0.0], 1, [0, 0], [[0, 0], [0, 0]]),
    "0 ** 1": (np.power, [0.0, 1.0], 0, [1, 0], [[0, 1], [0, 0]]),
    "0 ** 2": (np.power, [0.0, 2.0], 0, [0, 0], [[2, 0], [0, 0]]),
    "0 ** ½": (np.power, [0.0, 0.5], 0, [inf, 0], None),
    "(−2) ** 3": (np.power, [-2.0, 3.0], -8, [12, 0], None),
    "x ** 0 at 0": (lambda x: x**0, [0.0], 1, [0], [[0]]),
    "x ** 1 at 0": (lambda x: x**1, [0.0], 0, [1], [[0]]),
    "x ** 2 at 0": (lambda x: x**2, [0.0], 0, [0], [[2]]),
    "x ** 2.0 at −3": (lambda x: x**2.0, [-3.0], 9, [-6], [[2]]),
    "x ** 0.5 at 0": (lambda x: x**0.5, [0.0], 0, [inf], None),
    "x ** −1 at −2": (lambda x: x**-1, [-2.0], -0.5, [-0.25], [[-0.25]]),
    "0 ** x": (lambda x: 0.0**x, [2.0], 0, [0], [[0]]),
    "logaddexp of −∞, −∞": (np.logaddexp, [-inf, -inf], -inf, [HALF, HALF], None),
    "logaddexp of ∞, ∞": (np.logaddexp, [inf, inf], inf, [HALF, HALF], None),
    "logaddexp of −∞, 2": (np.logaddexp, [-inf, 2.0], 2, [0, 1], [[0, 0], [0, 0]]),
    "logaddexp of ∞, 2": (np.logaddexp, [inf, 2.0], inf, [1, 0], [[0, 0], [0, 0]]),
    "logaddexp of ∞, −∞": (np.logaddexp, [inf, -inf], inf, [1, 0], [[0, 0], [0, 0]]),
    "logaddexp at a tie": (
        np.logaddexp,
        [3.0, 3.0],
        3 + LN2,
        [HALF, HALF],
        [[QUARTER, -QUARTER], [-QUARTER, QUARTER]],
    ),
    "logaddexp2 of −∞, −∞": (np.logaddexp2, [-inf, -inf], -inf, [HALF, HALF], None),
    "logaddexp2 at a tie": (
        np.logaddexp2,
        [3.0, 3.0],
        4,
        [HALF, HALF],
        [[LN2 / 4, -LN2 / 4], [-LN2 / 4, LN2 / 4]],
    ),
    "expm1 next to 0": (np.expm1, [1e-18], 1e-18, [1], [[1]]),
    "log1p next to 0": (np.log1p, [1e-18], 1e-18, [1], [[-1]]),
    "maximum of NaN, 1": (np.maximum, [nan, 1.0], nan, [1, 0], None),
    "maximum of 1, NaN": (np.maximum, [1.0, nan], nan, [0, 1], None),
    "maximum of NaN, NaN": (np.maximum, [nan, nan], nan, [HALF, HALF], None),
    "minimum of NaN, 1": (np.minimum, [nan, 1.0], nan, [1, 0], None),
    "minimum of 1, NaN": (np.minimum, [1.0, nan], nan, [0, 1], None),
    "maximum at a tie": (np.maximum, [2.0, 2.0], 2, [HALF, HALF], None),
    "minimum at a tie": (np.minimum, [2.0, 2.0], 2, [HALF, HALF], None),
    "minimum": (np.minimum, [1.0, 2.0], 1, [1, 0], None),
    "fmax of NaN, 1": (np.fmax, [nan, 1.0], 1, [0, 1], None),
    "fmax of 1, NaN": (np.fmax, [1.0, nan], 1, [1, 0], None),
    "fmax at a tie": (np.fmax, [2.0, 2.0], 2, [HALF, HALF], None),
    "fmax of NaN, NaN": (np.fmax, [nan, nan], nan, [HALF, HALF], None),
    "fmin of NaN, 1": (np.fmin, [nan, 1.0], 1, [0, 1], None),
    "fmin of 1, NaN": (np.fmin, [1.0, nan], 1, [1, 0], None),
    "fmin": (np.fmin, [1.0, 2.0], 1, [1, 0], None),
    "5.5 mod 2": (np.remainder, [5.5, 2.0], 1.5, [1, -2], [[0, 0], [0, 0]]),
    "−5.5 mod 2": (np.remainder, [-5.5, 2.0], 0.5, [1, 3], [[0, 0], [0, 0]]),
    "5.5 mod −2": (np.remainder, [5.5, -2.0], -0.5, [1, 3], [[0, 0], [0, 0]]),
    "−5.5 mod −2": (np.remainder, [-5.5, -2.0], -1.5, [1, -2], [[0, 0], [0, 0]]),
    "fmod of −5.5, 2": (np.fmod, [-5.5, 2.0], -1.5, [1, 2], [[0, 0], [0, 0]]),
    "fmod of 5.5, −2": (np.fmod, [5.5, -2.0], 1.5, [1, 2], [[0, 0], [0, 0]]),
    "⌊5.5/2⌋": (np.floor_divide, [5.5, 2.0], 2, [0, 0], [[0, 0], [0, 0]]),
    "copysign of 0": (np.copysign, [0.0, -1.0], -0.0, [0, 0], [[0, 0], [0, 0]]),
    "copysign of 2, −0": (np.copysign, [2.0, -0.0], -2, [-1, 0], [[0, 0], [0, 0]]),
    "copysign of −2, −3": (np.copysign, [-2.0, -3.0], -2, [1, 0], [[0, 0], [0, 0]]),
    "heaviside at 0": (np.heaviside, [0.0, 0.3], 0.3, [0, 1], None),
    "heaviside at 1": (np.heaviside, [1.0, 0.3], 1, [0, 0], None),
    "arcsin at 1": (np.arcsin, [1.0], pi / 2, [inf], None),
    "arcsin at −1": (np.arcsin, [-1.0], -pi / 2, [inf], None),
    "arccos at 1": (np.arccos, [1.0], 0, [-inf], None),
    "arccosh at 1": (np.arccosh, [1.0], 0, [inf], None),
    "arctanh at 1": (np.arctanh, [1.0], inf, [inf], None),
    "arcsinh at 0": (np.arcsinh, [0.0], 0, [1], [[0]]),
    "clip on a bound": (lambda x: np.clip(x, 0.0, 1.0), [1.0], 1, [1], None),
    "clip at a lower bound that trains": (np.clip, [1.0, 1.0, 2.0], 1, [1, 0, 0], None),
    "clip at an upper bound that trains": (np.clip, [2.0, 1.0, 2.0], 2, [1, 0, 0], None),
    "clip between equal bounds": (np.clip, [0.0, 1.0, 1.0], 1, [0, 1, 0], None),
    "clip above equal bounds": (np.clip, [3.0, 1.0, 1.0], 1, [0, 0, 1], None),
    "clip with no bounds": (lambda x: ac.clip(x), [1.0], 1, [1], None),
    "clip of bounds that cross": (np.clip, [1.0, 3.0, 2.0], 2, [0, 0, 1], None),
    "nan_to_num of NaN": (np.nan_to_num, [nan], 0, [0], None),
    "nan_to_num of ∞": (lambda x: np.nan_to_num(x, posinf=9.0), [inf], 9, [0], None),
    "sign at 0": (np.sign, [0.0], 0, [0], None),
    "rint at ½": (np.rint, [0.5], 0, [0], None),
    "floor of −½": (np.floor, [-0.5], -1, [0], None),
    "where NaN is masked": (lambda x: np.where(False, x, 1.0) + np.where(True, 2.0, x), [nan], 3, [0], None),
    "where ∞ is masked": (lambda x: np.where(False, x * 0.5, 1.0), [inf], 1, [0], None),
    "a double where": (
        lambda x: ac.where(x > 0, ac.sqrt(ac.where(x > 0, x, 1.0)), 0.0),
        [0.0],
        0,
        [0],
        [[0]],
    ),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", POINTS)
def test_delicate_points(name, dtype):
    check_point(*POINTS[name], dtype)


def test_the_quotient_of_fmod_is_truncated_before_it_is_rounded():
    """1 is a little less than 10 · 0.1, although 1/0.1 rounds to 10."""
    _, (_, by_y), _ = slopes(np.fmod, 1.0, 0.1)
    assert by_y == -9
    _, (_, by_y), _ = slopes(np.remainder, 1.0, 0.1)
    assert by_y == -9


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_triangles_of_any_size(scale):
    r, (by_x, by_y), second = slopes(np.hypot, 3 * scale, 4 * scale)
    assert (r, by_x, by_y) == pytest.approx((5 * scale, 0.6, 0.8), rel=1e-15)
    assert second[0][0] == pytest.approx(0.128 / scale, rel=1e-14)
    angle, (by_y, by_x), _ = slopes(np.arctan2, 3 * scale, 4 * scale)
    assert angle == pytest.approx(np.arctan2(3, 4), rel=1e-15)
    assert (by_y, by_x) == pytest.approx((0.16 / scale, -0.12 / scale), rel=1e-15)


def test_inverse_hyperbolic_functions_of_huge_numbers():
    for f in (np.arcsinh, np.arccosh):
        _, (slope,), _ = slopes(f, 1e200)
        assert slope == pytest.approx(1e-200, rel=1e-15)


def test_inverse_functions_next_to_their_ends():
    x = 1 - 2.0**-50
    below = 2.0**-50 * (2 - 2.0**-50)
    for f, wanted in [(np.arcsin, below**-0.5), (np.arccos, -(below**-0.5)), (np.arctanh, 1 / below)]:
        _, (slope,), _ = slopes(f, x)
        assert slope == pytest.approx(wanted, rel=1e-15)
        _, (slope,), _ = slopes(f, -x)
        assert slope == pytest.approx(wanted, rel=1e-15)
    above = 1 + 2.0**-50
    _, (slope,), _ = slopes(np.arccosh, above)
    assert slope == pytest.approx((2.0**-50 * (2 + 2.0**-50)) ** -0.5, rel=1e-15)


def test_shares_of_logaddexp_are_exact_for_big_numbers():
    _, (first, second), _ = slopes(np.logaddexp, 1e4 + 0.5, 1e4)
    assert (first, second) == pytest.approx((1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(0.5))), rel=1e-15)
    _, (first, second), _ = slopes(np.logaddexp, 0.0, 700.0)
    assert (first, second) == pytest.approx((np.exp(-700), 1), rel=1e-13)


# ---- pairs of results, options and refusals --------------------------------------------------------------


def test_divmod_modf_and_frexp_give_two_results():
    t = Tensor([5.5, -5.5], requires_grad=True)
    q, r = np.divmod(t, 2.0)
    assert (q.numpy().tolist(), r.numpy().tolist()) == ([2, -3], [1.5, 0.5])
    (q + 10 * r).sum().backward()
    np.testing.assert_array_equal(t.grad, [10, 10])
    fraction, whole = np.modf(Tensor([5.5, -inf, nan]))
    np.testing.assert_array_equal(fraction.numpy(), [0.5, -0.0, nan])
    np.testing.assert_array_equal(whole.numpy(), [5, -inf, nan])
    m, e = np.frexp(Tensor([5.0, 0.0, -0.75], requires_grad=True))
    assert (m.numpy().tolist(), e.tolist()) == ([0.625, 0, -0.75], [3, 0, 0])
    assert e.dtype.kind == "i"


def test_ldexp_takes_integers_only():
    t = Tensor([1.0, -3.0], requires_grad=True)
    z = np.ldexp(t, np.array([3, -1]))
    np.testing.assert_array_equal(z.numpy(), [8, -1.5])
    z.sum().backward()
    np.testing.assert_array_equal(t.grad, [8, 0.5])
    with pytest.raises(TypeError):
        np.ldexp(t, 0.5)


def test_float_power_is_of_float64():
    t = Tensor(np.float32([4, 2]), requires_grad=True)
    for z in (np.float_power(t, 2), np.float_power(t, np.float32(0.5)), np.float_power([2, 3], t)):
        assert z.dtype == np.float64
        z.sum().backward()
        assert t.grad.dtype == np.float32
    assert np.float_power(Tensor([2, 3]), -1).numpy().tolist() == [0.5, 1 / 3]


def test_clip_refuses_a_bound_given_twice():
    with pytest.raises(ValueError, match="clip: give a_min or min, not both"):
        ac.clip(X, 0.0, min=1.0)


def test_nan_to_num_refuses_a_replacement_that_trains():
    with pytest.raises(TypeError, match=r"nan_to_num: nan is a number or an array, got a Tensor"):
        ac.nan_to_num(X, nan=Tensor(1.0))


def test_where_takes_one_argument_or_three():
    positions = np.where(Tensor([0.0, 2.0]))
    assert [p.tolist() for p in positions] == [[1]]
    with pytest.raises(ValueError, match="either both x and y are given or neither"):
        ac.where([True], 1.0)


def test_complex_numbers_are_left_to_numpy():
    z = np.array([3 + 4j, 1 - 1j])
    for name in ("real", "imag", "conjugate", "angle", "absolute", "real_if_close"):
        np.testing.assert_array_equal(OURS[name](z), getattr(np, name)(z))


CALLS = {
    "round": lambda t: np.round(t, 2),
    "around": lambda t: np.around(t, decimals=-1),
    "fix": lambda t: np.fix(t),
    "real": lambda t: np.real(t),
    "imag": lambda t: np.imag(t),
    "real_if_close": lambda t: np.real_if_close(t, tol=5),
    "angle": lambda t: np.angle(t, deg=True),
    "nan_to_num": lambda t: np.nan_to_num(t, copy=False, nan=1.0, posinf=2.0, neginf=-2.0),
    "unwrap": lambda t: np.unwrap(t, discont=0.5, axis=0, period=1.5),
    "sinc": lambda t: np.sinc(t),
    "i0": lambda t: np.i0(t),
    "clip": lambda t: np.clip(t, -0.5, 0.5),
    "where": lambda t: np.where(X > 0, t, 2.0),
    "dtype=": lambda t: np.sin(t, dtype=np.float32),
    "outer": lambda t: np.hypot.outer(t, Y),
}


@pytest.mark.parametrize("name", CALLS)
def test_numpys_calls_on_tensors(name):
    t = Tensor(X, requires_grad=True)
    z = CALLS[name](t)
    wanted = CALLS[name](X.copy())
    assert z.requires_grad
    assert z.dtype == wanted.dtype
    np.testing.assert_allclose(z.numpy(), wanted, rtol=1e-6 if name == "dtype=" else 1e-15)
    np.testing.assert_array_equal(t.numpy(), X)


def test_a_conjugate_is_a_copy():
    w = Tensor([1.0, 2.0], requires_grad=True)
    with ac.no_grad():
        y = np.conj(w)
        y -= 1
    np.testing.assert_array_equal(w.numpy(), [1, 2])


def test_unwrap_refuses_a_period_that_trains():
    with pytest.raises(TypeError, match="unwrap: discont and period are numbers, got a Tensor"):
        ac.unwrap(X, period=Tensor(2.0))


def test_unwrap_names_a_wrong_axis():
    with pytest.raises(np.exceptions.AxisError):
        np.unwrap(Tensor(X), axis=2)


def test_a_gradient_goes_back_through_astype_in_the_dtype_it_came_from():
    x = Tensor(np.array([1.0, 2.0]), requires_grad=True)
    z = x.astype(np.float32)
    (g,) = pull({z.node: np.float32([1, 3])}).values()
    assert g.dtype == np.float64
    np.testing.assert_array_equal(g, [1.0, 3.0])


def test_a_condition_that_trains_may_choose_integers():
    w = Tensor([0.5, 0.0, -1.0], requires_grad=True)
    z = np.where(w, 1, np.array([2, 3, 4]))
    assert z.dtype == np.int64
    np.testing.assert_array_equal(z, [1, 3, 1])
    assert np.where(w, 1.0, 2).requires_grad
