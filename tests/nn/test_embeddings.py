"""Tables of vectors and bags of them; bilinear maps."""

import copy
from itertools import product

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from nn import functional as F
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

INDICES = np.array([[1, 2, 4, 1], [4, 3, 2, 0]])


def table(rows=5, size=3):
    return np.random.default_rng(rows).normal(size=(rows, size))


# ---- embedding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding_idx", [None, 2, -1])
@pytest.mark.parametrize("scale_grad_by_freq", [False, True])
@pytest.mark.parametrize("indices", [INDICES, np.array(3), np.zeros((2, 0), int), INDICES[:, ::2]])
def test_the_function_agrees_with_torch(padding_idx, scale_grad_by_freq, indices):
    th = torch()
    options = {"padding_idx": padding_idx, "scale_grad_by_freq": scale_grad_by_freq}
    function_agrees(
        lambda w: F.embedding(indices, w, **options),
        lambda w: th.nn.functional.embedding(th.tensor(indices), w, **options),
        table(),
    )


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0])
def test_max_norm_agrees_with_torch_and_writes_into_the_weight(norm_type):
    th = torch()
    ours, theirs = table(), th.tensor(table())
    options = {"max_norm": 1.5, "norm_type": norm_type}
    one = F.embedding(INDICES, ours, **options)
    two = th.nn.functional.embedding(th.tensor(INDICES), theirs, **options)
    np.testing.assert_allclose(one, two.numpy(), rtol=1e-12)
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-12)
    assert not np.array_equal(ours, table())


@pytest.mark.parametrize(
    "options", [{}, {"padding_idx": 2}, {"max_norm": 1.0}, {"scale_grad_by_freq": True, "padding_idx": 1}]
)
def test_the_layer_agrees_with_torch(options):
    th = torch()
    agrees_with_torch(nn.Embedding(5, 3, **options), th.nn.Embedding(5, 3, **options), INDICES)


def test_max_norm_never_spoils_a_graph_that_holds_the_weight():
    layer = nn.Embedding(3, 2, max_norm=1.0, _weight=[[3.0, 4.0], [0.0, 0.5], [1.0, 1.0]], dtype=float)
    square = ac.sum(layer.weight**2)
    y = layer(np.array([0]))
    np.testing.assert_allclose(y.numpy(), [[0.6, 0.8]], rtol=1e-6)
    square.backward()
    np.testing.assert_allclose(layer.weight.grad, [[6.0, 8.0], [0.0, 1.0], [2.0, 2.0]])


def test_a_weight_that_is_a_result_is_not_written_to():
    w = Tensor(table(), True) * 2.0
    with pytest.raises(ValueError, match="must be a leaf"):
        F.embedding([0], w, max_norm=1.0)


def test_derivatives_to_second_order_and_forward():
    assert_gradients(lambda w: F.embedding(INDICES, w) ** 3, table(), order=2)
    for mode in ("sum", "mean", "max"):
        assert_gradients(lambda w, m=mode: F.embedding_bag(INDICES, w, mode=m) ** 3, table(), order=2)
    s = np.random.default_rng(0).normal(size=INDICES.shape)
    f = lambda w, s: F.embedding_bag(INDICES, w, mode="sum", per_sample_weights=s)
    assert_gradients(f, table(), s, order=2)


def test_every_row_gets_the_sum_of_its_places():
    w = Tensor(table(), True)
    y = F.embedding(INDICES, w)
    g = np.random.default_rng(0).normal(size=y.shape)
    y.backward(g)
    wanted = np.zeros_like(w.numpy())
    for place in np.ndindex(INDICES.shape):
        wanted[INDICES[place]] += g[place]
    np.testing.assert_allclose(w.grad, wanted, rtol=1e-12)
    assert ac.jacobian(lambda w: F.embedding([1, 1], w))(table()).shape == (2, 3, 5, 3)


def test_a_one_hot_product_is_an_embedding():
    w = table()
    np.testing.assert_array_equal(F.embedding(INDICES, w), np.eye(5)[INDICES] @ w)


def test_layers_start_from_normal_numbers_and_padding_from_zero():
    layer = nn.Embedding(200, 50, padding_idx=3, rng=0)
    w = layer.weight.numpy()
    assert w.dtype == np.float32
    np.testing.assert_array_equal(w[3], 0.0)
    np.testing.assert_allclose([w.mean(), w.std()], [0.0, 1.0], atol=0.02)
    np.testing.assert_array_equal(w, nn.Embedding(200, 50, padding_idx=3, rng=0).weight.numpy())
    assert layer(INDICES).dtype == np.float32
    assert layer.weight.is_weight


