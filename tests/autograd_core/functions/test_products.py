"""Products of vectors, matrices and stacks of them: values as NumPy's, derivatives in every mode."""

import warnings

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import products
from autograd_core.node import ancestors
from tests.autograd_core.functions.derivatives import close, drawn, every_mode

CASES = [
    ("dot", (3,), (3,)),
    ("dot", (2, 3), (3,)),
    ("dot", (3,), (3, 4)),
    ("dot", (2, 3), (3, 4)),
    ("dot", (2, 2, 3), (3, 4)),
    ("dot", (2, 2, 3), (3,)),
    ("dot", (3,), (2, 3, 2)),
    ("dot", (2, 3), (2, 3, 2)),
    ("dot", (2, 2, 3), (4, 3, 2)),
    ("dot", (), (2, 3)),
    ("dot", (3,), ()),
    ("dot", (), ()),
    ("dot", (2, 0), (0, 3)),
    ("dot", (2, 0), (2, 0, 3)),
    ("vdot", (3,), (3,)),
    ("vdot", (2, 3), (3, 2)),
    ("vdot", (2, 3), (6,)),
    ("vdot", (0,), (0,)),
    ("vdot", (), (1,)),
    ("inner", (3,), (3,)),
    ("inner", (2, 3), (4, 3)),
    ("inner", (2, 3), (3,)),
    ("inner", (3,), (4, 3)),
    ("inner", (2, 2, 3), (4, 3)),
    ("inner", (), (2, 3)),
    ("inner", (2, 3), ()),
    ("inner", (2, 0), (3, 0)),
    ("outer", (2,), (3,)),
    ("outer", (2, 2), (3,)),
    ("outer", (), (3,)),
    ("outer", (0,), (3,)),
    ("kron", (2,), (3,)),
    ("kron", (2, 3), (2, 2)),
    ("kron", (2, 3), (2,)),
    ("kron", (2,), (2, 3)),
    ("kron", (2, 1, 2), (2, 2)),
    ("kron", (), (2, 3)),
    ("kron", (2,), ()),
    ("kron", (0, 2), (2, 2)),
    ("cross", (3,), (3,)),
    ("cross", (2, 3), (2, 3)),
    ("cross", (2, 3), (3,)),
    ("cross", (4, 1, 3), (2, 3)),
    ("cross", (0, 3), (3,)),
    ("matmul", (3,), (3,)),
    ("matmul", (2, 3), (3,)),
    ("matmul", (3,), (2, 3, 2)),
    ("matmul", (4, 2, 3), (3, 2)),
    ("matmul", (2, 2, 2, 3), (3, 2)),
    ("matmul", (2, 3), (4, 3, 2)),
    ("matmul", (4, 1, 2, 3), (2, 3, 2)),
    ("matmul", (2, 0), (0, 3)),
    ("matmul", (2, 2, 0), (0, 3)),
    ("matmul", (0, 2, 3), (3, 2)),
    ("vecdot", (3,), (3,)),
    ("vecdot", (2, 3), (3,)),
    ("vecdot", (4, 1, 3), (2, 3)),
    ("vecdot", (2, 0), (2, 0)),
    ("matvec", (2, 3), (3,)),
    ("matvec", (4, 2, 3), (4, 3)),
    ("matvec", (2, 3), (4, 3)),
    ("matvec", (4, 1, 2, 3), (2, 3)),
    ("vecmat", (3,), (3, 2)),
    ("vecmat", (4, 3), (4, 3, 2)),
    ("vecmat", (4, 3), (3, 2)),
]
# older versions lack the last two
NUMPYS = {
    "matvec": lambda a, b: np.matmul(a, b[..., None])[..., 0],
    "vecmat": lambda a, b: np.matmul(a[..., None, :], b)[..., 0, :],
}


