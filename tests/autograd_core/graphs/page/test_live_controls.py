"""Row 4.7: every control of a live page by hand and by key, on wide and narrow screens, light and dark."""

from functools import cache

import numpy as np
import pytest

import autograd_core as ac

SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


@cache
def made():
    return ac.live("s = a*x; t = s - y; z = t**2", x=(-3, 3, 1), a=(-3, 3, 2), y=4.0).html


@cache
def arrays():
    def squares(A, x):
        return ((A @ x) ** 2).sum()

    return ac.live(squares, A=np.array([[1.0, 2.0], [3.0, 4.0]]), x=(-2, 2, [1.0, -1.0])).html


def held(page, name="x"):
    return page.evaluate(
        "(name) => Page.live.state().inputs[Page.data.live.controls.find((c) => c.name === name).id]", name
    )


def card(page, name):
    id = page.evaluate("(name) => Page.data.live.controls.find((c) => c.name === name).id", name)
    return page.locator(f"#{id}")


def test_slider_by_keys(visit):
    page = visit.show(made())
    slider = page.get_by_role("slider", name="x")
    slider.press("ArrowRight")
    assert held(page) == pytest.approx(1.1)
    slider.press("Shift+ArrowUp")
    assert held(page) == pytest.approx(2.1)
    slider.press("ArrowDown")
    slider.press("PageDown")
    assert held(page) == pytest.approx(1.0)
    slider.press("End")
    assert held(page) == 3
    slider.press("Home")
    assert held(page) == -3
    assert slider.get_attribute("aria-valuetext") == "−3"


def test_slider_by_hand_and_everything_follows(visit):
    page = visit.show(made())
    box = page.get_by_role("slider", name="x").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    x = held(page)
    assert 1 < x < 2.2
    gradient = 2 * 2 * (2 * x - 4)
    state = page.evaluate("Page.live.state()")
    assert state["gradients"]["v-0"] == pytest.approx(gradient)
    text = page.evaluate("Page.live.number(Page.live.state().gradients['v-0'])")
    assert card(page, "x").locator("#v-0-grad").text_content() == f"∂z/∂x = {text}"
    assert f"∂z/∂x = {text}" in page.inner_text("#inputs")
    assert f"slope {text}" in page.inner_text("#plot")
    assert page.locator("#say").text_content().endswith(f"= {text}")


def test_boxes_are_typed_and_dragged(visit):
    page = visit.show(made())
    box = page.get_by_role("textbox", name="y")
    box.fill("−2.5")
    box.press("Enter")
    box.blur()
    assert held(page, "y") == -2.5
    box.fill("1,5")
    box.blur()
    assert held(page, "y") == 1.5
    box.fill("nonsense")
    box.blur()
    assert held(page, "y") == 1.5
    assert box.get_attribute("aria-invalid") == "true"
    assert box.input_value() == "1.5"
    box.press("ArrowUp")
    assert held(page, "y") > 1.5
    where = box.bounding_box()
    before = held(page, "y")
    page.mouse.move(where["x"] + 10, where["y"] + 10)
    page.mouse.down()
    page.mouse.move(where["x"] + 40, where["y"] + 10, steps=4)
    page.mouse.up()
    assert held(page, "y") > before
    page.get_by_role("textbox", name="x").fill("99")
    page.get_by_role("textbox", name="x").blur()
    assert held(page, "x") == 3


def test_cards_are_dragged_and_moved_by_keys(visit):
    page = visit.show(made())
    where = card(page, "x").bounding_box()
    page.mouse.move(where["x"] + 20, where["y"] + 12)
    page.mouse.down()
    page.mouse.move(where["x"] + 60, where["y"] + 12, steps=5)
    page.mouse.up()
    moved = held(page)
    assert moved > 1.5
    assert page.evaluate("Page.selected") is None
    page.mouse.click(where["x"] + 20, where["y"] + 12)
    assert page.evaluate("Page.selected") == "v-0"
    card(page, "x").focus()
    page.keyboard.press("ArrowDown")
    assert held(page) == pytest.approx(moved - 0.1)
    knob = card(page, "x").locator(".knob").bounding_box()
    share = (knob["x"] + knob["width"] / 2 - where["x"]) / where["width"]
    assert share == pytest.approx((held(page) + 3) / 6, abs=0.12)


