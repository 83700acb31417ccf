"""Notebook 2-1: its pictures, its numbers, and the answers that it hides are the lecture's."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import grade
from tests.notebooks.running import Drawn, answers, ran

pytest.importorskip("jupytext")


@pytest.fixture(scope="module")
def notebook():
    return ran("2-1_automatic_differentiation")


def drawn(graph):
    return Drawn(graph.source)


# ---- 3.2: the chain rule -----------------------------------------------------------------------------------


def test_one_variable(notebook):
    """Row 3.2-1: x → u → z, then the same with du/dx and dz/du on the arrows."""
    forward, back = drawn(notebook.chain), drawn(notebook.chain_back)
    assert list(forward.cards) == ["x", "u", "z"]
    assert (forward.chips, forward.arrows) == ([], (4, 0))
    assert (back.chips, back.arrows) == (["du/dx", "dz/du"], (0, 4))
    assert back.cards["x"] == "x|► input|dz/dx = dz/du · du/dx"


PATTERNS = {
    1: (["dz/du", "∂u/∂x", "∂u/∂y"], 0, {"x": "∂z/∂x = dz/du · ∂u/∂x", "y": "∂z/∂y = dz/du · ∂u/∂y"}),
    2: (["du/dx", "dv/dx", "∂z/∂u", "∂z/∂v"], 1, {"x": "dz/dx =|∂z/∂u · du/dx + ∂z/∂v · dv/dx"}),
    3: (
        ["∂u/∂x", "∂u/∂y", "∂v/∂x", "∂v/∂y", "∂z/∂u", "∂z/∂v"],
        2,
        {"x": "∂z/∂x =|∂z/∂u · ∂u/∂x + ∂z/∂v · ∂v/∂x", "y": "∂z/∂y =|∂z/∂u · ∂u/∂y + ∂z/∂v · ∂v/∂y"},
    ),
}


@pytest.mark.parametrize("n", PATTERNS)
def test_the_patterns_of_two_variables(notebook, n):
    """Rows 3.2-2, 3.2-3 and 3.2-4: products along the arrows, sums over the routes."""
    chips, sums, words = PATTERNS[n]
    forward = drawn(getattr(notebook, f"pattern_{n}"))
    back = drawn(getattr(notebook, f"pattern_{n}_back"))
    assert (forward.chips, forward.arrows[1]) == ([], 0)
    assert (back.chips, back.arrows[0], back.sums) == (chips, 0, sums)
    for name, told in words.items():
        assert back.cards[name] == f"{name}|► input|{told}"


def test_the_routes_are_listed(notebook):
    """Row 3.2-4: two routes for each variable."""
    assert notebook.output('ac.explain(pattern_3, "x")').splitlines()[:3] == [
        "z reaches x on 2 routes:",
        "    z ← u ← x   ∂z/∂u · ∂u/∂x",
        "    z ← v ← x   ∂z/∂v · ∂v/∂x",
    ]


# ---- 3.4: computational graphs -----------------------------------------------------------------------------

LOCAL = ["dz/dt = 2t", "∂s/∂a = x", "∂s/∂x = a", "∂t/∂s = 1", "∂t/∂y = −1"]


def test_the_parabola_forward(notebook):
    """Row 3.4-1: s = ax, t = s − y, z = t²."""
    picture = drawn(notebook.parabola)
    assert list(picture.cards.values()) == [
        *("a|► input|2", "x|► input|3", "y|► input|4"),
        *("s|a · x|6", "t|s − y|2", "z|■ output|4"),
    ]
    assert picture.pills == ["×", "−", "( )²"]
    assert picture.arrows == (8, 0)
    assert notebook.output("for edge in parabola.edges").splitlines() == [
        *("a → ×", "x → ×", "× → s", "s → −", "y → −", "− → t", "t → ( )²", "( )² → z")
    ]


def test_the_parabola_backward(notebook):
    """Row 3.4-2: arrows turned round, the local derivative beside each; what is not known is a dash."""
    picture = drawn(notebook.local_derivatives)
    assert picture.chips == ["dz/dt = 2t = 4", "∂s/∂a = x = 3", "∂s/∂x = a = 2", "∂t/∂s = 1", "∂t/∂y = −1"]
    assert picture.arrows == (0, 8)
    assert all(card.endswith(f"∂z/∂{name} –") for name, card in picture.cards.items())


def test_the_accumulated_products(notebook):
    """Row 3.4-3: 2t, −2t, 2t, 2xt, 2at at the nodes."""
    cards = drawn(notebook.accumulated).cards
    told = {name: card.split("|")[-2:] for name, card in cards.items()}
    assert told == {
        "a": ["∂z/∂a = 12", "4 · 3   (2t · x)"],
        "x": ["∂z/∂x = 8", "4 · 2   (2t · a)"],
        "y": ["∂z/∂y = −4", "4 · (−1)   (−2t)"],
        "s": ["∂z/∂s = 4", "4 · 1   (2t)"],
        "t": ["∂z/∂t = 4", "1 · 4   (2t)"],
        "z": ["∂z/∂z = 1", "seed"],
    }
    assert notebook.output("z.backward()") == "Tensor(12.0) Tensor(8.0) Tensor(-4.0)\n"


def test_the_four_pictures(notebook):
    """Rows 3.4-1 to 3.4-4: the derivation in four panels, without numbers."""
    picture = drawn(notebook.panels)
    assert len(picture.said) == 4 * 6
    assert picture.chips == sorted(4 * LOCAL), "in the first panel they only keep their places"
    assert picture.arrows == (8, 24)
    for words in ("∂z/∂a = 2t · x", "∂z/∂x = 2t · a", "∂z/∂y = −2t", "∂z/∂s = 2t", "dz/dt = 2t"):
        assert sum(card.endswith(words) for card in picture.said) == 1
    for words in ("2 · (a · x − y) · x", "2 · (a · x − y) · a", "−2 · (a · x − y)"):
        assert sum(card.endswith(f"=|{words}") for card in picture.said) == 1


def test_the_three_rewritings(notebook):
    """Row 3.4-4: 2at → 2a(s − y) → 2a(ax − y)."""
    lines = [
        line.partition("= ")[2].replace(" · ", "") for line in ac.explain(notebook.accumulated, "x").lines
    ]
    assert lines[2:5] == ["2at", "2a(s − y)", "2a(ax − y)"]


def test_the_entropy_forward(notebook):
    """Row 3.4-5: s, ŷ, z1, z2, h."""
    picture = drawn(notebook.entropy)
    assert list(picture.cards) == ["x", "y", "s", "ŷ", "z1", "z2", "h"]
    assert picture.pills == ["exp(−x)", "1/(1 + s)", "y · log(ŷ)", "(1 − y) · log(1 − ŷ)", "−z1 − z2"]


def test_the_entropy_backward(notebook):
    """Row 3.4-6: eight local derivatives; arrows that meet at ŷ and at y are added."""
    picture = drawn(notebook.entropy_back)
    assert picture.chips == sorted(
        [
            *("∂h/∂z1 = −1", "∂h/∂z2 = −1", "∂z1/∂y = log(ŷ)", "∂z1/∂ŷ = y/ŷ"),
            *("∂z2/∂y = −log(1 − ŷ)", "∂z2/∂ŷ = −(1 − y)/(1 − ŷ)"),
            *("dŷ/ds = −1/(1 + s)²", "ds/dx = −exp(−x)"),
        ]
    )
    assert picture.sums == 2
    assert picture.cards["y"].endswith("∂h/∂y =|−log(ŷ) + log(1 − ŷ)")
    assert picture.cards["ŷ"].endswith("∂h/∂ŷ =|−y/ŷ + (1 − y)/(1 − ŷ)")


def test_the_answers_of_the_entropy(notebook):
    """Row 3.4-7: ∂h/∂y = −x, ∂h/∂x = ŷ − y."""
    numbers = [float(word) for word in notebook.output("h.backward()").split() if word[-1].isdigit()]
    assert numbers == pytest.approx([-0.5, -0.5, *2 * [1 / (1 + np.exp(-0.5)) - 0.25]])
    assert notebook.output("ac.derive(h.named").splitlines()[1:] == ["∂h/∂x = σ(x) − y", "∂h/∂y = −x"]


def test_the_order_of_the_sweep(notebook):
    """A value passes its gradient on when all of it has arrived; naive recursion does not wait."""
    assert "∂c/∂a += 2 · 1 = 2   (2 + 2 = 4)" in notebook.output("print(sweep)")
    assert "∂c/∂a = 8 is wrong, 4 is right" in notebook.output('order="recursive"')
    cards = drawn(notebook.halfway).cards
    assert cards["b"].endswith("∂c/∂b = 2|1 + 1")
    assert cards["a"].endswith("∂c/∂a –")


# ---- 3.5 to 3.8: arrays ------------------------------------------------------------------------------------


def test_a_layer_as_a_node(notebook):
    """Rows 3.5-1, 3.5-2 and 3.5-3: X, W → Y → E; gradients have the shapes of their variables."""
    forward, back = drawn(notebook.layer), drawn(notebook.layer_back)
    assert list(forward.cards) == ["X", "W", "Y", "E"]
    assert forward.pills == ["matmul", "sum(Y²)/2"]
    assert forward.cards["Y"] == "Y|X · W|(4, 2)"
    assert back.cards["X"].endswith("∂E/∂X = ∂E/∂Y · Wᵀ")
    assert back.cards["W"].endswith("∂E/∂W = Xᵀ · ∂E/∂Y")
    assert back.chips == sorted(["· Wᵀ", "Xᵀ ·", "· Y"])
    assert notebook.output("X.grad.shape, W.shape") == "(4, 3) (4, 3) (3, 2) (3, 2)\n"


def test_remembering_by_dimensions(notebook):
    """Rows 3.5-4 and 3.5-5: (N, K) = (N, L) × (L, K), so the right factor must be Wᵀ."""
    asked = notebook.output("ac.dimensions(Y)")
    assert "(N, K) = (N, L) × ?" in asked
    assert "ᵀ" not in asked, "the answer is the learner's"
    text = str(notebook.card)
    assert "(N, K) = (N, L) × (L, K), so the right factor must be Wᵀ" in text
    assert "(K, L) = (K, N) × (N, L), so the left factor must be Xᵀ" in text


def test_the_proof_by_components(notebook):
    """Rows 3.3-6 and 3.5-6: ∂E/∂x0 = ∂E/∂y0 w00 + ∂E/∂y1 w01."""
    assert "= ∂E/∂y0 · w00 + ∂E/∂y1 · w01" in notebook.output("y0 = x0*w00")


def test_the_numbers_of_the_examples(notebook):
    """Rows 3.6-1, 3.6-2 and 3.6-3."""
    picture = drawn(notebook.squared_error)
    assert picture.cards["E"].startswith("E|=|2.5|")
    assert "∂E/∂Y = [[2, 1]]|∂E/∂Y = Y − T" in picture.cards["Y"]
    assert "∂E/∂X = [[4, 3, 4]]" in picture.cards["X"]
    assert notebook.output("squared_error =") == "dW =\n[[ 4.  2.]\n [-2. -1.]\n [ 2.  1.]]\n"
    assert notebook.squared_error["W"].grad.tolist() == [[4, 2], [-2, -1], [2, 1]]
    assert np.allclose(notebook.dX.numpy(), [[-1, 0, 2]])
    assert np.allclose(notebook.dW.numpy(), [[-1, 1], [0.5, -0.5], [-0.5, 0.5]])
    assert notebook.output("Y.backward(dY)") == "dX =\n[[ 1.  0.]\n [ 0. -1.]\n [ 1.  1.]]\ndb = [2. 0.]\n"


def test_softmax_with_loss(notebook):
    """Row 3.7-3: the picture backward, and what it comes to: (Y − T)/N."""
    picture = drawn(notebook.softmax_with_loss)
    assert picture.cards["Y"].endswith("∂E/∂Y = −T/(4 · Y)")
    assert picture.cards["X"].endswith("∂E/∂X = Y ⊙ (∂E/∂Y − sum(∂E/∂Y ⊙ Y, axis 1))")
    assert notebook.softmax_derivation["X"] == "(Y − T)/N"
    assert "dX = (Y - T) / N" in notebook.softmax_derivation.code


def test_the_table_of_gradients(notebook):
    """Rows 3.7-1, 3.7-2 and E15: every line of the summary; the losses are sums, divide by N for means."""
    assert [line[15:] for line in notebook.output("table = {").splitlines()] == [
        *("∂E/∂Y = Y − T", "∂E/∂X = Y − T", "∂E/∂X = Y − T"),
        *("∂E/∂X = ∂E/∂Y · Wᵀ", "∂E/∂W = Xᵀ · ∂E/∂Y", "∂E/∂b = sum(∂E/∂Y, axis 0)"),
        *("∂E/∂X = ∂E/∂Y ⊙ Y ⊙ (1 − Y)", "∂E/∂X = ∂E/∂Y ⊙ [X > 0]"),
    ]


def test_the_last_output_is_one_number(notebook):
    """Rows 3.8-1 and E12: backward of a matrix is refused with words, a seed helps, ∂Y/∂X has order four."""
    said = notebook.output("except ac.GradientError")
    assert "backward() starts from a single number, but this Tensor has shape (4, 2)" in said
    assert np.array_equal(notebook.by_seed.numpy(), notebook.by_sum.numpy())


# ---- 4.1: two layers ---------------------------------------------------------------------------------------


def test_two_layers_forward(notebook):
    """Row 4.1-1: X → A1 → X1 → Ŷ → E with W1, b1, W2, b2."""
    picture = drawn(notebook.two_layers)
    assert set(picture.cards) == {"X", "W1", "b1", "A1", "X1", "W2", "b2", "Ŷ", "Y", "E"}
    assert picture.pills == ["X · W1 + b1", "relu", "X1 · W2 + b2", "sum((Ŷ − Y)²)/16"]


def test_two_layers_backward(notebook):
    """Rows 4.1-2, 4.1-3 and E14: the formula of every gradient, ReLU's is a mask; Y is the right answer."""
    cards = drawn(notebook.two_layers_back).cards
    told = {name: card.rpartition("|")[2] for name, card in cards.items()}
    assert told == {
        "X": "(8, 3)",
        "Y": "(8, 2)",
        "E": "seed",
        "Ŷ": "∂E/∂Ŷ = (Ŷ − Y)/8",
        "W2": "∂E/∂W2 = X1ᵀ · ∂E/∂Ŷ",
        "b2": "∂E/∂b2 = sum(∂E/∂Ŷ, axis 0)",
        "X1": "∂E/∂X1 = ∂E/∂Ŷ · W2ᵀ",
        "A1": "∂E/∂A1 = ∂E/∂X1 ⊙ [A1 > 0]",
        "W1": "∂E/∂W1 = Xᵀ · ∂E/∂A1",
        "b1": "∂E/∂b1 = sum(∂E/∂A1, axis 0)",
    }
    for name in ("W1", "b1", "W2", "b2"):
        assert np.allclose(notebook.names[name].grad.numpy(), notebook.names[f"d{name}"])


