"""Notebook 2-2-1: two layers by hand are the engine's and learn prices, and what the text claims is so."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import autograd_core as ac
from autograd_core.testing import grade
from tests.notebooks.running import Drawn, answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def notebook():
    found = ran("2-2-1_simple_2_layers_regression")
    yield found
    plt.close("all")


# ---- 1.1 and 1.2: the affine layer and activation functions ------------------------------------------------


def test_an_affine_layer_of_row_vectors(notebook):
    """Rows 1.1-1 and 1.1-3: a = xW + b with W (K, L), neuron by neuron, counted from 0."""
    assert notebook.output("a = np.zeros(L)") == "[ 0.1 -4.8] [ 0.1 -4.8]\n"
    assert (
        notebook.output("nn.functional.linear(X, W.T, b)")
        == "nn.Affine: (3, 2)\nnn.functional.linear: True\n"
    )


def test_the_bias_goes_to_every_row(notebook):
    """Row 1.1-2: (N, L) + (L,) = (N, L)."""
    said = notebook.output("row by row").splitlines()
    assert said[0] == "X (4, 3)  W (3, 2)  b (2,)  A (4, 2)"
    assert said[2] == " [ 0.1  0.2]", "the row of zeros gives b"
    assert said[-1] == "row by row: True"
    assert notebook.net.params["W1"].size + notebook.net.params["b1"].size == 1350
    assert sum(p.size for p in notebook.net.params.values()) == 1401


FUNCTIONS = {
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), "σ(x) ⊙ (1 − σ(x))"),
    "ReLU": (lambda x: np.maximum(x, 0), "[x > 0]"),
    "tanh": (np.tanh, "1 − tanh(x)²"),
    "leaky ReLU": (lambda x: np.maximum(x, x / 10), "[x > 0] + 0.1 · [x ≤ 0]"),
}


@pytest.mark.parametrize(("place", "name"), list(enumerate(FUNCTIONS)))
def test_the_activation_functions_and_their_slopes(notebook, place, name):
    """Rows 1.2-1, 1.2-2, 1.2-3 and 1.2-4: four graphs, f and f′, which is printed by the engine."""
    f, formula = FUNCTIONS[name]
    ax = notebook.axes.flat[place]
    solid, dashed = ax.lines
    x, y = solid.get_xydata().T
    assert ax.get_title(loc="left") == name
    assert (x[0], x[-1]) == (-5, 5)
    np.testing.assert_allclose(y, f(x), atol=1e-15)
    away = np.abs(x) > 1e-9  # from the kink
    np.testing.assert_allclose(
        dashed.get_ydata()[away], ((f(x + 1e-6) - f(x - 1e-6)) / 2e-6)[away], atol=1e-8
    )
    assert sorted(text.get_text() for text in ax.texts) == ["f", "f′"]
    assert f"{name:11} f′(x) = {formula}\n" in notebook.output("slopes = {}")


def test_how_high_the_slopes_are(notebook):
    """Rows 1.2-1 and 1.2-3: at most 1/4 and at most 1."""
    assert [max(ax.lines[1].get_ydata()) for ax in notebook.axes.flat] == pytest.approx([0.25, 1, 1, 1])


def test_leaky_relu_at_0(notebook):
    """Row 1.2-4: slope 0.1, also at 0; PyTorch's is 0.01."""
    assert notebook.output("nn.functional.leaky_relu").splitlines() == [
        "here: LeakyReLU(negative_slope=0.1) Tensor([-0.1,  0. ])",
        "as PyTorch: [-0.01]",
        "slope at 0: [0.1]",
    ]


# ---- 2.1: the error ----------------------------------------------------------------------------------------


def test_half_the_mean_squared_error(notebook):
    """Rows 2.1-1, E14 and E15: summed over outputs, mean over the batch; PyTorch's is the mean of all."""
    said = notebook.output("as PyTorch, nn.MSELoss").splitlines()
    assert said[0] == "half mean squared error: 3.5  nn.HalfMSELoss: Tensor(3.5)"
    assert said[1].startswith("as PyTorch, nn.MSELoss: Tensor(2.333333333333333")
    assert "∂E/∂Y_hat = (Y_hat − Y)/N" in said
    torch = pytest.importorskip("torch")
    Y_hat, Y = torch.ones(2, 3), torch.tensor([[3.0, 1.0, 1.0], [2.0, 4.0, 1.0]])
    assert torch.nn.MSELoss()(Y_hat, Y).item() == pytest.approx(14 / 6)


# ---- 4.1: pictures, masks ----------------------------------------------------------------------------------


