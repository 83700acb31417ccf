"""Recurrences: the fused rows, the layers over sequences, and the cells."""

import copy
from itertools import product

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from nn.functional.recurrences import gru, lstm, rnn
from tests.nn.oracle import agrees_with_torch, torch


def normal(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


def arguments(gates, states, steps=3, batch=2, inputs=3, size=2):
    rng = np.random.default_rng(0)
    shapes = [
        (steps, batch, inputs),
        *[(batch, size)] * states,
        (gates * size, inputs),
        (gates * size, size),
        (gates * size,),
        (gates * size,),
    ]
    return [rng.normal(size=s) for s in shapes]


ROWS = {
    "tanh": (lambda *xs: rnn(*xs, nonlinearity="tanh"), 1, 1),
    "relu": (lambda *xs: rnn(*xs, nonlinearity="relu"), 1, 1),
    "lstm": (lstm, 4, 2),
    "gru": (gru, 3, 1),
}
rows = pytest.mark.parametrize("name", ROWS)


# ---- the rows ----------------------------------------------------------------------------------------------


@rows
@pytest.mark.parametrize("steps", [1, 3])
def test_the_rules_of_the_rows_to_second_order_and_forward(name, steps):
    row, gates, states = ROWS[name]
    assert_gradients(row, *arguments(gates, states, steps=steps), order=2)


@rows
def test_what_a_row_means_is_what_its_kernel_computes(name):
    _, gates, states = ROWS[name]
    xs = arguments(gates, states)
    words = {"nonlinearity": name} if gates == 1 else {}
    fused = {1: rnn, 3: gru, 4: lstm}[gates]
    ours, meant = fused.forward(*xs, **words), fused.meaning(*xs, **words)
    if not fused.residuals:
        ours, meant = (ours, {}), (meant, {})
    np.testing.assert_allclose(ours[0], meant[0], rtol=1e-12)
    assert set(ours[1]) == set(meant[1]) == set(fused.residuals)
    for key, array in ours[1].items():
        np.testing.assert_allclose(array, meant[1][key], rtol=1e-12, atol=1e-15)


@rows
def test_kernels_write_to_nothing_they_are_given(name):
    row, gates, states = ROWS[name]
    xs = arguments(gates, states)
    before = copy.deepcopy(xs)
    row(*xs)
    for x, old in zip(xs, before, strict=True):
        np.testing.assert_array_equal(x, old)


@rows
def test_gates_of_huge_numbers_saturate(name):
    row, gates, states = ROWS[name]
    xs = [Tensor(1000.0 * x, True) for x in arguments(gates, states)]
    z = row(*xs)
    assert np.isfinite(z.numpy()).all()
    ac.sum(z).backward()
    assert all(np.isfinite(x.grad.numpy()).all() for x in xs)


@rows
def test_jacobians_in_one_pass_are_the_rows_of_the_sweep(name):
    row, gates, states = ROWS[name]
    xs = arguments(gates, states)
    found = ac.jacobian(row, argnums=tuple(range(len(xs))))(*xs)
    z = row(*xs)
    seed = np.zeros_like(z)
    seed[1, 0, 1] = 1.0
    pulled = ac.vjp(row, *xs)[1](seed)
    for jacobian, one in zip(found, pulled, strict=True):
        np.testing.assert_allclose(jacobian[1, 0, 1], one, rtol=1e-12, atol=1e-14)


# ---- layers against torch ----------------------------------------------------------------------------------

LAYERS = ["RNN", "LSTM", "GRU"]
layers = pytest.mark.parametrize("name", LAYERS)


def pair(name, *args, **options):
    th = torch()
    return getattr(nn, name)(*args, **options), getattr(th.nn, name)(*args, **options)


@layers
@pytest.mark.parametrize(
    ("num_layers", "bias", "batch_first", "bidirectional"), list(product([1, 2], *[[False, True]] * 3))
)
def test_layers_agree_with_torch(name, num_layers, bias, batch_first, bidirectional):
    options = {"num_layers": num_layers, "bias": bias, "batch_first": batch_first}
    ours, theirs = pair(name, 3, 4, bidirectional=bidirectional, **options)
    agrees_with_torch(ours, theirs, normal(5, 2, 3), calls=1)


class Pair:
    """A layer of torch or of ours whose state comes as arrays of its own."""

    @staticmethod
    def ours(layer):
        class Ours(nn.Module):
            def __init__(self):
                self.layer = layer

            def forward(self, x, h, c):
                return self.layer(x, (h, c))

        return Ours()

    @staticmethod
    def theirs(layer):
        th = torch()

        class Theirs(th.nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = layer

            def forward(self, x, h, c):
                return self.layer(x, (h, c))

        return Theirs()


@layers
@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_states_agree_with_torch(name, batch, bidirectional):
    ours, theirs = pair(name, 3, 4, num_layers=2, bidirectional=bidirectional)
    state = (4 if bidirectional else 2, *batch, 4)
    inputs = [normal(5, *batch, 3), normal(*state)]
    if name == "LSTM":
        ours, theirs = Pair.ours(ours), Pair.theirs(theirs)
        inputs.append(normal(*state) + 1)
    agrees_with_torch(ours, theirs, *inputs, calls=1)


@layers
def test_one_sequence_without_state_agrees_with_torch(name):
    agrees_with_torch(*pair(name, 3, 4, batch_first=True), normal(5, 3), calls=1)


def test_relu_agrees_with_torch():
    agrees_with_torch(*pair("RNN", 3, 4, nonlinearity="relu", num_layers=2), normal(5, 2, 3), calls=1)


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_cells_agree_with_torch(name, bias, batch):
    agrees_with_torch(*pair(name, 3, 4, bias=bias), normal(*batch, 3), normal(*batch, 4), calls=1)
    agrees_with_torch(*pair(name, 3, 4, bias=bias), normal(*batch, 3), calls=1)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_the_lstm_cell_agrees_with_torch(bias, batch):
    ours, theirs = pair("LSTMCell", 3, 4, bias=bias)
    inputs = normal(*batch, 3), normal(*batch, 4), normal(*batch, 4) + 1
    agrees_with_torch(Pair.ours(ours), Pair.theirs(theirs), *inputs, calls=1)
    agrees_with_torch(*pair("LSTMCell", 3, 4, bias=bias), normal(*batch, 3), calls=1)


def test_the_relu_cell_agrees_with_torch():
    agrees_with_torch(*pair("RNNCell", 3, 4, nonlinearity="relu"), normal(2, 3), normal(2, 4), calls=1)


@layers
def test_a_state_dict_goes_to_torch_and_back(name):
    ours, theirs = pair(name, 3, 4, num_layers=2, bidirectional=True)
    th = torch()
    state = ours.state_dict(layout="torch")
    assert {k: v.shape for k, v in state.items()} == {
        k: tuple(v.shape) for k, v in theirs.state_dict().items()
    }
    theirs.load_state_dict({k: th.tensor(v) for k, v in state.items()})
    x = normal(5, 2, 3).astype(np.float32)
    np.testing.assert_allclose(
        ours(x)[0].numpy(), theirs(th.tensor(x))[0].detach().numpy(), rtol=1e-5, atol=1e-6
    )


@layers
def test_many_steps_of_training_agree_with_torch(name):
    """Twenty steps of gradient descent, to 1e-6."""
    th = torch()
    th.manual_seed(0)  # from some starts these steps are chaotic, and rounding grows to 1e-5
    ours, theirs = pair(name, 3, 4, num_layers=2)
    theirs.double()
    ours.astype(float).load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    x = normal(6, 2, 3)
    for _ in range(20):
        ours.zero_grad()
        theirs.zero_grad()
        ac.sum(ours(x)[0] ** 2).backward()
        (theirs(th.tensor(x))[0] ** 2).sum().backward()
        for p in ours.parameters():
            p.data = p.data - 0.05 * p.grad.numpy()
        with th.no_grad():
            for q in theirs.parameters():
                q -= 0.05 * q.grad
    for name_, q in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name_], q.numpy(), rtol=1e-6, atol=1e-9)