def test_numerical_derivatives(notebook):
    """Row 3.0-1: two forward passes for each of the fifteen numbers."""
    assert notebook.calls == 30
    assert np.allclose(notebook.by_differences, notebook.W1.grad.numpy())


# ---- the notebook itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "name", "mark"),
    [
        ("3.3-4", "softmax_of_two", "mark_3_3"),
        ("3.4-4", "parabola_derivatives", "mark_3_4"),
        ("3.5-5", "gradient_of_W", "mark_3_5"),
    ],
)
def test_the_hidden_answers_are_right(notebook, exercise, name, mark):
    """Rows 3.3-4, 3.4-4, 3.5-5, 3.8-1 and E1."""
    untouched = getattr(notebook, mark)
    assert untouched.exercise == exercise
    assert "not filled in yet" in str(untouched), "the learner has still to answer"
    assert untouched.pictures == (), "which would be the answer"
    found = answers(notebook)
    assert found["en"] == found["ja"]
    (program,) = [code for code in found["en"] if f"def {name}(" in code]
    names = {}
    exec(program, names)
    assert grade(exercise, names[name])


def test_the_hidden_answers_of_3_3_are_right(notebook):
    """Rows 3.3-1, 3.3-2, 3.3-3, 3.3-5 and 3.3-6."""
    assert notebook.output("exercises.items()").count("not right yet") == 5
    (program,) = [code for code in answers(notebook)["ja"] if "exercises = {" in code]
    names = {"np": np}
    exec(program, names)
    assert list(names["exercises"]) == list(notebook.exercises) == [f"3.3-{n}" for n in (1, 2, 3, 5, 6)]
    for exercise, answer in names["exercises"].items():
        assert grade(exercise, answer)