@pytest.mark.parametrize(("name", "x", "y"), CASES)
def test_values_and_every_derivative(name, x, y):
    a, b = drawn(*x), drawn(*y, seed=1)
    reference = NUMPYS.get(name) or getattr(np, name)
    every_mode(getattr(products, name), a, b, reference=reference)


@pytest.mark.parametrize(("name", "x", "y"), CASES)
def test_plain_arrays_give_numpys_kinds(name, x, y):
    a, b = drawn(*x), drawn(*y, seed=1)
    reference = NUMPYS.get(name) or getattr(np, name)
    for dtype in (np.float32, np.float64, np.int64):
        found = getattr(products, name)((9 * a).astype(dtype), (9 * b).astype(dtype))
        wanted = reference((9 * a).astype(dtype), (9 * b).astype(dtype))
        assert found.dtype == wanted.dtype
        assert np.shape(found) == np.shape(wanted)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("name", "x", "y"), CASES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_numbers_stay_narrow(name, x, y, dtype):
    ts = [Tensor(drawn(*s, seed=k).astype(dtype), requires_grad=True) for k, s in enumerate((x, y))]
    z = getattr(products, name)(*ts)
    assert all(node.value.dtype == dtype for node in ancestors([z.node]))
    z.sum().backward()
    assert [t.grad.dtype for t in ts] == [dtype, dtype]


@pytest.mark.parametrize("name", ["dot", "vdot", "inner", "outer", "kron", "cross", "matmul"])
def test_numpys_functions_take_tensors(name):
    a, b = Tensor(drawn(3), requires_grad=True), Tensor(drawn(3, seed=1), requires_grad=True)
    z = getattr(np, name)(a, b)
    assert isinstance(z, Tensor)
    close(z.detach(), getattr(np, name)(a.numpy(), b.numpy()), 1e-12)
    z.sum().backward()
    assert a.grad is not None
    assert b.grad is not None


@pytest.mark.parametrize("name", products.__all__)
def test_complex_numbers_are_refused(name):
    if name == "matmul":
        pytest.skip("it is the operator's row")
    with pytest.raises(TypeError, match=rf"{name}: operand 1 holds complex128 numbers; only real numbers"):
        getattr(products, name)(np.ones((3, 3)), 1j * np.ones((3, 3)))


@pytest.mark.parametrize(
    ("x", "y", "axis"),
    [((2, 3), (2, 3), 0), ((2, 3, 4), (2, 3, 4), 1), ((2, 3, 4), (3, 4), -2), ((2, 3), (2,), 0)],
)
def test_vecdot_along_an_axis(x, y, axis):
    a, b = drawn(*x), drawn(*y, seed=1)
    every_mode(
        lambda s, t: products.vecdot(s, t, axis=axis), a, b, reference=lambda s, t: np.vecdot(s, t, axis=axis)
    )


# ---- cross -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "axes"),
    [
        ((3, 2), (3, 2), {"axis": 0}),
        ((2, 3, 4), (2, 3, 4), {"axis": 1}),
        ((3, 2), (2, 3), {"axisa": 0}),
        ((3, 2), (2, 3), {"axisa": 0, "axisc": 0}),
        ((2, 3), (3, 2), {"axisb": 0, "axisc": -2}),
        ((4, 2, 3), (3,), {"axisc": 0}),
    ],
)
def test_cross_along_axes(x, y, axes):
    a, b = drawn(*x), drawn(*y, seed=1)
    every_mode(lambda s, t: products.cross(s, t, **axes), a, b, reference=lambda s, t: np.cross(s, t, **axes))


