"""Notebook 3-1-2: the gaps of the exercise, what fills them, and what its marks say of mistakes."""

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
    return ran("3-1-2_softmax_with_loss_exercise")


@pytest.fixture(scope="module")
def hidden(notebook):
    """What the hidden answers define."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    names = {"np": np}
    for program in found["en"]:
        exec(program, names)
    return names


def numbers(text):
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?", text)]


# ---- 1 to 3: softmax and cross entropy ---------------------------------------------------------------------


def test_softmax_of_rows(notebook):
    """Row 2.3-1: over the last axis; each row sums to 1."""
    np.testing.assert_allclose(notebook.softmax_of_2_3(notebook.x), ac.softmax(notebook.x))
    assert "sums of the rows: [1. 1. 1. 1. 1.]" in notebook.output("def softmax_of_2_3")


def test_overflow(notebook, hidden):
    """Row 5.2-4: the plain exponential overflows; with the largest number subtracted it does not."""
    said = notebook.output("exp(1000) =")
    assert "exp(1000) = inf" in said
    assert "[  nan   nan 0.   ]" in said
    assert said.splitlines()[-2:] == ["largest exponent: 709.8", "largest exponent: 88.7"]
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(hidden["softmax"](notebook.far), ac.softmax(notebook.far))


def test_the_logarithm_of_0(notebook):
    """Row E18: inf if the prediction is wrong, NaN if it is right; the library takes log-softmax."""
    assert notebook.output("certain =").splitlines() == [
        "y = [[1. 0.]]",
        "prediction wrong: loss = inf",
        "prediction right: loss = nan",
        "prediction wrong: nn.CrossEntropyLoss = 1000",
        "prediction right: nn.CrossEntropyLoss = 0",
    ]


def test_three_ways_around_it(notebook):
    """Row E18: the plain logarithm up to 745, + 1e-7 up to 16, log-softmax everywhere."""
    m, losses = notebook.m, notebook.losses
    np.testing.assert_allclose(losses["log-softmax"], np.logaddexp(0, m))
    finite = np.isfinite(losses["log y"])
    np.testing.assert_allclose(losses["log y"][m <= 700], losses["log-softmax"][m <= 700])
    assert 735 <= m[finite].max() <= 750
    assert losses["log(y + 1e-7)"].max() == pytest.approx(-np.log(1e-7))
    assert [line.get_ydata().max() for line in notebook.guards.lines][::2] == [
        losses["log-softmax"].max(),
        losses["log(y + 1e-7)"].max(),
    ]
    heights = {text.get_text(): text.xy[1] for text in notebook.guards.texts}
    assert heights["log(y + 1e-7)"] < heights["log y"] < heights["log-softmax"]


# ---- 4 and 5: marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("without_mean", ["dx"], "× 5 = N: mean forgotten"),
        ("wrong_axis", ["forward", "dx"], "over the batch (axis 0) instead of the classes"),
        ("wrong_sign", ["dx"], "the sign is turned round"),
    ],
)
def test_the_marks_of_wrong_layers(notebook, name, wrong, words):
    """Row 5.2-2: which part is wrong, and what it looks like."""
    mark = getattr(notebook, name)
    assert [part.name for part in mark.parts if not part.right] == wrong
    assert words in str(mark)
    assert "<svg" in mark._repr_html_(), "with a picture"


def test_nothing_is_given_away(notebook):
    """The stand-in is right, and its code does not hold the answer."""
    assert grade("3-1-2", notebook.ByEngine)
    (shown,) = [source for source in notebook.printed if "class ByEngine" in source]
    assert "- t" not in shown
    assert "self.y" not in shown


def test_the_exercises(notebook, hidden):
    """Rows 5.2-2, 5.1-2, 5.1-3 and 2.3-1: unanswered they are marked kindly, the hidden answers are right."""
    for mark in (notebook.softmax_mark, notebook.entropy_mark, notebook.mark):
        assert not mark
        assert " yet" in str(mark)
    assert grade("5.2-4", hidden["softmax"])
    assert grade("2.3-1", hidden["cross_entropy"])
    assert grade("3-1-2", hidden["SoftmaxWithLoss"])


def test_the_answer_agrees_with_differences_and_library(notebook, hidden):
    """Rows 5.1-3, 5.2-2: backward() without argument is (Y − T)/N."""
    layer, x, t = hidden["SoftmaxWithLoss"](), notebook.x, notebook.t
    loss = layer.forward(x, t)
    np.testing.assert_allclose(layer.backward(), (ac.softmax(x) - t) / 5)
    np.testing.assert_allclose(layer.backward(), notebook.numerical, atol=1e-9)
    assert loss == pytest.approx(nn.CrossEntropyLoss()(x, t).item())
    assert check_layer(layer, x, t)


# ---- 6 to 8 ------------------------------------------------------------------------------------------------


def test_numerical_differentiation(notebook):
    """Row 5.2-2: by hand, by numerical_gradient and by check_layer; the rows of the gradient sum to 0."""
    said = notebook.output("numerical = np.zeros_like(x)")
    difference, rows = (float(line.split()[-1]) for line in said.splitlines()[-2:])
    assert difference < 1e-9
    assert rows < 1e-15
    compared = notebook.output("print(check_layer(layer, x, t))").splitlines()
    assert float(compared[0]) < 1e-9
    assert "all right" in compared[1]


def test_the_library(notebook):
    """Row 3.7-1: the same loss and gradient; labels may be classes; softmax must not come twice."""
    loss, own, apart, by_class, twice = numbers(notebook.output("by_class ="))
    assert loss == pytest.approx(own)
    assert apart < 1e-15
    assert by_class == pytest.approx(loss)
    assert abs(twice - loss) > 0.1


def test_the_derivation(notebook):
    """Row 3.7-2: the mean, (Y − T)/N."""
    assert notebook.derivation["X"] == "(Y − T)/N"
    assert "dX = (Y - T) / N" in notebook.output("derivation = ac.derive")


def test_the_example_of_3_6(notebook):
    """Row 3.6-2: E = log 2, (−½, ½)."""
    assert numbers(notebook.output("np.log(2), layer.backward()")) == pytest.approx(
        [np.log(2), np.log(2), -0.5, 0.5]
    )


def test_why_it_is_one_layer(notebook):
    """Rows 3.7-3 and E18: between softmax and cross entropy travels −T/(N Y), which divides by 0."""
    picture = Drawn(notebook.two_layers.source)
    assert picture.cards["Y"].endswith("∂E/∂Y = −t/(5 · Y)")
    assert "nan nan" in notebook.output("two = y_far")
    assert "one layer: [[ 1. -1.]]" in notebook.output("two = y_far")


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
