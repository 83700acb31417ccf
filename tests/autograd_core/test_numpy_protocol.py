"""NumPy's functions and operators on Tensors: gradients, dtypes, refusals that name the function."""

import operator

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import NoRuleError, Tensor
from autograd_core.functions.answers import FUNCTIONS, UFUNCS
from autograd_core.node import ancestors

# its name before NumPy 2.1
RESHAPE = "shape" if np.lib.NumpyVersion(np.__version__) >= "2.1.0" else "newshape"


def leaf(data):
    return Tensor(data, requires_grad=True)


A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
B = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -3.0]])

CALLS = {
    "exp": lambda t: np.exp(t),
    "log": lambda t: np.log(t),
    "sum axis": lambda t: np.sum(t, axis=0),
    "sum": lambda t: np.sum(t),
    "sum keepdims": lambda t: np.sum(t, axis=1, keepdims=True),
    "mean": lambda t: np.mean(t, axis=(0, 1)),
    "var": lambda t: np.var(t, axis=1, ddof=1),
    "std": lambda t: np.std(t),
    "max": lambda t: np.max(t, axis=1),
    "amin": lambda t: np.amin(t),
    "add.reduce": lambda t: np.add.reduce(t, axis=1),
    "add.reduce of the first axis": lambda t: np.add.reduce(t),
    "add.reduce of all": lambda t: np.add.reduce(t, axis=None),
    "maximum.reduce": lambda t: np.maximum.reduce(t, axis=0, keepdims=True),
    "reshape": lambda t: np.reshape(t, (3, 2)),
    "reshape by keyword": lambda t: np.reshape(t, **{RESHAPE: (3, -1)}),
    "ravel": lambda t: np.ravel(t),
    "transpose": lambda t: np.transpose(t),
    "transpose axes": lambda t: np.transpose(t, axes=(1, 0)),
    "swapaxes": lambda t: np.swapaxes(t, 0, -1),
    "expand_dims": lambda t: np.expand_dims(t, 1),
    "expand_dims twice": lambda t: np.expand_dims(t, (0, -1)),
    "squeeze": lambda t: np.squeeze(np.expand_dims(t, 0)),
    "squeeze axis": lambda t: np.squeeze(np.expand_dims(t, 0), axis=0),
    "broadcast_to": lambda t: np.broadcast_to(t, (4, 2, 3)),
    "concatenate": lambda t: np.concatenate([t, B], axis=1),
    "concatenate flat": lambda t: np.concatenate([B, t], axis=None),
    "stack": lambda t: np.stack([B, t, t], axis=-1),
    "where": lambda t: np.where(A > 2, t, 0.0),
    "clip": lambda t: np.clip(t, 1.5, 4.5),
    "clip one side": lambda t: np.clip(t, None, 4.5),
    "clip by keyword": lambda t: np.clip(t, a_min=1.5, a_max=None),
    "dot": lambda t: np.dot(t, B.T),
    "dot number": lambda t: np.dot(t, 2.0),
    "matmul": lambda t: np.matmul(B.T, t),
    "maximum": lambda t: np.maximum(t, B),
    "minimum": lambda t: np.minimum(3.5, t),
    "power": lambda t: np.power(t, 3),
    "square": lambda t: np.square(t),
    "sqrt": lambda t: np.sqrt(t),
    "absolute": lambda t: np.absolute(t),
    "negative": lambda t: np.negative(t),
    "positive": lambda t: np.positive(t),
    "tanh": lambda t: np.tanh(t),
    "divide": lambda t: np.divide(B, t),
    "where=True": lambda t: np.add(t, B, where=True),
    "dtype=": lambda t: np.add(t, B, dtype=np.float64, casting="same_kind"),
    "multiply.outer": lambda t: np.multiply.outer(t, B),
    "vecdot axis": lambda t: np.vecdot(t, B, axis=0),
    "subtract.outer": lambda t: np.subtract.outer([1.0, 2.0], t),
    "array * t": lambda t: B * t,
    "array - t": lambda t: B - t,
    "array @ t": lambda t: B.T @ t,
    "t @ array": lambda t: t @ B.T,
    "array / t": lambda t: B / t,
    "array ** t": lambda t: A**t,
    "number ** t": lambda t: 2.0**t,
    "float64 - t": lambda t: np.float64(2) - t,
    "0-d array * t": lambda t: np.array(2.0) * t,
    "list + t": lambda t: [1.0, 2.0, 3.0] + t,  # noqa: RUF005
    "list * t": lambda t: [[2.0], [3.0]] * t,
    "tuple - t": lambda t: (1.0, 2.0, 3.0) - t,
    "t / list": lambda t: t / [1.0, 2.0, 4.0],
    "list @ t": lambda t: [1.0, 2.0] @ t,
    "True + t": lambda t: True + t,
}


