"""Every verdict on a function that deserves it, no false alarms, and broken rows named by order and mode."""

import collections

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import Diagnosis, Verdict, assert_gradients, blame, check_gradients

RNG = np.random.default_rng(1)
X = RNG.standard_normal((3, 4))
Y = RNG.standard_normal((3, 4))

OK, WRONG, KINK, NOISY, NONDETERMINISTIC, DISCONNECTED, LOW_PRECISION = (
    Verdict[name]
    for name in ("OK", "WRONG", "KINK", "NOISY", "NONDETERMINISTIC", "DISCONNECTED", "LOW_PRECISION")
)

half = ac.elementwise("half", lambda x: x**3, lambda g, z, x: g * (1.5 * x * x), keeps="x")
turned = ac.elementwise("turned", lambda x: -x, lambda g, z, x: g)
silent = ac.elementwise("silent", lambda x: 2 * x, lambda g, z, x: 0 * g)
infinite = ac.elementwise("infinite", lambda x: 1 * x, lambda g, z, x: g * np.nan)
wrong_square = ac.elementwise("wrong_square", lambda x: x * x, lambda g, z, x: g * (3 * x), keeps="x")
second = ac.elementwise("second", lambda x: x**3, lambda g, z, x: g * (3 * wrong_square(x)), keeps="x")
shifted = ac.linear("shifted", lambda x: 2 * x + 1, lambda g, z, x: 2 * g)
wrong_linear = ac.linear("wrong_linear", lambda x: 2 * x, lambda g, z, x: 3 * g)
greedy = ac.elementwise(
    "greedy", np.maximum, lambda g, z, x, y: g * (x >= y), lambda g, z, x, y: g * (y >= x), keeps="xy"
)
steep_at_0 = ac.elementwise(
    "steep_at_0",
    lambda x: np.maximum(x, 0),
    lambda g, z, x: g * ac.where(x > 0, 1.0, ac.where(x < 0, 0.0, 5.0)),
    keeps="x",
)
double_relu = ac.elementwise(
    "double_relu", lambda x: np.maximum(x, 0), lambda g, z, x: g * (2 * (x > 0)), keeps="x"
)
big_only = ac.elementwise(
    "big_only", lambda x: 1 * x, lambda g, z, x: g * ac.where(x > 4, 2.0, 1.0), keeps="x"
)
forgetful = ac.general("forgetful", lambda x: x.mean(), lambda g, z, x: g * ac.ones_like(x), keeps="x")


# ---- OK ----------------------------------------------------------------------------------------------------

