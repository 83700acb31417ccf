"""autograd-core draw."""

import pytest

from autograd_core.cli import draw, main
from autograd_core.graphs import GraphRenderError
from autograd_core.graphs.rendering import renderers

FORMULA = ["(a*x - y)**2", "a=2", "x=3", "y=4"]


def has_renderer():
    try:
        renderers.render("digraph { a }", "svg")
    except GraphRenderError:
        return False
    return True


needs_renderer = pytest.mark.skipif(not has_renderer(), reason="no Graphviz here")


def test_as_text(capsys):
    assert main(["draw", *FORMULA]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[:3]] == ["►", "►", "►"]
    assert "z = (a · x − y)²" in out


def test_names_of_steps(capsys):
    assert main(["draw", "s = a*x; t = s - y; z = t**2", *FORMULA[1:]]) == 0
    out = capsys.readouterr().out
    assert "s = a · x" in out
    assert "t = s − y" in out
    assert "z = t²" in out


def test_arrays(capsys):
    assert main(["draw", "sum(W@x)", "W=[[1,2],[3,4]]", "x=[1,2]"]) == 0
    assert "16" in capsys.readouterr().out


def test_a_formula_that_starts_with_a_sign(capsys):
    assert main(["draw", "-x", "x=2"]) == 0
    assert "−2" in capsys.readouterr().out
    assert main(["draw", "--", "-x", "x=2"]) == 0
    assert main(["draw", "-h*x", "x=2", "h=3"]) == 0
    assert "−6" in capsys.readouterr().out
    assert main(["draw", "--mode", "forward", "--", "-o*x", "x=2", "o=3"]) == 0
    assert "−6" in capsys.readouterr().out


def test_only_the_formula_is_required(capsys):
    assert main(["draw"]) == 2
    assert "the following arguments are required: formula\n" in capsys.readouterr().err


@needs_renderer
@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_files(form, start, tmp_path, capsys):
    target = tmp_path / f"z.{form}"
    assert main(["draw", *FORMULA, "-o", str(target)]) == 0
    assert target.read_bytes().startswith(start)
    assert capsys.readouterr().out == f"wrote {target}\n"


def test_dot_is_always_the_same(tmp_path):
    for name in ("1.dot", "2.dot"):
        assert main(["draw", *FORMULA, "--output", str(tmp_path / name)]) == 0
    text = (tmp_path / "1.dot").read_text(encoding="utf-8")
    assert text.startswith("digraph")
    assert text == (tmp_path / "2.dot").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["__import__('os').system('true')"],
        ["x.data", "x=1"],
        ["lambda: x", "x=1"],
        ["[x for x in x]", "x=1"],
        ["9**9**9"],
        ["x + 9**9**9", "x=1"],
        ["(" * 3000 + "x" + ")" * 3000, "x=1"],
        ["x" * 1_000_000, "x=1"],
        ["sigmod(x)", "x=1"],
        ["x + y", "x=1"],
        ["x*x", "x=one"],
        ["x*x", "x=1", "-o", "z.gif"],
        ["x*x", "x=1", "-o", "z"],
    ],
    ids=lambda words: f"{words[0][:20]!r} {len(words[0])} {words[1:]}",
)
def test_refused_in_one_line(words, capsys):
    assert main(["draw", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("autograd-core draw: ")
    assert err.count("\n") == 1


def test_a_folder_that_is_not_there(tmp_path, capsys):
    target = tmp_path / "missing" / "z.dot"
    assert main(["draw", *FORMULA, "-o", str(target)]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_without_a_renderer(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(renderers.VARIABLE, "no-such-dot")
    assert main(["draw", *FORMULA, "-o", str(tmp_path / "z.svg")]) == 1
    err = capsys.readouterr().err
    assert "no-such-dot" in err
    assert "autograd-core[viz]" in err
    assert main(["draw", *FORMULA, "-o", str(tmp_path / "z.dot")]) == 0


def test_only_known_endings():
    text = (".html", ".dot", ".py", ".tex")
    assert (*(f".{form}" for form in renderers.FORMATS), *text) == draw.FORMATS


def test_backward(capsys):
    """Row 3.4-1: z = (ax − y)² backwards, on the command line."""
    assert main(["draw", *FORMULA, "--mode", "backward"]) == 0
    out = capsys.readouterr().out
    assert "∂z/∂a = 12" in out
    assert "x = 3" in out
    assert main(["draw", "s = a*x; z = s**2", "--mode", "both"]) == 0
    assert "dz/ds" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["forward", "both", "panels"])
def test_gradients(mode, capsys):
    assert main(["draw", *FORMULA, "--grads", "--mode", mode]) == 0
    assert "∂z/∂a" in capsys.readouterr().out


def test_gradients_need_values(capsys):
    assert main(["draw", "a*x", "--grads"]) == 2
    assert "--grads needs values" in capsys.readouterr().err


def test_programs_and_formulas(tmp_path, capsys):
    for form, start in (("py", "import numpy as np"), ("tex", "\\begin{aligned}")):
        target = tmp_path / f"z.{form}"
        assert main(["draw", *FORMULA, "-o", str(target)]) == 0
        text = target.read_text(encoding="utf-8")
        assert text.startswith(start)
        assert text.endswith("\n")
    assert main(["draw", "z = f(x)", "-o", str(tmp_path / "f.py")]) == 1
    assert "autograd-core draw: " in capsys.readouterr().err


def test_without_values(capsys):
    """Row 3.4-1: the formula alone."""
    assert main(["draw", "s = a*x; t = s - y; z = t**2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "► a",
        "► x",
        "► y",
        "· s = a · x",
        "· t = s − y",
        "■ z = t²",
    ]
    assert all(line.endswith("–") for line in lines)


def test_abstract_functions(capsys):
    """Row 3.2-4: z(u, v), u(x, y), v(x, y)."""
    assert main(["draw", "z = z(u, v); u = u(x, y); v = v(x, y)"]) == 0
    assert "z = z(u, v)" in capsys.readouterr().out


def test_says_which_values_are_missing(capsys):
    assert main(["draw", "a*x + y", "a=1"]) == 2
    err = capsys.readouterr().err
    assert "x, y are not given, only a: add x=1, y=1" in err
    assert "leave out all values" in err
