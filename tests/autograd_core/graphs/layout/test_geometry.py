"""Where the built-in layout puts things, for all sorts of drawings: nothing overlaps, everything is there."""

import itertools
import math
import time
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core.graphs.layout import placed, svg

CARD = (
    '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"><TR>'
    '<TD ALIGN="LEFT"><B>{0}</B> = 3</TD><TD WIDTH="10"></TD>'
    '<TD ALIGN="RIGHT"><FONT POINT-SIZE="9" COLOR="#005A8E">► input</FONT></TD></TR><HR/>'
    '<TR><TD ID="{0}-grad" COLSPAN="3" WIDTH="88" ALIGN="LEFT"><B>∂z/∂{0} = −4</B></TD></TR></TABLE>'
)
NODES = (
    "label=<{1}>, shape=box",
    'label=<<B>matmul</B>>, height=0.34, width=0.9, fontsize=11, class="op"',
    "label=<<B>×</B>>, shape=circle, style=filled, fixedsize=true, width=0.4",
    'label=<∂s/∂{0} = W<SUP>T</SUP> <B>2</B>>, class="chip", fontsize=10, height=0.22, margin="0.06,0.03"',
    'label="two\\nlines of {0}", peripheries=2',
    'label="", style=invis, width=1.2, height=0.1',
)


@st.composite
def drawings(draw, most=24):
    """DOT texts like ours: clusters in clusters, chips, pairs of one rank, labels, wires that go back."""
    count = draw(st.integers(1, most))
    home = [draw(st.integers(0, 5)) for _ in range(count)]
    parents = [0, 0, 1, 2, 0, 4]
    direction = draw(st.sampled_from(["TB", "LR", "BT", "RL"]))
    lines = [
        f'digraph g {{ graph [rankdir={direction}, nodesep=0.28, ranksep=0.34, label="legend", labelloc=b];',
        ' node [shape=box, style="rounded,filled", fontsize=13, margin="0.10,0.07"]; edge [fontsize=9];',
    ]

    def cluster(number):
        heading = draw(st.sampled_from(["", "short", "a heading that is rather long   Linear(4 → 8)"]))
        lines.append(f'subgraph cluster_{number} {{ graph [label="{heading}", labeljust=l, margin=12];')
        body(number)
        lines.append("}")

    def body(number):
        for i in range(count):
            if home[i] == number:
                look = draw(st.sampled_from(NODES)).format(f"n{i}", CARD.format(f"n{i}"))
                lines.append(f'n{i} [id="v-{i}", {look}];')
        for inner in range(1, 6):
            if parents[inner] == number:
                cluster(inner)

    body(0)
    for head in range(1, count):
        for tail in draw(st.sets(st.integers(0, head - 1), max_size=3)):
            look = draw(
                st.sampled_from(["", "label=<<B>4</B>>", "dir=back, weight=20", "dir=none, style=dotted"])
            )
            lines.append(f"n{tail} -> n{head} [{look}];")
    for i in range(0, count - 1, 5):
        if home[i] == home[i + 1] and draw(st.booleans()):
            lines.append(f"{{ rank=same; n{i}; n{i + 1}; }}")
    return "\n".join([*lines, "}"])


def overlap(a, b, by=0.01):
    return (
        a.x + by < b.x + b.width
        and b.x + by < a.x + a.width
        and a.y + by < b.y + b.height
        and b.y + by < a.y + a.height
    )


def inside(inner, outer, by=0.01):
    return (
        inner.x > outer.x - by
        and inner.y > outer.y - by
        and inner.x + inner.width < outer.x + outer.width + by
        and inner.y + inner.height < outer.y + outer.height + by
    )


def around(picture, cluster):
    boxes = picture.sketch.clusters
    found = set()
    while cluster:
        found.add(boxes[cluster].name)
        cluster = boxes[cluster].parent
    return found


def course(wire):
    """Points of a wire, close to each other."""
    for k in range(0, len(wire.points) - 3, 3):
        p = wire.points[k : k + 4]
        for i in range(21):
            t, u = i / 20, 1 - i / 20
            w = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
            yield tuple(sum(a * b[axis] for a, b in zip(w, p, strict=True)) for axis in (0, 1))


