"""Arrays as strips of cells, on request."""

import re

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.graphs.drawing.thumbnails import reduced, thumbnail
from autograd_core.graphs.layout import svg


def shades(text):
    return re.findall(r'BGCOLOR="(#[0-9A-F]{6})"', text)


def test_one_cell_for_each_number_of_a_small_array():
    assert len(shades(thumbnail(np.ones((3, 4))))) == 12


def test_larger_arrays_are_means_of_blocks():
    array = np.arange(12.0 * 36).reshape(12, 36)
    small = reduced(array)
    assert small.shape == (6, 18)
    assert small[0, 0] == array[:2, :2].mean()


@pytest.mark.parametrize("shape", [(1000,), (5, 6, 7), (2, 3, 4, 100), (70, 1), (0,), (0, 3)])
def test_every_shape_has_a_thumbnail(shape):
    rows, columns = reduced(np.ones(shape)).shape
    assert rows <= 6
    assert columns <= 18
    assert thumbnail(np.ones(shape)).startswith("<TABLE")


def test_the_larger_the_darker():
    def light(shade):
        return sum(int(shade[i : i + 2], 16) for i in (1, 3, 5))

    lights = [light(s) for s in shades(thumbnail(np.array([0.0, 1.0, 2.0, 4.0])))]
    assert lights == sorted(lights, reverse=True)
    assert len(set(lights)) == 4


def test_negative_numbers_have_another_colour_and_bad_ones_are_black():
    positive, negative, bad = shades(thumbnail(np.array([1.0, -1.0, np.nan])))
    assert (positive, negative, bad) == ("#2F3B4C", "#7A5C99", "#15202E")


def test_gradients_are_vermilion():
    assert set(shades(thumbnail(np.array([1.0, -1.0]), is_gradient=True))) == {"#C2410C"}


def test_alone_it_comes_in_addition():
    x = ac.Tensor(np.arange(-6.0, 6.0).reshape(3, 4), True, name="x")
    z = (2.0 * x).sum().named("z")
    for show in ("thumbnail", ("thumbnail",), ["thumbnail"]):
        source = ac.graph(z, show=show).source
        assert source == ac.graph(z, show=("value", "shape", "grad", "thumbnail")).source
    assert "cells: dark = large, violet = negative" in source
    assert "vermilion" not in source
    assert "cells:" not in ac.graph(z).source
    z.backward()
    assert "violet = negative, vermilion = gradient" in ac.graph(z, show="thumbnail").source


def test_on_request_only():
    x = ac.Tensor(np.arange(12.0).reshape(3, 4), True, name="x")
    z = (x * x).sum().named("z")
    z.backward()
    assert 'BGCOLOR="#2F3B4C" WIDTH="6"' not in ac.graph(z).source
    source = ac.graph(z, show=("value", "grad", "thumbnail"), mode="backward").source
    assert source.count('BGCOLOR="#2F3B4C" WIDTH="6"') >= 2
    assert 'BGCOLOR="#C2410C" WIDTH="6"' in source


def test_the_built_in_layout_draws_them():
    x = ac.Tensor(np.arange(12.0).reshape(3, 4), True, name="x")
    drawn = svg(ac.graph({"z": (x * x).sum()}, show=("value", "thumbnail")).source)
    plain = svg(ac.graph({"z": (x * x).sum()}, show=("value",)).source)
    assert drawn.count("<polygon") - plain.count("<polygon") >= 24
