"""autograd-core check: shapes, verdicts, exit codes, and clear words for every misuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_core as ac
from autograd_core.cli import main
from autograd_core.cli.check import gathered

MODULE = """
import numpy as np
import autograd_core as ac

def affine(x, w, b):
    return x @ w + b

def wrong(x):
    return (x * x.detach()).sum()

def kink(x):
    return ac.relu(x) - ac.relu(x) + ac.maximum(x, x.detach())

def tied(a):
    return ac.max(ac.stack([a, a * 1.0]))

def scaled(a, factor=2.0):
    return factor * a

def many(*xs):
    return sum(x.sum() for x in xs)

def keyword(x, *, k):
    return x

def none():
    return 1.0

def fails(x):
    return x @ x.nothing

CONSTANT = 3
class Model:
    pass
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "layers_of_a_user.py").write_text(MODULE)
    (tmp_path / "broken_by_a_user.py").write_text("import not_there_at_all")
    (tmp_path / "raises_of_a_user.py").write_text("1 / 0")
    (tmp_path / "exits_of_a_user.py").write_text("raise SystemExit('bye')")
    package = tmp_path / "package_of_a_user"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("def square(x):\n    return x * x\n")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in [n for n in sys.modules if n.partition(".")[0].endswith("_of_a_user")]:
        del sys.modules[name]


def run(capsys, *words):
    code = main(["check", *words])
    return code, *capsys.readouterr()


def test_right(folder, capsys):
    words = ["layers_of_a_user:affine", "--x", "(4,3)", "--w=(3,2)", "--b", "2"]
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    assert "at random x (4, 3), w (3, 2), b (2,), seed 0" in out
    assert "OK: the derivatives agree with differences" in out


def test_one_after_the_other(folder, capsys):
    code, out, _ = run(
        capsys, "layers_of_a_user:affine", "--x", "(4, 3)", "--x", "[3, 2]", "--x", "(2,)", "--seed", "7"
    )
    assert code == 0
    assert "x (4, 3), w (3, 2), b (2,), seed 7" in out


def test_wrong(folder, capsys):
    code, out, err = run(capsys, "layers_of_a_user:wrong", "--x", "3")
    assert (code, err) == (1, "")
    assert "WRONG" in out
    assert "engine / differences = 0.5" in out
    assert ".detach() at layers_of_a_user.py:9" in " ".join(out.split())


def test_a_kink_is_right(folder, capsys):
    code, out, _ = run(capsys, "layers_of_a_user:tied", "--a", "(3,)")
    assert code == 0
    assert "KINK" in out or "OK" in out


def test_the_first_argument_by_x(folder, capsys):
    code, out, _ = run(capsys, "layers_of_a_user:scaled", "--x", "(2,)")
    assert code == 0
    assert "at random a (2,), seed 0" in out


def test_numbers_without_a_shape(folder, capsys):
    code, out, _ = run(capsys, "layers_of_a_user:scaled")
    assert code == 0
    assert "at random a, seed 0" in out


def test_arguments_with_a_default_are_drawn_when_named(folder, capsys):
    code, out, _ = run(capsys, "layers_of_a_user:scaled", "--factor", "()")
    assert code == 0
    assert "at random a, factor, seed 0" in out


def test_any_number_of_arguments(folder, capsys):
    code, out, _ = run(capsys, "layers_of_a_user:many", "--x", "3", "--x", "(2,2)")
    assert code == 0
    assert "xs[0] (3,), xs[1] (2, 2)" in out
    assert run(capsys, "layers_of_a_user:many")[0] == 0


def test_other_modules(folder, capsys):
    assert run(capsys, "package_of_a_user.inner:square", "--x", "2", "--order", "1")[0] == 0
    assert run(capsys, "autograd_core:tanh", "--x", "(2,)")[0] == 0


