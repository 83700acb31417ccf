"""Notebook 2-8: what it measures of each method, how deep networks can be, and why."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn
import optim
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")

ALL = "He + BN + Adam"


@pytest.fixture(scope="module")
def notebook():
    found = ran("2-8_optimizing_deep_models")
    yield found
    plt.close("all")


# ---- the network -------------------------------------------------------------------------------------------


def test_the_digits_are_shown(notebook):
    """Row 8.4-1: MNIST, as many digits as the text says, each with its class."""
    assert "MNIST" in notebook.output("print(train.source)")
    assert notebook.x.shape == (4000, 784)
    assert notebook.x_test.shape == (1000, 784)
    assert [text.get_text() for text in notebook.digits.texts] == [str(t) for t in notebook.train.t[20:30]]


def test_all_methods_go_into_one_network(notebook):
    """Rows 8.4-1, 7.0-1, 7.2-1 and 8.2-1: blocks of affine, batch norm and ReLU; σ is 0.01 or that of He."""
    net = notebook.deep_net(3, init="he", norm=True)
    titles = [type(layer).__name__ for layer in net]
    assert titles == ["Linear", "BatchNorm", "ReLU"] * 3 + ["Linear"]
    assert net[3].weight.numpy().std() == pytest.approx(np.sqrt(2 / 50), rel=0.1)
    plain = notebook.deep_net(3)
    assert [type(layer).__name__ for layer in plain] == ["Linear", "ReLU"] * 3 + ["Linear"]
    assert plain[2].weight.numpy().std() == pytest.approx(0.01, rel=0.1)
    assert notebook.METHODS["plain"] == (0.01, False, (optim.SGD, 0.1))


def test_it_is_what_would_be_written_by_hand(notebook):
    """Rows 8.4-1, 8.2-2: the gradients of the hand-written layers are the engine's."""
    assert len(notebook.by_hand) == len(list(notebook.model.parameters())) == 14
    assert max(notebook.apart) < 1e-12
    assert max(np.abs(g).max() for g in notebook.by_hand) > 1e-3


def test_what_the_lecture_leaves_open_is_said(notebook):
    """Rows E16 and E17: the running statistics, and the slip of the pen in section 8."""
    layer = nn.BatchNorm(50)
    assert (layer.eps, layer.momentum, nn.BatchNorm1d(50).eps) == (1e-8, 0.1, 1e-5)
    english, japanese = ("\n".join(notebook.texts[language]) for language in ("en", "ja"))
    assert "The lecture leaves open how they are gathered" in english
    assert "「勾配収束」は「勾配消失」の誤記" in japanese


# ---- the effect of each method -----------------------------------------------------------------------------


def final(notebook, hidden, name):
    return notebook.results[hidden, name]["valid_accuracy"][-1]


def test_the_effect_of_each_method_with_ten_hidden_layers(notebook):
    """Rows 8.4-1, 7.3-1 and 6.3-2: optimizers alone do not help, He or BN alone do, both are quicker."""
    for name in ("plain", "Momentum", "Adam"):
        history = notebook.results[10, name]
        assert max(history["valid_accuracy"] + history["train"]) < 0.13
        assert history.epochs == 3, "broken off"
    for name in ("He", "BN"):
        assert 0.65 < final(notebook, 10, name) < 0.92
    quick = ("He + Adam", "He + BN", ALL)
    for name in quick:
        assert final(notebook, 10, name) > 0.85
        assert notebook.results[10, name]["valid_accuracy"][1] > final(notebook, 10, "He") - 0.1
        first = notebook.results[10, name]["valid_accuracy"][0]
        assert first > notebook.results[10, "He"]["valid_accuracy"][0] + 0.1


def test_gradients_of_plain_networks_are_too_small_for_adam(notebook):
    """Row 6.2-1: those of all W are below 10⁻¹², far below its ε."""
    model = notebook.deep_net(10, dtype=float)
    nn.CrossEntropyLoss()(model(notebook.batch), notebook.labels).backward()
    sizes = [np.abs(p.grad.numpy()).max() for p in model.parameters() if p.ndim == 2]
    assert 0 < max(sizes) < 1e-12


