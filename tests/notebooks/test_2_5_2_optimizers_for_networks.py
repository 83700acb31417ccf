"""Notebook 2-5-2: classes by hand train a network like the engine's, and what the text says of it is so."""

import matplotlib
import numpy as np
import pytest

import nn
import optim
from autograd_core.testing import grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
matplotlib.use("Agg")

SIX = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"]


@pytest.fixture(scope="module")
def notebook():
    made = ran("2-5-2_optimizers_for_networks")
    yield made
    matplotlib.pyplot.close("all")


def lines(ax):
    """The heights of the drawn lines by the names at their ends, which have their colours."""
    return {
        text.get_text(): line.get_ydata()
        for text in ax.texts
        for line in ax.lines
        if line.get_color() == text.get_color()
    }


# ---- parameters as a dict ----------------------------------------------------------------------------------


def test_the_dict_holds_the_network_s_own_arrays(notebook):
    """Row 6.3-1: who changes the arrays of the dict, changes the network."""
    model = notebook.network()
    notebook.gradient(model, notebook.x[:10], notebook.t[:10])
    params, grads = notebook.dicts(model)
    assert list(params) == list(grads) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert [p.shape for p in params.values()] == [(784, 50), (50,), (50, 50), (50,), (50, 10), (10,)]
    assert sum(p.size for p in params.values()) == 42_310
    params["b3"] += 7
    assert np.array_equal(list(model.parameters())[-1].numpy(), params["b3"])
    assert notebook.after < notebook.before


def test_classes_by_hand_are_the_engine_s(notebook):
    """Rows 6.1-1, 6.2-2 and 6.3-2: forty updates of a network in float64, to the last bits."""
    assert list(notebook.differences) == ["SGD", "Momentum", "Adam"]
    assert max(notebook.differences.values()) < 1e-12
    apart = notebook.side_by_side(notebook.SGD(0.1), lambda p: optim.SGD(p, lr=0.1001))
    assert apart > 1e-6, "a wrong one is noticed"


def test_the_forms_of_adam_part_on_a_network(notebook):
    """Row E9: ε is seen, for many gradients are tiny."""
    assert 1e-6 < notebook.adam_of_the_paper < 0.05


# ---- all six -----------------------------------------------------------------------------------------------


def test_six_learning_curves(notebook):
    """Rows 6.0-1 and 6.3-2: training and test, all six learn, SGD is the slowest."""
    table = notebook.table
    assert list(table.index) == SIX
    assert table["loss"].idxmax() == "SGD"
    assert set(table["loss"].nsmallest(2).index) <= {"Nesterov", "Momentum", "RMSProp"}
    assert table["accuracy"].min() > 0.9
    assert table["valid_accuracy"].between(0.9, 0.96).all()
    loss, accuracy = (lines(ax) for ax in notebook.axes_six)
    assert set(loss) == set(accuracy) == set(SIX)
    for name, history in notebook.histories.items():
        assert np.array_equal(loss[name], history["loss"])
        assert np.array_equal(accuracy[name], history["valid_accuracy"])
    first = {name: history["loss"][0] for name, history in notebook.histories.items()}
    assert max(first["AdaGrad"], first["RMSProp"]) < first["SGD"] - 0.2


def test_they_are_the_optimizers_of_the_library(notebook):
    made = [type(make(notebook.network().parameters())) for make in notebook.six.values()]
    assert made == [optim.SGD, optim.Momentum, optim.Nesterov, optim.Adagrad, optim.RMSprop, optim.Adam]


# ---- what is different -------------------------------------------------------------------------------------


def test_gradients_are_noisy(notebook):
    """Row 6.3-2: the error of a mini-batch is shorter than the gradient at first, and longer later."""
    noise = notebook.noise
    assert noise.loc["error / gradient", "at the start"] < 1
    assert 2 < noise.loc["error / gradient", "after 8 epochs"] < 5
    assert noise.loc["cosine", "at the start"] > 0.6 > 0.45 > noise.loc["cosine", "after 8 epochs"]
    drawn = lines(notebook.ax_batches)
    assert np.array_equal(drawn["batch"], notebook.batch_losses[19:])
    assert drawn["mean of last 20"][0] == pytest.approx(np.mean(notebook.batch_losses[:20]))
    assert np.std(np.diff(drawn["batch"])) > 5 * np.std(np.diff(drawn["mean of last 20"]))


