"""The browser of the tests: it runs pages, keeps them from the network and loses none of their errors."""

import pytest

from tests.browser import chromium


def test_a_page_runs(visit):
    page = visit.show("<p id=a>1</p><script>document.getElementById('a').textContent = 1 + 1</script>")
    assert page.text_content("#a") == "2"


def test_a_file_opens_with_what_stands_beside_it(visit, tmp_path):
    (tmp_path / "beside.js").write_text("document.title = 'found'", "utf-8")
    (tmp_path / "a page.html").write_text("<script src='beside.js'></script>", "utf-8")
    assert visit.open(tmp_path / "a page.html").title() == "found"


@pytest.mark.parametrize(
    "html",
    [
        "<img src='http://127.0.0.1:9/dot.png'>",
        "<script src='https://example.org/a.js'></script>",
        "<link rel=stylesheet href='https://example.org/a.css'>",
        "<script>fetch('https://example.org/data')</script>",
    ],
    ids=["image", "script", "style", "fetch"],
)
def test_requests_are_refused_and_remembered(visit, html):
    page = visit.show(html)
    page.wait_for_timeout(50)
    assert len(visit.requests) == 1
    visit.requests.clear()
    visit.errors.clear()


def test_errors_are_remembered(visit):
    page = visit.show("<script>console.error('said'); nowhere.length</script>")
    page.wait_for_timeout(50)
    assert any("nowhere" in text for text in visit.errors)
    assert any("said" in text for text in visit.errors)
    visit.errors.clear()


def test_the_browser_can_be_named(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_CORE_CHROMIUM", "/opt/other")
    assert chromium() == "/opt/other"
