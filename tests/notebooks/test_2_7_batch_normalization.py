"""Notebook 2-7: normalised data, batch normalisation by hand, and what it does for a network."""

import re

import matplotlib as mpl
import numpy as np
import pytest

import nn
from autograd_core.testing import grade
from tests.notebooks.running import Drawn, answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")
mpl.use("Agg")


@pytest.fixture(scope="module")
def notebook():
    with mpl.rc_context():
        yield ran("2-7_batch_normalization")


@pytest.fixture(scope="module")
def layer(notebook):
    """The class of the hidden answer."""
    (program,) = [code for code in answers(notebook)["ja"] if "class BatchNorm" in code]
    names = {"np": np}
    exec(program, names)
    return names["BatchNorm"]


def words(ax):
    return [text.get_text() for text in ax.texts]


def numbers(text):
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


# ---- 8.1 ---------------------------------------------------------------------------------------------------


def test_normalising_a_data_set(notebook):
    """Row 8.1-1: three histograms of 10,000 uniform samples: raw, standardised, mean 2 and variance 25."""
    table = notebook.uniform
    assert list(table) == ["raw", "standardised", "mean 2, variance 25"]
    assert table.shape == (10_000, 3)
    assert table["raw"].between(0, 1).all()
    assert table.mean().tolist() == pytest.approx([0.5, 0, 2], abs=0.01)
    assert table.var(ddof=0).tolist() == pytest.approx([1 / 12, 1, 25], rel=0.02)
    assert round(table.iloc[:, 2].var(), 3) == 25.003, "pandas divides by N − 1"
    charts = notebook.charts.ravel()
    assert [ax.get_title() for ax in charts] == list(table)
    bars = [[bar.get_height() for bar in ax.patches] for ax in charts]
    for heights, (_, column) in zip(bars, table.items(), strict=True):
        assert heights == np.histogram(column, 40)[0].tolist()
        assert sum(heights) == 10_000
    assert np.abs(np.diff(bars, axis=0)).max() < 10, "the same shape, but for numbers at the bounds of bars"
    assert notebook.output("nn.data.Standardizer") == "largest difference: 0.0\n"


# ---- 8.2: forward and backward -----------------------------------------------------------------------------


def test_forward(notebook):
    """Rows 8.2-1 and E6: γ (K,), β (K,), the biased variance, ε = 1e-8 inside the root; x̃ is x̃_nk."""
    X = np.random.default_rng(1).normal(3, 2, (7, 2))
    gamma, beta = np.array([2.0, -1.0]), np.array([0.5, 0.0])
    Y = notebook.batch_norm(X, gamma, beta, eps=0.5)
    for n in range(7):
        for k in range(2):
            v = np.sum((X[:, k] - X[:, k].mean()) ** 2) / 7
            x_tilde = (X[n, k] - X[:, k].mean()) / np.sqrt(v + 0.5)
            assert Y[n, k] == pytest.approx(gamma[k] * x_tilde + beta[k])
    assert notebook.batch_norm.__defaults__ == (1e-8,)
    said = notebook.output("learnt = batch_norm")
    assert numbers(said.splitlines()[1])[4:] == [1, 1, 1, 1, 1, 0.25, 4, 1]
    assert numbers(notebook.output("layer(X).numpy() - start"))[-1] < 1e-12
    assert "{'weight': (4,), 'bias': (4,)}" in notebook.output("layer(X).numpy() - start")
    assert any("two indices turned round" in text for text in notebook.texts["en"])


def test_the_neurons_before_and_after(notebook):
    """Row 8.2-1: each neuron comes to mean 0 and deviation 1, then to β and γ."""
    before, start, learnt = notebook.neurons_figure.axes
    assert words(start) == ["0 ± 1"] * 4
    assert words(learnt) == ["0 ± 1", "2 ± 0.5", "0 ± 2", "-2 ± 1"]
    assert [numbers(text)[1] for text in words(before)] == pytest.approx([0.2, 1, 2, 0.5], rel=0.1)
    assert all(ax.get_xlim() == (-6, 6) for ax in (before, start, learnt))


