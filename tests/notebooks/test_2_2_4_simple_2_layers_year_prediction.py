"""Notebook 2-2-4: untouched it runs and says what is missing; solved it trains, and as the engine does."""

import re

import numpy as np
import pytest

import nn
from autograd_core.testing import grade
from tests.notebooks.running import Drawn, answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")
matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

NAME = "2-2-4_simple_2_layers_year_prediction"


@pytest.fixture(scope="module")
def notebook():
    return ran(NAME)


@pytest.fixture(scope="module")
def solved():
    return ran(NAME, solved=True)


@pytest.fixture(scope="module")
def hidden(notebook):
    found = answers(notebook)
    assert found["en"] == found["ja"]
    names = {"np": np}
    for program in found["en"]:
        exec(program, names)
    return names


# ---- untouched ---------------------------------------------------------------------------------------------


def test_untouched_it_says_what_is_missing(notebook):
    """Row 4.2-4: nothing is solved, nothing fails, and no cell gives an answer away."""
    for number, parts in enumerate((2, 1, 1, 1), start=1):
        mark = notebook.names[f"part_{number}"]
        assert (bool(mark), mark.points, mark.out_of) == (False, 0, parts)
    assert "returns nothing yet" in str(notebook.part_1)
    assert "predict: returns nothing yet" in str(notebook.part_2)
    assert "nothing happens yet" in str(notebook.part_3)
    assert "returns nothing yet" in str(notebook.part_4)
    assert notebook.output("solved = all") == "first solve part 1, 2, 3, 4\n"
    code = "\n".join(notebook.printed)
    for line in ("dW2 = self", "da1 = dx1", ".sum(axis=0)\n", "rng.permutation", "np.sqrt("):
        assert line not in code


def test_untouched_it_shows_the_network_of_the_engine(notebook):
    assert list(notebook.scores.index) == ["mean", "least squares", "two layers"]
    (end,) = notebook.learning.texts
    assert end.get_text() == f"engine {notebook.engine['valid_rmse'][-1]:.3g}"
    assert len(notebook.learning.lines) == 2


# ---- the data ----------------------------------------------------------------------------------------------


def test_the_data_are_real_and_looked_at(notebook):
    assert "Diamonds" in notebook.output("year_prediction")
    assert "(43152, 26) (43152, 1) (10788, 26) (10788, 1)" in notebook.output("year_prediction")
    assert notebook.table.columns[0] == "t"
    assert notebook.table.shape == (43152, 27)
    names = [label.get_text() for label in notebook.spread.get_yticklabels()]
    assert names == ["carat", "depth", "table", "x", "y"]
    deviations = [float(text.get_text().split("±")[1]) for text in notebook.spread.texts]
    assert max(deviations) > 4 * min(deviations), "a needle and a hill"


def test_standardised_with_the_training_data(notebook):
    mean, std = notebook.train.x.astype(float).mean(axis=0), notebook.train.x.astype(float).std(axis=0)
    np.testing.assert_allclose(notebook.x_train, (notebook.train.x - mean) / std, atol=1e-7)
    np.testing.assert_allclose(notebook.x_test, (notebook.test.x - mean) / std, atol=1e-7)
    said = notebook.output("scale_x =")
    of_train, of_test = (
        [float(words[2]), float(words[4])] for words in map(str.split, said.splitlines()[:2])
    )
    assert of_train == [0, 1]
    assert of_test != [0, 1]


# ---- the scores --------------------------------------------------------------------------------------------


def test_the_two_scores_to_beat(notebook):
    """Row 2.1-1: about 1.0 for the mean, 0.19 for a line, as the text says."""
    scores = notebook.scores
    assert scores.loc["mean", "train RMSE"] == pytest.approx(notebook.train.t.std(), rel=1e-5)
    assert scores.loc["mean", "test RMSE"] == pytest.approx(1.0, abs=0.05)
    assert scores.loc["least squares", "test RMSE"] == pytest.approx(0.19, abs=0.006)
    assert scores.loc["least squares", "train RMSE"] < scores.loc["least squares", "test RMSE"]


