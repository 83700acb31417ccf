"""Packed rows: quick where nobody can tell, and nowhere else to be seen."""

import sys
import threading

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from autograd_core.node import SMALL
from nn.functional.deviations import mean_squared_error, squared_error
from optim.penalties import squares_of_all

KINDS = ["float16", "float32", "float64"]
SIZES = [(2, 3), (40, 30)]  # of a graph that is drawn in full, and of one that is not


def slope(x, y):
    return ac.square(x - y) * ac.exp(x)


packed = ac.packed(
    "slope_by_test",
    lambda x, y: np.square(x - y) * np.exp(x),
    lambda g, z, x, y: (g * ac.exp(x)) * (2.0 * (x - y)) + (g * ac.square(x - y)) * ac.exp(x),
    lambda g, z, x, y: -((g * ac.exp(x)) * (2.0 * (x - y))),
    keeps="xy",
    meaning=slope,
)


def mean(y, t):
    return mean_squared_error(y, t)


def error(y, t):
    return squared_error(y, t, n=7)


def penalty(y, t):
    return squares_of_all(y, t, alpha=0.3)


ROWS = [packed, mean, error, penalty]


def row_of(f):
    return {mean: mean_squared_error, error: squared_error, penalty: squares_of_all}.get(f, f)


def written_out(f):
    """The same function of its meaning alone."""
    words = {error: {"n": 7}, penalty: {"alpha": 0.3}}.get(f, {})
    return lambda *xs: row_of(f).meaning(*xs, **words)


def two(shape, kind="float64", grads=(True, True), seed=0):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape).astype(kind) for _ in range(2)]
    return [Tensor(a, g, name=n) for a, g, n in zip(arrays, grads, "yt", strict=True)]


def is_packed(z):
    return z._node.op.packed


def outlines(g):
    """A picture without its numbers."""
    kinds = [(n.kind, n.name, n.op, n.shape, n.dtype, n.module, len(n.inputs)) for n in g.nodes]
    return kinds, [(e.source.number, e.target.number) for e in g.edges]


def ops(z):
    return [n.op for n in ac.graph(z, names=None).nodes if n.kind == "operation"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [*SIZES, (5,)])
