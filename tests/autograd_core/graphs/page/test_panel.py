"""What the panel of a page says where numbers are not known, and of gradients that are not of this graph."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def losses(rows, *scales):
    """One model, and a loss for each scale of the input."""
    ac.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    x, t = np.linspace(0, 1, rows * 4).reshape(rows, 4), np.arange(rows) % 2
    return model, [nn.CrossEntropyLoss()(model(x * scale), t).named("E") for scale in scales]


@pytest.fixture
def panel(visit, tmp_path):
    """The words of the panel, for a graph and what is chosen in it."""

    def words(graph, id_=None):
        page = visit.open(graph.save(tmp_path / "graph.html"))
        page.evaluate("id => Page.select(id)", id_)
        return page.locator("#detail").inner_text()

    return words


def place(graph, name):
    return f"v-{graph[name].number}"


def test_numbers_that_were_not_kept_have_a_shape_and_a_dtype(panel):
    x = np.linspace(0, 1, 1600).reshape(400, 4).astype(np.float32)
    w = ac.Tensor(np.ones((4, 2), np.float32), True, name="w")
    z = (x @ w).sum().named("z")
    z.backward()
    g = ac.graph(z)
    assert g["x"].value is None
    assert "(400, 4) float32, not kept" in panel(g)
    assert "(400, 4) float32\n– its numbers were not kept" in panel(g, place(g, "x")).replace("\n\n", "\n")


def test_gradients_of_values_that_are_called_alike_are_told_apart(panel):
    _, (loss,) = losses(8, 1.0)
    loss.backward()
    g = ac.graph(loss)
    overview = panel(g)
    for path in ("0.weight", "0.bias", "2.weight", "2.bias"):
        assert f"∂E/∂{path}" in overview
    assert "∂E/∂weight" not in overview
    assert "∂E/∂2.bias" in panel(g, place(g, "2.bias"))


def test_the_gradient_of_an_earlier_loss_beside_that_of_this_one(panel):
    model, (first, second) = losses(8, 1.0, 10.0)
    first.backward()
    g = ac.graph(second)
    said = panel(g, place(g, "2.bias")).lower()
    assert ".grad holds" in said
    assert "it need not belong to this graph" in said
    model.zero_grad()
    g = ac.graph(first)
    said = panel(g, place(g, "2.bias")).lower()
    assert ".grad holds\n\nnone" in said.replace("\n\n\n", "\n\n")
    assert "the gradient above is that of this graph's sweep" in said
    assert ".grad holds" not in panel(ac.graph(second), place(ac.graph(second), "2.bias")).lower()


@pytest.mark.parametrize(
    ("factor", "words"), [(2.0, "it has accumulated"), (0.5, "it was changed after the sweep")]
)
def test_why_grad_holds_something_else(panel, factor, words):
    w = ac.Tensor([3.0, 4.0], True, name="w")
    z = (w * w).sum().named("z")
    z.backward()
    w.grad *= factor
    assert words in panel(ac.graph(z), "v-0").lower()