SMOOTH = {
    "exp": (ac.exp, X),
    "log": (ac.log, np.abs(X)),
    "tanh": (ac.tanh, X),
    "numpy": (lambda x: np.sum(np.sin(x) * x, axis=0), X),
    "methods": (lambda x: (x.T @ x).sum(axis=1), X),
    "power": (ac.power, np.abs(X), Y),
    "divide": (ac.divide, X, Y),
    "broadcast": (ac.multiply, X, Y[0]),
    "matmul": (ac.matmul, X, Y.T),
    "var": (lambda x: ac.var(x, axis=1), X),
    "mean": (ac.mean, X),
    "concatenate": (lambda x, y: ac.concatenate([x, y], axis=1) ** 2, X, Y),
    "index": (lambda x: x[[0, 0, 2], 1:3] ** 2, X),
    "abs off its kink": (ac.absolute, X),
    "max": (lambda x: ac.max(x, axis=1), X),
    "linear": (lambda x: 3 * x - 1, X),
    "constant": (lambda x: 0 * x + 5, X),
    "flat": (ac.sign, X),
    "identity": (lambda x: x, X),
    "number": (lambda x: x**2, 3.0),
    "lone integer": (lambda x: x**2, 3),
    "0-d": (ac.sin, np.array(0.3)),
    "stationary point": (ac.cos, 0.0),
    "x³ at 0": (lambda x: x**3, 0.0),
    "all zeros": (lambda x: ac.exp(x) * ac.cos(x), np.zeros(3)),
    "two results of other sizes": (lambda x: (1e6 * ac.sin(x), 1e-6 * ac.cos(x)), X),
    "Tensor": (ac.exp, ac.Tensor(X)),
    "leaf": (ac.exp, ac.Tensor(X, requires_grad=True, name="x")),
    "batch normalisation": (lambda x: (x - ac.mean(x, axis=0)) / ac.std(x, axis=0), X),
    "edge of the domain": (lambda x: ac.log(x), np.array([1e-10, 1.0])),
    "own row": (ac.elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x"), X),
    "second use": (lambda x: x * x + x, X),
    "derivative inside": (lambda x: ac.grad(lambda y: (y**3).sum())(x), X),
    "infinite result": (ac.log, np.array([1.0, 0.0, 2.0])),
    "infinite argument": (lambda x: ac.exp(-x), np.array([1.0, np.inf])),
    "fast oscillation": (lambda x: ac.sin(1e9 * x), 1.0),
    "kink close by": (lambda x: ac.absolute(x - 1e-6), np.array([0.0])),
}


@pytest.mark.parametrize("case", SMOOTH)
def test_smooth_functions_are_right(case):
    f, *args = SMOOTH[case]
    diagnosis = check_gradients(f, *args)
    assert diagnosis.verdict is OK, diagnosis
    assert diagnosis
    assert "reverse and forward" in str(diagnosis)


@pytest.mark.parametrize("size", [1e-150, 1e-9, 1e-6, 1.0, 1e6, 1e12, 1e150])
@pytest.mark.parametrize("case", ["square", "linear", "sqrt", "log"])
def test_every_size_of_the_arguments(case, size):
    f = {"square": lambda x: (x**2).sum(), "linear": lambda x: x * 3.0, "sqrt": ac.sqrt, "log": ac.log}[case]
    assert check_gradients(f, size * np.array([1.5, 2.0, 0.7])).verdict is OK


@pytest.mark.parametrize("size", [1e-90, 1e-9, 1e-6, 1.0, 1e6, 1e12, 1e90])
def test_mistakes_of_every_size(size):
    diagnosis = check_gradients(half, size * np.array([1.5, 2.0]))
    assert diagnosis.verdict is WRONG
    assert diagnosis.engine / diagnosis.differences == pytest.approx(0.5)


@pytest.mark.parametrize("error", [1.0, 1e-2, 1e-4, 1e-6])
def test_small_mistakes(error):
    off = ac.elementwise("off", np.sin, lambda g, z, x: g * ((1 + error) * ac.cos(x)), keeps="x")
    assert check_gradients(off, X).verdict is WRONG


def test_empty_arrays():
    assert check_gradients(ac.sin, np.zeros((0, 3))).verdict is OK
    assert check_gradients(lambda x, y: ac.sum(x) + y, np.zeros((0, 3)), 2.0).verdict is OK


def test_nests_in_and_out():
    Pair = collections.namedtuple("Pair", "a b")

    def f(p, pair, k):
        return {"loss": (p["W"] @ p["b"][0]).sum() * pair.b, "all": [pair.a**k, "text", None, 3]}

    args = {"W": X, "b": (Y[0], 7)}, Pair(2.0, 3.0), 2
    assert check_gradients(f, *args).verdict is OK
    diagnosis = check_gradients(lambda *a: f(*a)["all"][0] + half(a[0]["b"][0]), *args)
    assert (diagnosis.verdict, diagnosis.position, diagnosis.argument) == (WRONG, 0, "a[0]['b'][0]")


def test_arguments_are_left_alone():
    x, k, kept = X.copy(), np.array([1, 2, 0]), ac.Tensor(X, requires_grad=True)

    assert check_gradients(lambda x, k, t: (x * t)[k], x, k, kept).verdict is OK
    assert (x == X).all()
    assert kept.grad is None
    assert (kept.numpy() == X).all()


def test_functions_that_refuse_one_side():
    def guarded(x):
        if x.numpy().min() < 0:
            raise ValueError("x is at least 0")
        return x * 2 + x**2

    assert check_gradients(guarded, np.array([0.0, 1.0])).verdict is OK
    assert check_gradients(lambda x: half(guarded(x) + 1), np.array([0.0, 1.0])).verdict is WRONG


def test_numbers_that_cannot_be_moved_are_left_out():
    assert check_gradients(ac.power, np.array([-2.0, 3.0]), np.array([3.0, 2.0])).verdict is OK


# ---- KINK --------------------------------------------------------------------------------------------------

PARTS = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 2))
KINKS = {
    "relu at 0": (ac.relu, np.array([1.0, 0.0, -2.0]), (1,)),
    "relu at 0 everywhere": (ac.relu, np.zeros((2, 3)), (0, 0)),
    "abs at 0": (ac.absolute, 0.0, ()),
    "Python's abs": (abs, np.array([0.0]), (0,)),
    "ties of max": (ac.max, np.array([1.0, 3.0, 3.0, 0.0]), (1,)),
    "all tied": (ac.max, np.ones(5), (0,)),
    "ties of min": (ac.min, np.array([[3.0, 0.0], [0.0, 0.0]]), (0, 1)),
    "max-pool": (lambda x: ac.max(ac.reshape(x, (2, 2, 2, 2)), axis=(1, 3)), np.ones((4, 4)), (0, 0)),
    "clip on its bound": (lambda x: ac.clip(x, -1, 1), np.array([1.0, 0.0]), (0,)),
    "std of equal numbers": (ac.std, np.ones(4), (0,)),
    "jump": (ac.sign, np.array([2.0, 0.0]), (1,)),
    "infinite slope": (ac.sqrt, np.array([1.0, 0.0]), (1,)),
    "a slope like log x": (lambda x: ac.xlogy(x, x), np.array([0.0, 1.0]), (0,)),
    "one that begins just beside": (lambda x: x * ac.log(x), np.array([1e-30, 1.0]), (0,)),
    "many at once": (ac.relu, np.concatenate([np.ones((1, 50)), np.zeros((3, 50))]), None),
    "several kinks that meet": (lambda x: ac.relu(x) - ac.relu(-x), 0.0, ()),
    "a network at 0": (lambda x: ac.relu(x @ PARTS[0]) @ PARTS[1], np.zeros((2, 4)), (0, 0)),
    "a branch": (lambda x: x if x > 0 else 0 * x, 0.0, ()),
}


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("case", KINKS)
def test_kinks_are_no_mistakes(case, mode):
    f, x, index = KINKS[case]
    diagnosis = check_gradients(f, x, modes=(mode,))
    assert diagnosis.verdict is KINK, diagnosis
    assert diagnosis
    if index is None:
        assert x[diagnosis.index] == 0
    else:
        assert diagnosis.index == index