def test_plot_is_dragged_and_shows_the_tangent(visit):
    page = visit.show(made())
    curve = page.locator(".curve")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert held(page) == pytest.approx(0, abs=0.05)
    numbers = page.evaluate(
        """() => [".tangent", ".line"].map((css) =>
          document.querySelector(`.curve ${css}`).getAttribute("d").match(/-?[\\d.]+/g).map(Number))"""
    )
    x0, y0, x1, y1 = numbers[0]
    line = np.array(numbers[1]).reshape(-1, 2)
    k = int(
        np.argmin(
            np.abs(line[:, 0] - page.evaluate("+document.querySelector('.curve .point').getAttribute('cx')"))
        )
    )
    slope = (line[k + 1, 1] - line[k - 1, 1]) / (line[k + 1, 0] - line[k - 1, 0])
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, rel=0.03)
    page.get_by_role("button", name="a", exact=True).click()
    assert page.locator(".ends .axis").text_content() == "a"
    assert "against a" in curve.get_attribute("aria-label")


def test_arrays_have_a_box_for_each_number(visit):
    page = visit.show(arrays())
    box = page.get_by_role("textbox", name="A[1, 0]")
    box.fill("5")
    box.blur()
    assert held(page, "A") == [1, 2, 5, 4]
    assert page.locator(".ends .axis").text_content() == "A[1, 0]"
    page.get_by_role("textbox", name="x[1]").press("ArrowUp")
    assert held(page, "x") == pytest.approx([1, -0.95])
    state = page.evaluate("Page.live.state()")
    A, x = np.array([[1, 2], [5, 4]]), np.array(held(page, "x"))
    assert np.allclose(state["gradients"]["v-0"], np.outer(2 * A @ x, x).ravel())
    assert "Δ within" in page.inner_text("#inputs")


def test_needle_tells_a_kink(visit):
    """At a kink the difference is between both sides, and the gradient is the choice of the engine."""
    page = visit.show(ac.live("z = relu(x)", x=(-1, 1, 0)).html)
    assert page.locator(".row.apart .needle").text_content() == "Δ 0.5000"
    page.evaluate("Page.live.set({x: 0.5})")
    assert page.locator(".row.apart").count() == 0


def test_steps_go_on_while_inputs_move(visit):
    """Not reached is a dash or nothing, whatever moves."""
    page = visit.show(made())
    page.locator("#slide").press("Home")
    for _ in range(4):
        page.locator("#next").click()
    page.evaluate("Page.live.set({x: 2.5})")
    assert page.locator("#say").text_content() == "backward at ( )²: ∂z/∂z = 1; ∂z/∂t += 1 · 2 = 2"
    assert page.evaluate("getComputedStyle(document.getElementById('v-0-grad')).visibility") == "hidden"
    page.locator("#slide").press("End")
    assert page.locator("#v-0-grad").text_content() == "∂z/∂x = 4"


def test_partial_sums_follow(visit):
    page = visit.show(ac.live("z = x*a + x**2", x=(-3, 3, 1), a=2.0).html)
    page.evaluate("Page.live.set({x: 3})")
    page.evaluate("Page.go(5)")
    assert page.locator("#v-0-grad").text_content() == "∂z/∂x = 6 + …"
    page.evaluate("Page.live.set({x: 2})")
    assert page.locator("#v-0-grad").text_content() == "∂z/∂x = 4 + …"
    page.evaluate("Page.go(6)")
    assert page.locator("#v-0-grad").text_content() == "∂z/∂x = 6"


EXTREME = {"x": -1.2345678e-7, "a": 98765.4321e-9, "y": -1.2345678e-4}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "place",
    [EXTREME, {"x": 1.2345e-300, "a": -9.8765e250, "y": 1e300}, {"x": 0, "a": -0.00012345, "y": -1234567}],
    ids=["small", "beyond", "mixed"],
)
def test_letters_stay_in_their_cards(visit, place, size):
    """Row 4.7: nothing moves, and no number is too long for its card or chip."""
    visit.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    page = visit.show(made())
    boxes = """() => [...document.querySelectorAll("#stage g.node")].map((g) => {
      const r = outline => { const b = outline.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
      const texts = [...g.querySelectorAll("text")].filter((t) => t.textContent.trim());
      return [g.id, r(g.querySelector("path,ellipse")), texts
        .map((t) => { const m = t.transform.baseVal.consolidate(), b = r(t), dx = m ? m.matrix.e : 0;
          return [b[0] + dx, b[1], b[2] + dx, b[3], t.textContent]; })];
    })"""
    before = page.evaluate(boxes)
    page.evaluate("(place) => Page.live.set(place)", place)
    after = page.evaluate(boxes)
    assert [(id, frame) for id, frame, _ in before] == [(id, frame) for id, frame, _ in after]
    for id, (left, _, right, _), texts in after:
        for x0, _, x1, _, text in texts:
            assert left - 0.5 <= x0, (id, text)
            assert x1 <= right + 0.5, (id, text)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("html", [made, arrays], ids=["numbers", "arrays"])
