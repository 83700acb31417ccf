"""Convolutions: against torch, SciPy, sums written out, and differences."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
import nn
from autograd_core.testing import assert_gradients
from nn.functional.convolutions import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from nn.functional.convolving import (
    biased_convolution,
    convolution,
    convolution_kernel,
    transposed_convolution,
)
from nn.layers.convolutions import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

FORWARDS = {1: conv1d, 2: conv2d, 3: conv3d}
BACKWARDS = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}
SIZES = {1: (9,), 2: (7, 6), 3: (5, 6, 4)}
KERNELS = {1: (4,), 2: (3, 2), 3: (2, 3, 1)}

# stride, padding, dilation, groups
SETTINGS = [
    (1, 0, 1, 1),
    (1, 1, 1, 1),
    (1, 2, 2, 2),  # more zeros than the kernel reaches over
    (2, 0, 1, 1),
    (2, 1, 1, 2),
    (3, 1, 1, 4),  # one channel a group
    (5, 0, 1, 1),  # some numbers are never met
    (2, 2, 2, 1),
]


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize(("stride", "padding", "dilation", "groups"), SETTINGS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_functions_agree_with_torch(n, stride, padding, dilation, groups):
    functions = torch().nn.functional
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    x, b = numbers(3, 4, *SIZES[n]), numbers(8)
    w = numbers(8, 4 // groups, *KERNELS[n], seed=1)
    function_agrees(FORWARDS[n], getattr(functions, f"conv{n}d"), x, w, b, **settings)
    w = numbers(4, 8 // groups, *KERNELS[n], seed=1)
    settings["output_padding"] = max(stride, dilation) - 1
    if padding < 2 or n == 1:  # else nothing is left of the smallest axis
        function_agrees(BACKWARDS[n], getattr(functions, f"conv_transpose{n}d"), x, w, b, **settings)


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel")
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("kernel", [(3, 3), (4, 2), (1, 5)])
def test_padding_in_words(padding, dilation, kernel):
    theirs = torch().nn.functional.conv2d
    x, w = numbers(2, 3, 11, 12), numbers(5, 3, *kernel)
    function_agrees(conv2d, theirs, x, w, padding=padding, dilation=dilation)


@pytest.mark.parametrize(
    ("stride", "padding", "dilation"),
    [((2, 1), (0, 2), (1, 3)), ((1, 3), (2, 0), (2, 1)), ((1, 1), (0, 1), (3, 1))],
)
def test_every_axis_has_settings_of_its_own(stride, padding, dilation):
    functions = torch().nn.functional
    x, b = numbers(2, 4, 9, 8), numbers(6)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": 2}
    function_agrees(conv2d, functions.conv2d, x, numbers(6, 2, 3, 2), b, **settings)
    function_agrees(conv_transpose2d, functions.conv_transpose2d, x, numbers(4, 3, 3, 2), b, **settings)


def test_windows_that_see_nothing_but_padding():
    x, w = numbers(1, 2, 10, 12), numbers(3, 2, 1, 1)
    function_agrees(conv2d, torch().nn.functional.conv2d, x, w, stride=40, padding=5)


def test_scipy_correlates_the_same():
    signal = pytest.importorskip("scipy.signal", reason="SciPy is an optional oracle")
    x, w = numbers(2, 3, 12, 11), numbers(4, 3, 5, 3, seed=1)
    z = conv2d(x, w)
    for n, o in np.ndindex(2, 4):
        wanted = sum(signal.correlate(x[n, c], w[o, c], mode="valid") for c in range(3))
        np.testing.assert_allclose(z[n, o], wanted, rtol=1e-12, atol=1e-12)


def test_the_sum_as_the_docstring_writes_it():
    x, w, b = numbers(2, 4, 7, 6), numbers(6, 2, 3, 2, seed=1), numbers(6, seed=2)
    s, d, f = (2, 1), (1, 2), (1, 2)
    z = conv2d(x, w, b, stride=s, padding=f, dilation=d, groups=2)
    wanted = np.zeros(z.shape)
    for n, o, *p in np.ndindex(z.shape):
        wanted[n, o, p[0], p[1]] = b[o]
        for c, *k in np.ndindex(w.shape[1:]):
            i, j = (s[a] * p[a] + d[a] * k[a] - f[a] for a in (0, 1))
            if 0 <= i < 7 and 0 <= j < 6:
                wanted[n, o, p[0], p[1]] += x[n, c + 2 * (o // 3), i, j] * w[o, c, k[0], k[1]]
    np.testing.assert_allclose(z, wanted, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_layers_agree_with_torch(n, mode):
    theirs = getattr(torch().nn, f"Conv{n}d")
    ours = {1: Conv1d, 2: Conv2d, 3: Conv3d}[n]
    for settings in (
        {"padding": 1, "padding_mode": mode},
        {"padding": "same", "padding_mode": mode, "dilation": 2, "groups": 2, "bias": False},
        {"stride": 2, "padding": 2, "padding_mode": mode},
        {"padding": (2, 1, 0)[:n], "padding_mode": mode},
    ):
        mine, hers = ours(4, 6, 3, **settings), theirs(4, 6, 3, **settings)
        assert repr(mine) == repr(hers)
        agrees_with_torch(mine, hers, numbers(2, 4, 7, 6, 5)[(..., *[0] * (3 - n))], calls=1)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_transposed_layers_agree_with_torch(n):
    theirs = getattr(torch().nn, f"ConvTranspose{n}d")
    ours = {1: ConvTranspose1d, 2: ConvTranspose2d, 3: ConvTranspose3d}[n]
    x = numbers(2, 4, 5, 4, 3)[(..., *[0] * (3 - n))]
    for settings in (
        {},
        {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2},
        {"stride": 3, "dilation": 2, "bias": False},
    ):
        mine, hers = ours(4, 6, 3, **settings), theirs(4, 6, 3, **settings)
        assert repr(mine) == repr(hers)
        agrees_with_torch(mine, hers, x, calls=1)
    mine, hers = ours(4, 6, 3, stride=3), theirs(4, 6, 3, stride=3)
    size = [3 * m + 1 for m in x.shape[2:]]
    agrees_with_torch(mine, hers, x, calls=1, output_size=size)


def test_one_datum_without_a_batch():
    x, w, b = numbers(4, 7, 6), numbers(6, 4, 3, 2), numbers(6)
    np.testing.assert_array_equal(conv2d(x, w, b), conv2d(x[None], w, b)[0])
    v = numbers(4, 6, 3, 2)
    np.testing.assert_array_equal(conv_transpose2d(x, v, b), conv_transpose2d(x[None], v, b)[0])
    function_agrees(conv2d, torch().nn.functional.conv2d, x, w, b)


def test_row_7_2_1_fan_in_of_a_convolution():
    """Row 7.2-1: He's variance is 2 by the number of inputs of one neuron, those of its kernel."""
    layer = Conv2d(64, 128, 3, rng=0)
    assert nn.init.fans(layer.weight)[0] == 64 * 3 * 3
    nn.init.he_normal_(layer.weight, rng=0)
    assert layer.weight.numpy().var() == pytest.approx(2 / (64 * 9), rel=0.02)
    # He's reason: behind ReLU the variance of what the neurons sum up stays, layer by layer
    x = np.maximum(numbers(4, 64, 8, 8), 0)
    ratio = layer(x.astype(np.float32)).numpy()[..., 1:-1, 1:-1].var() / 1.0
    assert ratio == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("cls", [Conv2d, ConvTranspose2d])