def test_the_three_routes(notebook):
    """Row 8.2-2: in the graph X is reached directly, by μ and by v; two sums of gradients."""
    picture = Drawn(notebook.routes.source)
    assert set(picture.cards) == {"X", "μ", "D", "v", "σ", "X̃", "γ", "β", "Y"}
    assert picture.sums == 2
    assert picture.cards["β"].endswith("∂Y/∂β = sum(∂Y/∂Y, axis 0)")
    assert picture.cards["γ"].endswith("∂Y/∂γ = sum(∂Y/∂Y ⊙ X̃, axis 0)")
    assert notebook.rule["X"] == "γ ⊙ (∂E/∂Y − mean(∂E/∂Y, axis 0) − x̂ ⊙ mean(∂E/∂Y ⊙ x̂, axis 0))/σ"
    assert notebook.rule["γ"] == "sum(∂E/∂Y ⊙ x̂, axis 0)"
    assert notebook.rule["β"] == "sum(∂E/∂Y, axis 0)"


def test_backward_by_hand(notebook):
    """Row 8.2-2: with c and d, compared with the graph and with differences."""
    lines = notebook.output("numerical = numerical_gradient").splitlines()
    assert [line.split()[0] for line in lines] == ["dX", "dgamma", "dbeta", "dX"]
    found = [float(line.split()[-1]) for line in lines]
    assert max(found[:3]) < 1e-12
    assert found[3] < 1e-8


def test_what_sigma_is(notebook):
    """Row E7: exact with √(v + ε); with √v off by about ε/2v, 1e-8 at ε = 1e-8 and a tenth at ε = 0.1."""
    right, wrong = (notebook.errors[name] for name in ("√(v + ε)", "√v"))
    assert max(right.values()) < 1e-13
    assert 1e-9 < wrong["ε = 1e-08"] < 3e-8
    assert 1e-6 < wrong["ε = 1e-05"] < 3e-5
    assert 0.03 < wrong["ε = 0.1"] < 0.2
    assert any("does not say what $\\sigma$ is here" in text for text in notebook.texts["en"])


# ---- training and test -------------------------------------------------------------------------------------


def test_one_datum_gives_beta(notebook):
    """Row 8.2-3: N = 1 in training gives Y = β."""
    assert notebook.output("beta = np.array([0.5") == "[[ 0.5 -1.   2. ]]\n" * 2


def test_the_running_statistics(notebook):
    """Rows 8.2-3 and E17: the rule is ours, by hand and in the layer; after 30 batches it is near."""
    hand, layer = notebook.output('print("by hand:"').splitlines()
    assert numbers(hand) == pytest.approx(numbers(layer))
    path = np.array(notebook.path)
    assert np.abs(path[30:] - [5, 9]).max() < 1.1
    assert path[0] == pytest.approx([0.5, 1.8], abs=0.3)
    ax = notebook.moving
    assert np.allclose([line.get_ydata() for line in ax.lines], path.T)
    assert words(ax) == ["running mean", "running variance"]
    one, by_hand = numbers(notebook.output("layer.eval()"))
    assert one == pytest.approx(by_hand)
    assert one == pytest.approx(1, abs=0.1)
    assert any("how it remembers is not said in the lecture" in text for text in notebook.texts["en"])


def test_conventions(notebook):
    """Rows 8.2-3 and E17: ε and the running variance, here and elsewhere."""
    said = notebook.output("nn.BatchNorm1d(1)")
    assert said.splitlines() == [
        "BatchNorm   ε = 1e-08   running variance [1.]",
        "BatchNorm1d ε = 1e-05   running variance [1.1]",
    ]
    row = notebook.conventions.loc["BatchNorm: ε / running variance"]
    assert row["PyTorch"] == "1e-05 / unbiased"
    assert row["DL-from-scratch 1"].endswith("/ biased")


# ---- the network -------------------------------------------------------------------------------------------


