"""Write docs/lecture.md: which test shows which row of the lecture.

    python tools/lecture_table.py

Tests name their rows in their docstrings ("Row 3.3-4: ...", "Rows 1.1-1, 1.1-2: ..."); what the rows say is
in tests/lecture_rows.py.
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

Which test shows what the lecture *Deep Learning, Part 2* (H. Takenawa, Tokyo University of Marine Science
and Technology) defines, asks or claims. Row 3.4-2 is the second thing of section 3.4; rows E1 to E18 are
errors in its text, and their tests hold the printed formula against the engine. A dash stands for pictures,
notebooks and claims that no test shows; where the tests are those of a notebook, the notebook stands first.
Made by `python tools/lecture_table.py` from the docstrings of the tests.

| row | kind | what it says | tests |
|---|---|---|---|
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


def notebooks(tests: list[str]) -> list[str]:
    """Links to the notebooks that some of the tests are of, in English and Japanese."""
    links = []
    for path in sorted((ROOT / "notebooks").glob("*.py")):
        file = f"tests/notebooks/test_{path.stem.replace('-', '_')}.py"
        if any(test.partition("::")[0] == file for test in tests):
            name = path.stem.partition("_")[0]
            places = [f"[{language}](../notebooks/{language}/{path.stem}.ipynb)" for language in ("en", "ja")]
            links.append(f"notebook {name}: {', '.join(places)}")
    return links


def page() -> str:
    """The text of docs/lecture.md."""
    found = by_row()
    lines = []
    for row, (kinds, says) in ROWS.items():
        kind = ", ".join(KINDS[k] for k in kinds.split())
        names = found.get(row, [])
        links = [f"[{name.partition('::')[2]}](../{name.partition('::')[0]})" for name in names]
        tests = "<br>".join([*notebooks(names), *links])
        lines.append(f"| {row} | {kind} | {says.replace('|', chr(92) + '|')} | {tests or '–'} |\n")
    return HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
