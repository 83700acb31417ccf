"""Sweeps of a recorded graph: what is released, retained, accumulated and recorded, and when nothing is."""

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, ReleasedGraphError, Tensor
from autograd_core.node import RELEASED, Absent, ancestors
from autograd_core.remains import gradients_after
from autograd_core.state import current


def leaf(data, **words):
    return Tensor(data, requires_grad=True, **words)


def small():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    return (a, x, y), (a * x - y) ** 2


# ---- release ----------------------------------------------------------------


def test_a_second_sweep_of_a_released_graph_says_what_to_do():
    (a, x, y), z = small()
    z.backward()
    with pytest.raises(ReleasedGraphError, match=r"swept before.*retain_graph=True") as caught:
        z.backward()
    assert "power" in str(caught.value)
    assert isinstance(caught.value, GradientError)
    assert [t.grad.item() for t in (a, x, y)] == [12, 8, -4]
    with pytest.raises(ReleasedGraphError):
        ac.gradients(z, a)


def test_retain_graph_sweeps_again_and_accumulates():
    (a, x, y), z = small()
    z.backward(retain_graph=True)
    z.backward()
    assert [t.grad.item() for t in (a, x, y)] == [24, 16, -8]
    with pytest.raises(ReleasedGraphError):
        z.backward()


def test_every_sweep_notices_a_released_graph():
    x = leaf(2.0)

    def sweeps_inside(t):
        y = ac.tanh(t)
        y.backward()
        return y

    with pytest.raises(ReleasedGraphError, match="tanh"):
        ac.jvp(sweeps_inside, 1.0, 1.0)
    with pytest.raises(ReleasedGraphError, match="tanh"):
        ac.gradients(sweeps_inside(x), x, create_graph=True)


def test_a_shared_part_is_released_for_both():
    x = leaf(2.0)
    shared = x * x
    (shared * 3).backward()
    with pytest.raises(ReleasedGraphError, match="multiply"):
        (shared * 5).backward()
    assert x.grad.item() == 12


def test_arrays_go_and_structure_stays():
    x, y = leaf(np.ones((30, 30)), name="x"), leaf(np.ones((30, 30)), name="y")
    with ac.scope("part"):
        z = (x * y).sum().named("z")
    product = z.node.parents[0]
    assert any(isinstance(v, np.ndarray) for v in product.args)
    z.backward()
    assert product.args is RELEASED
    assert isinstance(product.value, Absent)
    assert product.op.name == "multiply"
    assert product.shape == (30, 30)
    assert product.state.scope == "part"
    assert [p.name for p in product.parents] == ["x", "y"]
    assert z.item() == 900


def test_small_graphs_keep_values_and_gradients_for_the_picture():
    _, z = small()
    z.backward()
    nodes = ancestors([z.node])
    assert all(node.value.size == 1 for node in nodes)
    assert set(gradients_after([z.node])) == set(nodes)
    big = leaf(np.ones(250))
    z = big
    for _ in range(20):
        z = z * 1.0
    z.sum().backward()
    assert gradients_after([z.node]) == {}


def test_a_retained_graph_keeps_its_arrays():
    _, z = small()
    z.backward(retain_graph=True)
    assert all(node.args is not RELEASED for node in ancestors([z.node]) if node.op is not None)


# ---- seeds, inputs, accumulation -----------------------------------------------------------------------


def test_only_single_numbers_need_no_gradient():
    x = leaf([1.0, 2.0], name="x")
    y = x * 2
    with pytest.raises(GradientError, match=r"single number.*\(2,\).*y\.sum\(\)\.backward\(\)"):
        y.backward()
    y.named("out")
    with pytest.raises(GradientError, match=r"'out'.*out\.sum\(\)\.backward\(\).*backward\(gradient\)"):
        y.backward()
    assert x.grad is None
    y.backward([1.0, 10.0])
    assert x.grad.tolist() == [2, 20]
    one = leaf([[3.0]])
    (one * 2).backward()
    assert one.grad.tolist() == [[2]]


