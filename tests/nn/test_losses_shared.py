"""What all losses share: shapes, reductions, weights, settings, and what may be given as a target."""

from copy import deepcopy

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import Tensor
from nn.functional.binaries import sigmoid_cross_entropy

rng = np.random.default_rng(0)
Y, T = rng.random((4, 3)), rng.random((4, 3))
SIGNS = np.where(T > 0.5, 1, -1)
PLACES = np.array([0, 2, 1, 1])

# a loss, its arguments after the prediction, and whether single data or single elements have a loss each
LOSSES = {
    "HalfMSELoss": ((T,), "data"),
    "MSELoss": ((T,), "elements"),
    "L1Loss": ((T,), "elements"),
    "SmoothL1Loss": ((T,), "elements"),
    "HuberLoss": ((T,), "elements"),
    "CrossEntropyLoss": ((PLACES,), "data"),
    "NLLLoss": ((PLACES,), "data"),
    "BCELoss": ((T,), "elements"),
    "BCEWithLogitsLoss": ((T,), "elements"),
    "KLDivLoss": ((T,), "elements"),
    "HingeEmbeddingLoss": ((SIGNS,), "elements"),
    "SoftMarginLoss": ((SIGNS,), "elements"),
    "MarginRankingLoss": ((T, SIGNS), "elements"),
    "MultiMarginLoss": ((PLACES,), "data"),
    "MultiLabelMarginLoss": ((np.tile([1, -1, 0], (4, 1)),), "data"),
    "MultiLabelSoftMarginLoss": ((T,), "data"),
    "CosineEmbeddingLoss": ((T, SIGNS[:, 0]), "data"),
    "TripletMarginLoss": ((T, T[::-1]), "data"),
    "TripletMarginWithDistanceLoss": ((T, T[::-1]), "data"),
    "GaussianNLLLoss": ((T, T), "elements"),
    "PoissonNLLLoss": ((T,), "elements"),
}
FUNCTIONS = {
    "MSELoss": F.mse_loss,
    "L1Loss": F.l1_loss,
    "SmoothL1Loss": F.smooth_l1_loss,
    "HuberLoss": F.huber_loss,
    "CrossEntropyLoss": F.cross_entropy,
    "NLLLoss": F.nll_loss,
    "BCELoss": F.binary_cross_entropy,
    "BCEWithLogitsLoss": F.binary_cross_entropy_with_logits,
    "KLDivLoss": F.kl_div,
    "HingeEmbeddingLoss": F.hinge_embedding_loss,
    "SoftMarginLoss": F.soft_margin_loss,
    "MarginRankingLoss": F.margin_ranking_loss,
    "MultiMarginLoss": F.multi_margin_loss,
    "MultiLabelMarginLoss": F.multilabel_margin_loss,
    "MultiLabelSoftMarginLoss": F.multilabel_soft_margin_loss,
    "CosineEmbeddingLoss": F.cosine_embedding_loss,
    "GaussianNLLLoss": F.gaussian_nll_loss,
    "PoissonNLLLoss": F.poisson_nll_loss,
}
each_loss = pytest.mark.parametrize("name", LOSSES)


def test_every_loss_is_looked_at():
    assert set(LOSSES) == {n for n in nn.__all__ if n.endswith("Loss")}


@each_loss
def test_reductions(name):
    rest, kind = LOSSES[name]
    losses = getattr(nn, name)(reduction="none")(Y, *rest)
    assert losses.shape == ((4,) if kind == "data" else (4, 3))
    total = getattr(nn, name)(reduction="sum")(Y, *rest)
    assert total.item() == pytest.approx(losses.numpy().sum())
    mean = getattr(nn, name)()(Y, *rest)
    assert mean.item() == pytest.approx(losses.numpy().mean())
    assert total.shape == mean.shape == ()


