"""What is read of DOT text, and how labels are measured."""

import pytest

from autograd_core.graphs.layout import DotSyntaxError, placed, svg
from autograd_core.graphs.layout.labels import Font, label
from autograd_core.graphs.layout.markup import parse, plain
from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.layout.ranks import Arrow, assign
from autograd_core.graphs.layout.reader import Html, read


def test_all_that_we_write():
    d = read(
        """// a remark
        digraph "the name" {
          graph [rankdir=LR, label=<<TABLE><TR><TD>a &gt; b</TD></TR></TABLE>>]; /* another
          remark */ node [shape=box, color="#FFFFFF"]; edge [weight=20]; a; c;
          b [label="say \\"hi\\"", class=x]
# a line of its own
          a -> b -> c [dir=back]; node [shape=circle]
          subgraph cluster_1 { graph [label="one"]; margin=7; d:port -> a:n:s;
            subgraph cluster_2 { node [color=red]; e; b }
            { rank=same; e; d } f [width=.5, height=-1] }
          edge [weight=1]; f -> "日本 語"
        }"""
    )
    assert d.name == "the name"
    assert list(d.nodes) == ["a", "c", "b", "d", "e", "f", "日本 語"]
    assert d.nodes["a"].attributes == {"shape": "box", "color": "#FFFFFF"}
    assert d.nodes["b"].attributes["label"] == 'say "hi"'
    assert d.nodes["e"].attributes == {"shape": "circle", "color": "red"}
    assert [(e.tail, e.head, e.attributes) for e in d.edges] == [
        ("a", "b", {"weight": "20", "dir": "back"}),
        ("b", "c", {"weight": "20", "dir": "back"}),
        ("d", "a", {"weight": "20"}),
        ("f", "日本 語", {"weight": "1"}),
    ]
    assert [(c.name, c.parent) for c in d.clusters] == [("", 0), ("cluster_1", 0), ("cluster_2", 1)]
    assert d.clusters[1].attributes == {"label": "one", "margin": "7"}
    assert {n: d.nodes[n].cluster for n in d.nodes} == {
        "a": 1,
        "b": 2,
        "c": 0,
        "d": 1,
        "e": 2,
        "f": 1,
        "日本 語": 0,
    }
    assert d.same == [["e", "d"]]
    assert isinstance(d.attributes["label"], Html)


def test_a_card_written_as_text_means_the_same_again():
    words = 'a "quoted" \\\\ name'
    quoted = words.replace('"', '\\"')
    assert read(f'digraph {{ x [label="{quoted}"]; }}').nodes["x"].attributes["label"] == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "digraph {",
        "digraph { a -> }",
        "digraph { a -> b:",
        "digraph { a [label=",
        "digraph { a [label=]; }",
        "digraph { a [label=<b }",
        "digraph { rankdir=",
        "digraph { } }}; ~",
        "x",
    ],
)
def test_what_is_no_dot(text):
    with pytest.raises(DotSyntaxError, match="DOT text"):
        svg(text)


def test_lines_of_plain_labels():
    assert plain("one\\ntwo\\lthree\\r") == [("one", "CENTER"), ("two", "LEFT"), ("three", "RIGHT")]
    assert plain("\\N &lt; \\\\n", "me") == [("me < \\n", "CENTER")]


@pytest.mark.parametrize(
    "text", ["<B>open", "</B>", "a < b", "<B><I>crossed</B></I>", "<B>" * 100 + "</B>" * 100]
)
def test_broken_markup_is_shown_as_it_is(text):
    assert parse(text) is None
    assert label(Html(text), Font()).lines


def test_a_table():
    small = '<FONT POINT-SIZE="9" COLOR="#AABBCC">input</FONT>'
    head = f'<TR><TD ALIGN="LEFT"><B>x</B></TD><TD ALIGN="RIGHT" ID="v-0-tag">{small}</TD></TR>'
    wide = 'COLSPAN="2" WIDTH="88" HEIGHT="19" BGCOLOR="red" ID="v-0-grad"'
    foot = f"<TR><TD {wide}>g &lt; 1<BR/>X<SUP>T</SUP></TD></TR>"
    table = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"'
    made = label(Html(f"<TABLE {table}>{head}<HR/>{foot}</TABLE>"), Font(13))
    name, tag, first, second = made.lines
    assert made.width == pytest.approx(88)
    assert (name.x, name.anchor, name.runs[0].font.bold) == (1, "start", True)
    assert (tag.x, tag.anchor, tag.runs[0].font.colour) == (pytest.approx(87), "end", "#AABBCC")
    assert (tag.id, first.id, second.id) == ("v-0-tag", "v-0-grad", "v-0-grad")
    assert (first.text, first.anchor, first.x) == ("g < 1", "middle", pytest.approx(44))
    assert second.runs[1].font.rise > 0
    assert second.runs[1].font.size < 13
    assert name.y < first.y < second.y < made.height
    rule = next(p for p in made.patches if p.height == 1)
    assert (rule.x, rule.width) == (0, pytest.approx(88))
    assert any(p.fill == "red" and p.width == pytest.approx(88) for p in made.patches)


def test_ids_and_classes():
    """What a page addresses: nodes, wires, clusters, cells."""
    picture = svg(
        """digraph { subgraph cluster_0 { graph [id="m-0", class="module", label="one"];
        v3 [id="v-3", class="v input", tooltip="the tip",
          label=<<TABLE><TR><TD ID="v-3-grad">g</TD><TD ID="two">a<BR/>b</TD></TR></TABLE>>]; }
        v3 -> o4 [id="e-1", class="spine"]; }"""
    )
    assert '<g id="v-3" class="node v input">\n<title>v3</title>' in picture
    assert '<g id="a_v-3"><a xlink:title="the tip">' in picture
    assert '<text id="v-3-grad"' in picture
    assert '<g id="two">\n<text' in picture
    assert '<g id="m-0" class="cluster module">\n<title>cluster_0</title>' in picture
    assert '<g id="e-1" class="edge spine">\n<title>v3-&gt;o4</title>' in picture


@pytest.mark.parametrize(
    ("text", "thousandths"), [("a", 556), ("日本", 2000), ("e\u0301", 556), ("", 0), ("≤", 556), ("∂", 500)]
)
def test_widths(text, thousandths):
    assert width(text, 1000) == pytest.approx(thousandths, abs=30)
    assert width(text, 10) == pytest.approx(width(text, 1000) / 100)


def test_ranks_are_as_short_as_can_be():
    arrows = [Arrow(*pair) for pair in [(0, 1), (1, 2), (2, 3), (4, 3), (5, 4), (0, 3)]]
    assert assign(6, arrows) == [0, 1, 2, 3, 2, 1]
    assert assign(3, [Arrow(0, 1, 3)], [[1, 2]]) == [0, 3, 3]
    assert assign(0, []) == []


def test_rows_have_their_direction():
    for direction, axis, sign in (("TB", 1, 1), ("BT", 1, -1), ("LR", 0, 1), ("RL", 0, -1)):
        nodes = placed(f"digraph {{ graph [rankdir={direction}]; a -> b; }}").nodes
        assert sign * (nodes["b"].middle[axis] - nodes["a"].middle[axis]) > 40
