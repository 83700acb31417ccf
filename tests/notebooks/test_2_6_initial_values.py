"""Notebook 2-6: how numbers spread through layers, and what networks learn from each start."""

import re
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest

import nn
from autograd_core.testing import grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")
mpl.use("Agg")


@pytest.fixture(scope="module")
def notebook():
    with mpl.rc_context():
        yield ran("2-6_initial_values")


def words(ax):
    return [text.get_text() for text in ax.texts]


# ---- 7.0 and 7.1: what enters each layer -------------------------------------------------------------------


def test_the_histograms_of_pandas(notebook):
    """Rows 7.0-1, 7.1-1 and 7.3-1: 10,000 data, the inputs of layers 2 to 5, σ too small: they come to 0."""
    assert notebook.small["layer 1"].shape == (10_000, 100)
    assert notebook.small["layer 1"].std() == pytest.approx(1, abs=0.01)
    charts = notebook.charts.ravel()
    assert [ax.get_title() for ax in charts] == ["layer 2", "layer 3", "layer 4", "layer 5"]
    reach = []
    for ax, layer in zip(charts, list(notebook.small)[1:], strict=True):
        counts = [bar.get_height() for bar in ax.patches]
        Z = notebook.small[layer]
        assert counts == np.histogram(Z, 50, (0, 1.5))[0].tolist()
        assert 0.45 < np.mean(Z == 0) < 0.56
        reach.append(np.max(np.nonzero(counts)))
    assert reach == sorted(reach, reverse=True)
    assert reach[-1] < 6
    std = notebook.columns.std().to_numpy()
    assert std[[0, -1]] == pytest.approx([0.29, 0.012], abs=0.005)
    assert std[1:] / std[:-1] == pytest.approx(np.full(3, 1 / 3), abs=0.08), "to about a third"


def test_too_small_right_and_too_large(notebook):
    """Row 7.1-1: with He's σ the spread stays, with small and large ones it vanishes and explodes."""
    axes = notebook.relu_figure.axes
    assert [ax.get_title() for ax in axes] == ["σ = 0.05", "He: σ = √(2/100)", "σ = 0.5"]
    spread = []
    for ax in axes:
        assert [t.get_text() for t in ax.get_yticklabels()] == [f"layer {l}" for l in (2, 3, 4, 5)]
        assert all("zeros" in text for text in words(ax))
        spread.append([float(text.split()[2]) for text in words(ax)])
    small, right, large = spread
    assert small[-1] < small[0] / 20
    assert all(0.7 < s < 0.9 for s in right), "near 0.8"
    assert all(b / a > 3 for a, b in pairwise(large))


# ---- 7.2: theory -------------------------------------------------------------------------------------------


def test_every_layer_multiplies_the_mean_square(notebook):
    """Rows 7.2-1 and 7.2-3: by N V / 2 with a ReLU, so it stays for V = 2/N."""
    table = notebook.factors
    theory = table["theory: N V / 2"].to_numpy()
    assert theory == pytest.approx([0.005, 0.125, 1, 12.5])
    measured = table[[f"layer {l}" for l in range(1, 5)]].to_numpy()
    assert np.abs(measured / theory[:, None] - 1).max() < 0.16
    last = table.iloc[:, -1]
    assert 1e-5 < last[0] < 5e-5
    assert last[3] > 100
    assert notebook.output("relu(z).var()") == "ReLU(z): variance 0.341, mean square 0.500\n"


def test_the_sigmoid(notebook):
    """Row 7.2-2: small σ sits at ½, large σ at 0 and 1, Glorot's between; over the data little is left."""
    small, glorot, large = notebook.sigmoid_figure.axes
    assert [ax.get_title() for ax in (small, glorot, large)] == ["σ = 0.01", "Glorot: σ = 0.1", "σ = 1"]
    assert all(ax.get_xlim() == (0, 1) for ax in (small, glorot, large))
    f = notebook.sigmoid
    Z = {s: notebook.inputs_of_layers(notebook.X, s, f)["layer 5"] for s in (0.01, 0.1, 1.0)}
    assert np.all(np.abs(Z[0.01] - 0.5) < 0.1)
    assert np.mean(np.abs(Z[1.0] - 0.5) > 0.4) > 0.7
    assert np.mean((Z[0.1] > 0.1) & (Z[0.1] < 0.9)) > 0.99
    table = notebook.spreads.set_index("σ")
    data, slope = table["std over the data"], table["slope y (1 − y)"]
    assert data[0.01] < 1e-6
    assert data[0.1] == pytest.approx(0.003, abs=0.001)
    assert data[0.4] > 20 * data[0.1]
    assert slope[1.0] == pytest.approx(0.06, abs=0.01)
    assert slope.max() <= 0.25


# ---- 7.3: the class ----------------------------------------------------------------------------------------


def test_the_class_has_the_strategies(notebook):
    """Row 7.3-1: He is put into the own class; row 7.0-1: b = 0."""
    for init, right in [
        ("he", lambda n, m: 2 / n),
        ("glorot", lambda n, m: 2 / (n + m)),
        (0.3, lambda *_: 0.09),
    ]:
        net = notebook.DeepNet([400, 300, 200], init, np.random.default_rng(1))
        for l in (1, 2):
            W, b = net.params[f"W{l}"], net.params[f"b{l}"]
            assert W.var() == pytest.approx(right(*W.shape), rel=0.03)
            assert not b.any()