def test_starting_values_are_torchs(cls):
    layer = cls(32, 64, (3, 5), groups=2, rng=0)
    theirs = getattr(torch().nn, cls.__name__)(32, 64, (3, 5), groups=2)
    assert layer.weight.shape == tuple(theirs.weight.shape)
    bound = float(theirs.weight.detach().abs().max())
    for mine in (layer.weight.numpy(), layer.bias.numpy()):
        assert np.abs(mine).max() == pytest.approx(bound, rel=0.05)
        assert abs(mine.mean()) < bound / 4
    np.testing.assert_array_equal(cls(32, 64, (3, 5), groups=2, rng=0).weight.numpy(), layer.weight.numpy())


def test_parameters_say_what_they_are():
    layer = Conv2d(2, 3, 3)
    assert (layer.weight.role, layer.weight.layout, layer.bias.role) == ("weight", "torch", "bias")
    assert layer.weight.dtype == layer.bias.dtype == np.float32
    assert Conv2d(2, 3, 3, dtype=float).weight.dtype == np.float64
    assert Conv2d(2, 3, 3, bias=False).bias is None
    assert layer.title() == "Conv2d(2 → 3, 3 × 3)"


# ---- derivatives -------------------------------------------------------------------------------------------

GEOMETRY = {"stride": (2, 1), "dilation": (1, 2), "front": (1, 0), "groups": 2}


