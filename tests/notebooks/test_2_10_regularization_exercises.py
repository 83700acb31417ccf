"""Notebook 2-10: penalties and their minima, seven methods, the search, and what a smaller λ does."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(scope="module")
def notebook():
    return ran("2-10_regularization_exercises")


# ---- 9.1: penalties ----------------------------------------------------------------------------------------


def test_the_gradients_of_the_penalties(notebook):
    """Rows 9.1-2, 9.1-3: 2αW and α sign W, by hand and by the engine, to the last bit or nearly."""
    lines = notebook.output("by_hand =").splitlines()
    for name, value in (("L2", "1.025"), ("L1", "0.45")):
        (line,) = [line for line in lines if line.startswith(name)]
        assert f"αΩ = {value} " in line
        assert float(line.split()[-1]) < 1e-12


@pytest.mark.parametrize("power", [2, 1])
def test_the_slips_are_named(notebook, power):
    """Rows E2, E3: the gradient of αΩ has the factor α, that of Ω itself has not."""
    W = ac.Tensor([[3.0, -1.0], [0.5, 2.0]], requires_grad=True)
    omega = (W * W).sum() if power == 2 else ac.abs(W).sum()
    right = 2 * W.numpy() if power == 2 else np.sign(W.numpy())
    assert np.allclose(ac.gradients(omega, W).numpy(), right)
    assert np.allclose(ac.gradients(0.1 * omega, W).numpy(), 0.1 * right)
    for language, word in (("en", "Careful, three slips"), ("ja", "**トレース**")):
        (cell,) = [text for text in notebook.texts[language] if word in text]
        assert r"$2W$" in cell
        assert r"\mathrm{sign}\,W$" in cell


def test_the_trace(notebook):
    """Row E4: W Wᵀ is a matrix; its trace is the sum of squares."""
    said = notebook.output("np.trace")
    assert "trace: 10.25   sum(W * W): 10.25" in said
    assert said.count("\n") == 4


def test_weights_only_and_a_factor_of_two(notebook):
    """Row 9.1-1: L2 leaves biases alone; weight_decay takes them too, and is 2α."""
    assert notebook.steps == {
        "L2, α = 0.1": (0.8, 1.0),
        "weight_decay = 0.1": (0.9, 0.9),
        "weight_decay = 0.2": (0.8, 0.8),
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_hidden_answers_are_right(notebook, language):
    """Rows 9.1-2, 9.1-3 and 9.4-1: both gradients, and a design that beats the start."""
    gradients, design = answers(notebook)[language]
    names = {"np": np}
    exec(gradients, names)
    assert grade("9.1-2", names["gradient_of_L2"])
    assert grade("9.1-3", names["gradient_of_L1"])
    (cell,) = [source for source in notebook.printed if "gain = mine" in source]
    said = []
    within = {**notebook.names, "print": lambda *words: said.append(" ".join(words))}
    exec(design + cell, within)
    assert said[-1] == "beaten!"
    assert within["mine"] > 0.93


def test_untouched_exercises_are_no_errors(notebook):
    """Row 9.4-1: a friendly mark, and the design that is given is the start itself."""
    assert notebook.output('grade("9.1-2"').count("not filled in yet") == 2
    assert notebook.mine == notebook.search["start"]["valid"]
    assert notebook.output("gain = mine").splitlines()[-1].startswith("not above the start")


def test_the_minima_with_penalties(notebook):
    """Row 9.1-4: (1.5, 4.8) with L2 and (0, 4.75) with L1, found by descent and known exactly."""
    assert notebook.exact == {"L2": (1.5, 4.8), "L1": (0, 4.75)}
    for name, penalty in (("L2", notebook.square), ("L1", notebook.absolute)):
        best = np.array(notebook.exact[name], dtype=float)
        assert np.allclose(notebook.minima[name], best, atol=1e-3)
        around = best + np.random.default_rng(0).normal(0, 0.3, (500, 2))
        assert (notebook.f(*around.T) + penalty(*around.T) > notebook.f(*best) + penalty(*best)).all()


def test_the_picture_of_both_minima(notebook):
    """Row 9.1-4: f black and dashed, the penalty red and dashed, the sum black and solid, two dots."""
    assert [ax.get_title() for ax in notebook.axes] == ["L2", "L1"]
    for ax, penalty in zip(notebook.axes, (notebook.square, notebook.absolute), strict=True):
        contours = [c for c in ax.collections if hasattr(c, "levels")]
        functions = (notebook.f, penalty, lambda a, b, p=penalty: notebook.f(a, b) + p(a, b))
        colors, dashed = [(0, 0, 0), (1, 0, 0), (0, 0, 0)], [True, True, False]
        for c, function, color, broken in zip(contours, functions, colors, dashed, strict=True):
            assert tuple(c.get_edgecolor()[0][:3]) == color
            assert (c.get_linestyle()[0][1] is not None) == broken
            for level, path in zip(c.levels, c.get_paths(), strict=True):
                if len(path.vertices):
                    assert np.allclose(function(*path.vertices.T), level, atol=0.35)
        small, big = [line for line in ax.lines if line.get_marker() == "o"]
        assert small.get_xydata().tolist() == [[3, 6]]
        assert np.allclose(big.get_xydata(), [notebook.exact[ax.get_title()]], atol=1e-3)
        assert small.get_markersize() < big.get_markersize()


# ---- 9.0: seven methods ------------------------------------------------------------------------------------

SEVEN = (
    *("norm penalty L2", "norm penalty L1", "augmentation", "label smoothing", "semi-supervised"),
    *("early stopping", "ensemble", "dropout"),
)


def test_seven_methods_are_named_and_shown(notebook):
    """Row 9.0-1: with wrong labels each is better than none in the test and worse at learning by heart."""
    table = notebook.table
    assert set(table.index) == {"none", *SEVEN}
    for name in SEVEN:
        assert table.loc[name, ("wrong", "test")] > table.loc["none", ("wrong", "test")], name
    assert table.loc["none", ("wrong", "train")] > 0.98
    assert table.loc["none", ("right", "train")] == 1
    for name in ("dropout", "augmentation", "norm penalty L2"):
        assert table.loc[name, ("wrong", "test")] > table.loc["none", ("wrong", "test")] + 0.04


def test_right_labels_are_another_picture(notebook):
    """Row 9.0-1: what the text says of the column of right labels."""
    found = notebook.table[("right", "test")]
    for name in ("augmentation", "semi-supervised"):
        assert found[name] > found["none"]
    for name in ("norm penalty L1", "dropout", "early stopping"):
        assert found[name] < found["none"]
    assert abs(found["label smoothing"] - found["none"]) < 0.015
    assert 0.84 < found["none"] < 0.91


def test_what_the_methods_get(notebook):
    """Row 9.0-1: a fifth of the labels is wrong, pictures are shifted, smoothed labels are a distribution."""
    assert (notebook.trials["wrong"].t != notebook.few.t).sum() == 100
    assert len(notebook.few) == 500
    assert len(notebook.unlabelled) == 3500
    assert "0.03 0.03 0.03 0.73 0.03" in notebook.output("smoothed label")
    shown = [image.get_array() for image in notebook.pictures.images]
    assert len(shown) == 16
    for old, new in zip(shown[:8], shown[8:], strict=True):
        moves = [np.roll(old, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        inner = (slice(1, -1), slice(1, -1))
        assert any(np.allclose(move[inner], new[inner]) for move in moves)


def test_zeros_in_a_real_network(notebook):
    """Row 9.1-3: L1 leaves most weights below 0.001, L2 few, no penalty hardly any; some stay large."""
    share = {name: np.mean(np.abs(W) < 1e-3) for name, W in notebook.weights.items()}
    none, l2, l1 = share.values()
    assert none < 0.03
    assert none < l2 < 0.3
    assert l1 > 0.7
    assert np.abs(notebook.weights["norm penalty L1"]).max() > 0.1
    said = notebook.output("|w| < 0.001")
    assert f"{l1:4.0%}" in said
    assert [label.get_text() for label in notebook.heaps.get_yticklabels()] == list(notebook.weights)


# ---- 9.4: design and learning rate -------------------------------------------------------------------------


def test_the_search(notebook):
    """Row 9.4-1: batch norm and augmentation stand out; it is decided on data that are not the test's."""
    valid = {name: row["valid"] for name, row in notebook.search.items()}
    start = valid["start"]
    assert 0.88 < start < 0.93
    for name in ("batch norm", "augmentation"):
        assert valid[name] > start + 0.008
    assert valid["augmentation + batch norm"] > max(valid["batch norm"], valid["augmentation"])
    for name in ("width 200", "dropout 0.2", "L2", "L1", "depth 4"):
        assert abs(valid[name] - start) < 0.025
    gaps = {name: row["fit"] - row["valid"] for name, row in notebook.search.items()}
    assert gaps["augmentation + batch norm"] < 0.65 * gaps["start"]
    assert len(notebook.fit) == 3000
    assert np.array_equal(notebook.valid.x, notebook.train.x[3000:])


