"""Broadcasting and reductions over any shapes and axes: NumPy's values, gradients summed where spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.ops.broadcasting import unbroadcast


def waves(shape, k=1.0):
    """Numbers without ties, away from 0."""
    return np.asarray(1.5 + np.sin(k + np.arange(np.prod(shape, dtype=int)) * 1.7)).reshape(shape)


def summed_to(g, shape):
    """The oracle: g summed over the axes along which the shape was broadcast."""
    extra = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(extra)))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=stretched, keepdims=True)


PAIRS = {
    "add": (lambda x, y: x + y, lambda g, x, y: (g, g)),
    "subtract": (lambda x, y: x - y, lambda g, x, y: (g, -g)),
    "multiply": (lambda x, y: x * y, lambda g, x, y: (g * y, g * x)),
    "divide": (lambda x, y: x / y, lambda g, x, y: (g / y, -g * x / y**2)),
    "power": (lambda x, y: x**y, lambda g, x, y: (g * y * x ** (y - 1), g * x**y * np.log(x))),
    "maximum": (np.maximum, lambda g, x, y: (g * (x > y) + g * (x == y) / 2, g * (y > x) + g * (x == y) / 2)),
}


@pytest.mark.parametrize("name", PAIRS)
@given(hn.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=4))
def test_two_operands(name, found):
    f, slopes = PAIRS[name]
    a, b = (waves(s, k) for s, k in zip(found.input_shapes, (1.0, 2.0), strict=True))
    x, y = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    z = f(x, y)
    assert z.shape == found.result_shape
    np.testing.assert_array_equal(z.detach(), f(a, b))
    g = np.cos(waves(z.shape, 3.0))
    gx, gy = ac.gradients(z, [x, y], g)
    for found_gradient, wanted, leaf in zip((gx, gy), slopes(g, a, b), (x, y), strict=True):
        assert found_gradient.shape == leaf.shape
        oracle = summed_to(np.broadcast_to(wanted, z.shape), leaf.shape)
        np.testing.assert_allclose(found_gradient, oracle, rtol=1e-12, atol=1e-12)
    _, t = ac.jvp(f, (a, b), (np.ones_like(a), np.ones_like(b)))
    assert np.shape(t) == z.shape
    total = sum((np.broadcast_to(w, z.shape) for w in slopes(np.ones(z.shape), a, b)), np.zeros(z.shape))
    np.testing.assert_allclose(t, total, rtol=1e-12, atol=1e-12)


@given(hn.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=0, max_side=3))
def test_where_of_three(found):
    c, a, b = (waves(s, k) for s, k in zip(found.input_shapes, (1.0, 2.0, 3.0), strict=True))
    x, y = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    z = ac.where(c > 1.5, x, y)
    g = np.cos(waves(z.shape, 4.0))
    gx, gy = ac.gradients(z, [x, y], g)
    taken = np.broadcast_to(c > 1.5, z.shape)
    np.testing.assert_allclose(gx, summed_to(np.where(taken, g, 0), x.shape), atol=1e-13)
    np.testing.assert_allclose(gy, summed_to(np.where(taken, 0, g), y.shape), atol=1e-13)


@given(hn.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=1, max_side=3))
def test_jacobians_of_broadcast_operands(found):
    a, b = (waves(s, k) for s, k in zip(found.input_shapes, (1.0, 2.0), strict=True))
    jx, jy = ac.jacobian(lambda x, y: x * y, argnums=(0, 1))(a, b)
    shape = found.result_shape
    for j, x, other in ((jx, a, b), (jy, b, a)):
        assert j.shape == shape + x.shape
        rows = j.reshape(-1, *x.shape)
        for row, k in zip(rows, np.ndindex(*shape), strict=True):
            one = np.zeros(shape)
            one[k] = 1
            np.testing.assert_allclose(row, summed_to(one * other, x.shape), rtol=1e-14)
    m = ac.jacobian(lambda x: x * b)(a)  # perhaps forward, if the result is the bigger
    np.testing.assert_allclose(m, jx, rtol=1e-14)


@given(
    st.data(),
    hn.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=3),
    hn.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3),
)
def test_unbroadcast_leaves_the_stack_alone(data, lead, inner):
    shape = tuple(1 if n == 0 or data.draw(st.booleans()) else n for n in inner)
    shape = shape[data.draw(st.integers(0, len(shape))) :]
    c = waves(lead + inner)
    found = unbroadcast(c, shape, lead=len(lead))
    assert found.shape == lead + shape
    for k in np.ndindex(*lead):
        np.testing.assert_allclose(found[k], summed_to(c[k], shape), rtol=1e-13)


axis_words = {
    "sum": (ac.sum, np.sum),
    "mean": (ac.mean, np.mean),
    "var": (ac.var, np.var),
    "std": (ac.std, np.std),
    "max": (ac.max, np.max),
    "min": (ac.min, np.min),
}


@pytest.mark.parametrize("name", axis_words)
@given(st.data())
@settings(max_examples=60)
def test_reductions_over_any_axes(name, data):
    ours, theirs = axis_words[name]
    shape = data.draw(hn.array_shapes(min_dims=0, max_dims=4, min_side=2, max_side=3))
    axis = data.draw(st.none() | hn.valid_tuple_axes(len(shape)) | _one_axis(len(shape)))
    if name == "std" and axis == ():
        axis = None  # of single numbers the deviation is 0, where a root has no slope
    if name == "std" and not shape:
        return
    keepdims = data.draw(st.booleans())
    a = waves(shape)
    x = Tensor(a, requires_grad=True)
    z = ours(x, axis=axis, keepdims=keepdims)
    wanted = theirs(a, axis=axis, keepdims=keepdims)
    assert z.shape == np.shape(wanted)
    np.testing.assert_array_equal(z.detach(), wanted)
    g = np.cos(waves(z.shape, 3.0))
    v, h = np.sin(waves(shape, 2.0)), 1e-6
    gx = ac.gradients(z, x, g)
    slope = (
        theirs(a + h * v, axis=axis, keepdims=keepdims) - theirs(a - h * v, axis=axis, keepdims=keepdims)
    ) / (2 * h)
    assert (gx.numpy() * v).sum() == pytest.approx((g * slope).sum(), rel=1e-6, abs=1e-7)
    _, t = ac.jvp(lambda x: ours(x, axis=axis, keepdims=keepdims), a, v)
    np.testing.assert_allclose(t, slope, rtol=1e-6, atol=1e-7)


def _one_axis(ndim):
    return st.integers(-ndim, ndim - 1) if ndim else st.none()


@given(st.data())
def test_shaping_moves_gradients_back(data):
    shape = data.draw(hn.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=3))
    a = waves(shape)
    order = data.draw(st.permutations(range(len(shape))))
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    forms = [
        (lambda t: ac.transpose(t, order), lambda t: np.transpose(t, order)),
        (lambda t: ac.reshape(t, -1 if a.size else (0,)), lambda t: t.reshape(-1)),
        (lambda t: ac.expand_dims(t, axis), lambda t: np.expand_dims(t, axis)),
        (lambda t: ac.squeeze(ac.expand_dims(t, axis)), lambda t: np.squeeze(np.expand_dims(t, axis))),
        (lambda t: ac.swapaxes(t, 0, -1), lambda t: np.swapaxes(t, 0, -1)),
        (lambda t: ac.broadcast_to(t, (2, *shape)), lambda t: np.broadcast_to(t, (2, *shape))),
    ]
    numbers = np.arange(float(a.size)).reshape(shape)
    for ours, theirs in forms:
        x = Tensor(a, requires_grad=True)
        z = ours(x)
        np.testing.assert_array_equal(z.detach(), theirs(a))
        g = np.cos(waves(z.shape, 3.0))
        wanted = np.zeros(a.size)
        np.add.at(wanted, theirs(numbers).astype(int).ravel(), g.ravel())
        np.testing.assert_allclose(ac.gradients(z, x, g), wanted.reshape(shape), rtol=1e-14)


@given(st.data())
def test_joining(data):
    shape = data.draw(hn.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=3))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    sizes = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    parts = []
    for k, n in enumerate(sizes):
        one = list(shape)
        one[axis] = n
        parts.append(waves(tuple(one), float(k)))
    xs = [Tensor(p, requires_grad=True) for p in parts]
    z = ac.concatenate(xs, axis=axis)
    np.testing.assert_array_equal(z.detach(), np.concatenate(parts, axis=axis))
    g = np.cos(waves(z.shape, 3.0))
    pieces = np.split(g, np.cumsum(sizes)[:-1], axis=axis)
    for found, wanted in zip(ac.gradients(z, xs, g), pieces, strict=True):
        np.testing.assert_array_equal(found, wanted)
    first = [Tensor(parts[0], requires_grad=True) for _ in range(3)]
    z = ac.stack(first, axis=axis)
    g = np.cos(waves(z.shape, 3.0))
    for k, found in enumerate(ac.gradients(z, first, g)):
        np.testing.assert_array_equal(found, np.take(g, k, axis=axis))


@given(st.data())
def test_products_of_every_rank(data):
    inner = data.draw(st.integers(0, 3))
    batches = data.draw(hn.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, min_side=0, max_side=3))
    left, right = batches.input_shapes
    rows, columns = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    a_shape = data.draw(st.sampled_from([(inner,), (*left, rows, inner)]))
    b_shape = data.draw(st.sampled_from([(inner,), (*right, inner, columns)]))
    a, b = waves(a_shape), waves(b_shape, 2.0)
    x, y = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    z = x @ y
    np.testing.assert_array_equal(z.detach(), a @ b)
    g, v, w = np.cos(waves(z.shape, 3.0)), np.sin(a), np.sin(b)
    gx, gy = ac.gradients(z, [x, y], g)
    assert gx.shape == a_shape
    assert gy.shape == b_shape
    assert (gx.numpy() * v).sum() == pytest.approx(float((g * (v @ b)).sum()), abs=1e-10)
    assert (gy.numpy() * w).sum() == pytest.approx(float((g * (a @ w)).sum()), abs=1e-10)
    _, t = ac.jvp(lambda x, y: x @ y, (a, b), (v, w))
    np.testing.assert_allclose(t, v @ b + a @ w, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.sum(axis=2),
        lambda x: x.mean(axis=-3),
        lambda x: x.max(axis=(0, 0)),
        lambda x: x.transpose(0, 0),
        lambda x: x.transpose(0),
        lambda x: x.swapaxes(0, 2),
        lambda x: ac.expand_dims(x, 4),
        lambda x: x.squeeze(0),
        lambda x: x.reshape(4, 2),
        lambda x: x.reshape(-1, -1),
        lambda x: x.reshape(-1, 4),
        lambda x: x.reshape(-2, -3),
        lambda x: ac.broadcast_to(x, (3, 2)),
        lambda x: ac.concatenate([x, x], axis=2),
        lambda x: ac.concatenate([x, x[0]]),
        lambda x: ac.concatenate([]),
        lambda x: ac.stack([]),
        lambda x: ac.stack([x, x.T]),
        lambda x: x + np.ones(4),
        lambda x: ac.dot(x, np.ones((2, 4, 3))),
    ],
    ids=range(20),
)
def test_what_does_not_fit_is_refused_as_by_numpy(call):
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(ValueError):  # noqa: PT011 - NumPy's texts differ between versions
        call(x)
