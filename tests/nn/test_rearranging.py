"""Numbers in other places: padding, flattening."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import assert_gradients
from nn.functional import rearranging
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
