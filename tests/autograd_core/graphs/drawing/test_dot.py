"""The DOT text: the same for the same program, safe for every name, drawn as the design says."""

import re

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.drawing import dot, labels
from autograd_core.graphs.layout import placed
from autograd_core.graphs.layout.metrics import width


def program():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = a * x
    t = s - y
    z = t**2
    return ac.graph(z), z


def test_the_same_program_gives_the_same_text():
    first, _ = program()
    trash = [ac.Tensor(1.0, True) * 2 for _ in range(5)]
    second, z = program()
    assert first.source == second.source
    assert ac.graph(z, names={}).source != second.source, "names differ"
    assert trash


def test_kinds_have_their_colours():
    g, _ = program()
    source = g.source
    assert "rankdir=LR" in source
    for piece in ("#0072B2", "► input", "#00855F", "■ output", "peripheries=2", "a · x", "s − y", "( )²"):
        assert piece in source
    assert "#C98300" not in source, "no parameter, so none in the legend"
    assert "gradient" not in source


def test_after_backward():
    g, z = program()
    z.backward()
    g = ac.graph(z, names={"z": z})
    assert "∂z/∂x = 8" in g.source
    assert "∂z/∂y = −4" in g.source
    assert "#C2410C" in g.source


def test_not_yet_is_a_dash_and_never_zero():
    x = ac.Tensor(2.0, True, name="x")
    z = (x * 3).named("z")
    x.grad = 5.0
    source = ac.graph(z).source
    assert "grad = 5" in source
    assert "∂z/∂z –" in source
    assert "= 0" not in source


def test_show():
    x = ac.Tensor(2.5, True, name="x")
    z = x * 3
    z.backward()
    assert "2.5" in ac.graph(z).source
    assert "2.5" not in ac.graph(z, show=("shape", "grad")).source
    assert "∂" not in ac.graph(z, show="value").source
    w = ac.Tensor(np.ones((3, 4)), True, name="w")
    y = w.sum()
    assert "(3, 4)" in ac.graph(y).source
    assert "<FONT" in ac.graph(y, show=()).source
    assert ">(3, 4)<" not in ac.graph(y, show="value").source


def test_direction():
    x = ac.Tensor(1.0, True)
    assert "rankdir=TB" in ac.graph(x * 2, direction="TB").source
    with ac.scope("m"):
        y = x * 2
    assert "rankdir=TB" in ac.graph(y).source
    assert "rankdir=LR" in ac.graph(y, direction="LR").source


def test_a_deep_formula_is_a_network():
    h = x = ac.Tensor(1.0, True, name="x")
    for _ in range(8):
        h = h * x
    assert "rankdir=LR" in ac.graph(h).source
    assert "rankdir=TB" in ac.graph(h * x).source


def test_no_legend_for_few_nodes():
    x = ac.Tensor(1.0, True)
    assert "labelloc=b" not in ac.graph(x * x).source
    assert "labelloc=b" in ac.graph(x * x * 2).source


def test_modules_are_boxes_and_parameters_stand_beside_their_operation():
    g = ac.graph(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1)), (32, 4))
    source = g.source
    assert source.count("subgraph cluster_") == 2, "a lone activation has no box"
    assert "Linear(4 → 8)" in source
    assert "40 params" in source
    assert "rank=same" in source
    assert "(32, 8)" in source
    boxed = re.findall(r"subgraph cluster_0 \{.*?\n  \}", source, re.DOTALL)
    assert len(boxed) == 1
    assert ">weight<" in boxed[0], "the path is left to the heading"
    assert "x</B>" not in boxed[0], "data enter from outside"
    assert "float32 unless noted" in source


def test_scopes_without_a_model_count_the_weights_in_them():
    X, W = ac.Tensor(np.ones((32, 4)), name="X"), ac.Tensor(np.ones((4, 8)), True, name="W")
    b = ac.Tensor(np.zeros(8), True, name="b")
    with ac.scope("outer"), ac.scope("fc1"):
        h = (X @ W + b).named("H")
    E = ac.tanh(h).sum()
    source = ac.graph(E).source
    assert source.count("subgraph cluster_") == 2
    assert source.count("40 params") == 2
    assert "<B>H</B>" in source


def test_nested_boxes_close():
    x = ac.Tensor(1.0, True)
    with ac.scope("a"):
        with ac.scope("b"), ac.scope("c"):
            y = x * 2 + x
        y = y * 3 + y
    with ac.scope("d"):
        y = y * 2 + y
    source = ac.graph(y).source
    assert source.count("subgraph cluster_") == 4
    assert source.count("{") == source.count("}")


EVIL = [
    '<script>alert("1")</script>',
    'a" ]; evil [label="',
    "a & b",
    "line\nbreak",
    "日本語",
    "🎉",
    "x\0y\\N\\",
    "<B>",
]


@pytest.mark.parametrize("name", EVIL)
def test_every_name_is_escaped(name):
    x = ac.Tensor(1.0, True, name=name)
    with ac.scope(name):
        y = (x * 2).named(name + "!")
    z = (y + x).named("z")
    source = ac.graph({"z": z, name: y}).source
    assert "<script" not in source
    assert "\0" not in source
    assert 'evil [label="' not in source
    assert "\nbreak" not in source
    if name in ("日本語", "🎉"):
        assert name in source


