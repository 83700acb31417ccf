"""Initial values: distributions, fans, in place."""

from functools import partial
from itertools import pairwise
from math import inf, sqrt

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from nn import init

SHAPE = (200, 300)
ERRORS = 5
"""So many standard errors a measured value may be away from its formula."""


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="torch is an optional oracle")


@pytest.fixture
def stats():
    return pytest.importorskip("scipy.stats", reason="SciPy is an optional oracle")


def measured(p, mean, std, *, kurtosis):
    """Mean and variance of n independent numbers lie within the errors that n allows."""
    x = np.asarray(p.numpy() if isinstance(p, Tensor) else p, np.float64)
    assert abs(x.mean() - mean) < ERRORS * std / sqrt(x.size)
    assert abs(x.var() / std**2 - 1) < ERRORS * sqrt((kurtosis - 1) / x.size)


NORMAL, UNIFORM = 3.0, 1.8


@pytest.mark.parametrize(
    ("fill", "std", "kurtosis"),
    [
        (partial(init.kaiming_normal_), sqrt(2 / 200), NORMAL),
        (partial(init.kaiming_uniform_, a=sqrt(5)), sqrt(1 / 3 / 200), UNIFORM),
        (partial(init.kaiming_normal_, mode="fan_out", nonlinearity="tanh"), 5 / 3 / sqrt(300), NORMAL),
        (partial(init.kaiming_uniform_, mode="fan_out", nonlinearity="relu"), sqrt(2 / 300), UNIFORM),
        (partial(init.he_normal_, nonlinearity="selu"), 0.75 / sqrt(200), NORMAL),
        (partial(init.he_uniform_, nonlinearity="linear"), 1 / sqrt(200), UNIFORM),
        (partial(init.glorot_normal_), sqrt(2 / 500), NORMAL),
        (partial(init.xavier_normal_, gain=0.5), 0.5 * sqrt(2 / 500), NORMAL),
        (partial(init.xavier_uniform_, gain=2.0), 2 * sqrt(2 / 500), UNIFORM),
        (partial(init.glorot_uniform_), sqrt(2 / 500), UNIFORM),
        (partial(init.lecun_normal_), 1 / sqrt(200), NORMAL),
        (partial(init.lecun_uniform_), 1 / sqrt(200), UNIFORM),
        (partial(init.normal_, std=0.3), 0.3, NORMAL),
        (partial(init.uniform_, a=-1.5, b=1.5), 1.5 / sqrt(3), UNIFORM),
    ],
)
def test_the_variance_is_that_of_the_formula(fill, std, kurtosis):
    """Rows 7.0-1, 7.2-1, 7.2-2: W ~ N(0, σ²), He's 2 / N_{l−1}, Glorot's 2 / (N_{l−1} + N_l)."""
    for seed in range(3):
        p = nn.Parameter(np.zeros(SHAPE, np.float32))
        assert fill(p, rng=seed) is p
        assert p.dtype == np.float32
        assert p.requires_grad
        measured(p, 0.0, std, kurtosis=kurtosis)


def test_a_convolution_counts_the_inputs_of_one_neuron():
    """Row 7.2-1: of a filter the fan-in is C · h · w, not the size of the image."""
    p = nn.Parameter(np.zeros((400, 6, 5, 3)))
    measured(init.he_normal_(p, rng=0), 0.0, sqrt(2 / (6 * 5 * 3)), kurtosis=NORMAL)
    measured(init.he_normal_(p, mode="fan_out", rng=0), 0.0, sqrt(2 / (400 * 5 * 3)), kurtosis=NORMAL)


@pytest.mark.parametrize("shape", [(3, 7), (4, 2, 3), (4, 2, 3, 5), (4, 1, 2, 3, 5)])
def test_the_fans_are_torchs(torch, shape):
    theirs = torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape))
    assert init.fans(nn.Parameter(np.zeros(shape), layout="torch")) == theirs
    # a plain matrix is the lecture's (in, out)
    assert init.fans(nn.Parameter(np.zeros(shape))) == (shape if len(shape) == 2 else theirs)