def test_two_layers_beat_a_line(notebook):
    """Row 4.2-5: on the test data, which are worse than the training data."""
    train, test = notebook.scores.loc["two layers"]
    assert 0.11 < train < test < 0.15
    assert test == pytest.approx(0.13, abs=0.012)
    assert test < 0.8 * notebook.scores.loc["least squares", "test RMSE"]
    fallen = notebook.engine["valid_rmse"]
    assert len(fallen) == 10
    assert fallen[-1] < fallen[4] < fallen[0] < 0.3
    np.testing.assert_allclose(test, notebook.engine["valid_rmse"][-1])


def test_the_picture_of_the_predictions(notebook):
    _line, dots = notebook.dots.lines
    assert 0.99 < len(dots.get_xdata()) / len(notebook.test.t) <= 1
    off = dots.get_ydata() - dots.get_xdata()
    assert np.sqrt(np.mean(off**2)) < notebook.scores.loc["two layers", "test RMSE"] * 1.01
    assert notebook.dots.get_xlim() == notebook.dots.get_ylim()
    price = np.exp(notebook.test.t)
    assert np.mean((price > 1460) & (price < 1540)) < 1e-3 < np.mean((price > 1380) & (price < 1460))


def test_the_worst_predictions_are_slips_in_the_data(notebook):
    worst = notebook.mistakes
    assert (worst[["x", "y", "z"]].iloc[:3].to_numpy() == 0).all()
    off = np.abs(worst["right"] - worst["predicted"])
    assert (np.diff(off) <= 0).all()
    assert off.iloc[0] == pytest.approx(np.abs(notebook.predicted - notebook.test.t).max())


def test_the_learning_rate(notebook):
    small, middle, large = notebook.output("for lr in").splitlines()
    slow, good = (float(line.rpartition(" ")[2]) for line in (small, middle))
    assert good < slow - 0.02
    assert large.startswith("λ = 2.0: epoch 1, batch")
    assert "the loss is" in large


# ---- solved ------------------------------------------------------------------------------------------------


def test_the_hidden_answers_are_right(solved):
    """Rows 4.1-3, 4.1-4, 4.2-4 and E16: the class, the mask, an epoch of SGD, the score."""
    assert all(solved.names[f"part_{n}"] for n in (1, 2, 3, 4))
    assert [part.name for part in solved.part_2.parts] == [
        *("predict", "the loss", "forward", "dW1", "db1", "dW2", "db2")
    ]
    assert float(solved.output("scale_x =").rpartition(" ")[2]) < 1e-9


def test_the_learners_network_is_that_of_the_engine(solved, notebook):
    """Rows 3.7-2, 4.1-4 and E15: from the same start, with the same batches, weight by weight."""
    assert float(solved.output("model = nn.Sequential").rpartition(" ")[2]) < 1e-12
    for parameter, own in zip(solved.model.parameters(), solved.net.params.values(), strict=True):
        np.testing.assert_allclose(parameter.numpy(), own, atol=1e-12)
    np.testing.assert_allclose(solved.yours["valid_rmse"], solved.engine["valid_rmse"], rtol=1e-10)
    np.testing.assert_allclose(solved.engine["valid_rmse"], notebook.engine["valid_rmse"], rtol=1e-12)
    assert solved.yours["rmse"][-1] < solved.yours["valid_rmse"][-1] < 0.15
    assert solved.output("solved = all").count("\n") == 11
    assert len(solved.learning.lines) == 4


def test_one_mistake_keeps_the_training_waiting(notebook, hidden):
    """A class is trained only when its mark is full."""
    assert hidden["Simple2Layers"](3, 4, 1).params.keys() == notebook.Simple2Layers(3, 4, 1).params.keys()
    for key, value in hidden["Simple2Layers"](3, 4, 1).params.items():
        np.testing.assert_array_equal(value, notebook.Simple2Layers(3, 4, 1).params[key])


