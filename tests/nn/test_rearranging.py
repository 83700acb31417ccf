"""Numbers in other places: padding, flattening."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.testing import assert_gradients
from nn.functional import rearranging
from nn.functional.unfolding import fold, unfold
from nn.layers import rearranging as layers
from nn.layers.rearranging import Flatten, Unflatten
from tests.nn.oracle import agrees_with_torch, function_agrees, torch


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_pad_agrees_with_torch(mode):
    theirs = torch().nn.functional.pad
    for shape, pad in (
        ((2, 3, 5), (2, 1)),
        ((2, 3, 5, 4), (1, 3, 2, 0)),
        ((2, 3, 5, 4, 3), (1, 0, 3, 2, 1, 2)),
        ((3, 5), (4, 4)),
    ):
        function_agrees(rearranging.pad, theirs, numbers(*shape), pad=pad, mode=mode)


def test_pad_with_a_constant_and_cuts():
    theirs = torch().nn.functional.pad
    x = numbers(2, 5, 6)
    for pad in ((1, 2), (-2, 1), (-1, -2, 3, -1), (0, 0), (0, 0, 0, 0, 1, 0)):
        function_agrees(rearranging.pad, theirs, x, pad=pad, value=2.5)
    assert_gradients(lambda x: rearranging.pad(x, (1, -1, 2, 0)) ** 2, x, order=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((1,),), "two widths for each"),
        (((1,) * 8,), "two widths for each"),
        (((1, 1), "mirror"), "mode is one of"),
        (((1, 1), "reflect", 2.0), "value=2.0 is for mode='constant'"),
        (((4, 0), "reflect"), "at most 3 numbers for axis 2"),
        (((5, 0), "circular"), "at most 4 numbers for axis 2"),
        (((-1, 0), "replicate"), "asked for -1 and 0"),
        (((-3, -3),), "cannot be cut by 3 and 3"),
    ],
)
def test_pad_says_what_is_wrong(arguments, words):
    with pytest.raises(ValueError, match=words):
        rearranging.pad(numbers(2, 3, 4), *arguments)


@pytest.mark.parametrize(("start", "end"), [(1, -1), (0, -1), (0, 1), (2, 2), (-2, 3)])
def test_flatten_agrees_with_torch(start, end):
    th, x = torch(), numbers(2, 3, 4, 5)
    function_agrees(rearranging.flatten, th.flatten, x, start_dim=start, end_dim=end)
    assert repr(Flatten(start, end)) == repr(th.nn.Flatten(start, end))
    agrees_with_torch(Flatten(start, end), th.nn.Flatten(start, end), x, calls=1)


def test_flatten_at_its_edges():
    assert rearranging.flatten(3.0).shape == (1,)
    assert Flatten()(np.zeros((0, 3, 4))).shape == (0, 12)
    np.testing.assert_array_equal(rearranging.flatten(numbers(2, 3)), numbers(2, 3).ravel())
    for bad in ((2, 1), (0, 4), (-5, 1)):
        with pytest.raises(ValueError, match="flatten: "):
            rearranging.flatten(numbers(2, 3, 4), *bad)


def test_unflatten_agrees_with_torch():
    th, x = torch(), numbers(2, 12, 3)
    for dim, sizes in ((1, (3, 4)), (1, (-1, 6)), (-2, (2, 2, 3)), (2, (1, 3))):
        agrees_with_torch(Unflatten(dim, sizes), th.nn.Unflatten(dim, sizes), x, calls=1)
        assert repr(Unflatten(dim, sizes)) == repr(th.nn.Unflatten(dim, sizes))
    for dim, sizes in ((1, (5, 2)), (1, (-1, -1)), (1, (-1, 5)), (3, (1, 1)), (1, ())):
        with pytest.raises(ValueError, match="unflatten: "):
            rearranging.unflatten(x, dim, sizes)


def test_stacks_pass_through():
    x = numbers(2, 3, 4)
    both = ac.jacobian(lambda x: rearranging.flatten(rearranging.pad(x, (1, 1), "reflect"), 1) ** 2)(x)
    assert both.shape == (2, 18, 2, 3, 4)
    np.testing.assert_allclose(
        both.sum(axis=(2, 3, 4)), 2 * rearranging.flatten(rearranging.pad(x, (1, 1), "reflect"), 1)
    )


FOLDS = [
    {"kernel_size": 2},
    {"kernel_size": (3, 2), "stride": 2, "padding": 1, "dilation": (2, 1)},
    {"kernel_size": (1, 3), "stride": (3, 1)},
]


@pytest.mark.parametrize("how", FOLDS)
def test_unfold_and_fold_agree_with_torch(how):
    th, x = torch().nn, numbers(2, 3, 7, 6)
    function_agrees(unfold, th.functional.unfold, x, **how)
    columns = unfold(x, **how)
    function_agrees(fold, th.functional.fold, columns, output_size=(7, 6), **how)
    np.testing.assert_array_equal(fold(columns[0], (7, 6), **how), fold(columns, (7, 6), **how)[0])
    np.testing.assert_array_equal(unfold(x[0], **how), columns[0])
    for name, args, a in (("Unfold", (), x), ("Fold", ((7, 6),), columns)):
        ours, theirs = getattr(layers, name)(*args, **how), getattr(th, name)(*args, **how)
        agrees_with_torch(ours, theirs, a, calls=1)
        assert repr(ours) == repr(theirs)
    assert_gradients(lambda x: unfold(x, **how) ** 2, x, order=2)
    assert_gradients(lambda c: fold(c, (7, 6), **how) ** 2, columns, order=2)


def test_a_convolution_is_a_product_with_columns():
    x, w = numbers(2, 3, 7, 6), numbers(5, 3, 2, 3)
    z = (w.reshape(5, -1) @ unfold(x, (2, 3), padding=1)).reshape(2, 5, 8, 6)
    np.testing.assert_allclose(z, nn.functional.conv2d(x, w, padding=1), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "argument", "shape"),
    [
        ("PixelShuffle", 2, (2, 8, 3, 5)),
        ("PixelUnshuffle", 3, (2, 2, 6, 9)),
        ("ChannelShuffle", 4, (2, 8, 3, 5)),
    ],
)
def test_shuffles_agree_with_torch(name, argument, shape):
    ours, theirs = getattr(layers, name)(argument), getattr(torch().nn, name)(argument)
    agrees_with_torch(ours, theirs, numbers(*shape), calls=1)
    assert repr(ours) == repr(theirs)
    wrong = numbers(2, 3, 5, 5)
    with pytest.raises(ValueError, match="got the shape"):
        ours(wrong)


def test_unshuffling_undoes_shuffling():
    x = numbers(3, 9, 4, 5)
    np.testing.assert_array_equal(rearranging.pixel_unshuffle(rearranging.pixel_shuffle(x, 3), 3), x)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: unfold(x, 9), "larger than the padded size"),
        (lambda x: unfold(x[0, 0], 2), "unfold: input is"),
        (lambda x: fold(x, (4, 4), 2), "fold: input is"),
        (lambda x: fold(x[0], (4, 4), 3), "got the shape"),
        (lambda x: unfold(x, 2, stride=0), "stride is an integer of at least 1"),
    ],
)
def test_folds_say_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call(numbers(2, 4, 4, 4))
