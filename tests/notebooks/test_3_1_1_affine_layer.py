"""Notebook 3-1-1: the affine layer, and its gradients by differences and by the engine."""

import re

import numpy as np
import pytest

from autograd_core.testing import check_layer, grade
from tests.notebooks.running import Drawn, answers, ran

pytest.importorskip("jupytext")


@pytest.fixture(scope="module")
def notebook():
    return ran("3-1-1_affine_layer")


def hidden(notebook, name):
    """The program of a hidden answer, run: what it calls `name`."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    (program,) = [code for code in found["en"] if f" {name}(" in code or f" {name}:" in code]
    names = {"np": np}
    exec(program, names)
    return names[name]


def numbers(text):
    return [float(word.replace(",", "")) for word in re.findall(r"[\d,.]+(?:e-\d+)?", text)]


# ---- 1 and 2: the layer ------------------------------------------------------------------------------------


def test_a_layer_is_a_node(notebook):
    """Rows 3.5-1, 1.1-1 and 1.1-2: X, W, b → Y → E; data are rows, b goes to every row."""
    picture = Drawn(notebook.node.source)
    assert list(picture.cards) == ["X", "W", "b", "Y", "E"]
    assert picture.pills == ["X · W + b", "sum(Y²)/2"]
    assert picture.chips == sorted(["· Wᵀ", "Xᵀ ·", "sum axis 0", "· Y"])
    assert (notebook.X.shape, notebook.W.shape, notebook.b.shape) == ((4, 3), (3, 2), (2,))


def test_the_dimensions_decide(notebook):
    """Rows 3.5-2, 3.5-3 and 3.5-4."""
    card = notebook.output("print(ac.dimensions(Y))")
    for line in ("∂E/∂X = ∂E/∂Y · Wᵀ", "∂E/∂W = Xᵀ · ∂E/∂Y", "∂E/∂b = sum(∂E/∂Y, axis 0)"):
        assert line in card


def test_the_class(notebook):
    """Rows 5.1-1 and 5.1-2: forward keeps x; backward returns dx and keeps dW and db."""
    assert check_layer(notebook.layer, np.ones((4, 3)))
    layer = notebook.Affine(np.ones((3, 2)), np.zeros(2))
    x = np.arange(12.0).reshape(4, 3)
    layer.forward(x)
    assert layer.x is x
    assert layer.backward(np.ones((4, 2))).shape == (4, 3)
    assert (layer.dW.shape, layer.db.shape) == ((3, 2), (2,))


def test_the_examples_of_3_6(notebook):
    """Rows 3.6-1 and 3.6-3: by the class, what the lecture has on paper."""
    assert notebook.output("example_1 = Affine").splitlines() == [
        "y  = [[3. 3.]]  dx = [[4. 3. 4.]]",
        *("dW =", "[[ 4.  2.]", " [-2. -1.]", " [ 2.  1.]]", "db = [2. 0.]"),
    ]


# ---- 3 to 5: three checks ----------------------------------------------------------------------------------


def test_the_error_of_a_difference(notebook):
    """Two V: slopes 1 and 2 at the right, ragged at the left; the lowest points are where the text says."""
    h, errors = notebook.h, notebook.errors
    large = h > 1e-3
    for name, slope, lowest, at in (
        ("one side", 1, (1e-10, 1e-7), (1e-10, 1e-6)),
        ("central", 2, (1e-13, 1e-9), (1e-7, 1e-4)),
    ):
        line = errors[name]
        assert np.polyfit(np.log(h[large]), np.log(line[large]), 1)[0] == pytest.approx(slope, abs=0.1)
        assert lowest[0] <= line.min() < lowest[1]
        assert at[0] < h[line.argmin()] < at[1]
        assert line[0] > 1e-2, "rounding, divided by a tiny h"
    assert errors["central"][np.argmin(abs(h - 1e-5))] < 1e-9, "about ten right digits"
    np.testing.assert_allclose(errors["central"][large], np.e * h[large] ** 2 / 6, rtol=0.1)
    np.testing.assert_allclose(
        errors["one side"][large & (h < 0.1)], np.e * h[large & (h < 0.1)] / 2, rtol=0.1
    )
    drawn = {line.get_linestyle(): line.get_ydata() for line in notebook.valley.lines}
    assert len(drawn) == 2
    np.testing.assert_array_equal(notebook.valley.lines[1].get_ydata(), errors["central"])
    assert (notebook.valley.get_xscale(), notebook.valley.get_yscale()) == ("log", "log")


def test_the_layer_agrees_with_differences_and_engine(notebook):
    """Row 5.2-1: dx, dW and db."""
    said = numbers(notebook.output("differentiate ="))
    assert len(said) == 3
    assert max(said) < 1e-9
    assert max(map(float, notebook.output("recorded = Affine").split())) < 1e-14
    assert notebook.output("print(check_layer(layer, x))").startswith("Affine: all right")


def test_the_mistakes_are_found(notebook):
    assert notebook.report["dx"].guess.kind == "sign"
    assert "off by 1/4 = 1/N" in notebook.report["db"].words
    assert notebook.report["dW"]
    assert "mistakes" in " ".join(notebook.texts["en"])
    source = notebook.report.graph.source
    assert ">dx sign<" in source
    assert "db × ¼ = 1/N" in source


# ---- 6: what it costs --------------------------------------------------------------------------------------


def test_what_numerical_differentiation_costs(notebook):
    """Rows 3.0-1 and 5.2-5: a forward pass for each number, two for central differences."""
    said = notebook.output("large = Affine")
    assert "numbers to differentiate by: 39,250" in said
    assert "forward passes, central differences: 78,500" in said
    assert 2 * notebook.numbers * notebook.forward / notebook.both > 2000
    differences, backward = (np.array(notebook.times[name]) for name in ("differences", "backward"))
    assert (differences > 5 * backward).all()
    ratio = differences / backward
    assert ratio[-1] > 10 * ratio[0], "the larger the layer, the larger the distance"
    assert len(notebook.cost.lines) == 2


def test_forward_passes_are_counted(notebook):
    """Row 3.0-1: the learner's function calls f twice per number."""
    calls = []
    hidden(notebook, "numerical_gradient")(lambda x: calls.append(1) or x.sum(), np.ones((3, 2)))
    assert len(calls) == 12