def test_the_picture_forward(notebook):
    """Rows 4.0-1 and 4.1-1: X → A1 → X1 → Ŷ → E, two layers with two parameters each."""
    picture = Drawn(notebook.forward.source)
    assert set(picture.cards) == {"X", "W1", "b1", "A1", "X1", "W2", "b2", "Ŷ", "Y", "E"}
    assert picture.pills == ["X · W1 + b1", "relu", "X1 · W2 + b2", "sum((Ŷ − Y)²)/8"]
    assert [name for name, card in picture.cards.items() if "● param" in card] == ["W1", "b1", "W2", "b2"]
    assert picture.arrows[1] == 0


def test_the_picture_backward(notebook):
    """Rows 4.1-2 and 3.7-2: every gradient on its card, what it is multiplied with on its wire."""
    picture = Drawn(notebook.backward.source)
    told = {name: card.rpartition("|")[2] for name, card in picture.cards.items()}
    assert {name: words for name, words in told.items() if "=" in words} == {
        "Ŷ": "∂E/∂Ŷ = (Ŷ − Y)/4",
        "W2": "∂E/∂W2 = X1ᵀ · ∂E/∂Ŷ",
        "b2": "∂E/∂b2 = sum(∂E/∂Ŷ, axis 0)",
        "X1": "∂E/∂X1 = ∂E/∂Ŷ · W2ᵀ",
        "A1": "∂E/∂A1 = ∂E/∂X1 ⊙ [A1 > 0]",
        "W1": "∂E/∂W1 = Xᵀ · ∂E/∂A1",
        "b1": "∂E/∂b1 = sum(∂E/∂A1, axis 0)",
        "X": "∂E/∂X = ∂E/∂A1 · W1ᵀ",
    }
    assert "⊙ [A1 > 0]" in picture.chips
    assert picture.chips.count("sum axis 0") == 2
    grads = [notebook.backward[name].grad for name in ("W1", "b1", "W2", "b2")]
    by_hand = notebook.Simple2Layers(3, 5, 2)
    by_hand.params = {name: notebook.names[name].numpy() for name in ("W1", "b1", "W2", "b2")}
    X, Y = notebook.backward["X"].value, notebook.backward["Y"].value
    for found, right in zip(grads, by_hand.gradient(X, Y).values(), strict=True):
        np.testing.assert_allclose(found, right, atol=1e-12)


def test_the_mask(notebook):
    """Row 4.1-3: mask1 = a1 > 0, x1 = mask1 * a1, da1 = dx1 * mask1; at 0 it is False."""
    assert notebook.mask1.tolist() == [[True, False, False, True]]
    assert notebook.x1.tolist() == [[1.5, 0, 0, 3]]
    assert notebook.da1.tolist() == [[0.1, 0, 0, 0.4]]
    x = ac.Tensor([0.0], requires_grad=True)
    ac.relu(x).sum().backward()
    assert x.grad.tolist() == [0]


# ---- the class, the training -------------------------------------------------------------------------------


def test_the_class_is_right(notebook):
    """Rows 4.1-2, 4.2-1 and 5.2-5: by differences and by the engine."""
    assert notebook.class_mark
    lines = notebook.output("small = Simple2Layers(3, 5, 2)").splitlines()
    assert [line.split()[0] for line in lines] == ["W1", "b1", "W2", "b2"]
    assert all(float(line.split()[-1]) < 1e-8 for line in lines)


