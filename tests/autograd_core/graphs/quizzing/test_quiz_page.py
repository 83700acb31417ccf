"""The page of a quiz in a browser: every control, the keyboard, a phone, both schemes, paper; and that it
judges as Python does."""

import re
from pathlib import Path

import pytest

import autograd_core as ac
from autograd_core.graphs.quizzing.grammar import FUNCTIONS
from tests.autograd_core.graphs.quizzing.test_judgement import QUIZZES, TABLE, at, lecture, network

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
SHOWN = ["lecture local", "lecture grad", "layer local", "network grad", "network shapes"]
shown_quizzes = pytest.mark.parametrize("name", SHOWN)
PROBES = Path(__file__).parents[1] / "page"
INSIDE, CONTRAST = (PROBES.joinpath(f"{probe}.js").read_text() for probe in ("inside", "contrast"))

HOSTILE = "</script><img src=x onerror=alert(1)>&\"'{{DATA}}"


RATIOS = """() => {
  const part = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
  const lum = c => { const [r, g, b] = c.match(/\\d+/g).map(part);
    return .2126 * r + .7152 * g + .0722 * b; };
  return [...document.querySelectorAll('input')].map(e => {
    const ground = getComputedStyle(e.closest('.box') || e).backgroundColor;
    const [x, y] = [lum(getComputedStyle(e).color), lum(ground)].sort((p, q) => q - p);
    return (x + .05) / (y + .05); }); }"""
UNNAMED = """() => [...document.querySelectorAll('button,input,a,output,nav,aside')].filter(
  e => !e.getAttribute('aria-label') && !e.textContent.trim() && !(e.labels && e.labels.length)
).map(e => e.outerHTML)"""

TYPED = {
    a for places in TABLE.values() for kinds in places.values() for given in kinds.values() for a in given
}
TYPED |= {"∂z/∂a", "dz/dt", "1e3", "2e-1t", "e", "π", "sum(1,2)", "x < y < 2", "[x>0, y>0]", "t''", "½", "²"}
TYPED |= {"max(x,1)", "max(x)", "x^-2", "sum x", "mean(G, axis 1)", "sum(G, axis -1)", "a.T", "tanh", "2..3"}
TYPED |= {"G G", "sum(G)", "G + X", "ln x", "σ(x)", "√2", "ḡ₁ + ḡ₂", "G1 + G2", "1/2t", "T", "W^T^T", "x ÷ 2"}
TYPED |= {f"{name}(x)" for name in FUNCTIONS} | {"maximum(x, 2)", "min(t, x)", "3333.2x", "6172.25a"}
TYPED |= {
    "^2",
    "|",
    "，",
    "x²ᵀ",
    "t\u0302",
    "🙂",
    "🙂x",
    "x🙂",
    "(1,2)",
    "ſ",
    "İ",
    "()",
    "((8,5))",
    "-" * 200,
    "(" * 100,
}
TYPED |= {
    "3 4",
    "0/0",
    "1/0",
    "x^x",
    "0x1",
    "1_000",
    "٣",
    "T",
    "x.T.T",
    "G@G",
    "G⊙G",
    "relu(X)",
    "exp X",
    "sum",
    "spread",
}


@pytest.fixture
def shown(visit, tmp_path):
    """Opens the page of a quiz."""

    def show(quiz, size=WIDE, scheme="light"):
        visit.page.set_viewport_size(size)
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        return visit.open(quiz.save(tmp_path / "quiz.html"))

    return show


def box(page, n):
    return page.locator(f".box input[data-box='{n}']")


@pytest.mark.parametrize("name", QUIZZES)
def test_the_page_judges_as_python_does(shown, name):
    quiz = QUIZZES[name]()
    page = shown(quiz)
    for q in quiz.questions:
        # all of them at some box of every quiz
        given = [*sorted(TYPED)[q.number % 4 :: 4], q.formula, q.answer, q.worth]
        there = page.evaluate("([n, all]) => all.map(text => Page.judge(n, text))", [q.number, given])
        for typed, found in zip(given, there, strict=True):
            here = quiz.check(q.place, typed)
            assert found == {"kind": here.kind, "text": here.text, "right": here.right}, (q.asked, typed)


