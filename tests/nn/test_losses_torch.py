"""Losses against torch's, over grids of settings: values, gradients and orders above."""

from itertools import product

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

rng = np.random.default_rng(0)
REDUCTIONS = ("mean", "sum", "none")


def theirs(name):
    """torch's function, which gets the arrays in its settings as tensors."""
    th = torch()

    def call(*inputs, **settings):
        settings = {k: th.tensor(v) if isinstance(v, np.ndarray) else v for k, v in settings.items()}
        return getattr(th.nn.functional, name)(*inputs, **settings)

    return call


def agrees(name, *inputs, **settings):
    """Values and gradients of all floating inputs; NumPy arrays compute what Tensors compute."""
    function_agrees(getattr(F, name), theirs(name), *inputs, **settings)
    plain = getattr(F, name)(*inputs, **settings)
    recorded = getattr(F, name)(Tensor(inputs[0], True), *inputs[1:], **settings)
    assert not isinstance(plain, Tensor)
    np.testing.assert_allclose(plain, recorded.numpy(), rtol=1e-14)


# ---- classes -----------------------------------------------------------------------------------------------

SHAPES = {"one datum": (4,), "batch": (5, 3), "row": (5, 3, 2), "picture": (2, 4, 3, 2)}


def classes_of(shape):
    """The number of classes, indices in the shape of the data, and the same with a few ignored."""
    k = shape[0] if len(shape) == 1 else shape[1]
    t = np.random.default_rng(1).integers(0, k, shape[:1][: len(shape) > 1] + shape[2:])
    some = np.array(t)
    if t.ndim:
        some.flat[1], some.flat[0] = -100, 2
    return k, t, some


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_of_indices(shape, weighted, reduction):
    shape = SHAPES[shape]
    k, t, some = classes_of(shape)
    x = rng.normal(size=shape)
    settings = {"reduction": reduction, "weight": rng.random(k) if weighted else None}
    for smoothing in (0.0, 0.1, 1.0):
        agrees("cross_entropy", x, t, label_smoothing=smoothing, **settings)
        agrees("cross_entropy", x, some, label_smoothing=smoothing, **settings)
        if t.ndim:
            agrees("cross_entropy", x, t, label_smoothing=smoothing, ignore_index=int(t.flat[0]), **settings)
    agrees("nll_loss", x, some, **settings)
    if t.ndim:
        agrees("nll_loss", x, t, ignore_index=int(t.flat[0]), **settings)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_of_probabilities(shape, weighted, reduction):
    shape = SHAPES[shape]
    x, t = rng.normal(size=shape), rng.random(shape)  # which need not sum to 1
    settings = {"reduction": reduction, "weight": rng.random(classes_of(shape)[0]) if weighted else None}
    for smoothing in (0.0, 0.1):
        agrees("cross_entropy", x, t, label_smoothing=smoothing, **settings)
        agrees("cross_entropy", x, (t > 0.5).astype(float), label_smoothing=smoothing, **settings)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_orders_of_cross_entropy(reduction):
    x, p, w = rng.normal(size=(3, 4, 2)), rng.random((3, 4, 2)), rng.random(4)
    t = np.array([[0, 3], [-100, 1], [2, 2]])
    for target, settings in product((t, p), ({}, {"weight": w, "label_smoothing": 0.2})):
        assert_gradients(
            lambda a, target=target, s=settings: F.cross_entropy(a, target, reduction=reduction, **s), x
        )
    assert_gradients(lambda a, b: F.cross_entropy(a, b, reduction=reduction), x, p)
    assert_gradients(lambda a: F.nll_loss(a, t, w, reduction=reduction), x)


# ---- element by element ------------------------------------------------------------------------------------

X, T = 2 * rng.normal(size=(4, 3)), 2 * rng.normal(size=(4, 3))
P, Q = rng.random((4, 3)), rng.random((4, 3))
HARD = (P > 0.5).astype(float)
SIGNS = np.where(P > 0.5, 1, -1)
COUNTS = rng.integers(0, 6, (4, 3))
PLACES = np.array([0, 2, 1, 1])
LABELS = np.array([[2, 0, -1], [-1, 1, 2], [1, -1, 2], [0, 1, 2]])
V = rng.random((4, 3)) + 0.1
WHOLE, PER_CLASS = rng.random((4, 3)), rng.random(3)