def test_both_arguments_at_a_tie():
    diagnosis = check_gradients(ac.maximum, np.ones(2), np.ones(2))
    assert (diagnosis.verdict, diagnosis.argument, diagnosis.index) == (KINK, diagnosis.argument, (0,))
    assert (diagnosis.left, diagnosis.engine, diagnosis.right) == (0, 0.5, pytest.approx(1))


def test_both_sides_are_shown():
    text = str(check_gradients(lambda x: ac.relu(x), np.array([1.0, 0.0])))
    assert "∂f[1]/∂x[1]" in text
    assert "0 to the left, 1 to the right" in text


def test_a_kink_of_the_gradient():
    diagnosis = check_gradients(lambda x: ac.relu(x) ** 2, np.array([1.0, 0.0]))
    assert (diagnosis.verdict, diagnosis.order, diagnosis.index) == (KINK, 2, (1,))


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize(
    ("f", "args", "op"),
    [
        (steep_at_0, (np.array([1.0, 0.0]),), "steep_at_0"),
        (lambda x: (steep_at_0(x @ PARTS[0]) @ PARTS[1]).sum(), (np.zeros((2, 4)),), "steep_at_0"),
        (double_relu, (np.array([1.0, 0.0]),), "double_relu"),
        (double_relu, (np.array([0.0]),), "double_relu"),
        (greedy, (np.ones(3), np.ones(3)), "greedy"),
        (lambda x, y: ac.relu(greedy(x, y) - 1).sum() * 2, (np.full(3, 2.0), np.full(3, 2.0)), "greedy"),
        (lambda x: 3 * x if x.item() == 0 else x, (0.0,), None),
    ],
    ids=["row", "network", "double", "double at 0", "tie", "tie among others", "branch"],
)
def test_mistakes_at_a_kink_are_not_excused(f, args, op, mode):
    diagnosis = check_gradients(f, *args, modes=(mode,))
    assert (diagnosis.verdict, diagnosis.op, diagnosis.order) == (WRONG, op, 1), diagnosis
    assert not diagnosis