@pytest.mark.parametrize("grads", [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("f", ROWS)
def test_value_and_gradients_are_those_of_the_meaning_to_the_last_bit(f, grads, shape, kind):
    xs, ys = two(shape, kind, grads), two(shape, kind, grads)
    a, b = f(*xs), written_out(f)(*ys)
    assert is_packed(a)
    assert not b.node.op.packed
    assert a.dtype == b.dtype
    np.testing.assert_array_equal(a.numpy(), b.numpy())
    seed = np.full(a.shape, 3.0)
    a.backward(seed)
    b.backward(seed)
    for x, y in zip(xs, ys, strict=True):
        assert (x.grad is None) == (y.grad is None)
        if x.grad is not None:
            assert x.grad.dtype == y.grad.dtype
            np.testing.assert_array_equal(x.grad.numpy(), y.grad.numpy())


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("f", ROWS)
def test_a_picture_shows_what_the_meaning_records(f, swept, shape):
    drawn = []
    for way in (f, written_out(f)):
        y, t = two(shape, grads=(True, False))
        with ac.scope("loss"):
            z = ac.sum(way(ac.tanh(y), t) * 2.0)
        if swept:
            z.backward()
        drawn.append(ac.graph(z, names=None))
    assert outlines(drawn[0]) == outlines(drawn[1])
    if not (swept and shape == SIZES[1]):
        assert drawn[0].source == drawn[1].source  # also every number and gradient
        return
    # of a large graph the sweep has let go what was between; no other number stands there
    for ours, theirs in zip(drawn[0].nodes, drawn[1].nodes, strict=True):
        assert ours.value is None or ours.value == theirs.value
    assert any(ours.value is None for ours in drawn[0].nodes if ours.shape == ())


@pytest.mark.parametrize("f", ROWS)
def test_looking_changes_no_gradient(f):
    seen, unseen = two((4, 3)), two((4, 3))
    z, w = ac.sum(f(*seen)), ac.sum(f(*unseen))
    ac.graph(z)
    assert not any(n is not None and n.op is not None and n.op.packed for n in [z._node, *z._node])
    z.backward()
    w.backward()
    for x, y in zip(seen, unseen, strict=True):
        np.testing.assert_array_equal(x.grad.numpy(), y.grad.numpy())


@pytest.mark.parametrize("f", ROWS)
def test_nodes_and_parents_are_never_packed(f):
    y, t = two((4, 3))
    z = f(y, t)
    assert is_packed(z)
    assert z.node.op.name == written_out(f)(y, t).node.op.name
    z = f(y, t) * 2.0
    assert z._node[0].op.packed
    assert not z.node.parents[0].op.packed
    assert f"op='{f(y, t).node.op.name}'" in repr(f(y, t))


@pytest.mark.parametrize("f", ROWS)
def test_higher_orders_and_transforms(f):
    y, t = two((3, 2))
    z = ac.sum(f(y, t))
    (g,) = ac.gradients(z, [y], create_graph=True)
    ac.sum(g * g).backward()
    first = y.grad.numpy()
    y.zero_grad()
    (g,) = ac.gradients(ac.sum(written_out(f)(y, t)), [y], create_graph=True)
    ac.sum(g * g).backward()
    np.testing.assert_array_equal(first, y.grad.numpy())
    a, b = y.numpy(), t.numpy()
    for transform in (ac.jacobian, ac.grad, lambda f: lambda a: ac.hvp(f, a, b)):
        with_packed = transform(lambda x: ac.sum(f(x, t)))(a)
        np.testing.assert_array_equal(with_packed, transform(lambda x: ac.sum(written_out(f)(x, t)))(a))
    np.testing.assert_array_equal(
        ac.jvp(lambda x: f(x, t), a, b)[1], ac.jvp(lambda x: written_out(f)(x, t), a, b)[1]
    )


def test_a_graph_recorded_before_a_transform_is_taken_apart_by_it():
    y, t = two((3, 2))
    _, pullback = ac.vjp(lambda x: x * 2.0, error(y, t))
    assert isinstance(pullback(1.0), Tensor)


@pytest.mark.parametrize("f", ROWS)
def test_hooks_and_retained_gradients_stay_where_they_were(f):
    y, t = two((4, 3))
    for look in (False, True):
        seen = []
        z = f(ac.sin(y), t)
        z.register_hook(lambda g, seen=seen: seen.append(g.numpy().copy()))
        z.retain_grad()
        if look:
            ac.graph(z)
        ac.sum(z * 3.0).backward()
        np.testing.assert_array_equal(seen[0], np.full(z.shape, 3.0))
        np.testing.assert_array_equal(z.grad.numpy(), np.full(z.shape, 3.0))


@pytest.mark.parametrize("f", ROWS)
def test_a_second_sweep(f):
    y, t = two((4, 3))
    z = ac.sum(f(y, t))
    z.backward(retain_graph=True)
    first = y.grad.numpy().copy()
    z.backward()
    np.testing.assert_array_equal(y.grad.numpy(), 2 * first)
    with pytest.raises(ac.ReleasedGraphError):
        z.backward()
    ac.graph(z)
    with pytest.raises(ac.ReleasedGraphError):
        z.backward()


@pytest.mark.parametrize("f", ROWS)
def test_errors_are_those_of_the_operations(f):
    y, t = two((4, 3))[0], Tensor(np.ones((5, 2)), name="t")
    if f is penalty:
        t = Tensor(np.ones((5, 2), int), name="t")
        assert not written_out(f)(y, t).node.op.packed
        return
    errors = []
    for way in (f, written_out(f)):
        with pytest.raises(ValueError, match="subtract") as caught:
            way(y, t)
        errors.append(str(caught.value))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("f", ROWS)
def test_what_is_not_packed(f):
    y, t = two((4, 3))
    with ac.no_grad():
        assert f(y, t)._node is None
    assert f(y.detach(), t.detach())._node is None
    assert not f(y, t.numpy())._node.op.packed  # of the caller's array a copy is kept
    np.testing.assert_array_equal(f(y.numpy(), t.numpy()), f(y, t).numpy())
    with ac.detect_anomaly():
        assert not f(y, t)._node.op.packed
    small = Tensor(3.0, True)
    assert type(f(small, small)._node) is not list or not f(small, small)._node[0].packed


@pytest.mark.parametrize("f", ROWS)
def test_a_sweep_that_is_watched_names_the_operations(f):
    y, t = two((4, 3))
    z = ac.sum(f(y, t))
    y_grads = []
    with ac.detect_anomaly():
        z.backward()
    y_grads.append(y.grad.numpy())
    y.zero_grad()
    ac.sum(f(y, t)).backward()
    np.testing.assert_array_equal(y_grads[0], y.grad.numpy())
    bad = Tensor(np.full((4, 3), np.inf), True)
    z = f(bad, t)
    with np.errstate(all="ignore"), ac.detect_anomaly(), pytest.raises(ac.AnomalyError) as caught:
        z.backward(np.ones(z.shape))
    assert row_of(f).name not in str(caught.value)


@pytest.mark.parametrize("f", ROWS)
def test_arrays_that_are_written_to_afterwards(f):
    y, t = two((4, 3))
    handle = y.data  # somebody may write to it
    z = ac.sum(f(y, t))
    assert z._node is not None
    ac.sum(written_out(f)(y, t)).backward()
    wanted = y.grad.numpy().copy()
    y.zero_grad()
    z = ac.sum(f(y, t))
    handle[:] = 100.0
    with ac.no_grad():
        t -= 5.0
    z.backward()
    np.testing.assert_array_equal(y.grad.numpy(), wanted)
    del handle
    assert is_packed(f(y, t))


def test_the_numbers_of_what_comes_between_lie_between():
    y, t = two((2, 2))
    h = ac.sin(y)
    z = error(h, t)
    w = z * 2.0
    before, after = z._node.number, w.node.number
    ac.graph(w)
    names = []
    node = w.node
    while node.op is not None:
        names.append(node.op.name)
        inside = node.parents[0]
        assert inside.number < node.number
        node = inside
    assert names == ["multiply", "divide", "sum", "square", "subtract", "sin"]
    assert z._node.number == before
    assert w.node.number == after
    assert h.node.number <= before - 1


def test_threads_that_look_at_the_same_time():
    y, t = two((3, 3))
    for _ in range(20):
        z = ac.sum(packed(y, t) + packed(t, y))
        found = []
        threads = [threading.Thread(target=lambda z=z, found=found: found.append(ops(z))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert all(names == found[0] for names in found)


def test_losses_and_penalties_are_packed():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.ReLU(), nn.Linear(3, 1, rng=1))
    y = model(np.ones((5, 4)))
    assert is_packed(nn.HalfMSELoss()(y, np.zeros((5, 1))))
    assert is_packed(nn.HalfMSELoss("sum")(y, np.zeros((5, 1))))
    assert is_packed(nn.MSELoss()(y, np.zeros((5, 1))))
    assert is_packed(optim.L2(0.1)(model))
    assert ops(nn.HalfMSELoss()(y, np.zeros((5, 1))))[-4:] == ["subtract", "square", "sum", "divide"]


def test_a_program_contains_the_operations():
    model = nn.Linear(4, 1, rng=0)

    def loss(x, t):
        return nn.HalfMSELoss()(model(x), t) + optim.L2(0.1)(model)

    run = ac.compile(loss)
    x, t = np.ones((5, 4), np.float32), np.zeros((5, 1), np.float32)
    np.testing.assert_array_equal(run(x, t).numpy(), loss(x, t).numpy())
    assert run.reason is None
    assert "squared_error" not in run.source
    assert "squares_of_all" not in run.source


def test_large_arrays_are_let_go_with_the_sweep():
    y = Tensor(np.ones(SMALL + 1), True)
    z = error(y * 1.0, Tensor(np.zeros(SMALL + 1)))
    node = z._node
    z.backward()
    assert "RELEASED" in repr(node.kept)
    assert ops(z) == ["multiply", "subtract", "square", "sum", "divide"]


# ---- looking while a sweep is under way ------------------------------------------------------------------


def swept(loss, way, parameters):
    for p in parameters:
        p.zero_grad()
    if way == "gradients":
        return [g.numpy().copy() for g in ac.gradients(loss, parameters)]
    loss.backward(
        **{"plain": {}, "retained": {"retain_graph": True}, "recorded": {"create_graph": True}}[way]
    )
    return [p.grad.numpy().copy() for p in parameters]


LOOKS = {
    "repr": repr,
    "node": lambda z: z.node,
    "picture": lambda z: ac.graph(z, names=None).source,
    "second derivative": lambda z: ac.gradients(ac.sum(ac.square(z)), [z], create_graph=True),
}


@pytest.mark.parametrize("way", ["plain", "retained", "recorded", "gradients"])
@pytest.mark.parametrize("look", LOOKS)
def test_a_hook_that_looks_loses_nothing(look, way):
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=1))
    x, t, parameters = np.ones((5, 4), np.float32), np.zeros((5, 2), np.float32), model.parameters()
    weights = [p for p in parameters if p.ndim == 2]

    def losses(looking):
        decay = optim.L2(0.1)(model)
        out = model(x)
        fit = nn.MSELoss()(out, t)
        loss = fit + decay
        if looking:
            loss.register_hook(lambda g: seen.append(LOOKS[look](fit)))
            # after a plain sweep the arrays of a second derivative are gone by then
            looked_at = (decay,) if (look, way) == ("second derivative", "plain") else (decay, fit, loss)
            out.register_hook(lambda g: seen.extend(LOOKS[look](z) for z in looked_at))
        return loss

    seen = []
    wanted = swept(losses(False), way, weights)
    for a, b in zip(swept(losses(True), way, weights), wanted, strict=True):
        np.testing.assert_array_equal(a, b)
    assert seen


def test_threads_that_look_while_another_one_sweeps():
    y, t = two((4, 3))
    wanted = 30 * swept(ac.sum(error(y, t)), "plain", [y])[0]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(30):
            parts = [error(y, t) for _ in range(30)]
            total = ac.sum(ac.stack(parts))
            looker = threading.Thread(target=lambda parts=parts: [p.node for p in parts])
            looker.start()
            got = swept(total, "plain", [y])[0]
            looker.join()
            np.testing.assert_allclose(got, wanted, rtol=1e-12)
    finally:
        sys.setswitchinterval(before)


def test_a_meaning_that_calls_another_packed_row():
    outer = ac.packed(
        "outer_by_test",
        lambda x, y: 3.0 * squared_error(np.exp(x), y, n=7),
        lambda g, z, x, y: (((g * 3.0) / 7) * (2.0 * (ac.exp(x) - y))) * ac.exp(x),
        lambda g, z, x, y: -(((g * 3.0) / 7) * (2.0 * (ac.exp(x) - y))),
        keeps="xy",
        meaning=lambda x, y: squared_error(ac.exp(x), y, n=7) * 3.0,
    )
    for way in ("plain", "recorded", "gradients"):
        for look in (False, True):
            x, y = two((4, 3))
            z = outer(x, y) * 1.0
            assert z._node[0].op.packed
            if look:
                assert ops(z) == ["exp", "subtract", "square", "sum", "divide", "multiply", "multiply"]
            got = swept(z, way, [x, y])
            u, v = two((4, 3))
            w = ac.sum(ac.square(ac.exp(u) - v)) / 7 * 3.0 * 1.0
            for a, b in zip(got, swept(w, way, [u, v]), strict=True):
                np.testing.assert_array_equal(a, b)


# ---- what a packed row has to be -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "rule", "message"),
    [
        (lambda x: np.sum(x * x) * 2.0, lambda g, z, x: g * (2.0 * x), "its kernel gives float64"),
        (lambda x: np.sum(x * x, dtype=np.float32), lambda g, z, x: g * (2.0 * x), "float32"),
        (lambda x: np.sum(x * x), lambda g, z, x: g * (3.0 * x), "its rule 0 gives"),
    ],
)
def test_a_row_that_is_not_its_meaning_is_refused_at_its_first_call(kernel, rule, message):
    row = ac.packed("wrong_by_test", kernel, rule, keeps="x", meaning=lambda x: ac.sum(ac.square(x)))
    x = Tensor(np.arange(1.0, 4.0), True)
    for _ in range(2):
        with pytest.raises(ValueError, match=message):
            row(x)
    with ac.no_grad(), pytest.raises(ValueError, match=message):
        row(x)