@pytest.mark.parametrize("seed", [[1.0, 2.0], np.array([1, 2]), Tensor([1.0, 2.0]), np.float32([1, 2])])
def test_seeds_of_every_kind(seed):
    x = leaf([1.0, 2.0])
    (x * x).backward(seed)
    assert x.grad.tolist() == [2, 8]
    assert x.grad.dtype == np.float64


def test_a_seed_of_another_shape_is_refused():
    x = leaf([1.0, 2.0])
    for seed in ([1.0], 1.0, np.ones((2, 1)), np.ones(3)):
        with pytest.raises(ValueError, match=r"has shape \(2,\), the gradient"):
            (x * x).backward(seed)
    assert x.grad is None


def test_backward_needs_a_graph():
    with pytest.raises(GradientError, match=r"backward\(\).*requires no gradient"):
        Tensor(1.0).backward()
    with ac.no_grad():
        z = leaf(1.0) * 2
    with pytest.raises(GradientError, match="no_grad"):
        z.backward()


def test_gradients_of_several_graphs_accumulate():
    x = leaf(2.0)
    (x * x).backward()
    (3 * x).backward()
    x.backward()
    assert x.grad.item() == 4 + 3 + 1


def test_inputs_choose_where_gradients_go():
    (a, x, y), _ = small()
    s = a * x
    z = (s - y) ** 2
    z.backward(inputs=[a, s], retain_graph=True)
    assert a.grad.item() == 12
    assert s.grad.item() == 4
    assert x.grad is None
    assert y.grad is None
    z.backward(inputs=y)
    assert y.grad.item() == -4
    with pytest.raises(GradientError, match=r"inputs=.*requires no gradient"):
        z.backward(inputs=[Tensor(1.0)])


def test_an_unreachable_leaf_gets_none():
    x, other = leaf(2.0), leaf(3.0)
    z = x * 2
    z.backward(inputs=[x, other])
    assert other.grad is None
    assert x.grad.item() == 2


def test_a_leaf_that_is_gone_is_passed_over():
    x = leaf(2.0)
    z = x * leaf(3.0)
    z.backward()
    assert x.grad.item() == 3


def test_shared_operands():
    x = leaf(3.0)
    (x * x * x + x).backward()
    assert x.grad.item() == 28


def test_gradients_have_the_dtype_of_their_leaf():
    x, y = leaf(np.float32([1, 2])), leaf([1.0, 2.0])
    (x * y).sum().backward()
    assert x.grad.dtype == np.float32
    assert y.grad.dtype == np.float64
    found = ac.gradients((x * y).sum(), {"x": x, "y": y})
    assert found["x"].dtype == np.float32
    assert found["y"].dtype == np.float64


def test_float16_works_too():
    x = leaf(np.float16([1, 2]))
    (x * x).mean().backward()
    assert x.grad.dtype == np.float16
    assert x.grad.tolist() == [1, 2]


# ---- higher orders ----------------------------------------------------------------


def test_create_graph_to_any_order():
    x = leaf(2.0)
    g = x**5
    for wanted in (80, 160, 240, 240, 120, 0):
        if not g.requires_grad:
            assert wanted == 0
            break
        x.zero_grad()
        g.backward(create_graph=True)
        g = x.grad
        assert g.item() == wanted


def test_gradients_are_unrecorded_by_default():
    x = leaf(2.0)
    (x**3).backward()
    assert not x.grad.requires_grad
    x.zero_grad()
    (x**3).backward(create_graph=True)
    assert x.grad.requires_grad


def test_create_graph_retains_and_may_be_told_not_to_matter():
    x = leaf(2.0)
    z = x**3
    z.backward(create_graph=True)
    z.backward()
    assert x.grad.item() == 24
    z = x**3
    z.backward(create_graph=True, retain_graph=True)
    z.backward()


def test_create_graph_records_within_no_grad():
    x = leaf(2.0)
    z = x**3
    with ac.no_grad():
        z.backward(create_graph=True)
    x.grad.backward(inputs=[x])
    assert x.grad.item() == 12 + 12