def test_shares_of_a_tie():
    text = str(check_gradients(greedy, np.ones(3), np.ones(3)))
    assert "not all together" in text
    assert "must add up to 1" in text.replace("\n   ", "")


# ---- WRONG -------------------------------------------------------------------------------------------------

BROKEN = {
    "factor": (half, "reverse", 1, "factor ½"),
    "sign": (turned, "reverse", 1, "sign is turned round"),
    "second order": (second, "reverse", 2, "constant factor 1.5"),
    "forward only": (shifted, "forward", 1, None),
    "reverse only": (wrong_linear, "reverse", 1, "constant factor 1.5"),
    "NaN": (infinite, "reverse", 1, "NaN or infinite"),
}


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("case", BROKEN)
def test_broken_rows(case, inside):
    row, mode, order, text = BROKEN[case]
    f = (lambda x: ac.sin(row(ac.exp(x))).sum()) if inside else row
    diagnosis = check_gradients(f, X)
    assert diagnosis.verdict is WRONG
    assert not diagnosis
    assert (diagnosis.mode, diagnosis.order) == (mode, order)
    assert f"{mode} mode, order {order}" in str(diagnosis)
    if order == 1:
        assert diagnosis.op == row.name
    if text and not inside:
        assert text in str(diagnosis)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("case", BROKEN)
def test_broken_rows_in_each_mode(case, mode):
    row, broken, order, _ = BROKEN[case]
    diagnosis = check_gradients(row, X, modes=(mode,))
    if case.endswith("only") and broken != mode:
        assert diagnosis.verdict is OK
    else:
        assert (diagnosis.verdict, diagnosis.mode, diagnosis.order) == (WRONG, mode, order)


def test_the_other_mode_is_said_to_be_right():
    assert "The derivative in reverse mode is right." in str(check_gradients(shifted, X))


def test_order_one_does_not_look_at_the_second():
    assert check_gradients(second, X, order=1).verdict is OK


def test_a_third_order():
    cube = ac.elementwise("cube_", lambda x: x**4, lambda g, z, x: g * (4 * third(x)), keeps="x")
    third = ac.elementwise("third", lambda x: x**3, lambda g, z, x: g * (3 * wrong_square(x)), keeps="x")
    assert check_gradients(cube, X).verdict is OK
    diagnosis = check_gradients(cube, X, order=3)
    assert (diagnosis.verdict, diagnosis.order) == (WRONG, 3)


def test_the_worst_entry_and_both_sides():
    rows = np.array([1.0, 1.0, 5.0, 1.0])

    def f(values, k):
        return big_only(values * 1.0) ** 2 + k

    diagnosis = check_gradients(f, rows, 3)
    assert (diagnosis.argument, diagnosis.position, diagnosis.index) == ("values", 0, (2,))
    assert diagnosis.output == (2,)
    assert (diagnosis.engine, diagnosis.differences) == (pytest.approx(20), pytest.approx(10))
    text = str(diagnosis)
    assert "∂f[2]/∂values[2]" in text
    assert "engine      20" in text
    assert "differences 10" in text
    assert "engine / differences = 2" in text
    assert "op          the rule of big_only" in text
    assert "h^1.0" in text