def test_pretrained_vectors_are_copied_and_frozen():
    w = table()
    layer = nn.Embedding.from_pretrained(w)
    assert not layer.weight.requires_grad
    assert layer.weight.dtype == w.dtype
    w[0] = 0.0
    np.testing.assert_array_equal(layer([0]).numpy(), table()[:1])
    assert nn.Embedding.from_pretrained(w, freeze=False).weight.requires_grad
    other = copy.deepcopy(layer)
    other.weight.data = 0.0 * other.weight.data
    np.testing.assert_array_equal(layer([0]).numpy(), table()[:1])


def test_words():
    assert repr(nn.Embedding(10, 3)) == "Embedding(10, 3)"
    assert repr(nn.Embedding(10, 3, -1, 2.0)) == "Embedding(10, 3, padding_idx=9, max_norm=2.0)"
    assert repr(nn.EmbeddingBag(10, 3)) == "EmbeddingBag(10, 3, mode='mean')"
    assert nn.Embedding(10, 3).title() == "Embedding(10 → 3)"
    assert nn.Bilinear(2, 3, 4).title() == "Bilinear(2 · 3 → 4)"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: F.embedding([[0, 1], [7, 0]], table()), IndexError, r"index 7 at \(1, 0\).*rows 0 to 4"),
        (lambda: F.embedding([0, -1], table()), IndexError, "index -1 at 1"),
        (lambda: F.embedding(9, table()), IndexError, "index 9 is outside"),
        (lambda: F.embedding([0.0], table()), TypeError, r"integers, got float64 of the shape \(1,\)"),
        (lambda: F.embedding([True], table()), TypeError, "integers, got bool"),
        (lambda: F.embedding([0], table()[0]), ValueError, r"weight is \(V, D\)"),
        (lambda: F.embedding([0], table(), sparse=True), ValueError, "only sparse=False"),
        (lambda: F.embedding([0], table(), padding_idx=5), ValueError, "one of the 5 rows, got 5"),
        (lambda: nn.Embedding(5, 3, sparse=True), ValueError, "Embedding: sparse gradients"),
        (lambda: nn.Embedding(5, 3, _weight=table(4)), ValueError, r"shape \(5, 3\), got \(4, 3\)"),
        (lambda: nn.EmbeddingBag(5, 3, mode="min"), ValueError, "EmbeddingBag: mode is one of"),
        (lambda: F.embedding_bag([0], table(), mode="min"), ValueError, "embedding_bag: mode is one of"),
        (lambda: F.embedding_bag([0], table()), ValueError, "with offsets"),
        (lambda: F.embedding_bag(INDICES, table(), [0]), ValueError, "takes no offsets"),
        (lambda: F.embedding_bag([0, 1], table(), [0, 3]), ValueError, "from 0 to at most 2"),
        (lambda: F.embedding_bag([0, 1], table(), [1, 2]), ValueError, "rise from 0"),
        (
            lambda: F.embedding_bag(INDICES, table(), per_sample_weights=INDICES * 1.0),
            ValueError,
            "are for mode 'sum', got 'mean'",
        ),
        (
            lambda: F.embedding_bag(INDICES, table(), mode="sum", per_sample_weights=[1.0]),
            ValueError,
            r"have the shape \(2, 4\)",
        ),
        (
            lambda: F.embedding_bag(INDICES, table(), mode="max", scale_grad_by_freq=True),
            ValueError,
            "for mode 'sum' or 'mean'",
        ),
        (lambda: F.bilinear(np.ones(2), np.ones(3), np.ones((4, 3, 2))), ValueError, r"\(O, I, J\)"),
        (lambda: F.bilinear(np.ones((1, 2)), np.ones(3), np.ones((4, 2, 3))), ValueError, r"\(\*, J\)"),
        (lambda: nn.Bilinear(0, 3, 4), ValueError, "in1_features"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


# ---- bags --------------------------------------------------------------------------------------------------

BAGS = [
    (INDICES, {}),
    (INDICES[:0], {}),
    (np.array([1, 2, 4, 1, 0]), {"offsets": [0, 2, 2]}),
    (np.array([1, 2, 4, 1, 0]), {"offsets": [0, 3, 5], "include_last_offset": True}),
]


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding_idx", [None, 4])
@pytest.mark.parametrize("bags", range(len(BAGS)))
def test_bags_agree_with_torch(mode, padding_idx, bags):
    th = torch()
    indices, options = BAGS[bags]
    words = {**options, "mode": mode, "padding_idx": padding_idx}
    theirs = {**words, "offsets": th.tensor(options["offsets"])} if "offsets" in options else words
    function_agrees(
        lambda w: F.embedding_bag(indices, w, **words),
        lambda w: th.nn.functional.embedding_bag(th.tensor(indices), w, **theirs),
        table(),
    )


@pytest.mark.parametrize("bags", [0, 2])
def test_weighed_bags_agree_with_torch(bags):
    th = torch()
    indices, options = BAGS[bags]
    theirs = {"offsets": th.tensor(options["offsets"])} if "offsets" in options else {}
    function_agrees(
        lambda w, s: F.embedding_bag(indices, w, mode="sum", per_sample_weights=s, **options),
        lambda w, s: th.nn.functional.embedding_bag(
            th.tensor(indices), w, mode="sum", per_sample_weights=s, **theirs
        ),
        table(),
        np.random.default_rng(0).normal(size=indices.shape),
    )


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_layers_of_bags_agree_with_torch(mode):
    th = torch()
    for options in ({}, {"padding_idx": 1}, {"max_norm": 1.0}):
        words = {"mode": mode, **options}
        agrees_with_torch(nn.EmbeddingBag(5, 3, **words), th.nn.EmbeddingBag(5, 3, **words), INDICES)
    words = {"mode": mode, "include_last_offset": True}
    agrees_with_torch(
        nn.EmbeddingBag(5, 3, **words), th.nn.EmbeddingBag(5, 3, **words), INDICES[0], np.array([0, 1, 4])
    )


def test_bags_count_how_often_an_index_comes():
    w, g = table(), np.random.default_rng(0).normal(size=(2, 3))
    one = ac.vjp(lambda w: F.embedding_bag(INDICES, w, mode="mean", scale_grad_by_freq=True), w)[1](g)
    two = ac.vjp(lambda w: ac.mean(F.embedding(INDICES, w, scale_grad_by_freq=True), axis=1), w)[1](g)
    np.testing.assert_allclose(one, two, rtol=1e-12)
    # an index outside all bags does not count
    bags = lambda w: F.embedding_bag(INDICES, w, mode="sum", scale_grad_by_freq=True, padding_idx=4)
    np.testing.assert_allclose(ac.vjp(bags, w)[1](np.ones((2, 3)))[:, 0], [1, 1, 1, 1, 0])


def test_an_infinite_row_in_no_bag_spoils_nothing():
    w = table()
    w[0] = np.inf
    y = F.embedding_bag([1, 2, 3], w, offsets=[0, 1], mode="sum")
    np.testing.assert_allclose(y, [w[1], w[2] + w[3]])


# ---- bilinear ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "bias"), list(product([(), (5,), (2, 5), (0,)], [False, True])))
def test_bilinear_agrees_with_torch(shape, bias):
    th = torch()
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(*shape, 2)), rng.normal(size=(*shape, 3))
    agrees_with_torch(nn.Bilinear(2, 3, 4, bias), th.nn.Bilinear(2, 3, 4, bias), a, b, calls=1)
    w = rng.normal(size=(4, 2, 3))
    function_agrees(F.bilinear, th.nn.functional.bilinear, a, b, w)


def test_bilinear_to_second_order_and_in_float32():
    rng = np.random.default_rng(0)
    a, b, w, c = (rng.normal(size=s) for s in ((2, 2), (2, 3), (4, 2, 3), (4,)))
    assert_gradients(F.bilinear, a, b, w, c, order=2)
    layer = nn.Bilinear(2, 3, 4, rng=0)
    assert layer(a, b).dtype == np.float32
    assert np.abs(layer.weight.numpy()).max() <= 1 / np.sqrt(2)
    np.testing.assert_array_equal(layer(a, b).numpy(), nn.Bilinear(2, 3, 4, rng=0)(a, b).numpy())


def test_one_hot_is_torchs():
    th = torch()
    t = np.array([[0, 2], [1, 1]])
    for count in (-1, 4):
        ours = F.one_hot(t, count)
        np.testing.assert_array_equal(ours, th.nn.functional.one_hot(th.tensor(t), count).numpy())
        assert ours.dtype == np.int64