def test_a_kernel_may_give_a_python_number_and_no_operands_are_the_meanings_matter():
    row = ac.packed(
        "number_by_test",
        lambda *xs: float(sum(x.sum() for x in xs)),
        joint=lambda g, z, *xs: [ac.broadcast_to(g, x.shape) for x in xs],
        keeps="*",
        meaning=lambda *xs: ac.sum(ac.stack([ac.sum(x) for x in xs])),
    )
    x = Tensor(np.arange(3.0), True)
    z = row(x, x)
    assert is_packed(z)
    z.backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(ValueError, match="at least one array is needed"):
        row()


def test_parameters_are_copied():
    def placed(g, x, places):
        out = np.zeros(x.shape)
        np.add.at(out, places, g)
        return out

    row = ac.packed(
        "picked_by_test",
        lambda x, *, places: np.add.reduce(np.take(x, places)),
        lambda g, z, x, *, places: placed(g, x, places),
        keeps="x",
        meaning=lambda x, *, places: ac.sum(ac.take(x, places)),
    )
    x, places = Tensor(np.arange(6.0), True), np.array([0, 1, 2])
    z = row(x, places=places)
    assert is_packed(z)
    places[:] = 5
    z.backward()
    assert x.grad.tolist() == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("f", [mean, error])