def test_the_learning_curves(notebook):
    """Row 8.4-1: the picture has a curve per method, with its name at its end."""
    lines = notebook.learning_curves.lines
    assert len(lines) == len(notebook.METHODS) == 8
    for line, name in zip(lines, notebook.METHODS, strict=True):
        assert np.array_equal(line.get_ydata(), notebook.results[10, name]["valid_accuracy"])
    named = {text.get_text().rpartition(" ")[0] for text in notebook.learning_curves.texts}
    assert named == set(notebook.METHODS)


# ---- how deep ----------------------------------------------------------------------------------------------


def test_how_deep_it_can_be(notebook):
    """Row 8.4-1: depth 1 to 50; with 20 He and Adam, or both with BN; with 50 He and Adam alone."""
    scores = notebook.test_scores
    assert list(scores.columns) == notebook.DEPTHS == [1, 3, 10, 20, 50]
    assert (scores[1] > 0.8).all()
    assert (scores.loc[["plain", "Momentum"], 3] < 0.13).all()
    assert (scores[3].drop(["plain", "Momentum"]) > 0.55).all()
    assert (scores.loc[["He", "BN"], 20] < 0.7).all()
    assert (scores.loc[["He + Adam", "He + BN", ALL], 20] > 0.7).all()
    assert 0.35 < scores.loc["He + Adam", 50] < 0.75
    assert (scores[50].drop("He + Adam") < 0.4).all()
    assert scores[50].idxmax() == "He + Adam"
    assert scores[[10, 20, 50]].max(axis=None) < scores[[1, 3]].max(axis=None) + 0.01
    assert ((notebook.train_scores - scores)[[20, 50]] < 0.1).all(axis=None), "no overfitting"


def test_the_table_is_of_the_trainings(notebook):
    """Row 4.2-5: training and test accuracy, by the models themselves."""
    name = "He + Adam"
    history = notebook.results[20, name]
    assert notebook.train_scores.loc[name, 20] == history["train"][0]
    assert notebook.test_scores.loc[name, 20] == history["valid_accuracy"][-1]
    assert abs(history["train"][0] - history["accuracy"][-1]) < 0.15


def test_depth_against_accuracy(notebook):
    """Row 8.4-1: the figure: a line per method, named at its end, from 1 to 50 hidden layers."""
    ax = notebook.depth_axes
    named = [name for name in notebook.METHODS if name != "Momentum"]
    assert len(ax.lines) == len(named)
    for line, name in zip(ax.lines, named, strict=True):
        assert list(line.get_xdata()) == notebook.DEPTHS
        assert np.array_equal(line.get_ydata(), notebook.test_scores.loc[name])
    assert {text.get_text() for text in ax.texts} == set(named)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "3", "10", "20", "50"]
    assert ax.get_xscale() == "log"
    assert np.array_equal(
        notebook.test_scores.loc["Momentum"].iloc[1:].round(1),
        notebook.test_scores.loc["plain"].iloc[1:].round(1),
    )


# ---- why ---------------------------------------------------------------------------------------------------


def test_what_each_method_repairs(notebook):
    """Rows 8.4-1, 7.2-3: factors 0.05, 1 and 1.2 per layer; digits grow alike with He, not with BN."""
    growth = notebook.growth
    assert growth["plain"] == pytest.approx(0.05, rel=0.1)
    assert growth["He"] == pytest.approx(1, rel=0.05)
    assert growth["He + BN"] == pytest.approx(np.sqrt(np.pi / (np.pi - 1)), rel=0.03)
    assert 0.7e4 < 1.2**49 < 1.3e4
    differ = {name: table["digits differ by"].to_numpy() for name, table in notebook.inside.items()}
    assert differ["plain"][-1] < 1e-60
    assert differ["He"][-1] < 0.5 * differ["He"][0]
    assert differ["He + BN"][1:].min() > 0.5
    arrived = {name: table["gradients"].to_numpy() for name, table in notebook.inside.items()}
    assert arrived["plain"][0] < 1e-60
    assert 0.2 < arrived["He"][0] / arrived["He"][-1] < 5
    assert arrived["He + BN"][0] / arrived["He + BN"][-1] > 3e3


