"""Activations and special functions: against many digits, scipy and torch; tails, kinks, every mode."""

import math
from decimal import Decimal, localcontext
from functools import cache

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import activations
from tests.autograd_core.functions.derivatives import drawn, every_mode
from tests.autograd_core.functions.points import check_point, slopes

X = drawn(3, 4)
nan, inf = np.nan, np.inf
NAMES = sorted(set(activations.__all__) - {"xlogy"})
LOGITS = [0.0, 1e-9, -0.3, 0.7, -2.0, 5.0, -30.0, 36.8, -40.0, 40.0, -700.0, 700.0, -1e4, 1e4, 9999.3]

# ---- against many digits ---------------------------------------------------------------------------------


def exact(digits, formula, x):
    """A formula of Decimals with so many digits, rounded to a float at the end."""
    with localcontext() as context:
        context.prec = digits
        return float(formula(Decimal(x)))


def ln1p(x):
    return x - x * x / 2 + x**3 / 3 if x < Decimal("1e-20") else (1 + x).ln()


STABLE = {
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: ln1p(x.exp()),
    "logsigmoid": lambda x: -ln1p((-x).exp()),
}


@pytest.mark.parametrize("name", STABLE)
@pytest.mark.parametrize("x", LOGITS)
def test_logistic_functions_are_exact_for_any_logit(name, x):
    wanted = exact(60, STABLE[name], x)
    assert float(getattr(ac, name)(x)) == pytest.approx(wanted, rel=1e-14, abs=1e-320)
    single = getattr(ac, name)(np.float32(x))
    wanted = exact(60, STABLE[name], float(np.float32(x)))
    assert single.dtype == np.float32
    assert float(single) == pytest.approx(wanted, rel=1e-6, abs=2e-45)


@pytest.mark.parametrize("x", LOGITS)
def test_their_slopes_are_exact_too(x):
    up, down = (exact(60, STABLE["sigmoid"], v) for v in (x, -x))
    for name, wanted in (("softplus", up), ("logsigmoid", down)):
        _, (slope,), ((second,),) = slopes(getattr(ac, name), x)
        assert slope == pytest.approx(wanted, rel=1e-14, abs=1e-320)
        assert abs(second) == pytest.approx(up * down, rel=1e-12, abs=2.3e-16)
    both = slopes(np.logaddexp, x, 0.0)[1]
    assert both == [pytest.approx(w, rel=1e-14, abs=1e-320) for w in (up, down)]


@cache
def two_over_root_pi():
    """2/√π with 700 digits, π by Gauss and Legendre's means."""
    a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal(1) / 4, Decimal(1)
    for _ in range(11):
        mean = (a + b) / 2
        t -= p * (a - mean) ** 2
        a, b, p = mean, (a * b).sqrt(), 2 * p
    return 2 / ((a + b) ** 2 / (4 * t)).sqrt()


def series(x):
    """erf x as 2/√π Σ (−1)ᵏ x²ᵏ⁺¹ / (k! (2k + 1))."""
    power = total = x
    k = 0
    while abs(power) > Decimal("1e-660"):
        k += 1
        power *= -x * x / k
        total += power / (2 * k + 1)
    return two_over_root_pi() * total


POINTS = [
    0.0,
    1e-300,
    1e-9,
    0.1,
    0.4999,
    0.5,
    0.75,
    0.9999,
    1.0,
    1.3,
    2.0,
    3.1,
    4.5,
    5.9,
    8.0,
    13.7,
    20.3,
    26.2,
]


@pytest.mark.parametrize("x", [*POINTS, *(-p for p in POINTS[1:])])
def test_error_functions_are_exact_to_rounding(x):
    for name, formula in (("erf", series), ("erfc", lambda v: 1 - series(v))):
        wanted = exact(720, formula, x)
        found = getattr(ac, name)(x)
        assert float(found) == pytest.approx(wanted, rel=1e-15, abs=0)
        single = getattr(ac, name)(np.float32(x))
        assert single.dtype == np.float32
        if abs(wanted) > 1e-37:
            wanted = exact(720, formula, float(np.float32(x)))
            assert float(single) == pytest.approx(wanted, rel=6e-7)


