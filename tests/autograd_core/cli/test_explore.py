"""autograd-core explore: row 4.7, a formula is typed and moved; and a server that answers nobody else."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from threading import Thread

import pytest

from autograd_core.cli import explorer, main
from autograd_core.cli.explorer import TRIES, Question, answer, shell, values
from autograd_core.cli.serving import LARGEST, Explorer
from autograd_core.texts import FormulaError


@pytest.fixture
def server():
    with Explorer(0, shell("z = x**2"), lambda text, moved: answer(text, {}, moved)) as made:
        thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join(5)
        assert not thread.is_alive()


def ask(server, method, path, body=None, **headers):
    link = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    given = {
        "Host": f"127.0.0.1:{server.server_port}",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    if method == "POST":
        given.setdefault("Content-Type", "application/json")
    link.request(method, path, body, given)
    reply = link.getresponse()
    found = reply.status, reply.read().decode(), dict(reply.getheaders())
    link.close()
    return found


def question(server, formula, **moved):
    body = json.dumps({"formula": formula, "moved": moved})
    status, text, _ = ask(server, "POST", f"/{server.word}/formula", body)
    assert status == 200
    return json.loads(text)


def test_page_and_formula(server):
    status, page, headers = ask(server, "GET", f"/{server.word}/")
    assert status == 200
    assert "z = x**2" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    found = question(server, "s = a*x; z = s**2", a=2.5)
    assert found["title"] == "z = s²"
    assert '"start":2.5' in found["html"]
    assert "∂z/∂a = dz/ds · ∂s/∂a" in found["html"]


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("z = a*", "cannot read"),
        ("sun(x)", "no function 'sun'"),
        ("__import__('os').system('x')", "not allowed"),
        ("x.real", "not allowed"),
        ("", "empty"),
        ("3", "nothing is computed"),
        ("x" * 3000, "characters"),
        ("x" + "+x" * 70, "too many to draw"),
        ("z = W@x; W=[[1,2],[3,4]]; x=[1,2,3]", "cannot compute"),
    ],
    ids=["syntax", "function", "import", "attribute", "empty", "constant", "long", "large", "shapes"],
)
def test_what_is_wrong_is_said_in_place(server, formula, says):
    assert says in question(server, formula)["error"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "", "localhost.evil.example"])
def test_other_hosts_get_nothing(server, host):
    """A name that somebody points to this machine is not this machine."""
    assert ask(server, "GET", f"/{server.word}/", Host=host)[0] == 403
    assert ask(server, "POST", f"/{server.word}/formula", '{"formula": "x**2"}', Host=host)[0] == 403


def test_other_origins_get_nothing(server):
    assert ask(server, "POST", f"/{server.word}/formula", "{}", Origin="http://evil.example")[0] == 403
    assert ask(server, "POST", f"/{server.word}/formula", "{}", Origin="null")[0] == 403


@pytest.mark.parametrize("path", ["/", "/x/", "/etc/passwd", "/../", "/%2e%2e/", "/%C3%BC/"])
def test_other_addresses_are_empty(server, path):
    assert ask(server, "GET", path)[0] == 404
    assert ask(server, "POST", path, '{"formula": "x"}')[0] == 404
    assert ask(server, "GET", f"/{server.word}{path}")[0] == (200 if path == "/" else 404)


def test_sizes_and_forms_are_checked(server):
    path = f"/{server.word}/formula"
    assert ask(server, "POST", path, "x" * (LARGEST + 1))[0] == 413
    assert ask(server, "POST", path, "{}", Content_Length="99999999999999")[0] == 413
    assert ask(server, "POST", path, "{}", Content_Length="-1")[0] == 411
    assert ask(server, "POST", path, "{}", Content_Type="text/plain")[0] == 415
    for body in (
        "",
        "{",
        "[]",
        "{}",
        '{"formula": 3}',
        '{"formula": "x", "moved": 3}',
        "[" * 40_000,
        b"\xff",
    ):
        assert ask(server, "POST", path, body)[0] == 400
    assert ask(server, "PUT", path, "{}")[0] == 501
    assert ask(server, "HEAD", f"/{server.word}/")[0] == 501


@pytest.mark.parametrize(
    "moved",
    ["x", [], [1, 2], None, True, 1e400, {"a": 1}, -1e9, [[1], [1, 2]], ["a"], 10**400],
    ids=lambda x: repr(x)[:9],
)
def test_moved_is_only_numbers(server, moved):
    assert "html" in question(server, "z = x**2", x=moved)


def test_inputs_in_the_formula():
    asked = Question("a = 2; x = -1:4\nW = [[1, 2]]; z = sum(a*x*W)")
    assert asked.text == "z = sum(a*x*W)"
    assert asked.given["a"] == 2.0
    assert asked.given["x"] == (-1.0, 4.0)
    assert asked.live({"a": 3, "x": 99}).graph["x"].value == 4.0
    assert values(["x=-3:3:1"]) == {"x": (-3.0, 3.0, 1.0)}
    with pytest.raises(FormulaError):
        values(["sin=1:2"])


@pytest.mark.parametrize(
    ("text", "formula", "given"),
    [
        ("a = 2  # slope; not a statement\nz = a*x  # b; c", "z = a*x", {"a": 2.0}),
        ("W = [[1, 2],\n  [3, 4]]; z = sum(W*x)", "z = sum(W*x)", {"W": [[1, 2], [3, 4]]}),
        ("x = −3:3; z = (x +\n  y)²", "z = (x +\ny)**2", {"x": (-3.0, 3.0)}),
        ("s = a*x;\n t = s", "s = a*x;\nt = s", {}),
    ],
    ids=["comments", "lines", "signs", "separators"],
)
def test_statements_are_told_apart(text, formula, given):
    asked = Question(text)
    assert asked.text == formula
    assert {n: x.tolist() if n == "W" else x for n, x in asked.given.items()} == given
    assert "html" in answer(text, {}, {})


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("x = 2", "x has a value, but nothing is computed; add for example z = x"),
        ("p = softmax(x)", r"x: single numbers here, an array is written x = \[1, 2, 3\]"),
        ("a = 1e400; z = a*x", "starts at finite numbers"),
        ("max(x, y)", r"write maximum\(x, y\)"),
        ("x = [3, 1, 2]; z = sort(x)", "cannot sort"),
    ],
)
def test_what_is_missing_is_said(formula, says):
    assert re.search(says, answer(formula, {}, {})["error"])


def test_names_are_taken_from_the_errors():
    """What is given and not read is left out, whatever its name; a setting's name is a name."""
    page = Question("q = 2; names = 3; z = names*title*x").live()
    assert {n.name for n in page.graph.nodes if n.kind == "input"} == {"names", "title", "x"}


