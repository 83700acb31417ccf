"""Notebook 2-4: its network is right, learns if it is shallow, and stalls if deep, for the reason given."""

from math import log

import numpy as np
import pytest

from autograd_core.testing import check_layer
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def notebook():
    return ran("2-4_deep_network_classification")


# ---- data and layers ---------------------------------------------------------------------------------------


def test_the_digits_are_shown(notebook):
    """Row 5.3-1: MNIST, as many digits as the text says, each with its class."""
    assert "MNIST" in notebook.output("print(train.source)")
    assert notebook.X.shape == (4000, 784)
    assert notebook.X_test.shape == (1000, 784)
    assert len(notebook.digits.images) == 20
    classes = [text.get_text() for text in notebook.digits.texts]
    assert classes == [str(t) for t in notebook.train.t[:20]]


def test_layers_stand_in_a_list_and_parameters_in_an_ordered_dict(notebook):
    """Row 5.3-1: the list has the activations too; the dict is in the order of the layers, without copies."""
    net = notebook.MultiLayerNet([784, 50, 30, 10])
    assert [type(layer).__name__ for layer in net.layers] == ["Affine", "ReLU", "Affine", "ReLU", "Affine"]
    assert list(net.params) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert net.params["W2"] is net.layers[2].W
    assert net.params["W1"].std() == pytest.approx(0.01, rel=0.02)
    said = notebook.output('print("OrderedDict:"').split("\n")
    assert [line.split()[-1] for line in said[:4]] == ["True", "False", "True", "False"]


# ---- forward and backward ----------------------------------------------------------------------------------


def test_the_untrained_loss_is_the_logarithm_of_ten(notebook):
    """Row 5.3-1: forward and backward; every gradient has the shape of its parameter, b3's is largest."""
    net = notebook.MultiLayerNet([784, 50, 30, 10])
    assert net.forward(notebook.x, notebook.t) == pytest.approx(log(10), abs=1e-3)
    assert net.backward().shape == notebook.x.shape
    grads = net.grads()
    assert {name: g.shape for name, g in grads.items()} == {name: p.shape for name, p in net.params.items()}
    assert max(grads, key=lambda name: np.abs(grads[name]).mean()) == "b3"


def test_gradients_are_those_of_differences_and_of_the_engine(notebook):
    """Rows 5.3-1, 5.2-5 and 3.0-1: some entries by differences, all by the engine, and a report."""
    found = notebook.by_differences
    assert list(found["parameter"].unique()) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert len(found) == 18
    assert np.allclose(found["backward"], found["numerical"], rtol=1e-5, atol=1e-8)
    assert (found["backward"] != 0).all()
    assert sum(p.size for p in notebook.checked.params.values()) == pytest.approx(40_000, rel=0.03)
    assert max(notebook.errors.values()) < 1e-13
    assert notebook.output("loss.backward()").count("True") == 6
    assert notebook.report, str(notebook.report)


# ---- training ----------------------------------------------------------------------------------------------


def test_two_layers_learn(notebook):
    """Rows 5.3-1, 4.2-5: about 0.9, in training and on the test digits."""
    learnt = notebook.learnt
    assert len(learnt["loss"]) == 12
    assert 0.87 < learnt["valid_accuracy"][-1] < 0.93
    assert 0.89 < learnt["accuracy"][-1] < 0.94
    solid, dashed = (notebook.learnt_curves.lines[i].get_ydata() for i in (1, 0))
    assert np.array_equal(dashed, learnt["accuracy"])
    assert np.array_equal(solid, learnt["valid_accuracy"])
    assert len(notebook.mistakes.images) == len(notebook.mistakes.texts) == 10
    assert (notebook.predicted[notebook.wrong] != notebook.right[notebook.wrong]).all()


def test_why_the_learning_rate_is_a_tenth(notebook):
    """Row 6.0-2: a tenth of it has hardly begun; ten times as much goes up now and then."""
    losses = {name: np.array(history["loss"]) for name, history in notebook.rates.items()}
    assert losses["λ = 0.01"][-1] > 1.9
    assert (np.diff(losses["λ = 0.1"]) < 0).all()
    assert (np.diff(losses["λ = 1.0"]) > 0).any()
    assert losses["λ = 1.0"][-1] < losses["λ = 0.1"][-1] < 0.4
    drawn = [line.get_ydata() for line in notebook.rate_curves.lines]
    assert all(np.array_equal(y, losses[name]) for y, name in zip(drawn, losses, strict=True))


def test_deep_networks_stall(notebook):
    """Row 5.3-1: what happens when it becomes deeper: 0.1 in training too, whatever the step."""
    table = notebook.depth_table.set_index(["activation", "hidden layers"])
    assert list(table.index) == [(a, d) for a in ("ReLU", "Sigmoid") for d in (1, 2, 3, 5, 8)]
    assert table.loc[("ReLU", 1), "test"] > 0.87
    assert 0.55 < table.loc[("Sigmoid", 1), "test"] < 0.8
    assert 0.15 < table.loc[("ReLU", 2), "test"] < 0.85, "it has begun late"
    stalled = [("ReLU", 3), ("ReLU", 5), ("ReLU", 8), *(("Sigmoid", d) for d in (2, 3, 5, 8))]
    assert (table.loc[stalled, ["train", "test"]] < 0.13).all(axis=None)
    assert np.allclose(table.loc[stalled, "loss"], log(10), atol=0.01)
    assert notebook.long_steps["valid_accuracy"][-1] < 0.13
    late = np.array(notebook.deeper["ReLU", 2]["loss"])
    assert late[4] > 2.28
    assert late[-1] < 2.1


