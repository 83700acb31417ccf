"""The interactive page in a browser: every control, the keyboard, both schemes, a phone, paper."""

import json
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.page import document
from autograd_core.graphs.snapshot.records import Mark

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def lecture():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = a * x
    t = s - y
    z = t**2
    z.backward()
    return ac.graph({"z": z}, names={"s": s, "t": t})


def meeting():
    """Two wires meet at x: 3 + 5."""
    x = ac.Tensor(3.0, True, name="x")
    u = (x * 1.0).named("u")
    v = (x * 5.0).named("v")
    return ac.graph({"z": u * 3 + v})


def network():
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    return ac.graph(model, (5, 4))


GRAPHS = {
    "lecture": lecture,
    "meeting": meeting,
    "network": network,
    "symbols": lambda: ac.graph("z = z(u, v); u = u(x, y); v = v(x, y)"),
}
graphs = pytest.mark.parametrize("made", GRAPHS.values(), ids=GRAPHS)


@pytest.fixture
def shown(visit, tmp_path):
    """Opens the page of a graph."""

    def show(graph, size=WIDE, scheme="light", **settings):
        visit.page.set_viewport_size(size)
        visit.page.emulate_media(color_scheme=scheme, **settings)
        return visit.open(graph.save(tmp_path / "graph.html"))

    return show


def state(page, id_):
    return page.evaluate(
        "id => { const s = getComputedStyle(document.getElementById(id));"
        " return [s.visibility, Number(s.opacity)] }",
        id_,
    )


def until(page, condition, *given):
    """Wait; Playwright's own way would need `eval`, which the page forbids."""
    for _ in range(200):
        if page.evaluate(condition, *given):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came true: {condition}")


def text(page, selector):
    found = page.locator(selector)
    return found.text_content() if selector.endswith("-grad") else found.inner_text()


# ---- steps -------------------------------------------------------------------------------------------------


def test_steps_of_the_lecture(shown):
    """Row 3.4-2 and 3.4-3: forward values, then derivatives from the result to the inputs."""
    page = shown(lecture(), reduced_motion="reduce")
    assert text(page, "#count") == "6 / 6"
    page.keyboard.press("Home")
    assert text(page, "#count") == "0 / 6"
    assert state(page, "v-0") == ["visible", 1]
    assert state(page, "v-4")[1] < 0.3
    said = []
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        said.append(text(page, "#say"))
    assert said == [
        "forward at ×: s = a · x = 2 · 3 = 6",
        "forward at −: t = s − y = 6 − 4 = 2",
        "forward at ( )²: z = t² = 2² = 4",
        "backward at ( )²: ∂z/∂z = 1; ∂z/∂t += 1 · 4 = 4",
        "backward at −: ∂z/∂s += 4 · 1 = 4; ∂z/∂y += 4 · (−1) = −4",
        "backward at ×: ∂z/∂a += 4 · 3 = 12; ∂z/∂x += 4 · 2 = 8",
    ]
    assert text(page, "#v-1-grad") == "∂z/∂x = 8"


def test_chips_and_gradients_appear_when_they_are_reached(shown):
    """Row 3.4-3: the derivative of a wire is known when the sweep gets there."""
    page = shown(lecture(), reduced_motion="reduce")
    reached = {}
    for k in range(7):
        page.evaluate("k => Page.go(k)", k)
        reached[k] = [
            id_ for id_ in ("d-7-0", "v-6-grad", "d-3-1", "v-1-grad") if state(page, id_)[0] == "visible"
        ]
    assert reached == {
        0: [], 1: [], 2: [], 3: [],
        4: ["d-7-0", "v-6-grad"],
        5: ["d-7-0", "v-6-grad"],
        6: ["d-7-0", "v-6-grad", "d-3-1", "v-1-grad"],
    }  # fmt: skip


def test_partial_sums(shown):
    """Row 3.5-2: where two wires meet, contributions are added one after the other."""
    graph = meeting()
    page = shown(graph, reduced_motion="reduce")
    x = f"v-{graph['x'].number}"
    page.keyboard.press("Home")
    seen = []
    for _ in range(page.evaluate("Page.data.steps.length")):
        page.keyboard.press("ArrowRight")
        if state(page, f"{x}-grad")[0] == "visible":
            seen.append(text(page, f"#{x}-grad"))
    assert list(dict.fromkeys(seen)) == ["∂z/∂x = 5 + …", "∂z/∂x = 8"]
    page.locator(f"#{x}").click()
    assert "sum" in text(page, "#detail")
    assert re.findall(r"= (\d)", text(page, ".routes")) == ["3", "5"]