# ---- what layers promise -----------------------------------------------------------------------------------


@layers
def test_a_layer_is_its_cell_in_a_loop(name):
    layer = getattr(nn, name)(3, 4, dtype=float, rng=0)
    cell = getattr(nn, name + "Cell")(3, 4, dtype=float)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    x = normal(5, 2, 3)
    output, end = layer(x)
    state = None
    for t in range(5):
        state = cell(x[t], state)
        h = state[0] if name == "LSTM" else state
        np.testing.assert_allclose(output.numpy()[t], h.numpy(), rtol=1e-12)
    for last, one in zip(end, state, strict=True) if name == "LSTM" else [(end, state)]:
        np.testing.assert_allclose(last.numpy()[0], one.numpy(), rtol=1e-12)


@layers
def test_float32_stays_float32(name):
    layer = getattr(nn, name)(3, 4, num_layers=2, bidirectional=True, bias=False, rng=0)
    x = Tensor(normal(5, 2, 3).astype(np.float32), True)
    state = np.zeros((4, 2, 4))  # plain numbers take the dtype of the layer
    output, end = layer(x, (state, state) if name == "LSTM" else state)
    ends = end if name == "LSTM" else (end,)
    assert {t.dtype for t in (output, *ends)} == {np.dtype(np.float32)}
    ac.sum(output).backward()
    assert {p.grad.dtype for p in (x, *layer.parameters())} == {np.dtype(np.float32)}