def test_the_gains_are_torchs(torch):
    gain = torch.nn.init.calculate_gain
    for name in ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"):
        assert init.calculate_gain(name) == gain(name)
    for name in ("conv_transpose3d", "sigmoid", "tanh", "relu", "selu", "leaky_relu"):
        assert init.calculate_gain(name) == pytest.approx(gain(name), rel=1e-15)
    for slope in (0, 0.1, 1, 2.5):
        theirs = gain("leaky_relu", slope)
        assert init.calculate_gain("leaky_relu", slope) == pytest.approx(theirs, rel=1e-15)


@pytest.mark.parametrize(
    "name", ["kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_", "orthogonal_"]
)
def test_the_spread_is_torchs(torch, name):
    """The same standard deviation as of torch's function, for its layout, to sampling errors."""
    for shape in ((150, 250), (100, 10, 5, 5)):
        ours = getattr(init, name)(nn.Parameter(np.zeros(shape), layout="torch"), rng=1).numpy()
        torch.manual_seed(1)
        theirs = getattr(torch.nn.init, name)(torch.zeros(shape)).numpy()
        np.testing.assert_allclose(ours.std(), theirs.std(), rtol=ERRORS * sqrt(2 * 2 / ours.size))


# ---- distributions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [
        (0.0, 1.0, -2.0, 2.0),
        (0.0, 0.02, -2.0, 2.0),
        (1.0, 2.0, 0.5, 0.7),
        (0.0, 1.0, 3.0, 9.0),
        (-1.0, 0.5, 2.0, inf),
        (0.3, 1.0, -inf, -1.0),
        (0.0, 1.0, -inf, inf),
        (5.0, 1.0, -1.0, 2.0),
    ],
)
def test_the_truncated_normal_distribution(stats, mean, std, a, b):
    x = init.trunc_normal_(np.zeros((50, 400)), mean, std, a, b, rng=4)
    assert a <= x.min()
    assert x.max() <= b
    wanted = stats.truncnorm((a - mean) / std, (b - mean) / std, mean, std)
    assert stats.kstest(x.ravel(), wanted.cdf).pvalue > 0.01


def test_uniform_and_normal_numbers_have_their_distribution(stats):
    x = init.uniform_(np.zeros(20000), -3.0, 1.0, rng=2)
    assert stats.kstest(x, stats.uniform(-3, 4).cdf).pvalue > 0.01
    x = init.normal_(np.zeros(20000), 2.0, 0.5, rng=2)
    assert stats.kstest(x, stats.norm(2, 0.5).cdf).pvalue > 0.01
    x = init.xavier_uniform_(np.zeros(SHAPE), rng=1)
    assert stats.kstest(x.ravel(), stats.uniform(-sqrt(6 / 500), 2 * sqrt(6 / 500)).cdf).pvalue > 0.01


@pytest.mark.parametrize("shape", [(6, 6), (3, 8), (9, 4), (4, 2, 3), (12, 2, 2, 2), (1, 5)])
def test_orthogonal_matrices(shape):
    w = init.orthogonal_(nn.Parameter(np.zeros(shape)), gain=1.5, rng=0).numpy()
    w = w.reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 1.5**2 * np.eye(len(product)), atol=1e-12)


def test_orthogonal_matrices_are_uniform(stats):
    """An entry of a uniform orthogonal 4 × 4 matrix: (1 + q) / 2 ~ Beta(3/2, 3/2)."""
    rng = np.random.default_rng(0)
    entries = np.array([init.orthogonal_(np.zeros((4, 4)), rng=rng) for _ in range(1500)])
    for i, j in ((0, 0), (3, 3), (1, 2)):
        assert stats.kstest((1 + entries[:, i, j]) / 2, stats.beta(1.5, 1.5).cdf).pvalue > 0.01


def test_sparse_columns():
    x = init.sparse_(np.zeros((40, 500)), 0.31, std=0.2, rng=0)
    assert ((x == 0).sum(axis=0) == 13).all()  # ⌈12.4⌉
    measured(x[x != 0], 0.0, 0.2, kurtosis=NORMAL)
    share = (x == 0).mean(axis=1)  # every row is chosen as often
    assert abs(share - 13 / 40).max() < ERRORS * sqrt(13 / 40 * 27 / 40 / 500)
    assert (init.sparse_(np.ones((3, 2)), 1.0) == 0).all()
    assert (init.sparse_(np.ones((3, 2)), 0.0) != 0).all()


