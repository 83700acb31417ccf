"""Single numbers take a way of their own, with the values, gradients and graphs of arrays of one number."""

import gc
import threading
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.node import Node
from autograd_core.singles import pull_singles

BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    ac.maximum,
    ac.hypot,
]
UNARY = [
    lambda x: -x,
    abs,
    ac.exp,
    ac.tanh,
    ac.sin,
    ac.sqrt,
    ac.relu,
    ac.sigmoid,
    lambda x: x**2,
    lambda x: x**3,
    lambda x: 2 * x,
    lambda x: 1 - x,
    lambda x: 0.5 / x,
    lambda x: x / 3.0,
]
NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.5, 0.3, 1e-300, 1e200, -1e308, np.inf, -np.inf, np.nan])
STEPS = st.lists(
    st.tuples(st.integers(0, len(BINARY) + len(UNARY) - 1), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=12,
)
KINDS = st.sampled_from([np.float64, np.float32])


def is_single(x):
    return x._node.__class__ is list


def run(steps, values):
    """A random program: every step takes two of the values there are, and adds one."""
    values = list(values)
    for op, i, j in steps:
        x, y = values[i % len(values)], values[j % len(values)]
        values.append(BINARY[op](x, y) if op < len(BINARY) else UNARY[op - len(BINARY)](x))
    return values


def bits(x):
    x = np.asarray(x).reshape(())
    return "nan" if np.isnan(x) else x.tobytes(), x.dtype


def leaves(numbers, kind, shape):
    tensors = [Tensor(np.full(shape, v, kind), requires_grad=True) for v in numbers]
    return [*tensors, Tensor(np.full(shape, 0.7, kind))]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=300, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=3), STEPS, KINDS)
def test_random_programs_equal_those_of_arrays_to_the_last_bit(numbers, steps, kind):
    given, arrays = leaves(numbers, kind, ()), leaves(numbers, kind, (1,))
    ours, theirs = run(steps, given), run(steps, arrays)
    for x, y in zip(ours, theirs, strict=True):
        assert bits(x.data) == bits(y.data)
    if not ours[-1].requires_grad or not is_single(ours[-1]):
        return
    ours[-1].backward()
    theirs[-1].backward()
    for x, y in zip(given, arrays, strict=True):
        assert (x.grad is None) == (y.grad is None)
        if x.grad is not None:
            assert bits(x.grad.data) == bits(y.grad.data)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=100, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=3), STEPS)
def test_the_sweep_of_lists_equals_that_of_nodes_to_the_last_bit(numbers, steps):
    given, same = leaves(numbers, np.float64, ()), leaves(numbers, np.float64, ())
    ours, theirs = run(steps, given)[-1], run(steps, same)[-1]
    if not ours.requires_grad:
        return
    assert isinstance(theirs.node, Node)
    ours.backward()
    theirs.backward()
    assert [x.grad is None or bits(x.grad.data) for x in given] == [
        x.grad is None or bits(x.grad.data) for x in same
    ]
    assert [n.kind for n in ac.graph(ours)] == [n.kind for n in ac.graph(theirs)]


def net():
    a, b = Tensor(2.0, requires_grad=True), Tensor(-3.0, requires_grad=True)
    z = a * b + ac.tanh(a) * 0.5 - Tensor(4.0) * b
    assert is_single(z)
    return a, b, z


def test_a_result_is_a_list_until_its_node_is_asked_for_and_then_the_same_node():
    _, _, z = net()
    y = z * z
    node = z.node
    assert isinstance(node, Node)
    assert z.node is node
    assert y.node[0] is node
    assert y.node[1] is node


def test_data_is_an_array_and_the_dtype_stays():
    a, _, z = net()
    assert type(z.data) is np.ndarray
    assert not z.data.flags.writeable
    assert type(a.data) is np.ndarray
    assert z.dtype == np.float64
    half = Tensor(np.float32(2), requires_grad=True)
    z = half * 0.1 + 1
    z.backward()
    assert z.dtype == np.float32
    assert half.grad.dtype == np.float32
    assert type(half.grad) is Tensor
    assert type(half.grad.data) is np.ndarray


def test_handles_to_a_leaf_reach_it_and_graphs_keep_the_number_that_they_were_given():
    w = Tensor(3.0, requires_grad=True)
    handle = w.data
    z = w * w
    handle[...] = 5.0
    assert w.item() == 5.0
    z.backward()
    assert w.grad.item() == 6.0
    with ac.no_grad():
        w -= 1
    assert (w.item(), float(handle)) == (4.0, 4.0)


def test_updates_without_a_handle_leave_graphs_alone():
    w = Tensor(3.0, requires_grad=True)
    z = w * w
    with ac.no_grad():
        w -= 1
    z.backward()
    assert (w.item(), w.grad.item()) == (2.0, 6.0)


