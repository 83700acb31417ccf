"""The views of one graph: forward, backward, both, the four panels: what their DOT text and letters say."""

import html
import re
import shutil
import subprocess

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.drawing.flow import Flow

LECTURE = "s = a*x; t = s - y; z = t**2"
ENTROPY = "s = exp(-x); ŷ = 1/(1+s); z1 = y*log(ŷ); z2 = (1-y)*log(1-ŷ); h = -z1 - z2"


def lecture(**settings):
    return ac.graph(LECTURE, a=2, x=3, y=4, **settings)


def plain(markup):
    """The words of a label, with a line between its cells."""
    text = re.sub(r"</T[RD]>", "|", re.sub(r"<SUP>.*?</SUP>", "ᵀ", markup.replace("|g|", "‖g‖")))
    words = html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u00a0", " ")
    return re.sub(r"[| ]*\|[| ]*", "|", words).strip("| ")


def labels(source, css):
    """From the id of every node of a class to the words on it."""
    found = re.findall(
        rf'class="{css}[^\n]*? label=<(.*?)>(?:, group|, tooltip|, id=|\]|, style)[^\n]*', source
    )
    lines = [line for line in source.splitlines() if f'class="{css}' in line]
    ids = [re.search(r'[\[ ]id="([^"]*)"', line)[1] for line in lines]
    assert len(found) == len(ids)
    return dict(zip(ids, map(plain, found), strict=True))


def chips(g):
    return sorted(text.replace("|", " ") for text in labels(g.source, "chip").values())


def edges(source):
    return [line.strip() for line in source.splitlines() if "->" in line and "style=invis" not in line]


# ---- backward ----------------------------------------------------------------------------------------------


def test_the_local_derivative_is_a_chip_on_every_wire():
    """Row 3.4-2: arrows turned round, dz/dt = 2t, ∂t/∂y = −1, ∂t/∂s = 1, ∂s/∂a = x, ∂s/∂x = a."""
    g = lecture(mode="backward")
    assert chips(g) == sorted(["dz/dt = 2t = 4", "∂t/∂y = −1", "∂t/∂s = 1", "∂s/∂a = x = 3", "∂s/∂x = a = 2"])
    assert set(labels(g.source, "chip")) == {"d-3-0", "d-3-1", "d-5-0", "d-5-1", "d-7-0"}


def test_the_arrows_are_turned():
    """Row 3.4-2: the reverse graph."""
    backward = edges(lecture(mode="backward").source)
    assert len(backward) == 13
    assert all("#C2410C" in line for line in backward)
    arrows = [line for line in backward if "dir=back" in line]
    assert [line.split(" [")[0] for line in arrows] == [
        *("v0 -> d3_0", "v1 -> d3_1", "o3 -> v4"),
        *("v4 -> d5_0", "v2 -> d5_1", "o5 -> v6"),
        *("v6 -> d7_0", "o7 -> v8"),
    ]
    assert all("dir=none" in line for line in set(backward) - set(arrows))


def test_the_cards_say_the_gradient_and_how_it_arose():
    """Row 3.4-3: the accumulated product at each node."""
    g = lecture(mode="backward", grads="compute")
    assert labels(g.source, "v ") == {
        "v-0": "a|=|2|► input|∂z/∂a = 12|4 · 3   (2t · x)",
        "v-1": "x|=|3|► input|∂z/∂x = 8|4 · 2   (2t · a)",
        "v-2": "y|=|4|► input|∂z/∂y = −4|4 · (−1)   (−2t)",
        "v-4": "s|=|6|a · x|∂z/∂s = 4|4 · 1   (2t)",
        "v-6": "t|=|2|s − y|∂z/∂t = 4|1 · 4   (2t)",
        "v-8": "z|=|4|■ output|∂z/∂z = 1|seed",
    }


