"""What is typed wrong at first, and what the error says."""

import numpy as np
import pytest

import autograd_core as ac
import nn


@pytest.fixture
def z():
    a, x = ac.leaves(a=2, x=3)
    return (a * x).named("z")


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        pytest.param({"grad": "compute"}, TypeError, r"no setting 'grad'; did you mean grads=\?", id="grad"),
        pytest.param({"depht": 1}, TypeError, r"no setting 'depht'; did you mean depth=\?", id="depht"),
        pytest.param({"q": 1}, TypeError, "no setting 'q'; there are mode, names, direction", id="q"),
        pytest.param({"fold": "unamed"}, ValueError, r"did you mean 'unnamed'\?", id="unamed"),
        pytest.param({"theme": "dark"}, ValueError, "one of 'paper', got 'dark'; .* has a dark", id="theme"),
        pytest.param({"depth": -1}, ValueError, "1 for the children of the model", id="depth"),
    ],
)
def test_settings(z, words, error, told):
    with pytest.raises(error, match=told):
        ac.graph(z, **words)


def test_replay_takes_names(z):
    with pytest.raises(TypeError, match=r"replay\(x=5.0\), or one dict of them, got int"):
        ac.graph(z).replay(5)
    with pytest.raises(ValueError, match=r"called 'q'\. The leaves are: a, x"):
        ac.graph(z).replay(q=1)


def test_what_is_drawn_comes_first(z):
    model = nn.Linear(4, 3)
    for what, x in (((5, 4), model), (np.ones((5, 4)), model), (z, np.sin)):
        with pytest.raises(TypeError, match=r"the model or function first, .*ac.graph\(f, x\)"):
            ac.graph(what, x)
    with pytest.raises(TypeError, match=r"several Tensors go into a list"):
        ac.graph(z, z)
    with pytest.raises(TypeError, match=r"Linear is a class: make one first, ac.graph\(Linear\(...\), x\)"):
        ac.graph(nn.Linear, (5, 4))
