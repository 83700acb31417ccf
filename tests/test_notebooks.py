"""The notebooks in the folder are made from their texts, whose cells come in two languages."""

import json
import re
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
def test_both_languages_have_the_same_programs_and_no_outputs(path):
    import nbformat

    both = [
        nbformat.read(run_notebooks.target(path, language), as_version=4)
        for language in run_notebooks.LANGUAGES
    ]
    programs = [[c.source for c in made.cells if c.cell_type == "code"] for made in both]
    assert programs[0] == programs[1]
    assert not any(c.get("outputs") or c.get("execution_count") for made in both for c in made.cells)


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
    assert "run with --write" in run_notebooks.run(path, "en")
    run_notebooks.write(path, run_notebooks.read(path))
    assert run_notebooks.run(path, "en") is None
    assert run_notebooks.run(path, "ja") is None
    japanese = (folder / "ja" / "a.ipynb").read_text(encoding="utf-8")
    assert "一" in japanese
    assert "One" not in japanese
    assert "text/plain" not in japanese, "outputs stay out of the repository"


def test_outputs_are_saved_elsewhere(folder, tmp_path):
    path = folder / "a.py"
    path.write_text(TEXT, encoding="utf-8")
    run_notebooks.write(path, run_notebooks.read(path))
    for language, words in (("en", "One"), ("ja", "一")):
        assert run_notebooks.run(path, language, save=tmp_path / "made") is None
        made = json.loads((tmp_path / "made" / language / "a.ipynb").read_text(encoding="utf-8"))
        text, code = made["cells"]
        assert text["source"] == [words]
        assert code["outputs"][0]["data"]["text/plain"] == ["2"]
        assert code["execution_count"] == 1


def test_outputs_in_the_folder_are_noticed(folder):
    """As somebody leaves them who ran the notebook where it lies."""
    path = folder / "a.py"
    path.write_text(TEXT, encoding="utf-8")
    run_notebooks.write(path, run_notebooks.read(path))
    assert run_notebooks.run(path, "ja", save=folder) is None
    assert "ja/a.ipynb is not made from a.py" in run_notebooks.run(path, "ja")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("warnings.warn('old')", "UserWarning: old"),
        ("import socket; socket.create_connection(('192.0.2.1', 80))", "runs offline"),
        ("1 / 0", "ZeroDivisionError"),
        (
            "x = get_ipython().showtraceback((KeyError, KeyError('shown'), None))",
            "a cell shows KeyError: 'shown'",
        ),
        (  # in IPython rc_context puts the backend back, and later figures are not shown
            "import matplotlib.pyplot as plt\n"
            "with plt.rc_context():\n    plt.figure()\n\n# %%\nx = plt.figure()",
            "figures that were drawn, but never shown: 1",
        ),
    ],
)
def test_what_fails_is_told(folder, code, words):
    path = folder / "a.py"
    path.write_text(TEXT.replace("x = 1 + 1", code), encoding="utf-8")
    run_notebooks.write(path, run_notebooks.read(path))
    assert words in run_notebooks.run(path, "en")