def test_what_becomes_of_a_small_start(notebook):
    """Row 8.3-1: without it activations vanish, with it every normalisation gives a deviation of 1."""
    plain, normed = ({p: v.std() for p, v in f.activations.items()} for f in notebook.flows.values())
    assert plain["8"] < 1e-5
    assert all(normed[path] == pytest.approx(1, abs=0.01) for path in ("1", "4", "7", "10"))
    assert all(normed[path] < 0.2 for path in ("0", "3", "6", "9"))
    for ax, found in zip(notebook.flow_figure.axes, (plain, normed), strict=True):
        (line,) = [x for x in ax.lines if x.get_color() == nn.plot.SERIES[0]]
        assert np.allclose(line.get_ydata(), list(found.values()))


def test_with_and_without(notebook):
    """Row 8.3-1: learning curves from four starts, train and test."""
    plain, normed = notebook.plain, notebook.normed
    assert list(plain) == list(normed) == ["σ=0.001", "σ=0.01", "σ=0.1", "He"]
    for name in ("σ=0.001", "σ=0.01"):
        assert max(plain[name]["valid_accuracy"]) < 0.15
    for name, h in normed.items():
        assert h["valid_accuracy"][-1] == pytest.approx(0.91, abs=0.05)
        assert h["accuracy"][-1] > 0.88
        assert h["valid_accuracy"][-1] > plain[name]["valid_accuracy"][-1]
    for ax, histories in zip(notebook.learning_figure.axes, (plain, normed), strict=True):
        drawn = [list(line.get_ydata()) for line in ax.lines]
        for name, h in histories.items():
            assert list(h["accuracy"]) in drawn
            assert list(h["valid_accuracy"]) in drawn
            assert any(text.startswith(name) for text in words(ax))


def test_a_factor_on_the_weights_cancels(notebook):
    """Row 8.2-1: the outputs are the same for c = 0.01, 1 and 100, the gradients are as 1/c."""
    rows = [numbers(line) for line in notebook.output("for c in (0.01, 1, 100)").splitlines()]
    assert [row[0] for row in rows] == [0.01, 1, 100]
    for row in rows:
        assert row[1:4] == pytest.approx(rows[1][1:4], abs=2e-4)
        assert row[-1] * row[0] == pytest.approx(rows[1][-1], rel=0.03)


def test_a_large_start_learns_slowly(notebook):
    accuracy = notebook.large["valid_accuracy"]
    assert accuracy == sorted(accuracy)
    assert 0.3 < accuracy[-1] < 0.75


def test_the_test_by_its_own_batch(notebook):
    """Row 8.2-3: alone all get one answer; in small batches and those of one class most are wrong."""
    table = notebook.own_batches
    assert table.loc[1].tolist() == pytest.approx([0.1, 0.1], abs=0.03)
    mixed = table["mixed"].tolist()
    assert mixed == sorted(mixed)
    assert 0.15 < table["mixed"][2] < 0.5
    assert table["mixed"][100] > notebook.running - 0.02
    assert table["sorted"].max() < 0.2
    assert notebook.running == pytest.approx(notebook.normed["σ=0.01"]["valid_accuracy"][-1])


# ---- the notebook itself ---------------------------------------------------------------------------------


def test_the_hidden_layer_is_right(notebook, layer):
    """Rows 8.2-2 and 8.3-1: the exercise and its hidden answer, which also trains in a network."""
    assert "not right yet, 2 of 6" in str(notebook.mark)
    assert "First solve" in notebook.output("if mark:")
    found = answers(notebook)
    assert found["en"] == found["ja"]
    mark = grade("2-7", layer)
    assert mark, str(mark)
    assert mark.out_of == 6
    own = notebook.fit(notebook.deep("he", lambda K: nn.from_layer(layer(np.ones(K), np.zeros(K)))))
    assert own["valid_accuracy"] == pytest.approx(notebook.normed["He"]["valid_accuracy"], abs=0.03)


def test_the_hidden_folding_is_right(notebook):
    """Row 8.2-3: in prediction it is affine."""
    assert "not right yet" in notebook.output('grade("8.2-3"')
    (program,) = [code for code in answers(notebook)["en"] if "def fold(" in code]
    names = {"np": np}
    exec(program, names)
    assert grade("8.2-3", names["fold"])


def test_slips_of_the_pen_are_named(notebook):
    """Row E16: regularisation for normalisation, converging for vanishing."""
    for language in ("en", "ja"):
        assert any("バッチ正則化" in text and "収束" in text for text in notebook.texts[language])


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
