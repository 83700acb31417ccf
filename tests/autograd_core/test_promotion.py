"""NumPy 2's promotion (NEP 50), for every pair of dtypes, of arrays, NumPy's numbers and Python's.

The dtype and values are NumPy's, or the error is; gradients have the dtype and shape of their leaf.
"""

import operator

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor

DTYPES = [np.bool_, np.int32, np.int64, np.float16, np.float32, np.float64]
OPERATIONS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
    operator.floordiv,
    operator.mod,
    np.maximum,
    np.arctan2,
    np.logaddexp,
    np.hypot,
    np.where,
    np.concatenate,
    np.matmul,
]


def call(f, x, y):
    if f is np.where:
        return np.where([True, False], x, y)
    if f is np.concatenate:
        return np.concatenate([x, y])
    return f(x, y)


def others(dtype):
    """An array, a 0-d array, NumPy's number and, where it is its type, Python's."""
    array = np.array([1, 1], dtype)
    yield array
    yield np.array(1, dtype)
    yield dtype(1)
    for number in (True, 1, 1.0):
        if np.array(number).dtype == dtype:
            yield number


def outcome(f, x, y):
    try:
        with np.errstate(all="ignore"):
            return call(f, x, y)
    except (TypeError, ValueError) as error:
        return type(error)


@pytest.mark.parametrize("f", OPERATIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("left", DTYPES, ids=lambda d: d.__name__)
def test_every_pair(f, left):
    a = np.array([2, 1], left)
    for right in DTYPES:
        for y in others(right):
            for turned in (False, True):
                plain = outcome(f, y, a) if turned else outcome(f, a, y)
                for t in tensors(a, y):
                    found = outcome(f, t[1], t[0]) if turned else outcome(f, *t)
                    what = (f.__name__, left.__name__, right.__name__, type(y).__name__, turned)
                    if isinstance(plain, type):
                        assert found is plain or issubclass(found, plain), what
                        continue
                    assert not isinstance(found, type), (*what, found, t)
                    assert found.dtype == np.asarray(plain).dtype, what
                    assert found.shape == np.shape(plain), what
                    np.testing.assert_array_equal(np.asarray(found.detach()), plain, err_msg=str(what))
                    check_gradients(found, t, what)


def tensors(a, y):
    """The pair with a Tensor on the left, or on both sides; floating ones train."""
    kind = np.asarray(y).dtype.kind
    yield Tensor(a, requires_grad=a.dtype.kind == "f"), y
    if isinstance(y, np.ndarray):
        yield Tensor(a, requires_grad=a.dtype.kind == "f"), Tensor(y, requires_grad=kind == "f")
        if kind == "f":
            yield Tensor(a), Tensor(y, requires_grad=True)


def check_gradients(z, operands, what):
    leaves = [t for t in operands if isinstance(t, Tensor) and t.requires_grad]
    assert z.requires_grad == (bool(leaves) and z.dtype.kind == "f"), what
    if not z.requires_grad:
        return
    with np.errstate(all="ignore"):
        z.sum().backward()
    for x in leaves:
        assert x.grad.dtype == x.dtype, what
        assert x.grad.shape == x.shape, what


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_functions_of_one_argument(dtype):
    a = np.array([1, 0, 1], dtype)
    names = "exp log1p sin tanh sqrt square absolute sign floor sum mean prod var std max cumsum sort median"
    for name in names.split():
        f = getattr(np, name)
        with np.errstate(all="ignore"):
            try:
                wanted = f(a)
            except TypeError as error:
                with pytest.raises(type(error)):
                    f(Tensor(a))
                continue
            found = f(Tensor(a, requires_grad=a.dtype.kind == "f"))
        assert np.asarray(found.detach() if isinstance(found, Tensor) else found).dtype == wanted.dtype, name
        tolerance = 4 * np.finfo(wanted.dtype).eps if wanted.dtype.kind == "f" else 0
        np.testing.assert_allclose(np.asarray(found.detach()), wanted, rtol=tolerance, err_msg=name)


def test_weak_numbers_leave_float32_alone_in_functions():
    x = Tensor(np.float32([1, 2]), requires_grad=True)
    for z in (
        ac.maximum(x, 0.5),
        ac.clip(x, 0, 1.5),
        ac.where(x.data > 1, x, 0.0),
        x // 2,
        x % 1.5,
        2.0**x,
        ac.logaddexp(x, 0.0),
        ac.leaky_relu(x, 0.1),
        x.at[0].set(5),
        ac.pad(x, 1, constant_values=2.0),
        ac.quantile(x, 0.5),
        ac.softmax(x) * 3,
    ):
        assert z.dtype == np.float32
        z.sum().backward()
        assert x.grad.dtype == np.float32
