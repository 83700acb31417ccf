"""Other sizes: interpolation and adaptive pooling against torch."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import assert_gradients
from nn.functional import resampling
from nn.layers import resampling as layers
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

SIZES = {1: (9,), 2: (7, 8), 3: (5, 6, 4)}
LINES = {1: "linear", 2: "bilinear", 3: "trilinear"}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 11])
def test_adaptive_pooling_agrees_with_torch(n, size):
    th, x = torch().nn, numbers(2, 3, *SIZES[n])
    for kind in ("avg", "max"):
        name = f"adaptive_{kind}_pool{n}d"
        function_agrees(getattr(resampling, name), getattr(th.functional, name), x, output_size=size)
        layer = f"Adaptive{kind.title()}Pool{n}d"
        ours, theirs = getattr(layers, layer)(size), getattr(th, layer)(size)
        agrees_with_torch(ours, theirs, x[0], calls=1)
        assert repr(ours) == repr(theirs)
    name = f"adaptive_max_pool{n}d"
    indices = getattr(resampling, name)(x, size, return_indices=True)[1]
    wanted = getattr(th.functional, name)(torch().tensor(x), size, return_indices=True)[1]
    np.testing.assert_array_equal(indices, wanted.numpy())


def test_adaptive_sizes_of_each_axis():
    theirs, x = torch().nn.functional, numbers(2, 3, 7, 8)
    for size in ((None, 3), (2, None), (1, 9)):
        function_agrees(resampling.adaptive_avg_pool2d, theirs.adaptive_avg_pool2d, x, output_size=size)
        function_agrees(resampling.adaptive_max_pool2d, theirs.adaptive_max_pool2d, x, output_size=size)


def test_of_several_largest_numbers_the_first_gets_the_gradient():
    x = np.array([[[1.0, 1, 2, 2, 2], [3, 3, 3, 3, 3], [0, 3, 3, 3, 0]]])
    function_agrees(resampling.adaptive_max_pool2d, torch().nn.functional.adaptive_max_pool2d, x, (2, 2))


@pytest.mark.parametrize(
    ("n", "mode"),
    [(n, m) for n in (1, 2, 3) for m in ("nearest", "nearest-exact", "area", LINES[n])] + [(2, "bicubic")],
)
def test_interpolation_agrees_with_torch(n, mode):
    theirs, x = torch().nn.functional.interpolate, numbers(2, 3, *SIZES[n])
    words = [{"size": s} for s in (1, 3, 12)] + [{"scale_factor": s} for s in (2, 0.5, 1.7)]
    for how in [*words, {"scale_factor": 1.7, "recompute_scale_factor": True}]:
        corners = (None, True, False) if "linear" in mode or "cubic" in mode else (None,)
        for align_corners in corners:
            function_agrees(resampling.interpolate, theirs, x, mode=mode, align_corners=align_corners, **how)


def test_upsample_agrees_with_torch():
    th, x = torch().nn, numbers(2, 3, 5, 4)
    for how in ({"size": (7, 9)}, {"scale_factor": 2}, {"scale_factor": (2, 3), "mode": "bilinear"}):
        ours, theirs = layers.Upsample(**how), th.Upsample(**how)
        agrees_with_torch(ours, theirs, x, calls=1)
        assert repr(ours) == repr(theirs)


def test_derivatives_and_dtypes():
    x = numbers(2, 2, 5, 4)
    for f in (
        lambda x: resampling.adaptive_avg_pool2d(x, (2, 3)),
        lambda x: resampling.adaptive_max_pool2d(x, (2, 3)),
        lambda x: resampling.interpolate(x, size=(7, 3), mode="bicubic"),
        lambda x: resampling.interpolate(x, scale_factor=2),
    ):
        assert_gradients(lambda x, f=f: f(x) ** 2, x, order=2)
        assert f(x.astype(np.float32)).dtype == np.float32
        g = ac.grad(lambda x, f=f: f(x).sum())(x.astype(np.float32))
        assert g.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: resampling.interpolate(x), "one of size and scale_factor"),
        (lambda x: resampling.interpolate(x, 3, 2), "one of size and scale_factor is given"),
        (lambda x: resampling.interpolate(x, 3, mode="linear"), "mode for input"),
        (lambda x: resampling.interpolate(x, 3, align_corners=True), "align_corners is not for"),
        (lambda x: resampling.interpolate(x, scale_factor=0.1), "makes no sizes"),
        (lambda x: resampling.interpolate(x[0, 0], 3), "with 1 to 3 axes"),
        (lambda x: resampling.adaptive_avg_pool2d(x, 0), "output_size is an integer of at least 1"),
        (lambda x: resampling.adaptive_avg_pool2d(x, (1, 2, 3)), "a number or 2 of them"),
        (lambda x: layers.AdaptiveMaxPool2d(2)(x[0, 0]), r"AdaptiveMaxPool2d\(2\): input is"),
    ],
)
def test_errors_say_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call(numbers(2, 3, 4, 4))
