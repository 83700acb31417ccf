"""Notebook 2-2-3: softmax, information, the gradient, and a network of two layers for ten digits."""

import re

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")
matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

NAME = "2-2-3_simple_2_layers_classification"


@pytest.fixture(scope="module")
def notebook():
    return ran(NAME)


@pytest.fixture(scope="module")
def hidden(notebook):
    """What the hidden answers define, beside what the notebook has."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    names = dict(notebook.names)
    for program in found["en"]:
        exec(program, names)
    return names


def numbers(text):
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?", text)]


# ---- 1 to 3: labels and softmax ----------------------------------------------------------------------------


def test_pictures_and_labels(notebook):
    """Row 2.3-1: one-hot labels; each picture stands below its class."""
    assert [text.get_text() for text in notebook.shown.texts] == [str(t) for t in notebook.train.t[:20]]
    for image, picture in zip(notebook.shown.images, notebook.train.images, strict=False):
        np.testing.assert_array_equal(image.get_array(), picture)
    np.testing.assert_array_equal(notebook.t_train.argmax(axis=1), notebook.train.t)
    assert set(np.unique(notebook.t_train)) == {0, 1}
    assert (notebook.t_train.sum(axis=1) == 1).all()
    assert notebook.counts.sum().tolist() == [1438, 359]
    assert (notebook.counts / notebook.counts.sum()).to_numpy() == pytest.approx(0.1, abs=0.01)


def test_softmax_is_a_categorical_distribution(notebook):
    """Rows 2.3-1 and 2-1: over the last axis; drawn from, the classes come as often as it says."""
    y = notebook.categorical.loc["softmax"].to_numpy()
    np.testing.assert_allclose(y, ac.softmax(np.array([1.0, 2.0, 0.0])))
    np.testing.assert_allclose(notebook.categorical.loc["frequency"], y, atol=0.01)
    said = notebook.output("def softmax_of_2_3").splitlines()
    assert said[1].endswith("sums of the rows: [1. 1.]")
    assert numbers(said[2].partition("larger")[2]) == numbers(said[0])
    two, sigmoid = numbers(said[3].partition("classes")[2])
    assert two == pytest.approx(sigmoid, abs=1e-15)


def test_overflow(notebook, hidden):
    """Rows 5.2-4 and E18: nan as written; 0.5 with the largest number subtracted."""
    assert notebook.output("1000.0, 1000.0") == "[nan nan]\n"
    assert not notebook.softmax_mark
    assert "returns nothing yet" in str(notebook.softmax_mark)
    mark = grade("5.2-4", hidden["softmax"])
    assert (bool(mark), mark.out_of) == (True, 2)
    assert "large numbers" in str(grade("5.2-4", notebook.softmax_of_2_3))


# ---- 4: information ----------------------------------------------------------------------------------------


def test_information(notebook):
    """Row 2.3-2: −log p, 0 at 1 and large near 0."""
    (line,) = notebook.information.lines
    np.testing.assert_allclose(line.get_ydata(), -np.log(line.get_xdata()))
    assert line.get_ydata()[-1] == 0
    assert notebook.output("information =") == "{1.0: 0.0, 0.5: 0.693, 0.1: 2.303, 0.001: 6.908}\n"


def test_cross_entropy_is_expected_information(notebook):
    """Row 2.3-2: the sums of the table are the means over events drawn by P."""
    exact, means = notebook.output("events =").splitlines()
    assert numbers(exact) == [1.75, 2.0]
    assert numbers(means.partition("events:")[2]) == pytest.approx([1.75, 2.0], abs=0.01)
    np.testing.assert_allclose(notebook.parts["−P log Q"], notebook.P * -np.log2(notebook.Q))


def test_the_truth_is_the_best_belief(notebook):
    """Row 2.3-2: H(P, Q) ≥ H(P), with its lowest point at q = 0.3."""
    crossed, least = notebook.cross.lines
    q, h = crossed.get_xdata(), crossed.get_ydata()
    np.testing.assert_allclose(h, -0.3 * np.log(q) - 0.7 * np.log(1 - q))
    assert q[h.argmin()] == pytest.approx(0.3, abs=1e-3)
    assert (h >= least.get_ydata() - 1e-15).all()
    assert h.min() == pytest.approx(0.611, abs=5e-4)


def test_the_logarithm_of_0(notebook):
    """Row E18: nan by the formula as written, 0 and 1000 by the logarithm taken first."""
    said = notebook.output("certain, t, wrong =").splitlines()
    assert said[0] == "log of softmax: nan"
    assert [numbers(line) for line in said[1:]] == [[0], [1000]]
    x = np.random.default_rng(1).normal(size=(3, 4))
    np.testing.assert_allclose(notebook.log_softmax(x), np.log(ac.softmax(x)))


# ---- 5: the gradient ---------------------------------------------------------------------------------------


def test_the_gradient_of_softmax_and_cross_entropy(notebook):
    """Rows 3.7-2, 3.7-3, E14 and E15: (Y − T)/N, by hand, by the engine, by differences."""
    assert notebook.derivation["X"] == "(Y − T)/N"
    assert notebook.output("routes =").count("      = tu − sv\n") == 1
    np.testing.assert_allclose(notebook.by_formula, notebook.by_engine, atol=1e-15)
    np.testing.assert_allclose(notebook.by_formula, notebook.by_differences, atol=1e-8)
    np.testing.assert_allclose(notebook.by_formula.sum(axis=1), 0, atol=1e-15)
    assert ((notebook.by_formula < 0) == (notebook.T == 1)).all(), "only the right class is raised"
    u, s = 0.3, 0.8
    assert (1 - s) * u - s * (1 - u) == pytest.approx(u - s), "the answer to the question"


# ---- 6: the class ------------------------------------------------------------------------------------------


def test_the_class_is_right(notebook):
    """Rows 4.1-3 and 4.2-3: its loss, its four gradients, and what predict gives."""
    assert notebook.class_mark
    assert notebook.class_mark.points == 7
    y = notebook.net.predict(notebook.x_test)
    np.testing.assert_allclose(y.sum(axis=1), 1)


def test_the_hidden_answers_are_right(notebook, hidden):
    """Row 4.2-3."""
    assert [part.words for part in notebook.gradients_mark.parts] == ["it is not there yet"] * 4
    assert grade("2-2-3", hidden["gradients"])
    assert notebook.output("def wine_accuracy") == "still to be written\n"
    assert 0.9 < hidden["wine_accuracy"]() <= 1


def test_solved_it_says_so():
    solved = ran(NAME, solved=True)
    assert solved.softmax_mark
    assert solved.gradients_mark
    assert solved.output("def wine_accuracy").endswith("well done\n")


# ---- 7 and 8: training, and what it gets wrong -------------------------------------------------------------


def test_training(notebook):
    """Rows 4.1-4 and 4.2-5: training and test accuracy by epoch."""
    history = notebook.history
    first, last = history.iloc[0], history.iloc[-1]
    assert len(history) == 30
    assert numbers(notebook.output("rows = ")) == [pytest.approx(np.log(10), abs=0.05)]
    assert first.loss < 1.6
    assert last.accuracy == pytest.approx(0.99, abs=0.008)
    assert last.valid_accuracy == pytest.approx(0.97, abs=0.012)
    assert last.valid_accuracy < last.accuracy
    assert last.valid_loss > last.loss
    for axes, column in ((notebook.accuracies, "accuracy"), (notebook.losses, "loss")):
        dashed, solid = axes.lines
        np.testing.assert_array_equal(dashed.get_ydata(), history[column])
        np.testing.assert_array_equal(solid.get_ydata(), history[f"valid_{column}"])


def test_what_it_gets_wrong(notebook):
    """Row 4.2-5: the pictures, the confusion matrix and the most surprising ones tell the same story."""
    right = round(notebook.history["valid_accuracy"].iloc[-1] * 359)
    assert len(notebook.missed.images) == len(notebook.wrong) == 359 - right
    for text, i in zip(notebook.missed.texts, notebook.wrong, strict=True):
        assert text.get_text() == f"{notebook.test.t[i]} → {notebook.answer[i]}"
        assert notebook.test.t[i] != notebook.answer[i]
    assert notebook.table.sum() == 359
    assert np.trace(notebook.table) == right
    assert (notebook.table.sum(axis=1) - np.diag(notebook.table)).argmax() == 1, "the 1 is missed most often"
    assert notebook.confused.get_title(loc="left") == f"{right} of 359 right"
    mean, loss = numbers(notebook.output("surprise ="))
    assert mean == pytest.approx(loss, rel=1e-12)
    doubts = notebook.doubts
    assert (doubts["right"] != doubts["predicted"]).all()
    np.testing.assert_allclose(doubts["surprise"], -np.log(doubts["of the right one"]))
    assert doubts["its probability"].max() > 0.6
    assert doubts["surprise"].sum() / notebook.surprise.sum() == pytest.approx(0.4, abs=0.07)


# ---- 9: the engine -----------------------------------------------------------------------------------------


def test_the_engine_does_the_same(notebook):
    """Rows 4.2-3 and 4.2-5: the same gradients, and the same weights after 870 steps."""
    for line in notebook.output("by_hand =").splitlines():
        assert float(line.rpartition(" ")[2]) < 1e-15
    assert 30 * -(-1438 // 50) == 870
    assert float(notebook.output("trainer =").splitlines()[0].rpartition(" ")[2]) < 1e-12
    np.testing.assert_allclose(notebook.engine["valid_accuracy"], notebook.history["valid_accuracy"])
    np.testing.assert_allclose(notebook.engine["valid_loss"], notebook.history["valid_loss"], rtol=1e-9)


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_it_answers_the_points_of_the_lecture(notebook):
    """Rows 4.2-3, 4.2-5, E14, E15 and E18: named where they belong."""
    for language, words in (("en", "**Careful:**"), ("ja", "**注意**")):
        text = "\n".join(notebook.texts[language])
        assert text.count(words) >= 2
        last = notebook.texts[language][-1]
        assert last.count("\n* **") == 6
        assert "2-2-4" in last
    assert len(notebook.printed) <= 45


def test_the_numbers_of_the_questions(notebook):
    assert np.log(10) == pytest.approx(2.303, abs=5e-4)
    assert np.exp(-0.1) == pytest.approx(0.90, abs=5e-3)
    assert round(100 / len(notebook.test.t), 1) == 0.3
