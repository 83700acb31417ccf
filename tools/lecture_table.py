"""Write docs/lecture.md: which notebook and which test shows which row of the lecture.

    python tools/lecture_table.py

Tests name their rows in their docstrings ("Row 3.3-4: ...", "Rows 1.1-1, 1.1-2: ..."); what the rows say is
in tests/lecture_rows.py. A notebook is named where its own tests name the row, with those of its sections
whose headings name the row's section of the lecture: "## 4. The graph backwards (3.4)".
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "lecture.md"
sys.path.insert(0, str(ROOT))

from tests.lecture_rows import ROWS  # noqa: E402

NAMED = re.compile(r"\bRows? ((?:(?:E\d+|\d(?:\.\d)?-\d)(?:, (?:and )?| and )?)+)")
KINDS = {
    "C": "convention",
    "A": "algorithm",
    "X": "exercise",
    "F": "figure",
    "P": "claim",
    "N": "notebook",
    "E": "erratum",
}
HEAD = """# The lecture, row by row

What the lecture *Deep Learning, Part 2* (H. Takenawa, Tokyo University of Marine Science and Technology)
defines, asks, draws or claims, the notebooks that show it, in English and in Japanese, and the tests that
hold it. Row 3.4-2 is the second thing of section 3.4; rows E1 to E18 are errors in its text, and their
tests hold the printed formula against the engine. Made by `python tools/lecture_table.py` from the
docstrings of the tests.

| row | kind | what it says | notebooks | tests |
|---|---|---|---|---|
"""


def rows_in(docstring: str) -> list[str]:
    """The rows that a docstring names, in order.

    >>> rows_in("Rows 1.1-1, 1.1-2 and E4: a batch is X. Row 2-1 too, but not 3.4-1.")
    ['1.1-1', '1.1-2', 'E4', '2-1']
    """
    return [row for found in NAMED.findall(docstring) for row in re.findall(r"E\d+|\d(?:\.\d)?-\d", found)]


@cache
def by_row() -> dict[str, list[str]]:
    """Per row the tests that name it, as pytest calls them."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for row in rows_in(ast.get_docstring(node) or ""):
                    found.setdefault(row, []).append(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return found


@cache
def headings(path: Path) -> tuple[tuple[str, frozenset[str]], ...]:
    """Per numbered section of a notebook its number and the lecture's sections that its heading names."""
    found = re.findall(r"^# ## (\d+)\. .*\(([^()]*)\)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return tuple((number, frozenset(re.findall(r"\d(?:\.\d)?", named))) for number, named in found)


def section_of(row: str) -> str:
    """The section of the lecture that a row is of.

    >>> section_of("3.4-2"), section_of("2-1"), section_of("E1")
    ('3.4', '2', '3.3')
    """
    if row.startswith("E"):
        return ROWS[row][1].partition(":")[0]
    return row.rpartition("-")[0]


def _numbers(name: str) -> list[int]:
    """2-10_... comes after 2-9_..."""
    return [int(number) for number in name.partition("_")[0].split("-")]


def notebooks(row: str, tests: list[str]) -> list[str]:
    """Links to the notebooks that some of the tests are of, in English and Japanese."""
    links = []
    for path in sorted((ROOT / "notebooks").glob("*.py"), key=lambda p: _numbers(p.stem)):
        file = f"tests/notebooks/test_{path.stem.replace('-', '_')}.py"
        if any(test.partition("::")[0] == file for test in tests):
            name = path.stem.partition("_")[0]
            places = [f"[{language}](../notebooks/{language}/{path.stem}.ipynb)" for language in ("en", "ja")]
            meant = {section_of(row), section_of(row).removesuffix(".0")}
            sections = list(dict.fromkeys(n for n, named in headings(path) if meant & named))
            which = f", section{'s' * (len(sections) > 1)} {', '.join(sections)}" if sections else ""
            links.append(f"{name}{which} ({', '.join(places)})")
    return links


def page() -> str:
    """The text of docs/lecture.md."""
    found = by_row()
    lines = []
    for row, (kinds, says) in ROWS.items():
        kind = ", ".join(KINDS[k] for k in kinds.split())
        names = found.get(row, [])
        links = [f"[{name.partition('::')[2]}](../{name.partition('::')[0]})" for name in names]
        cells = [row, kind, says.replace("|", "\\|"), "<br>".join(notebooks(row, names)), "<br>".join(links)]
        lines.append(f"| {' | '.join(cell or '–' for cell in cells)} |\n")
    return HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