def check(source):
    picture = placed(source)
    nodes, boxes = picture.nodes, picture.sketch.clusters
    for (a, one), (b, two) in itertools.combinations(nodes.items(), 2):
        assert not overlap(one, two), f"{a} lies over {b}"
    for name, frame in nodes.items():
        shape = picture.sketch.shapes[name]
        home = around(picture, shape.cluster)
        assert inside(frame, picture_frame(picture))
        for cluster, wall in picture.clusters.items():
            if cluster in home:
                assert inside(frame, wall), f"{name} is not in {cluster}"
            else:
                assert not overlap(frame, wall), f"{name} is in {cluster}"
        if "fixedsize" not in shape.attributes:
            assert shape.label.width <= shape.width
            assert shape.label.height <= shape.height
        for line in shape.label.lines:
            assert line.left >= -0.01
            assert line.left + line.width <= shape.label.width + 0.01
            assert 0 <= line.y <= shape.label.height
    names = {box.name: i for i, box in enumerate(boxes)}
    for (a, one), (b, two) in itertools.combinations(picture.clusters.items(), 2):
        if a in around(picture, names[b]):
            assert inside(two, one)
        elif b in around(picture, names[a]):
            assert inside(one, two)
        else:
            assert not overlap(one, two), f"{a} lies over {b}"
    for one, two in itertools.combinations([frame for _, frame in picture.labels], 2):
        assert not overlap(one, two), "labels of wires lie over each other"
    for line, frame in picture.labels:
        for name, node in nodes.items():
            assert not overlap(frame, node), f"the label of {line.tail} -> {line.head} lies over {name}"
    for wire in picture.wires:
        check_wire(picture, wire)
    return picture


def picture_frame(picture):
    frame = next(iter(picture.nodes.values()))
    return type(frame)(0, 0, picture.width, picture.height)


def check_wire(picture, wire):
    line = wire.route.line
    drawn = [line.head, line.tail] if wire.route.turned else [line.tail, line.head]
    for name, (x, y) in zip(drawn, wire.ends, strict=True):
        frame = picture.nodes[name]
        (mx, my), a, b = frame.middle, frame.width / 2, frame.height / 2
        if picture.sketch.shapes[name].round:
            off = math.hypot((x - mx) / a, (y - my) / b) - 1
        else:
            off = max(abs(x - mx) - a, abs(y - my) - b)
        assert abs(off) < 0.01, f"{line.tail} -> {line.head} does not end at {name}"
    for x, y in course(wire):
        for name, frame in picture.nodes.items():
            if name not in drawn:
                over = (
                    frame.x + 1 < x < frame.x + frame.width - 1
                    and frame.y + 1 < y < frame.y + frame.height - 1
                )
                assert not over, f"{line.tail} -> {line.head} runs over {name}"


def texts(picture):
    root = ElementTree.fromstring(picture)
    return ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


@given(drawings())
@settings(max_examples=80, deadline=None)
def test_everything_has_a_place_of_its_own(source):
    picture = check(source)
    written = texts(picture.svg())
    shapes = [s for s in picture.sketch.shapes.values() if not s.invisible]
    boxes = zip(picture.sketch.clusters, picture.sketch.headings, strict=True)
    headings = [heading for box, heading in boxes if box.name in picture.clusters]
    labels = [s.label for s in shapes] + headings + [line.label for line in picture.sketch.lines]
    for label in labels:
        for line in label.lines:
            assert line.text in written
    assert "legend" in written


@given(drawings(most=12))
@settings(max_examples=25, deadline=None)
def test_the_same_text_gives_the_same_picture(source):
    assert svg(source) == svg(source)


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_name_is_shown_and_nothing_of_it_is_markup(name):
    quoted = name.replace("\\", "\\\\").replace("&", "&amp;").replace('"', '\\"')
    html = "".join(f"&#{ord(c)};" for c in name) or "x"
    picture = svg(
        f'digraph {{ a [label="{quoted}", id="{quoted}", class="{quoted}", tooltip="{quoted}"];'
        f' subgraph cluster_0 {{ graph [label=<<B>{html}</B>>]; "{quoted}" -> b; }} }}'
    )
    ElementTree.fromstring(picture)
    assert "<script" not in picture


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><g onload="x">', "a&amp;b", "日本語", "]]>", "-->"]
)
def test_hostile_names(name):
    quoted = name.replace("&", "&amp;").replace('"', '\\"')
    picture = svg(f'digraph {{ a [label="{quoted}", id="{quoted}", tooltip="{quoted}"]; }}')
    root = ElementTree.fromstring(picture)
    assert texts(picture) == [name]
    (group,) = (e for e in root.iter() if e.get("class") == "node")
    assert unescape(group.get("id")) in (name, quoted.replace('\\"', '"'))
    assert {e.tag.rpartition("}")[2] for e in root.iter()} <= {
        "svg",
        "g",
        "a",
        "title",
        "polygon",
        "ellipse",
        "text",
    }