def test_the_number_that_arrives_stands_on_the_wire():
    source = lecture(mode="backward", grads="compute").source
    numbers = {
        re.search(r'ID="(w-\d+-number)"', line)[1]: plain(line.split("label=<")[1][:-3])
        for line in edges(source)
        if "ID=" in line
    }
    assert numbers == {"w-3-number": "4", "w-5-number": "4", "w-7-number": "1"}


def test_not_yet_is_a_dash():
    g = lecture(mode="backward")
    assert "∂z/∂x –" in g.source
    assert "= 0" not in g.source
    assert "seed" not in g.source
    assert "d-3-0" in g.source, "the local derivatives are known all the same"


def test_where_wires_meet_gradients_are_added():
    """Rows 3.4-5 to 3.4-7: merging arrows add."""
    g = ac.graph(ENTROPY, x=0.5, y=0.25, mode="backward", fold="unnamed", grads="compute")
    assert chips(g) == sorted(
        [
            *("∂h/∂z1 = −1", "∂h/∂z2 = −1"),
            "∂z1/∂y = log(ŷ) = −0.4741",
            "∂z1/∂ŷ = y/ŷ = 0.4016",
            "∂z2/∂y = −log(1 − ŷ) = 0.9741",
            "∂z2/∂ŷ = −(1 − y)/(1 − ŷ) = −1.987",
            "dŷ/ds = −1/(1 + s)² = −0.3875",
            "ds/dx = −exp(−x) = −0.6065",
        ]
    )
    rows = labels(g.source, "v ")
    y = next(text for text in rows.values() if text.startswith("y|"))
    assert y.endswith("∂h/∂y = −0.5|0.4741 − 0.9741"), "−x, by the lecture's answer"
    assert len(labels(g.source, "sum")) == 2
    shares = re.findall(r'ID="w-\d+-\d-number"><FONT[^>]*><B>([^<]*)', g.source)
    assert sorted(shares) == sorted(["−0.4016", "1.987", "0.4741", "−0.9741"])


def test_the_answers_of_the_entropy():
    """Row 3.4-7: ∂h/∂y = −x; ∂h/∂x = ŷ − y."""
    g = ac.graph(ENTROPY, x=0.5, y=0.25, grads="compute")
    assert g["y"].grad == pytest.approx(-0.5)
    assert g["x"].grad == pytest.approx(g["ŷ"].value - 0.25)


def test_one_operand_twice_is_two_wires():
    x = ac.Tensor(3.0, True, name="x")
    z = (x * x).named("z")
    z.backward()
    g = ac.graph(z, mode="backward")
    assert chips(g) == ["x = 3", "x = 3"], "neither of them is the whole ∂z/∂x"
    assert "3 + 3   (x + x)" in plain(g.source)


def test_what_was_accumulated_before_did_not_arise_here():
    x = ac.Tensor(3.0, True, name="x")
    (x * 2).backward()
    z = (x * 4).named("z")
    z.backward()
    g = ac.graph(z, mode="backward")
    assert Flow(g.nodes, g.edges).how(g["x"]) == ""
    assert "grad = 6" in g.source


def test_no_gradient_flows_to_constants():
    x = ac.Tensor(3.0, True, name="x")
    source = ac.graph((x + 1.0).named("z"), mode="backward").source
    (line,) = [line for line in edges(source) if line.startswith("v1 -> o2")]
    assert "C2410C" not in line
    assert "dir" not in line


# ---- arrays ------------------------------------------------------------------------------------------------


def product():
    X, W = ac.randn(5, 4, requires_grad=True, name="X"), ac.randn(4, 3, requires_grad=True, name="W")
    return (X @ W).named("Y").sum().named("E")


def test_the_rule_of_a_matrix_product_stands_on_the_wires():
    """Rows 3.5-1 to 3.5-3: X, W → Y → E; dX = dY Wᵀ, dW = Xᵀ dY."""
    g = ac.graph(product(), mode="backward", names=None, grads="compute")
    assert chips(g) == sorted(["· Wᵀ", "Xᵀ ·", "spread"])
    rows = labels(g.source, "v ")
    assert rows["v-0"].endswith("∂E/∂X = ∂E/∂Y · Wᵀ")
    assert rows["v-1"].endswith("∂E/∂W = Xᵀ · ∂E/∂Y")
    assert rows["v-3"] == "Y|X · W|(5, 3)|‖g‖ 1.0|∂E/∂Y = 1", "the gradient of a sum"