@each_loss
def test_what_may_be_given(name):
    """Plain predictions are inputs named y; targets are lists, arrays, Tensors, also strided ones."""
    rest, _ = LOSSES[name]
    loss = getattr(nn, name)()
    wanted = loss(Tensor(Y, True), *rest)
    assert isinstance(wanted, Tensor)
    for y in (Y, Y.tolist(), np.asfortranarray(Y), np.repeat(Y, 2, axis=0)[::2], Tensor(Y)):
        for convert in (np.asarray, np.ndarray.tolist, Tensor, np.asfortranarray):
            assert loss(y, *map(convert, rest)).item() == pytest.approx(wanted.item(), rel=1e-14)
    before = [Y.copy(), *map(np.copy, rest)]
    y = Tensor(Y, True)
    loss(y, *rest).backward()
    assert all(np.array_equal(a, b) for a, b in zip([Y, *rest], before, strict=True))
    assert y.grad.shape == Y.shape


@each_loss
def test_plain_targets_take_the_dtype_of_the_prediction(name):
    rest, _ = LOSSES[name]
    y = Tensor(Y, True, dtype=np.float32)
    loss = getattr(nn, name)()(y, *rest)
    loss.backward()
    assert loss.dtype == y.grad.dtype == np.float32


@each_loss
def test_the_target_may_be_overwritten_after_the_call(name):
    rest = [np.array(a) for a in LOSSES[name][0]]
    y, same = Tensor(Y, True), Tensor(Y, True)
    loss = getattr(nn, name)()(y, *rest)
    for a in rest:
        a[...] = 1
    loss.backward()
    getattr(nn, name)()(same, *LOSSES[name][0]).backward()
    np.testing.assert_array_equal(y.grad, same.grad)


@each_loss
def test_shapes_that_would_broadcast_are_refused(name):
    """(N, 1) against (N,), in each place; the message names both shapes."""
    rest, _ = LOSSES[name]
    loss = getattr(nn, name)()
    column, row = Y[:, :1], Y[:, 0]
    # of classes (4, 1) beside (4, 1) would be one-hot
    flat = [a[:, 0] if a.ndim == 2 else a[:, None] for a in rest]
    with pytest.raises(ValueError, match=r"\(4,\)|\(4, 3\)") as caught:
        loss(Y if name == "CrossEntropyLoss" else column, *flat)
    assert f"in {name}" in caught.value.__notes__
    if name != "CrossEntropyLoss":  # whose row would be four classes, with probabilities
        with pytest.raises(ValueError, match=r"\(4,\)"):
            loss(row, *[a[:, :1] if a.ndim == 2 else a for a in rest])
    if rest[0].shape == Y.shape:
        with pytest.raises(ValueError, match=r"\(4, 3\).*\(3,\)"):
            loss(Y, *[a[0] for a in rest])


@each_loss
def test_an_empty_batch_has_no_mean(name):
    rest = [a[:0] for a in LOSSES[name][0]]
    with pytest.raises(ValueError, match=r"an empty batch has no mean, got the shape \(0"):
        getattr(nn, name)()(Y[:0], *rest)
    y = Tensor(Y[:0], True)
    total = getattr(nn, name)(reduction="sum")(y, *rest)
    total.backward()
    assert total.item() == 0
    assert y.grad.shape == (0, 3)
    assert getattr(nn, name)(reduction="none")(y, *rest).shape[0] == 0


@each_loss
def test_other_reductions_are_refused(name):
    for reduction in ("average", None, 3, np.ones(2)):
        with pytest.raises(ValueError, match=f"{name}: reduction is one of 'mean', 'sum', 'none'"):
            getattr(nn, name)(reduction=reduction)
    function = FUNCTIONS.get(name)
    if function is not None:
        with pytest.raises(
            ValueError, match=f"{function.__name__}: reduction is one of 'mean', 'sum', 'none'"
        ):
            function(Y, *LOSSES[name][0], reduction="average")


@each_loss
def test_copies_and_words(name):
    loss = getattr(nn, name)()
    assert repr(loss) == f"{name}()"
    again = deepcopy(loss)
    assert again(Y, *LOSSES[name][0]).item() == loss(Y, *LOSSES[name][0]).item()
    assert repr(getattr(nn, name)(reduction="sum")) == f"{name}(reduction='sum')"
    assert not loss.state_dict()


