"""Notebook 2-5-1: its paths, its limits and its forms of Adam are the lecture's; its exercises are marked."""

import matplotlib
import numpy as np
import pytest

import optim
from autograd_core.testing import check_optimizer, grade
from tests.notebooks.running import answers, ran

pytest.importorskip("jupytext")
matplotlib.use("Agg")


@pytest.fixture(scope="module")
def notebook():
    made = ran("2-5-1_optimizers")
    yield made
    matplotlib.pyplot.close("all")


def lines(ax):
    """The drawn lines by their names, without the dots on them."""
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


# ---- SGD and its λ -----------------------------------------------------------------------------------------


def test_parameters_are_a_dict_of_arrays(notebook):
    """Row 6.3-1: one class moves two numbers and the arrays of a network, in place."""
    assert np.array_equal(notebook.network["W1"], np.full((2, 3), 0.5))
    assert np.allclose(notebook.network["b1"], -0.1)
    params = notebook.start()
    held = params["x"]
    notebook.SGD(lr=0.1).update(params, notebook.gradients(params))
    assert held is params["x"]
    assert held == 8
    assert "engine:  20.0 200.0" in notebook.output("x.grad.item(), y.grad.item()")


def test_hand_written_ones_are_the_engine_s(notebook):
    """Rows 6.1-1, 6.2-1 and 6.2-2: SGD, momentum and both forms of Adam."""
    assert notebook.sgd_difference < 1e-12
    assert notebook.momentum_difference < 1e-12
    assert max(notebook.adam_differences) < 1e-12
    for name in ("SGD", "Momentum", "Adam"):
        assert check_optimizer(notebook.names[name], like=name)
    assert "rewritten" in str(check_optimizer(notebook.AdamRewritten, like="Adam"))


def test_the_limit_of_the_learning_rate(notebook):
    """Row 6.0-2: below 2/200 it converges, above it diverges, far below it stalls."""
    assert "eigenvalues: [  2. 200.]" in notebook.output("eigvalsh")
    table = notebook.limits
    assert list(table.index) == [0.001, 0.0099, 0.01, 0.0101]
    assert table["y after 100"].to_numpy() == pytest.approx([0, 0.98**100, 1, 1.02**100], abs=1e-6)
    assert 0.13 < table["y after 100"][0.0099] < 0.135
    assert table["y after 100"][0.0101] > 7
    assert table["x after 100"][0.001] == pytest.approx(10 * 0.998**100) == pytest.approx(8.2, abs=0.02)
    assert {text.get_text() for text in notebook.ax_limit.texts} == {f"λ = {lr}" for lr in table.index}
    for line, (lr, path) in zip(notebook.ax_limit.lines, notebook.limit_paths.items(), strict=True):
        assert np.allclose(line.get_ydata(), notebook.f(*path.T)), lr
    assert notebook.ax_limit.get_yscale() == "log"


def test_lowering_gets_both(notebook):
    """Row 6.0-2: the lowered λ ends below both others."""
    ends = {name: values[-200:].mean() for name, values in notebook.noisy.items()}
    assert ends["lowered"] < ends["large"] / 3 < ends["small"] / 30
    assert np.array_equal(notebook.noisy["large"][:300], notebook.noisy["lowered"][:300])
    drawn = [line.get_ydata() for line in notebook.ax_noisy.lines]
    assert np.allclose(drawn, [values.reshape(30, 20).mean(axis=1) for values in notebook.noisy.values()])


# ---- momentum ----------------------------------------------------------------------------------------------


def test_the_picture_of_gd_and_momentum(notebook):
    """Rows 6.1-2 and E17: from (10, 1), with the λ and α that the text names; momentum is nearly there."""
    drawn = lines(notebook.ax_paths)
    assert list(drawn) == ["GD", "Momentum"]
    x, y, v = np.array([10.0, 1.0]), np.array([10.0, 1.0]), np.zeros(2)
    gd, momentum = [x], [y]
    for _ in range(40):
        x = x - 0.0095 * np.array([2, 200]) * x
        v = 0.8 * v - 0.0095 * np.array([2, 200]) * y
        y = y + v
        gd.append(x)
        momentum.append(y)
    assert np.allclose(drawn["GD"].get_xydata(), gd)
    assert np.allclose(drawn["Momentum"].get_xydata(), momentum)
    assert notebook.f(*x) == pytest.approx(21.6, abs=0.1)
    assert notebook.f(*y) == pytest.approx(0.05, abs=0.01)
    assert drawn["GD"].get_color() != drawn["Momentum"].get_color()
    assert drawn["GD"].get_linestyle() != drawn["Momentum"].get_linestyle()
    assert [text.get_text() for text in notebook.ax_paths.texts] == ["GD", "Momentum"], "at their ends"
    for text in notebook.texts.values():
        (cell,) = [cell for cell in text if "6.1 の図を" in cell or "picture of 6.1" in cell]
        assert "λ = 0.0095" in cell
        assert "α = 0.8" in cell


def test_momentum_without_momentum_is_sgd(notebook):
    """Row 6.1-1: to the bit."""
    assert np.array_equal(notebook.without, notebook.sgd)
    assert not np.array_equal(notebook.momentum, notebook.sgd)


