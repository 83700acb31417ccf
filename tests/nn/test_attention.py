"""Scaled dot product attention, and attention by several heads."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from nn import functional as F
from tests.nn.oracle import agrees_with_torch, function_agrees, torch


def normal(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


def qkv(*lead, queries=3, keys=5, size=4, values=2):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(*lead, *s)) for s in ((queries, size), (keys, size), (keys, values))]


SEEN = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1], [0, 0, 1, 0, 0]], bool)
BLIND = SEEN & np.array([[True], [False], [True]])  # the second query sees nothing
ADDED = np.where(BLIND, normal(3, 5), -np.inf)


# ---- the function ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lead", [(), (2,), (2, 3)])
@pytest.mark.parametrize(
    ("mask", "options"),
    [
        (None, {}),
        (None, {"scale": 0.3}),
        (None, {"is_causal": True}),
        (SEEN, {}),
        (BLIND, {}),
        (ADDED, {}),
        (SEEN[:, :1] | SEEN[:, 1:2], {}),
    ],
)
def test_the_function_agrees_with_torch(lead, mask, options):
    th = torch()
    theirs = None if mask is None else th.tensor(mask)
    function_agrees(
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, mask, **options),
        lambda q, k, v: th.nn.functional.scaled_dot_product_attention(q, k, v, theirs, **options),
        *qkv(*lead),
    )


def test_more_queries_than_keys_agree_with_torch_where_causal():
    th = torch()
    function_agrees(
        lambda *xs: F.scaled_dot_product_attention(*xs, is_causal=True),
        lambda *xs: th.nn.functional.scaled_dot_product_attention(*xs, is_causal=True),
        *qkv(2, queries=5, keys=3),
    )


def test_a_mask_that_is_learned_agrees_with_torch():
    th = torch()
    function_agrees(
        F.scaled_dot_product_attention,
        th.nn.functional.scaled_dot_product_attention,
        *qkv(2, 3),
        normal(3, 5),
    )


def test_groups_of_heads_agree_with_torch():
    th = torch()
    q, _, _ = qkv(2, 6)
    _, k, v = qkv(2, 3)
    function_agrees(
        lambda *xs: F.scaled_dot_product_attention(*xs, enable_gqa=True),
        lambda *xs: th.nn.functional.scaled_dot_product_attention(*xs, enable_gqa=True),
        q,
        k,
        v,
    )


@pytest.mark.parametrize("mask", [None, SEEN, BLIND, ADDED])
def test_derivatives_to_second_order_and_forward(mask):
    assert_gradients(lambda *xs: F.scaled_dot_product_attention(*xs, mask), *qkv(2), order=2)


def test_a_query_that_sees_nothing_gets_nothing_and_teaches_nothing():
    xs = [Tensor(x, True) for x in qkv()]
    y = F.scaled_dot_product_attention(*xs, BLIND)
    np.testing.assert_array_equal(y.numpy()[1], 0.0)
    ac.sum(y**2).backward()
    np.testing.assert_array_equal(xs[0].grad.numpy()[1], 0.0)
    assert all(np.isfinite(x.grad.numpy()).all() for x in xs)


def test_dropout_drops_weights_and_keeps_their_mean():
    q, k, _ = qkv(2000)
    v = np.eye(5)
    drop = lambda rng: F.scaled_dot_product_attention(q, k, v, dropout_p=0.4, rng=rng)
    w = drop(0)
    np.testing.assert_array_equal(w, drop(0))
    np.testing.assert_allclose((w == 0).mean(), 0.4, atol=0.02)
    np.testing.assert_allclose(w.mean(0), F.scaled_dot_product_attention(q, k, v).mean(0), rtol=0.1)


def test_arrays_give_arrays_and_float32_stays_float32():
    xs = [x.astype(np.float32) for x in qkv(2)]
    for mask in (None, SEEN, ADDED):
        y = F.scaled_dot_product_attention(*xs, mask, scale=0.5)
        assert type(y) is np.ndarray
        assert y.dtype == np.float32
    assert F.scaled_dot_product_attention(*qkv(0, queries=2)).shape == (0, 2, 2)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, SEEN, is_causal=True), "not both"),
        (lambda q, k, v: F.scaled_dot_product_attention(q, v, k), r"\(\*, S, E\) and \(\*, S, V\)"),
        (lambda q, k, v: F.scaled_dot_product_attention(q[0, 0], k, v), r"query \(4,\)"),
        (lambda q, k, v: F.scaled_dot_product_attention(q, k[:, :2], v), r"key \(2, 2, 4\)"),
        (lambda q, k, v: F.scaled_dot_product_attention(q[:1].repeat(3, 0), k, v), r"query \(3, 3, 4\)"),
        (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, SEEN.T), r"broadcasts to \(2, 3, 5\)"),
        (lambda q, k, v: F.scaled_dot_product_attention(q[:1], k, v, enable_gqa=True), "a multiple of"),
    ],
)
def test_what_does_not_fit_is_refused(call, text):
    with pytest.raises(ValueError, match=text):
        call(*qkv(2))


# ---- the layer ---------------------------------------------------------------------------------------------


def layers(*args, **options):
    return nn.MultiheadAttention(*args, **options), torch().nn.MultiheadAttention(*args, **options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_first": True},
        {"bias": False},
        {"add_bias_kv": True},
        {"add_zero_attn": True},
        {"add_bias_kv": True, "add_zero_attn": True, "bias": False},
    ],
)
@pytest.mark.parametrize("need_weights", [True, False])
def test_self_attention_agrees_with_torch(options, need_weights):
    ours, theirs = layers(4, 2, **options)
    x = normal(3, 5, 4)
    agrees_with_torch(ours, theirs, x, x, x, calls=1, need_weights=need_weights)


@pytest.mark.parametrize("options", [{}, {"kdim": 3, "vdim": 2}, {"kdim": 3, "vdim": 3, "add_bias_kv": True}])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_attention_to_others_agrees_with_torch(options, batch):
    ours, theirs = layers(4, 2, **options)
    k, v = options.get("kdim", 4), options.get("vdim", 4)
    inputs = normal(3, *batch, 4), normal(5, *batch, k), normal(5, *batch, v)
    agrees_with_torch(ours, theirs, *inputs, calls=1)
    agrees_with_torch(ours, theirs, *inputs, calls=1, average_attn_weights=False)


PADDING = np.array([[0, 0, 0, 1, 1], [0, 0, 0, 0, 1]], bool)
HEADS = np.stack([~SEEN, SEEN & (normal(3, 5) > 0), np.zeros_like(SEEN), SEEN & (normal(5, 3).T > 0)])


@pytest.mark.filterwarnings("ignore:Support for mismatched")  # torch's
@pytest.mark.parametrize("extra", [{}, {"add_bias_kv": True}, {"add_zero_attn": True}])
@pytest.mark.parametrize(
    ("padding", "mask"),
    [
        (PADDING, None),
        (None, SEEN & (normal(3, 5) > 0)),
        (PADDING, normal(3, 5)),
        (normal(2, 5), normal(4, 3, 5)),
        (None, HEADS),
    ],
)
def test_masks_agree_with_torch(extra, padding, mask):
    th = torch()
    ours, theirs = layers(4, 2, **extra)
    words = {"key_padding_mask": padding, "attn_mask": mask}
    both = {k: th.tensor(v) for k, v in words.items() if v is not None}
    agrees_with_torch(
        Masked(ours, **words),
        masked(theirs, **both),
        normal(3, 2, 4),
        normal(5, 2, 4),
        normal(5, 2, 4),
        calls=1,
    )


class Masked(nn.Module):
    """A layer that is called with masks."""

    def __init__(self, layer, **words):
        self.layer, self.words = layer, words

    def forward(self, *inputs):
        return self.layer(*inputs, **self.words)


def masked(layer, **words):
    th = torch()

    class Theirs(th.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = layer

        def forward(self, *inputs):
            return self.layer(*inputs, **words)

    return Theirs()


def test_one_sequence_with_a_mask_of_padding_agrees_with_torch():
    th = torch()
    ours, theirs = layers(4, 2)
    padding = PADDING[0]
    agrees_with_torch(
        Masked(ours, key_padding_mask=padding),
        masked(theirs, key_padding_mask=th.tensor(padding)),
        *(normal(3, 4), normal(5, 4), normal(5, 4)),
        calls=1,
    )


def test_causal_attention_agrees_with_torch_and_needs_no_mask():
    th = torch()
    ours, theirs = layers(4, 2)
    mask = ~np.tri(3, dtype=bool)
    x = normal(3, 2, 4)
    words = {"is_causal": True, "need_weights": False}
    agrees_with_torch(
        Masked(ours, **words), masked(theirs, attn_mask=th.tensor(mask), **words), x, x, x, calls=1
    )
    np.testing.assert_array_equal(
        ours(x, x, x, attn_mask=mask)[0].numpy(), ours(x, x, x, is_causal=True)[0].numpy()
    )


def test_a_query_that_sees_nothing_gets_the_bias_of_the_last_projection():
    th = torch()
    ours, theirs = layers(4, 2)
    inputs = normal(3, 2, 4), normal(5, 2, 4), normal(5, 2, 4)
    words = {"need_weights": False}
    agrees_with_torch(
        Masked(ours, attn_mask=~BLIND, **words),
        masked(theirs, attn_mask=th.tensor(~BLIND), **words),
        *inputs,
        calls=1,
    )
    y, w = ours(*inputs, attn_mask=~BLIND)
    np.testing.assert_array_equal(w.numpy()[:, 1], 0.0)
    assert np.isfinite(y.numpy()).all()


def test_a_state_dict_goes_to_torch_and_back():
    th = torch()
    ours, theirs = layers(4, 2, kdim=3)
    state = ours.state_dict(layout="torch")
    theirs.load_state_dict({k: th.tensor(v) for k, v in state.items()})
    inputs = [normal(*s).astype(np.float32) for s in ((3, 2, 4), (5, 2, 3), (5, 2, 4))]
    found, wanted = ours(*inputs)[0].numpy(), theirs(*map(th.tensor, inputs))[0].detach().numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_derivatives_of_the_layer_to_second_order():
    layer = nn.MultiheadAttention(4, 2, dtype=float, rng=0)
    assert_gradients(
        lambda *xs: layer(*xs, is_causal=True), normal(2, 1, 4), normal(2, 1, 4), normal(2, 1, 4)
    )


def test_initial_values_seeds_copies_and_dtype():
    make = lambda **options: nn.MultiheadAttention(64, 4, add_bias_kv=True, rng=0, **options)
    layer = make(dropout=0.5)
    w = layer.in_proj_weight.numpy()
    r = np.sqrt(6 / (4 * 64))
    assert np.abs(w).max() <= r
    np.testing.assert_allclose(w.std(), r / np.sqrt(3), rtol=0.05)
    assert not layer.in_proj_bias.numpy().any()
    assert not layer.out_proj.bias.numpy().any()
    assert np.abs(layer.out_proj.weight.numpy()).max() <= 1 / 8
    x = normal(3, 2, 64)
    y, weights = layer(x, x, x)
    np.testing.assert_array_equal(y.numpy(), make(dropout=0.5)(x, x, x)[0].numpy())
    assert y.dtype == weights.dtype == np.float32
    assert (layer(x, x, x, average_attn_weights=False)[1].numpy() == 0).any()
    other = copy.deepcopy(layer.eval())
    np.testing.assert_array_equal(other(x, x, x)[0].numpy(), layer(x, x, x)[0].numpy())
    other.in_proj_weight.data = 0.0 * other.in_proj_weight.data
    assert not np.array_equal(other(x, x, x)[0].numpy(), layer(x, x, x)[0].numpy())
    ac.sum(layer(x, x, x)[0]).backward()
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    assert [p.is_weight for p in layer.parameters()] == [True, False, False, False, True, False]


def test_words():
    assert nn.MultiheadAttention(4, 2).title() == "MultiheadAttention(4, 2 heads)"
    assert repr(nn.MultiheadAttention(4, 2, 0.5, kdim=3)).splitlines()[1] == "  4, 2, dropout=0.5, kdim=3"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda f: nn.MultiheadAttention(4, 3), "divides embed_dim, got 3 and 4"),
        (lambda f: nn.MultiheadAttention(4, 2, dropout=-1), "dropped, between 0 and 1"),
        (lambda f: f(normal(3, 2, 3), normal(5, 2, 4), normal(5, 2, 4)), r"\(L, N, 4\), \(S, N, 4\)"),
        (lambda f: f(normal(3, 4), normal(5, 2, 4), normal(5, 2, 4)), r"got \(3, 4\), \(5, 2, 4\)"),
        (lambda f: f(normal(3, 2, 4), normal(5, 1, 4), normal(5, 1, 4)), r"got \(3, 2, 4\), \(5, 1, 4\)"),
        (lambda f: f(*[normal(3, 2, 4)] * 3, attn_mask=SEEN), r"attn_mask is \(L, S\) = \(3, 3\)"),
        (
            lambda f: f(*[normal(5, 2, 4)] * 3, key_padding_mask=PADDING.T),
            r"\(N, S\) = \(2, 5\), got \(5, 2\)",
        ),
    ],
)
def test_what_does_not_fit_the_layer_is_refused(call, text):
    with pytest.raises(ValueError, match=text):
        call(nn.MultiheadAttention(4, 2))


# ---- kinds of masks ----------------------------------------------------------------------------------------


def test_masks_of_booleans_are_the_same_in_tensors_and_lists():
    q, k, v = qkv(2)
    wanted = F.scaled_dot_product_attention(q, k, v, SEEN)
    for mask in (Tensor(SEEN), SEEN.tolist()):
        np.testing.assert_array_equal(F.scaled_dot_product_attention(q, k, v, mask), wanted)
    layer, x = nn.MultiheadAttention(4, 2, batch_first=True, rng=0), normal(1, 5, 4)
    padding = np.array([[False, True, False, False, True]])
    wanted = layer(x, x, x, key_padding_mask=padding)[0].numpy()
    for mask in (Tensor(padding), padding.tolist()):
        np.testing.assert_array_equal(layer(x, x, x, key_padding_mask=mask)[0].numpy(), wanted)


def test_masks_of_integers_are_refused():
    layer, x = nn.MultiheadAttention(4, 2, batch_first=True), normal(1, 5, 4)
    with pytest.raises(TypeError, match=r"2 heads\): key_padding_mask holds Booleans.*mask == 1"):
        layer(x, x, x, key_padding_mask=[[0, 0, 0, 0, 1]])
    with pytest.raises(TypeError, match=r"attn_mask holds Booleans, or .* got int64"):
        F.scaled_dot_product_attention(x, x, x, Tensor(np.eye(5, dtype=int)))