def test_the_data_are_looked_at(notebook):
    """Row 4.2-1: pandas shows lengths that cannot be, and what goes with the price."""
    assert "Diamonds" in notebook.output("print(train.source)")
    assert (len(notebook.train), len(notebook.test)) == (43152, 10788)
    assert notebook.train.x[:, 3:6].min() == 0
    assert 58.5 < notebook.train.x[:, 3:6].max() < 59
    assert notebook.output("left out").splitlines() == ["left out: 17 and 6"]
    correlations = notebook.stones.corr()["log price"].drop("log price").abs().sort_values()
    assert set(correlations.index[-4:]) == {"carat", "x", "y", "z"}
    assert (notebook.stones[["x", "y", "z"]] > 0).all(axis=None)
    np.testing.assert_allclose(notebook.X.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(notebook.X.std(axis=0), 1)
    np.testing.assert_allclose([notebook.Y.mean(), notebook.Y.std()], [0, 1], atol=1e-9)
    assert notebook.X_test.mean(axis=0).any(), "the test data have the scale of the training data"
    prices = np.exp(notebook.Y_raw)
    assert not ((prices > 1455) & (prices < 1545)).any()


def test_sgd_learns_the_prices(notebook):
    """Rows 3.1-1, 4.1-4, 4.2-1 and 4.2-5: from 1 to below 0.12, training and test data alike."""
    history = notebook.history
    assert history.shape == (10, 3)
    assert list(history.columns) == ["epoch", "train", "test"]
    assert (
        history["train"].iloc[0]
        < 0.2
        < 0.9
        < notebook.rmse(notebook.Simple2Layers(26, 50, 1), notebook.X, notebook.Y)
    ), "the first epoch does most"
    assert history[["train", "test"]].iloc[-1].between(0.108, 0.12).all()
    assert (history["train"] - history["test"]).abs().max() < 0.005
    assert notebook.rmse(notebook.net, notebook.X_test, notebook.Y_test) == pytest.approx(
        history["test"].iloc[-1]
    )
    train, test = notebook.learning.lines
    np.testing.assert_array_equal(train.get_xydata(), history[["epoch", "train"]])
    np.testing.assert_array_equal(test.get_xydata(), history[["epoch", "test"]])


def test_sgd_is_the_five_steps(notebook):
    """Row 4.1-4: one step of one batch is W − λ ∂E/∂W with the mean gradient."""
    net, X, Y = notebook.Simple2Layers(26, 50, 1), notebook.X[:10], notebook.Y[:10]
    before = {name: value.copy() for name, value in net.params.items()}
    gradient = net.gradient(X, Y)
    notebook.fit(net, X, Y, epochs=1, lr=0.5, batch_size=10)
    for name, value in net.params.items():
        np.testing.assert_allclose(value, before[name] - 0.5 * gradient[name], atol=1e-12)


def test_a_hidden_layer_is_worth_it(notebook):
    """Row 4.2-5: about 13 % with a straight map, below 12 % with the network."""
    scores = notebook.scores
    assert scores["always the mean"] == pytest.approx(1.01, abs=0.005)
    assert 0.13 < scores["least squares"] < 0.137
    assert scores["two layers"] < 0.12
    off = np.abs(np.exp(notebook.predicted - notebook.Y_test_raw) - 1)
    assert 0.06 < np.median(off) < 0.09
    cheap = notebook.Y_test_raw < 6.3
    assert (notebook.predicted - notebook.Y_test_raw)[cheap].mean() > 0.03


def test_predictions_over_truth(notebook):
    """Row 4.2-1: a dot for each diamond of the test data, and the line on which both agree."""
    line, dots = notebook.against.lines
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())
    t, y = dots.get_xydata().T
    assert len(t) > 0.99 * len(notebook.Y_test_raw)
    assert set(t) <= set(notebook.Y_test_raw[:, 0])
    assert np.sqrt(np.mean((y - t) ** 2)) < 0.12


def test_few_data_are_learnt_by_heart(notebook):
    """Row 4.2-5: with 200 diamonds the training error falls on, the test error does not."""
    train, test = notebook.few["train"], notebook.few["test"]
    assert train.iloc[-1] < 0.1
    assert 0.15 < test.iloc[-1] < 0.25
    assert train.iloc[-1] < 0.85 * train.iloc[99]
    assert test.iloc[-1] > 0.93 * test.iloc[99]
    assert [len(line.get_xdata()) for line in notebook.overfitted.lines] == [300, 300]


def test_the_engine_does_the_same(notebook):
    """Rows 4.1-2, 4.1-4 and 4.2-1: same weights, same gradients, same training."""
    assert list(notebook.differences) == ["W1", "b1", "W2", "b2"]
    assert max(notebook.differences.values()) < 1e-12
    assert notebook.engine_rmse == pytest.approx(notebook.history["test"].iloc[-1], abs=1e-6)
    for parameter, value in zip(notebook.model.parameters(), notebook.net.params.values(), strict=True):
        np.testing.assert_allclose(parameter.numpy(), value, atol=1e-6)


# ---- the notebook itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "name", "mark"),
    [("3-1-3", "LeakyReLU", "leaky_mark"), ("2-2-1", "gradients", "gradients_mark")],
)
def test_the_hidden_answers_are_right(notebook, exercise, name, mark):
    """Rows 1.2-4, 4.1-2 and 4.1-3."""
    assert not notebook.names[mark], "the learner has still to answer"
    assert notebook.names[mark].pictures == (), "nothing tells the answer before"
    found = answers(notebook)
    assert found["en"] == found["ja"]
    (program,) = [code for code in found["en"] if f" {name}" in code.splitlines()[0]]
    names = {"np": np}
    exec(program, names)
    assert grade(exercise, names[name])


def test_the_points_and_slips_of_the_lecture_are_named(notebook):
    """Rows 4.2-5, E14, E15 and E16: six points, each with its section; descent is no "decent"."""
    for texts in notebook.texts.values():
        first, last = texts[0], texts[-1]
        assert first.count("\n* ") == last.count("\n* ") == 6
        assert first.count("→") == 6
        assert any("ecent" in text and "escent" in text for text in texts)


def test_the_table_of_conventions_is_about_these_layers(notebook):
    """Rows 1.1-1, 1.2-4 and 2.1-1."""
    import nn

    assert nn.conventions()["convention"][:3] == ["layout of W", "squared error", "slope of leaky ReLU"]


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
