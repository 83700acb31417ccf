"""From DOT to files: the ladder of renderers, their failures, and notebooks."""

import os
import re
import shutil
import stat
import sys
import types
import webbrowser
from importlib.metadata import PackageNotFoundError, version
from xml.etree import ElementTree

import pytest

import autograd_core as ac
from autograd_core.graphs.rendering import opening, raster, renderers, svg


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
    monkeypatch.setattr(renderers.sysconfig, "get_path", lambda _: os.devnull)


def no_raster(monkeypatch):
    """A machine on which no package makes pixels of SVG."""
    for package in ("cairosvg", "resvg_py"):
        monkeypatch.setitem(sys.modules, package, None)


def program(tmp_path, body):
    """A program that stands for dot."""
    path = tmp_path / "my-dot"
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


ANSWER = 'source = sys.stdin.read(); print(\'<?xml?><!DOCTYPE svg><!-- v --><svg width="9pt" height="8pt">\''
ANSWER += " + str(len(source)) + sys.argv[1] + '</svg>')"


PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"


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
    no_raster(monkeypatch)
    with pytest.raises(ac.GraphRenderError) as error:
        g.save(tmp_path / "net.pdf")
    text = str(error.value)
    first, tried, *fixes = text.splitlines()
    assert (
        first == f"cannot write {str(tmp_path / 'net.pdf')!r}: no Graphviz renderer that makes PDF was found."
    )
    assert tried.startswith(
        "  tried: dot (not on PATH), pygraphviz>=2.0 (not installed), graphviz-pure (not installed)"
    )
    assert fixes == [
        "  fix, one of:",
        '    pip install "autograd-core[viz]"      # no root needed: Linux glibc, macOS, Windows x64',
        "    apt-get install graphviz | brew install graphviz | conda install graphviz",
        '    g.save("net.svg") or g.save("net.html")   # always works, no extra software',
        "  DOT text is in g.source",
    ]
    assert not (tmp_path / "net.pdf").exists()
    assert g.save(tmp_path / "net.dot").exists()


def test_which_renderers_there_are(g, tmp_path, monkeypatch):
    nothing(monkeypatch)
    with pytest.raises(ac.GraphRenderError) as error:
        g.save(tmp_path / "net.svg", renderer="nodot")
    first, tried, _, others, *_ = str(error.value).splitlines()
    assert first.endswith("net.svg': the renderer 'nodot' makes no SVG here.")
    assert tried == "  tried: nodot (given by renderer=: no such program)"
    assert others == (
        "    renderer= the path of a Graphviz dot, or one of 'pygraphviz', 'graphviz-pure', 'builtin'; "
        "here are: builtin"
    )


def test_svg_needs_nothing(g, tmp_path, monkeypatch):
    nothing(monkeypatch)
    text = g.save(tmp_path / "net.svg").read_text(encoding="utf-8")
    assert 'id="v-0" class="node v input"' in text
    assert renderers.REMARK in text
    assert renderers.REMARK not in g.save(tmp_path / "asked.svg", renderer="builtin").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("form", "package", "magic"),
    [
        ("png", "resvg_py", b"\x89PNG"),
        ("png", "cairosvg", b"\x89PNG"),
        ("pdf", "cairosvg", b"%PDF"),
    ],
)
def test_pixels_of_the_built_in_layout(g, tmp_path, monkeypatch, form, package, magic):
    try:
        __import__(package)
    except (ImportError, OSError):
        pytest.skip(f"{package} is not installed")
    nothing(monkeypatch)
    if package == "cairosvg":
        monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert g.save(tmp_path / f"z.{form}").read_bytes().startswith(magic)


def test_a_line_of_several_runs_for_cairo():
    """CairoSVG would set all runs but the first as if the line were not centred."""
    picture = ac.graph("Y = X@W; E = sum(Y) + sum(X)", X=[[1, 2]], W=[[3], [4]], mode="backward")
    plain = renderers.render(picture.source, "svg", "builtin").decode()
    made = raster.for_cairo(plain)
    assert re.search(r'text-anchor="middle"[^>]*><tspan', plain)
    assert not re.search(r'text-anchor="middle"[^>]*><tspan', made)
    assert all("x=" in run for run in re.findall(r"<tspan[^>]*font-size[^>]*>", made))
    assert "<tspan font-family=\"'DejaVu Sans'\">⊕</tspan>" in made
    ElementTree.fromstring(made)
    words = [re.sub(r"[\s\u00a0]", "", "".join(ElementTree.fromstring(s).itertext())) for s in (plain, made)]
    assert words[0] == words[1]


def test_names_with_signs_for_cairo():
    a = ac.Tensor(2.0, True, name='⊕ "<x>')
    made = raster.for_cairo(renderers.render(ac.graph(a * a).source, "svg", "builtin").decode())
    ElementTree.fromstring(made)


def test_an_old_pygraphviz(g, tmp_path, monkeypatch):
    nothing(monkeypatch)
    no_raster(monkeypatch)
    monkeypatch.setattr(renderers, "version", lambda _: "1.14")
    with pytest.raises(ac.GraphRenderError, match=r"found 1\.14"):
        g.save(tmp_path / "z.png")


