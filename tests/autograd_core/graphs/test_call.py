"""What can be drawn, and what is said of the rest."""

import numpy as np
import pytest

import autograd_core as ac
import nn


@pytest.fixture
def z():
    x = ac.Tensor(1.0, True, name="x")
    return x * 2


def test_a_model_keeps_its_buffers_its_mode_and_the_random_state():
    class Noisy(nn.Module):
        def forward(self, x):
            return x + ac.rand(8)

    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm(8), Noisy())
    before = model.state_dict()
    ac.manual_seed(1)
    first = ac.rand(3)
    ac.manual_seed(1)
    g = ac.graph(model, np.random.default_rng(0).standard_normal((5, 4)))
    assert (ac.rand(3) == first).all()
    after = model.state_dict()
    assert all((before[name] == after[name]).all() for name in before)
    assert model.training
    assert all(p.grad is None for p in model.parameters())
    assert g["x"].shape == (5, 4)
    assert g["x"].dtype == np.float32


def test_a_model_is_restored_after_an_error():
    model = nn.Sequential(nn.BatchNorm(4), nn.Linear(5, 2))
    before = model.state_dict()
    with pytest.raises(ValueError, match="needs 5 numbers"):
        ac.graph(model, (3, 4))
    after = model.state_dict()
    assert all((before[name] == after[name]).all() for name in before)


def test_operations_on_data_alone_are_drawn_too():
    class Scaled(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(2, 1)

        def forward(self, pixels):
            return self.fc(pixels / 255)

    g = ac.graph(Scaled(), (3, 2))
    assert g["pixels"].kind == "input"
    assert next(n.op for n in g if n.kind == "operation") == "divide"


def test_a_frozen_model_and_no_grad():
    model = nn.Linear(2, 3).requires_grad_(False)
    with ac.no_grad():
        g = ac.graph(model, (4, 2))
    assert {n.kind for n in g if n.op is None} == {"input", "frozen"}


def test_a_function_of_a_nest():
    g = ac.graph(lambda p: {"loss": p["w"] * p["x"]}, {"w": 2.0, "x": 3})
    assert g["loss"].value == 6


def test_tensors_given_to_a_function_are_drawn_as_they_are():
    w = ac.Tensor(2.0, True, name="w")
    g = ac.graph(lambda a: a * a, w)
    assert [n.name for n in g if n.op is None] == ["w"]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda z: ac.graph(3.0), TypeError, "draws Tensors"),
        (lambda z: ac.graph({"loss": 3.0}), TypeError, "under 'loss'"),
        (lambda z: ac.graph("z = a*"), ValueError, "cannot read"),
        (lambda z: ac.graph(z, thema="paper"), TypeError, "no setting 'thema'"),
        (lambda z: ac.graph([]), ValueError, "no Tensor"),
        (lambda z: ac.graph(z, z), TypeError, r"ac.graph\(\[z, s\]\)"),
        (lambda z: ac.graph(np.exp), TypeError, "with its arguments"),
        (lambda z: ac.graph(nn.Linear(2, 1)), TypeError, "with an input"),
        (lambda z: ac.graph(ac.Tensor(1.0)), ValueError, "nothing to draw"),
        (lambda z: ac.graph(lambda x: 3.0, 1.0), TypeError, "float"),
        (lambda z: ac.graph(z, direction="up"), ValueError, "LR, TB"),
        (lambda z: ac.graph(z, theme="dark"), ValueError, "paper"),
        (lambda z: ac.graph(z, show=("values",)), ValueError, "value, shape, grad, thumbnail"),
        (lambda z: ac.graph(z, max_nodes=3), ValueError, "at least 10"),
        (lambda z: ac.graph(z, max_nodes=1e3), TypeError, "integer"),
        (lambda z: ac.graph(z, mode="reverse"), ValueError, "forward, backward, both, panels"),
    ],
)
def test_what_cannot_be_drawn(z, call, kind, words):
    with pytest.raises(kind, match=words):
        call(z)


def test_graph_stays_a_function():
    import autograd_core.graphs

    assert callable(ac.graph)
    assert ac.graph is autograd_core.graphs.graph
    assert isinstance(ac.graph(ac.Tensor(1.0, True) * 2), ac.Graph)


def test_results_in_nests_are_called_by_their_paths():
    x = ac.Tensor(2.0, True, name="x")
    g = ac.graph({"a": x * 2, "states": [x * 3, {"h": x * 4}], "head": {"bias": x * 5}})
    assert [n.name for n in g if n.kind == "output"] == ["a", "states[0]", "states[1].h", "head.bias"]


@pytest.mark.parametrize("beside", [None, 3.0, np.arange(3), ac.Tensor([1.0])])
def test_what_a_function_gives_beside_recorded_results_is_left_out(beside):
    g = ac.graph(lambda x: (x * 2, beside), np.ones(3))
    assert [n.op for n in g if n.kind == "output"] == ["multiply"]
    with pytest.raises((TypeError, ValueError), match=r"draws Tensors|nothing to draw"):
        ac.graph(lambda x: [beside], np.ones(3))