def test_a_gradient_that_is_a_tensor_stays_in_the_graph():
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = x**3
    y.backward(v, create_graph=True)
    (jvp,) = ac.gradients((x.grad * Tensor([1.0, 1.0])).sum(), [v])
    np.testing.assert_array_equal(jvp, [3, 12])
    v32 = leaf(np.float32([3, 4]))
    (g,) = ac.gradients(x**3, [x], v32, create_graph=True)
    assert g.dtype == np.float64
    np.testing.assert_array_equal(ac.gradients(g.sum(), v32), [3, 12])
    assert ac.gradients(g.sum(), v32).dtype == np.float32


def test_penalty_on_a_gradient():
    rng = np.random.default_rng(0)
    w, x = leaf(rng.standard_normal((3, 2))), leaf(rng.standard_normal((4, 3)))

    def penalised(w):
        y = ac.tanh(x @ w).sum()
        (g,) = ac.gradients(y, [x], create_graph=True)
        return (g**2).sum()

    penalised(w).backward(inputs=[w])
    h, v = 1e-6, rng.standard_normal((3, 2))
    up, down = penalised(leaf(w.numpy() + h * v)), penalised(leaf(w.numpy() - h * v))
    assert (w.grad.numpy() * v).sum() == pytest.approx((up.item() - down.item()) / (2 * h), rel=1e-7)


# ---- recording on and off ----------------------------------------------------------------


def test_no_grad_and_enable_grad_nest():
    x = leaf(2.0)
    with ac.no_grad():
        assert not (x * 2).requires_grad
        with ac.enable_grad():
            assert (x * 2).requires_grad
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_as_decorators():
    x = leaf(2.0)

    @ac.no_grad()
    def plain(depth=0):
        """A docstring."""
        return plain(depth - 1) if depth else x * 2

    @ac.enable_grad()
    def recorded():
        return x * 2

    assert not plain().requires_grad
    assert not plain(3).requires_grad
    assert plain.__doc__ == "A docstring."
    with ac.no_grad():
        assert recorded().requires_grad
    assert (x * 2).requires_grad


def test_one_context_may_be_entered_twice():
    x, off = leaf(2.0), ac.no_grad()
    with off:
        with off:
            pass
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


@pytest.mark.parametrize(
    "context", [ac.no_grad, ac.enable_grad, lambda: ac.scope("s")], ids=["no", "yes", "scope"]
)
def test_exceptions_restore_the_mode(context):
    before = current()
    with pytest.raises(ZeroDivisionError), context():
        raise ZeroDivisionError
    assert current() is before


def test_scopes_are_recorded_and_decorate():
    x = leaf(2.0)
    with ac.scope("encoder"), ac.scope("fc1"):
        y = x * 2
    assert y.node.state.scope == "encoder.fc1"
    assert (x * 2).node.state.scope == ""

    @ac.scope("head")
    def head():
        return x * 2

    assert head().node.state.scope == "head"
    assert head().node.state.scope == "head"
    with pytest.raises(ValueError, match="non-empty string"), ac.scope(""):
        pass


def test_every_thread_has_its_own_mode():
    x, inside, seen = leaf(2.0), threading.Event(), []

    def other():
        inside.wait(10)
        seen.append((x * 2).requires_grad)

    thread = threading.Thread(target=other)
    thread.start()
    with ac.no_grad():
        inside.set()
        thread.join()
        assert not (x * 2).requires_grad
    assert seen == [True]


def test_threads_with_graphs_of_their_own():
    def work(k):
        right = 0
        for i in range(200):
            x = leaf(float(i))
            if i % 3 == k % 3:
                with ac.no_grad():
                    x * x
            z = (x * x + k * x) * 2
            z.backward()
            right += x.grad.item() == 2 * (2 * i + k)
        return right

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [200] * 8


def test_threads_may_share_a_decorated_function():
    x = leaf(2.0)

    @ac.no_grad()
    def plain(_):
        return (x * 2).requires_grad

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(plain, range(400)))


def test_leaves_set_aside_by_no_grad_are_not_parents():
    x = leaf(2.0)
    with ac.no_grad():
        y = x * 3
    assert y.is_leaf
    z = x * y
    z.backward()
    assert x.grad.item() == 6