# where Python's sequences mean something else by the operator, or have none
PLAIN = {
    "list + t": np.array([1.0, 2.0, 3.0]) + A,
    "tuple - t": np.array([1.0, 2.0, 3.0]) - A,
    "list @ t": np.array([1.0, 2.0]) @ A,
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(name):
    f, t = CALLS[name], leaf(A)
    z = f(t)
    assert type(z) is Tensor
    assert z.requires_grad
    wanted = PLAIN[name] if name in PLAIN else f(A)
    np.testing.assert_allclose(z.detach(), wanted, rtol=1e-15)
    g, v, h = np.cos(np.arange(z.size)).reshape(z.shape), np.sin(A), 1e-6
    z.backward(g)
    up, down = f(Tensor(A + h * v)), f(Tensor(A - h * v))
    slope = (up.numpy() - down.numpy()) / (2 * h)
    assert (t.grad.numpy() * v).sum() == pytest.approx((slope * g).sum(), rel=1e-6, abs=1e-8)


# ---- dtypes ----------------------------------------------------------------------------------------------

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
OPERANDS = [
    2,
    2.5,
    True,
    np.float16(2),
    np.float32(2),
    np.float64(2),
    np.int32(2),
    np.int64(2),
    np.bool_(True),
]
OPERANDS += [np.array(2, d) for d in (np.float16, np.float32, np.float64, np.int32, np.int64, np.bool_)]
OPERANDS += [np.array([2, 3], d) for d in (np.float16, np.float32, np.float64, np.int32, np.int64)]


@pytest.mark.parametrize("op", OPERATORS, ids=lambda o: o.__name__)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_are_numpys(op, dtype):
    a = np.array([1, 2], dtype)
    for other in OPERANDS:
        t = leaf(a)
        z = op(t, other)
        assert z.dtype == op(a, other).dtype, (op, dtype, repr(other))
        assert op(other, t).dtype == op(other, a).dtype, (op, repr(other), dtype)
        z.sum().backward()
        assert t.grad.dtype == dtype
        t.zero_grad()
        op(other, t).sum().backward()
        assert t.grad.dtype == dtype


def test_float32_survives_python_numbers_and_float32_numbers():
    x = leaf(np.float32([1, 2]))
    y = ((2 * x + 1.5) / 3 - 1) ** 2 * np.float32(0.5)
    assert y.dtype == np.float32
    assert all(node.value.dtype == np.float32 for node in ancestors([y.node]))
    y.sum().backward()
    assert x.grad.dtype == np.float32
    assert (x * np.float64(2)).dtype == np.float64


@pytest.mark.parametrize("make", [int, bool, np.int64, np.uint8])
def test_integers_are_constants_with_numpys_arithmetic(make):
    t = Tensor(np.array([1, 2], np.int64 if make in (int, bool) else make))
    z = t + make(1)
    assert not z.requires_grad
    assert z.dtype == (t._array + make(1)).dtype


# ---- plain values ----------------------------------------------------------------------------------------


def test_questions_get_plain_answers():
    t = leaf(A)
    assert np.shape(t) == (2, 3)
    assert np.ndim(t) == 2
    assert np.size(t) == 6
    assert np.allclose(t, A)
    assert np.isclose(t, A).all()
    assert type(np.isclose(t, A)) is np.ndarray
    assert np.array_equal(t, A)
    assert np.argmax(t) == 5
    assert np.argmin(t, axis=1).tolist() == [0, 0]
    assert np.all(t)
    assert np.any(t)
    for like in (np.zeros_like(t), np.ones_like(t)):
        assert type(like) is np.ndarray
        assert like.shape == (2, 3)
    assert np.array2string(t) == np.array2string(A)
    assert type(np.greater(t, 2)) is np.ndarray
    assert (np.float64(2) < t).tolist() == (A > 2).tolist()


def test_functions_of_ours_take_plain_arrays_too():
    for found, wanted in [
        (ac.exp(A), np.exp(A)),
        (ac.sum(A, axis=0), A.sum(0)),
        (ac.sum([1.0, 2.0]), 3.0),
        (ac.mean(A), A.mean()),
        (ac.var(A, ddof=1), A.var(ddof=1)),
        (ac.where(A > 2, A, 0), np.where(A > 2, A, 0)),
        (ac.matmul(A, B.T), A @ B.T),
        (ac.power([1, 2], 2), [1, 4]),
        (ac.stack([A, B]), np.stack([A, B])),
        (ac.relu(B), np.maximum(B, 0)),
        (ac.sign(B), np.sign(B)),
        (ac.clip(B, 0, 1), np.clip(B, 0, 1)),
        (ac.clip(B, min=0), np.clip(B, 0, None)),
        (ac.sqrt(4.0), 2.0),
        (ac.absolute(-3.0), 3.0),
        (ac.negative(A), -A),
        (ac.square(A), A * A),
        (ac.add(1, A), 1 + A),
        (ac.subtract(1, A), 1 - A),
        (ac.multiply(2, A), 2 * A),
        (ac.divide(2, A), 2 / A),
        (ac.maximum(A, 2), np.maximum(A, 2)),
        (ac.minimum(A, 2), np.minimum(A, 2)),
        (ac.tanh(A), np.tanh(A)),
        (ac.log(A), np.log(A)),
        (ac.max(A, 0), A.max(0)),
        (ac.min(A, 0, keepdims=True), A.min(0, keepdims=True)),
        (ac.std(A), A.std()),
    ]:
        assert not isinstance(found, Tensor)
        np.testing.assert_allclose(found, wanted, rtol=1e-15)


def test_functions_keep_float32_of_plain_arrays():
    a = np.float32([1, 2])
    for f in (ac.exp, ac.sigmoid, ac.relu, ac.mean, ac.var, ac.std, ac.sum):
        assert f(a).dtype == np.float32, f


def test_assertions_of_numpy_take_gradients():
    w = leaf(A)
    (w * w).sum().backward()
    np.testing.assert_allclose(w.grad, 2 * A)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(w.grad, A)


# ---- refusals --------------------------------------------------------------------------------------------

UNKNOWN = {
    "numpy.linalg.svd": lambda t: np.linalg.svd(t),
    "numpy.fft.fft": lambda t: np.fft.fft(t),
    "numpy.sort": lambda t: np.sort(t),
    "numpy.cumsum": lambda t: np.cumsum(t),
    "numpy.median": lambda t: np.median(t),
    "numpy.kron": lambda t: np.kron(t, t),
    "numpy.convolve": lambda t: np.convolve(t[0], t[0]),
    "numpy.interp": lambda t: np.interp(t[0], [0.0, 1.0], [0.0, 1.0]),
    "numpy.unwrap": lambda t: np.unwrap(t),
    "numpy.nextafter": lambda t: np.nextafter(t, 1.0),
    "numpy.gcd": lambda t: np.gcd(t, t),
    "numpy.fmod": lambda t: np.fmod(t, 2.0),
    "numpy.heaviside": lambda t: np.heaviside(t, 0.5),
    "numpy.maximum.accumulate": lambda t: np.maximum.accumulate(t),
    "numpy.subtract.reduce": lambda t: np.subtract.reduce(t),
    "numpy.add.reduceat": lambda t: np.add.reduceat(t, [0]),
    "numpy.add.at": lambda t: np.add.at(t, 0, 1.0),
}


def has_rule(name):
    target = np
    for part in name.split(".")[1:]:
        target = getattr(target, part)
    return target in FUNCTIONS or target in UFUNCS


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_function_without_a_rule_is_named(name):
    if has_rule(name):
        pytest.skip("it has a rule by now")
    t = leaf(A)
    with pytest.raises(NoRuleError, match=rf"no derivative rule for {name}(\W|$)") as caught:
        UNKNOWN[name](t)
    assert ".numpy()" in str(caught.value)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ac.GradientError)
    with pytest.raises(NoRuleError):  # of what does not train as well: never a plain array in silence
        UNKNOWN[name](Tensor(A))