def test_the_curves_of_the_deep_networks(notebook):
    """Row 5.3-1: the picture has a curve per depth, and its name stands at its end."""
    axes = notebook.losses_figure.axes
    for ax, activation in zip(axes, ("ReLU", "Sigmoid"), strict=True):
        losses = [h["loss"] for (a, _), h in notebook.deeper.items() if a == activation]
        assert len(ax.lines) == 5
        assert all(
            np.array_equal(line.get_ydata(), loss) for line, loss in zip(ax.lines, losses, strict=True)
        )
        named = {text.get_text().split(" hidden")[0] for text in ax.texts}
        assert named == {"1", "2", "3", "5", "8"}


# ---- why ---------------------------------------------------------------------------------------------------


def test_signals_die_on_their_way(notebook):
    """Rows 5.3-1, 7.2-3 and E16: per layer a factor of σ√(K/2) with ReLU, of σ√K/4 with sigmoid."""
    inside = notebook.inside
    relu, sigmoid = 0.01 * np.sqrt(25), 0.01 * np.sqrt(50) / 4
    for column, factor, along in (
        ("ReLU: digits differ by", relu, 1),
        ("Sigmoid: digits differ by", sigmoid, 1),
        ("Sigmoid: |dW|", sigmoid, -1),
    ):
        numbers = inside[column].to_numpy()[::along][1:8]
        shrunk = np.exp(np.diff(np.log(numbers)).mean())
        assert shrunk == pytest.approx(factor, rel=0.4), column
    standing = inside["ReLU: |dW|"]
    assert standing.max() < 1e-12
    assert standing.max() / standing.min() < 30, "all W alike"
    assert inside["Sigmoid: |dW|"].iloc[0] < 1e-15
    for net in notebook.nets.values():
        grads = net.grads()
        assert np.abs(grads["b9"]).mean() > 1e-3
        assert np.ptp(net.predict(notebook.X[:1000]), axis=0).max() < 1e-9, "all digits look alike"


def test_the_picture_of_the_signals(notebook):
    """Row 5.3-1: activations and gradients per layer, of the hand-written layers themselves."""
    for ax, (name, flow) in zip(notebook.signals_figure.axes, notebook.flows.items(), strict=True):
        rows = flow.table().rows
        assert len(rows) == 18
        assert {text.get_text() for text in ax.texts} == {"activations", "gradients"}
        assert ax.get_yscale() == "log"
        activations, gradients = (line.get_ydata() for line in ax.lines)
        assert np.allclose(activations, [row["std"] for row in rows])
        assert np.allclose(gradients, [row["gradient"] for row in rows])
        gradient = {row["layer"]: row["gradient"] for row in rows}
        first = {"ReLU": 1e-13, "Sigmoid": 1e-17}[name]
        assert first / 10 < gradient["0"] < first * 10
        assert gradient["16"] > 1e-3
    assert notebook.flows["ReLU"].table().rows[-1]["std"] < 1e-10
    assert notebook.flows["Sigmoid"].table().rows[-2]["mean"] == pytest.approx(0.5, abs=0.02)


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_the_hidden_answers_are_right(notebook):
    """Row 5.3-1: the exercises on the dictionary and on the order of the layers."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    parameters, mended = found["ja"]
    assert notebook.output("def make_params").startswith("names in this order: False")
    names = dict(notebook.names)
    exec(parameters, names)
    made = names["make_params"](notebook.sizes)
    assert type(made).__name__ == "OrderedDict"
    assert {name: p.shape for name, p in made.items()} == notebook.wanted
    assert list(made) == list(notebook.wanted)
    assert sum(p.size for p in made.values()) == 84_780
    assert made["W1"].std() == pytest.approx(0.01, rel=0.02)

    assert not notebook.mended
    assert notebook.output("class Mended").count("wrong") >= 7
    exec(mended, names)
    assert check_layer(names["Mended"]([4, 4, 4, 4], sigma=0.5), notebook.small_x, notebook.small_t)


def test_layers_of_different_widths_make_the_bug_loud(notebook):
    """Row 5.3-1: the wrong order is refused where the shapes do not fit."""
    net = notebook.Mended([6, 5, 4], sigma=0.5)
    net.forward(notebook.rng.normal(size=(8, 6)), notebook.small_t)
    with pytest.raises(ValueError, match="matmul"):
        net.backward()


def test_what_differs_from_other_sections_is_said(notebook):
    """Rows E13, E14 and E16: no 2-3; Y is the prediction here; the slips of the pen after 5.3."""
    for texts, words in (
        (notebook.texts["en"], ("there is no 2-3", "in 4.1 the right answer was called Y", "a slip")),
        (notebook.texts["ja"], ("2-3 はありません", "4.1 では正解値が Y でした", "の誤記")),
    ):
        text = "\n".join(texts)
        assert all(word in text for word in words)


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1300