@layers
def test_the_jacobian_through_a_layer(name):
    layer = getattr(nn, name)(2, 3, dtype=float, rng=0)
    x = normal(3, 1, 2)
    f = lambda x: layer(x)[0]
    jacobian = ac.jacobian(f)(x)
    assert jacobian.shape == (3, 1, 3, 3, 1, 2)
    for t, later in product(range(3), range(3)):
        known = np.abs(jacobian[t, 0, :, later]).max() > 0
        assert known == (later <= t)  # causality
    v = np.random.default_rng(1).normal(size=x.shape)
    np.testing.assert_allclose(ac.jvp(f, x, v)[1], np.tensordot(jacobian, v, 3), rtol=1e-10)


@layers
def test_derivatives_by_parameters_to_second_order(name):
    layer = getattr(nn, name)(2, 2, num_layers=2, bidirectional=True, dtype=float, rng=0)
    x = normal(2, 1, 2)
    loss = lambda: ac.sum(layer(x)[0] ** 2)
    first = ac.gradients(loss(), layer.parameters(), create_graph=True)
    ac.sum(sum(ac.sum(g * g) for g in first)).backward()
    p = layer.weight_hh_l0
    analytic = p.grad.numpy()[0, 1]

    def norm(value):
        data = p.numpy()
        data[0, 1] = value
        p.data = data
        return sum(float(ac.sum(g * g)) for g in ac.gradients(loss(), layer.parameters()))

    at, h = p.numpy()[0, 1], 1e-5
    np.testing.assert_allclose(analytic, (norm(at + h) - norm(at - h)) / (2 * h), rtol=1e-6)


@layers
def test_seeds_copies_and_frozen_parameters(name):
    make = lambda: getattr(nn, name)(3, 4, num_layers=2, dropout=0.5, rng=3)
    one, two = make(), make()
    x = normal(5, 2, 3)
    np.testing.assert_array_equal(one(x)[0].numpy(), two(x)[0].numpy())
    three = copy.deepcopy(one.eval())
    np.testing.assert_array_equal(one(x)[0].numpy(), three(x)[0].numpy())
    three.weight_hh_l0.data = 0.0 * three.weight_hh_l0.data
    assert not np.array_equal(one(x)[0].numpy(), three(x)[0].numpy())
    three.requires_grad_(False)
    assert not three(x)[0].requires_grad


@layers
def test_dropout_is_between_layers_and_only_in_training(name):
    layer = getattr(nn, name)(3, 4, num_layers=2, dropout=1.0, rng=0)
    x = normal(5, 2, 3)
    one = layer(x)[0].numpy()
    # nothing of x reaches the upper layer, but the lower one works, and nothing is dropped behind the upper
    np.testing.assert_array_equal(one, layer(2 * x)[0].numpy())
    assert np.abs(one).min() > 0
    layer.eval()
    assert not np.array_equal(layer(x)[0].numpy(), one)
    alone = getattr(nn, name)(3, 4, dropout=1.0, rng=0)
    np.testing.assert_array_equal(alone(x)[0].numpy(), alone.eval()(x)[0].numpy())