@pytest.mark.parametrize(
    ("call", "option"),
    [
        (lambda t: np.mean(t, out=np.zeros(())), "out"),
        (lambda t: np.copy(t, subok=True), "subok"),
        (lambda t: np.concatenate([t, t], out=np.zeros((4, 3))), "out"),
        (lambda t: np.exp(t, where=A > 2), "where"),
        (lambda t: np.add(t, 1, dtype=np.int64), "dtype"),
        (lambda t: np.logaddexp.reduce(t, where=A > 2), "where"),
    ],
    ids=[
        "mean out",
        "copy",
        "concatenate",
        "exp",
        "add",
        "reduce",
    ],
)
def test_an_option_without_a_rule_is_named(call, option):
    with pytest.raises(NoRuleError, match=f"no derivative rule for the option {option}= of numpy"):
        call(leaf(A))


def test_a_ufunc_computes_in_the_dtype_asked_for():
    t = leaf(A)
    z = np.multiply(t, B, dtype=np.float32)
    assert z.dtype == np.float32
    z.sum().backward()
    assert t.grad.dtype == np.float64
    np.testing.assert_array_equal(t.grad, B.astype(np.float32))


def test_options_at_numpys_defaults_are_no_options():
    t = leaf(A)
    np.testing.assert_array_equal(np.reshape(t, (3, 2), order="C").detach(), A.reshape(3, 2))
    np.testing.assert_array_equal(np.sum(t, axis=None, out=None, keepdims=False).detach(), A.sum())
    np.testing.assert_array_equal(np.add(t, 1, where=True).detach(), A + 1)


def test_nothing_is_written_into_plain_arrays():
    t, a = leaf(A), A.copy()
    with pytest.raises(TypeError, match=r"numpy\.add.*a = a \+ t"):
        a += t
    with pytest.raises(TypeError, match=r"numpy\.exp.*out="):
        np.exp(t, out=a)
    with pytest.raises(TypeError):
        a[0] = t[0]
    np.testing.assert_array_equal(a, A)


def test_strings_and_objects_are_refused():
    t = leaf(A)
    with pytest.raises(TypeError):
        t + "text"
    with pytest.raises(TypeError):
        None * t


def test_masked_arrays_are_refused():
    masked = np.ma.array(A, mask=A > 2)
    for call in (lambda t: t * masked, lambda t: np.add(t, masked)):
        with pytest.raises(TypeError, match="masked array"):
            call(leaf(A))