@pytest.mark.parametrize("shape", [(5000,), (60, 70), (4, 30, 40)])
def test_one_wrong_entry_among_thousands(shape):
    x = np.random.default_rng(3).uniform(-3, 3, shape)
    where = tuple(n // 2 for n in shape)
    x[where] = 4.5
    diagnosis = check_gradients(lambda x: ac.sin(big_only(x)), x)
    assert (diagnosis.verdict, diagnosis.index, diagnosis.output) == (WRONG, where, where)


def test_the_entry_of_the_second_derivative():
    diagnosis = check_gradients(lambda x: second(x).sum(), np.array([1.0, 2.0]))
    assert (diagnosis.first, diagnosis.index) == ("x[1]", (1,))
    assert (diagnosis.engine, diagnosis.differences) == (pytest.approx(18), pytest.approx(12))
    assert "∂²f/∂x[1]∂x[1]" in str(diagnosis)


def test_one_wrong_result_among_several():
    diagnosis = check_gradients(lambda x: {"a": ac.sin(x), "b": [ac.exp(x), half(x)]}, np.array([1.0, 2.0]))
    assert diagnosis.result in ("f['b'][1][0]", "f['b'][1][1]")
    assert f"∂{diagnosis.result}/∂x[{diagnosis.index[0]}]" in str(diagnosis)


def test_weights_all_alike_would_not_see_it():
    # the results are constant in sum, so that from ones every gradient looks right
    wrong = ac.elementwise("wrong", lambda x: 1 * x, lambda g, z, x: 7 * g)
    assert check_gradients(lambda x: wrong((x - ac.mean(x, axis=0)) / ac.std(x, axis=0)), X).verdict is WRONG
    assert check_gradients(lambda x: wrong(ac.exp(x) / ac.exp(x).sum()), np.zeros(4)).verdict is WRONG


GUESSED = {
    "mean forgotten": (forgetful, np.arange(1.0, 5), "× 4 = the length of axis 0 of x: mean forgotten?"),
    "divided twice": (
        ac.general("twice", lambda x: x.sum(), lambda g, z, x: g * (ac.ones_like(x) / 5), keeps="x"),
        np.arange(1.0, 6),
        "off by 1/5 = 1/(the length of axis 0 of x)",
    ),
    "transposed": (
        ac.general("crossed", lambda x: x @ x, lambda g, z, x: (g @ x.T + x.T @ g).T, keeps="x"),
        RNG.standard_normal((3, 3)),
        "transposed",
    ),
    "rows exchanged": (
        ac.linear("flipped", lambda x: x[::-1], lambda g, z, x: g * 1),
        RNG.standard_normal((4, 2)),
        "in the opposite order along the rows",
    ),
    "detached": (
        lambda x: (x * x.detach()).sum(),
        X,
        "a term is cut off from the graph: .detach() at test_check",
    ),
}


@pytest.mark.parametrize("case", GUESSED)
def test_the_mistake_is_guessed(case):
    row, x, text = GUESSED[case]
    diagnosis = check_gradients(lambda x: row(x), x)
    assert diagnosis.verdict is WRONG
    assert text in diagnosis.guess.text, diagnosis


def test_softmax_over_the_batch():
    def softmax(a, axis):
        e = np.exp(a - a.max(axis, keepdims=True))
        return e / e.sum(axis, keepdims=True)

    target = np.eye(3)[[0, 2, 1, 1]]
    loss = ac.general(
        "loss",
        lambda a: -(target * np.log(softmax(a, 1))).sum() / 4,
        lambda g, z, a: g * ((ac.exp(a) / ac.sum(ac.exp(a), axis=0, keepdims=True) - target) / 4),
        keeps="a",
    )
    diagnosis = check_gradients(lambda a: loss(a), RNG.standard_normal((4, 3)))
    assert "over the batch (axis 0) instead of the classes" in diagnosis.guess.text


# ---- DISCONNECTED ------------------------------------------------------------------------------------------


def by_detach(x, y):
    return x.detach() * y


def by_item(x, y):
    return x.item() * y


def by_float(x, y):
    return float(x * 2) * y


def by_numpy(x, y):
    return (x * 1).numpy() * y


def by_no_grad(x, y):
    with ac.no_grad():
        z = x * x
    return z * y


def by_data(x, y):
    return x.data * y


def by_rule(x, y):
    return silent(x) * y


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize(
    ("f", "why"),
    [
        (by_detach, ".detach() at test_check.py:"),
        (by_item, ".item() at test_check.py:"),
        (by_float, "float() at test_check.py:"),
        (by_numpy, ".numpy() at test_check.py:"),
        (by_no_grad, "no_grad() at test_check.py:"),
        (by_data, ".data at test_check.py:"),
        (by_rule, "a rule on it gives 0"),
    ],
)
def test_disconnected(f, why, mode):
    diagnosis = check_gradients(f, 2.0, 3.0, modes=(mode,))
    assert diagnosis.verdict is DISCONNECTED
    assert not diagnosis
    assert (diagnosis.argument, diagnosis.position, diagnosis.index) == ("x", 0, ())
    assert diagnosis.engine == 0
    assert diagnosis.differences
    text = str(diagnosis)
    assert "varies with x, but no gradient arrives" in text
    assert why in " ".join(text.split())


def test_everything_disconnected():
    diagnosis = check_gradients(lambda x: np.sin(x.numpy()), X)
    assert diagnosis.verdict is DISCONNECTED
    assert ".numpy() at test_check.py" in str(diagnosis)


def test_plain_arrays_of_numpy():
    diagnosis = check_gradients(lambda x: np.asarray(x) * 2, X)
    assert diagnosis.verdict is DISCONNECTED
    assert "a plain array would lose it" in str(diagnosis)


def test_disconnected_in_the_second_order():
    stiff = ac.general("stiff", lambda x: x**3, lambda g, z, x: g * ac.Tensor(plain(x)), keeps="x")
    diagnosis = check_gradients(stiff, X)
    assert (diagnosis.verdict, diagnosis.order) == (DISCONNECTED, 2)
    assert "the gradient by x varies with x" in str(check_gradients(lambda x: stiff(x), X))


def plain(x):
    return 3 * (x.numpy() if isinstance(x, ac.Tensor) else np.asarray(x)) ** 2


def test_integers_inside_do_not_vary():
    assert check_gradients(lambda x: x.astype(int) * 1.0 + 0 * x, X).verdict in (OK, KINK)


# ---- NONDETERMINISTIC --------------------------------------------------------------------------------------

OWN = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("f", "why"),
    ids=["factors", "mask", "numpy", "own"],
    argvalues=[
        (lambda x: x * ac.rand(12), "the default generator of autograd_core"),
        (lambda x: x * (ac.rand(12) > 0.5), "the default generator of autograd_core"),
        (lambda x: x * np.random.rand(12), "np.random"),  # noqa: NPY002 - what careless functions do
        (lambda x: x * OWN.random(12), "a generator of its own"),
    ],
)
def test_nondeterministic(f, why):
    diagnosis = check_gradients(f, np.ones(12))
    assert diagnosis.verdict is NONDETERMINISTIC
    assert not diagnosis
    assert len(diagnosis.index) == 1
    text = " ".join(str(diagnosis).split())
    assert why in text
    assert "was first" in text
    assert "rng" in text or "seed" in text


