"""Where a page stands: in a frame drawn late, on a screen that is turned, on a part of a large graph."""

from contextlib import suppress

import pytest

import autograd_core as ac
import nn
from tests.autograd_core.graphs.page.test_page import lecture, network, until

RINGS = (
    "() => [...document.querySelectorAll('#stage .node > .ring')].map((ring) => {"
    " const box = ring.parentNode.querySelector('path,ellipse').getBBox();"
    " return ring.getBBox().width - box.width; })"
)
SCALE = "() => document.getElementById('stage').clientWidth / Page.svg.viewBox.baseVal.width"


def chain(length=20):
    z = x = ac.Tensor(1.0, True, name="x")
    for _ in range(length):
        z = ac.sin(z)
    z.backward()
    return ac.graph({"z": z}, names={"x": x})


def is_seen(page, id_):
    return page.evaluate(
        "id => { const r = document.getElementById(id).getBoundingClientRect(),"
        " s = document.getElementById('stage').getBoundingClientRect();"
        " return r.left >= s.left && r.right <= s.right && r.top >= s.top && r.bottom <= s.bottom }",
        id_,
    )


def test_a_frame_is_drawn_as_soon_as_it_has_a_place(visit):
    """What is measured before the frame is laid out is nothing: rings would be dots."""
    frames = "".join(g.interactive()._repr_html_() for g in (lecture(), network()))
    page = visit.show(f"<div id='box' style='display:none'>{frames}</div>")
    page.evaluate("document.querySelectorAll('iframe').forEach(f => { f.loading = 'eager' })")
    page.wait_for_timeout(300)
    page.evaluate("document.getElementById('box').style.display = 'block'")
    for frame in page.frames[1:]:
        until(frame, f"() => {{ const all = ({RINGS})(); return all.length && all.every((w) => w > 6) }}")


def test_a_narrow_frame_is_read_from_top_to_bottom(visit):
    page = visit.show(f"<div style='width:380px'>{lecture().interactive()._repr_html_()}</div>")
    until(page.frames[1], "() => Page.data.pictures[Page.state].tall === true")


def test_a_screen_that_is_turned(visit, tmp_path):
    page = visit.open(lecture().save(tmp_path / "graph.html"))
    page.evaluate("Page.select('v-1')")
    page.focus("#v-1")
    for width, height, tall in ((390, 844, True), (1280, 800, False)):
        page.set_viewport_size({"width": width, "height": height})
        until(page, f"() => Boolean(Page.data.pictures[Page.state].tall) === {str(tall).lower()}")
        assert page.evaluate("[document.activeElement.id, Page.selected]") == ["v-1", "v-1"]
        assert page.locator("#v-1.sel").count() == 1


@pytest.mark.parametrize("made", [chain, lambda: ac.graph(deep(), (3, 2))], ids=["chain", "network"])
def test_of_a_large_graph_a_part_is_shown_that_can_be_read(visit, tmp_path, made):
    page = visit.open(made().save(tmp_path / "graph.html"))
    assert page.evaluate(SCALE) == pytest.approx(0.7)
    last = page.evaluate("Page.data.steps[Page.step - 1].o")
    assert is_seen(page, last)
    page.keyboard.press("0")
    assert page.evaluate(SCALE) < 0.4, "the whole is a key away"


def deep():
    return nn.Sequential(*[nn.Sequential(nn.Linear(2, 2), nn.Tanh()) for _ in range(8)])


def test_the_key_hides_no_step_of_a_part(visit, tmp_path):
    """Where cards lie behind the key, it has a ground of its own, and no step is behind it."""
    page = visit.open(ac.graph(deep(), (3, 2)).save(tmp_path / "graph.html"))
    for k in range(0, page.evaluate("Page.data.steps.length") + 1, 5):
        page.evaluate("k => Page.go(k)", k)
        behind = page.evaluate(
            "() => { const now = document.querySelector('#stage .now');"
            " const edge = (e) => e.getBoundingClientRect();"
            " return Boolean(now) && edge(now).bottom > edge(document.getElementById('legend')).top }"
        )
        assert not behind, k
    ground = "s => getComputedStyle(document.querySelector(s)).backgroundColor"
    assert page.evaluate(ground, "#legend") == page.evaluate(ground, "body")


def test_after_folding_a_part_is_shown_that_can_be_read(visit, tmp_path):
    page = visit.open(ac.graph(deep(), (3, 2)).save(tmp_path / "graph.html"))
    page.select_option("#fold", label="depth 1")
    page.locator(".toggle").first.click()
    assert page.evaluate(SCALE) >= 0.4
    page.select_option("#fold", label="everything")
    assert page.evaluate(SCALE) == pytest.approx(0.7)
    assert is_seen(page, page.evaluate("Page.data.steps[Page.step - 1].o"))


def test_a_graph_is_never_dragged_out_of_sight(visit, tmp_path):
    page = visit.open(lecture().save(tmp_path / "graph.html"))
    for x, y in ((-4000, 300), (5000, 300), (300, -4000), (300, 5000)):
        page.keyboard.press("0")
        page.mouse.move(300, 300)
        page.mouse.down()
        page.mouse.move(x, y, steps=3)
        page.mouse.up()
        box = page.evaluate(
            "() => { const r = Page.svg.querySelector('.graph').getBoundingClientRect(),"
            " s = document.getElementById('stage').getBoundingClientRect();"
            " return [r.right - s.left, s.right - r.left, r.bottom - s.top, s.bottom - r.top] }"
        )
        assert min(box) > 20, (x, y)


def test_focus_stays_in_the_panel_while_steps_go_on(visit, tmp_path):
    page = visit.open(lecture().save(tmp_path / "graph.html"))
    page.locator("#v-1").click()
    page.locator("#detail .link").first.focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("[Page.step, document.activeElement.textContent]") == [5, "×"]
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "v-1"


def test_numbers_that_are_scrolled_keep_their_keys(visit, tmp_path):
    x = ac.Tensor([[float(i) for i in range(40)]], True, name="x")
    page = visit.open(ac.graph({"z": (x * x).sum()}).save(tmp_path / "graph.html"))
    page.locator("#v-0").click()
    page.locator("#detail .scroll").first.focus()
    before = page.evaluate("Page.step")
    page.keyboard.press("ArrowRight")
    with suppress(AssertionError):
        until(page, "() => document.querySelector('#detail .scroll').scrollLeft > 0")
    assert page.evaluate("[Page.step, document.querySelector('#detail .scroll').scrollLeft > 0]") == [
        before,
        True,
    ]


def test_the_card_with_the_focus_looks_so_in_every_step(visit, tmp_path):
    page = visit.open(lecture().save(tmp_path / "graph.html"))
    page.keyboard.press("Tab")
    for id_ in ("v-0", "o-3"):
        page.focus(f"#{id_}")
        ring = "id => getComputedStyle(document.querySelector(`#${id} > .ring`)).stroke"
        assert page.evaluate(ring, id_) == "rgb(0, 114, 178)", id_