def test_filling_in(shown):
    """Row 3.4-2: 2t, −1, 1, x, a, by hand."""
    page = shown(lecture())
    assert page.locator(".box").count() == 5
    assert page.locator("#score").inner_text() == "0 of 5 right"
    for n, answer in enumerate(["x", "a", "1", "-1", "2t"], 1):
        box(page, n).fill(answer)
        box(page, n).press("Enter")
        assert "right" in page.locator(".box").nth(n - 1).get_attribute("class")
    assert page.locator("#score").inner_text() == "5 of 5 right"
    assert page.locator("#verdict").inner_text() == "Right. All boxes are right."


def test_a_wrong_answer_is_explained_and_can_be_corrected(shown):
    page = shown(lecture())
    box(page, 5).fill("t")
    box(page, 5).press("Enter")
    assert page.locator("#verdict").inner_text() == "Half of what it should be: the 2 of a square forgotten?"
    assert box(page, 5).get_attribute("aria-invalid") == "true"
    assert box(page, 5).get_attribute("aria-label") == "local derivative of z by t, not yet"
    box(page, 5).fill("2t")
    assert box(page, 5).get_attribute("aria-invalid") is None
    assert page.locator("#verdict").inner_text() == ""
    page.locator("#check").click()
    assert box(page, 5).get_attribute("aria-label") == "local derivative of z by t, right"


def test_hints_answers_and_starting_again(shown):
    page = shown(lecture())
    box(page, 5).click()
    assert page.locator("#question h2").inner_text() == "dz/dt = ?"
    page.locator("#hint").click()
    assert page.locator(".hints li").all_inner_texts() == ["The operation is ( )²: t²."]
    page.locator("#hint").click()
    assert page.locator(".hints li").count() == 2
    assert page.locator("#hint").is_disabled()
    page.locator("#show").click()
    assert box(page, 5).input_value() == "2t = 4"
    assert page.locator("#verdict").inner_text() == "dz/dt = 2t = 4"
    assert page.locator("#score").inner_text() == "0 of 5 right"  # what was shown does not count
    page.locator("#check").click()
    assert page.locator("#score").inner_text() == "0 of 5 right"
    page.locator("#reset").click()
    assert [box(page, n).input_value() for n in range(1, 6)] == [""] * 5
    assert page.locator(".hints").count() == 0
    assert box(page, 5).get_attribute("aria-label") == "local derivative of z by t, empty"


def test_all_at_once(shown):
    page = shown(lecture())
    for n, answer in enumerate(["x", "x", "1"], 1):
        box(page, n).fill(answer)
    page.locator("#all").click()
    marks = [page.locator(".box").nth(i).get_attribute("class").split() for i in range(5)]
    assert ["right" in m for m in marks] == [True, False, True, False, False]
    assert ["wrong" in m for m in marks] == [False, True, False, False, False]
    assert page.locator("#score").inner_text() == "2 of 5 right"


def test_letters_that_no_keyboard_has(shown):
    page = shown(QUIZZES["layer local"]())
    box(page, 1).click()
    page.get_by_role("button", name="ḡ (G)").click()
    page.keyboard.type(" W.T")
    assert box(page, 1).input_value() == "ḡ W.T"
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text() == "Right."


def test_letters_of_several_gradients(shown):
    (X,) = ac.leaves(X=[[1.0, -2.0], [3.0, 0.5]])
    quiz = ac.graph({"E": ac.sum(ac.tanh(X)) + ac.sum(ac.exp(X))}, names={"X": X}).quiz(hide="grad")
    asked = next(q for q in quiz.questions if "ḡ₁" in q.names)
    page = shown(quiz)
    box(page, asked.number).click()
    page.get_by_role("button", name="ḡ₁ (G1)").click()
    assert box(page, asked.number).input_value() == "ḡ₁"