def test_error_functions_of_anything():
    for name, ends in (("erf", (-1.0, 1.0)), ("erfc", (2.0, 0.0))):
        f = getattr(ac, name)
        np.testing.assert_array_equal(f(np.array([-inf, inf, nan])), [*ends, nan])
        np.testing.assert_array_equal(f(np.array([-400.0, 400.0])), ends)
        assert f(np.zeros((0, 3))).shape == (0, 3)
        assert f(np.float16(0.25)).dtype == np.float16
        assert f(3) == f(3.0)
        assert f([1, 2]).shape == (2,)
    assert math.copysign(1, ac.erf(-0.0)) == -1


# ---- against other libraries -----------------------------------------------------------------------------

WIDE = np.concatenate([drawn(300), 4 * drawn(300, seed=1), 30 * drawn(300, seed=2)])


def test_values_are_scipys():
    special = pytest.importorskip("scipy.special")
    for ours, theirs in [
        (ac.sigmoid, special.expit),
        (ac.logsigmoid, special.log_expit),
        (ac.erf, special.erf),
        (ac.erfc, special.erfc),
        (ac.i0, special.i0),
    ]:
        np.testing.assert_allclose(ours(WIDE), theirs(WIDE), rtol=2e-12, atol=1e-300)
    x, y = np.meshgrid([0.0, 0.5, -2.0], [0.0, 0.5, 3.0, nan])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(ac.xlogy(x, y), special.xlogy(x, y), rtol=1e-15)
    for n in range(4):
        x = Tensor(WIDE[:500], requires_grad=True)
        z = ac.i0(x)
        for _ in range(n):
            (z,) = ac.gradients(z.sum(), [x], create_graph=True)
        np.testing.assert_allclose(z.numpy(), special.ivp(0, WIDE[:500], n), rtol=1e-12)


def torchs(torch):
    """Torch's function for each of ours of any real number."""
    F, S = torch.nn.functional, torch.special
    other = {
        "softplus": lambda x: F.softplus(x, threshold=1e9),
        "erf": S.erf,
        "erfc": S.erfc,
        "i0": S.i0,
    }
    activations = ["logsigmoid", "leaky_relu", "elu", "selu", "silu", "mish", "softsign", "gelu"]
    smooth = [
        "sigmoid",
        "relu",
        "sinc",
        "exp",
        "exp2",
        "expm1",
        "square",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
    ]
    more = ["tanh", "arctan", "arcsinh", "reciprocal", "deg2rad", "rad2deg", "absolute", "floor", "ceil"]
    rest = ["trunc", "sign", "positive", "negative", "nan_to_num"]
    names = [*smooth, *more, *rest]
    return other | {n: getattr(F, n) for n in activations} | {n: getattr(torch, n) for n in names}


def compared(torch, ours, theirs, *xs, tolerance=1e-12):
    """Values and gradients, the latter at the same incoming gradient."""
    mine = [Tensor(x, requires_grad=True) for x in xs]
    other = [torch.tensor(x, requires_grad=True) for x in xs]
    z, w = ours(*mine), theirs(*other)
    np.testing.assert_allclose(z.numpy(), w.detach().numpy(), rtol=tolerance, atol=1e-14)
    g = drawn(*z.shape, seed=9)
    z.backward(g)
    w.backward(torch.tensor(g))
    for a, b in zip(mine, other, strict=True):
        scale = float(np.max(np.abs(b.grad.numpy()), initial=1))
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=tolerance, atol=1e-15 * scale)