def pure(tmp_path, monkeypatch, body):
    """A program that stands for graphviz-pure."""
    nothing(monkeypatch)
    program(tmp_path, body).rename(tmp_path / "graphviz-pure")
    monkeypatch.setattr(renderers.sysconfig, "get_path", lambda _: str(tmp_path))


def test_graphviz_pure_measures_with_fonts_of_its_own(g, tmp_path, monkeypatch):
    pure(tmp_path, monkeypatch, "print('<svg>' + sys.stdin.read().replace('<', '(') + '</svg>')")
    text = g._repr_svg_()
    assert 'fontname="Helvetica"' in text
    assert "Arial" not in text


def test_graphviz_pure_writes_no_pdf_and_no_japanese_letters(g, tmp_path, monkeypatch):
    pure(
        tmp_path,
        monkeypatch,
        f"sys.stdin.read(); sys.stdout.buffer.write(b'<svg></svg>' if 'svg' in sys.argv[1] else {PNG})",
    )
    no_raster(monkeypatch)
    with pytest.raises(ac.GraphRenderError, match=r"graphviz-pure \(found, but it cannot write PDF\)"):
        g.save(tmp_path / "z.pdf")
    with pytest.warns(UserWarning, match="no letters for '日本' in PNG"):
        g.save(tmp_path / "z.png", renderer="graphviz-pure")
    g.save(tmp_path / "z.svg", renderer="graphviz-pure")


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
    worker.write_text("print('<svg from=\"worker\"></svg>')")
    monkeypatch.setattr(renderers, "version", lambda _: "2.0.4")
    monkeypatch.setattr(renderers, "_WORKER", worker)
    assert 'from="worker"' in g._repr_svg_()


def test_other_endings(g, tmp_path):
    for name in ("z.jpg", "z", "z.htm"):
        with pytest.raises(ValueError, match="the ending says the format"):
            g.save(tmp_path / name)


@pytest.mark.parametrize("asked", [None, "/no/such/dot", "graphviz-pure"])
def test_a_notebook_never_sees_an_error(g, monkeypatch, asked):
    nothing(monkeypatch)
    if asked:
        monkeypatch.setenv(renderers.VARIABLE, asked)
    assert set(g._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}
    assert 'class="node v input"' in g._repr_svg_()


def test_a_slow_layout_is_given_up_for_the_next(g, tmp_path, monkeypatch):
    nothing(monkeypatch)
    program(tmp_path, "import time; time.sleep(60)").rename(tmp_path / "dot")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(renderers, "SECONDS", 0.5)
    assert renderers.REMARK in g._repr_svg_()


def test_show(g, monkeypatch, capsys):
    opened = []
    for name in opening.SCREENS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(opening.sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "open", lambda where: bool(opened.append(where)) or True)
    assert g.show() is None
    assert capsys.readouterr().out == f"{g}\n", "without a screen with letters"
    monkeypatch.setenv("DISPLAY", ":0")
    assert g.show() is None
    assert opened[0].startswith("file://")
    assert capsys.readouterr().out == ""


def test_show_in_a_notebook(g, monkeypatch):
    shown = []
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=1)
    display = types.ModuleType("IPython.display")
    display.display = shown.append
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    assert g.show() is None
    assert shown == [g]


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


def test_a_notebook_shows_wide_pictures_whole(monkeypatch):
    """Jupyter's HTML pages show SVG as an image as wide as it says it is, and cut it at their column."""
    monkeypatch.setenv(renderers.VARIABLE, renderers.BUILTIN)
    wide = ac.graph("s = a*x; t = s - y; z = t**2", a=2, x=3, y=4, mode="backward", grads="compute")
    saved = svg.tidy(renderers.render(wide.source, "svg").decode())
    assert sizes(saved)[0] > svg.COLUMN
    shown = sizes(wide._repr_svg_())
    assert shown[0] == svg.COLUMN
    assert shown[1] / shown[0] == pytest.approx(sizes(saved)[1] / sizes(saved)[0], rel=0.01)
    small = ac.graph("z = x + 1", x=1)
    assert sizes(small._repr_svg_())[0] < svg.COLUMN
    huge = svg.for_column('<svg width="4000pt" height="100pt"')
    assert sizes(huge) == (2000, 50), "smaller letters nobody reads"


def sizes(text):
    return tuple(map(float, re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"', text).groups()))


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
@pytest.mark.parametrize(
    "wrote", [b"garbage", b"<html></html>", b'<svg width="10"', b"\x89PNG\r\n\x1a\n", b"<svg>\xff\xfe</svg>"]
)
def test_what_is_no_whole_picture_is_not_taken(g, tmp_path, monkeypatch, form, wrote):
    no_raster(monkeypatch)
    bad = program(tmp_path, f"sys.stdin.read(); sys.stdout.buffer.write({wrote!r})")
    with pytest.raises(ac.GraphRenderError, match=f"wrote no {form.upper()}"):
        g.save(tmp_path / f"z.{form}", renderer=bad)
    assert not (tmp_path / f"z.{form}").exists()
    nothing(monkeypatch)
    bad.rename(tmp_path / "dot")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert renderers.REMARK in g._repr_mimebundle_()["image/svg+xml"]


def test_no_name_of_a_renderer_is_a_mistake(g, tmp_path):
    with pytest.raises(ac.GraphRenderError, match="given by renderer=: no such program"):
        g.save(tmp_path / "z.svg", renderer="")
