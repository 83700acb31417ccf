"""Scale: a million operations, many paths, wide sums; no garbage, and memory that is given back."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.node import Node


def leaf(data):
    return Tensor(data, requires_grad=True)


@pytest.fixture
def no_collector():
    """The cyclic collector off, and nothing left for it from before: what one round frees may free more."""
    while gc.collect():
        pass
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def nodes_alive():
    return sum(issubclass(type(o), Node) for o in gc.get_objects())


# ---- depth and width -------------------------------------------------------------------------------------


def test_a_chain_of_a_million_operations(no_collector):
    n = 10**6
    x = leaf(1.0)
    y = x
    for _ in range(n):
        y = y + 1.0
    y.backward()
    assert x.grad.item() == 1
    assert y.item() == n + 1
    del y


def test_a_long_chain_dropped_without_a_sweep(no_collector):
    x = leaf(1.0)
    y = x
    for _ in range(300_000):
        y = y * 1.0
    del y
    assert x.item() == 1


def test_a_long_chain_forward_and_twice():
    x = leaf(0.5)
    y = x
    for _ in range(5_000):
        y = y * 1.0
    (g,) = ac.gradients(y * y, [x], create_graph=True)
    assert ac.gradients(g, x).item() == 2
    value, tangent = ac.jvp(lambda t: sum((t for _ in range(5_000)), 0.0), 1.0, 1.0)
    assert (value, tangent) == (5_000, 5_000)


def test_sixty_diamonds_have_two_to_the_sixty_paths():
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60

    def diamonds(t):
        for _ in range(60):
            t = t + t
        return t

    assert ac.jvp(diamonds, 1.0, 1.0)[1] == 2.0**60


def test_a_sum_of_twenty_thousand():
    x = leaf(1.0)
    parts = [x * float(k) for k in range(20_000)]
    ac.stack(parts).sum().backward()
    assert x.grad.item() == sum(range(20_000))
    xs = [leaf([1.0]) for _ in range(20_000)]
    ac.concatenate(xs).sum().backward()
    assert all(t.grad.item() == 1 for t in xs[::1000])


# ---- garbage ---------------------------------------------------------------------------------------------


def network():
    rng = np.random.default_rng(0)
    w, v = leaf(rng.standard_normal((4, 8))), leaf(rng.standard_normal((8, 1)))
    x, t = rng.standard_normal((16, 4)), rng.standard_normal((16, 1))

    def loss():
        with ac.scope("hidden"):
            h = ac.relu(x @ w)
        return (((h @ v)[:, 0] - t[:, 0]) ** 2).mean() + 0.01 * (w * w).sum()

    return w, v, loss


def step(w, v, loss):
    z = loss()
    z.backward()
    with ac.no_grad():
        w -= 0.01 * w.grad
        v -= 0.01 * v.grad
    w.zero_grad()
    v.zero_grad()


def step_through_data(w, v, loss):
    loss().backward()
    for p in (w, v):
        p.data -= 0.01 * p.grad.data
        p.grad = None


def step_with_penalty(w, v, loss):
    z = loss()
    (g,) = ac.gradients(z, [w], create_graph=True)
    (z + (g * g).sum()).backward()
    w.zero_grad()
    v.zero_grad()


def step_create_graph(w, v, loss):
    loss().backward(create_graph=True)
    w.zero_grad()
    v.zero_grad()


def dropped_without_backward(w, v, loss):
    loss()


def dropped_with_names_and_hooks(w, v, loss):
    z = loss().named("z")
    z.retain_grad()
    z.register_hook(lambda g: g * 2)
    z.backward()
    w.zero_grad()
    v.zero_grad()


def retained(w, v, loss):
    loss().backward(retain_graph=True)


def transformed(w, v, loss):
    x = np.linspace(0, 1, 5)
    f = lambda x: (ac.tanh(x) ** 2).sum()
    ac.grad(f)(x), ac.hessian(f)(x), ac.jvp(f, x, x), ac.hvp(f, x, x), ac.vjp(f, x)[1](1.0)


def failed(w, v, loss):
    with pytest.raises(ValueError, match="matmul"):
        w @ w
    z = loss()
    with pytest.raises(ValueError, match="gradient"):
        z.backward(np.ones(3))


STEPS = [
    step,
    step_through_data,
    step_with_penalty,
    step_create_graph,
    dropped_without_backward,
    dropped_with_names_and_hooks,
    retained,
    transformed,
]


@pytest.mark.parametrize("one", STEPS, ids=lambda f: f.__name__)
def test_steps_leave_nothing_to_the_collector(one, no_collector):
    w, v, loss = network()
    one(w, v, loss)
    gc.collect()
    before = nodes_alive()
    for _ in range(5):
        one(w, v, loss)
    assert nodes_alive() <= before  # everything went by reference counts alone
    assert gc.collect() == 0


def test_a_dropped_result_is_gone_at_once(no_collector):
    x = leaf(np.ones((10, 10)))
    y = x * 2
    z = (y * y).sum()
    arrays = [weakref.ref(y), weakref.ref(z)]
    node = z.node
    del y, z
    assert all(r() is None for r in arrays)
    del node
    assert gc.collect() == 0


def test_a_leaf_is_not_held_by_its_graph(no_collector):
    x = leaf(np.ones((10, 10)))
    z = (x * x).sum()
    gone = weakref.ref(x)
    del x
    assert gone() is None
    z.backward()


# ---- memory ----------------------------------------------------------------------------------------------


def traced(f):
    """Megabytes that a call leaves behind, and its peak."""
    tracemalloc.start()
    try:
        kept = f()
        current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del kept
    return current / 2**20, peak / 2**20


ONE = 8 * 500 * 500 / 2**20  # an array of the tests below, in megabytes


def chain(x, n=20):
    y = x
    for _ in range(n):
        y = ac.tanh(y)
    return y.sum()


def test_a_swept_graph_gives_its_arrays_back():
    x = leaf(np.full((500, 500), 0.5))

    def recorded():
        return chain(x)

    def swept():
        z = chain(x)
        z.backward()
        x.zero_grad()
        return z

    assert traced(recorded)[0] == pytest.approx(20 * ONE, rel=0.1)
    assert traced(swept)[0] < 0.1 * ONE


def test_the_peak_of_a_sweep_is_moderate():
    x = leaf(np.full((500, 500), 0.5))

    def swept():
        chain(x).backward()

    _, peak = traced(swept)
    assert peak < 1.3 * 20 * ONE
    x.zero_grad()


def test_rows_keep_only_what_their_rules_read():
    x = leaf(np.full((500, 500), 0.5))

    def sums():
        y = x
        for _ in range(20):
            y = y + 1.0
        return y

    assert traced(sums)[0] < 1.5 * ONE

    def views():
        y = x
        for _ in range(20):
            y = y.T.reshape(250, 1000).reshape(500, 500)
        return y

    assert traced(views)[0] < 41 * ONE


def test_plain_inputs_and_no_grad_keep_nothing():
    x = leaf(np.full((500, 500), 0.5))

    def without():
        with ac.no_grad():
            return chain(x)

    current, peak = traced(without)
    assert current < 0.1 * ONE
    assert peak < 3 * ONE