# ---- constants ---------------------------------------------------------------------------------------------


def test_constants():
    p = nn.Parameter(np.full((2, 2), 5.0))
    for fill, value in ((init.zeros_, 0), (init.ones_, 1)):
        assert (fill(p).numpy() == value).all()
    assert (init.constant_(p, 3).numpy() == 3).all()
    assert (init.ones_(np.zeros(3)) == 1).all()


@pytest.mark.parametrize(
    ("shape", "groups"), [((3, 3, 5), 1), ((6, 2, 3, 4), 3), ((4, 6, 3, 3), 2), ((5, 2, 1, 2, 3), 1)]
)
def test_dirac_is_torchs(torch, shape, groups):
    theirs = torch.nn.init.dirac_(torch.ones(shape), groups).numpy()
    np.testing.assert_array_equal(init.dirac_(np.ones(shape), groups), theirs)


def test_eye_is_the_identity():
    np.testing.assert_array_equal(init.eye_(nn.Parameter(np.ones((2, 3)))).numpy(), np.eye(2, 3))


ALL = [
    partial(init.constant_, val=2.0),
    init.zeros_,
    init.ones_,
    init.eye_,
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    partial(init.sparse_, sparsity=0.5),
    init.orthogonal_,
    init.kaiming_normal_,
    init.kaiming_uniform_,
    init.xavier_normal_,
    init.xavier_uniform_,
    init.lecun_normal_,
    init.lecun_uniform_,
]


@pytest.mark.parametrize("fill", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_one_fills_a_leaf_or_an_array_in_place(fill, dtype):
    """The object, its array, its dtype and graphs recorded before stay; a seed says which numbers come."""
    p = nn.Parameter(np.full((6, 4), 3.0, dtype))
    y = (p * p).sum()
    array = p.data
    assert fill(p, rng=3) is p
    assert p.dtype == dtype
    assert p.is_leaf
    assert p.requires_grad
    y.backward()
    np.testing.assert_array_equal(p.grad.numpy(), np.full((6, 4), 6.0))
    x = np.full((4, 6), 3.0, dtype).T  # in another memory order
    assert fill(x, rng=np.random.default_rng(3)) is x
    np.testing.assert_array_equal(p.numpy(), x)
    ac.manual_seed(3)
    np.testing.assert_array_equal(fill(np.zeros((6, 4), dtype)), x)
    assert array.shape == p.shape


@pytest.mark.parametrize("fill", ALL)
def test_every_one_serves_as_the_init_of_a_layer(fill):
    layer = nn.Linear(6, 4, init=fill, rng=5)
    np.testing.assert_array_equal(layer.weight.numpy(), fill(np.zeros((6, 4), np.float32), rng=5))
    assert (layer.bias.numpy() == 0).all()


@pytest.mark.parametrize("fill", ALL)
def test_nothing_to_fill_is_filled(fill):
    if fill is init.eye_ or fill is init.orthogonal_ or isinstance(fill, partial):
        assert fill(np.zeros((0, 3)), rng=0).shape == (0, 3)
    else:
        assert fill(np.zeros((3, 0)), rng=0).shape == (3, 0)


# ---- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: init.he_normal_(np.zeros(3)), ValueError, r"two axes or more, got shape \(3,\)"),
        (lambda: init.orthogonal_(np.zeros(3)), ValueError, r"orthogonal_: two axes or more"),
        (
            lambda: init.eye_(np.zeros((2, 2, 2))),
            ValueError,
            r"eye_: a matrix is needed, got shape \(2, 2, 2\)",
        ),
        (lambda: init.sparse_(np.zeros(3), 0.5), ValueError, "sparse_: a matrix is needed"),
        (lambda: init.sparse_(np.zeros((3, 2)), 1.5), ValueError, "sparsity is a share from 0 to 1, got 1.5"),
        (lambda: init.sparse_(np.zeros((3, 2)), 0.5, -1), ValueError, "sparse_: the standard deviation"),
        (lambda: init.dirac_(np.zeros((2, 2))), ValueError, r"3 to 5 axes, got shape \(2, 2\)"),
        (
            lambda: init.dirac_(np.zeros((4, 2, 3)), 3),
            ValueError,
            "4 output channels cannot be divided into 3",
        ),
        (lambda: init.dirac_(np.zeros((4, 2, 3)), 0), ValueError, "groups is an integer of at least 1"),
        (lambda: init.kaiming_normal_(np.zeros((2, 2)), mode="sideways"), ValueError, "'sideways'"),
        (lambda: init.kaiming_normal_(np.zeros((2, 2)), nonlinearity="magic"), ValueError, "'magic'"),
        (lambda: init.calculate_gain("leaky_relu", "steep"), TypeError, "slope of leaky_relu, is a number"),
        (lambda: init.uniform_(np.zeros(2), 1, 0), ValueError, "a=1 and b=0"),
        (lambda: init.normal_(np.zeros(2), 0, -1), ValueError, "at least 0, got -1"),
        (lambda: init.trunc_normal_(np.zeros(2), std=0), ValueError, "std is above 0, got 0"),
        (lambda: init.trunc_normal_(np.zeros(2), a=1, b=1), ValueError, "a < b, got a=1 and b=1"),
        (lambda: init.constant_(np.zeros(2), "x"), TypeError, "constant_: val is a number, got 'x'"),
        (lambda: init.zeros_([1.0]), TypeError, "zeros_: a leaf Tensor or an array .* got list"),
        (lambda: init.normal_(np.zeros(2, int)), TypeError, "floating numbers is filled, got int64"),
        (lambda: init.uniform_(Tensor([1.0], True) * 2), ac.GradientError, "result of multiply"),
        (lambda: init.normal_(np.zeros(2), rng="x"), TypeError, "rng is None, an int or"),
    ],
)
def test_what_cannot_be_filled_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


