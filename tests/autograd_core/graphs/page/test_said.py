"""What a page says of a graph that was compared, measured, replayed or overwritten."""

import re

import numpy as np

import autograd_core as ac
from autograd_core.graphs.page import document
from tests.autograd_core.graphs.page.test_document import data
from tests.autograd_core.graphs.page.test_page import lecture, text


def opened(visit, tmp_path, graph):
    return visit.open(graph.save(tmp_path / "graph.html"))


def test_the_sentence_below_the_picture(visit, tmp_path):
    before = lecture()
    changed = before.diff(before.replay(x=7.0))
    page = opened(visit, tmp_path, changed)
    assert changed.note.startswith("first difference: x is 3 before and 7 after")
    assert text(page, "#legend .note") == changed.note
    hot = before.heat("flops")
    assert text(opened(visit, tmp_path, hot), "#legend .note") == hot.note
    assert opened(visit, tmp_path, before).locator("#legend .note").count() == 0


def test_what_it_was_before(visit, tmp_path):
    page = opened(visit, tmp_path, lecture().replay(x=7.0))
    page.evaluate("Page.select('v-1')")
    assert re.findall(r"7\s+before\s+3", text(page, "#detail"))
    assert re.findall(r"40\s+before\s+8", text(page, "#detail"))
    label = page.locator("#v-1").get_attribute("aria-label")
    assert label == "x, input, 7, before 3, ∂z/∂x = 40"
    page.keyboard.press("Home")
    assert "40" not in text(page, "#detail"), "no gradient yet"
    page.evaluate("Page.select('v-2')")
    assert "before" not in text(page, "#detail").partition("gradient")[0], "y is what it was"


def test_arrays_before():
    x = ac.Tensor(np.arange(3.0), True, name="x")
    graph = ac.graph({"z": (x * x).sum()})
    known = data(document(graph.replay(x=np.ones(3))))["nodes"]["v-0"]
    assert (known["v"]["a"], known["w"]["a"]) == (["1", "1", "1"], ["0", "1", "2"])