def test_both_editions_run_and_names_choose_among_them(folder, monkeypatch, capsys):
    monkeypatch.setattr(run_notebooks, "ROOT", folder)
    for name in ("a", "b"):
        (folder / f"{name}.py").write_text(TEXT, encoding="utf-8")
    assert run_notebooks.main(["--write", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert re.findall(r"^ok\s+(\S+)", said, re.MULTILINE) == [
        *("en/a.ipynb", "ja/a.ipynb", "en/b.ipynb", "ja/b.ipynb")
    ]
    assert "notebooks: 4 ran, 0 failed" in said
    path = folder / "b.py"
    path.write_text(TEXT.replace("x = 1 + 1", "1 / 0"), encoding="utf-8")
    run_notebooks.write(path, run_notebooks.read(path))
    assert run_notebooks.main(["ja/b", "--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert "FAILED  ja/b.ipynb" in said
    assert "ZeroDivisionError" in said
    assert "0 ran, 1 failed" in said
    assert run_notebooks.main(["ja/c"]) == 1
    assert "has none that matches ja/c; it has a, b" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("2-1", ["en/2-1_an", "ja/2-1_an"]),
        ("en/2-1", ["en/2-1_an"]),
        ("2-2", ["en/2-2-1_len", "ja/2-2-1_len"]),
        ("len", ["en/2-2-1_len", "ja/2-2-1_len"]),
        ("en", ["en/2-10_ja", "en/2-1_an", "en/2-2-1_len"]),
        ("ja/2-10_ja.ipynb", ["ja/2-10_ja"]),
        ("notebooks/ja/2-10_ja.ipynb", ["ja/2-10_ja"]),
        ("2-10_ja.py", ["en/2-10_ja", "ja/2-10_ja"]),
        ("2", ["en/2-10_ja", "ja/2-10_ja", "en/2-1_an", "ja/2-1_an", "en/2-2-1_len", "ja/2-2-1_len"]),
        ("n", []),
    ],
)
def test_a_name_means_whole_words_and_numbers(tmp_path, monkeypatch, name, meant):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(run_notebooks, "FOLDER", folder)
    for stem in ("2-1_an", "2-2-1_len", "2-10_ja"):
        (folder / f"{stem}.py").write_text(TEXT, encoding="utf-8")
    found = [
        f"{language}/{path.stem}"
        for path in run_notebooks.sources([name])
        for language in run_notebooks.editions(path, [name])
    ]
    assert found == meant


def test_data_are_those_of_the_package_unless_others_are_asked_for(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_CORE_DATA", str(tmp_path))
    path = folder / "a.py"
    code = "from nn.data import finding; assert not finding.own_folders()[1:]; x = 1"
    path.write_text(TEXT.replace("x = 1 + 1", code), encoding="utf-8")
    run_notebooks.write(path, run_notebooks.read(path))
    assert run_notebooks.run(path, "en") is None
    assert "AssertionError" in run_notebooks.run(path, "en", full_data=True)


def test_every_picture_of_a_notebook_is_shown_and_nothing_in_red(folder, tmp_path):
    """Whichever comes first: what makes it must leave the settings of matplotlib as they are."""
    cells = (
        "import numpy as np; import nn; ax = nn.plot.images(np.ones((2, 8, 8)))",
        "ax = nn.plot.lines(np.arange(3), {'a': np.arange(3.0)}, title='f')",
        "import matplotlib.pyplot as plt; figure, axes = plt.subplots()",
    )
    path = folder / "a.py"
    path.write_text(TEXT.replace("import warnings\nx = 1 + 1\nx", "\n\n# %%\n".join(cells)), encoding="utf-8")
    run_notebooks.write(path, run_notebooks.read(path))
    assert run_notebooks.run(path, "en", save=tmp_path / "made") is None
    made = json.loads((tmp_path / "made" / "en" / "a.ipynb").read_text(encoding="utf-8"))
    outputs = [cell["outputs"] for cell in made["cells"] if cell["cell_type"] == "code"]
    kinds = [[next(iter(shown.get("data", shown))) for shown in cell] for cell in outputs]
    assert kinds == [["image/png"]] * 3


def test_text_without_a_partner_is_refused(folder):
    path = folder / "a.py"
    path.write_text(TEXT.replace('# %% [markdown] lang="ja"\n# 一\n', ""), encoding="utf-8")
    with pytest.raises(ValueError, match="no partner"):
        run_notebooks.read(path)
    path.write_text(TEXT.replace('lang="ja"', 'lang="en"'), encoding="utf-8")
    with pytest.raises(ValueError, match="text cells 0 and 1"):
        run_notebooks.read(path)


@pytest.mark.parametrize("path", SOURCES, ids=[p.stem for p in SOURCES])
def test_japanese_paragraphs_are_one_line_each(path):
    """A line break shows as a space, which Japanese has not between sentences."""
    broken = []
    for cell in run_notebooks.read(path).cells:
        if cell.metadata.get("lang") == "ja":
            text = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
            broken += re.findall(r".*[^\x00-\x7f>|]\n(?![*|#<>\n-]).+", text)
    assert broken == []


# ---- the common form of all of them ------------------------------------------------------------------------

EDITIONS = [(path, language) for path in SOURCES for language in run_notebooks.LANGUAGES]
every_edition = pytest.mark.parametrize(
    ("path", "language"), EDITIONS, ids=[f"{language}/{path.stem}" for path, language in EDITIONS]
)
NUMBERS = {path.stem.partition("_")[0] for path in SOURCES}


def texts(path, language):
    """The text cells of an edition, without what is in fences and formulas."""
    cells = run_notebooks.in_language(run_notebooks.read(path), language).cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    words = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return [re.sub(r"```.*?```|\$[^$]*\$", "", text, flags=re.DOTALL) for text in words]


def sections(path, language):
    """(number, the parts of the lecture) of each section."""
    heads = re.findall(r"^## (\d+)\. (.*)$", "\n".join(texts(path, language)), re.MULTILINE)
    named = [re.search(r"[（(]([\d., ，]+)[）)]$", title) for _, title in heads]
    return [
        (int(number), re.findall(r"[\d.]+", parts[1]) if parts else [])
        for (number, _), parts in zip(heads, named, strict=True)
    ]


@every_edition
def test_a_notebook_begins_and_ends_as_the_others_do(path, language):
    first, *_, last = texts(path, language)
    data, points, end, following = {
        "en": ("**The data:**", "**Points of the lecture**", "## What we saw\n", "**Next:**"),
        "ja": ("**データ**：", "**講義のポイント**", "## まとめ\n", "**次は**"),
    }[language]
    number = path.stem.partition("_")[0]
    assert first.startswith(f"# {number} ")
    assert data in first
    assert points in first
    assert last.startswith(end)
    assert re.fullmatch(re.escape(following) + ".+", last.splitlines()[-1])


@pytest.mark.parametrize("path", SOURCES, ids=[p.stem for p in SOURCES])
def test_sections_are_counted_and_name_the_same_parts_of_the_lecture_in_both_languages(path):
    english, japanese = (sections(path, language) for language in run_notebooks.LANGUAGES)
    assert english == japanese
    assert [number for number, _ in english] == list(range(1, len(english) + 1))
    assert all(parts for _, parts in english)


@every_edition
def test_what_is_referred_to_is_there(path, language):
    """The section that answers a point, a section by its number, another notebook; no link leads away."""
    here = {str(number) for number, _ in sections(path, language)}
    everything = "\n".join(texts(path, language))
    answered = [
        re.findall(r"→([^→）)]*)", line) for line in everything.splitlines() if re.match(r"\* .*→", line)
    ]
    assert answered
    numbers = [n for line in answered for place in line for n in re.findall(r"[\d-]*\d", place)]
    assert set(numbers) <= here
    assert set(re.findall(r"(?<![\d.])第(\d+)節", everything)) <= here
    assert re.findall(r"\]\(([^)]*)\)", everything) == []
    others = re.findall(r"(?<![\d.^–-])[23]-\d+(?:-\d)?(?![\d.–-])", everything)
    assert set(others) - {"2-3", "2-3-1"} <= NUMBERS, "2-3 is named as one that is not there"
