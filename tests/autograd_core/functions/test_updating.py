"""x.at[index]: every update against an assignment or a ufunc's .at on a copy, with both orders."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions.updating import At
from tests.autograd_core.functions.moving import nudged, numbers

STEPS = {
    "set": lambda x, v: v,
    "power": np.power,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "min": np.minimum,
    "max": np.maximum,
}

UPDATES = [name for name in STEPS if name != "power"]


def values(*shape):
    """Numbers that are no ties of those of x."""
    return np.asarray(numbers(*shape) + 0.1)


def oracle(name, x, index, v):
    """What NumPy does, in turn: a loop over the single places, for its own .at broadcasts otherwise."""
    z = np.array(x)
    places = np.arange(z.size).reshape(z.shape)[index]
    flat, given = z.reshape(-1), np.broadcast_to(v, np.shape(places)).reshape(-1)
    for place, value in zip(np.ravel(places), given, strict=True):
        flat[place] = STEPS[name](flat[place], value)
    return flat.reshape(z.shape)


def differences(f, x):
    h = 1e-6
    rows = [(f(nudged(x, i, h)) - f(nudged(x, i, -h))) / (2 * h) for i in range(x.size)]
    return np.stack([np.ravel(r) for r in rows], -1) if rows else np.zeros((np.size(f(x)), 0))


def check(name, x, index, v):
    def update(t, u):
        return getattr(At(t)[index], name)(u)

    wanted = oracle(name, x, index, v)
    for found in (
        update(x, v),
        update(Tensor(x, requires_grad=True), v),
        update(x, Tensor(v, requires_grad=True)),
        update(Tensor(x, requires_grad=True), Tensor(v, requires_grad=True)),
    ):
        assert found.dtype == wanted.dtype
        np.testing.assert_allclose(found.detach() if isinstance(found, Tensor) else found, wanted, rtol=1e-13)
    assert isinstance(update(x, v), np.ndarray | np.generic)
    by_x = differences(lambda t: oracle(name, t, index, v), x)
    by_v = differences(lambda u: oracle(name, x, index, u), v)
    for argnum, slopes, at in ((0, by_x, x), (1, by_v, v)):
        jacobian = ac.jacobian(update, argnum)(x, v)
        np.testing.assert_allclose(jacobian.reshape(wanted.size, at.size), slopes, rtol=1e-6, atol=1e-7)
    t = np.cos(np.arange(x.size)).reshape(x.shape), np.sin(1.0 + np.arange(v.size)).reshape(v.shape)
    _, tangent = ac.jvp(update, (x, v), t)
    moved = by_x @ t[0].ravel() + by_v @ t[1].ravel()
    np.testing.assert_allclose(np.ravel(tangent), moved, rtol=1e-6, atol=1e-6)

    for argnum, at in ((0, x), (1, v)):

        def loss(u, argnum=argnum):
            return (update(*((u, v) if argnum == 0 else (x, u))) ** 2).sum()

        if at.size:
            hessian = ac.hessian(loss)(at).reshape(at.size, at.size)
            np.testing.assert_allclose(hessian, differences(ac.grad(loss), at), rtol=1e-5, atol=1e-4)


x5, x34 = numbers(5), numbers(3, 4)
INDICES = [
    (x5, 2, values()),
    (x5, slice(1, 4), values(3)),
    (x5, slice(None, None, -2), values(1)),
    (x5, [0, 3], values(2)),
    (x5, [0, 3, 0, 0, 3], values(5)),
    (x5, [[1, 1], [2, 1]], values(2)),
    (x5, x5 > 0, np.array(0.7)),
    (x5, [], numbers(0)),
    (x5, ..., values(5)),
    (x34, 1, values(4)),
    (x34, (slice(None), 2), values(3)),
    (x34, ([0, 2, 0], [1, 1, 1]), values(3)),
    (x34, [1, 1], values(4)),
    (x34, (..., [3, 3, 0]), values(3, 1)),
    (x34, (0, None, [1, 2, 1]), values(3, 1)),
    (x34, x34 > 0, values(int((x34 > 0).sum()))),
    (numbers(2, 3, 2), ([0, 1, 0], slice(None), [1, 0, 1]), values(3, 1)),
    (numbers(), (), values()),
    (x5, (True, [0, 1]), values(2)),
]


@pytest.mark.parametrize("name", UPDATES)
@pytest.mark.parametrize(("x", "index", "v"), INDICES)
def test_every_update_at_every_index(name, x, index, v):
    check(name, x, index, v)


@pytest.mark.parametrize(("x", "index", "v"), INDICES)
def test_powers(x, index, v):
    check("power", np.abs(x) + 0.5, index, np.abs(v) / 2 + 0.5)


@given(st.data())
@settings(max_examples=60)
def test_any_index(data):
    x = numbers(*data.draw(hn.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3)))
    index = data.draw(
        hn.basic_indices(x.shape, allow_newaxis=True)
        | hn.integer_array_indices(x.shape, result_shape=hn.array_shapes(max_dims=2, min_side=0, max_side=3))
        | hn.arrays(bool, x.shape)
    )
    shape = np.shape(x[index])
    v = values(*(1 if data.draw(st.booleans()) and n else n for n in shape))
    check(data.draw(st.sampled_from(UPDATES)), x, index, v)


@given(st.lists(st.integers(0, 4), max_size=12), st.integers(0, 3))
@settings(max_examples=40)
@example([], 0)
@example([1] * 9, 1)
def test_repeated_places_in_turn(places, kind):
    """Steps that do not commute: x → x·v + 1 by way of apply and multiply, against a loop."""
    x, v = numbers(5), np.cos(np.arange(len(places)))
    name = ["set", "multiply", "max", "divide"][kind]
    check(name, x, np.array(places, int), v)


def test_what_jax_documents_of_repeated_places():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    v = Tensor([5.0, 6.0, 7.0], requires_grad=True)
    places = [0, 0, 2]
    z = At(x)[places].set(v)
    assert z.tolist() == [6, 2, 7]
    assert [g.tolist() for g in ac.gradients(z.sum(), [x, v])] == [[0, 1, 0], [0, 1, 1]]
    assert At(x)[places].add(v).tolist() == [12, 2, 10]
    assert At(x)[places].multiply(v).tolist() == [30, 2, 21]
    assert At(x)[places].get().tolist() == [1, 1, 3]


def test_apply():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    z = At(x)[[0, 0, 2]].apply(lambda t: t * t + 1)
    assert z.tolist() == [5, 2, 10]
    (g,) = ac.gradients(z.sum(), [x])
    assert g.tolist() == [2 * 2 * 2 * 1, 1, 6]
    assert At(np.array([4.0, 9.0]))[1].apply(np.sqrt).tolist() == [4, 3]
    with pytest.raises(ValueError, match="the function keeps shape"):
        At(x)[:2].apply(lambda t: t.sum())


def test_x_stays_and_the_result_is_another():
    a = np.arange(3.0)
    for f in ("set", "add", "multiply", "min"):
        z = getattr(At(a)[1:], f)(7.0)
        z[0] = 99
        assert a.tolist() == [0, 1, 2]
    empty = At(a)[:0].set(1.0)
    empty[0] = 99
    assert a.tolist() == [0, 1, 2]
    x = Tensor(a, requires_grad=True)
    At(x)[0].set(5.0)
    assert x.tolist() == [0, 1, 2]


def test_the_index_is_read_when_it_is_given():
    x, places = Tensor([1.0, 2.0, 3.0], requires_grad=True), np.array([0, 1])
    z = (At(x)[places].set(Tensor([4.0, 5.0], requires_grad=True)) * np.array([1.0, 2.0, 4.0])).sum()
    places[...] = 2
    z.backward()
    assert x.grad.tolist() == [0, 0, 4]


def test_dtypes():
    assert At(Tensor(np.ones(2, np.float32)))[0].set(2.5).dtype == np.float32
    assert At(Tensor(np.ones(2, np.float32)))[0].multiply(np.float64(2)).dtype == np.float32
    assert At(np.array([1, 2]))[0].set(7).tolist() == [7, 2]
    assert At(np.array([1, 2], np.int8))[0].add(7).dtype == np.int8
    assert At(np.array([True, False]))[1].set(True).tolist() == [True, True]
    x = Tensor([1, 2])
    for update in ("set", "add", "multiply", "max"):
        with pytest.raises(TypeError, match=r"float64 numbers cannot be put among int64 ones"):
            getattr(At(x)[0], update)(2.5)
    with pytest.raises(TypeError, match="divide"):
        At(x)[0].divide(2)
    with pytest.raises(TypeError, match="apply"):
        At(x)[0].apply(np.sqrt)
    v = Tensor(np.float64(2), requires_grad=True)
    z = At(Tensor(np.ones(2, np.float32)))[0].multiply(v)
    z.sum().backward()
    assert v.grad.dtype == np.float64


def test_errors_teach():
    x = Tensor(x34, requires_grad=True)
    with pytest.raises(TypeError, match=r"out of place; write y = x\.at\[i\]\.set\(v\)"):
        At(x)[0] = 1.0
    with pytest.raises(TypeError, match=r"y = x\.at\[i\]\.set\(v\)"):
        At(x)[0].set = 1.0
    with pytest.raises(ValueError, match=r"at\[\.\.\.\]\.set: a value of shape \(3,\) does not fit .*\(4,\)"):
        At(x)[0].set(np.zeros(3))
    with pytest.raises(IndexError, match="out of bounds"):
        At(x)[3].set(0.0)
    with pytest.raises(IndexError, match="too many indices"):
        At(x)[0, 0, 0].add(0.0)
    assert At(x)[0].set(np.zeros((1, 1, 4))).shape == (3, 4)
    assert "At(" in repr(At(x)[0])


def test_tensors_as_indices():
    x = Tensor(x5, requires_grad=True)
    assert At(x)[Tensor([1, 2])].set(0.0).tolist() == [x5[0], 0, 0, *x5[3:]]
    assert At(x)[x > 0].set(0.0).max().item() == 0
    assert At(x)[Tensor(1)].get().item() == x5[1]


def test_many_repeated_places_are_one_sum():
    n = 20000
    x, v = Tensor(np.zeros(3), requires_grad=True), Tensor(np.ones(n), requires_grad=True)
    z = At(x)[np.arange(n) % 3].add(v)
    z[0].backward()
    assert z.tolist() == [6667, 6667, 6666]
    assert v.grad.sum().item() == 6667