GRID = {
    "mse_loss": [((X, T), {}), ((X, T), {"weight": WHOLE}), ((np.array(2.0), np.array(3.0)), {})],
    "l1_loss": [((X, T), {}), ((X, T), {"weight": WHOLE}), ((X, X), {})],
    "smooth_l1_loss": [((X, T), {"beta": beta}) for beta in (0.0, 0.5, 1.0, 3.0)],
    "huber_loss": [((X, T), {"delta": 0.5}), ((X, T), {"delta": 3.0, "weight": WHOLE})],
    "binary_cross_entropy": [
        ((P, Q), {}),
        ((P, HARD), {"weight": WHOLE}),
        ((P, HARD), {"weight": PER_CLASS}),
        ((P, HARD), {"weight": P[:, :1]}),
    ],
    "binary_cross_entropy_with_logits": [
        ((X, Q), {}),
        ((50 * X, HARD), {}),
        ((X, HARD), {"weight": WHOLE}),
        ((X, Q), {"pos_weight": PER_CLASS}),
        ((50 * X, HARD), {"weight": P[:, :1], "pos_weight": WHOLE}),
    ],
    "kl_div": [((np.log(P), Q), {}), ((np.log(P), np.log(Q)), {"log_target": True})],
    "gaussian_nll_loss": [
        ((X, T, V), {}),
        ((X, T, V), {"full": True}),
        ((X, T, V[:, 0]), {}),
        ((X, T, V[:, :1]), {}),
        ((X, T, V[:1]), {}),
        ((X, T[:, :1], V), {}),
        ((X[0], T[0], np.array([0.5])), {}),
        ((X, T, 0.5), {}),
        ((X, T, V * (V > 0.6)), {"eps": 1e-3}),  # the clamp has no gradient of its own
    ],
    "poisson_nll_loss": [
        ((X, COUNTS), {}),
        ((X, COUNTS + 2.0), {"full": True}),
        ((V, COUNTS), {"log_input": False}),
        ((V, COUNTS + 2.0), {"log_input": False, "full": True, "eps": 0.1}),
    ],
    "hinge_embedding_loss": [((X, SIGNS), {}), ((X, SIGNS), {"margin": 2.5}), ((P * 0 + 1, SIGNS), {})],
    "soft_margin_loss": [((X, SIGNS), {}), ((20 * X, SIGNS), {})],
    "margin_ranking_loss": [((X, T, SIGNS), {}), ((X, T, SIGNS), {"margin": 0.7}), ((X, X, SIGNS), {})],
    "multi_margin_loss": [
        ((X, PLACES), {}),
        ((X, PLACES), {"p": 2, "margin": 0.5}),
        ((X, PLACES), {"weight": PER_CLASS}),
        ((X[0], np.array(1)), {}),
    ],
    "multilabel_margin_loss": [((X, LABELS), {}), ((X[0], LABELS[0]), {}), ((X, np.ones_like(LABELS)), {})],
    "multilabel_soft_margin_loss": [
        ((X, HARD), {}),
        ((X, HARD), {"weight": PER_CLASS}),
        ((X[0], HARD[0]), {}),
    ],
    "cosine_embedding_loss": [
        ((X, T, SIGNS[:, 0]), {}),
        ((X, T, SIGNS[:, 0]), {"margin": 0.3}),
        ((X[0], T[0], np.array(1)), {}),
    ],
    "triplet_margin_loss": [
        ((X, T, V), {}),
        ((X, T, V), {"swap": True, "margin": 3.0}),
        ((X, T, V), {"p": 1.0}),
        ((X[0], T[0], V[0]), {"eps": 0.01}),
    ],
    "triplet_margin_with_distance_loss": [((X, T, V), {"swap": True, "margin": 0.1})],
}


@pytest.mark.parametrize("name", GRID)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.filterwarnings("ignore:reduction:UserWarning")  # torch's remark on the mean of kl_div
def test_the_rest(name, reduction):
    for inputs, settings in GRID[name]:
        agrees(name, *inputs, reduction=reduction, **settings)


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_the_mean_over_the_batch_of_a_divergence():
    agrees("kl_div", np.log(P), Q, reduction="batchmean")
    agrees("kl_div", np.log(P[0]), Q[0], reduction="batchmean")


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_targets_of_0():
    """Where t = 0 the slopes in t are numbers here, so that only those in the prediction are compared."""
    th = torch()
    for name, x, t, settings in (
        ("kl_div", X, np.where(HARD, Q, 0), {}),
        ("poisson_nll_loss", X, COUNTS * 1.0, {"full": True}),
    ):
        function_agrees(
            lambda x, name=name, t=t, s=settings: getattr(F, name)(x, t, **s),
            lambda x, name=name, t=t, s=settings: getattr(th.nn.functional, name)(x, th.tensor(t), **s),
            x,
        )
        slope = Tensor(t, True)
        getattr(F, name)(x, slope, **settings).backward()
        assert np.isfinite(slope.grad).all()