def test_settings_in_words():
    assert repr(nn.HuberLoss(delta=3)) == "HuberLoss(delta=3.0)"
    assert repr(nn.CrossEntropyLoss([1, 2, 3], label_smoothing=0.1)) == (
        "CrossEntropyLoss(weight: (3,), label_smoothing=0.1)"
    )
    assert repr(nn.TripletMarginWithDistanceLoss(distance_function=F.pairwise_distance)) == (
        "TripletMarginWithDistanceLoss(distance_function=pairwise_distance)"
    )


def test_weights_are_buffers():
    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0, 0.1])
    np.testing.assert_array_equal(loss.state_dict()["weight"], [1.0, 2.0, 0.1])
    other = nn.CrossEntropyLoss(weight=np.ones(3, np.float32))
    other.load_state_dict(loss.state_dict())
    assert other.weight.dtype == np.float32
    assert other(Y, PLACES).item() == pytest.approx(loss(Y, PLACES).item(), rel=1e-7)
    assert not loss.parameters()
    assert other(Tensor(Y, dtype=np.float32), PLACES).dtype == np.float32
    assert loss.astype(np.float32)(Tensor(Y, dtype=np.float32), PLACES).dtype == np.float32
    # a model and its loss in one module
    both = nn.Sequential(nn.Linear(3, 3, rng=0), loss)
    assert [n for n, _ in both.named_buffers()] == ["1.weight"]
    assert deepcopy(loss)(Y, PLACES).item() == loss(Y, PLACES).item()


