"""NumPy's methods and the rarer operators on Tensors: NumPy's values, and gradients."""

import operator

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor

A = np.array([[1.53, -2.27, 3.51], [4.02, 0.76, -6.24]])
CALLS = {
    "sum": lambda x: x.sum(0),
    "sum where": lambda x: x.sum(1, where=A > 0, initial=2.0),
    "prod": lambda x: x.prod(-1, keepdims=True),
    "mean": lambda x: x.mean(axis=(0, 1)),
    "var": lambda x: x.var(1, ddof=1),
    "std": lambda x: x.std(where=A > -3),
    "max": lambda x: x.max(0),
    "max initial": lambda x: x.max(0, initial=2.0),
    "min": lambda x: x.min(),
    "cumsum": lambda x: x.cumsum(),
    "cumprod": lambda x: x.cumprod(1),
    "argsort": lambda x: x.argsort(),
    "argpartition": lambda x: x.argpartition(1),
    "argmax": lambda x: x.argmax(),
    "argmin": lambda x: x.argmin(1),
    "nonzero": lambda x: (x * (A > 0)).nonzero()[0],
    "clip": lambda x: x.clip(-1, 2),
    "round": lambda x: x.round(1),
    "conj": lambda x: x.conj(),
    "conjugate": lambda x: x.conjugate(),
    "real": lambda x: x.real,
    "imag": lambda x: x.imag,
    "reshape": lambda x: x.reshape(3, -1),
    "reshape F": lambda x: x.reshape((3, 2), order="F"),
    "ravel": lambda x: x.ravel("F"),
    "flatten": lambda x: x.flatten(),
    "transpose": lambda x: x.transpose(1, 0),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "squeeze": lambda x: x[:1].squeeze(0),
    "repeat": lambda x: x.repeat([1, 0, 2], axis=1),
    "copy": lambda x: x.copy(),
    "take": lambda x: x.take([0, 0, 5]),
    "compress": lambda x: x.compress([True, False, True], axis=1),
    "diagonal": lambda x: x.diagonal(1),
    "trace": lambda x: x.trace(-1),
    "dot": lambda x: x.dot(A.T),
    "astype": lambda x: x.astype(np.float32),
    "//": lambda x: x // 1.5,
    "r//": lambda x: 10.0 // x,
    "%": lambda x: x % 1.5,
    "r%": lambda x: 10.0 % x,
    "% array": lambda x: np.array([2.0, 3.0, 4.0]) % x,
    "divmod": lambda x: divmod(x, 2.0)[1],
    "rdivmod": lambda x: divmod(7.0, x)[0],
    "round()": lambda x: round(x, 1) if isinstance(x, Tensor) else x.round(1),
}
PLAIN = {"argsort", "argpartition", "argmax", "argmin", "nonzero"}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients_are_numpys(name):
    f, x = CALLS[name], Tensor(A, requires_grad=True)
    z, wanted = f(x), f(A)
    if name in PLAIN:
        assert not isinstance(z, Tensor)
        np.testing.assert_array_equal(z, wanted)
        return
    assert type(z) is Tensor
    assert z.dtype == np.asarray(wanted).dtype
    np.testing.assert_allclose(z.detach(), wanted, rtol=1e-14)
    if not z.requires_grad:
        return
    g, v, h = np.cos(np.arange(z.size)).reshape(z.shape), np.sin(A), 1e-6
    z.sum().backward() if z.dtype != float else z.backward(g)
    if z.dtype != float:
        return
    slope = (f(Tensor(A + h * v)).numpy() - f(Tensor(A - h * v)).numpy()) / (2 * h)
    assert (x.grad.numpy() * v).sum() == pytest.approx((slope * g).sum(), rel=1e-6, abs=1e-8)


def test_every_method_of_arrays_is_here_or_left_out_with_a_reason():
    in_place = {"fill", "itemset", "partition", "put", "resize", "setfield", "sort", "byteswap", "setflags"}
    of_memory = {"base", "ctypes", "data_ptr", "device", "dump", "dumps", "flags", "flat", "getfield"}
    of_memory |= {
        "itemsize",
        "nbytes",
        "newbyteorder",
        "strides",
        "to_device",
        "tobytes",
        "tofile",
        "tostring",
    }
    of_memory |= {"view", "ptp"}
    missing = {n for n in dir(np.ndarray) if not n.startswith("_") and not hasattr(Tensor, n)}
    assert missing <= in_place | of_memory


def test_item_takes_an_index():
    x = Tensor(A)
    assert x.item(1, 0) == 4.02
    assert x.item(-1) == -6.24
    with pytest.raises(ValueError, match=r"has shape \(2, 3\): name one with item\(i, j\)"):
        x.item()


def test_choose_and_searchsorted():
    which = Tensor(np.array([1, 0, 1]))
    z = which.choose([Tensor([1.0, 2.0, 3.0], requires_grad=True), np.zeros(3)])
    np.testing.assert_array_equal(z.detach(), [0.0, 2.0, 0.0])
    assert Tensor([1.0, 2.0, 4.0]).searchsorted(3.0) == 2


def test_updates_are_functional():
    x = Tensor(A, requires_grad=True)
    z = x.at[0, 1:].set(7.0).at[1].add(x[0])
    wanted = A.copy()
    wanted[0, 1:] = 7.0
    wanted[1] += A[0]
    np.testing.assert_array_equal(z.detach(), wanted)
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, [[2, 1, 1], [1, 1, 1]])
    np.testing.assert_array_equal(x.detach(), A)


@pytest.mark.parametrize("op", [operator.floordiv, operator.mod, divmod])
def test_division_with_rest_broadcasts_and_keeps_float32(op):
    x = Tensor(np.float32([[1.5], [7.0]]), requires_grad=True)
    found, wanted = op(x, 2), op(np.float32([[1.5], [7.0]]), 2)
    for f, w in zip(found, wanted, strict=True) if op is divmod else [(found, wanted)]:
        assert f.dtype == np.float32
        np.testing.assert_array_equal(f.detach(), w)
    assert (ac.arange(5) // 2).dtype == np.int64


@pytest.mark.parametrize("op", [operator.and_, operator.or_, operator.xor])
def test_masks_and_integers_meet_bit_by_bit(op):
    for a, b in [([True, False, True], [True, True, False]), ([6, 3, 1], [3, 2, 7])]:
        x, y = np.array(a), np.array(b)
        for left, right in [(Tensor(x), Tensor(y)), (Tensor(x), y), (x, Tensor(y)), (Tensor(x), b)]:
            np.testing.assert_array_equal(op(left, right), op(x, y))
        np.testing.assert_array_equal(op(Tensor(x), True), op(x, True))
        np.testing.assert_array_equal(op(True, Tensor(x)), op(True, x))
        np.testing.assert_array_equal(~Tensor(x), ~x)
    with pytest.raises(TypeError):
        op(Tensor([1.0], requires_grad=True), 1)