# ---- why: the variance over many layers --------------------------------------------------------------------


def spreads(layers, x):
    """The standard deviations of the inputs to the layers after the first."""
    found = []
    for layer in layers:
        x = layer(x)
        found.append(float(np.std(x.numpy())))
    return found


def test_too_small_a_spread_collapses_and_too_large_a_one_diverges():
    """Row 7.1-1: a net of 5 layers, 10,000 data, the inputs to the layers 2 to 5."""
    x = np.random.default_rng(0).normal(size=(10_000, 100)).astype(np.float32)

    def inputs(start):
        layers = [nn.Sequential(nn.Linear(100, 100, init=start, rng=i), nn.ReLU()) for i in range(4)]
        return spreads(layers, x)

    small, large, he = inputs(0.01), inputs(1.0), inputs("he")
    assert all(after < before / 5 for before, after in pairwise(small))
    assert small[-1] < 1e-4
    assert all(after > 4 * before for before, after in pairwise(large))
    assert large[-1] > 1e3
    np.testing.assert_allclose(he, he[0], rtol=0.3)


def test_a_layer_multiplies_the_variance_by_fan_in_and_variance():
    """Rows 7.0-1, 7.2-3: V(A) ≈ N_{l−1} · V_l · V(X), for W ~ N(0, σ²) and b = 0."""
    x = np.random.default_rng(1).normal(size=(10_000, 50))
    before = x.var()
    for i, (fan_in, fan_out, std) in enumerate([(50, 80, 0.3), (80, 200, 0.05), (200, 120, 0.1)]):
        layer = nn.Linear(fan_in, fan_out, init=std, dtype=np.float64, rng=i)
        assert (layer.bias.numpy() == 0).all()
        x = layer(x).numpy()
        # of fan_in · fan_out weights the variance has the relative error √(2 / n); the data add theirs
        np.testing.assert_allclose(x.var() / before, fan_in * std**2, rtol=0.15)
        before = x.var()


def test_glorot_keeps_the_spread_of_tanh_and_sigmoid():
    """Row 7.2-2: between sigmoids the inputs keep a spread that σ = 0.01 would take from them."""
    x = np.random.default_rng(0).normal(size=(2000, 100)).astype(np.float32)

    def inputs(start, activation):
        layers = [nn.Sequential(nn.Linear(100, 100, init=start, rng=i), activation()) for i in range(4)]
        return spreads(layers, x)

    for activation in (nn.Tanh, nn.Sigmoid):
        assert inputs("glorot", activation)[-1] > 5 * inputs(0.01, activation)[-1]