def network(count, seed=0):
    """A long network: wires with labels, shortcuts, clusters two deep."""
    state = seed
    lines = ["digraph { graph [ranksep=0.32]; node [shape=box]; edge [fontsize=9];"]
    for i in range(count):
        if i % 24 == 0:
            lines += ["}"] * (i > 0) + [f'subgraph cluster_{i} {{ graph [label="outer {i}"];']
        if i % 6 == 0:
            lines.append(
                f'subgraph cluster_{i}_in {{ graph [label="inner {i}"]; '
                + "".join(f'n{j} [label="node {j}"];' for j in range(i, min(i + 6, count)))
                + " }"
            )
    lines.append("}")
    for i in range(1, count):
        lines.append(f'n{i - 1} -> n{i} [label="(3, 4)", weight=20];')
        state = (state * 1103515245 + 12345) % 2**31
        if i > 9 and state % 3 == 0:
            lines.append(f"n{i - 2 - state % 7} -> n{i};")
    return "\n".join([*lines, "}"])


def test_time_grows_little_faster_than_the_graph():
    """400 nodes take no more than a few times as long, for each node, as 50 nodes."""

    def seconds(count):
        source = network(count)
        started = time.process_time()
        svg(source)
        return time.process_time() - started

    seconds(20)
    small = min(seconds(50) for _ in range(3))
    assert seconds(400) < 8 * 6 * small + 1


def test_a_long_chain():
    """No recursion over the graph."""
    source = "digraph {" + "".join(f"n{i} -> n{i + 1};" for i in range(3000)) + "}"
    picture = placed(source)
    assert len({round(frame.middle[0], 3) for frame in picture.nodes.values()}) == 1


def test_a_cycle_does_not_hang():
    check("digraph { a -> b -> c -> a; b -> b; { rank=same; d -> e; e -> f; f -> d; } c -> d; }")


def test_nothing_at_all():
    assert ElementTree.fromstring(svg("digraph {}")).get("viewBox")
    assert ElementTree.fromstring(svg("digraph { subgraph cluster_0 { graph [label=empty]; } }")).get(
        "viewBox"
    )


def test_deep_clusters():
    depth = 40
    opened = "".join(f'subgraph cluster_{i} {{ graph [label="c{i}"];' for i in range(depth))
    picture = check("digraph {" + opened + "a -> b;" + "}" * depth + "b -> c; }")
    assert len(picture.clusters) == depth


def test_the_spine_is_straight():
    """Rows 3.4: data runs down one line, parameters stand beside their operation."""
    picture = check(
        """digraph { node [shape=box];
        edge [weight=20]; x -> mm [label="(3, 4)"]; mm -> add [label="(3, 8)"]; add -> relu -> out;
        edge [weight=1];
        subgraph cluster_0 { W; b; mm; add; { rank=same; W -> mm; } { rank=same; b -> add; }
          W -> b [style=invis, weight=4]; }
        { rank=same; out; y; } out -> y [dir=back]; }"""
    )
    middle = {name: frame.middle for name, frame in picture.nodes.items()}
    assert len({round(middle[n][0], 3) for n in ("x", "mm", "add", "relu", "out")}) == 1
    assert middle["W"][0] == pytest.approx(middle["b"][0])
    assert middle["W"][1] == pytest.approx(middle["mm"][1])
    assert middle["W"][0] < middle["mm"][0] < middle["y"][0]


def test_boxes_of_layers_are_stacked():
    """A weight that is sliced before it is used does not pull its layer up beside the layer before."""
    picture = check(
        """digraph { node [shape=box]; subgraph cluster_0 { a -> b -> c -> d; }
        subgraph cluster_1 { w -> s1 -> s2 -> s3 -> m; } d -> m; }"""
    )
    first, second = picture.clusters["cluster_0"], picture.clusters["cluster_1"]
    assert second.y > first.y + first.height


@pytest.mark.parametrize("count", [2, 3])
def test_equal_ways_part_evenly(count):
    """Row 3.2, the second pattern: x stands between u and v, as z does."""
    ways = "".join(f"x -> c{i} -> u{i} -> d{i} -> z;" for i in range(count))
    picture = check(f"digraph {{ graph [rankdir=LR]; node [shape=box]; {ways} }}")
    middle = {name: frame.middle[1] for name, frame in picture.nodes.items()}
    between = sum(middle[f"u{i}"] for i in range(count)) / count
    assert middle["x"] == pytest.approx(between, abs=1)
    assert middle["z"] == pytest.approx(between, abs=1)


def test_of_unequal_ways_the_longest_stays_straight():
    picture = check("digraph { node [shape=box]; a -> b -> c -> d; a -> d; }")
    assert len({round(picture.nodes[n].middle[0], 3) for n in "abcd"}) == 1


def test_a_drawing_stands_in_the_middle_above_a_wider_key():
    picture = placed('digraph { graph [label="a key that is much wider than the drawing above"]; a -> b; }')
    assert picture.width == picture.legend.width
    for frame in picture.nodes.values():
        assert frame.middle[0] == pytest.approx(picture.width / 2)
    x, _ = picture.wires[0].ends[0]
    assert x == pytest.approx(picture.width / 2)