def test_small_masks_that_come_out_alike():
    ac.manual_seed(3)
    verdicts = [check_gradients(lambda x: x * (ac.rand(1) > 0.5), np.ones(1)).verdict for _ in range(20)]
    assert verdicts == [NONDETERMINISTIC] * 20


def test_a_given_generator():
    diagnosis = check_gradients(lambda x, rng: x * rng.random(3), np.ones(3), np.random.default_rng(0))
    assert diagnosis.verdict is NONDETERMINISTIC
    assert "the generator among the arguments" in " ".join(str(diagnosis).split())


def test_fixed_seeds_are_fine():
    assert check_gradients(lambda x: x * ac.rand(3, rng=0), np.ones(3)).verdict is OK


def test_a_state_between_calls():
    seen = []

    def f(x):
        seen.append(1)
        return x * len(seen)

    diagnosis = check_gradients(f, 2.0)
    assert diagnosis.verdict is NONDETERMINISTIC
    assert "keeps a state between calls" in " ".join(str(diagnosis).split())


# ---- NOISY and LOW_PRECISION -------------------------------------------------------------------------------


def grain(x):
    """Numbers between 0 and 1 that depend on every bit of x, cut off from the graph."""
    return np.modf(np.abs(np.sin(1e7 * x.numpy())) * 43758.5453)[0]


