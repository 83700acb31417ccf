"""A card stands at the same place in every view: the reverse picture turns arrows and moves nothing."""

import html
import re
import shutil
from itertools import pairwise

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.layout import placed
from autograd_core.graphs.rendering.renderers import render

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")

NEAR = 2.0
"""So many points apart is the same place."""

FORMULAS = {
    "lecture": ("s = a*x; t = s - y; z = t**2", {"a": 2, "x": 3, "y": 4}),
    "entropy": (
        "s = exp(-x); p = 1/(1+s); u = y*log(p); v = (1-y)*log(1-p); h = -u-v",
        {"x": 0.5, "y": 0.25},
    ),
    "fan-out": ("u = x*x; v = x*u; z = u + v + x", {"x": -1.5}),
    "constants": ("z = (3*x - 1)**2/7", {"x": 2}),
}


def boxes(svg):
    """From the id of each card or operation to the middle of its outline."""
    found = {}
    for given, body in re.findall(r'<g id="((?:q\d-)?[vof]-\d+)"[^>]*>(.*?)</g>', svg, re.DOTALL):
        outline = re.search(r'<(?:path|polygon)[^>]*?(?: d| points)="([^"]*)"', body)
        ellipse = re.search(r'<ellipse[^>]*cx="([^"]*)" cy="([^"]*)"', body)
        if ellipse:
            found[given] = tuple(map(float, ellipse.groups()))
            continue
        numbers = [float(x) for x in re.findall(r"-?[\d.]+", outline[1])]
        xs, ys = numbers[::2], numbers[1::2]
        found[given] = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    return found


def drawn(g):
    return boxes(html.unescape(render(g.source, "svg").decode()))


def near(p, q):
    return abs(p[0] - q[0]) <= NEAR and abs(p[1] - q[1]) <= NEAR


def assert_all_stay(g, places, more_than):
    """Every card of more than so many stands at one place in all views."""
    forward, *others = (places(g.viewed(mode)) for mode in ("forward", "backward", "both"))
    assert len(forward) > more_than
    for other in others:
        assert forward.keys() == other.keys()
        assert all(near(forward[n], other[n]) for n in forward)


@needs_graphviz
@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_card_stands_where_it_stood(name, direction):
    """Rows 3.4-1 and 3.4-2: the reverse graph is the graph with its arrows turned round."""
    text, values = FORMULAS[name]
    g = ac.graph(text, values, grads="compute", direction=direction)
    assert_all_stay(g, drawn, 4)


@needs_graphviz
@pytest.mark.parametrize("name", FORMULAS)
def test_the_panels_stand_one_below_the_other(name):
    text, values = FORMULAS[name]
    # as the lecture draws it: only what has a name is a card
    fold = "unnamed" if name == "entropy" else ()
    found = drawn(ac.graph(text, values, mode="panels", grads="compute", fold=fold))
    panels = [{k[3:]: v for k, v in found.items() if k.startswith(f"q{i}-")} for i in (1, 2, 3, 4)]
    assert all(p.keys() == panels[0].keys() for p in panels)
    for above, below in pairwise(panels):
        assert max(y for _, y in above.values()) < min(y for _, y in below.values())
        shifts = [below[n][1] - above[n][1] for n in above]
        assert max(shifts) - min(shifts) <= 2 * NEAR, "the same picture, further down"
        assert all(abs(above[n][0] - below[n][0]) <= NEAR for n in above)


@needs_graphviz
def test_before_backward_the_forward_view_is_smaller():
    """Before gradients are known nothing has to be kept free, and the picture is the small one."""
    text, values = FORMULAS["lecture"]
    small, large = (drawn(ac.graph(text, values, grads=grads)) for grads in ("recorded", "compute"))
    assert small["v-8"][0] < 0.75 * large["v-8"][0]


# ---- the built-in layout -----------------------------------------------------------------------------------


def own(g):
    """From the name of each card or operation to its middle."""
    nodes = placed(g.source).nodes
    return {name: frame.middle for name, frame in nodes.items() if re.fullmatch(r"(q\d)?[vof]\d+", name)}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_the_own_layout_keeps_places_too(name, direction):
    text, values = FORMULAS[name]
    g = ac.graph(text, values, grads="compute", direction=direction)
    assert_all_stay(g, own, 4)


def test_the_own_layout_stacks_the_panels():
    text, values = FORMULAS["lecture"]
    found = own(ac.graph(text, values, mode="panels", grads="compute"))
    panels = [{k[2:]: v for k, v in found.items() if k.startswith(f"q{i}")} for i in (1, 2, 3, 4)]
    for above, below in pairwise(panels):
        assert max(y for _, y in above.values()) < min(y for _, y in below.values())
        shifts = [below[n][1] - above[n][1] for n in above]
        assert max(shifts) - min(shifts) <= 2 * NEAR
        assert all(abs(above[n][0] - below[n][0]) <= NEAR for n in above)


def test_the_own_layout_draws_two_lines_and_two_colours_of_heads():
    text, values = FORMULAS["lecture"]
    svg = placed(ac.graph(text, values, mode="both", grads="compute").source).svg()
    edges = re.findall(r'class="edge".*?</g>', svg, re.DOTALL)
    assert len(edges) == 13
    assert all(edge.count("<path") == 2 for edge in edges)
    heads = [re.findall(r'<polygon fill="(#\w+)"', edge.lower()) for edge in edges]
    assert sorted(map(len, heads)) == [1] * 10 + [2] * 3
    assert {colour for found in heads for colour in found} == {"#6b7a8c", "#c2410c"}
    assert all(set(found) == {"#6b7a8c", "#c2410c"} for found in heads if len(found) == 2)


def test_a_wire_runs_through_a_station_that_is_not_seen():
    text, values = FORMULAS["lecture"]
    picture = placed(ac.graph(text, values, grads="compute").source)
    chip = picture.nodes["d3_0"].middle
    ends = [wire.points for wire in picture.wires if "d3_0" in (wire.route.line.tail, wire.route.line.head)]
    assert len(ends) == 2
    assert all(near(chip, points[0]) or near(chip, points[-1]) for points in ends)


@needs_graphviz
def test_networks_keep_their_places_too():
    net = nn.Sequential(nn.Linear(4, 3, init="he"), nn.BatchNorm(3), nn.ReLU(), nn.Linear(3, 2))
    loss = nn.CrossEntropyLoss()(net(np.ones((5, 4))), np.zeros(5, int))
    loss.backward()
    g = ac.graph(loss)
    assert_all_stay(g, drawn, 10)