def test_adam_moves_all_arrays_alike(notebook):
    """Row 6.3-2: SGD in proportion to the gradients, Adam by λ."""
    sgd, adam = notebook.moves["SGD 0.1"], notebook.moves["Adam 0.001"]
    assert 3.5 < max(sgd) / min(sgd) < 7
    assert adam == pytest.approx([0.001] * 6, rel=0.02)


def test_the_best_rate_depends_on_the_method(notebook):
    """Rows 6.0-2 and 6.3-2: a valley for each, Momentum's ten times left of SGD's; too large a λ kills."""
    sweep = notebook.sweep
    assert sweep["SGD"].idxmin() in (0.1, 0.3)
    assert sweep["Momentum"].idxmin() in (0.03, 0.1)
    assert sweep["Adam"].idxmin() in (0.003, 0.01)
    width = {
        name: (sweep.index[sweep[name] < 0.5].max() / sweep.index[sweep[name] < 0.5].min()) for name in sweep
    }
    assert width["Adam"] == pytest.approx(30)
    assert width["SGD"] == pytest.approx(3)
    for inside, outside in ((1e-3, 0.01), (3e-3, 0.03), (0.01, 0.1)):
        assert sweep["Momentum"][inside] == pytest.approx(sweep["SGD"][outside], abs=0.2)
    assert sweep.loc[3.0].between(2.2, 2.8).all(), "about log 10"
    drawn = lines(notebook.ax_sweep)
    assert {name: list(heights) for name, heights in drawn.items()} == {n: list(sweep[n]) for n in sweep}


def test_dead_networks_say_the_same_to_every_image(notebook):
    """Row 6.3-2: that is why the loss stops at log 10."""
    assert notebook.answers_given.sum() == 4000
    assert notebook.answers_given.max() > 3900
    model, loss = notebook.after_two_epochs(optim.Adam, lr=1.0)
    assert loss == notebook.sweep["Adam"][1.0] == pytest.approx(np.log(10), abs=0.1)
    said = model(notebook.x).numpy()
    assert np.isclose(said, np.median(said, axis=0), rtol=1e-3, atol=1e-4).all(axis=1).mean() > 0.95


def test_lowering_helps_at_once(notebook):
    """Rows 6.0-2 and E16: the loss falls in the epoch after λ, in training far below both others."""
    assert any("slip of the pen in 6.2" in cell for cell in notebook.texts["en"])
    assert any("「良い場合が多い」" in cell for cell in notebook.texts["ja"])
    large, lowered = notebook.runs["large"], notebook.runs["lowered"]
    assert large["loss"][:7] == lowered["loss"][:7]
    assert lowered["loss"][7] < 0.7 * lowered["loss"][6]
    last = notebook.last
    assert last["loss"]["lowered"] < min(last["loss"]["large"], last["loss"]["small"]) / 3
    assert last["valid_accuracy"]["lowered"] > last["valid_accuracy"]["large"]
    assert last["valid_accuracy"]["lowered"] == pytest.approx(last["valid_accuracy"]["small"], abs=0.015)
    assert last["valid_loss"]["small"] < last["valid_loss"]["lowered"] < last["valid_loss"]["large"]
    assert np.ptp(lowered["valid_accuracy"][-4:]) < np.ptp(large["valid_accuracy"][-4:])
    loss, accuracy = (lines(ax) for ax in notebook.axes_lowered)
    for name, history in notebook.runs.items():
        assert np.array_equal(loss[name], history["loss"])
        assert np.array_equal(accuracy[name], history["valid_accuracy"])


# ---- the exercises -----------------------------------------------------------------------------------------


def test_untouched_exercises_are_marked_without_an_error(notebook):
    assert notebook.output("print(compared(rate))") == "not answered yet\n"
    assert "not right yet" in str(notebook.mark_rmsprop)
    assert notebook.beside > 1e-3


def test_the_hidden_answers_are_right(notebook):
    """Rows 6.0-2 and 6.3-2: a schedule, and RMSProp on the network."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    names = {"np": np}
    for program in found["en"]:
        exec(program, names)
    assert notebook.compared(names["rate"]) == "right"
    assert "epoch 5 has λ = 0.1, right is 0.05" in notebook.compared(lambda epoch: 0.1)
    assert grade("2-5-1", names["RMSProp"])
    assert notebook.side_by_side(names["RMSProp"](0.001), lambda p: optim.RMSprop(p, lr=0.001)) < 1e-12


def test_it_is_short_and_shows_its_data(notebook):
    assert len(notebook.printed) <= 45
    assert len(notebook.ax_digits.images) == 10
    assert nn.data.mnist()[0].source in notebook.output("train.source") or len(notebook.train) == 60_000
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1300
