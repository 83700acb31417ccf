"""checkpoint: the same gradients in every mode, with nothing kept, or a typed error."""

import tracemalloc

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, StaleGraphError, Tensor
from autograd_core.node import ancestors

X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
V = np.cos(np.arange(6.0)).reshape(2, 3)


def leaf(data, name=None):
    return Tensor(data, requires_grad=True, name=name)


def chain(x, w):
    return ac.tanh(x @ w) * x.sum(1, keepdims=True)


@pytest.fixture
def w():
    return leaf(np.linspace(-1, 1, 9).reshape(3, 3), "w")


def test_values_and_gradients_are_the_same(w):
    x = leaf(X)
    chain(x, w).sum().backward()
    wanted = x.grad.numpy(), w.grad.numpy()
    x.zero_grad()
    w.zero_grad()
    z = ac.checkpoint(chain, x, w)
    np.testing.assert_array_equal(z.detach(), chain(Tensor(X), w.detach()))
    z.sum().backward()
    np.testing.assert_allclose(x.grad, wanted[0], rtol=1e-14)
    np.testing.assert_allclose(w.grad, wanted[1], rtol=1e-14)


def test_what_the_function_reaches_by_itself_gets_its_gradient(w):
    x = leaf(X)
    inner = w * 2.0  # a result from before the call
    z = ac.checkpoint(lambda x: chain(x, inner) + w.sum(), x)
    z.sum().backward()
    found = x.grad.numpy(), w.grad.numpy()
    x.zero_grad()
    w.zero_grad()
    (chain(x, w * 2.0) + w.sum()).sum().backward()
    np.testing.assert_allclose(found[0], x.grad, rtol=1e-14)
    np.testing.assert_allclose(found[1], w.grad, rtol=1e-14)


def test_only_one_node_is_recorded(w):
    x = leaf(X)
    z = ac.checkpoint(lambda x: ac.tanh(ac.tanh(ac.tanh(x))) @ w, x)
    assert [n.op.name for n in ancestors([z.node]) if n.op] == ["checkpoint"]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_every_order(order):
    def f(x):
        return x**4 * ac.sin(x)

    g, h = f, lambda x: ac.checkpoint(f, x)
    for _ in range(order):
        g, h = ac.grad(g), ac.grad(h)
    assert h(1.25) == pytest.approx(g(1.25), rel=1e-12)


def test_every_transform(w):
    v = w.detach()

    def f(x):
        return chain(x, v)

    def checked(x):
        return ac.checkpoint(f, x)

    np.testing.assert_allclose(ac.jacobian(checked)(X), ac.jacobian(f)(X), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(ac.jvp(checked, X, V)[1], ac.jvp(f, X, V)[1], rtol=1e-13)
    np.testing.assert_allclose(ac.vjp(checked, X)[1](V), ac.vjp(f, X)[1](V), rtol=1e-13)
    small = X[:1]
    total, checked_total = lambda x: f(x).sum(), lambda x: checked(x).sum()
    np.testing.assert_allclose(
        ac.hessian(checked_total)(small), ac.hessian(total)(small), rtol=1e-12, atol=1e-13
    )
    np.testing.assert_allclose(ac.hvp(checked_total, X, V), ac.hvp(total, X, V), rtol=1e-12)


def test_create_graph_reaches_what_was_captured(w):
    x = leaf(X)

    def penalty(z):
        (g,) = ac.gradients(z.sum(), [x], create_graph=True)
        return (g**2).sum()

    penalty(ac.checkpoint(lambda x: chain(x, w), x)).backward()
    found = w.grad.numpy()
    w.zero_grad()
    penalty(chain(x, w)).backward()
    np.testing.assert_allclose(found, w.grad, rtol=1e-12)


def test_nests_go_in_and_out(w):
    x, y = leaf(X), leaf(2 * X)

    def f(pair, *, scale=2.0):
        return {"sum": pair["a"] + pair["b"][0], "parts": [pair["a"] * scale, 3, pair["b"][1]]}

    out = ac.checkpoint(f, {"a": x, "b": (y, np.ones(2))})
    assert out["parts"][1] == 3
    assert type(out["parts"][2]) is np.ndarray
    (out["sum"].sum() + out["parts"][0].sum() * 5).backward()
    np.testing.assert_array_equal(x.grad, np.full(X.shape, 11.0))
    np.testing.assert_array_equal(y.grad, np.ones(X.shape))


def test_several_results_of_two_dtypes():
    x = leaf(np.float32([1, 2]))
    a, b = ac.checkpoint(lambda x: (x * 2, x.astype(float) * 3), x)
    assert (a.dtype, b.dtype) == (np.float32, np.float64)
    (a.sum() + b.sum()).backward()
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, [5, 5])


def test_the_same_argument_twice_and_one_that_does_not_train():
    x = leaf(2.0)
    z = ac.checkpoint(lambda a, b, c: a * b * c, x, x, Tensor(5.0))
    z.backward()
    assert x.grad.item() == 20.0