MISTAKES = {
    "dy = y - t": ("dy = (y - t) / len(x)", {"dW1", "db1", "dW2", "db2"}, "mean forgotten"),
    "dW2 = dy.T @ self.x1": ("dW2 = self.x1.T @ dy", {"dW2"}, "transposed"),
    "db1 = da1.sum(axis=1)": ("db1 = da1.sum(axis=0)", {"db1"}, "over axis 0, not over axis 1"),
}


@pytest.mark.parametrize("wrong", MISTAKES)
def test_what_the_marks_look_like(notebook, wrong):
    """Rows E15 and 3.7-2: the marks that the text prints are those that the mistakes get."""
    right, names, said = MISTAKES[wrong]
    (program,) = [code for code in answers(notebook)["en"] if "class Simple2Layers" in code]
    assert right in program
    made = {"np": np}
    exec(program.replace(right, wrong), made)
    mark = grade("2-2-4(2)", made["Simple2Layers"])
    assert {part.name for part in mark.parts if not part.right} == names
    assert all(said in part.words for part in mark.parts if not part.right)
    assert mark.graph is not None, "a picture of where it parts from the right one"
    for language in ("en", "ja"):
        (text,) = [cell for cell in notebook.texts[language] if f"`{wrong}`" in cell]
        printed = dict(re.findall(r"`([^`\n]+)`[^`]*?```text\n(.*?)```", text, re.DOTALL))
        assert printed[wrong].strip() == str(mark)


# ---- other data --------------------------------------------------------------------------------------------


def test_it_runs_with_songs(monkeypatch):
    """The data set of the lecture has this form: 90 numbers, years; here few and made up."""
    rng = np.random.default_rng(4)
    names = tuple(f"timbre {i}" for i in range(90))

    def songs(**_):
        made = []
        for count in (3000, 600):
            x = rng.normal(size=(count, 90)) * np.linspace(1, 900, 90)
            t = 1998 + 8 * np.tanh(x[:, :1]) + rng.normal(size=(count, 1))
            data = nn.data.Dataset(x.astype("f4"), t.astype("f4"), source="songs", features=names)
            made.append(data)
        return tuple(made)

    monkeypatch.setattr(nn.data, "year_prediction", songs)
    made = ran(NAME, solved=True)
    assert made.output("year_prediction").startswith("songs\n(3000, 90)")
    assert 4 < made.scores.loc["mean", "test RMSE"] < 7
    assert made.scores.loc["two layers", "test RMSE"] < made.scores.loc["mean", "test RMSE"] / 2
    assert float(made.output("model = nn.Sequential").rpartition(" ")[2]) < 1e-10
    assert 1990 < made.predicted.mean() < 2005


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_the_picture_of_the_network(notebook):
    """Rows 4.1-1 and E14: X → A1 → X1 → Y → E, with T the targets."""
    picture = Drawn(notebook.two_layers.source)
    assert set(picture.cards) == {"X", "W1", "b1", "A1", "X1", "W2", "b2", "Y", "T", "E"}
    assert picture.pills == ["X · W1 + b1", "relu", "X1 · W2 + b2", "sum((Y − T)²)/200"]


def test_it_answers_the_points_of_the_lecture(notebook):
    """Rows 4.2-1, 4.2-4, 4.2-5, E14, E15 and E16: named where they belong."""
    for language, words in (("en", "**Careful:**"), ("ja", "**注意**")):
        text = "\n".join(notebook.texts[language])
        assert text.count(words) >= 3
        assert "Decent" in text
        last = notebook.texts[language][-1]
        assert last.count("\n* **") == 6
        assert "3-1-1" in last
    assert len(notebook.printed) <= 45
