"""The command line as a whole: help, versions, exit codes, info."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import autograd_core as ac
from autograd_core.cli import draw, extras, main
from autograd_core.graphs.rendering import renderers

ROOT = Path(ac.__file__).parents[1]


def test_no_arguments_is_help(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert "usage: autograd-core" in out
    assert all(command in out for command in ("draw", "train", "info"))


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"autograd-core {ac.__version__}\n"


@pytest.mark.parametrize("words", [["bogus"], ["draw"], ["train", "--epochs", "0"], ["info", "--bogus"]])
def test_what_is_not_understood(words, capsys):
    assert main(words) == 2
    err = capsys.readouterr().err
    assert "autograd-core" in err
    assert "Traceback" not in err


def test_interrupted(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(draw, "inputs", interrupted)
    assert main(["draw", "x*x", "x=1"]) == 130
    assert capsys.readouterr().err == "autograd-core draw: interrupted\n"


def test_as_a_module():
    words = [sys.executable, "-m", "autograd_core", "draw", "(a*x - y)**2", "a=2", "x=3", "y=4"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False, timeout=60)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "z = (a" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_has_left():
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "autograd_core", "info"]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, env=environment, check=False, timeout=60
    )
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == b""


class TestInfo:
    def test_lines(self, capsys):
        assert main(["info"]) == 0
        out = capsys.readouterr().out
        lines = dict(line.split(None, 1) for line in out.splitlines())
        assert lines["autograd-core"] == ac.__version__
        assert lines["python"].startswith("3.")
        assert {"numpy", "BLAS", "graphs", "data"} <= lines.keys()
        assert "data           mnist(): embedded, 4,000 + 1,000 data" in out

    def test_without_a_renderer(self, monkeypatch, capsys):
        monkeypatch.setenv(renderers.VARIABLE, "no-such-dot")
        assert main(["info"]) == 0
        (line,) = [s for s in capsys.readouterr().out.splitlines() if s.startswith("graphs")]
        assert "as text and .dot only" in line
        assert "no-such-dot" in line

    def test_without_extras(self, monkeypatch, capsys):
        monkeypatch.setattr("autograd_core.cli.info.installed", lambda package: None)
        assert main(["info"]) == 0
        assert 'tqdm is not installed: pip install "autograd-core[train]"' in capsys.readouterr().out


class TestExtras:
    def test_are_those_of_the_package(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for extra, packages in extras.EXTRAS.items():
            declared = " ".join(project["optional-dependencies"][extra])
            assert all(package in declared for package in packages)

    def test_missing(self):
        assert extras.optional("no_such_module_anywhere") is None
        assert extras.installed("no-such-package-anywhere") is None
        assert extras.installed("numpy")