def test_random_numbers_are_repeated():
    ac.manual_seed(3)
    x = leaf(np.ones(1000))
    z = ac.checkpoint(lambda x: x * (ac.rand(1000).numpy() > 0.5), x)
    after = ac.rand(3).numpy()
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, z.detach())
    ac.manual_seed(3)
    ac.rand(1000)
    np.testing.assert_array_equal(after, ac.rand(3))  # the stream is where it was


def test_a_function_that_does_not_repeat_itself_is_refused():
    numbers = np.random.default_rng(0)
    x = leaf(np.ones(100))
    z = ac.checkpoint(lambda x: x * numbers.random(100), x)
    with pytest.raises(GradientError, match="checkpoint: the second run"):
        z.sum().backward()


def test_an_update_in_between_is_refused(w):
    x = leaf(X)
    z = ac.checkpoint(lambda x: chain(x, w), x)
    with ac.no_grad():
        w -= 1.0
    with pytest.raises(StaleGraphError, match="checkpoint: Tensor 'w' of shape \\(3, 3\\) was written to"):
        z.sum().backward()


def test_an_update_through_data_is_refused(w):
    x = leaf(X)
    handle = w.data
    z = ac.checkpoint(lambda x: chain(x, w), x)
    handle[0, 0] += 1.0
    with pytest.raises(StaleGraphError):
        z.sum().backward()


def test_an_update_of_an_argument_is_none_of_its_business(w):
    x = leaf(X)
    z = ac.checkpoint(lambda x, w: chain(x, w), x, w)
    with ac.no_grad():
        x -= 1.0
    z.sum().backward()
    y = leaf(X)
    chain(y, w.detach()).sum().backward()
    np.testing.assert_allclose(x.grad, y.grad, rtol=1e-14)


def test_without_recording_it_is_the_function():
    with ac.no_grad():
        assert not ac.checkpoint(lambda x: x * 2, leaf(1.0)).requires_grad
    assert ac.checkpoint(lambda x: x * 2, 3.0) == 6.0
    assert not ac.checkpoint(lambda x: x * 2, Tensor(3.0)).requires_grad


def test_a_second_sweep_needs_the_graph():
    x = leaf(2.0)
    z = ac.checkpoint(lambda x: x**3, x)
    z.backward(retain_graph=True)
    z.backward()
    assert x.grad.item() == 24.0
    with pytest.raises(ac.ReleasedGraphError):
        z.backward()


def test_something_else_than_a_function_is_refused():
    with pytest.raises(TypeError, match="checkpoint: a function is needed"):
        ac.checkpoint(leaf(1.0))


def test_nested(w):
    x = leaf(X)
    z = ac.checkpoint(lambda x: ac.checkpoint(lambda y: chain(y, w), x) * 2.0, x)
    z.sum().backward()
    found = w.grad.numpy()
    w.zero_grad()
    (chain(leaf(X), w) * 2.0).sum().backward()
    np.testing.assert_allclose(found, w.grad, rtol=1e-13)


def test_a_graph_with_one_can_be_drawn():
    x = leaf(2.0, "x")
    z = ac.checkpoint(lambda x: x**3, x) * 2.0
    assert "checkpoint" in ac.graph(z).source
    z.backward()
    assert "24" in ac.graph(z).source


def test_memory_is_saved():
    x = leaf(np.ones(200_000))

    def part(y):
        for _ in range(25):
            y = ac.tanh(y)
        return y

    def peak(apply):
        tracemalloc.start()
        y = x
        for _ in range(8):
            y = apply(y)
        y.sum().backward()
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        x.zero_grad()
        return top

    assert peak(lambda y: ac.checkpoint(part, y)) < 0.3 * peak(part)


def test_a_part_that_captures_what_it_is_given():
    x = np.array([1.0, 2.0])

    def f(part):
        return lambda x: part(lambda a: (a * x).sum() * a, x).sum()

    def plain(g, y):
        return g(y)

    np.testing.assert_allclose(ac.hessian(f(ac.checkpoint))(x), ac.hessian(f(plain))(x))
    np.testing.assert_allclose(ac.hvp(f(ac.checkpoint), x, x), ac.hvp(f(plain), x, x))
    t = Tensor(x, requires_grad=True)
    recorded = ac.gradients(f(ac.checkpoint)(t), t, create_graph=True)
    np.testing.assert_allclose(recorded.detach().numpy(), ac.grad(f(plain))(x))


@pytest.mark.parametrize("captures", [False, True])
def test_a_transform_of_constants_inside_a_part_inside_a_transform(captures):
    x = np.array([1.0, 2.0, 3.0])

    def slope(a):
        return ac.grad(lambda t: (t * t * a).sum())(np.ones(3))

    def whole(x):
        return ac.checkpoint((lambda a: slope(x) * a) if captures else (lambda a: slope(a) * a), x).sum()

    np.testing.assert_allclose(ac.grad(whole)(x), 4 * x)
    np.testing.assert_allclose(ac.jvp(whole, x, np.ones(3))[1], (4 * x).sum())
    np.testing.assert_allclose(ac.grad(whole)(Tensor(x)).numpy(), 4 * x)