def test_the_same_seed_gives_the_same_report(folder, capsys):
    words = ["layers_of_a_user:wrong", "--x", "3"]
    first, again = run(capsys, *words), run(capsys, *words)
    assert first == again
    assert run(capsys, *words, "--seed", "1")[1] != first[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["layers_of_a_user"], "is not module:function; for example autograd-core check layers:affine"),
        ([":affine"], "is not module:function"),
        (["layers_of_a_user:"], "is not module:function"),
        (["a b:c"], "is not module:function"),
        (["nowhere_to_be_found:f"], "there is no module 'nowhere_to_be_found' in the current folder"),
        (["package_of_a_user.nothing:f"], "there is no module 'package_of_a_user.nothing'"),
        (["broken_by_a_user:f"], "cannot be imported: No module named 'not_there_at_all'"),
        (["raises_of_a_user:f"], "cannot be imported: ZeroDivisionError"),
        (["exits_of_a_user:f"], "exits_of_a_user ends the program when it is imported"),
        (["layers_of_a_user.py:affine"], "named without .py: write layers_of_a_user:affine"),
        (["layers_of_a_user:afine"], "has no function 'afine'; it has affine, wrong, kink"),
        (["layers_of_a_user:CONSTANT"], "is no function, but of type int"),
        (["layers_of_a_user:affine", "--x", "(4,a)"], "as in --x \"(3,4)\", got '(4,a)'"),
        (["layers_of_a_user:affine", "--x", "(4,-1)"], "a shape is needed"),
        (["layers_of_a_user:affine", "--x", "__import__('os')"], "a shape is needed"),
        (["layers_of_a_user:affine", "--x"], "a shape is needed"),
        (["layers_of_a_user:affine", "--x="], "a shape is needed"),
        (["layers_of_a_user:affine", "--q", "3"], "no argument for --q (3,): its arguments are x, w, b"),
        (["layers_of_a_user:affine", "--w", "3", "--w", "4"], "--w is given twice"),
        (["layers_of_a_user:wrong", "--x", "3", "--x", "4"], "no argument for --x (4,): its arguments are x"),
        (["layers_of_a_user:keyword"], "needs the keyword k: wrap it"),
        (["layers_of_a_user:none"], "has no arguments to differentiate by"),
        (["layers_of_a_user:affine", "--seed", "-1"], "--seed is a whole number from 0"),
        (["layers_of_a_user:affine", "--order", "0"], "--order is a whole number from 1"),
        (["layers_of_a_user:affine", "--seed", "x"], "invalid int value"),
        (["layers_of_a_user:affine", "3"], "unrecognized arguments"),
        ([], "required: module:function"),
    ],
)
def test_misuse(folder, capsys, words, message):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["layers_of_a_user:affine", "--w", "(4,2)"], 'x, b had no shape: --x "(3,4)" gives one'),
        (["layers_of_a_user:fails"], "fails raised AttributeError in line 30"),
        (
            ["layers_of_a_user:affine", "--x", "(4,3)", "--w", "(4,2)", "--b", "2"],
            "raised ValueError in line 6",
        ),
    ],
)
def test_functions_that_fail(folder, capsys, words, message):
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, "")
    assert message in err
    assert "Traceback" not in err


def test_the_path_is_left_alone(folder, capsys):
    before = list(sys.path)
    run(capsys, "layers_of_a_user:affine", "--x", "(4,3)", "--w", "(3,2)", "--b", "2")
    run(capsys, "nowhere_to_be_found:f")
    assert sys.path == before


def test_help(capsys):
    assert main(["check", "--help"]) == 0
    out = capsys.readouterr().out
    assert 'autograd-core check layers:affine --x "(4,3)" --w "(3,2)" --b "(2,)"' in out
    assert max(map(len, out.splitlines())) <= 80


def test_words_gathered():
    words = ["check", "m:f", "--x", "(3,4)", "--w=5", "--order", "1", "-h", "--", "--y"]
    assert gathered(words)[2:4] == ["--shape=x=(3,4)", "--shape=w=5"]
    assert gathered(words)[4:7] == ["--order", "1", "-h"]


def test_as_a_command(folder):
    words = [sys.executable, "-m", "autograd_core", "check", "layers_of_a_user:wrong", "--x", "(2,)"]
    environment = {**os.environ, "PYTHONPATH": str(Path(ac.__file__).parents[1]), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (1, "")
    assert "WRONG" in done.stdout