def test_the_gradient_has_the_shape_of_its_variable():
    """Row 3.5-2."""
    for n in ac.graph(product(), mode="backward", names=None, grads="compute"):
        if n.kind != "operation":
            assert np.shape(n.grad) == n.shape


def test_softmax_with_loss():
    """Row 3.7-3: the backward picture of softmax with loss, (Y − T)/N."""
    X, W = ac.randn(5, 4, requires_grad=True, name="X"), ac.randn(4, 3, requires_grad=True, name="W")
    b = ac.zeros(3, requires_grad=True, name="b")
    A = (X @ W + b).named("A")
    E = nn.CrossEntropyLoss()(A, np.array([0, 1, 2, 0, 1])).named("E")
    g = ac.graph(E, mode="backward", names=None)
    assert chips(g) == sorted(["· Wᵀ", "Xᵀ ·", "1", "sum axis 0", "· (p − onehot(t))/N"])
    rows = plain(g.source)
    for rule in (
        "∂E/∂A = (p − onehot(t))/N",
        "∂E/∂X = ∂E/∂A · Wᵀ",
        "∂E/∂W = Xᵀ · ∂E/∂A",
        "∂E/∂b = sum(∂E/∂A, axis 0)",
    ):
        assert rule in rows


def network():
    """The two-layer network of the lecture."""
    rng = np.random.default_rng(0)
    X = ac.Tensor(rng.normal(size=(6, 4)), name="X")
    W1, W2 = (nn.Parameter(rng.normal(size=s)) for s in ((4, 5), (5, 1)))
    b1, b2 = nn.Parameter(np.zeros(5)), nn.Parameter(np.zeros(1))
    A1 = X @ W1 + b1
    X1 = ac.relu(A1)
    Yh = X1 @ W2 + b2
    E = nn.HalfMSELoss()(Yh, rng.normal(size=(6, 1)))
    E.backward()
    names = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "A1": A1, "X1": X1, "Yh": Yh, "E": E}
    return E, names


def test_the_forward_picture_of_two_layers():
    """Row 4.1-1: X → A1 → X1 → Ŷ → E with W1, b1, W2, b2."""
    E, names = network()
    source = ac.graph(E, names=names).source
    assert all("style=invis" in line for line in source.splitlines() if 'class="chip"' in line)
    for name in ("X", "W1", "b1", "W2", "b2", "A1", "X1", "Yh", "E"):
        assert f"<B>{name}</B>" in source


def test_the_formula_of_every_gradient_at_its_arrow():
    """Rows 4.1-2, 4.1-3: the backward picture of two layers, with the mask A1 > 0."""
    E, names = network()
    g = ac.graph(E, mode="backward", names=names)
    words = plain(g.source)
    for rule in (
        "∂E/∂W2 = X1ᵀ · ∂E/∂Yh",
        "∂E/∂b2 = sum(∂E/∂Yh, axis 0)",
        "∂E/∂X1 = ∂E/∂Yh · W2ᵀ",
        "∂E/∂A1 = ∂E/∂X1 ⊙ [A1 > 0]",
        "∂E/∂W1 = Xᵀ · ∂E/∂A1",
        "∂E/∂b1 = sum(∂E/∂A1, axis 0)",
    ):
        assert rule in words
    assert "∂E/∂X =" not in words, "X needs no gradient"
    assert "rankdir=TB" in g.source
    assert re.search(r"‖g‖ \d", words)


def test_a_sum_of_which_a_part_is_not_said_is_not_said():
    model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    x = ac.Tensor(np.ones((2, 3, 8)), requires_grad=True, name="x")
    g = ac.graph(model(x).sum(), mode="backward", fold=["self_attn"])
    assert "rule of MultiheadAttention" in g.source
    assert "… + ḡ" not in plain(g.source)