AT = {
    "mse_loss": (X, T),
    "l1_loss": (X, T),
    "smooth_l1_loss": (X, T),
    "huber_loss": (X, T),
    "binary_cross_entropy": (P, Q),
    "binary_cross_entropy_with_logits": (X, Q),
    "kl_div": (np.log(P), Q),
    "gaussian_nll_loss": (X, T, V),
    "poisson_nll_loss": (X, V),
    "hinge_embedding_loss": (X, SIGNS),
    "soft_margin_loss": (X, SIGNS),
    "margin_ranking_loss": (X, T, SIGNS),
    "multi_margin_loss": (X, PLACES),
    "multilabel_margin_loss": (X, LABELS),
    "multilabel_soft_margin_loss": (X, Q),
    "cosine_embedding_loss": (X, T, SIGNS[:, 0]),
    "triplet_margin_loss": (X, T, V),
}


@pytest.mark.parametrize("name", AT)
def test_second_derivatives_and_tangents_agree_with_differences(name):
    inputs = AT[name]
    moving = [x for x in inputs if x.dtype.kind == "f"]
    rest = inputs[len(moving) :]
    for reduction in ("mean", "none"):
        assert_gradients(lambda *a, r=reduction: getattr(F, name)(*a, *rest, reduction=r), *moving)


@pytest.mark.parametrize("name", AT)
def test_float32_stays_float32(name):
    inputs = AT[name]
    leaves = [Tensor(x, True, dtype=np.float32) if x.dtype.kind == "f" else x for x in inputs]
    for reduction in REDUCTIONS:
        loss = getattr(F, name)(*leaves, reduction=reduction)
        assert loss.dtype == np.float32
        assert getattr(F, name)(inputs[0].astype(np.float32), *inputs[1:], reduction=reduction).dtype == "f4"
        loss.sum().backward()
        assert all(x.grad.dtype == np.float32 for x in leaves if isinstance(x, Tensor))


# ---- modules -----------------------------------------------------------------------------------------------

MODULES = {
    "MSELoss": [((X, T), {})],
    "L1Loss": [((X, T), {})],
    "SmoothL1Loss": [((X, T), {}), ((X, T), {"beta": 0.3})],
    "HuberLoss": [((X, T), {}), ((X, T), {"delta": 0.3})],
    "CrossEntropyLoss": [
        ((X, PLACES), {}),
        ((X, Q), {}),
        ((X, PLACES), {"weight": PER_CLASS, "ignore_index": 1, "label_smoothing": 0.1}),
    ],
    "NLLLoss": [((X, PLACES), {}), ((X, PLACES), {"weight": PER_CLASS, "ignore_index": 1})],
    "BCELoss": [((P, Q), {}), ((P, Q), {"weight": WHOLE})],
    "BCEWithLogitsLoss": [((X, Q), {}), ((X, Q), {"weight": WHOLE, "pos_weight": PER_CLASS})],
    "KLDivLoss": [((X, Q), {}), ((X, T), {"log_target": True})],
    "HingeEmbeddingLoss": [((X, SIGNS), {}), ((X, SIGNS), {"margin": 0.3})],
    "SoftMarginLoss": [((X, SIGNS), {})],
    "MarginRankingLoss": [((X, T, SIGNS), {}), ((X, T, SIGNS), {"margin": 0.3})],
    "MultiMarginLoss": [((X, PLACES), {}), ((X, PLACES), {"p": 2, "margin": 0.3, "weight": PER_CLASS})],
    "MultiLabelMarginLoss": [((X, LABELS), {})],
    "MultiLabelSoftMarginLoss": [((X, HARD), {}), ((X, HARD), {"weight": PER_CLASS})],
    "CosineEmbeddingLoss": [((X, T, SIGNS[:, 0]), {}), ((X, T, SIGNS[:, 0]), {"margin": 0.3})],
    "TripletMarginLoss": [((X, T, V), {}), ((X, T, V), {"margin": 2.0, "p": 3.0, "eps": 0.1, "swap": True})],
    "TripletMarginWithDistanceLoss": [((X, T, V), {"margin": 2.0, "swap": True})],
    "GaussianNLLLoss": [((X, T, V), {}), ((X, T, V), {"full": True, "eps": 0.3})],
    "PoissonNLLLoss": [
        ((X, COUNTS), {}),
        ((V, COUNTS + 2.0), {"log_input": False, "full": True, "eps": 0.1}),
    ],
}


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_modules(name, reduction):
    """Settings arrive, and weights are buffers under torch's names."""
    th = torch()
    for inputs, settings in MODULES[name]:
        arrays = {k: th.tensor(v) if isinstance(v, np.ndarray) else v for k, v in settings.items()}
        ours = getattr(nn, name)(reduction=reduction, **settings)
        agrees_with_torch(ours, getattr(th.nn, name)(reduction=reduction, **arrays), *inputs, calls=1)


def test_all_losses_of_torch_are_here_or_known_to_be_missing():
    th = torch()
    missing = {name for name in dir(th.nn) if name.endswith("Loss") and not hasattr(nn, name)}
    assert missing <= {"CTCLoss", "AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss", "NLLLoss2d"}