def test_values_and_slopes_are_torchs():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    assert set(torchs(torch)) >= set(NAMES)
    for name, theirs in torchs(torch).items():
        compared(torch, getattr(ac, name), theirs, X)
        compared(torch, getattr(ac, name), theirs, drawn(50, seed=5) * 3)
    compared(
        torch, lambda x: ac.gelu(x, "tanh"), lambda x: torch.nn.functional.gelu(x, approximate="tanh"), X
    )
    compared(torch, lambda x: ac.leaky_relu(x, 0.2), lambda x: torch.nn.functional.leaky_relu(x, 0.2), X)
    compared(torch, lambda x: ac.elu(x, 0.7), lambda x: torch.nn.functional.elu(x, 0.7), X)
    positive, inside = np.abs(X) + 0.2, np.tanh(X)
    for name in ["sqrt", "log", "log2", "log10", "log1p"]:
        compared(torch, getattr(ac, name), getattr(torch, name), positive)
    for name in ["arcsin", "arccos", "arctanh"]:
        compared(torch, getattr(ac, name), getattr(torch, name), inside)
    compared(torch, ac.arccosh, torch.arccosh, positive + 1)
    y = drawn(4, seed=6)
    both = ["add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin", "hypot", "arctan2"]
    for name in [*both, "logaddexp", "logaddexp2", "copysign", "fmod", "remainder"]:
        compared(torch, getattr(ac, name), getattr(torch, name), X, y)
    compared(torch, ac.power, torch.pow, positive, y)
    compared(torch, ac.xlogy, torch.special.xlogy, X, np.abs(y))


# ---- every mode, delicate points -------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_mode(name):
    every_mode(getattr(ac, name), X)


def test_every_mode_with_settings():
    every_mode(lambda x: ac.gelu(x, "tanh"), X)
    every_mode(lambda x: ac.elu(x, 0.3), X)
    every_mode(lambda x: ac.leaky_relu(x, -0.5), X)
    every_mode(lambda x, y: ac.leaky_relu(x, y) + ac.elu(x, y), X, np.abs(drawn(4, seed=1)))
    every_mode(lambda x, y: ac.xlogy(x, y), X, np.abs(drawn(4, seed=1)))


