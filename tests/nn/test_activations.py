"""Activations against torch: values, gradients, at the kinks too; and as layers."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.testing import assert_gradients
from nn import functional as F
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

# between the kinks and on all of them, with numbers far out
X = np.array([[-7.0, -3.0, -1.0, -0.5, -0.1, 0.0], [0.1, 0.5, 1.0, 3.0, 6.0, 30.0]])

FUNCTIONS = [
    ("celu", {}),
    ("celu", {"alpha": 0.5}),
    ("elu", {}),
    ("elu", {"alpha": 2.0}),
    ("gelu", {}),
    ("gelu", {"approximate": "tanh"}),
    ("glu", {}),
    ("glu", {"dim": 0}),
    ("hardshrink", {}),
    ("hardshrink", {"lambd": 1.0}),
    ("hardsigmoid", {}),
    ("hardswish", {}),
    ("hardtanh", {}),
    ("hardtanh", {"min_val": -3.0, "max_val": 0.5}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.2}),
    ("log_softmax", {"dim": 1}),
    ("logsigmoid", {}),
    ("mish", {}),
    ("relu", {}),
    ("relu6", {}),
    ("rrelu", {}),
    ("selu", {}),
    ("sigmoid", {}),
    ("silu", {}),
    ("softmax", {"dim": 0}),
    ("softmin", {"dim": -1}),
    ("softplus", {}),
    ("softplus", {"beta": 3.0, "threshold": 2.0}),
    ("softshrink", {}),
    ("softshrink", {"lambd": 1.0}),
    ("softsign", {}),
    ("tanh", {}),
    ("tanhshrink", {}),
    ("threshold", {"threshold": 0.5, "value": 4.0}),
]
LAYERS = [
    ("CELU", (0.5,)),
    ("ELU", (2.0,)),
    ("GELU", ("tanh",)),
    ("GELU", ()),
    ("GLU", ()),
    ("Hardshrink", (0.3,)),
    ("Hardsigmoid", ()),
    ("Hardswish", ()),
    ("Hardtanh", (-2.0, 1.5)),
    ("LeakyReLU", (0.2,)),
    ("LogSigmoid", ()),
    ("LogSoftmax", (1,)),
    ("Mish", ()),
    ("PReLU", ()),
    ("PReLU", (6, 0.1)),
    ("RReLU", ()),
    ("ReLU", ()),
    ("ReLU6", ()),
    ("SELU", ()),
    ("SiLU", ()),
    ("Sigmoid", ()),
    ("Softmax", (1,)),
    ("Softmin", (0,)),
    ("Softplus", (2.0, 5.0)),
    ("Softshrink", (0.3,)),
    ("Softsign", ()),
    ("Tanh", ()),
    ("Tanhshrink", ()),
    ("Threshold", (0.5, 2.0)),
]


@pytest.mark.parametrize(("name", "keywords"), FUNCTIONS)
def test_functions_agree_with_torch_at_kinks_too(name, keywords):
    function_agrees(getattr(F, name), getattr(torch().nn.functional, name), X, **keywords)


@pytest.mark.parametrize(("name", "keywords"), FUNCTIONS)
def test_gradients_of_both_orders(name, keywords):
    x = np.random.default_rng(1).normal(size=(2, 4)) * 2
    assert_gradients(lambda x: getattr(F, name)(x, **keywords), x)


@pytest.mark.parametrize(("name", "keywords"), FUNCTIONS)
def test_arrays_stay_arrays_in_their_dtype(name, keywords):
    x = X.astype(np.float32)
    y = getattr(F, name)(x, **keywords)
    assert isinstance(y, np.ndarray)
    assert y.dtype == np.float32
    recorded = getattr(F, name)(ac.Tensor(x, True), **keywords)
    np.testing.assert_array_equal(recorded.numpy(), y)


@pytest.mark.parametrize(("name", "keywords"), [f for f in FUNCTIONS if "softm" not in f[0]])
def test_nan_is_not_hidden(name, keywords):
    with np.errstate(invalid="ignore"):  # NumPy warns in logaddexp
        y = getattr(F, name)(np.full((2, 2), np.nan), **keywords)
    assert np.isnan(y).all()


PIECEWISE = [
    f
    for f in FUNCTIONS
    if f[0] in ("celu", "elu", "hardshrink", "hardtanh", "leaky_relu", "relu6", "rrelu", "selu", "softshrink")
    or f[0] == "threshold"
]


@pytest.mark.parametrize(("name", "keywords"), PIECEWISE)
def test_gradients_at_nan_and_infinities_are_those_of_torch(name, keywords):
    x = np.array([-np.inf, -1000.0, -0.0, 1000.0, np.inf, np.nan])
    for upstream in (1.0, np.inf):
        ours = ac.Tensor(x, requires_grad=True)
        theirs = torch().tensor(x, requires_grad=True)
        with np.errstate(invalid="ignore"):
            getattr(F, name)(ours, **keywords).backward(np.full(x.shape, upstream))
        getattr(torch().nn.functional, name)(theirs, **keywords).backward(
            torch().full(x.shape, upstream, dtype=torch().float64)
        )
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize(("name", "keywords"), PIECEWISE)
def test_a_recording_holds_on_other_sides_of_the_kinks(name, keywords):
    """A mask that was made once would keep its choice when the recording is run on other numbers."""
    f = getattr(F, name)
    drawn = ac.graph(lambda x: f(x, **keywords), np.array(0.7), grads="compute")
    for x in (-7.0, -0.3, 0.0, 0.4, 1.0, 9.0):
        there = ac.Tensor(x, requires_grad=True)
        f(there, **keywords).backward()
        again = drawn.replay(x=x)
        assert not again.note
        (result,) = (n for n in again.nodes if n.kind == "output")
        assert (result.value, again["x"].grad) == (f(x, **keywords), there.grad.item())


@pytest.mark.parametrize(("name", "args"), LAYERS)
def test_layers_agree_with_torch_and_print_as_there(name, args):
    theirs = getattr(torch().nn, name)(*args)
    ours = getattr(nn, name)(*args)
    assert repr(ours) == repr(theirs)
    agrees_with_torch(ours, theirs, X, train=name != "RReLU")


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (2, 3, 4, 5)])
def test_prelu_has_its_channels_on_axis_one(shape):
    x = np.random.default_rng(0).normal(size=shape)
    function_agrees(F.prelu, torch().nn.functional.prelu, x, np.array([0.3]))
    if len(shape) > 1:
        function_agrees(F.prelu, torch().nn.functional.prelu, x, np.linspace(0.1, 0.9, shape[1]))


def test_slopes_of_prelu_are_no_weights():
    assert not nn.PReLU(3).weight.is_weight
    assert nn.PReLU().weight.dtype == np.float32


def test_random_slopes_lie_between_lower_and_upper_and_follow_the_seed():
    x = -np.ones((50, 50))
    y = nn.RReLU(0.2, 0.4, rng=3)(x).numpy()
    assert -0.4 <= y.min() < -0.39
    assert -0.21 < y.max() <= -0.2
    np.testing.assert_array_equal(nn.RReLU(0.2, 0.4, rng=3)(x).numpy(), y)
    np.testing.assert_allclose(nn.RReLU(0.2, 0.4).eval()(x).numpy(), -0.3)


def test_gumbel_softmax_samples_with_the_probabilities_of_the_logits():
    logits = np.log(np.tile([0.5, 0.3, 0.2], (20_000, 1)))
    hard = F.gumbel_softmax(logits, hard=True, rng=0)
    assert set(np.unique(hard.round(12))) == {0.0, 1.0}
    np.testing.assert_allclose(hard.mean(0), [0.5, 0.3, 0.2], atol=0.015)
    # the gradient of a hard sample is that of the soft one
    x = ac.Tensor(logits[:4], True)
    weights = np.arange(12.0).reshape(4, 3)
    ac.sum(F.gumbel_softmax(x, 0.7, hard=True, rng=1) * weights).backward()
    y = ac.Tensor(logits[:4], True)
    ac.sum(F.gumbel_softmax(y, 0.7, rng=1) * weights).backward()
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy())


def test_the_lectures_activations():
    """Rows 1.2-1, 1.2-2, 1.2-3, 1.2-4: sigmoid, ReLU, tanh and leaky ReLU, whose slope is 0.1 where x ≤ 0."""
    x = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose(nn.Sigmoid()(x).numpy(), 1 / (1 + np.exp(-x)))
    np.testing.assert_array_equal(nn.ReLU()(x).numpy(), [0, 0, 3])
    np.testing.assert_allclose(nn.Tanh()(x).numpy(), (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)))
    np.testing.assert_allclose(nn.LeakyReLU()(x).numpy(), [-0.2, 0, 3])
    leaf = ac.Tensor(x, True)
    ac.sum(nn.LeakyReLU()(leaf)).backward()
    np.testing.assert_allclose(leaf.grad.numpy(), [0.1, 0.1, 1])


REFUSED = [
    (lambda: F.softmax(X), TypeError, "dim is missing"),
    (lambda: F.glu(np.ones((2, 3))), ValueError, r"even length is halved, got the shape \(2, 3\) and dim=-1"),
    (lambda: F.glu(np.ones(4), 1), ValueError, r"even length is halved, got the shape \(4,\) and dim=1"),
    (lambda: F.prelu(np.ones((2, 3)), np.ones(2)), ValueError, "2 slopes, but 3 channels on axis 1"),
    (lambda: F.prelu(X, np.ones((2, 2))), ValueError, r"\(1,\) or \(channels,\), got \(2, 2\)"),
    (lambda: F.hardtanh(X, 1.0, -1.0), ValueError, "min_val ≤ max_val is needed, got 1.0 and -1.0"),
    (lambda: F.softplus(X, 0.0), ValueError, "beta is above 0, got 0.0"),
    (lambda: F.softshrink(X, -1.0), ValueError, "lambd is at least 0, got -1.0"),
    (lambda: F.celu(X, 0.0), ValueError, "alpha is not 0"),
    (lambda: F.rrelu(X, 0.5, 0.1), ValueError, "lower ≤ upper is needed, got 0.5 and 0.1"),
    (lambda: F.gumbel_softmax(X, 0.0), ValueError, "tau is above 0, got 0.0"),
    (lambda: F.relu6(["a"]), TypeError, "holds numbers"),
    (lambda: nn.GELU("erf"), ValueError, "'none' or 'tanh', got 'erf'"),
    (lambda: nn.Hardtanh(1.0, 1.0), ValueError, "min_val < max_val"),
    (lambda: nn.Softplus(-1.0), ValueError, "beta is above 0"),
    (lambda: nn.Softshrink(-1.0), ValueError, "lambd is at least 0"),
    (lambda: nn.CELU(0.0), ValueError, "CELU: alpha is not 0"),
    (lambda: nn.RReLU(0.5, 0.1), ValueError, "lower ≤ upper"),
    (lambda: nn.ELU("a"), TypeError, "ELU: alpha is a number, got 'a'"),
    (lambda: nn.PReLU(0), ValueError, "num_parameters is an integer of at least 1"),
]


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED)
def test_what_is_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_a_layer_with_slopes_counts_its_parameters():
    """`num_parameters()` is what pictures write on a module, also where torch has a setting of that name."""
    assert nn.Sequential(nn.PReLU(6), nn.Linear(6, 2)).num_parameters() == 20
    assert nn.PReLU(6).num_parameters() == 6


HALF = np.float64(0.5)
SETTINGS_OF_NUMPY = {
    "threshold": lambda x: F.threshold(x, HALF, HALF),
    "rrelu": lambda x: F.rrelu(x, HALF, HALF),
    "celu": lambda x: F.celu(x, HALF),
    "softplus": lambda x: F.softplus(x, HALF, HALF),
    "hardtanh": lambda x: F.hardtanh(x, -HALF, HALF),
    "softshrink": lambda x: F.softshrink(x, HALF),
    "gumbel_softmax": lambda x: F.gumbel_softmax(x, HALF, rng=0),
    "normalize": lambda x: F.normalize(x, eps=HALF),
    "rms_norm": lambda x: F.rms_norm(x, (4,), eps=HALF),
    "batch_norm": lambda x: F.batch_norm(x, np.zeros(4, "f4"), np.ones(4, "f4"), eps=HALF),
    "local_response_norm": lambda x: F.local_response_norm(x[:, :, None], 1, HALF, HALF, HALF),
}


@pytest.mark.parametrize("name", SETTINGS_OF_NUMPY)
def test_settings_out_of_an_array_leave_single_precision(name):
    assert SETTINGS_OF_NUMPY[name](np.ones((3, 4), np.float32)).dtype == np.float32


def test_a_setting_that_is_no_number_is_refused_by_name():
    with pytest.raises(TypeError, match="softplus: beta is a number, got 'steep'"):
        F.softplus(X, "steep")
