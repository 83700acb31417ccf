"""The same DOT text through every renderer there is: all labels are there, and no card lies over another."""

import itertools
import re
import shutil
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.layout import placed
from autograd_core.graphs.rendering.renderers import render

SVG = "{http://www.w3.org/2000/svg}"


def has_pygraphviz():
    try:
        return int(version("pygraphviz").split(".")[0]) >= 2
    except PackageNotFoundError:
        return False


THERE = {
    "dot": shutil.which("dot"),
    "pygraphviz": has_pygraphviz(),
    "graphviz-pure": shutil.which("graphviz-pure", path=sysconfig.get_path("scripts")),
    "builtin": True,
}


def lecture():
    """Row 3.4: z = (ax − y)², with its gradients."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    z = ((a * x - y) ** 2).named("z")
    z.backward()
    return ac.graph(z)


def network():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    x, y = ac.Tensor(np.ones((32, 4)), name="X"), ac.Tensor(np.ones((32, 1)), name="Y")
    loss = nn.MSELoss()(model(x), y).named("E")
    loss.backward()
    return ac.graph(loss)


def transformer():
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2)
    return ac.graph(model(ac.Tensor(np.ones((2, 5, 8)), name="X")).sum())


def reverse():
    """Row 3.4: the same places, arrows turned, local derivatives on the wires."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    z = ((a * x - y) ** 2).named("z")
    z.backward()
    return ac.graph(z, mode="backward")


GRAPHS = (lecture, reverse, network, transformer)


def outlines(root):
    """The rectangle of each node by its title, and the texts in it with their places."""
    found = {}
    for group in root.iter(f"{SVG}g"):
        if (group.get("class") or "").split()[:1] != ["node"]:
            continue
        xs, ys = [], []
        for e in group.iter():
            if e.tag == f"{SVG}ellipse":
                cx, cy, rx, ry = (float(e.get(k)) for k in ("cx", "cy", "rx", "ry"))
                xs += [cx - rx, cx + rx]
                ys += [cy - ry, cy + ry]
            elif e.tag in (f"{SVG}path", f"{SVG}polygon"):
                numbers = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", e.get("d") or e.get("points"))]
                xs += numbers[::2]
                ys += numbers[1::2]
        texts = list(group.iter(f"{SVG}text"))
        found[group.find(f"{SVG}title").text] = (min(xs), min(ys), max(xs), max(ys)), texts
    return found


def squeezed(words):
    """Renderers differ in how they divide a line and in its spaces."""
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize("name", THERE)
@pytest.mark.parametrize("make", GRAPHS, ids=lambda f: f.__name__)
def test_all_labels_are_there_and_no_card_lies_over_another(make, name):
    if not THERE[name]:
        pytest.skip(f"{name} is not installed")
    source = make().source
    root = ElementTree.fromstring(render(source, "svg", name))
    nodes = outlines(root)
    written = squeezed("".join("".join(e.itertext()) for e in root.iter(f"{SVG}text")))
    picture = placed(source)
    shapes = {k: shape for k, shape in picture.sketch.shapes.items() if not shape.invisible}
    assert set(nodes) == set(shapes)
    labels = [shape.label for shape in shapes.values()] + picture.sketch.headings
    for label in [*labels, *(line.label for line in picture.sketch.lines), picture.legend]:
        for line in label.lines:
            assert squeezed(line.text) in written
    for (a, (one, _)), (b, (two, _)) in itertools.combinations(nodes.items(), 2):
        apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
        assert apart, f"{a} lies over {b}"
    for title, ((left, top, right, bottom), texts) in nodes.items():
        for e in texts:
            assert left <= float(e.get("x")) <= right, title
            assert top <= float(e.get("y")) <= bottom, title


@pytest.mark.parametrize("make", GRAPHS, ids=lambda f: f.__name__)
def test_letters_stay_in_their_cards_in_a_browser(make, tmp_path, visit):
    path = tmp_path / "g.svg"
    make().save(path, renderer="builtin")
    ask = """() => [...document.querySelectorAll('g.node')].flatMap(node => {
        const shape = node.querySelector('path, ellipse, polygon').getBBox();
        return [...node.querySelectorAll('text')].map(t => t.getBBox()).filter(b =>
            b.x < shape.x || b.x + b.width > shape.x + shape.width ||
            b.y < shape.y - 1 || b.y + b.height > shape.y + shape.height + 1
        ).map(b => node.id); })"""
    page = visit.open(path)
    assert page.evaluate("() => document.querySelectorAll('g.node text').length") > 5
    assert page.evaluate(ask) == []
