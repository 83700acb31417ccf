"""What is typed wrong at first, and what the error says."""

import re

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


class Forgetful(nn.Module):
    def forward(self, x):
        x * 2


def forgetful(x):
    x * 2


def square(x):
    return x * x


@pytest.mark.parametrize(
    ("call", "told"),
    [
        pytest.param(lambda z: ac.graph(z, "backward"), 'by name: mode="backward"', id="mode by place"),
        pytest.param(lambda z: ac.graph("a*x", "both"), 'by name: mode="both"', id="mode of a formula"),
        pytest.param(lambda z: ac.graph(z, "TB"), 'by name: direction="TB"', id="direction by place"),
        pytest.param(
            lambda z: ac.graph(square, 3.0, "compute"), 'by name: grads="compute"', id="of a function"
        ),
        pytest.param(
            lambda z: ac.graph("a*x", a=1, x=2, mod="backward"),
            r"no setting 'mod'; did you mean mode=\?",
            id="mod",
        ),
        pytest.param(lambda z: ac.graph(5.0), "a formula as text, .*got float", id="a number"),
        pytest.param(
            lambda z: ac.graph(square, x=3.0), r"ac\.graph\(square, 3\.0\)", id="an argument by name"
        ),
        pytest.param(
            lambda z: ac.graph(nn.ReLU(), x=3.0), r"ac\.graph\(model, 3\.0\)", id="an input by name"
        ),
        pytest.param(
            lambda z: ac.graph(Forgetful(), (1, 4)), r"Forgetful\.forward gave None: does it ret", id="None"
        ),
        pytest.param(lambda z: ac.graph(forgetful, 3.0), "forgetful gave None: does it ret", id="None of f"),
        pytest.param(lambda z: ac.graph(lambda x: 5, 3.0), "the function gave 5 of type int", id="a result"),
        pytest.param(
            lambda z: ac.graph(nn.Linear(4, 3), "(1,4)"),
            r"without quotes: ac\.graph\(model, \(1, 4\)\)",
            id="a shape as text",
        ),
        pytest.param(
            lambda z: ac.graph(lambda x: np.sin(x).sum(), (3,)),
            r"with a model only, here give one: ac\.graph\(f, np\.ones\(\(3,\)\)\)",
            id="a shape for a function",
        ),
    ],
)
def test_what_was_meant(z, call, told):
    with pytest.raises(TypeError) as caught:
        call(z)
    assert re.search(told, "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])]))


def test_what_was_meant_by_values(z):
    with pytest.raises(ValueError, match="4 numbers on the last axis") as caught:
        ac.graph(nn.Linear(4, 3), [1, 5])
    assert "a shape is a tuple, ac.graph(model, (1, 5))" in str(caught.value.__notes__)
    with pytest.raises(ValueError, match="max_node is given but does not occur") as caught:
        ac.graph("a*x", a=1, x=2, max_node=3)
    assert "max_nodes=?" in caught.value.__notes__[0]
    with pytest.raises(ValueError, match="a number is needed"):
        ac.graph("mod*x", mod="2", x=3)


def test_words_and_tuples_may_be_arguments():
    def f(x, kind, pair):
        return x * pair[0] if kind == "both" else x

    assert ac.graph(f, 2.0, "both", (3.0, 1.0)).nodes[-1].value == 6