def test_buttons_slider_and_play(shown):
    page = shown(lecture())
    page.locator("#back").click()
    assert text(page, "#count") == "5 / 6"
    page.locator("#next").click()
    assert text(page, "#count") == "6 / 6"
    assert page.locator("#next").is_disabled()
    page.locator("#slide").fill("2")
    assert text(page, "#count") == "2 / 6"
    assert "forward at −" in page.locator("#slide").get_attribute("aria-valuetext")
    page.evaluate("Page.data.pause = 30")
    page.locator("#play").click()
    until(page, "Page.step === 6 && !Page.playing()")
    page.evaluate("document.activeElement.blur(); Page.data.pause = 60000")
    page.keyboard.press(" ")
    assert page.evaluate("Page.playing()")
    assert page.locator("#play").get_attribute("aria-label") == "Pause"
    page.keyboard.press(" ")
    assert not page.evaluate("Page.playing()")


# ---- the canvas --------------------------------------------------------------------------------------------


def box(page):
    return [float(v) for v in page.locator("#stage > svg").get_attribute("viewBox").split()]


def test_pan_and_zoom(shown):
    page = shown(lecture())
    whole = box(page)
    for key, smaller in (("+", True), ("-", False)):
        before = box(page)
        page.keyboard.press(key)
        assert (box(page)[2] < before[2]) is smaller
    page.keyboard.press("0")
    assert box(page) == whole
    page.mouse.move(500, 600)
    page.mouse.wheel(0, -300)
    until(page, "w => document.querySelector('#stage > svg').viewBox.baseVal.width < w", whole[2])
    page.mouse.dblclick(500, 600)
    assert box(page) == whole
    page.mouse.down()
    page.mouse.move(600, 640, steps=4)
    page.mouse.up()
    assert box(page)[0] < whole[0]
    assert box(page)[1] < whole[1]
    page.locator("#fit").click()
    assert box(page) == whole
    page.locator("#in").click()
    page.locator("#out").click()


def test_dragging_chooses_nothing(shown):
    page = shown(lecture())
    card = page.locator("#v-4").bounding_box()
    page.mouse.move(card["x"] + 20, card["y"] + 20)
    page.mouse.down()
    page.mouse.move(card["x"] + 90, card["y"] + 60, steps=4)
    page.mouse.up()
    assert page.evaluate("Page.selected") is None


def test_two_fingers(shown):
    page = shown(lecture())
    before = box(page)
    page.evaluate(
        """() => { const s = document.getElementById('stage');
        const send = (kind, id, x) => s.dispatchEvent(new PointerEvent(kind,
            {pointerId: id, clientX: x, clientY: 300, bubbles: true, button: 0}));
        send('pointerdown', 1, 400); send('pointerdown', 2, 500);
        for (const x of [510, 560, 620]) send('pointermove', 2, x);
        send('pointerup', 1, 400); send('pointerup', 2, 620); }"""
    )
    assert box(page)[2] < before[2]


def test_the_scheme_can_be_chosen(shown):
    page = shown(lecture(), scheme="dark")
    assert page.locator("html").get_attribute("data-scheme") == "dark"
    page.locator("#scheme").click()
    assert page.locator("html").get_attribute("data-scheme") == "light"


# ---- the panel ---------------------------------------------------------------------------------------------


@SIZES
def test_the_panel(shown, size):
    """Row 3.4-3: value, gradient, rule in symbols and numbers, contributions."""
    page = shown(lecture(), size)
    page.locator("#v-1").click()
    words = text(page, "#detail")
    for part in ("x", "► input", "3", "gradient ∂z/∂x", "8", "4 · 2 = 8", "∂z/∂x = ∂z/∂s · a", "float64"):
        assert part in words
    page.locator("#o-3").click(force=True)
    assert "multiply" in text(page, "#detail")
    page.evaluate("Page.select('d-7-0')")
    assert "2t = 4" in text(page, "#detail")
    assert "1 · 4 = 4" in text(page, "#detail")
    page.locator("#close").click()
    assert page.evaluate("Page.selected") is None
    if size is PHONE:
        assert not page.locator("#panel").is_visible()


def test_arrays_in_the_panel(shown):
    x = ac.Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], True, name="x")
    big = ac.Tensor([float(i) for i in range(300)], True, name="big")
    graph = ac.graph({"z": (x * 2).sum() + big.sum()})
    page = shown(graph)
    page.evaluate(f"Page.select('v-{graph['x'].number}')")
    assert page.locator("#detail tr").count() >= 2
    assert page.locator("#detail .scroll td").nth(5).inner_text() == "6"
    page.evaluate(f"Page.select('v-{graph['big'].number}')")
    words = text(page, "#detail")
    assert "mean" in words
    assert "149.5" in words
    assert "299" in words


def test_a_leaf_that_was_overwritten(shown):
    x = ac.Tensor(3.0, True, name="x")
    z = (x**2).named("z")
    z.backward()
    with ac.no_grad():
        x += 4.0
    page = shown(ac.graph(z))
    page.evaluate("Page.select('v-0')")
    assert "overwritten" in text(page, "#detail")
    assert "7" in text(page, "#detail")