# ---- 7 and 8: in a network ---------------------------------------------------------------------------------


def test_the_layer_inside_of_a_network(notebook):
    """Its own backward gives the gradients of the library's layers, and the network learns."""
    assert max(map(float, notebook.output("first = Affine").split())) < 1e-12
    assert notebook.first.W is notebook.model[0].W.data
    losses = numbers(notebook.output("opt = optim.SGD"))
    train, test = losses[1::3], losses[2::3]
    assert len(train) == 4
    assert train[-1] < 0.02
    assert test[-1] < 0.02
    assert train[0] > 20 * train[-1]
    assert np.abs(notebook.fitted - notebook.grid**2).max() < 0.6
    assert len(notebook.learnt.lines) == 2
    assert {"relu"} <= set(Drawn(notebook.network_graph.source).pills)


def test_the_layout_of_pytorch(notebook):
    """Row 1.1-1: W is (in, out) here and (out, in) in torch."""
    assert notebook.output("by_torch =") == "(3, 2) (2, 3) True\n"


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_the_exercises(notebook):
    """Row 5.2-1: unanswered they are marked kindly, the hidden answers are right."""
    assert not notebook.mark
    assert grade("3-1-1", hidden(notebook, "numerical_gradient"))
    assert "backward returns ..." in notebook.turned["dx"].words
    layer = hidden(notebook, "TorchAffine")(np.ones((2, 3)), np.zeros(2))
    assert check_layer(layer, notebook.x)


def test_the_numbering_is_explained(notebook):
    """Row E13: 3-1-x between 2-2 and 2-4."""
    for language in ("en", "ja"):
        assert "2-3-1" in notebook.texts[language][0]


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
