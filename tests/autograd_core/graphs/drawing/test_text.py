"""The drawing with letters."""

import numpy as np

import autograd_core as ac
import nn
from autograd_core.graphs.drawing.text import width
from autograd_core.graphs.snapshot import numerals


def test_a_formula():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = a * x
    t = s - y
    z = t**2
    assert str(ac.graph(z)).splitlines() == [
        "► a          2",
        "► x          3",
        "► y          4",
        "· s = a · x  6",
        "· t = s − y  2",
        "■ z = t²     4",
    ]
    z.backward()
    assert str(ac.graph(z)).splitlines()[-2:] == ["· t = s − y  2  ∂z/∂t = 4", "■ z = t²     4  ∂z/∂z = 1"]


def test_a_network():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    assert str(ac.graph(model, (32, 4))).splitlines() == [
        "► x                        (32, 4)",
        "╭ 0  Linear(4 → 8)  40 params",
        "│ ● weight                 (4, 8)",
        "│ · x · weight             (32, 8)",
        "│ ● bias                   (8,)",
        "│ · x · weight + bias      (32, 8)",
        "╰",
        "· relu(x · weight + bias)  (32, 8)",
        "╭ 2  Linear(8 → 1)  9 params",
        "│ ● weight                 (8, 1)",
        "│ · … · weight             (32, 1)",
        "│ ● bias                   (1,)",
        "│ ■ … · weight + bias      (32, 1)",
        "╰",
    ]


def test_every_line_fits_into_100_columns():
    x = ac.Tensor(np.linspace(-1e-3, 1e9, 6), True, name="名" * 80)
    with ac.scope("s" * 90), ac.scope("t" * 90):
        y = (x * np.pi + 1e-9).named("long " * 30)
    z = (y**2).sum().named("z")
    z.backward()
    lines = str(ac.graph(z)).splitlines()
    assert max(width(line) for line in lines) <= 100
    assert lines[0].startswith("► 名名")
    assert any("…" in line for line in lines[:1])


def test_names_cannot_break_lines():
    x = ac.Tensor(1.0, True, name="a\nb\x1b[31m")
    text = str(ac.graph(x * 2))
    assert "a⏎b�[31m" in text
    assert len(text.splitlines()) == 2


def test_a_leaf_alone():
    x = ac.Tensor(1.0, True, name="x")
    assert str(ac.graph(x)) == "► x  1"


def test_the_middle_of_a_long_graph_is_left_out():
    h = x = ac.Tensor(1.0, True, name="x")
    for _ in range(500):
        h = h + x
    lines = str(ac.graph(h, max_nodes=20)).splitlines()
    assert sum("not drawn" in line for line in lines) == 1
    assert len(lines) <= 22
    assert lines[0].startswith("► x")
    assert lines[-1].startswith("■ h")


def test_numbers():
    for x, text in [
        (0.0, "0"),
        (-0.0, "0"),
        (6.0, "6"),
        (0.123456, "0.1235"),
        (123456.7, "123457"),
        (1e12, "1e12"),
        (-3.1e-7, "−3.1e−7"),
        (np.float32(0.1), "0.1"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "NaN"),
        (np.True_, "True"),
        (1 + 2j, "1+2j"),
    ]:
        assert numerals.number(x) == text
    assert numerals.magnitude(0.0314) == "3.1e−2"
    assert numerals.magnitude(np.nan) == "NaN"


def test_one_line():
    x = ac.Tensor(1.0, True, name="x")
    assert repr(ac.graph((x * 2).named("z"))) == "<Graph of z: 1 operation, 2 leaves>"