def test_hooks_of_leaves_and_results():
    a, b, z = net()
    a.register_hook(lambda g: 10 * g)
    z.backward()
    plain_a, plain_b, again = net()
    again.backward()
    assert a.grad.item() == 10 * plain_a.grad.item()
    assert b.grad.item() == plain_b.grad.item()
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    y.register_hook(lambda g: 3 * g)
    (y * 1.0).backward()
    assert x.grad.item() == 12.0


def test_retained_gradients():
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    y.retain_grad()
    (y * y).backward()
    assert y.grad.item() == 8.0
    assert x.grad.item() == 32.0


def test_second_derivatives():
    x = Tensor(2.0, requires_grad=True)
    g = ac.gradients(x * x * x, x, create_graph=True)
    assert ac.gradients(g, x).item() == 12.0
    y = x * x * x
    y.backward(create_graph=True)
    assert x.grad.requires_grad
    assert ac.grad(ac.grad(lambda t: ac.exp(t) * t))(0.0) == 2.0


def test_arrays_beside_numbers():
    s, v = Tensor(2.0, requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    z = ((s * s) * v).sum() * 0.5 + s
    z.backward()
    assert s.grad.item() == 0.5 * 2 * 2 * 3 + 1
    np.testing.assert_array_equal(v.grad.data, [2.0, 2.0])


def test_a_second_sweep_is_refused_and_a_retained_one_is_not():
    a, _, z = net()
    z.backward(retain_graph=True)
    first = a.grad.item()
    z.backward()
    assert a.grad.item() == 2 * first
    with pytest.raises(ac.ReleasedGraphError, match="swept before"):
        z.backward()
    with pytest.raises(ac.ReleasedGraphError, match="swept before"):
        (z * 2.0).backward()


def test_a_swept_graph_keeps_values_and_gradients_for_its_picture():
    a, b, z = net()
    a.name, b.name = "a", "b"
    before = [(n.kind, n.value) for n in ac.graph(z)]
    z.backward()
    graph = ac.graph(z)
    assert [(n.kind, n.value) for n in graph] == before
    assert all(n.grad is not None for n in graph if n.kind == "op")


def test_without_recording_nothing_is_kept():
    a, b, _ = net()
    with ac.no_grad():
        z = a * b + 1.0
    assert z.node is None
    assert not z.requires_grad


def test_names_and_scopes():
    a, _, _ = net()
    with ac.scope("encoder"):
        y = (a * a).named("y")
    assert y.name == "y"
    assert y.node.state.scope == "encoder"


def test_numpys_warnings_and_settings():
    x = Tensor(1e200, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="overflow"):
        z = x * x
    assert z.item() == np.inf
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert (1.0 / (x - x)).item() == np.inf
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        (x * x).backward()
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        x * x
    y = x / 1e-100
    with np.errstate(all="raise"), pytest.raises(FloatingPointError) as caught:
        (y * 1.0).backward(1e300)
    assert any("in the gradient of" in note for note in caught.value.__notes__)


def test_an_error_in_a_sweep_leaves_the_graph_as_it_was():
    x = Tensor(2.0, requires_grad=True)
    y = x / 1e-100
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        y.backward(1e300, retain_graph=True)
    y.backward()
    assert x.grad.item() == 1e100


def test_an_anomaly_is_found():
    x = Tensor(0.0, requires_grad=True)
    with np.errstate(all="ignore"), ac.detect_anomaly(), pytest.raises(ac.AnomalyError, match="divide"):
        (1.0 / x).backward()


def test_a_long_chain_neither_recurses_nor_stays():
    x = Tensor(1.0, requires_grad=True)
    z = x
    for _ in range(20_000):
        z = z * 1.0
    z.backward()
    assert x.grad.item() == 1.0
    z = x
    for _ in range(20_000):
        z = z * 1.0
    assert z.node.op.name == "multiply"
    del z
    gc.collect()


def test_threads_share_a_graph():
    a = Tensor(2.0, requires_grad=True)
    shared = a
    for _ in range(300):
        shared = shared * 1.0
    found = []

    def sweep():
        for _ in range(20):
            found.append(pull_singles((shared * 3.0)._node, np.float64(1), False)[a.node])

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == [3.0] * 80


LOOKS = {
    "item": lambda y: y.item(),
    "numpy": lambda y: y.numpy(),
    "tolist": lambda y: y.tolist(),
    "in": lambda y: 6.0 in y,
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["negative", "exp", "tanh", "sqrt", "square", "abs", "relu"])
def test_a_number_that_was_looked_at_goes_on(name, look):
    found = []
    for seen in (False, True):
        w = Tensor(2.0, requires_grad=True)
        loss = (w + 1.0) * (w + 1.0)
        if seen:
            LOOKS[look](loss)
        getattr(ac, name)(loss).backward()
        found.append(w.grad.item())
    assert found[0] == found[1] != 0