def test_the_picture_of_the_repairs(notebook):
    """Row 8.4-1: digits and gradients by layer, what is above 10⁻⁸, of the three networks."""
    assert len(notebook.axes) == 2
    for ax, what in zip(notebook.axes, ("digits differ by", "gradients"), strict=True):
        assert ax.get_title(loc="left") == what
        assert ax.get_yscale() == "log"
        assert {text.get_text() for text in ax.texts} == {"plain", "He", "He + BN"}
        for line, table in zip(ax.lines, notebook.inside.values(), strict=True):
            numbers = table[what].to_numpy()
            drawn = line.get_ydata()
            assert np.array_equal(np.isfinite(drawn), numbers > 1e-8)
            assert np.array_equal(drawn[numbers > 1e-8], numbers[numbers > 1e-8])


# ---- optimizers, and 50 layers -----------------------------------------------------------------------------


def test_all_optimizers(notebook):
    """Rows 6.0-1, 8.4-1: all six learn where the gradients arrive; after an epoch all are ahead of SGD."""
    table = notebook.optimizer_table
    assert list(table.index) == ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"]
    assert ((table["test"] > 0.7) & (table["test"] < 0.95)).all()
    first = table["test, epoch 1"]
    assert first.idxmin() == "SGD"
    assert first[["AdaGrad", "RMSProp", "Adam"]].min() > first[["SGD", "Momentum", "Nesterov"]].max()


def test_fifty_layers(notebook):
    """Rows 8.4-1, 6.0-2: with half the step and ten epochs it goes on; one hidden layer is better."""
    accuracy = notebook.fifty["valid_accuracy"]
    assert 0.5 < accuracy[-1] < 0.88
    assert accuracy[-1] > accuracy[4]
    assert final(notebook, 1, "He + Adam") > 0.88
    long, short = notebook.fifty_curves.lines
    assert np.array_equal(long.get_ydata(), accuracy)
    assert np.array_equal(short.get_ydata(), notebook.results[1, "He + Adam"]["valid_accuracy"])
    costs = notebook.costs
    for column in costs.columns[1:]:  # what holds on a busy machine too
        assert (costs[column] > 0).all()
        assert costs.loc[50, column] > costs.loc[1, column]
    assert costs.loc[50, "parameters"] == 784 * 50 + 49 * 2500 + 50 * 50 + 510


# ---- the notebook itself -----------------------------------------------------------------------------------


def test_the_hidden_answers_are_right(notebook):
    """Rows 8.4-1, 7.2-2 and 7.2-3: sigmoids with Glorot's values and BN learn; the factor is √(Kσ²/2)."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    network, factor = found["ja"]
    assert notebook.output("def sigmoid_net") == "not filled in yet\n"
    names = dict(notebook.names)
    exec(network, names)
    net = names["sigmoid_net"](10)
    assert [type(layer).__name__ for layer in net] == ["Linear", "BatchNorm", "Sigmoid"] * 10 + ["Linear"]
    assert np.isclose(net[3].weight.numpy().std(), np.sqrt(2 / 100), rtol=0.1)
    assert notebook.fit(net, notebook.SGD)["valid_accuracy"][-1] > 0.8

    assert notebook.output("def factor").count("not yet") == 2
    exec(factor, names)
    for name, sigma in (("plain", 0.01), ("He", np.sqrt(2 / 50))):
        assert np.isclose(names["factor"](sigma, 50), notebook.growth[name], rtol=0.15)


def test_the_answer_on_the_learning_rate(notebook):
    """Row 6.0-2: with λ = 0.001 batch normalisation and Adam look useless with 20 hidden layers."""
    short = notebook.experiment(20, "he", True, (optim.Adam, 0.001))["valid_accuracy"][-1]
    assert 0.15 < short < 0.5 < 0.7 < final(notebook, 20, ALL)


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1300