def test_parameters_are_told_from_data(notebook):
    cards = drawn(notebook.two_layers).cards
    for name in ("W1", "b1", "W2", "b2"):
        assert "● param" in cards[name]
    assert "► input" in cards["X"]


WRONG = {
    "3.3-4": (lambda u, v, z_u, z_v: (u * v * (z_u + z_v), u * v * (z_v - z_u)), ["x"]),
    "3.4-4": (lambda a, x, y: (2 * a * (a * x - y), x * (a * x - y), 2 * (a * x - y)), ["a", "y"]),
    "3.5-5": (lambda X, dY: dY.T @ X, ["W"]),
}


@pytest.mark.parametrize("exercise", WRONG)
def test_a_wrong_answer_shows_where_it_parts(exercise):
    """Rows 3.3-4, 3.4-4 and 3.5-5: the right computation, marked at the derivatives that are wrong."""
    answer, marked = WRONG[exercise]
    graph = grade(exercise, answer).graph
    assert sorted({getattr(at, "source", at).name for at in graph.marks}) == marked
    assert graph.settings.mode == "backward"


def test_the_points_of_the_lecture_are_answered_one_by_one(notebook):
    """Row 3.8-1: the four points of 3.8, each with the number of its section."""
    for language, heading, arrow in (
        ("en", "Points of the lecture", "(→ "),
        ("ja", "講義のポイント", "（→ "),
    ):
        first, last = notebook.texts[language][0], notebook.texts[language][-1]
        points = [line for line in first.partition(heading)[2].splitlines() if line.startswith("* ")]
        assert len(points) == 4
        assert all(arrow in line for line in points)
        assert last.count("* **") == 4


def test_it_is_short(notebook):
    assert len(notebook.printed) <= 45
    for cell in notebook.texts["en"] + notebook.texts["ja"]:
        visible = cell.partition("<details>")[0]
        assert len(visible) < 1200