LN2 = math.log(2)
DELICATE = {
    "relu at 0": (ac.relu, [0.0], 0, [0], None),
    "leaky_relu at 0": (ac.leaky_relu, [0.0], 0, [0.01], None),
    "elu at 0": (ac.elu, [0.0], 0, [1], [[1]]),
    "elu far away": (ac.elu, [1e3], 1e3, [1], [[0]]),
    "elu far below": (ac.elu, [-1e3], -1, [0], [[0]]),
    "elu at −∞": (ac.elu, [-inf], -1, [0], [[0]]),
    "selu at 0": (ac.selu, [0.0], 0, [1.7580993408473766], [[1.7580993408473766]]),
    "silu at 0": (ac.silu, [0.0], 0, [0.5], [[0.5]]),
    "silu far below": (ac.silu, [-1e3], 0, [0], [[0]]),
    "silu far away": (ac.silu, [1e3], 1e3, [1], [[0]]),
    "gelu at 0": (ac.gelu, [0.0], 0, [0.5], [[math.sqrt(2 / math.pi)]]),
    "gelu far below": (ac.gelu, [-1e3], 0, [0], [[0]]),
    "softplus at 0": (ac.softplus, [0.0], LN2, [0.5], [[0.25]]),
    "softplus at −∞": (ac.softplus, [-inf], 0, [0], [[0]]),
    "softplus at ∞": (ac.softplus, [inf], inf, [1], [[0]]),
    "logsigmoid at 0": (ac.logsigmoid, [0.0], -LN2, [0.5], [[-0.25]]),
    "logsigmoid at −∞": (ac.logsigmoid, [-inf], -inf, [1], [[0]]),
    "sigmoid at 0": (ac.sigmoid, [0.0], 0.5, [0.25], [[0]]),
    "sigmoid at ∞": (ac.sigmoid, [inf], 1, [0], [[0]]),
    "softsign at 0": (ac.softsign, [0.0], 0, [1], [[0]]),
    "mish at 0": (ac.mish, [0.0], 0, [0.6], [[0.64]]),
    "erf at 0": (ac.erf, [0.0], 0, [2 / math.sqrt(math.pi)], [[0]]),
    "erfc at 0": (ac.erfc, [0.0], 1, [-2 / math.sqrt(math.pi)], [[0]]),
    "i0 at 0": (ac.i0, [0.0], 1, [0], [[0.5]]),
    "xlogy at 0, 2": (ac.xlogy, [0.0, 2.0], 0, [LN2, 0], [[0, 0.5], [0.5, 0]]),
    "xlogy at 0, 0": (ac.xlogy, [0.0, 0.0], 0, [0, 0], [[0, 0], [0, 0]]),
    "xlogy at 0, −1": (ac.xlogy, [0.0, -1.0], 0, [0, 0], [[0, 0], [0, 0]]),
    "xlogy at 1, 0": (ac.xlogy, [1.0, 0.0], -inf, [-inf, inf], None),
    "xlogy at 0, NaN": (ac.xlogy, [0.0, nan], nan, None, None),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", DELICATE)
def test_delicate_points(name, dtype):
    check_point(*DELICATE[name], dtype)


def test_gelu_does_not_cancel_far_below():
    # x Φ(x) with Φ(x) = ½ erfc(−x/√2)
    wanted = -5.0 * math.erfc(5 / math.sqrt(2))
    assert float(ac.gelu(-10.0)) == pytest.approx(-10 * 0.5 * math.erfc(10 / math.sqrt(2)), rel=1e-14)
    assert float(ac.gelu(-5.0)) == pytest.approx(wanted / 2, rel=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_plain_operands_and_dtypes(name):
    f = getattr(ac, name)
    for dtype in (np.float16, np.float32, np.float64):
        x = X.astype(dtype)
        assert type(f(x)) is np.ndarray
        assert f(x).dtype == dtype
        z = f(Tensor(x, requires_grad=True))
        assert z.dtype == dtype
        assert z.requires_grad
        loose = {np.float16: 1e-2, np.float32: 1e-5, np.float64: 1e-14}[dtype]
        np.testing.assert_allclose(z.numpy(), f(X), rtol=loose, atol=loose)
    assert not isinstance(f(0.5), Tensor)
    assert np.shape(f([0.5, 1.0])) == (2,)
    assert f(np.zeros((0, 2))).shape == (0, 2)


def test_xlogy_leaves_float32_alone():
    x = Tensor(np.float32([0, 2]), requires_grad=True)
    for z in (ac.xlogy(x, 2.0), ac.xlogy(2.0, x + 1), ac.xlogy(x, 2), ac.xlogy(x, x + 1)):
        assert z.dtype == np.float32
    assert ac.xlogy(2, 3) == pytest.approx(2 * math.log(3))


def test_gelu_names_its_choices():
    with pytest.raises(ValueError, match="gelu: approximate is 'none' or 'tanh', got 'sigmoid'"):
        ac.gelu(X, approximate="sigmoid")


@pytest.mark.parametrize("name", ["sigmoid", "logsigmoid", "silu"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.int8, bool])
def test_integers_without_a_sign_are_taken_right(name, kind):
    x = np.array([0, 1, 1, 100]).astype(kind)
    f = getattr(ac, name)
    np.testing.assert_allclose(f(x), f(x.astype(float)), rtol=2e-3)


@pytest.mark.parametrize("name", ["leaky_relu", "elu", "selu"])
def test_a_recording_holds_on_both_sides_of_the_kink(name):
    """A mask that was made once would keep its choice when the recording is run on other numbers."""
    drawn = ac.graph(f"z = {name}(x)", x=2.0, grads="compute")
    for x in (-1.5, 0.0, 3.0):
        (there,) = ac.leaves(x=x)
        getattr(ac, name)(there).backward()
        again = drawn.replay(x=x)
        assert again["z"].value == getattr(ac, name)(x)
        assert again["x"].grad == there.grad.item()


@pytest.mark.parametrize(("name", "slope"), [("leaky_relu", [-3.0, 0.0]), ("elu", [np.expm1(-3.0), 0.0])])
def test_slopes_may_be_learned(name, slope):
    x, w = np.array([-3.0, np.inf]), ac.Tensor([0.3, 0.3], requires_grad=True)
    getattr(ac, name)(x, w).sum().backward()
    np.testing.assert_array_equal(w.grad.numpy(), slope)
