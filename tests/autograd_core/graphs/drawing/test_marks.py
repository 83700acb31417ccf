"""Words on nodes and wires of a drawing: chips beside operations, chips on wires, lines in the text."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.graphs.snapshot.records import Mark


def network():
    x = ac.Tensor(np.ones((4, 3)), True, name="x")
    W = ac.Tensor(np.ones((3, 2)), True, name="W")
    b = ac.Tensor(np.ones(2), True, name="b")
    with ac.scope("fc1"):
        h = np.maximum(x @ W + b, 0)
    return ac.graph((h * h).sum().named("loss"), names=None)


def operations(g):
    return {n.op: n for n in g if n.kind == "operation"}


def into(g, op, i):
    return [e for e in g.edges if e.target is op][i]


def test_without_marks_the_drawing_is_the_same():
    g = network()
    assert g.marked({}).source == g.source
    assert "mark" not in g.source


def test_a_mark_belongs_to_the_marked_graph_only():
    g = network()
    before = g.source
    op = operations(g)["matmul"]
    marked = g.marked({op: Mark("look")})
    assert g.source == before
    assert dict(marked.marks) == {op: Mark("look")}
    assert dict(g.marks) == {}


def test_an_operation_gets_a_border_and_a_chip_tied_to_it():
    g = network()
    op = operations(g)["matmul"]
    source = g.marked({op: Mark("rule of W: × 2")}).source
    assert "rule of W: × 2" in source
    assert f"rank=same; o{op.number} -> c{op.number} [dir=none, style=dotted" in source
    (line,) = [line for line in source.splitlines() if line.strip().startswith(f"o{op.number} [")]
    assert 'color="#C2410C", penwidth="3.0' in line
    (other,) = [line for line in source.splitlines() if 'label=<<FONT POINT-SIZE="16"><B>+' in line]
    assert "#C2410C" not in other


def test_a_wire_is_cut_in_two_with_its_chip_between():
    g = network()
    op = operations(g)["matmul"]
    edge = into(g, op, 1)
    assert edge.source.name == "W"
    source = g.marked({edge: Mark("× 4 = N: mean forgotten")}).source
    first, second = (line for line in source.splitlines() if "-> w0 [" in line or line.startswith("  w0 ->"))
    assert first.startswith(f"  v{edge.source.number} -> w0 [dir=none")
    assert second.startswith(f"  w0 -> o{op.number} [dir=forward")
    assert "#C2410C" in first
    assert "#C2410C" in second
    assert f"  v{edge.source.number} -> o{op.number}" not in source


def test_a_value_that_rides_on_a_wire_is_marked_from_either_end():
    g = network()
    ops = operations(g)
    value = g.nodes[ops["add"].number + 1]
    (made,) = [e for e in g.edges if e.target is value]
    used = into(g, ops["maximum"], 0)
    one, two = (g.marked({edge: Mark("here")}).source for edge in (made, used))
    assert one == two
    assert "here" in one


def test_a_card_on_the_right_keeps_its_arrow():
    g = network()
    op = operations(g)["maximum"]
    edge = into(g, op, 1)
    source = g.marked({edge: Mark("constant", "quiet")}).source
    assert f"  o{op.number} -> w0 [dir=back" in source
    assert f"  w0 -> v{edge.source.number} [dir=none" in source


def test_the_text_says_it_below_the_value():
    g = network()
    ops = operations(g)
    text = str(g.marked({into(g, ops["matmul"], 1): Mark("× 4"), ops["sum"]: Mark("rule of x", "aside")}))
    lines = text.splitlines()
    w = next(i for i, line in enumerate(lines) if "► W" in line)
    assert lines[w + 1].strip() == "↑ × 4 (into matmul)"
    assert lines[-1].strip() == "↑ rule of x"


def test_a_marked_operation_is_never_folded_away():
    y = ac.Tensor(1.0, True, name="x")
    for _ in range(100):
        y = np.sin(y)
    g = ac.graph(y, max_nodes=20, names=None)
    middle = [n for n in g if n.kind == "operation"][50]
    assert f"o{middle.number} [" not in g.source
    source = g.marked({middle: Mark("here")}).source
    assert f"o{middle.number} [" in source
    assert f"c{middle.number} [" in source
    assert "not drawn" in source


def test_words_cannot_break_out():
    g = network()
    source = g.marked({operations(g)["matmul"]: Mark('<B>"x"\n')}).source
    assert "&lt;B&gt;&quot;x&quot;⏎" in source


def test_what_cannot_be_marked():
    g, other = network(), network()
    with pytest.raises(ValueError, match="not part of this graph"):
        g.marked({other.nodes[0]: Mark("x")})
    with pytest.raises(ValueError, match="wrong, aside, quiet"):
        g.marked({g.nodes[0]: Mark("x", "loud")})


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_it_renders(tmp_path, kind):
    g = network()
    ops = operations(g)
    marks = {into(g, ops["matmul"], 1): Mark("× 4"), ops["add"]: Mark("sum missing")}
    path = g.marked(marks).save(tmp_path / f"g.{kind}")
    assert path.stat().st_size > 1000
    if kind == "svg":
        assert "sum missing" in path.read_text(encoding="utf-8")


CHANGES = {
    "computed": lambda g: g.computed(),
    "replay": lambda g: g.replay(b=[2.0, 3.0]),
    "backward": lambda g: g.viewed("backward"),
    "folded elsewhere": lambda g: g.redrawn(fold=("multiply",)),
    "opened again": lambda g: g.redrawn(fold=("multiply",)).whole(),
    "a part": lambda g: g.redrawn(wrt=(g["W"].number,)),
    "folded": lambda g: g.redrawn(fold=("fc1",)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_marks_stay_where_they_are_when_the_drawing_changes(change):
    g = network()
    op = operations(g)["matmul"]
    g = g.marked({into(g, op, 0): Mark("a wire"), g["b"]: Mark("a card"), op: Mark("a pill")})
    made = CHANGES[change](g)
    gone = {"a card", "a wire"} if change == "folded" else set()
    words = {mark.word: place for place, mark in made.marks.items()}
    assert gone | words.keys() == {"a wire", "a card", "a pill"}
    assert all(word in made.source for word in words)
    if "a wire" in words:
        edge = words["a wire"]
        assert (edge.source.name, edge.argument, edge.target) == ("x", 0, words["a pill"])


def test_a_mark_on_the_wire_into_what_is_folded_is_on_the_wire_into_the_fold_and_back():
    g = network()
    g = g.marked({into(g, operations(g)["matmul"], 0): Mark("a wire")}).redrawn(fold=("fc1",))
    ((edge, _),) = g.marks.items()
    assert (edge.source.name, edge.target.name) == ("x", "fc1")
    ((edge, _),) = g.whole().marks.items()
    assert (edge.source.name, edge.target.op) == ("x", "matmul")


def test_of_two_wires_between_the_same_ends_the_mark_stays_on_its_own():
    g = ac.graph("s = x*x; z = exp(s) + 1", x=2.0)
    for argument in (0, 1):
        marked = g.marked({into(g, operations(g)["multiply"], argument): Mark("here")})
        ((edge, _),) = marked.redrawn(fold=("unnamed",)).marks.items()
        assert (edge.target.op, edge.argument) == ("multiply", argument)


@pytest.mark.parametrize("marks", [None, ["x"], {"x": "word"}])
def test_what_is_no_mark_is_refused(marks):
    with pytest.raises(TypeError, match="marked"):
        network().marked(marks)