# ---- forward -----------------------------------------------------------------------------------------------


def test_before_backward_the_forward_view_is_the_small_one():
    """Row 3.4-1: the forward graph with its values."""
    source = lecture().source
    assert "chip" not in source
    assert "∂" not in source
    assert "ranksep=0.42" in source


def test_after_backward_the_chips_keep_their_room():
    source = lecture(grads="compute").source
    lines = [line for line in source.splitlines() if 'class="chip"' in line]
    assert len(lines) == 5
    assert all("style=invis" in line for line in lines)
    assert source.count("headclip=false") == source.count("tailclip=false") == 5
    assert "#C2410C" not in "".join(edges(source))


def test_an_overwritten_leaf_says_what_it_holds_now():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    z = (a * x - y) ** 2
    x.data = 5
    for mode in ("forward", "backward", "both", "panels"):
        g = ac.graph({"z": z}, mode=mode)
        assert "now 5" in g.source
        assert "overwritten since it was used" in g.source
        assert "3 (now 5)" in str(g)


def test_a_large_leaf_that_was_overwritten():
    x = ac.Tensor(np.zeros(100), True, name="x")
    z = ac.exp(x).sum()
    x.data = np.ones(100)
    assert "overwritten since" in ac.graph({"z": z}).source


# ---- both --------------------------------------------------------------------------------------------------


def test_both_ways_on_one_wire():
    source = lecture(mode="both", grads="compute").source
    wires = edges(source)
    assert all('color="#6B7A8C:#C2410C"' in line for line in wires)
    assert sum("dir=both" in line for line in wires) == 3, "from operations to their results"
    assert sum("dir=back" in line for line in wires) == 5
    assert sum("dir=forward" in line for line in wires) == 5
    assert "grey = values running forward" in source


def test_both_in_a_network_says_names_and_rules():
    E, names = network()
    words = plain(ac.graph(E, mode="both", names=names).source)
    assert re.search(r"A1\s+\(6, 5\)\W+∂E/∂A1 = ∂E/∂X1 ⊙ \[A1 > 0\]", words)


# ---- panels ------------------------------------------------------------------------------------------------


def panel(g, number):
    """The part of the DOT text of one panel."""
    parts = re.split(r"subgraph cluster_(q\d)", g.source)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[f"q{number}"]


def test_four_panels_in_one_text():
    """Rows 3.4-1 to 3.4-4: the pictures of the lecture, one below the other."""
    g = lecture(mode="panels")
    for number, title in enumerate(("forward", "local derivatives", "products", "in the inputs"), 1):
        assert f"<B>{number}  " in panel(g, number)
        assert title in panel(g, number)
    assert g.source.count('class="chip"') == 20
    names = re.findall(r' id="([^"]*)"', g.source)
    assert len(names) == len(set(names))


def test_the_panel_of_products():
    """Row 3.4-3: 2t, −2t, 2t, 2xt, 2at."""
    text = plain(panel(lecture(mode="panels"), 3))
    for words in ("∂z/∂t = 2t", "∂z/∂y = −2t", "∂z/∂s = 2t", "∂z/∂a = 2t · x", "∂z/∂x = 2t · a"):
        assert words in text


def test_no_gradient_without_a_name_ends_with_its_equals_sign():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    loss = nn.CrossEntropyLoss()(model(np.ones((6, 4))), np.zeros(6, int))
    loss.backward()
    words = plain(ac.graph(loss, mode="panels").source)
    assert "|grad = ḡ · weightᵀ|" in words
    assert "|grad|= ḡ ⊙ [x · weight + bias > 0]" in words
    assert "grad =|" not in words
    assert "grad = ḡ ⊙ [x · weight + bias > 0]" in str(ac.graph(loss, mode="panels"))