def test_a_smaller_rate_on_the_way(notebook):
    """Row 9.4-1: the same until epoch 9; then up with λ/10, in training and in the test."""
    same, changed = notebook.histories.values()
    assert same["lr"] == [0.4] * 12
    assert changed["lr"] == pytest.approx([0.4] * 9 + [0.04] * 3)
    assert changed["valid_accuracy"][:9] == same["valid_accuracy"][:9], "bit for bit"
    assert min(changed["accuracy"][-2:]) > max(same["accuracy"]) + 0.005
    assert np.mean(changed["valid_accuracy"][-3:]) > np.mean(same["valid_accuracy"][-3:]) + 0.004
    assert changed["valid_accuracy"][-1] == pytest.approx(0.968, abs=0.012)
    train, valid = notebook.curves.lines[2:4]
    assert np.allclose(train.get_ydata(), changed["accuracy"][2:])
    assert np.allclose(valid.get_ydata(), changed["valid_accuracy"][2:])


def test_the_grid(notebook):
    """Row 9.4-1: in one dimension the spread is √(λ/(2 − λ)), and a fine grid needs more steps."""
    found = [line.replace("=", " ").split() for line in notebook.output("20_000").splitlines()]
    rows = [(float(w[1]), float(w[3]), float(w[5]), int(w[-1])) for w in found]
    for rate, spread, formula, _ in rows:
        assert formula == pytest.approx(np.sqrt(rate / (2 - rate)), abs=1e-3)
        assert spread == pytest.approx(formula, rel=0.05)
    assert rows[0][-1] < 8
    assert 15 < rows[1][-1] < 60


def test_the_noise_of_sgd(notebook):
    """Row 9.4-1: with λ/10 the loss lies lower and trembles less."""
    large, small = (losses[-40:] for losses in notebook.loss_after.values())
    assert small.mean() < 0.75 * large.mean()
    assert small.std() < 0.5 * large.std()
    drawn = [line.get_ydata() for line in notebook.trembling.lines]
    assert all(np.array_equal(a, b) for a, b in zip(drawn, notebook.loss_after.values(), strict=True))
