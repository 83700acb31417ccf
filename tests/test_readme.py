"""README.md: its programs run and print what it says, its links lead somewhere; README.ja.md has the same."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
SHOWN = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)


def printed(program: str, folder: Path) -> str:
    """What a program prints in a process of its own, warnings being errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_formula(tmp_path):
    said = re.search(r"print\(a\.grad.*#  ?(.*)", PROGRAMS[0])
    assert said is not None
    assert printed(PROGRAMS[0], tmp_path).strip() == said[1]
    assert (tmp_path / "z.svg").read_text(encoding="utf-8").count("<svg") == 1


def test_explanation(tmp_path):
    assert printed(PROGRAMS[1], tmp_path).strip() == f"36.0\n{SHOWN[0].strip()}"
    assert (tmp_path / "z.html").stat().st_size < 60_000


def test_functions(tmp_path):
    pytest.importorskip("scipy")
    assert printed(PROGRAMS[2], tmp_path).splitlines() == ["[1. 1. 1. 1.]", "(3, 3)"]


def test_loop(tmp_path):
    assert float(printed(PROGRAMS[3], tmp_path)) > 0.92


def test_trainer(tmp_path):
    lines = printed(PROGRAMS[4], tmp_path).splitlines()
    assert lines[4].startswith("epoch 5/5")
    assert "parameters 204,042" in lines
    assert (tmp_path / "weights.npz").is_file()
    again = printed(PROGRAMS[4], tmp_path)
    assert again.startswith(f"{Path('runs/first')}: its 5 epochs are done")


def test_compiled(tmp_path):
    assert printed(PROGRAMS[5], tmp_path).strip() == SHOWN[1].strip()


def test_diagnosis(tmp_path):
    assert printed(PROGRAMS[6], tmp_path).strip() == SHOWN[2].strip()
    assert len(PROGRAMS) == 7
    assert len(SHOWN) == 3


@pytest.mark.parametrize("page", ["README.md", "README.ja.md", "docs/lecture.md", "notebooks/README.md"])
def test_links(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = {link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link}
    links |= set(re.findall(r'src="([^"]+)"', text))
    lost = [link for link in links if not ((ROOT / page).parent / link).exists()]
    assert not lost
    assert links or page.startswith("notebooks")


FIXED = {
    "programs and what they print": r"```.*?```",
    "pictures": r"\]\((docs/[^)]+)\)|src=\"([^\"]+)\"",
    "names in tables": r"^\| (`[^`]+`)",
    "licences and data": r"\]\((nn/data/[^)]+)\)",
    "headings": r"^(##) ",
    "notebooks": r"notebooks/..(/[^)]+ipynb)",
    "shell commands": r"^    ((?:make|pip) [^#\n]*?) *(?:#|$)",
}
"""What both languages have alike, in this order."""


@pytest.mark.parametrize("what", FIXED)
def test_the_japanese_page_says_the_same(what):
    japanese = (ROOT / "README.ja.md").read_text(encoding="utf-8")
    one, two = (re.findall(FIXED[what], text, re.DOTALL | re.MULTILINE) for text in (TEXT, japanese))
    assert one
    if what == "names in tables":
        rooms = TEXT.partition("## How the tree reads")[2].partition("\n## ")[0]  # only in English
        one = [name for name in one if name not in re.findall(FIXED[what], rooms, re.MULTILINE)]
    assert one == two