def of_two_components(call):
    """What a call with vectors of two components gives in this NumPy; None if it refuses them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*2-dimensional vectors", DeprecationWarning)
        try:
            return call()
        except ValueError:
            return None


@pytest.mark.parametrize(("x", "y"), [((2,), (2,)), ((4, 2), (2,)), ((2,), (3,)), ((4, 3), (4, 2))])
@pytest.mark.filterwarnings("ignore:.*2-dimensional vectors:DeprecationWarning")
def test_cross_of_two_components_as_far_as_numpy(x, y):
    a, b = drawn(*x), drawn(*y, seed=1)
    wanted = of_two_components(lambda: np.cross(a, b))
    if wanted is None:
        with pytest.raises(ValueError, match="3-dimensional"):
            products.cross(Tensor(a), b)
        return
    close(of_two_components(lambda: products.cross(Tensor(a), b)).detach(), wanted, 1e-15)
    every_mode(products.cross, a, b, reference=np.cross)


# ---- errors ----------------------------------------------------------------------------------------------

o = np.ones
REFUSED = [
    (lambda: products.dot(o((2, 3)), o((2, 4, 5))), r"dot: shapes \(2, 3\) and \(2, 4, 5\) not aligned"),
    (lambda: products.inner(o((2, 3)), o((3, 2))), "inner: shapes.*first has size 3, axis 1 of the second 2"),
    (lambda: products.inner(o(2), o(3)), "inner: shapes"),
    (lambda: products.vdot(o(2), o(3)), "vdot: the operands hold 2 and 3 numbers"),
    (lambda: products.vecdot(o((2, 3)), o((2, 4))), "vecdot: shapes.*3 against 4"),
    (lambda: products.vecdot(o((2, 1)), o((2, 4))), "vecdot: shapes.*1 against 4"),
    (lambda: products.vecdot(o((2, 3)), o((3, 3))), "an axis of the ellipsis is 2"),
    (lambda: products.vecdot(o(()), o(3)), "vecdot"),
    (lambda: products.matvec(o(3), o(3)), "matvec: the operands need at least 2 and 1 axes"),
    (lambda: products.matvec(o((2, 3)), o(2)), "matvec: shapes.*3 against 2"),
    (lambda: products.vecmat(o(3), o(3)), "vecmat: the operands need at least 1 and 2 axes"),
    (lambda: products.vecmat(o(3), o((2, 3))), "vecmat: shapes.*3 against 2"),
    (lambda: products.cross(o(4), o(3)), "cross: vectors have 3 components, got 4 and 3"),
    (lambda: products.cross(o((2, 3)), o((4, 3))), "broadcast"),
    (lambda: products.cross(o(3), o(3), axis=1), "axisa: axis 1 is out of bounds"),
    (lambda: products.dot(o((2, 3)), o((2, 3))), "matmul"),
]


@pytest.mark.parametrize(("call", "text"), REFUSED, ids=range(len(REFUSED)))
def test_errors_name_function_and_shapes(call, text):
    with pytest.raises(ValueError, match=text):
        call()


# ---- what is computed ------------------------------------------------------------------------------------


def test_the_weight_of_a_batch_gets_its_gradient_from_one_product():
    """No array of one gradient for every matrix of the batch."""
    x = Tensor(drawn(50, 2, 20))
    w = Tensor(drawn(20, 30, seed=1), requires_grad=True)
    z = x @ w
    g = drawn(*z.shape, seed=2)
    rule = z.node.op.rules[1]
    assert rule(g, None, x.numpy(), w.numpy()).shape == (20, 30)
    z.backward(g)
    close(w.grad, np.einsum("bnk,bnl->kl", x.numpy(), g), 1e-12)


def test_a_matrix_with_itself():
    x = drawn(3, 3)
    every_mode(lambda t: t @ t, x)
    every_mode(lambda t: products.kron(t, t), x)
    every_mode(lambda t: products.inner(t, t), x)
    every_mode(lambda t: products.cross(t, t * t), x)


def test_the_power_of_a_product_of_three():
    a, b, c = drawn(2, 3), drawn(3, 2, seed=1), drawn(2, seed=2)
    every_mode(lambda r, s, t: (r @ s @ t) ** 2, a, b, c)


def test_tensordot_over_all_axes_is_an_array():
    assert isinstance(ac.tensordot(np.ones((2, 2)), np.ones((2, 2))), np.ndarray)