def test_what_has_accumulated(shown):
    """`.grad` adds up over sweeps."""
    x = ac.Tensor(3.0, True, name="x")
    (x**2).backward()
    z = (x * 5.0).named("z")
    z.backward()
    page = shown(ac.graph(z))
    page.evaluate("Page.select('v-0')")
    assert ".grad holds" in text(page, "#detail")
    assert "11" in text(page, "#detail")


def test_links_lead_to_other_nodes(shown):
    page = shown(lecture())
    page.locator("#v-4").click()
    page.locator("#detail .link", has_text="×").first.click()
    assert page.evaluate("Page.selected") == "o-3"
    page.keyboard.press("Escape")
    assert page.evaluate("Page.selected") is None


HERE = Path(__file__).parent
INSIDE, APART, CONTRAST = (
    HERE.joinpath(f"{probe}.js").read_text() for probe in ("inside", "apart", "contrast")
)

# ---- geometry, contrast ------------------------------------------------------------------------------------


@graphs
@SIZES
def test_text_lies_in_its_card_and_cards_lie_apart(shown, made, size):
    page = shown(made(), size, reduced_motion="reduce")
    for k in range(page.evaluate("Page.data.steps.length") + 1):
        page.evaluate("k => Page.go(k)", k)
        assert page.evaluate(INSIDE) == []
    assert page.evaluate(APART) == []


@graphs
@SCHEMES
@SIZES
def test_contrast(shown, made, scheme, size):
    page = shown(made(), size, scheme, reduced_motion="reduce")
    first = page.evaluate("[...document.querySelectorAll('#stage g[role=button]')].map(g => g.id)")
    for id_ in [None, first[0], first[-1]]:
        page.evaluate("id => Page.select(id)", id_)
        for k in (page.evaluate("Page.data.steps.length"), page.evaluate("Page.data.steps.length / 2")):
            page.evaluate("k => Page.go(k)", k)
            count, bad = page.evaluate(CONTRAST)
            assert count > 20
            assert bad == []


