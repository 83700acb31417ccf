"""Modules on a page fold and unfold, and everything else stays as it was."""

import json
import re

import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.page import document
from autograd_core.graphs.page.naming import Whole


def two_layers():
    return ac.graph(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)), (5, 4))


def deep(blocks):
    layers = [
        nn.Sequential(nn.Linear(4 + i, 5 + i), nn.Tanh(), nn.Linear(5 + i, 5 + i)) for i in range(blocks)
    ]
    return nn.Sequential(*layers)


def data(html):
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture
def page(visit, tmp_path):
    visit.page.emulate_media(reduced_motion="reduce")
    return visit.open(two_layers().save(tmp_path / "graph.html"))


def ids(page):
    return set(page.evaluate("[...document.querySelectorAll('#stage g.node')].map(g => g.id)"))


def test_every_combination_of_few_modules():
    found = data(document(two_layers()))
    assert found["modules"] == ["0", "2"]
    assert sorted(p.get("closed", []) for p in found["pictures"]) == [[], [0], [0, 1], [1]]
    assert [words for words, _ in found["depths"]] == ["everything", "modules folded"]


def test_depths_of_many_modules():
    found = data(document(ac.graph(deep(5), (2, 4))))
    assert len(found["modules"]) == 15
    assert [words for words, _ in found["depths"]] == ["everything", "depth 2", "depth 1"]
    assert len(found["pictures"]) < 24


def test_pictures_share_their_cards():
    found = data(document(two_layers()))
    once = len(found["pictures"][0]["at"])
    assert sum(len(p["at"]) for p in found["pictures"]) > once
    assert len(found["cards"]) < 2 * once


def test_folding_and_unfolding(page):
    open_ = ids(page)
    page.locator("[aria-label='Fold 0']").click()
    folded = ids(page)
    assert {id_ for id_ in folded - open_ if id_.startswith("f-")}
    assert "v-0" in open_ - folded
    assert folded & open_
    page.keyboard.press("Enter")
    assert ids(page) == open_


def test_the_folded_module_tells_its_derivative(page):
    page.locator("[aria-label='Fold 2']").click()
    (module,) = [id_ for id_ in ids(page) if id_.startswith("f-")]
    page.evaluate("k => Page.go(k)", 10)
    page.evaluate("id => Page.select(id)", module)
    words = page.locator("#detail").inner_text()
    assert "folded: 2 operations" in words
    assert "weightᵀ" in words
    page.locator("#detail .plain").click()
    assert page.locator("[aria-label='Fold 2']").count() == 1


def test_steps_go_through_a_folded_module(page):
    page.locator("[aria-label='Fold 0']").click()
    (module,) = [id_ for id_ in ids(page) if id_.startswith("f-")]
    seen = []
    for k in range(11):
        page.evaluate("k => Page.go(k)", k)
        seen.append(page.evaluate("id => document.getElementById(id).classList.contains('wait')", module))
    assert seen == [True, True] + [False] * 9
    assert page.evaluate("id => document.getElementById(id).classList.contains('now')", module)


def test_the_select(page):
    page.locator("#fold").select_option(label="modules folded")
    assert len([id_ for id_ in ids(page) if id_.startswith("f-")]) == 2
    page.locator("#fold").select_option(label="everything")
    assert not [id_ for id_ in ids(page) if id_.startswith("f-")]


def test_what_is_chosen_stays_chosen(page):
    page.evaluate("Page.go(7)")
    (chosen,) = page.evaluate("[...document.querySelectorAll('.node.output')].map(g => g.id)")
    page.evaluate("id => Page.select(id)", chosen)
    page.locator("[aria-label='Fold 0']").click()
    assert page.evaluate("Page.selected") == chosen
    assert page.evaluate("Page.step") == 7
    assert page.locator(f"#{chosen}.sel").count() == 1


def test_what_was_asked_for_is_shown_first():
    model = deep(2)
    found = data(document(ac.graph(model, (2, 4), depth=2)))
    assert found["pictures"][0]["closed"]
    assert found["depths"][0][1] != 0


def test_other_folds_are_kept(visit, tmp_path):
    a, x, y = ac.leaves(a=2, x=3, y=4)
    graph = ac.graph({"z": (a * x - y) ** 2}, fold="unnamed")
    page = visit.open(graph.save(tmp_path / "graph.html"))
    assert page.evaluate("Page.data.steps.length") == 2
    page.keyboard.press("End")
    assert "∂z/∂x" in page.locator("#say").inner_text()


def test_a_large_graph(visit, tmp_path):
    model = nn.Sequential(*[nn.Sequential(nn.Linear(3, 3), nn.Tanh()) for _ in range(200)])
    path = ac.graph(model, (2, 3)).save(tmp_path / "graph.html")
    assert path.stat().st_size < 3_000_000
    page = visit.open(path)
    page.keyboard.press("Home")
    page.keyboard.press("End")
    assert page.locator("#stage g.node").count() > 3


def test_names_of_nodes_survive_every_fold():
    graph = two_layers()
    whole = Whole(graph.nodes)
    for closed in (("0",), ("2",), ("0", "2")):
        seen = graph.redrawn(fold=closed)
        for n, name in whole.ids(seen.nodes).items():
            if name.startswith("v-"):
                assert graph.nodes[int(name[2:])].shape == n.shape
                assert graph.nodes[int(name[2:])].name == n.name