@pytest.mark.parametrize("mode", ["forward", "backward", "both", "panels"])
@pytest.mark.parametrize("name", [*EVIL, "]]>", "-->", "<!--", "a<b"])
def test_names_are_escaped_beside_wires_too(name, mode):
    x = ac.Tensor(1.0, True, name=name)
    with ac.scope(name):
        y = (x * 2).named(name + "!")
    z = (y**2).named(name + "?")
    source = ac.graph(z, mode=mode, grads="compute").source
    markup = re.sub(r'"(?:[^"\\]|\\.)*"', "", source)
    assert set(re.findall(r"</?([^\s/<>]*)", markup)) <= {"", "TABLE", "TR", "TD", "HR", "FONT", "B", "SUP"}
    assert placed(source)


def test_long_names_are_cut():
    x = ac.Tensor(1.0, True, name="n" * 500)
    assert "n" * 40 not in ac.graph(x * 2).source


def test_nan_and_infinity_stand_out():
    x = ac.Tensor(np.nan, True, name="x")
    source = ac.graph(x * 2).source
    assert "! NaN" in source
    assert 'class="v input bad"' in source
    y = ac.Tensor(np.inf, True, name="y")
    assert "! ∞" in ac.graph(y * 2).source


def test_too_many_nodes_are_folded_in_the_middle():
    h = ac.Tensor(1.0, True, name="x")
    for _ in range(1000):
        h = ac.tanh(h)
    g = ac.graph(h, max_nodes=50)
    (words,) = set(re.findall(r"… [\d,]+ ops not drawn", g.source))
    drawn = g.source.count('class="op"')
    assert drawn + int(words.split()[1].replace(",", "")) == 1000
    assert drawn < 50
    assert "<B>x</B>" in g.source
    assert "<B>h</B>" in g.source
    assert ac.graph(h, max_nodes=2000).source.count('class="op"') == 1000
    assert len(g) == 2001, "the data are whole"


def test_leaves_of_folded_operations_are_counted():
    ws = [ac.Tensor(1.0, True) for _ in range(100)]
    h = ws[0]
    for w in ws[1:]:
        h = h * w
    assert re.search(r"… \d+ ops and \d+ leaves not drawn", ac.graph(h, max_nodes=20).source)


@pytest.mark.parametrize("network", [False, True])
def test_on_a_disc_stands_only_what_fits_into_it(network):
    x = ac.Tensor([0.5, 0.25], True, name="x")
    powers = [x**k for k in (2, -2, 0.5, -10, 3.5)]
    named = [f(x) for f in (ac.expm1, ac.log1p, ac.log10, ac.log2, ac.exp2, ac.sin)]
    z = ac.stack([*powers, *named, -x, abs(x), ac.sqrt(x)]).sum()
    source = ac.graph({"z": nn.Linear(1, 1)(ac.reshape(z, (1, 1))).sum() if network else z}).source
    discs = re.findall(r'shape=circle, .*?width=([\d.]+),.*?POINT-SIZE="(\d+)"><B>(.*?)</B>', source)
    assert {"( )²", "−( )", "| |", "√"} <= {symbol for _, _, symbol in discs}
    for inches, points, symbol in discs:
        assert width(symbol, int(points), True) < 72 * float(inches) - 2, symbol
    assert {"expm1", "log10", "sin"} <= set(re.findall(r"height=0.34, .*?<B>(.*?)</B>", source))


@pytest.mark.parametrize("mode", ["forward", "backward"])
@pytest.mark.parametrize("show", ["value", ("value", "grad")])
def test_a_long_note_does_not_spread_the_signs_of_the_key(mode, show):
    x = ac.Tensor(3.0, True, name="x")
    g = ac.graph({"z": ac.exp(x) * 2}, mode=mode, show=show)
    places = []
    for note in ("", "a note that is far longer than all the signs of the key " * 2):
        legend = placed(g.changed({}, note=note).source).legend
        places.append([p.x for p in legend.patches])
        assert max(line.left + line.width for line in legend.lines) <= legend.width
    assert len(places[0]) >= 4
    assert places[0] == pytest.approx(places[1], abs=0.5)


def test_long_words_on_gradients_have_a_line_of_their_own_in_the_key():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    legend = placed(ac.graph(model, (3, 2), mode="backward").source).legend
    lines = {line.text.strip()[:13]: line.y for line in legend.lines}
    assert lines["gradient flow"] > lines["operation"]
    assert legend.width < 600


def test_a_heading_has_room_beside_the_wire_that_enters_below_it_and_no_more():
    """The left half of the operation there is room already; without it half of the box was empty."""
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 256, rng=0), 12)
    g = ac.graph(encoder, (10, 2, 64))
    op = next(n for n in g.drawing.nodes if n.members)
    (wide,) = re.findall(rf"p{op.number} \[style=invis.*? width=([\d.]+)", g.source)
    (heading,) = [labels.module_width(m) for m in g.headings.values() if "EncoderLayer" in m.title]
    left = float(wide) + dot.BETWEEN + labels.pill_width(op) / 2
    assert heading < left < heading + 0.2


def test_a_wire_says_whose_rule_is_too_long_for_it():
    lstm = nn.LSTM(2, 3)
    outs, _ = lstm(ac.Tensor(np.ones((6, 1, 2)), True, name="x"))
    source = ac.graph({"E": outs.sum()}, mode="backward").source
    assert source.count("label=<rule of lstm>") == 5
    assert "label=<…>" not in source
