"""Notebook 3-1-3: the six layers of 5.1, each checked, put together, and whose convention is whose."""

import re

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.testing import check_layer, grade
from tests.notebooks.running import Drawn, answers, ran

pytest.importorskip("jupytext")


@pytest.fixture(scope="module")
def notebook():
    return ran("3-1-3_other_layers")


@pytest.fixture(scope="module")
def hidden(notebook):
    """What the hidden answers define."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    names = {"np": np, "ac": ac}
    for program in found["en"]:
        exec(program, names)
    return names


def largest_difference(text):
    return float(re.search(r"largest difference: (\S+)", text)[1])


# ---- 1 to 4: activations -----------------------------------------------------------------------------------


def test_the_pictures_of_the_activations(notebook):
    """Rows 1.2-1, 1.2-2, 1.2-3 and 1.2-4: the four functions and their derivatives."""
    x = notebook.axes.flat[0].lines[0].get_xdata()
    assert (x[0], x[-1]) == (-5, 5)
    s = 1 / (1 + np.exp(-x))
    right = {
        "sigmoid": (s, s * (1 - s)),
        "ReLU": (np.maximum(x, 0), x > 0),
        "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2),
        "leaky ReLU": (np.where(x > 0, x, 0.1 * x), np.where(x > 0, 1, 0.1)),
    }
    drawn = {axes.get_title(loc="left"): axes.lines for axes in notebook.axes.flat}
    assert list(drawn) == list(right)
    for name, lines in drawn.items():
        for line, values in zip(lines, right[name], strict=True):
            np.testing.assert_allclose(line.get_ydata(), values, atol=1e-12)
    assert drawn["sigmoid"][1].get_ydata().max() == pytest.approx(0.25)


@pytest.mark.parametrize("name", ["Sigmoid", "ReLU", "HalfMSE"])
def test_each_layer_is_checked(notebook, name):
    """Rows 5.1-1, 5.1-3 and 5.2-3: by differences, and by the engine."""
    said = notebook.output(f"class {name}:")
    assert largest_difference(said) < 1e-9
    assert f"{name}: all right" in said
    assert grade("3-1-3", notebook.names[name])


def test_what_forward_keeps(notebook):
    """Rows 5.1-2 and 4.1-3: sigmoid its output, ReLU the mask x > 0."""
    x = np.array([[-1.0, 0.0, 2.0]])
    for name, kept, value in (
        ("Sigmoid", "y", 1 / (1 + np.exp(-x))),
        ("ReLU", "mask", np.array([[False, False, True]])),
    ):
        layer = notebook.names[name]()
        layer.forward(x)
        assert list(vars(layer)) == [kept]
        np.testing.assert_array_equal(vars(layer)[kept], value)


def test_the_overflow_of_the_sigmoid(notebook):
    """Row E18: e^−x overflows below −709, the result is right all the same; ac.sigmoid has no overflow."""
    *fine, last = notebook.output('np.errstate(over="raise")').splitlines()
    for line in fine:
        _, mine, theirs = map(float, line.split())
        assert mine == pytest.approx(theirs)
    assert "-710.0 overflow encountered in exp" in last
    assert 0 < float(last.split()[-1]) < 1e-300
    with np.errstate(over="ignore"):
        assert notebook.Sigmoid().forward(np.array(-800.0)) == 0


def test_relu_at_0(notebook):
    """Row 1.2-2: 0 here; 1 in a function of another book; ½ by a central difference."""
    assert notebook.output("def relu_grad").splitlines() == [
        "this layer: [0.]  relu_grad: [1.]",
        "engine: 0.0",
        "central difference: [0.5]",
        "function  at     gradient  because",
        "relu      x = 0  0         as everywhere below 0",
    ]


# ---- 5 and 6: losses ---------------------------------------------------------------------------------------


def test_sums_and_means(notebook):
    """Rows 2.1-1, E15 and 3.7-2: the sum of 3.7 is N = 4 times the mean; PyTorch's is 2/K of it."""
    factors = [re.findall(r"\d\.\d{4}", line) for line in notebook.output("others = {").splitlines()]
    assert factors == [["4.0000"] * 2, ["1.0000"] * 2, ["0.6667"] * 2]


def test_who_is_y(notebook):
    """Row E14: Y is the prediction in 5.1, the right answer in 2.1 and 4.1."""
    assert any("In 2.1 and 4.1 the right answer is called $y$" in text for text in notebook.texts["en"])
    assert any("2.1 や 4.1 では正解値が $y$" in text for text in notebook.texts["ja"])