def test_by_keyboard_alone(shown):
    page = shown(lecture())
    names = []
    for _ in range(30):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.dataset.box || document.activeElement.id"))
        if names[-1] == "1":
            break
    assert names[-1] == "1", names
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.box") == "5"
    assert page.locator("#score").inner_text() == "2 of 5 right"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('aside') !== null")


def test_walking_with_buttons(shown):
    page = shown(lecture())
    page.locator("#list button").nth(2).click()
    assert page.locator(".where").inner_text() == "Box 3 of 5"
    page.locator("#after").click()
    assert page.evaluate("document.activeElement.dataset.box") == "4"
    page.locator("#before").click()
    page.locator("#before").click()
    assert page.locator(".where").inner_text() == "Box 2 of 5"
    assert page.locator("#list [aria-current=true]").inner_text() == "2"


def test_boxes_follow_the_picture(shown):
    page = shown(lecture())

    def apart(n):
        chip = page.locator(f"#{lecture().questions[n - 1].place}").bounding_box()
        lies = page.locator(".box").nth(n - 1).bounding_box()
        return max(abs(chip["x"] - lies["x"]), abs(chip["y"] - lies["y"]))

    assert max(apart(n) for n in range(1, 6)) < 3
    page.locator("#in").click()
    page.locator("#in").click()
    assert max(apart(n) for n in range(1, 6)) < 4
    page.mouse.move(300, 200)
    page.mouse.down()
    page.mouse.move(380, 260, steps=4)
    page.mouse.up()
    assert max(apart(n) for n in range(1, 6)) < 4
    page.locator("#out").click()
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_timeout(100)
    page.locator("#fit").click()
    assert max(apart(n) for n in range(1, 6)) < 4


def test_a_phone_has_a_sheet(shown):
    page = shown(lecture(), PHONE)
    assert not page.locator("#panel").is_visible()
    box(page, 1).click()
    assert page.locator("#panel").is_visible()
    assert page.evaluate("document.activeElement.id") == "answer"
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text() == "That is the derivative by the other operand, x."
    page.locator("#answer").fill("x")
    page.locator("#check").click()
    assert box(page, 1).input_value() == "x"
    assert page.locator("#score").inner_text() == "1 of 5 right"
    page.locator("#after").click()
    assert page.locator(".where").inner_text() == "Box 2 of 5"
    sheet, lies = page.locator("#panel").bounding_box(), page.locator(".box").nth(1).bounding_box()
    assert lies["y"] + lies["height"] < sheet["y"]  # what is asked is not covered
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()
    box(page, 3).click()
    page.locator("#close").click()
    assert not page.locator("#panel").is_visible()


def test_the_scheme_can_be_chosen(shown):
    page = shown(lecture(language="ja"))
    assert page.locator("#scheme").get_attribute("aria-label") == "暗い配色"
    page.locator("#scheme").click()
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    assert page.locator("#scheme").get_attribute("aria-label") == "明るい配色"
    assert page.evaluate("document.documentElement.lang") == "ja"