@layers
def test_initial_values_are_uniform_between_the_roots(name):
    layer = getattr(nn, name)(50, 64, rng=0)
    for p in layer.parameters():
        assert np.abs(p.numpy()).max() <= 1 / 8
        np.testing.assert_allclose(p.numpy().std(), 1 / 8 / np.sqrt(3), rtol=0.15)
    assert [p.is_weight for p in layer.parameters()] == [True, True, False, False]


@layers
def test_an_empty_batch_and_other_memory(name):
    layer = getattr(nn, name)(3, 4, rng=0)
    assert layer(np.zeros((5, 0, 3)))[0].shape == (5, 0, 4)
    x = normal(5, 2, 6).astype(np.float32)
    np.testing.assert_array_equal(layer(x[::-1, :, ::2])[0].numpy(), layer(x[::-1, :, ::2].copy())[0].numpy())


@layers
def test_a_picture_of_the_layer(name):
    graph = ac.graph(getattr(nn, name)(3, 4, rng=0), normal(5, 2, 3))
    assert any(node.op == name.lower() for node in graph.nodes)


def test_words():
    assert repr(nn.RNN(3, 4)) == "RNN(3, 4)"
    assert repr(nn.RNN(3, 4, nonlinearity="relu")) == "RNN(3, 4, nonlinearity='relu')"
    assert repr(nn.GRU(3, 4, num_layers=2, bias=False, dropout=0.5)) == (
        "GRU(3, 4, num_layers=2, bias=False, dropout=0.5)"
    )
    assert repr(nn.LSTMCell(3, 4)) == "LSTMCell(3, 4)"
    assert repr(nn.RNNCell(3, 4, bias=False, nonlinearity="relu")) == (
        "RNNCell(3, 4, bias=False, nonlinearity='relu')"
    )
    assert nn.LSTM(3, 4).title() == "LSTM(3 → 4)"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: nn.LSTM(3, 4, proj_size=2), ValueError, "proj_size is not offered"),
        (
            lambda: nn.RNN(3, 4, nonlinearity="sin"),
            ValueError,
            "RNN: nonlinearity is 'tanh' or 'relu', got 'sin'",
        ),
        (lambda: nn.RNNCell(3, 4, nonlinearity="sin"), ValueError, "'tanh' or 'relu', got 'sin'"),
        (lambda: nn.GRU(0, 4), ValueError, "GRU: input_size"),
        (lambda: nn.GRU(3, 4, num_layers=0), ValueError, "num_layers"),
        (lambda: nn.GRU(3, 4, dropout=2.0), ValueError, "dropped, between 0 and 1"),
        (lambda: nn.GRU(3, 4)(np.zeros((5, 2, 4))), ValueError, r"\(T, N, I\) or \(T, I\), I = 3"),
        (lambda: nn.GRU(3, 4, batch_first=True)(np.zeros(3)), ValueError, r"\(N, T, I\)"),
        (lambda: nn.GRU(3, 4)(np.zeros((0, 2, 3))), ValueError, "no steps"),
        (lambda: nn.GRU(3, 4)(np.zeros((5, 2, 3)), np.zeros((1, 3, 4))), ValueError, r"h_0 .*\(1, 2, 4\)"),
        (lambda: nn.LSTM(3, 4)(np.zeros((5, 2, 3)), np.zeros((1, 2, 4))), TypeError, r"pair \(h_0, c_0\)"),
        (
            lambda: nn.LSTM(3, 4)(np.zeros((5, 2, 3)), (np.zeros((1, 2, 4)), np.zeros((1, 2, 5)))),
            ValueError,
            r"c_0 has the shape \(1, 2, 4\), got \(1, 2, 5\)",
        ),
        (lambda: nn.LSTMCell(3, 4)(np.zeros((2, 4))), ValueError, r"\(N, I\) or \(I,\), I = 3"),
        (lambda: nn.GRUCell(3, 4)(np.zeros(3), np.zeros((1, 4))), ValueError, r"hx has the shape \(4,\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()