def test_the_equation_of_motion(notebook):
    """Row 6.1-3: friction 1 − α, force −λ g; without a force αᵗ, under a constant one 1/(1 − α) times."""
    assert np.abs(notebook.motion).max() < 1e-12
    assert np.abs(notebook.velocity).max() > 1
    assert np.allclose(notebook.coasting, 0.8 ** np.arange(1, 6))
    assert notebook.terminal == pytest.approx(5, abs=1e-4)


def test_momentum_of_pytorch(notebook):
    """Row 6.1-1: equal for a constant λ, another path when λ changes."""
    assert notebook.constant < 1e-14
    assert notebook.changed > 1
    assert notebook.output("torch_like").endswith("the second form: True\n")


def test_momentum_of_torch_itself(notebook):
    torch = pytest.importorskip("torch")
    p = torch.tensor([10.0, 1.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=0.0095, momentum=0.8)
    for _ in range(40):
        optimizer.zero_grad()
        (p[0] ** 2 + 100 * p[1] ** 2).backward()
        optimizer.step()
    assert np.allclose(p.detach().numpy(), notebook.torch_like)


# ---- Adam --------------------------------------------------------------------------------------------------


def test_the_path_of_adam(notebook):
    """Rows 6.2-3 and E17: its first step is as long in x as in y."""
    drawn = lines(notebook.ax_adam)
    assert np.array_equal(drawn["Adam"].get_xydata(), notebook.adam)
    assert len(notebook.adam) == 61
    assert notebook.adam[1] - notebook.adam[0] == pytest.approx([-0.3, -0.3])
    assert notebook.f(*notebook.adam[-1]) < 0.5
    assert np.abs(notebook.scaled - notebook.adam[-1]).max() < 1e-6


def test_the_learning_rate_is_kept(notebook):
    """Row E8: overwriting makes 2e-69 of 3.1e-4."""
    assert notebook.overwritten == pytest.approx(2.2e-69, rel=0.05)
    assert notebook.kept == pytest.approx(3.1e-4, rel=0.02)


def test_the_two_forms_differ_in_eps(notebook):
    """Row E9: first steps of g = 1e-6 and 1e-8."""
    assert notebook.first.loc["1e-06"].to_numpy() == pytest.approx([9.9e-4, 7.6e-4], rel=0.01)
    assert notebook.first.loc["1e-08"].to_numpy() == pytest.approx([5.0e-4, 3.1e-5], rel=0.02)
    assert 0 < np.abs(notebook.adam - notebook.rewritten).max() < 1e-6


def test_t_is_one_at_the_first_update(notebook):
    """Rows E10 and E11: t = 1, not 0; the text says what Adam is short for."""
    optimizer = notebook.Adam()
    optimizer.update({"x": np.array(1.0)}, {"x": 1.0})
    assert optimizer.t == 1
    for cells in notebook.texts.values():
        assert any("adaptive *moment* estimation" in cell and "self.t += 1" in cell for cell in cells)


# ---- all six -----------------------------------------------------------------------------------------------


def test_all_six(notebook):
    """Row 6.0-1: the five others end below SGD."""
    names = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"]
    assert list(notebook.six_paths) == names
    for ax, name in zip(notebook.axes_six.flat, names, strict=True):
        assert np.array_equal(lines(ax)[name].get_xydata(), notebook.six_paths[name])
    ends = {name: notebook.f(*path[-1]) for name, path in notebook.six_paths.items()}
    assert max(end for name, end in ends.items() if name != "SGD") < ends["SGD"] / 10
    assert notebook.f(*notebook.engine_path(lambda p: optim.Nesterov(p, 0.0095, 0.8))[-1]) > 1e10, (
        "the text says so"
    )
    first = {name: path[1] - path[0] for name, path in notebook.six_paths.items()}
    for name in ("AdaGrad", "RMSProp", "Adam"):
        assert first[name][0] == pytest.approx(first[name][1])
    assert {text.get_text() for text in notebook.ax_six.texts} == set(names)


# ---- the exercises -----------------------------------------------------------------------------------------


def test_untouched_exercises_are_marked_without_an_error(notebook):
    assert "not right yet, 0 of 2" in str(notebook.mark_written)
    assert "nothing changes" in str(notebook.mark_written)
    assert "which compounds: keep the base rate" in str(notebook.mark_repaired)
    assert notebook.output("try_out(largest_rate)") == "not answered yet\n"


def test_the_hidden_answers_are_right(notebook):
    """Rows 6.3-1 and E8: AdaGrad, Nesterov, the mended Adam, and the limit of λ with momentum."""
    found = answers(notebook)
    assert found["en"] == found["ja"]
    names = {"np": np}
    for program in found["en"]:
        exec(program, names)
    assert grade("2-5-1", [names["AdaGrad"], names["Nesterov"]])
    assert grade("6.2-1", names["MyAdam"])
    assert notebook.try_out(names["largest_rate"]) == "right"
    assert "not right yet" in notebook.try_out(lambda h, alpha: 2 / h)
    assert "not right yet" in notebook.try_out(lambda h, alpha: 4 / h)


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        assert len(cell.partition("<details>")[0]) < 1200