def test_numbers_that_divide_by_zero_say_so_on_the_page_only(recwarn):
    assert "html" in answer("z = x/(y - y)", {}, {})
    assert not recwarn.list


def test_file_without_a_server(tmp_path, capsys, visit):
    """The page of one formula is a file that moves and computes, with nothing behind it."""
    target = tmp_path / "z.html"
    assert main(["explore", "z = (a*x - y)**2", "a=2", "x=-3:3:3", "y=4", "-o", str(target)]) == 0
    assert capsys.readouterr().out == f"wrote {target}\n"
    page = visit.open(target)
    assert page.evaluate("Page.live.state().gradients['v-1']") == 8


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["z = a*", "-o", "z.html"], "cannot read"),
        (["z = a", "a", "-o", "z.html"], "no input"),
        (["z = a*2", "-o", "z.svg"], "HTML"),
        (["-o", "z.html"], "which one"),
        (["--port", "99999"], "cannot listen"),
        (["z=x*x", "x=3:1", "-o", "z.html"], "lower end"),
    ],
    ids=["syntax", "input", "ending", "no formula", "port", "range"],
)
def test_problems(words, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", "--no-browser", *words]) in (1, 2)
    assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_it_cleanly():
    command = [sys.executable, "-m", "autograd_core", "explore", "--no-browser"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a run in the background of a shell ignores Ctrl-C, and so would this process
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert re.fullmatch(r"explore at http://127\.0\.0\.1:\d+/[\w-]{20,}/\n", process.stdout.readline())
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out.endswith("ended\n")
    assert err == ""


def titled(page, title):
    """Wait for a title; the page's own policy forbids what Playwright would do."""
    for _ in range(200):
        if page.title() == title:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the title is {page.title()!r}, not {title!r}")


def test_typing_in_the_browser(server, browser):
    """Row 4.7: each statement adds to the graph; inputs stay where they were moved; the address remembers."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    errors: list[str] = []

    def carried(route):
        """The browser of tests reaches no network: what it asks is asked here."""
        asked = route.request
        assert asked.url.startswith(server.url)
        path = asked.url.partition(str(server.server_port))[2].partition("#")[0]
        status, body, headers = ask(server, asked.method, path, asked.post_data_buffer)
        route.fulfill(status=status, body=body, headers=headers)

    context.route("http*://**/*", carried)
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page.goto(server.url)
    inside = page.frame_locator("iframe.shown")
    inside.get_by_role("slider", name="x").press("End")
    inside.locator("#v-0-value", has_text="3").wait_for()
    page.fill("#formula", "s = x**2")
    titled(page, "s = x²")
    page.fill("#formula", "s = x**2; z = sin(s)")
    titled(page, "z = sin(s)")
    inside.locator("#v-0-value", has_text="3").wait_for()
    assert "sin(s)" in page.evaluate("decodeURIComponent(location.hash)")
    page.fill("#formula", "s = x**2; z = sni(s)")
    page.wait_for_selector("#says.wrong")
    assert "did you mean sin" in page.inner_text("#says")
    page.locator("#tries button").first.click()
    titled(page, "z = t²")
    page.go_back()
    page.wait_for_selector("#says.wrong")
    assert page.input_value("#formula") == "s = x**2; z = sni(s)"
    assert not errors
    context.close()


def test_examples_work():
    for formula in explorer.TRIES:
        assert "html" in answer(formula, {}, {}), formula


@pytest.mark.parametrize("text", [*TRIES, "z = (w*u - t)**2", "z = (u - v)**2"])
def test_no_gradient_is_0_at_the_start(text):
    graph = Question(text).live().graph.computed()
    assert all(n.grad for n in graph.nodes if n.kind == "input" and n.name in text)
    if "a*x" in text and "y" in text:
        assert [graph[name].value for name in ("a", "x", "y", "z")] == [2, 3, 4, 4]
