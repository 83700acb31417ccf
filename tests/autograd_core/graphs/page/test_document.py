"""The document of a page as a text: one file, safe with any name, the same bytes each time, small."""

import json
import re

import pytest

import autograd_core as ac
from autograd_core.graphs.page import document

NAMES = {
    "script": "<script>alert(1)</script>",
    "end": "</script><img src=x onerror=alert(1)>",
    "quotes": "\"'`${x}",
    "ampersand": "&lt;b&gt;&amp;",
    "line": "a\nb",
    "japanese": "重み",
    "emoji": "🦊",
    "separators": "a\u2028b\u2029c",
    "comment": "<!--",
    "backslash": "\\u003c\\",
    "template": "{{DATA}}",
}


def lecture():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    z = (a * x - y) ** 2
    z.backward()
    return ac.graph({"z": z})


def data(html):
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


def named(name):
    x = ac.Tensor(3.0, True, name=name)
    return ac.graph({name: ac.sin(x * 2.0)})


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_are_text(visit, tmp_path, name):
    run = []
    visit.page.on("dialog", lambda dialog: run.append(dialog.message) or dialog.dismiss())
    page = visit.open(named(name).save(tmp_path / "graph.html"))
    assert page.evaluate("document.querySelectorAll('img, #stage script').length") == 0
    assert page.evaluate("document.scripts.length") == 2
    page.evaluate("Page.select('v-0')")
    assert page.evaluate("document.querySelector('#detail h2').textContent") == name
    for k in range(5):
        page.evaluate("k => Page.go(k)", k)
    assert run == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_sign_of_the_data_means_anything(name):
    html = document(named(name), title=name)
    block = re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1]
    assert not set(block) & set("<&\u2028\u2029\n")
    assert data(html)["title"] == name
    assert len(re.findall(r"</script", html)) == 2


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_name_turns_what_follows_it(sign):
    html = document(named(f"a{sign}b"), title=f"a{sign}b")
    assert sign not in html
    assert data(html)["nodes"]["v-0"]["n"] == "a\ufffdb"


def test_size_and_bytes():
    html = document(lecture())
    assert len(html.encode()) < 60_000
    assert html == document(lecture())


def test_nothing_is_asked_for():
    html = document(lecture())
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    assert f'http-equiv="Content-Security-Policy" content="{policy}"' in html
    assert "innerHTML" not in html
    addresses = set(re.findall(r"https?://[^\s\"'\\]+", html))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_steps():
    """Row 3.4-3: twice as many steps as operations."""
    found = data(document(lecture()))
    assert len(found["steps"]) == 6
    assert [s["b"] for s in found["steps"]] == [0, 0, 0, 1, 1, 1]


def test_the_graph_is_left_alone():
    graph = lecture()
    before = graph.source
    document(graph)
    assert graph.source == before


def test_a_further_script_and_panel(visit, tmp_path):
    """What live pages and quizzes are built from."""
    script = (
        "Page.on('start', () => { Page.el('extra').append(Page.data.answer);"
        " Page.patchText('v-0-value', '7'); });"
        "Page.on('step', k => { document.body.dataset.k = k; });"
    )
    html = document(
        lecture(), title="More", scripts=[script], panels=[("extra", "Try")], data={"answer": "42"}
    )
    path = tmp_path / "more.html"
    path.write_text(html, encoding="utf-8")
    page = visit.open(path)
    assert page.title() == "More"
    assert page.locator("#extra").inner_text().split() == ["Try", "42"]
    assert page.locator("#v-0-value").text_content() == "7"
    page.evaluate("Page.patchText('v-0-value', null)")
    assert page.locator("#v-0-value").text_content() == "2"
    page.keyboard.press("Home")
    assert page.evaluate("document.body.dataset.k") == "0"


def test_in_a_notebook(visit):
    shown = lecture().interactive()
    assert "notebook" in str(shown)
    assert "\n" not in repr(shown)
    frame = shown._repr_html_()
    assert 'sandbox="allow-scripts"' in frame
    assert "allow-same-origin" not in frame
    page = visit.show(f"<!doctype html><body>{frame}</body>")
    inside = page.frame_locator("iframe")
    inside.locator("#v-1").click()
    assert "∂z/∂x" in inside.locator("#detail").inner_text()
    inside.locator("#back").click()
    assert inside.locator("#count").inner_text() == "5 / 6"


def test_without_any_operation():
    graph = ac.graph(ac.Tensor(2.0, True, name="x"))
    assert "computation" in graph.source
    assert data(document(graph))["steps"] == []


def test_the_page_of_a_notebook_is_saved_too(tmp_path):
    g = lecture()
    target = g.interactive().save(tmp_path / "page.html")
    assert target.read_text(encoding="utf-8") == g.save(tmp_path / "graph.html").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.html; got .*page\.svg"):
        g.interactive().save(tmp_path / "page.svg")
