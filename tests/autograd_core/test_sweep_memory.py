"""What a sweep writes over and when it lets arrays go: nothing that anybody else holds, and all the rest."""

import tracemalloc

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.node import SMALL
from autograd_core.ops.table import TABLE

SIZES = [3, SMALL + 1, 100_000]
held = []


def _holding(c):
    held.append((c, c.copy()))
    return c


watched = ac.elementwise("watched_by_test", lambda x: x + 0.0, lambda g, z, x: _holding(g * 3.0))
passing = ac.elementwise("passing_by_test", lambda x: x + 0.0, lambda g, z, x: g)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("first", [True, False])
def test_contributions_that_a_rule_holds_are_not_written_to(n, first):
    held.clear()
    x = Tensor(np.arange(n, dtype=float), True)
    y = 0.0 if first else x * x
    y = watched(x) + watched(x) * 2.0 + watched(x) * 4.0 + y
    y = y + x * x if first else y
    y.backward(np.ones(n))
    assert len(held) == 3
    for kept, was in held:
        np.testing.assert_array_equal(kept, was)
    np.testing.assert_array_equal(x.grad.numpy(), 3.0 + 6.0 + 12.0 + 2 * np.arange(n))


@pytest.mark.parametrize("n", SIZES)
def test_a_gradient_that_several_inputs_share_is_not_written_to(n):
    a, b, c = (Tensor(np.full(n, k), True) for k in (1.0, 2.0, 3.0))
    (a + b + c * a + passing(a) + passing(b) * b + a).backward(np.full(n, 5.0))
    assert set(a.grad.tolist()) == {30.0}
    assert set(b.grad.tolist()) == {25.0}
    assert set(c.grad.tolist()) == {5.0}


@pytest.mark.parametrize("n", SIZES)
def test_seeds_hooks_and_retained_gradients_keep_their_numbers(n):
    seed, seen = np.full(n, 2.0), []
    x = Tensor(np.arange(n, dtype=float), True)
    h, k = x * 1.0, x * 2.0
    h.retain_grad()
    h.register_hook(lambda g: seen.append(g))
    k.register_hook(lambda g: seen.append(g))
    y = h + k + x + x * x
    y.backward(seed, retain_graph=True)
    first = x.grad
    before = first.numpy()
    y.backward(seed)
    assert set(seed.tolist()) == {2.0}
    assert {v for g in seen for v in g.tolist()} == {2.0}
    np.testing.assert_array_equal(h.grad.numpy(), np.full(n, 4.0))
    np.testing.assert_array_equal(first.numpy(), before)
    np.testing.assert_array_equal(x.grad.numpy(), 2 * before)


def test_sums_of_contributions_need_no_array_of_their_own():
    n, peaks = 100_000, []
    for times in (4, 12):
        x = Tensor(np.ones(n), True)
        y = x * 1.0
        total = sum((y * float(k) for k in range(times)), 0.0).sum()
        tracemalloc.start()
        total.backward()
        peaks.append(tracemalloc.get_traced_memory()[1] / (8 * n))
        tracemalloc.stop()
    assert peaks == pytest.approx([2, 2], abs=0.5)


def test_tangents_are_dropped_where_they_were_used_last():
    n, peaks = 100_000, []
    x, v = np.zeros(n), np.ones(n)
    for times in (10, 60):

        def chain(x, times=times):
            for _ in range(times):
                x = -x
            return x, x + 1.0

        tracemalloc.start()
        try:
            _, (t, other) = ac.jvp(chain, (x,), (v,))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert set(t.tolist()) == set(other.tolist()) == {1.0}
    assert peaks[1] < peaks[0] + 2 * x.nbytes


