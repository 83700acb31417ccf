"""Dropout: the lecture's, torch's, of channels, for SELU; section 9.2 of the lecture."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import autograd_core.testing as act
import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.symbols import Symbol, gradient, slides
from nn.functional.dropping import dropped, random_mask
from tests.nn.oracle import torch

X = np.random.default_rng(0).normal(size=(40, 30))


def test_classic_dropout_of_the_lecture():
    """Row 9.2-1: Y = X M per datum, ∂E/∂X = ∂E/∂Y M, prediction Y = X (1 − p), p the probability to drop."""
    layer = nn.Dropout(0.3, rng=0)
    x = Tensor(X, True)
    y = layer(x)
    M = layer.mask
    np.testing.assert_array_equal(y.numpy(), X * M)
    assert len({tuple(row) for row in M}) == len(M)  # every datum has its own
    dY = np.random.default_rng(1).normal(size=X.shape)
    y.backward(dY)
    np.testing.assert_array_equal(x.grad, dY * M)
    assert abs((1 - M).mean() - 0.3) < 5 * np.sqrt(0.21 / M.size)
    np.testing.assert_array_equal(layer.eval()(X).numpy(), X * (1 - 0.3))
    assert layer.mask is None


def test_the_rule_prints_as_the_lecture_writes_it():
    """Row 9.2-1: dY * M."""
    x, M = Symbol.input("x", (5, 3)), Symbol.input("M", (5, 3))
    assert slides(gradient(dropped, 0, [x, M], {"scale": 1.0})) == "ḡ ⊙ M"
    assert slides(gradient(dropped, 0, [x, M], {"scale": 2.0})) == "ḡ ⊙ 2 · M"


@pytest.mark.parametrize("scale", ["predict", "train"])
def test_training_and_prediction_agree_on_average(scale):
    x = np.full((400, 500), 3.0)
    layer = nn.Dropout(0.25, scale=scale, rng=0)
    wanted = layer.eval()(x).numpy().mean()
    assert wanted == pytest.approx(2.25 if scale == "predict" else 3.0)
    found = layer.train()(x).numpy().mean()
    spread = wanted * np.sqrt(0.25 / 0.75 / x.size)
    assert abs(found - wanted) < 5 * spread


def test_the_two_scalings_differ_by_a_factor():
    classic, inverted = nn.Dropout(0.2, rng=5), nn.Dropout(0.2, "train", rng=5)
    np.testing.assert_allclose(inverted(X).numpy() * (1 - 0.2), classic(X).numpy(), rtol=1e-15)
    np.testing.assert_array_equal(inverted.mask, classic.mask)


def test_the_convention_of_torch():
    with nn.convention("torch"):
        layer, given = nn.Dropout(), nn.Dropout(scale="predict")
    assert (layer.scale, given.scale, nn.Dropout().scale) == ("train", "predict", "predict")
    assert repr(layer) == "Dropout(p=0.5, scale='train')"
    assert layer.title() == "Dropout(0.5)"


@pytest.mark.parametrize("p", [0.0, 0.25, 0.8, 1.0])
def test_as_torch_in_distribution(p):
    th = torch()
    x = np.ones((300, 400))
    wanted = th.nn.Dropout(p)(th.tensor(x)).numpy()
    with nn.convention("torch"):
        found = nn.Dropout(p, rng=0)(x).numpy()
    np.testing.assert_allclose(np.unique(found), np.unique(wanted), rtol=1e-12)
    assert abs((found == 0).mean() - (wanted == 0).mean()) < 10 * np.sqrt(p * (1 - p) / x.size) + 1e-12
    np.testing.assert_allclose(np.unique(F.dropout(x, p, rng=0)), np.unique(wanted), rtol=1e-12)


def test_the_same_seed_gives_the_same_bits():
    for make in (nn.Dropout, nn.Dropout2d, nn.AlphaDropout):
        x = np.ones((4, 6, 5))
        one, two = make(rng=7), make(rng=7)
        np.testing.assert_array_equal(one(x).numpy(), two(x).numpy())
        assert not np.array_equal(one(x).numpy(), make(rng=8)(x).numpy())
    layer = nn.Dropout()
    ac.manual_seed(3)
    first = layer(X).numpy()
    ac.manual_seed(3)
    np.testing.assert_array_equal(layer(X).numpy(), first)
    assert not np.array_equal(layer(X).numpy(), first)  # another mask at every call


def test_a_generator_is_shared_and_a_deep_copy_has_its_own():
    rng = np.random.default_rng(0)
    one, two = nn.Dropout(rng=rng), nn.Dropout(rng=rng)
    assert not np.array_equal(one(X).numpy(), two(X).numpy())
    copied = copy.deepcopy(one)
    first = one(X).numpy()
    np.testing.assert_array_equal(copied(X).numpy(), first)


def test_masks_do_not_depend_on_the_dtype():
    one, two = nn.Dropout(rng=1), nn.Dropout(rng=1)
    assert one(X).dtype == np.float64
    assert two(X.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(one.mask, two.mask)


@pytest.mark.parametrize("make", [nn.Dropout, nn.Dropout1d, nn.AlphaDropout, nn.FeatureAlphaDropout])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("train", [True, False])
def test_the_dtype_stays(make, dtype, train):
    x = Tensor(np.ones((3, 4, 5), dtype), True)
    y = make(rng=0).train(train)(x)
    assert y.dtype == dtype
    (y * y).sum().backward()
    assert x.grad.dtype == dtype


def test_integers_become_floats():
    assert nn.Dropout(rng=0)(np.arange(4)).dtype == np.float32
    assert F.dropout([1, 2, 3], 0.5, rng=0).dtype == np.float64


@pytest.mark.parametrize(
    ("f", "shape", "lead"),
    [
        (F.dropout1d, (8, 9, 4), 2),
        (F.dropout1d, (9, 4), 1),
        (F.dropout2d, (8, 9, 4, 3), 2),
        (F.dropout2d, (8, 9, 4), 2),
        (F.dropout3d, (8, 9, 2, 4, 3), 2),
        (F.dropout3d, (9, 2, 4, 3), 1),
        (F.feature_alpha_dropout, (8, 9, 4), 2),
    ],
)
def test_channels_are_dropped_as_a_whole(f, shape, lead):
    x = np.random.default_rng(0).uniform(1, 2, shape)
    y = f(x, 0.5, True, rng=0)
    assert isinstance(y, np.ndarray)
    changed = y / x
    same = (np.ptp(changed.reshape(*shape[:lead], -1), axis=-1) < 1e-12) | (f is F.feature_alpha_dropout)
    assert same.all()
    if f is not F.feature_alpha_dropout:
        kinds = np.unique(changed.round(12))
        np.testing.assert_array_equal(kinds, [0, 2])
    np.testing.assert_array_equal(f(x, 0.5, False), x)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_alpha_dropout_keeps_mean_and_variance(p):
    x = np.random.default_rng(0).normal(size=400_000)
    y = F.alpha_dropout(x, p, True, rng=1)
    assert abs(y.mean()) < 0.02
    assert abs(y.var() - 1) < 0.03


@pytest.mark.parametrize("p", [0.0, 0.2, 0.7, 1.0])
def test_alpha_dropout_has_torchs_numbers(p):
    """The values of what is kept and of what is dropped."""
    th = torch()
    x = np.full(2000, 1.3)
    wanted = np.unique(th.nn.functional.alpha_dropout(th.tensor(x), p, True).numpy())
    np.testing.assert_allclose(np.unique(F.alpha_dropout(x, p, True, rng=0)), wanted, rtol=1e-9, atol=1e-12)
    x = np.full((2000, 2), 1.3)
    wanted = np.unique(th.nn.functional.feature_alpha_dropout(th.tensor(x), p, True).numpy())
    found = np.unique(F.feature_alpha_dropout(x, p, True, rng=0))
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.dropout(x, 0.4, rng=3),
        lambda x: F.dropout1d(x, 0.4, rng=3),
        lambda x: F.alpha_dropout(x, 0.4, True, rng=3),
    ],
    ids=["dropout", "dropout1d", "alpha_dropout"],
)
def test_derivatives_of_both_orders(f):
    x = np.random.default_rng(0).normal(size=(2, 3, 2))
    act.assert_gradients(lambda a: f(a) ** 3, x)
    jacobian = ac.jacobian(f)(x).reshape(12, 12)
    np.testing.assert_allclose(jacobian, np.diag(np.diag(jacobian)))
    np.testing.assert_allclose(np.diag(jacobian), ac.grad(lambda a: ac.sum(f(a)))(x).ravel())


def test_writing_to_the_mask_after_the_call_leaves_the_gradient():
    layer = nn.Dropout(rng=0)
    x = Tensor(X, True)
    y = layer(x)
    M = layer.mask.copy()
    layer.mask[...] = True
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, M.astype(float))


def test_all_and_nothing():
    np.testing.assert_array_equal(nn.Dropout(0.0)(X).numpy(), X)
    np.testing.assert_array_equal(nn.Dropout(1.0)(X).numpy(), 0 * X)
    np.testing.assert_array_equal(nn.Dropout(1.0, "train")(X).numpy(), 0 * X)
    assert nn.Dropout()(np.ones((0, 3))).shape == (0, 3)
    assert F.dropout(np.ones(()), 0.0).shape == ()


def test_a_picture_leaves_the_random_numbers_of_the_layers_alone():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Dropout(rng=1), nn.Dropout())
    ac.manual_seed(0)
    x = np.ones((5, 4), np.float32)
    wanted = copy.deepcopy(model)(x).numpy()
    ac.manual_seed(0)
    graph = ac.graph(model, (5, 4))
    assert any(node.op == "dropout" for node in graph.nodes)
    np.testing.assert_array_equal(model(x).numpy(), wanted)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: nn.Dropout(1.5), ValueError, "Dropout: p is the probability to be dropped, .* got 1.5"),
        (lambda: nn.Dropout(float("nan")), ValueError, "got nan"),
        (lambda: nn.Dropout("half"), TypeError, "Dropout: p is a number, got 'half'"),
        (lambda: nn.Dropout(scale="both"), ValueError, "scale is 'predict' or 'train', got 'both'"),
        (lambda: nn.AlphaDropout(-0.1), ValueError, "AlphaDropout: p is the probability"),
        (lambda: nn.Dropout(rng="0"), TypeError, "rng is None, an int or a numpy.random.Generator"),
        (lambda: F.dropout(X, 2), ValueError, "dropout: p"),
        (lambda: F.dropout1d(np.ones(3)), ValueError, r"dropout1d: input has the shape .*, got \(3,\)"),
        (lambda: F.dropout2d(np.ones((3, 2))), ValueError, r"\(N, C, H, W\) or \(N, C, L\), got \(3, 2\)"),
        (
            lambda: F.feature_alpha_dropout(np.ones(3), 0.5, True),
            ValueError,
            r"C, ...\), got the shape \(3,\)",
        ),
        (lambda: F.dropout(["a"]), TypeError, "dropout: input holds numbers"),
    ],
)
def test_wrong_settings_and_shapes_are_refused(make, error, text):
    with pytest.raises(error, match=text):
        make()


GENERATORS = [np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64, np.random.MT19937]
of_generators = pytest.mark.parametrize("kind", GENERATORS, ids=lambda kind: kind.__name__)


@of_generators
@pytest.mark.parametrize("p", [0.2, 0.5, 0.003, 0.999])
def test_a_mask_drops_with_its_probability_and_is_the_same_for_the_same_state(kind, p):
    shape = (300, 1001)
    mask = random_mask(np.random.Generator(kind(3)), shape, p)
    assert (mask.shape, mask.dtype) == (shape, bool)
    assert abs((~mask).mean() - p) < 5 * np.sqrt(p * (1 - p) / mask.size)
    # neighbours know nothing of each other
    both = (~mask[:, 1:] & ~mask[:, :-1]).mean()
    assert abs(both - p * p) < 6 * np.sqrt(p * p / mask.size)
    np.testing.assert_array_equal(random_mask(np.random.Generator(kind(3)), shape, p), mask)


@of_generators
def test_a_rare_drop_is_not_rounded_away(kind):
    """2⁻²⁰ is less than half of 2⁻¹⁶."""
    masks = [random_mask(np.random.Generator(kind(i)), (2**20,), 2.0**-20) for i in range(20)]
    assert 4 <= sum((~mask).sum() for mask in masks) <= 50


def test_a_mask_reads_the_bits_from_the_lowest_on_whatever_the_machine():
    """The first word of PCG64(0) is a30febcfd9c2825f: as numbers of 16 bits 825f, d9c2, ebcf, a30f."""
    for drawn, p in ((0x825F, 0), (0xD9C2, 1), (0xEBCF, 2), (0xA30F, 3)):
        for step, kept in ((0, True), (1, False)):
            mask = random_mask(np.random.default_rng(0), (4,), (drawn + step) / 2**16)
            assert mask[p] == kept


@pytest.mark.parametrize(("p", "kept"), [(0, True), (1, False)])
def test_at_the_ends_nothing_or_everything_is_dropped(p, kept):
    assert (random_mask(np.random.default_rng(0), (2**18,), p) == kept).all()
    assert random_mask(np.random.default_rng(0), (0, 3), p).shape == (0, 3)