def test_a_failing_rule_is_explained():
    broken = ac.elementwise("broken", lambda x: x * 1.0, lambda g, z, x: g @ x, keeps="x")
    x = leaf(2.0)
    with ac.scope("head"), pytest.raises(ValueError, match="matmul") as caught:
        broken(x).backward()
    assert "in the gradient of broken in head: result float64()" in caught.value.__notes__[-1]
    with pytest.raises(ValueError, match="matmul") as caught:
        ac.jvp(broken, 2.0, 1.0)
    assert "in the tangent of broken" in caught.value.__notes__[-1]


def test_a_contribution_of_too_few_axes_is_refused():
    flat = ac.general("flattening", lambda x: x * 1.0, lambda g, z, x: g[0], stacks=True)
    with pytest.raises(
        ValueError, match=r"gradient of shape \(2,\) cannot belong to a value of shape \(2, 2\)"
    ):
        flat(leaf(np.ones((2, 2)))).sum().backward()


# ---- retained gradients, decorated generators ----------------------------------------------------------


def test_a_retained_gradient_is_what_the_hooks_left_and_comes_once():
    x = Tensor(3.0, requires_grad=True)
    y = x * x
    y.retain_grad()
    y.register_hook(lambda g: g * 10)
    (y * 2).backward(inputs=[y], retain_graph=True)
    assert y.grad.item() == 20
    z = y * 2
    y.grad = None
    ac.gradients(z, x)
    assert y.grad is None
    z.backward(create_graph=True)
    assert y.grad.item() == 20


def test_a_leaf_frozen_after_recording_gets_no_gradient():
    x, w = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    z = x * w
    x.requires_grad = False
    z.backward()
    assert x.grad is None
    assert w.grad.item() == 2


def test_a_gradient_that_is_set_is_a_copy_and_unrecorded():
    x, t = Tensor(2.0, requires_grad=True), Tensor(1.0, requires_grad=True)
    x.grad = t * 2
    assert not x.grad.requires_grad
    g = Tensor([1.0])
    y = Tensor([1.0], requires_grad=True)
    y.grad = g
    g.data[0] = 7
    assert y.grad.tolist() == [1.0]


def test_no_grad_decorates_functions_generators_and_coroutines():
    x = Tensor(2.0, requires_grad=True)

    @ac.no_grad
    def plain():
        return x * 2

    @ac.no_grad()
    def steps():
        got = yield x * 2
        try:
            yield got * x
        except KeyError:
            yield x * 3
        return "end"

    @ac.no_grad()
    async def later():
        await asyncio.sleep(0)
        return x * 2

    assert not plain().requires_grad
    running = steps()
    assert not next(running).requires_grad
    assert (x * 2).requires_grad  # between the steps recording is on
    assert not running.send(5.0).requires_grad
    assert running.throw(KeyError).item() == 6
    with pytest.raises(StopIteration, match="end"):
        next(running)
    steps().close()
    assert not asyncio.run(later()).requires_grad
    with pytest.raises(TypeError, match="asynchronous generator"):

        @ac.no_grad()
        async def both():
            yield x


def test_one_no_grad_may_be_shared():
    shared = ac.no_grad()
    x = Tensor(2.0, requires_grad=True)
    both = threading.Barrier(2)
    found = []

    def work():
        with shared:
            both.wait()
            with shared:
                found.append((x * 2).requires_grad)
            both.wait()
            found.append((x * 2).requires_grad)
        found.append((x * 2).requires_grad)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 4 + [True] * 2


def test_a_generator_is_closed_in_its_block():
    seen = []

    @ac.no_grad()
    def steps():
        try:
            yield 1
        finally:
            seen.append((Tensor(1.0, requires_grad=True) * 2).requires_grad)

    running = steps()
    next(running)
    running.close()
    assert seen == [False]
    with pytest.raises(TypeError, match="decorates a function"):
        ac.no_grad(5)


def test_a_block_left_in_another_thread_says_so():
    def steps():
        with ac.no_grad():
            yield 1

    running = steps()
    contextvars.copy_context().run(next, running)  # a context of its own: the block is never left in it
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="entered in another thread"):
        pool.submit(list, running).result()
    list(steps())  # this thread's own blocks still work
    assert current().recording