@pytest.mark.parametrize("front", [(1, 0), (0, 2)])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("stride", [(1, 1), (2, 1)])
def test_the_three_rows_to_second_order(stride, groups, front):
    how = {"stride": stride, "dilation": (1, 2), "front": front, "groups": groups}
    x, w = numbers(2, 2, 5, 4), numbers(4, 2 // groups, 2, 2)
    z = np.asarray(convolution(x, w, size=(3, 3), **how))
    for row, a, b, size in (
        (convolution, x, w, (3, 3)),
        (transposed_convolution, z, w, (5, 4)),
        (convolution_kernel, x, z, (2, 2)),
    ):
        assert_gradients(lambda a, b, row=row, size=size: row(a, b, size=size, **how), a, b, order=2)


def test_the_three_rows_are_one_trilinear_sum():
    x, w, z = numbers(3, 4, 6, 7), numbers(6, 2, 2, 3, seed=1), numbers(3, 6, 3, 5, seed=2)
    sums = [
        (convolution(x, w, size=(3, 5), **GEOMETRY) * z).sum(),
        (transposed_convolution(z, w, size=(6, 7), **GEOMETRY) * x).sum(),
        (convolution_kernel(x, z, size=(2, 3), **GEOMETRY) * w).sum(),
    ]
    np.testing.assert_allclose(sums, sums[0], rtol=1e-12)


@pytest.mark.parametrize("groups", [1, 2])
def test_stacks_are_what_a_loop_gives(groups):
    how = {**GEOMETRY, "groups": groups}
    x, w, z = numbers(5, 2, 4, 6, 7), numbers(5, 6, 4 // groups, 2, 3), numbers(5, 2, 6, 3, 5)
    for row, a, b, size in (
        (convolution, x, w, (3, 5)),
        (transposed_convolution, z, w, (6, 7)),
        (convolution_kernel, x, z, (2, 3)),
    ):
        both = row(a, b, size=size, **how)
        first, second = row(a, b[0], size=size, **how), row(a[0], b, size=size, **how)
        twice = row(a[:, None], b, size=size, **how)  # (5, 1) and (5,)
        for i in range(5):
            np.testing.assert_allclose(both[i], row(a[i], b[i], size=size, **how), rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(first[i], row(a[i], b[0], size=size, **how), rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(second[i], row(a[0], b[i], size=size, **how), rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(twice[i, 1], row(a[i], b[1], size=size, **how), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("f", [conv2d, conv_transpose2d])
@pytest.mark.parametrize("which", [0, 1])
def test_jacobian_hessian_and_products_with_them(f, which):
    th = torch()
    theirs = getattr(th.nn.functional, f.__name__)
    x, w = numbers(2, 2, 4, 3), numbers(2, 1, 2, 3)
    how = {"stride": (2, 1), "padding": 1, "groups": 2}
    values, tensors = (x, w), (th.tensor(x), th.tensor(w))

    def ours(a):
        return ac.tanh(f(*values[:which], a, *values[which + 1 :], **how))

    def hers(a):
        return th.tanh(theirs(*tensors[:which], a, *tensors[which + 1 :], **how))

    a, t = values[which], tensors[which]
    jacobian = th.autograd.functional.jacobian(hers, t).numpy()
    hessian = th.autograd.functional.hessian(lambda t: (hers(t) ** 2).sum(), t).numpy()
    np.testing.assert_allclose(ac.jacobian(ours)(a), jacobian, atol=1e-10)
    np.testing.assert_allclose(ac.hessian(lambda a: (ours(a) ** 2).sum())(a), hessian, atol=1e-10)
    v = numbers(*a.shape, seed=3)
    along = np.tensordot(jacobian, v, v.ndim)
    np.testing.assert_allclose(ac.jvp(ours, a, v)[1], along, atol=1e-10)
    np.testing.assert_allclose(
        ac.vjp(ours, a)[1](along), np.tensordot(along, jacobian, along.ndim), atol=1e-10
    )
    product = np.tensordot(hessian, v, v.ndim)
    np.testing.assert_allclose(ac.hvp(lambda a: (ours(a) ** 2).sum(), a, v), product, atol=1e-10)


def test_the_bias_in_every_reading():
    x, w, b = numbers(2, 2, 4, 3), numbers(4, 1, 2, 2), numbers(4)
    how = {"size": (3, 3), "stride": (1, 1), "dilation": (1, 1), "front": (0, 1), "groups": 2}

    def f(x, w, b):
        return biased_convolution(x, w, b, **how)

    def apart(x, w, b):
        return convolution(x, w, **how) + ac.reshape(b, (4, 1, 1))

    assert_gradients(lambda x, w, b: f(x, w, b) ** 2, x, w, b, order=2)
    np.testing.assert_allclose(f(x, w, b), apart(x, w, b), rtol=1e-12)
    for which in (0, 1, 2):
        ours, theirs = (ac.jacobian(lambda *a, h=h: ac.tanh(h(*a)), which)(x, w, b) for h in (f, apart))
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
        twice = [
            ac.jacobian(ac.jacobian(lambda *a, h=h: ac.tanh(h(*a)).sum(axis=(0, 2)), which), 1)(x, w, b)
            for h in (f, apart)
        ]
        np.testing.assert_allclose(*twice, atol=1e-12)
    # a bias of another dtype, as NumPy promotes
    assert f(x.astype(np.float32), w.astype(np.float32), b).dtype == np.float64


def test_a_jacobian_of_a_jacobian_by_both_arguments():
    x, w = numbers(1, 1, 3, 4), numbers(2, 1, 2, 2)

    def f(x, w):
        return ac.tanh(conv2d(x, w, padding=1)).sum(axis=(0, 2))

    first = ac.jacobian(ac.jacobian(f, 0), 1)(x, w)
    second = ac.jacobian(ac.jacobian(f, 1), 0)(x, w)
    swapped = np.transpose(second, (0, 1, 6, 7, 8, 9, 2, 3, 4, 5))
    assert first.shape == (2, 5, 1, 1, 3, 4, 2, 1, 2, 2)
    np.testing.assert_allclose(first, swapped, atol=1e-12)


# ---- in a network ------------------------------------------------------------------------------------------


def net(rng=0, dtype=float):
    rng = np.random.default_rng(rng)
    return nn.Sequential(
        Conv2d(1, 3, 3, padding=1, dtype=dtype, rng=rng),
        nn.Tanh(),
        nn.MaxPool2d(2),
        Conv2d(3, 4, 2, stride=2, dtype=dtype, rng=rng),
        nn.Flatten(),
        nn.Linear(16, 2, dtype=dtype, rng=rng),
    )


def test_a_convolutional_network_agrees_with_torch():
    th = torch().nn
    theirs = th.Sequential(
        th.Conv2d(1, 3, 3, padding=1),
        th.Tanh(),
        th.MaxPool2d(2),
        th.Conv2d(3, 4, 2, stride=2),
        th.Flatten(),
        th.Linear(16, 2),
    )
    agrees_with_torch(net(), theirs, numbers(3, 1, 8, 8))


def test_transforms_of_a_convolutional_network():
    model, x, v = net(), numbers(2, 1, 8, 8), numbers(2, 1, 8, 8, seed=5)
    jacobian = ac.jacobian(model)(x)
    assert jacobian.shape == (2, 2, 2, 1, 8, 8)
    np.testing.assert_allclose(ac.jvp(model, x, v)[1], np.tensordot(jacobian, v, 4), atol=1e-12)
    g = numbers(2, 2, seed=6)
    np.testing.assert_allclose(ac.vjp(model, x)[1](g), np.tensordot(g, jacobian, 2), atol=1e-12)

    def loss(x):
        return (model(x) ** 2).sum()

    hessian = ac.hessian(loss)(x)
    np.testing.assert_allclose(ac.hvp(loss, x, v), np.tensordot(hessian, v, 4), atol=1e-12)
    assert_gradients(loss, x, order=2)


def test_a_picture_names_the_convolutions():
    g = ac.graph(net(), numbers(2, 1, 8, 8))
    ops = [node.op for node in g.nodes]
    assert ops.count("biased_convolution") == 4  # every operation has a card for its result
    assert ops.count("max_pool") == 2
    assert "Conv2d(1 → 3, 3 × 3)" in g.source
    assert "convolution" in str(g)


def test_the_network_learns_which_way_lines_run():
    rng = np.random.default_rng(0)
    x = np.zeros((60, 1, 8, 8))
    t = rng.integers(0, 2, 60)
    for picture, upright in zip(x, t, strict=True):
        at = rng.integers(1, 7)
        picture[0, :, at] = upright
        picture[0, at] = np.where(upright, picture[0, at], 1)
    model, loss = net(), nn.CrossEntropyLoss()
    for _ in range(60):
        model.zero_grad()
        loss(model(x), t).backward()
        for p in model.parameters():
            p.data = p.data - 0.5 * p.grad.numpy()
    assert (model(x).numpy().argmax(axis=1) == t).all()


@pytest.mark.parametrize("f", [conv2d, conv_transpose2d])
def test_float32_stays_float32_and_inputs_are_left_alone(f):
    x, w, b = (a.astype(np.float32) for a in (numbers(3, 4, 6, 5), numbers(4, 4, 3, 2), numbers(4)))
    copies = [a.copy() for a in (x, w, b)]
    leaves = [ac.Tensor(a, requires_grad=True) for a in (x, w, b)]
    for stride in (1, 2):
        z = f(*leaves, stride=stride, padding=1)
        (z * z).sum().backward()
        assert z.dtype == f(x, w, b, stride=stride).dtype == np.float32
        assert {leaf.grad.dtype for leaf in leaves} == {np.dtype(np.float32)}
        wanted = f(*(a.astype(float) for a in (x, w, b)), stride=stride, padding=1)
        np.testing.assert_allclose(z.numpy(), wanted, atol=1e-4)
        tangent = ac.jvp(lambda x, s=stride: f(x, w, b, stride=s), x, x)[1]
        assert tangent.dtype == np.float32
    for a, before in zip((x, w, b), copies, strict=True):
        np.testing.assert_array_equal(a, before)


@pytest.mark.parametrize("f", [conv2d, conv_transpose2d])
@pytest.mark.parametrize("stride", [1, 2])
def test_arrays_in_any_order_of_memory(f, stride):
    x, w = numbers(5, 6, 4, 3).T, numbers(2, 3, 4, 4).T[..., ::-1]
    assert x.shape == (3, 4, 6, 5)
    wanted = f(np.ascontiguousarray(x), np.ascontiguousarray(w), stride=stride, padding=1)
    np.testing.assert_allclose(f(x, w, stride=stride, padding=1), wanted, rtol=1e-12, atol=1e-12)
    every_second = np.repeat(x, 2, axis=-1)[..., ::2]
    np.testing.assert_allclose(f(every_second, w, stride=stride, padding=1), wanted, rtol=1e-12, atol=1e-12)
    recorded = f(ac.Tensor(x, True), ac.Tensor(w, True), stride=stride, padding=1)
    np.testing.assert_array_equal(recorded.numpy(), f(x, w, stride=stride, padding=1))


def test_many_data_are_cut_into_parts():
    x, w = numbers(150, 8, 20, 20), numbers(4, 8, 3, 3)  # several parts of a megabyte
    z = conv2d(x, w)
    for n in (0, 73, 149):
        np.testing.assert_allclose(z[n], conv2d(x[n], w), rtol=1e-10, atol=1e-12)
    function_agrees(conv2d, torch().nn.functional.conv2d, x, w, padding=1)


def test_an_empty_batch():
    x = ac.Tensor(np.zeros((0, 4, 6, 5)), requires_grad=True)
    layer = Conv2d(4, 3, 3, dtype=float)
    z = layer(x)
    assert z.shape == (0, 3, 4, 3)
    z.sum().backward()
    assert x.grad.shape == (0, 4, 6, 5)
    assert not layer.weight.grad.numpy().any()
    assert ConvTranspose2d(4, 3, 3)(np.zeros((0, 4, 6, 5))).shape == (0, 3, 8, 7)


def test_a_picture_of_one_pixel_and_lists():
    assert conv2d([[[[2.0]]]], [[[[3.0]]]], [1.0]).item() == 7.0
    assert Conv1d(1, 1, 1)([[[1, 2, 3]]]).shape == (1, 1, 3)


def test_a_deep_copy_is_a_layer_of_its_own():
    layer = Conv2d(2, 3, 3, rng=0)
    other = copy.deepcopy(layer)
    x = numbers(1, 2, 5, 5)
    np.testing.assert_array_equal(layer(x).numpy(), other(x).numpy())
    other.weight.data = other.weight.data * 2
    assert not np.array_equal(layer(x).numpy(), other(x).numpy())
    assert (other.weight.role, other.weight.layout) == ("weight", "torch")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: conv2d(x, np.ones((8, 3, 3, 3))), "input .2, 4, 5, 5. has 4 channels, weight .* takes 3"),
        (lambda x: conv2d(x, np.ones((8, 4, 3, 3)), groups=2), "4 · 2 groups = 8"),
        (lambda x: conv2d(x, np.ones((3, 2, 3, 3)), groups=2), "2 groups do not divide the 3 channels"),
        (
            lambda x: conv2d(x, np.ones((8, 4, 7, 3))),
            r"reaches over \(7, 3\) is larger than the padded input",
        ),
        (
            lambda x: conv2d(x, np.ones((8, 4, 3, 3)), padding="same", stride=2),
            "padding='same' is for stride 1",
        ),
        (lambda x: conv2d(x, np.ones((8, 4, 3, 3)), padding="full"), "'same' or 'valid', got 'full'"),
        (lambda x: conv2d(x, np.ones((8, 4, 3, 3)), padding=-1), "padding is an integer of at least 0"),
        (lambda x: conv2d(x, np.ones((8, 4, 3, 3)), stride=0), "stride is an integer of at least 1"),
        (lambda x: conv2d(x, np.ones((8, 4, 3, 3)), stride=(1, 1, 1)), "or 2 of them"),
        (lambda x: conv2d(x, np.ones((8, 4, 3))), "weight has 4 axes"),
        (lambda x: conv2d(x[0, 0], np.ones((8, 4, 3, 3))), r"\(N, C, H, W\) or \(C, H, W\)"),
        (lambda x: conv2d(x, np.ones((8, 4, 3, 3)), np.ones(4)), r"bias has the shape \(8,\), got \(4,\)"),
        (lambda x: conv_transpose2d(x, np.ones((3, 4, 3, 3))), "takes 3"),
        (lambda x: conv_transpose2d(x, np.ones((4, 2, 3, 3)), output_padding=1), "smaller than the stride"),
        (lambda x: conv_transpose2d(x, np.ones((4, 2, 3, 3)), padding=4), "leaves nothing"),
        (lambda x: Conv2d(3, 8, 3)(x), r"Conv2d\(3 → 8, 3 × 3\): input \(2, 4, 5, 5\) has 4 channels"),
        (lambda x: Conv2d(3, 8, 3, groups=2), "groups=2 does not divide in_channels=3"),
        (lambda x: Conv2d(4, 9, 3, groups=2), "groups=2 does not divide out_channels=9"),
        (lambda x: Conv2d(0, 8, 3), "Conv2d: in_channels"),
        (lambda x: Conv2d(4, 8, 3, padding="same", stride=2), "Conv2d: padding='same'"),
        (lambda x: Conv2d(4, 8, 3, padding_mode="mirror"), "padding_mode is one of zeros, reflect"),
        (lambda x: Conv2d(1, 8, 3)(x[:, 0]), r"= 1; a batch with one channel is x\[:, None\]"),
        (lambda x: Conv2d(4, 8, 3, padding=5, padding_mode="reflect")(x), "at most 4 numbers"),
        (lambda x: ConvTranspose2d(4, 8, 3, padding_mode="reflect"), "padding_mode is one of zeros, got"),
        (lambda x: ConvTranspose2d(4, 8, 3, padding="same"), "ConvTranspose2d: padding"),
        (
            lambda x: ConvTranspose2d(4, 8, 3, stride=2)(x, output_size=(13, 13)),
            r"from \(11, 11\) to \(12, 12\)",
        ),
    ],
)
def test_errors_say_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call(numbers(2, 4, 5, 5))


# ---- the kernels, against the sum as the module writes it --------------------------------------------------


def summed(x, w, z, *, stride, dilation, front, groups):
    """Σ z[n,o,p] · x[n, c, s·p + d·k − f] · w[o,c,k] solved for z, x and w."""
    z_of, x_of, w_of = np.zeros(z.shape), np.zeros(x.shape), np.zeros(w.shape)
    each = w.shape[0] // groups
    for k in np.ndindex(w.shape[2:]):
        for p in np.ndindex(z.shape[2:]):
            i = tuple(s * a + d * b - f for s, a, d, b, f in zip(stride, p, dilation, k, front, strict=True))
            if any(j < 0 or j >= m for j, m in zip(i, x.shape[2:], strict=True)):
                continue
            for g in range(groups):
                o = slice(g * each, (g + 1) * each)
                c = slice(g * w.shape[1], (g + 1) * w.shape[1])
                z_of[:, o, *p] += x[:, c, *i] @ w[o, :, *k].T
                x_of[:, c, *i] += z[:, o, *p] @ w[o, :, *k]
                w_of[o, :, *k] += z[:, o, *p].T @ x[:, c, *i]
    return z_of, x_of, w_of


@st.composite
def problems(draw):
    n = draw(st.integers(1, 3))
    few = st.integers(1, {1: 70, 2: 12, 3: 5}[n])
    axes = range(n)
    kernel = tuple(draw(st.integers(1, 3)) for _ in axes)
    positions = tuple(draw(few) for _ in axes)
    stride = draw(st.one_of(st.just((1,) * n), st.tuples(*[st.integers(1, 3)] * n)))
    dilation = draw(st.one_of(st.just((1,) * n), st.tuples(*[st.integers(1, 2)] * n)))
    front = tuple(draw(st.integers(0, 2)) for _ in axes)
    reach = [
        (p - 1) * s + (k - 1) * d + 1 for p, s, k, d in zip(positions, stride, kernel, dilation, strict=True)
    ]
    # x ends before the last window does, with it, or behind it
    size = tuple(max(1, r - f + draw(st.integers(-2, 2))) for r, f in zip(reach, front, strict=True))
    groups, data = draw(st.integers(1, 3)), draw(st.integers(0, 5))
    channels, others = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    how = {"stride": stride, "dilation": dilation, "front": front, "groups": groups}
    shapes = (
        (data, groups * channels, *size),
        (groups * others, channels, *kernel),
        (data, groups * others, *positions),
    )
    return shapes, how, draw(st.sampled_from([np.float64, np.float32, np.float16])), draw(st.integers(0, 9))


@given(problems())
def test_the_three_rows_are_the_sum(problem):
    shapes, how, dtype, seed = problem
    x, w, z = (
        np.random.default_rng((seed, i)).integers(-3, 4, shape).astype(dtype)
        for i, shape in enumerate(shapes)
    )
    wanted = summed(*(a.astype(float) for a in (x, w, z)), **how)
    found = (
        convolution(x, w, size=z.shape[2:], **how),
        transposed_convolution(z, w, size=x.shape[2:], **how),
        convolution_kernel(x, z, size=w.shape[2:], **how),
    )
    again = (
        convolution(x, w, size=z.shape[2:], **how),
        transposed_convolution(z, w, size=x.shape[2:], **how),
        convolution_kernel(x, z, size=w.shape[2:], **how),
    )
    for a, b, c in zip(found, again, wanted, strict=True):
        assert a.dtype == dtype
        np.testing.assert_array_equal(a, b)  # what the rooms hold from the last call is of no account
        if np.abs(c).max(initial=0) < 2000:  # whole numbers, which no rounding reaches
            np.testing.assert_array_equal(a, c)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_what_is_not_finite_reaches_only_what_it_meets(bad, n):
    how = {"stride": (1,) * n, "dilation": (1,) * n, "front": (0,) * n, "groups": 1}
    x, w, z = np.ones((2, 3, *[8] * n)), np.ones((2, 3, *[3] * n)), np.ones((2, 2, *[6] * n))
    broken = w.copy()
    broken[0, 1].flat[0] = bad  # meets the first six numbers along each axis
    back = transposed_convolution(z, broken, size=x.shape[2:], **how)
    met = np.zeros(back.shape, bool)
    met[:, 1, *[slice(6)] * n] = True
    np.testing.assert_array_equal(~np.isfinite(back), met)
    broken = x.copy()
    broken[0, 1].flat[7] = bad  # is met by the last place of the last axis only
    kernel = convolution_kernel(broken, z, size=w.shape[2:], **how)
    met = np.zeros(w.shape, bool)
    met[:, 1, *[0] * (n - 1), 2] = True
    np.testing.assert_array_equal(~np.isfinite(kernel), met)


def test_results_of_several_threads_do_not_meet():
    x, w = numbers(30, 4, 20, 20), numbers(8, 4, 3, 3, seed=1)
    wanted = conv2d(x, w, padding=1)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: conv2d(x, w, padding=1), range(40)):
            np.testing.assert_array_equal(found, wanted)


def test_a_result_is_not_written_over_by_the_next_call():
    x, w = numbers(3, 4, 12, 12), numbers(5, 4, 3, 3, seed=1)
    for padding in (0, 1):
        first = [conv2d(x, w, padding=padding), conv_transpose2d(x, w.swapaxes(0, 1), padding=padding)]
        before = [a.copy() for a in first]
        conv2d(-x, w, padding=padding)
        conv_transpose2d(-x, w.swapaxes(0, 1), padding=padding)
        for a, b in zip(first, before, strict=True):
            np.testing.assert_array_equal(a, b)
