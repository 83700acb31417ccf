"""Whose defaults a layer is made with."""

import pytest

import nn
from nn.presets import SETTINGS, chosen


def test_a_convention_holds_inside_and_only_for_what_is_not_given():
    with nn.convention("torch"):
        assert nn.LeakyReLU().negative_slope == 0.01
        assert nn.LeakyReLU(0.3).negative_slope == 0.3
        with nn.convention("lecture"):
            assert nn.LeakyReLU().negative_slope == 0.1
        assert nn.LeakyReLU().negative_slope == 0.01
    assert nn.LeakyReLU().negative_slope == 0.1


def test_a_convention_ends_with_an_exception():
    with pytest.raises(KeyError), nn.convention("torch"):
        raise KeyError
    assert chosen("LeakyReLU", "negative_slope", None) == 0.1


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="'lecture', 'torch', got 'keras'"):
        nn.convention("keras")  # at once, also without `with`


def test_every_setting_differs():
    for values in SETTINGS.values():
        assert set(values) == {"lecture", "torch"}
        assert values["lecture"] != values["torch"]