def test_by_hand_and_by_machine(notebook):
    """Row 7.2-3: gradients of the weights, and what arrives at each layer, are the engine's."""
    found = [
        float(d) for text in notebook.printed.values() for d in re.findall(r"largest difference: (\S+)", text)
    ]
    assert len(found) == 2
    assert max(found) < 1e-12
    for p, l in zip(notebook.weights, range(1, 6), strict=True):
        assert np.allclose(p.grad.numpy(), notebook.grads[f"W{l}"])
    rows = {row["layer"]: row for row in notebook.flow.table().rows}
    for path in ("0", "2", "4", "6", "8"):
        assert rows[path]["theory"] == pytest.approx(2, abs=0.15)
        assert 1.25 < rows[path]["measured"] < 2.95
    for path in ("1", "3", "5", "7"):
        assert rows[path]["measured"] == pytest.approx(0.5, abs=0.12)


def test_gradients_vanish_and_explode_too(notebook):
    """Rows 7.2-3 and 7.3-1: the pictures of the three starts, and the words under them."""
    std = {
        name: {
            kind: {p: v.std() for p, v in getattr(found, kind).items()}
            for kind in ("activations", "gradients")
        }
        for name, found in notebook.flows.items()
    }
    assert list(std) == ["σ = 0.01", "He", "σ = 1"]
    small, he, large = (std[name] for name in std)
    inputs = [small["activations"][p] for p in ("x", "1", "3", "5", "7")]
    assert all(a > 10 * b for a, b in pairwise(inputs[1:]))
    assert 1e-7 < small["activations"]["8"] < 1e-5
    assert small["gradients"]["x"] < 1e-5 * small["gradients"]["8"]
    assert large["gradients"]["x"] > 1000 * large["gradients"]["8"]
    for kind in he.values():
        assert max(kind.values()) < 12 * min(kind.values())
    axes = notebook.flow_figure.axes
    for ax, found in zip(axes, std.values(), strict=True):
        lines = {line.get_color(): line.get_ydata() for line in ax.lines if line.get_linestyle() == "-"}
        assert np.allclose(lines[nn.plot.SERIES[0]], list(found["activations"].values()))
        assert np.allclose(lines[nn.plot.GRADIENT], list(found["gradients"].values()))


# ---- learning ----------------------------------------------------------------------------------------------


def test_spread_and_learning(notebook):
    """Row 7.3-1: He's start learns, small and large ones do not; train and test."""
    h = notebook.histories
    assert list(h) == ["σ=0.01", "σ=0.1", "He", "σ=1"]
    for name in ("σ=0.01", "σ=1"):
        assert all(0.08 < a < 0.13 for column in h[name].values() for a in column)
    assert h["He"]["valid_accuracy"][-1] == pytest.approx(0.91, abs=0.03)
    assert h["He"]["accuracy"][-1] > 0.92
    assert h["He"]["accuracy"][0] > h["σ=0.1"]["accuracy"][0] + 0.2, "the first epochs are lost"
    assert 0.6 < h["σ=0.1"]["valid_accuracy"][-1] < h["He"]["valid_accuracy"][-1]
    ax = notebook.learning
    ends = " ".join(words(ax))
    assert all(name in ends for name in h)
    drawn = [line.get_ydata().tolist() for line in ax.lines]
    for history in h.values():
        assert history["accuracy"] in drawn
        assert history["valid_accuracy"] in drawn


def test_the_trainer_names_the_layer(notebook):
    """Row 7.1-1: a start that is too large ends with dead ReLUs, in float32 with infinite numbers."""
    assert notebook.dead[-1] > 0.99
    assert max(notebook.dead) == 1
    said = notebook.output("except ac.AnomalyError")
    assert "epoch 1, batch" in said
    assert "so this step was not made" in said
    assert "Linear(" in said


def test_glorot_for_sigmoid_and_tanh(notebook):
    """Row 7.2-2: in five layers of sigmoids Glorot's σ is too small; tanh learns with it."""
    last = {name: h["valid_accuracy"][-1] for name, h in notebook.others.items()}
    assert last["sigmoid, Glorot"] < 0.15
    assert last["sigmoid, 4 × Glorot"] > 0.5
    assert last["tanh, Glorot"] > 0.85


def test_names_defaults_and_convolutions(notebook):
    """Rows 7.2-1 and 7.2-2: N V of each strategy; the fan-in of a convolution is that of one neuron."""
    said = notebook.output("choices = {")
    found = {line.split()[0]: float(line.split()[-1]) for line in said.splitlines()}
    assert found == pytest.approx({"uniform": 1 / 3, "he": 2, "glorot": 1.6, "lecun": 1}, rel=0.03)
    said = notebook.output("convolution = nn.Conv2d")
    assert "(75, 400)   3 · 5 · 5 = 75" in said
    assert float(said.split()[-1]) == pytest.approx(2, abs=0.25)


# ---- the notebook itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("exercise", "name"), [("7.2-1", "he"), ("7.2-2", "glorot"), ("7.2-3", "gain")])
def test_the_hidden_answers_are_right(notebook, exercise, name):
    """Rows 7.2-1, 7.2-2 and 7.2-3: the exercises and their hidden answers."""
    assert "not right yet" in notebook.output(f'grade("{exercise}"')
    assert "returns nothing yet" in notebook.output(f'grade("{exercise}"')
    found = answers(notebook)
    assert found["en"] == found["ja"]
    (program,) = [code for code in found["en"] if f"def {name}(" in code]
    names = {"np": np}
    exec(program, names)
    assert grade(exercise, names[name])
    if name == "gain":
        assert names[name](np.tanh) == pytest.approx(2.54, abs=0.01)
        assert names[name](nn.functional.selu) == pytest.approx(1, abs=0.01)


def test_the_lecture_is_named_where_it_says_too_little(notebook):
    """Row E17: the figure of 7.1 has no settings, those here are ours."""
    assert any("without its settings" in text for text in notebook.texts["en"])
    assert any("実験の設定が書かれていません" in text for text in notebook.texts["ja"])


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