ROUGH = {
    "cancelled": lambda x: (x + 1e16) - 1e16,
    "grain": lambda x: x + 0.1 * grain(x),
    "too small to see": lambda x: x + 1e17,
}


@pytest.mark.parametrize("case", ROUGH)
def test_noisy(case):
    diagnosis = check_gradients(ROUGH[case], np.array([1.3]))
    assert diagnosis.verdict is NOISY
    assert not diagnosis
    assert "±" in str(diagnosis)


def test_a_little_noise_does_not_hide_the_answer():
    assert check_gradients(lambda x: x**2 + 1e-9 * grain(x), X, order=1).verdict is OK
    assert check_gradients(lambda x: half(x) + 1e-9 * grain(x), X, order=1).verdict is WRONG


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("case", ["tanh", "exp", "numpy", "mean", "matmul", "batch normalisation"])
def test_low_precision_is_no_mistake(case, dtype):
    f, *args = SMOOTH[case]
    assert check_gradients(f, *(a.astype(dtype) for a in args)).verdict is OK


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_mistakes_in_low_precision(dtype):
    diagnosis = check_gradients(half, X.astype(dtype))
    assert (diagnosis.verdict, diagnosis.guess.text[:16]) == (WRONG, "off by a factor ½"[:16])


def test_low_precision_inside():
    assert check_gradients(lambda x: ac.tanh(x.astype(np.float32)), X).verdict is OK
    assert check_gradients(lambda x: half(x.astype(np.float32)), X).verdict is WRONG
    diagnosis = check_gradients(lambda x: (x.astype(np.float16) + 1000) - 1000, X)
    assert diagnosis.verdict is LOW_PRECISION
    assert "computes in float16" in " ".join(str(diagnosis).split())


def test_overflow_of_low_precision():
    diagnosis = check_gradients(lambda x: (300 * x) ** 2 / 300**2, np.array([1.0, 2.0], np.float16))
    assert diagnosis.verdict is LOW_PRECISION
    assert not diagnosis
    text = " ".join(str(diagnosis).split())
    assert "In float64 the derivatives are right" in text
    assert "float16" in text


def test_rounding_of_low_precision():
    # 1 − cos x loses everything in float32; the gradient through the quotient does too
    f = lambda x: ac.log(1 - ac.cos(x))
    assert check_gradients(f, np.array([2e-4], np.float32), order=1).verdict is LOW_PRECISION
    assert check_gradients(f, np.array([0.5], np.float32)).verdict is OK


def test_a_function_that_takes_float32_only():
    def strict(x):
        if x.dtype != np.float32:
            raise TypeError("float32, please")
        return ac.sin(x)

    x = np.array([0.5, 1.0], np.float32)
    assert check_gradients(strict, x, order=1).verdict is OK
    assert check_gradients(lambda x: half(strict(x)), x, order=1).verdict is WRONG


# ---- the report --------------------------------------------------------------------------------------------


REPORTS = [
    *[(f, *args) for f, *args in (SMOOTH["matmul"], SMOOTH["number"])],
    *[(f, x) for f, x, _ in KINKS.values()],
    *[(row, X) for row, *_ in BROKEN.values()],
    (by_detach, 2.0, 3.0),
    (greedy, np.ones(3), np.ones(3)),
    (lambda x: x * ac.rand(3), np.ones(3)),
    (lambda x: x + 0.1 * grain(x), np.ones(1)),
]


