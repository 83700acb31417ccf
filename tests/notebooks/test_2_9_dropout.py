"""Notebook 2-9: masks, the picture of thinned networks, the marks, and what dropout does to over-fitting."""

from itertools import pairwise

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(scope="module")
def notebook():
    return ran("2-9_dropout")


def numbers(text):
    words = text.replace(":", " ").replace("(", " ").replace(")", " ").split()
    return [float(word) for word in words if word.replace(".", "", 1).replace("e-", "", 1).isdigit()]


# ---- 9.2: mask, picture, way back, prediction --------------------------------------------------------------


def test_the_share_of_zeros_is_p(notebook):
    """Rows 9.2-1, 9.3-1: M is 0 with probability p; 100,000 components come near to it."""
    found = [numbers(line)[:2] for line in notebook.output("for ratio in").splitlines()]
    assert [p for p, _ in found] == [0.2, 0.5, 0.8]
    for p, share in found:
        assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / 100_000)


def test_crosses_are_the_zeros_of_the_masks(notebook):
    """Row 9.2-2: the whole network beside those of three data, a cross for every 0, no line to a cross."""
    kinds = list(notebook.thinned.collections)
    nets = list(zip(kinds[::3], kinds[1::3], kinds[2::3], strict=True))
    assert [text.get_text() for text in notebook.thinned.texts] == [
        *("all neurons", "datum 0", "datum 1", "datum 2")
    ]
    masks = np.hstack([np.ones((3, 4)), notebook.drop1.mask, notebook.drop2.mask, np.ones((3, 2))])
    assert len({tuple(mask) for mask in masks}) == 3, "three data, three networks"
    for (wires, circles, crosses), mask in zip(nets, [np.ones(16), *masks], strict=True):
        boxes = [path.get_extents() for path in circles.get_paths()]
        places = np.array([((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes])
        offsets = np.reshape(crosses.get_offsets(), (-1, 2))
        crossed = [bool(np.isclose(offsets, place).all(axis=1).any()) for place in places]
        assert crossed == (mask == 0).tolist()
        sizes = [int(part.sum()) for part in np.split(mask, [4, 9, 14])]
        assert len(wires.get_segments()) == sum(a * b for a, b in pairwise(sizes))


def test_the_printed_masks_are_those_of_the_picture(notebook):
    """Row 9.2-2: what is said to be read off the picture is printed above it."""
    printed = [
        int(word.strip("[]")) for word in notebook.output("small(rng").split() if word.strip("[]") in "01"
    ]
    assert printed == [*notebook.drop1.mask.ravel(), *notebook.drop2.mask.ravel()]


def test_the_way_back(notebook):
    """Row 9.2-1: dX = dout * M by hand, by differences, by the engine, and as a formula."""
    forward, engine, differences = numbers(notebook.output("by_differences ="))
    assert forward == engine == 0
    assert differences < 1e-9
    assert notebook.output("derivation = ") == "∂E/∂X = ∂E/∂Y ⊙ M\n"


def test_the_prediction_is_the_mean(notebook):
    """Row 9.2-1: the mean of 1,000 masks is X (1 − p), within chance."""
    wanted = np.arange(1.0, 16.0).reshape(3, 5) * 0.7
    deviation = np.sqrt(0.3 / (0.7 * 1000))
    assert 0.015 < deviation < 0.025, "about 2 %"
    assert (abs(notebook.mean / wanted - 1) < 4 * deviation).all()
    assert notebook.output("mean of 1,000 masks").splitlines()[-1] == "nn.Dropout: 0.0"


# ---- 9.3: the exercises ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_hidden_answers_are_right(notebook, language):
    """Row 9.3-1: the layer and the inverted one."""
    layer, inverted = answers(notebook)[language]
    names = {"np": np}
    exec(layer + inverted, names)
    mark = grade("2-9", names["Dropout"])
    assert mark, str(mark)
    (cell,) = [source for source in notebook.printed if "mine = inverted_forward" in source]
    said = []
    exec(cell, {**notebook.names, **names, "print": lambda *words: said.append(words)})
    assert said == [("forward, backward:", [True, True])]


def test_untouched_exercises_are_no_errors(notebook):
    """Row 9.3-1: a friendly mark."""
    mark = grade("2-9", notebook.Dropout)
    assert mark.points == 0
    assert any(words in str(mark) for words in ("not filled in yet", "nothing yet"))
    assert "Error" not in str(mark)
    assert notebook.output("mine = inverted_forward") == "not filled in yet\n"


def test_a_wrong_inverted_answer_is_seen(notebook):
    (cell,) = [source for source in notebook.printed if "mine = inverted_forward" in source]
    said = []
    wrong = {"inverted_forward": lambda X, M, p: X * M, "inverted_backward": lambda dout, M, p: dout * M}
    exec(cell, {**notebook.names, **wrong, "print": lambda *words: said.append(words)})
    assert said == [("forward, backward:", [False, False])]


def test_three_wrong_answers_are_told_apart(notebook):
    """Row 9.2-1: keeping instead of dropping, no factor in prediction, one mask for all data."""
    wrong = [[part.name for part in mark.parts if not part.right] for mark in notebook.marks]
    assert wrong == [
        *(["y = x * mask"], ["prediction y = x (1 − p)"], ["another mask for every datum and call"])
    ]
    said = notebook.output("wrong_answers =")
    for words in ("p is the probability to drop, not to keep", "everything is × 1", "all data have one mask"):
        assert words in said


def test_classic_and_inverted(notebook):
    """Row 9.2-1: the factor 1 − p in prediction here, 1/(1 − p) in training there."""
    lines = notebook.output("scales.items()").splitlines()
    assert [line.split()[0] for line in lines] == ["classic", "classic", "inverted", "inverted"]
    for line, values in zip(lines, ({0, 1}, {0.8}, {0, 1.25}, {1}), strict=True):
        inside = line[line.index("[") + 1 : line.index("]")]
        assert {float(word) for word in inside.split()} == values
    assert [line[-4:] for line in lines[::2]] == ["0.80", "1.00"]


# ---- over-fitting ------------------------------------------------------------------------------------------


def test_a_fifth_of_the_labels_is_wrong(notebook):
    assert (notebook.noisy.t != notebook.few.t).sum() == 200
    assert sum(p.size for p in notebook.models["without"].parameters()) == 89_610
    if len(notebook.train) == 4000:
        assert "embedded" in notebook.train.source


def test_dropout_against_over_fitting(notebook):
    """Row 9.3-1: learnt by heart without it; lower in training and higher in the test with it."""
    table = notebook.table.set_index(["network", "seed"])
    without, dropout = table.loc["without"], table.loc["dropout"]
    assert (without["train"] > 0.98).all()
    assert (without["test"] < 0.84).all()
    assert dropout["train"].mean() == pytest.approx(0.80, abs=0.04)
    assert dropout["test"].mean() == pytest.approx(0.86, abs=0.03)
    assert without["test"].mean() == pytest.approx(0.78, abs=0.03)
    assert (dropout["test"] > without["test"]).all(), "for each of the three seeds"


def test_the_curve_goes_up_and_falls(notebook):
    """Row 9.3-1: the figure shows both histories, and the test accuracy without dropout falls again."""
    without = notebook.histories["without"]["valid_accuracy"]
    assert max(without[:10]) - without[-1] > 0.02
    assert without[-1] == notebook.table["test"][0]
    drawn = [line.get_ydata() for line in notebook.accuracy_curves.lines]
    wanted = [h[c] for h in notebook.histories.values() for c in ("accuracy", "valid_accuracy")]
    assert len(drawn) == 4
    assert all(np.allclose(a, b) for a, b in zip(drawn, wanted, strict=True))


def test_the_mean_of_thinned_networks(notebook):
    """Row 9.2-1: × (1 − p) is about as good as the mean of 50 thinned networks, one alone is worse."""
    one, mean, scaled, same = (
        numbers(line)[at]
        for line, at in zip(notebook.output("50)]").splitlines(), (0, 1, -1, 0), strict=True)
    )
    assert one < mean - 0.05
    assert abs(mean - scaled) < 0.025
    assert same > 0.94
    assert np.allclose(notebook.scaled.sum(axis=1), 1, atol=1e-5)
    assert len(notebook.thinned_outputs) == 50
    assert not np.array_equal(*notebook.thinned_outputs[:2])


def test_the_engine_draws_the_same_mask_again(notebook):
    """A seed is a mask: what is drawn for X is drawn for a Tensor too."""
    layer = type(notebook.layer)(0.5, rng=3)
    assert np.array_equal(layer(ac.Tensor(notebook.X)).numpy(), notebook.X * layer.mask)