def test_sigmoid_with_loss(notebook):
    """Rows 2.2-1, E5 and 5.1-3: without the sum over n an array, with it one number."""
    said = notebook.output("class SigmoidWithLoss:")
    assert "as printed: (5, 1)  with the sum: ()" in said
    assert largest_difference(said) < 1e-9
    assert "SigmoidWithLoss: all right" in said
    loss = nn.BCEWithLogitsLoss()(notebook.logits, notebook.targets).item()
    assert float(re.search(r"BCEWithLogitsLoss: (\S+)", said)[1]) == pytest.approx(loss)
    layer = notebook.SigmoidWithLoss()
    assert layer.forward(notebook.logits, notebook.targets) == pytest.approx(loss)
    soft = np.full((5, 1), 0.3)
    assert check_layer(layer, notebook.logits, soft), "labels may be soft"


def test_log_0(notebook, hidden):
    """Row E18: NaN for right answers; rewritten, the loss is finite everywhere."""
    assert notebook.output("far, right =").splitlines() == [
        "as in 5.1, right answers: nan",
        "nn.BCEWithLogitsLoss, right answers: 0.0",
        "nn.BCEWithLogitsLoss, wrong answers: 1000.0",
    ]
    layer = hidden["SafeSigmoidWithLoss"]()
    assert layer.forward(notebook.far, notebook.right) == 0
    assert layer.forward(notebook.far, 1 - notebook.right) == 1000
    np.testing.assert_allclose(layer.backward(), [[0.5], [-0.5]])


def test_the_exercises(notebook, hidden):
    """Rows 5.2-3, 1.2-3 and 1.2-4: unanswered they are marked kindly, the hidden answers are right."""
    for mark in (notebook.activation_mark, notebook.safe_mark):
        assert not mark
        assert " yet" in str(mark)
    assert grade("3-1-3", [hidden["Tanh"], hidden["LeakyReLU"]])
    assert grade("3-1-3", hidden["SafeSigmoidWithLoss"])


# ---- 7 and 8: all of them ----------------------------------------------------------------------------------


def test_the_table_of_the_six(notebook):
    """Rows 3.7-1, 5.1-1 and 5.1-3: every line, as the engine derives it; all six are right."""
    lines = [line[19:] for line in notebook.output("derivations = {").splitlines()]
    assert lines == [
        *("∂E/∂X = ∂E/∂Y · Wᵀ", "∂E/∂W = Xᵀ · ∂E/∂Y", "∂E/∂b = sum(∂E/∂Y, axis 0)"),
        *("∂E/∂X = ∂E/∂Y ⊙ Y ⊙ (1 − Y)", "∂E/∂X = ∂E/∂Y ⊙ [X > 0]"),
        *("∂E/∂Y = (Y − T)/N", "∂E/∂X = (Y − T)/N", "∂E/∂X = (Y − T)/N"),
    ]
    verdicts = notebook.output("six = {").splitlines()
    assert [line.partition(":")[0] for line in verdicts] == [
        *("Affine", "Sigmoid", "ReLU", "HalfMSE", "SigmoidWithLoss", "SoftmaxWithLoss")
    ]
    assert all("all right" in line for line in verdicts)


def test_the_layers_put_together(notebook):
    """Rows 5.1-1 and 5.1-2: by hand as nn.Sequential, to 1e-12; every gradient inside is checked."""
    assert list(notebook.differences) == ["dX", "dW1", "db1", "dW2", "db2"]
    assert max(notebook.differences.values()) < 1e-12
    assert notebook.loss == pytest.approx(notebook.E.item(), abs=1e-12)
    said = notebook.output("print(check_layer(net, X, one_hot))")
    assert "Network: all right" in said
    assert all(name in said for name in ("layers[0].dW", "layers[0].db", "layers[2].dW", "layers[2].db"))


def test_the_picture_of_the_network(notebook):
    """Rows 4.1-2 and 4.1-3: the formula of every gradient on its card."""
    cards = Drawn(notebook.network_back.source).cards
    assert cards["x1"].endswith("∂E/∂x1 = ∂E/∂a2 · weightᵀ")
    assert cards["a1"].endswith("∂E/∂a1 = ∂E/∂x1 ⊙ [a1 > 0]")
    assert cards["x"].endswith("∂E/∂x = ∂E/∂a1 · weightᵀ")


# ---- 9: conventions ----------------------------------------------------------------------------------------


def test_the_table_of_conventions(notebook):
    """Row 1.2-4: whose convention is whose; no entry of "here" is left open."""
    table = notebook.table
    assert {"lecture", "DL-from-scratch 1", "DeZero", "Chainer", "PyTorch", "tinygrad", "here"} < set(table)
    assert len(table["here"]) == 11
    assert not any("import" in words for words in table["here"]), "the optimizers are tried too"
    assert table["here"][2] == "0.1 (functional: 0.01)"
    assert table["lecture"][9] == "unguarded"
    assert [row["number"] for row in table.errata.rows] == [f"E{n}" for n in range(1, 19)]
    assert "<table>" in table._repr_html_()


def test_another_convention(notebook):
    said = notebook.output('nn.convention("torch")').splitlines()
    assert "negative_slope=0.1)" in said[0]
    assert "form='lecture'" in said[0]
    assert "negative_slope=0.01)" in said[1]
    assert "form='torch'" in said[1]


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