@pytest.mark.parametrize("number", range(len(REPORTS)))
def test_reports_fit_a_terminal(number):
    f, *args = REPORTS[number]
    diagnosis = check_gradients(f, *args)
    lines = str(diagnosis).splitlines()
    assert lines[0].startswith(f"{diagnosis.verdict.name}: ")
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_the_same_report_again():
    assert str(check_gradients(half, X)) == str(check_gradients(half, X))


def test_a_diagnosis_without_a_report():
    assert str(Diagnosis(OK)) == "OK: the derivatives agree with differences"
    assert [bool(Diagnosis(v)) for v in Verdict] == [v in (OK, KINK) for v in Verdict]


def test_assert_gradients():
    assert assert_gradients(ac.sin, X) is None
    assert_gradients(ac.relu, np.zeros(2))
    with pytest.raises(AssertionError, match=r"engine / differences = 0\.5"):
        assert_gradients(half, X)
    with pytest.raises(AssertionError, match="forward mode"):
        assert_gradients(shifted, X, order=1, modes=("forward",))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check_gradients(ac.sin(X), X), TypeError, r"a function is needed, got ndarray; write"),
        (lambda: check_gradients(ac.sin), TypeError, "no argument holds floating numbers"),
        (lambda: check_gradients(ac.sin, np.array([1, 2])), TypeError, "write 2. instead of 2"),
        (lambda: check_gradients(lambda x: "text", X), TypeError, "returns no floating numbers"),
        (lambda: check_gradients(ac.log, 0.0), ValueError, "f is -inf at these arguments"),
        (lambda: check_gradients(ac.sin, X, order=0), ValueError, "whole number from 1, got 0"),
        (lambda: check_gradients(ac.sin, X, modes=("sideways",)), ValueError, "'reverse' and 'forward'"),
        (lambda: check_gradients(ac.sin, X, modes=()), ValueError, r"got \(\)"),
        (lambda: check_gradients(lambda x: x.nope, X), AttributeError, "nope"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_mode_by_its_name_alone():
    assert check_gradients(ac.sin, X, modes="forward").verdict is OK


@pytest.mark.parametrize("layout", ["Fortran", "strided"])
def test_a_wrong_entry_is_found_in_every_layout(layout):
    mask = np.ones((4, 3))
    mask[-1, -1] = 1.05
    row = ac.general("nearly_exp", np.exp, lambda g, z, x: g * z * mask, keeps="z")
    x = np.random.default_rng(1).standard_normal((4, 3))
    x = np.asfortranarray(x) if layout == "Fortran" else np.repeat(x, 2, axis=1)[:, ::2]
    diagnosis = check_gradients(row, x)
    assert (diagnosis.verdict, diagnosis.index) == (Verdict.WRONG, (3, 2)), diagnosis
    assert blame(row, x).index == (3, 2)


def test_a_number_much_smaller_than_its_neighbours_is_moved_by_its_own_size():
    x = np.array([1e-300, 1.0])
    assert check_gradients(np.log, x, order=1).verdict is OK
    assert check_gradients(np.log, x)
    wrong = ac.elementwise("off_log", np.log, lambda g, z, x: 1.01 * g / x, keeps="x")
    assert check_gradients(wrong, x).verdict is WRONG


def test_a_tie_within_rounding_is_a_kink():
    assert check_gradients(lambda x: x.max(), np.array([1.0, 1 + 1e-12, 0.0])).verdict is Verdict.KINK


def rough(x):
    return ac.Tensor(np.sin(1e9 * x.numpy()))  # differs at every call's arguments, and has no gradient


@pytest.mark.parametrize("size", [1e-6, 1e-4])
def test_noise_is_no_kink_however_the_slope_grows(size):
    for f in (lambda x: x**2 + size * rough(x), lambda x: (x @ x) + size * rough(x).sum()):
        assert check_gradients(f, np.array([2.9, 3.3, 4.1]), order=1).verdict in (NOISY, OK)