@pytest.mark.parametrize(
    ("make", "kind", "texts"),
    [
        (lambda: nn.HuberLoss(delta=0), ValueError, ["HuberLoss: delta", "above 0", "got 0"]),
        (lambda: nn.SmoothL1Loss(beta=-1), ValueError, ["SmoothL1Loss: beta", "at least 0", "-1"]),
        (lambda: nn.SmoothL1Loss(beta="1"), TypeError, ["SmoothL1Loss: beta", "'1'"]),
        (
            lambda: nn.CrossEntropyLoss(label_smoothing=1.5),
            ValueError,
            ["label_smoothing", "at most 1", "1.5"],
        ),
        (lambda: nn.CrossEntropyLoss(label_smoothing=np.nan), ValueError, ["label_smoothing", "nan"]),
        (lambda: nn.CrossEntropyLoss("abc"), TypeError, ["CrossEntropyLoss: weight", "'abc'"]),
        (lambda: nn.MultiMarginLoss(p=3), ValueError, ["MultiMarginLoss: p is 1 or 2", "got 3"]),
        (lambda: nn.TripletMarginLoss(margin=0), ValueError, ["TripletMarginLoss: margin", "above 0"]),
        (lambda: nn.GaussianNLLLoss(eps=0), ValueError, ["GaussianNLLLoss: eps", "above 0"]),
        (lambda: nn.PoissonNLLLoss(eps=-1), ValueError, ["PoissonNLLLoss: eps", "at least 0"]),
        (lambda: F.huber_loss(Y, T, delta=-1), ValueError, ["huber_loss: delta", "above 0"]),
        (lambda: F.smooth_l1_loss(Y, T, beta=-1), ValueError, ["smooth_l1_loss: beta"]),
        (lambda: F.multi_margin_loss(Y, PLACES, p=3), ValueError, ["multi_margin_loss: p is 1 or 2"]),
        (lambda: F.triplet_margin_loss(Y, T, T, margin=0), ValueError, ["triplet_margin_loss: margin"]),
        (lambda: F.gaussian_nll_loss(Y, T, T, eps=0), ValueError, ["gaussian_nll_loss: eps"]),
        (lambda: F.cross_entropy(Y, PLACES, label_smoothing=2), ValueError, ["label_smoothing", "got 2"]),
        # weights
        (lambda: F.mse_loss(Y, T, weight=np.ones(3)), ValueError, ["mse_loss: weight", "(4, 3)", "(3,)"]),
        (lambda: F.cross_entropy(Y, PLACES, np.ones(4)), ValueError, ["weight", "(3,)", "(4,)"]),
        (lambda: F.nll_loss(Y, PLACES, np.ones((4, 3))), ValueError, ["nll_loss: weight", "(4, 3)"]),
        (lambda: nn.BCELoss(np.ones(4))(Y, T), ValueError, ["weight broadcasts to", "(4, 3)", "(4,)"]),
        (
            lambda: nn.BCEWithLogitsLoss(pos_weight=np.ones((1, 4, 3)))(Y, T),
            ValueError,
            ["pos_weight", "(1, 4, 3)"],
        ),
        (lambda: F.mse_loss(Y, T, weight=["a"]), TypeError, ["a weight holds numbers"]),
        # classes
        (lambda: F.cross_entropy(Y, T, ignore_index=0), ValueError, ["ignore_index=0", "probabilities"]),
        (lambda: F.cross_entropy(Y, PLACES * 0 - 100), ValueError, ["ignored -100", "mean of nothing"]),
        (lambda: F.cross_entropy(Y, PLACES * 0 - 100, np.ones(3)), ValueError, ["ignored -100"]),
        (lambda: F.nll_loss(Y, PLACES * 0 + 1, ignore_index=1), ValueError, ["ignored 1"]),
        (lambda: F.nll_loss(Y, T), ValueError, ["nll_loss", "target holds indices", "(4,)"]),
        (lambda: F.cross_entropy(Y, PLACES + 1, np.ones(3)), ValueError, ["from 1 to 3", "3 classes"]),
        (lambda: F.nll_loss(Y, PLACES - 1), ValueError, ["from -1 to 1", "3 classes"]),
        (lambda: F.multi_margin_loss(Y, PLACES + 1), ValueError, ["from 1 to 3", "3 classes"]),
        (
            lambda: F.multi_margin_loss(Y, PLACES * 1.0),
            ValueError,
            ["multi_margin_loss", "integers", "float64"],
        ),
        (lambda: F.multi_margin_loss(Y[None], PLACES), ValueError, ["(N, K)", "(1, 4, 3)"]),
        (lambda: F.multilabel_margin_loss(Y, np.full((4, 3), 3)), ValueError, ["from 3 to 3"]),
        (lambda: F.multilabel_margin_loss(Y, T), ValueError, ["multilabel_margin_loss", "integers"]),
        (lambda: F.multilabel_soft_margin_loss(1.0, 1.0), ValueError, ["classes", "single number"]),
        # ranges
        (lambda: F.binary_cross_entropy(Y + 1, T), ValueError, ["prediction", "0 to 1", "with_logits"]),
        (lambda: F.binary_cross_entropy(Y, T - 1), ValueError, ["target", "0 to 1"]),
        (lambda: F.binary_cross_entropy(Y * np.nan, T), ValueError, ["prediction", "nan"]),
        (lambda: F.gaussian_nll_loss(Y, T, T - 1), ValueError, ["variance", "at least 0"]),
        (lambda: F.gaussian_nll_loss(Y, T, np.nan), ValueError, ["variance", "nan"]),
        (
            lambda: F.gaussian_nll_loss(Y, T, np.ones((2, 3))),
            ValueError,
            ["var has the shape (4, 3)", "(2, 3)"],
        ),
        (lambda: F.gaussian_nll_loss(Y, T, np.ones(3)), ValueError, ["var has the shape (4, 3)", "(3,)"]),
        (lambda: F.gaussian_nll_loss(Y[:, :1], T, T), ValueError, ["target has the shape (4, 1)", "(4, 3)"]),
        (lambda: F.soft_margin_loss(Y, (T > 0.5)), ValueError, ["1 and −1", "2 t − 1"]),
        (lambda: F.hinge_embedding_loss(Y, T), ValueError, ["1 and −1"]),
        (lambda: F.cosine_embedding_loss(Y[None], T[None], 1), ValueError, ["(N, D)", "(1, 4, 3)"]),
    ],
)
def test_what_is_out_of_range_is_refused(make, kind, texts):
    with pytest.raises(kind) as caught:
        make()
    assert type(caught.value) is kind
    for text in texts:
        assert text in str(caught.value)