def test_nothing_hangs_over_the_edge(visit, html, size):
    width, height = SIZES[size]
    visit.page.set_viewport_size({"width": width, "height": height})
    page = visit.show(html())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "document.getElementById('panel').scrollWidth <= document.getElementById('panel').clientWidth"
    )
    for name in ("main", "aside", "footer"):
        box = page.locator(name).bounding_box()
        assert box["height"] > 60
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    stage, panel = page.locator("main").bounding_box(), page.locator("aside").bounding_box()
    assert stage["y"] + stage["height"] <= panel["y"] + 1 or stage["x"] + stage["width"] <= panel["x"] + 1


CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => linear(c[0]) * 0.2126 + linear(c[1]) * 0.7152 + linear(c[2]) * 0.0722;
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const words = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const told = (e) => words(e) || e.tagName === "INPUT";
  const seen = (e) => e.tagName === "text" || (e.offsetParent !== null && told(e));
  return [...document.querySelectorAll("aside *, footer *, header *")].filter(seen).map((e) => {
    const style = getComputedStyle(e), b = light(ground(e));
    const a = light(parse(e.tagName === "text" ? style.fill : style.color));
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName, e.textContent.slice(0, 40)];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("html", [made, arrays], ids=["numbers", "arrays"])
def test_contrast(visit, html, scheme):
    """WCAG AA: 4.5 : 1 for every word of the panel."""
    visit.page.emulate_media(color_scheme=scheme)
    page = visit.show(html())
    found = page.evaluate(CONTRAST)
    assert len(found) > 20
    for ratio, tag, text in found:
        assert ratio >= 4.5, (ratio, tag, text)


def test_what_is_not_finite_is_marked_only_while_it_is(visit):
    page = visit.show(ac.live("z = log(x)", x=(-1, 3, 0)).html)
    assert page.locator("#stage .broken").count() > 0
    assert page.locator("#v-2-value").text_content() == "−∞"
    page.evaluate("Page.live.set({x: 1})")
    assert page.locator("#stage .broken").count() == 0
    assert "!" not in page.locator("#stage").text_content()
    page.evaluate("Page.live.set({x: -1})")
    assert page.locator("#v-2-value").text_content() == "NaN"


def test_reduced_motion(visit):
    visit.page.emulate_media(reduced_motion="reduce")
    page = visit.show(made())
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every((e) => getComputedStyle(e).transitionDuration.split(', ')"
        ".every((t) => t === '0s') && getComputedStyle(e).animationName === 'none')"
    )


def test_tab_reaches_everything(visit):
    page = visit.show(made())
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
            )
        )
    assert {"x", "a", "y", "step", "Play", "Whole graph"} <= reached
    assert any(words.startswith("x, input") for words in reached)
    assert any(words.startswith("local derivative") for words in reached)


def test_names_are_never_markup(visit):
    evil = "<img src=x onerror=alert(1)>"
    x = ac.Tensor(1.5, requires_grad=True, name=evil)
    page = visit.show(ac.live((x * x).named("</script><script>alert(1)</script>")).html)
    assert page.locator("img").count() == 0
    assert evil in page.inner_text("#inputs")


def test_size():
    assert len(made().encode()) < 100_000


def test_boxes_and_axes_show_numbers_that_differ(visit):
    """A number is shown in so many digits that one key further is another one, and fits its box."""
    page = visit.show(ac.live("z = x*y", x=(1e9, 1e9 + 50), y=[1.0, 2.0]).html)
    assert page.get_by_role("textbox", name="x", exact=True).input_value() == "1000000025"
    ends = page.locator(".ends span")
    assert [ends.nth(0).text_content(), ends.nth(2).text_content()] == ["1000000000", "1000000050"]
    marks = page.locator(".marks text").all_text_contents()
    assert len(set(marks)) == len(marks) > 1
    page.evaluate("Page.live.set({x: -1234567.89, y: [1e-300, -1234567.89]})")
    assert page.get_by_role("textbox", name="y[1]").input_value() == "−1234567.89"
    assert page.get_by_role("textbox", name="y[0]").input_value() == "1e−300"
    over = page.locator(".box").evaluate_all("(all) => all.map((x) => x.scrollWidth - x.clientWidth)")
    assert max(over) <= 0
