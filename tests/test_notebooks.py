"""The notebooks in the folder are made from their texts, whose cells come in two languages."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("jupytext")
pytest.importorskip("nbformat")

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import run_notebooks  # noqa: E402

SOURCES = run_notebooks.sources([])


@pytest.mark.parametrize("path", SOURCES, ids=[p.stem for p in SOURCES])
def test_the_notebooks_are_made_from_their_text(path):
    assert run_notebooks.stale(path, run_notebooks.read(path)) == []


@pytest.mark.parametrize("path", SOURCES, ids=[p.stem for p in SOURCES])
@pytest.mark.parametrize("language", run_notebooks.LANGUAGES)
def test_the_notebooks_hold_their_outputs(path, language):
    import nbformat

    notebook = nbformat.read(run_notebooks.target(path, language), as_version=4)
    assert any(c.get("outputs") for c in notebook.cells)
    text = nbformat.writes(notebook, version=4)
    assert "Traceback" not in text
    assert str(ROOT) not in text


TEXT = """# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# One

# %% [markdown] lang="ja"
# 一

# %%
import warnings
x = 1 + 1
x
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(run_notebooks, "FOLDER", tmp_path)
    return tmp_path


def test_one_text_makes_two_notebooks(folder):
    path = folder / "a.py"
    path.write_text(TEXT, encoding="utf-8")
    assert run_notebooks.stale(path, run_notebooks.read(path)) == ["en", "ja"]
    assert "run with --write" in run_notebooks.run(path, and_write=False)
    assert run_notebooks.run(path, and_write=True) is None
    assert run_notebooks.run(path, and_write=False) is None
    japanese = (folder / "ja" / "a.ipynb").read_text(encoding="utf-8")
    assert "一" in japanese
    assert "One" not in japanese
    assert '"2"' in japanese


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("warnings.warn('old')", "UserWarning: old"),
        ("import socket; socket.create_connection(('192.0.2.1', 80))", "runs offline"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_what_fails_is_told(folder, code, words):
    path = folder / "a.py"
    path.write_text(TEXT.replace("x = 1 + 1", code), encoding="utf-8")
    assert words in run_notebooks.run(path, and_write=True)


def test_text_without_a_partner_is_refused(folder):
    path = folder / "a.py"
    path.write_text(TEXT.replace('# %% [markdown] lang="ja"\n# 一\n', ""), encoding="utf-8")
    with pytest.raises(ValueError, match="no partner"):
        run_notebooks.read(path)
    path.write_text(TEXT.replace('lang="ja"', 'lang="en"'), encoding="utf-8")
    with pytest.raises(ValueError, match="text cells 0 and 1"):
        run_notebooks.read(path)