def test_gaussian_variances_that_come_too_low_grow_again():
    """As torch documents, the clamp is not there for the gradient; otherwise it would be 0 from there on."""
    v = Tensor([1e-9, 4.0], True)
    F.gaussian_nll_loss([0.0, 0.0], [0.0, 0.0], v, reduction="sum").backward()
    np.testing.assert_allclose(v.grad, [0.5e6, 0.125])


def test_a_margin_that_is_just_reached_still_pulls():
    """Of equal scores the difference is the subgradient 1 of torch: 0 would never tell them apart."""
    a = Tensor([1.0], True)
    F.margin_ranking_loss(a, [1.0], [1]).backward()
    assert a.grad.tolist() == [-1]


def test_nothing_hides_a_nan():
    for name, (rest, _) in LOSSES.items():
        if name == "BCELoss":  # which refuses it
            continue
        y = np.array(Y)
        y[0, 0] = np.nan
        with np.errstate(invalid="ignore"):
            assert np.isnan(getattr(nn, name)()(y, *rest).item()), name


def test_binary_cross_entropy_at_the_ends():
    """Row E18: no logarithm of 0 is lower than −100, and every gradient is a number."""
    p, t = Tensor([0.0, 0.0, 1.0, 1.0], True), Tensor([0.0, 1.0, 0.0, 1.0], True)
    losses = F.binary_cross_entropy(p, t, reduction="none")
    assert losses.tolist() == [0, 100, 100, 0]
    losses.sum().backward()
    np.testing.assert_allclose(p.grad, [1, -1e12, 1e12, -1])
    np.testing.assert_allclose(t.grad, [100, 100, -100, -100])
    second = ac.hessian(lambda p: F.binary_cross_entropy(p, [0.0, 1.0], reduction="sum"))(
        np.array([0.0, 1.0])
    )
    assert np.isfinite(second).all()


def test_logits_of_any_size_are_exact():
    a = np.array([-1000.0, -40.0, 40.0, 1000.0])
    for dtype in (np.float32, np.float64):
        losses = F.binary_cross_entropy_with_logits(a.astype(dtype), [0, 0, 1, 1], reduction="none")
        np.testing.assert_allclose(losses, [0, np.exp(-40), np.exp(-40), 0], rtol=1e-6)
        losses = F.binary_cross_entropy_with_logits(a.astype(dtype), [1, 1, 0, 0], reduction="none")
        np.testing.assert_allclose(losses, [1000, 40, 40, 1000], rtol=1e-6)
        assert losses.dtype == dtype


def test_a_weight_does_not_decide_the_dtype_of_plain_predictions():
    y, t = Y.astype(np.float32), T.astype(np.float64)
    assert nn.CrossEntropyLoss([1.0, 2.0, 3.0])(y, PLACES).dtype == np.float32
    assert nn.BCELoss([1.0, 2.0, 3.0])(y, t).dtype == np.float32
    assert nn.BCELoss(np.ones(3, np.float32))(Y, t).dtype == np.float64


def test_what_is_certainly_not_there_costs_nothing_in_every_reading():
    a, v = np.array([0.0, -np.inf, 1.0]), np.array([1.0, 0.0, 0.0])
    wanted = np.log1p(np.e)
    for target in (0, [1.0, 0.0, 0.0]):
        loss, slope = ac.jvp(lambda a, t=target: F.cross_entropy(a, t), a, v)
        assert loss == pytest.approx(wanted)
        assert slope == pytest.approx(-np.e / (1 + np.e))
        # the gradient, recorded, reads the meaning of the row
        leaf = Tensor(a, True)
        F.cross_entropy(leaf, target).backward(create_graph=True)
        np.testing.assert_allclose(leaf.grad.detach(), [-np.e / (1 + np.e), 0, np.e / (1 + np.e)])
        second = ac.hvp(lambda a, t=target: F.cross_entropy(a, t), a, v)
        np.testing.assert_allclose(second, np.array([1, 0, -1]) * np.e / (1 + np.e) ** 2)


def test_the_meaning_of_sigmoid_with_loss_is_its_value():
    a, t = 5 * rng.normal(size=20), rng.random(20)
    np.testing.assert_allclose(sigmoid_cross_entropy.meaning(a, t), sigmoid_cross_entropy(a, t), atol=1e-14)
