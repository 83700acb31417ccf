"""Where names come from, and which one wins."""

import numpy as np
import pytest

import autograd_core as ac
import nn

everywhere = ac.Tensor(7.0, True)


def names(g):
    return [n.name for n in g if n.kind != "operation"]


def test_variables_of_the_caller():
    a, x, y = (ac.Tensor(v, True) for v in (2.0, 3.0, 4.0))
    s = a * x
    z = s - y
    assert names(ac.graph(z)) == ["a", "x", "y", "s", "z"]
    assert a.name is None, "names belong to the snapshot"


def test_globals_come_after_locals():
    x = ac.Tensor(1.0, True)
    assert names(ac.graph(everywhere * x)) == ["everywhere", "x", None]
    here = everywhere
    assert names(ac.graph(here * x))[0] == "here"


def test_the_first_binding_wins_and_an_underscore_is_private():
    _hidden = ac.Tensor(1.0, True)
    first = ac.Tensor(2.0, True)
    second = first
    assert names(ac.graph(_hidden * second)) == [None, "first", None]


def test_own_names_win():
    x = ac.Tensor(1.0, True, name="θ")
    z = (x * 2).named("E")
    assert names(ac.graph(z)) == ["θ", None, "E"]
    assert names(ac.graph(z, names={"w": x}))[0] == "θ"


def test_a_mapping():
    x = ac.Tensor(1.0, True)
    z = x * 2
    assert names(ac.graph(z, names={"w": x, "E": z})) == ["w", None, "E"]
    assert names(ac.graph(z, names=locals())) == ["x", None, "z"]
    assert names(ac.graph(z, names=None)) == [None, None, None]


def test_plain_arrays_have_the_caller_s_names_before_and_after_backward():
    X, T = np.ones((4, 3)), np.zeros(4)
    w = ac.Tensor(np.ones(3), True)
    E = ((X @ w - T) ** 2).sum()
    for _ in range(2):
        g = ac.graph(E)
        assert [n.name for n in g if n.kind == "input"] == ["w", "X", "T"]
        if w.grad is None:
            E.backward()


def test_an_array_used_twice_is_one_node():
    m = np.array([1.0, 2.0])
    x = ac.Tensor([1.0, 1.0], True)
    g = ac.graph(x * m + m)
    assert sum(n.name == "m" for n in g) == 1


def test_a_function_names_its_arguments():
    scale = ac.Tensor(2.0, True)
    g = ac.graph(lambda u, v: u * v * scale, 3, np.array([1.0, 2.0]))
    assert [n.name for n in g if n.kind == "input"] == ["scale", "u", "v"]
    assert ac.graph(np.exp, 1.0).nodes[0].kind == "input"


def test_a_model_among_the_variables_names_its_parameters():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    loss = model(np.ones((4, 2))).sum()
    g = ac.graph(loss)
    assert g["0.weight"].kind == "param"
    assert "Linear(2 → 3)" in g.source
    assert g["loss"].kind == "output"


def test_a_model_that_is_not_in_the_graph_says_nothing():
    model = nn.Sequential(nn.Linear(2, 3))
    x = ac.Tensor(1.0, True)
    with ac.scope("0"):
        y = x * 2 + x
    assert "Linear" not in ac.graph(y).source
    assert model is not None


@pytest.mark.parametrize("bad", [3, "all", ["x"], {3: None}])
def test_strange_names(bad):
    with pytest.raises(TypeError, match="names"):
        ac.graph(everywhere * 2, names=bad)
