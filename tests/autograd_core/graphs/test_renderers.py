"""From DOT to files: the ladder of renderers, their failures, and notebooks."""

import os
import re
import shutil
import stat
import sys
from importlib.metadata import PackageNotFoundError, version
from xml.etree import ElementTree

import pytest

import autograd_core as ac
from autograd_core.graphs import renderers, svg


def has_pygraphviz():
    try:
        return int(version("pygraphviz").split(".")[0]) >= 2
    except PackageNotFoundError:
        return False


FOUND = (["dot"] if shutil.which("dot") else []) + (["pygraphviz"] if has_pygraphviz() else [])
needs_renderer = pytest.mark.skipif(not FOUND, reason="neither dot nor pygraphviz >= 2 is installed")


@pytest.fixture
def g(monkeypatch):
    monkeypatch.delenv(renderers.VARIABLE, raising=False)
    x = ac.Tensor(3.0, True, name="x<&>")
    return ac.graph((x**2).named("日本"))


def nothing(monkeypatch):
    """A machine without Graphviz."""

    def missing(_):
        raise PackageNotFoundError

    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setattr(renderers, "version", missing)


def program(tmp_path, body):
    """A program that stands for dot."""
    path = tmp_path / "my-dot"
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


ANSWER = 'source = sys.stdin.read(); print(\'<?xml?><!DOCTYPE svg><!-- v --><svg width="9pt" height="8pt">\''
ANSWER += " + str(len(source)) + sys.argv[1] + '</svg>')"


@needs_renderer
@pytest.mark.parametrize("renderer", FOUND)
@pytest.mark.parametrize(("form", "magic"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_files(g, tmp_path, renderer, form, magic):
    path = tmp_path / f"z.{form}"
    assert g.save(path, renderer=renderer) == path
    assert path.read_bytes().startswith(magic)


@needs_renderer
@pytest.mark.parametrize("renderer", FOUND)
def test_svg(g, tmp_path, renderer):
    text = g.save(str(tmp_path / "z.svg"), renderer).read_text()
    assert "viewBox" in text
    assert "max-width:100%" in text
    nodes = {e.get("id"): e.get("class") for e in ElementTree.fromstring(text).iter() if e.get("class")}
    assert nodes["v-0"] == "node v input"
    assert nodes["o-1"] == "node op"
    assert "x&lt;&amp;&gt;" in text
    assert "日本" in text
    assert "<!--" not in text
    assert "#fbfcfe" in text.lower(), "an opaque page"


def test_dot_file(g, tmp_path):
    path = g.save(tmp_path / "z.dot")
    assert path.read_text(encoding="utf-8") == g.source


def test_a_renderer_by_path(g, tmp_path):
    path = g.save(tmp_path / "z.svg", renderer=program(tmp_path, ANSWER))
    assert path.read_text().startswith('<svg width="9pt" height="8pt" style=')
    assert f"{len(g.source)}-Tsvg" in path.read_text()


def test_a_renderer_by_the_environment(g, tmp_path, monkeypatch):
    monkeypatch.setenv(renderers.VARIABLE, str(program(tmp_path, ANSWER)))
    assert f"{len(g.source)}-Tsvg" in g._repr_svg_()


def test_no_renderer(g, tmp_path, monkeypatch):
    nothing(monkeypatch)
    with pytest.raises(ac.GraphRenderError) as error:
        g.save(tmp_path / "net.pdf")
    text = str(error.value)
    assert text.startswith("cannot write '")
    assert "net.pdf': no Graphviz renderer that makes PDF was found." in text
    assert "dot (not on PATH), pygraphviz>=2.0 (not installed)" in text
    assert 'pip install "autograd-core[viz]"' in text
    assert not (tmp_path / "net.pdf").exists()
    assert g.save(tmp_path / "net.dot").exists()


def test_an_old_pygraphviz(g, tmp_path, monkeypatch):
    nothing(monkeypatch)
    monkeypatch.setattr(renderers, "version", lambda _: "1.14")
    with pytest.raises(ac.GraphRenderError, match=r"found 1\.14"):
        g.save(tmp_path / "z.svg")


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_a_renderer_that_is_not_there(g, tmp_path, monkeypatch, how):
    if how == "variable":
        monkeypatch.setenv(renderers.VARIABLE, "/no/such/dot")
    with pytest.raises(ac.GraphRenderError, match=r"/no/such/dot .*no such program"):
        g.save(tmp_path / "z.svg", renderer="/no/such/dot" if how == "argument" else None)


def test_a_renderer_that_fails(g, tmp_path):
    bad = program(tmp_path, "print('out of ink', file=sys.stderr); sys.exit(3)")
    with pytest.raises(ac.GraphRenderError, match="out of ink"):
        g.save(tmp_path / "z.png", renderer=bad)


def test_a_renderer_that_takes_too_long(g, tmp_path, monkeypatch):
    monkeypatch.setattr(renderers, "SECONDS", 0.5)
    with pytest.raises(ac.GraphRenderError, match=r"stopped after 0\.5 s"):
        g.save(tmp_path / "z.svg", renderer=program(tmp_path, "import time; time.sleep(60)"))


def test_the_ladder_goes_on_after_a_failure(g, tmp_path, monkeypatch):
    bad = program(tmp_path, "sys.exit(1)")
    bad.rename(tmp_path / "dot")
    monkeypatch.setenv("PATH", str(tmp_path))
    worker = tmp_path / "worker.py"
    worker.write_text("print('<svg from=\"worker\">')")
    monkeypatch.setattr(renderers, "version", lambda _: "2.0.4")
    monkeypatch.setattr(renderers, "_WORKER", worker)
    assert 'from="worker"' in g._repr_svg_()


def test_other_endings(g, tmp_path):
    for name in ("z.jpg", "z", "z.htm"):
        with pytest.raises(ValueError, match="the ending says the format"):
            g.save(tmp_path / name)


def test_a_notebook_never_sees_an_error(g, monkeypatch):
    nothing(monkeypatch)
    assert g._repr_svg_() is None
    assert g._repr_mimebundle_() == {"text/plain": str(g)}


def test_a_notebook_shows_svg(g, tmp_path, monkeypatch):
    monkeypatch.setenv(renderers.VARIABLE, str(program(tmp_path, ANSWER)))
    bundle = g._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"image/svg+xml", "text/plain"}


def test_to_graphviz(g):
    assert g.to_graphviz().source == g.source


def test_tidy_keeps_ids():
    text = svg.tidy(
        '<?xml?>\n<!-- a\nb -->\n<svg width="1.5pt" height="20pt"\n viewBox="0 0 1 2"><!-- c --><g id="v-0"/>'
    )
    assert text.startswith('<svg width="1.5pt" height="20pt" style="max-width:100%;height:auto"')
    assert re.findall("id=.*?/", text) == ['id="v-0"/']
    assert "<!--" not in text
