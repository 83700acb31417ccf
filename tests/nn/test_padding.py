"""Padding layers against torch's."""

import numpy as np
import pytest

import nn
from tests.nn.oracle import agrees_with_torch, torch

KINDS = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_they_agree_with_torch_and_print_as_there(kind, axes):
    rng = np.random.default_rng(axes)
    more = (2.5,) if kind == "ConstantPad" else ()
    for padding in (1, (0, 1, 2, 1, 1, 0)[: 2 * axes]):
        name = f"{kind}{axes}d"
        ours, theirs = getattr(nn, name)(padding, *more), getattr(torch().nn, name)(padding, *more)
        assert repr(ours) == repr(theirs)
        agrees_with_torch(ours, theirs, rng.normal(size=(2, 3, 4, 3, 5)[: 2 + axes]))
        agrees_with_torch(ours, theirs, rng.normal(size=(3, 4, 3, 5)[: 1 + axes]))


def test_negative_widths_of_zeros_cut():
    x = np.arange(12.0).reshape(1, 3, 4)
    agrees_with_torch(nn.ZeroPad2d((-1, 2, 0, -1)), torch().nn.ZeroPad2d((-1, 2, 0, -1)), x)


def test_float32_stays_and_lists_are_taken():
    x = np.ones((1, 2, 2), np.float32)
    assert nn.ZeroPad2d(1)(x).dtype == np.float32
    assert nn.ConstantPad2d(1, 3)(x).dtype == np.float32


@pytest.mark.parametrize("padding", [1.5, (1, 2, 3), "same", None, True, (1.0, 2.0, 3.0, 4.0)])
def test_other_widths_are_refused(padding):
    with pytest.raises(ValueError, match="ZeroPad2d: padding is an integer or 4 of them"):
        nn.ZeroPad2d(padding)


def test_another_number_of_axes_is_refused():
    with pytest.raises(
        ValueError, match=r"ZeroPad2d: x is \(N, C, H, W\) or \(C, H, W\), got the shape \(2, 2\)"
    ):
        nn.ZeroPad2d(1)(np.ones((2, 2)))
    with pytest.raises(ValueError, match="at most 2 numbers for axis 2"):
        nn.ReflectionPad1d(3)(np.ones((1, 1, 3)))
    with pytest.raises(TypeError, match="ConstantPad1d: value is a number"):
        nn.ConstantPad1d(1, "a")
