"""Every row of the lecture has its test, and the printed table is the true one."""

import re

import pytest

from tests.lecture_rows import ROWS
from tools.lecture_table import PAGE, by_row, headings, notebooks, page, rows_in, section_of


def test_rows_are_read_from_docstrings():
    assert rows_in("Rows 1.1-1, 1.1-2 and E4: a batch. Row 2-1 too, but not 3.4-1.") == [
        *("1.1-1", "1.1-2", "E4", "2-1")
    ]


def test_sections_are_read_from_headings(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("# ## 1. One (3.4, 3.8)\n# ## 2. Two (2)\n# ### More (3.4)\n", encoding="utf-8")
    assert headings(path) == (("1", frozenset({"3.4", "3.8"})), ("2", frozenset({"2"})))
    assert [section_of(row) for row in ("3.4-2", "2-1", "E1")] == ["3.4", "2", "3.3"]


def test_tests_name_rows_that_exist():
    assert not set(by_row()) - set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_a_test(row):
    assert by_row().get(row), f"no test names row {row}"


@pytest.mark.parametrize("row", [row for row, (kinds, _) in ROWS.items() if set(kinds) & set("NFXP")])
def test_notebooks_figures_exercises_and_claims_are_in_a_notebook(row):
    assert notebooks(row, by_row()[row]), f"no test of a notebook names row {row}"


def test_the_table_in_docs_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python tools/lecture_table.py"


def test_the_table_leads_to_tests_that_are_there():
    folder = PAGE.parent
    links = re.findall(r"\[(test_\w+)\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert links
    for name, path in links:
        assert f"def {name}(" in (folder / path).read_text(encoding="utf-8")


def test_the_table_leads_to_notebooks_that_are_there():
    (line,) = [line for line in page().splitlines() if line.startswith("| 3.8-1 |")]
    links = re.findall(r"\[(?:en|ja)\]\(([^)]+)\)", line)
    assert len(links) == 2
    assert all((PAGE.parent / path).is_file() for path in links)