def test_a_sweep_warns_of_nothing_that_was_said_before(f):
    y, t = Tensor(np.array([np.inf, 1.0]), True), Tensor(np.array([np.inf, 0.0]))
    with np.errstate(all="ignore"):
        z = f(y, t)
    with np.errstate(invalid="raise"):
        z.backward()
    assert np.isnan(y.grad.numpy()[0])


def test_operands_that_broadcast():
    for f in (mean, error):
        y, t, v = Tensor(np.arange(3.0), True), Tensor(np.ones((2, 3)), True), Tensor(np.arange(3.0), True)
        f(y, t).backward()
        written_out(f)(v, t.detach()).backward()
        np.testing.assert_array_equal(y.grad.numpy(), v.grad.numpy())


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"keeps": "x"}, ValueError, "which would be gone"),
        ({"keeps": "xy", "name": "multiply"}, ValueError, "is a row of the library"),
        ({"keeps": "xy", "joint": lambda g, z, x, y: [g, g]}, TypeError, "one rule per argument or a joint"),
    ],
)
def test_what_no_packed_row_is_made_of(words, error, message):
    words = {"name": "broken_by_test", "joint": None, **words}
    name, joint, keeps = words["name"], words["joint"], words["keeps"]
    rules = (lambda g, z, x, y: g * y, lambda g, z, x, y: g * x)
    with pytest.raises(error, match=message):
        ac.packed(name, lambda x, y: x * y, *rules, joint=joint, keeps=keeps, meaning=lambda x, y: x * y)