def test_a_graph_that_nobody_holds_is_freed_on_the_way():
    n, found = 100_000, []

    def look(g):
        found.append(tracemalloc.get_traced_memory()[0])
        return g

    looking = ac.elementwise("looking_by_test", lambda x: x + 0.0, lambda g, z, x: look(g))

    def f(x, keep):
        y = looking(x)
        for _ in range(10):
            y = ac.exp(-y)
            keep.append(y)
        return y.sum()

    for keep, most in ((list, 13.0), (lambda: None, 3.0)):
        found.clear()
        tracemalloc.start()
        kept = keep()
        ac.grad(lambda x, kept=kept: f(x, [] if kept is None else kept))(np.ones(n))
        tracemalloc.stop()
        assert most - 1 < found[0] / (8 * n) < most + 1


def test_a_result_that_a_function_gave_away_keeps_its_graph():
    given = []

    def f(x):
        given.append((x, (ac.exp(x) * x).sum()))
        return given[-1][1] * 2.0

    a = np.linspace(0, 1, 1000)
    value, slope = ac.value_and_grad(f)(a)
    x, y = given[0]
    (again,) = ac.gradients(y, [x])
    np.testing.assert_array_equal(2 * again.numpy(), slope)
    assert value == 2 * y.item()


def test_of_relu_only_the_result_is_kept():
    n, layers = 100_000, 5
    x = Tensor(np.linspace(-1, 1, n), True)
    tracemalloc.start()
    try:
        y = x
        for _ in range(layers):
            y = ac.relu(y - 0.1)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < (layers + 0.5) * x.data.nbytes
    y.backward(np.ones(n))
    np.testing.assert_array_equal(x.grad.numpy(), y.numpy() > 0)


ALIKE = [row for row in TABLE.values() if row.alike]


@pytest.mark.parametrize("row", ALIKE, ids=lambda row: row.name)
def test_the_rule_of_a_row_that_keeps_the_result_instead_reads_no_more_than_it(row):
    x = np.concatenate([np.linspace(-2, 2, 41), [0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324]])
    z = row(x)
    for g in (np.ones_like(x), np.array([np.nan, np.inf, -2.5])[:, None]):
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(row.rules[0](g, None, z), row.rules[0](g, None, x))


@pytest.mark.parametrize("n", SIZES)
def test_relu_of_any_size_has_derivatives_of_every_order_and_direction(n):
    x, v = np.linspace(-1, 1, n), np.linspace(2, 3, n)
    f = lambda x: (ac.relu(x * x - 0.5) ** 3).sum()
    r = np.maximum(x * x - 0.5, 0)
    np.testing.assert_allclose(ac.grad(f)(x), 6 * x * r**2, atol=1e-12)
    np.testing.assert_allclose(ac.hvp(f, x, v), (6 * r**2 + 24 * x * x * r) * v, atol=1e-12)
    np.testing.assert_allclose(ac.jvp(lambda x: ac.relu(x * x - 0.5), (x,), (v,))[1], 2 * x * v * (r > 0))


@pytest.mark.parametrize("n", SIZES)
def test_relu_of_a_leaf_that_is_overwritten_remembers_its_numbers(n):
    x = Tensor(np.linspace(-1, 1, n), True)
    was = x.numpy().copy()
    y = ac.relu(x)
    x.data[:] = -x.data
    np.testing.assert_array_equal(y.node.args[1], was)  # pictures look for them here
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), was > 0)


OF_FOUR = {"held": watched, "itself": lambda x: x, "sum": ac.sum, "no": lambda x: ac.zeros(4) * x[0]}


@pytest.mark.parametrize("f", OF_FOUR.values(), ids=OF_FOUR.keys())
def test_a_jacobian_belongs_to_whoever_asked_for_it(f):
    held.clear()
    x = np.arange(4.0)
    found = [ac.jacobian(f)(x) for _ in range(2)]
    was = found[1].copy()
    found[0][...] = 7.0
    np.testing.assert_array_equal(found[1], was)
    assert found[1].dtype == x.dtype
    assert found[1].flags.writeable
    for kept, before in held:
        np.testing.assert_array_equal(kept, before)