def test_the_panel_of_the_inputs():
    """Row 3.4-4: z_x = 2a(ax−y), z_a = 2x(ax−y), z_y = −2(ax−y)."""
    text = plain(panel(lecture(mode="panels", grads="compute"), 4))
    for words in (
        "∂z/∂x = 8|2 · (a · x − y) · a",
        "∂z/∂a = 12|2 · (a · x − y) · x",
        "∂z/∂y = −4|−2 · (a · x − y)",
    ):
        assert words in text


def test_the_products_of_the_entropy():
    """Rows 3.4-6, 3.4-7: −log ŷ + log(1 − ŷ)."""
    g = ac.graph(ENTROPY, x=0.5, y=0.25, mode="panels", fold="unnamed")
    assert "−log(ŷ) + log(1 − ŷ)" in plain(panel(g, 3))
    assert "−y/ŷ + (1 − y)/(1 − ŷ)" in plain(panel(g, 3))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("z = z(u); u = u(x)", "dz/dx = dz/du · du/dx", id="one variable"),
        pytest.param("z = z(u); u = u(x, y)", "∂z/∂x = dz/du · ∂u/∂x", id="pattern 1"),
        pytest.param(
            "z = z(u, v); u = u(x); v = v(x)", "dz/dx =|∂z/∂u · du/dx + ∂z/∂v · dv/dx", id="pattern 2"
        ),
        pytest.param(
            "z = z(u, v); u = u(x, y); v = v(x, y)", "∂z/∂u · ∂u/∂y + ∂z/∂v · ∂v/∂y", id="pattern 3"
        ),
    ],
)
def test_abstract_functions_are_told_in_letters(text, words):
    """Rows 3.2-1 to 3.2-4: products along the arrows, sums over the routes."""
    g = ac.graph(text, mode="backward")
    assert words in plain(g.source)
    assert "∂z/∂u = " not in plain(g.source), "nothing is equal to itself"
    assert words in plain(g.viewed("panels").source)


def test_panels_of_a_model_are_formulas():
    g = ac.graph(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), (4, 2), mode="panels")
    assert "rankdir=LR" in g.source
    assert 'class="module"' not in g.source
    assert "1  forward" in str(g)


# ---- letters -----------------------------------------------------------------------------------------------


def test_the_drawing_with_letters_lists_the_local_derivatives():
    """Row 3.4-2."""
    assert str(lecture(mode="backward")).splitlines() == [
        "► a          2  ∂z/∂a –",
        "► x          3  ∂z/∂x –",
        "► y          4  ∂z/∂y –",
        "· s = a · x  6  ∂z/∂s –",
        "    ∂s/∂a = x = 3",
        "    ∂s/∂x = a = 2",
        "· t = s − y  2  ∂z/∂t –",
        "    ∂t/∂s = 1",
        "    ∂t/∂y = −1",
        "■ z = t²     4  ∂z/∂z –",
        "    dz/dt = 2t = 4",
    ]


def test_panels_with_letters():
    parts = str(lecture(mode="panels")).split("\n\n")
    assert [part[:2] for part in parts] == ["1 ", "2 ", "3 ", "4 "]
    assert "► x          3  ∂z/∂x = 2t · a" in parts[2]
    assert "► x          3  ∂z/∂x = 2 · (a · x − y) · a" in parts[3]


# ---- all of them -------------------------------------------------------------------------------------------

MODES = ("forward", "backward", "both", "panels")


@pytest.mark.parametrize("mode", MODES)
def test_the_same_program_gives_the_same_text(mode):
    assert lecture(mode=mode, grads="compute").source == lecture(mode=mode, grads="compute").source


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ['<script>"', 'a" ]; evil [label="', "line\nbreak", "x\\N\\", "ᵀ&"])
def test_every_name_is_escaped(mode, name):
    x = ac.Tensor(2.0, True, name=name)
    y = (x * x).named(name + "!")
    z = (y + x).named("z")
    source = ac.graph({"z": z}, mode=mode, grads="compute").source
    assert "<script" not in source
    assert 'evil [label="' not in source
    assert "\nbreak" not in source