@graphs
@SIZES
def test_nothing_is_wider_than_the_window(shown, made, size):
    page = shown(made(), size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    canvas = page.locator("#stage").bounding_box()
    assert canvas["width"] > 300
    assert canvas["height"] > 300


def test_a_phone_sees_a_formula_from_top_to_bottom(shown):
    page = shown(lecture(), PHONE)
    size = page.evaluate("document.querySelector('#v-1-grad').getBoundingClientRect().height")
    assert size > 10


# ---- the keyboard, paper, motion ---------------------------------------------------------------------------


def test_by_keyboard_alone(shown):
    page = shown(lecture())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "slide"
    page.evaluate("document.getElementById('scheme').focus()")
    order = []
    for _ in range(14):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id"))
    assert order == [
        *("v-0", "v-1", "v-2", "d-3-0", "d-3-1", "o-3", "v-4"),
        *("d-5-0", "d-5-1", "o-5", "v-6", "d-7-0", "o-7", "v-8"),
    ]
    ring = page.evaluate("getComputedStyle(document.querySelector('#v-8 > .ring')).strokeWidth")
    assert float(ring.removesuffix("px")) >= 2
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.id") == "o-7"
    assert text(page, "#count") == "6 / 6"
    page.keyboard.press("Enter")
    assert page.evaluate("Page.selected") == "o-7"
    label = page.locator("#v-1").get_attribute("aria-label")
    assert label == "x, input, 3, ∂z/∂x = 8"
    assert page.locator("#v-1").get_attribute("role") == "button"
    assert page.locator("#say").get_attribute("aria-live") == "polite"


def test_every_control_has_a_name(shown):
    page = shown(network())
    nameless = page.evaluate(
        "[...document.querySelectorAll('button,select,input,g[role=button]')].filter(e =>"
        " !e.getAttribute('aria-label') && !e.textContent.trim() && !e.closest('label')).length"
    )
    assert nameless == 0


def test_paper(shown):
    """The whole graph on white, with every gradient, without controls; then the screen as it was."""
    page = shown(lecture(), scheme="dark")
    page.evaluate("Page.go(2)")
    page.emulate_media(media="print")
    until(page, "Page.step === 6")
    assert state(page, "v-1-grad")[0] == "visible"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for control in ("footer", ".tools", "aside"):
        assert not page.locator(control).is_visible()
    _, bad = page.evaluate(CONTRAST)
    assert bad == []
    page.emulate_media(media="screen")
    until(page, "Page.step === 2")
    assert page.pdf()[:4] == b"%PDF"


def test_reduced_motion(shown):
    page = shown(lecture(), reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.getElementById('v-0')).transitionDuration") == "0s"


# ---- pages without gradients -------------------------------------------------------------------------------


def test_before_backward_the_page_stands_at_the_end_of_the_forward_pass(shown):
    a, x = ac.leaves(a=2, x=3)
    graph = ac.graph({"z": a * x})
    page = shown(graph)
    assert text(page, "#count") == "1 / 2"
    page.keyboard.press("ArrowRight")
    assert text(page, "#v-0-grad") == "∂z/∂a = 3"
    assert graph["a"].grad is None


def test_numbers_that_were_not_kept(shown):
    x = ac.Tensor([float(i) for i in range(300)], True, name="x")
    z = (x * x).sum().named("z")
    z.backward()
    graph = ac.graph(z)
    del x
    page = shown(graph)
    page.evaluate("for (let k = 0; k <= Page.data.steps.length; k++) Page.go(k)")
    assert text(page, "h1")


def test_a_formula_without_values(shown):
    """Row 3.2-4: z = z(u, v) with partial derivatives as letters."""
    page = shown(GRAPHS["symbols"]())
    page.keyboard.press("Home")
    page.keyboard.press("End")
    assert "∂z/∂u" in text(page, "#say") or "∂u/∂x" in text(page, "#say")


@SIZES
def test_the_key_covers_nothing(shown, size):
    page = shown(network(), size)
    covered = page.evaluate(
        "[...document.querySelectorAll('#stage g.node')].filter(g => g.getBoundingClientRect().bottom >"
        " document.getElementById('legend').getBoundingClientRect().top + 2).map(g => g.id)"
    )
    assert covered == []


# ---- marks, long names, sizes ------------------------------------------------------------------------------


def poisoned():
    x = ac.Tensor([0.0, 1.0], True, name="x")
    with np.errstate(all="ignore"):
        z = ac.sum(ac.sqrt(x) * 0.0).named("z")
        z.backward()
        return ac.graph(z)


def changed():
    g = lecture()
    return g.marked(dict.fromkeys(g.nodes[-2:], Mark("here", "changed")))


@pytest.mark.parametrize("made", [poisoned, changed], ids=["on-a-wire", "at-cards"])
def test_marks_appear_with_what_they_stand_at(shown, made):
    page = shown(made(), reduced_motion="reduce")
    waiting = "[...document.querySelectorAll('#stage g.mark.wait')].length"
    page.evaluate("Page.go(0)")
    assert page.evaluate(waiting) > 0
    page.evaluate("Page.go(Page.data.steps.length)")
    assert page.evaluate("document.querySelectorAll('#stage g.mark').length") > 0
    assert page.evaluate("[...document.querySelectorAll('#stage .wait')].map(g => g.outerHTML)") == []
    # each wire leads from somewhere to somewhere else
    assert page.evaluate("[...document.querySelectorAll('#stage g.edge > title')].length") == 0


def test_the_ends_of_wires_with_marks():
    """A mark on a wire is counted by wires, not by nodes."""
    rest = json.loads(re.search(r'id="data">(.*?)</script>', document(poisoned()), re.DOTALL)[1])["pictures"][
        0
    ]["rest"]
    ends = re.findall("<title>([^<]*)</title>", rest)
    assert ends[:3] == ["v-0 k-w0", "k-w0 d-1-0", "d-1-0 o-1"]


@SIZES
def test_long_names_stay_in_the_panel(shown, size):
    x = ac.Tensor([1.0, 2.0], True, name="a_very_long_name_" * 12)
    page = shown(ac.graph({"z" * 300: ac.sum(x * x)}), size)
    for id_ in [None, *page.evaluate("[...document.querySelectorAll('g[role=button]')].map(g => g.id)")]:
        page.evaluate("id => Page.select(id)", id_)
        wide = "(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1)(document.getElementById('panel'))"
        assert not page.evaluate(wide), id_


def test_closing_the_panel_brings_the_whole_graph_back(shown):
    page = shown(lecture(), PHONE, reduced_motion="reduce")
    seen = "Page.svg.getAttribute('viewBox')"
    whole = page.evaluate(seen)
    last = page.evaluate("[...document.querySelectorAll('g.node[role=button]')].at(-1).id")
    page.evaluate("id => Page.select(id)", last)
    assert page.evaluate(seen) != whole
    page.locator("#close").click()
    assert page.evaluate(seen) == whole


def test_measuring_never_waits_for_drawing():
    """Parts of a picture are measured before any is changed, or 1,000 operations take a minute to open."""
    for name in ("cards.js", "steps.js"):
        code = files("autograd_core.graphs.page").joinpath(name).read_text(encoding="utf-8")
        body = code[code.index('Page.on("picture"') :].partition("\n});")[0]
        measured = max(body.rfind(word) for word in ("getBBox", "getTotalLength", "getPointAtLength"))
        assert measured < body.index('setAttribute("role"' if name == "cards.js" else "change()")
