"""A card stands at the same place in every view: the reverse picture turns arrows and moves nothing."""

import html
import re
import shutil
from itertools import pairwise

import pytest

import autograd_core as ac
from autograd_core.graphs.renderers import render

pytestmark = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")

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


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_card_stands_where_it_stood(name, direction):
    """Rows 3.4-1 and 3.4-2: the reverse graph is the graph with its arrows turned round."""
    text, values = FORMULAS[name]
    g = ac.graph(text, values, grads="compute", direction=direction)
    forward, *others = (drawn(g.viewed(mode)) for mode in ("forward", "backward", "both"))
    assert len(forward) > 4
    for other in others:
        assert forward.keys() == other.keys()
        assert all(near(forward[n], other[n]) for n in forward)


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


def test_before_backward_the_forward_view_is_smaller():
    """Before gradients are known nothing has to be kept free, and the picture is the small one."""
    text, values = FORMULAS["lecture"]
    small, large = (drawn(ac.graph(text, values, grads=grads)) for grads in ("recorded", "compute"))
    assert small["v-8"][0] < 0.75 * large["v-8"][0]
