"""The quiz on paper: name and date, gaps without answers, and the sheet with them."""

import re

import pytest

import autograd_core as ac
from autograd_core.graphs.rendering.renderers import GraphRenderError
from tests.autograd_core.graphs.quizzing.test_judgement import QUIZZES, lecture, network


@pytest.mark.parametrize("form", ["svg", "html"])
@pytest.mark.parametrize("name", ["lecture local", "lecture grad", "layer local", "network shapes"])
def test_a_sheet_has_gaps_and_a_line_for_the_name(tmp_path, name, form):
    quiz = QUIZZES[name]()
    text = quiz.sheet(tmp_path / f"sheet.{form}", renderer="builtin").read_text(encoding="utf-8")
    for words in ("Name", "Date", "Score", quiz.title):
        assert words in text.replace("&#39;", "'")
    for q in quiz.questions:
        if "lecture grad" in name and q.worth not in ("1", "4"):
            assert f"= {q.worth}" not in text
        if name == "network shapes":
            assert q.worth not in text
    assert "Answers" not in text
    assert not re.search(r"\d\u00a0[_\u00a0]{4}", text)  # no number that might be taken for an answer


def test_the_sheet_with_answers(tmp_path):
    quiz = lecture()
    svg = quiz.sheet(tmp_path / "answers.svg", answers=True, renderer="builtin").read_text(encoding="utf-8")
    assert "Answers" in svg
    assert "dz/dt = 2t =" in svg
    html = quiz.sheet(tmp_path / "both.html", answers=True).read_text(encoding="utf-8")
    assert html.count("<section") == 2
    assert "<b>2t = 4</b>" in html


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_other_formats(tmp_path, form):
    try:
        path = lecture().sheet(tmp_path / f"sheet.{form}")
    except GraphRenderError as error:
        pytest.skip(str(error))
    assert path.read_bytes()[:4] == {"png": b"\x89PNG", "pdf": b"%PDF"}[form]


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf or \.html"):
        lecture().sheet(tmp_path / "sheet.docx")


def test_sheets_are_the_same_every_time(tmp_path):
    quizzes = [lecture(seed=4, count=3) for _ in range(2)]
    first, second = (q.sheet(tmp_path / f"{i}.svg", renderer="builtin") for i, q in enumerate(quizzes))
    assert first.read_bytes() == second.read_bytes()


def test_names_are_escaped(tmp_path):
    a, b = ac.leaves(a=2.0, b=3.0)
    hostile = "<b>&\"'"
    quiz = ac.graph({hostile: a * b}, names={"<i>": a, "b": b}).quiz("grad")
    for form in ("svg", "html"):
        text = quiz.sheet(tmp_path / f"s.{form}", True, renderer="builtin").read_text(encoding="utf-8")
        assert "<i>" not in re.sub(r"<i></i>", "", text)
        assert hostile not in text


def test_on_paper_in_japanese(visit, tmp_path):
    quiz = network(hide="shapes", language="ja")
    page = visit.open(quiz.sheet(tmp_path / "s.html", answers=True))
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert "氏名" in page.locator("section").first.inner_text()
    assert "解答" in page.locator("section").last.inner_text()
    assert page.locator("section").count() == 2
    assert len(page.pdf()) > 1000
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