@shown_quizzes
@SIZES
def test_everything_lies_in_its_place(shown, name, size):
    quiz = QUIZZES[name]()
    page = shown(quiz, size)
    assert page.evaluate(INSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    boxes = [page.locator(".box").nth(i).bounding_box() for i in range(len(quiz))]
    stage = page.locator("#stage").bounding_box()
    for b in boxes:
        assert b["width"] > 15
        assert b["x"] >= stage["x"] - 1
        assert b["x"] + b["width"] <= stage["x"] + stage["width"] + 1
        assert b["y"] >= stage["y"] - 1
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            across = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
            assert not (across and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"])
    assert "__" not in page.evaluate("document.getElementById('stage').textContent")


@shown_quizzes
@SCHEMES
@SIZES
def test_contrast(shown, name, scheme, size):
    page = shown(QUIZZES[name](), size, scheme)
    for answer in ("x", "2%"):
        box(page, 1).click()
        page.locator("#answer").fill(answer)
        page.locator("#check").click()
        page.locator("#hint").click()
        count, bad = page.evaluate(CONTRAST)
        assert count > 10
        assert bad == []
    page.locator("#show").click()
    assert page.evaluate(CONTRAST)[1] == []
    # what stands in boxes is no text of the document
    ratios = page.evaluate(RATIOS)
    assert min(ratios) >= 4.5


def test_every_control_has_a_name(shown):
    page = shown(network(hide="grad"))
    box(page, 1).click()
    unnamed = page.evaluate(UNNAMED)
    assert unnamed == []


def test_paper(shown):
    page = shown(lecture())
    box(page, 1).fill("x")
    box(page, 1).press("Enter")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".paper").is_visible()
    assert not page.locator("#panel").is_visible()
    assert not box(page, 1).is_visible()
    blanks = page.locator("#stage .blank")
    assert blanks.count() == 5
    for n, q in enumerate(lecture().questions):
        chip, blank = page.locator(f"#{q.place}").bounding_box(), blanks.nth(n).bounding_box()
        middle = blank["x"] + blank["width"] / 2, blank["y"] + blank["height"] / 2
        assert chip["x"] < middle[0] < chip["x"] + chip["width"]
        assert chip["y"] < middle[1] < chip["y"] + chip["height"]
    assert len(page.pdf()) > 1000
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert box(page, 1).input_value() == "x"


def test_nothing_is_given_away():
    """Neither texts of the picture nor tooltips hold what is asked for."""
    for name in ("lecture local", "layer local"):
        quiz = QUIZZES[name]()
        assert not re.search(r'class="chip"[^\n]*(2t|<B>|Wᵀ|SUP|∂)', quiz.source())
        assert "|g|" not in quiz.source()
    assert not re.search(r"= (12|8|−4)\b", lecture(hide="grad").source())
    shapes = network(hide="shapes")
    for q in shapes.questions:
        assert q.worth not in shapes.source(), q.asked


def test_hostile_names(visit):
    a, b = ac.leaves(a=2.0, b=3.0)
    z = a * b
    for hide in ("local", "grad"):
        quiz = ac.graph({HOSTILE: z}, names={HOSTILE + "1": a, "1\u00a0________": b}).quiz(hide)
        page = visit.show(quiz.html)
        assert page.evaluate("document.images.length") == 0
        assert page.locator("h1").inner_text().startswith(("Local", "Gradients"))
        for q in quiz.questions:
            there = page.evaluate("([n, text]) => Page.judge(n, text)", [q.number, HOSTILE + "1 __proto__"])
            assert there["text"] == quiz.check(q.place, HOSTILE + "1 __proto__").text
        box(page, 1).fill(HOSTILE)
        box(page, 1).press("Enter")
        assert page.evaluate("document.images.length") == 0


def test_in_a_notebook(visit):
    """A frame that runs its script and sees nothing of the notebook."""
    html = lecture()._repr_html_()
    assert 'sandbox="allow-scripts"' in html
    page = visit.show(html)
    frame = page.frame_locator("iframe")
    frame.locator(".box input").first.click()
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    assert frame.locator("#score").inner_text() == "1 of 5 right"


def test_saving(tmp_path):
    quiz = lecture()
    assert quiz.save(tmp_path / "q.html").read_text(encoding="utf-8") == quiz.html
    with pytest.raises(ValueError, match="a quiz is a page"):
        quiz.save(tmp_path / "q.pdf")
    assert at(quiz, "dz/dt") == "d-7-0"