@pytest.mark.parametrize("mode", MODES)
def test_nothing_fails_on_odd_values(mode):
    x = ac.Tensor(np.array([np.nan, np.inf], np.float32), True, name="x")
    E = (x * np.float32(2)).sum().named("E")
    E.backward()
    g = ac.graph(E, mode=mode)
    assert "NaN" in g.source
    assert "float32" in g.source
    assert str(g)


@pytest.mark.parametrize("mode", MODES)
def test_every_view_renders_without_a_word_from_graphviz(mode):
    if shutil.which("dot") is None:
        pytest.skip("needs Graphviz")
    E, names = network()
    for g in (ac.graph(E, names=names, mode=mode), lecture(mode=mode, grads="compute")):
        done = subprocess.run(["dot", "-Tsvg"], input=g.source.encode(), capture_output=True, check=True)
        assert done.stderr == b""


# ---- the legend --------------------------------------------------------------------------------------------


def legend(g):
    return html.unescape(re.search(r"label=<(.*)>", g.source)[1])


def test_the_legend_explains_the_signs_that_occur_and_no_others():
    """Of numbers on wires where there are some, of |g| and ḡ where cards and chips have them."""
    z = ac.graph(LECTURE, a=2, x=3, y=4)
    before, after = legend(z.viewed("backward")), legend(z.computed().viewed("backward"))
    assert "bold number" not in before
    assert "framed chip = local derivative that the gradient is multiplied by" in before
    assert "bold number = gradient arriving, framed chip = local derivative it is multiplied by" in after
    assert "bold number" not in legend(ac.graph(LECTURE, mode="panels"))
    assert "|g|" not in after
    assert "⊕" not in after
    assert "⊕ = where wires meet" in legend(ac.graph("z = x*exp(x)", x=2.0, mode="backward"))

    X = ac.Tensor(np.arange(12.0).reshape(4, 3), requires_grad=True, name="X")
    Y = ac.softmax(X).named("Y")
    E = (Y**2).sum().named("E")
    E.backward()
    words = legend(ac.graph(E, mode="backward", fold="unnamed"))
    assert "bold number, ḡ = gradient arriving, framed chip = what becomes of it, |g| = mean abs" in words
    W = ac.Tensor([[1.0], [2.0]], requires_grad=True, name="W")
    small = (ac.ones((1, 2)) @ W).sum().named("S")
    small.backward()
    words = legend(ac.graph(small, mode="backward"))
    assert "ḡ" not in words
    assert "|g|" not in words


def test_the_legend_explains_the_double_border():
    g = ac.graph(ENTROPY)
    assert "double border" not in legend(g)
    assert "double border: several in one" in legend(ac.graph(ENTROPY, fold="unnamed"))


def test_a_number_on_a_wire_is_bold_wherever_it_comes_from():
    """−1 of one operation, of several in one, and without any values."""
    for settings in ({}, {"x": 0.5, "y": 0.25}):
        source = ac.graph(ENTROPY, fold="unnamed", mode="backward", **settings).source
        assert len(re.findall(r">∂h/∂z[12] =</TD>.*?<B>−1</B>", source)) == 2
    assert "<B>−1</B>" in ac.graph(LECTURE, mode="backward").source


def test_a_rule_with_an_equals_sign_inside_is_whole():
    """At a corner the rule holds `[a = 0]`, which is not where its left side ends."""
    x = ac.Tensor([[1.0, -2.0]], requires_grad=True, name="x")
    y = np.maximum(x, 0).named("y")
    z = (y * y).sum().named("z")
    z.backward()
    words = html.unescape(re.sub(r"<[^>]*>", "", ac.graph(z, mode="backward", fold="unnamed").source))
    assert "∂z/∂x = ∂z/∂y ⊙ ([x > 0] + ½[x = 0])" in words
    assert "∂z/∂x = 0])" not in words
