"""Notebook 2-2-2: sigmoid and cross entropy by hand are the engine's, safe, and find tumours."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn
from autograd_core.testing import grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def notebook():
    found = ran("2-2-2_simple_2_layers_binary_classification")
    yield found
    plt.close("all")


def drawn(axes):
    """The lines of a picture by their names, which stand at their ends in the same colours."""
    named = {text.get_color(): text.get_text() for text in axes.texts}
    return {named[line.get_color()]: line.get_xydata().T for line in axes.lines}


def entropy(y, q):
    return -y * np.log(q) - (1 - y) * np.log(1 - q)


# ---- 2.2 and 2.3: probability, information, error ----------------------------------------------------------


def test_the_output_is_a_coin(notebook):
    """Row 2-1: 1 comes with the probability ŷ."""
    assert notebook.outcomes.mean() == pytest.approx(notebook.probability, abs=0.006)
    assert notebook.probability == pytest.approx(0.7, abs=0.001)
    lines = drawn(notebook.sigmoids)
    a, yes = lines["P(y = 1)"]
    np.testing.assert_allclose(yes, 1 / (1 + np.exp(-a)))
    np.testing.assert_allclose(lines["P(y = 0)"][1], 1 - yes)


def test_cross_entropy_is_expected_information(notebook):
    """Row 2.3-2: the mean of −log Q over events of P is H(P, Q), least for Q = P."""
    said = [line.split() for line in notebook.output("for belief in").splitlines()]
    means, formulas = ([float(words[i]) for words in said] for i in (4, -1))
    assert [words[1] for words in said] == ["0.50", "0.70", "0.90"]
    np.testing.assert_allclose(means, formulas, atol=0.01)
    np.testing.assert_allclose(formulas, entropy(0.7, np.array([0.5, 0.7, 0.9])), atol=0.003)
    assert min(means) == means[1]


def test_soft_labels(notebook):
    """Row 2.2-1: the least error is at ŷ = y, and it is the entropy of y."""
    lines = drawn(notebook.entropies)
    assert set(lines) == {"y = 0", "y = 0.7", "y = 1"}
    for name, (q, values) in lines.items():
        y = float(name.partition("= ")[2])
        np.testing.assert_allclose(values, entropy(y, q))
        assert q[values.argmin()] == pytest.approx(np.clip(y, 0.01, 0.99))
    assert notebook.output("least for y = 0.7") == "least for y = 0.7 at ŷ = 0.7  and it is 0.611\n"


def test_the_gradient_is_the_difference(notebook):
    """Rows 2.2-1, 3.4-7 and 3.7-2: (ŷ − y)/N, also of soft labels; in the middle stands the fraction."""
    derivation = notebook.entropy_derivation
    assert derivation["a"] == "(ŷ − y)/N"
    assert "∂E/∂ŷ = (ŷ − y)/(N · ŷ ⊙ (1 − ŷ))" in str(derivation)
    assert float(notebook.output("entropy_derivation = ").split()[-1]) < 1e-15


def test_the_squared_error_does_not_learn_from_its_worst(notebook):
    """Row 2.2-1: at a = −8 one gradient is nearly −1 and the other nearly 0."""
    lines = drawn(notebook.slopes)
    a, of_entropy = lines["cross entropy"]
    y = 1 / (1 + np.exp(-a))
    np.testing.assert_allclose(of_entropy, y - 1, atol=1e-12)
    np.testing.assert_allclose(lines["squared error"][1], (y - 1) * y * (1 - y), atol=1e-12)
    assert a[0] == -8
    assert of_entropy[0] < -0.999
    assert abs(lines["squared error"][1][0]) < 0.001


def test_as_written_it_overflows(notebook):
    """Rows E18 and 1.2-1: e^−a for a < −709, log 0 from about 37 on; from the logits nothing does."""
    table = notebook.overflow
    assert np.isinf(table.loc[-800.0, ["e^-a", "E for y = 1"]].astype(float)).all()
    assert np.isnan(table.loc[40.0, "E for y = 1"])
    assert np.isfinite(table.loc[[-40.0, 0.0, 36.0]]).all(axis=None)
    with np.errstate(over="raise"):
        np.exp(709.0)
        with pytest.raises(FloatingPointError):
            np.exp(710.0)
    assert 1 / (1 + np.exp(-36.0)) < 1 == 1 / (1 + np.exp(-38.0))
    with np.errstate(all="raise", under="ignore"):
        a = np.array([-800.0, -40.0, 0.0, 40.0, 800.0])
        found = notebook.sigmoid(a)
    np.testing.assert_allclose(found[1:-1], 1 / (1 + np.exp(-a[1:-1])))
    assert (found[0], found[-1]) == (0, 1)


def test_it_overflows_in_earnest(notebook):
    """Row E18: after the training the error as written is NaN, the safe one is not."""
    assert np.isnan(notebook.as_written)
    logits = notebook.net.logits(notebook.X)
    assert logits.max() > 37
    assert notebook.net.loss(notebook.X, notebook.Y) == pytest.approx(
        nn.BCEWithLogitsLoss()(logits, notebook.Y).item()
    )


# ---- the network and its scores ----------------------------------------------------------------------------


def test_the_class_is_right(notebook):
    """Rows 2.2-1, 4.1-3 and 4.2-2."""
    assert notebook.class_mark
    assert [part.name for part in notebook.class_mark.parts][-4:] == ["dW1", "db1", "dW2", "db2"]


def test_the_tumours(notebook):
    """Row 4.2-2: y = 1 is malignant, which the data set calls 0; malignant nuclei are larger."""
    assert "Breast Cancer Wisconsin" in notebook.output("print(train.source)")
    assert (notebook.X.shape, notebook.X_test.shape) == ((456, 30), (113, 30))
    assert notebook.train.classes == ("malignant", "benign")
    assert notebook.Y.sum() == (notebook.train.t == 0).sum() == 170
    means = notebook.tumours.groupby("class")[["mean radius", "worst concave points"]].mean()
    assert (means.loc["malignant"] > means.loc["benign"]).all()
    np.testing.assert_allclose(notebook.X.mean(axis=0), 0, atol=1e-5)
    assert (notebook.Y_test == 0).mean() == pytest.approx(0.63, abs=0.005)


def test_the_scores(notebook):
    """Row 4.2-5: about 99 % and about 98 %; the test loss stops falling, the other goes on."""
    history = notebook.history
    assert history["accuracy"].iloc[-1] >= 0.98
    assert 0.955 <= history["test accuracy"].iloc[-1] <= 0.992
    assert history["loss"].iloc[-1] < 0.6 * history["loss"].iloc[39]
    assert history["test loss"].iloc[-1] > 0.8 * history["test loss"].iloc[39]
    for axes, what in ((notebook.losses, "loss"), (notebook.accuracies, "accuracy")):
        lines = drawn(axes)
        np.testing.assert_array_equal(lines["train"], history[["epoch", what]].T)
        np.testing.assert_array_equal(lines["test"], history[["epoch", f"test {what}"]].T)


def test_the_confusion_matrices(notebook):
    """Rows 4.2-2 and 4.2-5: for both parts of the data, with the accuracy on the diagonal."""
    for axes, (part, matrix) in zip(notebook.axes, notebook.matrices.items(), strict=True):
        numbers = {text.get_position()[::-1]: int(text.get_text()) for text in axes.texts}
        assert numbers == {(i, j): matrix[i, j] for i, j in zip(*matrix.nonzero(), strict=True)}
        assert axes.get_title(loc="right") == part
        assert [tick.get_text() for tick in axes.get_yticklabels()] == ["benign", "malignant"]
    right = {part: np.trace(matrix) / matrix.sum() for part, matrix in notebook.matrices.items()}
    assert right["train"] == pytest.approx(notebook.history["accuracy"].iloc[-1])
    assert right["test"] == pytest.approx(notebook.history["test accuracy"].iloc[-1])
    by_pandas = notebook.names["pd"].crosstab(notebook.truth, notebook.answer)
    np.testing.assert_array_equal(by_pandas, notebook.matrices["test"])


def test_the_threshold(notebook):
    """Row 4.2-2: the lower it is, the fewer are missed, and the more false alarms there are."""
    table = notebook.thresholds
    assert table["missed"].is_monotonic_increasing
    assert table["false alarms"].is_monotonic_decreasing
    assert table["missed"].iloc[0] < table["missed"].iloc[-1]
    assert table["false alarms"].iloc[0] > table["false alarms"].iloc[-1]
    assert np.log(0.1 / 0.9) == pytest.approx(-2.2, abs=0.01)


def test_the_boundary(notebook):
    """Row 4.2-2: class 1 inside of the circle; between the lines where a ReLU bends the logit is affine."""
    assert notebook.accuracy(notebook.toy, notebook.points, notebook.inside) > 0.96
    assert notebook.boundary.get_aspect() == 1
    inner, outer = notebook.boundary.lines
    assert len(inner.get_xdata()) + len(outer.get_xdata()) == 400
    assert (np.square(inner.get_xydata()).sum(axis=1) < 2).all()
    assert (np.square(outer.get_xydata()).sum(axis=1) >= 2).all()
    assert notebook.toy.params["b1"].shape == (8,)
    near = np.array([0.1, 0.2]) + 1e-6 * np.array([[-1, 0.5], [0, 0], [1, -0.5]])
    low, middle, high = notebook.toy.logits(near)[:, 0]
    assert middle == pytest.approx((low + high) / 2, abs=1e-12)


def test_the_engine_does_the_same(notebook):
    """Rows 2.2-1, 4.1-2 and 4.2-2: same weights, same gradients; the Trainer gets as far."""
    assert list(notebook.differences) == ["W1", "b1", "W2", "b2"]
    assert max(notebook.differences.values()) < 1e-12
    assert notebook.trained["accuracy"][-1] >= 0.98
    assert 0.955 <= notebook.trained["valid_accuracy"][-1] <= 0.992
    assert "BCELoss for a = −800, y = 1: 100.0  right is 800" in notebook.output("nn.BCELoss()")


# ---- the notebook itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "name", "mark"),
    [("2-2-2", "gradients", "gradients_mark"), ("2.2-1", "entropy_of_logits", "logits_mark")],
)
def test_the_hidden_answers_are_right(notebook, exercise, name, mark):
    """Rows 2.2-1, 3.3-2 and E18."""
    assert not notebook.names[mark], "the learner has still to answer"
    assert notebook.names[mark].pictures == (), "nothing tells the answer before"
    found = answers(notebook)
    assert found["en"] == found["ja"]
    (program,) = [code for code in found["en"] if f"def {name}(" in code]
    names = {"np": np, "sigmoid": notebook.sigmoid}
    exec(program, names)
    assert grade(exercise, names[name])


def test_the_points_of_the_lecture_are_named(notebook):
    """Rows 4.2-5 and E15: six points, each with its section, and the table of 3.7 that has sums."""
    for texts in notebook.texts.values():
        first, last = texts[0], texts[-1]
        assert first.count("\n* ") == last.count("\n* ") == 6
        assert first.count("→") == 6
        assert any("3.7" in text for text in texts[1:])


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
